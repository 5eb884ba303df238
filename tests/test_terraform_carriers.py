"""Subjects of Terraform: the same as from other carriers, each value at the place where it is written."""

from __future__ import annotations

import json

import pytest
from terraform import configuration, settings, subjects

from ekslint.carriers import lift
from ekslint.inventory import Cluster
from ekslint.source.text import Text
from ekslint.syntax.yaml import parse
from ekslint.value import Absent, Known, Unknown

ADDON = 'resource "aws_eks_addon" "cni" {{\n  cluster_name = "shop"\n  addon_name = "vpc-cni"\n  configuration_values = {}\n}}\n'
MODULE = 'module "eks" {{\n  source  = "terraform-aws-modules/eks/aws"\n  version = "{}"\n  name = "shop"\n{}\n}}\n'


@pytest.mark.parametrize(
    "main",
    [
        ADDON.format('jsonencode({ env = { WARM_IP_TARGET = "3" } })'),
        ADDON.format('yamlencode({ env = { WARM_IP_TARGET = "3" } })'),
        ADDON.format("<<-EOT\n    env:\n      WARM_IP_TARGET: '3'\n  EOT\n"),
        ADDON.format('"{\\"env\\": {\\"WARM_IP_TARGET\\": \\"3\\"}}"'),
        MODULE.format(
            "~> 21.0", '  addons = { vpc-cni = { configuration_values = jsonencode({ env = { WARM_IP_TARGET = "3" } }) } }'
        ),
        MODULE.format(
            "20.8.4", '  cluster_addons = { vpc-cni = { configuration_values = jsonencode({ env = { WARM_IP_TARGET = "3" } }) } }'
        ),
        (
            'module "addons" {\n  source = "aws-ia/eks-blueprints-addons/aws"\n  eks_addons = {\n    vpc-cni = {\n'
            '      configuration_values = jsonencode({ env = { WARM_IP_TARGET = "3" } })\n    }\n  }\n}\n'
        ),
        'resource "helm_release" "cni" {\n  chart = "aws-vpc-cni"\n  values = [yamlencode({ env = { WARM_IP_TARGET = 3 } })]\n}\n',
        'resource "helm_release" "c" {\n  chart = "eks/aws-vpc-cni"\n  set = [{ name = "env.WARM_IP_TARGET", value = "3" }]\n}\n',
        (
            'resource "kubernetes_env" "cni" {\n  kind = "DaemonSet"\n  metadata {\n    name = "aws-node"\n  }\n  env {\n'
            '    name = "WARM_IP_TARGET"\n    value = "3"\n  }\n}\n'
        ),
    ],
)
def test_every_carrier_gives_the_variable(main: str) -> None:
    made = configuration(main_tf=main)
    assert settings(made) == {"WARM_IP_TARGET": "3"}
    (found,) = subjects(made, "cni-variable")
    lines = main.split("\n")
    assert "WARM_IP_TARGET" in lines[found.place.line - 1][found.place.column - 1 :]
    value = found.get("value")
    assert "3" in lines[value.places[0].line - 1][value.places[0].column - 1 : value.places[0].end_column]


def test_what_may_be_merged_in_leaves_the_settings_open() -> None:
    made = configuration(main_tf=ADDON.format('jsonencode({ env = merge({ WARM_IP_TARGET = "3" }, var.more) })'))
    (found,) = subjects(made, "cni-settings")
    assert found.partial
    (variable,) = subjects(made, "cni-variable")
    assert isinstance(variable.get("value"), Unknown)


def test_an_add_on_without_values_is_complete() -> None:
    (found,) = subjects(configuration(main_tf=ADDON.format("null")), "cni-settings")
    assert found.partial is None
    assert found.value("manager") == "eks-addon"


def test_a_launch_template_has_the_facts_of_other_carriers() -> None:
    main = (
        'resource "aws_launch_template" "l" {\n  image_id = data.aws_ssm_parameter.ami.value\n  instance_type = "m5.large"\n'
        "  metadata_options {\n    http_put_response_hop_limit = 1\n  }\n"
        "  user_data = base64encode(\"#!/bin/bash\\n/etc/eks/bootstrap.sh shop --kubelet-extra-args '--max-pods=29'\\n\")\n}\n"
        'data "aws_ssm_parameter" "ami" {\n  name = "/aws/service/eks/optimized-ami/1.30/amazon-linux-2/recommended/image_id"\n}\n'
        'resource "aws_autoscaling_group" "g" {\n  max_size = 4\n  launch_template {\n    id = aws_launch_template.l.id\n  }\n}\n'
    )
    (group,) = subjects(configuration(main_tf=main), "node-group")
    assert group.value("managed") is False
    assert group.value("family") == "al2"
    assert group.value("max_pods") == 29
    assert group.value("max_size") == 4
    assert group.value("hop_limit") == 1
    assert [type.value.name for type in group.value("instance_types")] == ["m5.large"]
    assert group.get("max_pods").places[0].line == 7


