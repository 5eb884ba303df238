"""Subnets and security groups in Terraform.

A group without egress rules lets nothing out: the provider takes AWS's rule that allows all away (hashicorp/aws).
Rules stand in the group, or as aws_security_group_rule and aws_vpc_security_group_{ingress,egress}_rule.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ekslint.carriers._security_groups import security_group_rule
from ekslint.carriers._terraform import reference
from ekslint.carriers._terraform_routes import default_route
from ekslint.carriers.launch_template import Fields
from ekslint.carriers.subnets import ROLE_TAG
from ekslint.fact import Subject, given
from ekslint.source.text import Place
from ekslint.syntax.computed import Computed, OpenMapping, OpenSequence
from ekslint.syntax.tree import Mapping, Node, Scalar, items, key_place
from ekslint.value import Known, Listing, Unknown, Value, read

if TYPE_CHECKING:
    from ekslint.layers.terraform import Configuration, Resource

GIVES = ("security-group", "security-group-rule", "subnet")
TOKENS = ()
BESIDE = {
    "egress": ("aws_vpc_security_group_egress_rule", "aws_security_group_rule"),
    "ingress": ("aws_vpc_security_group_ingress_rule", "aws_security_group_rule"),
}

given("subnet", "reference", "string", "What other resources of the same Terraform configuration call the subnet's id.")


def terraform(configuration: Configuration) -> Iterator[Subject]:
    """The subnets and the groups with their rules."""
    for resource in configuration.resources("aws_subnet"):
        yield _subnet(configuration, resource)
    for resource in configuration.resources("aws_security_group"):
        facts: dict[str, Value] = {
            "reference": Known(f"{resource.address}.id", (resource.place,)),
            "egress": _rules(configuration, resource, "egress"),
            "ingress": _rules(configuration, resource, "ingress"),
            "vpc": _vpc(configuration, resource),
        }
        yield Subject("security-group", resource.name, resource.place, node=resource.body, given=facts)


def _subnet(configuration: Configuration, resource: Resource) -> Subject:
    body, place = resource.body, resource.place
    facts: dict[str, Value] = {
        "reference": Known(f"{resource.address}.id", (place,)),
        "cidr": read(body, "cidr_block", outer=(place,)),
        "zone": read(body, "availability_zone", outer=(place,)),
        "role_tag": read(body, "tags", ROLE_TAG, outer=(place,)),
        "vpc": reference(configuration, body.get("vpc_id")),
        "vpc_ranges": _vpc_ranges(configuration, body, place),
        "default_route": default_route(configuration, resource),
    }
    return Subject("subnet", resource.name, place, node=body, given=facts)


def _vpc(configuration: Configuration, group: Resource) -> Value:
    """The VPC of a group; unknown where groups are associated with further ones."""
    more = next(configuration.resources("aws_vpc_security_group_vpc_association"), None)
    if more is not None:
        return Unknown("groups are associated with further VPCs", (more.place,), written=True)
    return reference(configuration, group.body.get("vpc_id"))


def _vpc_ranges(configuration: Configuration, subnet: Mapping, place: Place) -> Value:
    """The IPv4 ranges of the VPC that the configuration makes for a subnet; unknown where the VPC is made elsewhere."""
    named = subnet.get("vpc_id")
    vpc = configuration.named(named.reference) if isinstance(named, Computed) and named.reference is not None else None
    if vpc is None or vpc.type != "aws_vpc":
        return Unknown("the VPC is not made here", (place,), written=False)
    found = [read(vpc.body, "cidr_block", outer=(vpc.place,))]
    why = "" if configuration.whole else "modules that are not in the set may add ranges"
    for more in configuration.resources("aws_vpc_ipv4_cidr_block_association"):
        owner = more.body.get("vpc_id")
        if not isinstance(owner, Computed) or owner.reference in (None, vpc.address):
            found.append(read(more.body, "cidr_block", outer=(more.place,)))
    return Known(Listing(found, bool(why), why), (vpc.place,))


def _rules(configuration: Configuration, group: Resource, direction: str) -> Value:
    """The rules of a group in one direction, in it and beside it; open where a rule may be of this group or may be there at all."""
    inside = group.body.get(direction)
    place = key_place(group.body, direction, group.place)
    found: list[Value] = [_rule(body, body.place, direction).known() for body in items(inside)]
    why = group.body.why if isinstance(group.body, OpenMapping) else ""
    if isinstance(inside, Computed):
        why = why or inside.reason
    elif isinstance(inside, OpenSequence):
        why = why or inside.why
    for resource in configuration.resources(*BESIDE[direction]):
        body = resource.body
        if resource.type == "aws_security_group_rule" and _said(body.get("type")) not in (None, direction):
            continue
        owner = body.get("security_group_id")
        if isinstance(owner, Computed) and owner.reference == group.address:
            found.append(_rule(body, resource.place, direction).known())
        elif isinstance(owner, Computed) and (owner.reference is None or configuration.named(owner.reference) is None):
            why = why or f"{resource.address} may be a rule of it"
    if not configuration.whole:
        why = why or "modules that are not in the set may have rules of it"
    return Known(Listing(found, bool(why), why), (place,))


def _said(node: Node | None) -> str | None:
    return node.content if isinstance(node, Scalar) and not isinstance(node, Computed) else None


def _rule(body: Node, place: Place, direction: str) -> Subject:
    protocol = "protocol" if body.get("protocol") is not None else "ip_protocol"
    return security_group_rule(Fields(body, place), (protocol, "from_port", "to_port"), direction, body, place)
