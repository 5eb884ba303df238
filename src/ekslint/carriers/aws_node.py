"""The aws-node DaemonSet, whole or as a patch, and the environment that Cluster API gives it.

In a list of EnvVars the last of one name wins (Kubernetes API, EnvVar). A patch says nothing of what it leaves out.
"""

from __future__ import annotations

from collections.abc import Iterator

from ekslint.carriers._cni_settings import Entry, Source, env_list, names, settings, tag_version, variables
from ekslint.carriers.resource import Resource
from ekslint.fact import Subject, given
from ekslint.source.text import Place
from ekslint.syntax.tree import Node, Scalar, items, string
from ekslint.value import Absent, Known, Listing, Unknown, Value, placeholder

OBJECTS = (("apps", "DaemonSet"), ("extensions", "DaemonSet"))
GIVES = ("cni-settings", "cni-variable")
TOKENS = (b"aws-node", b"amazon-k8s-cni")

MAIN = "aws-node"
INIT = "aws-vpc-cni-init"
AGENT = "aws-eks-nodeagent"

_FLAGS = {
    "enable-network-policy": "agent_network_policy",
    "enable-ipv6": "agent_ipv6",
    "enable-policy-event-logs": "agent_policy_event_logs",
    "enable-cloudwatch-logs": "agent_cloudwatch_logs",
    "conntrack-cache-table-size": "agent_table_size",
}
_BOOLEANS = {"enable-network-policy", "enable-ipv6", "enable-policy-event-logs", "enable-cloudwatch-logs"}

given("cni-settings", "host_network", "bool", "Whether the DaemonSet's pods are on the host network.")
given("cni-settings", "tolerates_all", "bool", "Whether the DaemonSet tolerates every taint.")
given("cni-settings", "host_paths", "string[]", "The folders of the node that the container aws-node mounts.")
given("cni-settings", "probe_address", "string", "The address that the probes of aws-node ask.")


def objects(resource: Resource) -> Iterator[Subject]:
    """The settings of a DaemonSet that is aws-node, and the variables of its containers."""
    pod = resource.node.at("spec", "template", "spec")
    containers = {string(c.get("name")): c for c in items(pod.get("containers") if pod is not None else None)}
    inits = {string(c.get("name")): c for c in items(pod.get("initContainers") if pod is not None else None)}
    main = containers.get(MAIN)
    if pod is None or not _is_aws_node(resource, main):
        return
    init, agent = inits.get(INIT), containers.get(AGENT)
    whole = resource.node.at("spec", "selector") is not None and main is not None and main.get("image") is not None
    partial = resource.partial or (None if whole else "a patch says nothing of what it leaves out")
    source = Source("manifest", resource.name or MAIN, resource.place, resource.node, partial)
    known: dict[str, Value] = {}
    by_container: list[tuple[str, list[Entry]]] = []
    for container, node, fact in (("main", main, "main_env"), ("init", init, "init_env"), ("agent", agent, None)):
        if node is None:
            continue
        found = list(env_list(items(node.get("env"))))
        by_container.append((container, found))
        if fact is not None:
            known[fact] = names(found, _place(node, "env"), node.get("envFrom") is not None)
    for fact, node in (("version", main), ("init_version", init), ("agent_version", agent)):
        version = tag_version(node.get("image")) if node is not None else None
        if version is not None:
            known[fact] = version
    if partial is None or agent is not None:
        known["agent"] = Known(agent is not None, (agent.place if agent is not None else resource.place,))
    known |= _agent_flags(agent, partial)
    if partial is None:
        known |= _pod_facts(pod)
    probe = _probe_address(main)
    if probe is not None:
        known["probe_address"] = probe
    yield settings(source, known)
    for container, found in by_container:
        yield from variables(source, container, found)


def _is_aws_node(resource: Resource, main: Node | None) -> bool:
    if resource.name == MAIN:
        return True
    return main is not None and "amazon-k8s-cni" in (string(main.get("image")) or "")


def _place(container: Node, key: str) -> Place:
    found = container.key(key) or container.get("name")
    return (found or container).place


def _agent_flags(agent: Node | None, partial: str | None) -> dict[str, Value]:
    """What the agent's arguments say, read as Go's pflag does: `--x=v`, `--x v`, and a boolean `--x` alone."""
    if agent is None:
        return {}
    found: dict[str, Value] = {}
    waiting: str | None = None
    arguments = [*items(agent.get("command"))[1:], *items(agent.get("args"))]
    for node in arguments:
        text = node.content if isinstance(node, Scalar) else ""
        value: Value | None = None
        if waiting is not None:
            name, waiting, value = waiting, None, _argument(node, text)
        elif text.startswith("--"):
            name, equals, rest = text[2:].partition("=")
            if equals:
                value = _argument(node, rest)
            elif name in _BOOLEANS:
                value = Known("true", (node.place,), key=text)
            else:
                waiting = name
        else:
            continue
        if value is not None and name in _FLAGS:
            found[_FLAGS[name]] = value
    if partial is None:
        at = _place(agent, "args")
        for fact in _FLAGS.values():
            found.setdefault(fact, Absent((at,)))
    return found


def _argument(node: Node, text: str) -> Value:
    part = placeholder(text)
    key = node.content.partition("=")[0] if isinstance(node, Scalar) else None
    if part is not None:
        return Unknown(f"the placeholder {part}", (node.place,), text, key=key)
    return Known(text, (node.place,), key=key)


def _pod_facts(pod: Node) -> dict[str, Value]:
    """What of the pod's own fields the plugin cannot do without."""
    at = pod.key("containers") or pod
    network = pod.get("hostNetwork")
    open_to_all = [t for t in items(pod.get("tolerations")) if string(t.get("operator")) == "Exists" and t.get("key") is None]
    everything = [t for t in open_to_all if t.get("effect") is None]
    main = next((each for each in items(pod.get("containers")) if string(each.get("name")) == "aws-node"), None)
    mounted = {string(mount.get("name")) for mount in items(main.get("volumeMounts") if main is not None else None)}
    paths = [
        Known(path.content.rstrip("/") or "/", (path.place,))
        for volume in items(pod.get("volumes"))
        if string(volume.get("name")) in mounted and isinstance(path := volume.at("hostPath", "path"), Scalar)
    ]
    on_host = isinstance(network, Scalar) and network.value is True
    return {
        "host_network": Known(on_host, ((network or at).place,)),
        "tolerates_all": Known(bool(everything), ((pod.key("tolerations") or at).place,)),
        "host_paths": Known(Listing(paths), ((pod.key("volumes") or at).place,)),
    }


def _probe_address(main: Node | None) -> Value | None:
    for probe in ("livenessProbe", "readinessProbe"):
        for word in items(main.at(probe, "exec", "command") if main is not None else None):
            text = string(word) or ""
            if text.startswith("-addr="):
                return Known(text.removeprefix("-addr="), (word.place,))
    return None
