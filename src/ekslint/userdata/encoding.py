"""Base64 and gzip around user data: peeled off with limits, places kept.

EC2 takes user data as base64; nodeadm undoes one more base64 layer and gzip on the whole document and on each of its own
parts (nodeadm/internal/configprovider/encoding.go), cloud-init undoes gzip. Where a decoded character was written: each
decoded line has the place of the stretch of base64 characters that encodes it, all of a gzipped text that of its whole base64.
"""

from __future__ import annotations

import binascii
import re
import zlib
from itertools import pairwise
from typing import NamedTuple

from ekslint.source.text import Derived, Piece, Text

LIMIT = 1 << 20
"""Bytes that a layer may have before or after decoding: EC2 takes 16 KiB, so nothing real comes near."""

LAYERS = 4
"""Layers that are peeled off at most."""

_BASE64 = re.compile(r"[A-Za-z0-9+/]*={0,2}")
_LEAST = 24
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ufffd]")


class Peeled(NamedTuple):
    """What is inside: `layers` from the outside in (`base64`, `gzip`), and why one could not be undone.

    `size` is the length in bytes of what EC2 counts: behind the first base64 layer, else as it is written.
    """

    text: Text
    layers: tuple[str, ...]
    size: int
    problem: str | None


def peel(text: Text, encoded: bool | None = None) -> Peeled:
    """Undoes base64 and gzip as often as they are there.

    `encoded`: True where the carrier takes base64 (any base64 is then believed), False or None where only what decodes to
    readable text or gzip is. Never raises: what cannot be undone stays as it is, with the problem in words.
    """
    layers: list[str] = []
    size: int | None = None
    problem = None
    while len(layers) < LAYERS:
        decoded = _base64(text, trusted=bool(encoded) and not layers)
        if decoded is None:
            break
        data, spans = decoded
        layers.append("base64")
        if size is None:
            size = len(data)
        if data[:2] == b"\x1f\x8b":
            unpacked, problem = _gunzip(data)
            whole = spans[0][0], spans[-1][1]
            if problem is not None:
                text = Derived([Piece(text, *whole, "", False)])
                break
            layers.append("gzip")
            text = Derived([Piece(text, *whole, unpacked.decode("utf-8", "replace"), False)])
        else:
            text = _lines(text, data, spans)
    if size is None:
        size = len(text.value.encode("utf-8", "replace"))
    return Peeled(text, tuple(layers), size, problem)


def quoted_printable(text: Text) -> Text:
    """A quoted-printable body decoded line by line."""
    pieces, at = [], 0
    for line in text.value.splitlines(keepends=True):
        value = binascii.a2b_qp(line.encode("utf-8", "replace")).decode("utf-8", "replace")
        pieces.append(Piece(text, at, at + len(line), value, value == line))
        at += len(line)
    return Derived(pieces) if pieces else text


def without_returns(text: Text) -> Text:
    """The text with `\\r\\n` as `\\n`, places kept; itself where it has none."""
    if "\r\n" not in text.value:
        return text
    pieces, at = [], 0
    for line in text.value.split("\r\n"):
        end = at + len(line)
        pieces.append(Piece(text, at, end, line, True))
        if end < len(text.value):
            pieces.append(Piece(text, end + 1, end + 2, "\n", True))
        at = end + 2
    return Derived(pieces)


def _base64(text: Text, trusted: bool) -> tuple[bytes, list[tuple[int, int]]] | None:
    """The bytes, and per written line the offsets of its base64 characters; None where the text is no base64."""
    value = text.value
    if len(value) > 2 * LIMIT:
        return None
    spans: list[tuple[int, int]] = []
    total = 0
    for match in re.finditer(r"\S+", value):
        if _BASE64.fullmatch(match.group()) is None:
            return None
        spans.append(match.span())
        total += len(match.group())
    if not spans or total % 4:
        return None
    if not trusted and (total < _LEAST or _one_word_of_letters(value, spans)):
        return None
    try:
        data = binascii.a2b_base64("".join(value[a:b] for a, b in spans), strict_mode=True)
    except (binascii.Error, ValueError):
        return None
    if not data or (not trusted and data[:2] != b"\x1f\x8b" and not _readable(data)):
        return None
    return data, spans


def _one_word_of_letters(value: str, spans: list[tuple[int, int]]) -> bool:
    """Words of prose that happen to be base64 letters: several short ones on a line."""
    return len(spans) > 1 and any("\n" not in value[a[1] : b[0]] for a, b in pairwise(spans))


def _readable(data: bytes) -> bool:
    head = data[:2048].decode("utf-8", "replace")
    return len(_CONTROL.findall(head)) * 50 <= len(head)


def _gunzip(data: bytes) -> tuple[bytes, str | None]:
    """The unpacked bytes (all members), or the reason why not."""
    out = b""
    while data[:2] == b"\x1f\x8b":
        stream = zlib.decompressobj(31)
        try:
            out += stream.decompress(data, LIMIT + 1 - len(out))
        except zlib.error:
            return b"", "the gzip data is damaged"
        if len(out) > LIMIT:
            return b"", f"the gzip data unpacks to more than {LIMIT} bytes"
        if not stream.eof:
            return b"", "the gzip data is cut off"
        data = stream.unused_data
    return out, None


def _lines(text: Text, data: bytes, spans: list[tuple[int, int]]) -> Text:
    """Each decoded line as a piece that stands for the base64 characters which encode it."""
    starts, total = [], 0
    for start, end in spans:
        starts.append((total, start))
        total += end - start
    pieces, at, index = [], 0, 0
    for line in data.splitlines(keepends=True) if b"\n" in data else [data]:
        first, last = at // 3 * 4, (at + len(line) + 2) // 3 * 4
        while index + 1 < len(starts) and starts[index + 1][0] <= first:
            index += 1
        behind = index
        while behind + 1 < len(starts) and starts[behind + 1][0] < last:
            behind += 1
        begin = starts[index][1] + first - starts[index][0]
        finish = min(starts[behind][1] + last - starts[behind][0], spans[behind][1])
        pieces.append(Piece(text, begin, finish, line.decode("utf-8", "replace"), False))
        at += len(line)
    return Derived(pieces)
