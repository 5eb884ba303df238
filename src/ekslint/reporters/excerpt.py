"""The line of a place with the place marked underneath, as it will look in a terminal."""

from __future__ import annotations

from ekslint.reporters.escape import visible
from ekslint.source.text import Place

WIDTH = 100
"""Columns of a line that are shown; of a longer one only what is around the place."""

_BEFORE = 30
_TAB = 4
_CUT = "..."


class Lines:
    """The lines of the files of a report, split once per file."""

    __slots__ = ("_split", "_texts")

    def __init__(self, texts: dict[str, str]) -> None:
        self._texts = texts
        self._split: dict[str, list[str]] = {}

    def of(self, file: str) -> list[str]:
        """All lines of a file, without their ends; none where the report has no text of it."""
        lines = self._split.get(file)
        if lines is None:
            text = self._texts.get(file)
            lines = self._split[file] = [] if text is None else text.split("\n")
        return lines

    def region(self, place: Place) -> str | None:
        """The characters of a place, None where the report has no such lines."""
        lines = self.of(place.file)[place.line - 1 : place.end_line]
        if len(lines) != place.end_line - place.line + 1:
            return None
        lines[-1] = lines[-1][: place.end_column - 1]
        lines[0] = lines[0][place.column - 1 :]
        return "\n".join(lines)


def excerpt(lines: list[str], place: Place) -> tuple[str, str] | None:
    """The first line of a place, and spaces and carets to stand underneath; None where the file has no such line.

    Tabs become spaces, characters that a terminal would act on become escapes, wide ones count two columns and combining ones none.
    """
    if not 1 <= place.line <= len(lines):
        return None
    line = lines[place.line - 1].removesuffix("\r")
    start = min(place.column - 1, len(line))
    end = len(line) if place.end_line > place.line else min(place.end_column - 1, len(line))
    first = max(0, start - WIDTH)
    cells = _cells(line[first : start + 2 * WIDTH])
    return _cut(cells, start - first, max(start, end) - first, first > 0, start + 2 * WIDTH < len(line))


def _cut(cells: list[tuple[str, int]], start: int, end: int, more_before: bool, more_after: bool) -> tuple[str, str]:
    """What is shown of the cells around those from `start` up to `end`, and the marks underneath."""
    offsets = [0]
    for _, width in cells:
        offsets.append(offsets[-1] + width)
    first, last = 0, len(cells)
    if more_before or more_after or offsets[-1] > WIDTH:
        first = start
        while first and offsets[start] - offsets[first - 1] <= _BEFORE:
            first -= 1
        last = start
        while last < len(cells) and offsets[last + 1] - offsets[first] <= WIDTH:
            last += 1
        while first and offsets[last] - offsets[first - 1] <= WIDTH:
            first -= 1
    head = _CUT if first or more_before else ""
    tail = _CUT if last < len(cells) or more_after else ""
    shown = head + "".join(cell for cell, _ in cells[first:last]) + tail
    marked = offsets[min(end, last)] - offsets[start]
    return shown.rstrip(), " " * (len(head) + offsets[start] - offsets[first]) + "^" * max(1, marked)


def _cells(line: str) -> list[tuple[str, int]]:
    """What a terminal shows for each character, and how many columns that takes."""
    if line.isascii() and line.isprintable():
        return [(char, 1) for char in line]
    from unicodedata import category, east_asian_width

    cells = []
    for char in line:
        if char == "\t":
            cells.append((" " * _TAB, _TAB))
            continue
        cell = visible(char)
        if cell != char:
            cells.append((cell, len(cell)))
        elif category(char) in ("Mn", "Me"):
            cells.append((char, 0))
        else:
            cells.append((char, 2 if east_asian_width(char) in "WF" else 1))
    return cells
