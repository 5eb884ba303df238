"""What is written under an annotation or in IngressClassParams, read as the load balancer controller reads it.

An annotation that is no string is unknown, since the API server refuses its object; so is a value that the controller refuses.
Sources: pkg/annotations/parser.go; Go's strconv and encoding/json.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from ekslint.data.go import GoError, go_bool, go_int, string_list, string_map
from ekslint.fact import Subject
from ekslint.syntax.tree import Scalar, Sequence
from ekslint.value import Absent, Known, Listing, Unknown, Value, listing, scalar_value

ALB = "alb.ingress.kubernetes.io/"
"""The prefix of the annotations that the controller reads of an Ingress and of a Service behind one."""

CONTROLLER = "AWS Load Balancer Controller"
"""Whose defaults these are, as findings name it."""


def annotation(owner: Subject, name: str) -> Value:
    """The text of an annotation of a Kubernetes object: a known string, absent or unknown."""
    found = owner.read("metadata", "annotations", name)
    if isinstance(found, Known) and not isinstance(found.value, str):
        return Unknown(f"{name} is no string, and the API server refuses it", found.places, written=True, key=name)
    if isinstance(found, Absent) and owner.node is not None and owner.node.at("metadata", "annotations", name) is not None:
        return Unknown(f"{name} is null, and the API server refuses it", found.places, written=True, key=name)
    return found


def alb(owner: Subject, suffix: str) -> Value:
    """An annotation of an Ingress, or of a Service behind one, by the end of its name."""
    return annotation(owner, ALB + suffix)


def first(*values: Value) -> Value:
    """The first that is not absent: what has precedence when it is written. Of none, the last one's place."""
    for value in values:
        if not isinstance(value, Absent):
            return value
    return values[-1]


def or_default(value: Value, default: Any, whose: str = CONTROLLER) -> Value:
    """The value, or a default where it is absent, at the place where a person would write it."""
    if isinstance(value, Absent):
        return Known(default, value.places, default=whose, key=value.key)
    return value


def refused(value: Known[Any], why: str) -> Unknown:
    """A written value that its reader does not take."""
    return Unknown(why, value.places, str(value.value), written=True, key=value.key)


def _convert(value: Value, read: Callable[[str], Any], what: str) -> Value:
    if not isinstance(value, Known):
        return value
    made = read(value.value)
    if made is None:
        return refused(value, f"the controller refuses it: no {what}")
    return Known(made, value.places, value.default, value.key)


def boolean(value: Value) -> Value:
    """A text as Go's ParseBool reads it; unknown where it refuses."""
    return _convert(value, go_bool, "boolean that Go reads")


def integer(value: Value, bits: int = 32) -> Value:
    """A text as a decimal integer of so many bits; unknown where Go refuses."""
    return _convert(value, lambda text: go_int(text, bits), "integer")


def choice(value: Value, allowed: Iterable[str]) -> Value:
    """A text from a closed list; unknown where it is not in it."""
    words = tuple(allowed)
    return _convert(value, lambda text: text if text in words else None, f"one of {', '.join(words)}")


def strings(value: Value) -> Value:
    """A stringList as a list of known texts, each at the annotation's place; a present but empty one is an empty list."""
    if not isinstance(value, Known):
        return value
    found = [Known(item, value.places, key=value.key) for item in string_list(value.value)]
    return Known(Listing(found), value.places, key=value.key)


def pairs(value: Value) -> Value:
    """A stringMap as a known dict; unknown where the controller refuses it."""
    if not isinstance(value, Known):
        return value
    try:
        return Known(string_map(value.value), value.places, value.default, value.key)
    except GoError as error:
        return refused(value, f"the controller refuses it: {error.message}")


def decoded(value: Value, shape: Any) -> Value:
    """A JSON annotation decoded into a shape of `data.gojson`; unknown where Go refuses it."""
    if not isinstance(value, Known):
        return value
    from ekslint.data.gojson import read_json

    try:
        return Known(read_json(value.value, shape), value.places, value.default, value.key)
    except GoError as error:
        return refused(value, f"the controller refuses it: {error.message}")


def field(owner: Subject | None, *path: str) -> Value:
    """A field below `spec` of an object that may not be there; an empty text or list counts as absent, as Go's zero values do."""
    if owner is None:
        return Absent()
    found = owner.read("spec", *path)
    if isinstance(found, Known) and owner.node is not None:
        node = owner.node.at("spec", *path)
        if (isinstance(node, Scalar) and node.value == "") or (isinstance(node, Sequence) and not node.items):
            return Absent(found.places, found.key)
    return found


def texts(owner: Subject | None, *path: str) -> Value:
    """A list of texts below `spec`, each with its place; absent where it is empty."""
    found = field(owner, *path)
    if not isinstance(found, Known) or owner is None or owner.node is None:
        return found
    node = owner.node.at("spec", *path)
    if not isinstance(node, Sequence):
        return Unknown(f"{path[-1]} is no list, and the API server refuses it", found.places, written=True, key=found.key)
    return listing([scalar_value(item) for item in node.items], bool(owner.partial), owner.partial or "", found.places)
