"""Kustomizations, built as kustomize builds them, on the parsed trees: every value knows the file and line that it comes from."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ekslint.layers.kustomize.faults import Fault
    from ekslint.layers.kustomize.files import Source
    from ekslint.syntax.tree import Document

NAMES = ("kustomization.yaml", "kustomization.yml", "Kustomization")


class Build(NamedTuple):
    """What one kustomization deploys that no other one takes: its folder, documents, and whether all of it was seen.

    `apart`: another one deploys the same objects of the same files under the same names, so that both are not for one cluster.
    """

    folder: str
    documents: list[Document]
    whole: bool
    apart: bool


class Built(NamedTuple):
    """All kustomizations of a run: what is deployed, the files that they speak for, and what kustomize would refuse."""

    builds: list[Build]
    used: frozenset[str]
    faults: tuple[Fault, ...]


def is_kustomization_file(name: str) -> bool:
    """Whether a file has a name of kustomizations."""
    return posixpath.basename(name) in NAMES


def builds(names: Iterable[str], source: Source) -> Built:
    """Builds the kustomizations among some files; those that others build on are no deployment by themselves."""
    named = sorted(name for name in names if is_kustomization_file(name))
    if not named:
        return Built([], frozenset(), ())
    from ekslint.layers.kustomize.deployed import deploy

    return deploy(named, source)
