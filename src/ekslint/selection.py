"""Which rules can find something in a subject: a few facts, each asked once, keep most of them out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ekslint.fact import Subject
from ekslint.language.compiler import Gate, gate, goal
from ekslint.language.rule import Rule
from ekslint.value import Absent, Known, Value

Entry = tuple[Rule, Gate | None]
"""A rule, and what one fact must be for its judgement to hold."""
Key = tuple[bool, str | int]
"""A value that true does not share with 1."""


class Selection:
    """The rules of one kind of subject, by the facts that their conditions ask for."""

    __slots__ = ("_always", "_tables")

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._always: list[Entry] = []
        self._tables: dict[str, tuple[dict[Key, list[Entry]], list[Entry]]] = {}
        for rule in rules:
            needed, entry = gate(rule.when), (rule, goal(rule.expect))
            if needed is None or needed[1] is None:
                self._always.append(entry)
                continue
            table, every = self._tables.setdefault(needed[0], ({}, []))
            every.append(entry)
            for value in needed[1]:
                table.setdefault(_key(value), []).append(entry)

    def of(self, subject: Subject) -> Iterator[Rule]:
        """The rules whose conditions may hold of a subject and whose judgement is not plainly as it should be."""
        asked: dict[str, Value | None] = {}
        yield from _open(self._always, subject, asked)
        for name, (table, every) in self._tables.items():
            value = _ask(subject, name, asked)
            if isinstance(value, Absent):
                continue
            plain = value.value if isinstance(value, Known) else None
            found = table.get(_key(plain), ()) if isinstance(plain, (str, int)) else every
            yield from _open(found, subject, asked)


def _open(entries: Iterable[Entry], subject: Subject, asked: dict[str, Value | None]) -> Iterator[Rule]:
    for rule, wanted in entries:
        if wanted is None or not _holds(_ask(subject, wanted[0], asked), wanted):
            yield rule


def _holds(value: Value | None, wanted: Gate) -> bool:
    values = wanted[1]
    if values is None:
        return isinstance(value, Absent)
    if not isinstance(value, Known) or not isinstance(value.value, (str, int)):
        return False
    return any(_key(one) == _key(value.value) for one in values)


def _ask(subject: Subject, name: str, asked: dict[str, Value | None]) -> Value | None:
    """A fact, asked once; None where it crashes, which is left to the rule that needs it."""
    if name in asked:
        return asked[name]
    try:
        value: Value | None = subject.get(name)
    except Exception:
        value = None
    asked[name] = value
    return value


def _key(value: str | int) -> Key:
    return value is True or value is False, value
