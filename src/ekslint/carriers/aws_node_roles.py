"""Kubernetes roles of aws-node: the ClusterRole of its name, and the bindings that give its ServiceAccount a role.

Source: config/master/aws-k8s-cni.yaml of amazon-vpc-cni-k8s.
"""

from __future__ import annotations

from collections.abc import Iterator

from ekslint.carriers.resource import Resource
from ekslint.fact import Subject, given
from ekslint.syntax.tree import items, string
from ekslint.value import Known, read

ACCOUNT = "aws-node"
OBJECTS = (("rbac.authorization.k8s.io", "ClusterRole"), ("rbac.authorization.k8s.io", "ClusterRoleBinding"))
GIVES = ("cluster-role", "cluster-role-binding")
TOKENS = (b"aws-node",)

given("cluster-role", "aggregated", "bool", "Whether the control plane fills in the rules from other roles.")
given("cluster-role-binding", "role", "string", "The ClusterRole that the binding gives.")


def objects(resource: Resource) -> Iterator[Subject]:
    """The role, or the binding where it is for the ServiceAccount of aws-node."""
    if resource.kind == "ClusterRole":
        if resource.name == ACCOUNT:
            aggregated = Known(resource.node.get("aggregationRule") is not None, (resource.place,))
            yield resource.subject("cluster-role", aggregated=aggregated)
        return
    for subject in items(resource.node.get("subjects")):
        if string(subject.get("kind")) == "ServiceAccount" and string(subject.get("name")) == ACCOUNT:
            role = read(resource.node, "roleRef", "name", partial=resource.partial, outer=(resource.place,))
            yield resource.subject("cluster-role-binding", role=role)
            return
