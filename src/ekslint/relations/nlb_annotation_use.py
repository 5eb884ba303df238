"""Which annotations of a Service have no effect on its NLB, and why.

Sources: pkg/service/model_build_load_balancer.go, model_build_listener.go, model_build_target_group.go, model_build_managed_sg.go
of the AWS Load Balancer Controller; the EKS user guide for Auto Mode.
"""

from __future__ import annotations

from collections.abc import Callable

from ekslint.data.annotations import Annotation
from ekslint.fact import Subject
from ekslint.facts.nlb_service import SUFFIX, setting
from ekslint.value import Absent, Known, Unknown, Value

REASONS = {
    "class": "loadBalancerClass says which controller takes the Service",
    "scheme-annotation": "aws-load-balancer-scheme goes first",
    "source-ranges-field": "spec.loadBalancerSourceRanges goes first",
    "ranges-beside-groups": "aws-load-balancer-security-groups names the groups, and no rules for ranges are made in them",
    "named-security-groups": "aws-load-balancer-security-groups names the groups, and no rules are made in them",
    "security-groups-off": "aws-load-balancer-disable-nlb-sg leaves the load balancer without security groups",
    "own-security-group": "the load balancer has a security group of the controller's, whose rules it always makes",
    "no-tls-listener": "no listener speaks TLS",
    "no-certificate": "no certificate is named with aws-load-balancer-ssl-cert",
    "access-logs-off": "it is only read where aws-load-balancer-access-log-enabled is true",
    "tcp-health-check": "health checks over TCP ask for no path and get no status code",
    "proxy-protocol-everywhere": "aws-load-balancer-proxy-protocol turns it on for all ports",
    "nlb-ip": "the type nlb-ip always means pods as targets",
    "nodes-only": "targets are pods, and it chooses nodes",
    "no-such-listener": "the Service has no listener of that protocol and port",
    "no-such-port": "the Service has no port of that number",
}
"""Why an annotation of a Service that the controller knows has no effect, with the words for it."""

UNPARSED = frozenset(REASONS) - {"proxy-protocol-everywhere", "class", "source-ranges-field", "nlb-ip"}
"""The reasons for which the controller does not even parse it."""

Reason = Callable[[Subject, Subject, str], str | Unknown | None]
"""Takes the load balancer, its Service and what follows `aws-load-balancer-` in the annotation's name."""


def unread_because(load_balancer: Subject, table: Annotation) -> str | Unknown:
    """Why an annotation of the Service behind an NLB has no effect; none where it has, unknown where that cannot be told."""
    service: Subject = load_balancer.value("service")
    if not table.auto_mode:
        mode = service.get("auto_mode")
        if not isinstance(mode, Known) or mode.value:
            return "auto-mode" if isinstance(mode, Known) else Unknown("who takes the Service is not known", mode.places)
    found = _ask(load_balancer, service, table)
    return "none" if found is None else found


def depends(table: Annotation) -> bool:
    """Whether it counts only beside other settings."""
    return table.suffix.removeprefix(SUFFIX) in _REASONS


def _ask(load_balancer: Subject, service: Subject, table: Annotation) -> str | Unknown | None:
    if table.argument is not None:
        return _form(load_balancer, service, table)
    ask = _REASONS.get(table.suffix.removeprefix(SUFFIX))
    return ask(load_balancer, service, table.suffix.removeprefix(SUFFIX)) if ask is not None else None


def _written(value: Value, reason: str) -> str | Unknown | None:
    if isinstance(value, Absent):
        return None
    return value if isinstance(value, Unknown) and not value.written else reason


def _type(_: Subject, service: Subject, __: str) -> str | Unknown | None:
    if service.value("load_balancer_type") == "nlb-ip":
        return None
    return _written(service.get("load_balancer_class"), "class")


def _target_type(_: Subject, service: Subject, __: str) -> str | None:
    return "nlb-ip" if service.value("load_balancer_type") == "nlb-ip" else None


def _internal(_: Subject, service: Subject, __: str) -> str | Unknown | None:
    return _written(setting(service, "scheme"), "scheme-annotation")


def _groups(load_balancer: Subject, service: Subject, _: str) -> str | Unknown | None:
    """What speaks of the rules of the controller's own security group."""
    named = load_balancer.get("security_groups")
    if isinstance(named, Unknown):
        return named
    return "named-security-groups" if isinstance(named, Known) else _own_groups(load_balancer, service, "")


def _source_ranges(load_balancer: Subject, service: Subject, suffix: str) -> str | Unknown | None:
    """Without security groups, ranges still reach the rules of nodes and pods."""
    found = _groups(load_balancer, service, suffix)
    if found is not None and found != "security-groups-off":
        return "ranges-beside-groups" if found == "named-security-groups" else found
    field, written = service.get("source_ranges"), service.get("source_ranges_annotation")
    if isinstance(field, Known) and field.places != written.places:
        return "source-ranges-field"
    return field if isinstance(field, Unknown) else None


