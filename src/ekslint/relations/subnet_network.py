"""Subnets in their VPC: its ranges, the ways out, the tags of clusters, and who has nodes or ENIConfigs there.

Sources: pkg/awsutils/awsutils.go of amazon-vpc-cni-k8s (subnet discovery); eksctl's schema (privateNetworking).
"""

from __future__ import annotations

from ekslint.fact import Subject, fact, subjects
from ekslint.facts.environment import setting
from ekslint.syntax.computed import Computed, why_open
from ekslint.syntax.tree import Mapping, Node, entries, items, string
from ekslint.value import Absent, Known, Unknown, Value, derive, listing

CUSTOM_NETWORKING = "AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG"

CLUSTER_TAG = "cni.networking.k8s.aws/cluster/"


@fact("subnet", "bool")
def in_vpc_ranges(subnet: Subject) -> Value:
    """Whether the range of the subnet lies in one of its VPC's; absent where the set does not make the VPC."""
    from ipaddress import IPv4Network

    own, ranges = subnet.get("cidr"), subnet.get("vpc_ranges")
    if not isinstance(ranges, Known) or not isinstance(own, Known):
        return ranges if not isinstance(ranges, Known) else own
    why = ranges.value.why if ranges.value.open else ""
    try:
        inner = IPv4Network(str(own.value), strict=False)
    except ValueError:
        return Unknown("no range of a subnet", own.places, str(own.value), True)
    for one in ranges.value:
        try:
            if isinstance(one, Known) and inner.subnet_of(IPv4Network(str(one.value), strict=False)):
                return Known(True, own.places)
        except ValueError:
            why = why or "a range of the VPC cannot be read"
        if not isinstance(one, Known):
            why = why or "a range of the VPC is not known"
    return Unknown(why, ranges.places, written=False) if why else Known(False, own.places)


@fact("subnet", "string[]")
def tagged_clusters(subnet: Subject) -> Value:
    """The clusters to which tags cni.networking.k8s.aws/cluster/… keep the subnet for pods."""
    node = subnet.node
    body = node.get("Properties") or node.at("spec", "forProvider") or node.get("spec") or node if node is not None else None
    if body is None:
        return Absent((subnet.place,))
    tags = body.get("tags") or body.get("Tags")
    if isinstance(tags, Computed):
        return Unknown(tags.reason, (tags.place,), written=True)
    found: list[Value] = []
    why = (why_open(tags) if tags is not None else "") or subnet.partial or ""
    pairs: list[Node | None] = (
        [key for _, key, _ in entries(tags)]
        if isinstance(tags, Mapping)
        else [tag.get("Key") or tag.get("key") for tag in items(tags)]
    )
    for key in pairs:
        name = string(key) if key is not None and key.tag is None else None
        if key is None or name is None:
            why = why or "a tag is not known"
        elif name.startswith(CLUSTER_TAG):
            found.append(Known(name.removeprefix(CLUSTER_TAG), (key.place,), key=name))
    return listing(found, bool(why), why, (tags.place,) if tags is not None else (subnet.place,))


@fact("cni", "string")
def cluster_name(cni: Subject) -> Value:
    """The cluster that aws-node takes itself to be in (CLUSTER_NAME), which EKS sets where the add-on or it itself installs it."""
    managers = cni.get("managers")
    if not isinstance(managers, Known) or not managers.value.items or any(one.value == "eks-addon" for one in managers.value):
        return Unknown("EKS sets it", managers.places, written=False)
    return setting(cni, "CLUSTER_NAME")


@fact("node-group", "subnet[]")
def own_subnets(group: Subject) -> Value:
    """The subnets of the nodes, as far as the set describes them."""
    listed = group.get("subnets")
    if not isinstance(listed, Known):
        return listed
    found: list[Value] = []
    why = listed.value.why if listed.value.open else ""
    for one in listed.value:
        named = subnet_of(group, one)
        if named is None:
            why = why or "a subnet of the group is not in the set"
        else:
            found.append(Known(named, one.places))
    return listing(found, bool(why), why, listed.places)


def subnet_of(subject: Subject, value: Value) -> Subject | None:
    """The subnet of the set that an id, a name or a reference means where it is written."""
    text = str(value.value) if isinstance(value, Known) else value.text if isinstance(value, Unknown) else None
    if not text or not value.places:
        return None
    name = text.strip().removeprefix("${").removesuffix("}").strip()
    folder = value.places[0].file.rpartition("/")[0]
    found = [
        each
        for each in subject.home.all("subnet")
        if (name == each.value("id") or (each.place.file.rpartition("/")[0] == folder and _called(each, name)))
    ]
    return found[0] if len(found) == 1 else None


def _called(subnet: Subject, name: str) -> bool:
    reference = subnet.value("reference")
    return name == reference if reference is not None else name == subnet.name


