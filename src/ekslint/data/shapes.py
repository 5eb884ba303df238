"""The types of the fields that ekslint reads, by API group and kind.

A shape is a mapping (a map with fields of these shapes), a list of one shape (a list of such), or the names of the accepted
types joined by a bar; `map` is a map of anything. What is not named may have any type.
"""

from __future__ import annotations

import json
import os
from functools import cache
from typing import Any

Shape = str | list[Any] | dict[str, Any]


@cache
def _table() -> dict[str, Any]:
    with open(os.path.join(os.path.dirname(__file__), "shapes.json"), encoding="utf-8") as file:
        table: dict[str, Any] = json.load(file)
    return table


@cache
def shape(group: str, kind: str) -> Shape | None:
    """The shape of an object, None for kinds that are not held to one."""
    table = _table()
    found = table["shapes"].get(f"{group}/{kind}")
    if found is None:
        return None
    return {"metadata": table["metadata"], **found}


def kinds() -> tuple[tuple[str, str], ...]:
    """API group and kind of all objects that have a shape."""
    return tuple((name.rpartition("/")[0], name.rpartition("/")[2]) for name in _table()["shapes"])


def resolve(found: Shape) -> Shape:
    """The shape itself where it is named (`pod`)."""
    if found != "pod":
        return found
    pod: Shape = _table()["pod"]
    return pod
