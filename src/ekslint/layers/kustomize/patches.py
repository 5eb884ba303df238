"""The patches of a kustomization, read from files and from its own text, and what each of them does to which object."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ekslint.data.kustomize import merged_fields
from ekslint.layers.kustomize import json_patch
from ekslint.layers.kustomize.edit import content, drop, put
from ekslint.layers.kustomize.faults import BuildError
from ekslint.layers.kustomize.merge import merge
from ekslint.layers.kustomize.objects import Object, objects
from ekslint.layers.kustomize.selectors import Target
from ekslint.syntax.tree import Document, Mapping, Node, Scalar, Sequence, items

ReadFile = Callable[[str, Node], list[Document]]
"""The documents of a file that a node names; raises BuildError where there is none."""
ReadText = Callable[[Node], list[Document]]
"""The documents inside a string."""


class Patch:
    """One patch: a strategic merge by `object`, or a JSON patch by `steps`; `target` selects, else it names its own object."""

    def __init__(self, node: Node, target: Target | None, object: Object | None, steps: list[json_patch.Operation]) -> None:
        self.node = node
        self.target = target
        self.object = object
        self.steps = steps
        self.renames = False
        self.changes_kind = False

    def apply(self, found: list[Object]) -> bool:
        """Changes the objects that it means; False where it names one that is not there. Raises BuildError."""
        if self.target is not None:
            for one in [one for one in found if self.target.selects(one)]:
                self._change(one, found)
            return True
        meant = [one for one in found if self.object is not None and self.object.id in one.ids]
        if len(meant) > 1:
            raise BuildError(f"the patch of {self.subject} fits several objects: give it a target", self.place_node.place)
        for one in meant:
            self._change(one, found)
        return bool(meant)

    @property
    def subject(self) -> str:
        """Kind and name of the object that it names."""
        return f"{self.object.kind} {self.object.name}" if self.object is not None else ""

    @property
    def place_node(self) -> Node:
        """Where the patch says what it patches."""
        if self.object is None:
            return self.node
        return self.object.root.at("metadata", "name") or self.object.root

    def _change(self, one: Object, found: list[Object]) -> None:
        if self.object is None:
            one.remember()
            one.root = json_patch.apply(one.root, self.steps)
            one.through_json = True
            return
        if self.renames or self.changes_kind:
            one.remember()
        patched = merge(one.root, self._stripped(self.object.root), merged_fields(one.api_version, one.kind))
        if patched is None or not patched.entries:
            found.remove(one)
        else:
            one.root = patched

    def _stripped(self, root: Mapping) -> Mapping:
        """The patch without what names its object: an object keeps its own name, kind and namespace."""
        root = drop(root, "apiVersion")
        if not self.changes_kind:
            root = drop(root, "kind")
        metadata = root.get("metadata")
        if isinstance(metadata, Mapping):
            kept = drop(metadata, "namespace") if self.renames else drop(drop(metadata, "name"), "namespace")
            key = root.key("metadata") or metadata
            root = put(root, key, kept) if kept.entries else drop(root, "metadata")
        return root


def read_patches(root: Mapping, read_file: ReadFile, read_text: ReadText) -> Iterator[Patch | BuildError]:
    """The patches of a kustomization before its names change, in their order; an error for each that cannot be read."""
    for node in items(root.get("patchesStrategicMerge")):
        try:
            inline = isinstance(node, Scalar) and "\n" in node.content
            yield from _read(node, None, read_text(node) if inline else read_file(content(node), node), merges=True)
        except BuildError as error:
            yield error
    for entry in items(root.get("patches")):
        try:
            yield from _entry(entry, read_file, read_text)
        except BuildError as error:
            yield error


def read_json_patches(root: Mapping, read_file: ReadFile, read_text: ReadText) -> Iterator[Patch | BuildError]:
    """The patches of `patchesJson6902`, which come after the names have changed."""
    for entry in items(root.get("patchesJson6902")):
        try:
            if entry.get("target") is None:
                raise BuildError("an entry of patchesJson6902 needs a target", entry.place)
            yield from _entry(entry, read_file, read_text)
        except BuildError as error:
            yield error


def _entry(entry: Node, read_file: ReadFile, read_text: ReadText) -> Iterator[Patch]:
    path, inline, selected = entry.get("path"), entry.get("patch"), entry.get("target")
    if not content(path) and not content(inline).strip():
        raise BuildError("a patch has a path or a patch", entry.place)
    if content(path) and content(inline).strip():
        raise BuildError("a patch has a path or a patch, not both", (entry.key("patch") or entry).place)
    target = Target(selected) if isinstance(selected, Mapping) else None
    node = (path if content(path) else inline) or entry
    documents = read_file(content(node), node) if node is path else read_text(node)
    for patch in _read(node, target, documents, merges=False):
        patch.renames = _allows(entry, "allowNameChange")
        patch.changes_kind = _allows(entry, "allowKindChange")
        yield patch


def _allows(entry: Node, option: str) -> bool:
    node = entry.at("options", option)
    return isinstance(node, Scalar) and node.value is True


def _read(node: Node, target: Target | None, documents: list[Document], merges: bool) -> Iterator[Patch]:
    """The patches of some documents. `merges`: JSON patches are none."""
    roots = [document.root for document in documents]
    if roots and isinstance(roots[0], Sequence) and not merges:
        if target is None:
            raise BuildError("a JSON patch needs a target", node.place)
        yield Patch(node, target, None, json_patch.operations(roots[0]))
        return
    found = [one for document in documents for one in objects(document)]
    if any(not isinstance(root, Mapping) for root in roots) or not found:
        raise BuildError("this is neither a strategic merge patch nor a JSON patch", node.place)
    if target is not None and len(found) > 1:
        raise BuildError("several strategic merge patches in one entry cannot have a target: give each an entry", node.place)
    for one in found:
        if not one.kind or not one.name:
            at = one.root.get("metadata") or one.root
            raise BuildError("a strategic merge patch needs a kind and a metadata.name, even where it has a target", at.place)
        yield Patch(node, target, one, [])
