"""JSON (RFC 8259) with every span; one value after the other where a file holds several, as kubectl reads it."""

from __future__ import annotations

import re
from enum import Enum

from ekslint.source.text import Text
from ekslint.syntax.builder import MAX_DEPTH, MAX_DOCUMENTS, MAX_EVENTS, RefusedError, last_of_each
from ekslint.syntax.pieces import WrappedScalar, flow_pieces
from ekslint.syntax.tree import Document, Mapping, Node, Plain, Scalar, Sequence

_TOKEN = re.compile(
    r"[ \t\r\n]*(?:"
    r'(?P<string>"[^"\\\x00-\x1f]*")'
    r'|(?P<escaped>"[^"\\\x00-\x1f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\x00-\x1f]*)*")'
    r"|(?P<mark>[{}\[\],:])"
    r"|(?P<float>-?(?:0|[1-9][0-9]*)(?:\.[0-9]+(?:[eE][-+]?[0-9]+)?|[eE][-+]?[0-9]+)(?![\w.+-]))"
    r"|(?P<integer>-?(?:0|[1-9][0-9]*)(?![\w.+-]))"
    r"|(?P<word>(?:true|false|null)\b)"
    r"|(?P<end>\Z))",
    re.ASCII,
)
_BLANK = re.compile(r"[ \t\r\n]*")
_WORDS: dict[str, Plain] = {"true": True, "false": False, "null": None}
_LONGEST = 400


class _Next(Enum):
    """What may come next, in the words of the message about anything else."""

    TOP = "a value"
    VALUE = "a value "
    FIRST_VALUE = "a value or ]"
    KEY = "a key in double quotes"
    FIRST_KEY = "a key in double quotes or }"
    COLON = "a colon"
    COMMA = "a comma or the closing bracket"


def parse_json(text: Text) -> list[Document]:
    """The documents of a JSON text; raises RefusedError where it is none or goes beyond a limit."""
    written, match = text.value, _TOKEN.match
    documents: list[Document] = []
    stack: list[tuple[int, list[Node], list[Node] | None]] = []
    begin, at = 0, 0
    items: list[Node] = []
    keys: list[Node] | None = None
    state = _Next.TOP
    for _ in range(MAX_EVENTS):
        found = match(written, at)
        kind = found.lastgroup if found else None
        if found is None or kind is None:
            raise _unexpected(written, at, state)
        start, at = found.start(kind), found.end()
        if kind == "mark":
            mark = written[start]
            if mark in "[{" and state in (_Next.TOP, _Next.VALUE, _Next.FIRST_VALUE):
                stack.append((begin, items, keys))
                if len(stack) > MAX_DEPTH:
                    raise RefusedError(f"nested more than {MAX_DEPTH} deep", start, start + 1)
                begin, items = start, []
                keys, state = ([], _Next.FIRST_KEY) if mark == "{" else (None, _Next.FIRST_VALUE)
                continue
            if mark == ":" and state is _Next.COLON:
                state = _Next.VALUE
                continue
            if mark == "," and state is _Next.COMMA:
                state = _Next.VALUE if keys is None else _Next.KEY
                continue
            open_list = mark == "]" and keys is None and state in (_Next.COMMA, _Next.FIRST_VALUE)
            open_map = mark == "}" and keys is not None and state in (_Next.COMMA, _Next.FIRST_KEY)
            if not (stack and (open_list or open_map)):
                raise _unexpected(written, start, state)
            node: Node = Sequence(text, begin, at, items) if keys is None else _mapping(text, begin, at, keys, items)
            begin, items, keys = stack.pop()
        elif kind == "end":
            if stack or not documents:
                raise RefusedError("the file ends inside the value that begins here", begin, min(begin + 1, len(written)))
            return documents
        elif state in (_Next.KEY, _Next.FIRST_KEY) and keys is not None and kind in ("string", "escaped"):
            keys.append(_scalar(text, kind, start, at))
            state = _Next.COLON
            continue
        elif state in (_Next.TOP, _Next.VALUE, _Next.FIRST_VALUE):
            node = _scalar(text, kind, start, at)
        else:
            raise _unexpected(written, start, state)
        if stack:
            items.append(node)
            state = _Next.COMMA
        elif len(documents) < MAX_DOCUMENTS:
            documents.append(Document(node, text, len(documents), False, "json"))
            state = _Next.TOP
        else:
            raise RefusedError(f"more than {MAX_DOCUMENTS} documents", node.start, node.end)
    raise RefusedError(f"more than {MAX_EVENTS} values", at, at)


def _scalar(text: Text, kind: str, start: int, end: int) -> Scalar:
    written = text.value[start:end]
    if kind == "string":
        return Scalar(text, start, end, written[1:-1], written[1:-1], '"')
    if kind == "escaped":
        content = "".join([piece.value for piece in flow_pieces(text, start, end, '"')])
        return WrappedScalar(text, start, end, content, content, '"')
    if kind == "word":
        return Scalar(text, start, end, _WORDS[written], written)
    if kind == "integer" and len(written) <= _LONGEST:
        return Scalar(text, start, end, int(written), written)
    return Scalar(text, start, end, float(written), written)


def _mapping(text: Text, start: int, end: int, keys: list[Node], items: list[Node]) -> Mapping:
    entries = list(zip(keys, items, strict=True))
    repeated = None
    if len({key.content for key in keys if isinstance(key, Scalar)}) != len(keys):
        entries, repeated = last_of_each(entries)
    return Mapping(text, start, end, entries, None, repeated)


def _unexpected(written: str, at: int, state: _Next) -> RefusedError:
    blank = _BLANK.match(written, at)
    start = blank.end() if blank else at
    what = repr(written[start]) if start < len(written) else "the end of the file"
    return RefusedError(f"JSON wants {state.value.strip()} here, not {what}", start, min(start + 1, len(written)))
