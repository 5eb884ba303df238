"""The addresses that a group's nodes keep and its subnets have; the policies that let cluster DNS work."""

from __future__ import annotations

import pytest

from ekslint import carriers, fact
from ekslint.fact import Subject
from ekslint.inventory import Cluster
from ekslint.source.text import Text
from ekslint.syntax import yaml
from ekslint.value import Known, Unknown, Value

fact.load()

EKSCTL = """\
apiVersion: eksctl.io/v1alpha5
kind: ClusterConfig
metadata: {name: shop}
vpc:
  subnets:
    private:
      a: {id: subnet-a, cidr: 10.0.0.0/24}
      b: {id: subnet-b, cidr: 10.0.1.0/%s}
    public:
      a: {id: subnet-p, cidr: 10.0.8.0/28}
addons:
  - name: vpc-cni
    configurationValues: |
      env:
        %s
nodeGroups:
  - {name: web, instanceType: m5.large, maxSize: 7, privateNetworking: true%s}
"""
STACK = """\
Resources:
  A: {Type: AWS::EC2::Subnet, Properties: {CidrBlock: 10.0.0.0/26}}
  Pods:
    Type: AWS::EC2::Subnet
    Properties: {CidrBlock: 100.64.0.0/20, Tags: [{Key: kubernetes.io/role/cni, Value: "%s"}]}
  Cluster: {Type: AWS::EKS::Cluster, Properties: {Name: shop}}
  Cni: {Type: AWS::EKS::Addon, Properties: {AddonName: vpc-cni, ConfigurationValues: '{"env": {"ENABLE_SUBNET_DISCOVERY": "%s"}}'}}
  Nodes:
    Type: AWS::EKS::Nodegroup
    Properties: {InstanceTypes: [m5.large], Subnets: [!Ref A], ScalingConfig: {MaxSize: 3}, AmiType: AL2023_x86_64_STANDARD}
"""


def cluster(text: str) -> Cluster:
    parsed = yaml.parse(Text(text, "a.yaml"))
    assert not parsed.problems
    return Cluster("test", [s for document in parsed.documents for s in carriers.lift(document)], True)


def group(text: str) -> Subject:
    (found,) = cluster(text).all("node-group")
    return found


def plain(value: Value) -> object:
    return value.value if isinstance(value, Known) else "unknown" if isinstance(value, Unknown) else None


@pytest.mark.parametrize(
    ("env", "kept"),
    [
        ("AWS_VPC_K8S_CNI_LOGLEVEL: INFO", 20),
        ('WARM_ENI_TARGET: "2"', 30),
        ('WARM_ENI_TARGET: "9"', 30),
        ('WARM_ENI_TARGET: "0"', 10),
        ('{WARM_IP_TARGET: "2", MINIMUM_IP_TARGET: "8"}', 8),
        ('{WARM_IP_TARGET: "9", MINIMUM_IP_TARGET: "8"}', 9),
        ('ENABLE_PREFIX_DELEGATION: "true"', 16),
        ('{ENABLE_PREFIX_DELEGATION: "true", WARM_IP_TARGET: "20"}', 32),
        ('WARM_IP_TARGET: "${WARM}"', "unknown"),
        ('DISABLE_NETWORK_RESOURCE_PROVISIONING: "true"', None),
    ],
)
def test_a_node_keeps_what_its_targets_ask_for(env: str, kept: object) -> None:
    found = group(EKSCTL % (24, env, ""))
    assert plain(found.get("kept_by_node")) == kept
    assert plain(found.get("addresses_kept")) == (kept * 7 if isinstance(kept, int) else kept)


def test_the_smallest_type_decides_what_is_kept_at_least() -> None:
    text = EKSCTL.replace("instanceType: m5.large", "instancesDistribution: {instanceTypes: [m5.large, t3.small]}")
    assert plain(group(text % (24, "AWS_VPC_K8S_CNI_LOGLEVEL: INFO", "")).get("kept_by_node")) == 8


def test_subnets_are_those_of_the_groups_own_kind() -> None:
    found = group(EKSCTL % (25, "AWS_VPC_K8S_CNI_LOGLEVEL: INFO", ""))
    assert plain(found.get("subnet_addresses")) == 251 + 123
    assert plain(found.get("widest_mask")) == 24


def test_subnets_that_a_group_names_are_its_own() -> None:
    found = group(EKSCTL % (25, "AWS_VPC_K8S_CNI_LOGLEVEL: INFO", ", subnets: [b]"))
    assert plain(found.get("subnet_addresses")) == 123


def test_a_range_that_is_not_known_leaves_the_sum_open() -> None:
    found = group(EKSCTL % ("x", "AWS_VPC_K8S_CNI_LOGLEVEL: INFO", ""))
    assert plain(found.get("subnet_addresses")) == "unknown"


def test_custom_networking_takes_pods_elsewhere() -> None:
    found = group(EKSCTL % (24, 'AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG: "true"', ""))
    assert plain(found.get("subnet_addresses")) == "unknown"


@pytest.mark.parametrize(("tag", "discovery", "addresses"), [("1", "true", 59 + 4091), ("0", "true", 59), ("1", "false", 59)])
def test_discovery_adds_the_tagged_subnets(tag: str, discovery: str, addresses: int) -> None:
    assert plain(group(STACK % (tag, discovery)).get("subnet_addresses")) == addresses


@pytest.mark.parametrize(
    ("namespace", "selector", "selects", "open"),
    [
        ("kube-system", "{}", 1, False),
        ("kube-system", "{matchLabels: {k8s-app: kube-dns}}", 1, False),
        ("kube-system", "{matchLabels: {eks.amazonaws.com/component: coredns}}", 1, False),
        ("kube-system", "{matchExpressions: [{key: k8s-app, operator: In, values: [kube-dns, other]}]}", 1, False),
        ("kube-system", "{matchExpressions: [{key: k8s-app, operator: NotIn, values: [kube-dns]}]}", 0, False),
        ("kube-system", "{matchExpressions: [{key: pod-template-hash, operator: Exists}]}", 0, True),
        ("kube-system", "{matchLabels: {app: web}}", 0, False),
        ("kube-system", "{matchLabels: {k8s-app: '${DNS}'}}", 0, True),
        ("shop", "{}", 0, False),
        ("'{{ .Release.Namespace }}'", "{}", 0, True),
    ],
)
def test_policies_of_cluster_dns_are_told_by_its_labels(namespace: str, selector: str, selects: int, open: bool) -> None:
    text = (
        f"apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: p, namespace: {namespace}}}\n"
        f"spec: {{podSelector: {selector}}}\n"
    )
    found = cluster(text).subject.get("dns_policies")
    assert isinstance(found, Known)
    assert (len(found.value), found.value.open) == (selects, open)
