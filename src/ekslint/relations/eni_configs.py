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
from ekslint.inventory import cluster_of
from ekslint.syntax.tree import Node, entries, items, string
from ekslint.value import Absent, Known, Unknown, Value, listing, read

EXTERNAL = "vpc.amazonaws.com/externalEniConfig"
DEFAULT = "default"
ZONES = ("topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone")


@fact("cluster", "eni-config[]")
def eni_configs(cluster: Subject) -> Value:
    """The ENIConfigs of the set, those that the chart or the add-on makes among them; open where Cluster API makes some."""
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
    return subjects(found, bool(why), why)


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
    own = config.get("subnet")
    if not isinstance(own, Known):
        return own
    found = [one for one in cluster_of(config).all("eni-config") if one.value("subnet") == own.value]
    return subjects(found, places=own.places)


@fact("eni-config", "node-group[]")
def groups_in_subnet(config: Subject) -> Value:
    """The node groups of the set whose own nodes lie in the same subnet."""
    own = config.get("subnet")
    if not isinstance(own, Known):
        return own
    home = cluster_of(config)
    found = [
        group
        for group in home.all("node-group")
        if isinstance(listed := group.get("subnets"), Known)
        and any(isinstance(one, Known) and one.value == own.value for one in listed.value)
    ]
    return subjects(found, not home.whole, home.why, own.places)


@fact("eni-config", "string")
def subnet_zone(config: Subject) -> Value:
    """The zone of its subnet, where an eksctl ClusterConfig of the set names both."""
    own = config.get("subnet")
    if not isinstance(own, Known):
        return own
    for cluster in cluster_of(config).all("cluster-config"):
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


@fact("node-group", "string[]")
def eni_config_names(group: Subject) -> Value:
    """The names of the ENIConfigs that nodes of the group look for; absent without custom networking and on Windows."""
    cni = cluster_of(group).subject.get("cni")
    if not isinstance(cni, Known):
        return cni
    on: Value = cni.value.get("custom_networking")
    if isinstance(on, Unknown):
        return on
    if isinstance(on, Absent) or on.value is not True:
        return Absent(on.places)
    if group.value("os") == "windows":
        return Absent(group.get("os").places)
    labels = labels_of(group.get("node_labels"))
    if labels is None or (EXTERNAL not in labels.values and labels.open):
        return Unknown("the labels of the nodes are not all known", group.get("node_labels").places, written=False)
    if EXTERNAL in labels.values:
        return _labelled(group, EXTERNAL)
    annotation, label = cni.value.get("eni_config_annotation"), cni.value.get("eni_config_label")
    if not isinstance(annotation, Known) or not isinstance(label, Known):
        doubt: Value = annotation if not isinstance(annotation, Known) else label
        return doubt
    noted = _annotated(group, str(annotation.value))
    if noted is not None:
        return noted
    key = str(label.value)
    if key in ZONES:
        zones: Value = group.get("zones")
        return zones if not isinstance(zones, Absent) else Unknown("nothing names the zones", zones.places, written=False)
    if key in TYPE:
        return _types(group)
    if key in labels.values:
        return _labelled(group, key)
    if key.startswith(
        ("topology.", "kubernetes.io/", "node.kubernetes.io/", "eks.amazonaws.com/", "karpenter.", "alpha.eksctl.io/")
    ):
        return Unknown(f"{key} is set by others", label.places, written=False)
    needs = group.get("requirements")
    if isinstance(needs, Unknown) or (isinstance(needs, Known) and any(need.key == key for need in needs.value)):
        return Unknown(f"Karpenter sets {key} from a requirement", label.places, written=False)
    return listing([Known(DEFAULT, (group.place,), "VPC CNI")], places=(group.place,))


def _labelled(group: Subject, key: str) -> Value:
    listed = group.get("node_labels")
    for one in listed.value if isinstance(listed, Known) else ():
        if isinstance(one, Known) and one.value.name == key:
            said = one.value.get("value")
            if not isinstance(said, Known):
                return said if isinstance(said, Unknown) else Unknown(f"{key} has no value", said.places, written=True)
            return listing([Known(str(said.value), said.places, key=key)], places=said.places)
    return Unknown(f"{key} is not known", group.get("node_labels").places, written=False)


def _types(group: Subject) -> Value:
    types = group.get("instance_types")
    if not isinstance(types, Known):
        return types
    names: list[Value] = [Known(one.value.name, one.places) if isinstance(one, Known) else one for one in types.value]
    return listing(names, types.value.open, types.value.why, types.places)


def _annotated(group: Subject, key: str) -> Value | None:
    """What an annotation of the node says: of Karpenter's template, or by a script that annotates nodes; None where none does."""
    home = cluster_of(group)
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
