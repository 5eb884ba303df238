"""Facts of one instance type in one node group: its network limits, and what the group makes of them.

Sources: the table of instance types (data/instances.py); pkg/ipamd/ipamd.go and pkg/vpc of amazon-vpc-cni-k8s.
"""

from __future__ import annotations

from typing import Any

from ekslint.carriers.node_group import text_of
from ekslint.data.instances import InstanceType, instance_type
from ekslint.fact import Subject, fact, given
from ekslint.maxpods import cap, pod_limit, recommended
from ekslint.value import Absent, Known, Unknown, Value, derive, places_of

given("instance-type", "group", "node-group", "The node group that has the type.")

_PODS_OF_THE_FORMULA = ("aws-node", "kube-proxy")


def _record(type: Subject) -> InstanceType | None:
    return instance_type(type.name)


def _of(type: Subject, value: Any) -> Value:
    if value is None:
        return Unknown(f"no table knows this of {type.name}", (type.place,), written=False)
    return Known(value, (type.place,), default="AWS")


def _from_table(type: Subject, name: str) -> Value:
    row = _record(type)
    return _of(type, getattr(row, name) if row is not None else None)


@fact("instance-type", "any")
def record(type: Subject) -> Value:
    """The row of the table of instance types."""
    return _of(type, _record(type))


@fact("instance-type", "int")
def enis(type: Subject) -> Value:
    """The network interfaces that the default network card takes."""
    return _from_table(type, "enis")


@fact("instance-type", "int")
def ipv4_per_eni(type: Subject) -> Value:
    """The IPv4 addresses of one interface, its own included."""
    return _from_table(type, "ipv4_per_eni")


@fact("instance-type", "enum(nitro, xen, unknown)")
def hypervisor(type: Subject) -> Value:
    """The hypervisor; unknown for bare metal, which has none."""
    return _from_table(type, "hypervisor")


@fact("instance-type", "bool")
def bare_metal(type: Subject) -> Value:
    """Whether the type is a whole machine."""
    return _from_table(type, "bare_metal")


@fact("instance-type", "int")
def vcpus(type: Subject) -> Value:
    """The vCPUs of the type."""
    return _from_table(type, "vcpus")


@fact("instance-type", "bool")
def trunk_capable(type: Subject) -> Value:
    """Whether the type can have a trunk interface, on which security groups for pods depend."""
    return _from_table(type, "trunk_capable")


@fact("instance-type", "int")
def branch_interfaces(type: Subject) -> Value:
    """How many branch interfaces a trunk of this type carries."""
    return _from_table(type, "branch_enis")


@fact("instance-type", "int")
def network_cards(type: Subject) -> Value:
    """The network cards of the type."""
    return _from_table(type, "network_cards")


@fact("instance-type", "bool")
def prefix_capable(type: Subject) -> Value:
    """Whether the VPC CNI gives its interfaces prefixes: Nitro and bare metal."""
    return _from_table(type, "prefix_capable")


@fact("instance-type", "int")
def recommended_limit(type: Subject) -> Value:
    """The most pods that EKS recommends on the type: 110 below 30 vCPUs, else 250."""
    row = _record(type)
    return _of(type, cap(row) if row is not None else None)


@fact("instance-type", "int")
def secondary_capacity(type: Subject) -> Value:
    """Pods with an address each in secondary-address mode, aws-node and kube-proxy counted: ENIs × (addresses - 1) + 2."""
    row = _record(type)
    return _of(type, pod_limit(row, prefixes=False, custom_networking=False) if row is not None else None)


@fact("instance-type", "int")
def custom_networking_capacity(type: Subject) -> Value:
    """The same without the primary interface, which custom networking takes away from pods."""
    row = _record(type)
    return _of(type, pod_limit(row, prefixes=False, custom_networking=True) if row is not None else None)


@fact("instance-type", "int")
def prefix_capacity(type: Subject) -> Value:
    """Pods under prefix delegation, in the cluster's networking mode, up to what EKS recommends."""
    row = _record(type)
    custom = _cni(type, "custom_networking")
    if row is None:
        return _of(type, None)
    if isinstance(custom, Unknown):
        return custom
    on = isinstance(custom, Known) and custom.value is True
    return _of(type, recommended(row, prefixes=True, custom_networking=on))


@fact("instance-type", "int")
def prefix_gain(type: Subject) -> Value:
    """How many more pods prefix delegation makes room for, counted up to 110 pods; 0 on Xen and on types that reach 110 anyway."""
    row = _record(type)
    if row is None:
        return _of(type, None)
    secondary = pod_limit(row, prefixes=False, custom_networking=False)
    prefixes = pod_limit(row, prefixes=True, custom_networking=False)
    return _of(type, max(min(prefixes, 110) - secondary, 0))


@fact("instance-type", "int")
def host_network_pods(type: Subject) -> Value:
    """The pods of the set's DaemonSets on the host network: each takes a place on the node and no address."""
    found = [
        workload
        for workload in type.home.all("workload")
        if workload.name not in _PODS_OF_THE_FORMULA
        and text_of(workload.read("kind")) == "DaemonSet"
        and _is_true(workload.read("spec", "template", "spec", "hostNetwork"))
    ]
    return Known(len(found), tuple(workload.place for workload in found))


