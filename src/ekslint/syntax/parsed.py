"""What reading one text gives: its documents, what is broken in it, and whether a template engine comes first."""

from __future__ import annotations

from typing import NamedTuple

from ekslint.source.text import Place
from ekslint.syntax.tree import Document


class SyntaxProblem(NamedTuple):
    """Something that the reader of this syntax refuses, in words, and where."""

    message: str
    place: Place


class Parsed(NamedTuple):
    """The documents that could be read, in the order of the file, and what could not.

    `templated`: the text is the input of Helm, Jinja or the like. Its documents are what is certain before the engine runs;
    a template that gives no tree at all has no documents and no problems.
    """

    documents: list[Document]
    problems: list[SyntaxProblem]
    templated: bool
