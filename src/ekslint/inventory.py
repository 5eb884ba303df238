"""All subjects of a run, indexed, and divided into clusters."""

from __future__ import annotations

from collections.abc import Iterable

from ekslint.fact import Subject, find_maker, made_of
from ekslint.source.text import Place


class Cluster:
    """What is deployed together: its subjects by kind. `whole` where everything that could be deployed with them was seen.

    `before` is the same cluster in an earlier state, None where none is given.
    """

    def __init__(self, name: str, found: Iterable[Subject], whole: bool, why: str = "") -> None:
        self.name = name
        self.whole = whole
        self.why = why or ("" if whole else "only part of the cluster was given")
        self.before: Cluster | None = None
        self._kinds: dict[str, list[Subject]] = {}
        for lifted in found:
            self._kinds.setdefault(lifted.kind, []).append(lifted.inside(self))
        self.subject = Subject("cluster", name, Place("", 1, 1, 1, 1), cluster=self)
        self._complete: set[str] = set()
        self._made: dict[tuple[str, str], dict[object, list[Subject]]] = {}

    def speaks_of(self, kind: str) -> bool:
        """Whether the files can hold subjects of a kind, or what such are made of."""
        needed = made_of(kind)
        return not needed or kind in self._kinds or any(other in self._kinds for other in needed)

    def all(self, kind: str) -> list[Subject]:
        """The subjects of a kind, in the order of files and lines; those that a join makes come last, on first need."""
        if kind == "cluster":
            return [self.subject]
        if kind in self._complete:
            return self._kinds.get(kind, [])
        self._complete.add(kind)
        make = find_maker(kind)
        if make is not None:
            self._kinds.setdefault(kind, []).extend(make(self))
        return self._kinds.get(kind, [])

    def files(self) -> set[str]:
        """The files in which something of the cluster is written."""
        return {subject.place.file for found in self._kinds.values() for subject in found}

    def named(self, kind: str, name: str) -> list[Subject]:
        """The subjects of a kind that have a name."""
        return self.where(kind, "name", name)

    def where(self, kind: str, fact: str, value: object) -> list[Subject]:
        """The subjects of a kind whose fact is known to be that value: a subject, a text or a number."""
        index = self._made.get((kind, fact))
        if index is None:
            index = {}
            for subject in self.all(kind):
                index.setdefault(subject.value(fact), []).append(subject)
            self._made[kind, fact] = index
        return index.get(value, [])
