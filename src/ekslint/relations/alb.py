"""Application Load Balancers: one for each IngressGroup that has members.

Sources: pkg/ingress/model_build_load_balancer.go and model_builder.go (buildSSLRedirectConfig) of the AWS Load Balancer Controller.
"""

from __future__ import annotations

from collections.abc import Iterator

from ekslint.fact import Subject, fact, subjects
from ekslint.facts.load_balancer_controller import controller_or
from ekslint.facts.written import CONTROLLER, choice
from ekslint.inventory import Cluster
from ekslint.relations import load_balancers
from ekslint.relations.ingress_groups import agreed, members
from ekslint.value import Absent, Known, Listing, Unknown, Value

SCHEMES = ("internal", "internet-facing")
ADDRESS_TYPES = ("ipv4", "dualstack", "dualstack-without-public-ipv4")


def _nowhere(group: Subject) -> Absent:
    """Nobody sets it; a person would write it at the first member."""
    first = members(group)[0]
    metadata = first.node.get("metadata") if first.node is not None else None
    key = metadata.key("annotations") if metadata is not None else None
    return Absent((key.place if key is not None else first.place,))


def _default(group: Subject, value: str) -> Known[str]:
    return Known(value, _nowhere(group).places, default=CONTROLLER)


def _scheme(group: Subject) -> Value:
    """What counts where no member says a scheme: what the controller is told, else internal."""
    return controller_or(group.home, "default_scheme", _default(group, "internal"))


@load_balancers.source
def ingress_albs(cluster: Cluster) -> Iterator[Subject]:
    """The ALBs of the cluster's Ingresses, in the order of their groups."""
    for group in cluster.all("ingress-group"):
        found = members(group)
        shared = group.get("explicit")
        yield Subject(
            "load-balancer",
            group.name,
            found[0].place,
            given={
                "type": Known("alb", (found[0].place,)),
                "group": group.known(),
                "ingresses": group.get("members"),
                "shared": shared,
                "scheme": choice(agreed(group, [one.get("scheme") for one in found], _scheme(group)), SCHEMES),
                "ip_address_type": choice(
                    agreed(group, [one.get("ip_address_type") for one in found], _default(group, "ipv4")), ADDRESS_TYPES
                ),
                "written_name": agreed(group, [one.get("load_balancer_name") for one in found], _nowhere(group)),
            },
            cluster=cluster,
        )


@fact("cluster", "load-balancer[]")
def albs(cluster: Subject) -> Value:
    """The Application Load Balancers that the cluster's Ingresses make; open where an Ingress's class is not known."""
    inside = cluster.home
    taken: Listing = cluster.value("ingresses")
    unsure = next((one.value for one in taken if isinstance(one, Known) and isinstance(one.value.get("group"), Unknown)), None)
    why = taken.why if taken.open else f"the group of Ingress {unsure.name} is not known" if unsure is not None else ""
    found = [one for one in inside.where("load-balancer", "type", "alb") if not load_balancers.variant(one)]
    return subjects(found, bool(why), why)


@fact("ingress", "load-balancer")
def load_balancer(ingress: Subject) -> Value:
    """The load balancer that the controller makes of the Ingress."""
    group = ingress.get("group")
    if not isinstance(group, Known):
        return group
    return ingress.home.where("load-balancer", "group", group.value)[0].known()


@fact("load-balancer", "load-balancer[]")
def same_scheme(load_balancer: Subject) -> Value:
    """The ALBs of the cluster that have the same scheme and belong to one Ingress alone, itself too; absent for a shared one."""
    scheme = load_balancer.get("scheme")
    if load_balancer.value("type") != "alb" or load_balancer.value("shared") is not False or load_balancers.variant(load_balancer):
        return Absent((load_balancer.place,))
    if not isinstance(scheme, Known):
        return scheme
    everyone = load_balancer.home.subject.value("albs")
    alone = [one.value for one in everyone if one.value.value("shared") is False]
    unsure = next((one.get("scheme") for one in alone if isinstance(one.get("scheme"), Unknown)), None)
    found = [one for one in alone if one.value("scheme") == scheme.value]
    why = everyone.why if everyone.open else unsure.reason if isinstance(unsure, Unknown) else ""
    return subjects(found, bool(why), why)


@fact("load-balancer", "int")
def ssl_redirect(load_balancer: Subject) -> Value:
    """The port that every HTTP listener redirects to; absent where no member of the group asks for it."""
    group = load_balancer.value("group")
    if group is None:
        return Absent((load_balancer.place,))
    return agreed(group, [one.get("ssl_redirect") for one in members(group)], _nowhere(group))


@fact("load-balancer", "listener")
def ssl_redirect_listener(load_balancer: Subject) -> Value:
    """The listener that HTTP is redirected to; absent where no member listens on that port."""
    port = load_balancer.get("ssl_redirect")
    if not isinstance(port, Known):
        return port
    listed: Listing = load_balancer.value("listeners")
    for one in listed:
        if isinstance(one, Known) and one.value.value("port") == port.value:
            return Known(one.value, port.places)
    return Unknown(listed.why, port.places, written=False) if listed.open else Absent(port.places)


@fact("load-balancer", "string[]")
def security_groups(load_balancer: Subject) -> Value:
    """The security groups that somebody names for an ALB; where nobody does, the controller makes one (absent)."""
    group = load_balancer.value("group")
    if group is None:
        return Absent((load_balancer.place,))
    found = agreed(group, [one.get("security_groups") for one in members(group)], _nowhere(group))
    if isinstance(found, Known) and not found.value.items:
        return Absent(found.places)
    return found
