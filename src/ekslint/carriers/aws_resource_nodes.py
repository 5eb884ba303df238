"""Launch templates and node groups as ACK and Crossplane objects (ec2-controller, eks-controller, provider-aws)."""

from __future__ import annotations

from collections.abc import Iterator

from ekslint.carriers.launch_template import Fields, launch_template, managed_group
from ekslint.carriers.resource import Resource
from ekslint.fact import Subject
from ekslint.syntax.tree import Node, string
from ekslint.value import Absent, Known, Value

_EKS = ("eks.aws.upbound.io", "eks.aws.m.upbound.io", "eks.aws.crossplane.io")
_EC2 = ("ec2.aws.upbound.io", "ec2.aws.m.upbound.io", "ec2.aws.crossplane.io")
OBJECTS = (
    ("eks.services.k8s.aws", "Nodegroup"),
    ("ec2.services.k8s.aws", "LaunchTemplate"),
    *((group, "NodeGroup") for group in _EKS),
    *((group, "LaunchTemplate") for group in _EC2),
)
GIVES = ("launch-template", "scaling-group")
TOKENS = (b"Nodegroup", b"NodeGroup", b"LaunchTemplate")


def objects(resource: Resource) -> Iterator[Subject]:
    """The object as a launch template or a managed node group."""
    ack = resource.group.endswith("services.k8s.aws")
    node = resource.node.get("spec") if ack else resource.node.at("spec", "forProvider")
    fields = Fields(node, resource.place, resource.partial)
    carrier = "ACK" if ack else "Crossplane"
    if resource.kind == "LaunchTemplate":
        data = fields.inside("data") or fields.inside("launchTemplateData") or fields
        name = fields.get("name")
        if isinstance(name, Absent):
            name = Known(resource.name, (resource.place,))
        reference = Known(resource.name, (resource.place,))
        yield launch_template(data, resource.name, resource.place, carrier, True, template_name=name, reference=reference)
        return
    yield managed_group(fields, resource.name, resource.place, carrier, _cluster(fields), template_reference=_template(fields))


def _template(fields: Fields) -> Value:
    """The launch template's object, where the group names it as one."""
    for path in (("idRef", "name"), ("nameRef", "name"), ("launchTemplateRef", "name"), ("launchTemplateNameRef", "name")):
        value = fields.get("launchTemplate", *path)
        if isinstance(value, Known):
            return value
    return Absent((fields.place,))


def _cluster(fields: Fields) -> str | None:
    for path in (("clusterName",), ("clusterRef", "from", "name"), ("clusterNameRef", "name")):
        node: Node | None = fields.find(*path)[0]
        name = string(node)
        if name:
            return name
    return None
