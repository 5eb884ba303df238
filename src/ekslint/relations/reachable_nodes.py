"""On which node groups and instance types the pods of a workload can run, by labels and taints.

Sources: Kubernetes' scheduler (node affinity, taints); labels that EKS, eksctl and Karpenter put on nodes (user guides;
karpenter-provider-aws, pkg/providers/instancetype/types.go). A group that only perhaps takes the pods is an unknown element.
"""

from __future__ import annotations

from collections.abc import Sequence

from ekslint.carriers.node_group import Requirement
from ekslint.data.instances import instance_type
from ekslint.fact import Subject, fact
from ekslint.facts.node_requirements import Need, Toleration, node_terms, tolerates, tolerations
from ekslint.facts.requirements import TYPE, choose
from ekslint.facts.selectors import Labels, Wanted, all_of, any_of, labels_of, meets
from ekslint.facts.user_data import decoded
from ekslint.facts.workload import OS_LABELS, pod_of
from ekslint.inventory import Cluster
from ekslint.source.text import Place
from ekslint.syntax.tree import Node
from ekslint.value import Absent, Known, Listing, Unknown, Value, listing

ZONES = ("topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone", "topology.ebs.csi.aws.com/zone")
_ARCHITECTURES = ("kubernetes.io/arch", "beta.kubernetes.io/arch")
_GO = {"x86_64": "amd64", "arm64": "arm64", "i386": "386"}
_SET_BY_OTHERS = (
    "topology.",
    "failure-domain.",
    "kubernetes.io/",
    "beta.kubernetes.io/",
    "node.kubernetes.io/",
    "feature.node.kubernetes.io/",
    "nvidia.com/",
    "aws.amazon.com/",
    "eks.amazonaws.com/",
    "vpc.amazonaws.com/",
    "k8s.io/cloud-provider-aws",
)
"""Beginnings of labels that controllers put on nodes, whatever the group says."""
_HARD = ("NoSchedule", "NoExecute")


@fact("node-group", "label[]")
def node_labels(group: Subject) -> Value:
    """The labels of the nodes: those of the group's own field and those that its user data gives the kubelet."""
    own = group.get("labels")
    if isinstance(own, Unknown):
        return own
    found = list(own.value.items) if isinstance(own, Known) else []
    why = own.value.why if isinstance(own, Known) and own.value.open else ""
    data = group.get("user_data")
    if isinstance(data, Unknown):
        why = why or data.reason
    elif isinstance(data, Known):
        listed: Listing = decoded(data.value).node_labels.value
        why = why or (listed.why if listed.open else "")
        for pair in listed:
            if isinstance(pair, Known):
                found.append(_label(pair))
            else:
                why = why or "a label of the user data is not known"
    return listing(found, bool(why), why, own.places or (group.place,))


def _label(pair: Known[str]) -> Value:
    key, _, value = pair.value.partition("=")
    place = pair.places[0]
    return Subject("label", key, place, given={"key": Known(key, (place,)), "value": Known(value, (place,))}).known()


@fact("workload", "node-group[]")
def reachable_node_groups(workload: Subject) -> Value:
    """The node groups whose nodes the pods can run on; open where there may be others, absent on Fargate.

    Where labels or taints let the pods run on none, the nodes for them are elsewhere.
    """
    fargate = workload.get("fargate")
    if isinstance(fargate, Known) and fargate.value is True:
        return Absent(fargate.places)
    system = workload.get("operating_system")
    if isinstance(fargate, Unknown):
        return fargate
    if not isinstance(system, Known):
        return system
    groups = workload.home.subject.get("node_groups")
    if not isinstance(groups, Known):
        return groups
    found: list[Value] = []
    why = groups.value.why if groups.value.open else ""
    for one in groups.value:
        answer = _runs_on(workload, one.value, str(system.value)) if isinstance(one, Known) else None
        if answer is True:
            found.append(one)
        elif answer is None:
            found.append(Unknown("it cannot be told whether its nodes take the pods", one.places, written=False))
    if not found:
        why = why or "no node group of the set takes these pods"
    if karpenter_elsewhere(workload.home):
        why = why or "Karpenter runs, and its node pools are not in the set"
    return listing(found, bool(why), why, (workload.place,))


def karpenter_elsewhere(home: Cluster) -> bool:
    """Whether something of the set installs Karpenter and nothing says what nodes it makes."""
    if home.all("node-pool"):
        return False
    if any(release.value("chart") == "karpenter" for release in home.all("chart-release")):
        return True
    if home.named("workload", "karpenter"):
        return True
    return any(config.node is not None and config.node.get("karpenter") is not None for config in home.all("cluster-config"))


