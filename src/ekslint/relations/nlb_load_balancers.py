"""Network Load Balancers: one for each Service that an AWS controller takes.

Source: pkg/service/model_build_load_balancer.go and model_build_managed_sg.go of the AWS Load Balancer Controller.
"""

from __future__ import annotations

from collections.abc import Iterator

from ekslint.data.go import go_bool
from ekslint.fact import Subject, fact, given
from ekslint.facts.load_balancer_controller import controller_or, feature_gate
from ekslint.facts.nlb_service import UNPUBLISHED, setting
from ekslint.facts.written import CONTROLLER, boolean, choice, first, pairs, strings
from ekslint.inventory import Cluster
from ekslint.relations import load_balancers
from ekslint.value import Absent, Known, Listing, Unknown, Value, derive, listing

SCHEMES = ("internal", "internet-facing")
ADDRESS_TYPES = ("ipv4", "dualstack")
CROSS_ZONE = "load_balancing.cross_zone.enabled"

_GIVEN = {
    "subnets": ("string[]", "The subnets that a Service names for its NLB; absent where the controller finds them by tags."),
    "eip_allocations": ("string[]", "The Elastic IPs that a Service names, one for each subnet."),
    "private_ipv4_addresses": ("string[]", "The private IPv4 addresses that a Service names, one for each subnet."),
    "ipv6_addresses": ("string[]", "The IPv6 addresses that a Service names, one for each subnet."),
    "source_nat_prefixes": ("string[]", "The IPv6 prefixes that a Service names for address translation, one for each subnet."),
    "ipv6_source_nat": ("enum(on, off)", "Whether an NLB translates sources with an IPv6 prefix; off by default."),
    "security_groups_off": ("bool", "Whether a Service asks for an NLB without any security group."),
    "named_security_groups": ("string[]", "The security groups that a Service names, heeded or not; absent where it names none."),
    "manages_backend_rules": ("bool", "Whether the controller opens the pods' or nodes' security groups for an NLB."),
    "zone_affinity": ("string", "Which zone's addresses an NLB answers DNS queries with (dns_record.client_routing_policy)."),
    "cross_zone": ("bool", "Whether each node of an NLB sends to the targets of all zones; AWS's default is no."),
    "access_logs": ("bool", "Whether an NLB writes access logs; no by default."),
    "access_log_bucket": ("string", "The bucket that an NLB writes access logs to."),
    "tcp_udp": ("bool", "Whether a TCP and a UDP port of one number become one listener of an NLB."),
}
for _name, (_type, _text) in _GIVEN.items():
    given("load-balancer", _name, _type, _text)


@load_balancers.source
def service_nlbs(cluster: Cluster) -> Iterator[Subject]:
    """The NLBs of the cluster's Services, in the order of files."""
    for service in cluster.all("service"):
        if service.value("taken"):
            yield _load_balancer(service)


def default(service: Subject, value: object, written: Value) -> Value:
    """What counts where nothing is written: the controller's default, which EKS Auto Mode need not share."""
    if not isinstance(written, Absent):
        return written
    if service.value("auto_mode") is not False:
        return Unknown(UNPUBLISHED, written.places, written=False)
    return Known(value, written.places, default=CONTROLLER, key=written.key)


