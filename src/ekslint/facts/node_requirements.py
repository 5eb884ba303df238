"""What the pods of a template ask of a node: nodeSelector, required node affinity, and the taints that they tolerate.

Source: Kubernetes, pkg/scheduler (NodeAffinity, TaintToleration) and component-helpers/scheduling/corev1/nodeaffinity: the terms of
an affinity are alternatives, the expressions of a term and the nodeSelector hold together.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from ekslint.facts.selectors import Wanted, expression
from ekslint.source.text import Place
from ekslint.syntax.tree import Node, entries, items
from ekslint.value import Known, Unknown, scalar_value

_AFFINITY = ("spec", "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms")


class Need(NamedTuple):
    """One requirement on a node's labels; `wanted` is None where it is not literal."""

    wanted: Wanted | None
    place: Place


class Toleration(NamedTuple):
    """One toleration; an empty key or effect stands for all, `value` None where the key need only exist."""

    key: str
    value: str | None
    effect: str


def node_terms(pod: Node | None) -> list[list[Need]]:
    """The alternatives of which a node must meet one, each with all its requirements; one without any where nothing is asked."""
    if pod is None:
        return [[]]
    common: list[Need] = []
    for key, at, value in entries(pod.at("spec", "nodeSelector")):
        said = scalar_value(value)
        common.append(Need(Wanted(key, "In", (str(said.value),) if isinstance(said, Known) else None), at.place))
    terms = items(pod.at(*_AFFINITY))
    if not terms:
        return [common]
    found: list[list[Need]] = []
    for term in terms:
        asked = [Need(expression(item), item.place) for item in items(term.get("matchExpressions"))]
        if term.get("matchFields") is not None:
            asked.append(Need(None, term.place))
        found.append([*common, *asked])
    return found


def asks_for(terms: Sequence[Sequence[Need]], keys: tuple[str, ...]) -> tuple[str, Place] | None:
    """The one value that every alternative asks of one of some labels, None where there is no such value."""
    values: dict[str, Place] = {}
    for term in terms:
        here = [
            (need.wanted.values[0], need.place)
            for need in term
            if need.wanted is not None
            and need.wanted.key in keys
            and need.wanted.operator == "In"
            and need.wanted.values is not None
            and len(need.wanted.values) == 1
        ]
        if not here:
            return None
        values.setdefault(*here[0])
    return next(iter(values.items())) if len(values) == 1 else None


def tolerations(pod: Node | None) -> list[Toleration] | None:
    """The tolerations of the pods; None where one is not literal."""
    found: list[Toleration] = []
    for item in items(pod.at("spec", "tolerations") if pod is not None else None):
        parts = {name: scalar_value(value) for name, _, value in entries(item)}
        if any(isinstance(part, Unknown) for part in parts.values()):
            return None
        said = {name: str(part.value) for name, part in parts.items() if isinstance(part, Known)}
        exists = said.get("operator", "Equal") == "Exists"
        found.append(Toleration(said.get("key", ""), None if exists else said.get("value", ""), said.get("effect", "")))
    return found


def tolerates(found: Sequence[Toleration], key: str, value: str, effect: str) -> bool:
    """Whether one of some tolerations covers a taint."""
    return any(
        ((not one.key and one.value is None) or one.key == key)
        and one.effect in ("", effect)
        and (one.value is None or one.value == value)
        for one in found
    )