def _runs_on(workload: Subject, group: Subject, system: str) -> bool | None:
    os = group.value("os")
    if os is not None and os != system:
        return False
    pod = pod_of(workload)
    labels = labels_of(group.get("node_labels"))
    fits = any_of(all_of(_group_meets(need, group, labels) for need in term) for term in node_terms(pod))
    return all_of([fits, _tolerated(pod, group), None if workload.partial else True])


def _tolerated(pod: Node | None, group: Subject) -> bool | None:
    taints = group.get("taints")
    if isinstance(taints, Absent):
        return True
    if not isinstance(taints, Known):
        return None
    found = tolerations(pod)
    return all_of(_taint_tolerated(one, found) for one in taints.value)


def _taint_tolerated(taint: Value, found: Sequence[Toleration] | None) -> bool | None:
    if not isinstance(taint, Known):
        return None
    key, value, effect = (taint.value.get(name) for name in ("key", "value", "effect"))
    if isinstance(key, Unknown) or isinstance(value, Unknown) or not isinstance(effect, Known) or found is None:
        return None
    hard = str(effect.value).replace("_", "").lower()
    spelled = next((name for name in _HARD if name.lower() == hard), None)
    if spelled is None:
        return True
    said = str(value.value) if isinstance(value, Known) else ""
    return tolerates(found, taint.value.name, said, spelled)


def _group_meets(need: Need, group: Subject, labels: Labels | None) -> bool | None:
    """Whether some nodes of a group meet a requirement."""
    wanted = need.wanted
    if wanted is None:
        return None
    if group.value("composer") == "karpenter":
        return _karpenter_meets(wanted, group, labels)
    key = wanted.key
    if key in OS_LABELS:
        return meets(wanted, Labels({key: group.value("os") or "linux"}, False))
    if key in TYPE or key in _ARCHITECTURES:
        types = group.get("instance_types")
        if not isinstance(types, Known):
            return None
        return any_of([*(type_meets(wanted, one) for one in types.value), *([None] if types.value.open else [])])
    if key in ZONES:
        return _among(wanted, group.get("zones"))
    own = _own_labels(group)
    if key in own:
        return meets(wanted, Labels({key: own[key]}, False))
    if labels is None:
        return None
    if key in labels.values:
        return meets(wanted, labels)
    if key.startswith(_SET_BY_OTHERS):
        return None
    return meets(wanted, labels)


def _own_labels(group: Subject) -> dict[str, str | None]:
    """The labels that a tool puts on its groups' nodes by their names."""
    eksctl = group.value("composer") == "eksctl"
    found: dict[str, str | None] = {}
    if eksctl:
        found["alpha.eksctl.io/nodegroup-name"] = group.name
    if group.value("managed") is True:
        found["eks.amazonaws.com/nodegroup"] = group.name if eksctl else None
    return found


def _among(wanted: Wanted, listed: Value) -> bool | None:
    if not isinstance(listed, Known):
        return None
    answers = [
        meets(wanted, Labels({wanted.key: str(one.value)}, False)) if isinstance(one, Known) else None for one in listed.value
    ]
    return any_of([*answers, *([None] if listed.value.open else [])])


def _karpenter_meets(wanted: Wanted, group: Subject, labels: Labels | None) -> bool | None:
    """Whether a NodePool can make a node that meets a requirement: by its labels, its requirements, or what Karpenter knows."""
    key = wanted.key
    needs = group.get("requirements")
    if not isinstance(needs, Known) or wanted.values is None:
        return None
    if key in ("karpenter.sh/nodepool", "karpenter.sh/provisioner-name"):
        return meets(wanted, Labels({key: group.name}, False))
    if labels is not None and key in labels.values:
        return meets(wanted, labels)
    of_key = [need for need in needs.value if need.key == key]
    if key in TYPE or key in _ARCHITECTURES or key.startswith("karpenter.k8s.aws/"):
        choice = choose([*needs.value, Requirement(key, wanted.operator, wanted.values, group.place)], group.place)
        return True if choice.types else None if choice.open else False
    if len(of_key) == 1 and of_key[0].operator == "In":
        values = of_key[0].values
        return any_of(meets(wanted, Labels({key: value}, False)) for value in values)
    if of_key or labels is None or labels.open:
        return None
    if key in OS_LABELS:
        return meets(wanted, Labels({key: group.value("os") or "linux"}, False))
    if key.startswith((*_SET_BY_OTHERS, "karpenter.sh/")):
        return None
    return meets(wanted, labels)


def type_meets(wanted: Wanted, type: Value) -> bool | None:
    """Whether nodes of a type meet a requirement on their type or architecture; every other requirement is met."""
    if wanted.key not in TYPE and wanted.key not in _ARCHITECTURES:
        return True
    if not isinstance(type, Known):
        return None
    if wanted.key in TYPE:
        return meets(wanted, Labels({wanted.key: type.value.name}, False))
    record = instance_type(type.value.name)
    if record is None or not record.architectures:
        return None
    return any_of(meets(wanted, Labels({wanted.key: _GO.get(one, one)}, False)) for one in record.architectures)


