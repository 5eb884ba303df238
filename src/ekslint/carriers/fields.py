"""Fields whose type is not the one that the API has, each a subject: what is below them cannot be read.

Null is of every type: the API server drops it from maps as if the field were not there, and generators write it for what is empty.
"""

from __future__ import annotations

from collections.abc import Iterator

from ekslint.carriers.resource import Resource
from ekslint.data.shapes import Shape, kinds, resolve, shape
from ekslint.fact import Subject, given
from ekslint.syntax.tree import Mapping, Node, Sequence
from ekslint.value import Known, Unknown, listing, scalar_value

OBJECTS = kinds()
GIVES = ("field",)
TOKENS = tuple(sorted({kind.encode() for _, kind in OBJECTS}))
LIMIT = 20
"""So many such fields are told of one object."""

given("field", "owner", "string", "The kind of object and its name.")
given("field", "accepted_types", "string[]", "The types that the API accepts here.")
given("field", "written_type", "enum(string, boolean, integer, number, list, map)", "The type that is written.")


def objects(resource: Resource) -> Iterator[Subject]:
    """The fields of an object that have another type than the API's."""
    whole = shape(resource.group, resource.kind)
    if whole is None:
        return
    told = 0
    waiting: list[tuple[str, Node, Node, Shape]] = [("", resource.node, resource.node, whole)]
    while waiting and told < LIMIT:
        path, key, node, expected = waiting.pop()
        expected = resolve(expected)
        if node.kind == "null" or isinstance(scalar_value(node), Unknown):
            continue
        accepted = ["map"] if isinstance(expected, dict) else ["list"] if isinstance(expected, list) else expected.split("|")
        if node.kind not in accepted:
            told += 1
            yield _field(resource, path, key, node, accepted)
        elif isinstance(expected, dict) and isinstance(node, Mapping):
            found = [(name, k, v, expected[name]) for name, k, v in node.named() if name in expected]
            waiting.extend((f"{path}.{name}" if path else name, k, v, inner) for name, k, v, inner in reversed(found))
        elif isinstance(expected, list) and isinstance(node, Sequence):
            waiting.extend((f"{path}[{i}]", item, item, expected[0]) for i, item in reversed(list(enumerate(node.items))))


def _field(resource: Resource, path: str, key: Node, node: Node, accepted: list[str]) -> Subject:
    where = node.place if node.end > node.start else key.place
    return Subject(
        "field",
        path,
        where,
        namespace=resource.namespace,
        node=node,
        given={
            "owner": Known(f"{resource.kind} {resource.name}".strip(), (resource.place,)),
            "accepted_types": listing([Known(name, (where,)) for name in accepted], places=(where,)),
            "written_type": Known(node.kind, (where,)),
        },
        partial=resource.partial,
    )
