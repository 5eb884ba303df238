"""ConfigMaps and Secrets that a kustomization makes of literals and files, and the hash of their content behind their names."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from typing import NamedTuple

from ekslint.layers.kustomize.edit import content, mapping, put, scalar
from ekslint.layers.kustomize.faults import BuildError
from ekslint.layers.kustomize.objects import Object
from ekslint.source.text import Text
from ekslint.syntax.tree import Document, Mapping, Node, Scalar, entries, items

UNREAD = "a file that it is made of was not read"
_LETTERS = str.maketrans("013ae", "ghkmt")
_LINE = 70
Reader = Callable[[str, Node], Text | None]
"""The text of a file that a node names; None where it was not read."""


class _Pair(NamedTuple):
    key: str
    value: str
    node: Node


def generate(kind: str, arguments: Node, options: Node | None, document: Document, read: Reader) -> Object:
    """The object of one entry of configMapGenerator or secretGenerator.

    Its content stands at the literals and at the names of the files. Raises BuildError where it has no name, a source is none, or a
    key comes twice.
    """
    named = arguments.get("name")
    if named is None or not content(named):
        raise BuildError(f"a generator of a {kind} needs a name", arguments.place)
    metadata = mapping(named, [(scalar("name", named), scalar(content(named), named))])
    if content(arguments.get("namespace")):
        metadata = put(metadata, scalar("namespace", named), arguments.get("namespace") or named)
    root = mapping(
        arguments,
        [(scalar("apiVersion", named), scalar("v1", named)), (scalar("kind", named), scalar(kind, named))],
    )
    for field in ("labels", "annotations"):
        pairs = {
            name: (key, value)
            for given in (options, arguments.get("options"))
            for name, key, value in entries(given and given.get(field))
        }
        if pairs:
            metadata = put(metadata, scalar(field, named), mapping(named, [(k, scalar(content(v), v)) for k, v in pairs.values()]))
    root = put(root, scalar("metadata", named), metadata)
    if kind == "Secret":
        written = arguments.get("type")
        root = put(root, scalar("type", named), scalar(content(written) or "Opaque", written or named))
    made = Object(root, document)
    found = list(_pairs(arguments, read, made))
    data = mapping(arguments)
    for pair in sorted(found, key=lambda pair: pair.key):
        if data.get(pair.key) is not None:
            raise BuildError(f"{kind} {content(named)} has the key {pair.key} twice", pair.node.place)
        value = _base64(pair.value) if kind == "Secret" else pair.value
        data = put(data, scalar(pair.key, pair.node), scalar(value, pair.node))
    if found or kind == "Secret":
        made.root = put(made.root, scalar("data", named), data)
    if _option(arguments, options, "immutable"):
        made.root = put(made.root, scalar("immutable", named), scalar(True, named, "true"))
    made.hashed = not _option(arguments, options, "disableNameSuffixHash")
    made.behavior = content(arguments.get("behavior"))
    return made


def _option(arguments: Node, options: Node | None, name: str) -> bool:
    given = (arguments.at("options", name), options.get(name) if options is not None else None)
    return any(isinstance(node, Scalar) and node.value is True for node in given)


def _pairs(arguments: Node, read: Reader, made: Object) -> Iterator[_Pair]:
    sources = [*items(arguments.get("envs"))]
    if arguments.get("env") is not None:
        sources.append(arguments.get("env") or arguments)
    for node in sources:
        text = read(content(node), node)
        if text is None:
            made.partial = UNREAD
            continue
        for line in text.value.splitlines():
            line = line.lstrip()
            if line and not line.startswith("#"):
                key, _, value = line.partition("=")
                yield _Pair(key, value, node)
    for node in items(arguments.get("literals")):
        key, equals, value = content(node).partition("=")
        if not key or not equals:
            raise BuildError(f"a literal is key=value: {content(node)} is not", node.place)
        if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'":
            value = value[1:-1]
        yield _Pair(key, value, node)
    for node in items(arguments.get("files")):
        written = content(node)
        key, equals, path = written.partition("=")
        if equals and (not key or not path or "=" in path):
            raise BuildError(f"a file of a generator is a path or key=path: {written} is neither", node.place)
        path = path if equals else written
        text = read(path, node)
        if text is None:
            made.partial = UNREAD
            continue
        yield _Pair(key if equals else posixpath.basename(path), text.value, node)


def _base64(text: str) -> str:
    from base64 import b64encode

    encoded = b64encode(text.encode("utf-8", "surrogatepass")).decode()
    if len(encoded) < _LINE:
        return encoded
    return "".join(f"{encoded[at : at + _LINE]}\n" for at in range(0, len(encoded), _LINE))


def absorbed(old: Object, new: Object) -> Object:
    """What a generator with `behavior: replace` or `merge` makes of an object that is there."""
    merge = new.behavior == "merge"
    for field in ("labels", "annotations"):
        pairs = {name: (key, value) for one in (old, new) for name, key, value in entries(one.root.at("metadata", field))}
        if pairs:
            new.set_metadata(field, mapping(new.root, pairs.values()), new.root)
    if merge:
        for field in ("data", "binaryData"):
            pairs = {name: (key, value) for one in (old, new) for name, key, value in entries(one.root.get(field))}
            if pairs:
                new.root = put(new.root, scalar(field, new.root), mapping(new.root, pairs.values()))
    new.set_metadata("name", old.root.at("metadata", "name"), new.root)
    new.set_metadata("namespace", old.root.at("metadata", "namespace"), new.root)
    new.former, new.prefixes, new.suffixes = old.former, old.prefixes, old.suffixes
    new.hashed = new.hashed and old.hashed
    new.partial = new.partial or (old.partial if merge else None)
    return new


def add_hash(made: Object) -> None:
    """Puts the hash of its content behind the name of an object; where the content is not known, the name stays."""
    if made.partial is not None:
        return
    named = made.root.at("metadata", "name")
    if named is None:
        return
    hashed = content_hash(made.root)
    made.remember()
    made.set_metadata("name", scalar(f"{content(named)}-{hashed}", named), named)


def content_hash(root: Mapping) -> str:
    """The ten letters that kustomize makes of the content of a ConfigMap or Secret."""
    import json
    from hashlib import sha256

    kind = content(root.get("kind"))
    fields: dict[str, object] = {"kind": kind, "name": "", "data": _plain(root.get("data"))}
    if kind == "Secret":
        fields["type"] = content(root.get("type"))
    other = root.get("stringData" if kind == "Secret" else "binaryData")
    if isinstance(other, Mapping):
        fields["stringData" if kind == "Secret" else "binaryData"] = other.plain()
    encoded = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    for letter in "<>&\u2028\u2029":
        encoded = encoded.replace(letter, f"\\u{ord(letter):04x}")
    return sha256(encoded.encode("utf-8", "surrogatepass")).hexdigest()[:10].translate(_LETTERS)


def _plain(node: Node | None) -> object:
    return node.plain() if isinstance(node, Mapping) else ""
