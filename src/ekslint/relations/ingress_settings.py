"""What one Ingress sets for its load balancer: a field of its IngressClassParams, else its annotation, else nothing.

Defaults are the load balancer's (relations.alb), since in a group the other members may set what this one leaves out.
Sources: pkg/ingress/model_build_load_balancer.go, model_build_listener.go, model_builder.go and group_loader.go.
"""

from __future__ import annotations

import re

from ekslint.data.go import go_bool, go_int
from ekslint.fact import Subject, fact
from ekslint.facts.load_balancer_controller import controller_or, feature_gate
from ekslint.facts.written import CONTROLLER, alb, boolean, field, first, integer, or_default, refused, strings, texts
from ekslint.syntax.tree import items
from ekslint.value import Absent, Known, Unknown, Value, listing, read

GROUP_NAME = re.compile(r"([a-z0-9][-a-z0-9.]*)?[a-z0-9]")
"""Names that the controller takes for a group; it also refuses more than 63 characters (validateGroupName)."""


def parameters(ingress: Subject) -> Subject | Unknown | None:
    """The IngressClassParams of an Ingress; None where it has none."""
    found = ingress.get("ingress_class_params")
    if isinstance(found, Known):
        params: Subject = found.value
        return params
    return found if isinstance(found, Unknown) else None


def setting(ingress: Subject, suffix: str, *path: str) -> Value:
    """The effective text of a setting: the IngressClassParams field where one is set, else the annotation."""
    params = parameters(ingress)
    if isinstance(params, Unknown):
        return params
    return first(field(params, *path), alb(ingress, suffix)) if path else alb(ingress, suffix)


def settings(ingress: Subject, suffix: str, *paths: tuple[str, ...]) -> Value:
    """The effective list of a setting: the first IngressClassParams list that is not empty, else the stringList annotation."""
    params = parameters(ingress)
    if isinstance(params, Unknown):
        return params
    return first(*(texts(params, *path) for path in paths), strings(alb(ingress, suffix)))


@fact("ingress", "string")
def group_name(ingress: Subject) -> Value:
    """The IngressGroup that the Ingress asks for, from IngressClassParams or else the annotation (loadGroupID)."""
    params = parameters(ingress)
    if isinstance(params, Unknown):
        return params
    if params is not None and not isinstance(params.read("spec", "group"), Absent):
        named = params.read("spec", "group", "name")
        return Known("", named.places, key="group.name") if isinstance(named, Absent) else named
    written = alb(ingress, "group.name")
    if isinstance(written, Known) and ingress.value("auto_mode"):
        return Unknown("EKS Auto Mode takes groups from IngressClassParams only", written.places, written.value)
    return written


@fact("ingress", "int")
def group_order(ingress: Subject) -> Value:
    """The Ingress's place in its group; 0 where none is written. Lower ones get their rules in first."""
    written = integer(alb(ingress, "group.order"))
    if isinstance(written, Absent):
        return Known(0, written.places, default=CONTROLLER)
    if isinstance(written, Known) and not -1000 <= written.value <= 1000:
        return refused(written, "the controller refuses it: not within [-1000:1000]")
    return written


@fact("ingress", "string")
def scheme(ingress: Subject) -> Value:
    """The scheme that the Ingress asks for, as it is written; absent where neither it nor its class says one."""
    return setting(ingress, "scheme", "scheme")


@fact("ingress", "string")
def ip_address_type(ingress: Subject) -> Value:
    """The address type that the Ingress asks for, as it is written; absent where neither it nor its class says one."""
    return setting(ingress, "ip-address-type", "ipAddressType")


@fact("ingress", "string")
def load_balancer_name(ingress: Subject) -> Value:
    """The name that the Ingress asks for its load balancer; absent where neither it nor its class says one."""
    return setting(ingress, "load-balancer-name", "loadBalancerName")


@fact("ingress", "string[]")
def certificates(ingress: Subject) -> Value:
    """The certificate ARNs that the Ingress names (computeIngressExplicitTLSCertARNs); none is an empty list."""
    found = settings(ingress, "certificate-arn", ("certificateArn",), ("certificateARNs",))
    return listing([], places=found.places) if isinstance(found, Absent) else found


@fact("ingress", "string")
def ssl_policy(ingress: Subject) -> Value:
    """The TLS policy that the Ingress asks for; absent where neither it nor its class says one."""
    return setting(ingress, "ssl-policy", "sslPolicy")


