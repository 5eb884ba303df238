"""The ports that one Ingress listens on.

Source: pkg/ingress/model_build_listener.go (computeIngressListenPorts) of the AWS Load Balancer Controller.
"""

from __future__ import annotations

import re

from ekslint.data.go import GoError
from ekslint.fact import Subject, fact, given, subjects
from ekslint.facts.written import ALB, CONTROLLER, alb, decoded, refused
from ekslint.source.text import Place, Text
from ekslint.syntax.tree import Scalar
from ekslint.value import Known, Listing, Unknown, Value

given("listen-port", "port", "int", "The number of the port.")
given("listen-port", "protocol", "enum(HTTP, HTTPS)", "What the load balancer speaks there.")
given("listen-port", "ingress", "ingress", "The Ingress that listens there.")


@fact("ingress", "listen-port[]")
def listen_ports(ingress: Subject) -> Value:
    """The ports that the Ingress listens on: the annotation's, else HTTPS 443 where it has certificates, else HTTP 80."""
    written = alb(ingress, "listen-ports")
    if isinstance(written, Known):
        return _annotated(ingress, written)
    if isinstance(written, Unknown):
        return written
    certificates = ingress.get("certificates")
    if not isinstance(certificates, Known):
        return Unknown("whether certificates are named is not known", certificates.places, written=False)
    named: Listing = certificates.value
    if not named.items and named.open:
        return Unknown(named.why, certificates.places, written=False)
    created = ingress.get("creates_certificate")
    if not named.items and not isinstance(created, Known):
        return Unknown("whether a certificate is made is not known", created.places, written=False)
    secure = named.items or (isinstance(created, Known) and created.value)
    port, protocol = (443, "HTTPS") if secure else (80, "HTTP")
    one = _listen_port(ingress, port, protocol, ingress.place, CONTROLLER)
    return Known(Listing([Known(one, written.places, default=CONTROLLER)]), written.places, default=CONTROLLER, key=written.key)


def _listen_port(ingress: Subject, port: int, protocol: str, place: Place, default: str | None = None) -> Subject:
    return Subject(
        "listen-port",
        f"{protocol} {port}",
        place,
        namespace=ingress.namespace,
        given={
            "port": Known(port, (place,), default),
            "protocol": Known(protocol, (place,), default),
            "ingress": ingress.known(),
        },
        cluster=ingress.cluster,
    )


def _annotated(ingress: Subject, written: Known[str]) -> Value:
    from ekslint.data.gojson import INT32, ListOf, MapOf

    entries = decoded(written, ListOf(MapOf(INT32)))
    if not isinstance(entries, Known):
        return entries
    if not entries.value:
        return refused(written, "the controller refuses it: empty listen-ports configuration")
    ports: dict[int, str] = {}
    for entry in entries.value:
        for protocol, port in (entry or {}).items():
            if not 1 <= port <= 65535:
                return refused(written, f"the controller refuses it: listen port must be within [1, 65535]: {port}")
            if protocol not in ("HTTP", "HTTPS"):
                return refused(written, f"the controller refuses it: listen protocol must be within [HTTP, HTTPS]: {protocol}")
            if ports.get(port, protocol) != protocol and entry.get("HTTP") == entry.get("HTTPS"):
                return Unknown(f"port {port} stands twice in one object, and Go takes either", written.places, written.value)
            ports[port] = protocol
    places = _places(ingress, written)
    found = [_listen_port(ingress, port, protocol, places.get(port, written.places[0])) for port, protocol in ports.items()]
    return subjects(found, places=written.places)


def _places(ingress: Subject, written: Known[str]) -> dict[int, Place]:
    """Where each port number stands inside the annotation's text."""
    from ekslint.data.gojson import parse

    text = annotation_text(ingress, ALB + "listen-ports")
    if text is None:
        return {}
    try:
        json = parse(written.value)
    except GoError:
        return {}
    members = [member for entry in json.value if entry.kind == "object" for member in entry.value]
    return {int(port.value): text.place(key.start, port.end) for key, port in members if port.kind == "number"}


def annotation_text(owner: Subject, name: str) -> Text | None:
    """The text of an annotation whose places lead back into the file; None where none is written as a string."""
    node = owner.node.at("metadata", "annotations", name) if owner.node is not None else None
    return node.inner() if isinstance(node, Scalar) and isinstance(node.value, str) else None


def word_place(owner: Subject, annotation: str, word: str) -> Place | None:
    """Where an entry of a list first stands in an annotation, not as a part of another; None where it does not."""
    text = annotation_text(owner, annotation)
    found = re.search(rf"(?<![^\s,]){re.escape(word)}(?![^\s,])", text.value) if text is not None else None
    return text.place(*found.span()) if text is not None and found is not None else None
