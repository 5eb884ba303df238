"""Facts of a node group about who bootstraps its nodes, and what becomes of max-pods that something stronger replaces."""

from __future__ import annotations

from ekslint.carriers.node_group import text_of
from ekslint.fact import Subject, fact, subjects
from ekslint.maxpods import recommended
from ekslint.syntax.tree import Scalar, items, string
from ekslint.value import Absent, Known, Listing, Unknown, Value, listing, places_of


@fact("node-group", "enum(user-data, eks, eksctl, karpenter, cluster-api, terraform-aws-eks)")
def bootstrapped_by(group: Subject) -> Value:
    """Who starts the kubelet on the nodes: the user data alone, EKS, or a tool that adds its own part."""
    alone: Value = group.get("self_bootstrapped")
    if isinstance(alone, Known) and alone.value is True:
        return Known("user-data", alone.places)
    composer = group.get("composer")
    if isinstance(composer, Known):
        return Known(composer.value, composer.places)
    return Known("eks", alone.places) if isinstance(alone, Known) else alone


@fact("node-group", "string[]")
def bootstrappers(group: Subject) -> Value:
    """The bootstrappers that the user data or Cluster API's configuration calls; a NodeConfig calls nodeadm."""
    found: list[Value] = []
    given = group.get("bootstrapper")
    if isinstance(given, Known):
        found.append(given)
    data = group.get("user_data")
    if isinstance(data, Unknown):
        return listing(found, True, data.reason, data.places)
    if isinstance(data, Known):
        runs, configs = data.value.get("runs"), data.value.get("node_configs")
        found += runs.value.items if isinstance(runs, Known) else []
        for config in configs.value if isinstance(configs, Known) else ():
            if isinstance(config, Known) and config.value.value("from") == "part":
                found.append(Known("nodeadm", config.places))
    return listing(found, places=(group.place,))


@fact("node-group", "any")
def max_pods_as_written(group: Subject) -> Value:
    """The carrier's own field for max-pods with whatever type it has."""
    found: Value = group.get("max_pods_field")
    return found


@fact("node-group", "int")
def replaced_max_pods(group: Subject) -> Value:
    """max-pods of the user data where the node gets another figure from EKS or Karpenter; absent where it counts or is the same."""
    data = group.get("user_data")
    if not isinstance(data, Known):
        return data if isinstance(data, Unknown) else Absent((group.place,))
    written: Value = data.value.get("max_pods")
    source = group.get("max_pods_source")
    if not isinstance(written, Known) or not isinstance(source, Known) or source.value == "user-data":
        return Absent(written.places) if not isinstance(source, Unknown) else source
    effective: Value = group.get("max_pods")
    if isinstance(effective, Known) and effective.value == written.value:
        return Absent(written.places)
    if source.value in ("eks", "karpenter-table"):
        expected = group.get("eks_max_pods") if source.value == "eks" else _common(group, "secondary_capacity")
        if isinstance(expected, Known) and expected.value == written.value:
            return Absent(written.places)
    return written


@fact("node-group", "any")
def kube_reserved_memory(group: Subject) -> Value:
    """The memory that the kubelet keeps back for itself, where somebody writes it."""
    field: Value = group.get("kube_reserved_field")
    if not isinstance(field, Absent):
        return field
    data = group.get("user_data")
    if not isinstance(data, Known):
        return data if isinstance(data, Unknown) else field
    found: Value = data.value.get("kube_reserved_memory")
    return found


@fact("node-group", "workload[]")
def daemon_sets(group: Subject) -> Value:
    """The DaemonSets of the set that run on every node of the group: without node selector and affinity, tolerating its taints."""
    found: dict[str, Subject] = {}
    tainted = group.get("taints")
    clean = isinstance(tainted, Absent) or (isinstance(tainted, Known) and not tainted.value.items and not tainted.value.open)
    for workload in group.home.all("workload"):
        kind = workload.read("kind")
        spec = ("spec", "template", "spec")
        anywhere = all(isinstance(workload.read(*spec, key), Absent) for key in ("nodeSelector", "affinity", "nodeName"))
        other = workload.name not in ("aws-node", "kube-proxy")
        if text_of(kind) == "DaemonSet" and anywhere and other and (clean or _tolerates_all(workload)):
            found[workload.name] = workload
    return subjects(found.values(), not group.home.whole, group.home.why, (group.place,))


