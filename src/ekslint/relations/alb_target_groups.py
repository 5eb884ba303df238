"""Target groups of ALBs: one for each Ingress, Service and port that its backends name.

What has precedence: IngressClassParams (the target type only), the Service's annotation, the Ingress's, the default.
Source: pkg/ingress/model_build_target_group.go of the AWS Load Balancer Controller.
"""

from __future__ import annotations

from collections.abc import Iterator

from ekslint.fact import Subject, fact, subjects
from ekslint.facts.load_balancer_controller import controller_or
from ekslint.facts.written import ALB, CONTROLLER, alb, choice, field, integer, pairs
from ekslint.inventory import Cluster
from ekslint.relations import target_groups
from ekslint.relations.ingress_class import taken_ingresses
from ekslint.relations.ingress_groups import members
from ekslint.relations.ingress_settings import parameters
from ekslint.value import Absent, Known, Unknown, Value, listing


@target_groups.source
def alb_target_groups(cluster: Cluster) -> Iterator[Subject]:
    """The target groups of the cluster's Ingresses; none for a Service that is not there, which gets a fixed 503 instead."""
    for ingress in taken_ingresses(cluster):
        together: dict[tuple[str, object], list[Subject]] = {}
        for backend in cluster.where("backend", "ingress", ingress):
            name, port = backend.get("service_name"), backend.get("port")
            if isinstance(name, Known) and isinstance(port, Known) and not isinstance(backend.get("service"), Absent):
                together.setdefault((str(name.value), port.value), []).append(backend)
        for (name_, port_), backends in together.items():
            yield _target_group(ingress, f"{name_}:{port_}", backends)


def _target_group(ingress: Subject, name: str, backends: list[Subject]) -> Subject:
    first = backends[0]
    service = first.get("service")
    version = choice(_setting(ingress, service, "backend-protocol-version", "HTTP1"), ("HTTP1", "HTTP2", "GRPC"))
    protocol = choice(_setting(ingress, service, "backend-protocol", "HTTP"), ("HTTP", "HTTPS"))
    grpc = isinstance(version, Known) and version.value == "GRPC"

    def number(suffix: str, default: int) -> Value:
        written = _setting(ingress, service, suffix, None)
        return integer(written) if not isinstance(written, Absent) else Known(default, written.places, default=CONTROLLER)

    return Subject(
        "target-group",
        name,
        first.place,
        namespace=ingress.namespace,
        given={
            "load_balancer": ingress.get("load_balancer"),
            "ingress": ingress.known(),
            "backends": subjects(backends),
            "service": service,
            "service_port": first.get("service_port"),
            "target_type": target_type(ingress, service),
            "built": _built(ingress),
            "protocol": protocol,
            "protocol_version": version,
            "attributes": _attributes(ingress, service),
            "health_check_protocol": _or(
                choice(_setting(ingress, service, "healthcheck-protocol", None), ("HTTP", "HTTPS")), protocol
            ),
            "health_check_port": _setting(ingress, service, "healthcheck-port", "traffic-port"),
            "health_check_path": _setting(ingress, service, "healthcheck-path", "/AWS.ALB/healthcheck" if grpc else "/"),
            "health_check_codes": _setting(ingress, service, "success-codes", "12" if grpc else "200"),
            "health_check_interval": number("healthcheck-interval-seconds", 15),
            "health_check_timeout": number("healthcheck-timeout-seconds", 5),
            "healthy_threshold": number("healthy-threshold-count", 2),
            "unhealthy_threshold": number("unhealthy-threshold-count", 2),
        },
        cluster=ingress.cluster,
    )


def target_type(ingress: Subject, service: Value) -> Value:
    """instance or ip, as the controller decides for a Service behind an Ingress (buildTargetGroupTargetType)."""
    params = parameters(ingress)
    if isinstance(params, Unknown):
        return params
    named = field(params, "targetType")
    if isinstance(named, Absent):
        named = _setting(ingress, service, "target-type", "instance")
    if isinstance(named, Known) and named.default and ingress.value("auto_mode") is not False:
        return Unknown("what EKS Auto Mode takes by default is not published", named.places, written=False)
    if isinstance(named, Known) and named.default:
        named = controller_or(ingress.home, "default_target_type", named)
    return choice(named, ("instance", "ip"))


