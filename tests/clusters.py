"""Clusters made of texts, for tests of facts."""

from __future__ import annotations

from ekslint import fact
from ekslint.fact import Subject
from ekslint.inventory import Cluster
from ekslint.loading import File, load
from ekslint.source.formats import syntax_of
from ekslint.source.text import Text
from ekslint.value import Absent, Known, Unknown, Value


def cluster(*, whole: bool = True, **texts: str) -> Cluster:
    """The one cluster of some texts: `nodes_yaml="…"` is a file nodes.yaml."""
    fact.load()
    files = []
    for name, text in texts.items():
        file = name.replace("_", ".")
        files.append(File(file, syntax_of(file) or "yaml", Text(text, file)))
    found = load(files, whole)
    assert not found.problems, found.problems
    assert len(found.clusters) == 1
    return found.clusters[0]


def group(made: Cluster, name: str | None = None) -> Subject:
    """The node group of that name, or the only one."""
    groups = [one for one in made.all("node-group") if name is None or one.name == name]
    assert len(groups) == 1, groups
    return groups[0]


def plain(value: Value) -> object:
    """A value as plain data: absent is None, unknown the string "?", subjects are their names, an open list ends in "…"."""
    if isinstance(value, Unknown):
        return "?"
    if isinstance(value, Absent):
        return None
    assert isinstance(value, Known)
    found = value.value
    if isinstance(found, Subject):
        return found.name
    if hasattr(found, "items") and hasattr(found, "open"):
        return [plain(item) for item in found.items] + (["…"] if found.open else [])
    return found
