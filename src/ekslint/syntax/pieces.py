"""Where the content of a scalar was written that is not written to the letter: block, folded, many-lined or escaped."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ekslint.source.text import Piece, Text
from ekslint.syntax.tree import Plain, Scalar

_FOLD = r"[ \t]*(?:\r?\n[ \t]*)+"
_DOUBLE = (
    rf"(?P<joined>\\\r?\n[ \t]*)|(?P<escape>\\(?:x[0-9a-fA-F]{{2}}|u[0-9a-fA-F]{{4}}|U[0-9a-fA-F]{{8}}|.))|(?P<fold>{_FOLD})"
    r"|(?P<run>[^\\\s]+|[ \t]+)"
)
_SINGLE = rf"(?P<escape>'')|(?P<fold>{_FOLD})|(?P<run>[^'\s]+|[ \t]+)"
_PLAIN = rf"(?P<fold>{_FOLD})|(?P<run>[^\s]+|[ \t]+)"
_HEADER = r"[|>][-+0-9]*"
_ESCAPES = {
    "0": "\0",
    "a": "\a",
    "b": "\b",
    "t": "\t",
    "\t": "\t",
    "n": "\n",
    "v": "\v",
    "f": "\f",
    "r": "\r",
    "e": "\x1b",
    "N": "\x85",
    "_": "\xa0",
    "L": "\u2028",
    "P": "\u2029",
}


class WrappedScalar(Scalar):
    """A YAML scalar whose content differs from what is written; its pieces are made when they are first asked for."""

    __slots__ = ("_made",)

    def __init__(
        self,
        text: Text,
        start: int,
        end: int,
        value: Plain,
        content: str,
        style: str = "",
        tag: str | None = None,
        pieces: list[Piece] | None = None,
    ) -> None:
        self._made: list[Piece] | None = None
        super().__init__(text, start, end, value, content, style, tag, pieces)

    @property
    def pieces(self) -> list[Piece] | None:
        """One verbatim piece per line of a block scalar, per run between escapes and line breaks of any other."""
        if self._made is None:
            self._made = scalar_pieces(self)
        return self._made

    @pieces.setter
    def pieces(self, pieces: list[Piece] | None) -> None:
        self._made = pieces


def scalar_pieces(scalar: Scalar) -> list[Piece]:
    """The pieces of a scalar's content; a single one for the whole where no closer account of it adds up."""
    if scalar.style in ("|", ">") and scalar.style:
        pieces = _literal_pieces(scalar) if scalar.style == "|" else _folded_pieces(scalar)
    else:
        pieces = list(flow_pieces(scalar.text, scalar.start, scalar.end, scalar.style))
    if "".join([piece.value for piece in pieces]) != scalar.content:
        return [Piece(scalar.text, scalar.start, scalar.end, scalar.content, False)]
    return pieces


def flow_pieces(text: Text, start: int, end: int, style: str) -> Iterator[Piece]:
    """The pieces of a quoted or plain scalar, JSON strings included: runs to the letter, escapes and breaks in their meaning."""
    if style:
        start, end = start + 1, end - 1
    pattern = re.compile(_DOUBLE if style == '"' else _SINGLE if style == "'" else _PLAIN)
    written, at = text.value, start
    run = start
    while at < end:
        found = pattern.match(written, at, end)
        kind = found.lastgroup if found else None
        if found is None or kind == "run":
            at = found.end() if found else at + 1
            continue
        if run < at:
            yield Piece(text, run, at, written[run:at], True)
        behind = found.end()
        meaning, behind = _meaning(found[0], kind, written, behind, end)
        yield Piece(text, at, behind, meaning, False)
        at = run = behind
    if run < end:
        yield Piece(text, run, end, written[run:end], True)


def _meaning(sign: str, kind: str | None, written: str, behind: int, end: int) -> tuple[str, int]:
    """What an escape or line break stands for, and where it ends."""
    if kind == "joined":
        return "", behind
    if kind == "fold":
        breaks = sign.count("\n")
        return " " if breaks == 1 else "\n" * (breaks - 1), behind
    if sign == "''":
        return "'", behind
    code = sign[1]
    if code not in "xuU":
        return _ESCAPES.get(code, code), behind
    point = int(sign[2:], 16)
    if 0xD800 <= point < 0xDC00 and written.startswith("\\u", behind) and behind + 6 <= end:
        low = int(written[behind + 2 : behind + 6], 16)
        if 0xDC00 <= low < 0xE000:
            return chr(0x10000 + ((point - 0xD800) << 10) + (low - 0xDC00)), behind + 6
    return chr(point) if point < 0x110000 else sign, behind


