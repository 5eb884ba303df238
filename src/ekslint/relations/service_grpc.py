"""Which ports of Services speak gRPC, as far as the files say.

Sources: Kubernetes, Services (appProtocol) and pods (gRPC probes); gRPC health checking protocol, for the form of a method's path.
"""

from __future__ import annotations

import re

from ekslint.fact import Subject, fact
from ekslint.facts.workload import pod_of
from ekslint.syntax.tree import Node, items
from ekslint.value import Absent, Known, Unknown, Value, read

METHOD = re.compile(r"/(?:[a-z_]\w*\.)+[A-Z]\w*/[A-Z]\w*")
"""The path of a gRPC method: package, service and method."""

_PROBES = ("readinessProbe", "livenessProbe", "startupProbe")


def _named_grpc(value: Value) -> bool:
    return (
        isinstance(value, Known) and (value.value == "grpc" or str(value.value).startswith("grpc-")) and value.value != "grpc-web"
    )


@fact("service-port", "bool")
def grpc(port: Subject) -> Value:
    """Whether the files say that it speaks gRPC: its name or appProtocol, or the name or a gRPC probe of the container's port."""
    for value in (port.get("app_protocol"), port.get("port_name")):
        if _named_grpc(value):
            return Known(True, value.places)
    service = port.value("service")
    listed = service.get("workloads") if service is not None else Absent((port.place,))
    for one in listed.value if isinstance(listed, Known) else ():
        pod = pod_of(one.value) if isinstance(one, Known) else None
        for container in items(pod.at("spec", "containers")) if pod is not None else ():
            said = _said_by(container, port.value("target_port"))
            if said is not None:
                return Known(True, said.places)
    return Known(False, (port.place,))


def _said_by(container: Node, target: object) -> Value | None:
    """What of a container says that the port of that number or name speaks gRPC."""
    reached = {target}
    for entry in items(container.get("ports")):
        name, number = read(entry, "name"), read(entry, "containerPort")
        if isinstance(name, Known) and isinstance(number, Known) and target in (name.value, number.value):
            if _named_grpc(name):
                return name
            reached |= {name.value, number.value}
    for probe in _PROBES:
        asked = read(container, probe, "grpc", "port")
        if isinstance(asked, Known) and asked.value in reached:
            return asked
    return None


@fact("target-group", "bool")
def health_check_meets_grpc(target_group: Subject) -> Value:
    """Whether a health check asks for the path of a gRPC method, or ends at a port that speaks gRPC."""
    path = target_group.get("health_check_path")
    if isinstance(path, Known) and METHOD.fullmatch(str(path.value)):
        return Known(True, path.places)
    port = target_group.get("health_check_service_port")
    if isinstance(port, Known):
        found: Value = port.value.get("grpc")
        return found
    return port if isinstance(port, Unknown) else Known(False, port.places)
