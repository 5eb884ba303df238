"""Whether the nodes of a group are made anew on the way from the earlier state to this one."""

from __future__ import annotations

from ekslint.fact import Subject, fact
from ekslint.source.text import Text
from ekslint.syntax.tree import Node
from ekslint.value import Absent, Known, Listing, Unknown, Value

MAKING = (
    "image",
    "written_family",
    "written_types",
    "written_user_data",
    "pods_per_core",
    "labels",
    "taints",
    "zones",
    "subnets",
    "security_groups",
    "http_endpoint",
    "hop_limit",
    "prefix_count",
)
"""What the nodes of a group are made of: another value makes EKS, eksctl or Karpenter replace them. Sizes do not."""


@fact("node-group", "bool")
def renewed(group: Subject) -> Value:
    """Whether the group is new, or its image, types, launch template, user data, labels or subnets are others than before.

    Nodes keep the interfaces that they started with; only those of such a group start with the new settings (EKS user guide,
    custom networking for pods: existing nodes must be replaced).
    """
    before = group.get("before")
    if isinstance(before, Absent):
        return Known(True, (group.place,))
    if isinstance(before, Unknown):
        return before
    return Known(_form(group) != _form(before.value), (group.place,))


def _form(group: Subject) -> list[object]:
    """What the nodes are made of, as plain values; what is unknown counts as it is written."""
    found = [_plain(group.get(name)) for name in MAKING]
    for name in ("template", "node_class"):
        other = group.get(name)
        found.append(_plain(Known(other.value.node)) if isinstance(other, Known) and other.value.node is not None else None)
    return found


def _plain(value: Value) -> object:
    if isinstance(value, Unknown):
        return ("unknown", value.text)
    if isinstance(value, Absent):
        return None
    return _bare(value.value)


def _bare(value: object) -> object:
    if isinstance(value, Node):
        return value.plain()
    if isinstance(value, Text):
        return value.value
    if isinstance(value, Subject):
        return (value.name, [(name, _plain(given)) for name, given in sorted(value.given.items())])
    if isinstance(value, Listing):
        return [_plain(item) for item in value.items]
    if isinstance(value, tuple):
        return [_bare(item) for item in value]
    return value
