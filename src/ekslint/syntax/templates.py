"""YAML that a template engine writes: what is certain of its documents before the engine runs.

Actions inside of a line become words of the same length, those that stand on lines of their own become empty lines, or the value
of the key above them. The tree is built from that stand-in, with the offsets of the text, and then gets the actions back: a scalar
that holds one says so in its content. What stands in one branch of an `if` only is unknown, as is what a loop repeats.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import NamedTuple

from ekslint.source.text import Piece, Text, line_starts
from ekslint.syntax.actions import Action, Branch, branches, find_actions, innermost
from ekslint.syntax.pieces import block_lines
from ekslint.syntax.tree import Mapping, Node, Scalar, Sequence

_MARKS = re.compile(r"\{\{|\{%|%\{~?\s*(?:if|for)\b")
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_RUN = re.compile("\ue000([\ue001-\uf8ff])([\ue001-\uf8ff])\ue001*")
_FIRST, _BASE = 0xE001, 6000
_COMMENT = re.compile(r"(?:^|\s)#.*")
_HEADER = re.compile(r"(?:[:-]\s+(?:[!&]\S+\s+)*)(?P<sign>[|>])[-+0-9]*$")
_DASHES = re.compile(r"\s*(?:- +)*")


class Template(NamedTuple):
    """The actions of a text, and which of its characters lie in which branch."""

    text: Text
    actions: list[Action]
    branches: list[Branch]


def has_marks(value: str) -> bool:
    """Whether a text could be a template at all."""
    return _MARKS.search(value) is not None


def template(text: Text) -> Template:
    """The actions of a text."""
    actions = find_actions(text.value)
    return Template(text, actions, branches(actions))


def stand_in(found: Template, sparing: bool) -> str | None:
    """A text of the same length that YAML can read; None where there is nothing to stand in for.

    `sparing`: actions that stand alone and give text are left out everywhere, also where one looks like the value of a key.
    """
    value = found.text.value
    if not found.actions or _PRIVATE.search(value):
        return None
    characters = list(value)
    below = None if sparing else _Lines(found)
    for branch in found.branches:
        if re.match(r"\{\{-?\s*define\b", value[branch.head : branch.start]):
            characters[branch.start : branch.end] = "\n" * (branch.end - branch.start)
    for index, action in enumerate(found.actions):
        start, end = action.start, action.end
        word = "\ue000" + chr(_FIRST + index // _BASE) + chr(_FIRST + index % _BASE) + "\ue001" * (end - start - 3)
        if not action.alone or (action.kind == "insert" and below is not None and below.takes(action, characters)):
            characters[start:end] = word
        else:
            characters[start:end] = "\n" * (end - start)
    return "".join(characters)


class _Lines:
    """The lines of a template: which one comes next that holds more than actions and comments."""

    def __init__(self, found: Template) -> None:
        value = found.text.value
        self.value = value
        self.text = found.text
        self.lines = value.split("\n")
        self.starts = line_starts(value)
        alone = {found.text.position(action.start)[0] - 1 for action in found.actions if action.alone}
        self.blank = -1, -1
        """The last character that is none, and how far everything behind it is."""
        self.next: list[int] = [0] * (len(self.lines) + 1)
        self.next[-1] = len(self.lines)
        for number in range(len(self.lines) - 1, -1, -1):
            line = self.lines[number].strip()
            content = line and not line.startswith("#") and number not in alone
            self.next[number] = number if content else self.next[number + 1]

    def takes(self, action: Action, characters: list[str]) -> bool:
        """Whether an action alone on its line can stand as the value of the key above, which it is moved up to if it must."""
        at = action.start - 1
        while at >= 0 and characters[at] in " \t\r\n":
            at = at - 1 if at > self.blank[1] else self.blank[0]
        self.blank = at, action.end - 1
        if at < 0:
            return False
        number = self.text.position(at)[0] - 1
        line = "".join(characters[self.starts[number] : at + 1])
        bare = _COMMENT.sub("", line).rstrip()
        header = _HEADER.search(bare)
        if not bare.endswith((":", "-")) and header is None:
            return False
        dashes = _DASHES.match(line)
        column = dashes.end() if dashes else 0
        if bare.endswith("-"):
            column = len(bare) - 1
        here = self.text.position(action.start)[1] - 1
        after = self.next[min(self.text.position(action.end)[0], len(self.lines))]
        below = self.lines[after] if after < len(self.lines) else ""
        depth = len(below) - len(below.lstrip(" "))
        child = bool(below) and (depth > column or (depth == column and below.lstrip().startswith("- ")))
        if header is not None and here > column:
            return True
        if child:
            return False
        if here > column:
            return True
        if bare != line.rstrip():
            return False
        start = at + 1 if header is None else self.starts[number] + header.start("sign")
        characters[start : action.start] = " " * (action.start - start)
        return True


def in_branch(found: Template, root: Node) -> bool:
    """Whether all of a tree stands in one branch, so that the template may leave it out."""
    return innermost(found.branches, root.start) is not None


def restore(roots: list[Node], found: Template, source: str) -> list[bool]:
    """Puts the actions back into the trees that were read from a stand-in.

    For each root: whether an action may give what is missing there. One that stands for a single value, as in `name: {{ name }}`,
    hides nothing; one that stands alone, indents its output or makes a key does.
    """
    starts = [action.start for action in found.actions]
    seen: set[int] = set()
    bounds = [root.end for root in roots]
    hiding = []
    for number, root in enumerate(roots):
        after = roots[number + 1].start if number + 1 < len(roots) else len(source)
        first = bisect_left(starts, bounds[number - 1] if number else 0)
        near = found.actions[first : bisect_left(starts, after)]
        hides = any(action.alone or "indent" in found.text.value[action.start : action.end] for action in near)
        hiding.append(_restore_root(root, found, starts, source, seen) or hides)
    return hiding


def _restore_root(root: Node, found: Template, starts: list[int], source: str, seen: set[int]) -> bool:
    """Puts the actions back into one tree; true where one of them makes a key."""
    makes_key = False
    pending: list[Node] = [root]
    while pending:
        node = pending.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, Scalar):
            _restore_scalar(node, found, starts, source)
        elif isinstance(node, Mapping):
            for number, (key, value) in enumerate(node.entries):
                makes_key = makes_key or bisect_left(starts, key.start) < bisect_left(starts, key.end)
                if _conditional(found, key, node):
                    node.entries[number] = (key, _unknown(found, key, value))
                else:
                    pending.append(value)
                pending.append(key)
        elif isinstance(node, Sequence):
            for number, item in enumerate(node.items):
                if _conditional(found, item, node):
                    node.items[number] = _unknown(found, item, item)
                else:
                    pending.append(item)
    return makes_key


def _restore_scalar(scalar: Scalar, found: Template, starts: list[int], source: str) -> None:
    first, behind = bisect_left(starts, scalar.start), bisect_left(starts, scalar.end)
    if first == behind:
        return
    text = scalar.text.value
    if scalar.style in ("|", ">") and scalar.style:
        indent, _ = block_lines(scalar, source)
        _, lines = block_lines(scalar)
        pieces = []
        for start, stop in lines:
            begin = start
            while begin < min(start + indent, stop) and text[begin] == " ":
                begin += 1
            end = text.find("\n", stop) + 1 or len(text)
            pieces.append(Piece(scalar.text, begin, end, text[begin:end], True))
        scalar.pieces = pieces
        scalar.content = "".join(piece.value for piece in pieces)
    elif any(action.alone for action in found.actions[first:behind]) or not scalar.style:
        scalar.content = text[scalar.start : scalar.end]
    else:
        scalar.content = _RUN.sub(lambda run: _written(run, found), scalar.content)
    scalar.value = scalar.content


def _written(run: re.Match[str], found: Template) -> str:
    action = found.actions[(ord(run[1]) - _FIRST) * _BASE + ord(run[2]) - _FIRST]
    return found.text.value[action.start : action.end]


def _conditional(found: Template, child: Node, parent: Node) -> bool:
    """Whether a child stands in a branch that does not hold all of its parent."""
    branch = innermost(found.branches, child.start)
    return branch is not None and not (branch.start <= parent.start and parent.end <= branch.end)


def _unknown(found: Template, key: Node, value: Node) -> Scalar:
    """What stands for a value that only one branch gives: the action that decides, and what is written."""
    branch = innermost(found.branches, key.start)
    text = found.text.value
    head = text[branch.head : branch.start] if branch is not None else ""
    content = f"{head} {text[value.start : value.end]}"
    return Scalar(value.text, value.start, value.end, content, content, "", value.tag)