def _load_balancer(service: Subject) -> Subject:
    off = default(service, False, boolean(setting(service, "disable-nlb-sg")))
    named = _filled(strings(setting(service, "security-groups")))
    return Subject(
        "load-balancer",
        service.name,
        service.place,
        namespace=service.namespace,
        given={
            "type": Known("nlb", (service.place,)),
            "service": service.known(),
            "scheme": _scheme(service),
            "ip_address_type": default(service, "ipv4", choice(setting(service, "ip-address-type"), ADDRESS_TYPES)),
            "written_name": setting(service, "name"),
            "subnets": strings(setting(service, "subnets")),
            "eip_allocations": strings(setting(service, "eip-allocations")),
            "private_ipv4_addresses": strings(setting(service, "private-ipv4-addresses")),
            "ipv6_addresses": strings(setting(service, "ipv6-addresses")),
            "source_nat_prefixes": strings(setting(service, "source-nat-ipv6-prefixes")),
            "ipv6_source_nat": default(
                service, "off", choice(setting(service, "enable-prefix-for-ipv6-source-nat"), ("on", "off"))
            ),
            "security_groups_off": off,
            "named_security_groups": named,
            "security_groups": _security_groups(off, named),
            "manages_backend_rules": _manages_backend_rules(service, off, named),
            "zone_affinity": _attribute(service, "dns_record.client_routing_policy"),
            "cross_zone": _cross_zone(service),
            "access_logs": _access_logs(service),
            "access_log_bucket": _access_log_bucket(service),
            "tcp_udp": _tcp_udp(service),
        },
        partial=service.partial,
        cluster=service.cluster,
    )


def _filled(value: Value) -> Value:
    """A list that counts as not written where it is empty."""
    if isinstance(value, Known) and not value.value.items:
        return Absent(value.places, value.key)
    return value


def _told(service: Subject, name: str, value: object, written: Value) -> Value:
    """What counts where no annotation says it: what the controller is told, else its default."""
    found = default(service, value, written)
    return controller_or(service.home, name, found) if isinstance(found, Known) and found.default else found


def _scheme(service: Subject) -> Value:
    """The scheme annotation, else the older one for internal load balancers, else internal (buildLoadBalancerScheme)."""
    written = choice(setting(service, "scheme"), SCHEMES)
    if not isinstance(written, Absent):
        return written
    internal = boolean(setting(service, "internal"))
    if isinstance(internal, Known):
        if service.value("auto_mode") is not False:
            return Unknown("EKS Auto Mode does not read it", internal.places, str(internal.value), key=internal.key)
        return Known("internal" if internal.value else "internet-facing", internal.places, key=internal.key)
    return _told(service, "default_scheme", "internal", written) if isinstance(internal, Absent) else internal


def _security_groups(off: Value, named: Value) -> Value:
    """Those that an NLB really has of the named ones; absent where the controller makes one and where there is none."""
    if isinstance(off, Known) and off.value:
        return Absent(off.places, off.key)
    return named if isinstance(off, Known) or isinstance(named, Absent) else off


def _manages_backend_rules(service: Subject, off: Value, named: Value) -> Value:
    """Always with a security group of the controller's; with named ones only if asked for (buildManageSecurityGroupRulesFlag)."""
    asked = boolean(setting(service, "manage-backend-security-group-rules"))
    if isinstance(off, Unknown) or isinstance(named, Unknown):
        return off if isinstance(off, Unknown) else named
    own = isinstance(named, Absent) and not (isinstance(off, Known) and off.value)
    if own:
        return Known(True, named.places, default=CONTROLLER)
    if isinstance(off, Known) and off.value:
        return asked if not isinstance(asked, Absent) else Known(True, off.places, default=CONTROLLER)
    return _told(service, "manages_backend_rules", False, asked)


def attribute(written: Value, key: str) -> Value:
    """One attribute of an annotation that sets several, as text; unknown where the annotation is."""
    found = pairs(written)
    if not isinstance(found, Known):
        return found
    text = found.value.get(key)
    return Absent(found.places, key) if text is None else Known(text, found.places, key=found.key)


def _attribute(service: Subject, key: str) -> Value:
    return attribute(setting(service, "attributes"), key)


def _flag(value: Value) -> Value:
    """An attribute as AWS reads booleans: true in any case, else false."""
    if not isinstance(value, Known):
        return value
    return Known(str(value.value).lower() == "true", value.places, key=value.key)


def _cross_zone(service: Subject) -> Value:
    """The older annotation beats the attribute; nothing written leaves AWS's default, which is off."""
    older = boolean(setting(service, "cross-zone-load-balancing-enabled"))
    if isinstance(older, Known) and service.value("auto_mode") is not False:
        return Unknown("EKS Auto Mode does not read it", older.places, str(older.value), key=older.key)
    found = default(service, False, first(older, _flag(_attribute(service, CROSS_ZONE))))
    return Known(False, found.places, default="AWS", key=found.key) if isinstance(found, Known) and found.default else found


