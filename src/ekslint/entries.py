"""Whole entries of maps and items of lists in a file: where they stand, and the edits that take one out or put one in."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ekslint.finding import Change
from ekslint.source.text import Derived, Place, Text
from ekslint.syntax import tree
from ekslint.syntax.resolve import resolve
from ekslint.syntax.tree import Document, Mapping, Node, Scalar, Sequence

OPEN_MAPS = ("env", "annotations")
"""Keys of lists and maps whose names are the user's own: what such a map does not have is added by its name alone."""

_VARIABLE = frozenset(("name", "value", "valueFrom"))
_SPECIAL = frozenset("!&*?|>%@`\"'#,[]{}:-")
"""Characters with which a plain scalar cannot begin, or is better not to."""
_DASH = re.compile(r"[ \t]*-[ \t]+")
_BLANK = re.compile(r"[ \t]*")
_ANCHOR = re.compile(r"(?:^|[\s\[{,:-])&[^\s,\[\]{}]+")


class Entry(NamedTuple):
    """A key and its value in a mapping, or an item of a sequence (then there is no key)."""

    holder: Mapping | Sequence
    number: int

    @property
    def key(self) -> Node | None:
        return self.holder.entries[self.number][0] if isinstance(self.holder, Mapping) else None

    @property
    def value(self) -> Node:
        return self.holder.entries[self.number][1] if isinstance(self.holder, Mapping) else self.holder.items[self.number]


Way = tuple[Entry, ...]
"""The entries from a document's root down to one."""


class Entries:
    """The entries and items of one file, found by where they stand."""

    __slots__ = ("_documents", "_starts", "_text")

    def __init__(self, text: Text, documents: Iterable[Document]) -> None:
        self._text = text
        self._documents = documents
        self._starts: dict[int, list[Way]] | None = None

    def removal(self, place: Place) -> Change | None:
        """Takes out the entry whose key or value stands at a place, or the item, with its lines or, in flow style, its comma.

        A variable in a list of EnvVars goes whole; what is emptied goes with its key. None where it cannot be done to the letter.
        """
        way = self._way_to(place)
        if way is None:
            return None
        if len(way) > 1 and way[-1].key is not None and isinstance(way[-2].holder, Sequence) and _is_variable(way[-2].value):
            way = way[:-1]
        while len(way) > 1 and _size(way[-1].holder) == 1:
            way = way[:-1]
        last = way[-1]
        if _size(last.holder) == 1:
            return None
        change = _out_of_flow(self._text, last) if _in_flow(last.holder) else _out_of_block(self._text, last)
        if change is None:
            return None
        start, end = offsets(self._text, change.place)
        gone = self._text.value[start:end]
        return None if _ANCHOR.search(gone) or "{{" in gone else change

    def addition(self, place: Place, name: str, value: str) -> Change | None:
        """Puts a string under a name behind the last entry of the open map (or list of EnvVars) whose key stands at a place."""
        way = self._way_to(place)
        key = way[-1].key if way else None
        if way is None or not isinstance(key, Scalar) or key.content not in OPEN_MAPS or key.place != place:
            return None
        holder = way[-1].value
        if isinstance(holder, Mapping) and not holder.entries:
            at = span(self._text, holder)
            if at is None or self._text.value[slice(*at)] != "{}":
                return None
            quoted = self._text.value[offsets(self._text, place)[0]] == '"'
            return Change(self._text.place(*at), f"{{{_members([(name, value)], quoted)}}}")
        if isinstance(holder, Mapping):
            if any(tree.key_name(known) == name for known, _ in holder.entries):
                return None
            return _behind(self._text, Entry(holder, len(holder.entries) - 1), [(name, value)])
        if isinstance(holder, Sequence) and holder.items and all(_is_variable(item) for item in holder.items):
            if any(tree.string(item.get("name")) == name for item in holder.items):
                return None
            return _behind(self._text, Entry(holder, len(holder.items) - 1), [("name", name), ("value", value)])
        return None

    def has_beside(self, place: Place, name: str) -> bool:
        """Whether the map whose key stands at a place has another key of that name."""
        way = self._way_to(place)
        return way is not None and isinstance(way[-1].holder, Mapping) and way[-1].holder.entry(name) is not None

    def scalar(self, start: int, end: int) -> Scalar | None:
        """The scalar, key or value, that is written exactly from one offset to another."""
        for way in self._index().get(start, ()):
            for node in (way[-1].value, way[-1].key):
                if isinstance(node, Scalar) and span(self._text, node) == (start, end):
                    return node
        return None

    def _way_to(self, place: Place) -> Way | None:
        """The way to the entry whose value stands exactly at a place, else to the innermost one whose key begins there."""
        start, end = offsets(self._text, place)
        ways = self._index().get(start, ())
        exact = (way for way in ways if start < end and span(self._text, way[-1].value) == (start, end))
        by_key = (way for way in reversed(ways) if way[-1].key is not None and _starts_at(self._text, way[-1].key, start))
        return next(exact, None) or next(by_key, None)

    def _index(self) -> dict[int, list[Way]]:
        if self._starts is None:
            self._starts = {}
            for way in _ways(self._documents):
                spans = [span(self._text, node) for node in (way[-1].key, way[-1].value) if node is not None]
                for start in {at[0] for at in spans if at is not None}:
                    self._starts.setdefault(start, []).append(way)
        return self._starts