def block_lines(scalar: Scalar, source: str | None = None) -> tuple[int, list[tuple[int, int]]]:
    """The indentation of a block scalar and its lines after the header, as offsets without the line break.

    `source` is the text to measure the indentation in, where that is not the scalar's own.
    """
    written = scalar.text.value if source is None else source
    head = written.find("\n", scalar.start, scalar.end)
    if head < 0:
        return 0, []
    lines: list[tuple[int, int]] = []
    at = head + 1
    while at <= scalar.end:
        stop = written.find("\n", at)
        at, begin = (len(written) if stop < 0 else stop) + 1, at
        stop = at - 1
        lines.append((begin, stop - 1 if stop > begin and written[stop - 1] == "\r" and stop < len(written) else stop))
    indent = min((len(line) - len(line.lstrip(" ")) for line in (written[a:b] for a, b in lines) if line.strip(" ")), default=0)
    header = re.compile(_HEADER).match(written, scalar.start)
    if header and any(c in "123456789" for c in header[0]):
        indent = _declared_indent(scalar, lines, written, indent)
    elif lines:
        first = next((written[a:b] for a, b in lines if written[a:b].strip(" ")), "")
        indent = len(first) - len(first.lstrip(" "))
    return indent, lines


def _declared_indent(scalar: Scalar, lines: list[tuple[int, int]], written: str, most: int) -> int:
    """The indentation under which the lines give the content, where a digit in the header declares it."""
    a, b = next(((a, b) for a, b in lines if written[a:b].strip(" ")), (0, 0))
    for indent in range(most, -1, -1):
        if scalar.content.lstrip("\n").startswith(written[a + indent : b]):
            return indent
    return 0


def _literal_pieces(scalar: Scalar) -> list[Piece]:
    """Each line to the letter, its break with it."""
    text, content = scalar.text, scalar.content
    indent, lines = block_lines(scalar)
    pieces: list[Piece] = []
    done = 0
    for start, stop in lines:
        begin = min(start + indent, stop)
        behind = stop + 1 if text.value.startswith("\n", stop) else stop
        if behind > stop and content.startswith(text.value[begin:behind], done):
            pieces.append(Piece(text, begin, behind, text.value[begin:behind], True))
            done += behind - begin
        elif content.startswith(text.value[begin:stop], done):
            pieces.append(Piece(text, begin, stop, text.value[begin:stop], True))
            done += stop - begin
            if content.startswith("\n", done) and text.value.startswith("\r\n", stop):
                pieces.append(Piece(text, stop, stop + 2, "\n", False))
                done += 1
        else:
            return []
    return [*pieces, *_rest(scalar, lines, done)]


def _folded_pieces(scalar: Scalar) -> list[Piece]:
    """Each line to the letter, and the space or the breaks that its break became."""
    text, content = scalar.text, scalar.content
    indent, lines = block_lines(scalar)
    pieces: list[Piece] = []
    done = 0
    joint = None
    for start, stop in lines:
        begin = min(start + indent, stop)
        line = text.value[begin:stop]
        if not line:
            continue
        lead = _joint(content, done, line)
        if lead is None:
            return []
        if lead:
            pieces.append(Piece(text, begin if joint is None else joint, begin, lead, False))
        pieces.append(Piece(text, begin, stop, line, True))
        done += len(lead) + len(line)
        joint = stop
    return [*pieces, *_rest(scalar, lines, done)]


def _rest(scalar: Scalar, lines: list[tuple[int, int]], done: int) -> list[Piece]:
    """The breaks at the end that a header with `+` keeps."""
    if done >= len(scalar.content):
        return []
    written = scalar.text.value
    last = lines[-1][1] if lines else scalar.end
    end = written.find("\n", last)
    return [Piece(scalar.text, last, len(written) if end < 0 else end + 1, scalar.content[done:], False)]


def _joint(content: str, done: int, line: str) -> str | None:
    """What the breaks before a line became: nothing, a space, or breaks."""
    if content.startswith(line, done):
        return ""
    if content.startswith(" " + line, done):
        return " "
    at = done
    while content.startswith("\n", at):
        at += 1
    return content[done:at] if content.startswith(line, at) else None