@fact("node-group", "workload[]")
def metadata_clients(group: Subject) -> Value:
    """The workloads of the set that ask the instance metadata service from the network of pods.

    The load balancer controller does for its region and its VPC where no argument names them (its installation guide).
    """
    found: list[Subject] = []
    for workload in group.home.all("workload"):
        network = workload.read("spec", "template", "spec", "hostNetwork")
        containers = workload.node.at("spec", "template", "spec", "containers") if workload.node is not None else None
        for container in items(containers):
            said = [argument.content for argument in items(container.get("args")) if isinstance(argument, Scalar)]
            asks = not all(any(one.startswith(flag) for one in said) for flag in ("--aws-region", "--aws-vpc-"))
            image = string(container.get("image")) or ""
            if "/aws-load-balancer-controller:" in image and isinstance(network, Absent) and asks and workload.partial is None:
                found.append(workload)
    return subjects(found, not group.home.whole, group.home.why, (group.place,))


@fact("node-group", "bool")
def attached_beforehand(group: Subject) -> Value:
    """Whether the instances come with addresses for pods: prefixes or secondary addresses on an interface of their own."""
    count = group.get("prefix_count")
    if isinstance(count, Known):
        return Known(count.value > 0, count.places, key=count.key)
    template = group.get("template")
    if group.value("composer") == "karpenter" and isinstance(count, Absent):
        return Known(False, count.places, default="Karpenter")
    if not isinstance(template, Known) or isinstance(count, Unknown):
        return count if isinstance(count, Unknown) else Unknown("no launch template is in the set", template.places, written=False)
    settings = template.value.get("settings")
    if not isinstance(settings, Known) or settings.value.open:
        return Unknown("the launch template is seen in part", settings.places, written=False)
    for setting in settings.value:
        if isinstance(setting, Known) and setting.value in _ADDRESSES:
            return Known(True, setting.places)
    return Known(False, settings.places)


_ADDRESSES = (
    "NetworkInterfaces.Ipv4PrefixCount",
    "NetworkInterfaces.Ipv4Prefixes",
    "NetworkInterfaces.SecondaryPrivateIpAddressCount",
    "NetworkInterfaces.PrivateIpAddresses",
)


def _tolerates_all(workload: Subject) -> bool:
    node = workload.node
    for toleration in items(node.at("spec", "template", "spec", "tolerations") if node is not None else None):
        if string(toleration.get("operator")) == "Exists" and toleration.get("key") is None and toleration.get("effect") is None:
            return True
    return False


@fact("node-group", "int")
def eks_max_pods(group: Subject) -> Value:
    """The figure that EKS computes for a managed group: the smallest of its types in the cluster's mode, capped at 110 or 250."""
    cni = group.home.subject.get("cni")
    types = group.get("instance_types")
    if not isinstance(cni, Known):
        return cni
    if not isinstance(types, Known) or types.value.open or not types.value.items:
        return Unknown("the instance types are not known", types.places, written=False)
    modes = [cni.value.get(name) for name in ("prefix_delegation", "custom_networking")]
    for mode in modes:
        if isinstance(mode, Unknown):
            return mode
    prefixes, custom = (isinstance(mode, Known) and mode.value is True for mode in modes)
    figures: list[int] = []
    for type in types.value:
        record = type.value.value("record") if isinstance(type, Known) else None
        figure = recommended(record, prefixes=prefixes, custom_networking=custom) if record is not None else None
        if figure is None:
            return Unknown("an instance type is in no table", types.places, written=False)
        figures.append(figure)
    return Known(min(figures), places_of(*modes) or types.places, default="EKS")


@fact("node-group", "int")
def figure_for_pods(group: Subject) -> Value:
    """max-pods as the kubelet gets it, or the figure that EKS computes where it is EKS that sets it."""
    said = group.get("max_pods")
    return group.get("eks_max_pods") if isinstance(said, Unknown) and group.value("max_pods_source") == "eks" else said


@fact("node-group", "instance-type[]")
def denser_types(group: Subject) -> Value:
    """The instance types on which prefix delegation makes room for more pods than secondary addresses; none in an IPv6 cluster."""
    family = group.home.subject.get("family")
    if isinstance(family, Known) and family.value == "ipv6":
        return listing([], places=family.places)
    types: Value = group.get("instance_types")
    if not isinstance(types, Known):
        return types
    found: list[Value] = []
    for type in types.value:
        gain = type.value.get("prefix_gain") if isinstance(type, Known) else type
        if not isinstance(gain, Known):
            found.append(Unknown("the instance type is not known", type.places, written=False))
        elif gain.value > 0:
            found.append(type)
    return Known(Listing(found, types.value.open, types.value.why), types.places)


