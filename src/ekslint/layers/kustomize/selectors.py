"""Which objects a target names: regular expressions over type, name and namespace, and selectors of labels and annotations."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from ekslint.layers.kustomize.edit import content
from ekslint.layers.kustomize.faults import BuildError
from ekslint.layers.kustomize.objects import Id, Object
from ekslint.source.text import Place
from ekslint.syntax.tree import Node

MAX_PATTERN = 500
MAX_MATCHED = 300
_SLOW = re.compile(r"\)[*+{]|[*+}]\)")
_UNBOUNDED = re.compile(r"[*+]|\{\d*,\d*\}")
_TERM = re.compile(
    r"\s*+(?:(?P<set>[^\s=!,()]++)\s++(?P<how>in|notin)\s*+\((?P<values>[^()]*)\)"
    r"|(?P<key>[^\s=!,()]++)\s*+(?P<operator>==|=|!=)\s*(?P<value>[^\s=!,()]*)"
    r"|(?P<lacks>!)?\s*+(?P<name>[^\s=!,()]++))\s*+(?:,|$)"
)
Test = Callable[[dict[str, str]], bool]


@cache
def _compiled(text: str, before: str, behind: str) -> re.Pattern[str] | None:
    """A pattern that is certain to match in little time; None for any other, and for what is no pattern."""
    if len(text) > MAX_PATTERN or _SLOW.search(text) or len(_UNBOUNDED.findall(text)) > 3:
        return None
    try:
        return re.compile(before + text + behind)
    except (re.error, RecursionError, OverflowError):
        return None


def pattern(text: str, place: Place, before: str = "", behind: str = "") -> re.Pattern[str]:
    """A regular expression of a kustomization between two of our own. Raises BuildError where it is none or could take long."""
    found = _compiled(text, before, behind)
    if found is None:
        raise BuildError(f"{text[:60]} is no regular expression, or one that is too costly", place)
    return found


class Target:
    """What a patch or a replacement selects: `group`, `version`, `kind`, `name`, `namespace` are whole matches where written."""

    def __init__(self, node: Node) -> None:
        self.node = node
        self._patterns: dict[str, re.Pattern[str]] = {}
        for key in ("group", "version", "kind", "name", "namespace"):
            written = node.get(key)
            text = content(written)
            if written is not None and text:
                self._patterns[key] = pattern(text, written.place, "^(?:", ")$")
        self._labels = _selector(node.get("labelSelector"))
        self._annotations = _selector(node.get("annotationSelector"))

    @property
    def by_id(self) -> bool:
        """Whether it asks for a type, a name or a namespace."""
        return bool(self._patterns)

    def _fits(self, key: str, text: str) -> bool:
        found = self._patterns.get(key)
        return found is None or (len(text) <= MAX_MATCHED and found.search(text) is not None)

    def fits_type(self, id: Id) -> bool:
        """Whether group, version and kind are those that it names."""
        return self._fits("group", id.group) and self._fits("version", id.version) and self._fits("kind", id.kind)

    def fits_id(self, id: Id, namespace: str) -> bool:
        """Whether type, name and namespace are those that it names."""
        return self.fits_type(id) and self._fits("name", id.name) and self._fits("namespace", namespace)

    def fits_metadata(self, object: Object) -> bool:
        """Whether its labels and annotations are those that it names."""
        return all(test(object.labels("labels")) for test in self._labels) and all(
            test(object.labels("annotations")) for test in self._annotations
        )

    @property
    def by_metadata(self) -> bool:
        """Whether it asks for labels or annotations."""
        return bool(self._labels or self._annotations)

    def selects(self, object: Object) -> bool:
        """Whether it means an object, by its first or its present name."""
        now, first = object.id, object.first_id
        return (
            (self._fits("namespace", first.namespace) or self._fits("namespace", now.namespace))
            and (self._fits("name", first.name) or self._fits("name", now.name))
            and self.fits_type(now)
            and self.fits_metadata(object)
        )


def _selector(node: Node | None) -> list[Test]:
    """The terms of a selector as kubectl reads it: `a=b`, `a!=b`, `a in (b, c)`, `a notin (b)`, `a`, `!a`."""
    text = content(node).strip()
    tests: list[Test] = []
    at = 0
    while node is not None and at < len(text):
        found = _TERM.match(text, at)
        if found is None or found.end() == at:
            raise BuildError(f"{text} is no selector of labels", node.place)
        tests.append(_term(found))
        at = found.end()
    return tests


def _term(found: re.Match[str]) -> Test:
    if found["set"]:
        values = {value.strip() for value in found["values"].split(",")}
        return _among(found["set"], values, found["how"] == "in")
    if found["key"]:
        return _among(found["key"], {found["value"]}, found["operator"] != "!=")
    name, wanted = found["name"], not found["lacks"]
    return lambda labels: (name in labels) is wanted


def _among(key: str, values: set[str], wanted: bool) -> Test:
    if wanted:
        return lambda labels: labels.get(key) in values
    return lambda labels: key not in labels or labels[key] not in values
