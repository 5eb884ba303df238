"""Listeners of load balancers: a port with what it speaks and presents. Sources add them as in `relations.load_balancers`.

Source for ALBs: pkg/ingress/model_builder.go (mergeListenPortConfigs) and model_build_listener.go.
"""

from __future__ import annotations

from collections.abc import Iterator

from ekslint.fact import Subject, fact, given, maker, subjects
from ekslint.facts.load_balancer_controller import controller_or
from ekslint.facts.written import CONTROLLER
from ekslint.inventory import Cluster
from ekslint.relations._sources import Sources
from ekslint.relations.ingress_groups import members
from ekslint.value import Absent, Known, Listing, Unknown, Value, listing, places_of

source = Sources("nlb_listeners")
"""Declares a function of the cluster as a source of listeners."""

given("listener", "load_balancer", "load-balancer", "The load balancer that listens.")
given("listener", "port", "int", "The number of the port.")
given("listener", "protocol", "string", "What it speaks: HTTP or HTTPS on an ALB; unknown where two members of a group disagree.")
given("listener", "listen_ports", "listen-port[]", "What each member of the group says of this port.")


@maker("listener")
def listeners(cluster: Cluster) -> Iterator[Subject]:
    """The listeners of a cluster's load balancers."""
    return source.subjects(cluster)


@source
def of_albs(cluster: Cluster) -> Iterator[Subject]:
    """For each ALB one listener for each port that some member of its group listens on."""
    for group in cluster.all("ingress-group"):
        by_port: dict[int, list[Subject]] = {}
        for ingress in members(group):
            for one in ingress.value("listen_ports") or ():
                by_port.setdefault(one.value.value("port"), []).append(one.value)
        for port, said in by_port.items():
            yield _listener(cluster, group, port, said)


def _listener(cluster: Cluster, group: Subject, port: int, said: list[Subject]) -> Subject:
    protocols = {one.value("protocol") for one in said}
    places = places_of(*(one.get("port") for one in said))
    listed: Listing = group.value("members")
    load_balancer = cluster.where("load-balancer", "group", group)[0]
    protocol = said[0].get("protocol")
    if len(protocols) > 1:
        protocol = Unknown("members of the group disagree", places, written=False)
    return Subject(
        "listener",
        f"{group.name}:{port}",
        said[0].place,
        given={
            "load_balancer": load_balancer.known(),
            "port": Known(port, places),
            "protocol": protocol,
            "listen_ports": subjects(said, listed.open, listed.why, places),
        },
        cluster=cluster,
    )


def _ingresses(listener: Subject) -> list[Subject]:
    return [one.value.value("ingress") for one in listener.value("listen_ports") or ()]


def _gathered(listener: Subject, name: str) -> Value:
    """The lists that the members on this port give, as one; open where one is not known or a member is not seen."""
    found: list[Value] = []
    seen: set[object] = set()
    said: Listing | None = listener.value("listen_ports")
    if said is None:
        return Absent((listener.place,))
    why = said.why
    for ingress in _ingresses(listener):
        value = ingress.get(name)
        if isinstance(value, Unknown):
            why = why or value.reason
        if not isinstance(value, Known):
            continue
        why = why or value.value.why
        for item in value.value:
            if isinstance(item, Unknown):
                found.append(item)
            elif isinstance(item, Known) and item.value not in seen:
                seen.add(item.value)
                found.append(item)
    return listing(found, bool(why), why, places_of(listener.get("port")))


@fact("listener", "string[]")
def certificates(listener: Subject) -> Value:
    """The certificates that are named for an HTTPS listener, by any member on its port; absent where it does not speak HTTPS."""
    protocol = listener.get("protocol")
    if isinstance(protocol, Known) and protocol.value != "HTTPS":
        return Absent(protocol.places)
    return protocol if not isinstance(protocol, Known) else _gathered(listener, "certificates")


@fact("listener", "string[]")
def hosts(listener: Subject) -> Value:
    """The host names of the members on this port, by which certificates are looked up in ACM."""
    return _gathered(listener, "hosts")


@fact("listener", "string")
def ssl_policy(listener: Subject) -> Value:
    """The TLS policy of an HTTPS listener, with the controller's default; unknown where members disagree."""
    protocol = listener.get("protocol")
    if not isinstance(protocol, Known) or protocol.value != "HTTPS":
        return protocol if isinstance(protocol, Unknown) else Absent(protocol.places)
    values = [ingress.get("ssl_policy") for ingress in _ingresses(listener)]
    known = {value.value: value for value in values if isinstance(value, Known)}
    if len(known) > 1:
        return Unknown("the members disagree", places_of(*known.values()), written=False)
    if known:
        return next(iter(known.values()))
    unknown = next((value for value in values if isinstance(value, Unknown)), None)
    said: Listing = listener.value("listen_ports")
    if unknown is not None or said.open:
        return unknown or Unknown(said.why, protocol.places, written=False)
    default = Known("ELBSecurityPolicy-2016-08", values[0].places, default=CONTROLLER, key="ssl-policy")
    return controller_or(listener.home, "default_ssl_policy", default)
