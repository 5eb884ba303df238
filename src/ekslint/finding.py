"""A finding: which rule, how grave, in which words, where, and beside which other places; and the report of a whole run."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ekslint.source.text import Place

LEVELS = ("note", "warning", "error")
"""From the mildest to the gravest."""


def rank(level: str) -> int:
    """How grave a level is, for comparisons."""
    return LEVELS.index(level)


class Related(NamedTuple):
    """Another place that has a part in a finding, with its own words."""

    place: Place
    message: str


class Correction(NamedTuple):
    """What a rule would have written elsewise: `verb` is set, remove, rename, quote, unquote or add, `was` what is written now.

    `add` puts a new entry into the map whose key stands at the place; `was` is then the entry's own key.
    """

    verb: str
    place: Place
    was: str = ""
    text: str = ""


class Change(NamedTuple):
    """A correction to the letter: what stands at the place becomes `text`."""

    place: Place
    text: str


class Suppressed(NamedTuple):
    """Why a finding is not shown: `by` is comment or config, `reason` what the author wrote."""

    by: str
    reason: str
    place: Place | None = None


class Finding(NamedTuple):
    """What a rule says about one or more subjects at one place.

    `remedy` is the sentence that says what to write instead. `identity` is what stays the same when lines move: the subject and the
    fact path as they are written. `clusters` are named where a shared line fails in some of several.
    """

    rule: str
    level: str
    message: str
    place: Place
    related: tuple[Related, ...] = ()
    subjects: tuple[str, ...] = ()
    remedy: str = ""
    identity: str = ""
    clusters: tuple[str, ...] = ()
    suppressed: Suppressed | None = None
    corrections: tuple[Correction, ...] = ()
    changes: tuple[Change, ...] = ()
    safe: bool = False

    @property
    def fingerprint(self) -> str:
        """A short hash of rule, file and identity."""
        written = f"{self.rule}\0{self.place.file}\0{self.identity}"
        from hashlib import sha256

        return sha256(written.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def fingerprints(findings: Iterable[Finding]) -> list[str]:
    """The fingerprint of each finding, each one once: the second of the same gets `:2` behind it, the third `:3`."""
    seen: dict[str, int] = {}
    result = []
    for finding in findings:
        mark = finding.fingerprint
        count = seen[mark] = seen.get(mark, 0) + 1
        result.append(mark if count == 1 else f"{mark}:{count}")
    return result


class Problem(NamedTuple):
    """Something that could not be read, or a crash of our own: not a finding about the user's settings.

    `kind` is syntax (broken YAML, JSON …), file (unreadable, too large), limit (nesting, aliases) or crash (a fault in ekslint).
    """

    kind: str
    message: str
    place: Place | None
    file: str = ""


class RuleText(NamedTuple):
    """What reporters say of a rule. `security_severity` is a number as text, empty where the rule's file gives none."""

    id: str
    title: str
    level: str
    why: str
    remedy: str
    references: tuple[str, ...]
    family: str
    tags: tuple[str, ...] = ()
    security_severity: str = ""


class Report(NamedTuple):
    """All that one run found out.

    `findings` are in a stable order and include suppressed ones. `undecided` counts, by rule, the checks that met something
    unknown. `skipped` counts the files that hold nothing for ekslint, by reason. `texts` has the text of each file with a
    finding or problem, for excerpts. `paths` are those that the user named, `since` the revision that was compared with.
    """

    findings: tuple[Finding, ...]
    problems: tuple[Problem, ...]
    rules: tuple[RuleText, ...]
    undecided: dict[str, int]
    files: int
    subjects: int
    skipped: dict[str, int]
    clusters: tuple[str, ...]
    partial: bool
    texts: dict[str, str]
    started: str = ""
    paths: tuple[str, ...] = ()
    since: str = ""
