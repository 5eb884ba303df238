"""JSON patches (RFC 6902), in JSON or YAML, with the lenience and the refusals of the library that kustomize uses."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from ekslint.layers.kustomize.edit import check_depth, drop, put, scalar, sequence
from ekslint.layers.kustomize.faults import BuildError
from ekslint.syntax.builder import MAX_DEPTH
from ekslint.syntax.tree import Mapping, Node, Scalar, Sequence, string

MAX_COPIED = 50_000
_INDEX = re.compile(r"[-+]?[0-9]{1,9}")


class Operation(NamedTuple):
    """One step of a patch: what to do, where, and with which value or from where."""

    kind: str
    path: tuple[str, ...]
    value: Node
    source: tuple[str, ...] | None
    node: Node


def operations(root: Node) -> list[Operation]:
    """The steps of a patch. Raises BuildError where one lacks what it needs or is none."""
    if not isinstance(root, Sequence):
        raise BuildError("a JSON patch is a list of operations", root.place)
    return [_operation(item) for item in root.items]


def _operation(node: Node) -> Operation:
    kind = string(node.get("op"))
    if kind not in _STEPS:
        raise BuildError(f"an operation of a JSON patch has an op: {', '.join(_STEPS)}", (node.get("op") or node).place)
    path = _pointer(node.get("path"), node)
    source = _pointer(node.get("from"), node) if kind in ("move", "copy") else None
    value = node.get("value")
    place = node.get("path") or node
    return Operation(kind, path, value if value is not None else scalar(None, place, "null"), source, place)


def _pointer(node: Node | None, operation: Node) -> tuple[str, ...]:
    written = string(node)
    if node is None or written is None:
        raise BuildError("an operation of a JSON patch has a path (and a move or a copy also a from)", operation.place)
    if written and not written.startswith("/"):
        raise BuildError(f"a path of a JSON patch begins with a slash: {written} does not", node.place)
    parts = tuple(part.replace("~1", "/").replace("~0", "~") for part in written.split("/")[1:])
    if len(parts) > MAX_DEPTH:
        raise BuildError("this path is too long", node.place, "limit")
    return parts


def apply(root: Mapping, steps: list[Operation]) -> Mapping:
    """An object with all operations applied. Raises BuildError at the operation that does not apply."""
    for step in steps:
        changed = _STEPS[step.kind](root, step)
        if not isinstance(changed, Mapping):
            raise BuildError("an object stays a map: this operation makes something else of it", step.node.place)
        root = changed
    return root


def _get(root: Node, path: tuple[str, ...], step: Operation) -> Node:
    node = root
    for part in path:
        inner = node.items[_index(part, len(node.items), step)] if isinstance(node, Sequence) else node.get(part)
        if inner is None:
            raise _missing(path, step)
        node = inner
    return node


def _missing(path: tuple[str, ...], step: Operation) -> BuildError:
    return BuildError(f"the JSON patch does not apply: there is no /{'/'.join(path)} in the object", step.node.place)


def _index(part: str, length: int, step: Operation) -> int:
    if not _INDEX.fullmatch(part):
        raise BuildError(f"the JSON patch does not apply: {part} is no index of a list", step.node.place)
    index = int(part)
    if index < 0:
        index += length
    if not 0 <= index < length:
        raise BuildError(f"the JSON patch does not apply: the list has {length} items, and no {part}", step.node.place)
    return index


def _edit(
    node: Node, path: tuple[str, ...], step: Operation, last: Callable[[Mapping | Sequence, str], Node], whole: tuple[str, ...]
) -> Node:
    """The tree with `last` done to what holds the last part of the path."""
    if len(path) == 1:
        if not isinstance(node, (Mapping, Sequence)):
            raise _missing(whole, step)
        return last(node, path[0])
    if isinstance(node, Sequence):
        index = _index(path[0], len(node.items), step)
        items = list(node.items)
        items[index] = _edit(items[index], path[1:], step, last, whole)
        return sequence(node, items)
    inner = node.get(path[0])
    if not isinstance(node, Mapping) or inner is None:
        raise _missing(whole, step)
    return put(node, node.key(path[0]) or inner, _edit(inner, path[1:], step, last, whole), keep_key=True)


def _key(part: str, step: Operation) -> Scalar:
    """A key that stands where the path of an operation ends with it."""
    node = step.node
    written = part.replace("~", "~0").replace("/", "~1")
    at = node.text.value[node.start : node.end].rfind(written)
    if at < 0:
        return scalar(part, node)
    start = node.start + at
    return scalar(part, Scalar(node.text, start, start + len(written), part, part))


def _add_value(root: Node, path: tuple[str, ...], value: Node, step: Operation) -> Node:
    check_depth(len(path), value, MAX_COPIED)

    def last(node: Mapping | Sequence, part: str) -> Node:
        if isinstance(node, Sequence):
            at = len(node.items) if part == "-" else _index(part, len(node.items) + 1, step)
            return sequence(node, [*node.items[:at], value, *node.items[at:]])
        return put(node, _key(part, step), value)

    return _edit(root, path, step, last, path) if path else value


def _add(root: Node, step: Operation) -> Node:
    return _add_value(root, step.path, step.value, step)


def _remove(root: Node, step: Operation, path: tuple[str, ...] | None = None) -> Node:
    path = step.path if path is None else path

    def last(node: Mapping | Sequence, part: str) -> Node:
        if isinstance(node, Sequence):
            at = _index(part, len(node.items), step)
            return sequence(node, [*node.items[:at], *node.items[at + 1 :]])
        if node.get(part) is None:
            raise _missing(path, step)
        return drop(node, part)

    if not path:
        raise _missing(path, step)
    return _edit(root, path, step, last, path)


def _replace(root: Node, step: Operation) -> Node:
    value = step.value
    if not step.path:
        return value
    check_depth(len(step.path), value, MAX_COPIED)

    def last(node: Mapping | Sequence, part: str) -> Node:
        if isinstance(node, Sequence):
            items = list(node.items)
            items[_index(part, len(items), step)] = value
            return sequence(node, items)
        return put(node, _key(part, step), value)

    return _edit(root, step.path, step, last, step.path)


def _move(root: Node, step: Operation) -> Node:
    source = step.source or ()
    value = _get(root, source, step)
    return _add_value(_remove(root, step, source), step.path, value, step)


def _copy(root: Node, step: Operation) -> Node:
    return _add_value(root, step.path, _get(root, step.source or (), step), step)


def _test(root: Node, step: Operation) -> Node:
    found = _get(root, step.path, step)
    value = step.value
    if not _equal(found, value):
        raise BuildError(f"the test of this JSON patch fails: /{'/'.join(step.path)} has another value", step.node.place)
    return root


def _equal(first: Node, second: Node) -> bool:
    if isinstance(first, Scalar) and isinstance(second, Scalar):
        return first.value == second.value and isinstance(first.value, bool) == isinstance(second.value, bool)
    return first.plain() == second.plain()


_STEPS: dict[str, Callable[[Node, Operation], Node]] = {
    "add": _add,
    "remove": _remove,
    "replace": _replace,
    "move": _move,
    "test": _test,
    "copy": _copy,
}
