"""Objects of the Gateway API, and those that the AWS Load Balancer Controller adds to it."""

from __future__ import annotations

from collections.abc import Iterator

from ekslint.carriers.resource import Resource
from ekslint.fact import Subject, given
from ekslint.value import Known

GROUP, AWS_GROUP = "gateway.networking.k8s.io", "gateway.k8s.aws"
ROUTES = ("HTTPRoute", "GRPCRoute", "TCPRoute", "UDPRoute", "TLSRoute")
KINDS: dict[tuple[str, str], str] = {
    (GROUP, "GatewayClass"): "gateway-class",
    (GROUP, "Gateway"): "gateway",
    (GROUP, "ReferenceGrant"): "reference-grant",
    (AWS_GROUP, "TargetGroupConfiguration"): "target-group-configuration",
    (AWS_GROUP, "LoadBalancerConfiguration"): "load-balancer-configuration",
    **{(GROUP, kind): "route" for kind in ROUTES},
}

OBJECTS = tuple(KINDS)
GIVES = ("gateway", "gateway-class", "load-balancer-configuration", "reference-grant", "route", "target-group-configuration")
TOKENS = (GROUP.encode(), AWS_GROUP.encode())

given("route", "route_kind", f"enum({', '.join(ROUTES)})", "The kind of route.")


def objects(resource: Resource) -> Iterator[Subject]:
    """The object itself."""
    kind = KINDS[resource.group, resource.kind]
    if kind == "route":
        yield resource.subject(kind, route_kind=Known(resource.kind, (resource.place,)))
    else:
        yield resource.subject(kind)
