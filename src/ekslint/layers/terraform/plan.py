"""Plans and states as `terraform show -json` writes them (Terraform's JSON output format), as a configuration of resources."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from ekslint.layers.terraform.configuration import PREFIXES, Configuration, Resource
from ekslint.syntax.computed import Computed
from ekslint.syntax.tree import Document, Mapping, Node, Scalar, Sequence, items, key_name, string

MAX_DEPTH = 20
MAX_MODULES = 2_000
_RESOURCE = re.compile(r"[a-z]\w*\.[\w-]+(?:\[[^\]]*\])?")
_KEYS = re.compile(r'\[(?:\d+|"[^"]*")\]')


def is_plan(root: Node) -> bool:
    """Whether a document is a plan or a state."""
    return _values(root) is not None


def _values(root: Node) -> Node | None:
    if root.get("terraform_version") is None and root.get("format_version") is None:
        return None
    for name in ("planned_values", "values"):
        found = root.at(name, "root_module")
        if isinstance(found, Mapping):
            return found
    return None


def configuration(document: Document) -> Configuration:
    """The resources of a plan or a state, what only the apply knows as computed values."""
    root = document.root
    unknown = _unknown(root)
    made: list[Resource] = []
    references = _references(root.at("configuration", "root_module"))
    for module in _modules(_values(root)):
        resources = items(module.get("resources"))
        templates = [address for one in resources if string(one.get("type")) == "aws_launch_template" and (address := _said(one))]
        for one in resources:
            address, type = _said(one), string(one.get("type")) or ""
            body = one.get("values")
            if address and isinstance(body, Mapping) and type.startswith(PREFIXES):
                scope = address[: -len(_local(address))]
                known = _Known(address, scope, references.get(_KEYS.sub("", address), {}), templates)
                values = _joined(body, unknown.get(address), known, (), 0)
                made.append(_resource(one, address, type, values if isinstance(values, Mapping) else body, scope))
    folder = posixpath.dirname(document.text.file)
    return Configuration(folder, "", made, True)


def _resource(one: Node, address: str, type: str, values: Mapping, scope: str) -> Resource:
    node = one.get("name") or one
    mode = "data" if string(one.get("mode")) == "data" else "resource"
    return Resource(mode, type, string(one.get("name")) or "", address, node, lambda: values, "", scope)


def _said(one: Node) -> str:
    return string(one.get("address")) or ""


def _local(address: str) -> str:
    """An address without the modules that it lies in."""
    found = re.search(r'(?<![\w-])(?:data\.)?[a-z][\w-]*\.[\w-]+(?:\[(?:\d+|"[^"]*")\])?$', address)
    return found[0] if found else address


def _modules(root: Node | None) -> Iterator[Node]:
    waiting = [root] if root is not None else []
    for _ in range(MAX_MODULES):
        if not waiting:
            return
        module = waiting.pop(0)
        yield module
        waiting.extend(items(module.get("child_modules")))


def _unknown(root: Node) -> dict[str, Node]:
    """What only the apply knows or is secret, by address."""
    found: dict[str, Node] = {}
    for change in items(root.get("resource_changes")):
        marks = change.at("change", "after_unknown")
        if marks is not None:
            found[_said(change)] = marks
    return found


def _references(root: Node | None) -> dict[str, dict[str, list[str]]]:
    """What the arguments of each resource refer to: by address without keys, and by path."""
    found: dict[str, dict[str, list[str]]] = {}
    waiting = [(root, "")] if root is not None else []
    for _ in range(MAX_MODULES):
        if not waiting:
            break
        module, prefix = waiting.pop()
        for one in items(module.get("resources")):
            expressions = one.get("expressions")
            if expressions is not None:
                found[prefix + _said(one)] = dict(_expressions(expressions, "", 0))
        calls = module.get("module_calls")
        if isinstance(calls, Mapping):
            for name, _, call in calls.named():
                inner = call.get("module")
                if inner is not None:
                    waiting.append((inner, f"{prefix}module.{name}."))
    return found


def _expressions(node: Node, path: str, depth: int) -> Iterator[tuple[str, list[str]]]:
    listed = node.get("references")
    if isinstance(listed, Sequence):
        yield path, [said for item in listed.items if (said := string(item))]
    if depth > MAX_DEPTH:
        return
    if isinstance(node, Mapping):
        for name, _, value in node.named():
            yield from _expressions(value, f"{path}.{name}" if path else name, depth + 1)
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from _expressions(item, path, depth + 1)


class _Known:
    """A resource's references, and the launch templates that stand beside it."""

    __slots__ = ("address", "references", "scope", "templates")

    def __init__(self, address: str, scope: str, references: dict[str, list[str]], templates: list[str]) -> None:
        self.address = address
        self.scope = scope
        self.references = references
        self.templates = templates

    def reference(self, path: tuple[str, ...]) -> str | None:
        """The address that a value refers to: a resource of the same module, or the only launch template beside it."""
        for said in self.references.get(".".join(path), ()):
            if _RESOURCE.fullmatch(said) and not said.startswith(("var.", "local.", "each.", "module.")):
                return self.scope + said
        if path[-2:-1] == ("launch_template",) and len(self.templates) == 1:
            return self.templates[0]
        return None


def _joined(node: Node | None, marks: Node | None, known: _Known, path: tuple[str, ...], depth: int) -> Node | None:
    """A value with what is unknown of it put in; None where nothing is."""
    if isinstance(marks, Scalar) and marks.value is True:
        at = node if node is not None else marks
        written = f"{known.address}.{'.'.join(path)}"
        return Computed(at.text, at.start, at.end, "known after apply", written, known.reference(path))
    if depth > MAX_DEPTH or marks is None:
        return node
    if isinstance(marks, Mapping) and (node is None or isinstance(node, Mapping)):
        return _joined_map(node, marks, known, path, depth)
    if isinstance(node, Sequence) and isinstance(marks, Sequence):
        found: list[Node] = []
        for number, item in enumerate(node.items):
            mark = marks.items[number] if number < len(marks.items) else None
            found.append(_joined(item, mark, known, path, depth + 1) or item)
        return Sequence(node.text, node.start, node.end, found)
    return node


def _joined_map(node: Mapping | None, marks: Mapping, known: _Known, path: tuple[str, ...], depth: int) -> Node | None:
    entries: list[tuple[Node, Node]] = []
    for key, value in node.entries if node is not None else ():
        name = key_name(key)
        entries.append((key, _joined(value, marks.get(name), known, (*path, name), depth + 1) or value))
    for name, key, mark in marks.named():
        if node is None or node.get(name) is None:
            made = _joined(None, mark, known, (*path, name), depth + 1)
            if made is not None:
                entries.append((key, made))
    at = node if node is not None else marks
    return Mapping(at.text, at.start, at.end, entries) if entries or node is not None else None