@fact("workload", "instance-type[]")
def reachable_types(workload: Subject) -> Value:
    """The instance types of those node groups, as far as the pods do not ask for others."""
    groups = workload.get("reachable_node_groups")
    if not isinstance(groups, Known):
        return groups
    terms = node_terms(pod_of(workload))
    found: list[Value] = []
    why = groups.value.why if groups.value.open else ""
    for one in groups.value:
        if not isinstance(one, Known):
            found.append(one)
            continue
        listed = _types(one.value, _possible(terms, one.value))
        if not isinstance(listed, Known):
            found.append(Unknown(getattr(listed, "reason", "no instance type is written"), one.places, written=False))
            continue
        found += listed.value.items
        why = why or (listed.value.why if listed.value.open else "")
    return listing(found, bool(why), why, (workload.place,))


def _possible(terms: Sequence[Sequence[Need]], group: Subject) -> list[Sequence[Need]]:
    """The alternatives that some nodes of a group may meet."""
    labels = labels_of(group.get("node_labels"))
    return [term for term in terms if all_of(_group_meets(need, group, labels) for need in term) is not False]


def _types(group: Subject, terms: Sequence[Sequence[Need]]) -> Value:
    """The instance types of a group on which the pods can run."""
    needs = group.get("requirements")
    if isinstance(needs, Known) and group.value("composer") == "karpenter":
        chosen: dict[str, Value] = {}
        why = ""
        for term in terms:
            more = [
                Requirement(need.wanted.key, need.wanted.operator, need.wanted.values, need.place)
                for need in term
                if need.wanted is not None and need.wanted.values is not None
            ]
            choice = choose([*needs.value, *(need for need in more if _of_types(need.key))], group.place)
            why = why or (choice.why if choice.open else "")
            for name, place in choice.types:
                chosen.setdefault(name, _type(group, name, place))
        return listing(chosen.values(), bool(why), why, needs.places or (group.place,))
    types = group.get("instance_types")
    if not isinstance(types, Known):
        return types
    found: list[Value] = []
    for one in types.value:
        answer = any_of(all_of(type_meets(need.wanted, one) for need in term if need.wanted is not None) for term in terms)
        if answer is True:
            found.append(one)
        elif answer is None:
            found.append(Unknown("it cannot be told whether the pods can run on it", one.places, written=False))
    return listing(found, types.value.open, types.value.why, types.places)


def _of_types(key: str) -> bool:
    return key in TYPE or key in _ARCHITECTURES or key.startswith("karpenter.k8s.aws/")


def _type(group: Subject, name: str, place: Place) -> Value:
    return Known(Subject("instance-type", name, place, given={"group": group.known()}, cluster=group.cluster), (place,))


@fact("node-group", "workload[]")
def policy_workloads(group: Subject) -> Value:
    """The workloads of the set that a SecurityGroupPolicy moves to branch interfaces and that can run on the group's nodes."""
    home = group.home
    found: list[Value] = []
    why = "" if home.whole else home.why
    for workload in home.all("workload"):
        policies = workload.get("security_group_policies")
        if not isinstance(policies, Known) or (not policies.value.items and not policies.value.open):
            continue
        if workload.value("host_network") is True or workload.value("operating_system") == "windows":
            continue
        groups = workload.get("reachable_node_groups")
        if not isinstance(groups, Known) or not policies.value.items or workload.value("host_network") is None:
            why = why or f"it cannot be told whether {workload.name} runs here on a branch interface"
        elif any(isinstance(one, Known) and one.value is group for one in groups.value):
            found.append(workload.known())
    return listing(found, bool(why), why, (group.place,))


@fact("workload", "int")
def branch_room(workload: Subject) -> Value:
    """How many of its pods have a branch interface on the node groups that they can run on, at most nodes and the largest type."""
    groups = workload.get("reachable_node_groups")
    if not isinstance(groups, Known):
        return groups
    if groups.value.open:
        return Unknown(groups.value.why, groups.places, written=False)
    terms = node_terms(pod_of(workload))
    room = 0
    for one in groups.value:
        group = one.value if isinstance(one, Known) else None
        most = group.get("max_size") if group is not None else None
        types = _types(group, _possible(terms, group)) if group is not None else None
        if group is None or not isinstance(most, Known) or not isinstance(most.value, int) or not isinstance(types, Known):
            return Unknown("the size of a node group is not known", one.places, written=False)
        each = [kind.value.value("branch_interfaces") if isinstance(kind, Known) else None for kind in types.value]
        if types.value.open or any(count is None for count in each):
            return Unknown("the branch interfaces of a type are not known", types.places, written=False)
        room += most.value * max((int(count) for count in each if count is not None), default=0)
    return Known(room, groups.places, "AWS")
