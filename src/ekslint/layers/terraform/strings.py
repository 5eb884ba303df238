"""Strings that Terraform makes: templates with what is known filled in, and JSON of values. Every character keeps its place."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

from ekslint.source.text import Derived, Piece, Text
from ekslint.syntax.computed import Computed, Defaulted, Serialized, placeholder_of
from ekslint.syntax.expressions import Conditional, Expression, Hole, Template
from ekslint.syntax.tree import Mapping, Node, Scalar, Sequence, key_name

MAX_LENGTH = 1_000_000
FEW = 64
_QUOTED = re.compile(r"\\(?:u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)|\$\$\{|%%\{", re.DOTALL)
_BARE = re.compile(r"\$\$\{|%%\{")
_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_MEANINGS = {"n": "\n", "r": "\r", "t": "\t"}
_WRITTEN = re.compile(r"\$\{[\w.\[\]*-]{1,80}\}")


def spell(template: Template, evaluate: Callable[[Expression], Node]) -> Scalar:
    """The string of a template; what is not known stays in it as `${…}`."""
    if template.style == '"' and len(template.holes) == 1:
        hole = template.holes[0]
        if (hole.start, hole.end) == (template.begin, template.stop) and hole.value is not None:
            alone = evaluate(hole.value)
            if isinstance(alone, Scalar) and alone.value is not None:
                return alone
    indent = _indent(template) if template.style == "<<-" else 0
    found = _Spelling(evaluate, template.style == '"', indent)
    pieces: list[Piece] = []
    size = 0
    for piece in found.pieces(template):
        pieces.append(piece)
        size += len(piece.value)
        if size > MAX_LENGTH:
            return Computed(template.text, template.start, template.end, "the string is too long", "a string")
    content = "".join(piece.value for piece in pieces)
    span = (template.text, template.start, template.end)
    made = Scalar(*span, content, content, '"', None, pieces)
    return Defaulted(made, found.default) if found.default else made


class _Spelling:
    """One template being spelled. `default` is whose default went into it."""

    def __init__(self, evaluate: Callable[[Expression], Node], quoted: bool, indent: int) -> None:
        self.evaluate = evaluate
        self.quoted = quoted
        self.indent = indent
        self.default: str | None = None

    def pieces(self, template: Template) -> Iterator[Piece]:
        """The pieces of a template or of a part of one."""
        written = template.text.value
        at = template.begin
        for hole in [*template.holes, None]:
            stop = min(hole.start, template.stop) if hole is not None else template.stop
            if hole is not None and hole.before:
                stop = max(at, at + len(written[at:stop].rstrip()))
            yield from self._run(template, at, stop)
            if hole is None:
                return
            yield from self._hole(template.text, hole)
            at = hole.end
            if hole.behind:
                at += len(written[at : template.stop]) - len(written[at : template.stop].lstrip())

    def _run(self, template: Template, start: int, end: int) -> Iterator[Piece]:
        text, written = template.text, template.text.value
        escapes = _QUOTED if self.quoted else _BARE
        for line in _LINE.finditer(written, start, end):
            at, behind = line.span()
            if self.indent and (at == template.begin or written[at - 1] == "\n"):
                blank = len(line[0]) - len(line[0].lstrip(" \t"))
                at += min(self.indent, blank)
            while at < behind:
                found = escapes.search(written, at, behind)
                stop = found.start() if found is not None else behind
                if at < stop:
                    yield Piece(text, at, stop, written[at:stop], True)
                if found is None:
                    break
                yield Piece(text, stop, found.end(), _meaning(found[0]), False)
                at = found.end()

    def _hole(self, text: Text, hole: Hole) -> Iterator[Piece]:
        written = text.value[hole.start : hole.end]
        if isinstance(hole.value, Conditional) and isinstance(hole.value.yes, Template) and hole.value.yes.style == "part":
            test = self.evaluate(hole.value.test)
            side = hole.value.yes if isinstance(test, Scalar) and test.value is True else hole.value.no
            if isinstance(test, Scalar) and isinstance(test.value, bool) and not isinstance(test, Defaulted):
                if isinstance(side, Template):
                    yield from self.pieces(side)
                return
            yield Piece(text, hole.start, hole.end, written, True)
            return
        value = self.evaluate(hole.value) if hole.value is not None else None
        inner = known_text(value)
        if value is None:
            yield Piece(text, hole.start, hole.end, written, True)
        elif inner is None or (isinstance(value, Defaulted) and not self.quoted):
            if _WRITTEN.fullmatch(written):
                yield Piece(text, hole.start, hole.end, written, True)
            else:
                said = value.written if isinstance(value, Computed) else written[2:-1].strip("~ ")
                yield Piece(text, hole.start, hole.end, placeholder_of(said), False)
        else:
            if isinstance(value, Defaulted):
                self.default = value.default
            yield from pieces_of(inner)


def known_text(node: Node | None) -> Text | None:
    """A known scalar as the text that Terraform puts into a string; None of anything else."""
    if not isinstance(node, Scalar) or node.value is None or isinstance(node, Computed):
        return None
    if isinstance(node.value, bool):
        return Derived([Piece(node.text, node.start, node.end, "true" if node.value else "false", False)])
    return node.inner()


def made(text: Text, at: Expression | Node) -> Scalar:
    """A text as a string that a function makes at a place."""
    return Scalar(at.text, at.start, at.end, text.value, text.value, '"', None, pieces_of(text))


def pieces_of(text: Text) -> list[Piece]:
    """A text as pieces: those that it is made of already where they are few, else itself."""
    if isinstance(text, Derived) and len(text.pieces) <= FEW:
        return text.pieces
    return [Piece(text, 0, len(text.value), text.value, True)]


def json_of(node: Node, at: Expression | Node) -> Scalar:
    """The JSON text of a value, each scalar where it was written."""
    pieces: list[Piece] = []
    size = 0
    waiting: list[Node | Piece] = [node]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Piece):
            pieces.append(part)
            size += len(part.value)
        elif isinstance(part, Mapping):
            waiting.append(_sign(part, part.end, "}"))
            for number, (key, value) in reversed(list(enumerate(part.entries))):
                waiting += [value, _sign(value, value.start, ": "), *reversed(list(_string(key, key_name(key))))]
                if number:
                    waiting.append(_sign(key, key.start, ", "))
            waiting.append(_sign(part, part.start, "{"))
        elif isinstance(part, Sequence):
            waiting.append(_sign(part, part.end, "]"))
            for number, item in reversed(list(enumerate(part.items))):
                waiting.append(item)
                if number:
                    waiting.append(_sign(item, item.start, ", "))
            waiting.append(_sign(part, part.start, "["))
        elif isinstance(part, Scalar) and isinstance(part.value, str):
            waiting.extend(reversed(list(_string(part, part.content))))
        elif isinstance(part, Scalar):
            said = json.dumps(part.value)
            waiting.append(Piece(part.text, part.start, part.end, said, part.text.value[part.start : part.end] == said))
        if size > MAX_LENGTH or len(waiting) > MAX_LENGTH:
            return Computed(at.text, at.start, at.end, "the text is too long", "jsonencode")
    content = "".join(piece.value for piece in pieces)
    return Serialized(at.text, at.start, at.end, content, pieces, node)


def _string(node: Node, content: str) -> Iterator[Piece]:
    """A JSON string of a scalar: as it is written where that is JSON already."""
    whole = json.dumps(content, ensure_ascii=False)
    if node.text.value[node.start : node.end] == whole:
        yield Piece(node.text, node.start, node.end, whole, True)
        return
    yield _sign(node, node.start, '"')
    inner = node.inner() if isinstance(node, Scalar) else Derived([])
    if inner.value == content:
        for line in _LINE.finditer(content):
            said = json.dumps(line[0], ensure_ascii=False)[1:-1]
            yield Piece(inner, line.start(), line.end(), said, said == line[0])
    else:
        yield Piece(node.text, node.start, node.end, whole[1:-1], False)
    yield _sign(node, node.end, '"')


def _sign(node: Node, at: int, sign: str) -> Piece:
    return Piece(node.text, at, at, sign, False)


def _meaning(sign: str) -> str:
    if sign[0] != "\\":
        return sign[1:]
    if sign[1] in "uU" and len(sign) > 2:
        point = int(sign[2:], 16)
        return chr(point) if point < 0x110000 and not 0xD800 <= point < 0xE000 else sign
    return _MEANINGS.get(sign[1], sign[1])


def _indent(template: Template) -> int:
    """The blanks that `<<-` takes from each line: as many as the line with the fewest has, empty lines aside."""
    body = template.text.value[template.begin : template.stop]
    return min((len(line) - len(line.lstrip(" \t")) for line in body.split("\n") if line.strip()), default=0)
