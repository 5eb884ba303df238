"""A cheap look at the bytes of a file: can it hold anything that a run asks for?"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ekslint.source.decode import is_utf16


class Relevance:
    """Tokens of which a file that matters holds at least one."""

    __slots__ = ("_pattern", "longest")

    def __init__(self, tokens: Iterable[bytes]) -> None:
        kept = sorted(set(tokens))
        self.longest = max(map(len, kept), default=1)
        self._pattern = re.compile(b"|".join(map(re.escape, kept)) if kept else b"(?!)")

    def matters(self, raw: bytes) -> bool:
        """Whether the bytes hold a token; in UTF-16, which cannot be searched so, they might."""
        return self._pattern.search(raw) is not None or is_utf16(raw)
