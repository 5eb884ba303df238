"""Gateways that the AWS Load Balancer Controller takes, their listeners, and the routes that attach to them.

Sources: pkg/gateway/constants/controller_constants.go, pkg/gateway/routeutils (listener_attachment_helper.go, listener_utils.go)
and pkg/gateway/model/model_build_listener.go of the AWS Load Balancer Controller; the Gateway API for defaults.
"""

from __future__ import annotations

from collections.abc import Iterator

from ekslint.data.nearest import nearest_name
from ekslint.fact import Subject, fact, given, maker, subjects
from ekslint.inventory import Cluster
from ekslint.relations.services import fits, namespace_of
from ekslint.syntax.tree import Node, items
from ekslint.value import Absent, Known, Unknown, Value, read

CONTROLLERS = {"gateway.k8s.aws/alb": "alb", "gateway.k8s.aws/nlb": "nlb"}

given("gateway-listener", "gateway", "gateway", "The Gateway that has the listener.")
given("gateway-listener", "port", "int", "The number of the port.")
given("gateway-listener", "protocol", "string", "What it speaks.")
given("gateway-listener", "hostname", "string", "The host name that it is for; absent where it is for all.")
given("parent", "route", "route", "The route that wants to attach.")
given("parent", "section", "string", "The name of the listener that it wants; absent where any will do.")
given("parent", "port", "int", "The port that it wants; absent where any will do.")
given("parent", "gateway", "gateway", "The Gateway that it names.")


@fact("gateway-class", "string")
def controller(gateway_class: Subject) -> Value:
    """The controller that the class is for."""
    return gateway_class.read("spec", "controllerName")


@fact("gateway-class", "string")
def nearest_controller(gateway_class: Subject) -> Value:
    """The AWS controller that a name most likely means; absent for one of them and where none is near."""
    named = gateway_class.get("controller")
    if not isinstance(named, Known) or named.value in CONTROLLERS:
        return Absent(named.places) if isinstance(named, Known) else named
    meant = {"ingress.k8s.aws/alb": "gateway.k8s.aws/alb", "service.k8s.aws/nlb": "gateway.k8s.aws/nlb"}
    near = meant.get(str(named.value)) or nearest_name(str(named.value), CONTROLLERS)
    if near is None and str(named.value).startswith("gateway.k8s.aws/"):
        near = next(iter(CONTROLLERS))
    return Known(near, named.places) if near else Absent(named.places)


@fact("gateway", "gateway-class")
def gateway_class(gateway: Subject) -> Value:
    """The GatewayClass that the Gateway names."""
    name = gateway.read("spec", "gatewayClassName")
    if not isinstance(name, Known):
        return name
    found = gateway.home.named("gateway-class", str(name.value))
    if not found:
        return Unknown(f"GatewayClass {name.value} is not in the files", name.places, written=False)
    return Known(found[0], name.places)


@fact("gateway", "enum(alb, nlb, other)")
def type(gateway: Subject) -> Value:
    """The type of load balancer that the AWS controller makes of the Gateway; other where another controller takes it."""
    named = gateway.get("gateway_class")
    if not isinstance(named, Known):
        return named
    said = named.value.get("controller")
    return Known(CONTROLLERS.get(str(said.value), "other"), said.places) if isinstance(said, Known) else said


@fact("gateway", "gateway-listener[]")
def listeners(gateway: Subject) -> Value:
    """The listeners of the Gateway."""
    cluster = gateway.home
    return subjects(cluster.where("gateway-listener", "gateway", gateway), bool(gateway.partial), gateway.partial or "")


@maker("gateway-listener", ("gateway", "gateway-class", "route", "load-balancer-configuration", "target-group-configuration"))
def gateway_listeners(cluster: Cluster) -> Iterator[Subject]:
    """The listeners of a cluster's Gateways."""
    for gateway in cluster.all("gateway"):
        listed = gateway.node.at("spec", "listeners") if gateway.node is not None else None
        for number, node in enumerate(items(listed)):
            yield _listener(gateway, number, node)


def _listener(gateway: Subject, number: int, node: Node) -> Subject:
    def part(key: str) -> Value:
        return read(node, key, partial=gateway.partial, outer=(node.place,))

    name = part("name")
    named = node.get("name") or node
    return Subject(
        "gateway-listener",
        str(name.value) if isinstance(name, Known) else str(number),
        named.place,
        namespace=gateway.namespace,
        node=node,
        given={
            "gateway": gateway.known(),
            "port": part("port"),
            "protocol": part("protocol"),
            "hostname": part("hostname"),
        },
        partial=gateway.partial,
        cluster=gateway.cluster,
    )


