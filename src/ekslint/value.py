"""What is known of a fact: known, absent or unknown, each with the places that say so."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Generic, TypeVar

from ekslint.source.text import Place
from ekslint.syntax.computed import Computed, Defaulted, OpenMapping, OpenSequence
from ekslint.syntax.tree import Mapping, Node, Scalar, Sequence

T = TypeVar("T")


class Known(Generic[T]):
    """A value and the place(s) it was written, or the default that it came from.

    `default` names whose default it is ("AWS Load Balancer Controller"); the places are then the nearest key under which a
    person would write it. `key` is the carrier's own spelling (`maxPodsPerNode`, `--max-pods`).
    """

    __slots__ = ("default", "key", "places", "value")

    def __init__(self, value: T, places: Iterable[Place] = (), default: str | None = None, key: str | None = None) -> None:
        self.value = value
        self.places = tuple(places)
        self.default = default
        self.key = key

    def __repr__(self) -> str:
        origin = f", default={self.default!r}" if self.default else ""
        return f"Known({self.value!r}{origin})"


class Absent:
    """There is none. The places are the nearest key that exists under which a person would write it."""

    __slots__ = ("key", "places")

    def __init__(self, places: Iterable[Place] = (), key: str | None = None) -> None:
        self.places = tuple(places)
        self.key = key

    def __repr__(self) -> str:
        return "Absent()"


class Unknown:
    """It cannot be known from the files. `text` is what is written there, None where nothing is.

    `written`: True where a person wrote something (a template), None in a carrier seen in part, False for a computed value.
    """

    __slots__ = ("key", "places", "reason", "text", "written")

    def __init__(
        self,
        reason: str,
        places: Iterable[Place] = (),
        text: str | None = None,
        written: bool | None = None,
        key: str | None = None,
    ) -> None:
        self.reason = reason
        self.places = tuple(places)
        self.text = text
        self.written = True if text is not None and written is None else written
        self.key = key

    def __repr__(self) -> str:
        return f"Unknown({self.reason!r})"


Value = Known[Any] | Absent | Unknown


class Listing:
    """A list of values, closed or open: an open one may hold more than is seen, and says why."""

    __slots__ = ("items", "open", "why")

    def __init__(self, items: Iterable[Value], open: bool = False, why: str = "") -> None:
        self.items = list(items)
        self.open = open
        self.why = why

    def __iter__(self) -> Iterator[Value]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    def __repr__(self) -> str:
        return f"Listing({self.items!r}{', open' if self.open else ''})"


def listing(items: Iterable[Value], open: bool = False, why: str = "", places: Iterable[Place] = ()) -> Known[Listing]:
    """A known list."""
    return Known(Listing(items, open, why), places)


def places_of(*values: Value) -> tuple[Place, ...]:
    """All places of some values, in order, each once."""
    return tuple(dict.fromkeys(place for value in values for place in value.places))


def derive(compute: Callable[..., Any], *values: Value) -> Value:
    """`compute` of the known values, with all their places; unknown where one is unknown, else absent where one is absent."""
    for value in values:
        if isinstance(value, Unknown):
            return Unknown(value.reason, value.places, written=False)
    for value in values:
        if isinstance(value, Absent):
            return Absent(value.places)
    default = next((v.default for v in values if isinstance(v, Known) and v.default), None)
    if any(isinstance(v, Known) and not v.default for v in values):
        default = None
    return Known(compute(*(v.value for v in values if isinstance(v, Known))), places_of(*values), default)


def filled(value: Value) -> Value:
    """The value; absent where it is an empty text, for readers to whom that is none."""
    return Absent(value.places, value.key) if isinstance(value, Known) and value.value == "" else value


_PLACEHOLDER = re.compile(
    r"\{\{(?:(?!\{\{).)*?\}\}|\{%(?:(?!\{%).)*?%\}|\$\{(?:(?!\$\{)[^}])*\}|\$\((?:(?!\$\()[^)])*\)"
    r"|%\{(?:(?!%\{)[^}])*\}|\$[A-Za-z_]\w{2,}|<[A-Za-z_][\w .:/|-]*>|%[A-Z][A-Z0-9_]+%|@@?[A-Za-z_][\w.-]*@@?"
    r"|\b(?:REPLACE|CHANGE|YOUR|INSERT|FILL)[_-]?(?:ME|THIS|WITH|HERE|IN)\b|\b(?:YOUR[_-]|MY_)[A-Z0-9_-]{2,}\b|\bx{4,}\b|\bX{4,}\b"
    r"|\[\[(?:(?!\[\[).)*?\]\]",
    re.DOTALL,
)
_MARKS = re.compile(r"[{$<%@\[]|REPLACE|CHANGE|YOUR|INSERT|FILL|MY_|xxxx|XXXX")


def placeholder(text: str) -> str | None:
    """The first part of a text that a person or a tool replaces before it is applied, None where there is none.

    Helm and Jinja templates, `%{ if … }` of Terraform, `${VAR}`, `$(VAR)`, `$VAR` (envsubst), `<name>`, `REPLACE_ME`, `%NAME%`,
    `@NAME@`.
    """
    if not _MARKS.search(text):
        return None
    found = _PLACEHOLDER.search(text)
    return found.group(0) if found else None


def scalar_value(node: Node, key: str | None = None) -> Value:
    """What a node says: a known scalar, mapping or sequence (as nodes), absent for null, unknown for a placeholder."""
    if isinstance(node, Scalar):
        default = None
        if node.tag is not None and node.tag.startswith("!") and not node.tag.startswith("!!"):
            if isinstance(node, Computed):
                return Unknown(node.reason, (node.place,), node.written, key=key)
            if not isinstance(node, Defaulted):
                return Unknown(f"computed by {node.tag}", (node.place,), node.content, key=key)
            default = node.default
        if node.value is None:
            return Absent((node.place,), key)
        if isinstance(node.value, str):
            part = placeholder(node.value)
            if part is not None:
                return Unknown(f"the placeholder {part}", (node.place,), node.value, key=key)
        return Known(node.value, (node.place,), default, key)
    if node.tag is not None and node.tag.startswith("!") and not node.tag.startswith("!!"):
        return Unknown(f"computed by {node.tag}", (node.place,), node.tag, key=key)
    return Known(node, (node.place,), key=key)


def read(node: Node | None, *path: str, partial: str | None = None, outer: Iterable[Place] = ()) -> Value:
    """The value at a path of keys below a node.

    Absent with the place of the deepest key that exists; unknown with the reason `partial` where the carrier is seen in part,
    and where a key on the way has a type that cannot hold the next one.
    """
    nearest: Node | None = None
    at = node
    for depth, step in enumerate(path):
        if at is None:
            break
        if not isinstance(at, Mapping):
            known = scalar_value(at)
            if isinstance(known, Absent):
                at = None
                break
            if isinstance(known, Unknown):
                return Unknown(known.reason, known.places, written=False, key=path[-1])
            return Unknown(f"{path[depth - 1] if depth else 'the document'} is no map", (at.place,), written=False, key=path[-1])
        entry = at.entry(step)
        if entry is None:
            if isinstance(at, OpenMapping):
                partial = partial or at.why
            at = None
        else:
            nearest, at = entry
    name = path[-1] if path else None
    value: Value = scalar_value(at, name) if at is not None else Absent((), name)
    if isinstance(value, Absent):
        places = (nearest.place,) if nearest is not None else tuple(outer)
        return Unknown(partial, places, key=name) if partial else Absent(places, name)
    return value


def read_list(node: Node | None, *path: str, partial: str | None = None, outer: Iterable[Place] = ()) -> Value:
    """The sequence at a path as a known list of its items' values; open in a carrier seen in part."""
    value = read(node, *path, partial=partial, outer=outer)
    if isinstance(value, Known):
        if not isinstance(value.value, Sequence):
            return Unknown(f"{path[-1]} is no list", value.places, written=True, key=value.key)
        if isinstance(value.value, OpenSequence):
            partial = partial or value.value.why
        found = Listing([scalar_value(item) for item in value.value.items], bool(partial), partial or "")
        return Known(found, value.places, key=value.key)
    return value
