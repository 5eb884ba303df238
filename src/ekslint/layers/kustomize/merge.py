"""Strategic merge patches as kustomize applies them: its own reading of the API's, with the patch's items first in lists."""

from __future__ import annotations

from ekslint.data.kustomize import Fields, Merged
from ekslint.layers.kustomize.edit import content, drop, is_null, mapping, put, scalar, sequence
from ekslint.layers.kustomize.faults import BuildError
from ekslint.syntax.tree import Mapping, Node, Scalar, Sequence, key_name

_DIRECTIVE = "$patch"
_DIRECTIVES = ("delete", "replace", "merge")


def merge(base: Mapping, patch: Mapping, fields: Fields | None) -> Mapping | None:
    """An object with a patch applied; None where the patch deletes it.

    Raises BuildError where the patch has another type than the field, or a directive that there is not.
    """
    merged = _merge(base, patch, Merged(None, fields) if fields is not None else None)
    return merged if isinstance(merged, Mapping) else None


def _merge(base: Node | None, patch: Node | None, how: Merged | None) -> Node | None:
    if patch is None:
        return base
    if is_null(patch):
        return None
    if base is None or is_null(base):
        return _added(patch, how)
    if _shape(base) is not _shape(patch):
        raise BuildError(f"the patch has a {patch.kind} here, and what it patches has a {base.kind}", patch.place)
    if isinstance(base, Mapping) and isinstance(patch, Mapping):
        return _merge_maps(base, patch, how)
    if isinstance(base, Sequence) and isinstance(patch, Sequence) and how is not None and how.keys is not None:
        return _merge_lists(base, patch, how)
    return patch


def _shape(node: Node) -> type[Node]:
    return Mapping if isinstance(node, Mapping) else Sequence if isinstance(node, Sequence) else Scalar


def _inner(how: Merged | None, name: str) -> Merged | None:
    return how.inner.get(name) if how is not None else None


def _merge_maps(base: Mapping, patch: Mapping, how: Merged | None) -> Node | None:
    directive, patch = _map_directive(patch)
    if directive == "delete":
        return None
    if directive == "replace":
        return _added(patch, how)
    entries: list[tuple[Node, Node]] = []
    for key, value in base.entries:
        name = key_name(key)
        change = patch.get(name)
        if change is None:
            if not (isinstance(value, Scalar) and value.value is None and not value.content):
                entries.append((key, value))
            continue
        new = _merge(value, change, _inner(how, name))
        if new is not None:
            entries.append((key if _is_merged(value, change, new) else patch.key(name) or key, new))
    for key, value in patch.entries:
        name = key_name(key)
        if base.get(name) is None:
            new = _merge(None, value, _inner(how, name))
            if new is not None:
                entries.append((key, new))
    return mapping(base, entries)


def _is_merged(base: Node, patch: Node, new: Node) -> bool:
    """Whether a value still stands where the base has it."""
    return new is not patch and not isinstance(new, Scalar) and new.text is base.text and new.start == base.start


def _added(node: Node, how: Merged | None) -> Node | None:
    """What a patch brings where there was nothing: without nulls, and with its own directives followed."""
    if isinstance(node, Mapping):
        directive, node = _map_directive(node)
        if directive == "delete":
            return None
        entries = []
        for key, value in node.entries:
            new = None if is_null(value) else _added(value, _inner(how, key_name(key)))
            if new is not None:
                entries.append((key, new))
        return mapping(node, entries)
    if isinstance(node, Sequence) and how is not None and how.keys is not None:
        directive, node = _list_directive(node)
        if directive == "delete":
            return None
        kept = [new for item in node.items if (new := _added(item, Merged(None, how.inner))) is not None]
        return sequence(node, kept)
    return node


def _map_directive(patch: Mapping) -> tuple[str, Mapping]:
    written = patch.get(_DIRECTIVE)
    if written is None:
        return "merge", patch
    directive = content(written)
    if directive not in _DIRECTIVES:
        raise BuildError(f"there is no patch strategy {directive}: write delete, replace or merge", written.place)
    return directive, drop(patch, _DIRECTIVE)


def _list_directive(patch: Sequence) -> tuple[str, Sequence]:
    for number, item in enumerate(patch.items):
        if isinstance(item, Mapping) and item.get(_DIRECTIVE) is not None:
            if len(item.entries) > 1:
                break
            directive, _ = _map_directive(item)
            return directive, sequence(patch, [*patch.items[:number], *patch.items[number + 1 :]])
    return "merge", patch


