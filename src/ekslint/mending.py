"""Safe fixes put into files, or shown as a diff."""

from __future__ import annotations

import codecs
import difflib
import os
from collections.abc import Iterator, Sequence

from ekslint.finding import Change, Finding
from ekslint.fixer import apply, safe_changes
from ekslint.source.text import Text

PASSES = 10
"""A fix may bring another one to light; after so many rounds it is enough."""


def mend(findings: Sequence[Finding]) -> tuple[int, list[str]]:
    """Writes the safe fixes of findings into their files; how many changes were made, and in which files."""
    count, written = 0, []
    for name, changes in safe_changes(findings).items():
        found = _read(name)
        if found is None:
            continue
        mark, value = found
        new = apply(Text(value, name), changes)
        if new != value:
            with open(name, "wb") as file:
                file.write(mark + new.encode("utf-8"))
            count += len(set(changes))
            written.append(name)
    return count, written


def diff(findings: Sequence[Finding]) -> Iterator[str]:
    """What `mend` would write, as lines of a unified diff."""
    for name, changes in safe_changes(findings).items():
        found = _read(name)
        if found is not None:
            yield from _diff(name, found[1], changes)


def _diff(name: str, value: str, changes: Sequence[Change]) -> Iterator[str]:
    new = apply(Text(value, name), changes)
    before, after = value.splitlines(keepends=True), new.splitlines(keepends=True)
    for line in difflib.unified_diff(before, after, f"a/{name}", f"b/{name}"):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _read(name: str) -> tuple[bytes, str] | None:
    """The byte order mark and the text of a regular file in UTF-8, None of anything else."""
    if os.path.islink(name) or not os.path.isfile(name):
        return None
    with open(name, "rb") as file:
        raw = file.read()
    mark = codecs.BOM_UTF8 if raw.startswith(codecs.BOM_UTF8) else b""
    try:
        return mark, raw[len(mark) :].decode("utf-8")
    except UnicodeDecodeError:
        return None
