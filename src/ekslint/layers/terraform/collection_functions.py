"""Terraform's functions of lists and maps."""

from __future__ import annotations

from collections.abc import Callable

from ekslint.layers.terraform.values import MAX_ITEMS, boolean, certain, integer, members, number, said_of, sequence, texts, why_of
from ekslint.syntax.computed import Computed, OpenMapping, OpenSequence
from ekslint.syntax.expressions import Call
from ekslint.syntax.tree import Mapping, Node, Scalar, Sequence


def _merge(at: Call, arguments: list[Node]) -> Node | None:
    entries: dict[str, tuple[Node, Node]] = {}
    why = ""
    for each in arguments:
        if isinstance(each, Scalar) and each.value is None:
            continue
        if not isinstance(each, Mapping) or isinstance(each, OpenMapping):
            why = why_of(each) or (each.reason if isinstance(each, Computed) else "a part of it is no map")
            replacing = f"{each.written if isinstance(each, Computed) else 'a later map'} may replace it"
            entries = {name: (key, _doubtful(value, replacing)) for name, (key, value) in entries.items()}
        if isinstance(each, Mapping):
            for key, value in each.entries:
                name = key.content if isinstance(key, Scalar) else ""
                entries.pop(name, None)
                entries[name] = (key, value)
    found = list(entries.values())
    first = next((each for each in arguments if isinstance(each, Mapping) and each.entries), None)
    span = (first.text, first.start, first.end) if first is not None else (at.text, at.start, at.end)
    return OpenMapping(*span, found, why) if why else Mapping(*span, found)


def _doubtful(value: Node, reason: str) -> Node:
    written = value.text.value[value.start : value.end]
    return value if isinstance(value, Computed) else Computed(value.text, value.start, value.end, reason, written)


def _concat(at: Call, arguments: list[Node]) -> Node | None:
    items: list[Node] = []
    why = ""
    for each in arguments:
        if isinstance(each, Sequence):
            items += each.items
            why = why or why_of(each)
        else:
            why = why or (each.reason if isinstance(each, Computed) else "a part of it is no list")
    return sequence(at, items, why) if len(items) <= MAX_ITEMS else None


def _flatten(at: Call, arguments: list[Node]) -> Node | None:
    waiting, why = arguments[::-1], ""
    items: list[Node] = []
    for _ in range(MAX_ITEMS * 4):
        if not waiting:
            return sequence(at, items, why)
        node = waiting.pop()
        if isinstance(node, Sequence):
            waiting.extend(reversed(node.items))
            why = why or why_of(node)
        else:
            why = why or (node.reason if isinstance(node, Computed) else "")
            items.append(node)
    return None


def _lookup(at: Call, arguments: list[Node]) -> Node | None:
    key = said_of(arguments[1])
    if not isinstance(arguments[0], Mapping) or key is None:
        return None
    found = arguments[0].get(key)
    if found is not None:
        return found
    return arguments[2] if len(arguments) > 2 and not isinstance(arguments[0], OpenMapping) else None


def _element(at: Call, arguments: list[Node]) -> Node | None:
    index = number(arguments[1])
    if not isinstance(arguments[0], Sequence) or isinstance(arguments[0], OpenSequence) or not isinstance(index, int):
        return None
    return arguments[0].items[index % len(arguments[0].items)] if arguments[0].items else None


def _coalesce(at: Call, arguments: list[Node]) -> Node | None:
    for each in arguments:
        if isinstance(each, Computed):
            return None
        empty = isinstance(each, Scalar) and each.value in (None, "")
        if not empty and not (isinstance(each, Sequence) and not each.items and at.name == "coalescelist"):
            return each
    return None


def _one(at: Call, arguments: list[Node]) -> Node | None:
    if not isinstance(arguments[0], Sequence) or len(arguments[0].items) > 1 or isinstance(arguments[0], OpenSequence):
        return None
    return arguments[0].items[0] if arguments[0].items else Scalar(at.text, at.start, at.end, None, "null")