def _merge_lists(base: Sequence, patch: Sequence, how: Merged) -> Node | None:
    directive, patch = _list_directive(patch)
    if directive == "delete":
        return None
    if directive == "replace":
        return _added(patch, how)
    if not how.keys:
        known = [content(item) for item in patch.items]
        return sequence(base, [*patch.items, *(item for item in base.items if content(item) not in known)])
    return _Associative(base, patch, how).merged()


class _Associative:
    """Lists whose items are told apart by one or more keys; of several keys those count that are written."""

    def __init__(self, base: Sequence, patch: Sequence, how: Merged) -> None:
        self.base = base
        self.keys = how.keys or ()
        self.inner = Merged(None, how.inner)
        self.old: list[Node] = list(base.items)
        self.patch = patch

    def merged(self) -> Sequence:
        added: list[Node] = []
        names = self._names()
        written = [key for number, key in enumerate(self.keys) if any(values[number] for values in names)] or list(self.keys)
        for values in names:
            own = [(key, value) for key, value in zip(self.keys, values, strict=True) if value] or list(
                zip(self.keys, values, strict=True)
            )
            at = _find(self.old, own)
            change = _find(self.patch.items, own)
            new = _merge(
                self.old[at] if at is not None else None, self.patch.items[change] if change is not None else None, self.inner
            )
            all_values = [(key, value) for key, value in zip(self.keys, values, strict=True) if key in written]
            if new is None or (isinstance(new, Mapping) and not new.entries):
                self.old = [item for item in self.old if not _chosen(item, all_values)]
                continue
            new = self._named(new, own)
            if at is not None and change is not None and not _replaces(self.patch.items[change]):
                self.old[at] = new
            elif at is not None and change is not None:
                new = self.old[at]
            _set(added, new, all_values)
        for item in self.old:
            self._keep(added, item, written)
        return sequence(self.base, added)

    def _names(self) -> list[list[str]]:
        """The values of the keys of all items, the patch's first."""
        found: list[list[str]] = []
        for item in (*self.patch.items, *self.old):
            values = [content(item.get(key)) for key in self.keys]
            if values not in found:
                found.append(values)
        if len(self.keys) > 1:
            for first in range(len(found)):
                for second in range(len(found)):
                    both = _alike(found[first], found[second])
                    if both is not None:
                        found[first] = found[second] = both
        return found

    def _named(self, node: Node, own: list[tuple[str, str]]) -> Node:
        """An item with all of its keys: one that only the patch or only the base writes holds for both."""
        for key, value in own:
            if isinstance(node, Mapping) and node.get(key) is None and value:
                node = put(node, scalar(key, node), scalar(value, node))
        return node

    def _keep(self, added: list[Node], item: Node, written: list[str]) -> None:
        """Puts an item of the base into its place: where that of the patch is, or with several keys behind all of the patch's."""
        values = [(key, content(item.get(key))) for key in written if item.get(key) is not None]
        if len(written) > 1 and values:
            added[:] = [other for other in added if not _chosen(other, values)]
        _set(added, item, values)


def _find(found: list[Node], own: list[tuple[str, str]]) -> int | None:
    for number, item in enumerate(found):
        if isinstance(item, Mapping) and all(item.get(key) is not None and content(item.get(key)) == value for key, value in own):
            return number
    return None


def _chosen(item: Node, values: list[tuple[str, str]]) -> bool:
    """Whether an item has these values; where one of them is empty, whether it has the key at all."""
    if not isinstance(item, Mapping):
        return False
    return all(item.get(key) is not None and value in ("", content(item.get(key))) for key, value in values)


def _set(added: list[Node], item: Node, values: list[tuple[str, str]]) -> None:
    for number, other in enumerate(added):
        if values and _chosen(other, values):
            added[number] = item
            return
    added.append(item)


def _replaces(patch: Node) -> bool:
    """Whether an item asks to replace another, which kustomize does not follow inside lists."""
    return content(patch.get(_DIRECTIVE)) == "replace"


def _alike(first: list[str], second: list[str]) -> list[str] | None:
    """The values of two items that are one: some in common, and different only where one of them has none."""
    common = False
    both = []
    for one, other in zip(first, second, strict=True):
        if one == other:
            common = True
        elif one and other:
            return None
        both.append(one or other)
    return both if common else None
