"""TOML with every span: tables, dotted keys and arrays of tables as the nested mappings that they describe."""

from __future__ import annotations

import re
from math import inf, nan
from typing import TYPE_CHECKING

from ekslint.source.text import Piece, Text
from ekslint.syntax.parsed import Parsed, SyntaxProblem
from ekslint.syntax.tree import Document, Mapping, Node, Plain, Scalar, Sequence
from ekslint.syntax.treesitter import Offsets, grow

if TYPE_CHECKING:
    from tree_sitter import Node as Branch

_MAX_DEPTH = 100
_MAX_PROBLEMS = 20
_ESCAPE = re.compile(r"\\(?:[ \t]*\r?\n\s*|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|x[0-9a-fA-F]{2}|.)", re.DOTALL)
_ESCAPES = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "e": "\x1b", '"': '"', "\\": "\\"}
_TEMPLATE = re.compile(r"\{\{|\{%|%\{|^[ \t]*\$\{", re.MULTILINE)
_FLOATS = {"inf": inf, "+inf": inf, "-inf": -inf, "nan": nan, "+nan": nan, "-nan": nan}


class _Table:
    """A mapping that is still growing; `closed` where TOML lets nothing be added (inline tables)."""

    __slots__ = ("closed", "end", "entries", "repeated", "start")

    def __init__(self, start: int, end: int, closed: bool = False) -> None:
        self.start = start
        self.end = end
        self.closed = closed
        self.entries: dict[str, tuple[Scalar, Node | _Table | list[_Table]]] = {}
        self.repeated: list[Node] = []


def parse(text: Text) -> Parsed:
    """The one document of a TOML text; broken lines are problems, in a template left out, and the others are read."""
    try:
        root = grow(text.value, "toml")
    except ValueError as error:
        return Parsed([], [SyntaxProblem(str(error), text.place(0, 0))], False)
    reader = _Reader(text)
    table = reader.document(root)
    templated = bool(reader.problems) and _TEMPLATE.search(text.value) is not None
    document = Document(reader.finished(table), text, 0, templated, "toml")
    return Parsed([document], [] if templated else reader.problems, templated)


