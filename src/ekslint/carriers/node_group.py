"""What carriers give of a node group: the settings as they are written, before anybody works out what they come to.

A carrier calls `node_group(…)` with what it read; whatever it leaves out is absent. The facts of node groups do the rest.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ekslint.fact import FACTS, Subject, given
from ekslint.source.text import Place, Text
from ekslint.syntax.tree import Mapping, Node, Scalar, Sequence, entries
from ekslint.value import Absent, Known, Listing, Unknown, Value, listing, scalar_value

FAMILIES = ("al2", "al2023", "bottlerocket", "windows", "ubuntu", "custom")

given("node-group", "carrier", "string", "The format that declares the group, as in `eksctl` or `CloudFormation`.")
given(
    "node-group", "managed", "bool", "Whether EKS manages the group: it makes the nodes and adds its own part to their user data."
)
given(
    "node-group",
    "composer",
    "enum(eksctl, karpenter, cluster-api, terraform-aws-eks)",
    "The tool that writes a bootstrap part of its own beside the user data; absent where the user data is all that there is.",
)
given("node-group", "image", "string", "The AMI id that the group names; absent where EKS or a tool chooses the image.")
given(
    "node-group", "written_family", "string", "The image family in the words of the carrier: an amiType, an amiFamily or an alias."
)
given("node-group", "written_types", "string[]", "The instance types that are listed.")
given("node-group", "requirements", "any", "What Karpenter may choose types by, as (key, operator, values, place).")
given("node-group", "written_user_data", "any", "The user data as it is written: a text and whether the carrier wants base64.")
given("node-group", "bootstrapper", "enum(bootstrap.sh, nodeadm)", "What a Cluster API configuration ends up calling.")
given("node-group", "use_max_pods", "bool", "spec.useMaxPods of a Cluster API configuration.")
given("node-group", "max_pods_text", "any", "max-pods as Cluster API's kubeletExtraArgs write it.")
given(
    "node-group",
    "max_pods_field",
    "any",
    "max-pods as a field of the carrier beside its user data: maxPodsPerNode, spec.kubelet.maxPods.",
)
given(
    "node-group",
    "waits_for_cni",
    "bool",
    "Whether the group is made after the add-on vpc-cni of the same template; absent where the template has no such add-on.",
)
given("node-group", "kube_reserved_field", "any", "The memory that the kubelet keeps back, where that is set beside the user data.")
given("node-group", "pods_per_core", "int", "The pods that the kubelet admits per vCPU, where that is set beside the user data.")
given("node-group", "labels", "label[]", "The labels that the nodes get.")
given("node-group", "taints", "taint[]", "The taints that the nodes get.")
given("node-group", "zones", "string[]", "The availability zones of the nodes.")
given("node-group", "subnets", "string[]", "The subnets of the nodes, by id.")
given("node-group", "security_groups", "string[]", "The security groups of the nodes, by id.")
given("node-group", "max_size", "int", "The most nodes that the group may have.")
given("node-group", "http_endpoint", "string", "Whether the instance metadata service answers at all: enabled or disabled.")
given("node-group", "hop_limit", "int", "How many network hops an answer of the instance metadata service may travel.")
given("node-group", "prefix_count", "int", "The /28 prefixes that the launch template gives the first interface.")
given("node-group", "api_version", "string", "The version of the API that the group's object is written in.")
given("node-group", "template", "launch-template", "The launch template that the group names, where it is in the set.")
given("node-group", "node_class", "node-class", "The EC2NodeClass of a Karpenter group.")
given("cluster-config", "version", "version", "The Kubernetes version that the cluster is made with.")
given("cluster-config", "tool", "string", "The format that declares the cluster.")
given("cluster-config", "cluster_role", "string", "Folder and address of the IAM role of the control plane.")
given("node-group", "module_version", "int", "The major version of the module terraform-aws-eks that makes the group.")
given("node-group", "node_role", "string", "Folder and address of the IAM role of the nodes.")
given("label", "key", "string", "The label's key.")
given("label", "value", "string", "The label's value.")
given("taint", "key", "string", "The taint's key.")
given("taint", "value", "string", "The taint's value.")
given("taint", "effect", "string", "The taint's effect as Kubernetes spells it.")


class Written(NamedTuple):
    """User data where it stands: `encoded` True where the carrier takes base64, False where plain text, None where either."""

    text: Text
    encoded: bool | None


class Requirement(NamedTuple):
    """One requirement on nodes, as Kubernetes' node selector requirements and Karpenter's."""

    key: str
    operator: str
    values: tuple[str, ...]
    place: Place


def node_group(
    name: str,
    place: Place,
    carrier: str,
    settings: dict[str, Value | None],
    *,
    node: Node | None = None,
    partial: str | None = None,
    belongs: str | None = None,
    kind: str = "node-group",
) -> Subject:
    """A node group of `settings`, by the names that are declared above; None stands for one that the carrier has no word for."""
    facts: dict[str, Value] = {"carrier": Known(carrier, (place,))}
    facts.update((key, value) for key, value in settings.items() if value is not None)
    return Subject(kind, name, place, node=node, given=typed(kind, facts), partial=partial, belongs=belongs)


def typed(kind: str, facts: dict[str, Value]) -> dict[str, Value]:
    """Facts with values of their declared types: what a file writes in another type is unknown, for its reader refuses it."""
    return {name: _typed(value, FACTS[kind][name].type) for name, value in facts.items()}


def _typed(value: Value, type: str) -> Value:
    if not isinstance(value, Known) or _fits(value.value, type):
        return value
    return Unknown("written in another type than its reader takes", value.places, written=True, key=value.key)


def _fits(value: object, type: str) -> bool:
    if type == "any":
        return True
    if type.endswith("[]"):
        return isinstance(value, Listing)
    if type in ("int", "bool"):
        return isinstance(value, bool) is (type == "bool") and isinstance(value, int)
    if type == "version":
        return isinstance(value, str | int | float) and not isinstance(value, bool)
    return isinstance(value, str if type == "string" or type.startswith("enum(") else Subject)


def user_data(node: Node | None, encoded: bool | None, outer: Iterable[Place] = (), partial: str | None = None) -> Value:
    """A string of a carrier as user data. A placeholder inside is the decoder's business; one that is all there is, is unknown."""
    if node is None:
        return Unknown(partial, outer) if partial else Absent(outer, "userData")
    if not isinstance(node, Scalar) or not isinstance(node.value, str):
        value = scalar_value(node)
        return value if isinstance(value, Unknown | Absent) else Unknown("user data is no string", (node.place,), written=True)
    value = scalar_value(node)
    if isinstance(value, Unknown) and value.text is not None and "\n" not in value.text.strip():
        return value
    return Known(Written(node.inner(), encoded), (node.place,))


