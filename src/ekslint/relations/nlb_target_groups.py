"""Target groups of NLBs: one for each port number of the Service, and what they make of cross-zone balancing and client addresses.

Source: pkg/service/model_build_target_group.go of the AWS Load Balancer Controller.
"""

from __future__ import annotations

from collections.abc import Iterator

from ekslint.fact import Subject, fact, given, subjects
from ekslint.facts.load_balancer_controller import controller_or
from ekslint.facts.nlb_service import PREFIX, SUFFIX, setting
from ekslint.facts.workload import pod_of
from ekslint.facts.written import CONTROLLER, annotation, pairs
from ekslint.inventory import Cluster
from ekslint.relations import target_groups
from ekslint.relations.nlb_health_checks import health_check
from ekslint.relations.nlb_listeners import protocols, together
from ekslint.relations.nlb_load_balancers import CROSS_ZONE, default
from ekslint.syntax.tree import Node, items
from ekslint.value import Absent, Known, Unknown, Value, read

given("target-group", "cross_zone", "bool", "Whether its targets get traffic from all zones: its own attribute, else the NLB's.")
given("target-group", "listener_protocol", "string", "What the NLB's listener in front of it speaks.")


@target_groups.source
def nlb_target_groups(cluster: Cluster) -> Iterator[Subject]:
    """The target groups of the cluster's NLBs, in the order of the Services' ports."""
    for load_balancer in cluster.where("load-balancer", "type", "nlb"):
        for ports in together(load_balancer.value("service")):
            yield _target_group(load_balancer, ports)


def _target_group(load_balancer: Subject, ports: list[Subject]) -> Subject:
    service: Subject = load_balancer.value("service")
    port = ports[0]
    number = port.value("port")
    kind = target_type(service)
    spoken, to_targets = protocols(load_balancer, ports)
    attributes = _attributes(service, number)
    return Subject(
        "target-group",
        f"{service.name}:{number}",
        port.place,
        namespace=service.namespace,
        given={
            "load_balancer": load_balancer.known(),
            "service": service.known(),
            "service_port": port.known(),
            "target_type": kind,
            "built": Known(True, (port.place,)),
            "protocol": to_targets,
            "listener_protocol": spoken,
            "attributes": _subjects(service, attributes),
            "cross_zone": _cross_zone(load_balancer, attributes),
            **health_check(service, kind),
        },
        cluster=load_balancer.cluster,
    )


def target_type(service: Subject) -> Value:
    """ip only for exactly that word, or the old type nlb-ip; any other word is instance (buildTargetType)."""
    kind = setting(service, "type")
    if isinstance(kind, Known) and kind.value == "nlb-ip":
        return Known("ip", kind.places, key=kind.key)
    written = default(service, "instance", setting(service, "nlb-target-type"))
    if isinstance(written, Known) and written.default:
        written = controller_or(service.home, "default_target_type", written)
    if isinstance(written, Known) and not written.default:
        if isinstance(kind, Unknown) and written.value != "ip":
            return kind
        return Known("ip" if written.value == "ip" else "instance", written.places, key=written.key)
    return kind if isinstance(kind, Unknown) else written


def _attributes(service: Subject, number: int) -> dict[str, Value] | Unknown | Absent:
    """The attributes that the annotation sets for all ports, and over them those of the annotation for this port.

    An empty value for the port leaves the one for all; what is Unknown makes all of them so.
    """
    everywhere = pairs(setting(service, "target-group-attributes"))
    here = pairs(annotation(service, f"{PREFIX}{SUFFIX}target-group-attributes.{number}"))
    found: dict[str, Value] = {}
    for value in (everywhere, here):
        if isinstance(value, Unknown):
            return value
        if isinstance(value, Known):
            written = value.value.items()
            found.update({k: Known(v, value.places, key=value.key) for k, v in written if v != "" or value is everywhere})
    if isinstance(everywhere, Absent) and isinstance(here, Absent):
        return everywhere
    return found


def _subjects(service: Subject, attributes: dict[str, Value] | Unknown | Absent) -> Value:
    if not isinstance(attributes, dict):
        return attributes
    made = []
    for key, value in attributes.items():
        place = value.places[0]
        facts = {"key": Known(key, (place,)), "value": value}
        made.append(Subject("target-group-attribute", key, place, given=facts, cluster=service.cluster))
    return subjects(made)


def _cross_zone(load_balancer: Subject, attributes: dict[str, Value] | Unknown | Absent) -> Value:
    """The target group's own attribute; without one, or where it says so, the load balancer's."""
    if isinstance(attributes, Unknown):
        return attributes
    own = attributes.get(CROSS_ZONE) if isinstance(attributes, dict) else None
    if isinstance(own, Known) and str(own.value).lower() in ("true", "false"):
        return Known(str(own.value).lower() == "true", own.places, key=own.key)
    if isinstance(own, Known) and own.value != "use_load_balancer_configuration":
        return Unknown("AWS refuses it", own.places, str(own.value), key=own.key)
    found: Value = load_balancer.get("cross_zone")
    return found


