"""Kubernetes objects in Terraform: kubernetes_manifest, kubectl_manifest, and Helm releases of charts that are not in the set."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ekslint.carriers import lift_objects
from ekslint.carriers._terraform import belongs
from ekslint.carriers._terraform_helm import helm_release
from ekslint.carriers.karpenter_controller import CHART as KARPENTER
from ekslint.carriers.karpenter_controller import of_values
from ekslint.carriers.load_balancer_controller import CHART as LOAD_BALANCER_CONTROLLER
from ekslint.carriers.load_balancer_controller import controller
from ekslint.fact import Subject
from ekslint.syntax import yaml
from ekslint.syntax.computed import Computed, OpenMapping
from ekslint.syntax.tree import Document, Mapping, Scalar
from ekslint.value import Absent, Known, read

if TYPE_CHECKING:
    from ekslint.layers.terraform import Configuration, Resource

GIVES = ("*", "chart-release", "karpenter", "load-balancer-controller")
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


def _release(resource: Resource, cluster: str | None) -> Iterator[Subject]:
    body, place = resource.body, resource.place
    namespace = read(body, "namespace", outer=(place,))
    if isinstance(namespace, Absent):
        namespace = Known("default", namespace.places, "Helm")
    release = helm_release(resource)
    named = read(body, "chart", outer=(place,))
    facts = {"target_namespace": namespace, "chart": Known(release.chart, named.places) if isinstance(named, Known) else named}
    yield Subject("chart-release", resource.name, place, node=body, given=facts, belongs=cluster)
    if release.chart == KARPENTER:
        reserved = of_values(release.values, place, release.partial)
        yield Subject("karpenter", KARPENTER, place, given={"reserved_enis": reserved}, partial=release.partial, belongs=cluster)
    elif release.chart == LOAD_BALANCER_CONTROLLER:
        for subject in controller(release.values, place, release.partial, release.at):
            subject.belongs = cluster
            yield subject
    elif release.chart == "cilium" and isinstance(read(release.values, "cni", "chainingMode", partial=release.partial), Absent):
        yield Subject("network-plugin", "Cilium", place, node=body, belongs=cluster)
