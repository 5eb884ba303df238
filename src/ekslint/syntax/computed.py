"""Nodes of a tree that is worked out, not read: values that nobody can know from the files, defaults, encoded strings.

They carry a tag of their own, by which `value.scalar_value` knows them; whoever reads them as plain scalars finds a placeholder.
"""

from __future__ import annotations

import re

from ekslint.source.text import Piece, Text
from ekslint.syntax.tree import Mapping, Node, Plain, Scalar, Sequence

TAG = "!computed"
MAX_PARTS = 20_000
_PLAIN = re.compile(r"[\w.\[\]*/:-]{1,80}")
_UNFIT = re.compile(r"[^\w.\[\]*/:, -]+")


class Computed(Scalar):
    """A value that the files do not say: `reason` why, `written` how it is written.

    `reference` is the address of the resource whose attribute it is, where it is one's. As text it is a placeholder, `${written}`.
    """

    __slots__ = ("reason", "reference", "written")

    def __init__(self, text: Text, start: int, end: int, reason: str, written: str, reference: str | None = None) -> None:
        content = placeholder_of(written)
        super().__init__(text, start, end, content, content, "", TAG)
        self.reason = reason
        self.written = written
        self.reference = reference

    @property
    def pieces(self) -> list[Piece] | None:
        """One piece: all of the placeholder stands for all that is written."""
        return [Piece(self.text, self.start, self.end, self.content, False)]

    @pieces.setter
    def pieces(self, pieces: list[Piece] | None) -> None:
        """A computed value has no pieces of its own."""


class Encoded(Computed):
    """Base64 of a text: `of` is what is inside."""

    __slots__ = ("of",)

    def __init__(self, text: Text, start: int, end: int, of: Node, written: str) -> None:
        super().__init__(text, start, end, "base64 that Terraform writes", written)
        self.of = of


class Serialized(Scalar):
    """JSON or YAML text that a function writes of a value: `of` is the value."""

    __slots__ = ("of",)

    def __init__(self, text: Text, start: int, end: int, content: str, pieces: list[Piece], of: Node) -> None:
        super().__init__(text, start, end, content, content, '"', None, pieces)
        self.of = of


class Defaulted(Scalar):
    """A value that stands where it does only because nobody set another one; `default` says whose default it is."""

    __slots__ = ("default",)

    def __init__(self, of: Scalar, default: str) -> None:
        super().__init__(of.text, of.start, of.end, of.value, of.content, of.style, TAG, of.pieces)
        self.default = default


class OpenMapping(Mapping):
    """A map that may have more entries than are seen; `why` says so."""

    __slots__ = ("why",)

    def __init__(self, text: Text, start: int, end: int, entries: list[tuple[Node, Node]], why: str) -> None:
        super().__init__(text, start, end, entries)
        self.why = why


class OpenSequence(Sequence):
    """A list that may have more items than are seen; `why` says so."""

    __slots__ = ("why",)

    def __init__(self, text: Text, start: int, end: int, items: list[Node], why: str) -> None:
        super().__init__(text, start, end, items)
        self.why = why


def placeholder_of(written: str) -> str:
    """An expression as a placeholder without a brace or quote inside, on one line."""
    if not _PLAIN.fullmatch(written):
        written = _UNFIT.sub(" ", written).strip()[:60]
    return "${" + (written or "…") + "}"


def defaulted(node: Node, default: str) -> Node:
    """The same value with every scalar marked as a default; a value of too many parts is computed."""
    left = [MAX_PARTS]
    found = _defaulted(node, default, left)
    if left[0] < 0:
        return Computed(node.text, node.start, node.end, "it has too many parts", "a default")
    return found


def _defaulted(node: Node, default: str, left: list[int]) -> Node:
    left[0] -= 1
    if left[0] < 0:
        return node
    if isinstance(node, Scalar):
        return node if isinstance(node, (Computed, Defaulted, Serialized)) or node.value is None else Defaulted(node, default)
    if type(node) is Mapping:
        entries = [(key, _defaulted(value, default, left)) for key, value in node.entries]
        return Mapping(node.text, node.start, node.end, entries, node.tag, node.repeated)
    if type(node) is Sequence:
        return Sequence(node.text, node.start, node.end, [_defaulted(item, default, left) for item in node.items])
    return node


def why_open(node: Node | None) -> str | None:
    """Why some map or list in a value may hold more than is seen; None where none does."""
    waiting = [node] if node is not None else []
    for _ in range(MAX_PARTS):
        if not waiting:
            return None
        at = waiting.pop()
        if isinstance(at, (OpenMapping, OpenSequence)):
            return at.why
        if isinstance(at, Mapping):
            waiting.extend(value for _, value in at.entries)
        elif isinstance(at, Sequence):
            waiting.extend(at.items)
    return "it is too large"


def scalar_like(node: Node, value: Plain, content: str) -> Scalar:
    """A scalar of another value at the place of a node."""
    return Scalar(node.text, node.start, node.end, value, content, '"' if isinstance(value, str) else "")
