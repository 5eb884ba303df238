"""The actions of template engines in a text: Helm's and Jinja's, and the directives of Terraform's templates."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import NamedTuple

_PAIRS = {"{{": "}}", "{%": "%}", "{#": "#}", "%{": "}"}
_OPENING = re.compile(r"\{\{|\{%|(?<!\$)\{#|%\{(?=~?\s*(?:if|for|else|endif|endfor)\b)")
_WORD = re.compile(r"[-~+\s]*(/\*|[A-Za-z_]+|\$[\w.]*\s*:?=)?")
_OPENS = frozenset(("if", "with", "range", "define", "block", "for", "macro", "call", "filter", "raw", "unless"))
_GO_OPENS = frozenset(("if", "with", "range", "define", "block"))
_ELSE = frozenset(("else", "elif", "elseif"))
_SILENT = frozenset(("set", "break", "continue", "import", "from", "extends"))
_MAX_ACTIONS = 20_000


class Action(NamedTuple):
    """One action: `text[start:end]`. `kind` is open, else, close, silent (gives no text) or insert.

    `alone`: nothing but actions stands on its lines.
    """

    start: int
    end: int
    kind: str
    alone: bool


class Branch(NamedTuple):
    """What lies between an opening action or an else and the next of the same level, the actions themselves not included."""

    start: int
    end: int
    outer: int
    """The index of the branch around it, -1 where there is none."""
    head: int
    """Where the action that opens it begins."""


def find_actions(text: str) -> list[Action]:
    """All actions in order; one that is never closed ends the search."""
    found: list[Action] = []
    at = 0
    while len(found) < _MAX_ACTIONS:
        opening = _OPENING.search(text, at)
        if opening is None:
            break
        mark, start = opening[0], opening.start()
        stop = text.find(_PAIRS[mark], start + 2)
        if stop < 0:
            if mark == "{{":
                break
            at = start + 2
            continue
        at = stop + len(_PAIRS[mark])
        if mark == "{{" and text.startswith("}", at):
            at += 1
        found.append(Action(start, at, _kind(mark, text, start + 2), False))
    return _with_alone(text, found)


def branches(actions: list[Action]) -> list[Branch]:
    """The branches between control actions, in the order of their starts."""
    begun: list[tuple[int, int, int]] = []
    """Start, outer and head of every branch; its end is filled in when it is known."""
    ends: dict[int, int] = {}
    stack: list[int] = []
    for action in actions:
        if action.kind in ("else", "close") and stack:
            ends[stack.pop()] = action.start
        if action.kind in ("open", "else"):
            begun.append((action.end, stack[-1] if stack else -1, action.start))
            stack.append(len(begun) - 1)
    far = actions[-1].end if actions else 0
    return [Branch(start, ends.get(number, far), outer, head) for number, (start, outer, head) in enumerate(begun)]


def innermost(found: list[Branch], offset: int) -> Branch | None:
    """The smallest branch around an offset."""
    index = bisect_right(found, offset, key=lambda branch: branch.start) - 1
    while index >= 0:
        branch = found[index]
        if offset < branch.end:
            return branch
        index = branch.outer
    return None


def _kind(mark: str, text: str, at: int) -> str:
    if mark == "{#":
        return "silent"
    matched = _WORD.match(text, at)
    word = (matched[1] or "") if matched else ""
    if mark == "{{":
        if word in _GO_OPENS:
            return "open"
        if word == "end":
            return "close"
        if word == "else":
            return "else"
        return "silent" if word.startswith(("/*", "$")) and word.endswith(("/*", "=")) else "insert"
    if word in _OPENS:
        return "open"
    if word in _ELSE:
        return "else"
    if word.startswith("end"):
        return "close"
    return "silent" if word in _SILENT else "insert"


def _with_alone(text: str, found: list[Action]) -> list[Action]:
    """The same actions, each knowing whether its lines hold anything else."""
    done: list[Action] = []
    index = 0
    while index < len(found):
        last = index
        line = text.rfind("\n", 0, found[index].start) + 1
        between = [text[line : found[index].start]]
        while True:
            stop = text.find("\n", found[last].end)
            stop = len(text) if stop < 0 else stop
            if last + 1 < len(found) and found[last + 1].start < stop:
                between.append(text[found[last].end : found[last + 1].start])
                last += 1
                continue
            between.append(text[found[last].end : stop])
            break
        between[-1] = between[-1].partition("#")[0]
        alone = all(not part.strip() for part in between)
        done.extend(action._replace(alone=alone) for action in found[index : last + 1])
        index = last + 1
    return done
