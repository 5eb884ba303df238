"""Windows user data: PowerShell that calls Start-EKSBootstrap.ps1.

Only what such scripts are made of is understood: assignments of literals, quotes, backtick continuations and the call itself. A
variable that is assigned once, to a literal, is resolved; everything else with `$` is unknown.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ekslint.source.text import Derived, Piece, Text
from ekslint.userdata.kubelet import Hole, Line, apart, flags, literal
from ekslint.userdata.model import Argument, Run
from ekslint.userdata.reading import Reading
from ekslint.userdata.variables import VARIABLE, Variables
from ekslint.value import Absent, Known, Unknown, Value

SCRIPT = "start-eksbootstrap.ps1"
PARAMETERS = (
    "EKSClusterName",
    "KubeletExtraArgs",
    "KubeProxyExtraArgs",
    "APIServerEndpoint",
    "Base64ClusterCA",
    "DNSClusterIP",
    "ContainerRuntime",
    "ServiceCIDR",
    "ExcludedSnatCIDRs",
    "ServiceIPv6CIDR",
    "IPFamily",
    "EKSClusterID",
)
"""The script's parameters that are documented (user guide, EKS optimized Windows AMIs); PowerShell ignores their case."""

_BLOCK = re.compile(r"<powershell>(.*?)(?:</powershell>|\Z)", re.S | re.I)
_ASSIGNMENT = re.compile(r"(?:\[[\w.]+\]\s*)?\$(\w+)[ \t]*\+?=(?!=)")
_PLAIN = re.compile(r"[^\s'\"$;|`{}]+")
_LOOKS = re.compile(r"<powershell>|<script>|start-eksbootstrap\.ps1|\$eksbootstrapscript", re.I)
_WORDS = 20_000


class _Word(NamedTuple):
    """One word, or one of the marks `;` (an end of statement), `=`, `|`."""

    mark: str
    line: Line
    start: int
    end: int


def looks_like(text: str) -> bool:
    """Whether a text is a Windows user data script."""
    return _LOOKS.search(text) is not None


def read_script(text: Text, reading: Reading) -> None:
    """Adds the calls of the bootstrap script and what their arguments set."""
    reading.saw("windows", "it is PowerShell that joins a Windows node")
    blocks: list[Text] = [text.part(*m.span(1)) for m in _BLOCK.finditer(text.value)]
    for block in blocks or [text]:
        variables = Variables(fold=True)
        statement: list[_Word] = []
        words = _words(block)
        if len(words) > _WORDS:
            reading.gap("the script is longer than is read", block.place(0, 0))
        for word in words:
            if word.mark != ";":
                statement.append(word)
                continue
            _statement(block, statement, variables, reading)
            statement = []


def _statement(block: Text, words: list[_Word], variables: Variables, reading: Reading) -> None:
    name = _ASSIGNMENT.match(words[0].line.text.value) if words and words[0].mark == "=" else None
    if name is not None and len(words) == 2:
        whole = not name.group().endswith("+=") and not words[1].line.text.value.startswith(("(", "@", "["))
        known = whole and not variables.assigned(name.group(1))
        variables.assign(name.group(1), variables.resolve(words[1].line) if known else None)
        return
    if name is not None:
        variables.assign(name.group(1), None)
    for index, word in enumerate(words):
        said = variables.resolve(word.line).text.value
        command = index == 0 or words[index - 1].mark in ("&", ".", "|") or words[index - 1].line.text.value.lower() == "-file"
        if said.lower().rstrip("\"'").endswith(SCRIPT) and command:
            last = words[-1]
            place = block.place(word.start, last.end)
            reading.runs.append(Run("Start-EKSBootstrap.ps1", block.value[word.start : last.end], place))
            reading.home["windows"] = (place,)
            _call([w._replace(line=variables.resolve(w.line)) for w in words[index + 1 :]], block, reading)
            return


def _call(words: list[_Word], block: Text, reading: Reading) -> None:
    index = 0
    while index < len(words):
        word = words[index]
        index += 1
        text, place = word.line.text.value, block.place(word.start, word.end)
        if not text.startswith("-") or word.mark or len(text) < 3:
            if text.startswith(("@", "$")):
                reading.gap(f"{text} may hold more arguments", place, "-KubeletExtraArgs")
            continue
        name, _, attached = text.partition(":")
        parameter = _parameter(name)
        value: _Word | None = None
        if attached:
            skip = len(name) + 1
            rest = word.line.text.part(skip, len(text))
            value = word._replace(
                line=Line(rest, [Hole(h.start - skip, h.end - skip, h.reason) for h in word.line.holes if h.start >= skip])
            )
        elif index < len(words) and (words[index].start != words[index].end) and not _is_parameter(words[index], block):
            value = words[index]
            index += 1
        read = parameter is not None
        because = "none" if read else ("equals-sign" if "=" in text else "unknown-option")
        option, said = (parameter, value and _said(value, block, name)) if read else (name, value and _said(value, block, name))
        reading.arguments.append(
            Argument(block.value[word.start : word.end], option, said or Absent((place,)), read, because, place)
        )
        if value is None and "=" in text:
            begin = text.index("=") + 1
            value = word._replace(line=Line(word.line.text.part(begin, len(text)), []))
        if value is None:
            continue
        if parameter == "KubeletExtraArgs":
            reading.take_flags("-KubeletExtraArgs", "windows", flags(value.line))
        elif not read and "max-pods" in value.line.text.value:
            reading.take_flags("-KubeletExtraArgs", "windows", flags(value.line), "wrong-option")