def test_user_data_that_nobody_encoded_is_told_from_base64() -> None:
    main = 'resource "{}" "l" {{\n  user_data = "#!/bin/bash\\n/etc/eks/bootstrap.sh shop\\n"\n}}\n'
    for type, encoded in (("aws_launch_template", True), ("aws_launch_configuration", False)):
        (template,) = subjects(configuration(main_tf=main.format(type)), "launch-template")
        assert template.value("written_user_data").encoded is encoded


def test_user_data_of_a_variable_is_unknown() -> None:
    main = 'variable "u" { default = "#!/bin/bash" }\nresource "aws_launch_template" "l" {\n  user_data = base64encode(var.u)\n}\n'
    (template,) = subjects(configuration(main_tf=main), "launch-template")
    assert isinstance(template.get("written_user_data"), Unknown)


SELF = "  self_managed_node_groups = {{\n    w = {{\n      {}\n    }}\n  }}"


@pytest.mark.parametrize(
    ("version", "group", "family", "source"),
    [
        ("~> 21.0", 'instance_type = "m5.large"', "al2023", "nodeadm-table"),
        ("~> 20.0", 'instance_type = "m5.large"', "al2", "bootstrap-table"),
        ("~> 20.0", 'ami_type = "BOTTLEROCKET_x86_64"', "bottlerocket", "bottlerocket-table"),
        ("~> 20.0", 'ami_type = "WINDOWS_CORE_2022_x86_64"', "windows", "kubelet-default"),
        ("~> 19.0", 'bootstrap_extra_args = "--use-max-pods false"', "al2", "kubelet-default"),
        ("~> 19.0", "bootstrap_extra_args = \"--kubelet-extra-args '--max-pods=50'\"", "al2", "user-data"),
        (
            "~> 21.0",
            'cloudinit_pre_nodeadm = [{ content_type = "application/node.eks.aws", content = local.c }]',
            "al2023",
            "user-data",
        ),
        (
            "~> 21.0",
            'ami_type = "BOTTLEROCKET_ARM_64"\n  bootstrap_extra_args = "max-pods = 20"',
            "bottlerocket",
            "user-data",
        ),
    ],
)
def test_the_module_composes_user_data_for_each_image(version: str, group: str, family: str, source: str) -> None:
    config = (
        "locals {\n  c = <<-EOT\n    apiVersion: node.eks.aws/v1alpha1\n    kind: NodeConfig\n    spec:\n      kubelet:\n"
        "        config:\n          maxPods: 20\n  EOT\n}\n"
    )
    (found,) = subjects(configuration(main_tf=MODULE.format(version, SELF.format(group)) + config), "node-group")
    assert found.value("family") == family
    assert found.value("max_pods_source") == source
    assert found.belongs == "shop"


def test_a_managed_group_of_the_module_leaves_max_pods_to_eks() -> None:
    made = configuration(main_tf=MODULE.format("21.1.0", '  eks_managed_node_groups = { w = { instance_types = ["m5.large"] } }'))
    (found,) = subjects(made, "node-group")
    assert found.value("max_pods_source") == "eks"
    assert isinstance(found.get("user_data"), Absent)
    assert found.value("hop_limit") == 1


def test_defaults_of_the_module_hold_where_a_group_says_nothing() -> None:
    more = (
        '  eks_managed_node_group_defaults = { instance_types = ["c5.large"] }\n'
        '  eks_managed_node_groups = { a = {}, b = { instance_types = ["m5.large"] } }'
    )
    found = subjects(configuration(main_tf=MODULE.format("20.0", more)), "node-group")
    assert [[type.value.name for type in group.value("instance_types")] for group in found] == [["c5.large"], ["m5.large"]]


def test_groups_that_cannot_be_seen_stand_as_unknown_ones() -> None:
    made = configuration(main_tf=MODULE.format("21.0", "  eks_managed_node_groups = var.groups"))
    (found,) = subjects(made, "node-group")
    assert isinstance(found.get("instance_types"), Unknown)


