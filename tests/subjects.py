"""Kinds of subjects for tests of the rule language, and subjects made of plain data."""

from __future__ import annotations

from typing import Any

from ekslint.fact import Fact, Subject
from ekslint.source.text import Place
from ekslint.value import Absent, Known, Unknown, Value, listing

TYPES = {
    "thing": {
        "types": "part[]",
        "values": "int[]",
        "zones": "string[]",
        "service": "part",
        "cni": "part",
        "scheme": "string",
        "group": "string",
        "kind_of_target": "enum(instance, ip)",
        "mode": "enum(on, off, strict)",
        "count": "int",
        "limit": "int",
        "a": "bool",
        "b": "bool",
        "c": "bool",
        "anything": "any",
        "version": "version",
        "before": "thing",
    },
    "part": {
        "trunk": "bool",
        "capacity": "int",
        "zone": "string",
        "scheme": "string",
        "port": "int",
        "node_port": "int",
        "prefixes": "bool",
        "parts": "part[]",
    },
}
"""The facts of two kinds of subjects that no carrier knows."""


def facts() -> dict[str, dict[str, Fact]]:
    """The declarations of TYPES, to stand in `fact.FACTS` while a test runs."""
    return {kind: {name: Fact(kind, name, type, "", None) for name, type in types.items()} for kind, types in TYPES.items()}


def thing(given: dict[str, Any], kind: str = "thing", name: str = "it", line: int = 1) -> Subject:
    """A subject of plain data: {unknown: text} is a template, {open: […]} an open list; a fact not given is absent.

    Each fact stands on a line of its own, in the order given, from the line behind the subject's name on.
    """
    given = dict(given)
    name = given.pop("name", name)
    values = {fact: _value(value, TYPES[kind][fact], line + number) for number, (fact, value) in enumerate(given.items(), 1)}
    return Subject(kind, name, at(line), given=values)


def at(line: int) -> Place:
    """A place in the file where all these subjects stand."""
    return Place("made.yaml", line, 1, line, 5)


def _value(value: Any, type: str, line: int) -> Value:
    if isinstance(value, (Known, Absent, Unknown)):
        return value
    if isinstance(value, dict) and set(value) == {"unknown"}:
        return Unknown(f"the placeholder {value['unknown']}", (at(line),), value["unknown"])
    if type.endswith("[]"):
        is_open = isinstance(value, dict)
        items = value["open"] if is_open else value
        values = [_value(item, type[:-2], line * 100 + number) for number, item in enumerate(items)]
        return listing(values, is_open, "more is made by a template" if is_open else "", (at(line),))
    if isinstance(value, dict):
        return Known(thing(value, type, line=line), (at(line),))
    return Known(value, (at(line),))
