"""Trees from the events of a YAML parser: libyaml's or ruamel's own, whose spans come out in one form.

A scalar or flow collection spans what is written, without its anchor and tag. A block collection ends with its last content.
An empty scalar has no width and stands right after its key's colon or its dash. A block scalar ends before its last line break.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ruamel.yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from ekslint.source.text import Text
from ekslint.syntax.pieces import WrappedScalar
from ekslint.syntax.resolve import resolve, resolve_tagged, short_tag
from ekslint.syntax.tree import Mapping, Node, Scalar, Sequence, key_name

MAX_EVENTS = 2_000_000
MAX_DEPTH = 100
MAX_DOCUMENTS = 10_000
MAX_ALIASED = 250_000

_COLON = re.compile(r"(?:\s|#[^\n]*\n)*:")
_PROPERTY = re.compile(r"[&!][^\s,\[\]{}]*")
_VERBATIM_TAG = re.compile(r"!<[^>\s]*>")
_BLANK = re.compile(r"(?:\s|#[^\n]*(?:\n|\Z))*")
_CODE_POINTS = frozenset("0123456789+-.~yYnNtTfFoO")


class RefusedError(Exception):
    """The text goes beyond a limit, or says something no reader accepts; the offsets say where."""

    def __init__(self, message: str, start: int, end: int) -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = end


class UnreadError(RefusedError):
    """One parser refuses the text; another may still read it."""


class TooMuchError(RefusedError):
    """The text as a whole is too large to go on."""


class Anchored:
    """An anchored node, how many nodes hang on it and how deep they go; no node yet while it is being read."""

    __slots__ = ("height", "node", "weight")

    def __init__(self, node: Node | None, weight: int, height: int) -> None:
        self.node = node
        self.weight = weight
        self.height = height


class Builder:
    """Reads events into `roots`, so that what was complete before a failure is kept."""

    def __init__(self, text: Text, source: str, base: int = 0, aliased: int = 0) -> None:
        self.text = text
        self.source = source
        """What the parser reads: `text.value` from `base` on, or a stand-in of the same length."""
        self.base = base
        self.roots: list[Node] = []
        self.complete = 0
        """How many of the roots are of complete documents."""
        self.behind = base
        """Where the last complete document ends."""
        self.complex_key = False
        self.complaints: list[RefusedError] = []
        self.aliased = aliased

    def read(self, get: Callable[[], Any]) -> None:
        """Takes all events; raises RefusedError at a limit and whatever `get` raises."""
        text, source, base = self.text, self.source, self.base
        roots = self.roots
        anchors: dict[str, Anchored] = {}
        stack: list[tuple[list[Node], bool, int, str | None, str | None, bool, int, int, int]] = []
        items: list[Node] = roots
        begin, anchor, tag, flow = 0, None, None, False
        began = began_aliased = 0
        depth = height = 0
        last = base
        mapping = False
        for count in range(MAX_EVENTS):
            event = get()
            kind = type(event)
            if kind is ScalarEvent:
                start = event.start_mark.index + base
                end = event.end_mark.index + base
                content = event.value
                style = event.style
                if event.anchor is not None or event.ctag is not None:
                    node = self._marked(event, start, end, anchors)
                    items.append(node)
                    last = node.end
                    continue
                if style:
                    if style == "|" or style == ">":
                        end = start + len(source[start - base : end - base].rstrip())
                        node = WrappedScalar(text, start, end, content, content, style)
                    elif end - start - 2 == len(content):
                        node = Scalar(text, start, end, content, content, style)
                    else:
                        node = WrappedScalar(text, start, end, content, content, style)
                elif start == end:
                    if mapping and len(items) & 1:
                        found = _COLON.match(source, last - base)
                        start = end = found.end() + base if found else last
                    node = Scalar(text, start, end, None, content)
                else:
                    value = resolve(content) if content[0] in _CODE_POINTS else content
                    if end - start == len(content):
                        node = Scalar(text, start, end, value, content)
                    else:
                        node = WrappedScalar(text, start, end, value, content)
                items.append(node)
                last = end
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                depth += 1
                start = event.start_mark.index + base
                if depth > MAX_DEPTH:
                    raise RefusedError(f"nested more than {MAX_DEPTH} deep", start, start + 1)
                stack.append((items, mapping, begin, anchor, tag, flow, began, began_aliased, height))
                anchor, tag, flow = event.anchor, event.ctag, event.flow_style
                if anchor is not None or tag is not None:
                    start = self._after_properties(start, anchor, tag)
                    tag = None if tag is None else short_tag(str(tag))
                    if anchor is not None:
                        anchors[anchor] = Anchored(None, 0, 0)
                items, begin, began, began_aliased, height = [], start, count, self.aliased, 0
                mapping = kind is MappingStartEvent
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                if flow:
                    last = event.end_mark.index + base
                collection = self._mapping(items, begin, last, tag) if mapping else Sequence(text, begin, last, items, tag)
                if anchor is not None:
                    weight = count - began + self.aliased - began_aliased
                    anchors[anchor] = Anchored(collection, weight, height + 1)
                depth -= 1
                inner = height + 1
                items, mapping, begin, anchor, tag, flow, began, began_aliased, height = stack.pop()
                if inner > height:
                    height = inner
                items.append(collection)
            elif kind is AliasEvent:
                start = event.start_mark.index + base
                last = event.end_mark.index + base
                known = anchors.get(event.anchor)
                if known is None:
                    raise RefusedError(f"the alias *{event.anchor} has no anchor &{event.anchor} before it", start, last)
                if known.node is None:
                    raise RefusedError(f"the alias *{event.anchor} stands inside the value that it names", start, last)
                if depth + known.height > MAX_DEPTH:
                    raise RefusedError(f"nested more than {MAX_DEPTH} deep through the alias *{event.anchor}", start, last)
                height = max(height, known.height)
                self._spend(known.weight, start, last)
                items.append(known.node)
            elif kind is DocumentStartEvent:
                anchors.clear()
                last = event.end_mark.index + base
                if len(roots) >= MAX_DOCUMENTS:
                    raise TooMuchError(f"more than {MAX_DOCUMENTS} documents", last, last)
            elif kind is DocumentEndEvent:
                height = 0
                self.complete = len(roots)
                self.behind = event.end_mark.index + base
            elif kind is StreamEndEvent:
                return
        raise TooMuchError(f"more than {MAX_EVENTS} values", last, last)

    def _spend(self, nodes: int, start: int, end: int) -> None:
        self.aliased += nodes
        if self.aliased > MAX_ALIASED:
            raise RefusedError(f"aliases and merges stand for more than {MAX_ALIASED} values", start, end)

    def _after_properties(self, start: int, anchor: str | None, tag: object) -> int:
        """Where the value itself begins behind its anchor and tag, comments between them left out."""
        source, at = self.source, start - self.base
        for _ in range((anchor is not None) + (tag is not None)):
            found = _VERBATIM_TAG.match(source, at) or _PROPERTY.match(source, at)
            if found is None:
                break
            behind = found.end()
            blank = _BLANK.match(source, behind)
            at = blank.end() if blank else behind
        return at + self.base

    def _marked(self, event: Any, start: int, end: int, anchors: dict[str, Anchored]) -> Scalar:
        """A scalar with an anchor, a tag or both."""
        content, style = event.value, event.style or ""
        inner = min(self._after_properties(start, event.anchor, event.ctag), end)
        if style in ("|", ">"):
            end = start + len(self.source[start - self.base : end - self.base].rstrip())
        elif not content and not style:
            inner = end
        tag = None if event.ctag is None else str(event.ctag)
        value = resolve_tagged(tag or "", content, not style)
        written = end - inner - (2 if style in ("'", '"') else 0)
        exact = style not in ("|", ">") and written == len(content)
        node = (Scalar if exact else WrappedScalar)(
            self.text, inner, end, value, content, style, None if tag is None else short_tag(tag)
        )
        if event.anchor is not None:
            anchors[event.anchor] = Anchored(node, 1, 0)
        return node

    def _mapping(self, items: list[Node], start: int, end: int, tag: str | None) -> Mapping:
        keys: list[Any] = items[::2]
        entries: list[tuple[Node, Node]] = list(zip(keys, items[1::2], strict=True))
        repeated = None
        try:
            names = {key.content for key in keys}
        except AttributeError:
            names = {key.content if isinstance(key, Scalar) else key for key in keys}
            self.complex_key = True
        if len(names) != len(keys):
            entries, repeated = last_of_each(entries)
        if "<<" in names:
            entries = self._merged(entries)
        return Mapping(self.text, start, end, entries, tag, repeated)

    def _merged(self, entries: list[tuple[Node, Node]]) -> list[tuple[Node, Node]]:
        """The entries with each merge key replaced by what it brings; own keys win, then earlier ones."""
        taken = {key_name(key) for key, _ in entries}
        merged: list[tuple[Node, Node]] = []
        for key, value in entries:
            if not (isinstance(key, Scalar) and key.content == "<<" and not key.style and key.tag is None):
                merged.append((key, value))
                continue
            sources = value.items if isinstance(value, Sequence) else [value]
            if not all(isinstance(source, Mapping) for source in sources):
                self.complaints.append(RefusedError("a merge key << takes a map or a list of maps", key.start, value.end))
                merged.append((key, value))
                continue
            for source in sources:
                if isinstance(source, Mapping):
                    self._spend(len(source.entries), key.start, key.end)
                    merged.extend(entry for entry in source.entries if key_name(entry[0]) not in taken)
                    taken.update(key_name(entry[0]) for entry in source.entries)
        return merged


def last_of_each(entries: list[tuple[Node, Node]]) -> tuple[list[tuple[Node, Node]], list[Node] | None]:
    """The entries without those whose key comes again, and the keys that came again."""
    kept: dict[object, tuple[Node, Node]] = {}
    repeated: list[Node] = []
    for entry in entries:
        key = entry[0]
        name: object = key.content if isinstance(key, Scalar) else key
        if name in kept:
            repeated.append(key)
            del kept[name]
        kept[name] = entry
    return list(kept.values()), repeated
