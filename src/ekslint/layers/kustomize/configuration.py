"""Which fields the transformers write: kustomize's own, and those that a kustomization adds under `configurations`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ekslint.data.kustomize import Fieldspecs, Reference, Spec, steps
from ekslint.layers.kustomize.edit import content
from ekslint.syntax.tree import Node, Scalar, items

_KEYS = {
    "namespace": "namespace",
    "commonLabels": "common_labels",
    "labels": "labels",
    "templateLabels": "template_labels",
    "volumeClaimTemplateLabels": "claim_labels",
    "commonAnnotations": "annotations",
    "images": "images",
    "replicas": "replicas",
    "namePrefix": "prefix",
    "nameSuffix": "suffix",
}


def extended(own: Fieldspecs, root: Node) -> Fieldspecs:
    """The fields with those of a configuration file added."""
    for key, name in _KEYS.items():
        added = tuple(spec_of(item) for item in items(root.get(key)) if content(item.get("path")))
        own = _with(own, name, added)
    return _with_references(own, (_reference(item) for item in items(root.get("nameReference"))))


def combined(own: Fieldspecs, other: Fieldspecs) -> Fieldspecs:
    """The fields of two configurations."""
    if own is other:
        return own
    for name in _KEYS.values():
        own = _with(own, name, getattr(other, name))
    return _with_references(own, other.references)


def _with(own: Fieldspecs, name: str, added: tuple[Spec, ...]) -> Fieldspecs:
    changed: dict[str, Any] = {name: merged(getattr(own, name), added)}
    return own._replace(**changed) if added else own


def _with_references(own: Fieldspecs, added: Iterable[Reference]) -> Fieldspecs:
    known = {(one.kind, one.group, one.version): one for one in own.references}
    for one in added:
        key = (one.kind, one.group, one.version)
        old = known.get(key)
        known[key] = one if old is None else one._replace(fields=merged(old.fields, one.fields))
    return own._replace(references=tuple(known.values()))


def merged(own: tuple[Spec, ...], added: Iterable[Spec]) -> tuple[Spec, ...]:
    """The fields of both, each once: one that holds for any type stands for all."""
    found = list(own)
    for spec in added:
        if not any(one.path == spec.path and spec.holds(one.group, one.version, one.kind) for one in found):
            found.append(spec)
    return tuple(found)


def spec_of(node: Node) -> Spec:
    """A field as a kustomization or a configuration writes it."""
    create = node.get("create")
    return Spec(
        steps(content(node.get("path"))),
        content(node.get("kind")),
        content(node.get("group")),
        content(node.get("version")),
        isinstance(create, Scalar) and create.value is True,
    )


def _reference(node: Node) -> Reference:
    fields = tuple(spec_of(item) for item in items(node.get("fieldSpecs")) if content(item.get("path")))
    return Reference(content(node.get("kind")), content(node.get("group")), content(node.get("version")), fields)