@pytest.mark.parametrize(
    ("main", "expected"),
    [
        ("{}\n  depends_on = [aws_eks_addon.cni]\n", True),
        ("{}\n  tags = {{ after = aws_eks_addon.cni.id }}\n", True),
        ("{}\n", False),
        ("{}\n  depends_on = [module.other]\n", None),
    ],
)
def test_groups_wait_for_what_they_name(main: str, expected: bool | None) -> None:
    group = 'resource "aws_eks_node_group" "g" {\n' + main.format('  cluster_name = "shop"') + "}\n"
    (found,) = subjects(configuration(main_tf=ADDON.format("null") + group), "node-group")
    assert found.value("waits_for_cni") is expected


def test_clusters_name_what_is_theirs() -> None:
    main = (
        'resource "aws_eks_cluster" "a" {\n  name = "one"\n}\nresource "aws_eks_cluster" "b" {\n  name_prefix = "two"\n'
        '  compute_config {\n    enabled = true\n  }\n  kubernetes_network_config {\n    ip_family = "ipv6"\n  }\n}\n'
        'resource "aws_eks_addon" "x" {\n  addon_name = "vpc-cni"\n  cluster_name = aws_eks_cluster.a.name\n}\n'
        'resource "aws_eks_addon" "y" {\n  addon_name = "vpc-cni"\n  cluster_name = aws_eks_cluster.b.id\n}\n'
    )
    made = configuration(main_tf=main)
    assert [each.belongs for each in subjects(made, "cni-settings")] == ["one", "aws_eks_cluster.b"]
    families = {each.belongs: each.value("family") for each in subjects(made, "address-family")}
    assert families == {"one": "ipv4", "aws_eks_cluster.b": "ipv6"}
    assert [each.belongs for each in subjects(made, "auto-mode")] == ["aws_eks_cluster.b"]


def test_kubernetes_objects_are_lifted_as_from_manifests() -> None:
    main = (
        'resource "kubernetes_manifest" "a" {\n  manifest = {\n'
        '    apiVersion = "crd.k8s.amazonaws.com/v1alpha1"\n    kind = "ENIConfig"\n'
        '    metadata = { name = "eu-west-1a" }\n    spec = { subnet = "subnet-1" }\n  }\n}\n'
        'resource "kubectl_manifest" "b" {\n  for_each = toset(["eu-west-1b"])\n  yaml_body = <<-YAML\n'
        "    apiVersion: crd.k8s.amazonaws.com/v1alpha1\n    kind: ENIConfig\n    metadata:\n      name: ${each.key}\n"
        "    spec:\n      subnet: ${var.subnet}\n  YAML\n}\n"
    )
    first, second = subjects(configuration(main_tf=main), "eni-config")
    assert (first.name, first.value("subnet"), first.place.line) == ("eu-west-1a", "subnet-1", 5)
    assert (second.name, second.place.line) == ("eu-west-1b", 10)
    assert isinstance(second.get("subnet"), Unknown)


def test_releases_of_other_charts_are_known() -> None:
    main = (
        'resource "helm_release" "k" {\n  chart = "karpenter"\n  set {\n    name = "settings.reservedENIs"\n    value = 1\n  }\n}\n'
        'resource "helm_release" "c" {\n  chart = "cilium"\n}\n'
    )
    made = configuration(main_tf=main)
    assert [each.value("reserved_enis") for each in subjects(made, "karpenter")] == [1]
    assert [each.name for each in subjects(made, "network-plugin")] == ["Cilium"]
    assert len(subjects(made, "chart-release")) == 2


def test_rules_of_a_group_are_those_in_it_and_beside_it() -> None:
    main = (
        'resource "aws_security_group" "a" {\n  egress {\n    from_port = 0\n    to_port = 65535\n    protocol = "6"\n  }\n}\n'
        'resource "aws_security_group_rule" "u" {\n  type = "egress"\n  security_group_id = aws_security_group.a.id\n'
        '  from_port = 53\n  to_port = 53\n  protocol = "udp"\n}\n'
        'resource "aws_security_group_rule" "i" {\n  type = "ingress"\n  security_group_id = aws_security_group.b.id\n}\n'
        'resource "aws_security_group" "b" {}\n'
    )
    first, second = subjects(configuration(main_tf=main), "security-group")
    assert [each.value for each in first.value("dns_protocols")] == ["tcp", "udp"]
    assert list(second.value("dns_protocols")) == []
    assert not second.value("dns_protocols").open


