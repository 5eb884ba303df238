"""Scripts that annotate nodes with the name of their ENIConfig, as the VPC CNI's first guides did it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ekslint.fact import Subject
from ekslint.source.text import Text

SYNTAX = ("shell", "text")
GIVES = ("node-annotation",)
TOKENS = (b"eniConfig",)

_ANNOTATES = re.compile(r"annotate\s++nodes?\b(?:[^\n\\/a]|a(?!nnotate\s)|\\\n?|/(?!eniConfig\b))*+(?<=[\w.-])/eniConfig\b")


def claims_text(text: Text) -> bool:
    """A file that calls `kubectl annotate node … k8s.amazonaws.com/eniConfig=…`."""
    return _ANNOTATES.search(text.value) is not None


def text_subjects(text: Text) -> Iterator[Subject]:
    """The first such call."""
    found = _ANNOTATES.search(text.value)
    if found is not None:
        yield Subject("node-annotation", "eniConfig", text.place(found.start(), found.end()))
