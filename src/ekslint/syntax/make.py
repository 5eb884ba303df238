"""Makefiles: the recipes as one shell program, every character at its place in the Makefile."""

from __future__ import annotations

import re

from ekslint.source.text import Derived, Piece, Text

_LINE = re.compile(r"\t[@+-]*[ \t]*(?=\S)")
_DOLLARS = re.compile(r"\$\$")


def recipes(text: Text) -> Text:
    """All recipe lines without their tab and the marks `@`, `-` and `+`, and with `$$` as the shell gets it, `$`.

    What make fills in, as `$(NAME)`, stays: to the shell's grammar it is something that only a run knows.
    """
    value = text.value
    pieces: list[Piece] = []
    at, continued = 0, False
    while at < len(value):
        end = value.find("\n", at) + 1 or len(value)
        begin = _LINE.match(value, at, end)
        if begin is not None or continued:
            start = begin.end() if begin is not None and not continued else at
            pieces.extend(_line(text, start, end))
            continued = value[at:end].rstrip("\r\n").endswith("\\")
        at = end
    return Derived(pieces) if pieces else text.part(0, 0)


def _line(text: Text, start: int, end: int) -> list[Piece]:
    found: list[Piece] = []
    done = start
    for dollars in _DOLLARS.finditer(text.value, start, end):
        if done < dollars.start():
            found.append(Piece(text, done, dollars.start(), text.value[done : dollars.start()], True))
        found.append(Piece(text, dollars.start(), dollars.end(), "$", False))
        done = dollars.end()
    if done < end:
        found.append(Piece(text, done, end, text.value[done:end], True))
    return found
