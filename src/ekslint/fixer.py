"""Byte edits that mend findings and keep every comment, quote and line end around them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ekslint.finding import Change, Correction, Finding
from ekslint.source.text import Text
from ekslint.syntax import tree
from ekslint.syntax.resolve import resolve
from ekslint.syntax.tree import Document, Mapping, Node

_SPECIAL = frozenset("!&*?|>%@`\"'#,[]{}:-")
"""Characters with which a plain scalar cannot begin, or is better not to."""


class Fixer:
    """Works out the changes of findings in the files of one run."""

    def __init__(self, texts: dict[str, Text], documents: dict[str, list[Document]]) -> None:
        self._texts = texts
        self._documents = documents

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
        start, end = text.offset(edit.place.line, edit.place.column), text.offset(edit.place.end_line, edit.place.end_column)
        if edit.verb == "remove":
            return self._removal(text, start)
        written = text.value[start:end]
        was = written if edit.verb == "rename" and edit.was.endswith(f".{written}") else edit.was
        new = _quoted(written) if edit.verb == "quote" else _written_as(written, was, edit.text)
        return None if new is None or new == written else Change(edit.place, new)

    def _removal(self, text: Text, start: int) -> Change | None:
        """A whole entry goes: with its lines in block style, with its comma in flow style; an emptied map goes with its key."""
        for document in self._documents.get(text.file, ()):
            path = _path_to(document.root, text, start)
            if path is None:
                continue
            while len(path) > 1 and len(path[-1][0].entries) == 1:
                path.pop()
            mapping, index = path[-1]
            if len(mapping.entries) == 1:
                return None
            if text.value[mapping.start : mapping.start + 1] == "{":
                return _flow_removal(text, mapping, index)
            return _block_removal(text, mapping, index)
        return None


def _path_to(root: Node, text: Text, start: int) -> list[tuple[Mapping, int]] | None:
    """The maps from the root down to the entry whose key begins at an offset, each with the position of the entry."""
    waiting: list[tuple[Node, list[tuple[Mapping, int]]]] = [(root, [])]
    while waiting:
        node, path = waiting.pop()
        if node.text is not text:
            continue
        if isinstance(node, Mapping):
            for index, (key, value) in enumerate(node.entries):
                if key.start == start and key.text is text:
                    return [*path, (node, index)]
                waiting.append((value, [*path, (node, index)]))
        else:
            waiting.extend((item, []) for item in tree.items(node))
    return None


def _block_removal(text: Text, mapping: Mapping, index: int) -> Change | None:
    key, value = mapping.entries[index]
    first = text.value.rfind("\n", 0, key.start) + 1
    if text.value[first : key.start].strip():
        return None
    stop = max(value.end, key.end)
    behind = text.value.find("\n", stop if text.value[stop - 1 : stop] != "\n" else stop - 1)
    last = len(text.value) if behind < 0 else behind + 1
    rest = text.value[stop:last].strip()
    if rest and not rest.startswith("#"):
        return None
    return Change(text.place(first, last), "")


def _flow_removal(text: Text, mapping: Mapping, index: int) -> Change | None:
    key, value = mapping.entries[index]
    if index + 1 < len(mapping.entries):
        return Change(text.place(key.start, mapping.entries[index + 1][0].start), "")
    before = mapping.entries[index - 1][1]
    return Change(text.place(before.end, max(value.end, key.end)), "")


def _quoted(written: str) -> str | None:
    """A plain scalar in quotes; None of anything else."""
    if not written or written[0] in "\"'|>{[&*!" or any(char in written for char in '\n\\"'):
        return None
    return f'"{written}"'


def _written_as(written: str, was: str, new: str) -> str | None:
    """A new value in the style of the old one; None where the old one is not written as one simple scalar."""
    if not written or "\n" in written or "\n" in new:
        return None
    quote = written[0]
    if quote in "\"'":
        if len(written) < 2 or written[-1] != quote or written[1:-1] != was or "\\" in written:
            return None
        inner = new.replace("\\", "\\\\").replace('"', '\\"') if quote == '"' else new.replace("'", "''")
        return f"{quote}{inner}{quote}"
    if written != was:
        return None
    if isinstance(resolve(written), str) and _needs_quotes(new):
        escaped = new.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return new


def _needs_quotes(text: str) -> bool:
    """Whether a string would be something else, or broken, without quotes."""
    if not text or text != text.strip() or text[0] in _SPECIAL or not isinstance(resolve(text), str):
        return True
    return ": " in text or " #" in text or text.endswith(":") or any(char in text for char in "{}[],")


def apply(text: Text, changes: Iterable[Change]) -> str:
    """The text with changes made; of two that overlap only the first is."""
    spans = sorted(
        {(text.offset(c.place.line, c.place.column), text.offset(c.place.end_line, c.place.end_column), c.text) for c in changes}
    )
    parts, at = [], 0
    for start, end, new in spans:
        if start < at:
            continue
        parts += [text.value[at:start], new]
        at = end
    return "".join([*parts, text.value[at:]])


def safe_changes(findings: Sequence[Finding]) -> dict[str, list[Change]]:
    """The changes of all findings that are shown and whose fix is safe, by file."""
    found: dict[str, list[Change]] = {}
    for finding in findings:
        if finding.safe and finding.suppressed is None:
            for change in finding.changes:
                found.setdefault(change.place.file, []).append(change)
    return found
