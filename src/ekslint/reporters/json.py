"""The whole report as one JSON object; docs/output.md says what each member means."""

from __future__ import annotations

from collections.abc import Callable
from json import dumps

from ekslint import __version__
from ekslint.finding import LEVELS, Finding, Problem, Report, Suppressed, fingerprints
from ekslint.reporters.escape import whole
from ekslint.source.text import Place

SHAPE = 1
"""Grows when a member goes or changes its meaning, not when one is added."""


def render(report: Report, write: Callable[[str], object], **_: object) -> None:
    """Writes the report, suppressed findings too, in plain ASCII: what acts on a terminal stands escaped."""
    write(ascii_json(_report(report)))


def ascii_json(value: object) -> str:
    """JSON, indented, every character outside printable ASCII escaped, with a line end."""
    return dumps(value, indent=2).replace("\x7f", "\\u007f") + "\n"


def _report(report: Report) -> dict[str, object]:
    shown = [finding for finding in report.findings if finding.suppressed is None]
    return {
        "shape": SHAPE,
        "ekslint": __version__,
        "summary": {
            **{level: sum(f.level == level for f in shown) for level in reversed(LEVELS)},
            "suppressed": len(report.findings) - len(shown),
            "undecided": sum(report.undecided.values()),
            "problems": len(report.problems),
            "files": report.files,
            "subjects": report.subjects,
            "clusters": [whole(name) for name in report.clusters],
            "partial": report.partial,
        },
        "findings": [_finding(f, mark) for f, mark in zip(report.findings, fingerprints(report.findings), strict=True)],
        "problems": [_problem(problem) for problem in report.problems],
        "undecided": dict(sorted(report.undecided.items())),
        "skipped": dict(sorted(report.skipped.items())),
    }


def _finding(finding: Finding, fingerprint: str) -> dict[str, object]:
    return {
        "rule": finding.rule,
        "level": finding.level,
        "message": whole(finding.message),
        "remedy": whole(finding.remedy),
        "place": _place(finding.place),
        "related": [{"message": whole(related.message), "place": _place(related.place)} for related in finding.related],
        "subjects": [whole(name) for name in finding.subjects],
        "clusters": [whole(name) for name in finding.clusters],
        "fingerprint": fingerprint,
        "suppressed": _suppressed(finding.suppressed),
    }


def _suppressed(suppressed: Suppressed | None) -> dict[str, object] | None:
    if suppressed is None:
        return None
    return {"by": suppressed.by, "reason": whole(suppressed.reason), "place": _place(suppressed.place)}


def _problem(problem: Problem) -> dict[str, object]:
    file = problem.place.file if problem.place else problem.file
    return {"kind": problem.kind, "message": whole(problem.message), "file": whole(file), "place": _place(problem.place)}


def _place(place: Place | None) -> dict[str, object] | None:
    if place is None:
        return None
    return {**place._asdict(), "file": whole(place.file)}
