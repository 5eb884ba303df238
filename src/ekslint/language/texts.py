"""Reads the texts of a rule: which of `{path}`, `[optional part]` and plain words they are made of."""

from __future__ import annotations

from collections.abc import Callable

from ekslint.language.messages import Piece, Words
from ekslint.language.paths import PathError, parse_path, typed

Complain = Callable[[int, int, str], None]
"""Takes the start and end of a stretch of the text, and what is wrong with it."""


def parse_text(text: str, subject: str, complain: Complain) -> Words:
    """The pieces of a text over a kind of subject. `{{`, `}}` and `[[` stand for the brackets themselves."""
    words, end = _pieces(text, 0, subject, complain, part=False)
    return tuple(words) if end >= 0 else ()


def _pieces(text: str, at: int, subject: str, complain: Complain, part: bool) -> tuple[list[Piece], int]:
    """The pieces from `at` on and where they end; inside an optional part that is its bracket, -1 where it is never closed."""
    pieces: list[Piece] = []
    plain = ""
    while at < len(text):
        char = text[at]
        if char in "{}[" and text[at : at + 2] == char * 2:
            plain += char
            at += 2
        elif char == "{":
            end = text.find("}", at)
            if end < 0:
                complain(at, at + 1, "this { is never closed: write {{ for the bracket itself")
                return pieces, -1
            pieces += [plain] if plain else []
            plain = ""
            piece = _value(text, at, end, subject, complain)
            pieces += [piece] if piece else []
            at = end + 1
        elif char == "]" and part:
            break
        elif char == "[" and not part:
            pieces += [plain] if plain else []
            plain = ""
            inner, end = _pieces(text, at + 1, subject, complain, part=True)
            if end < 0 or end >= len(text):
                complain(at, at + 1, "this [ is never closed: write [[ for the bracket itself")
                return pieces, -1
            if all(isinstance(piece, str) for piece in inner):
                complain(at, end + 1, "an optional part names a {path} that may be absent: write [[ for the bracket itself")
            pieces.append(("part", tuple(inner)))
            at = end + 1
        else:
            plain += char
            at += 1
    return pieces + ([plain] if plain else []), at


def _value(text: str, start: int, end: int, subject: str, complain: Complain) -> Piece | None:
    try:
        path = parse_path(text[start + 1 : end])
        typed(subject, path)
    except PathError as error:
        complain(start + 1, end, str(error))
        return None
    return ("path", path)
