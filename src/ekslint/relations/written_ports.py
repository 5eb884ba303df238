"""What stands in listen-ports beyond the ports that come of it, and what `spec.tls` asks for.

Sources: pkg/ingress/model_build_listener.go (computeIngressListenPorts) of the AWS Load Balancer Controller; Go's encoding/json,
which keeps the last of two equal keys of an object.
"""

from __future__ import annotations

from ekslint.data.annotation_json import SHAPES
from ekslint.data.go import GoError
from ekslint.data.gojson import Json, parse
from ekslint.fact import Subject, fact
from ekslint.facts.written import ALB, alb, decoded
from ekslint.relations.listen_ports import annotation_text
from ekslint.source.text import Place
from ekslint.syntax.tree import items
from ekslint.value import Absent, Known, Listing, Unknown, Value, listing, places_of, read


def _members(ingress: Subject) -> list[tuple[int, str, int, Place]]:
    """Each entry of the annotation: the number of its object, protocol, port, and place."""
    text = annotation_text(ingress, ALB + "listen-ports")
    if text is None:
        return []
    try:
        found: Json = parse(text.value)
    except GoError:
        return []
    entries = [(index, entry) for index, entry in enumerate(found.value if found.kind == "array" else []) if entry.kind == "object"]
    return [
        (index, key.value, int(port.value), text.place(key.start, port.end))
        for index, entry in entries
        for key, port in entry.value
        if port.kind == "number" and port.value.isdigit() and len(port.value) < 10
    ]


@fact("ingress", "int[]")
def two_protocol_ports(ingress: Subject) -> Value:
    """The ports that listen-ports names under both protocols, of which the last one counts."""
    said: dict[int, str] = {}
    found: list[Value] = []
    for _, protocol, port, place in _members(ingress):
        if said.setdefault(port, protocol) != protocol:
            found.append(Known(port, (place,)))
    return listing(found, places=(ingress.place,))


@fact("ingress", "int[]")
def dropped_ports(ingress: Subject) -> Value:
    """The ports that listen-ports names under a protocol that stands again in the same object, so that they never open."""
    last: dict[tuple[int, str], tuple[int, Place]] = {}
    found: list[Value] = []
    for index, protocol, port, place in _members(ingress):
        before = last.get((index, protocol))
        if before is not None and before[0] != port:
            found.append(Known(before[0], (before[1],)))
        last[index, protocol] = (port, place)
    return listing(found, places=(ingress.place,))


@fact("ingress", "string[]")
def tls_secrets(ingress: Subject) -> Value:
    """The Secrets that `spec.tls` names, which the controller never reads."""
    tls = ingress.node.at("spec", "tls") if ingress.node is not None else None
    found = [read(entry, "secretName", partial=ingress.partial) for entry in items(tls)]
    return listing([one for one in found if isinstance(one, Known)], bool(ingress.partial), ingress.partial or "", (ingress.place,))


@fact("ingress", "int")
def tls_blocks(ingress: Subject) -> Value:
    """How many entries `spec.tls` has; absent where nobody writes it."""
    found, spec = ingress.read("spec", "tls"), ingress.node.get("spec") if ingress.node is not None else None
    key = spec.key("tls") if spec is not None else None
    if not isinstance(found, Known) or spec is None or key is None:
        return found
    count = len(items(spec.get("tls")))
    return Known(count, (key.place,)) if count else Absent(found.places)


@fact("ingress", "action[]")
def actions(ingress: Subject) -> Value:
    """The actions that the annotations of the Ingress describe."""
    found = [one.known() for one in ingress.home.where("action", "ingress", ingress)]
    return listing(list(found), bool(ingress.partial), ingress.partial or "")


@fact("load-balancer", "string[]")
def certificate_regions(load_balancer: Subject) -> Value:
    """The regions of the ACM certificates that its listeners name; absent where none is named."""
    listed = load_balancer.get("listeners")
    if not isinstance(listed, Known):
        return listed
    regions: dict[str, Value] = {}
    for one in listed.value:
        named = one.value.get("certificates") if isinstance(one, Known) else one
        for certificate in named.value if isinstance(named, Known) else ():
            parts = str(certificate.value).split(":") if isinstance(certificate, Known) else []
            if len(parts) > 4 and parts[2] == "acm" and parts[3]:
                regions.setdefault(parts[3], Known(parts[3], certificate.places))
    return listing(list(regions.values()), listed.value.open, listed.value.why) if regions else Absent((load_balancer.place,))


