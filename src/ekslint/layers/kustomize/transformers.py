"""What a kustomization writes into all of its objects: namespace, names, labels, annotations, images, replicas."""

from __future__ import annotations

from collections.abc import Sequence

from ekslint.data.kustomize import Fieldspecs, Spec
from ekslint.layers.kustomize.configuration import merged, spec_of
from ekslint.layers.kustomize.edit import (
    Change,
    change_at,
    changed,
    content,
    is_null,
    mapping,
    put,
    put_all,
    rewritten,
    scalar,
    sequence,
)
from ekslint.layers.kustomize.faults import BuildError
from ekslint.layers.kustomize.objects import Object
from ekslint.layers.kustomize.selectors import MAX_MATCHED, pattern
from ekslint.syntax.tree import Mapping, Node, Scalar, entries, items
from ekslint.syntax.tree import Sequence as List

_NAME = ("metadata", "name")
_UNNAMED = (("", "CustomResourceDefinition"), ("apiregistration.k8s.io", "APIService"), ("", "Namespace"))
_TAG = r"(:[a-zA-Z0-9_.{}-]*)?(@[a-zA-Z0-9]+([.+_-][a-zA-Z0-9]+)*:[a-zA-Z0-9_.{}-]*)?"


def set_namespace(objects: Sequence[Object], node: Node, specs: Sequence[Spec]) -> None:
    """Puts all objects that may have one into a namespace. Raises BuildError where two of them become one."""
    namespace = content(node)
    if not namespace:
        return
    value = scalar(namespace, node)
    seen = set()
    for one in objects:
        one.remember()
        if not one.cluster_scoped:
            one.set_metadata("namespace", value, node)
        if one.kind in ("RoleBinding", "ClusterRoleBinding"):
            one.change(Spec(("subjects",)), lambda subject: _in_namespace(subject, value), None, node)
        for spec in specs:
            if spec.path != ("metadata", "namespace") and (spec.path != _NAME or one.api_version == "v1"):
                one.change(spec, lambda _: value, value, node)
        if one.id in seen:
            raise BuildError(f"two objects become one in namespace {namespace}: {one.kind} {one.name}", node.place)
        seen.add(one.id)


def _in_namespace(subject: Node, namespace: Scalar) -> Node:
    """The subjects of a role binding, in the namespace where one is the service account `default`."""
    if isinstance(subject, List):
        return sequence(subject, [_in_namespace(item, namespace) for item in subject.items])
    if isinstance(subject, Mapping) and content(subject.get("name")) == "default":
        return put(subject, scalar("namespace", namespace), namespace)
    return subject


def add_affix(objects: Sequence[Object], node: Node, specs: Sequence[Spec], before: bool) -> None:
    """Puts a prefix before (or a suffix behind) the names of objects; custom fields come from `specs`."""
    affix = content(node)
    if not affix:
        return

    def change(name: Node) -> Node:
        text = content(name)
        return rewritten(name, affix + text if before else text + affix)

    for one in objects:
        first = one.first_id
        if any(group in ("", first.group) and kind == first.kind for group, kind in _UNNAMED):
            continue
        if before:
            one.prefixes = (*one.prefixes, affix)
        else:
            one.suffixes = (*one.suffixes, affix)
        one.remember()
        for spec in (Spec(_NAME), *specs):
            one.change(spec, change, None, node)


def add_labels(objects: Sequence[Object], root: Mapping, fields: Fieldspecs) -> None:
    """Follows `labels` and `commonLabels`."""
    for label in items(root.get("labels")):
        specs = merged(tuple(spec_of(item) for item in items(label.get("fields"))), fields.labels)
        if _is_true(label.get("includeSelectors")):
            specs = merged(specs, fields.common_labels)
        else:
            if _is_true(label.get("includeTemplates")):
                specs = merged(specs, fields.template_labels)
            if _is_true(label.get("includeVolumeClaimTemplates")):
                specs = merged(specs, fields.claim_labels)
            specs = merged(specs, (Spec(("metadata", "labels"), create=True),))
        _add_entries(objects, label.get("pairs"), specs)
    _add_entries(objects, root.get("commonLabels"), fields.common_labels)


