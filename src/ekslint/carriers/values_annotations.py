"""Annotations of Ingresses and Services in values of any chart: what the chart's templates put on the objects that they make.

Of the object nothing is known but what stands beside the annotations: whether it is an Ingress or a Service, and its class. So they
are judged one by one, and only where the class is that of the AWS controller.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ekslint.carriers._terraform import belongs
from ekslint.carriers._terraform_helm import helm_release
from ekslint.carriers.annotations import PREFIXES
from ekslint.carriers.resource import Resource
from ekslint.fact import Subject
from ekslint.layers.helm.charts import is_values_file
from ekslint.layers.helm.releases import HOLDERS, helmfile_releases, is_helmfile, releases
from ekslint.syntax.tree import Document, Mapping, Node, Scalar, entries, string
from ekslint.value import Known, Unknown, Value, scalar_value

if TYPE_CHECKING:
    from ekslint.layers.terraform import Configuration

OBJECTS = HOLDERS
GIVES = ("annotation",)
TOKENS = (b"alb.ingress.kubernetes.io/", b"service.beta.kubernetes.io/")

_INGRESS, _SERVICE, _SIMILAR = PREFIXES
_MAX_DEPTH = 30
_WHY = "a chart's templates make the object"
_CLASS_KEYS = ("className", "ingressClassName", "ingressClass", "class")
_TYPE = "service.beta.kubernetes.io/aws-load-balancer-type"


def objects(resource: Resource) -> Iterator[Subject]:
    """The annotations in the values of each release."""
    for release in releases(resource.kind, resource.node, resource.partial):
        if release.values is not None:
            yield from _annotations(release.values, release.partial)


def claims(document: Document) -> bool:
    """A file of values, by its name, or a helmfile."""
    root = document.root
    if not isinstance(root, Mapping) or root.get("kind") is not None or root.get("apiVersion") is not None:
        return False
    return is_values_file(document.text.file) or is_helmfile(root)


def subjects(document: Document) -> Iterator[Subject]:
    """The annotations in a file of values or a helmfile."""
    if is_helmfile(document.root):
        for release in helmfile_releases(document.root, document.partial):
            if release.values is not None:
                yield from _annotations(release.values, release.partial)
    else:
        yield from _annotations(document.root, document.partial)


def terraform(configuration: Configuration) -> Iterator[Subject]:
    """The annotations in the values of each `helm_release`."""
    cluster = belongs(configuration, None)
    for resource in configuration.resources("helm_release"):
        release = helm_release(resource)
        if release.values is not None:
            for subject in _annotations(release.values, release.partial):
                subject.belongs = cluster
                yield subject


def _annotations(root: Node, partial: str | None) -> Iterator[Subject]:
    seen: set[int] = set()
    waiting: list[tuple[Node, tuple[str, ...]]] = [(root, ())]
    while waiting:
        node, path = waiting.pop()
        if not isinstance(node, Mapping) or id(node) in seen or len(path) > _MAX_DEPTH or _off(node):
            continue
        seen.add(id(node))
        below: list[tuple[Node, tuple[str, ...]]] = []
        for name, _, value in node.named():
            if name.lower().endswith("annotations") and isinstance(value, Mapping):
                yield from _of_map(value, node, (*path, name), partial)
            else:
                below.append((value, (*path, name)))
        waiting.extend(reversed(below))


def _off(node: Mapping) -> bool:
    """Whether a part of the values is switched off, so that nothing comes of it."""
    switches = [node.get(key) for key in ("enabled", "create")]
    return any(isinstance(switch, Scalar) and switch.value is False for switch in switches)


def _of_map(annotations: Mapping, beside: Mapping, path: tuple[str, ...], partial: str | None) -> Iterator[Subject]:
    named = [entry for entry in annotations.named() if entry[0].startswith(PREFIXES)]
    kind = _kind(path)
    for name, key, node in named:
        place = (key.place,)
        elsewhere = Unknown(_WHY, place, written=False)
        value = scalar_value(node)
        text = isinstance(node, Scalar) and isinstance(node.value, str)
        facts: dict[str, Value] = {
            "owner_kind": Known(kind, place) if kind is not None else elsewhere,
            "owner_name": elsewhere,
            "value": value if text or isinstance(value, Unknown) else Unknown("the chart may quote it", value.places, written=True),
            "value_type": Known("string", (node.place,))
            if text
            else Unknown("the chart may quote it", (node.place,), written=True),
            "ingress": Unknown(_WHY, place, "the chart's Ingress", written=False),
            "service": Unknown(_WHY, place, "the chart's Service", written=False),
            "taken": Known(True, place)
            if _taken(name, annotations, beside)
            else Unknown("the class is not known", place, written=False),
        }
        yield Subject("annotation", name, key.place, node=node, given=facts, partial=partial)


def _kind(path: tuple[str, ...]) -> str | None:
    """What carries the annotations, by the nearest key that says so."""
    for step in reversed(path):
        word = step.lower()
        if "serviceaccount" in word or "pod" in word:
            return None
        ingress, service = "ingress" in word, "service" in word
        if ingress != service:
            return "Ingress" if ingress else "Service"
    return None


def _taken(name: str, annotations: Mapping, beside: Mapping) -> bool:
    """Whether what stands beside an annotation says that the AWS controller takes the object."""
    if name.startswith(_INGRESS):
        written = [string(annotations.get("kubernetes.io/ingress.class")), *(string(beside.get(key)) for key in _CLASS_KEYS)]
        return "alb" in written
    if not name.startswith(_SERVICE):
        return False
    return string(annotations.get(_TYPE)) in ("external", "nlb-ip") or any(
        each == "service.k8s.aws/nlb" for each in (string(value) for _, _, value in entries(beside))
    )
