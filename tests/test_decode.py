"""Bytes to text."""

from __future__ import annotations

import pytest

from ekslint.source.decode import UndecodableError, decode


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_texts_come_without_their_byte_order_mark(encoding: str) -> None:
    text = decode("é: 😀\r\n".encode(encoding), "a.yaml")
    assert text is not None
    assert (text.value, text.file) == ("é: 😀\r\n", "a.yaml")


def test_utf_16_of_the_other_order_is_read() -> None:
    text = decode(b"\xfe\xff" + "a: é".encode("utf-16-be"), "a")
    assert text is not None
    assert text.value == "a: é"


@pytest.mark.parametrize("raw", [b"a\0b", b"\x7fELF\0\0", "a\0b".encode("utf-16")])
def test_binary_files_are_no_texts(raw: bytes) -> None:
    assert decode(raw, "a") is None


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"a: 1\nb: \xe9\n", "0xe9 in line 2"),
        (b"\xff\xfea", "not UTF-16"),
        (b"\xff\xfe\x00\xd8a\x00", "not UTF-16 from byte 2"),
    ],
)
def test_a_broken_encoding_says_where(raw: bytes, words: str) -> None:
    with pytest.raises(UndecodableError, match=words):
        decode(raw, "a")