class _Reader:
    def __init__(self, text: Text) -> None:
        self.text = text
        self.at = Offsets(text.value)
        self.problems: list[SyntaxProblem] = []

    def document(self, root: Branch) -> _Table:
        top = _Table(0, len(self.text.value))
        for branch in root.children:
            if branch.type == "pair":
                self._pair(top, branch)
            elif branch.type in ("table", "table_array_element"):
                self._section(top, branch)
            elif branch.type != "comment":
                self._broken(branch)
        return top

    def finished(self, table: _Table) -> Mapping:
        """The mapping that a table has become. Tables nest no deeper than the reader lets them."""
        entries: list[tuple[Node, Node]] = []
        for key, value in table.entries.values():
            if isinstance(value, _Table):
                entries.append((key, self.finished(value)))
            elif isinstance(value, list):
                items: list[Node] = [self.finished(each) for each in value]
                entries.append((key, Sequence(self.text, value[0].start, value[-1].end, items)))
            else:
                entries.append((key, value))
        return Mapping(self.text, table.start, table.end, entries, None, table.repeated or None)

    def _section(self, top: _Table, branch: Branch) -> None:
        start, end = self.at(branch.start_byte), self.at(branch.end_byte)
        header = next((child for child in branch.children if child.type in ("bare_key", "quoted_key", "dotted_key")), None)
        keys = self._keys(header) if header is not None else []
        if not keys:
            self._broken(branch)
            return
        table = self._below(top, keys[:-1], start, end)
        if table is None:
            return
        last = keys[-1]
        known = table.entries.get(last.content)
        if branch.type == "table_array_element":
            section = _Table(start, end)
            if known is None:
                table.entries[last.content] = (last, [section])
            elif isinstance(known[1], list):
                known[1].append(section)
            else:
                self._twice(table, last)
                return
        elif known is None:
            section = _Table(start, end)
            table.entries[last.content] = (last, section)
        elif isinstance(known[1], _Table) and not known[1].closed:
            section = known[1]
            section.end = max(section.end, end)
        else:
            self._twice(table, last)
            return
        for child in branch.children:
            if child.type == "pair":
                self._pair(section, child, len(keys) + 1)
            elif child.is_named and child.type != "comment" and child != header:
                self._broken(child)
        section.end = max([self.at(header.end_byte) + 1 if header else start, *self._ends(branch)])

    def _ends(self, branch: Branch) -> list[int]:
        return [self.at(child.end_byte) for child in branch.children if child.type == "pair"]

    def _pair(self, table: _Table, branch: Branch, depth: int = 1) -> None:
        parts = [child for child in branch.children if child.is_named and child.type != "comment"]
        if branch.has_error:
            self._broken(branch)
        if len(parts) != 2 or parts[1].type == "ERROR" or parts[1].is_missing:
            return
        keys = self._keys(parts[0])
        value = self._value(parts[1], depth + len(keys))
        if not keys or value is None:
            return
        start, end = self.at(branch.start_byte), self.at(branch.end_byte)
        into = self._below(table, keys[:-1], start, end)
        if into is None:
            return
        if keys[-1].content in into.entries:
            self._twice(into, keys[-1])
            del into.entries[keys[-1].content]
        into.entries[keys[-1].content] = (keys[-1], value)

    def _below(self, table: _Table, keys: list[Scalar], start: int, end: int) -> _Table | None:
        """The table at the end of some keys, made where there is none; the last of an array of tables."""
        for key in keys:
            known = table.entries.get(key.content)
            if known is None:
                below = _Table(start, end)
                table.entries[key.content] = (key, below)
                table = below
                continue
            value = known[1][-1] if isinstance(known[1], list) else known[1]
            if not isinstance(value, _Table) or value.closed:
                self._twice(table, key)
                return None
            value.end = max(value.end, end)
            table = value
        return table

    def _keys(self, branch: Branch) -> list[Scalar]:
        keys: list[Scalar] = []
        pending = [branch]
        while pending:
            at = pending.pop()
            if at.type == "dotted_key":
                pending.extend(reversed(at.children))
            elif at.type == "bare_key":
                start, end = self.at(at.start_byte), self.at(at.end_byte)
                keys.append(Scalar(self.text, start, end, self.text.value[start:end], self.text.value[start:end]))
            elif at.type == "quoted_key":
                keys.append(self._string(at))
        if len(keys) > _MAX_DEPTH:
            self._broken(branch, f"nested more than {_MAX_DEPTH} deep")
            return []
        return keys

    def _value(self, branch: Branch, depth: int) -> Node | None:
        start, end = self.at(branch.start_byte), self.at(branch.end_byte)
        written = self.text.value[start:end]
        kind = branch.type
        if depth > _MAX_DEPTH:
            self._broken(branch, f"nested more than {_MAX_DEPTH} deep")
            return None
        if kind == "string":
            return self._string(branch)
        if kind == "array":
            values = [self._value(child, depth + 1) for child in branch.children if child.is_named and child.type != "comment"]
            return Sequence(self.text, start, end, [value for value in values if value is not None])
        if kind == "inline_table":
            table = _Table(start, end, True)
            for child in branch.children:
                if child.type == "pair":
                    self._pair(table, child, depth + 1)
            return self.finished(table)
        if kind == "ERROR":
            return None
        return Scalar(self.text, start, end, _plain(kind, written), written)

    def _string(self, branch: Branch) -> Scalar:
        start, end = self.at(branch.start_byte), self.at(branch.end_byte)
        written = self.text.value
        quote = written[start]
        width = 3 if written.startswith(quote * 3, start) and end - start >= 6 else 1
        begin, stop = start + width, end - width
        if width == 3:
            begin += 1 if written.startswith("\n", begin) else 2 if written.startswith("\r\n", begin) else 0
        pieces = list(self._pieces(begin, stop)) if quote == '"' else [Piece(self.text, begin, stop, written[begin:stop], True)]
        content = "".join(piece.value for piece in pieces)
        simple = width == 1 and stop - begin == len(content)
        return Scalar(self.text, start, end, content, content, quote, None, None if simple else pieces)

    def _pieces(self, begin: int, stop: int) -> list[Piece]:
        written, at, pieces = self.text.value, begin, []
        for found in _ESCAPE.finditer(written, begin, stop):
            if at < found.start():
                pieces.append(Piece(self.text, at, found.start(), written[at : found.start()], True))
            pieces.append(Piece(self.text, found.start(), found.end(), _meaning(found[0]), False))
            at = found.end()
        if at < stop:
            pieces.append(Piece(self.text, at, stop, written[at:stop], True))
        return pieces

    def _twice(self, table: _Table, key: Scalar) -> None:
        table.repeated.append(key)
        self._complain(f"{key.content} is set a second time", key.start, key.end)

    def _broken(self, branch: Branch, message: str = "no TOML: a line sets `key = value` or opens a `[table]`") -> None:
        at = branch
        while at.type != "ERROR" and not at.is_missing:
            inner = next((child for child in at.children if child.has_error or child.type == "ERROR" or child.is_missing), None)
            if inner is None:
                break
            at = inner
        self._complain(message, self.at(at.start_byte), self.at(at.end_byte))

    def _complain(self, message: str, start: int, end: int) -> None:
        if len(self.problems) < _MAX_PROBLEMS:
            stop = self.text.value.find("\n", start, end)
            self.problems.append(SyntaxProblem(message, self.text.place(start, end if stop < 0 else stop)))


def _plain(kind: str, written: str) -> Plain:
    digits = written.replace("_", "")
    try:
        if kind == "integer" and len(digits) < 400:
            return int(digits, 0) if digits.lstrip("+-")[:2].lower() in ("0x", "0o", "0b") else int(digits)
        if kind == "float":
            return _FLOATS[digits] if digits in _FLOATS else float(digits)
    except ValueError:
        return written
    if kind == "boolean":
        return written == "true"
    return written


def _meaning(escape: str) -> str:
    code = escape[1]
    if code in "uUx":
        point = int(escape[2:], 16) if len(escape) > 2 else 0
        return chr(point) if point < 0x110000 else escape
    if code.isspace():
        return ""
    return _ESCAPES.get(code, escape)