@fact("instance-type", "int")
def pod_capacity(type: Subject) -> Value:
    """Pods that the node can run in the cluster's mode, as far as addresses decide.

    The formula, the DaemonSets on the host network and, with security groups for pods, the branch interfaces. Absent where
    addresses do not decide: IPv6, Windows, another CNI, Auto Mode, addresses that are attached beforehand.
    """
    row = _record(type)
    group = type.value("group")
    gate = _gate(type, group)
    if gate is not None:
        return gate
    if row is None:
        return _of(type, None)
    mode = _mode(type)
    if isinstance(mode, Unknown | Absent):
        return mode
    prefixes, custom, pod_eni, most = mode.value
    limit = pod_limit(row, prefixes=prefixes, custom_networking=custom, max_eni=most)
    if pod_eni and row.trunk_capable is not False:
        if row.branch_enis is None:
            return Unknown(f"no table knows the branch interfaces of {type.name}", (type.place,), written=False)
        limit += row.branch_enis
    pods = type.get("host_network_pods")
    limit += pods.value if isinstance(pods, Known) else 0
    return Known(limit, (type.place, *mode.places), default="AWS")


@fact("instance-type", "int")
def trunk_capacity(type: Subject) -> Value:
    """The same with the slot that the trunk interface takes counted off, which no formula of AWS does (ipamd, hasRoomForEni).

    Absent without security groups for pods and on types that have no trunk.
    """
    room = type.get("pod_capacity")
    row = _record(type)
    pod_eni = _cni(type, "pod_eni")
    if not isinstance(room, Known) or row is None or not isinstance(pod_eni, Known):
        return room if not isinstance(room, Known) else pod_eni
    if pod_eni.value is not True or row.trunk_capable is not True:
        return Absent(pod_eni.places)
    mode = _mode(type)
    if not isinstance(mode, Known):
        return mode
    prefixes, custom, _, most = mode.value
    whole, less = (
        pod_limit(row, prefixes=prefixes, custom_networking=custom, max_eni=most, trunk=trunk) for trunk in (False, True)
    )
    return Known(room.value - whole + less, room.places, default="AWS")


@fact("instance-type", "int")
def max_pods(type: Subject) -> Value:
    """The pods that the kubelet admits on this type: the group's figure, or the type's own by whoever computes it, and never more
    than podsPerCore × vCPUs where that is set."""
    group = type.value("group")
    if group is None:
        return Unknown("no node group", (type.place,))
    value: Value = group.get("max_pods")
    if isinstance(value, Unknown) and value.written is False:
        value = _own_figure(type, group)
    per_core = group.get("pods_per_core") if group.value("family") != "bottlerocket" else Absent()
    if isinstance(per_core, Absent) or not isinstance(value, Known):
        return value
    if isinstance(per_core, Known) and isinstance(per_core.value, int) and per_core.value <= 0:
        return value
    return derive(lambda most, cores, each: min(most, cores * each), value, type.get("vcpus"), per_core)


def _own_figure(type: Subject, group: Subject) -> Value:
    source = group.get("max_pods_source")
    if not isinstance(source, Known):
        return source
    if source.value in ("nodeadm-table", "bootstrap-table", "bottlerocket-table"):
        return type.get("secondary_capacity")
    return Unknown("who computes max-pods knows more than the files", source.places, written=False)


@fact("instance-type", "int")
def spare_addresses(type: Subject) -> Value:
    """The pods that the node can run less those that the kubelet admits: below 0 the kubelet admits pods that get no address."""
    return derive(lambda room, admitted: room - admitted, type.get("pod_capacity"), type.get("max_pods"))


def _cni(type: Subject, name: str) -> Value:
    cni = type.home.subject.get("cni")
    if not isinstance(cni, Known):
        return cni
    found: Value = cni.value.get(name)
    return found


def _gate(type: Subject, group: Subject | None) -> Value | None:
    """Absent where addresses do not decide, unknown where that is unknown, None where they do."""
    cni = type.home.subject.get("cni")
    if not isinstance(cni, Known):
        return Absent(cni.places) if isinstance(cni, Absent) else cni
    family = type.home.subject.get("family")
    if isinstance(family, Unknown) and not _only_ipv4(cni.value):
        return family
    if isinstance(family, Known) and family.value == "ipv6":
        return Absent(family.places)
    os = group.get("os") if group is not None else Absent()
    if isinstance(os, Known) and os.value == "windows":
        return Absent(os.places)
    provisioning = cni.value.get("provisioning")
    if isinstance(provisioning, Unknown):
        return provisioning
    if isinstance(provisioning, Known) and provisioning.value is False:
        return Absent(provisioning.places)
    row = _record(type)
    multi_nic = cni.value.get("multi_nic")
    if row is not None and row.network_cards > 1 and not (isinstance(multi_nic, Known) and multi_nic.value is False):
        return Absent(multi_nic.places) if not isinstance(multi_nic, Unknown) else multi_nic
    return None


def _only_ipv4(cni: Subject) -> bool:
    """Whether somebody turned prefix delegation off, without which aws-node does not start in an IPv6 cluster (isConfigValid)."""
    prefixes = cni.get("prefix_delegation")
    return isinstance(prefixes, Known) and prefixes.value is False and prefixes.default is None


def _mode(type: Subject) -> Known[tuple[bool, bool, bool, int | None]] | Unknown | Absent:
    switches = [_cni(type, name) for name in ("prefix_delegation", "custom_networking", "pod_eni")]
    most = _cni(type, "max_eni")
    for value in (*switches, most):
        if isinstance(value, Unknown):
            return value
    on = [isinstance(value, Known) and value.value is True for value in switches]
    limit = most.value if isinstance(most, Known) and isinstance(most.value, int) else None
    written = [value for value in (*switches, most) if isinstance(value, Known) and not value.default]
    return Known((on[0], on[1], on[2], limit), places_of(*written))


def _is_true(value: Value) -> bool:
    return isinstance(value, Known) and value.value is True
