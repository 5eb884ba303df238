"""CloudFormation's intrinsic functions as they are written: the long form, and the short tags of YAML."""

from __future__ import annotations

from typing import NamedTuple

from ekslint.source.text import Derived, Piece, Text
from ekslint.syntax.tree import Mapping, Node, Scalar, Sequence, items
from ekslint.value import Known, Value

_SHORT = {
    "!Ref": "Ref",
    "!Sub": "Fn::Sub",
    "!Join": "Fn::Join",
    "!Base64": "Fn::Base64",
    "!GetAtt": "Fn::GetAtt",
    "!If": "Fn::If",
    "!Equals": "Fn::Equals",
    "!Not": "Fn::Not",
    "!And": "Fn::And",
    "!Or": "Fn::Or",
    "!Condition": "Condition",
    "!Select": "Fn::Select",
    "!Split": "Fn::Split",
    "!FindInMap": "Fn::FindInMap",
    "!ImportValue": "Fn::ImportValue",
    "!GetAZs": "Fn::GetAZs",
    "!Cidr": "Fn::Cidr",
    "!Transform": "Fn::Transform",
    "!ToJsonString": "Fn::ToJsonString",
}


class Spelled(NamedTuple):
    """A string as far as it is known; `left` is the first `${X}` in it that is known when the stack is made."""

    text: Text
    left: str | None = None


def function(node: Node | None) -> tuple[str, Node] | None:
    """The intrinsic function that a node calls, by its long name, with its argument; None where it calls none."""
    if node is None:
        return None
    if node.tag is not None:
        name = _SHORT.get(node.tag)
        if name is not None:
            return name, _untagged(node)
    if isinstance(node, Mapping) and len(node.entries) == 1:
        name, _, value = next(node.named())
        if name.startswith("Fn::") or name == "Ref" or (name == "Condition" and isinstance(value, Scalar)):
            return name, value
    return None


def _untagged(node: Node) -> Node:
    if isinstance(node, Scalar):
        return Scalar(node.text, node.start, node.end, node.content, node.content, node.style, None, node.pieces)
    if isinstance(node, Sequence):
        return Sequence(node.text, node.start, node.end, node.items)
    if isinstance(node, Mapping):
        return Mapping(node.text, node.start, node.end, node.entries, None, node.repeated)
    return node


def function_name(node: Node) -> str:
    """The name of the function that a node calls, for messages."""
    called = function(node)
    return called[0] if called is not None else "a function"


def sub_pattern(argument: Node) -> Scalar | None:
    """The text of a `Sub`, which may stand alone or before a map of its variables."""
    pattern = items(argument)[0] if items(argument) else argument
    return pattern if isinstance(pattern, Scalar) else None


def piece(node: Node, value: str) -> Text:
    """A text that a node stands for, all at the node's place."""
    return Derived([Piece(node.text, node.start, node.end, value, False)])


def plain(value: object) -> str:
    """A scalar as CloudFormation writes it into a string."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def typed(default: Scalar, type: str) -> str | int | float | bool:
    """A parameter's default by its declared type: numbers as numbers, all else as the text that is written."""
    if type == "Number" and isinstance(default.value, int | float) and not isinstance(default.value, bool):
        return default.value
    if type == "Number" and default.content.isdigit():
        return int(default.content)
    return default.content


def same(left: object, right: object) -> bool:
    """Whether two scalars are equal, as `Equals` compares them: by their texts."""
    return not isinstance(left, Node) and not isinstance(right, Node) and plain(left) == plain(right)


def whole_number(value: Value) -> int | None:
    """A value as a place in a list, None where it is no whole number."""
    if isinstance(value, Known) and str(value.value).isdigit():
        return int(str(value.value))
    return None
