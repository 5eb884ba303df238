"""Shell scripts as calls: words with their quotes off and their expansions as holes, and what goes into and out of each call."""

from __future__ import annotations

from typing import NamedTuple

from ekslint.source.text import Place, Text
from ekslint.userdata.bootstrap import Word
from ekslint.userdata.kubelet import Line
from ekslint.userdata.reading import Reading


class Output(NamedTuple):
    """A file that a call's output goes to; `append` with `>>`."""

    path: Word
    append: bool


class Call(NamedTuple):
    """One simple command. `here` is what it reads as a here-document or here-string, `piped` the call whose output it reads.

    `assignments` stand before the command or are those of `export`; None where a value is no plain word. `conditional` inside of a
    branch, a loop or a function, or behind `&&` and `||`.
    """

    words: list[Word]
    assignments: list[tuple[str, Word | None]]
    outputs: list[Output]
    here: Line | None
    conditional: bool
    piped: Call | None
    text: str
    place: Place


def calls(text: Text, reading: Reading) -> list[Call]:
    return []
