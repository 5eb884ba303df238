"""A Kubernetes object as it stands in a document: its type, name and namespace, whoever reads it."""

from __future__ import annotations

from collections.abc import Iterator

from ekslint.fact import Subject
from ekslint.source.text import Place
from ekslint.syntax.tree import Document, Mapping, Node, entries, items, string
from ekslint.value import Absent, Known, Unknown, Value, read


class Resource:
    """One object: `group` is empty for the core API, `partial` the reason why fields may be missing here (a patch, a template)."""

    __slots__ = ("document", "group", "kind", "name", "node", "partial", "place", "version")

    def __init__(self, document: Document, node: Mapping, api_version: str, kind: str) -> None:
        self.document = document
        self.node = node
        group, _, version = api_version.rpartition("/")
        self.group = group
        self.version = version
        self.kind = kind
        self.partial = document.partial
        named = node.at("metadata", "name")
        value = read(node, "metadata", "name")
        generated = string(node.at("metadata", "generateName"))
        if isinstance(value, Known) and isinstance(value.value, str):
            self.name = value.value
        elif isinstance(value, Unknown) and value.text:
            self.name = value.text
        else:
            self.name = f"{generated}…" if generated else ""
        self.place: Place = _name_place(node, named)

    @property
    def namespace(self) -> Value:
        """The namespace as written; unknown where nobody wrote one, since kustomize, Helm or kubectl fill it in."""
        value = read(self.node, "metadata", "namespace")
        if isinstance(value, Absent):
            return Unknown("no namespace is written", value.places, written=False)
        return value

    def subject(self, kind: str, **given: Value) -> Subject:
        """This object as a subject."""
        return Subject(kind, self.name, self.place, namespace=self.namespace, node=self.node, given=given, partial=self.partial)

    def annotations(self) -> Iterator[tuple[str, Node, Node]]:
        """Name, key and value of each annotation."""
        return entries(self.node.at("metadata", "annotations"))


def _name_place(node: Mapping, named: Node | None) -> Place:
    if named is not None:
        return named.place
    for key in ("metadata", "kind"):
        found = node.key(key)
        if found is not None:
            return found.place
    return node.place


def resources(document: Document) -> Iterator[Resource]:
    """The Kubernetes objects of a document: itself, or the items of a list, at any depth."""
    waiting: list[tuple[Node, int]] = [(document.root, 0)]
    while waiting:
        node, depth = waiting.pop()
        if not isinstance(node, Mapping):
            continue
        kind, api_version = string(node.get("kind")), string(node.get("apiVersion"))
        if kind is None or api_version is None:
            continue
        if kind.endswith("List") and node.get("items") is not None:
            if depth < 4:
                waiting.extend((item, depth + 1) for item in reversed(items(node.get("items"))))
            continue
        yield Resource(document, node, api_version, kind)
