"""How Go programs read text: booleans, integers, and the load balancer controller's lists and maps, exact to the letter.

Sources: Go's strconv.ParseBool, ParseInt and Atoi; pkg/annotations/parser.go of the AWS Load Balancer Controller.
JSON is in gojson.
"""

from __future__ import annotations

TRUE = ("1", "t", "T", "TRUE", "true", "True")
"""The six spellings that Go's ParseBool takes for true."""

FALSE = ("0", "f", "F", "FALSE", "false", "False")
"""The six spellings that Go's ParseBool takes for false."""

_BLANKS = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
)
_DIGITS = frozenset("0123456789")
_BASES = {"x": 16, "o": 8, "b": 2}


class GoError(ValueError):
    """What the Go program says of a text that it cannot read. `offset` is where, in code points, or None."""

    def __init__(self, message: str, offset: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


def go_bool(text: str) -> bool | None:
    """What strconv.ParseBool makes of a text; None where it refuses (yes, on, tRuE, blanks, nothing)."""
    if text in TRUE:
        return True
    return False if text in FALSE else None


def go_int(text: str, bits: int = 64, base: int = 10) -> int | None:
    """What strconv.ParseInt makes of a text in so many bits; None where it refuses (blanks, units, fractions, out of range).

    Base 0 reads Go literals, as the VPC CNI reads its connmark: 0x, 0o, 0b, a leading 0 for octal, single underscores.
    """
    sign, digits = (text[:1], text[1:]) if text[:1] in ("+", "-") else ("", text)
    if base == 0:
        number = _literal(digits)
    else:
        number = int(digits) if digits and _DIGITS.issuperset(digits) and len(digits.lstrip("0")) < 30 else None
    if number is None:
        return None
    if sign == "-":
        number = -number
    return number if -(1 << (bits - 1)) <= number < 1 << (bits - 1) else None


def _literal(text: str) -> int | None:
    base = 10
    if text[:1] == "0" and len(text) > 1:
        base = _BASES.get(text[1].lower(), 8)
        text = text[1:] if base == 8 and text[1] not in "oO" else text[2:]
        text = text.removeprefix("_")
    if not text.isascii() or not text[:1].isalnum() or not text[-1:].isalnum() or "__" in text or len(text) > 4000:
        return None
    try:
        return int(text.replace("_", ""), base)
    except ValueError:
        return None


def strip(text: str) -> str:
    """The text without the blanks that Go's TrimSpace takes off both ends."""
    return text.strip(_BLANKS)


def string_list(text: str) -> list[str]:
    """A stringList annotation: split at commas, each item stripped, empty items dropped. It never fails."""
    return [item for item in (strip(part) for part in text.split(",")) if item]


def string_map(text: str) -> dict[str, str]:
    """A stringMap annotation: `key=value` pairs between commas, a backslash before a comma that belongs to a value.

    A comma that nothing follows becomes part of the last value; a newline separates nothing. Raises GoError for a pair without `=`
    or with an empty key; its offset is None, since the controller says no more than that it failed.
    """
    found: dict[str, str] = {}
    for pair in _pairs(text):
        key, equals, value = pair.partition("=")
        key = strip(key)
        if not equals or not key:
            raise GoError("failed to parse stringMap annotation")
        found[key] = strip(value)
    return found


def _pairs(text: str) -> list[str]:
    pairs: list[str] = []
    current: list[str] = []
    last_equals = text.rfind("=")
    end = len(text.rstrip(_BLANKS))
    at = 0
    while at < len(text):
        char = text[at]
        if char == "\\" and at + 1 < len(text):
            at += 1
            current.append(text[at])
        elif char == "," and at < last_equals:
            pairs.append(strip("".join(current)))
            current = []
        elif char == "," and at + 1 < end:
            return [*pairs, strip("".join(current)), strip(text[at + 1 :])]
        else:
            current.append(char)
        at += 1
    if current:
        pairs.append(strip("".join(current)))
    return pairs
