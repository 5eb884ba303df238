"""Health checks of NLB target groups, with the controller's defaults, and which pods' port they reach.

Source: pkg/service/model_build_target_group.go (buildTargetGroupHealthCheckConfig…) of the AWS Load Balancer Controller.
"""

from __future__ import annotations

from ekslint.data.go import go_int
from ekslint.fact import Subject, fact, given
from ekslint.facts.nlb_service import setting
from ekslint.facts.service import lookup
from ekslint.facts.written import CONTROLLER, integer, refused
from ekslint.relations.nlb_load_balancers import default
from ekslint.value import Absent, Known, Unknown, Value

given(
    "target-group",
    "local_nodes",
    "bool",
    "Whether only nodes with a pod are to answer an NLB: instance targets with the policy Local.",
)

PROTOCOLS = ("TCP", "HTTP", "HTTPS")
TRAFFIC_PORT = "traffic-port"


def health_check(service: Subject, target_type: Value) -> dict[str, Value]:
    """The facts of a target group about its health check."""
    local = local_instances(service, target_type)

    def number(suffix: str, usual: int, with_local: int) -> Value:
        return integer(_default(service, setting(service, suffix), local, str(usual), str(with_local)))

    protocol = _protocol(_default(service, setting(service, "healthcheck-protocol"), local, "TCP", "HTTP"))
    return {
        "local_nodes": local,
        "health_check_protocol": protocol,
        "health_check_port": _port(service, local),
        "health_check_path": _of_http(protocol, _default(service, setting(service, "healthcheck-path"), local, "/", "/healthz")),
        "health_check_codes": _of_http(protocol, default(service, "200-399", setting(service, "healthcheck-success-codes"))),
        "health_check_interval": number("healthcheck-interval", 10, 10),
        "health_check_timeout": number("healthcheck-timeout", 10, 6),
        "healthy_threshold": number("healthcheck-healthy-threshold", 3, 2),
        "unhealthy_threshold": number("healthcheck-unhealthy-threshold", 3, 2),
    }


def local_instances(service: Subject, target_type: Value) -> Value:
    """Whether nodes are targets of which only those with a pod are to be healthy, so that other defaults count."""
    kind, policy = service.get("type"), service.get("external_traffic_policy")
    for value, wanted in ((target_type, "instance"), (kind, "LoadBalancer"), (policy, "Local")):
        if isinstance(value, Absent) or (isinstance(value, Known) and value.value != wanted):
            return Known(False, value.places)
    unknown = next((value for value in (target_type, kind, policy) if isinstance(value, Unknown)), None)
    return unknown if unknown is not None else Known(True, policy.places)


def _default(service: Subject, written: Value, local: Value, usual: str, with_local: str) -> Value:
    if isinstance(written, Absent) and usual != with_local:
        if isinstance(local, Unknown):
            return Unknown(local.reason, written.places, written=False)
        return default(service, with_local if isinstance(local, Known) and local.value else usual, written)
    return default(service, usual, written)


def _protocol(value: Value) -> Value:
    if not isinstance(value, Known):
        return value
    word = str(value.value).upper()
    if word not in PROTOCOLS:
        return refused(value, f"unsupported health check protocol {value.value}")
    return Known(word, value.places, value.default, value.key)


def _of_http(protocol: Value, value: Value) -> Value:
    """Path and codes count for HTTP and HTTPS alone."""
    if isinstance(protocol, Known):
        return value if protocol.value != "TCP" else Absent(value.places, value.key)
    return protocol


def _port(service: Subject, local: Value) -> Value:
    written = setting(service, "healthcheck-port")
    if not isinstance(written, Absent):
        return written
    if isinstance(local, Unknown):
        return Unknown(local.reason, written.places, written=False)
    if isinstance(local, Known) and local.value:
        own = service.read("spec", "healthCheckNodePort")
        if isinstance(own, Known):
            return Known(str(own.value), own.places, key=own.key)
        return Unknown("the API server picks the health check's node port", written.places, written=False)
    return default(service, TRAFFIC_PORT, written)


