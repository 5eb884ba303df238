"""Where the health checks of an ALB's target groups go.

Source: pkg/ingress/model_build_target_group.go (buildTargetGroupHealthCheckPort) of the AWS Load Balancer Controller.
"""

from __future__ import annotations

from ekslint.data.go import go_int
from ekslint.fact import Subject, fact
from ekslint.facts.service import lookup
from ekslint.facts.workload import pod_of
from ekslint.facts.written import integer
from ekslint.relations.alb_target_groups import first_written
from ekslint.syntax.tree import Node, items
from ekslint.value import Absent, Known, Unknown, Value, listing, read


@fact("target-group", "int")
def health_check_number(target_group: Subject) -> Value:
    """The number that the health check port is written as; absent where it is traffic-port or the name of a Service port."""
    port = target_group.get("health_check_port")
    if not isinstance(port, Known):
        return port
    number = go_int(str(port.value))
    return Absent(port.places) if number is None else Known(number, port.places, key=port.key)


@fact("target-group", "string")
def health_check_port_name(target_group: Subject) -> Value:
    """The name that the health check port is written as; absent where it is traffic-port or a number."""
    port = target_group.get("health_check_port")
    if not isinstance(port, Known) or port.default:
        return port if isinstance(port, Unknown) else Absent(port.places)
    named = port.value != "traffic-port" and go_int(str(port.value)) is None
    return port if named else Absent(port.places)


@fact("target-group", "service-port")
def named_health_check_port(target_group: Subject) -> Value:
    """The port of the Service that the name of the health check port means; absent where the Service has none of that name."""
    name, service = target_group.get("health_check_port_name"), target_group.get("service")
    if not isinstance(name, Known):
        return name
    if not isinstance(service, Known):
        return service if isinstance(service, Unknown) else Unknown("there is no Service", name.places, written=False)
    found = lookup(service.value, str(name.value))
    if isinstance(found, Known):
        return Known(found.value, name.places)
    return Absent(name.places) if isinstance(found, Absent) else found


@fact("service", "int[]")
def pod_port_numbers(service: Subject) -> Value:
    """The numbers of the ports that the containers behind the Service name; absent where no workload behind it is seen."""
    listed = service.get("workloads")
    if not isinstance(listed, Known):
        return listed
    if not listed.value.items:
        return Unknown(listed.value.why, listed.places, written=False) if listed.value.open else Absent(listed.places)
    numbers: list[Value] = []
    for one in listed.value:
        pod = pod_of(one.value)
        for container in items(pod.at("spec", "containers")) if pod is not None else []:
            found = [read(port, "containerPort") for port in items(container.get("ports"))]
            numbers += [number for number in found if isinstance(number, Known)]
    return listing(numbers, listed.value.open, listed.value.why, listed.places)


@fact("target-group", "int")
def control_port(target_group: Subject) -> Value:
    """The port of the target control agent (target-control-port.<service>.<port>); absent where none is written."""
    ingress, service, backends = (target_group.value(name) for name in ("ingress", "service", "backends"))
    if ingress is None or service is None or not backends:
        return Absent((target_group.place,))
    suffix = f"target-control-port.{service.name}.{backends.items[0].value.value('port')}"
    return integer(first_written(ingress, target_group.get("service"), suffix))


@fact("target-group", "string[]")
def readiness_paths(target_group: Subject) -> Value:
    """The paths that HTTP readiness probes ask for on the port behind which the targets are, each once."""
    listed, port = target_group.get("workloads"), target_group.get("service_port")
    if not isinstance(listed, Known) or not isinstance(port, Known):
        return port if isinstance(listed, Known) else listed
    found: dict[object, Value] = {}
    why = listed.value.why
    for one in listed.value:
        pod = pod_of(one.value) if isinstance(one, Known) else None
        for container in items(pod.at("spec", "containers")) if pod is not None else []:
            asked = read(container, "readinessProbe", "httpGet", "port")
            path = read(container, "readinessProbe", "httpGet", "path")
            if isinstance(asked, Unknown) or isinstance(path, Unknown):
                why = why or "a probe is not known"
            elif isinstance(asked, Known) and asked.value in _reached(container, port.value.value("target_port")):
                said = path if isinstance(path, Known) else Known("/", asked.places, default="Kubernetes")
                found.setdefault(said.value, said)
    return listing(found.values(), listed.value.open or bool(why), why, listed.places)


def _reached(container: Node, target: object) -> set[object]:
    """The number and name of the container's port that a Service's target port means."""
    found = {target}
    for entry in items(container.get("ports")):
        known = [value.value for value in (read(entry, "name"), read(entry, "containerPort")) if isinstance(value, Known)]
        if target in known:
            found |= set(known)
    return found