def attribute_of(target_group: Subject, key: str) -> Value:
    """One attribute that is set for a target group, as text."""
    listed = target_group.get("attributes")
    if not isinstance(listed, Known):
        return listed
    for one in listed.value:
        if isinstance(one, Known) and one.value.value("key") == key:
            value: Value = one.value.get("value")
            return value
    return Absent(listed.places)


def _nlb(target_group: Subject) -> Subject | None:
    """The Service behind an NLB's target group; None of an ALB's."""
    balancer = target_group.value("load_balancer")
    return balancer.value("service") if balancer is not None else None


@fact("target-group", "bool")
def preserves_client_ip(target_group: Subject) -> Value:
    """Whether targets of an NLB see the client's address: its attribute, by default only with instance targets and for UDP."""
    if _nlb(target_group) is None:
        return Absent((target_group.place,))
    written = attribute_of(target_group, "preserve_client_ip.enabled")
    if isinstance(written, Known):
        return Known(str(written.value) in ("1", "t", "T", "TRUE", "true", "True"), written.places, key=written.key)
    kind, protocol = target_group.get("target_type"), target_group.get("protocol")
    if isinstance(written, Unknown) or not isinstance(kind, Known) or not isinstance(protocol, Known):
        return next(value for value in (written, kind, protocol) if not isinstance(value, Known))
    by_default = kind.value == "instance" or "TCP" != protocol.value != "TLS"
    return Known(by_default, written.places, default="AWS")


@fact("target-group", "bool")
def proxy_protocol(target_group: Subject) -> Value:
    """Whether an NLB tells targets the client's address by proxy protocol version 2 (buildTargetGroupAttributes)."""
    service = _nlb(target_group)
    if service is None:
        return Absent((target_group.place,))
    everywhere = setting(service, "proxy-protocol")
    if isinstance(everywhere, Unknown):
        return everywhere
    if isinstance(everywhere, Known):
        if everywhere.value != "*":
            return Unknown("the controller only takes *", everywhere.places, str(everywhere.value), key=everywhere.key)
        return Known(True, everywhere.places, key=everywhere.key)
    listed = setting(service, "proxy-protocol-per-target-group")
    if isinstance(listed, Unknown):
        return listed
    if isinstance(listed, Known):
        ports = [part.strip() for part in str(listed.value).split(",")]
        return Known(str(target_group.value("service_port").value("port")) in ports, listed.places, key=listed.key)
    written = attribute_of(target_group, "proxy_protocol_v2.enabled")
    if isinstance(written, Known):
        return Known(str(written.value).lower() == "true", written.places, key=written.key)
    return written if isinstance(written, Unknown) else Known(False, written.places, default=CONTROLLER)


@fact("target-group", "bool")
def proxy_protocol_attribute(target_group: Subject) -> Value:
    """What an NLB's target group attributes say of proxy protocol, heeded or not; absent where they do not."""
    return _flag(target_group, "proxy_protocol_v2.enabled")


@fact("target-group", "bool")
def sticky(target_group: Subject) -> Value:
    """Whether an NLB's target group attributes send a client to the same target again; absent where they do not say."""
    return _flag(target_group, "stickiness.enabled")


def _flag(target_group: Subject, key: str) -> Value:
    if _nlb(target_group) is None:
        return Absent((target_group.place,))
    written = attribute_of(target_group, key)
    return Known(str(written.value).lower() == "true", written.places, key=written.key) if isinstance(written, Known) else written


@fact("target-group", "bool")
def tcp_declared(target_group: Subject) -> Value:
    """Whether a port of the Service, or of a container behind it, says TCP for the number that targets of type ip listen on."""
    port, service = target_group.value("service_port"), target_group.value("service")
    if port is None or service is None:
        return Absent((target_group.place,))
    target: Value = port.get("target_port")
    if not isinstance(target, Known):
        return target
    listed, workloads = service.get("ports"), service.get("workloads")
    for one in listed.value if isinstance(listed, Known) else ():
        if one.value.value("protocol") == "TCP" and one.value.value("target_port") == target.value:
            return Known(True, (one.value.place,))
    for one in workloads.value if isinstance(workloads, Known) else ():
        for declared in _container_ports(one.value) if isinstance(one, Known) else ():
            named = {_plain(declared, "containerPort"), _plain(declared, "name")}
            if target.value in named and _plain(declared, "protocol") in (None, "TCP"):
                return Known(True, (declared.place,))
    return Known(False, target.places)


def _container_ports(workload: Subject) -> list[Node]:
    pod = pod_of(workload)
    containers = items(pod.at("spec", "containers")) if pod is not None else []
    return [port for container in containers for port in items(container.get("ports"))]


def _plain(node: Node, key: str) -> object:
    found = read(node, key)
    return found.value if isinstance(found, Known) else None
