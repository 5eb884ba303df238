"""What the carriers of Terraform share: which cluster a resource is for, and user data as Terraform spells it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from ekslint.carriers.node_group import Written
from ekslint.source.text import Place
from ekslint.syntax.computed import Computed, Encoded
from ekslint.syntax.tree import Node, Scalar
from ekslint.value import Absent, Known, Unknown, Value, placeholder, scalar_value

if TYPE_CHECKING:
    from ekslint.layers.terraform import Configuration, Resource

TERRAFORM = "Terraform"
MODULE = re.compile(r"terraform-aws-modules/(?:terraform-aws-)?eks\b")
"""Sources of the module terraform-aws-eks, from a registry or a git repository."""

BLUEPRINTS = re.compile(r"eks-blueprints")
_PART = re.compile(r"//(?:\./)?modules/([\w-]+)")
_VERSION = re.compile(r"(?:^|[^\d.])v?(\d+)(?:\.\d+){0,2}")


def part(module: Resource) -> str:
    """The submodule that a source names, empty for the module itself."""
    found = _PART.search(module.type)
    return found[1] if found else ""


def major(module: Resource) -> int | None:
    """The major version that a call allows; None where it does not say."""
    said = module.version or module.type.partition("?ref=")[2]
    found = _VERSION.search(said)
    return int(found[1]) if found and len(found[1]) < 4 else None


def clusters(configuration: Configuration) -> dict[str, str]:
    """The clusters that a configuration makes: what each is called by, by its address."""
    found: dict[str, str] = {}
    for resource in configuration.resources("aws_eks_cluster"):
        found[resource.address] = _called(configuration, resource, resource.body.get("name"))
    for module in configuration.modules(MODULE):
        if not part(module):
            name = module.body.get("name") or module.body.get("cluster_name")
            found[module.address] = _called(configuration, module, name)
    return found


def _called(configuration: Configuration, resource: Resource, name: Node | None) -> str:
    said = _literal(name)
    return said if said is not None else f"{configuration.folder} {resource.address}".strip()


def _literal(name: Node | None) -> str | None:
    value = scalar_value(name) if name is not None else Absent()
    known = isinstance(value, Known) and isinstance(value.value, str) and value.default is None and bool(value.value)
    return value.value if known and isinstance(value, Known) else None


def belongs(configuration: Configuration, name: Node | None) -> str | None:
    """The cluster that an argument names: by its name, by a reference, or the only one that the configuration makes."""
    said = _literal(name)
    if said is not None:
        return said
    known = clusters(configuration)
    if isinstance(name, Computed) and name.reference is not None:
        for address, called in known.items():
            if name.reference == address or name.reference.startswith(f"{address}."):
                return called
        if name.reference.startswith("data.") or ".data." in name.reference:
            return next(iter(known.values())) if len(known) == 1 else None
    return next(iter(known.values())) if len(known) == 1 else None


def reference(configuration: Configuration, node: Node | None) -> Value:
    """What an argument refers to, by folder and address; absent where it is not written, unknown where it is no resource here."""
    if node is None or isinstance(scalar_value(node), Absent):
        return Absent()
    if isinstance(node, Computed) and node.reference is not None and configuration.named(node.reference) is not None:
        return Known(qualified(configuration, node.reference), (node.place,))
    value = scalar_value(node)
    if isinstance(value, Unknown):
        return value
    said = value.value if isinstance(value, Known) and isinstance(value.value, str) else None
    return Unknown("it is not in the set", (node.place,), said, True)


def qualified(configuration: Configuration, address: str) -> str:
    """An address that is unique among the configurations of a run."""
    return f"{configuration.folder}#{address}"


def spelled_user_data(node: Node | None, encoded: bool, outer: Iterable[Place] = ()) -> Value:
    """User data: `encoded` where the argument takes base64, which a function writes of a text, or nobody."""
    if node is None:
        return Absent(outer, "user_data")
    inner: Node = node
    while isinstance(inner, Encoded):
        inner, encoded = inner.of, False
    if not isinstance(inner, Scalar) or isinstance(inner, Computed):
        value = scalar_value(inner)
        reason = value.reason if isinstance(value, Unknown) else "user data is no string"
        return Unknown(reason, (node.place,), value.text if isinstance(value, Unknown) else None, True)
    value = scalar_value(inner)
    if isinstance(value, Absent):
        return Absent(value.places or outer, "user_data")
    if isinstance(value, Known) and value.default is not None:
        return Unknown("user data that is only a default", value.places, written=True)
    text = inner.inner()
    alone = placeholder(text.value)
    if alone is not None and alone == text.value.strip():
        return Unknown(f"the placeholder {alone}", (node.place,), alone, True)
    return Known(Written(text, encoded), (node.place,))
