"""What every carrier of aws-node settings gives: one `cni-settings`, its variables, and the blocks beside them.

Two shapes there are: lists of Kubernetes EnvVars (the DaemonSet, Cluster API), and the values of the aws-vpc-cni chart, which the
configuration values of the EKS add-on share (charts/aws-vpc-cni/values.yaml of amazon-vpc-cni-k8s).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ekslint.fact import Subject, given
from ekslint.source.text import Place
from ekslint.syntax.tree import Mapping, Node, Scalar, entries, items, key_place, string
from ekslint.value import Absent, Known, Unknown, Value, listing, placeholder, read, scalar_value

MANAGER = "enum(eks-addon, helm, manifest, capa)"
_VERSION = re.compile(r"v?\d{1,4}\.\d{1,4}(\.\d{1,4})?(-eksbuild\.\d+)?")

given("cni-settings", "manager", MANAGER, "Who writes these settings into the cluster.")
given("cni-settings", "complete", "bool", "Whether all settings of aws-node are here or at a known default; false for a patch.")
given("cni-settings", "released", "bool", "False for a values file, of which nothing says that it is released; absent else.")
given("cni-settings", "main_env", "string[]", "The variables set on the container aws-node; open where envFrom may bring more.")
given("cni-settings", "init_env", "string[]", "The variables set on the init container; open where envFrom may bring more.")
given("cni-settings", "agent", "bool", "Whether the network policy agent runs beside aws-node.")
given("cni-settings", "agent_network_policy", "string", "What the agent's --enable-network-policy is given.")
given("cni-settings", "agent_ipv6", "string", "What the agent's --enable-ipv6 is given.")
given("cni-settings", "agent_policy_event_logs", "string", "What the agent's --enable-policy-event-logs is given.")
given("cni-settings", "agent_cloudwatch_logs", "string", "What the agent's --enable-cloudwatch-logs is given.")
given("cni-settings", "agent_table_size", "string", "What the agent's --conntrack-cache-table-size is given.")
given("cni-settings", "version", "version", "The version of the VPC CNI: the tag of its image, or the add-on's version.")
given("cni-settings", "init_version", "version", "The tag of the init container's image.")
given("cni-settings", "agent_version", "version", "The tag of the network policy agent's image.")
given("cni-settings", "windows_ipam", "string", "What the chart's or the add-on's enableWindowsIpam says.")
given("cni-settings", "windows_prefix_delegation", "string", "What the chart's or the add-on's enableWindowsPrefixDelegation says.")
given(
    "cni-settings",
    "configuration_type",
    "enum(string, boolean, integer, number, null, list, map)",
    "The type of an add-on's configuration values as they are written; EKS takes a string.",
)
given("cni-settings", "configuration_error", "string", "Why an add-on's configuration values are no JSON or YAML map.")

given("cni-variable", "settings", "any", "Which cni-settings the variable belongs to.")
given("cni-variable", "manager", MANAGER, "Who writes the variable into the cluster.")
given("cni-variable", "container", "enum(main, init, agent)", "The container that the variable is set on.")
given("cni-variable", "value", "string", "The value as the container gets it; absent where the chart's own value is taken out.")
given("cni-variable", "value_type", "enum(string, boolean, integer, number, null, list, map)", "The type of the value as written.")
given("cni-variable", "takes", "enum(string, scalar)", "Whether the carrier takes only strings, or any scalar, as the chart does.")

given("eni-config-block", "create", "bool", "Whether the chart or the add-on makes the ENIConfigs of its eniConfig block.")
given("eni-config-block", "settings", "any", "Which cni-settings the block belongs to.")


class Entry(NamedTuple):
    """A variable as written: the node that names it, its value's node (None where there is none), or why the value is not here."""

    name: str
    key: Node
    value: Node | None
    elsewhere: str | None = None


class Source(NamedTuple):
    """Where settings come from: `place` is that of their name, `partial` why more of them may stand elsewhere."""

    manager: str
    name: str
    place: Place
    node: Node | None = None
    partial: str | None = None
    belongs: str | None = None


def env_list(nodes: Iterable[Node]) -> Iterator[Entry]:
    """The entries of a list of EnvVars."""
    for node in nodes:
        name = node.get("name")
        if not isinstance(name, Scalar) or not isinstance(name.value, str):
            continue
        source = node.get("valueFrom")
        yield Entry(name.value, name, node.get("value"), "read from elsewhere by valueFrom" if source is not None else None)


def env_map(node: Node | None) -> Iterator[Entry]:
    """The entries of a map of variables."""
    for name, key, value in entries(node):
        yield Entry(name, key, value)


