"""Which kustomizations of a run are deployed, and each of them built."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping

from ekslint.layers.kustomize import Build, Built
from ekslint.layers.kustomize.build import CHARTED, Builder, is_remote
from ekslint.layers.kustomize.edit import content
from ekslint.layers.kustomize.faults import Fault
from ekslint.layers.kustomize.files import Files, Kustomization, Source, is_kustomization
from ekslint.layers.kustomize.objects import Id
from ekslint.syntax.tree import Document, items

_CHANGING = ("patches", "patchesStrategicMerge", "patchesJson6902", "replacements", "transformers")


def deploy(names: Iterable[str], source: Source) -> Built:
    """Builds every kustomization that no other one builds on; of those in a circle the first."""
    found: dict[str, Kustomization] = {}
    faults: list[Fault] = []
    for name in names:
        documents = source.documents(name)
        if not documents or not is_kustomization(documents[0].root):
            continue
        own = Kustomization(name, documents[0])
        if own.folder in found:
            other = posixpath.basename(found[own.folder].name)
            faults.append(Fault("syntax", f"there are two kustomizations in this folder: this one and {other}", own.root.place))
        else:
            found[own.folder] = own
    below = {folder: _bases(own, found) for folder, own in found.items()}
    builder = Builder(Files(found, source))
    owners: dict[tuple[str, int, Id], list[int]] = {}
    builds: list[Build] = []
    for folder in _tops(found, below):
        built = builder.build(folder)
        changed = any(found[at].root.get(key) is not None for at in _reach(folder, below) for key in _CHANGING)
        built.objects.sort(key=lambda one: (one.document.text.file, one.document.index))
        documents = [*(one.built() for one in built.objects), *built.loose, *(_chart(one, changed) for one in built.charts)]
        for one in built.objects:
            owners.setdefault((one.document.text.file, one.document.index, one.id), []).append(len(builds))
        builds.append(Build(folder, documents, built.whole, False))
    for same in owners.values():
        if len(same) > 1:
            for number in same:
                builds[number] = builds[number]._replace(apart=True)
    return Built(builds, frozenset(builder.used), (*faults, *builder.faults))


def _bases(own: Kustomization, found: Mapping[str, Kustomization]) -> list[str]:
    """The kustomizations that one names."""
    entries = [content(node) for key in ("resources", "bases", "components") for node in items(own.root.get(key))]
    paths = [posixpath.normpath(posixpath.join(own.folder, entry)) for entry in entries if entry and not is_remote(entry)]
    return [path for path in ("" if path == "." else path for path in paths) if path in found]


def _tops(found: Mapping[str, Kustomization], below: Mapping[str, list[str]]) -> list[str]:
    taken = {base for folder, bases in below.items() for base in bases if base != folder}
    tops = [folder for folder, own in found.items() if folder not in taken and not own.is_component]
    reached = {at for folder in tops for at in _reach(folder, below)}
    for folder, own in found.items():
        if folder not in reached and not own.is_component:
            tops.append(folder)
            reached |= _reach(folder, below)
    return sorted(tops)


def _reach(folder: str, below: Mapping[str, list[str]]) -> set[str]:
    seen: set[str] = set()
    waiting = [folder]
    while waiting:
        at = waiting.pop()
        if at not in seen:
            seen.add(at)
            waiting.extend(below[at])
    return seen


def _chart(document: Document, changed: bool) -> Document:
    """A kustomization that brings charts, for what reads their values."""
    made = Document(document.root, document.text, document.index, document.templated, document.syntax)
    made.partial = document.partial or (CHARTED if changed else None)
    return made