def _length(at: Call, arguments: list[Node]) -> Node | None:
    one = arguments[0]
    if isinstance(one, (OpenMapping, OpenSequence)):
        return None
    if isinstance(one, Mapping):
        return integer(at, len(one.entries))
    if isinstance(one, Sequence):
        return integer(at, len(one.items))
    said = said_of(one)
    return integer(at, len(said)) if said is not None else None


def _keys(at: Call, arguments: list[Node]) -> Node | None:
    pairs = sorted(members(arguments[0]), key=lambda pair: said_of(pair[0]) or "") if isinstance(arguments[0], Mapping) else None
    return sequence(at, [key for key, _ in pairs], why_of(arguments[0])) if pairs is not None else None


def _values(at: Call, arguments: list[Node]) -> Node | None:
    pairs = sorted(members(arguments[0]), key=lambda pair: said_of(pair[0]) or "") if isinstance(arguments[0], Mapping) else None
    return sequence(at, [value for _, value in pairs], why_of(arguments[0])) if pairs is not None else None


def _zipmap(at: Call, arguments: list[Node]) -> Node | None:
    keys, values = arguments[0], arguments[1]
    if not isinstance(keys, Sequence) or not isinstance(values, Sequence) or not all(map(certain, keys.items)):
        return None
    return Mapping(at.text, at.start, at.end, list(zip(keys.items, values.items, strict=True)))


def _distinct(at: Call, arguments: list[Node]) -> Node | None:
    if not isinstance(arguments[0], Sequence):
        return None
    items: dict[str, Node] = {}
    for item in arguments[0].items:
        said = said_of(item)
        if at.name == "compact" and (said == "" or (isinstance(item, Scalar) and item.value is None)):
            continue
        items.setdefault(said if said is not None else f"\0{len(items)}", item)
    found = list(items.values())
    if at.name == "sort":
        said_all = texts(found)
        found = sorted(arguments[0].items, key=lambda item: said_of(item) or "") if said_all is not None else []
        if said_all is None:
            return None
    return sequence(at, found, why_of(arguments[0]))


def _reverse(at: Call, arguments: list[Node]) -> Node | None:
    if not isinstance(arguments[0], Sequence) or isinstance(arguments[0], OpenSequence):
        return None
    return sequence(at, arguments[0].items[::-1])


def _slice(at: Call, arguments: list[Node]) -> Node | None:
    start, end = number(arguments[1]), number(arguments[2])
    if not isinstance(arguments[0], Sequence) or not isinstance(start, int) or not isinstance(end, int) or start < 0:
        return None
    return sequence(at, arguments[0].items[start:end], why_of(arguments[0])) if end <= len(arguments[0].items) else None


def _range(at: Call, arguments: list[Node]) -> Node | None:
    numbers = [number(argument) for argument in arguments]
    whole = [each for each in numbers if isinstance(each, int)]
    if len(whole) != len(numbers) or not 1 <= len(whole) <= 3:
        return None
    found = range(*whole)
    return sequence(at, [integer(at, each) for each in found]) if len(found) <= MAX_ITEMS else None


def _contains(at: Call, arguments: list[Node]) -> Node | None:
    wanted = said_of(arguments[1])
    if not isinstance(arguments[0], Sequence) or wanted is None:
        return None
    said = [said_of(item) for item in arguments[0].items]
    if wanted in said:
        return boolean(at, True)
    return boolean(at, False) if None not in said and not why_of(arguments[0]) else None


def _same(at: Call, arguments: list[Node]) -> Node | None:
    return arguments[0] if not isinstance(arguments[0], Computed) else None


FUNCTIONS: dict[str, Callable[[Call, list[Node]], Node | None]] = {
    "merge": _merge,
    "concat": _concat,
    "setunion": _concat,
    "flatten": _flatten,
    "lookup": _lookup,
    "element": _element,
    "coalesce": _coalesce,
    "coalescelist": _coalesce,
    "one": _one,
    "length": _length,
    "keys": _keys,
    "values": _values,
    "zipmap": _zipmap,
    "distinct": _distinct,
    "compact": _distinct,
    "toset": _distinct,
    "sort": _distinct,
    "reverse": _reverse,
    "slice": _slice,
    "range": _range,
    "contains": _contains,
    "tolist": _same,
    "tomap": _same,
    "nonsensitive": _same,
    "sensitive": _same,
}
