"""Node groups of the module terraform-aws-modules/eks and of its submodules, with the user data that the module composes.

Sources: node_groups.tf, modules/_user_data and modules/{eks-managed,self-managed}-node-group of terraform-aws-eks, v19 to v21.
A group is a map in `eks_managed_node_groups` or `self_managed_node_groups`; up to v20 a map of defaults stands beside them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ekslint.carriers._terraform import MODULE, belongs, clusters, major, part
from ekslint.carriers._terraform_order import addons, waits_for_cni
from ekslint.carriers._terraform_user_data import composed
from ekslint.carriers.node_group import labels, node_group, strings, taints
from ekslint.carriers.vpc_cni_addon import ADDON
from ekslint.fact import Subject
from ekslint.source.text import Place
from ekslint.syntax.computed import Computed, OpenMapping
from ekslint.syntax.tree import Mapping, Node, Scalar, Sequence, entries, items, key_name, key_place
from ekslint.value import Absent, Known, Listing, Unknown, Value, filled, read, read_list, scalar_value

if TYPE_CHECKING:
    from ekslint.layers.terraform import Configuration, Resource

GIVES = ("node-group", "fargate-profile")
TOKENS = (b"terraform-aws-modules/eks", b"terraform-aws-eks")
DEFAULT = "terraform-aws-eks"
_LISTS = (("eks_managed_node_groups", True), ("self_managed_node_groups", False))
_GIVEN = (
    "image",
    "written_family",
    "written_types",
    "written_user_data",
    "labels",
    "taints",
    "zones",
    "subnets",
    "max_size",
    "hop_limit",
)


def terraform(configuration: Configuration) -> Iterator[Subject]:
    """The groups and Fargate profiles of every call of the module."""
    for module in configuration.modules(MODULE):
        which, version = part(module), major(module)
        if which in ("eks-managed-node-group", "self-managed-node-group"):
            cluster = belongs(configuration, module.body.get("cluster_name"))
            waits = waits_for_cni(configuration, module)
            entry = _Entry(module.name, module.place, module.body, which.startswith("eks"), version, cluster, waits)
            yield from _group(entry, module.body.get("subnet_ids"))
        elif not which:
            yield from _groups(configuration, module, version, clusters(configuration).get(module.address))
            yield from _profiles(module, clusters(configuration).get(module.address))


class _Entry:
    """One group as it is called: its name and place, its arguments, and who makes it."""

    __slots__ = ("body", "cluster", "managed", "name", "place", "version", "waits")

    def __init__(
        self, name: str, place: Place, body: Mapping, managed: bool, version: int | None, cluster: str | None, waits: Value
    ) -> None:
        self.name = name
        self.place = place
        self.body = body
        self.managed = managed
        self.version = version
        self.cluster = cluster
        self.waits = waits

    def get(self, *path: str) -> Value:
        """An argument; absent where it is null or not written."""
        return read(self.body, *path, outer=(self.place,))


def _groups(configuration: Configuration, module: Resource, version: int | None, cluster: str | None) -> Iterator[Subject]:
    waits = _waits(configuration, module)
    for name, managed in _LISTS:
        listed = module.body.get(name)
        defaults = module.body.get(f"{name[:-1]}_defaults")
        place = key_place(module.body, name, module.place)
        for called, key, written in entries(listed):
            if isinstance(written, Mapping):
                entry = _Entry(called, key.place, _over(defaults, written), managed, version, cluster, waits)
                yield from _group(entry, module.body.get("subnet_ids"))
            else:
                yield _unknown(called, key.place, managed, scalar_value(written), cluster)
        if isinstance(listed, Computed):
            yield _unknown(name, place, managed, scalar_value(listed), cluster)
        elif isinstance(listed, OpenMapping):
            yield _unknown(name, place, managed, Unknown(listed.why, (place,)), cluster)


def _waits(configuration: Configuration, module: Resource) -> Value:
    """Whether the module makes its groups after the add-on: `before_compute` of its own one; one beside the module waits for it."""
    for name in ("addons", "cluster_addons"):
        listed = module.body.get(name)
        if isinstance(listed, (Computed, OpenMapping)) and listed.get(ADDON) is None:
            return Unknown("the add-ons cannot be seen", (module.place,), written=False)
        key = listed.key(ADDON) if listed is not None else None
        if key is not None:
            found = read(listed, ADDON, "before_compute")
            return Known(False, (key.place,), DEFAULT, "before_compute") if isinstance(found, Absent) else found
    beside = addons(configuration)
    return Known(False, (beside[0].place,)) if beside else Absent((module.place,))


def _over(defaults: Node | None, entry: Mapping) -> Mapping:
    """A group's own arguments, and the defaults where it has none of that name."""
    if isinstance(defaults, Computed):
        return OpenMapping(entry.text, entry.start, entry.end, entry.entries, defaults.reason)
    if not isinstance(defaults, Mapping):
        return entry
    own = {key_name(key) for key, _ in entry.entries}
    found = [*entry.entries, *((key, value) for key, value in defaults.entries if key_name(key) not in own)]
    why = next((node.why for node in (entry, defaults) if isinstance(node, OpenMapping)), "")
    span = (entry.text, entry.start, entry.end)
    return OpenMapping(*span, found, why) if why else Mapping(*span, found)


def _unknown(name: str, place: Place, managed: bool, value: Value, cluster: str | None) -> Subject:
    """What stands for groups that cannot be seen."""
    reason = value.reason if isinstance(value, Unknown) else "the group cannot be read"
    unknown = Unknown(reason, (place,), written=True)
    settings: dict[str, Value | None] = {"managed": Known(managed, (place,)), **dict.fromkeys(_GIVEN, unknown)}
    return node_group(name, place, DEFAULT, settings, belongs=cluster)


