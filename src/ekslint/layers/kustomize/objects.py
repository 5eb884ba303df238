"""The objects of a build: their trees, what they were called before, and how others find them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ekslint.data.kustomize import Spec, is_cluster_scoped
from ekslint.layers.kustomize.edit import Change, change_at, changed, content, drop, mapping, put, scalar
from ekslint.syntax.tree import Document, Mapping, Node, Scalar, items, string

NO_NAMESPACE = "_non_namespaceable_"


class Id(NamedTuple):
    """What makes an object the same: `namespace` is the one it takes effect in, `written` the one that it names."""

    group: str
    version: str
    kind: str
    name: str
    namespace: str


class Former(NamedTuple):
    """What an object was called before a transformer changed it."""

    namespace: str
    name: str
    kind: str


class Object:
    """One object of a build. Trees are shared: a change makes a new root."""

    __slots__ = ("behavior", "document", "former", "hashed", "partial", "prefixes", "root", "suffixes", "through_json")

    def __init__(self, root: Mapping, document: Document) -> None:
        self.root = root
        self.document = document
        self.former: tuple[Former, ...] = ()
        self.prefixes: tuple[str, ...] = ()
        self.suffixes: tuple[str, ...] = ()
        self.hashed = False
        self.behavior = ""
        self.partial: str | None = document.partial
        self.through_json = False

    def copy(self) -> Object:
        """An object of its own with the same tree."""
        made = Object(self.root, self.document)
        for name in ("former", "prefixes", "suffixes", "hashed", "behavior", "partial", "through_json"):
            setattr(made, name, getattr(self, name))
        return made

    @property
    def kind(self) -> str:
        return content(self.root.get("kind"))

    @property
    def api_version(self) -> str:
        return content(self.root.get("apiVersion"))

    @property
    def group_version(self) -> tuple[str, str]:
        """API group and version."""
        group, slash, version = self.api_version.partition("/")
        return (group, version) if slash else ("", group)

    @property
    def name(self) -> str:
        return content(self.root.at("metadata", "name"))

    @property
    def namespace(self) -> str:
        """The namespace that is written, empty where there is none."""
        return content(self.root.at("metadata", "namespace"))

    @property
    def cluster_scoped(self) -> bool:
        return is_cluster_scoped(self.api_version, self.kind)

    @property
    def id(self) -> Id:
        """What it is called now."""
        return self._id(self.kind, self.name, self.namespace)

    def _id(self, kind: str, name: str, namespace: str) -> Id:
        group, version = self.group_version
        if is_cluster_scoped(self.api_version, kind):
            effective = NO_NAMESPACE
        else:
            effective = "default" if namespace in ("", "default") else namespace
        return Id(group, version, kind, name, effective)

    @property
    def first_id(self) -> Id:
        """What it was called first."""
        former = self.former_ids
        return former[0] if former else self.id

    @property
    def former_ids(self) -> list[Id]:
        """What it was called before, oldest first."""
        return [self._id(one.kind, one.name, one.namespace) for one in self.former]

    @property
    def ids(self) -> list[Id]:
        """All that it was and is called."""
        return [*self.former_ids, self.id]

    def remember(self) -> None:
        """Keeps what it is called now, before that changes."""
        own = self.id
        self.former = (*self.former, Former(own.namespace, own.name, own.kind))

    def change(self, spec: Spec, change: Change, empty: Mapping | Scalar | None, place: Node) -> None:
        """Changes a field where this type of object has it."""
        if spec.holds(*self.group_version, self.kind):
            root = change_at(self.root, spec.path, change, spec, empty, place)
            if isinstance(root, Mapping):
                self.root = root

    def set_metadata(self, name: str, value: Node | None, place: Node) -> None:
        """Writes a field of the metadata, or takes it away."""
        metadata = self.root.get("metadata")
        base = metadata if isinstance(metadata, Mapping) else mapping(place)
        new = drop(base, name) if value is None else put(base, scalar(name, place), value, keep_key=True)
        self.root = put(self.root, scalar("metadata", place), new, keep_key=True)

    def labels(self, field: str) -> dict[str, str]:
        """The labels or annotations as text."""
        found = self.root.at("metadata", field)
        return {name: content(value) for name, _, value in found.named()} if isinstance(found, Mapping) else {}

    def settle(self) -> None:
        """Makes all annotations strings, as kustomize does when it has taken away its own."""
        annotations = self.root.at("metadata", "annotations")
        if isinstance(annotations, Mapping) and any(string(value) is None for _, value in annotations.entries):
            pairs = [(key, value if string(value) is not None else self._text(value)) for key, value in annotations.entries]
            self.set_metadata("annotations", mapping(annotations, pairs), annotations)

    def _text(self, node: Node) -> Scalar:
        """A scalar as the string that is written; after a JSON patch, as JSON writes it."""
        if not isinstance(node, Scalar):
            return scalar("", node)
        if not self.through_json:
            return scalar(node.content, node)
        value = node.value
        if value is None or isinstance(value, bool):
            return scalar("null" if value is None else str(value).lower(), node)
        return scalar(f"{value:g}" if isinstance(value, float) else str(value), node)

    def built(self) -> Document:
        """The object as a document of its own."""
        made = Document(self.root, self.document.text, self.document.index, self.document.templated, self.document.syntax)
        made.partial = self.partial
        return made


def objects(document: Document) -> Iterator[Object]:
    """The objects of a document: itself, or the items of a list; with the scalars that kustomize takes for strings as such."""
    root = as_strings(document.root)
    if not isinstance(root, Mapping):
        return
    kind = string(root.get("kind")) or ""
    if kind.endswith("List") and root.get("items") is not None:
        for item in items(root.get("items")):
            if isinstance(item, Mapping):
                yield Object(item, document)
        return
    yield Object(root, document)


def as_strings(root: Node) -> Node:
    """A tree in which `yes`, `no`, `on`, `off`, `y` and `n` are strings: kustomize reads them so, and quotes them."""
    made: dict[int, Node] = {}

    def change(node: Node) -> Node:
        found = made.get(id(node))
        if found is None:
            found = made[id(node)] = _as_string(node) if isinstance(node, Scalar) else changed(node, change)
        return found

    return change(root)


def _as_string(node: Scalar) -> Scalar:
    if isinstance(node.value, bool) and not node.style and node.tag is None and node.content.lower() not in ("true", "false"):
        return scalar(node.content, node)
    return node
