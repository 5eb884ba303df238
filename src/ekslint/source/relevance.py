"""A cheap look at the bytes of a file: can it hold anything that a run asks for?"""

from __future__ import annotations

from collections.abc import Iterable

from ekslint.source.decode import is_utf16


class Relevance:
    """Tokens of which a file that matters holds at least one."""

    __slots__ = ("_tokens", "longest")

    def __init__(self, tokens: Iterable[bytes]) -> None:
        kept = set(tokens)
        self.longest = max(map(len, kept), default=1)
        self._tokens = [token for token in kept if not any(other != token and other in token for other in kept)]

    def matters(self, raw: bytes) -> bool:
        """Whether the bytes hold a token; in UTF-16, which cannot be searched so, they might."""
        return any(token in raw for token in self._tokens) or is_utf16(raw)
