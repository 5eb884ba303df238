"""Security groups in CloudFormation with their rules, in the group or beside it.

A group without rules of its own for what goes out has AWS's rule that lets all out (AWS::EC2::SecurityGroup).
"""

from __future__ import annotations

from collections.abc import Iterator

from ekslint.carriers._security_groups import security_group_rule
from ekslint.carriers._stack_network import vpc_of
from ekslint.carriers.launch_template import Fields
from ekslint.fact import Subject
from ekslint.layers.cloudformation import StackResource, Template, template
from ekslint.syntax.tree import Document, Mapping, items
from ekslint.value import Known, Listing, Unknown, Value

GIVES = ("security-group",)
TOKENS = (b"AWS::EC2::SecurityGroup",)
_RULE = ("IpProtocol", "FromPort", "ToPort")
_NAMES = {"egress": "SecurityGroupEgress", "ingress": "SecurityGroupIngress"}


def claims(document: Document) -> bool:
    """A template with a security group."""
    return document.root.get("Resources") is not None and "AWS::EC2::SecurityGroup" in document.text.value


def subjects(document: Document) -> Iterator[Subject]:
    """The groups of a template, by their logical ids."""
    stack = template(document)
    if stack is None:
        return
    more = next(stack.resources("AWS::EC2::SecurityGroupVpcAssociation"), None)
    for group in stack.resources("AWS::EC2::SecurityGroup"):
        facts: dict[str, Value] = {
            "reference": Known(group.id, (group.key.place,)),
            "egress": _rules(stack, group, "egress"),
            "ingress": _rules(stack, group, "ingress"),
            "vpc": vpc_of(group) if more is None else Unknown("groups are associated with further VPCs", (more.key.place,)),
        }
        yield Subject("security-group", group.id, group.key.place, node=group.body, given=facts, partial=document.partial)


def _rules(stack: Template, group: StackResource, direction: str) -> Value:
    """The rules in one direction; open where one may be the group's, or may be there at all."""
    name = _NAMES[direction]
    inside = group.property(name)
    found: list[Value] = []
    why = ""
    if inside is not None and not items(inside):
        why = "its rules are known when the stack is made"
    for item in items(inside):
        if stack.branch(item) is not item or not isinstance(item, Mapping) or item.get("IpProtocol") is None:
            why = why or "a rule is known when the stack is made"
        else:
            found.append(security_group_rule(Fields(item, item.place, None, stack), _RULE, direction, item, item.place).known())
    for resource in stack.resources(f"AWS::EC2::{name}"):
        of = stack.reference(resource.property("GroupId"))
        if of is not None and of.id == group.id:
            fields = Fields(resource.properties, resource.key.place, None, stack)
            found.append(security_group_rule(fields, _RULE, direction, resource.body, resource.key.place).known())
        elif of is None:
            why = why or f"{resource.id} may be a rule of it"
    if direction == "egress" and inside is None:
        why = why or "AWS lets all out unless a rule says otherwise"
    key = group.properties.key(name) if group.properties is not None else None
    return Known(Listing(found, bool(why), why), ((key or group.key).place,))
