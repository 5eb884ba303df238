"""Terraform's configuration written as JSON (.tf.json, .tfvars.json), as the same blocks and expressions."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from ekslint.source.text import Text
from ekslint.syntax import hcl, yaml
from ekslint.syntax.expressions import Argument, Block, Broken, Expression, File, Literal, Name, Object, Template, Tuple
from ekslint.syntax.tree import Mapping, Node, Scalar, Sequence

MAX_DEPTH = 40
_LABELS = {"resource": 2, "data": 2, "variable": 1, "module": 1, "output": 1, "provider": 1}


class _Block(Block):
    """A block of a JSON file: all that stands in it are arguments, as the shape of blocks is the same."""

    def __init__(self, type: str, labels: list[Template | Name], body: Mapping) -> None:
        super().__init__(body.text, body.start, body.end, type, labels)
        self._body = body

    @cached_property
    def contents(self) -> tuple[dict[str, Argument], list[Block]]:
        return {argument.name: argument for argument in _arguments(self._body)}, []


def parse(text: Text) -> File:
    """The blocks of a .tf.json file and the arguments of a .tfvars.json file."""
    parsed = yaml.parse(text)
    root = parsed.documents[0].root if parsed.documents else None
    if not isinstance(root, Mapping):
        return File(text, [], [], parsed.problems)
    blocks: list[Block] = []
    for name, _, value in root.named():
        if name == "locals" or name in _LABELS:
            blocks.extend(_Block(name, labels, body) for labels, body in _bodies(value, _LABELS.get(name, 0)))
    return File(text, blocks, list(_arguments(root)), parsed.problems)


def _bodies(node: Node, labels: int) -> Iterator[tuple[list[Template | Name], Mapping]]:
    """The bodies below some levels of labels; each level may be a list of maps."""
    for item in node.items if isinstance(node, Sequence) else [node]:
        if not isinstance(item, Mapping):
            continue
        if labels == 0:
            yield [], item
            continue
        for name, key, value in item.named():
            label = Name(key.text, key.start, key.end, name)
            for more, body in _bodies(value, labels - 1):
                yield [label, *more], body


def _arguments(body: Mapping) -> Iterator[Argument]:
    for name, key, value in body.named():
        if name != "//":
            yield Argument(key.text, key.start, key.end, name, _expression(value, 0))


def _expression(node: Node, depth: int) -> Expression:
    span = (node.text, node.start, node.end)
    if depth > MAX_DEPTH:
        return Broken(*span)
    if isinstance(node, Mapping):
        entries: list[tuple[Expression, Expression]] = [
            (Name(key.text, key.start, key.end, name), _expression(value, depth + 1)) for name, key, value in node.named()
        ]
        return Object(*span, entries)
    if isinstance(node, Sequence):
        return Tuple(*span, [_expression(item, depth + 1) for item in node.items])
    if not isinstance(node, Scalar) or not isinstance(node.value, str):
        return Literal(*span, node.value) if isinstance(node, Scalar) else Broken(*span)
    if "${" not in node.value and "%{" not in node.value:
        return Template(node.text, node.start, node.end, node.start + 1, node.end - 1, '"', [])
    found = hcl.template(node.inner())
    if found is None:
        return Broken(*span)
    return Template(found.text, found.begin, found.stop, found.begin, found.stop, '"', found.holes)