def first_written(ingress: Subject, service: Value, suffix: str) -> Value:
    """The Service's annotation, else the Ingress's; unknown where neither is seen and the Service may have it."""
    if isinstance(service, Known):
        own = alb(service.value, suffix)
        if not isinstance(own, Absent):
            return own
    written = alb(ingress, suffix)
    if isinstance(written, Absent) and isinstance(service, Unknown):
        return Unknown(service.reason, written.places, written=False)
    return written


def _setting(ingress: Subject, service: Value, suffix: str, default: str | None) -> Value:
    """What is written, with the controller's default."""
    written = first_written(ingress, service, suffix)
    if not isinstance(written, Absent):
        return written
    return written if default is None else Known(default, written.places, default=CONTROLLER, key=ALB + suffix)


def _or(value: Value, otherwise: Value) -> Value:
    if not isinstance(value, Absent):
        return value
    if isinstance(otherwise, Known):
        return Known(otherwise.value, value.places or otherwise.places, default=CONTROLLER)
    return otherwise


def _built(ingress: Subject) -> Value:
    """Not where the Ingress only has HTTP listeners and a member of its group that is seen redirects all of these."""
    ports, group = ingress.get("listen_ports"), ingress.get("group")
    if not isinstance(ports, Known):
        return ports
    if any(one.value.value("protocol") == "HTTPS" for one in ports.value):
        return Known(True, ports.places)
    redirects = [one.get("ssl_redirect") for one in (members(group.value) if isinstance(group, Known) else [ingress])]
    unknown = next((one for one in redirects if isinstance(one, Unknown)), None)
    redirected = any(isinstance(one, Known) for one in redirects)
    if unknown is not None and not redirected:
        return unknown
    return Known(bool(ports.value.items) and not redirected, ports.places)


def _attributes(ingress: Subject, service: Value) -> Value:
    found = pairs(_setting(ingress, service, "target-group-attributes", None))
    if not isinstance(found, Known):
        return found
    made = []
    for key, value in found.value.items():
        place = found.places[0]
        given = {"key": Known(key, (place,)), "value": Known(value, (place,))}
        made.append(Subject("target-group-attribute", key, place, given=given, cluster=ingress.cluster))
    return subjects(made, places=found.places)


@fact("backend", "bool")
def built(backend: Subject) -> Value:
    """Whether a listener has a rule or default action for it, so that the controller looks at its Service at all."""
    return _built(backend.value("ingress"))


@fact("target-group", "string")
def ingress_target_type(target_group: Subject) -> Value:
    """The target type that the Ingress's annotation says, which counts where nothing goes before it."""
    ingress = target_group.value("ingress")
    return alb(ingress, "target-type") if ingress is not None else Absent((target_group.place,))


@fact("target-group", "string[]")
def dropped_attributes(target_group: Subject) -> Value:
    """The attributes that the Ingress sets and the Service does not: the Service's annotation replaces the Ingress's as a whole.

    Absent where one of them has no such annotation.
    """
    ingress, service = target_group.value("ingress"), target_group.get("service")
    if ingress is None or not isinstance(service, Known):
        return service if isinstance(service, Unknown) else Absent((target_group.place,))
    own, theirs = (pairs(alb(owner, "target-group-attributes")) for owner in (service.value, ingress))
    if not isinstance(own, Known) or not isinstance(theirs, Known):
        return theirs if isinstance(own, Known) else own
    return listing([Known(key, theirs.places) for key in theirs.value if key not in own.value], places=own.places)


@fact("target-group", "target-group[]")
def twins(target_group: Subject) -> Value:
    """The target groups of the same load balancer that have the same Service and port behind them, itself too; absent of an NLB."""
    service, port, balancer = (target_group.value(name) for name in ("service", "service_port", "load_balancer"))
    if service is None or port is None or balancer is None or target_group.value("ingress") is None:
        return Absent((target_group.place,))
    near = target_group.home.where("target-group", "service", service)
    return subjects([one for one in near if one.value("service_port") is port and one.value("load_balancer") is balancer])
