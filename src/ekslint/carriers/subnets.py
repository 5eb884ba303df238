"""Subnets that the set makes or describes: CloudFormation, eksctl, ACK, Crossplane."""

from __future__ import annotations

from collections.abc import Iterator

from ekslint.carriers._stack_network import default_route, vpc_of, vpc_ranges
from ekslint.carriers.resource import Resource
from ekslint.fact import Subject, given
from ekslint.layers.cloudformation import template
from ekslint.source.text import Place
from ekslint.syntax.tree import Document, Mapping, Node, entries, items, string
from ekslint.value import Absent, Known, Unknown, Value, read

OBJECTS = (
    ("eksctl.io", "ClusterConfig"),
    ("ec2.services.k8s.aws", "Subnet"),
    ("ec2.aws.upbound.io", "Subnet"),
    ("ec2.aws.m.upbound.io", "Subnet"),
)
GIVES = ("subnet",)
TOKENS = (b"ClusterConfig", b"AWS::EC2::Subnet", b"ec2.services.k8s.aws", b"ec2.aws.")

ROLE_TAG = "kubernetes.io/role/cni"

given("subnet", "id", "string", "The subnet's id, where it is written.")
given("subnet", "cidr", "string", "The subnet's IPv4 range.")
given("subnet", "zone", "string", "The zone that the subnet lies in.")
given("subnet", "access", "enum(private, public)", "The list of an eksctl ClusterConfig that names the subnet.")
given("subnet", "role_tag", "string", "The value of the tag kubernetes.io/role/cni, by which the VPC CNI may choose the subnet.")
given("subnet", "vpc", "string", "The VPC of the subnet, by folder and address or by file and logical id.")
given("subnet", "vpc_ranges", "string[]", "The IPv4 ranges of the VPC that the set makes for the subnet.")
given(
    "subnet",
    "default_route",
    "enum(internet-gateway, other)",
    "Where the route table of the subnet sends what leaves the VPC, where the set makes the table.",
)


def objects(resource: Resource) -> Iterator[Subject]:
    """The subnets of a ClusterConfig, or the one that the object makes."""
    node, partial = resource.node, resource.partial
    if resource.kind == "ClusterConfig":
        for access in ("private", "public"):
            for name, key, body in entries(node.at("vpc", "subnets", access)):
                facts = _plain(body, key.place, partial, id="id", cidr="cidr", zone="az")
                facts["access"] = Known(access, (key.place,))
                if isinstance(facts["zone"], Absent):
                    facts["zone"] = Known(name, (key.place,))
                yield Subject("subnet", name, key.place, node=body, given=facts, partial=partial, belongs=resource.name or None)
        return
    spec = node.at("spec", "forProvider") or node.get("spec")
    facts = _plain(spec, resource.place, partial, id="id", cidr="cidrBlock", zone="availabilityZone")
    facts["role_tag"] = _tag(spec)
    yield Subject("subnet", resource.name, resource.place, node=node, given=facts, partial=partial)


def claims(document: Document) -> bool:
    """A CloudFormation template with a subnet."""
    return document.root.get("Resources") is not None and "AWS::EC2::Subnet" in document.text.value


def subjects(document: Document) -> Iterator[Subject]:
    """The subnets of a template, by their logical ids."""
    stack = template(document)
    for resource in stack.resources("AWS::EC2::Subnet") if stack is not None else ():
        facts: dict[str, Value] = {
            "cidr": resource.get("CidrBlock"),
            "zone": resource.get("AvailabilityZone"),
            "role_tag": _tag(resource.properties),
            "vpc": vpc_of(resource),
            "vpc_ranges": vpc_ranges(resource),
            "default_route": default_route(resource),
        }
        yield Subject("subnet", resource.id, resource.key.place, node=resource.body, given=facts, partial=document.partial)


def _plain(node: Node | None, at: Place, partial: str | None, **keys: str) -> dict[str, Value]:
    return {fact: read(node, key, partial=partial, outer=(at,)) for fact, key in keys.items()}


def _tag(node: Node | None) -> Value:
    """The value of the role tag, from a map of tags or a list of keys and values."""
    tags = (node.get("tags") or node.get("Tags")) if node is not None else None
    if isinstance(tags, Mapping):
        return read(tags, ROLE_TAG)
    for tag in items(tags):
        key = tag.get("key") or tag.get("Key")
        if string(key) == ROLE_TAG:
            return read(tag, "value" if tag.get("value") is not None else "Value")
        if key is not None and key.tag is not None:
            return Unknown("a tag is known when the stack is made", (key.place,))
    return Absent((tags.place,) if tags is not None else ())
