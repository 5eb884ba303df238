"""Tables that the facts read, each beside the module that reads it; sources.json says where each comes from and of which date."""

# No "from __future__ import annotations" here: it would stand in the way of the module of that name.
import os
from typing import Any


def read_table(name: str) -> str:
    """The text of a table in this folder."""
    with open(os.path.join(os.path.dirname(__file__), name), encoding="utf-8") as file:
        return file.read()


def frozen(entry: dict[str, Any]) -> dict[str, Any]:
    """An entry of a table with its lists as tuples."""
    return {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
