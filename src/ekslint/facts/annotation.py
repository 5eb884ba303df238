"""Annotations of Ingresses and Services: which the AWS Load Balancer Controller knows, and whether it takes what is written.

Sources: pkg/annotations/constants.go and parser.go; the table in data/annotations.json.
"""

from __future__ import annotations

from functools import cache

from ekslint.data.annotations import ON_BAD_VALUE, PREFIXES, Annotation
from ekslint.data.annotations import annotation as in_table
from ekslint.data.annotations import in_tree as only_in_tree
from ekslint.data.annotations import nearest as nearest_in_table
from ekslint.data.go import go_int
from ekslint.fact import Subject, fact
from ekslint.facts.refusal import refusal as words_of_refusal
from ekslint.value import Absent, Known, Listing, Unknown, Value

READERS = "string, bool, int, int32, int64, enum, stringList, stringMap, intList, json, quantity, port, port-number"


def definition(annotation: Subject) -> Annotation | None:
    """What the table says of the annotation's name."""
    return _defined(annotation.name)


@cache
def _defined(name: str) -> Annotation | None:
    return in_table(name)


def _here(annotation: Subject, value: object) -> Known[object]:
    return Known(value, (annotation.place,))


def _family(annotation: Subject) -> str:
    prefix = annotation.name.partition("/")[0]
    return next((family for family, own in PREFIXES.items() if own == prefix), "other")


@fact("annotation", "enum(ingress, service, other)")
def family(annotation: Subject) -> Value:
    """Whose prefix it carries: that of Ingress annotations, that of Service annotations, or another."""
    return _here(annotation, _family(annotation))


@fact("annotation", "string")
def suffix(annotation: Subject) -> Value:
    """What stands behind the slash."""
    return _here(annotation, annotation.name.partition("/")[2])


@fact("annotation", "bool")
def known(annotation: Subject) -> Value:
    """Whether the controller, or the old in-tree one, reads an annotation of that name anywhere."""
    return _here(annotation, definition(annotation) is not None or only_in_tree(annotation.name))


@fact("annotation", "bool")
def in_tree(annotation: Subject) -> Value:
    """Whether only the old in-tree controller reads it, for Classic Load Balancers."""
    return _here(annotation, only_in_tree(annotation.name))


@fact("annotation", "string")
def nearest(annotation: Subject) -> Value:
    """The annotation that an unknown name most likely means; absent where nothing is near."""
    return _named(annotation, nearest_in_table(annotation.name))


@fact("annotation", "string")
def nearest_here(annotation: Subject) -> Value:
    """The annotation that says the same on this kind of object; absent where there is none."""
    own = "service" if annotation.value("owner_kind") == "Service" else "ingress"
    return _named(annotation, nearest_in_table(annotation.name, own))


def _named(annotation: Subject, name: str | None) -> Value:
    return _here(annotation, name) if name else Absent((annotation.place,))


@fact("annotation", "bool")
def for_this_kind(annotation: Subject) -> Value:
    """Whether the controller looks for it on this kind of object; absent for a name that it does not know."""
    table = definition(annotation)
    if table is None:
        return Absent((annotation.place,))
    owner = annotation.get("owner_kind")
    if isinstance(owner, Unknown):
        return owner
    kinds = ("ingress",) if annotation.value("owner_kind") == "Ingress" else ("service-nlb", "service-as-ingress-backend")
    return _here(annotation, any(kind in table.applies_to for kind in kinds))


@fact("annotation", f"enum({READERS})")
def reader(annotation: Subject) -> Value:
    """How the controller reads it; absent for a name that it does not know."""
    table = definition(annotation)
    return Absent((annotation.place,)) if table is None else _here(annotation, table.type)


@fact("annotation", "string[]")
def allowed(annotation: Subject) -> Value:
    """The values that it takes, where they are a closed list."""
    table = definition(annotation)
    if table is None or table.allowed is None:
        return Absent((annotation.place,))
    return Known(Listing([Known(word) for word in table.allowed]), (annotation.place,))


