"""Kubernetes objects in Terraform: kubernetes_manifest, kubectl_manifest, and Helm releases of charts that are not in the set."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ekslint.carriers import lift_objects
from ekslint.carriers._terraform import belongs
from ekslint.carriers._terraform_helm import chart_name, overrides, values_of
from ekslint.carriers.karpenter_controller import CHART as KARPENTER
from ekslint.carriers.karpenter_controller import of_values
from ekslint.fact import Subject
from ekslint.syntax import yaml
from ekslint.syntax.computed import Computed, OpenMapping
from ekslint.syntax.tree import Document, Mapping, Node, Scalar
from ekslint.value import Absent, Known, Unknown, read, scalar_value

if TYPE_CHECKING:
    from ekslint.layers.terraform import Configuration, Resource

TOKENS = (b"kubernetes_manifest", b"kubectl_manifest", b"helm_release")


def terraform(configuration: Configuration) -> Iterator[Subject]:
    """The subjects of all objects, and the releases."""
    cluster = belongs(configuration, None)
    for resource in configuration.resources("kubernetes_manifest", "kubectl_manifest"):
        for document in _documents(resource):
            for subject in lift_objects(document):
                subject.belongs = subject.belongs or cluster
                yield subject
    for release in configuration.resources("helm_release"):
        yield from _release(release, cluster)


def _documents(resource: Resource) -> Iterator[Document]:
    """The objects that a resource writes."""
    name = "manifest" if resource.type == "kubernetes_manifest" else "yaml_body"
    node = resource.body.get(name)
    if isinstance(node, Mapping):
        document = Document(node, node.text)
        document.partial = node.why if isinstance(node, OpenMapping) else None
        yield document
    elif isinstance(node, Scalar) and isinstance(node.value, str) and not isinstance(node, Computed):
        yield from yaml.parse(node.inner()).documents


def _release(release: Resource, cluster: str | None) -> Iterator[Subject]:
    body, place = release.body, release.place
    namespace = read(body, "namespace", outer=(place,))
    if isinstance(namespace, Absent):
        namespace = Known("default", namespace.places, "Helm")
    chart = chart_name(body)
    named = read(body, "chart", outer=(place,))
    facts = {"target_namespace": namespace, "chart": Known(chart, named.places) if isinstance(named, Known) else named}
    yield Subject("chart-release", release.name, place, node=body, given=facts, belongs=cluster)
    if chart == KARPENTER:
        values, partial = values_of(body)
        reserved = of_values(values, place, partial)
        for entry in overrides(body):
            if entry.name in ("settings.reservedENIs", "settings.aws.reservedENIs") and entry.value is not None:
                reserved = _number(entry.value)
        yield Subject("karpenter", KARPENTER, place, given={"reserved_enis": reserved}, partial=partial, belongs=cluster)
    elif chart == "cilium":
        values, partial = values_of(body)
        chaining = read(values, "cni", "chainingMode", partial=partial)
        alone = isinstance(chaining, Absent) and not any(entry.name == "cni.chainingMode" for entry in overrides(body))
        if alone:
            yield Subject(
                "network-plugin", "Cilium", place, node=body, given={"gives_addresses": Known(True, (place,))}, belongs=cluster
            )


def _number(node: Node) -> Known[int] | Unknown:
    value = scalar_value(node)
    said = str(value.value) if isinstance(value, Known) else ""
    return Known(int(said), value.places) if said.isdigit() else Unknown("no whole number", value.places, said or None)
