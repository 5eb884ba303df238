"""Services: type, ports, families, as the API server stores them.

Sources: Kubernetes API reference, Service v1 (defaults of type, protocol, targetPort, allocateLoadBalancerNodePorts);
pkg/k8s/service_utils.go (LookupServicePort) of the AWS Load Balancer Controller.
"""

from __future__ import annotations

from ekslint.fact import Subject, fact, subjects
from ekslint.syntax.tree import Node, entries, items
from ekslint.value import Absent, Known, Listing, Unknown, Value, derive, read, read_list

KUBERNETES = "Kubernetes"


def _or(value: Value, default: object) -> Value:
    return Known(default, value.places, default=KUBERNETES, key=value.key) if isinstance(value, Absent) else value


@fact("service", "enum(ClusterIP, NodePort, LoadBalancer, ExternalName)")
def type(service: Subject) -> Value:
    """The Service's type; ClusterIP where none is written."""
    return _or(service.read("spec", "type"), "ClusterIP")


@fact("service", "string")
def cluster_ip(service: Subject) -> Value:
    """The address that `spec.clusterIP` asks for; None for a headless Service."""
    return service.read("spec", "clusterIP")


@fact("service", "bool")
def headless(service: Subject) -> Value:
    """Whether the Service has no address of its own (`clusterIP: None`)."""
    address = service.get("cluster_ip")
    if isinstance(address, Absent):
        return Known(False, address.places, default=KUBERNETES)
    return derive(lambda text: text == "None", address)


@fact("service", "enum(Cluster, Local)")
def external_traffic_policy(service: Subject) -> Value:
    """Which nodes answer on a node port: all (Cluster, the default) or those with a pod (Local). Absent without node ports."""
    kind = service.get("type")
    if isinstance(kind, Known) and kind.value in ("ClusterIP", "ExternalName"):
        return Absent(kind.places)
    return _or(service.read("spec", "externalTrafficPolicy"), "Cluster")


@fact("service", "bool")
def allocates_node_ports(service: Subject) -> Value:
    """Whether the API server gives each port of the Service a node port."""
    kind = service.get("type")
    if not isinstance(kind, Known) or kind.value == "NodePort":
        return derive(lambda _: True, kind)
    if kind.value != "LoadBalancer":
        return Known(False, kind.places, kind.default)
    return _or(service.read("spec", "allocateLoadBalancerNodePorts"), True)


@fact("service", "string[]")
def ip_families(service: Subject) -> Value:
    """The address families that the Service asks for; absent where the cluster decides."""
    return read_list(service.node, "spec", "ipFamilies", partial=service.partial, outer=(service.place,))


@fact("service", "string[]")
def selector(service: Subject) -> Value:
    """The labels that a pod needs to be behind the Service, as key=value; absent where others fill in its endpoints."""
    found = service.read("spec", "selector")
    if not isinstance(found, Known):
        return found
    pairs: list[Value] = []
    for key, node, value in entries(service.node.at("spec", "selector") if service.node is not None else None):
        written = read(value, outer=(node.place,))
        if isinstance(written, Known):
            pairs.append(Known(f"{key}={written.value}", (node.place,), key=key))
        else:
            pairs.append(written if isinstance(written, Unknown) else Known(f"{key}=", (node.place,), key=key))
    if not pairs:
        return Absent(found.places, found.key)
    return Known(Listing(pairs, bool(service.partial), service.partial or ""), found.places)


@fact("service", "service-port[]")
def ports(service: Subject) -> Value:
    """The Service's ports, in order."""
    found = read_list(service.node, "spec", "ports", partial=service.partial, outer=(service.place,))
    if not isinstance(found, Known):
        return found
    nodes = items(service.node.at("spec", "ports") if service.node is not None else None)
    made = [_port(service, node, index) for index, node in enumerate(nodes)]
    return subjects(made, bool(service.partial), service.partial or "", found.places)


def _port(service: Subject, node: Node, index: int) -> Subject:
    def part(key: str) -> Value:
        return read(node, key, partial=service.partial, outer=(node.place,))

    number, name = part("port"), part("name")
    shown = str(name.value if isinstance(name, Known) else number.value if isinstance(number, Known) else index)
    named = node.get("name") or node.get("port") or node
    target = part("targetPort")
    if isinstance(target, Absent) or (isinstance(target, Known) and target.value in (0, "")):
        target = Known(number.value, number.places, default=KUBERNETES) if isinstance(number, Known) else number
    return Subject(
        "service-port",
        shown,
        named.place,
        namespace=service.namespace,
        node=node,
        given={
            "service": service.known(),
            "port": number,
            "port_name": name,
            "protocol": _or(part("protocol"), "TCP"),
            "target_port": target,
            "app_protocol": part("appProtocol"),
            "node_port": _node_port(service, part("nodePort")),
            "has_node_port": _has_node_port(service, part("nodePort")),
        },
        partial=service.partial,
        cluster=service.cluster,
    )


def _node_port(service: Subject, written: Value) -> Value:
    has = _has_node_port(service, written)
    if not isinstance(has, Known):
        return has
    if not has.value:
        return Absent(has.places)
    return written if isinstance(written, Known) else Unknown("the API server picks the node port", has.places, written=False)


def _has_node_port(service: Subject, written: Value) -> Value:
    kind = service.get("type")
    if isinstance(kind, Known) and kind.value in ("ClusterIP", "ExternalName"):
        return Known(False, kind.places, kind.default)
    allocates = service.get("allocates_node_ports")
    if isinstance(written, Known) and isinstance(kind, Known):
        return Known(True, written.places)
    if isinstance(allocates, Known) and allocates.value is False and isinstance(written, Unknown):
        return written
    return allocates


def port_of(service: Value, port: Value) -> Value:
    """The port that something names of the Service that it names; absent where the Service has none of that number or name."""
    if not isinstance(service, Known) or not isinstance(port, Known):
        return port if isinstance(service, Known) else service
    found = lookup(service.value, port.value)
    if isinstance(found, Known):
        return Known(found.value, port.places)
    return Unknown(found.reason, port.places, written=False) if isinstance(found, Unknown) else Absent(port.places)


def lookup(service: Subject, port: str | int) -> Value:
    """The port of a Service that a backend means: by name for a text, else by number (LookupServicePort)."""
    found = service.get("ports")
    if not isinstance(found, Known):
        return found
    key = "port_name" if isinstance(port, str) else "port"
    listed: Listing = found.value
    unsure: Unknown | None = None
    for entry in listed:
        if not isinstance(entry, Known):
            continue
        value = entry.value.get(key)
        if isinstance(value, Known) and value.value == port:
            return Known(entry.value, (entry.value.place,)) if unsure is None else unsure
        if isinstance(value, Unknown):
            unsure = value
    if unsure is not None:
        return unsure
    return Unknown(listed.why, found.places, written=False) if listed.open else Absent(found.places)