def _parameter(name: str) -> str | None:
    """The parameter that a name means: PowerShell takes every beginning that only one parameter has."""
    if not name.startswith("-") or name.startswith("--"):
        return None
    said = name[1:].lower()
    whole = [p for p in PARAMETERS if p.lower() == said]
    begun = [p for p in PARAMETERS if p.lower().startswith(said)]
    return whole[0] if whole else begun[0] if len(begun) == 1 else None


def _is_parameter(word: _Word, block: Text) -> bool:
    """Whether a word is the next parameter rather than a value: quoted words are values, and what begins with two dashes."""
    return block.value[word.start] == "-" and re.match(r"-[A-Za-z]", word.line.text.value) is not None


def _said(word: _Word, block: Text, key: str) -> Value:
    place = block.place(word.start, word.end)
    if word.line.holes:
        return Unknown(word.line.holes[0].reason, (place,), word.line.text.value, key=key)
    return Known(word.line.text.value, (place,), key=key)


def _words(block: Text) -> list[_Word]:
    """The words of a script, comments left out; `;` where a statement ends, `=` for the beginning of an assignment."""
    value, at = block.value, 0
    words: list[_Word] = []
    while at < len(value) and len(words) < _WORDS:
        char = value[at]
        assignment = _ASSIGNMENT.match(value, at) if not words or words[-1].mark == ";" else None
        if assignment is not None:
            words.append(_mark(block, "=", *assignment.span()))
            at = assignment.end()
        elif value.startswith("`\n", at):
            at += 2
        elif char in "\n;{}":
            words.append(_mark(block, ";", at, at))
            at += 1
        elif char.isspace():
            at += 1
        elif value.startswith("<#", at):
            at = _behind(value, "#>", at)
        elif char == "#":
            at = _behind(value, "\n", at) - 1
        elif char in "&|":
            words.append(_mark(block, char, at, at + 1))
            at += 1
        else:
            word = _word(block, at)
            words.append(word)
            at = word.end
    words.append(_mark(block, ";", len(value), len(value)))
    return words


def _mark(block: Text, mark: str, start: int, end: int) -> _Word:
    return _Word(mark, Line(block.part(start, end), []), start, end)


def _word(block: Text, start: int) -> _Word:
    """One word from `start` on, its quotes taken off, its variables and placeholders as holes."""
    value, at = block.value, start
    pieces: list[Piece] = []
    holes: list[Hole] = []
    size = 0
    while at < len(value) and not value[at].isspace() and value[at] not in ";|`" and (at == start or value[at] not in "{}"):
        char = value[at]
        if char in "'\"":
            stop = _quoted(value, at)
            begin, end, after = at + 1, stop, stop + 1
        elif value.startswith("$(", at):
            begin, end = at, _closing(value, at + 1)
            after = end
            holes.append(Hole(size, size + end - at, f"the expression {value[at:end][:40]}"))
        else:
            found = VARIABLE.match(value, at) or _PLAIN.match(value, at)
            begin, end = at, found.end() if found else at + 1
            after = end
        raw = block.part(begin, end)
        if char != "'":
            holes += [Hole(size + m.start(), size + m.end(), f"the variable {m.group()}") for m in VARIABLE.finditer(raw.value)]
        holes += [Hole(size + h.start, size + h.end, h.reason) for h in literal(raw).holes]
        pieces.append(Piece(block, begin, end, raw.value, True))
        size += end - begin
        at = after
    return _Word("", Line(Derived(pieces), apart(holes)), start, max(at, start + 1))


def _quoted(value: str, at: int) -> int:
    """The offset of the quote that closes the one at `at`, or the end."""
    quote, stop = value[at], at + 1
    while stop < len(value):
        if value.startswith(quote * 2, stop) or (value[stop] == "`" and quote == '"'):
            stop += 2
        elif value[stop] == quote:
            return stop
        else:
            stop += 1
    return len(value)


def _behind(value: str, mark: str, at: int) -> int:
    stop = value.find(mark, at)
    return len(value) + 1 if stop < 0 else stop + len(mark)


def _closing(value: str, at: int) -> int:
    depth = 0
    for index in range(at, min(len(value), at + 4000)):
        depth += {"(": 1, ")": -1}.get(value[index], 0)
        if depth == 0:
            return index + 1
    return len(value)
