"""Subjects that several modules make: each module adds a source, and whoever first asks for the subjects brings the modules in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from importlib import import_module

from ekslint.fact import Subject
from ekslint.inventory import Cluster

Source = Callable[[Cluster], Iterable[Subject]]


class Sources:
    """The functions of the cluster that make one kind of subject; as a decorator it adds one.

    `modules` of this package declare sources, and are imported when somebody first asks.
    """

    def __init__(self, *modules: str) -> None:
        self._modules = modules
        self._sources: list[Source] = []

    def __call__(self, make: Source) -> Source:
        self._sources.append(make)
        return make

    def subjects(self, cluster: Cluster) -> Iterator[Subject]:
        """What all sources make of a cluster, in the order in which they were declared."""
        for name in self._modules:
            import_module(f"ekslint.relations.{name}")
        for make in self._sources:
            yield from make(cluster)
