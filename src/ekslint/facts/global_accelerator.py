"""Facts of GlobalAccelerators. Source: webhooks/aga/globalaccelerator_validator.go of the AWS Load Balancer Controller."""

from __future__ import annotations

from ekslint.fact import Subject, fact
from ekslint.syntax.tree import Node, items
from ekslint.value import Known, Unknown, Value, listing, read


def _listeners(accelerator: Subject) -> list[Node]:
    return items(accelerator.node.at("spec", "listeners") if accelerator.node is not None else None)


@fact("global-accelerator", "string[]")
def overlapping_ports(accelerator: Subject) -> Value:
    """The ranges of ports that share a port with an earlier one of the same protocol; without a protocol none is compared."""
    seen: dict[object, list[tuple[int, int]]] = {}
    found: list[Value] = []
    why = accelerator.partial or ""
    for listener in _listeners(accelerator):
        protocol = read(listener, "protocol")
        for one in items(listener.get("portRanges")):
            first, last = read(one, "fromPort"), read(one, "toPort")
            if any(isinstance(value, Unknown) for value in (protocol, first, last)):
                why = why or "a port or protocol is not known"
            if not isinstance(protocol, Known) or not isinstance(first, Known) or not isinstance(last, Known):
                continue
            if not isinstance(first.value, int) or not isinstance(last.value, int):
                continue
            earlier = seen.setdefault(protocol.value, [])
            if any(first.value <= to and last.value >= start for start, to in earlier):
                found.append(Known(f"{protocol.value} {first.value}-{last.value}", first.places))
            earlier.append((first.value, last.value))
    return listing(found, bool(why), why, (accelerator.place,))


@fact("global-accelerator", "string[]")
def repeated_endpoints(accelerator: Subject) -> Value:
    """The endpoints that stand before in the same endpoint group: of one type, namespace and name, or of one id."""
    found: list[Value] = []
    why = accelerator.partial or ""
    for group in (group for listener in _listeners(accelerator) for group in items(listener.get("endpointGroups"))):
        seen: set[tuple[object, ...]] = set()
        for endpoint in items(group.get("endpoints")):
            kind = read(endpoint, "type")
            parts = ("endpointID",) if isinstance(kind, Known) and kind.value == "EndpointID" else ("namespace", "name")
            values = [kind, *(read(endpoint, part) for part in parts)]
            if any(isinstance(value, Unknown) for value in values):
                why = why or "an endpoint is not known"
                continue
            said = [value.value if isinstance(value, Known) else None for value in values]
            if len(said) == 3 and said[1] is None:
                said[1] = accelerator.value("namespace")
            if tuple(said) in seen:
                words = "/".join(str(text) for text in said if text is not None)
                found.append(Known(words, values[-1].places or (endpoint.place,)))
            seen.add(tuple(said))
    return listing(found, bool(why), why, (accelerator.place,))
