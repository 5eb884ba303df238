"""YAML with every span, many documents and JSON included, read by libyaml and where that refuses by ruamel's own parser."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from _ruamel_yaml import CParser
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from ekslint.source.text import Text
from ekslint.syntax import json
from ekslint.syntax.builder import MAX_DOCUMENTS, Builder, RefusedError, TooMuchError, UnreadError
from ekslint.syntax.parsed import Parsed, SyntaxProblem
from ekslint.syntax.tree import Document, Node, Scalar, scalars

__all__ = ["Parsed", "SyntaxProblem", "parse"]

_SEPARATOR = re.compile(r"^---(?=\s|\Z)", re.MULTILINE)
_MARKS = ("{{", "{%", "%{")
_JSON = re.compile(r"\s*[{\[]")
_FILLED = re.compile(r"\$\{[^}]*[\s\"'(][^}]*\}|(?:^|[\s\"'])%[sdvq]\b")
"""An expression of Terraform, or a verb of Go's formats: what breaks YAML on its line is filled in before anybody applies it."""
LONG = 500
MAX_REREAD = 500_000
MAX_PROBLEMS = 20

_FLOW_COLON = "found unexpected ':'"
"""What libyaml 0.1 says of a colon that YAML allows inside of [ ] and { }: what is broken then is what ruamel's parser says."""
_SENTENCES = {
    "mapping values are not allowed in this context": "a ': ' where no key fits: quote the value or align the key",
    "could not find expected ':'": "a key without ': ' behind it, or a line with the wrong indentation",
    "did not find expected key": "the indentation of this line fits none of the lines above",
    "did not find expected '-' indicator": "a list item must start with '- ' here, or this line has the wrong indentation",
    "did not find expected ',' or ']'": "the list that opens here is not closed, or an item of it lacks a comma",
    "did not find expected ',' or '}'": "the map that opens here is not closed, or an entry of it lacks a comma",
    "found unexpected end of stream": "the quote that opens here is never closed",
    "found unexpected document indicator": "the quote that opens here is not closed before the document ends",
    "found unknown escape character": "no such escape in double quotes: write \\\\ for a backslash, or use single quotes",
    "did not find expected node content": "a value is missing before this, or this cannot begin one",
    "found a tab character where an indentation space is expected": "a tab indents this line: YAML takes spaces only",
}


def parse(text: Text) -> Parsed:
    """The documents of a YAML or JSON text.

    What is broken costs its own document only: those before and after it are read. The input of a template engine is read as far as
    it is certain; one that gives no tree has neither documents nor problems.
    """
    refused: RefusedError | None = None
    if _JSON.match(text.value):
        try:
            return Parsed(json.parse_json(text), [], False)
        except RefusedError as problem:
            refused = problem
    documents, problems, complex_key = read_documents(text, text.value, False)
    if any(mark in text.value for mark in _MARKS):
        return _parse_marked(text, documents, problems, complex_key, refused)
    if not problems:
        return Parsed(documents, [], False)
    return _parse_again(text, refused)


def _parse_again(text: Text, refused: RefusedError | None) -> Parsed:
    """What a text without template actions is to ruamel's parser, which reads more than libyaml does."""
    documents, problems, _ = read_documents(text, text.value, True)
    if refused is not None and problems and text.file.endswith(".json"):
        documents, problems = [], [refused]
    broken = [problem for problem in problems if _FILLED.search(_line(text.value, problem.start)) is None]
    return Parsed(documents, [SyntaxProblem(p.message, text.place(p.start, p.end)) for p in broken], len(broken) < len(problems))


def _line(value: str, offset: int) -> str:
    """The line that holds a character, cut where it is longer than a person writes."""
    start = value.rfind("\n", 0, offset) + 1
    return value[start : start + LONG].partition("\n")[0]


def _parse_marked(
    text: Text, documents: list[Document], problems: list[RefusedError], complex_key: bool, refused: RefusedError | None
) -> Parsed:
    """A text that may be a template: the tree that is certain before the engine runs."""
    from ekslint.syntax import templates

    marks = templates.has_marks(text.value)
    if not problems and not (marks and (complex_key or _stands_alone(text, documents))):
        return Parsed(documents, [], False)
    if not marks:
        return _parse_again(text, refused)
    template = templates.template(text)
    best: tuple[list[Document], int, str] | None = None
    for sparing in (False, True):
        source = templates.stand_in(template, sparing)
        if source is None:
            break
        found, broken, _ = read_documents(text, source, False)
        if best is None or len(broken) < best[1]:
            best = found, len(broken), source
        if not broken:
            break
    if best is None or best[1]:
        if not any(action.alone for action in template.actions):
            documents, problems, complex_key = read_documents(text, text.value, True)
            if not problems and not complex_key:
                return Parsed(documents, [], False)
        if best is not None:
            best = read_documents(text, best[2], True)[0], 0, best[2]
    if best is None:
        return Parsed([], [], True)
    hiding = templates.restore([document.root for document in best[0]], template, best[2])
    made = [Document(each.root, text, each.index, hides) for each, hides in zip(best[0], hiding, strict=True)]
    for document in made:
        document.conditional = templates.in_branch(template, document.root)
    return Parsed(made, [], True)


