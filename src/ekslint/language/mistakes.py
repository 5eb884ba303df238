"""What is wrong with rule files, each with its place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ekslint.source.text import Place


class Mistake(NamedTuple):
    """A sentence for the author of a rule, and the place it speaks of."""

    place: Place
    message: str

    def __str__(self) -> str:
        return f"{self.place.file}:{self.place.line}: {self.message}"


class RuleError(Exception):
    """Rule files that cannot be used: one mistake or more, in the order of files and lines."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(sorted(set(mistakes)))
        super().__init__("\n".join(map(str, self.mistakes)))
