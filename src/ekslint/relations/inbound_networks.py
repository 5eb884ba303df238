"""The networks that load balancers let in, one subject for each that an Ingress, IngressClassParams, Service or binding names.

Sources: pkg/ingress/model_build_listener.go (computeIngressExplicitInboundCIDRs), pkg/service/model_build_managed_sg.go,
pkg/networking/security_group_reconciler.go and networking_manager.go, and webhooks/elbv2/ingressclassparams_validator.go of the AWS
Load Balancer Controller.
"""

from __future__ import annotations

from collections.abc import Iterator

from ekslint.fact import Subject, fact, given, maker
from ekslint.facts.refusal import is_cidr
from ekslint.facts.written import ALB, texts
from ekslint.inventory import Cluster
from ekslint.relations.ingress_class import taken_ingresses
from ekslint.relations.listen_ports import word_place
from ekslint.source.text import Place
from ekslint.syntax.tree import items
from ekslint.value import Absent, Known, Value, read

given("inbound-network", "ingress", "ingress", "The Ingress whose annotation names it; absent where IngressClassParams do.")
given("inbound-network", "params", "ingress-class-params", "The IngressClassParams that name it; absent where an annotation does.")
given("inbound-network", "load_balancer", "load-balancer", "The NLB whose Service names it for the controller's security group.")
given("inbound-network", "binding", "target-group-binding", "The TargetGroupBinding that lets it in to the targets.")
given("inbound-network", "text", "string", "The network as written.")


@maker("inbound-network")
def inbound_networks(cluster: Cluster) -> Iterator[Subject]:
    """The networks of IngressClassParams, of the annotations that no IngressClassParams go before, of Services and of bindings."""
    for params in cluster.all("ingress-class-params"):
        found = texts(params, "inboundCIDRs")
        for item in found.value if isinstance(found, Known) else ():
            if isinstance(item, Known):
                yield _network(params, str(item.value), item.places[0])
    for ingress in taken_ingresses(cluster):
        found = ingress.get("inbound_cidrs")
        if isinstance(found, Known) and found.key == ALB + "inbound-cidrs":
            for item in found.value:
                yield _network(ingress, item.value, word_place(ingress, ALB + "inbound-cidrs", item.value) or item.places[0])
    for load_balancer in cluster.where("load-balancer", "type", "nlb"):
        yield from _of_service(load_balancer)
    for binding in cluster.all("target-group-binding"):
        yield from _of_binding(binding)


def _of_service(load_balancer: Subject) -> Iterator[Subject]:
    """Those of a Service, where the controller makes a security group for them."""
    service = load_balancer.value("service")
    found = load_balancer.get("source_ranges")
    for item in found.value if isinstance(found, Known) else ():
        if isinstance(item, Known) and not item.default:
            name = item.key if item.key and "/" in item.key else None
            place = word_place(service, name, str(item.value)) if name else None
            yield _network(load_balancer, str(item.value), place or item.places[0])


def _of_binding(binding: Subject) -> Iterator[Subject]:
    node = binding.node.at("spec", "networking", "ingress") if binding.node is not None else None
    for peer in (peer for rule in items(node) for peer in items(rule.get("from"))):
        item = read(peer, "ipBlock", "cidr")
        if isinstance(item, Known):
            yield _network(binding, str(item.value), item.places[0])


_OWNERS = {
    "ingress": "ingress",
    "ingress-class-params": "params",
    "load-balancer": "load_balancer",
    "target-group-binding": "binding",
}


def _network(owner: Subject, text: str, place: Place) -> Subject:
    return Subject(
        "inbound-network",
        text,
        place,
        given={_OWNERS[owner.kind]: owner.known(), "text": Known(text, (place,))},
        cluster=owner.cluster,
    )


@fact("inbound-network", "bool")
def parses(network: Subject) -> Value:
    """Whether Go's net.ParseCIDR takes it."""
    return Known(is_cidr(network.name), (network.place,))


@fact("inbound-network", "enum(ipv4, ipv6)")
def family(network: Subject) -> Value:
    """The address family; the controller goes by the colon."""
    return Known("ipv6" if ":" in network.name else "ipv4", (network.place,))


@fact("inbound-network", "string")
def canonical(network: Subject) -> Value:
    """The network as EC2 stores it, without bits behind its prefix; absent where it does not parse."""
    if not is_cidr(network.name):
        return Absent((network.place,))
    import ipaddress

    return Known(str(ipaddress.ip_network(network.name, strict=False)), (network.place,))