def _stands_alone(text: Text, documents: list[Document]) -> bool:
    """Whether an action stands on a line of its own that belongs to no block or quoted scalar."""
    from ekslint.syntax import templates

    alone = [action.start for action in templates.template(text).actions if action.alone]
    if not alone:
        return False
    covered: set[int] = set()
    for scalar in scalars(documents):
        if scalar.style:
            covered.update(alone[bisect_left(alone, scalar.start) : bisect_left(alone, scalar.end)])
    return len(covered) < len(alone)


def read_documents(text: Text, source: str, again: bool) -> tuple[list[Document], list[RefusedError], bool]:
    """Documents and problems of `source`, which is the text itself or has its length; and whether a key is no scalar.

    `again`: what libyaml refuses is read by ruamel's own parser.
    """
    builder = Builder(text, source)
    problem = _read(builder, CParser)
    complex_key = builder.complex_key
    roots: list[Node | None] = list(builder.roots[: builder.complete])
    problems = list(builder.complaints)
    if isinstance(problem, TooMuchError):
        problems.append(problem)
    if problem is None or isinstance(problem, TooMuchError):
        return _documents(text, roots), problems, complex_key
    reread, aliased = 0, builder.aliased
    bounds = [builder.behind, *(m.start() for m in _SEPARATOR.finditer(source, builder.behind + 1)), len(source)]
    for start, end in pairwise(bounds):
        part = Builder(text, source[start:end], start, aliased)
        problem = _read(part, CParser)
        if again and isinstance(problem, UnreadError) and reread + end - start <= MAX_REREAD:
            reread += end - start
            second = Builder(text, source[start:end], start, aliased)
            other = _read(second, _Pure)
            if other is None:
                part, problem = second, None
            elif problem.message == _FLOW_COLON:
                problem = other
        aliased = part.aliased
        roots.extend(part.roots[: part.complete])
        problems.extend(part.complaints)
        complex_key = complex_key or part.complex_key
        if problem is not None:
            problems.append(problem)
            roots.append(None)
        if len(problems) >= MAX_PROBLEMS or len(roots) >= MAX_DOCUMENTS:
            break
    return _documents(text, roots), problems, complex_key


def _read(builder: Builder, parser: Callable[[str], Any]) -> RefusedError | None:
    """What keeps a parser from reading the builder's source, None where it does."""
    try:
        builder.read(parser(builder.source).get_event)
    except RefusedError as problem:
        return problem
    except YAMLError as error:
        return _described(error, builder)
    except UnicodeEncodeError as error:
        at = builder.base + error.start
        return RefusedError("half of a surrogate pair is no character", at, at + 1)
    return None


class _Pure:
    """ruamel's own parser: slow, and lenient where YAML 1.2 is."""

    def __init__(self, source: str) -> None:
        from ruamel.yaml import YAML

        self._events = YAML(typ="safe", pure=True).parse(source)

    def get_event(self) -> object:
        """The next event; what this parser stumbles over in its own code is unreadable like the rest."""
        try:
            return next(self._events)
        except YAMLError:
            raise
        except Exception as error:
            raise YAMLError(str(error)) from error


def _described(error: YAMLError, builder: Builder) -> UnreadError:
    """A parser's error in words of our own where there are some, and where it is."""
    source, base = builder.source, builder.base
    if not isinstance(error, MarkedYAMLError):
        position = getattr(error, "position", None)
        if position is None:
            return UnreadError(str(error), base, base)
        at = len(source.encode(errors="replace")[:position].decode(errors="ignore"))
        return UnreadError(
            f"the character U+{ord(source[at : at + 1] or chr(0)):04X} is not allowed in YAML", base + at, base + at + 1
        )
    problem, mark, context = error.problem or "", error.problem_mark, error.context_mark
    if problem.startswith("expected ','"):
        problem = f"did not find {problem.partition(', but')[0]}"
    if problem.startswith(("found unexpected e", "found unexpected d", "did not find expected ','")) and context is not None:
        mark = context
    at = mark.index if mark is not None else 0
    end = min(at + 1, len(source))
    character = source[at:end]
    if problem == "found character that cannot start any token":
        if character == "\t":
            return UnreadError("a tab indents this line: YAML takes spaces only", base + at, base + end)
        return UnreadError(f"a value cannot start with {character}: quote it", base + at, base + end)
    return UnreadError(_SENTENCES.get(problem, problem), base + at, base + end)


def _documents(text: Text, roots: list[Node | None]) -> list[Document]:
    """The documents that hold something, numbered as in the file."""
    return [
        Document(root, text, index)
        for index, root in enumerate(roots)
        if root is not None and not (isinstance(root, Scalar) and root.value is None)
    ]
