"""Values that are worked out: what is known of them, and those that an expression makes."""

from __future__ import annotations

from ekslint.layers.terraform.strings import known_text
from ekslint.syntax.computed import Computed, Defaulted, OpenMapping, OpenSequence, defaulted, scalar_like
from ekslint.syntax.expressions import Expression
from ekslint.syntax.tree import Mapping, Node, Scalar, Sequence

MAX_ITEMS = 2_000


def computed(at: Expression, reason: str, reference: str | None = None) -> Computed:
    """An expression whose value is not known."""
    return Computed(at.text, at.start, at.end, reason, " ".join(at.written.split()), reference)


def again(at: Expression, of: Computed) -> Computed:
    """An expression whose value is not known because that of a part of it is not."""
    return Computed(at.text, at.start, at.end, of.reason, " ".join(at.written.split()), of.reference)


def softened(value: Node, of: list[Node]) -> Node:
    """A value as a default where it comes from one."""
    for node in of:
        if isinstance(node, Defaulted):
            return defaulted(value, node.default)
    return value


def truth(node: Node) -> Scalar | None:
    """A known boolean, also one that is written as a string; None of anything else."""
    if not isinstance(node, Scalar) or isinstance(node, Computed):
        return None
    if isinstance(node.value, bool):
        return node
    if node.value in ("true", "false"):
        said = scalar_like(node, node.value == "true", node.content)
        return Defaulted(said, node.default) if isinstance(node, Defaulted) else said
    return None


def certain(node: Node) -> bool:
    """Whether everything in a value is known."""
    waiting = [node]
    for _ in range(MAX_ITEMS):
        if not waiting:
            return True
        at = waiting.pop()
        if isinstance(at, (Computed, OpenMapping, OpenSequence)):
            return False
        if isinstance(at, Scalar) and isinstance(at.value, str) and "${" in at.value:
            return False
        if isinstance(at, Mapping):
            waiting.extend(value for _, value in at.entries)
        elif isinstance(at, Sequence):
            waiting.extend(at.items)
    return False


def number(node: Node) -> int | float | None:
    """A known number, also one that is written as a string."""
    if not isinstance(node, Scalar) or isinstance(node, Computed) or isinstance(node.value, bool):
        return None
    if isinstance(node.value, (int, float)):
        return node.value
    if isinstance(node.value, str) and node.value.lstrip("-").isdigit() and len(node.value) < 19:
        return int(node.value)
    return None


def members(collection: Node) -> list[tuple[Node, Node]]:
    """Keys and values of a map, numbers and items of a list."""
    if isinstance(collection, Mapping):
        return [(as_key(key), value) for key, value in collection.entries if isinstance(key, Scalar)]
    if isinstance(collection, Sequence):
        return [(scalar_like(item, index, str(index)), item) for index, item in enumerate(collection.items)]
    return []


def as_key(key: Scalar) -> Scalar:
    """A key as a string."""
    if isinstance(key.value, str):
        return key
    return scalar_like(key, key.content, key.content)


def boolean(at: Expression, value: bool) -> Scalar:
    """A boolean that an expression makes."""
    return Scalar(at.text, at.start, at.end, value, str(value).lower())


def integer(at: Expression, value: int) -> Scalar:
    """A whole number that an expression makes."""
    return Scalar(at.text, at.start, at.end, value, str(value))


def sequence(at: Expression, items: list[Node], why: str = "") -> Sequence:
    """A list that an expression makes, open for the reason `why`."""
    span = (at.text, at.start, at.end)
    return OpenSequence(*span, items, why) if why else Sequence(*span, items)


def said_of(node: Node) -> str | None:
    """A known scalar as Terraform writes it into a string."""
    text = known_text(node)
    return text.value if text is not None else None


def texts(nodes: list[Node]) -> list[str] | None:
    """Known scalars as strings; None where one is not known."""
    found = [said_of(node) for node in nodes]
    return [each for each in found if each is not None] if None not in found else None


def why_of(node: Node) -> str:
    """Why a map or list is open, empty where it is not."""
    return node.why if isinstance(node, (OpenMapping, OpenSequence)) else ""
