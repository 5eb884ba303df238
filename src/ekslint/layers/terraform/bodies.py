"""The body of a block as a map: arguments by name, and blocks in it as lists of maps, as a plan writes them too."""

from __future__ import annotations

from ekslint.layers.terraform.evaluation import Frame
from ekslint.layers.terraform.values import members
from ekslint.syntax.computed import Computed, OpenMapping, OpenSequence
from ekslint.syntax.expressions import Block
from ekslint.syntax.tree import Mapping, Node, Scalar, Sequence

MAX_REPEATED = 200
MAX_NESTED = 12
META = {
    "module": frozenset(("count", "for_each", "providers", "source", "version")),
    "resource": frozenset(("count", "for_each", "provider", "lifecycle", "provisioner", "connection")),
    "data": frozenset(("count", "for_each", "provider", "lifecycle")),
}
"""Arguments and blocks that Terraform reads itself."""


def body(block: Block, frame: Frame, depth: int = 0) -> Mapping:
    """The arguments and blocks of a block; open where something of it cannot be read."""
    entries: list[tuple[Node, Node]] = []
    meta = META.get(block.type, frozenset()) if depth == 0 else frozenset()
    for name, argument in block.arguments.items():
        if name in meta:
            continue
        word = Scalar(argument.text, argument.start, argument.end, name, name)
        entries.append((word, frame.evaluate(argument.value)))
    nested: dict[str, tuple[Scalar, list[Node], str]] = {}
    for inner in block.blocks if depth < MAX_NESTED else ():
        if inner.type in meta:
            continue
        dynamic = inner.type == "dynamic" and bool(inner.labels)
        name = inner.labels[0] if dynamic else inner.type
        key, items, why = nested.get(name) or (_key(inner, name, dynamic), [], "")
        if dynamic:
            more, reason = _repeated(inner, name, frame, depth)
            items += more
            why = why or reason
        else:
            items.append(body(inner, frame, depth + 1))
        nested[name] = (key, items, why)
    for key, items, why in nested.values():
        if not items and not why:
            continue
        first = items[0] if items else key
        span = (first.text, first.start, items[-1].end if items and items[-1].text is first.text else first.end)
        entries.append((key, OpenSequence(*span, items, why) if why else Sequence(*span, items)))
    span = (block.text, block.start, block.end)
    return OpenMapping(*span, entries, "the block cannot be read whole") if block.broken else Mapping(*span, entries)


def _key(block: Block, name: str, dynamic: bool) -> Scalar:
    if dynamic:
        label = block.label_nodes[0]
        return Scalar(label.text, label.start, label.end, name, name, '"')
    return Scalar(block.text, block.start, block.start + len(name), name, name)


def _repeated(block: Block, name: str, frame: Frame, depth: int) -> tuple[list[Node], str]:
    """The blocks that a `dynamic` block makes, and why there may be more."""
    each = block.arguments.get("for_each")
    content = next((inner for inner in block.blocks if inner.type == "content"), None)
    if each is None or content is None:
        return [], "a dynamic block cannot be read"
    collection = frame.evaluate(each.value)
    if not isinstance(collection, (Mapping, Sequence)):
        return [], collection.reason if isinstance(collection, Computed) else "a dynamic block goes through no list"
    iterator = block.arguments.get("iterator")
    word = iterator.value.written if iterator is not None else name
    made: list[Node] = []
    for key, value in members(collection)[:MAX_REPEATED]:
        known = value if isinstance(collection, Sequence) else key
        pair: list[tuple[Node, Node]] = [(_word(content, "key"), known), (_word(content, "value"), value)]
        bound = Mapping(content.text, content.start, content.end, pair)
        made.append(body(content, frame.having(**{word: bound}), depth + 1))
    return made, collection.why if isinstance(collection, (OpenMapping, OpenSequence)) else ""


def _word(at: Block, name: str) -> Scalar:
    return Scalar(at.text, at.start, at.start, name, name)
