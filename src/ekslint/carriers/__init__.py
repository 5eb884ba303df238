"""Which carrier a document is, and the subjects that it holds.

A module of this folder is a carrier. It declares
* `TOKENS`: byte strings of which a file holds at least one if it can be this carrier;
* `OBJECTS` and `objects(resource)`: the (API group, kind) pairs that it reads of Kubernetes objects, `*` for any group, or
* `claims(document)` and `subjects(document)`: for documents that are no Kubernetes objects, or
* `SYNTAX`, `claims_text(text)` and `text_subjects(text)`: for files that are no YAML or JSON documents.
All give subjects; a document may have several carriers.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib import import_module
from typing import Any

from ekslint.carriers.resource import Resource, resources
from ekslint.fact import Subject
from ekslint.source.text import Text
from ekslint.syntax.tree import Document


@cache
def _modules() -> tuple[Any, ...]:
    names = sorted(
        name.partition(".")[0]
        for name in os.listdir(os.path.dirname(__file__))
        if name.endswith(".py") and not name.startswith("_")
    )
    return tuple(import_module(f"ekslint.carriers.{name}") for name in names)


@cache
def _readers() -> dict[tuple[str, str], list[Callable[[Resource], Iterable[Subject]]]]:
    found: dict[tuple[str, str], list[Callable[[Resource], Iterable[Subject]]]] = {}
    for module in _modules():
        for pair in getattr(module, "OBJECTS", ()):
            found.setdefault(pair, []).append(module.objects)
    return found


@cache
def _claimants() -> tuple[Any, ...]:
    return tuple(module for module in _modules() if hasattr(module, "claims"))


@cache
def tokens() -> tuple[bytes, ...]:
    """Byte strings of which every file that can hold a subject has at least one."""
    return tuple(sorted({token for module in _modules() for token in getattr(module, "TOKENS", ())}))


def lift(document: Document) -> Iterator[Subject]:
    """All subjects of a YAML, JSON or TOML document."""
    readers = _readers()
    for resource in resources(document):
        for reader in (*readers.get((resource.group, resource.kind), ()), *readers.get(("*", resource.kind), ())):
            yield from reader(resource)
    for module in _claimants():
        if module.claims(document):
            yield from module.subjects(document)


def lift_text(text: Text, syntax: str) -> Iterator[Subject]:
    """All subjects of a file that has a syntax of its own: a script, MIME user data."""
    for module in _modules():
        if syntax in getattr(module, "SYNTAX", ()) and module.claims_text(text):
            yield from module.text_subjects(text)