@fact("gateway-listener", "gateway-listener[]")
def same_port(listener: Subject) -> Value:
    """The listeners of the Gateway that have the same port, itself too."""
    gateway, port = listener.value("gateway"), listener.get("port")
    if not isinstance(port, Known):
        return port
    found = [one.value for one in gateway.value("listeners") if one.value.value("port") == port.value]
    return subjects(found, bool(gateway.partial), gateway.partial or "")


@fact("gateway-listener", "any")
def certificate_refs(listener: Subject) -> Value:
    """The Secrets whose certificates the listener asks for; absent where it names none."""
    found = listener.read("tls", "certificateRefs")
    named = items(listener.node.at("tls", "certificateRefs") if listener.node is not None else None)
    return found if named or not isinstance(found, Known) else Absent(found.places)


@fact("route", "parent[]")
def parents(route: Subject) -> Value:
    """The Gateways that the route wants to attach to."""
    return subjects(route.home.where("parent", "route", route), bool(route.partial), route.partial or "")


@maker("parent", ("gateway", "gateway-class", "route", "load-balancer-configuration", "target-group-configuration"))
def all_parents(cluster: Cluster) -> Iterator[Subject]:
    """The parentRefs of a cluster's routes that name Gateways."""
    for route in cluster.all("route"):
        listed = route.node.at("spec", "parentRefs") if route.node is not None else None
        for node in items(listed):
            kind = read(node, "kind")
            if isinstance(kind, Absent) or (isinstance(kind, Known) and kind.value == "Gateway"):
                yield _parent(route, node)


def _parent(route: Subject, node: Node) -> Subject:
    name, namespace = read(node, "name", outer=(node.place,)), read(node, "namespace", outer=(node.place,))
    return Subject(
        "parent",
        str(name.value) if isinstance(name, Known) else "",
        node.place,
        namespace=route.namespace,
        node=node,
        given={
            "route": route.known(),
            "section": read(node, "sectionName", outer=(node.place,)),
            "port": read(node, "port", outer=(node.place,)),
            "gateway": _gateway(route, name, namespace),
        },
        cluster=route.cluster,
    )


def _gateway(route: Subject, name: Value, namespace: Value) -> Value:
    if not isinstance(name, Known) or isinstance(namespace, Unknown):
        return namespace if isinstance(name, Known) else name
    wanted = str(namespace.value) if isinstance(namespace, Known) else namespace_of(route)
    found = [one for one in route.home.named("gateway", str(name.value)) if fits(namespace_of(one), wanted)]
    if len(found) == 1:
        return Known(found[0], name.places)
    return Unknown(f"Gateway {name.value} is not in the files" if not found else f"several Gateways {name.value}", name.places)


@fact("parent", "gateway-listener[]")
def wanted_listeners(parent: Subject) -> Value:
    """The listeners of the Gateway that have the name and port which the route wants."""
    gateway = parent.get("gateway")
    if not isinstance(gateway, Known):
        return gateway
    section, port = parent.get("section"), parent.get("port")
    if isinstance(section, Unknown) or isinstance(port, Unknown):
        return section if isinstance(section, Unknown) else port
    listed = gateway.value.value("listeners")
    found = [
        one.value
        for one in listed
        if (isinstance(section, Absent) or one.value.name == section.value)
        and (isinstance(port, Absent) or not isinstance(one.value.get("port"), Known) or one.value.value("port") == port.value)
    ]
    return subjects(found, listed.open, listed.why, (*section.places, *port.places))


@fact("route", "bool")
def taken(route: Subject) -> Value:
    """Whether the AWS controller takes a Gateway that the route names; unknown where a Gateway is not in the files."""
    types = [one.value.get("gateway") for one in route.value("parents")]
    known = [one.value.get("type") if isinstance(one, Known) else one for one in types]
    if any(isinstance(one, Known) and one.value != "other" for one in known):
        return Known(True, (route.place,))
    unknown = next((one for one in known if not isinstance(one, Known)), None)
    return unknown if isinstance(unknown, Unknown) else Known(False, (route.place,))
