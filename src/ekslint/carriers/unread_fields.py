"""Fields of SecurityGroupPolicies and ENIConfigs that nothing reads, each a subject.

The API server drops them from a SecurityGroupPolicy and keeps them in an ENIConfig, whose definition preserves unknown fields
(config/crd/bases of amazon-vpc-resource-controller-k8s, charts/aws-vpc-cni/crds of amazon-vpc-cni-k8s).
"""

from __future__ import annotations

from collections.abc import Iterator

from ekslint.carriers.resource import Resource
from ekslint.data.nearest import nearest_name
from ekslint.fact import Subject, given
from ekslint.source.text import Place
from ekslint.syntax.tree import Node, entries
from ekslint.value import Absent, Known, Value

OBJECTS = (("crd.k8s.amazonaws.com", "ENIConfig"), ("vpcresources.k8s.aws", "SecurityGroupPolicy"))
GIVES = ("unread-field",)
TOKENS = (b"ENIConfig", b"SecurityGroupPolicy")

given("unread-field", "owner", "string", "The kind of object and its name.")
given("unread-field", "owner_kind", "enum(ENIConfig, SecurityGroupPolicy)", "The kind of object that has the field.")
given("unread-field", "owner_place", "any", "Where the object's name stands.")
given("unread-field", "nearest", "string", "The field that is read and that this one most likely means.")

_SELECTOR = ("matchLabels", "matchExpressions")
_POLICY: dict[tuple[str, ...], tuple[str, ...]] = {
    ("spec",): ("podSelector", "serviceAccountSelector", "securityGroups"),
    ("spec", "podSelector"): _SELECTOR,
    ("spec", "serviceAccountSelector"): _SELECTOR,
    ("spec", "securityGroups"): ("groupIds",),
}
_CONFIG: dict[tuple[str, ...], tuple[str, ...]] = {("spec",): ("subnet", "securityGroups")}
_READ: dict[str, dict[tuple[str, ...], tuple[str, ...]]] = {"SecurityGroupPolicy": _POLICY, "ENIConfig": _CONFIG}
_OTHER_WORDS = {
    "securitygroupids": ("groupIds", "securityGroups"),
    "securitygroups": ("groupIds", "securityGroups"),
    "securitygroup": ("securityGroups",),
    "groups": ("groupIds", "securityGroups"),
    "ids": ("groupIds",),
    "groupid": ("groupIds",),
    "sgids": ("groupIds", "securityGroups"),
    "sgs": ("groupIds", "securityGroups"),
    "subnetid": ("subnet",),
    "subnets": ("subnet",),
    "subnetids": ("subnet",),
    "selector": ("podSelector",),
    "labels": ("matchLabels",),
    "serviceaccount": ("serviceAccountSelector",),
}
"""What other APIs call these fields, in lower case."""


def objects(resource: Resource) -> Iterator[Subject]:
    """The fields below `spec` that the object's type does not have."""
    for path, read in _READ[resource.kind].items():
        holder = resource.node.at(*path)
        written = [name for name, _, _ in entries(holder)]
        for name, key, value in entries(holder):
            if name not in read:
                nearest = _nearest(name, [known for known in read if known not in written])
                yield _field(resource, name, key, value, Absent((key.place,)) if nearest is None else Known(nearest, (key.place,)))


def _nearest(name: str, known: list[str]) -> str | None:
    meant = [other for other in _OTHER_WORDS.get(name.lower().replace("_", "").replace("-", ""), ()) if other in known]
    return meant[0] if meant else nearest_name(name, known)


def _field(resource: Resource, name: str, key: Node, value: Node, nearest: Value) -> Subject:
    at: tuple[Place, ...] = (resource.place,)
    facts: dict[str, Value] = {
        "owner": Known(f"{resource.kind} {resource.name}".strip(), at),
        "owner_kind": Known(resource.kind, at),
        "owner_place": Known(str(resource.place), at),
        "nearest": nearest,
    }
    return Subject("unread-field", name, key.place, namespace=resource.namespace, node=value, given=facts, partial=resource.partial)
