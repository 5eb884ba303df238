"""The instance types that Karpenter may choose, by its requirements and the table of types.

Karpenter labels every type it knows (karpenter-provider-aws, pkg/providers/instancetype/types.go) and keeps those whose labels meet
all requirements. What the table does not tell (memory, disks, GPUs) leaves the list open and empty, for it may exclude any type.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from ekslint.carriers.node_group import Requirement
from ekslint.data.instances import InstanceType, instance_type, instance_types
from ekslint.source.text import Place

TYPE = ("node.kubernetes.io/instance-type", "beta.kubernetes.io/instance-type")
_PREFIX = "karpenter.k8s.aws/"
_FAMILY = _PREFIX + "instance-family"
_ARCHITECTURE = ("kubernetes.io/arch", "beta.kubernetes.io/arch")
_ELSEWHERE = (
    "topology.kubernetes.io/",
    "failure-domain.beta.kubernetes.io/",
    "kubernetes.io/os",
    "beta.kubernetes.io/os",
    "karpenter.sh/",
    "topology.k8s.aws/",
    "kubernetes.io/hostname",
    "node.kubernetes.io/windows-build",
)
_NAME = re.compile(r"([a-z]++)(?:-[0-9]+tb)?+([0-9]++)?+[^.]*+\.(.+)")


class Choice(NamedTuple):
    """The types that are left, each with the place of a requirement that names it. `open`: there may be others, and `why`."""

    types: list[tuple[str, Place]]
    open: bool
    why: str


def choose(requirements: Iterable[Requirement], at: Place) -> Choice:
    """The types that meet all requirements; `at` is the place where there is none."""
    needs = [need for need in requirements if not need.key.startswith(_ELSEWHERE)]
    named = [need for need in needs if need.key in TYPE and need.operator == "In"]
    about_types = [need for need in needs if need.key in TYPE or need.key.startswith(_PREFIX) or need.key in _ARCHITECTURE]
    unread = next((need for need in about_types if need.key not in TYPE and need.key not in _LABELS), None)
    if named:
        left = [(value, named[0].place) for value in dict.fromkeys(named[0].values) if all(value in n.values for n in named)]
        kept = [(name, place) for name, place in left if _may(instance_type(name), about_types)]
        return Choice(kept, False, "")
    narrowing = [need for need in about_types if need.key.startswith(_PREFIX)]
    if not narrowing:
        return Choice([], True, "no requirement names instance types")
    if unread is not None:
        return Choice([], True, f"the table of types does not tell {unread.key}")
    families = any(need.key == _FAMILY and need.operator == "In" for need in narrowing)
    place = narrowing[0].place if narrowing else at
    found = [(type.name, place) for type in instance_types() if not type.retired and _may(type, about_types, certain=True)]
    return Choice(found, not families, "" if families else "Karpenter knows types that the table does not")


def _may(type: InstanceType | None, needs: Iterable[Requirement], certain: bool = False) -> bool:
    """Whether a type meets requirements as far as its labels are known; `certain`: an unknown label does not meet any."""
    if type is None:
        return not certain
    for need in needs:
        if need.key in TYPE:
            label: str | None = type.name
        elif need.key in _LABELS:
            label = _LABELS[need.key](type)
            if label is None:
                if certain:
                    return False
                continue
        else:
            continue
        if need.key in _ARCHITECTURE and type.architectures:
            if not any(_meets(_GO.get(a, a), need) for a in type.architectures):
                return False
        elif label is not None and not _meets(label, need):
            return False
    return True


def _meets(label: str, need: Requirement) -> bool:
    operator = need.operator
    if operator == "In":
        return label in need.values
    if operator == "NotIn":
        return label not in need.values
    if operator == "Exists":
        return True
    if operator == "DoesNotExist":
        return False
    if len(need.values) != 1 or not need.values[0].isdigit() or not label.isdigit():
        return True
    bound, number = int(need.values[0]), int(label)
    return {"Gt": number > bound, "Lt": number < bound, "Gte": number >= bound, "Lte": number <= bound}.get(operator, True)


def _part(type: InstanceType, group: int) -> str | None:
    found = _NAME.fullmatch(type.name)
    return found.group(group) if found is not None else None


def _hypervisor(type: InstanceType) -> str | None:
    if type.bare_metal:
        return ""
    return type.hypervisor if type.hypervisor != "unknown" else None


def _vcpus(type: InstanceType) -> str | None:
    return str(type.vcpus) if type.vcpus is not None else None


def _architecture(type: InstanceType) -> str | None:
    return type.architectures[0] if type.architectures else None


def _family(type: InstanceType) -> str:
    return type.name.partition(".")[0]


def _size(type: InstanceType) -> str:
    return type.name.partition(".")[2]


def _category(type: InstanceType) -> str | None:
    return _part(type, 1)


def _generation(type: InstanceType) -> str | None:
    return _part(type, 2)


_GO = {"x86_64": "amd64", "arm64": "arm64", "i386": "386"}
_LABELS: dict[str, Callable[[InstanceType], str | None]] = {
    _FAMILY: _family,
    _PREFIX + "instance-size": _size,
    _PREFIX + "instance-category": _category,
    _PREFIX + "instance-generation": _generation,
    _PREFIX + "instance-cpu": _vcpus,
    _PREFIX + "instance-hypervisor": _hypervisor,
    **dict.fromkeys(_ARCHITECTURE, _architecture),
}
"""The labels that the table tells, by their functions of a type."""