@fact("listener", "string[]")
def inbound_families(listener: Subject) -> Value:
    """The address families of the networks that members on this port let in; absent without networks, or beside prefix lists."""
    families: dict[str, Value] = {}
    for one in listener.value("listen_ports") or ():
        ingress = one.value.value("ingress")
        if not isinstance(ingress.get("prefix_lists"), Absent):
            return Absent((listener.place,))
        cidrs = ingress.get("inbound_cidrs")
        if isinstance(cidrs, Unknown):
            return cidrs
        for cidr in cidrs.value if isinstance(cidrs, Known) else ():
            if isinstance(cidr, Known):
                family = "ipv6" if ":" in str(cidr.value) else "ipv4"
                families.setdefault(family, Known(family, cidr.places))
    if not families:
        return Absent((listener.place,))
    said = listener.value("listen_ports")
    return listing(list(families.values()), said.open, said.why)


@fact("ingress", "string[]")
def listen_protocols(ingress: Subject) -> Value:
    """The protocols that the Ingress listens with, each once."""
    ports = ingress.get("listen_ports")
    if not isinstance(ports, Known):
        return ports
    names = dict.fromkeys(str(one.value.value("protocol")) for one in ports.value)
    return listing([Known(name, ports.places) for name in names], places=ports.places)


@fact("load-balancer", "string[]")
def certificates(load_balancer: Subject) -> Value:
    """The certificates that the listeners of an ALB name, each once; those found in ACM come on top."""
    listed = load_balancer.get("listeners")
    if not isinstance(listed, Known):
        return listed
    found: dict[str, Value] = {}
    for one in listed.value:
        named = one.value.value("certificates") if isinstance(one, Known) else None
        for certificate in named or ():
            if isinstance(certificate, Known):
                found.setdefault(str(certificate.value), certificate)
    return listing(list(found.values()), listed.value.open, listed.value.why)


@fact("ingress", "int[]")
def mutual_ports(ingress: Subject) -> Value:
    """The ports that mutual-authentication has entries for, in order; absent where it is not written."""
    content = decoded(alb(ingress, "mutual-authentication"), SHAPES["mutual-authentication"])
    if not isinstance(content, Known):
        return content
    return listing([Known(entry.get("port", 0), content.places) for entry in content.value or []], places=content.places)


@fact("ingress", "int[]")
def mutual_ports_elsewhere(ingress: Subject) -> Value:
    """The ports of mutual-authentication at which the Ingress itself does not listen with HTTPS."""
    ports, listened = ingress.get("mutual_ports"), ingress.get("listen_ports")
    if not isinstance(ports, Known):
        return ports
    if not isinstance(listened, Known):
        return listened
    if listened.value.open:
        return Unknown(listened.value.why, listened.places, written=False)
    found = [one.value for one in listened.value if isinstance(one, Known)]
    secure = {one.value("port") for one in found if one.value("protocol") == "HTTPS"}
    return listing([one for one in ports.value if isinstance(one, Known) and one.value not in secure], places=ports.places)


@fact("load-balancer", "int[]")
def verified_ports(load_balancer: Subject) -> Value:
    """The ports on which an ALB verifies client certificates against a trust store."""
    found: dict[int, Value] = {}
    listed: Listing | None = load_balancer.value("ingresses")
    for one in listed or ():
        if not isinstance(one, Known):
            continue
        content = decoded(alb(one.value, "mutual-authentication"), SHAPES["mutual-authentication"])
        for entry in (content.value or []) if isinstance(content, Known) else ():
            if entry.get("mode") == "verify":
                found.setdefault(entry.get("port", 0), Known(entry.get("port", 0), content.places))
    return listing(list(found.values()), listed is None or listed.open, listed.why if listed is not None else "it is no ALB")


@fact("load-balancer", "int")
def alb_inbound_rules(load_balancer: Subject) -> Value:
    """How many rules of one address family the controller's own security group of an ALB gets: one for each port and network."""
    if load_balancer.value("type") != "alb" or not isinstance(load_balancer.get("security_groups"), Absent):
        return Absent((load_balancer.place,))
    counts = {"ipv4": 0, "ipv6": 0}
    places: list[Value] = []
    for one in load_balancer.value("listeners"):
        networks: dict[str, Value] = {}
        for said in one.value.value("listen_ports") if isinstance(one, Known) else ():
            cidrs = said.value.value("ingress").value("inbound_cidrs")
            networks.update({str(cidr.value): cidr for cidr in cidrs or () if isinstance(cidr, Known)})
        for text, value in networks.items():
            counts["ipv6" if ":" in text else "ipv4"] += 1
            places.append(value)
    return Known(max(counts.values()), places_of(*places) or (load_balancer.place,))
