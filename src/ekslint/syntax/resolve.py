"""What a plain YAML scalar means to Kubernetes: YAML 1.1 as sigs.k8s.io/yaml reads it (goyaml.v2/resolve.go)."""

from __future__ import annotations

import re
from math import inf, isinf, nan

from ekslint.syntax.tree import Plain

_WORDS: dict[str, Plain] = {
    **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"), True),
    **dict.fromkeys(("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), nan),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -inf),
}
_INTEGER = re.compile(
    r"(?P<sign>[-+]?)(?:0[xX](?P<hex>[0-9a-fA-F]+)|0[bB](?P<bin>[01]+)|0[oO]?(?P<oct>[0-7]+)|(?P<dec>0|[1-9][0-9]*))", re.ASCII
)
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", re.ASCII)
_BASES = {"hex": 16, "bin": 2, "oct": 8, "dec": 10}
_LONGEST = 400
STANDARD = "tag:yaml.org,2002:"


def resolve(content: str) -> Plain:
    """The value of an untagged plain scalar.

    Timestamps stay strings, as they do for every reader that asks for no time. What is too large for 64 bits becomes a float.
    """
    if content in _WORDS:
        return _WORDS[content]
    first = content[0]
    if first in "0123456789+-":
        return _number(content)
    if first == ".":
        return _float(content)
    return content


def resolve_tagged(tag: str, content: str, plain: bool) -> Plain:
    """The value of a scalar that may have a tag; only YAML's own tags change it, any other keeps the string."""
    if not tag:
        return resolve(content) if plain else content
    kind = tag.removeprefix(STANDARD)
    if kind in ("bool", "int", "null", "timestamp"):
        return resolve(content)
    if kind == "float":
        value = resolve(content)
        return float(value) if type(value) is int else value
    return content


def short_tag(tag: str) -> str:
    """A tag as it is written: `!!str`, `!Sub`."""
    return "!!" + tag.removeprefix(STANDARD) if tag.startswith(STANDARD) else tag


def _number(content: str) -> Plain:
    if len(content) > _LONGEST:
        return content
    digits = content.replace("_", "")
    found = _INTEGER.fullmatch(digits)
    if found:
        base = found.lastgroup
        if base:
            value = int(found[base], _BASES[base])
            if found["sign"] == "-":
                value = -value
            if -(1 << 63) <= value < 1 << 64 and not (found["sign"] and value >= 1 << 63):
                return value
    value_or_text = _float(digits)
    return content if isinstance(value_or_text, str) else value_or_text


def _float(content: str) -> Plain:
    if not _FLOAT.fullmatch(content):
        return content
    value = float(content)
    return content if isinf(value) else value
