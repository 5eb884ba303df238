"""Trees changed by copying: what is changed is made anew, all else is shared with the tree it came from."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ekslint.data.kustomize import Spec
from ekslint.layers.kustomize.faults import BuildError
from ekslint.source.text import Piece
from ekslint.syntax.builder import MAX_DEPTH
from ekslint.syntax.resolve import resolve
from ekslint.syntax.tree import Mapping, Node, Plain, Scalar, Sequence, key_name

Change = Callable[[Node], Node]


def is_null(node: Node | None) -> bool:
    """Whether there is nothing, or a null."""
    return node is None or (isinstance(node, Scalar) and node.value is None)


def content(node: Node | None) -> str:
    """What a scalar says as text, empty where there is none."""
    return node.content if isinstance(node, Scalar) and node.value is not None else ""


def scalar(value: Plain, like: Node, text: str | None = None) -> Scalar:
    """A scalar of a value of its own that stands where another node stands."""
    written = text if text is not None else value if isinstance(value, str) else str(value)
    start, end = (like.start, like.end)
    made = Scalar(like.text, start, end, value, written, '"' if isinstance(value, str) else "")
    if like.text.value[start:end] != written:
        made.pieces = [Piece(like.text, start, end, written, False)]
    return made


def rewritten(node: Node, text: str, place: Node | None = None) -> Scalar:
    """A scalar with another text and the type that it had: what stood as a string stays one, all else is resolved again."""
    is_string = isinstance(node, Scalar) and isinstance(node.value, str)
    return scalar(text if is_string else resolve(text), place or node, text)


def mapping(like: Node, entries: Iterable[tuple[Node, Node]] = ()) -> Mapping:
    """A map that stands where another node stands."""
    return Mapping(like.text, like.start, like.end, list(entries), like.tag if isinstance(like, Mapping) else None)


def sequence(like: Node, items: Iterable[Node]) -> Sequence:
    """A list that stands where another node stands."""
    return Sequence(like.text, like.start, like.end, list(items), like.tag if isinstance(like, Sequence) else None)


def put(base: Mapping, key: Node, value: Node, keep_key: bool = False) -> Mapping:
    """The map with a value under a key: at the place of the key of the same name, else as its last entry."""
    name = key_name(key)
    entries = list(base.entries)
    for number, (old, _) in enumerate(entries):
        if key_name(old) == name:
            entries[number] = (old if keep_key else key, value)
            return mapping(base, entries)
    entries.append((key, value))
    return mapping(base, entries)


def put_all(base: Mapping, pairs: Iterable[tuple[Node, Node]]) -> Mapping:
    """The map with each value under its key, as `put` does it for one."""
    made = list(base.entries)
    numbers: dict[str | None, int] = {}
    for number, (old, _) in enumerate(made):
        numbers.setdefault(key_name(old), number)
    for key, value in pairs:
        number = numbers.setdefault(key_name(key), len(made))
        made[number : number + 1] = [(key, value)]
    return mapping(base, made)


def drop(base: Mapping, name: str) -> Mapping:
    """The map without a key."""
    return mapping(base, [entry for entry in base.entries if key_name(entry[0]) != name])


def change_at(node: Node, path: tuple[str, ...], change: Change, spec: Spec, empty: Mapping | Scalar | None, place: Node) -> Node:
    """A tree with the fields at a path changed, in every item of the lists on the way.

    Where `spec` makes what is missing, the last field begins as `empty`, and new keys stand at `place`.
    """
    if not path:
        return change(node)
    if is_null(node):
        return node
    if isinstance(node, Sequence):
        return _each(node, lambda item: change_at(item, path, change, spec, empty, place))
    if not isinstance(node, Mapping):
        return node
    name = path[0].removesuffix("[]")
    old = node.get(name)
    begun = old
    if is_null(old) and spec.create and empty is not None and name == path[0]:
        begun = empty if len(path) == 1 else mapping(place)
    if begun is None:
        return node
    new = change_at(begun, path[1:], change, spec, empty, place)
    if new is old:
        return node
    return put(node, scalar(name, place), new, keep_key=True)


def changed(node: Node, change: Change) -> Node:
    """A map or list with every value changed; itself where none is."""
    if isinstance(node, Mapping):
        entries = [(key, change(value)) for key, value in node.entries]
        same = all(new[1] is old[1] for new, old in zip(entries, node.entries, strict=True))
        return node if same else mapping(node, entries)
    return _each(node, change) if isinstance(node, Sequence) else node


def _each(node: Sequence, change: Change) -> Sequence:
    items = [change(item) for item in node.items]
    same = all(new is old for new, old in zip(items, node.items, strict=True))
    return node if same else sequence(node, items)


def measure(node: Node, most: int) -> tuple[int, int]:
    """How many nodes a tree has, counted as often as they are reached, and how deep it is; stops counting beyond `most`."""
    count, deepest = 0, 0
    waiting = [(node, 1)]
    while waiting and count <= most:
        at, depth = waiting.pop()
        count += 1
        deepest = max(deepest, depth)
        if isinstance(at, Mapping):
            waiting.extend((value, depth + 1) for _, value in at.entries)
        elif isinstance(at, Sequence):
            waiting.extend((item, depth + 1) for item in at.items)
    return count, deepest


def check_depth(above: int, node: Node, most: int) -> None:
    """Raises BuildError where a node below so many others makes a tree too deep or is too large."""
    count, depth = measure(node, most)
    if count > most or above + depth > MAX_DEPTH:
        raise BuildError("what this copies makes the object too large or too deeply nested", node.place, "limit")
