"""Settings of Karpenter's controller: its Deployment, values of its chart, and what releases the chart.

Source: karpenter-provider-aws, charts/karpenter/values.yaml and pkg/operator/options; RESERVED_ENIS is 0 where nothing sets it.
"""

from __future__ import annotations

from collections.abc import Iterator

from ekslint.carriers.launch_template import integer
from ekslint.carriers.node_group import typed
from ekslint.carriers.resource import Resource
from ekslint.fact import Subject, given
from ekslint.layers.helm.releases import HOLDERS, helmfile_releases, is_helmfile, releases
from ekslint.source.text import Place
from ekslint.syntax.tree import Document, Mapping, Node, Scalar, items, string
from ekslint.value import Absent, Known, Unknown, Value, read, scalar_value

OBJECTS = (("apps", "Deployment"), *HOLDERS)
GIVES = ("karpenter",)
TOKENS = (b"karpenter", b"interruptionQueue", b"reservedENIs")

CHART = "karpenter"
"""The chart's name, which is also that of its Deployment."""

_KEYS = ("clusterName", "clusterEndpoint", "interruptionQueue", "reservedENIs", "isolatedVPC", "vmMemoryOverheadPercent")

given(
    "karpenter", "reserved_enis", "int", "The network interfaces of each node that Karpenter leaves out of its figure for max-pods."
)


def objects(resource: Resource) -> Iterator[Subject]:
    """The controller's Deployment, or a release of its chart."""
    node = resource.node
    if resource.kind == "Deployment":
        for container in items(node.at("spec", "template", "spec", "containers")):
            if "karpenter" in (string(container.get("image")) or "") and resource.name == CHART:
                yield _subject(_of_container(resource, container), resource.place, resource.partial)
        return
    for release in releases(resource.kind, node, resource.partial):
        if release.chart == CHART:
            yield _subject(of_values(release.values, resource.place, release.partial), resource.place, release.partial)


def claims(document: Document) -> bool:
    """A values file of the chart, known by the keys of `settings`; or a helmfile."""
    root = document.root
    if is_helmfile(root):
        return True
    settings = root.get("settings")
    if not isinstance(root, Mapping) or not isinstance(settings, Mapping) or root.get("kind") is not None:
        return False
    own = settings.get("aws") if isinstance(settings.get("aws"), Mapping) else settings
    return own is not None and sum(own.get(key) is not None for key in _KEYS) >= 2


def subjects(document: Document) -> Iterator[Subject]:
    """The settings of a values file, or of the chart's release in a helmfile."""
    if is_helmfile(document.root):
        for release in helmfile_releases(document.root, document.partial):
            if release.chart == CHART:
                place = (release.named or release.node).place
                yield _subject(of_values(release.values, place, release.partial), place, release.partial)
        return
    key = document.root.key("settings")
    place = key.place if key is not None else document.root.place
    yield _subject(of_values(document.root, place, document.partial), place, document.partial)


def _subject(reserved: Value, place: Place, partial: str | None) -> Subject:
    return Subject("karpenter", CHART, place, given=typed("karpenter", {"reserved_enis": reserved}), partial=partial)


def of_values(values: Node | None, place: Place, partial: str | None) -> Value:
    """RESERVED_ENIS as values of the chart set it, or would at `place`; `partial` says why more may stand elsewhere."""
    found = read(values, "settings", "reservedENIs", outer=(place,))
    if isinstance(found, Absent):
        older = read(values, "settings", "aws", "reservedENIs", outer=found.places)
        found = older if not isinstance(older, Unknown) or older.written else found
    if isinstance(found, Absent):
        return Unknown(partial, found.places) if partial else Known(0, found.places, default="Karpenter")
    return integer(found)


def _of_container(resource: Resource, container: Node) -> Value:
    for entry in items(container.get("env")):
        if string(entry.get("name")) == "RESERVED_ENIS":
            value = entry.get("value")
            return integer(scalar_value(value)) if value is not None else Unknown("read from elsewhere", (entry.place,))
    for argument in items(container.get("args")):
        said = argument.content if isinstance(argument, Scalar) else ""
        if said.lstrip("-").startswith("reserved-enis="):
            number = said.partition("=")[2]
            return integer(Known(number, (argument.place,), key="--reserved-enis"))
    if resource.partial:
        return Unknown(resource.partial, (resource.place,))
    key = container.key("env") or container.key("name") or container
    return Known(0, (key.place,), default="Karpenter")
