"""The networks that load balancers let in, one subject for each that an Ingress or IngressClassParams name.

Sources: pkg/ingress/model_build_listener.go (computeIngressExplicitInboundCIDRs), pkg/networking/security_group_reconciler.go and
webhooks/elbv2/ingressclassparams_validator.go of the AWS Load Balancer Controller.
"""

from __future__ import annotations

from collections.abc import Iterator

from ekslint.fact import Subject, fact, given, maker
from ekslint.facts.refusal import is_cidr
from ekslint.facts.written import ALB, texts
from ekslint.inventory import Cluster
from ekslint.relations.ingress_class import taken_ingresses
from ekslint.relations.listen_ports import annotation_text
from ekslint.source.text import Place
from ekslint.value import Absent, Known, Value

given("inbound-network", "ingress", "ingress", "The Ingress whose annotation names it; absent where IngressClassParams do.")
given("inbound-network", "params", "ingress-class-params", "The IngressClassParams that name it; absent where an annotation does.")
given("inbound-network", "text", "string", "The network as written.")


@maker("inbound-network")
def inbound_networks(cluster: Cluster) -> Iterator[Subject]:
    """The networks of IngressClassParams, and of the annotations that no IngressClassParams go before."""
    for params in cluster.all("ingress-class-params"):
        found = texts(params, "inboundCIDRs")
        for item in found.value if isinstance(found, Known) else ():
            if isinstance(item, Known):
                yield _network(params, str(item.value), item.places[0])
    for ingress in taken_ingresses(cluster):
        found = ingress.get("inbound_cidrs")
        if isinstance(found, Known) and found.key == ALB + "inbound-cidrs":
            for item in found.value:
                yield _network(ingress, item.value, _place(ingress, item.value) or item.places[0])


def _place(ingress: Subject, network: str) -> Place | None:
    text = annotation_text(ingress, ALB + "inbound-cidrs")
    start = text.value.find(network) if text is not None else -1
    return text.place(start, start + len(network)) if text is not None and start >= 0 else None


def _network(owner: Subject, text: str, place: Place) -> Subject:
    of_class = owner.kind == "ingress-class-params"
    return Subject(
        "inbound-network",
        text,
        place,
        given={
            "ingress": Absent((place,)) if of_class else owner.known(),
            "params": owner.known() if of_class else Absent((place,)),
            "text": Known(text, (place,)),
        },
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
