"""Nodes in CloudFormation templates: launch templates and configurations, managed node groups, Auto Scaling groups."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ekslint.carriers.launch_template import Fields, auto_scaling_group, launch_template, managed_group
from ekslint.carriers.node_group import text_of
from ekslint.fact import Subject
from ekslint.layers.cloudformation import StackResource, Template, function, template
from ekslint.source.text import Place
from ekslint.syntax.tree import Document, Mapping, Node, Scalar, Sequence, items, string
from ekslint.value import Absent, Known, Unknown, Value, placeholder

GIVES = ("cluster-config", "launch-template", "scaling-group", "fargate-profile")
TOKENS = (
    b"AWS::EC2::LaunchTemplate",
    b"AWS::EKS::Nodegroup",
    b"AWS::AutoScaling::AutoScalingGroup",
    b"AWS::AutoScaling::LaunchConfiguration",
    b"AWS::EKS::Cluster",
)


def claims(document: Document) -> bool:
    """A template with resources of AWS."""
    return template(document) is not None


def subjects(document: Document) -> Iterator[Subject]:
    """The launch templates and the groups, to be joined."""
    found = template(document)
    if found is None:
        return
    for resource in found.resources(
        "AWS::EC2::LaunchTemplate",
        "AWS::AutoScaling::LaunchConfiguration",
        "AWS::EKS::Nodegroup",
        "AWS::AutoScaling::AutoScalingGroup",
        "AWS::EKS::Cluster",
    ):
        place, partial = resource.key.place, document.partial
        fields = Fields(resource.properties, place, partial, found)
        reference = Known(resource.reference, (place,))
        if resource.type == "AWS::EC2::LaunchTemplate":
            data = fields.inside("LaunchTemplateData") or Fields(None, place, "its data are not in the template", found)
            name = fields.get("LaunchTemplateName")
            yield launch_template(data, resource.id, place, "CloudFormation", True, reference=reference, template_name=name)
        elif resource.type == "AWS::AutoScaling::LaunchConfiguration":
            name = fields.get("LaunchConfigurationName")
            yield launch_template(fields, resource.id, place, "CloudFormation", True, reference=reference, template_name=name)
        elif resource.type == "AWS::EKS::Nodegroup":
            yield managed_group(
                fields,
                resource.id,
                place,
                "CloudFormation",
                _cluster(fields.get("ClusterName")),
                template_reference=_template(found, fields, ("LaunchTemplate", "Id"), ("LaunchTemplate", "Name")),
                waits_for_cni=_waits_for_cni(found, resource),
                node_role=_role(found, resource.property("NodeRole"), place),
            )
        elif resource.type == "AWS::AutoScaling::AutoScalingGroup":
            yield auto_scaling_group(
                fields, resource.id, place, "CloudFormation", template_reference=_group_template(found, fields)
            )
        else:
            yield _cluster_config(resource, fields)


def _waits_for_cni(found: Template, group: StackResource) -> Value:
    """Whether DependsOn, Ref, GetAtt or Sub lead from the group to the add-on vpc-cni; else both are made at once."""
    addons = [addon.id for addon in found.resources("AWS::EKS::Addon") if text_of(addon.get("AddonName")) == "vpc-cni"]
    if not addons:
        return Absent((group.key.place,))
    waiting, seen = [group], {group.id}
    while waiting:
        for id in _named_in(waiting.pop()):
            resource = found.resource(id)
            if id in addons:
                return Known(True, (group.key.place,))
            if resource is not None and id not in seen:
                seen.add(id)
                waiting.append(resource)
    key = group.body.key("DependsOn") or group.key
    return Known(False, (key.place,), key="DependsOn")


def _named_in(resource: StackResource) -> set[str]:
    """The logical ids that a resource's DependsOn and functions name."""
    depends = resource.body.get("DependsOn")
    named = {text for item in (items(depends) or (depends,)) if (text := string(item))}
    pending: list[Node] = [resource.body]
    while pending:
        node = pending.pop()
        called = function(node)
        if called is not None and called[0] in ("Ref", "Fn::GetAtt"):
            argument = items(called[1])[0] if items(called[1]) else called[1]
            named.add((string(argument) or "").partition(".")[0])
        elif called is not None and called[0] == "Fn::Sub":
            pattern = items(called[1])[0] if items(called[1]) else called[1]
            named |= {name.partition(".")[0] for name in re.findall(r"\$\{([\w.]+)\}", string(pattern) or "")}
        if isinstance(node, Mapping):
            pending.extend(value for _, value in node.entries)
        elif isinstance(node, Sequence):
            pending.extend(node.items)
    return named


def _cluster_config(resource: StackResource, fields: Fields) -> Subject:
    version = fields.get("Version")
    if isinstance(version, Known):
        version = Known(str(version.value), version.places, version.default)
    facts: dict[str, Value] = {
        "tool": Known("CloudFormation", (resource.key.place,)),
        "version": version,
        "cluster_role": _role(resource.template, resource.property("RoleArn"), resource.key.place),
    }
    return Subject(
        "cluster-config",
        resource.id,
        resource.key.place,
        node=fields.node,
        given=facts,
        partial=fields.partial,
        belongs=_cluster(fields.get("Name")),
    )


def _cluster(name: Value) -> str | None:
    """The cluster that a literal name names; a parameter's default is no name of a cluster."""
    said = text_of(name)
    return said if said and isinstance(name, Known) and name.default is None and placeholder(said) is None else None


def _group_template(found: Template, fields: Fields) -> Value:
    paths = (
        ("LaunchTemplate", "LaunchTemplateId"),
        ("LaunchTemplate", "LaunchTemplateName"),
        ("MixedInstancesPolicy", "LaunchTemplate", "LaunchTemplateSpecification", "LaunchTemplateId"),
        ("MixedInstancesPolicy", "LaunchTemplate", "LaunchTemplateSpecification", "LaunchTemplateName"),
        ("LaunchConfigurationName",),
    )
    return _template(found, fields, *paths)


def _template(found: Template, fields: Fields, *paths: tuple[str, ...]) -> Value:
    """The launch template that the first written path refers to, by file and logical id."""
    for path in paths:
        node, _, computed = fields.find(*path)
        if computed:
            return Unknown("computed when the stack is made", (fields.place,), written=True)
        if node is None:
            continue
        resource = found.reference(node)
        if resource is not None:
            return Known(resource.reference, (node.place,))
        name = _literal(node)
        if name is not None and path[-1].endswith("Name"):
            return Known(name, (node.place,))
        return Unknown("the launch template is not in the set", (node.place,), name or "", written=True)
    return Absent((fields.place,))


def _role(found: Template, node: Node | None, place: Place) -> Value:
    """The role of the template that a property names, by file and logical id."""
    role = found.reference(node)
    if role is not None and node is not None:
        return Known(role.reference, (node.place,))
    return Unknown("the role is not in the set", (node.place if node is not None else place,), written=node is not None)


def _literal(node: Node) -> str | None:
    return node.value if isinstance(node, Scalar) and isinstance(node.value, str) and not node.tag else None
