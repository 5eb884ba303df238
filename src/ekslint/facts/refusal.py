"""What the load balancer controller says of an annotation's text that it does not take, by the type of the annotation.

Sources: pkg/annotations/parser.go, pkg/ingress/model_build_*.go and the webhooks of the AWS Load Balancer Controller.
"""

from __future__ import annotations

from collections.abc import Callable

from ekslint.data.annotations import Annotation
from ekslint.data.go import GoError, go_bool, go_int, string_list, string_map

BITS = {"int32": 32, "int64": 64, "int": 32}


def refusal(known: Annotation, text: str) -> str | None:
    """Why the reader of an annotation refuses a text; None where it takes it, or passes it on to AWS."""
    read = _READERS.get(known.type)
    return (read(known, text) if read is not None else None) or _text(known, text)


def _text(known: Annotation, text: str) -> str | None:
    if known.max_length is not None and known.length_by == "controller" and len(text) > known.max_length:
        return f"it has {len(text)} characters, and the controller takes at most {known.max_length}"
    if known.pattern is not None:
        import re

        if re.search(known.pattern, text) is None or text.endswith("\n"):
            return "it must consist of lower case letters, digits, '-' or '.', and start and end with a letter or digit"
    if known.suffix == "customer-owned-ipv4-pool" and text == "":
        return "cannot use empty value"
    return None


def _bool(_: Annotation, text: str) -> str | None:
    return "failed to parse bool annotation" if go_bool(text) is None else None


def _integer(known: Annotation, text: str) -> str | None:
    number = go_int(text, BITS[known.type])
    if number is None:
        return f"failed to parse {known.type} annotation"
    low, high = known.minimum, known.maximum
    if known.range_by == "controller" and low is not None and high is not None and not low <= number <= high:
        return f"must be within [{low}:{high}]"
    return None


def _enum(known: Annotation, text: str) -> str | None:
    allowed = known.allowed or ()
    if text in allowed or (not known.case_sensitive and text.upper() in {word.upper() for word in allowed}):
        return None
    return f"must be within [{', '.join(allowed)}]"


def _list(known: Annotation, text: str) -> str | None:
    if known.suffix != "inbound-cidrs":
        return None
    for item in string_list(text):
        if not is_cidr(item):
            return f"invalid CIDR address: {item}"
    return None


def _integers(_: Annotation, text: str) -> str | None:
    for item in string_list(text):
        if go_int(item) is None:
            return f"invalid port number: {item}"
    return None


def _map(known: Annotation, text: str) -> str | None:
    try:
        pairs = string_map(text)
    except GoError as error:
        return error.message
    if known.suffix.endswith("minimum-load-balancer-capacity"):
        for key, value in pairs.items():
            if key != "CapacityUnits":
                return f"invalid key to set the capacity: {key}"
            if go_int(value, 32) is None:
                return f"invalid value: {value}"
    return None


def _json(known: Annotation, text: str) -> str | None:
    if known.shape is None:
        return None
    from ekslint.data.annotation_json import SHAPES
    from ekslint.data.gojson import read_json
    from ekslint.facts.json_complaints import complaint

    try:
        value = read_json(text, SHAPES[known.shape])
    except GoError as error:
        return f"failed to parse json annotation: {error.message}"
    return complaint(known.shape, value)


def _port_number(_: Annotation, text: str) -> str | None:
    return None if text == "traffic-port" or go_int(text) is not None else "failed to resolve healthCheckPort"


def is_cidr(text: str) -> bool:
    """Whether Go's net.ParseCIDR takes a text: an address, a slash and the length of its prefix."""
    import ipaddress

    address, slash, length = text.partition("/")
    if not slash or not length.isascii() or not length.isdigit() or (len(length) > 1 and length[0] == "0") or "%" in address:
        return False
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return int(length) <= parsed.max_prefixlen


_READERS: dict[str, Callable[[Annotation, str], str | None]] = {
    "bool": _bool,
    "int32": _integer,
    "int64": _integer,
    "int": _integer,
    "enum": _enum,
    "stringList": _list,
    "stringMap": _map,
    "intList": _integers,
    "json": _json,
    "port-number": _port_number,
}
