"""Values of a chart as Helm merges them: a later map over an earlier one, and values set one by one (`--set`) over both.

Sources: Helm's pkg/chartutil (CoalesceTables) and pkg/strvals (typedVal).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from ekslint.syntax.computed import Computed, OpenMapping, scalar_like
from ekslint.syntax.tree import Mapping, Node, Plain, Scalar, key_name

_MAX_DEPTH = 50
_STEP = re.compile(r"((?:[^.\[\]\\]|\\.)+)((?:\[\d+\])*)(?:\.|\Z)")
_NUMBER = re.compile(r"0|-?[1-9][0-9]{0,17}")


class Single(NamedTuple):
    """A value set by its dotted path: the node that names the path, and the value; `text` where it stays a string."""

    path: str
    key: Node
    value: Node | None
    text: bool = False


def over(below: Node | None, above: Node | None, depth: int = 0) -> Node | None:
    """A map with another one laid over it: maps merge, all else is replaced; a null stays, since it takes a chart's default out."""
    if above is None or below is None:
        return above if above is not None else below
    if not isinstance(above, Mapping) or not isinstance(below, Mapping) or depth > _MAX_DEPTH:
        return above
    entries: dict[str, tuple[Node, Node]] = {key_name(key): (key, value) for key, value in below.entries}
    for key, value in above.entries:
        name = key_name(key)
        merged = over(entries[name][1], value, depth + 1) if name in entries else value
        entries[name] = (key, merged if merged is not None else value)
    why = next((one.why for one in (above, below) if isinstance(one, OpenMapping)), None)
    found = list(entries.values())
    if why is not None:
        return OpenMapping(above.text, above.start, above.end, found, why)
    return Mapping(above.text, above.start, above.end, found)


def with_singles(values: Node | None, singles: Iterable[Single]) -> Node | None:
    """The values with those that are set one by one."""
    for single in singles:
        made = _nested(single)
        if made is not None:
            values = over(values, made)
    return values


def _nested(single: Single) -> Node | None:
    """`a.b.c` as maps in maps, all at the place of the path; what is set inside of a list makes the whole list unknown."""
    steps: list[str] = []
    at = 0
    listed = False
    while at < len(single.path) and not listed:
        found = _STEP.match(single.path, at)
        if found is None or len(steps) >= _MAX_DEPTH:
            return None
        steps.append(re.sub(r"\\(.)", r"\1", found[1]))
        listed = bool(found[2])
        at = found.end()
    key = single.key
    if not steps:
        return None
    node: Node
    if listed:
        node = Computed(key.text, key.start, key.end, "an item of the list is set by itself", single.path)
    else:
        node = _typed(single.value, key, single.text)
    for step in reversed(steps):
        node = Mapping(key.text, key.start, key.end, [(Scalar(key.text, key.start, key.end, step, step), node)])
    return node


def _typed(value: Node | None, key: Node, text: bool) -> Node:
    """What `--set` makes of a value's text: true, false, null and whole numbers are none any more."""
    if value is None:
        return Scalar(key.text, key.start, key.end, "", "", '"')
    if text or not isinstance(value, Scalar) or not isinstance(value.value, str):
        return value
    words: dict[str, Plain] = {"true": True, "false": False, "null": None}
    if value.value in words:
        return scalar_like(value, words[value.value], value.value)
    return scalar_like(value, int(value.value), value.value) if _NUMBER.fullmatch(value.value) else value
