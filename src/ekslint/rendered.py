"""Output of `helm template`: which template of which chart a finding's document comes from, by the comments that Helm writes.

A finding keeps its place in the output, whose lines it was found in; the comment above it, which names the template, stands
beside it as a related place.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping

from ekslint.finding import Finding, Related
from ekslint.source.text import Place

_SOURCE = re.compile(r"^# Source: (\S+)[ \t]*\r?$", re.MULTILINE)
_SEPARATOR = re.compile(r"^---(?=\s|\Z)", re.MULTILINE)


class _Sources:
    """The comments of a text, each for the document below it."""

    def __init__(self, text: str) -> None:
        self.lines: list[int] = []
        self.found: list[tuple[str, int] | None] = []
        line, done = 1, 0
        marks = [(m.start(), m[1], m.end() - m.start()) for m in _SOURCE.finditer(text)]
        marks += [(m.start(), "", 0) for m in _SEPARATOR.finditer(text)]
        for start, name, length in sorted(marks):
            line, done = line + text.count("\n", done, start), start
            self.lines.append(line)
            self.found.append((name, length) if name else None)

    def related(self, place: Place) -> Related | None:
        """The comment that the document at a place stands under."""
        at = bisect_right(self.lines, place.line) - 1
        found = self.found[at] if at >= 0 else None
        if found is None:
            return None
        name, length = found
        return Related(Place(place.file, self.lines[at], 1, self.lines[at], length + 1), f"rendered from {name}")


def with_sources(findings: tuple[Finding, ...], texts: Mapping[str, str]) -> tuple[Finding, ...]:
    """The findings, those in the output of `helm template` with the template that they come from."""
    sources = {name: _Sources(text) for name, text in texts.items() if "# Source: " in text}
    return tuple(_with(finding, sources.get(finding.place.file)) for finding in findings)


def _with(finding: Finding, sources: _Sources | None) -> Finding:
    related = sources.related(finding.place) if sources is not None else None
    return finding._replace(related=(*finding.related, related)) if related is not None else finding
