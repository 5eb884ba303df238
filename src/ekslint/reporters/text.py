"""Findings for a person at a terminal."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable

from ekslint.finding import LEVELS, Finding, Problem, Report
from ekslint.reporters.escape import escape, file_name, shortened
from ekslint.reporters.excerpt import Lines, excerpt
from ekslint.source.text import Place

Paint = Callable[[str, str], str]
"""A style and a text to the text in that style."""

_COLORS = {"error": "1;31", "warning": "1;33", "note": "1;36", "problem": "1;35", "bold": "1", "frame": "2"}


def render(report: Report, write: Callable[[str], object], *, color: bool = False, quiet: bool = False, **_: object) -> None:
    """Writes the findings, file by file, then what could not be read, then a summary, which `quiet` leaves out."""
    paint = _paint if color else _plain
    lines = Lines(report.texts)
    shown = [finding for finding in report.findings if finding.suppressed is None]
    for finding in _by_file(shown):
        write(_finding(finding, lines, paint))
    for problem in report.problems:
        write(_problem(problem, lines, paint))
    if not quiet:
        write("".join(f"{line}\n" for line in _summary(report, shown, paint)))


def _paint(style: str, text: str) -> str:
    return f"\x1b[{_COLORS[style]}m{text}\x1b[0m"


def _plain(_: str, text: str) -> str:
    return text


def _by_file(findings: list[Finding]) -> Iterable[Finding]:
    """All findings of a file together, files in the order in which they come first."""
    files: dict[str, list[Finding]] = {}
    for finding in findings:
        files.setdefault(finding.place.file, []).append(finding)
    return (finding for group in files.values() for finding in group)


def _finding(finding: Finding, lines: Lines, paint: Paint) -> str:
    place = finding.place
    level = paint(finding.level, f"{finding.level}[{escape(finding.rule)}]")
    head = f"{paint('bold', _place(place))}: {level}: {escape(finding.message)}"
    out, margin = [head], " " * len(str(place.line))
    out += _excerpt(lines, place, finding.level, paint)
    hint = f"{margin} {paint('frame', '=')} "
    if finding.remedy:
        out.append(f"{hint}instead: {escape(finding.remedy)}")
    if len(finding.subjects) > 1:
        out.append(f"{hint}for {escape(shortened(finding.subjects))}")
    out += [f"{hint}{_place(related.place)}: {escape(related.message)}" for related in finding.related]
    if finding.clusters:
        out.append(f"{hint}in {escape(shortened(finding.clusters))}")
    return "\n".join(out) + "\n\n"


def _problem(problem: Problem, lines: Lines, paint: Paint) -> str:
    place = problem.place
    where = _place(place) if place else file_name(problem.file)
    head = f"{paint('bold', where)}: " if where else ""
    out = [f"{head}{paint('problem', f'problem[{problem.kind}]')}: {escape(problem.message)}"]
    if place:
        out += _excerpt(lines, place, "problem", paint)
    return "\n".join(out) + "\n\n"


def _place(place: Place) -> str:
    return f"{file_name(place.file)}:{place.line}:{place.column}"


def _excerpt(lines: Lines, place: Place, style: str, paint: Paint) -> list[str]:
    marked = excerpt(lines.of(place.file), place)
    if marked is None:
        return []
    line, carets = marked
    number = str(place.line)
    bar = paint("frame", "|")
    return [f"{paint('frame', number)} {bar} {line}", f"{' ' * len(number)} {bar} {paint(style, carets)}"]


def _summary(report: Report, shown: list[Finding], paint: Paint) -> list[str]:
    where = f"{_count(report.files, 'file')} and {_count(report.subjects, 'subject')}"
    if report.clusters:
        where += f" of {_count(len(report.clusters), 'cluster')}"
    if shown:
        levels = {level: sum(f.level == level for f in shown) for level in reversed(LEVELS)}
        counts = [paint(level, _count(count, level)) for level, count in levels.items() if count]
        files = len({f.place.file for f in shown})
        lines = [f"{_join(counts)} in {_count(files, 'file')}; {where} checked."]
    elif report.subjects:
        nothing = f"Nothing new since {escape(report.since)}" if report.since else "Nothing found"
        lines = [f"{paint('bold', nothing)}; {where} checked."]
    elif not report.files:
        lines = [f"{paint('bold', 'Nothing to check')}: there is no file to read."]
    else:
        lines = [f"{paint('bold', 'Nothing to check')}: none of {_count(report.files, 'file')} holds a subject of EKS networking."]
    if report.problems:
        lines.append(f"{_count(len(report.problems), 'problem')}: what could not be read was not checked.")
    suppressed = len(report.findings) - len(shown)
    if suppressed:
        lines.append(f"{_count(suppressed, 'finding')} suppressed.")
    undecided = sum(report.undecided.values())
    if undecided:
        asked = "".join(f" {shlex.quote(escape(path))}" for path in report.paths if path != "-" and path != ".")
        hint = f"`ekslint why FILE{asked}` shows what is unknown and why"
        lines.append(f"{_count(undecided, 'check')} could not be decided: {hint}.")
    if report.skipped:
        reasons = [f"{why} ({count})" for why, count in sorted(report.skipped.items())]
        lines.append(f"Passed over: {', '.join(reasons)}.")
    if report.partial:
        lines.append("Only a part of a cluster was given: what may be in other files was left open.")
    return lines


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _join(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
