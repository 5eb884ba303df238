"""Load balancers of every type. A module that knows how some come about adds a source; the facts of all are declared here.

    @load_balancers.source
    def of_services(cluster: Cluster) -> Iterable[Subject]: …

A source gives a subject's `type` and whatever of the declared facts means something for it; what it does not give is absent.
"""

from __future__ import annotations

from collections.abc import Iterator

from ekslint.fact import Subject, fact, given, maker, subjects
from ekslint.inventory import Cluster
from ekslint.relations._sources import Sources
from ekslint.value import Absent, Known, Value

source = Sources("alb", "nlb_load_balancers")
"""Declares a function of the cluster as a source of load balancers."""

given("load-balancer", "type", "enum(alb, nlb)", "Application or Network Load Balancer.")
given("load-balancer", "ingresses", "ingress[]", "The Ingresses that make it; of an NLB none.")
given("load-balancer", "service", "service", "The Service that makes it; of an ALB none.")
given("load-balancer", "group", "ingress-group", "The IngressGroup behind an ALB.")
given("load-balancer", "shared", "bool", "Whether it belongs to a group that a person named, so that more Ingresses may join it.")
given("load-balancer", "scheme", "enum(internal, internet-facing)", "Public addresses or none, with the controller's default.")
given("load-balancer", "ip_address_type", "string", "Which address families it has, with the controller's default.")
given("load-balancer", "written_name", "string", "The name that somebody asks for; absent where the controller makes one up.")


@maker("load-balancer")
def load_balancers(cluster: Cluster) -> Iterator[Subject]:
    """The load balancers that the objects of a cluster make."""
    return source.subjects(cluster)


@fact("load-balancer", "load-balancer[]")
def same_name(load_balancer: Subject) -> Value:
    """The load balancers of the cluster that ask for the same name, itself too; absent where nobody asks for one."""
    name = load_balancer.get("written_name")
    if not isinstance(name, Known):
        return name
    if variant(load_balancer):
        return Absent(name.places)
    cluster = load_balancer.home
    found = [one for one in cluster.where("load-balancer", "written_name", name.value) if not variant(one)]
    return subjects(found, not cluster.whole, cluster.why)


def variant(load_balancer: Subject) -> bool:
    """Whether it is that of another version of an Ingress whose first version counts."""
    group = load_balancer.value("group")
    return group is not None and group.value("variant") is True


@fact("load-balancer", "target-group[]")
def target_groups(load_balancer: Subject) -> Value:
    """The target groups that it forwards to."""
    cluster = load_balancer.home
    return subjects(cluster.where("target-group", "load_balancer", load_balancer), not cluster.whole, cluster.why)


@fact("load-balancer", "listener[]")
def listeners(load_balancer: Subject) -> Value:
    """Its listeners; of an ALB, open where a member of the group is not seen or its ports are not known."""
    why = _unseen(load_balancer)
    return subjects(load_balancer.home.where("listener", "load_balancer", load_balancer), bool(why), why)


def _unseen(load_balancer: Subject) -> str:
    listed = load_balancer.value("ingresses")
    if listed is None:
        return ""
    if listed.open:
        return str(listed.why)
    for one in listed:
        ports = one.value.get("listen_ports") if isinstance(one, Known) else one
        if not isinstance(ports, Known):
            return f"the ports of {one.value.name if isinstance(one, Known) else 'a member'} are not known"
    return ""