def strict_value(entry: Entry) -> Value:
    """An entry's value where only strings are taken, as the API server and the add-on's schema do."""
    if entry.elsewhere is not None:
        return Unknown(entry.elsewhere, (entry.key.place,), written=True, key=entry.name)
    if entry.value is None or (isinstance(entry.value, Scalar) and entry.value.value is None):
        at = entry.key if entry.value is None else entry.value
        return Known("", (at.place,), key=entry.name)
    value = scalar_value(entry.value, entry.name)
    if isinstance(value, Known) and not isinstance(value.value, str):
        written = entry.value.content if isinstance(entry.value, Scalar) else None
        return Unknown("only a string is taken here", value.places, written, True, entry.name)
    return value


def quoted_value(entry: Entry) -> Value:
    """An entry's value as the chart's `quote` gives it; absent where null takes the chart's own value out."""
    if entry.value is None:
        return Absent((entry.key.place,), entry.name)
    value = scalar_value(entry.value, entry.name)
    if not isinstance(value, Known):
        return value
    plain = value.value
    if isinstance(plain, bool):
        return Known(str(plain).lower(), value.places, key=entry.name)
    if isinstance(plain, int) and abs(plain) < 1_000_000:
        return Known(str(plain), value.places, key=entry.name)
    if isinstance(plain, str):
        return value
    return Unknown("a value that Helm writes in a way of its own", value.places, written=True, key=entry.name)


def variables(source: Source, container: str, found: Iterable[Entry], *, quoted: bool = False) -> Iterator[Subject]:
    """The variables of one container as subjects; `quoted` where the chart quotes whatever scalar is written."""
    key = str(source.place)
    for entry in found:
        kind = entry.value.kind if entry.value is not None else "string" if entry.elsewhere else "null"
        facts: dict[str, Value] = {
            "settings": Known(key, (source.place,)),
            "manager": Known(source.manager, (source.place,)),
            "container": Known(container, (entry.key.place,)),
            "value": quoted_value(entry) if quoted else strict_value(entry),
            "value_type": Known(kind, ((entry.value or entry.key).place,)),
            "takes": Known("scalar" if quoted else "string", (entry.key.place,)),
        }
        yield _subject(source, "cni-variable", entry.name, entry.key, entry.value, facts)


def _subject(source: Source, kind: str, name: str, key: Node, node: Node | None, facts: dict[str, Value]) -> Subject:
    return Subject(kind, name, key.place, node=node, given=facts, partial=source.partial, belongs=source.belongs)


def names(found: Iterable[Entry], at: Place, open: bool = False) -> Value:
    """The names of some entries, at the place where more of them would be written."""
    return listing(
        [Known(entry.name, (entry.key.place,)) for entry in found], open, "envFrom may bring more" if open else "", (at,)
    )


def settings(source: Source, facts: dict[str, Value]) -> Subject:
    """The settings as a subject."""
    known: dict[str, Value] = {
        "manager": Known(source.manager, (source.place,)),
        "complete": Known(source.partial is None, (source.place,)),
    }
    return Subject(
        "cni-settings",
        source.name,
        source.place,
        node=source.node,
        given=known | facts,
        partial=source.partial,
        belongs=source.belongs,
    )


def tag_version(node: Node | None) -> Value | None:
    """The version that an image's tag or a `tag` value says; None where nothing is written, unknown where it is no version."""
    if not isinstance(node, Scalar) or node.value is None:
        return None
    text = node.content
    part = placeholder(text)
    if part is not None:
        return Unknown(f"the placeholder {part}", (node.place,), text)
    tag = text.partition("@")[0]
    if ":" in tag.rpartition("/")[2]:
        tag = tag.rpartition(":")[2]
    elif "/" in tag or "@" in text:
        return Unknown("the image has no tag", (node.place,), text)
    if not _VERSION.fullmatch(tag):
        return Unknown(f"the tag {tag} is no version", (node.place,), text)
    return Known(tag, (node.place,))


def addon_version(node: Node | None, at: Place) -> Value:
    """The CNI's version that an add-on's version names (v1.20.4-eksbuild.2); unknown where EKS chooses it."""
    found = tag_version(node)
    return found if found is not None else Unknown("EKS chooses the version", (at,), written=False)


