"""All rules of a run: those shipped with ekslint and those of the user's own folders."""

from __future__ import annotations

import os
import zlib
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING

from ekslint import store
from ekslint.language.mistakes import Mistake, RuleError
from ekslint.language.rule import Rule
from ekslint.source.text import Place

if TYPE_CHECKING:
    from ekslint.language.loader import RuleFile

__all__ = ["Library", "Rule", "RuleError", "library", "listing", "read_files", "readable", "shipped"]

SHIPPED = os.path.dirname(import_module("ekslint.rules").__file__ or "")
"""The folder of the shipped rules."""

MOST = 2_000
"""More rule files than these are not read from one folder."""

Entry = tuple[str, str, int, int]
"""A rule file: its path, its family, its size, and when it was changed (in nanoseconds)."""


class Library:
    """The rules of a run by id, in the order of families and ids."""

    __slots__ = ("_by_id", "rules")

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = tuple(sorted(rules, key=lambda rule: (rule.family, rule.id)))
        self._by_id = {rule.id: rule for rule in self.rules}

    def __len__(self) -> int:
        return len(self.rules)

    def get(self, id: str) -> Rule | None:
        """The rule of that id."""
        return self._by_id.get(id)

    def nearest(self, id: str) -> str | None:
        """The id that a misspelt one most likely means."""
        from ekslint.data.nearest import nearest_name

        return nearest_name(id, self._by_id)

    def closure(self, ids: Iterable[str]) -> Library:
        """The rules of these ids and all that they yield to, one after the other."""
        wanted: dict[str, Rule] = {}
        waiting = list(ids)
        while waiting:
            rule = self._by_id.get(waiting.pop())
            if rule is not None and rule.id not in wanted:
                wanted[rule.id] = rule
                waiting += rule.yields_to
        return Library(wanted.values())


def library(own: Sequence[str] = (), cached: bool = True) -> Library:
    """The shipped rules and those of the user's own folders (or single rule files).

    What was compiled is kept beside the package, or in the user's cache folder where that cannot be written. Raises RuleError.
    """
    entries = shipped() + [entry for path in own for entry in listing(path)]
    folders = "\0".join([SHIPPED, *map(os.path.abspath, own)])
    name = f"rules-{zlib.crc32(os.fsencode(folders)):08x}"
    key = (store.code_key(), tuple(entries)) if cached else None
    records = store.load(name, key, shared=not own) if key else None
    if records is None:
        records = [file.record for file in read_files(entries)]
        if key:
            store.save(name, key, records, shared=not own)
    return Library(Rule(record) for record in records)


def shipped() -> list[Entry]:
    """The files of the shipped rules."""
    return _folder(SHIPPED, ("__init__.py", "__pycache__"), links=True)


def listing(path: str) -> list[Entry]:
    """The rule files of a user's folder, or the one that the path names. Raises RuleError for what is neither."""
    if os.path.isfile(path):
        return [_entry(path, os.path.basename(os.path.dirname(os.path.abspath(path))), os.stat(path))]
    if not os.path.isdir(path):
        raise RuleError([Mistake(Place(path, 1, 1, 1, 1), "there is no such folder or rule file")])
    return _folder(path, (), links=False)


def _folder(folder: str, other: Sequence[str], links: bool) -> list[Entry]:
    """The rule files in a folder and in the families below it; whatever else lies there is a mistake."""
    found: list[Entry] = []
    strays: list[Mistake] = []

    def walk(path: str, family: str, deep: bool) -> None:
        with os.scandir(path) as entries:
            for entry in sorted(entries, key=lambda entry: entry.name):
                if entry.name in other and not deep:
                    continue
                if entry.is_symlink() and not links:
                    strays.append(_stray(entry.path, "is a link: rules are read from their own folder only"))
                elif entry.is_dir() and not deep and not entry.name.startswith("."):
                    walk(entry.path, entry.name, True)
                elif entry.is_file() and entry.name.endswith(".yaml") and not entry.name.startswith("."):
                    found.append(_entry(entry.path, family, entry.stat()))
                else:
                    strays.append(_stray(entry.path, "is no rule: a folder of rules holds <id>.yaml and <family>/<id>.yaml alone"))

    walk(folder, os.path.basename(os.path.abspath(folder)), False)
    if len(found) > MOST:
        strays.append(_stray(folder, f"holds more than {MOST} rules"))
    if strays:
        raise RuleError(strays)
    return found


def _entry(path: str, family: str, status: os.stat_result) -> Entry:
    return path, family, status.st_size, status.st_mtime_ns


def _stray(path: str, message: str) -> Mistake:
    return Mistake(Place(path, 1, 1, 1, 1), message)


def read_files(entries: Sequence[Entry]) -> list[RuleFile]:
    """Reads rule files and holds them against each other. Raises RuleError with all mistakes of all files."""
    found, mistakes = readable(entries)
    if mistakes:
        raise RuleError(mistakes)
    return found


def readable(entries: Sequence[Entry]) -> tuple[list[RuleFile], list[Mistake]]:
    """The rule files that can be used, and what is wrong with the others."""
    from ekslint import fact
    from ekslint.language.loader import read_rule

    fact.load()
    found: list[RuleFile] = []
    mistakes: list[Mistake] = []
    for path, family, _, _ in entries:
        try:
            found.append(read_rule(path, family))
        except RuleError as error:
            mistakes += error.mistakes
    broken = {os.path.basename(path).removesuffix(".yaml") for path, _, _, _ in entries} - {file.record["id"] for file in found}
    apart = _together(found, broken)
    wrong = {mistake.place.file for mistake in apart}
    return [file for file in found if file.record["file"] not in wrong], mistakes + apart


def _together(files: Sequence[RuleFile], broken: set[str]) -> list[Mistake]:
    """Ids that two rules have, and rules that yield to none that exists (or is `broken`) or to each other in a circle."""
    mistakes: list[Mistake] = []
    yields: dict[str, list[str]] = {}
    first: dict[str, str] = {}
    for file in files:
        id = file.record["id"]
        if id in yields:
            mistakes.append(_stray(file.record["file"], f"another rule has the id {id}: {first[id]}"))
        first.setdefault(id, file.record["file"])
        yields.setdefault(id, []).extend(name for name, _ in file.yields_to)
    for file in files:
        for name, place in file.yields_to:
            if name in broken:
                continue
            if name not in yields:
                from ekslint.data.nearest import nearest_name

                near = nearest_name(name, yields)
                mistakes.append(Mistake(place, f"no rule is called {name}" + (f"; did you mean {near}?" if near else "")))
            elif name == file.record["id"]:
                mistakes.append(Mistake(place, "a rule cannot yield to itself"))
            else:
                way = _way(yields, name, file.record["id"])
                if way:
                    mistakes.append(Mistake(place, f"a circle: {file.record['id']} yields to {' and that to '.join(way)}"))
    return mistakes


def _way(yields: Mapping[str, Sequence[str]], start: str, end: str) -> list[str] | None:
    """How yielding leads from one rule to another, both named; None where it does not."""
    ways: list[list[str]] = [[start]]
    seen = {start}
    while ways:
        way = ways.pop(0)
        for name in yields.get(way[-1], ()):
            if name == end:
                return [*way, name]
            if name not in seen:
                seen.add(name)
                ways.append([*way, name])
    return None
