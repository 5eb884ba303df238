"""Names by which objects refer to each other, followed where a name was changed: prefixes, suffixes, hashes, namespaces."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ekslint.data.kustomize import Reference, Spec
from ekslint.layers.kustomize.edit import content, is_null, put, rewritten, scalar, sequence
from ekslint.layers.kustomize.objects import Id, Object
from ekslint.syntax.tree import Mapping, Node, Scalar, items
from ekslint.syntax.tree import Sequence as List


class _Index:
    """The objects of a build by the names that they had."""

    def __init__(self, objects: Sequence[Object]) -> None:
        self.by_name: dict[str, list[Object]] = {}
        for one in objects:
            for name in {former.name for former in one.former}:
                self.by_name.setdefault(name, []).append(one)


def fix_references(objects: Sequence[Object], references: Iterable[Reference]) -> None:
    """Writes the present names of objects wherever others name them as they were called before."""
    index = _Index(objects)
    if not index.by_name:
        return
    by_kind: dict[str, list[tuple[Reference, Spec]]] = {}
    for reference in references:
        for spec in reference.fields:
            by_kind.setdefault(spec.kind, []).append((reference, spec))
    for one in objects:
        first = one.first_id
        for reference, spec in (*by_kind.get(first.kind, ()), *by_kind.get("", ())):
            if spec.holds(first.group, first.version, first.kind):
                _Referrer(one, reference, spec, index).fix()


class _Referrer:
    """An object that may name others in one of its fields."""

    def __init__(self, object: Object, reference: Reference, spec: Spec, index: _Index) -> None:
        self.object = object
        self.reference = reference
        self.spec = spec
        self.index = index

    def fix(self) -> None:
        own = self.object
        group, version = own.group_version
        self.object.change(self.spec._replace(group=group, version=version, kind=own.kind), self._change, None, own.root)

    def _change(self, node: Node) -> Node:
        if is_null(node):
            return node
        if isinstance(node, Scalar):
            return self._change_name(node)
        if isinstance(node, Mapping):
            return self._change_pair(node)
        if isinstance(node, List):
            return sequence(node, [self._change(item) if not isinstance(item, List) else item for item in node.items])
        return node

    def _change_name(self, node: Scalar) -> Node:
        found = self._referral(node.content, self._reachable(node.content), with_namespace=False)
        if found is None or found.name == node.content:
            return node
        return rewritten(node, found.name)

    def _change_pair(self, node: Mapping) -> Node:
        written = node.get("name")
        if written is None:
            return node
        name = content(written)
        candidates = self._reachable(name)
        if node.get("namespace") is not None:
            namespace = content(node.get("namespace"))
            first = [one for one in candidates if one.first_id.namespace == (namespace or "default")]
            candidates = first or [one for one in candidates if one.id.namespace == (namespace or "default")]
        found = self._referral(name, candidates, with_namespace=True)
        if found is None or (found.name == name and not found.namespace):
            return node
        if found.name != name:
            node = put(node, scalar("name", written), rewritten(written, found.name), keep_key=True)
        if not found.namespace or content(node.get("namespace")) == found.namespace:
            return node
        place = found.root.at("metadata", "namespace") or written
        return put(node, scalar("namespace", written), scalar(found.namespace, place), keep_key=True)

    def _reachable(self, name: str) -> list[Object]:
        """The objects once called so that this one can name: of its own namespace, or of none."""
        found = self.index.by_name.get(name, [])
        own = self.object.id
        if self.object.cluster_scoped:
            return found
        others = {
            content(subject.get("namespace"))
            for subject in items(self.object.root.get("subjects"))
            if own.kind == "RoleBinding" and content(subject.get("kind")) == "ServiceAccount"
        }
        return [one for one in found if one.cluster_scoped or one.id.namespace == own.namespace or one.namespace in others]

    def _referral(self, name: str, candidates: list[Object], with_namespace: bool) -> Object | None:
        """The one object that is meant; None where there is none or it could be several."""
        wanted = self.reference
        found = [one for one in candidates if any(former.name == name for former in one.former)]
        found = [one for one in found if any(_is_type(id, wanted.group, wanted.version, wanted.kind) for id in one.former_ids)]
        if self.spec.path[-2:] == ("roleRef", "name"):
            role = self.object.root.get("roleRef")
            group, kind = content(role.get("apiGroup")) if role else "", content(role.get("kind")) if role else ""
            if group and kind:
                found = [one for one in found if any(_is_type(id, group, "", kind) for id in one.former_ids)]
        if not self.object.cluster_scoped:
            own = self.object.id.namespace
            found = [one for one in found if one.cluster_scoped or one.kind == "ServiceAccount" or one.id.namespace == own]
        if len(found) == 1:
            return found[0]
        found = [one for one in found if _same_affixes(one, self.object, True)]
        if len(found) > 1:
            found = [one for one in found if _same_affixes(one, self.object, False)]
        names = {(one.name, one.namespace if with_namespace else "") for one in found}
        return found[0] if len(names) == 1 else None


def _is_type(id: Id, group: str, version: str, kind: str) -> bool:
    return group in ("", id.group) and version in ("", id.version) and kind in ("", id.kind)


def _same_affixes(one: Object, other: Object, empty_fits: bool) -> bool:
    """Whether two objects were named by the same kustomizations, the inner ones compared as far as both have them."""
    return _same_end(one.prefixes, other.prefixes, empty_fits) and _same_end(one.suffixes, other.suffixes, empty_fits)


def _same_end(first: tuple[str, ...], second: tuple[str, ...], empty_fits: bool) -> bool:
    shorter = min(len(first), len(second))
    if not shorter:
        return empty_fits or first == second
    return first[-shorter:] == second[-shorter:]
