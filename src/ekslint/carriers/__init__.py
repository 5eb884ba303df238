"""Which carrier a document is, and the subjects that it holds.

A module of this folder is a carrier. It declares
* `GIVES`: the kinds of subjects that it gives, `*` for those of the objects inside, for the page of carriers;
* `TOKENS`: byte strings of which a file holds at least one if it can be this carrier;
* `OBJECTS` and `objects(resource)`: the (API group, kind) pairs that it reads of Kubernetes objects, `*` for any group, or
* `claims(document)` and `subjects(document)`: for documents that are no Kubernetes objects, or
* `SYNTAX`, `claims_text(text)` and `text_subjects(text)`: for files that are no YAML or JSON documents, or
* `terraform(configuration)`: for what a Terraform configuration or plan declares.
All give subjects; a document may have several carriers.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from ekslint.carriers.resource import resources
from ekslint.fact import Subject, index
from ekslint.source.text import Text
from ekslint.syntax.tree import Document

if TYPE_CHECKING:
    from ekslint.layers.terraform import Configuration


_SELECTING = ("eni-config", "security-group-policy", "network-policy")
"""Kinds that say something of others by being there: in a branch of a template they may not be."""


def _module(name: str) -> Any:
    return import_module(f"ekslint.carriers.{name}")


@cache
def _readers() -> dict[tuple[str, str], list[str]]:
    """The modules that read a kind of object."""
    found: dict[tuple[str, str], list[str]] = {}
    for name, (objects, _, _, _, _) in index()["carriers"].items():
        for pair in objects:
            found.setdefault(pair, []).append(name)
    return found


@cache
def _claimants() -> list[tuple[str, tuple[str, ...]]]:
    """The modules that claim documents, and words of which a text that they claim has one."""
    return [
        (name, tuple(token.decode() for token in tokens))
        for name, (_, tokens, _, claims, _) in index()["carriers"].items()
        if claims
    ]


@lru_cache(256)
def _may_claim(text: Text) -> list[str]:
    """The modules one of whose words a text has; many documents of one long file ask."""
    return [name for name, words in _claimants() if any(word in text.value for word in words)]


@cache
def tokens() -> tuple[bytes, ...]:
    """Byte strings of which every file that can hold a subject has at least one."""
    return tuple(sorted({token for _, found, _, _, _ in index()["carriers"].values() for token in found}))


def lift(document: Document) -> Iterator[Subject]:
    """All subjects of a YAML, JSON or TOML document."""
    yield from lift_objects(document)
    for name in _may_claim(document.text):
        if _module(name).claims(document):
            yield from _module(name).subjects(document)


def lift_objects(document: Document) -> Iterator[Subject]:
    """The subjects of the Kubernetes objects in a document."""
    readers = _readers()
    for resource in resources(document):
        for name in (*readers.get((resource.group, resource.kind), ()), *readers.get(("*", resource.kind), ())):
            for subject in _module(name).objects(resource):
                if not (document.conditional and subject.kind in _SELECTING):
                    yield subject


def lift_configuration(configuration: Configuration) -> Iterator[Subject]:
    """All subjects of a Terraform configuration or plan."""
    for name, (_, _, _, _, terraform) in index()["carriers"].items():
        if terraform:
            yield from _module(name).terraform(configuration)


def lift_text(text: Text, syntax: str) -> Iterator[Subject]:
    """All subjects of a file that has a syntax of its own: a script, MIME user data."""
    for name, (_, _, read, _, _) in index()["carriers"].items():
        if syntax in read and _module(name).claims_text(text):
            yield from _module(name).text_subjects(text)
