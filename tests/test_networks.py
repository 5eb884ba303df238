"""Subnets, routes, security groups and IAM roles around a cluster, as templates and Terraform make them."""

from __future__ import annotations

import pytest
from clusters import cluster, group, plain

STACK = """\
Resources:
  Vpc:
    Type: AWS::EC2::VPC
    Properties: {CidrBlock: 10.0.0.0/16}
  Gateway:
    Type: AWS::EC2::InternetGateway
  Table:
    Type: AWS::EC2::RouteTable
    Properties: {VpcId: !Ref Vpc}
  Out:
    Type: AWS::EC2::Route
    Properties: {RouteTableId: !Ref Table, DestinationCidrBlock: 0.0.0.0/0, GatewayId: !Ref Gateway}
  Public:
    Type: AWS::EC2::Subnet
    Properties: {VpcId: !Ref Vpc, CidrBlock: 10.0.0.0/20}
  OfPublic:
    Type: AWS::EC2::SubnetRouteTableAssociation
    Properties: {SubnetId: !Ref Public, RouteTableId: !Ref Table}
  Elsewhere:
    Type: AWS::EC2::Subnet
    Properties:
      VpcId: !Ref Vpc
      CidrBlock: 10.8.0.0/20
      Tags:
        - {Key: cni.networking.k8s.aws/cluster/shop, Value: "1"}
  Nodes:
    Type: AWS::EC2::SecurityGroup
    Properties:
      VpcId: !Ref Vpc
      GroupDescription: nodes
      SecurityGroupIngress:
        - {IpProtocol: tcp, FromPort: 22, ToPort: 22, CidrIp: 10.0.0.0/8}
  Cluster:
    Type: AWS::EKS::Cluster
    Properties: {Name: shop, RoleArn: !GetAtt ClusterRole.Arn}
  ClusterRole:
    Type: AWS::IAM::Role
    Properties:
      ManagedPolicyArns: ["arn:aws:iam::aws:policy/AmazonEKSClusterPolicy"]
  NodeRole:
    Type: AWS::IAM::Role
    Properties:
      ManagedPolicyArns: [!Sub "arn:${AWS::Partition}:iam::aws:policy/AmazonEKSWorkerNodePolicy"]
      Policies:
        - PolicyName: own
          PolicyDocument:
            Statement: [{Effect: Allow, Action: ["ec2:Describe*", "ec2:*NetworkInterface*"], Resource: "*"}]
  Workers:
    Type: AWS::EKS::Nodegroup
    Properties:
      ClusterName: shop
      NodeRole: !GetAtt NodeRole.Arn
      Subnets: [!Ref Public]
  Cni:
    Type: AWS::EKS::Addon
    Properties: {ClusterName: shop, AddonName: vpc-cni}
"""


def test_a_template_says_where_its_subnets_are() -> None:
    made = cluster(stack_yaml=STACK)
    public, elsewhere = made.all("subnet")
    assert plain(public.get("vpc_ranges")) == ["10.0.0.0/16"]
    assert plain(public.get("in_vpc_ranges")) is True
    assert plain(elsewhere.get("in_vpc_ranges")) is False
    assert plain(public.get("default_route")) == "internet-gateway"
    assert plain(elsewhere.get("default_route")) == "?"
    assert plain(elsewhere.get("tagged_clusters")) == ["shop"]
    assert plain(group(made, "Workers").get("default_routes")) == ["internet-gateway"]


@pytest.mark.parametrize(
    ("old", "new", "in_ranges"),
    [
        ("CidrBlock: 10.8.0.0/20", "CidrBlock: !ImportValue range", "?"),
        (
            "  Gateway:\n",
            "  More:\n    Type: AWS::EC2::VPCCidrBlock\n    Properties: {VpcId: !Ref Vpc, CidrBlock: 10.8.0.0/16}\n  Gateway:\n",
            True,
        ),
        (
            "  Gateway:\n",
            "  More:\n    Type: AWS::EC2::VPCCidrBlock\n    Properties: {VpcId: !Ref Vpc, Ipv4IpamPoolId: pool}\n  Gateway:\n",
            "?",
        ),
        ("VpcId: !Ref Vpc\n      CidrBlock: 10.8", "VpcId: !ImportValue vpc\n      CidrBlock: 10.8", "?"),
    ],
)
def test_a_range_that_is_not_seen_leaves_it_open(old: str, new: str, in_ranges: object) -> None:
    assert old in STACK
    assert plain(cluster(stack_yaml=STACK.replace(old, new, 1)).all("subnet")[1].get("in_vpc_ranges")) == in_ranges


