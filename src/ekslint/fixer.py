"""Byte edits that mend findings and keep every comment, quote and line end around them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from ekslint.entries import Entries, needs_quotes, offsets
from ekslint.finding import Change, Correction, Finding
from ekslint.source.text import Text
from ekslint.syntax.resolve import resolve
from ekslint.syntax.tree import Document, Scalar

_HEREDOC = re.compile(r"<<[-~]?[ \t]*(['\"]?)([A-Za-z_]\w*)\1")
_ANCHORED = re.compile(r"&[^\s,\[\]{}]+[ \t]*$")
_TAME = re.compile(r"[\w.:/=@,-]*[\w/=@,-](?: [\w./-]+)*")
"""A text that needs no quotes in a file of any syntax."""
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)|true|false")


class Fixer:
    """Works out the changes of findings in the files of one run."""

    def __init__(self, texts: dict[str, Text], documents: dict[str, list[Document]]) -> None:
        self._texts = texts
        self._documents = documents
        self._entries: dict[str, Entries] = {}
        self._heredocs: dict[str, list[tuple[int, int]]] = {}

    def resolved(self, finding: Finding) -> Finding:
        """The finding with its corrections as changes of characters; without any where one of them cannot be made to the letter."""
        changes: list[Change] = []
        for edit in finding.corrections:
            found = self._change(edit)
            if found is None:
                return finding._replace(changes=(), safe=False)
            changes.append(found)
        return finding._replace(changes=tuple(dict.fromkeys(changes)))

    def _change(self, edit: Correction) -> Change | None:
        text = self._texts.get(edit.place.file)
        if text is None:
            return None
        start, end = offsets(text, edit.place)
        entries = self._entries.get(text.file)
        if entries is None:
            entries = self._entries[text.file] = Entries(text, self._documents.get(text.file, ()))
            self._heredocs[text.file] = heredocs(text.value)
        if any(first <= start < last for first, last in self._heredocs[text.file]):
            return None
        if edit.verb == "remove":
            return entries.removal(edit.place)
        if edit.verb == "add":
            return entries.addition(edit.place, edit.was, edit.text)
        if edit.verb == "rename" and entries.has_beside(edit.place, edit.text):
            return None
        written = text.value[start:end]
        scalar = entries.scalar(start, end)
        if scalar is None:
            new = _in_text(edit, written, text.value[:start].rstrip(" \t")[-1:])
        elif scalar.tag is not None or _ANCHORED.search(text.value, max(0, start - 100), start):
            new = None
        else:
            new = _of_scalar(edit, written, scalar)
        return None if new is None or new == written else Change(edit.place, new)


def heredocs(value: str) -> list[tuple[int, int]]:
    """The bodies of the heredocs in a text (of a shell, of HCL): what is written there is a text inside another one."""
    found: list[tuple[int, int]] = []
    at = 0
    while (opening := _HEREDOC.search(value, at)) is not None:
        body = value.find("\n", opening.end()) + 1
        closing = re.compile(rf"^[ \t]*{opening[2]}[ \t]*\r?$", re.MULTILINE).search(value, body) if body else None
        at = opening.end()
        if closing is not None:
            found.append((body, closing.start()))
            at = closing.end()
    return found


def _of_scalar(edit: Correction, written: str, scalar: Scalar) -> str | None:
    """What takes the place of a whole scalar, in the style that it has."""
    if edit.verb == "quote":
        return _quoted(written)
    if edit.verb == "unquote":
        return scalar.content if scalar.style in ('"', "'") and _NUMBER.fullmatch(scalar.content) else None
    was = scalar.content if edit.verb == "rename" and edit.was.endswith(f".{scalar.content}") else edit.was
    if scalar.content != was and not (was in ("true", "false") and scalar.content.lower() == was):
        return None
    new = edit.text
    if "\n" in new:
        return _in_block(written, new) if scalar.style == "|" else None
    if scalar.style in ("|", ">") or "\n" in written.strip():
        if "#" in written.split("\n", 1)[0]:
            return None
        return _in_double_quotes(new) + written[len(written.rstrip()) :]
    if scalar.style == "'":
        inner = new.replace("'", "''")
        return f"'{inner}'"
    if scalar.style == '"' or (isinstance(scalar.value, str) and needs_quotes(new)):
        return _in_double_quotes(new)
    return new


def _in_block(written: str, new: str) -> str | None:
    """Lines in the place of those of a literal block scalar; None where they are more or fewer."""
    header, *old = written.rstrip().split("\n")
    lines = new.rstrip("\n").split("\n")
    if len(lines) != len(old) or any("{{" in line for line in old):
        return None
    indent = min(len(line) - len(line.lstrip(" ")) for line in old if line.strip())
    end = "\r" if header.endswith("\r") else ""
    kept = [" " * indent + line + end if line.strip() else was for line, was in zip(lines, old, strict=True)]
    body = "\n".join([header, *kept])
    return (body.removesuffix("\r") if end else body) + written[len(written.rstrip()) :]


def _in_text(edit: Correction, written: str, before: str) -> str | None:
    """What takes the place of a stretch that is no scalar of YAML or JSON: of HCL or TOML, of a command, of a longer scalar.

    `before` is the character before it: a value of HCL stands behind `=` and may get quotes; JSON in another text may lose them.
    """
    if edit.verb in ("quote", "unquote"):
        if before not in ("=", ":") or not _NUMBER.fullmatch(written.strip('"')):
            return None
        return written.strip('"') if edit.verb == "unquote" else _quoted(written) if before == "=" else None
    was = written if edit.verb == "rename" and edit.was.endswith(f".{written}") else edit.was
    if not _TAME.fullmatch(edit.text) or (" " in edit.text and (written != was or before in ("'", '"'))):
        return None
    if written == was:
        return edit.text if before != "=" or not isinstance(resolve(written), str) or isinstance(resolve(edit.text), str) else None
    for quote in ('"', "'"):
        if written == f"{quote}{was}{quote}":
            return f"{quote}{edit.text}{quote}"
    return None


def _in_double_quotes(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _quoted(written: str) -> str | None:
    """A plain scalar in quotes; None of anything else."""
    if not written or written[0] in "\"'|>{[&*!" or any(char in written for char in '\n\\"'):
        return None
    return f'"{written}"'


def apply(text: Text, changes: Iterable[Change]) -> str:
    """The text with changes made; of two that overlap only the first is."""
    spans = sorted({(*offsets(text, change.place), change.text) for change in changes})
    parts, at = [], 0
    for start, end, new in spans:
        if start < at:
            continue
        parts += [text.value[at:start], new]
        at = end
    return "".join([*parts, text.value[at:]])


def safe_changes(findings: Sequence[Finding]) -> dict[str, list[Change]]:
    """The changes of all findings that are shown and whose fix is safe, by file.

    A finding's changes are made all or not at all: one that would change what another changes waits for the next run.
    """
    found: dict[str, list[Change]] = {}
    for finding in findings:
        wanted = finding.safe and finding.suppressed is None
        if wanted and not any(_meet(one, found.get(one.place.file, ())) for one in finding.changes):
            for change in finding.changes:
                found.setdefault(change.place.file, []).append(change)
    return found


def _meet(change: Change, others: Iterable[Change]) -> bool:
    """Whether a change touches characters that another one, which is not the same, changes."""
    start, end = change.place[1:3], change.place[3:5]
    return any(other != change and start < other.place[3:5] and other.place[1:3] < end for other in others)
