"""Kustomizations: which files each one deploys, and what its patches leave open.

What a kustomization patches is taken as seen in part: a field that is missing may come with the patch.
"""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from typing import NamedTuple

from ekslint.syntax.tree import Document, items, string

NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")
PATCHED = "a kustomization patches it"
PATCH = "it is a patch without its base"
REMOTE = ("://", "git@", "github.com/", "?ref=")


class Build(NamedTuple):
    """What one kustomization deploys that no other one takes: its folder, documents, and whether all of its bases were seen.

    `base` tells that another kustomization builds on one of the same files.
    """

    folder: str
    documents: list[Document]
    whole: bool
    base: bool


class _Kustomization:
    """One kustomization file: the files and folders it takes, its patches and their targets."""

    def __init__(self, folder: str, document: Document) -> None:
        self.folder = folder
        root = document.root
        self.resources = [
            entry
            for key in ("resources", "bases", "components", "crds")
            for node in items(root.get(key))
            if (entry := string(node))
        ]
        self.patches: set[str] = set()
        self.targets: list[tuple[str | None, str | None]] = []
        for node in items(root.get("patchesStrategicMerge")):
            self._patch_file(string(node))
        for node in (*items(root.get("patches")), *items(root.get("patchesJson6902"))):
            self._patch_file(string(node.get("path")))
            target = node.get("target")
            if target is not None:
                self.targets.append((string(target.get("kind")), string(target.get("name"))))
            elif node.get("patch") is not None:
                self.targets.append((None, None))
        if root.get("replacements") is not None or root.get("transformers") is not None:
            self.targets.append((None, None))

    def _patch_file(self, path: str | None) -> None:
        if path and "\n" not in path:
            self.patches.add(posixpath.normpath(posixpath.join(self.folder, path)))


def builds(files: Mapping[str, list[Document]]) -> tuple[list[Build], set[str]]:
    """The kustomizations that are deployed by themselves, and the names of all files that some kustomization speaks for."""
    found = {
        posixpath.dirname(name): _Kustomization(posixpath.dirname(name), documents[0])
        for name, documents in files.items()
        if posixpath.basename(name) in NAMES and documents
    }
    used: set[str] = set()
    below: dict[str, set[str]] = {}
    for folder, kustomization in found.items():
        below[folder] = {
            target
            for entry in kustomization.resources
            if (target := posixpath.normpath(posixpath.join(folder, entry))) in found and target != folder
        }
    taken = {target for targets in below.values() for target in targets}
    results = []
    reached: dict[str, int] = {}
    for folder in sorted(found):
        if folder in taken and not _circular(folder, below):
            continue
        members, whole = _reach(folder, found, files)
        used |= {name for name, _ in members}
        for kustomization in (found[at] for at in _folders(folder, below)):
            used |= kustomization.patches & set(files)
            used |= {posixpath.join(kustomization.folder, name) for name in NAMES} & set(files)
        for name, _ in members:
            reached[name] = reached.get(name, 0) + 1
        results.append((folder, members, whole))
    built = []
    for folder, members, whole in results:
        patched = [found[at] for at in _folders(folder, below)]
        documents = [_seen(document, patched) for _, document in members]
        built.append(Build(folder, documents, whole, any(reached[name] > 1 for name, _ in members)))
    return built, used


def _circular(folder: str, below: Mapping[str, set[str]]) -> bool:
    """Whether a kustomization reaches itself, so that no other one is its top."""
    return any(folder in _folders(at, below) for at in below[folder])


def _folders(folder: str, below: Mapping[str, set[str]]) -> list[str]:
    """A kustomization and all that it builds on."""
    seen: list[str] = []
    waiting = [folder]
    while waiting:
        at = waiting.pop()
        if at not in seen:
            seen.append(at)
            waiting.extend(sorted(below.get(at, ())))
    return seen


def _reach(
    folder: str, found: Mapping[str, _Kustomization], files: Mapping[str, list[Document]]
) -> tuple[list[tuple[str, Document]], bool]:
    """The documents that a kustomization deploys, by file, and whether everything it names was there."""
    members: list[tuple[str, Document]] = []
    whole = True
    seen: set[str] = set()
    waiting = [folder]
    while waiting:
        at = waiting.pop()
        if at in seen:
            continue
        seen.add(at)
        for entry in found[at].resources:
            if any(mark in entry for mark in REMOTE):
                whole = False
                continue
            target = posixpath.normpath(posixpath.join(at, entry))
            if target in found:
                waiting.append(target)
            elif target in files:
                members.extend((target, document) for document in files[target])
            else:
                whole = False
    return members, whole


def _seen(document: Document, kustomizations: list[_Kustomization]) -> Document:
    """A document as a kustomization deploys it: seen in part where a patch may change it."""
    kind, own = string(document.root.get("kind")), string(document.root.at("metadata", "name"))
    for kustomization in kustomizations:
        if kustomization.patches or any(
            (target_kind in (None, kind)) and (target_name in (None, own)) for target_kind, target_name in kustomization.targets
        ):
            seen = Document(document.root, document.text, document.index, document.templated, document.syntax)
            seen.partial = PATCHED
            return seen
    return document