@fact("node-group", "string[]")
def default_routes(group: Subject) -> Value:
    """Where traffic of the nodes' subnets leaves the VPC, each way once: internet-gateway or other.

    eksctl puts a group into public subnets, whose way out is the Internet gateway, unless privateNetworking is true.
    """
    if group.value("carrier") == "eksctl":
        return _of_eksctl(group)
    own = group.get("own_subnets")
    if not isinstance(own, Known):
        return own
    found: dict[str, Value] = {}
    why = own.value.why if own.value.open else ""
    for one in own.value:
        route = one.value.get("default_route")
        if isinstance(route, Known):
            found.setdefault(route.value, Known(route.value, (*one.places[:1], *route.places)))
        else:
            why = why or "the routes of a subnet are not known"
    return listing(found.values(), bool(why), why, own.places)


def _of_eksctl(group: Subject) -> Value:
    private = group.read("privateNetworking")
    if isinstance(private, Unknown) or not isinstance(group.get("subnets"), Absent):
        return Unknown("subnets are named", private.places, written=False)
    configs = [each for each in group.home.all("cluster-config") if each.value("tool") == "eksctl"]
    whole = [each for each in configs if each.node is not None and each.partial is None]
    if len(configs) != 1 or not whole or whole[0].node is None or whole[0].place.file != group.place.file:
        return Unknown("the cluster's VPC is not in the set", private.places, written=False)
    node = whole[0].node
    described = node.at("vpc", "subnets")
    if (
        node.get("privateCluster") is not None
        or node.get("outpost") is not None
        or not isinstance(group.read("localZones"), Absent)
    ):
        return Unknown("the kind of subnets is not known", private.places, written=False)
    if described is not None and described.get("public") is None:
        return Unknown("the public subnets are not described", private.places, written=False)
    if isinstance(private, Known) and private.value is True:
        return listing([Known("other", private.places, key="privateNetworking")], places=private.places)
    default = "eksctl" if isinstance(private, Absent) else None
    return listing([Known("internet-gateway", private.places, default, "privateNetworking")], places=private.places)


@fact("subnet", "node-group[]")
def groups_in_zone(subnet: Subject) -> Value:
    """The node groups of the set with nodes in the subnet's zone; open where the zones of a group are not known."""
    zone = subnet.get("zone")
    if not isinstance(zone, Known):
        return zone
    groups = subnet.home.subject.get("node_groups")
    if not isinstance(groups, Known):
        return groups
    found: list[Subject] = []
    why = groups.value.why if groups.value.open else ""
    for one in groups.value:
        zones = _zones(one.value) if isinstance(one, Known) else None
        if zones is None:
            why = why or "the zones of a node group are not known"
        elif zone.value in zones and isinstance(one, Known):
            found.append(one.value)
    return subjects(found, bool(why), why, zone.places)


def _zones(group: Subject) -> set[str] | None:
    own = group.get("own_subnets")
    if isinstance(own, Known) and not own.value.open and own.value.items:
        zones = [one.value.get("zone") for one in own.value]
        return {each.value for each in zones if isinstance(each, Known)} if all(isinstance(z, Known) for z in zones) else None
    named = group.get("zones")
    if isinstance(own, Absent) and isinstance(named, Known) and not named.value.open and named.value.items:
        return (
            {each.value for each in named.value if isinstance(each, Known)}
            if all(isinstance(z, Known) for z in named.value)
            else None
        )
    return None


@fact("eni-config", "subnet")
def subnet_resource(config: Subject) -> Value:
    """The subnet of the ENIConfig, where the set makes or describes it."""
    own = config.get("subnet")
    found = subnet_of(config, own)
    if found is not None:
        return Known(found, own.places)
    return own if isinstance(own, Absent) else Unknown("the subnet is not in the set", own.places, written=False)


@fact("cluster-config", "string")
def secondary_range(config: Subject) -> Value:
    """The secondary range in which Cluster API makes subnets and ENIConfigs (spec.secondaryCidrBlock), in a VPC of its own.

    Absent of other tools, and in a VPC that is there already, where Cluster API passes it over.
    """
    if config.value("tool") != "Cluster API":
        return Absent((config.place,))
    if not isinstance(vpc := config.read("spec", "network", "vpc", "id"), Absent):
        return Absent(vpc.places) if isinstance(vpc, Known) else vpc
    return config.read("spec", "secondaryCidrBlock")


@fact("cluster-config", "bool")
def custom_networking(config: Subject) -> Value:
    """Whether custom networking is on in the cluster that the object makes; off where nothing of a whole set speaks of it."""
    home = config.home
    plugin = home.subject.get("cni")
    said = plugin.value.get("custom_networking") if isinstance(plugin, Known) else plugin
    if not isinstance(said, Unknown) or not home.whole or said.written:
        return said
    written = [each for each in home.all("cni-variable") if each.name == CUSTOM_NETWORKING]
    return Known(False, (config.place,), "the VPC CNI") if not written else said


@fact("node-group", "int")
def pods_at_most(group: Subject) -> Value:
    """The pods that the kubelets of the group admit together when it is at its largest."""
    return derive(lambda nodes, pods: nodes * pods, group.get("max_size"), group.get("max_pods"))
