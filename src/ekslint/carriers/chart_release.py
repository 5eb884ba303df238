"""Releases of Helm charts whose objects are not in the set: they may bring workloads into a namespace."""

from __future__ import annotations

from collections.abc import Iterator

from ekslint.carriers.resource import Resource
from ekslint.fact import Subject, given
from ekslint.source.text import Place
from ekslint.syntax.tree import Node, items, string
from ekslint.value import Absent, Known, Unknown, Value, read

OBJECTS = (
    ("helm.toolkit.fluxcd.io", "HelmRelease"),
    ("argoproj.io", "Application"),
    ("argoproj.io", "ApplicationSet"),
    ("helm.cattle.io", "HelmChart"),
    ("kustomize.config.k8s.io", "Kustomization"),
)
GIVES = ("chart-release",)
TOKENS = (b"HelmRelease", b"HelmChart", b"argoproj.io", b"helmCharts")

given("chart-release", "chart", "string", "The name of the chart, or the last part of its path.")
given("chart-release", "target_namespace", "string", "The namespace that the chart's objects go to.")
given("chart-release", "local", "bool", "Whether it stands for a chart whose templates are in the set; absent for a release.")


def objects(resource: Resource) -> Iterator[Subject]:
    """Each chart that is released, with the namespace of its objects."""
    node = resource.node
    if resource.kind == "Kustomization":
        for listed in items(node.get("helmCharts")):
            own = read(listed, "namespace", outer=(listed.place,))
            namespace = own if isinstance(own, Known) else read(node, "namespace")
            yield _release(resource, string(listed.get("name")) or "", listed, namespace, read(listed, "name"))
    elif resource.kind in ("HelmRelease", "HelmChart"):
        namespace = _first(resource, ("spec", "targetNamespace"), ("metadata", "namespace"))
        chart = ("spec", "chart", "spec", "chart") if resource.kind == "HelmRelease" else ("spec", "chart")
        yield _release(resource, resource.name, node, namespace, _first(resource, chart, ("spec", "chartRef", "name")))
    else:
        spec = ("spec", "template", "spec") if resource.kind == "ApplicationSet" else ("spec",)
        namespace = read(node, *spec, "destination", "namespace", outer=(resource.place,))
        for source in [node.at(*spec, "source"), *items(node.at(*spec, "sources"))]:
            if source is not None:
                chart_name = read(source, "chart")
                yield _release(
                    resource, resource.name, node, namespace, chart_name if isinstance(chart_name, Known) else read(source, "path")
                )


def local_chart(folder: str, place: Place) -> Subject:
    """A chart whose templates are in the set: what its values add to them, and where it goes, is not known."""
    name = folder.rpartition("/")[2]
    facts: dict[str, Value] = {
        "chart": Known(name, (place,)),
        "target_namespace": Unknown("whoever releases the chart says it", (place,), written=False),
        "local": Known(True, (place,)),
    }
    return Subject("chart-release", name, place, given=facts)


def _first(resource: Resource, *paths: tuple[str, ...]) -> Value:
    for path in paths:
        value = read(resource.node, *path, outer=(resource.place,))
        if not isinstance(value, Absent):
            return value
    return Absent((resource.place,))


def _release(resource: Resource, name: str, node: Node, namespace: Value, chart: Value) -> Subject:
    if isinstance(namespace, Absent):
        namespace = Unknown("no namespace is written", namespace.places, written=False)
    if isinstance(chart, Known):
        chart = Known(str(chart.value).rstrip("/").rpartition("/")[2], chart.places)
    facts = {"target_namespace": namespace, "chart": chart}
    return Subject("chart-release", name, node.place, node=node, given=facts, partial=resource.partial)