def _common(group: Subject, name: str) -> Value:
    """A figure that all instance types share."""
    types = group.get("instance_types")
    if not isinstance(types, Known) or types.value.open or not types.value.items:
        return Unknown("the instance types are not known", types.places, written=False)
    values = [type.value.get(name) if isinstance(type, Known) else type for type in types.value]
    known = {value.value for value in values if isinstance(value, Known)}
    if len(known) == 1 and all(isinstance(value, Known) for value in values):
        return Known(known.pop(), types.places)
    return Unknown("the instance types differ", types.places, written=False)


@fact("node-group", "enum(ami, launch-template, negative)")
def max_pods_per_node_refusal(group: Subject) -> Value:
    """Why eksctl refuses maxPodsPerNode: it stands beside the group's own AMI or launch template, or is below 0 (validation.go)."""
    field = group.get("max_pods_per_node")
    if not isinstance(field, Known):
        return field if isinstance(field, Unknown) else Absent(field.places)
    if isinstance(field.value, int) and field.value < 0:
        return Known("negative", field.places)
    if group.value("managed") is True:
        for name, reason in (("image", "ami"), ("launch_template_id", "launch-template")):
            if not isinstance(group.get(name), Absent):
                return Known(reason, field.places)
    return Absent(field.places)


@fact("node-group", "enum(no-node-config, bottlerocket, managed-windows, no-ami)")
def override_refusal(group: Subject) -> Value:
    """Why eksctl refuses overrideBootstrapCommand (validation.go; pkg/nodebootstrap/al2023.go)."""
    override = group.get("override")
    if isinstance(override, Absent) or (isinstance(override, Unknown) and override.text is None):
        return override
    family: Value = group.get("image_family")
    if not isinstance(family, Known):
        return family if isinstance(family, Unknown) else Absent(override.places)
    managed = group.value("managed") is True
    if family.value == "bottlerocket":
        return Known("bottlerocket", override.places)
    if family.value == "windows" and managed:
        return Known("managed-windows", override.places)
    if family.value == "al2023":
        said = text_of(override) or (override.text if isinstance(override, Unknown) else None) or ""
        shell = said.lstrip().startswith("#!") or "/etc/eks/bootstrap.sh" in said
        return Known("no-node-config", override.places) if shell else Absent(override.places)
    if managed and isinstance(group.get("image"), Absent):
        return Known("no-ami", override.places)
    return Absent(override.places)


@fact("node-group", "string[]")
def refused_bottlerocket_keys(group: Subject) -> Value:
    """The keys of bottlerocket.settings.kubernetes that eksctl sets itself and refuses (checkBottlerocketSettings)."""
    settings = group.get("bottlerocket_settings")
    if not isinstance(settings, Known):
        return settings if isinstance(settings, Unknown) else listing([], places=settings.places)
    managed = group.value("managed") is True
    refused = _MANAGED_KEYS if managed else _OWN_KEYS
    kubernetes = settings.value.get("kubernetes")
    found: list[Value] = []
    for name in refused:
        key = kubernetes.key(name) if kubernetes is not None else None
        if key is not None:
            found.append(Known(name, (key.place,)))
    return listing(found, places=settings.places)


_OWN_KEYS = ("max-pods", "node-labels", "node-taints")
_MANAGED_KEYS = (
    "node-labels",
    "node-taints",
    "cluster-name",
    "api-server",
    "cluster-certificate",
    "cluster-dns-ip",
)


@fact("max-pods-setting", "enum(dropped, refused, label, dropped-by-karpenter)")
def effect(setting: Subject) -> Value:
    """What becomes of a setting that stands at a wrong place.

    nodeadm drops what it does not know; Bottlerocket refuses all of the settings, but a text among the node labels is a label, and
    Karpenter drops what it does not know of settings.kubernetes (pkg/providers/amifamily/bootstrap/bottlerocketsettings.go).
    """
    place = (setting.place,)
    if setting.value("image_family") != "bottlerocket":
        return Known("dropped", place)
    path = text_of(setting.get("path")) or ""
    if path.startswith("settings.kubernetes.node-labels") and setting.value("refusal") == "string":
        return Known("label", place)
    group = setting.value("group")
    if group is not None and group.value("composer") == "karpenter" and path.count(".") == 2:
        return Known("dropped-by-karpenter", place)
    return Known("refused", place)
