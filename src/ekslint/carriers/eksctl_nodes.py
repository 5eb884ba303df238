"""Node groups of an eksctl ClusterConfig (github.com/eksctl-io/eksctl, pkg/apis/eksctl.io/v1alpha5/types.go)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ekslint.carriers.node_group import Written, labels, node_group, strings, taints, text_of, typed, user_data
from ekslint.carriers.resource import Resource
from ekslint.fact import Subject, given
from ekslint.source.text import Derived, Piece, Place
from ekslint.syntax.tree import Mapping, Node, Scalar, Sequence, entries, items, string
from ekslint.value import Absent, Known, Listing, Unknown, Value, read, read_list, scalar_value

OBJECTS = (("eksctl.io", "ClusterConfig"),)
GIVES = ("cluster-config", "fargate-profile", "node-group")
TOKENS = (b"ClusterConfig",)

given("fargate-profile", "selectors", "any", "The selectors of the profile: a list of namespace and labels, as a node.")
given("node-group", "bottlerocket_settings", "any", "The map bottlerocket.settings of an eksctl group.")
given("node-group", "max_pods_per_node", "any", "eksctl's maxPodsPerNode as it is written.")
given("node-group", "override", "any", "eksctl's overrideBootstrapCommand as a text.")
given(
    "node-group",
    "override_takes_field",
    "bool",
    "Whether the overrideBootstrapCommand uses the variables in which eksctl puts maxPodsPerNode.",
)
given("node-group", "launch_template_id", "string", "The id of the launch template that an eksctl group uses.")


def objects(resource: Resource) -> Iterator[Subject]:
    """The cluster's own settings, each node group and each Fargate profile."""
    cluster = string(resource.node.at("metadata", "name"))
    version = resource.node.at("metadata", "version")
    facts: dict[str, Value] = {"tool": Known("eksctl", (resource.place,))}
    if isinstance(version, Scalar):
        facts["version"] = scalar_value(version)
    yield Subject(
        "cluster-config",
        resource.name,
        resource.place,
        node=resource.node,
        given=typed("cluster-config", facts),
        partial=resource.partial,
        belongs=cluster,
    )
    for managed, key in ((False, "nodeGroups"), (True, "managedNodeGroups")):
        for item in items(resource.node.get(key)):
            if isinstance(item, Mapping):
                yield _group(resource, item, managed, cluster)
    for profile in items(resource.node.get("fargateProfiles")):
        if isinstance(profile, Mapping):
            name = profile.get("name")
            selectors = read(profile, "selectors", partial=resource.partial, outer=(profile.place,))
            place = name.place if name is not None else profile.place
            yield Subject(
                "fargate-profile", string(name) or "", place, node=profile, given={"selectors": selectors}, belongs=cluster
            )


def _group(resource: Resource, node: Mapping, managed: bool, cluster: str | None) -> Subject:
    named = node.get("name")
    place = named.place if named is not None else node.place
    partial = resource.partial

    def get(*path: str) -> Value:
        return read(node, *path, partial=partial, outer=(place,))

    image = get("ami")
    if text_of(image) in ("auto", "auto-ssm", "static", ""):
        image = Absent(image.places, "ami")
    settings: dict[str, Value | None] = {
        "managed": Known(managed, (place,)),
        "composer": Known("eksctl", (place,)),
        "image": image,
        "written_family": _family(get("amiFamily"), managed, image),
        "written_types": _types(node, partial),
        "max_pods_field": _max_pods(node, managed, get),
        "max_pods_per_node": get("maxPodsPerNode"),
        "pods_per_core": get("kubeletExtraConfig", "podsPerCore"),
        "kube_reserved_field": get("kubeletExtraConfig", "kubeReserved", "memory"),
        "bottlerocket_settings": get("bottlerocket", "settings"),
        "override": get("overrideBootstrapCommand"),
        "override_takes_field": _takes_field(get("overrideBootstrapCommand")),
        "written_user_data": _user_data(node, place, partial),
        "launch_template_id": get("launchTemplate", "id"),
        "labels": Known(Listing(labels(node.get("labels")), bool(partial), partial or ""), (place,)),
        "taints": _taints(node.get("taints")),
        "zones": _zones(resource, node, partial),
        "subnets": read_list(node, "subnets", partial=partial, outer=(place,)),
        "max_size": _max_size(node),
        "hop_limit": _hop_limit(get("disablePodIMDS")),
        "template": _template(get("launchTemplate", "id")),
        "api_version": Known(resource.version, (resource.place,)),
    }
    return node_group(string(named) or "", place, "eksctl", settings, node=node, partial=partial, belongs=cluster)


def _template(id: Value) -> Value | None:
    """A launch template that only its id names: nothing of it is in the set."""
    return (
        None if isinstance(id, Absent) else Unknown("the launch template is not in the set", id.places, text_of(id), written=True)
    )


def _family(written: Value, managed: bool, image: Value) -> Value:
    if not isinstance(written, Absent):
        return written
    if managed and not isinstance(image, Absent):
        return written
    return Known("AmazonLinux2023", written.places, default="eksctl")


