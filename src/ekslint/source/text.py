"""Texts whose every character knows the file, line and column where it was written."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from typing import NamedTuple


class Place(NamedTuple):
    """A stretch of a file: lines and columns count from 1, columns in code points, the end is exclusive."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Text:
    """The decoded characters of one file (without a byte order mark), under the name that findings show."""

    __slots__ = ("_places", "_starts", "file", "value")

    def __init__(self, value: str, file: str) -> None:
        self.value = value
        self.file = file
        self._starts: list[int] | None = None
        self._places: dict[tuple[int, int], Place] = {}

    def place(self, start: int, end: int) -> Place:
        """The place of the characters from `start` up to `end` (offsets in code points)."""
        kept = self._places.get((start, end))
        if kept is None:
            line, column = self.position(start)
            end_line, end_column = self.position(max(start, end))
            kept = self._places[start, end] = Place(self.file, line, column, end_line, end_column)
        return kept

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of one offset in this text itself, both from 1; only `\\n` ends a line."""
        starts = self._starts
        if starts is None:
            starts = self._starts = line_starts(self.value)
        line = bisect_right(starts, offset)
        return line, offset - starts[line - 1] + 1

    def offset(self, line: int, column: int) -> int:
        """The offset of a line and column of this text itself; the end of the text for what lies behind it."""
        starts = self._starts
        if starts is None:
            starts = self._starts = line_starts(self.value)
        return min(starts[line - 1] + column - 1, len(self.value)) if line <= len(starts) else len(self.value)

    def part(self, start: int, end: int) -> Derived:
        """The characters from `start` up to `end` as a text of its own; places stay true."""
        return Derived([Piece(self, start, end, self.value[start:end], True)])


class Piece(NamedTuple):
    """What a derived text took over: `value` stands for `source.value[start:end]`, to the letter where `verbatim`."""

    source: Text
    start: int
    end: int
    value: str
    verbatim: bool


class Derived(Text):
    """A text made of pieces of other texts: a decoded scalar, a base64 body, a joined expression.

    Inside a verbatim piece places are exact; in any other piece every character has the place of the whole piece.
    """

    __slots__ = ("_offsets", "pieces")

    def __init__(self, pieces: Iterable[Piece]) -> None:
        self.pieces = list(pieces)
        super().__init__("".join(p.value for p in self.pieces), self.pieces[0].source.file if self.pieces else "")
        offsets, total = [], 0
        for piece in self.pieces:
            offsets.append(total)
            total += len(piece.value)
        self._offsets = offsets

    def place(self, start: int, end: int) -> Place:
        if not self.pieces:
            return Place(self.file, 1, 1, 1, 1)
        first = self._piece_place(start, start)
        last = self._piece_place(max(start, end - 1), max(start, end))
        if first.file != last.file or (last.end_line, last.end_column) < (first.line, first.column):
            return first
        return Place(first.file, first.line, first.column, last.end_line, last.end_column)

    def _piece_place(self, start: int, end: int) -> Place:
        index = max(0, bisect_right(self._offsets, start) - 1)
        while index + 1 < len(self.pieces) and not self.pieces[index].value:
            index += 1
        piece = self.pieces[index]
        if not piece.verbatim:
            return piece.source.place(piece.start, piece.end)
        ahead = min(start - self._offsets[index], len(piece.value))
        behind = min(end - self._offsets[index], len(piece.value))
        return piece.source.place(piece.start + ahead, piece.start + behind)


def line_starts(value: str) -> list[int]:
    """The offset at which each line begins."""
    starts, at = [0], value.find("\n")
    while at >= 0:
        starts.append(at + 1)
        at = value.find("\n", at + 1)
    return starts
