"""What a variable's type makes of a value: numbers in a map of strings are strings, optional attributes have their defaults."""

from __future__ import annotations

from collections.abc import Callable

from ekslint.syntax.computed import Computed, Defaulted, OpenMapping, OpenSequence, scalar_like
from ekslint.syntax.expressions import Call, Expression, Name, Object
from ekslint.syntax.tree import Mapping, Node, Scalar, Sequence

MAX_PARTS = 20_000


def conform(node: Node, type: Expression | None, evaluate: Callable[[Expression], Node]) -> Node:
    """A value as a type constraint converts it (Terraform's documentation, type constraints).

    `evaluate` works out the defaults of optional attributes. A value of too many parts stays as it is.
    """
    return _Conversion(evaluate).conform(node, type)


def as_string(node: Node) -> Node:
    """A number or boolean as a string, all else as it is."""
    if not isinstance(node, Scalar) or node.value is None or isinstance(node.value, str):
        return node
    said = scalar_like(node, node.content, node.content)
    return Defaulted(said, node.default) if isinstance(node, Defaulted) else said


class _Conversion:
    """One conversion, as long as it is not too much."""

    def __init__(self, evaluate: Callable[[Expression], Node]) -> None:
        self.evaluate = evaluate
        self.left = MAX_PARTS

    def conform(self, node: Node, type: Expression | None) -> Node:
        self.left -= 1
        if type is None or self.left < 0 or isinstance(node, Computed):
            return node
        if isinstance(type, Name):
            return as_string(node) if type.name == "string" else _parsed(node, type.name)
        if not isinstance(type, Call) or not type.arguments:
            return node
        inner = type.arguments[0]
        if type.name == "optional":
            return self.conform(node, inner)
        if type.name == "object" and isinstance(inner, Object) and isinstance(node, Mapping):
            return self._object(node, inner)
        if type.name == "map" and isinstance(node, Mapping):
            return _with(node, [(key, self.conform(value, inner)) for key, value in node.entries])
        if type.name in ("list", "set") and isinstance(node, Sequence):
            items = [self.conform(item, inner) for item in node.items]
            if isinstance(node, OpenSequence):
                return OpenSequence(node.text, node.start, node.end, items, node.why)
            return Sequence(node.text, node.start, node.end, items)
        return node

    def _object(self, node: Mapping, type: Object) -> Node:
        declared = {key.name: value for key, value in type.entries if isinstance(key, Name)}
        entries: list[tuple[Node, Node]] = []
        for key, value in node.entries:
            name = key.content if isinstance(key, Scalar) else ""
            entries.append((key, self.conform(value, declared.get(name))))
        if isinstance(node, OpenMapping):
            return _with(node, entries)
        for name, wanted in declared.items():
            if node.get(name) is None and isinstance(wanted, Call) and wanted.name == "optional":
                word = Scalar(node.text, node.start, node.start, name, name)
                entries.append((word, self._left_out(node, wanted)))
        return _with(node, entries)

    def _left_out(self, node: Mapping, wanted: Call) -> Node:
        """The value of an optional attribute that is not written."""
        if len(wanted.arguments) > 1 and self.left > 0:
            return self.conform(self.evaluate(wanted.arguments[1]), wanted.arguments[0])
        return Scalar(node.text, node.start, node.start, None, "null")


def _parsed(node: Node, type: str) -> Node:
    if not isinstance(node, Scalar) or not isinstance(node.value, str):
        return node
    if type == "number" and node.value.isdigit() and len(node.value) < 19:
        return scalar_like(node, int(node.value), node.content)
    if type == "bool" and node.value in ("true", "false"):
        return scalar_like(node, node.value == "true", node.content)
    return node


def _with(node: Mapping, entries: list[tuple[Node, Node]]) -> Mapping:
    if isinstance(node, OpenMapping):
        return OpenMapping(node.text, node.start, node.end, entries, node.why)
    return Mapping(node.text, node.start, node.end, entries)
