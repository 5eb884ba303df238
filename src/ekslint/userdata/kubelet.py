"""Kubelet command lines inside other texts: flags, their values and what is unknown in between."""

from __future__ import annotations

import re
from typing import NamedTuple

from ekslint.source.text import Derived, Piece, Place, Text
from ekslint.syntax.tree import Scalar
from ekslint.value import Absent, Known, Unknown, Value, placeholder

_TOKEN = re.compile(r"(?:\"[^\"]*\"|'[^']*'|[^\s\"']|[\"'])+")
_INTEGER = re.compile(r"[+-]?\d{1,9}")
HOLES = 200
"""Holes that are told apart in one line."""

DASHES = "‐‑‒–—―"
"""The typographic dashes that word processors make of hyphens (U+2010 to U+2015)."""

_FLAG = re.compile(rf"([-{DASHES}]*)([A-Za-z][A-Za-z0-9-]*)(?:=(.*))?$", re.S)


class Hole(NamedTuple):
    """A stretch of a line that is not known: an expansion or a template."""

    start: int
    end: int
    reason: str


class Line(NamedTuple):
    """A text with holes where something unknown is put in; the holes still show what is written."""

    text: Text
    holes: list[Hole]


class Flag(NamedTuple):
    """One flag: its dashes as written, its name, its value (unknown with a reason where a hole is in it), and its place.

    `loose` names what a token is that is no flag but a hole of its own, which may hold any flags.
    """

    dashes: str
    name: str
    value: Value
    text: str
    place: Place
    loose: str | None = None


def literal(text: Text) -> Line:
    """A text in which only placeholders are unknown."""
    holes: list[Hole] = []
    value, at = text.value, 0
    while found := placeholder(value[at:]):
        if len(holes) >= HOLES:
            holes.append(Hole(at, len(value), "too much of it is a template"))
            break
        start = value.index(found, at)
        at = start + len(found)
        holes.append(Hole(start, at, f"the placeholder {found}"))
    return Line(text, holes)


def apart(holes: list[Hole]) -> list[Hole]:
    """Holes in order; of those that overlap the first and longest. Too many of them become one."""
    kept: list[Hole] = []
    for hole in sorted(holes, key=lambda h: (h.start, -h.end)):
        if not kept or hole.start >= kept[-1].end:
            kept.append(hole)
    if len(kept) > HOLES:
        return [Hole(kept[0].start, kept[-1].end, "too much of it is filled in on the node")]
    return kept


def marked(line: Line) -> Text:
    """The text with each hole written as a placeholder, so that whatever reads it next knows that it is unknown."""
    pieces: list[Piece] = []
    value, at = line.text.value, 0
    for hole in line.holes:
        written = value[hole.start : hole.end]
        if hole.start < at or placeholder(written) == written:
            continue
        pieces.append(Piece(line.text, at, hole.start, value[at : hole.start], True))
        pieces.append(Piece(line.text, hole.start, hole.end, "${" + written.strip("$(){}`\n")[:40].replace("}", "") + "}", False))
        at = hole.end
    if not pieces:
        return line.text
    pieces.append(Piece(line.text, at, len(value), value[at:], True))
    return Derived(pieces)


def join(lines: list[Line], between: str = " ") -> Line:
    """Lines put behind one another with something between, as words of a command line or lines of a file are."""
    pieces: list[Piece] = []
    holes: list[Hole] = []
    size = 0
    for line in lines:
        if size and between:
            last = pieces[-1]
            pieces.append(Piece(last.source, last.end, last.end, between, False))
            size += len(between)
        pieces += pieces_of(line.text)
        holes += [Hole(h.start + size, h.end + size, h.reason) for h in line.holes]
        size += len(line.text.value)
    return Line(Derived(pieces), holes)


def pieces_of(text: Text) -> list[Piece]:
    """The pieces of a text, so that what is put together again and again stays flat."""
    return text.pieces if isinstance(text, Derived) else [Piece(text, 0, len(text.value), text.value, True)]