def chart_subjects(
    source: Source,
    values: Node | None,
    *,
    quoted: bool,
    at: Place | None = None,
    facts: dict[str, Value] | None = None,
) -> Iterator[Subject]:
    """The settings in values of the chart (`quoted`) or in an add-on's configuration, which has the same keys.

    `at` is where values would be written.
    """
    where = at or source.place
    main = list(env_map(_map(values, "env")))
    init = list(env_map(_map(values, "init", "env")))
    extra = list(env_list(items(values.get("extraEnv")))) if values is not None and quoted else []
    known: dict[str, Value] = {
        "main_env": names([*main, *extra], key_place(values, "env", where)),
        "init_env": names(init, key_place(_map(values, "init"), "env", key_place(values, "init", where))),
        "agent_network_policy": _one(values, where, "enableNetworkPolicy"),
        "agent_ipv6": _one(values, where, "nodeAgent", "enableIpv6"),
        "agent_policy_event_logs": _one(values, where, "nodeAgent", "enablePolicyEventLogs"),
        "agent_cloudwatch_logs": _one(values, where, "nodeAgent", "enableCloudWatchLogs"),
        "agent_table_size": _one(values, where, "nodeAgent", "conntrackCacheTableSize"),
        "windows_ipam": _one(values, where, "enableWindowsIpam"),
        "windows_prefix_delegation": _one(values, where, "enableWindowsPrefixDelegation"),
        "agent": _agent(values, where),
    }
    if quoted:
        known |= _image_versions(values, where)
    yield settings(source, known | (facts or {}))
    yield from variables(source, "main", main, quoted=quoted)
    yield from variables(source, "main", extra)
    yield from variables(source, "init", init, quoted=quoted)
    yield from eni_configs(source, values)


def eni_configs(source: Source, values: Node | None) -> Iterator[Subject]:
    """The `eniConfig` block of the chart or the add-on, and the ENIConfigs that it makes, as if each were an object."""
    block = values.get("eniConfig") if values is not None else None
    key = values.key("eniConfig") if values is not None else None
    if not isinstance(block, Mapping) or key is None:
        return
    create = read(block, "create", outer=(key.place,))
    if isinstance(create, Absent):
        create = Known(False, create.places, "VPC CNI chart")
    elif isinstance(create, Known) and isinstance(create.value, str):
        create = Known(create.value != "", create.places)
    facts: dict[str, Value] = {"create": create, "settings": Known(str(source.place), (source.place,))}
    yield _subject(source, "eni-config-block", "eniConfig", key, block, facts)
    if not isinstance(create, Known) or create.value is not True:
        return
    for name, at, body in entries(block.get("subnets")):
        if isinstance(body, Mapping):
            yield Subject("eni-config", name, at.place, node=_as_object(body), belongs=source.belongs)


def _as_object(body: Mapping) -> Mapping:
    """`{id, securityGroups}` of a block with the keys of an ENIConfig: `spec.subnet`, `spec.securityGroups`."""
    spec: list[tuple[Node, Node]] = []
    for name, key, value in body.named():
        spec.append((_renamed(key, "subnet") if name == "id" else key, value))
    inner = Mapping(body.text, body.start, body.end, spec)
    outer = Scalar(body.text, body.start, body.start, "spec", "spec")
    return Mapping(body.text, body.start, body.end, [(outer, inner)])


def _renamed(key: Node, name: str) -> Scalar:
    return Scalar(key.text, key.start, key.end, name, name)


def _map(node: Node | None, *path: str) -> Node | None:
    return node.at(*path) if node is not None else None


def _one(values: Node | None, where: Place, *path: str) -> Value:
    """One value as text, as the chart's templates write it; absent where it is the chart's own."""
    node = _map(values, *path)
    if node is None:
        deepest = read(values, *path, outer=(where,))
        return Absent(deepest.places, path[-1])
    holder = _map(values, *path[:-1]) or values
    key = holder.key(path[-1]) if holder is not None else None
    return quoted_value(Entry(path[-1], key or node, node))


def _agent(values: Node | None, where: Place) -> Value:
    """The chart asks a template whether `nodeAgent.enabled` is anything but false, 0 and empty."""
    written = read(values, "nodeAgent", "enabled", outer=(where,))
    if isinstance(written, Absent):
        return Known(True, written.places, "VPC CNI chart")
    if isinstance(written, Known):
        return Known(written.value not in (False, "", 0), written.places)
    return written


def _image_versions(values: Node | None, where: Place) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for fact, path in (("version", "image"), ("init_version", "init.image"), ("agent_version", "nodeAgent.image")):
        for key in ("override", "tag"):
            node = _map(values, *path.split("."), key)
            version = tag_version(node) if string(node) != "" else None
            if version is not None:
                found[fact] = version
                break
        else:
            found[fact] = Unknown("the version is the chart's own", (where,), written=False)
    return found