@fact("target-group", "service-port")
def health_check_service_port(target_group: Subject) -> Value:
    """The port of the Service behind which an NLB's health check ends; absent for a number that is none of its ports.

    A name that is no port's is absent too, since the controller cannot resolve it (buildTargetGroupHealthCheckPort).
    """
    asked, service = target_group.get("health_check_port"), target_group.value("service")
    balancer = target_group.value("load_balancer")
    if not isinstance(asked, Known) or service is None or balancer is None or balancer.value("type") != "nlb":
        return asked if not isinstance(asked, Known) else Absent(asked.places)
    if asked.value == TRAFFIC_PORT:
        port = target_group.get("service_port")
        return Known(port.value, asked.places, asked.default, asked.key) if isinstance(port, Known) else port
    number = go_int(str(asked.value), 32)
    if number is None:
        found = lookup(service, str(asked.value))
        return Known(found.value, asked.places, key=asked.key) if isinstance(found, Known) else _at(found, asked)
    return _reaching(service, target_group.get("target_type"), number, asked)


def _at(found: Value, asked: Known[str]) -> Value:
    return Unknown(found.reason, asked.places, written=False) if isinstance(found, Unknown) else Absent(asked.places, asked.key)


def _reaching(service: Subject, target_type: Value, number: int, asked: Known[str]) -> Value:
    """The port whose targets listen on a number."""
    if not isinstance(target_type, Known):
        return target_type
    inner = "target_port" if target_type.value == "ip" else "node_port"
    listed = service.value("ports")
    unsure: Unknown | None = None
    for one in listed or ():
        if not isinstance(one, Known):
            continue
        reached = one.value.get(inner)
        if isinstance(reached, Known) and reached.value == number:
            return Known(one.value, asked.places, key=asked.key)
        if isinstance(reached, Unknown) or (isinstance(reached, Known) and not isinstance(reached.value, int)):
            unsure = unsure or Unknown("where a port of the Service ends is not known", reached.places, written=False)
    return unsure if unsure is not None else Absent(asked.places, asked.key)


@fact("target-group", "bool")
def checks_node_health(target_group: Subject) -> Value:
    """Whether a health check asks kube-proxy whether the node has a pod (healthCheckNodePort); absent but for local nodes."""
    local, service = target_group.get("local_nodes"), target_group.value("service")
    asked = target_group.get("health_check_port")
    if not isinstance(local, Known) or not local.value or service is None:
        return local if isinstance(local, Unknown) else Absent(asked.places)
    if isinstance(asked, Unknown):
        return asked if asked.written else Known(True, asked.places, default=CONTROLLER)
    own, number = service.read("spec", "healthCheckNodePort"), go_int(str(target_group.value("health_check_port")), 32)
    if isinstance(own, Known):
        return Known(number == own.value, asked.places, key=asked.key)
    if number is not None and 30000 <= number <= 32767:
        return Unknown("the API server picks the health check's node port", asked.places, written=False)
    return Known(False, asked.places, key=asked.key)


@fact("target-group", "bool")
def health_check_port_resolves(target_group: Subject) -> Value:
    """Whether the controller can tell where an NLB's health check goes: a name must be one of a Service's ports, and for ip targets
    that port's targetPort a number. Absent of an ALB."""
    asked = target_group.get("health_check_port")
    balancer = target_group.value("load_balancer")
    if not isinstance(asked, Known) or balancer is None or balancer.value("type") != "nlb":
        return asked if isinstance(asked, Unknown) else Absent(asked.places)
    if asked.value == TRAFFIC_PORT or go_int(str(asked.value), 32) is not None:
        return Known(True, asked.places, asked.default, asked.key)
    port, kind = target_group.get("health_check_service_port"), target_group.get("target_type")
    if not isinstance(port, Known):
        return port if isinstance(port, Unknown) else Known(False, asked.places, key=asked.key)
    target = port.value.get("target_port")
    if not isinstance(kind, Known) or not isinstance(target, Known):
        return next(value for value in (kind, target) if not isinstance(value, Known))
    return Known(kind.value == "instance" or isinstance(target.value, int), asked.places, key=asked.key)
