"""Which module declares what, so that a run imports only the modules that it needs.

`facts` has, by kind and name of a fact, the module that computes it ("" where only carriers give it); `makers` the module that
makes a kind of subject and the kinds that it needs; `carriers`, by module, what it declares (see `carriers/`).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib import import_module
from typing import Any

from ekslint import store

PACKAGES = ("carriers", "facts", "relations")

Catalogue = dict[str, dict[str, Any]]


def catalogue(declared: Callable[[], tuple[dict[str, Any], dict[str, Any]]]) -> Catalogue:
    """The catalogue of this state of the code, from an earlier run or made by importing everything.

    `declared` gives `facts` and `makers` after that.
    """
    key = store.code_key()
    found: Catalogue | None = store.load("catalogue", key)
    if found is None:
        load_all()
        facts, makers = declared()
        found = {"facts": facts, "makers": makers, "carriers": _carriers()}
        store.save("catalogue", key, found)
    return found


def load_all() -> None:
    """Imports every module that declares facts or reads documents."""
    for package in PACKAGES:
        for name in names(package):
            import_module(f"ekslint.{package}.{name}")


def names(package: str) -> list[str]:
    """The modules of a package that declare something; those with a leading underscore only serve them."""
    folder = os.path.join(store.PACKAGE, package)
    return sorted(name[:-3] for name in os.listdir(folder) if name.endswith(".py") and not name.startswith("_"))


def _carriers() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in names("carriers"):
        module = import_module(f"ekslint.carriers.{name}")
        found[name] = (
            tuple(getattr(module, "OBJECTS", ())),
            tuple(getattr(module, "TOKENS", ())),
            tuple(getattr(module, "SYNTAX", ())),
            hasattr(module, "claims"),
            hasattr(module, "terraform"),
        )
    return found
