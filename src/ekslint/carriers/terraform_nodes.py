"""Nodes as Terraform resources: launch templates and configurations, managed node groups, Auto Scaling groups, Fargate profiles.

Source: the schemas of hashicorp/aws; user data is base64 in a launch template and plain in a launch configuration.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ekslint.carriers._terraform import TERRAFORM, belongs, qualified, reference, spelled_user_data
from ekslint.carriers._terraform_order import waits_for_cni
from ekslint.carriers.launch_template import Fields, auto_scaling_group, launch_template, managed_group
from ekslint.carriers.node_group import text_of
from ekslint.fact import Subject
from ekslint.syntax.tree import key_place
from ekslint.value import Absent, Known, Unknown, Value, read

if TYPE_CHECKING:
    from ekslint.layers.terraform import Configuration, Resource

GIVES = ("launch-template", "scaling-group", "fargate-profile")
TOKENS = (
    b"aws_launch_template",
    b"aws_launch_configuration",
    b"aws_eks_node_group",
    b"aws_autoscaling_group",
    b"aws_eks_fargate_profile",
)


def terraform(configuration: Configuration) -> Iterator[Subject]:
    """The launch templates and the groups, to be joined, and the Fargate profiles."""
    for resource in configuration.resources("aws_launch_template", "aws_launch_configuration"):
        yield _template(configuration, resource)
    for resource in configuration.resources("aws_eks_node_group"):
        fields = Fields(resource.body, resource.place)
        yield managed_group(
            fields,
            resource.name,
            resource.place,
            TERRAFORM,
            belongs(configuration, resource.body.get("cluster_name")),
            template_reference=_used(configuration, fields, ("launch_template", "id"), ("launch_template", "name")),
            waits_for_cni=waits_for_cni(configuration, resource),
            node_role=reference(configuration, resource.body.get("node_role_arn")),
        )
    for resource in configuration.resources("aws_autoscaling_group"):
        fields = Fields(resource.body, resource.place)
        specification = ("mixed_instances_policy", "launch_template", "launch_template_specification")
        used = _used(
            configuration,
            fields,
            ("launch_template", "id"),
            ("launch_template", "name"),
            (*specification, "launch_template_id"),
            (*specification, "launch_template_name"),
            ("launch_configuration",),
        )
        yield auto_scaling_group(fields, resource.name, resource.place, TERRAFORM, template_reference=used)
    for resource in configuration.resources("aws_eks_fargate_profile"):
        selectors = read(resource.body, "selector", outer=(resource.place,))
        cluster = belongs(configuration, resource.body.get("cluster_name"))
        yield Subject(
            "fargate-profile", resource.name, resource.place, node=resource.body, given={"selectors": selectors}, belongs=cluster
        )


def _template(configuration: Configuration, resource: Resource) -> Subject:
    body, place = resource.body, resource.place
    fields = Fields(body, place)
    plain = resource.type == "aws_launch_configuration"
    data = body.get("user_data_base64") if plain else None
    written = spelled_user_data(
        data if data is not None else body.get("user_data"), data is not None or not plain, (key_place(body, "user_data", place),)
    )
    return launch_template(
        fields,
        resource.name,
        place,
        TERRAFORM,
        not plain,
        written_user_data=written,
        reference=Known(qualified(configuration, resource.address), (place,)),
        template_name=fields.get("name"),
    )


def _used(configuration: Configuration, fields: Fields, *paths: tuple[str, ...]) -> Value:
    """The launch template that the first written path refers to."""
    for path in paths:
        node, _, computed = fields.find(*path)
        if computed:
            return Unknown("known when Terraform applies it", (fields.place,), written=True)
        if node is None:
            continue
        found = reference(configuration, node)
        if isinstance(found, Unknown) and path[-1] in ("name", "launch_template_name", "launch_configuration"):
            said = fields.get(*path)
            return said if text_of(said) is not None else found
        if not isinstance(found, Absent):
            return found
    return Absent((fields.place,))
