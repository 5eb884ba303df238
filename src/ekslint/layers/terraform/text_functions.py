"""Terraform's functions of strings and numbers; what one makes keeps the places of what it was given."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable

from ekslint.layers.terraform.strings import MAX_LENGTH, json_of, known_text, made, pieces_of
from ekslint.layers.terraform.values import MAX_ITEMS, boolean, number, said_of, sequence, texts, truth
from ekslint.source.text import Derived, Piece, Text
from ekslint.syntax.computed import Computed, Encoded, OpenSequence, Serialized, scalar_like
from ekslint.syntax.expressions import Call
from ekslint.syntax.tree import Node, Scalar, Sequence

_VERB = re.compile(r"%(?:%|[-+ #0]{0,5}\d{0,3}(?:\.\d{1,3})?[sdvqtfgb])")


def _base64(at: Call, arguments: list[Node]) -> Node:
    return Encoded(at.text, at.start, at.end, arguments[0], at.name)


def _unbase64(at: Call, arguments: list[Node]) -> Node | None:
    return arguments[0].of if isinstance(arguments[0], Encoded) else None


def _encode(at: Call, arguments: list[Node]) -> Node:
    return json_of(arguments[0], at)


def _decode(at: Call, arguments: list[Node]) -> Node | None:
    if isinstance(arguments[0], Serialized):
        return arguments[0].of
    text = known_text(arguments[0])
    return parsed(text) if text is not None else None


def parsed(text: Text) -> Node | None:
    """The value of a JSON or YAML text; None where it has none."""
    from ekslint.syntax import yaml

    found = yaml.parse(text)
    return found.documents[0].root if len(found.documents) == 1 and not found.problems and not found.templated else None


def _join(at: Call, arguments: list[Node]) -> Node | None:
    by = known_text(arguments[0])
    items: list[Node] = []
    for each in arguments[1:]:
        if not isinstance(each, Sequence) or isinstance(each, OpenSequence):
            return None
        items += each.items
    pieces: list[Piece] = []
    for index, item in enumerate(items):
        text = item.inner() if isinstance(item, Computed) else known_text(item)
        if by is None or text is None:
            return None
        if index and by.value:
            pieces.append(Piece(by, 0, len(by.value), by.value, True))
        pieces += pieces_of(text)
    return made(Derived(pieces), at) if sum(len(piece.value) for piece in pieces) < MAX_LENGTH else None


def _format(at: Call, arguments: list[Node]) -> Node | None:
    pattern = known_text(arguments[0])
    if pattern is None or "%" in _VERB.sub("", pattern.value):
        return None
    pieces: list[Piece] = []
    last, rest = 0, iter(arguments[1:])
    for verb in _VERB.finditer(pattern.value):
        pieces.append(Piece(pattern, last, verb.start(), pattern.value[last : verb.start()], True))
        last = verb.end()
        if verb[0] == "%%":
            pieces.append(Piece(pattern, verb.start(), last, "%", False))
            continue
        argument = next(rest, None)
        text = argument.inner() if isinstance(argument, Computed) else known_text(argument)
        if text is None:
            return None
        said = text.value
        if verb[0][1:-1]:
            if not said.isdigit() or verb[0][-1] != "d":
                return None
            said = verb[0] % int(said)
        pieces.append(Piece(text, 0, len(text.value), said, said == text.value))
    pieces.append(Piece(pattern, last, len(pattern.value), pattern.value[last:], True))
    return made(Derived([piece for piece in pieces if piece.value]), at)


def _replace(at: Call, arguments: list[Node]) -> Node | None:
    text, old, new = known_text(arguments[0]), said_of(arguments[1]), known_text(arguments[2])
    if text is None or not old or new is None or (old.startswith("/") and old.endswith("/") and len(old) > 1):
        return None
    pieces: list[Piece] = []
    last, found = 0, text.value.find(old)
    if text.value.count(old) * len(new.value) > MAX_LENGTH:
        return None
    while found >= 0 and len(pieces) < MAX_ITEMS:
        pieces.append(Piece(text, last, found, text.value[last:found], True))
        pieces.append(Piece(new, 0, len(new.value), new.value, True))
        last = found + len(old)
        found = text.value.find(old, last)
    pieces.append(Piece(text, last, len(text.value), text.value[last:], True))
    return made(Derived([piece for piece in pieces if piece.value]), at)


def _stripped(strip: Callable[[str, str], str]) -> Callable[[Call, list[Node]], Node | None]:
    def compute(at: Call, arguments: list[Node]) -> Node | None:
        text, what = known_text(arguments[0]), said_of(arguments[1]) if len(arguments) > 1 else ""
        if text is None or what is None:
            return None
        kept = strip(text.value, what)
        start = text.value.find(kept) if strip(text.value, what) != text.value else 0
        if not kept:
            start = 0
        elif not text.value.endswith(kept) and not text.value.startswith(kept):
            start = len(text.value) - len(text.value.lstrip())
        elif text.value.endswith(kept):
            start = len(text.value) - len(kept)
        return made(text.part(start, start + len(kept)), at)

    return compute


def _cased(change: Callable[[str], str]) -> Callable[[Call, list[Node]], Node | None]:
    def compute(at: Call, arguments: list[Node]) -> Node | None:
        said = said_of(arguments[0])
        return scalar_like(arguments[0], change(said), change(said)) if said is not None else None

    return compute


def _split(at: Call, arguments: list[Node]) -> Node | None:
    by, text = said_of(arguments[0]), known_text(arguments[1])
    if not by or text is None or text.value.count(by) > MAX_ITEMS:
        return None
    items: list[Node] = []
    start = 0
    for part in text.value.split(by):
        items.append(made(text.part(start, start + len(part)), at))
        start += len(part) + len(by)
    return sequence(at, items)


def _indent(at: Call, arguments: list[Node]) -> Node | None:
    count, text = number(arguments[0]), known_text(arguments[1])
    if text is None or not isinstance(count, int) or not 0 <= count < 100 or text.value.count("\n") * count > MAX_LENGTH:
        return None
    pieces: list[Piece] = []
    at_line = 0
    for line in text.value.splitlines(keepends=True):
        if at_line and count:
            pieces.append(Piece(text, at_line, at_line, " " * count, False))
        pieces.append(Piece(text, at_line, at_line + len(line), line, True))
        at_line += len(line)
    return made(Derived(pieces), at)


def _tested(test: Callable[[str, str], bool]) -> Callable[[Call, list[Node]], Node | None]:
    def compute(at: Call, arguments: list[Node]) -> Node | None:
        said = texts(arguments[:2])
        return boolean(at, test(said[0], said[1])) if said is not None else None

    return compute


def _to_string(at: Call, arguments: list[Node]) -> Node | None:
    one = arguments[0]
    text = known_text(one)
    if isinstance(one, Scalar) and one.value is None:
        return one
    return (
        scalar_like(one, text.value, text.value)
        if text is not None and not isinstance(getattr(one, "value", ""), str)
        else (one if text is not None else None)
    )


def _to_number(at: Call, arguments: list[Node]) -> Node | None:
    found = number(arguments[0])
    return scalar_like(arguments[0], found, str(found)) if found is not None else None


def _to_bool(at: Call, arguments: list[Node]) -> Node | None:
    return truth(arguments[0])


def _extreme(at: Call, arguments: list[Node]) -> Node | None:
    numbers = [number(argument) for argument in arguments]
    known = [each for each in numbers if each is not None]
    if len(known) != len(numbers):
        return None
    wanted = max(known) if at.name == "max" else min(known)
    return arguments[numbers.index(wanted)]


def _subnet(at: Call, arguments: list[Node]) -> Node | None:
    said, bits, index = said_of(arguments[0]), number(arguments[1]), number(arguments[2])
    if said is None or not isinstance(bits, int) or not isinstance(index, int) or not 0 <= bits <= 32:
        return None
    network = ipaddress.ip_network(said, strict=False)
    length = network.prefixlen + bits
    if length > network.max_prefixlen or not 0 <= index < 1 << bits:
        return None
    first = int(network.network_address) + (index << (network.max_prefixlen - length))
    cidr = f"{ipaddress.ip_address(first) if network.version == 4 else ipaddress.IPv6Address(first)}/{length}"
    return Scalar(at.text, at.start, at.end, cidr, cidr, '"', None, [Piece(at.text, at.start, at.end, cidr, False)])


FUNCTIONS: dict[str, Callable[[Call, list[Node]], Node | None]] = {
    "jsonencode": _encode,
    "yamlencode": _encode,
    "jsondecode": _decode,
    "yamldecode": _decode,
    "base64encode": _base64,
    "base64gzip": _base64,
    "base64decode": _unbase64,
    "join": _join,
    "format": _format,
    "replace": _replace,
    "trimspace": _stripped(lambda text, _: text.strip()),
    "chomp": _stripped(lambda text, _: text.rstrip("\r\n")),
    "trimsuffix": _stripped(lambda text, what: text.removesuffix(what)),
    "trimprefix": _stripped(lambda text, what: text.removeprefix(what)),
    "trim": _stripped(lambda text, what: text.strip(what)),
    "lower": _cased(str.lower),
    "upper": _cased(str.upper),
    "title": _cased(str.title),
    "split": _split,
    "indent": _indent,
    "strcontains": _tested(lambda text, part: part in text),
    "startswith": _tested(str.startswith),
    "endswith": _tested(str.endswith),
    "tostring": _to_string,
    "tonumber": _to_number,
    "tobool": _to_bool,
    "max": _extreme,
    "min": _extreme,
    "cidrsubnet": _subnet,
}
