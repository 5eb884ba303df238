"""Fenced code blocks of Markdown (CommonMark 0.31, section 4.5), each a text whose places lead back into the file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ekslint.source.text import Derived, Piece, Text

_OPEN = re.compile(
    r"(?P<before>(?:[ \t>]|(?:[-*+]|\d{1,9}[.)])(?=[ \t]))*+)(?P<fence>`{3,}+|~{3,}+)[ \t]*+(?P<word>[\w+-]*+)(?P<rest>[^\n]*+)"
)
_PROMPT = re.compile(r"[ \t]*(?:\$|>|#) ")
_SYNTAXES = {
    "yaml": "yaml",
    "yml": "yaml",
    "json": "yaml",
    "jsonc": "yaml",
    "sh": "shell",
    "bash": "shell",
    "shell": "shell",
    "zsh": "shell",
    "console": "console",
    "shell-session": "console",
    "shellsession": "console",
    "terminal": "console",
}


class Block(NamedTuple):
    """One block: `syntax` is yaml (JSON too) or shell."""

    syntax: str
    text: Text


def blocks(text: Text) -> Iterator[Block]:
    """The blocks that say that they are YAML, JSON or shell; of a terminal session the commands behind its prompts."""
    value = text.value
    at = 0
    while at < len(value):
        end = value.find("\n", at) + 1 or len(value)
        found = _OPEN.match(value, at, end)
        if found is None or (found["fence"][0] == "`" and "`" in found["rest"]):
            at = end
            continue
        fence, syntax = found["fence"], _SYNTAXES.get(found["word"].lower())
        close = re.compile(rf"[ \t>]*{re.escape(fence[0])}{{{len(fence)},}}[ \t]*\r?\n?")
        width = len(found["before"])
        lines: list[tuple[int, int]] = []
        at = end
        while at < len(value):
            end = value.find("\n", at) + 1 or len(value)
            if close.fullmatch(value, at, end):
                at = end
                break
            lines.append((at, end))
            at = end
        if syntax is not None:
            inner = _text(text, lines, width, syntax == "console")
            yield Block("shell" if syntax == "console" else syntax, inner)


def _text(text: Text, lines: list[tuple[int, int]], width: int, session: bool) -> Text:
    """The lines of a block without the indentation of its fence; of a session what stands behind `$ ` and goes on from there."""
    pieces: list[Piece] = []
    continued = False
    for start, end in lines:
        begin = start
        while begin < min(start + width, end) and text.value[begin] in " \t>":
            begin += 1
        if session:
            prompt = _PROMPT.match(text.value, begin, end)
            if prompt is None and not continued:
                continue
            begin = prompt.end() if prompt is not None and not continued else begin
            continued = text.value[begin:end].rstrip().endswith("\\")
        if begin < end:
            pieces.append(Piece(text, begin, end, text.value[begin:end], True))
    return Derived(pieces) if pieces else text.part(0, 0)
