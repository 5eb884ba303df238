"""Findings that somebody decided to live with, by a comment or in the config, and suppressions that suppress nothing."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

from ekslint.data.nearest import nearest_name
from ekslint.finding import Finding, RuleText, Suppressed
from ekslint.source.globs import Globs
from ekslint.source.text import Place, Text

UNUSED = RuleText(
    id="unused-suppression",
    title="A suppression that suppresses nothing",
    level="note",
    why="A suppression that is no longer needed, has expired or names no rule hides the next mistake, or lets its author believe "
    "that something is suppressed.",
    remedy="Remove the suppression, or correct the rule that it names.",
    references=(),
    family="",
)
"""The rule that ekslint itself judges; it has no file."""

MARK = "ekslint:"
"""What every file holds that has a suppression in it."""

_COMMENT = re.compile(r"(?:^|#|//|/\*)\s*ekslint:\s*(.*)", re.DOTALL)
_IGNORE = re.compile(r"ignore\s*\[([^\]]*)\](.*)", re.DOTALL)
_NO_CONTENT = re.compile(r"\s*(?:$|#|//|---(?:\s|$)|\.\.\.(?:\s|$)|%)")
_MARKER = re.compile(r"---\s*$")


class Ignore(NamedTuple):
    """An entry under `ignore:` in the config. `rule` is an id, a family or a glob; `paths` are all files where they are empty."""

    rule: str
    place: Place
    paths: Globs
    reason: str = ""
    until: str = ""
    expired: bool = False


class _Mark:
    """One rule named in one comment, and the lines where it holds."""

    __slots__ = ("first", "last", "place", "reason", "rule", "used")

    def __init__(self, rule: str, place: Place, reason: str, lines: tuple[int, int]) -> None:
        self.rule = rule
        self.place = place
        self.reason = reason
        self.first, self.last = lines
        self.used = False


def covers_rule(pattern: str, rule: str, family: str) -> bool:
    """Whether an id, a family or a glob over `family/id` (or the id alone) takes a rule."""
    if pattern in (rule, family):
        return True
    return any(char in pattern for char in "*?[") and (fnmatchcase(rule, pattern) or fnmatchcase(f"{family}/{rule}", pattern))


def unknown_rule(pattern: str, rules: Mapping[str, str]) -> str | None:
    """Says that nothing is taken by a pattern and what may have been meant; None where it takes a rule. `rules`: family by id."""
    if any(covers_rule(pattern, rule, family) for rule, family in rules.items()):
        return None
    names = [*rules, *filter(None, dict.fromkeys(rules.values()))]
    nearest = nearest_name(pattern.rsplit("/", 1)[-1], names)
    return f'There is no rule "{pattern}"' + (f'; did you mean "{nearest}"?' if nearest else "")


class Suppressions:
    """All suppressions of one run. `rules` gives the family of every rule that exists."""

    __slots__ = ("_ignores", "_malformed", "_marks", "_rules", "_used")

    def __init__(self, rules: Mapping[str, str], ignores: Iterable[Ignore] = ()) -> None:
        self._rules = {**rules, UNUSED.id: UNUSED.family}
        self._ignores = tuple(ignores)
        self._used: set[int] = set()
        self._marks: dict[str, list[_Mark]] = {}
        self._malformed: list[tuple[Place, str]] = []

    def read(self, text: Text, comments: Iterable[tuple[int, str]], documents: Iterable[tuple[int, int]]) -> None:
        """Takes the suppressions of one file from its comments (line and text of each).

        `documents`: the first and last line of each document's content. A comment beside something holds for that line, one on a
        line of its own for the next line with content, and where that line begins a document for the whole document; so does
        one on the `---` line.
        """
        lines: list[str] | None = None
        starts: list[int] = []
        for number, comment in comments:
            found = _COMMENT.search(comment)
            if found is None:
                continue
            if lines is None:
                lines = text.value.split("\n")
                starts = sorted(first for first, _ in documents)
            line = lines[number - 1]
            start = max(0, line.rfind(comment.split("\n", 1)[0]))
            before = line[:start].removesuffix("#")
            self._take(Place(text.file, number, start + 1, number, start + 1), found, _reach(lines, number, before, starts))

    def _take(self, at: Place, found: re.Match[str], reach: tuple[int, int]) -> None:
        written = _IGNORE.match(found[1])
        names = [name for name in written[1].split(",") if name.strip()] if written else []
        if written is None or not names:
            self._malformed.append((_inside(at, found.start(1), found.end(1)), found[1].strip()))
            return
        reason = written[2].removesuffix("*/").strip(" \t\r\n-–—:")
        offset = found.start(1) + written.start(1)
        for name in written[1].split(","):
            rule = name.strip()
            if rule:
                start = offset + len(name) - len(name.lstrip())
                mark = _Mark(rule, _inside(at, start, start + len(rule)), reason, reach)
                self._marks.setdefault(at.file, []).append(mark)
            offset += len(name) + 1

    def apply(self, findings: Iterable[Finding], homes: Sequence[Place | None] = ()) -> list[Finding]:
        """The findings, in their order, suppressed ones marked as such.

        `homes`, where given, is for each finding the place of the subject that was judged: a suppression there holds too, when
        the finding itself points to a line that many subjects share.
        """
        result = []
        for number, finding in enumerate(findings):
            places = [finding.place]
            home = homes[number] if homes else None
            if home is not None:
                places.append(home)
            suppressed = finding.suppressed or self._by_comment(finding.rule, places) or self._by_config(finding.rule, places)
            result.append(finding._replace(suppressed=suppressed) if suppressed else finding)
        return result

    def _by_comment(self, rule: str, places: list[Place]) -> Suppressed | None:
        found = None
        for place in places:
            for mark in self._marks.get(place.file, ()):
                if mark.rule == rule and mark.first <= place.line <= mark.last:
                    mark.used = True
                    found = found or Suppressed("comment", mark.reason, mark.place)
        return found

    def _by_config(self, rule: str, places: list[Place]) -> Suppressed | None:
        found = None
        for number, ignore in enumerate(self._ignores):
            if ignore.expired or not covers_rule(ignore.rule, rule, self._rules.get(rule, "")):
                continue
            if not ignore.paths or any(ignore.paths.match(place.file) for place in places):
                self._used.add(number)
                found = found or Suppressed("config", ignore.reason, ignore.place)
        return found

    def unused(self, judged: Collection[str]) -> list[Finding]:
        """A note, by the rule UNUSED, for each suppression that suppressed nothing, has expired, or names no rule.

        `judged`: the rules that were judged over the whole set with nothing left undecided. Of another rule it cannot be known
        whether its suppression is needed, so only unknown names and expired entries are reported then.
        """
        notes = [_note(place, f'"{written}" suppresses nothing: it names no rule', written) for place, written in self._malformed]
        for marks in self._marks.values():
            notes += [note for mark in marks if (note := self._unused_mark(mark, judged))]
        notes += [note for number, ignore in enumerate(self._ignores) if (note := self._unused_ignore(number, ignore, judged))]
        return self.apply(notes)

    def _unused_mark(self, mark: _Mark, judged: Collection[str]) -> Finding | None:
        unknown = None if mark.rule in self._rules else unknown_rule(mark.rule, self._rules) or f'"{mark.rule}" is no rule'
        if unknown:
            return _note(mark.place, unknown, mark.rule)
        if mark.used or mark.rule not in judged:
            return None
        return _note(mark.place, f"{mark.rule} finds nothing here that this comment could suppress", mark.rule)

    def _unused_ignore(self, number: int, ignore: Ignore, judged: Collection[str]) -> Finding | None:
        if ignore.expired:
            message = f"Ignoring {ignore.rule} ended with {ignore.until}: its findings are reported again"
            return _note(ignore.place, message, ignore.rule)
        rules = [rule for rule, family in self._rules.items() if covers_rule(ignore.rule, rule, family)]
        if number in self._used or not all(rule in judged for rule in rules):
            return None
        where = " in these paths" if ignore.paths else ""
        return _note(ignore.place, f"{ignore.rule} finds nothing{where} that could be ignored", ignore.rule)


def _note(place: Place, message: str, rule: str) -> Finding:
    return Finding(UNUSED.id, UNUSED.level, message, place, remedy=UNUSED.remedy, identity=f"ignore[{rule}]")


def _inside(at: Place, start: int, end: int) -> Place:
    """The characters from `start` up to `end` of a comment that begins at a place."""
    return Place(at.file, at.line, at.column + start, at.line, at.column + end)


def _reach(lines: list[str], number: int, before: str, starts: list[int]) -> tuple[int, int]:
    """First and last line for which a comment holds that stands in this line behind `before`."""
    if before.strip() and not _MARKER.match(before):
        return number, number
    following = (at for at in range(number + 1, len(lines) + 1) if not _NO_CONTENT.match(lines[at - 1]))
    line = next(following, number)
    if line not in starts:
        return line, line
    return line, next((start - 1 for start in starts if start > line), len(lines))
