"""Shell scripts as calls: words with their expansions as holes, and what goes into and out of each call."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from ekslint.source.text import Place, Text
from ekslint.userdata.bootstrap import Word
from ekslint.userdata.kubelet import Hole, Line, apart, literal
from ekslint.userdata.reading import Reading
from ekslint.value import placeholder

if TYPE_CHECKING:
    from ekslint.syntax import shell

LONGEST = 1 << 17
"""Characters of all scripts of one user data that are read: what gzip fits into the 16 KiB of EC2 is shorter."""

_PIPE = re.compile(r"[^\n;|&]*\|&?\s*\Z")
_CONDITIONAL = frozenset(("if", "else", "case", "for", "while", "function", "list", "template"))
_SUBSTITUTIONS = ("$(", "`", "<(", ">(")
_FILES = (">", ">>", ">|", "&>", "&>>")


class Assignment(NamedTuple):
    """`name=value`; `append` with `+=`; in `export name` there is no value."""

    name: str
    value: Line | None
    append: bool


class Output(NamedTuple):
    """A file that a call's output goes to; `append` with `>>`. `group` is the same for all calls that share the redirection."""

    path: Line
    append: bool
    group: int


class Call(NamedTuple):
    """One simple command. `here` is what it reads as a here-document or here-string, `piped` the call whose output it reads.

    `assignments` stand before the command or are those of `export` and its kin. `conditional` inside of a branch, a loop or a
    function, or beside `&&` and `||`.
    """

    words: list[Word]
    assignments: list[Assignment]
    outputs: list[Output]
    here: Line | None
    conditional: bool
    piped: Call | None
    text: str
    place: Place


def calls(text: Text, reading: Reading) -> list[Call]:
    """The calls of a script in order. What cannot be read is a gap, as is what goes beyond LONGEST."""
    from ekslint.syntax import shell

    reading.scripts += len(text.value)
    if reading.scripts > LONGEST:
        reading.gap(f"its scripts have more than {LONGEST} characters", text.place(0, 0))
        return []
    try:
        commands = shell.commands(text)
    except ValueError as problem:
        reading.gap(f"the script cannot be read: {problem}", text.place(0, 0))
        return []
    found: list[Call] = []
    doubtful = False
    for command in commands:
        if command.doubtful and not doubtful:
            doubtful = True
            reading.gap("part of the script cannot be read", text.place(command.start, command.end))
        found.append(_call(command, found[-1] if found else None, commands[len(found) - 1] if found else None))
    return found


def _call(command: shell.Command, before: Call | None, earlier: shell.Command | None) -> Call:
    program = command.program
    piped = None
    if earlier is not None and earlier.words and "pipeline" in command.inside:
        piped = before if _PIPE.match(program.value[earlier.words[-1].end : command.start]) else None
    here = None
    for document in command.documents:
        here = _document(document)
    return Call(
        [_word(w) for w in command.words],
        [Assignment(a.name, _value(a, program), a.append) for a in command.assignments],
        [
            Output(_word(r.target).line, ">>" in r.operator, r.start)
            for r in command.redirects
            if r.target is not None and r.operator in _FILES and r.descriptor != "2"
        ],
        here,
        any(around in _CONDITIONAL for around in command.inside),
        piped,
        program.value[command.start : command.end],
        program.place(command.start, command.end),
    )


def _word(word: shell.Word) -> Word:
    holes: list[Hole] = []
    at = 0
    for part in word.parts:
        size = len(part.value)
        templated = not part.variable and not part.value.startswith(_SUBSTITUTIONS) and placeholder(part.value)
        if part.variable is not None and not templated:
            holes.append(Hole(at, at + size, _reason(part.value, part.variable)))
        at += size
    text = word.text
    return Word(
        Line(text, apart([*holes, *literal(text).holes])),
        word.program.place(word.start, word.end),
        bool(word.parts) and all(part.quoted for part in word.parts),
    )


def _value(assignment: shell.Assignment, program: Text) -> Line | None:
    if assignment.value is not None:
        return _word(assignment.value).line
    if "=" in program.value[assignment.start : assignment.end]:
        return Line(program.part(assignment.end, assignment.end), [])
    return None


def _document(document: shell.Document) -> Line:
    line = literal(document.body)
    if document.quoted:
        return line
    found = [Hole(m.start(), m.end(), _reason(m.group(), m.group(1))) for m in _EXPANSION.finditer(document.body.value)]
    return Line(document.body, apart([*line.holes, *found]))


_EXPANSION = re.compile(r"\$(?:(\w+)|\{[^}]*\}|\([^)]*\))|`[^`]*`")


def _reason(written: str, variable: str | None) -> str:
    if "max-pods-calculator" in written:
        return "max-pods-calculator.sh works it out on the node"
    return f"the variable {written}" if variable else f"{written[:60]} is filled in on the node"