def span(text: Text, node: Node) -> tuple[int, int] | None:
    """Where a node stands in the file itself; None where it is not written there as its reader sees it."""
    if node.text is text:
        return node.start, node.end
    if not isinstance(node.text, Derived) or node.start == node.end:
        return None
    first, last = node.text.place(node.start, node.start + 1), node.text.place(node.end - 1, node.end)
    if first.file != text.file or last.file != text.file:
        return None
    start, end = offsets(text, first)[0], offsets(text, last)[1]
    written, seen = text.value[start:end], node.text.value[node.start : node.end]
    return (start, end) if written.split() == seen.split() else None


def offsets(text: Text, place: Place) -> tuple[int, int]:
    """The offsets of a place in a text."""
    return text.offset(place.line, place.column), text.offset(place.end_line, place.end_column)


def needs_quotes(text: str) -> bool:
    """Whether a string would be something else, or broken, without quotes."""
    if not text or text != text.strip() or text[0] in _SPECIAL or not isinstance(resolve(text), str):
        return True
    return ": " in text or " #" in text or text.endswith(":") or any(char in text for char in "{}[],")


def _ways(documents: Iterable[Document]) -> Iterator[Way]:
    """All entries and items of documents, each with the way to it; texts in block scalars that are maps are entered."""
    waiting: list[tuple[Node, Way]] = [(document.root, ()) for document in documents]
    while waiting:
        node, way = waiting.pop()
        if isinstance(node, (Mapping, Sequence)):
            below = [(*way, Entry(node, index)) for index in range(_size(node))]
            yield from below
            waiting.extend((each[-1].value, each) for each in below)
        elif isinstance(node, Scalar) and node.style == "|" and ":" in node.content:
            waiting.extend((inner, way) for inner in _inside(node))


def _inside(node: Scalar) -> list[Node]:
    """The YAML or JSON that the text of a block scalar holds."""
    from ekslint.syntax.yaml import parse

    inner = node.inner()
    if not isinstance(inner, Derived) or not all(piece.verbatim for piece in inner.pieces):
        return []
    parsed = parse(inner)
    return [] if parsed.problems else [document.root for document in parsed.documents if isinstance(document.root, Mapping)]


def _starts_at(text: Text, node: Node, start: int) -> bool:
    at = span(text, node)
    return at is not None and at[0] == start


def _size(holder: Mapping | Sequence) -> int:
    return len(holder.entries) if isinstance(holder, Mapping) else len(holder.items)


