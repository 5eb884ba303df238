"""Trees of the kept grammars, with offsets in code points."""

from __future__ import annotations

from bisect import bisect_right
from importlib import import_module
from time import process_time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node as Branch

MAX_SECONDS = 5
_CHUNK = 1 << 16
MAX_CHARACTERS = {"bash": 200_000, "hcl": 500_000, "toml": 1_000_000}


class Offsets:
    """Byte offsets in the UTF-8 of a text as offsets in code points."""

    __slots__ = ("_behind", "_excess")

    def __init__(self, value: str) -> None:
        self._behind: list[int] = []
        """For each character of several bytes the byte offset behind it, and how many bytes more than characters there are."""
        self._excess: list[int] = []
        if value.isascii():
            return
        excess = 0
        for at, character in enumerate(value):
            if character > "\x7f":
                excess += 1 if character < "\u0800" else 2 if character < "\U00010000" else 3
                self._behind.append(at + 1 + excess)
                self._excess.append(excess)

    def __call__(self, byte: int) -> int:
        index = bisect_right(self._behind, byte)
        return byte - self._excess[index - 1] if index else byte


def grow(value: str, grammar: str) -> Branch:
    """The root of the tree that a grammar (bash or toml) gives; raises ValueError for a text that is too long or takes too long."""
    from tree_sitter import Language, Parser

    if len(value) > MAX_CHARACTERS[grammar]:
        raise ValueError(f"longer than {MAX_CHARACTERS[grammar]} characters")
    raw = value.encode("utf-8", "surrogatepass")
    deadline = process_time() + MAX_SECONDS
    parser = Parser(Language(import_module(f"tree_sitter_{grammar}").language()))
    try:
        tree = parser.parse(
            lambda offset, _: raw[offset : offset + _CHUNK],
            progress_callback=lambda _, __: process_time() > deadline,
        )
    except ValueError:
        raise ValueError(f"not read within {MAX_SECONDS} seconds") from None
    return tree.root_node
