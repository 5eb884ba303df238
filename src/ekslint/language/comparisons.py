"""Comparisons of known values, as JSON Schema has them; versions compare as versions."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ekslint.fact import Subject
from ekslint.language.versions import compare
from ekslint.syntax.tree import Node
from ekslint.value import Known, Listing

Comparison = Callable[[Any, Any], bool | None]
"""Whether a value fits a bound; None where that cannot be said (no version)."""


def same(one: Any, other: Any) -> bool:
    """Equality as JSON has it: true is not 1; subjects are equal that were lifted from one."""
    one, other = _bare(one), _bare(other)
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return bool(one == other)


def _bare(value: Any) -> Any:
    if isinstance(value, Node):
        return value.plain()
    if isinstance(value, Subject):
        return value.origin
    if isinstance(value, Listing):
        return [_bare(item.value) if isinstance(item, Known) else item for item in value.items]
    return value


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _ordered(decide: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    """A bound on numbers; as in JSON Schema it says nothing about other values."""
    return lambda value, bound: not _number(value) or decide(value, bound)


COMPARISONS: dict[str, Comparison] = {
    "const": same,
    "enum": lambda value, choices: any(same(value, choice) for choice in choices),
    "minimum": _ordered(lambda value, bound: value >= bound),
    "maximum": _ordered(lambda value, bound: value <= bound),
    "exclusiveMinimum": _ordered(lambda value, bound: value > bound),
    "exclusiveMaximum": _ordered(lambda value, bound: value < bound),
    "multipleOf": _ordered(lambda value, bound: value % bound == 0),
    "minLength": lambda value, bound: not isinstance(value, str) or len(value) >= bound,
    "maxLength": lambda value, bound: not isinstance(value, str) or len(value) <= bound,
}


def _version(decide: Callable[[int], bool]) -> Comparison:
    def compared(value: Any, bound: Any) -> bool | None:
        order = compare(str(value), str(bound))
        return None if order is None else decide(order)

    return compared


same_version = _version(lambda order: order == 0)


def _version_among(value: Any, choices: Any) -> bool | None:
    answers = [same_version(value, choice) for choice in choices]
    return True if True in answers else None if None in answers else False


VERSIONS: dict[str, Comparison] = {
    "const": same_version,
    "enum": _version_among,
    "minimum": _version(lambda order: order >= 0),
    "maximum": _version(lambda order: order <= 0),
    "exclusiveMinimum": _version(lambda order: order > 0),
    "exclusiveMaximum": _version(lambda order: order < 0),
}

TYPES: dict[str, Callable[[Any], bool]] = {
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": _number,
    "string": lambda value: isinstance(value, str),
    "array": lambda value: isinstance(value, (list, Listing)),
    "object": lambda value: isinstance(value, dict),
}


def matcher(test: tuple[str, str]) -> Callable[[Any], bool]:
    """The predicate of `pattern` or `type`; a pattern says nothing about what is no text."""
    if test[0] == "type":
        of_type = TYPES[test[1]]
        return lambda value: of_type(_bare(value))
    pattern = test[1]
    return lambda value: not isinstance(value, str) or re.search(pattern, value) is not None
