"""Listeners of NLBs: one for each port number of the Service.

Source: pkg/service/model_build_listener.go of the AWS Load Balancer Controller.
"""

from __future__ import annotations

from collections.abc import Iterator

from ekslint.fact import Subject, given, subjects
from ekslint.facts.nlb_service import setting
from ekslint.facts.written import choice, strings
from ekslint.inventory import Cluster
from ekslint.relations import listeners
from ekslint.relations.nlb_load_balancers import default
from ekslint.value import Absent, Known, Listing, Unknown, Value, places_of

ALPN = ("None", "HTTP1Only", "HTTP2Only", "HTTP2Optional", "HTTP2Preferred")

given(
    "listener",
    "service_ports",
    "service-port[]",
    "The ports of a Service that ask for this listener of an NLB; it serves the first.",
)
given("listener", "target_protocol", "string", "What an NLB speaks to the targets behind the listener: TCP, UDP, TLS, TCP_UDP, …")
given("listener", "alpn_policy", "string", "How a TLS listener of an NLB negotiates HTTP versions; absent where it does not.")


@listeners.source
def of_nlbs(cluster: Cluster) -> Iterator[Subject]:
    """The listeners of the cluster's NLBs, in the order of the Services' ports."""
    for load_balancer in cluster.where("load-balancer", "type", "nlb"):
        for ports in together(load_balancer.value("service")):
            yield _listener(load_balancer, ports)


def together(service: Subject) -> list[list[Subject]]:
    """The known ports of a Service, those of one number together."""
    listed = service.value("ports")
    by_number: dict[int, list[Subject]] = {}
    for one in listed or ():
        if isinstance(one, Known) and isinstance(one.value.get("port"), Known):
            by_number.setdefault(one.value.value("port"), []).append(one.value)
    return list(by_number.values())


def _listener(load_balancer: Subject, ports: list[Subject]) -> Subject:
    service: Subject = load_balancer.value("service")
    first = ports[0]
    protocol, target_protocol = protocols(load_balancer, ports)
    certificates = _named(strings(setting(service, "ssl-cert")))
    tls = isinstance(protocol, Known) and protocol.value == "TLS"
    policy = default(service, "ELBSecurityPolicy-2016-08", setting(service, "ssl-negotiation-policy"))
    return Subject(
        "listener",
        f"{service.name}:{first.value('port')}",
        first.place,
        namespace=service.namespace,
        given={
            "load_balancer": load_balancer.known(),
            "port": first.get("port"),
            "protocol": protocol,
            "target_protocol": target_protocol,
            "service_ports": subjects(ports),
            "certificates": _only(tls, protocol, certificates),
            "ssl_policy": _only(tls, protocol, policy),
            "alpn_policy": _only(tls, protocol, choice(setting(service, "alpn-policy"), ALPN)),
        },
        cluster=load_balancer.cluster,
    )


def _only(tls: bool, protocol: Value, value: Value) -> Value:
    """What counts for a TLS listener alone."""
    if tls:
        return value
    return protocol if isinstance(protocol, Unknown) else Absent(protocol.places)


def _named(value: Value) -> Value:
    return Absent(value.places, value.key) if isinstance(value, Known) and not value.value.items else value


def protocols(load_balancer: Subject, ports: list[Subject]) -> tuple[Value, Value]:
    """What a listener speaks, and what its targets are spoken to in (buildListenerSpec).

    A certificate makes TLS of every TCP port, or of those in ssl-ports; UDP and merged ports stay as they are. QUIC replaces UDP
    where quic-enabled-ports names the port.
    """
    service: Subject = load_balancer.value("service")
    merged = load_balancer.get("tcp_udp")
    if len(ports) > 1 and isinstance(merged, Unknown):
        return merged, merged
    spoken = ports[0].get("protocol")
    if len(ports) > 1 and isinstance(merged, Known) and merged.value:
        spoken = Known("TCP_UDP", places_of(*(one.get("protocol") for one in ports)), key=merged.key)
    if not isinstance(spoken, Known):
        return spoken, spoken
    target = spoken
    if spoken.value not in ("UDP", "TCP_UDP"):
        certified = _certified(service, ports[0])
        if isinstance(certified, Unknown):
            return certified, certified
        if isinstance(certified, Known):
            inner = setting(service, "backend-protocol")
            spoken = Known("TLS", certified.places, key=certified.key)
            if isinstance(inner, Unknown):
                return spoken, inner
            if isinstance(inner, Known) and inner.value == "ssl":
                target = Known("TLS", inner.places, key=inner.key)
    quic = names(strings(setting(service, "quic-enabled-ports")), ports[0])
    if isinstance(quic, Unknown):
        return quic, quic
    if isinstance(quic, Known) and spoken.value in ("UDP", "TCP_UDP"):
        upgraded = Known(str(spoken.value).replace("UDP", "QUIC"), quic.places, key=quic.key)
        return upgraded, upgraded
    return spoken, target


def _certified(service: Subject, port: Subject) -> Value:
    """The certificates that a TCP port presents; absent where it presents none."""
    certificates = _named(strings(setting(service, "ssl-cert")))
    if not isinstance(certificates, Known):
        return certificates
    limited = strings(setting(service, "ssl-ports"))
    if isinstance(limited, Unknown):
        return limited
    if isinstance(limited, Absent) or not limited.value.items:
        return certificates
    named = names(limited, port)
    return certificates if isinstance(named, Known) else named


def names(listed: Value, port: Subject) -> Value:
    """The entry of a list of ports, by name or number, that means a port; absent where none does."""
    if not isinstance(listed, Known):
        return listed
    found: Listing = listed.value
    wanted = (port.get("port_name"), port.get("port"))
    for entry in found:
        if isinstance(entry, Known) and any(isinstance(one, Known) and str(one.value) == entry.value for one in wanted):
            return entry
    unknown = next((one for one in (*found, *wanted) if isinstance(one, Unknown)), None)
    return unknown if unknown is not None else Absent(listed.places, listed.key)
