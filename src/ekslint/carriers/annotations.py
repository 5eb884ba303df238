"""The annotations of Ingresses, Services and other objects that a controller reads, one subject each."""

from __future__ import annotations

from collections.abc import Iterator

from ekslint.carriers.resource import Resource
from ekslint.fact import Subject, given
from ekslint.value import Known, Value, scalar_value

PREFIXES = ("alb.ingress.kubernetes.io/", "service.beta.kubernetes.io/", "elbv2.k8s.aws/")
SIMILAR = (
    "alb.",
    "ingress.k8s.aws/",
    "ingress.kubernetes.io/",
    "service.alpha.kubernetes.io/",
    "service.k8s.aws/",
    "service.kubernetes.io/",
)
"""Beginnings of names that people write for one of the controller's prefixes."""

OBJECTS = (("networking.k8s.io", "Ingress"), ("extensions", "Ingress"), ("", "Service"))
GIVES = ("annotation",)
TOKENS = (b"alb.ingress.kubernetes.io/", b"service.beta.kubernetes.io/")

given("annotation", "owner_kind", "string", "The kind of object that carries the annotation, as Kubernetes spells it.")
given("annotation", "owner_name", "string", "The name of the object that carries the annotation.")
given("annotation", "value", "any", "What is written: a string, or another type that the API server refuses.")
given("annotation", "value_type", "enum(string, boolean, integer, number, null, list, map)", "The YAML type of the value.")


def objects(resource: Resource) -> Iterator[Subject]:
    """Each annotation with a prefix that the AWS controllers use, or one that resembles it."""
    for name, key, node in resource.annotations():
        if not name.startswith((*PREFIXES, *SIMILAR)):
            continue
        facts: dict[str, Value] = {
            "owner_kind": Known(resource.kind, (resource.place,)),
            "owner_name": Known(resource.name, (resource.place,)),
            "value": scalar_value(node),
            "value_type": Known(node.kind, (node.place,)),
        }
        yield Subject(
            "annotation", name, key.place, namespace=resource.namespace, node=resource.node, given=facts, partial=resource.partial
        )
