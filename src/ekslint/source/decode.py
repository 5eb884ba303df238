"""Bytes to text: UTF-8 with or without a byte order mark, UTF-16 with one."""

from __future__ import annotations

import codecs

from ekslint.source.text import Text

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class UndecodableError(Exception):
    """The bytes are no text in an encoding that is read; the message says where."""


def decode(raw: bytes, name: str) -> Text | None:
    """The text of a file, None where it is binary; raises UndecodableError where it is a broken or foreign encoding."""
    if raw.startswith(_UTF16):
        try:
            value = raw.decode("utf-16")
        except UnicodeDecodeError as error:
            raise UndecodableError(f"not UTF-16 from byte {error.start} on, as its first bytes say") from None
        return None if "\0" in value else Text(value, name)
    if is_binary(raw):
        return None
    if raw.startswith(codecs.BOM_UTF8):
        raw = raw[len(codecs.BOM_UTF8) :]
    try:
        return Text(raw.decode("utf-8"), name)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise UndecodableError(f"not UTF-8: byte 0x{raw[error.start]:02x} in line {line}; save the file as UTF-8") from None


def is_binary(raw: bytes) -> bool:
    """Whether bytes are no text in UTF-8: they hold a NUL."""
    return b"\0" in raw


def is_utf16(raw: bytes) -> bool:
    """Whether bytes begin as UTF-16 does, so that no ASCII word can be looked for in them."""
    return raw.startswith(_UTF16)