def _is_variable(node: Node) -> bool:
    return (
        isinstance(node, Mapping)
        and node.get("name") is not None
        and _VARIABLE.issuperset(tree.key_name(key) for key, _ in node.entries)
    )


def _in_flow(holder: Mapping | Sequence) -> bool:
    return holder.text.value[holder.start : holder.start + 1] in ("{", "[")


def _bounds(text: Text, entry: Entry) -> tuple[int, int] | None:
    """Where an entry begins and ends in the file, its dash not counted."""
    first, last = span(text, entry.key or entry.value), span(text, entry.value)
    if first is None:
        return None
    end = last[1] if last is not None else first[1] if entry.value.start == entry.value.end else None
    return None if end is None else (first[0], max(first[1] if entry.key is not None else first[0], end))


def _line_behind(text: Text, end: int) -> int | None:
    """The offset behind the line on which something ends; None where more than a comment follows on it."""
    behind = text.value.find("\n", end if text.value[end - 1 : end] != "\n" else end - 1)
    last = len(text.value) if behind < 0 else behind + 1
    rest = text.value[end:last].strip()
    return last if not rest or rest.startswith("#") else None


def _out_of_block(text: Text, entry: Entry) -> Change | None:
    bounds = _bounds(text, entry)
    if bounds is None:
        return None
    first = text.value.rfind("\n", 0, bounds[0]) + 1
    lead = text.value[first : bounds[0]]
    last = _line_behind(text, bounds[1])
    if last is None or not (_BLANK if entry.key is not None else _DASH).fullmatch(lead):
        return None
    return Change(text.place(first, last), "")


def _out_of_flow(text: Text, entry: Entry) -> Change | None:
    bounds = _bounds(text, entry)
    holder, index = entry
    last = index + 1 == _size(holder)
    other = _bounds(text, Entry(holder, index - 1 if last else index + 1))
    if bounds is None or other is None:
        return None
    start, end = (other[1], bounds[1]) if last else (bounds[0], other[0])
    between = text.value[other[1] : bounds[0]] if last else text.value[bounds[1] : other[0]]
    return Change(text.place(start, end), "") if between.strip() == "," else None


def _behind(text: Text, last: Entry, members: list[tuple[str, str]]) -> Change | None:
    """The members of a new entry (or of a new item, a map) behind the last one, in the style that it has."""
    bounds = _bounds(text, last)
    if bounds is None:
        return None
    first = text.value.rfind("\n", 0, bounds[0]) + 1
    lead = text.value[first : bounds[0]]
    if _in_flow(last.holder):
        quoted = text.value[bounds[0]] == '"' or text.value[bounds[0] : bounds[0] + 2] == '{"'
        entry = _members(members, quoted)
        if isinstance(last.holder, Sequence):
            entry = f"{{{entry}}}"
        separator = f",{_line_end(text)}{lead}" if first and not lead.strip() else ", "
        return Change(text.place(bounds[1], bounds[1]), separator + entry)
    at = _line_behind(text, bounds[1])
    if at is None or not (_BLANK if isinstance(last.holder, Mapping) else _DASH).fullmatch(lead):
        return None
    lines = [f"{' ' * len(lead) if n else lead}{name}: {_word(name, value)}" for n, (name, value) in enumerate(members)]
    end = _line_end(text)
    new = end.join(lines)
    return Change(text.place(at, at), new + end if text.value[at - 1 : at] == "\n" else end + new)


def _members(members: list[tuple[str, str]], quoted: bool) -> str:
    """Members of a map in flow style, their names in quotes where the others' are."""
    return ", ".join(f"{json.dumps(name) if quoted else name}: {json.dumps(value)}" for name, value in members)


def _word(name: str, value: str) -> str:
    """A member's value: names stay plain, all else is a string in quotes."""
    return value if name == "name" and not needs_quotes(value) else json.dumps(value)


def _line_end(text: Text) -> str:
    return "\r\n" if "\r\n" in text.value else "\n"
