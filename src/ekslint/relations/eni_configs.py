"""Which ENIConfig the nodes of a group look for, as the VPC CNI does it.

Source: pkg/eniconfig/eniconfig.go (GetNodeSpecificENIConfigName) of amazon-vpc-cni-k8s. In this order: the label
vpc.amazonaws.com/externalEniConfig, the annotation of ENI_CONFIG_ANNOTATION_DEF, the label of ENI_CONFIG_LABEL_DEF, and `default`.
"""

from __future__ import annotations

from ekslint.fact import Subject, fact, subjects
from ekslint.facts.eni_config import ZONE
from ekslint.facts.requirements import TYPE
from ekslint.facts.selectors import labels_of
from ekslint.facts.user_data import decoded
from ekslint.syntax.tree import Mapping, Node, entries, items, string
from ekslint.value import Absent, Known, Unknown, Value, listing, read

EXTERNAL = "vpc.amazonaws.com/externalEniConfig"
DEFAULT = "default"
ZONES = ("topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone")
_OTHERS = ("topology.", "kubernetes.io/", "node.kubernetes.io/", "eks.amazonaws.com/", "karpenter.", "alpha.eksctl.io/")
"""Beginnings of the labels that EKS and its tools put on nodes by themselves."""


@fact("cluster", "eni-config[]")
def eni_configs(cluster: Subject) -> Value:
    """The ENIConfigs of the set, those that the chart or the add-on makes among them.

    Open where Cluster API makes some, and where a block's subnets are computed.
    """
    home = cluster.home
    found = home.all("eni-config")
    why = "" if home.whole else home.why
    for config in home.all("cluster-config"):
        if config.value("tool") == "Cluster API" and _secondary(config.node):
            why = why or "Cluster API makes ENIConfigs from the secondary range"
    for block in home.all("eni-config-block"):
        create = block.get("create")
        if isinstance(create, Unknown):
            why = why or create.reason
        elif isinstance(create, Known) and create.value is True and not _all_written(block.node):
            why = why or "the subnets of the eniConfig block are not all written"
    return subjects(found, bool(why), why)


def _all_written(block: Node | None) -> bool:
    """Whether each entry of a block's subnets is there to be read."""
    node = block.get("subnets") if block is not None else None
    if node is None:
        return True
    return isinstance(node, Mapping) and all(isinstance(body, Mapping) for _, _, body in entries(node))


def _secondary(node: Node | None) -> bool:
    spec = node.get("spec") if node is not None else None
    if spec is None:
        return False
    tagged = any(
        string(subnet.at("tags", "sigs.k8s.io/cluster-api-provider-aws/association")) == "secondary"
        for subnet in items(spec.at("network", "subnets"))
    )
    return tagged or spec.get("secondaryCidrBlock") is not None or spec.at("network", "vpc", "id") is not None


@fact("eni-config", "eni-config[]")
def same_subnet(config: Subject) -> Value:
    """The ENIConfigs of the cluster in the same subnet, itself among them."""
    own, made = config.get("subnet"), config.value("subnet_resource")
    if not isinstance(own, Known) and made is None:
        return own
    listed = config.home.all("eni-config")
    found = [one for one in listed if one.value("subnet_resource") is made] if made is not None else []
    found += [one for one in listed if one not in found and isinstance(own, Known) and one.value("subnet") == own.value]
    return subjects(found, places=own.places)


@fact("eni-config", "node-group[]")
def groups_in_subnet(config: Subject) -> Value:
    """The node groups of the set whose own nodes lie in the same subnet."""
    own, made = config.get("subnet"), config.value("subnet_resource")
    if not isinstance(own, Known) and made is None:
        return own
    home = config.home
    found = [
        group
        for group in home.all("node-group")
        if (isinstance(own, Known) and _has(group.get("subnets"), own.value)) or _has(group.get("own_subnets"), made)
    ]
    return subjects(found, not home.whole, home.why, own.places)


def _has(listed: Value, wanted: object) -> bool:
    """Whether a known list holds a known value other than None."""
    return (
        wanted is not None
        and isinstance(listed, Known)
        and any(isinstance(one, Known) and one.value == wanted for one in listed.value)
    )


@fact("eni-config", "string")
def subnet_zone(config: Subject) -> Value:
    """The zone of its subnet, where the set makes the subnet, or an eksctl ClusterConfig of it names both."""
    own, made = config.get("subnet"), config.get("subnet_resource")
    if isinstance(made, Known) and isinstance(zone := made.value.get("zone"), Known):
        return zone
    if not isinstance(own, Known):
        return own
    for cluster in config.home.all("cluster-config"):
        listed = cluster.node.at("vpc", "subnets") if cluster.node is not None and cluster.value("tool") == "eksctl" else None
        for kind in ("private", "public"):
            found = _zone_in(listed.get(kind) if listed is not None else None, own.value)
            if found is not None:
                return found
    return Unknown("the subnet is not in the set", own.places, written=False)


