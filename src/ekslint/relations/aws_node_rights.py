"""What the Kubernetes role of aws-node allows, and whether aws-node asks for it.

With ANNOTATE_POD_IP ipamd patches pods (pkg/ipamd/rpc_handler.go of amazon-vpc-cni-k8s). The chart and the add-on give the right
themselves, a manifest only what its ClusterRole says.
"""

from __future__ import annotations

from ekslint.carriers.aws_node_roles import ACCOUNT
from ekslint.fact import Subject, fact
from ekslint.facts.environment import taken
from ekslint.syntax.tree import Node, Scalar, items
from ekslint.value import Absent, Known, Unknown, Value, placeholder


@fact("cni", "bool")
def annotates_pods(cni: Subject) -> Value:
    """Whether ipamd writes each pod's address into an annotation of the pod (ANNOTATE_POD_IP)."""
    return taken(cni, "ANNOTATE_POD_IP")


@fact("cni", "bool")
def may_patch_pods(cni: Subject) -> Value:
    """Whether the ClusterRole aws-node lets it patch pods; unknown where another manager than a manifest installs it."""
    managers = cni.get("managers")
    if not isinstance(managers, Known) or [each.value for each in managers.value if isinstance(each, Known)] != ["manifest"]:
        return Unknown("who installs aws-node gives it its rights", managers.places, written=False)
    roles = cni.home.all("cluster-role")
    if len(roles) != 1 or roles[0].partial is not None or roles[0].value("aggregated"):
        return Unknown("the rules of the ClusterRole are not all in the set", (cni.place,), written=False)
    if any(binding.value("role") != ACCOUNT for binding in cni.home.all("cluster-role-binding")):
        return Unknown("another role is bound to aws-node too", (cni.place,), written=False)
    return _patches_pods(roles[0])


def _patches_pods(role: Subject) -> Value:
    key = role.node.key("rules") if role.node is not None else None
    if role.node is None or key is None:
        return Absent((role.place,))
    for rule in items(role.node.get("rules")):
        answers = [
            _has(rule.get("apiGroups"), ""),
            _has(rule.get("resources"), "pods"),
            _has(rule.get("verbs"), "patch"),
        ]
        if None in answers and False not in answers:
            return Unknown("a rule of the role is not literal", (rule.place,), written=True)
        if all(answers):
            return Known(True, (rule.place,))
    return Known(False, (key.place,), key="rules")


def _has(listed: Node | None, word: str) -> bool | None:
    said = [each.content for each in items(listed) if isinstance(each, Scalar)]
    if word in said or "*" in said:
        return True
    return None if any(placeholder(each) is not None for each in said) or isinstance(listed, Scalar) else False
