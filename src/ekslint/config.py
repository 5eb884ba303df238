""".ekslint.yaml: which rules are judged at which level, what is left out, and which files make up a cluster."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple, TypeVar

from ekslint.data.nearest import nearest_name
from ekslint.finding import LEVELS
from ekslint.source.files import open_regular
from ekslint.source.globs import Globs, leaves_root
from ekslint.source.text import Place, Text
from ekslint.suppression import Ignore, unknown_rule
from ekslint.syntax import tree
from ekslint.syntax.tree import Node

NAME = ".ekslint.yaml"
MAX_SIZE = 1_000_000
"""Bytes."""

KEYS = ("select", "ignore", "levels", "exclude", "clusters")
_IGNORE_KEYS = ("rule", "paths", "reason", "until")
_CLUSTER_KEYS = ("name", "paths")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")

T = TypeVar("T")


class ConfigError(Exception):
    """What is wrong with a config, in words, and where."""

    def __init__(self, message: str, place: Place | None = None, file: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.file = place.file if place else file

    def __str__(self) -> str:
        return f"{self.place or self.file}: {self.message}"


class ClusterPaths(NamedTuple):
    """A cluster by name and the files that belong to it."""

    name: str
    paths: Globs


class Config:
    """What a config says. `select` holds ids, families and globs, none of them meaning every rule; `levels` a level by rule id."""

    __slots__ = ("clusters", "exclude", "file", "ignore", "levels", "select")

    def __init__(
        self,
        select: Iterable[str] = (),
        ignore: Iterable[Ignore] = (),
        levels: Mapping[str, str] | None = None,
        exclude: Globs | None = None,
        clusters: Iterable[ClusterPaths] = (),
        file: str = "",
    ) -> None:
        self.select = tuple(select)
        self.ignore = tuple(ignore)
        self.levels = dict(levels or {})
        self.exclude = exclude or Globs(())
        self.clusters = tuple(clusters)
        self.file = file


def find() -> str | None:
    """The config of the current folder, None where it has none.

    Raises ConfigError where the name is a link that leads out of the folder.
    """
    if not os.path.lexists(NAME):
        return None
    root = os.path.realpath(os.curdir)
    if os.path.commonpath([root, os.path.realpath(NAME)]) != root:
        raise ConfigError("This is a link to a file outside the folder; give that file with --config", file=NAME)
    return NAME


def load(file: str, rules: Mapping[str, str]) -> Config:
    """Reads a config; its patterns of files are relative to the current folder. `rules` gives the family of every rule.

    Raises ConfigError.
    """
    try:
        with open_regular(file) as stream:
            data = stream.read(MAX_SIZE + 1)
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", file=file) from None
    if len(data) > MAX_SIZE:
        raise ConfigError(f"is larger than {MAX_SIZE:,} bytes", file=file)
    try:
        return parse(Text(data.decode("utf-8-sig"), file), rules)
    except UnicodeDecodeError as error:
        raise ConfigError(f"is not UTF-8: byte {error.start + 1} is {data[error.start]:#04x}", file=file) from None


def parse(text: Text, rules: Mapping[str, str], today: str = "") -> Config:
    """The config that a text holds; `today` (2030-12-31) decides what has expired. Raises ConfigError."""
    from ekslint.syntax.yaml import parse as parse_yaml

    parsed = parse_yaml(text)
    if parsed.problems:
        raise ConfigError(parsed.problems[0].message, parsed.problems[0].place)
    if parsed.templated:
        raise ConfigError("A config is no template: write its values out", file=text.file)
    if len(parsed.documents) > 1:
        raise ConfigError("A config is one document", parsed.documents[1].root.place)
    root = parsed.documents[0].root if parsed.documents else None
    if root is None or root.kind == "null":
        return Config(file=text.file)
    return _Reader(rules, today).config(root, text.file)


class _Reader:
    """Reads the parts of one config."""

    __slots__ = ("_rules", "_today")

    def __init__(self, rules: Mapping[str, str], today: str) -> None:
        self._rules = rules
        self._today = today

    def config(self, root: Node, file: str) -> Config:
        _map(root, "A config", KEYS)
        return Config(
            select=_each(root, "select", self._rule),
            ignore=_each(root, "ignore", self._ignore),
            levels=self._levels(root.get("levels")),
            exclude=_globs(root, "exclude"),
            clusters=self._clusters(root),
            file=file,
        )

    def _rule(self, node: Node) -> str:
        name = _string(node, "A rule")
        unknown = unknown_rule(name, self._rules)
        if unknown:
            raise ConfigError(unknown, node.place)
        return name

    def _ignore(self, node: Node) -> Ignore:
        if not isinstance(node, tree.Mapping):
            return Ignore(self._rule(node), node.place, Globs(()))
        _map(node, "An entry of ignore", _IGNORE_KEYS)
        rule = _required(node, "rule", "An entry of ignore")
        until = node.get("until")
        date = self._date(until) if until else ""
        reason = node.get("reason")
        return Ignore(
            rule=self._rule(rule),
            place=rule.place,
            paths=_globs(node, "paths"),
            reason=_string(reason, "A reason") if reason else "",
            until=date,
            expired=bool(date) and date < self._now(),
        )

    def _date(self, node: Node) -> str:
        from datetime import date

        written = node.content if isinstance(node, tree.Scalar) else ""
        try:
            if _DATE.fullmatch(written):
                return date.fromisoformat(written).isoformat()
        except ValueError:
            pass
        raise ConfigError("until is a day, as in 2030-12-31; the entry holds through that day", node.place)

    def _now(self) -> str:
        if not self._today:
            from datetime import date

            self._today = date.today().isoformat()
        return self._today

    def _levels(self, node: Node | None) -> dict[str, str]:
        if node is None or node.kind == "null":
            return {}
        if not isinstance(node, tree.Mapping):
            raise ConfigError(f"levels is a map from rule to level, not {_a(node)}", node.place)
        _no_repeats(node)
        result = {}
        for name, key, value in node.named():
            if name not in self._rules:
                unknown = unknown_rule(name, self._rules) or f'levels takes rules one by one, and "{name}" is none'
                raise ConfigError(unknown, key.place)
            level = _string(value, "A level")
            if level not in LEVELS:
                raise ConfigError(f'There is no level "{level}"; write {_or(LEVELS)}', value.place)
            result[name] = level
        return result

    def _clusters(self, root: Node) -> list[ClusterPaths]:
        clusters = _each(root, "clusters", self._cluster)
        names = set()
        for cluster, node in zip(clusters, tree.items(root.get("clusters")), strict=True):
            if cluster.name in names:
                raise ConfigError(f'There is a cluster "{cluster.name}" already', node.place)
            names.add(cluster.name)
        return clusters

    def _cluster(self, node: Node) -> ClusterPaths:
        _map(node, "An entry of clusters", _CLUSTER_KEYS)
        name = _string(_required(node, "name", "An entry of clusters"), "A cluster's name")
        paths = _required(node, "paths", "An entry of clusters")
        globs = _globs(node, "paths")
        if not globs:
            raise ConfigError(f'The cluster "{name}" has no paths', paths.place)
        return ClusterPaths(name, globs)


def _map(node: Node, what: str, keys: tuple[str, ...]) -> None:
    if not isinstance(node, tree.Mapping):
        raise ConfigError(f"{what} is a map with {_or(keys)}, not {_a(node)}", node.place)
    _no_repeats(node)
    for name, key, _ in node.named():
        if name not in keys:
            nearest = nearest_name(name, keys)
            hint = f'; did you mean "{nearest}"?' if nearest else f"; it has {_or(keys)}"
            raise ConfigError(f'{what} has no key "{name}"{hint}', key.place)


def _no_repeats(node: tree.Mapping) -> None:
    if node.repeated:
        raise ConfigError(f'"{tree.key_name(node.repeated[0])}" is written twice', node.repeated[0].place)


def _required(node: Node, key: str, what: str) -> Node:
    value = node.get(key)
    if value is None:
        raise ConfigError(f"{what} needs {key}", node.place)
    return value


def _each(node: Node, key: str, read: Callable[[Node], T]) -> list[T]:
    value = node.get(key)
    if value is None or value.kind == "null":
        return []
    if not isinstance(value, tree.Sequence):
        raise ConfigError(f"{key} is a list, not {_a(value)}", value.place)
    return [read(item) for item in value.items]


def _string(node: Node, what: str) -> str:
    value = tree.string(node)
    if not value:
        raise ConfigError(f"{what} is a string, not {'an empty one' if value == '' else _a(node)}", node.place)
    return value


def _globs(node: Node, key: str) -> Globs:
    try:
        return Globs(_each(node, key, _pattern))
    except ValueError as error:
        raise ConfigError(f"{key}: {error}", (node.get(key) or node).place) from None


def _pattern(node: Node) -> str:
    pattern = _string(node, "A pattern of files")
    if leaves_root(pattern):
        raise ConfigError(f'"{pattern}" leads out of the folder: write it from the folder on, as in clusters/dev/**', node.place)
    return pattern


def _a(node: Node) -> str:
    """The type of a node with its article."""
    kind = node.kind
    return kind if kind == "null" else f"an {kind}" if kind == "integer" else f"a {kind}"


def _or(words: Iterable[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} or {last}"
