"""What an annotation says in the notation that its reader takes, where only separators or a network's prefix length are amiss.

Source: pkg/annotations/parser.go: lists and maps are split at commas, and at nothing else.
"""

from __future__ import annotations

import re

from ekslint.data.go import GoError, string_map
from ekslint.fact import Subject, fact
from ekslint.facts.annotation import definition
from ekslint.facts.refusal import is_cidr
from ekslint.value import Absent, Known, Unknown, Value

_ID = r"(?:sg-|subnet-|pl-|eipalloc-|arn:aws)"
_BETWEEN_IDS = re.compile(rf"(?<=[^\s,])(?=\s+{_ID})")
_IDS = re.compile(rf"{_ID}[^\s,]*+(?:[\s,]++{_ID}[^\s,]*+)++\s*")
_BETWEEN_PAIRS = re.compile(r"(?<=[^,\s])(?=[ \t]*\n\s*[^\s=,]+=)")
_LAST_COMMA = re.compile(r",(?=\s*\Z)")


@fact("annotation", "string")
def respelled(annotation: Subject) -> Value:
    """The text as its reader wants it: with commas between pairs and ids, none at the end, a prefix length behind an address.

    Absent where nothing of that kind is amiss, and where the reader would not take the outcome either.
    """
    table, value = definition(annotation), annotation.get("text")
    if table is None or not isinstance(value, Known):
        return value if isinstance(value, Unknown) else Absent(value.places)
    text = value.value
    if table.type == "stringMap":
        found = _pairs(text)
    elif table.type == "stringList":
        found = _networks(text) if table.suffix == "inbound-cidrs" else _ids(text)
    else:
        found = None
    return Absent(value.places) if found is None or found == text else Known(found, value.places)


def _pairs(text: str) -> str | None:
    found = _LAST_COMMA.sub("", _BETWEEN_PAIRS.sub(",", text))
    try:
        string_map(found)
    except GoError:
        return None
    return found


def _ids(text: str) -> str | None:
    return _BETWEEN_IDS.sub(",", text) if _IDS.fullmatch(text) else None


def _networks(text: str) -> str | None:
    """The list with a prefix length behind each single address; None where something else is no network."""
    found = []
    for item in text.split(","):
        address = item.strip()
        whole = address if "/" in address else f"{address}/{128 if ':' in address else 32}"
        if not is_cidr(whole):
            return None
        found.append(item.replace(address, whole))
    return ",".join(found)