def add_annotations(objects: Sequence[Object], root: Mapping, fields: Fieldspecs) -> None:
    """Follows `commonAnnotations`."""
    _add_entries(objects, root.get("commonAnnotations"), fields.annotations)


def _is_true(node: Node | None) -> bool:
    return isinstance(node, Scalar) and node.value is True


def _add_entries(objects: Sequence[Object], added: Node | None, specs: Sequence[Spec]) -> None:
    pairs = [
        (key, scalar(content(value), value) if not isinstance(value, Scalar) or not isinstance(value.value, str) else value)
        for _, key, value in entries(added)
    ]
    if not pairs or added is None:
        return

    def change(node: Node) -> Node:
        return put_all(node, pairs) if isinstance(node, Mapping) else node

    for one in objects:
        for spec in specs:
            one.change(spec, change, mapping(added), added)


def set_images(objects: Sequence[Object], image: Node, specs: Sequence[Spec]) -> None:
    """Follows one entry of `images`: another name, tag or digest for every image of a name."""
    named = image.get("name")
    if named is None or is_null(named):
        return
    written = pattern(content(named), named.place, "^", f"{_TAG}$")
    new_name, new_tag, digest, suffix = (image.get(key) for key in ("newName", "newTag", "digest", "tagSuffix"))
    place = next((node for node in (new_tag, digest, new_name, suffix) if content(node)), None) or image

    def change(node: Node) -> Node:
        text = content(node)
        if not isinstance(node, Scalar) or len(text) > MAX_MATCHED or not written.search(text):
            return node
        name, tag, hashed = split_image(text)
        name = content(new_name) or name
        if content(new_tag) or content(digest):
            tag, hashed = content(new_tag), content(digest)
        elif content(suffix):
            tag, hashed = tag + content(suffix), ""
        return scalar(name + (f":{tag}" if tag else "") + (f"@{hashed}" if hashed else ""), place)

    for one in objects:
        if one.kind != "CustomResourceDefinition":
            one.change(Spec(()), lambda node: _in_containers(node, change), None, place)
            for spec in specs:
                one.change(spec, change, None, place)


def _in_containers(node: Node, change: Change) -> Node:
    """A tree with the images of all containers changed, wherever it has some."""
    if not isinstance(node, Mapping):
        return changed(node, lambda item: _in_containers(item, change))
    for name, key, value in list(node.named()):
        new = _in_containers(value, change)
        if name in ("containers", "initContainers"):
            new = change_at(new, ("image",), change, Spec(()), None, node)
        if new is not value:
            node = put(node, key, new)
    return node


def split_image(image: str) -> tuple[str, str, str]:
    """Name, tag and digest of an image; a port belongs to the name."""
    slash = image.find("/")
    start = slash if slash > 0 else 0
    colon, at = image.find(":", start), image.find("@", start)
    if at >= 0 and (at < colon or colon < 0):
        return image[:at], "", image[at + 1 :]
    if colon < 0:
        return image, "", ""
    if at >= 0:
        return image[:colon], image[colon + 1 : at], image[at + 1 :]
    return image[:colon], image[colon + 1 :], ""


def set_replicas(objects: Sequence[Object], replica: Node, specs: Sequence[Spec]) -> bool:
    """Follows one entry of `replicas`; whether any object has its name."""
    count = replica.get("count")
    name = content(replica.get("name"))
    if not isinstance(count, Scalar):
        return True
    found = False
    for one in objects:
        for spec in specs:
            if any(id.name == name and spec.holds(id.group, id.version, id.kind) for id in one.ids):
                found = True
                one.change(spec, lambda _: count, count, replica)
    return found
