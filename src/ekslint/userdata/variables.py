"""Variables of a script that are assigned a literal once, put in where they are used."""

from __future__ import annotations

import re

from ekslint.source.text import Derived, Piece
from ekslint.userdata.kubelet import Hole, Line, pieces_of

VARIABLE = re.compile(r"\$(?:\{((?:\w+:)?\w+)\}|((?:\w+:)?\w+))")
"""`$name` and `${name}`, in PowerShell with a scope before the name."""

_LIMIT = 64_000


class Variables:
    """What each name is known to hold: a line, or nothing certain. `fold` ignores the case of names, as PowerShell does."""

    def __init__(self, fold: bool = False) -> None:
        self._fold = fold
        self._lines: dict[str, Line | None] = {}
        self.exported: set[str] = set()
        self.export_all = False

    def get(self, name: str) -> Line | None:
        return self._lines.get(self._name(name))

    def assign(self, name: str, line: Line | None) -> None:
        """Takes the place of what was there; None where it cannot be known."""
        self._lines[self._name(name)] = line if line is None or len(line.text.value) <= _LIMIT else None

    def assigned(self, name: str) -> bool:
        return self._name(name) in self._lines

    def resolve(self, line: Line) -> Line:
        """The line with what is known put in for its holes; its places are then those of the assignments."""
        if not line.holes or not self._lines:
            return line
        value = line.text.value
        pieces: list[Piece] = []
        holes: list[Hole] = []
        at = size = 0
        for hole in line.holes:
            match = VARIABLE.fullmatch(value, hole.start, hole.end)
            known = self.get(match.group(1) or match.group(2)) if match else None
            if known is None:
                continue
            before = value[at : hole.start]
            pieces.append(Piece(line.text, at, hole.start, before, True))
            holes += [Hole(h.start - at + size, h.end - at + size, h.reason) for h in line.holes if at <= h.start < hole.start]
            size += len(before)
            inside = known.text.value
            pieces += pieces_of(known.text)
            holes += [Hole(h.start + size, h.end + size, h.reason) for h in known.holes]
            size += len(inside)
            at = hole.end
        if not pieces:
            return line
        pieces.append(Piece(line.text, at, len(value), value[at:], True))
        holes += [Hole(h.start - at + size, h.end - at + size, h.reason) for h in line.holes if h.start >= at]
        return Line(Derived(pieces), holes) if size <= _LIMIT else line

    def _name(self, name: str) -> str:
        return name.lower() if self._fold else name
