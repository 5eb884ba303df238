"""How many pods with addresses of the VPC Windows nodes have room for, and whether they get prefixes.

Source: pkg/provider/ip and pkg/provider/prefix of amazon-vpc-resource-controller-k8s: a Windows node uses its first interface
alone, with an address for each pod, or a /28 in the place of each address and 110 pods at most.
"""

from __future__ import annotations

from ekslint.data.go import go_bool
from ekslint.fact import Subject, fact
from ekslint.value import Absent, Known, Unknown, Value, places_of

MOST = 110
PREFIX = 16


@fact("controller-settings", "bool")
def windows_prefixes(settings: Subject) -> Value:
    """Whether Windows nodes get prefixes, by the ConfigMap's enable-windows-prefix-delegation or what makes it.

    Absent where an add-on says nothing of it.
    """
    carrier = settings.value("carrier")
    if carrier == "ConfigMap":
        written = settings.read("data", "enable-windows-prefix-delegation")
    else:
        made = [each for each in settings.home.all("cni-settings") if each.place == settings.place]
        written = made[0].get("windows_prefix_delegation") if made else Absent((settings.place,))
    if isinstance(written, Absent):
        if carrier == "add-on":
            return written
        if settings.partial is not None:
            return Unknown(settings.partial, written.places)
        whose = "VPC resource controller" if carrier == "ConfigMap" else "VPC CNI chart"
        return Known(False, written.places, whose, written.key)
    if not isinstance(written, Known):
        return written
    return Known(go_bool(str(written.value)) is True, written.places, written.default, written.key)


@fact("cluster", "bool")
def windows_prefixes_on(cluster: Subject) -> Value:
    """Whether the cluster's Windows nodes get prefixes; unknown where nothing of the set says it."""
    said = [each.get("windows_prefixes") for each in cluster.home.all("controller-settings")]
    known = [each for each in said if isinstance(each, Known)]
    doubt = next((each for each in said if isinstance(each, Unknown)), None)
    if doubt is not None:
        return doubt
    if not known:
        return Unknown("nothing of the set configures Windows networking", places_of(*said), written=False)
    if len({each.value for each in known}) > 1:
        return Unknown("disputed: two carriers differ", places_of(*known), written=True)
    return known[0]


@fact("workload", "int")
def windows_room(workload: Subject) -> Value:
    """How many of its pods get an address on the Windows node groups that they can run on, at most nodes and the largest type.

    With prefixes where it is not known that there are none. Absent of Linux pods and of pods on the host network.
    """
    if workload.value("operating_system") != "windows" or workload.value("host_network") is not False:
        return Absent((workload.place,))
    groups = workload.get("reachable_node_groups")
    if not isinstance(groups, Known):
        return groups
    if groups.value.open or not groups.value.items:
        return Unknown(groups.value.why or "no node group takes the pods", groups.places, written=False)
    single = workload.home.subject.value("windows_prefixes_on") is False
    room = 0
    for one in groups.value:
        group = one.value if isinstance(one, Known) else None
        size = group.get("max_size") if group is not None else None
        if group is None or group.value("os") != "windows" or not isinstance(size, Known) or not isinstance(size.value, int):
            return Unknown("the size of a node group is not known", one.places, written=False)
        types = group.get("instance_types")
        listed = types.value if isinstance(types, Known) else None
        each = [kind.value.value("ipv4_per_eni") if isinstance(kind, Known) else None for kind in listed or ()]
        if listed is None or listed.open or not each or any(count is None for count in each):
            return Unknown("the addresses of a type are not known", types.places, written=False)
        own = max(int(count) for count in each if count is not None) - 1
        room += size.value * (own if single else min(MOST, own * PREFIX))
    return Known(room, groups.places, "AWS")