def _own_groups(load_balancer: Subject, _: Subject, __: str) -> str | Unknown | None:
    off = load_balancer.get("security_groups_off")
    if not isinstance(off, Known):
        return off if isinstance(off, Unknown) else None
    return "security-groups-off" if off.value else None


def _backend_rules(load_balancer: Subject, _: Subject, __: str) -> str | Unknown | None:
    off, named = load_balancer.get("security_groups_off"), load_balancer.get("named_security_groups")
    if isinstance(off, Unknown) or isinstance(named, Unknown):
        return off if isinstance(off, Unknown) else named if isinstance(named, Unknown) else None
    own = isinstance(named, Absent) and not (isinstance(off, Known) and off.value)
    return "own-security-group" if own else None


def _tls(load_balancer: Subject, service: Subject, _: str) -> str | Unknown | None:
    return _all(load_balancer.home.where("listener", "load_balancer", load_balancer), "protocol", "TLS", "no-tls-listener", service)


def _ssl_ports(_: Subject, service: Subject, __: str) -> str | Unknown | None:
    certificates = setting(service, "ssl-cert")
    if isinstance(certificates, Unknown):
        return certificates
    empty = isinstance(certificates, Absent) or not certificates.value.strip(" ,")
    return "no-certificate" if empty else None


def _access_logs(_: Subject, service: Subject, __: str) -> str | Unknown | None:
    asked = setting(service, "access-log-enabled")
    if isinstance(asked, Unknown):
        return asked
    on = isinstance(asked, Known) and asked.value in ("1", "t", "T", "TRUE", "true", "True")
    return None if on else "access-logs-off"


def _http_check(load_balancer: Subject, service: Subject, _: str) -> str | Unknown | None:
    groups = load_balancer.home.where("target-group", "load_balancer", load_balancer)
    values = [one.get("health_check_protocol") for one in groups]
    if not values or any(isinstance(value, Unknown) for value in values):
        return Unknown("what health checks speak is not known", (service.place,), written=False)
    return "tcp-health-check" if all(isinstance(value, Known) and value.value == "TCP" for value in values) else None


def _proxy(_: Subject, service: Subject, __: str) -> str | Unknown | None:
    return _written(setting(service, "proxy-protocol"), "proxy-protocol-everywhere")


def _nodes(load_balancer: Subject, service: Subject, _: str) -> str | Unknown | None:
    groups = load_balancer.home.where("target-group", "load_balancer", load_balancer)
    return _all(groups, "target_type", "instance", "nodes-only", service)


def _all(found: list[Subject], name: str, wanted: str, reason: str, service: Subject) -> str | Unknown | None:
    """The reason, where a fact of no subject is what it takes."""
    ports = service.get("ports")
    values = [one.get(name) for one in found]
    if any(isinstance(value, Known) and value.value == wanted for value in values):
        return None
    if not values or not isinstance(ports, Known) or ports.value.open or any(isinstance(value, Unknown) for value in values):
        return Unknown("the ports are not known", ports.places, written=False)
    return reason


def _form(load_balancer: Subject, service: Subject, table: Annotation) -> str | Unknown | None:
    listed = service.get("ports")
    if not isinstance(listed, Known) or listed.value.open:
        return Unknown("the ports are not known", listed.places, written=False)
    if table.suffix.endswith("target-group-attributes"):
        numbers = [one.value.get("port") for one in listed.value]
        if any(isinstance(number, Unknown) for number in numbers):
            return Unknown("the ports are not known", listed.places, written=False)
        return None if table.argument in {str(one.value) for one in numbers if isinstance(one, Known)} else "no-such-port"
    found = load_balancer.home.where("listener", "load_balancer", load_balancer)
    spoken = [(one.get("protocol"), one.get("port")) for one in found]
    if any(isinstance(value, Unknown) for pair in spoken for value in pair):
        return Unknown("the listeners are not known", listed.places, written=False)
    names = {
        f"{protocol.value}-{port.value}" for protocol, port in spoken if isinstance(protocol, Known) and isinstance(port, Known)
    }
    return None if table.argument in names else "no-such-listener"


_REASONS: dict[str, Reason] = {
    "type": _type,
    "nlb-target-type": _target_type,
    "internal": _internal,
    "load-balancer-source-ranges": _source_ranges,
    "security-group-prefix-lists": _groups,
    "enable-icmp-for-path-mtu-discovery": _groups,
    "security-groups": _own_groups,
    "manage-backend-security-group-rules": _backend_rules,
    "ssl-negotiation-policy": _tls,
    "alpn-policy": _tls,
    "backend-protocol": _tls,
    "ssl-ports": _ssl_ports,
    "access-log-s3-bucket-name": _access_logs,
    "access-log-s3-bucket-prefix": _access_logs,
    "healthcheck-path": _http_check,
    "healthcheck-success-codes": _http_check,
    "proxy-protocol-per-target-group": _proxy,
    "target-node-labels": _nodes,
}
