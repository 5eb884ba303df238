"""A `helm_release`: its chart, its values, and the values that are set one by one."""

from __future__ import annotations

from collections.abc import Iterator

from ekslint.carriers._cni_settings import Entry
from ekslint.syntax import yaml
from ekslint.syntax.computed import Computed, OpenMapping, OpenSequence, Serialized, why_open
from ekslint.syntax.tree import Mapping, Node, Scalar, items, key_name, string


def chart_name(body: Mapping) -> str:
    """The name of the chart, without the folder or address before it."""
    return (string(body.get("chart")) or "").rstrip("/").rpartition("/")[2]


def values_of(body: Mapping) -> tuple[Node | None, str | None]:
    """The values that the release's list of texts gives, a later one over an earlier one, and why more may be set."""
    listed = body.get("values")
    partial = body.why if isinstance(body, OpenMapping) else None
    if isinstance(listed, Computed):
        return None, listed.reason
    if isinstance(listed, OpenSequence):
        partial = partial or listed.why
    merged: Node | None = None
    for item in items(listed):
        root, why = _value(item)
        partial = partial or why
        merged = _over(merged, root, 0)
    for name in ("set", "set_sensitive", "set_list"):
        found = body.get(name)
        if isinstance(found, Computed):
            partial = partial or found.reason
        elif isinstance(found, OpenSequence):
            partial = partial or found.why
    return merged, partial


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


def _over(below: Node | None, above: Node | None, depth: int) -> Node | None:
    """A map with another one laid over it, as Helm merges values."""
    if above is None or below is None or depth > 20:
        return above if above is not None else below
    if not isinstance(above, Mapping) or not isinstance(below, Mapping):
        return above
    entries: dict[str, tuple[Node, Node]] = {key_name(key): (key, value) for key, value in below.entries}
    for key, value in above.entries:
        name = key_name(key)
        merged = _over(entries[name][1], value, depth + 1) if name in entries else value
        entries[name] = (key, merged if merged is not None else value)
    return Mapping(above.text, above.start, above.end, list(entries.values()))


def overrides(body: Mapping) -> Iterator[Entry]:
    """The values set one by one, by their dotted paths."""
    for item in items(body.get("set")):
        name, value = item.get("name"), item.get("value")
        if isinstance(name, Scalar) and isinstance(name.value, str) and not isinstance(name, Computed):
            yield Entry(name.value, name, value)