def test_a_route_under_a_condition_is_not_known() -> None:
    text = STACK.replace("    Type: AWS::EC2::Route\n", "    Type: AWS::EC2::Route\n    Condition: Open\n")
    assert plain(cluster(stack_yaml=text).all("subnet")[0].get("default_route")) == "?"


def test_what_a_template_lets_a_role_do() -> None:
    made = cluster(stack_yaml=STACK)
    control, node = made.all("iam-role")
    assert plain(control.get("control_planes")) == ["Cluster"]
    assert plain(control.get("makes_branches")) is False
    assert plain(node.get("node_groups")) == ["Workers"]
    assert plain(node.get("serves_cni")) is True
    assert plain(node.get("unallowed_cni_actions")) == [
        "ec2:AssignPrivateIpAddresses",
        "ec2:CreateTags",
        "ec2:UnassignPrivateIpAddresses",
    ]
    assert plain(node.get("describes_subnets")) is True


@pytest.mark.parametrize(
    ("old", "new", "own", "serves"),
    [
        ("AddonName: vpc-cni}", "AddonName: vpc-cni, ServiceAccountRoleArn: !ImportValue role}", True, False),
        ("AddonName: vpc-cni}", "AddonName: vpc-cni, PodIdentityAssociations: !Ref Other}", True, False),
        ("AddonName: vpc-cni}", "AddonName: vpc-cni, ServiceAccountRoleArn: !GetAtt NodeRole.Arn}", True, True),
        ("AWS::EKS::Addon", "AWS::EKS::Other", "?", "?"),
    ],
)
def test_a_role_of_aws_nodes_own_takes_the_place_of_the_nodes_role(old: str, new: str, own: object, serves: object) -> None:
    made = cluster(stack_yaml=STACK.replace(old, new, 1))
    plugin = made.subject.value("cni")
    assert plain(plugin.get("own_role")) == own
    assert plain(made.all("iam-role")[1].get("serves_cni")) == serves


def test_a_policy_that_is_not_seen_may_allow_all() -> None:
    text = STACK.replace('Action: ["ec2:Describe*", "ec2:*NetworkInterface*"]', "Action: !Ref Actions")
    role = cluster(stack_yaml=text).all("iam-role")[1]
    assert plain(role.get("unallowed_cni_actions")) == "?"
    assert plain(role.get("describes_subnets")) == "?"


@pytest.mark.parametrize(
    ("rule", "admits"),
    [
        ("FromPort: 22, ToPort: 22, CidrIp: 10.0.0.0/8", False),
        ("FromPort: 1025, ToPort: 65535, CidrIp: 10.0.0.0/8", True),
        ("FromPort: !Ref Port, ToPort: !Ref Port, CidrIp: 10.0.0.0/8", "?"),
    ],
)
def test_which_ports_a_group_of_a_template_lets_in(rule: str, admits: object) -> None:
    text = STACK.replace("FromPort: 22, ToPort: 22, CidrIp: 10.0.0.0/8", rule)
    made = cluster(stack_yaml=text).all("security-group")[0]
    assert plain(made.get("admits_kubelet_port")) == admits
    assert plain(made.get("dns_protocols")) == ["…"]


EKSCTL = """\
apiVersion: eksctl.io/v1alpha5
kind: ClusterConfig
metadata: {name: shop}
nodeGroups:
  - name: workers
"""


@pytest.mark.parametrize(
    ("more", "routes"),
    [
        ("", ["internet-gateway"]),
        ("    privateNetworking: true\n", ["other"]),
        ("    subnets: [subnet-1]\n", "?"),
        ("privateCluster: {enabled: true}\n", "?"),
        ("vpc: {subnets: {private: {eu-west-1a: {id: subnet-1}}}}\n", "?"),
    ],
)
def test_eksctl_puts_nodes_into_public_subnets(more: str, routes: object) -> None:
    assert plain(group(cluster(cluster_yaml=EKSCTL + more)).get("default_routes")) == routes


@pytest.mark.parametrize(("vpc", "seen"), [("!Ref Vpc", ["stack.yaml#Vpc", "…"]), ("!ImportValue vpc", ["…"])])
def test_a_transit_gateway_leads_out_of_the_vpc_of_the_nodes(vpc: str, seen: object) -> None:
    link = f"  Link:\n    Type: AWS::EC2::TransitGatewayAttachment\n    Properties: {{VpcId: {vpc}, TransitGatewayId: tgw-1}}\n"
    found = cluster(stack_yaml=STACK + link).all("vpc-link")[0]
    assert plain(found.get("by")) == "transit-gateway"
    assert plain(found.get("vpcs_of_nodes")) == seen
