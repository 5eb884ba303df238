"""Releases of charts that a script makes: `helm install` and `helm upgrade` with the values that they set one by one.

Sources: Helm's command reference and pkg/strvals (commas separate values, a backslash keeps one).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ekslint.layers.helm.releases import Release
from ekslint.layers.helm.values import Single, with_singles
from ekslint.syntax.computed import Computed
from ekslint.syntax.tree import Node, Scalar

if TYPE_CHECKING:
    from ekslint.syntax.command import Command, Word

_PROGRAM = re.compile(r"(?:\$[({]?)?(?:[\w./-]*/)?helm3?[)}]?", re.IGNORECASE)
_PAIR = re.compile(r"((?:[^=,\\]|\\.)++)=((?:\{[^{}]*\}|(?:[^,\\]|\\.)*))(?:,|\Z)")
_FLAGS = frozenset(
    (
        "atomic",
        "cleanup-on-fail",
        "create-namespace",
        "debug",
        "dependency-update",
        "devel",
        "disable-openapi-validation",
        "force",
        "generate-name",
        "g",
        "i",
        "install",
        "no-hooks",
        "replace",
        "reset-values",
        "reuse-values",
        "reset-then-reuse-values",
        "skip-crds",
        "skip-schema-validation",
        "take-ownership",
        "verify",
        "wait",
        "wait-for-jobs",
    )
)
"""Options without a value; all others have one."""
_MORE = ("f", "values", "set-file", "set-json", "set-literal", "post-renderer", "reuse-values", "reset-then-reuse-values")
_BRANCHES = frozenset(("if", "else", "case", "for", "while", "function", "list", "template"))


def release(command: Command) -> Release | None:
    """The release that a command makes; None of another command and of a dry run."""
    number = next((n for n, word in enumerate(command.words[:3]) if _PROGRAM.fullmatch(word.value)), None)
    if number is None or command.doubtful:
        return None
    plain: list[Word] = []
    singles: list[Single] = []
    partial = "it runs in a branch of a script" if _BRANCHES & set(command.inside) else None
    waiting: str | None = None
    for word in command.words[number + 1 :]:
        text = word.value
        start = 0
        if waiting is not None:
            name, waiting = waiting, None
        elif not text.startswith("-"):
            plain.append(word)
            continue
        else:
            name, equals, _ = text.lstrip("-").partition("=")
            if name in ("dry-run", "h", "help"):
                return None
            start = text.index("=") + 1 if equals else 0
            if not equals and name not in _FLAGS:
                waiting = name
            if name in _MORE:
                partial = partial or f"{'-' if len(name) == 1 else '--'}{name} may set more"
            if not equals:
                continue
        if name in ("set", "set-string"):
            found = _singles(word, start, name == "set-string")
            if found is None:
                partial = partial or "what is set is known when the script runs"
            else:
                singles += found
    if len(plain) < 2 or plain[0].value not in ("install", "upgrade"):
        return None
    chart = plain[-1]
    named = _scalar(chart, 0, len(chart.value))
    values = with_singles(None, singles)
    return Release(chart.value.rstrip("/").rpartition("/")[2], chart.value, named, named, values, None, partial)


def _singles(word: Word, start: int, text: bool) -> list[Single] | None:
    """The values of one `--set`; None where only a run knows their paths."""
    spans = list(_expanded(word))
    found: list[Single] = []
    at = start
    while (pair := _PAIR.match(word.value, at)) is not None:
        at = pair.end()
        path = (pair.start(1), pair.end(1))
        if any(begin < path[1] and path[0] < end for begin, end in spans):
            return None
        key = _scalar(word, *path)
        value: Node
        if any(begin < pair.end(2) and pair.start(2) < end for begin, end in spans) or pair[2].startswith("{"):
            value = Computed(word.text, pair.start(2), pair.end(2), "filled in when the script runs", pair[2])
        else:
            value = _scalar(word, pair.start(2), pair.end(2))
        found.append(Single(pair[1], key, value, text))
    return found


def _expanded(word: Word) -> Iterator[tuple[int, int]]:
    """Which stretches of a word's value only a running shell knows."""
    at = 0
    for part in word.parts:
        if part.variable is not None:
            yield at, at + len(part.value)
        at += len(part.value)


def _scalar(word: Word, start: int, end: int) -> Scalar:
    text = word.value[start:end]
    return Scalar(word.text, start, end, re.sub(r"\\(.)", r"\1", text), text, '"')
