"""Patches that a Flux Kustomization or an Argo CD Application holds for objects that are elsewhere: parts of these objects.

Only strategic merge patches are read, each as the part of an object that it is. Sources: Flux's kustomize.toolkit.fluxcd.io API
(`spec.patches`, `spec.patchesStrategicMerge`) and Argo CD's `spec.source.kustomize.patches`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ekslint.carriers.resource import Resource
from ekslint.fact import Subject
from ekslint.syntax.tree import Document, Mapping, Node, Scalar, items

OBJECTS = (("kustomize.toolkit.fluxcd.io", "Kustomization"), ("argoproj.io", "Application"))
GIVES = ("*",)
TOKENS = (b"kustomize.toolkit.fluxcd.io", b"argoproj.io")

_WHY = "a patch says nothing of what it leaves out"


def objects(resource: Resource) -> Iterator[Subject]:
    """What the patches write."""
    from ekslint.carriers import lift_objects

    for patch in _patches(resource):
        for document in _documents(patch):
            document.partial = _WHY
            yield from lift_objects(document)


def _patches(resource: Resource) -> Iterator[Node]:
    spec = resource.node.get("spec")
    if spec is None:
        return
    if resource.kind == "Kustomization":
        yield from items(spec.get("patchesStrategicMerge"))
        holders = [spec]
    else:
        sources = [spec.get("source"), *items(spec.get("sources"))]
        holders = [found for source in sources if source is not None and (found := source.get("kustomize")) is not None]
    for holder in holders:
        for listed in items(holder.get("patches")):
            patch = listed.get("patch")
            if patch is not None:
                yield patch


def _documents(patch: Node) -> Iterator[Document]:
    if isinstance(patch, Mapping):
        yield Document(patch, patch.text)
    elif isinstance(patch, Scalar) and isinstance(patch.value, str):
        from ekslint.syntax import yaml

        yield from yaml.parse(patch.inner()).documents
