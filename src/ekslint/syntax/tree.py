"""The tree that every syntax parses into: mappings, sequences and scalars, each with its span."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ekslint.source.text import Derived, Piece, Place, Text

Plain = str | int | float | bool | None


class Node:
    """A value in a file: `text.value[start:end]` is how it is written."""

    __slots__ = ("end", "start", "tag", "text")

    def __init__(self, text: Text, start: int, end: int, tag: str | None = None) -> None:
        self.text = text
        self.start = start
        self.end = end
        self.tag = tag

    @property
    def place(self) -> Place:
        return self.text.place(self.start, self.end)

    def get(self, key: str) -> Node | None:
        """The value under a key of a mapping, None where there is none or this is no mapping."""
        return None

    def key(self, key: str) -> Node | None:
        """The key itself, for its place."""
        return None

    def at(self, *path: str) -> Node | None:
        """The value at the end of a path of keys."""
        node: Node | None = self
        for step in path:
            if node is None:
                return None
            node = node.get(step)
        return node

    @property
    def kind(self) -> str:
        """What a person calls this type: map, list, string, integer, number, boolean or null."""
        raise NotImplementedError

    def plain(self) -> object:
        """The value as Python's own types, without places."""
        raise NotImplementedError


class Scalar(Node):
    """One value. `value` is what YAML 1.1 as Kubernetes reads it (or JSON, HCL, TOML) makes of it.

    `style` is '' for plain, one of ' " | > in YAML; `content` is the text before resolving (the same as `value` for strings).
    `pieces` says where each stretch of `content` was written, where the syntax knows (block and quoted scalars).
    """

    __slots__ = ("content", "pieces", "style", "value")

    def __init__(
        self,
        text: Text,
        start: int,
        end: int,
        value: Plain,
        content: str,
        style: str = "",
        tag: str | None = None,
        pieces: list[Piece] | None = None,
    ) -> None:
        super().__init__(text, start, end, tag)
        self.value = value
        self.content = content
        self.style = style
        self.pieces = pieces

    @property
    def kind(self) -> str:
        value = self.value
        if value is None:
            return "null"
        if value is True or value is False:
            return "boolean"
        if isinstance(value, int):
            return "integer"
        return "number" if isinstance(value, float) else "string"

    def plain(self) -> Plain:
        return self.value

    def inner(self) -> Text:
        """The content as a text of its own whose places lead back into the file."""
        if self.pieces is not None:
            return Derived(self.pieces)
        written = self.text.value[self.start : self.end]
        if written == self.content:
            return self.text.part(self.start, self.end)
        if len(written) >= 2 and written[1:-1] == self.content:
            return self.text.part(self.start + 1, self.end - 1)
        return Derived([Piece(self.text, self.start, self.end, self.content, False)])


class Mapping(Node):
    """Keys and values in the order of the file, merge keys already in place; a repeated key keeps its last value.

    `repeated` holds each later key that stands in the mapping already, for the message about it.
    """

    __slots__ = ("_index", "entries", "repeated")

    def __init__(
        self,
        text: Text,
        start: int,
        end: int,
        entries: list[tuple[Node, Node]],
        tag: str | None = None,
        repeated: list[Node] | None = None,
    ) -> None:
        super().__init__(text, start, end, tag)
        self.entries = entries
        self.repeated = repeated
        self._index: dict[str, tuple[Node, Node]] | None = None

    def entry(self, key: str) -> tuple[Node, Node] | None:
        """A key and its value."""
        index = self._index
        if index is None:
            index = self._index = {key_name(k): (k, v) for k, v in self.entries}
        return index.get(key)

    def get(self, key: str) -> Node | None:
        entry = self.entry(key)
        return entry[1] if entry else None

    def key(self, key: str) -> Node | None:
        entry = self.entry(key)
        return entry[0] if entry else None

    def named(self) -> Iterator[tuple[str, Node, Node]]:
        """Name, key and value of each entry."""
        for key, value in self.entries:
            yield key_name(key), key, value

    @property
    def kind(self) -> str:
        return "map"

    def plain(self) -> object:
        return {key_name(k): v.plain() for k, v in self.entries}


class Sequence(Node):
    """Items in order."""

    __slots__ = ("items",)

    def __init__(self, text: Text, start: int, end: int, items: list[Node], tag: str | None = None) -> None:
        super().__init__(text, start, end, tag)
        self.items = items

    @property
    def kind(self) -> str:
        return "list"

    def plain(self) -> object:
        return [item.plain() for item in self.items]


class Document:
    """One document of a file. `templated` where template lines were left out, so that what is missing may be there.

    `partial` is the reason why what is missing here may stand elsewhere (a template, a patch), None where the document is whole.
    `conditional` where it stands in a branch of a template, so that it may not come to be at all.
    """

    __slots__ = ("conditional", "index", "partial", "root", "syntax", "templated", "text")

    def __init__(self, root: Node, text: Text, index: int = 0, templated: bool = False, syntax: str = "yaml") -> None:
        self.root = root
        self.text = text
        self.index = index
        self.templated = templated
        self.syntax = syntax
        self.conditional = False
        self.partial: str | None = "the file is a template" if templated else None


def key_name(key: Node) -> str:
    """A key as a string: Kubernetes reads every key as one."""
    return key.content if isinstance(key, Scalar) else ""


def items(node: Node | None) -> list[Node]:
    """The items of a sequence, none of anything else."""
    return node.items if isinstance(node, Sequence) else []


def entries(node: Node | None) -> Iterator[tuple[str, Node, Node]]:
    """Name, key and value of each entry of a mapping, none of anything else."""
    if isinstance(node, Mapping):
        yield from node.named()


def key_place(node: Node | None, key: str, outer: Place) -> Place:
    """The place of a key of a mapping, else of what is around it."""
    found = node.key(key) if node is not None else None
    return found.place if found is not None else outer


def scalars(documents: Iterable[Document]) -> Iterator[Scalar]:
    """Every scalar of some documents, keys included; an anchored one as often as a scalar alias names it."""
    seen: set[int] = set()
    pending: list[Node] = [document.root for document in documents]
    while pending:
        node = pending.pop()
        if isinstance(node, Scalar):
            yield node
            continue
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, Mapping):
            for entry in node.entries:
                pending.extend(entry)
        elif isinstance(node, Sequence):
            pending.extend(node.items)


def string(node: Node | None) -> str | None:
    """A string's value, None of anything else."""
    if isinstance(node, Scalar) and isinstance(node.value, str):
        return node.value
    return None