@fact("ingress", "int")
def ssl_redirect(ingress: Subject) -> Value:
    """The port that the Ingress wants every HTTP listener of its load balancer redirected to (buildSSLRedirectConfig)."""
    params = parameters(ingress)
    if isinstance(params, Unknown):
        return params
    named = field(params, "sslRedirectPort")
    if isinstance(named, Known):
        port = go_int(str(named.value), 32)
        if port is None:
            return Unknown("the controller cannot read it and redirects nothing", named.places, str(named.value), key=named.key)
        return Known(port, named.places, key=named.key)
    return named if isinstance(named, Unknown) else integer(alb(ingress, "ssl-redirect"))


@fact("ingress", "string[]")
def inbound_cidrs(ingress: Subject) -> Value:
    """The networks that the Ingress lets in on its ports; absent where neither it nor its class says any."""
    return settings(ingress, "inbound-cidrs", ("inboundCIDRs",))


@fact("ingress", "string[]")
def prefix_lists(ingress: Subject) -> Value:
    """The prefix lists that the Ingress lets in on its ports; absent where neither it nor its class says any."""
    return settings(ingress, "security-group-prefix-lists", ("prefixListsIDs",), ("PrefixListsIDs",))


@fact("ingress", "string[]")
def security_groups(ingress: Subject) -> Value:
    """The security groups that the Ingress wants on its load balancer; absent where it names none."""
    return strings(alb(ingress, "security-groups"))


@fact("ingress", "string[]")
def hosts(ingress: Subject) -> Value:
    """The host names of the Ingress's rules and of `spec.tls`: what certificates are looked up by in ACM."""
    found: list[Value] = []
    seen: set[str] = set()
    open_because = ingress.partial or ""
    for one in [*_rule_hosts(ingress), *_tls_hosts(ingress)]:
        if isinstance(one, Unknown):
            open_because = open_because or one.reason
        elif isinstance(one, Known) and str(one.value) not in seen and one.value != "":
            seen.add(str(one.value))
            found.append(one)
    return listing(found, bool(open_because), open_because)


def _rule_hosts(ingress: Subject) -> list[Value]:
    rules = ingress.node.at("spec", "rules") if ingress.node is not None else None
    return [read(rule, "host", partial=ingress.partial) for rule in items(rules)]


def _tls_hosts(ingress: Subject) -> list[Value]:
    tls = ingress.node.at("spec", "tls") if ingress.node is not None else None
    return [read(host) for entry in items(tls) for host in items(entry.get("hosts"))]


@fact("ingress", "string[]")
def subnets(ingress: Subject) -> Value:
    """The subnets, by id or Name tag, that the Ingress or its class names; absent where the controller finds them by their tags."""
    params = parameters(ingress)
    if isinstance(params, Unknown):
        return params
    if params is not None and not isinstance(params.read("spec", "subnets"), Absent):
        return texts(params, "subnets", "ids")
    return strings(alb(ingress, "subnets"))


@fact("ingress", "string")
def outpost_pool(ingress: Subject) -> Value:
    """The customer-owned address pool of an Outpost; absent where none is named."""
    return alb(ingress, "customer-owned-ipv4-pool")


@fact("ingress", "bool")
def manages_backend_rules(ingress: Subject) -> Value:
    """Whether the controller opens nodes and pods for named security groups; it does not by default."""
    asked = or_default(boolean(alb(ingress, "manage-backend-security-group-rules")), False)
    if isinstance(asked, Known) and asked.default and ingress.value("auto_mode") is False:
        return controller_or(ingress.home, "manages_backend_rules", asked)
    return asked


@fact("ingress", "bool")
def creates_certificate(ingress: Subject) -> Value:
    """Whether the controller is to ask ACM for a certificate: create-acm-cert, its feature gate on, and no certificate annotation.

    A value that it cannot read counts as no (buildACMCertificates).
    """
    wanted, named = alb(ingress, "create-acm-cert"), strings(alb(ingress, "certificate-arn"))
    if isinstance(wanted, Absent) or (isinstance(wanted, Known) and go_bool(str(wanted.value)) is not True):
        return Known(False, wanted.places)
    gate = feature_gate(ingress.home, "EnableCertificateManagement")
    if gate is None or isinstance(wanted, Unknown) or isinstance(named, Unknown):
        return Unknown("whether it asks for a certificate is not known", wanted.places, written=False)
    return Known(gate and not (isinstance(named, Known) and named.value.items), wanted.places)