def _group(entry: _Entry, subnets: Node | None) -> Iterator[Subject]:
    if isinstance(made := entry.get("create"), Known) and made.value is False:
        return
    place, managed = entry.place, entry.managed
    image = filled(entry.get("ami_id"))
    family = _family(entry, image)
    own = entry.get("subnet_ids")
    if isinstance(own, Absent) and subnets is not None:
        own = scalar_value(subnets)
    template = filled(entry.get("launch_template_id"))
    switched_off = any(
        isinstance(value := entry.get(name), Known) and value.value is False
        for name in ("create_launch_template", "use_custom_launch_template")
    )
    data: Value
    if not isinstance(template, Absent) or (switched_off and not managed):
        data = Unknown("the launch template is not in the set", template.places or (place,), written=False)
        image = data if isinstance(image, Absent) else image
    elif switched_off:
        data = Absent((place,))
    else:
        data = composed(entry.body, place, family, managed)
    settings: dict[str, Value | None] = {
        "managed": Known(managed, (place,)),
        "module_version": Known(entry.version, (place,)) if entry.version is not None else None,
        "image": image,
        "written_family": family,
        "written_types": _types(entry),
        "written_user_data": data,
        "labels": _labels(entry),
        "taints": _taints(entry.body.get("taints")),
        "zones": Unknown("the zones are those of the subnets", own.places or (place,), written=False),
        "subnets": _subnets(own),
        "max_size": entry.get("max_size"),
        "hop_limit": _hop_limit(entry),
        "waits_for_cni": entry.waits if managed else None,
        "http_endpoint": entry.get("metadata_options", "http_endpoint"),
    }
    yield node_group(entry.name, place, DEFAULT, settings, node=entry.body, belongs=entry.cluster)


def _family(entry: _Entry, image: Value) -> Value:
    written = entry.get("ami_type")
    platform = entry.get("platform")
    if not isinstance(written, Absent):
        return written
    if isinstance(platform, Known) and platform.value in ("bottlerocket", "windows", "al2023"):
        return platform
    if isinstance(platform, Unknown):
        return platform
    if entry.version is None:
        return Unknown("the image family depends on the version of the module", written.places or (entry.place,), written=False)
    if entry.version >= 21:
        return Known("AL2023_x86_64_STANDARD", written.places or (entry.place,), DEFAULT)
    if entry.managed and isinstance(image, Absent):
        return Unknown("EKS chooses the image", written.places or (entry.place,), written=False)
    return Known("AL2_x86_64", written.places or (entry.place,), DEFAULT)


def _types(entry: _Entry) -> Value:
    if entry.managed:
        found = read_list(entry.body, "instance_types", outer=(entry.place,))
        if isinstance(found, Known):
            return strings(found.value.items, found.places, found.value.open, found.value.why)
        if isinstance(found, Absent):
            return Unknown("EKS chooses the instance type", found.places or (entry.place,), written=False)
        return found
    if entry.body.get("instance_requirements") is not None:
        return strings([], (entry.place,), True, "instance_requirements choose the types")
    mixed = entry.get("use_mixed_instances_policy")
    policy = entry.body.get("mixed_instances_policy")
    if isinstance(mixed, Known) and mixed.value is True and policy is not None:
        listed = policy.get("override") or policy.at("launch_template", "override")
        found_types = [scalar_value(node) for item in items(listed) if (node := item.get("instance_type")) is not None]
        if found_types:
            return strings(found_types, (policy.place,), isinstance(listed, Computed), "other types may be used")
        return Unknown("the mixed instances policy chooses the types", (policy.place,), written=False)
    one = filled(entry.get("instance_type"))
    if isinstance(one, Absent):
        if entry.version is not None and entry.version >= 21:
            return strings([Known("m6i.large", one.places or (entry.place,), DEFAULT)], one.places)
        return Unknown("no instance type is written", one.places or (entry.place,), written=False)
    return strings([one], one.places)


def _labels(entry: _Entry) -> Value:
    node = entry.body.get("labels")
    if isinstance(node, Computed):
        return scalar_value(node)
    if not entry.managed:
        return Unknown("the user data gives the nodes their labels", (entry.place,), written=False)
    open = isinstance(node, OpenMapping) or isinstance(entry.body, OpenMapping)
    return Known(Listing(labels(node), open, "more labels may be set" if open else ""), (entry.place,))


def _taints(node: Node | None) -> Value | None:
    """Taints of a list, or of a map of any keys."""
    if isinstance(node, Mapping):
        return taints(Sequence(node.text, node.start, node.end, [value for _, value in node.entries]))
    return scalar_value(node) if isinstance(node, Computed) else taints(node)


def _subnets(value: Value) -> Value:
    if isinstance(value, Known) and isinstance(value.value, Sequence):
        return strings([scalar_value(item) for item in value.value.items], value.places)
    return value


def _hop_limit(entry: _Entry) -> Value:
    found = entry.get("metadata_options", "http_put_response_hop_limit")
    if not isinstance(found, Absent) or entry.version is None:
        return found
    if entry.version >= 21:
        return Known(1, found.places or (entry.place,), DEFAULT)
    written = entry.body.get("metadata_options")
    null = written is None or (isinstance(written, Scalar) and written.value is None)
    return Known(2, found.places or (entry.place,), DEFAULT) if null else found


def _profiles(module: Resource, cluster: str | None) -> Iterator[Subject]:
    for name, key, body in entries(module.body.get("fargate_profiles")):
        selectors = read(body, "selectors", outer=(key.place,))
        yield Subject("fargate-profile", name, key.place, node=body, given={"selectors": selectors}, belongs=cluster)
