"""Target groups of every load balancer. A module that knows how some come about adds a source; the facts of all are declared here.

    @target_groups.source
    def of_services(cluster: Cluster) -> Iterable[Subject]: …

A source gives whatever of the declared facts means something for its target groups; what it does not give is absent.
"""

from __future__ import annotations

from collections.abc import Iterator

from ekslint.fact import Subject, fact, given, maker
from ekslint.inventory import Cluster
from ekslint.relations._sources import Sources
from ekslint.value import Absent, Known, Unknown, Value

source = Sources("alb_target_groups", "nlb_target_groups")
"""Declares a function of the cluster as a source of target groups."""

_HEALTH = {
    "health_check_protocol": ("string", "What health checks speak: HTTP, HTTPS or TCP."),
    "health_check_port": ("string", "Where health checks go: a number, the name of a Service port, or traffic-port."),
    "health_check_path": ("string", "The path that HTTP health checks ask for."),
    "health_check_codes": ("string", "The answers that make a target healthy."),
    "health_check_interval": ("int", "Seconds from one health check to the next."),
    "health_check_timeout": ("int", "Seconds after which a health check has failed."),
    "healthy_threshold": ("int", "Good health checks in a row that make a target healthy."),
    "unhealthy_threshold": ("int", "Failed health checks in a row that make a target unhealthy."),
}

given("target-group", "load_balancer", "load-balancer", "The load balancer that forwards to it.")
given("target-group", "ingress", "ingress", "The Ingress that forwards to it; of an NLB none.")
given("target-group", "backends", "backend[]", "The backends of the Ingress that share it; of an NLB none.")
given("target-group", "service", "service", "The Service whose pods or node ports are its targets.")
given("target-group", "service_port", "service-port", "The port of the Service.")
given("target-group", "target_type", "enum(instance, ip)", "Whether targets are nodes or pods, with the controller's default.")
given("target-group", "built", "bool", "Whether a listener has a rule or default action that forwards to it, so that it is built.")
given("target-group", "protocol", "string", "What targets are spoken to in: HTTP or HTTPS of an ALB, TCP, UDP or TLS of an NLB.")
given("target-group", "protocol_version", "enum(HTTP1, HTTP2, GRPC)", "The version of HTTP; of an NLB none.")
given("target-group", "attributes", "target-group-attribute[]", "What the target group attributes annotation sets.")
for _name, (_type, _text) in _HEALTH.items():
    given("target-group", _name, _type, _text)

given("target-group-attribute", "key", "string", "The attribute's key.")
given("target-group-attribute", "value", "string", "The attribute's value as written.")


@maker("target-group")
def target_groups(cluster: Cluster) -> Iterator[Subject]:
    """The target groups that the objects of a cluster make."""
    return source.subjects(cluster)


@fact("target-group", "workload[]")
def workloads(target_group: Subject) -> Value:
    """The workloads whose pods are behind the Service."""
    service = target_group.get("service")
    if isinstance(service, Known):
        found: Value = service.value.get("workloads")
        return found
    return service if isinstance(service, Unknown) else Absent(service.places)