def _zone_in(subnets: Node | None, id: str) -> Value | None:
    for name, key, subnet in entries(subnets):
        if string(subnet.get("id")) == id:
            zone = read(subnet, "az")
            return zone if isinstance(zone, Known) else Known(name, (key.place,)) if ZONE.fullmatch(name) else None
    return None


@fact("node-group", "enum(external-label, annotation, zone-label, type-label, label, default)")
def eni_config_source(group: Subject) -> Value:
    """What gives nodes of the group the name of their ENIConfig; absent without custom networking and on Windows."""
    cni = group.home.subject.get("cni")
    if not isinstance(cni, Known):
        return cni
    on: Value = cni.value.get("custom_networking")
    if isinstance(on, Unknown):
        return on
    if isinstance(on, Absent) or on.value is not True:
        return Absent(on.places)
    if group.value("os") == "windows":
        return Absent(group.get("os").places)
    listed = group.get("node_labels")
    labels = labels_of(listed)
    if labels is None or (EXTERNAL not in labels.values and labels.open):
        return Unknown("the labels of the nodes are not all known", listed.places, written=False)
    if EXTERNAL in labels.values:
        return Known("external-label", listed.places)
    annotation, label = cni.value.get("eni_config_annotation"), cni.value.get("eni_config_label")
    if not isinstance(annotation, Known) or not isinstance(label, Known):
        doubt: Value = annotation if not isinstance(annotation, Known) else label
        return doubt
    noted = _annotated(group, str(annotation.value))
    if noted is not None:
        return noted if isinstance(noted, Unknown) else Known("annotation", noted.places)
    key = str(label.value)
    if key in ZONES:
        return Known("zone-label", label.places)
    if key in TYPE:
        return Known("type-label", label.places)
    if key in labels.values:
        return Known("label", listed.places)
    if key.startswith(_OTHERS):
        return Unknown(f"{key} is set by others", label.places, written=False)
    needs = group.get("requirements")
    if isinstance(needs, Unknown) or (isinstance(needs, Known) and any(need.key == key for need in needs.value)):
        return Unknown(f"Karpenter sets {key} from a requirement", label.places, written=False)
    return Known("default", label.places)


@fact("node-group", "string[]")
def eni_config_names(group: Subject) -> Value:
    """The names of the ENIConfigs that nodes of the group look for; absent without custom networking and on Windows."""
    source = group.get("eni_config_source")
    if not isinstance(source, Known):
        return source
    cni = group.home.subject.value("cni")
    if source.value == "external-label":
        return _labelled(group, EXTERNAL)
    if source.value == "annotation":
        return _annotated(group, str(cni.value("eni_config_annotation"))) or Absent(source.places)
    if source.value == "zone-label":
        zones: Value = group.get("zones")
        return zones if not isinstance(zones, Absent) else Unknown("nothing names the zones", zones.places, written=False)
    if source.value == "type-label":
        return _types(group)
    if source.value == "label":
        return _labelled(group, str(cni.value("eni_config_label")))
    return listing([Known(DEFAULT, (group.place,), "VPC CNI")], places=(group.place,))


@fact("node-group", "string[]")
def labelled_eni_configs(group: Subject) -> Value:
    """The ENIConfigs that the labels of the nodes name: by vpc.amazonaws.com/externalEniConfig, then by ENI_CONFIG_LABEL_DEF."""
    cni = group.home.subject.get("cni")
    if not isinstance(cni, Known):
        return cni
    label = cni.value.get("eni_config_label")
    if not isinstance(label, Known):
        return Unknown("the label is not known", label.places, written=False)
    found: list[Value] = []
    why = ""
    for key in (EXTERNAL, str(label.value)):
        listed = _labelled(group, key)
        if isinstance(listed, Known):
            found += listed.value.items
        elif isinstance(listed, Unknown):
            why = why or listed.reason
    distinct = list({str(one.value): one for one in reversed(found) if isinstance(one, Known)}.values())[::-1]
    return listing(distinct, bool(why), why, group.get("node_labels").places)


def _labelled(group: Subject, key: str) -> Value:
    listed = group.get("node_labels")
    for one in listed.value if isinstance(listed, Known) else ():
        if isinstance(one, Known) and one.value.name == key:
            said = one.value.get("value")
            if not isinstance(said, Known):
                return said if isinstance(said, Unknown) else Unknown(f"{key} has no value", said.places, written=True)
            return listing([Known(str(said.value), said.places, key=key)], places=said.places)
    if isinstance(listed, Known) and not listed.value.open:
        return Absent(listed.places, key)
    return Unknown(f"{key} is not known", listed.places, written=False)