def _types(node: Mapping, partial: str | None) -> Value:
    found: list[Value] = []
    places: list[Node] = []
    for path in (("instanceType",), ("instanceTypes",), ("instancesDistribution", "instanceTypes")):
        at = node.at(*path)
        if at is None:
            continue
        places.append(at)
        value = scalar_value(at)
        if isinstance(at, Sequence):
            found += [scalar_value(item) for item in at.items]
        elif not (isinstance(value, Known) and value.value == "mixed"):
            found.append(value)
    if node.get("instanceSelector") is not None:
        selector = node.get("instanceSelector")
        return strings(found, (selector.place,) if selector else (), True, "eksctl's instance selector chooses types")
    if not found:
        if partial:
            return Unknown(partial, (node.place,))
        template = node.key("launchTemplate")
        if template is not None:
            return Unknown("the launch template says the instance type", (template.place,), written=False)
        name = node.key("name") or node
        return strings([Known("m5.large", (name.place,), default="eksctl")], (name.place,))
    return strings(found, [place.place for place in places], bool(partial), partial or "")


def _max_pods(node: Mapping, managed: bool, get: Callable[..., Value]) -> Value:
    """maxPodsPerNode, else what other settings of the group tell the kubelet."""
    field = get("maxPodsPerNode")
    if not isinstance(field, Absent):
        return field
    for path in (("kubeletExtraConfig", "maxPods"), ("bottlerocket", "settings", "kubernetes", "max-pods")):
        if (path[0] == "bottlerocket") is managed and node.at(*path) is not None:
            return get(*path)
    return field


def _takes_field(override: Value) -> Value:
    """The script can read what eksctl left on the disk: bootstrap.helper.sh and kubelet.env (pkg/nodebootstrap/legacy)."""
    said = text_of(override) or (override.text if isinstance(override, Unknown) else None) or ""
    used = any(word in said for word in ("KUBELET_EXTRA_ARGS", "MAX_PODS", "KubeletExtraArgs", "bootstrap.helper.sh"))
    return Known(used, override.places)


def _user_data(node: Mapping, place: Place, partial: str | None) -> Value | None:
    """preBootstrapCommands and overrideBootstrapCommand, as one script where both are shell."""
    commands, override = node.get("preBootstrapCommands"), node.get("overrideBootstrapCommand")
    pieces: list[Piece] = []
    scripts = [item for item in items(commands) if isinstance(item, Scalar) and isinstance(item.value, str)]
    if isinstance(override, Scalar) and isinstance(override.value, str):
        if not scripts or "node.eks.aws" in override.value:
            return user_data(override, False, (place,), partial)
        scripts.append(override)
    for item in scripts:
        inner = item.inner()
        pieces.append(Piece(inner, 0, len(inner.value), inner.value, True))
        pieces.append(Piece(item.text, item.end, item.end, "\n", False))
    at = commands or override
    if at is None or not pieces:
        return None
    return Known(Written(Derived(pieces), False), (at.place,))


def _taints(node: Node | None) -> Value | None:
    if isinstance(node, Sequence):
        return taints(node)
    if not isinstance(node, Mapping):
        return None
    found: list[Value] = []
    for key, at, value in node.named():
        written = string(value) or ""
        said, _, effect = written.rpartition(":")
        facts = {
            "key": Known(key, (at.place,)),
            "value": Known(said, (value.place,)),
            "effect": Known(effect, (value.place,)),
        }
        found.append(Subject("taint", key, at.place, node=value, given=facts).known())
    return Known(Listing(found), (node.place,))


def _zones(resource: Resource, node: Mapping, partial: str | None) -> Value:
    """The group's own zones, else those of its subnets, else the cluster's; eksctl picks zones where none are written."""
    own = read_list(node, "availabilityZones", partial=partial, outer=(node.place,))
    if not isinstance(own, Absent):
        return own
    private = node.get("privateNetworking")
    kind = "private" if isinstance(private, Scalar) and private.value is True else "public"
    subnets = resource.node.at("vpc", "subnets", kind)
    wanted = [string(item) for item in items(node.get("subnets"))]
    found: list[Value] = []
    for name, key, subnet in entries(subnets):
        if wanted and name not in wanted and string(subnet.get("id")) not in wanted:
            continue
        zone = subnet.get("az")
        found.append(scalar_value(zone) if zone is not None else Known(name, (key.place,)))
    if found and subnets is not None and (not wanted or len(found) == len(wanted)):
        return strings(found, (subnets.place,), bool(partial), partial or "")
    every = read_list(resource.node, "availabilityZones", partial=partial, outer=(resource.place,))
    if node.get("subnets") is not None or node.get("localZones") is not None or isinstance(every, Absent):
        return Unknown("nothing names the zones", (node.place,), written=False)
    return every


def _hop_limit(disabled: Value) -> Value:
    """makeMetadataOptions (pkg/cfn/builder/nodegroup.go): two hops, one where pods shall not reach it."""
    if isinstance(disabled, Unknown):
        return disabled
    if isinstance(disabled, Known) and disabled.value is True:
        return Known(1, disabled.places, key="disablePodIMDS")
    return Known(2, disabled.places, default="eksctl")


def _max_size(node: Mapping) -> Value:
    for key in ("maxSize", "desiredCapacity"):
        found = node.get(key)
        if found is not None:
            return scalar_value(found, key)
    return Absent((node.place,), "maxSize")