def flags(line: Line) -> list[Flag]:
    """The flags of a kubelet command line in order, `--name=value` and `--name value` alike (spf13/pflag)."""
    tokens = list(_tokens(line))
    found: list[Flag] = []
    index = 0
    while index < len(tokens):
        start, end = tokens[index]
        index += 1
        text = line.text.value[start:end]
        hole = _hole(line, start, end)
        match = _FLAG.match(text)
        named = hole is None or (match is not None and hole.start >= start + match.end(2))
        if match is None or not named or (not match.group(1) and match.group(3) is None):
            if hole is not None and not named:
                found.append(
                    Flag(
                        "",
                        "",
                        Unknown(hole.reason, (line.text.place(start, end),), text),
                        text,
                        line.text.place(start, end),
                        hole.reason,
                    )
                )
            elif match is not None and named:
                found.append(Flag("", match.group(2), Absent(), text, line.text.place(start, end)))
            continue
        dashes, name = match.group(1), match.group(2)
        if match.group(3) is not None:
            found.append(
                Flag(dashes, name, _value(line, start + match.start(3), end, f"{dashes}{name}"), text, line.text.place(start, end))
            )
            continue
        if index < len(tokens) and _takes_value(name):
            begin, end = tokens[index]
            index += 1
            place = line.text.place(start, end)
            found.append(Flag(dashes, name, _value(line, begin, end, f"{dashes}{name}"), line.text.value[start:end], place))
            continue
        found.append(
            Flag(dashes, name, Absent((line.text.place(start, end),), f"{dashes}{name}"), text, line.text.place(start, end))
        )
    return found


def integer(value: Value, text: str) -> tuple[Value, str | None]:
    """A flag's value as an integer, and why the kubelet refuses it (`not-an-integer`)."""
    if not isinstance(value, Known):
        return value, None
    said = str(value.value).strip()
    if _INTEGER.fullmatch(said):
        return Known(int(said), value.places, key=value.key), None
    return Unknown(f"the kubelet refuses {text}: no integer", value.places, said, key=value.key), "not-an-integer"


def number(node: Scalar, key: str, reader: str = "the kubelet") -> tuple[Value, str | None]:
    """A number of a KubeletConfiguration or of Bottlerocket's settings, and why its reader refuses it.

    Refusals: `string`, `not-an-integer`.
    """
    value = node.value
    if isinstance(value, int) and not isinstance(value, bool):
        return Known(value, (node.place,), key=key), None
    if value is None:
        return Absent((node.place,), key), None
    if isinstance(value, str):
        part = placeholder(value)
        if part is not None:
            return Unknown(f"the placeholder {part}", (node.place,), value, key=key), None
        refusal = "string" if _INTEGER.fullmatch(value.strip()) else "not-an-integer"
        return Unknown(f"{reader} refuses a string as {key}", (node.place,), value, key=key), refusal
    return Unknown(f"{reader} refuses {node.content} as {key}", (node.place,), node.content, key=key), "not-an-integer"


def labels(value: Value) -> list[Value]:
    """The `key=value` pairs of `--node-labels`; one unknown where it is not known."""
    if isinstance(value, Known):
        return [Known(pair.strip(), value.places) for pair in str(value.value).split(",") if pair.strip()]
    return [] if isinstance(value, Absent) else [value]


def _tokens(line: Line) -> list[tuple[int, int]]:
    """The words of a line; spaces inside a hole part nothing."""
    found: list[tuple[int, int]] = []
    value, at = line.text.value, 0
    masked: list[str] = []
    for hole in line.holes:
        masked += value[at : hole.start], "x" * (hole.end - hole.start)
        at = hole.end
    found.extend(match.span() for match in _TOKEN.finditer("".join(masked) + value[at:]))
    return found


def _hole(line: Line, start: int, end: int) -> Hole | None:
    return next((h for h in line.holes if h.start < end and h.end > start), None)


def _value(line: Line, start: int, end: int, key: str) -> Value:
    text = line.text.value[start:end]
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "\"'":
        start, end, text = start + 1, end - 1, text[1:-1]
    place = line.text.place(start, end)
    hole = _hole(line, start, end)
    if hole is not None:
        return Unknown(hole.reason, (place,), text, key=key)
    return Known(text, (place,), key=key)


def _takes_value(name: str) -> bool:
    """Flags of the kubelet that are written alone are booleans; those that matter here take a value."""
    return name in {"max-pods", "pods-per-core", "node-labels", "kube-reserved", "register-with-taints"}
