"""Replacements: a value of one object copied into fields of others."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ekslint.layers.kustomize.edit import check_depth, content, is_null, mapping, put, rewritten, scalar, sequence
from ekslint.layers.kustomize.faults import BuildError
from ekslint.layers.kustomize.json_patch import MAX_COPIED
from ekslint.layers.kustomize.objects import Id, Object
from ekslint.layers.kustomize.selectors import MAX_MATCHED, Target, pattern
from ekslint.syntax.builder import MAX_DEPTH
from ekslint.syntax.tree import Mapping, Node, Scalar, items
from ekslint.syntax.tree import Sequence as List

INSIDE_TEXT = "a replacement changes a text inside it"
_INDEX = re.compile(r"[0-9]{1,9}")


def replace(objects: Sequence[Object], replacement: Node) -> None:
    """Follows one replacement. Raises BuildError where its source or one of its fields is not there."""
    source, literal = replacement.get("source"), replacement.get("sourceValue")
    targets = items(replacement.get("targets"))
    if (source is None) == (literal is None) or not targets:
        raise BuildError("a replacement has a source (or a sourceValue) and targets", replacement.place)
    value = scalar(content(literal), literal) if literal is not None else _source(objects, source or replacement)
    for target in targets:
        _copy(objects, value, target)


def _matches(id: Id, selector: Node) -> bool:
    namespace = content(selector.get("namespace"))
    return (
        content(selector.get("name")) in ("", id.name)
        and namespace in ("", id.namespace)
        and all(
            content(selector.get(key)) in ("", own)
            for key, own in (("group", id.group), ("version", id.version), ("kind", id.kind))
        )
    )


def _source(objects: Sequence[Object], source: Node) -> Node:
    """The value that is copied; a placeholder where the object was not read whole and may have it."""
    found = [one for one in objects if any(_matches(id, source) for id in one.ids)]
    if len(found) != 1:
        raise BuildError(f"the source of a replacement is one object: {len(found) or 'none'} found", source.place)
    written = source.get("fieldPath")
    path = split_path(content(written) or "metadata.name")
    node: Node | None = found[0].root
    for step in path:
        node = _inside(node, step)
    if (node is None or is_null(node)) and found[0].partial:
        return scalar("${" + ".".join(path) + "}", written or source)
    if node is None or is_null(node):
        raise BuildError(f"the source of the replacement has no {'.'.join(path)}", (written or source).place)
    delimiter = content(source.at("options", "delimiter"))
    if not delimiter:
        return node
    parts = content(node).split(delimiter)
    index = _number(source.at("options", "index"))
    if not isinstance(node, Scalar) or not 0 <= index < len(parts):
        raise BuildError(f"{content(node)} has no part {index} between {delimiter}", (written or source).place)
    return rewritten(node, parts[index])


def _number(node: Node | None) -> int:
    return node.value if isinstance(node, Scalar) and isinstance(node.value, int) else 0


def _inside(node: Node | None, step: str) -> Node | None:
    if not isinstance(node, List):
        return node.get(step) if node is not None else None
    if _INDEX.fullmatch(step):
        return node.items[int(step)] if int(step) < len(node.items) else None
    if step == "-":
        return node.items[-1] if node.items else None
    if step.startswith("[") and step.endswith("]"):
        key, _, value = step[1:-1].partition("=")
        return next((item for item in node.items if content(item.get(key) if key else item) == value), None)
    return None


def split_path(path: str) -> list[str]:
    r"""The steps of a path: `\.` is a dot inside a key, `[a.b]` a key, `[name=x]` an item of a list."""
    parts = [part.replace("\0", ".") for part in path.replace("\\.", "\0").split(".")]
    found: list[str] = []
    while parts:
        part = parts.pop(0)
        if part.startswith("[") and not part.endswith("]"):
            while parts:
                part += "." + parts.pop(0)
                if part.endswith("]"):
                    break
            if "=" not in part:
                part = part.strip("[]")
        found.append(part)
    return found


def _copy(objects: Sequence[Object], value: Node, target: Node) -> None:
    selected = target.get("select")
    if selected is None:
        raise BuildError("a target of a replacement selects objects: it needs select", target.place)
    select = Target(selected)
    rejects = [Target(node) for node in items(target.get("reject"))]
    create = isinstance(flag := target.at("options", "create"), Scalar) and flag.value is True
    paths = items(target.get("fieldPaths"))
    for one in objects:
        if not select.fits_metadata(one) or any(reject.by_metadata and reject.fits_metadata(one) for reject in rejects):
            continue
        ids = [(one.id, one.namespace), *((former, former.namespace) for former in one.former_ids)]
        if any(reject.by_id and reject.fits_id(*id) for reject in rejects for id in ids):
            continue
        if not any(select.fits_id(*id) for id in ids):
            continue
        for written in paths or [scalar("metadata.name", target)]:
            _Copy(one, value, written, target.get("options"), create).run()


class _Copy:
    """One value on its way to one field path of one object."""

    def __init__(self, object: Object, value: Node, written: Node, options: Node | None, create: bool) -> None:
        self.object = object
        self.value = value
        self.written = written
        self.options = options
        self.create = create
        self.set = 0

    def run(self) -> None:
        path = split_path(content(self.written))
        if len(path) > MAX_DEPTH:
            raise BuildError("this path is too long", self.written.place, "limit")
        check_depth(len(path), self.value, MAX_COPIED)
        root = self._walk(self.object.root, path)
        if not self.set:
            raise BuildError(
                f"the replacement finds no {content(self.written)} in {self.object.kind} {self.object.name}", self.written.place
            )
        if isinstance(root, Mapping):
            self.object.root = root

    def _walk(self, node: Node, path: list[str]) -> Node:
        if not path:
            self.set += 1
            return self._put(node)
        step, rest = path[0], path[1:]
        if isinstance(node, List):
            return self._walk_list(node, step, rest)
        if isinstance(node, Scalar) and node.value is not None:
            self.set += 1
            self.object.partial = INSIDE_TEXT
            return node
        if not isinstance(node, Mapping):
            return node
        inner = node.get(step)
        if inner is None:
            if not self.create:
                return node
            inner = self._new(rest)
        return put(node, node.key(step) or scalar(step, self.value), self._walk(inner, rest), keep_key=True)

    def _new(self, rest: list[str]) -> Node:
        if not rest:
            return self.value if isinstance(self.value, Scalar) else mapping(self.value)
        is_list = rest[0] in ("-", "*") or _INDEX.fullmatch(rest[0]) or (rest[0].startswith("[") and rest[0].endswith("]"))
        return sequence(self.value, []) if is_list else mapping(self.value)

    def _walk_list(self, node: List, step: str, rest: list[str]) -> Node:
        found = list(node.items)
        if step == "*":
            return sequence(node, [self._walk(item, rest) for item in found])
        if _INDEX.fullmatch(step):
            index = int(step)
            if index == len(found) and self.create:
                found.append(self._new(rest))
            if index >= len(found):
                raise BuildError(f"the list has {len(found)} items, and no {step}", self.written.place)
            found[index] = self._walk(found[index], rest)
            return sequence(node, found)
        if not (step.startswith("[") and step.endswith("]")):
            return node
        key, _, text = step[1:-1].partition("=")
        wanted = pattern(text, self.written.place)
        chosen = [number for number, item in enumerate(found) if self._is(item, key, wanted)]
        if not chosen and self.create:
            made = scalar(text, self.value)
            found.append(mapping(self.value, [(scalar(key, self.value), made)]) if key else made)
            chosen = [len(found) - 1]
        for number in chosen:
            found[number] = self._walk(found[number], rest if key else [])
        return sequence(node, found)

    def _is(self, item: Node, key: str, wanted: re.Pattern[str]) -> bool:
        node = item.get(key) if key else item
        text = content(node)
        return node is not None and len(text) <= MAX_MATCHED and wanted.search(text) is not None

    def _put(self, node: Node) -> Node:
        value = self.value
        delimiter = content(self.options.get("delimiter")) if self.options is not None else ""
        text = content(value)
        if delimiter:
            if not isinstance(node, Scalar):
                raise BuildError("a delimiter splits a text, and this field is none", self.written.place)
            parts = node.content.split(delimiter)
            index = _number(self.options.get("index")) if self.options is not None else 0
            if index < 0:
                parts.insert(0, text)
            elif index >= len(parts):
                parts.append(text)
            else:
                parts[index] = text
            text = delimiter.join(parts)
            if len(text) > 1_000_000:
                raise BuildError("what this joins is too long", self.written.place, "limit")
        if isinstance(node, Scalar):
            return rewritten(node, text, value) if isinstance(value, Scalar) else node
        return value if not delimiter else rewritten(value, text)
