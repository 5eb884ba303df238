"""A `helm_release` as the release of a chart that it is: texts of values one over another, then single values (hashicorp/helm)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ekslint.layers.helm.releases import Release
from ekslint.layers.helm.values import Single, over, with_singles
from ekslint.syntax import yaml
from ekslint.syntax.computed import Computed, OpenMapping, OpenSequence, Serialized, why_open
from ekslint.syntax.tree import Mapping, Node, Scalar, items, string

if TYPE_CHECKING:
    from ekslint.layers.terraform import Resource


def helm_release(resource: Resource) -> Release:
    """The release with all its values, and why more may be set."""
    body = resource.body
    named = body.get("chart")
    chart = (string(named) or "").rstrip("/").rpartition("/")[2]
    repository = string(body.get("repository")) or ""
    listed = body.get("values")
    partial = body.why if isinstance(body, OpenMapping) else _why(listed)
    values: Node | None = None
    for item in items(listed):
        root, why = _value(item)
        partial = partial or why
        values = over(values, root)
    for name in ("set", "set_sensitive", "set_list"):
        partial = partial or _why(body.get(name))
    values = with_singles(values, _singles(body))
    return Release(chart, repository, body, named, values, body.key("values"), partial)


def _why(node: Node | None) -> str | None:
    if isinstance(node, Computed):
        return node.reason
    return node.why if isinstance(node, OpenSequence) else None


def _value(item: Node) -> tuple[Node | None, str | None]:
    if isinstance(item, Serialized) and isinstance(item.of, Mapping):
        return item.of, why_open(item.of)
    if isinstance(item, Computed) or not isinstance(item, Scalar) or not isinstance(item.value, str):
        return None, item.reason if isinstance(item, Computed) else "the values are no text"
    parsed = yaml.parse(item.inner())
    root = parsed.documents[0].root if parsed.documents else None
    if parsed.problems or parsed.templated or (root is not None and not isinstance(root, Mapping)):
        return None, "the values cannot be read"
    return root, None


def _singles(body: Mapping) -> Iterator[Single]:
    for item in items(body.get("set")):
        name = item.get("name")
        if isinstance(name, Scalar) and isinstance(name.value, str) and not isinstance(name, Computed):
            yield Single(name.value, name, item.get("value"), string(item.get("type")) == "string")
