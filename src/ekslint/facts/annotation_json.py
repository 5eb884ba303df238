"""What is inside a JSON annotation beyond what its reader refuses: members that Go passes over without a word.

Source: Go's encoding/json, which ignores members that a struct does not have; the structs are in data/annotation_json.py.
"""

from __future__ import annotations

from collections.abc import Iterator

from ekslint.data.annotation_json import SHAPES
from ekslint.data.go import GoError
from ekslint.data.gojson import Json, ListOf, MapOf, Pointer, Shape, Struct, field_of, parse
from ekslint.data.nearest import nearest_name
from ekslint.fact import Subject, fact
from ekslint.facts.annotation import definition
from ekslint.facts.written import decoded
from ekslint.source.text import Text
from ekslint.syntax.tree import Scalar
from ekslint.value import Absent, Known, Unknown, Value, listing


def inner_text(annotation: Subject) -> Text | None:
    """The annotation's text, whose places lead back into the file; None where it is no string."""
    node = annotation.node.at("metadata", "annotations", annotation.name) if annotation.node is not None else None
    return node.inner() if isinstance(node, Scalar) and isinstance(node.value, str) else None


def _unread(json: Json, shape: Shape) -> Iterator[tuple[Json, Struct]]:
    """The keys for which the shape has no field, at any depth, each with the struct that lacks it."""
    if isinstance(shape, Pointer):
        yield from _unread(json, shape.of)
    elif isinstance(shape, ListOf) and json.kind == "array":
        for item in json.value:
            yield from _unread(item, shape.of)
    elif isinstance(shape, MapOf) and json.kind == "object":
        for _, member in json.value:
            yield from _unread(member, shape.of)
    elif isinstance(shape, Struct) and json.kind == "object":
        for key, member in json.value:
            name = field_of(shape, key.value)
            if name is None:
                yield key, shape
            else:
                yield from _unread(member, shape.fields[name])


def _passed_over(annotation: Subject) -> tuple[Text, list[tuple[Json, Struct]]] | None:
    table, text = definition(annotation), inner_text(annotation)
    if table is None or table.shape is None or text is None:
        return None
    try:
        return text, list(_unread(parse(text.value), SHAPES[table.shape]))
    except GoError:
        return None


@fact("annotation", "string[]")
def unread_members(annotation: Subject) -> Value:
    """The members of the JSON that its reader passes over; absent where it is no JSON annotation or no JSON."""
    value = annotation.get("text")
    if isinstance(value, Unknown):
        return value
    found = _passed_over(annotation)
    if found is None:
        return Absent((annotation.place,))
    text, members = found
    return listing([Known(key.value, (text.place(key.start, key.end),)) for key, _ in members], places=value.places)


@fact("annotation", "string")
def nearest_member(annotation: Subject) -> Value:
    """What the first member that is passed over most likely means; absent where nothing is near."""
    found = _passed_over(annotation)
    if found is None or not found[1]:
        return Absent((annotation.place,))
    key, shape = found[1][0]
    near = nearest_name(key.value, shape.fields)
    return Known(near, (annotation.place,)) if near else Absent((annotation.place,))


@fact("annotation", "string[]")
def transform_types(annotation: Subject) -> Value:
    """The types of the transforms of a `transforms.<name>` annotation, in order; absent for other annotations."""
    table, value = definition(annotation), annotation.get("text")
    if table is None or table.shape != "transforms" or not isinstance(value, Known):
        return value if isinstance(value, Unknown) else Absent((annotation.place,))
    content = decoded(value, SHAPES["transforms"])
    if not isinstance(content, Known):
        return content
    return listing([Known(one.get("type", ""), value.places) for one in content.value or []], places=value.places)