def _access_logs(service: Subject) -> Value:
    """The older annotation counts only where it is true (getAnnotationSpecificLbAttributes)."""
    asked = boolean(setting(service, "access-log-enabled"))
    if isinstance(asked, Unknown) or (isinstance(asked, Known) and asked.value):
        return asked
    return default(service, False, _flag(_attribute(service, "access_logs.s3.enabled")))


def _access_log_bucket(service: Subject) -> Value:
    asked = boolean(setting(service, "access-log-enabled"))
    if isinstance(asked, Unknown):
        return asked
    old = setting(service, "access-log-s3-bucket-name") if isinstance(asked, Known) and asked.value else Absent(asked.places)
    return first(old, _attribute(service, "access_logs.s3.bucket"))


def _tcp_udp(service: Subject) -> Value:
    """A value that is no boolean counts as none (isTCPUDPEnabledForService)."""
    written = setting(service, "enable-tcp-udp-listener")
    if isinstance(written, Known):
        asked = go_bool(str(written.value))
        return Known(bool(asked), written.places, None if asked is not None else CONTROLLER, written.key)
    gate = feature_gate(service.home, "EnableTCPUDPListener")
    if gate is None:
        return Unknown("whether the feature gate EnableTCPUDPListener is on is not seen", written.places, written=False)
    return default(service, gate, written)


@fact("load-balancer", "int")
def subnet_count(load_balancer: Subject) -> Value:
    """How many subnets, and so zones, an NLB has: as many as its Service names, or as it names addresses for."""
    for name in ("subnets", "eip_allocations", "private_ipv4_addresses", "ipv6_addresses"):
        found = load_balancer.get(name)
        if isinstance(found, Known):
            return Known(len({one.value for one in found.value if isinstance(one, Known)}), found.places, key=found.key)
        if isinstance(found, Unknown):
            return found
    return Unknown("the controller finds the subnets by their tags", (load_balancer.place,), written=False)


@fact("load-balancer", "string[]")
def source_ranges(load_balancer: Subject) -> Value:
    """The networks that the controller's own security group lets in, everything by default; absent where there is no such group."""
    service = load_balancer.value("service")
    if service is None or not isinstance(load_balancer.get("security_groups"), Absent):
        return Absent((load_balancer.place,))
    off = load_balancer.get("security_groups_off")
    if not isinstance(off, Known) or off.value:
        return off if isinstance(off, Unknown) else Absent(off.places)
    written: Value = service.get("source_ranges")
    lists = setting(service, "security-group-prefix-lists")
    if not isinstance(written, Absent):
        return written
    if not isinstance(lists, Absent):
        return lists if isinstance(lists, Unknown) else listing([], places=lists.places)
    family = load_balancer.get("ip_address_type")
    if not isinstance(family, Known):
        return family
    everything = ("0.0.0.0/0", "::/0") if family.value == "dualstack" else ("0.0.0.0/0",)
    return default(service, Listing([Known(one, default=CONTROLLER) for one in everything]), written)


@fact("load-balancer", "int")
def inbound_rules(load_balancer: Subject) -> Value:
    """How many rules the controller's own security group of an NLB gets: one for each port and network."""
    service, ranges = load_balancer.value("service"), load_balancer.get("source_ranges")
    if service is None or not isinstance(ranges, Known):
        return ranges if service is not None else Absent((load_balancer.place,))
    ports = service.get("ports")
    return derive(lambda networks, found: len(networks.items) * len(found.items), ranges, ports)


@fact("service", "load-balancer")
def load_balancer(service: Subject) -> Value:
    """The load balancer that the controller makes of the Service; absent where it makes none."""
    takes = service.get("taken")
    if not isinstance(takes, Known):
        return takes
    if not takes.value:
        return Absent(takes.places)
    return Known(service.home.where("load-balancer", "service", service)[0], takes.places)
