"""What a label selector says of labels, as Kubernetes evaluates it: yes, no, or not to be told from the files.

Source: apimachinery, pkg/apis/meta/v1/helpers.go (LabelSelectorAsSelector) and pkg/labels/selector.go (Requirement.Matches).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ekslint.syntax.tree import Mapping as Map
from ekslint.syntax.tree import Node, Scalar, Sequence, entries, string
from ekslint.value import Absent, Known, Listing, Unknown, Value, placeholder, scalar_value

_ADDED = (
    "pod-template-hash",
    "pod-template-generation",
    "controller-revision-hash",
    "controller-uid",
    "job-name",
    "rollouts-pod-template-hash",
    "statefulset.kubernetes.io/",
    "apps.kubernetes.io/",
    "batch.kubernetes.io/",
    "eks.amazonaws.com/fargate-profile",
)
"""Beginnings of the labels that controllers add to the pods of a template."""


class Labels(NamedTuple):
    """The labels of one object: None for a value that is not known; `open` where there may be others."""

    values: Mapping[str, str | None]
    open: bool


class Wanted(NamedTuple):
    """One requirement of a selector; `values` is None where they are not literal."""

    key: str
    operator: str
    values: tuple[str, ...] | None


def labels_of(value: Value) -> Labels | None:
    """A known list of label subjects; None where the labels are not known at all."""
    if isinstance(value, Absent):
        return Labels({}, False)
    if not isinstance(value, Known) or not isinstance(value.value, Listing):
        return None
    found: dict[str, str | None] = {}
    open = value.value.open
    for item in value.value:
        if not isinstance(item, Known):
            open = True
            continue
        said = item.value.get("value")
        found[item.value.name] = str(said.value) if isinstance(said, Known) else None if isinstance(said, Unknown) else ""
    return Labels(found, open)


def requirements(selector: Node | None) -> list[Wanted] | None:
    """All that a selector asks for, which is nothing where it is empty; None where it is no map, and so cannot be read."""
    if not isinstance(selector, Map):
        return None
    found = [_pair(key, value) for key, _, value in entries(selector.get("matchLabels"))]
    expressions = selector.get("matchExpressions")
    if expressions is not None and not isinstance(expressions, Sequence):
        return None
    for item in expressions.items if isinstance(expressions, Sequence) else ():
        wanted = expression(item)
        if wanted is None:
            return None
        found.append(wanted)
    return found


def _pair(key: str, value: Node) -> Wanted:
    said = scalar_value(value)
    if isinstance(said, Absent):
        return Wanted(key, "In", ("",))
    literal = isinstance(said, Known) and isinstance(said.value, str)
    return Wanted(key, "In", (str(said.value),) if literal and isinstance(said, Known) else None)


def expression(node: Node) -> Wanted | None:
    """One entry of matchExpressions; None where its key or its operator is not literal."""
    key, operator = string(node.get("key")), string(node.get("operator"))
    if key is None or operator is None or placeholder(key) is not None or placeholder(operator) is not None:
        return None
    listed = node.get("values")
    values: list[str] = []
    for item in listed.items if isinstance(listed, Sequence) else ():
        said = scalar_value(item)
        if not isinstance(said, Known) or not isinstance(item, Scalar):
            return Wanted(key, operator, None)
        values.append(str(said.value))
    if listed is not None and not isinstance(listed, Sequence):
        return Wanted(key, operator, None)
    return Wanted(key, operator, tuple(values))


def selects(selector: Node | None, labels: Labels | None) -> bool | None:
    """Whether a selector matches labels; None where that depends on something unknown. An empty selector matches all."""
    wanted = requirements(selector)
    if wanted is None:
        return None
    if not wanted:
        return True
    if labels is None:
        return None
    return all_of(meets(one, labels) for one in wanted)


def meets(wanted: Wanted, labels: Labels) -> bool | None:
    """Whether labels meet one requirement. An operator that Kubernetes refuses makes the whole selector match nothing."""
    operator = wanted.operator
    if operator not in ("In", "NotIn", "Exists", "DoesNotExist"):
        return False
    if operator in ("In", "NotIn") and wanted.values == ():
        return False
    if wanted.key not in labels.values:
        if labels.open or wanted.key.startswith(_ADDED):
            return None
        return operator in ("NotIn", "DoesNotExist")
    if operator in ("Exists", "DoesNotExist"):
        return operator == "Exists"
    has = labels.values[wanted.key]
    if has is None or wanted.values is None:
        return None
    return (has in wanted.values) is (operator == "In")


def all_of(answers: Iterable[bool | None]) -> bool | None:
    """Three-valued and: one no decides, then one doubt."""
    doubt = False
    for answer in answers:
        if answer is False:
            return False
        doubt = doubt or answer is None
    return None if doubt else True


def any_of(answers: Iterable[bool | None]) -> bool | None:
    """Three-valued or: one yes decides, then one doubt."""
    doubt = False
    for answer in answers:
        if answer is True:
            return True
        doubt = doubt or answer is None
    return None if doubt else False