def labels(node: Node | None) -> list[Value]:
    """The labels of a map of keys and values."""
    found: list[Value] = []
    for key, key_node, value in entries(node):
        facts: dict[str, Value] = {"key": Known(key, (key_node.place,)), "value": scalar_value(value)}
        found.append(Subject("label", key, key_node.place, node=value, given=typed("label", facts)).known())
    return found


def taints(node: Node | None) -> Value | None:
    """Taints as a list of key, value and effect; None where there are none."""
    if not isinstance(node, Sequence):
        return None
    found: list[Value] = []
    for item in node.items:
        if not isinstance(item, Mapping):
            found.append(Unknown("a taint that is no map", (item.place,), written=True))
            continue
        facts = {name: scalar_value(value) for name, _, value in item.named() if name in ("key", "value", "effect")}
        key = facts.get("key")
        name = key.value if isinstance(key, Known) and isinstance(key.value, str) else ""
        found.append(Subject("taint", name, item.place, node=item, given=typed("taint", facts)).known())
    return Known(Listing(found), (node.place,))


def strings(values: Iterable[Value], places: Iterable[Place] = (), open: bool = False, why: str = "") -> Value:
    """A list of strings; what is no string is unknown."""
    checked: list[Value] = []
    for value in values:
        if isinstance(value, Known) and not isinstance(value.value, str):
            value = Unknown("this is no string", value.places, written=True)
        if not isinstance(value, Absent):
            checked.append(value)
    return listing(checked, open, why, places)


def text_of(value: Value) -> str | None:
    """A known string's value."""
    return value.value if isinstance(value, Known) and isinstance(value.value, str) else None


_WORDS = (
    ("al2023", ("al2023", "amazonlinux2023", "amazon-linux-2023", "amazon-eks-al2023")),
    ("bottlerocket", ("bottlerocket",)),
    ("windows", ("windows",)),
    ("ubuntu", ("ubuntu",)),
    ("al2", ("amazonlinux2", "amazon-linux-2", "al2", "amazon-eks-node", "amazon-eks-gpu-node", "amazon-eks-arm64-node")),
    ("custom", ("custom",)),
)


def family(written: str) -> str | None:
    """The family that a word of EKS, eksctl, Karpenter or an image's name means: one of FAMILIES, None for any other.

    `AL2_x86_64`, `AmazonLinux2`, `al2@latest`, `/aws/service/eks/optimized-ami/1.32/amazon-linux-2/…` are al2.
    """
    said = written.lower().replace(" ", "")
    for name, words in _WORDS:
        for word in words:
            at = said.find(word)
            if at >= 0 and (at == 0 or not said[at - 1].isalnum() or name in ("windows", "ubuntu")):
                behind = said[at + len(word) : at + len(word) + 1]
                if name == "al2" and behind.isdigit():
                    continue
                return name
    return None