def _types(group: Subject) -> Value:
    types = group.get("instance_types")
    if not isinstance(types, Known):
        return types
    names: list[Value] = [Known(one.value.name, one.places) if isinstance(one, Known) else one for one in types.value]
    return listing(names, types.value.open, types.value.why, types.places)


def _annotated(group: Subject, key: str) -> Value | None:
    """What an annotation of the node says: of Karpenter's template, or by a script that annotates nodes; None where none does."""
    home = group.home
    for pool in home.all("node-pool"):
        if pool.place == group.place and pool.node is not None:
            found = read(pool.node, "spec", "template", "metadata", "annotations", key)
            if isinstance(found, Known):
                return listing([found], places=found.places)
            if isinstance(found, Unknown):
                return found
    scripts = home.all("node-annotation")
    if scripts:
        return Unknown("a script annotates nodes", (scripts[0].place,), written=False)
    data = group.get("user_data")
    if isinstance(data, Known) and key in decoded(data.value).text.value:
        return Unknown("the user data may annotate the node", data.places, written=False)
    return Unknown(data.reason, data.places, written=False) if isinstance(data, Unknown) else None


@fact("cni", "bool")
def nodes_annotated(cni: Subject) -> Value:
    """Whether a script of the set annotates nodes with the name of their ENIConfig."""
    scripts = cni.home.all("node-annotation")
    return Known(bool(scripts), (scripts[0].place,) if scripts else (cni.place,))


@fact("eni-config", "string[]")
def zones_of_subnet(config: Subject) -> Value:
    """The zones after which the ENIConfigs of its subnet are named, each once."""
    listed = config.get("same_subnet")
    if not isinstance(listed, Known):
        return listed
    found: dict[str, Value] = {}
    for one in listed.value:
        named = one.value.get("zone")
        if isinstance(named, Known):
            found.setdefault(named.value, named)
    return listing(found.values(), places=listed.places)


@fact("eni-config-block", "string[]")
def block_subnets(block: Subject) -> Value:
    """The keys of eniConfig.subnets, which are the names of the ENIConfigs."""
    node = block.node.get("subnets") if block.node is not None else None
    written = read(block.node, "subnets", outer=(block.place,))
    if isinstance(written, Unknown):
        return written
    return listing([Known(name, (key.place,)) for name, key, _ in entries(node)], places=written.places)


@fact("eni-config-block", "string[]")
def block_keys(block: Subject) -> Value:
    """The keys of the block that are written."""
    return listing([Known(name, (key.place,)) for name, key, _ in entries(block.node)], places=(block.place,))


@fact("eni-config-block", "enum(eks-addon, helm, manifest, capa)")
def manager(block: Subject) -> Value:
    """Who makes the ENIConfigs of the block."""
    key = block.value("settings")
    for settings in block.home.all("cni-settings"):
        if str(settings.place) == key:
            return settings.get("manager")
    return Unknown("the settings of the block are not in the set", (block.place,), written=False)


@fact("instance-type", "int")
def interfaces_for_pods(type: Subject) -> Value:
    """The interfaces on which pods get addresses under custom networking: all that MAX_ENI allows but the node's own, and less one
    for the trunk of security groups for pods (ipamd: hasRoomForEni). Absent without custom networking.
    """
    cni = type.home.subject.get("cni")
    if not isinstance(cni, Known):
        return cni
    on, trunk, most = (cni.value.get(name) for name in ("custom_networking", "pod_eni", "max_eni"))
    enis, capable = type.get("enis"), type.get("trunk_capable")
    for value in (on, trunk, most, enis, cni.value.get("provisioning")):
        if isinstance(value, Unknown):
            return Unknown(value.reason, value.places, written=False)
    if (
        not isinstance(on, Known)
        or on.value is not True
        or cni.value.value("provisioning") is not True
        or not isinstance(enis, Known)
    ):
        return Absent(on.places)
    group = type.value("group")
    if group is not None and group.value("os") == "windows":
        return Absent(on.places)
    trunked = isinstance(trunk, Known) and trunk.value is True
    if trunked and isinstance(capable, Unknown):
        return Unknown(capable.reason, capable.places, written=False)
    usable = min(enis.value, most.value) if isinstance(most, Known) and most.value > 0 else enis.value
    taken = 2 if trunked and isinstance(capable, Known) and capable.value is True else 1
    return Known(max(usable - taken, 0), (type.place, *on.places))
