"""What the VPC CNI and the control plane may do with their IAM roles.

Sources: docs/iam-policy.md of amazon-vpc-cni-k8s; the AWS managed policy reference (AmazonEKS_CNI_Policy,
AmazonEKSVPCResourceController); EKS user guide, "Configure the VPC CNI to use IRSA".
"""

from __future__ import annotations

import re

from ekslint.fact import Subject, fact, subjects
from ekslint.syntax.computed import Computed
from ekslint.syntax.tree import Node
from ekslint.value import Absent, Known, Unknown, Value, listing

CNI_POLICY = "AmazonEKS_CNI_Policy"
CONTROLLER_POLICY = "AmazonEKSVPCResourceController"
SUBNETS = "ec2:DescribeSubnets"
CALLED = (
    "ec2:AssignPrivateIpAddresses",
    "ec2:AttachNetworkInterface",
    "ec2:CreateNetworkInterface",
    "ec2:CreateTags",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeInstances",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DetachNetworkInterface",
    "ec2:ModifyNetworkInterfaceAttribute",
    "ec2:UnassignPrivateIpAddresses",
)
"""What ipamd calls in an IPv4 cluster, whatever its settings."""
_OWN = ("serviceAccountRoleArn", "ServiceAccountRoleArn", "serviceAccountRoleARN", "service_account_role_arn")
_OTHER_OWN = (
    "serviceAccountRoleArnRef",
    "serviceAccountRoleArnSelector",
    "serviceAccountRoleRef",
    "podIdentityAssociations",
    "PodIdentityAssociations",
    "pod_identity_association",
    "attachPolicyARNs",
    "attachPolicy",
    "wellKnownPolicies",
    "useDefaultPodIdentityAssociations",
)


@fact("cni", "bool")
def own_role(cni: Subject) -> Value:
    """Whether aws-node has an IAM role of its own, by its service account or a pod identity; else it uses the role of its node.

    Known to be false only for the EKS add-on, which the set shows with all that gives it a role.
    """
    for identity in cni.home.all("pod-identity"):
        if identity.name in ("aws-node", "") or "$" in identity.name:
            return Known(True, (identity.place,)) if identity.name == "aws-node" else Unknown("a pod identity", (identity.place,))
    listed = cni.get("settings")
    found = [one.value for one in listed.value if isinstance(one, Known)] if isinstance(listed, Known) else []
    for settings in found:
        for name in (*_OWN, *_OTHER_OWN):
            node = settings.node.get(name) if settings.node is not None else None
            if node is not None:
                return Known(True, (node.place,), key=name)
    managers = cni.get("managers")
    if not isinstance(managers, Known) or managers.value.open or [one.value for one in managers.value] != ["eks-addon"]:
        return Unknown("its service account may have a role", (cni.place,), written=False)
    if any(one.name == "aws-node" for one in cni.home.all("service-account")):
        return Unknown("its service account may have a role", (cni.place,), written=False)
    if any(config.value("tool") == "eksctl" for config in cni.home.all("cluster-config")):
        return Unknown("eksctl makes a role for it", (cni.place,), written=False)
    return Known(False, (found[0].place,) if found else (cni.place,), "EKS")


@fact("iam-role", "bool")
def serves_cni(role: Subject) -> Value:
    """Whether aws-node calls EC2 with the role: as its own, or as the role of node groups where it has none of its own."""
    plugin = role.home.subject.value("cni")
    if plugin is None:
        return Absent((role.place,))
    reference = role.get("reference")
    if not isinstance(reference, Known):
        return reference
    for identity in role.home.all("pod-identity"):
        if identity.name == "aws-node" and identity.value("role") == reference.value:
            return Known(True, (identity.place,))
    settings = plugin.get("settings")
    for one in settings.value if isinstance(settings, Known) else ():
        for name in _OWN:
            node = one.value.node.get(name) if one.value.node is not None else None
            if node is not None and _names(node, role):
                return Known(True, (node.place,), key=name)
    own: Value = plugin.get("own_role")
    if not isinstance(own, Known):
        return own
    groups = role.get("node_groups")
    if own.value or not isinstance(groups, Known) or not groups.value.items:
        return Known(False, (role.place,))
    return Known(True, groups.value.items[0].places)


def _names(node: Node, role: Subject) -> bool:
    """Whether an ARN is that of a role of the same folder or file."""
    folder = node.place.file.rpartition("/")[0]
    if role.place.file.rpartition("/")[0] != folder:
        return False
    address = str(role.value("reference")).rpartition("#")[2]
    if isinstance(node, Computed):
        return node.reference == address
    return node.place.file == role.place.file and bool(
        re.fullmatch(rf"(!GetAtt |!Sub )?\W*{re.escape(role.name)}\.Arn\W*", _text(node))
    )


def _text(node: Node) -> str:
    return node.text.value[node.start : node.end]


@fact("iam-role", "string[]")
def unallowed_cni_actions(role: Subject) -> Value:
    """What the VPC CNI calls in an IPv4 cluster, whatever its settings, and no policy of the role allows."""
    return _unallowed(role, CALLED)


@fact("iam-role", "bool")
def describes_subnets(role: Subject) -> Value:
    """Whether a policy of the role allows ec2:DescribeSubnets, as AmazonEKS_CNI_Policy does."""
    left = _unallowed(role, (SUBNETS,))
    return Known(not left.value.items, left.places) if isinstance(left, Known) else left


@fact("iam-role", "bool")
def makes_branches(role: Subject) -> Value:
    """Whether the control plane may make branch interfaces with the role, by AmazonEKSVPCResourceController or as much."""
    policies = role.get("policies")
    if isinstance(policies, Known):
        for one in policies.value:
            if isinstance(one, Known) and one.value == CONTROLLER_POLICY:
                return Known(True, one.places)
            if isinstance(one, Known) and one.value == "AmazonEKSServicePolicy":
                return Unknown("AmazonEKSServicePolicy allows a part of it", one.places, written=False)
    left = _unallowed(role, ("ec2:CreateNetworkInterface",))
    return Known(not left.value.items, (role.place,)) if isinstance(left, Known) else left


def _unallowed(role: Subject, wanted: tuple[str, ...]) -> Value:
    policies, allowed = role.get("policies"), role.get("allowed_actions")
    if not isinstance(policies, Known) or not isinstance(allowed, Known):
        return policies if not isinstance(policies, Known) else allowed
    if any(isinstance(one, Known) and one.value == CNI_POLICY for one in policies.value):
        return listing([], places=(role.place,))
    patterns = [str(one.value).lower() for one in allowed.value if isinstance(one, Known)]
    left = [action for action in wanted if not any(_covers(pattern, action.lower()) for pattern in patterns)]
    if left and (allowed.value.open or policies.value.open):
        return Unknown(allowed.value.why or policies.value.why, allowed.places, written=False)
    return listing([Known(action, (role.place,)) for action in left], places=(role.place,))


def _covers(pattern: str, action: str) -> bool:
    if pattern.count("*") > 4:
        return True
    made = re.escape(pattern[:200]).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(made, action) is not None


@fact("iam-role", "cluster-config[]")
def control_planes(role: Subject) -> Value:
    """The clusters of the set whose control plane has the role."""
    own = role.value("reference")
    found = [one for one in role.home.all("cluster-config") if own is not None and one.value("cluster_role") == own]
    return subjects(found, places=(role.place,))