@fact("annotation", f"enum({', '.join(ON_BAD_VALUE)})")
def on_refusal(annotation: Subject) -> Value:
    """What comes of a value that the reader refuses; absent for a name that it does not know."""
    table = definition(annotation)
    return _here(annotation, table.on_bad_value) if table is not None and table.on_bad_value else Absent((annotation.place,))


@fact("annotation", "string")
def text(annotation: Subject) -> Value:
    """The text that is written; unknown where it is no string, since the API server refuses the object."""
    value = annotation.get("value")
    if isinstance(value, Known) and not isinstance(value.value, str):
        return Unknown("no string, and the API server refuses it", value.places, written=True, key=annotation.name)
    return value


@fact("annotation", "string")
def refusal(annotation: Subject) -> Value:
    """Why its reader refuses what is written, in the reader's words; absent where it takes it or does not know the name."""
    table, value = definition(annotation), annotation.get("text")
    if table is None or not isinstance(value, Known):
        return value if isinstance(value, Unknown) else Absent(value.places)
    words = words_of_refusal(table, value.value)
    return Known(words, value.places, default="AWS Load Balancer Controller") if words else Absent(value.places)


@fact("annotation", "string")
def nearest_value(annotation: Subject) -> Value:
    """What a refused value most likely means: the allowed word without blanks or in its own case, true for yes, 60 for 60s."""
    table, value = definition(annotation), annotation.get("text")
    if table is None or not isinstance(value, Known) or words_of_refusal(table, value.value) is None:
        return value if isinstance(value, Unknown) else Absent(value.places)
    meant = _meant(table, value.value.strip())
    if meant is None or words_of_refusal(table, meant) is not None:
        return Absent(value.places)
    return Known(meant, value.places)


_BOOLEANS = {"yes": "true", "on": "true", "enabled": "true", "enable": "true", "y": "true"}
_BOOLEANS |= {"no": "false", "off": "false", "disabled": "false", "disable": "false", "n": "false"}


def _meant(table: Annotation, text: str) -> str | None:
    from ekslint.data.nearest import nearest_name

    if table.type == "bool":
        return text.lower() if text.lower() in ("true", "false") else _BOOLEANS.get(text.lower())
    if table.type in ("int", "int32", "int64"):
        return text.removesuffix("s").strip()
    if table.type == "enum":
        allowed = table.allowed or ()
        return text if text in allowed else nearest_name(text, allowed)
    return text.lower() if table.pattern else None


@fact("annotation", "bool")
def read_in_auto_mode(annotation: Subject) -> Value:
    """Whether EKS Auto Mode supports it (EKS user guide); absent for a name that the controller does not know."""
    table = definition(annotation)
    return Absent((annotation.place,)) if table is None else _here(annotation, table.auto_mode)


@fact("annotation", "string")
def deprecated_by(annotation: Subject) -> Value:
    """The end of the annotation's name that replaces it; absent where none does."""
    table = definition(annotation)
    return _named(annotation, table.deprecated_by if table is not None else None)


@fact("annotation", "int")
def number(annotation: Subject) -> Value:
    """The number that is written; absent where it is none."""
    value = annotation.get("text")
    if not isinstance(value, Known):
        return value
    found = go_int(value.value)
    return Absent(value.places) if found is None else Known(found, value.places)


@fact("annotation", "int")
def least(annotation: Subject) -> Value:
    """The least number that AWS takes here; absent where it has no such limit."""
    table = definition(annotation)
    low = table.minimum if table is not None and table.range_by == "aws" else None
    return Absent((annotation.place,)) if low is None else Known(low, (annotation.place,), default="AWS")


@fact("annotation", "int")
def most(annotation: Subject) -> Value:
    """The greatest number that AWS takes here; absent where it has no such limit."""
    table = definition(annotation)
    high = table.maximum if table is not None and table.range_by == "aws" else None
    return Absent((annotation.place,)) if high is None else Known(high, (annotation.place,), default="AWS")
