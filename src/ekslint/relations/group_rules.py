"""What security groups of the set let in and out where pods and nodes depend on it, and which VPC they are of.

Sources: EKS user guide, "Security group requirements", "Security groups for pods" and "Launch templates".
"""

from __future__ import annotations

from ekslint.fact import Subject, fact
from ekslint.relations.pod_egress import group_of, reaches
from ekslint.value import Absent, Known, Unknown, Value, listing, places_of

KUBELET = 10250


@fact("security-group", "bool")
def admits_kubelet_port(group: Subject) -> Value:
    """Whether some rule lets TCP in at the kubelet's port 10250, from whomever."""
    rules = group.get("ingress")
    if not isinstance(rules, Known):
        return rules
    why = rules.value.why if rules.value.open else ""
    for one in rules.value:
        answer = reaches(one.value, "tcp", KUBELET) if isinstance(one, Known) else None
        if answer:
            return Known(True, one.places)
        why = why or ("a rule is not known" if answer is None else "")
    return Unknown(why, rules.places, written=False) if why else Known(False, rules.places)


def _of_groups(subject: Subject, listed: Value) -> Value:
    """Whether one of the groups admits the kubelet's port; unknown where one is not in the set."""
    if not isinstance(listed, Known):
        return listed
    why = listed.value.why if listed.value.open else ""
    found: list[Value] = []
    for one in listed.value:
        group = group_of(subject, one)
        admits = group.get("admits_kubelet_port") if group is not None else None
        if isinstance(admits, Known) and admits.value:
            return admits
        if not isinstance(admits, Known):
            why = why or ("a group is not in the set" if admits is None else "the rules of a group are not known")
        found.append(one)
    if why or not found:
        return Unknown(why or "no group is named", listed.places, written=False)
    return Known(False, places_of(*found))


@fact("security-group-policy", "bool")
def groups_admit_kubelet_port(policy: Subject) -> Value:
    """Whether a group of the policy lets TCP in at 10250, where the kubelet of a Fargate node answers on the pod's interface."""
    return _of_groups(policy, policy.get("groups"))


@fact("node-group", "bool")
def groups_admit_control_plane(group: Subject) -> Value:
    """Whether a group of a launch template of the set lets TCP in at 10250, at which the control plane reaches the kubelet.

    Absent where EKS gives nodes the group of the cluster, since no launch template names groups.
    """
    listed = group.get("security_groups")
    if group.value("managed") is not True or not isinstance(group.get("template"), Known):
        return Absent((group.place,))
    return _of_groups(group, listed)


@fact("eni-config", "string[]")
def dns_protocols_of_groups(config: Subject) -> Value:
    """The protocols with which its groups let pods out to DNS; absent where it names none, open where a group may allow more."""
    listed = config.get("security_groups")
    if not isinstance(listed, Known):
        return listed
    found: dict[str, Value] = {}
    why = listed.value.why if listed.value.open else ""
    for one in listed.value:
        group = group_of(config, one)
        protocols = group.get("dns_protocols") if group is not None else None
        if not isinstance(protocols, Known):
            why = why or "a group is not in the set"
            continue
        why = why or (protocols.value.why if protocols.value.open else "")
        for protocol in protocols.value:
            if isinstance(protocol, Known):
                found.setdefault(protocol.value, protocol)
    if not listed.value.items:
        why = why or "no group is named"
    return listing(found.values(), bool(why), why, listed.places)


@fact("security-group-policy", "string[]")
def vpcs_of_groups(policy: Subject) -> Value:
    """The VPCs of its groups, where the set makes them, each once, where the group is named."""
    return _vpcs(policy, policy.get("groups"))


def _vpcs(subject: Subject, listed: Value) -> Value:
    if not isinstance(listed, Known):
        return listed
    found: dict[str, Value] = {}
    why = listed.value.why if listed.value.open else ""
    for one in listed.value:
        group = group_of(subject, one)
        vpc = group.get("vpc") if group is not None else None
        if isinstance(vpc, Known):
            found.setdefault(vpc.value, Known(vpc.value, one.places))
        else:
            why = why or "the VPC of a group is not known"
    return listing(found.values(), bool(why), why, listed.places)


@fact("cluster", "string[]")
def node_vpcs(cluster: Subject) -> Value:
    """The VPCs in which the node groups of the set have their subnets."""
    groups = cluster.get("node_groups")
    if not isinstance(groups, Known):
        return groups
    found: dict[str, Value] = {}
    why = groups.value.why if groups.value.open else ""
    for one in groups.value:
        own = one.value.get("own_subnets") if isinstance(one, Known) else None
        if not isinstance(own, Known) or own.value.open:
            why = why or "the subnets of a node group are not known"
            continue
        for subnet in own.value:
            vpc = subnet.value.get("vpc")
            if isinstance(vpc, Known):
                found.setdefault(vpc.value, Known(vpc.value, vpc.places))
            else:
                why = why or "the VPC of a subnet is not known"
    return listing(found.values(), bool(why), why)


@fact("vpc-link", "string[]")
def vpcs_of_nodes(link: Subject) -> Value:
    """The VPCs with nodes of the set that it connects; open where the VPC of a node group or of an end is not known."""
    ends, nodes = link.get("vpcs"), link.home.subject.get("node_vpcs")
    if not isinstance(ends, Known) or not isinstance(nodes, Known):
        return ends if not isinstance(ends, Known) else nodes
    names = {one.value for one in nodes.value if isinstance(one, Known)}
    found = [one for one in ends.value if isinstance(one, Known) and one.value in names]
    return listing(found, True, "an end is not known", ends.places)