def test_a_rule_of_an_unknown_group_may_be_of_any() -> None:
    rule = 'resource "aws_vpc_security_group_egress_rule" "r" {\n  security_group_id = var.id\n}\n'
    main = 'resource "aws_security_group" "b" {}\n' + rule
    (found,) = subjects(configuration(main_tf=main), "security-group")
    assert found.value("dns_protocols").open


@pytest.mark.parametrize(
    ("policies", "expected"),
    [
        ('["arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy"]', False),
        ('["arn:aws:iam::aws:policy/AdministratorAccess"]', None),
        ("[aws_iam_policy.own.arn]", True),
        ("[var.policy]", None),
    ],
)
def test_a_role_may_what_its_policies_allow(policies: str, expected: bool | None) -> None:
    main = (
        f'resource "aws_iam_role" "n" {{\n  managed_policy_arns = {policies}\n}}\nresource "aws_iam_policy" "own" {{\n'
        '  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "ec2:Assign*", Resource = "*" }] })\n}\n'
    )
    (found,) = subjects(configuration(main_tf=main), "iam-role")
    assert found.value("assigns_ipv6") is expected


def plan(values: dict[str, object], unknown: dict[str, object]) -> Cluster:
    resource = {"address": "module.m.aws_launch_template.t[0]", "mode": "managed", "type": "aws_launch_template", "name": "t"}
    document = {
        "format_version": "1.2",
        "terraform_version": "1.9.5",
        "planned_values": {"root_module": {"child_modules": [{"resources": [resource | {"values": values}]}]}},
        "resource_changes": [{"address": resource["address"], "change": {"after": values, "after_unknown": unknown}}],
    }
    parsed = parse(Text(json.dumps(document, indent=1), "plan.json"))
    return Cluster("test", [subject for one in parsed.documents for subject in lift(one)], True)


def test_a_plan_has_each_resource_once_and_says_what_it_does_not_know() -> None:
    (template,) = plan({"instance_type": "m5.large"}, {"image_id": True, "user_data": True}).all("launch-template")
    assert [one.value for one in template.value("written_types")] == ["m5.large"]
    for name in ("image", "written_user_data"):
        found = template.get(name)
        assert isinstance(found, Unknown)
        assert found.reason == "known after apply"


def test_a_plan_without_an_attribute_has_none() -> None:
    (template,) = plan({"instance_type": "m5.large", "user_data": None}, {}).all("launch-template")
    assert isinstance(template.get("written_user_data"), Absent)


@pytest.mark.parametrize(
    "root",
    [[], {"planned_values": 1}, {"format_version": "1", "planned_values": {"root_module": {"resources": [1, {"values": 2}]}}}],
)
def test_a_plan_of_any_shape_is_no_error(root: object) -> None:
    parsed = parse(Text(json.dumps({"terraform_version": "1", "x": root} if isinstance(root, list) else root), "plan.json"))
    assert [subject for one in parsed.documents for subject in lift(one)] == []


def test_resources_of_any_type_of_value_are_no_error() -> None:
    main = "".join(
        f'resource "{type}" "t{number}" {{\n' + "".join(f"  {name} = {value}\n" for name in NAMES) + "}\n"
        for number, (type, value) in enumerate(
            (type, value) for type in TYPES for value in ("1", "[1]", "{ a = 1 }", "var.x", "null")
        )
    )
    made = configuration(main_tf=main)
    for kind in ("launch-template", "scaling-group", "cni-settings", "iam-role", "security-group", "subnet", "node-group"):
        for subject in subjects(made, kind):
            for name in subject.given:
                assert isinstance(subject.get(name), (Known, Unknown, Absent))


TYPES = (
    "aws_launch_template",
    "aws_launch_configuration",
    "aws_autoscaling_group",
    "aws_eks_node_group",
    "aws_eks_cluster",
    "aws_eks_fargate_profile",
    "aws_security_group",
    "aws_iam_role",
    "aws_iam_role_policy",
    "aws_subnet",
    "helm_release",
    "kubernetes_manifest",
    "kubectl_manifest",
)
NAMES = (
    "name",
    "user_data",
    "launch_template",
    "egress",
    "policy",
    "inline_policy",
    "managed_policy_arns",
    "values",
    "set",
    "chart",
    "manifest",
    "yaml_body",
    "selector",
    "taint",
    "labels",
    "instance_types",
    "scaling_config",
    "mixed_instances_policy",
    "tag",
    "role",
    "network_interfaces",
    "metadata_options",
    "instance_type",
    "tags",
    "cidr_block",
    "compute_config",
    "version",
    "max_size",
)
