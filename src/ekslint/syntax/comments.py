"""The comments of a text, for suppressions and marks."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from ekslint.source.text import Text
from ekslint.syntax.tree import Document, Scalar, scalars

_START = re.compile(r"(?:(?<=\s)|^)#", re.MULTILINE)


def comments(text: Text, documents: Sequence[Document]) -> Iterator[tuple[int, str]]:
    """Line (from 1) and words, without the `#`, of each comment outside of all scalars. JSON has none.

    `documents` are what was read of the text. Shell programs have none: there a `#` between quotes is taken for a comment too.
    """
    value = text.value
    if documents and all(document.syntax == "json" for document in documents):
        return
    starts, ends = _covered(documents, value)
    behind = 0
    for found in _START.finditer(value):
        at = found.start()
        if at < behind:
            continue
        index = bisect_right(starts, at) - 1
        if index >= 0 and at < ends[index]:
            continue
        end = value.find("\n", at)
        behind = len(value) if end < 0 else end
        yield text.position(at)[0], value[at + 1 : behind].rstrip("\r")


def _covered(documents: Sequence[Document], value: str) -> tuple[list[int], list[int]]:
    """The stretches in which a `#` is content: scalars, of block scalars what is behind the header line."""
    spans = {span for scalar in scalars(documents) if (span := _content(scalar, value)) is not None}
    ordered = sorted(spans)
    return [start for start, _ in ordered], [end for _, end in ordered]


def _content(scalar: Scalar, value: str) -> tuple[int, int] | None:
    start, end = scalar.start, scalar.end
    if scalar.style in ("|", ">") and scalar.style:
        start = value.find("\n", start, end)
        if start < 0:
            return None
    return (start, end) if value.find("#", start, end) >= 0 else None
