"""What keeps a kustomization from being built."""

from __future__ import annotations

from typing import NamedTuple

from ekslint.source.text import Place


class Fault(NamedTuple):
    """Something that kustomize refuses: `kind` is syntax, file (there is none) or limit."""

    kind: str
    message: str
    place: Place


class BuildError(Exception):
    """A step of a build that cannot be taken; the rest of the build goes on without it."""

    def __init__(self, message: str, place: Place, kind: str = "syntax") -> None:
        super().__init__(message)
        self.fault = Fault(kind, message, place)
