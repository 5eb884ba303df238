"""Workflow commands of GitHub Actions, which become annotations on the changed lines of a pull request."""

from __future__ import annotations

from collections.abc import Callable

from ekslint.finding import LEVELS, Finding, Problem, Report
from ekslint.reporters.escape import escape, shortened
from ekslint.source.files import STANDARD_INPUT
from ekslint.source.text import Place

_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}


def render(report: Report, write: Callable[[str], object], **_: object) -> None:
    """Writes one command per finding and problem, and a line that counts them; suppressed findings are only counted."""
    shown = [finding for finding in report.findings if finding.suppressed is None]
    for finding in shown:
        write(_finding(finding))
    for problem in report.problems:
        write(_problem(problem))
    counts = [f"{level} {sum(f.level == level for f in shown)}" for level in reversed(LEVELS)]
    counts += [
        f"suppressed {len(report.findings) - len(shown)}",
        f"undecided {sum(report.undecided.values())}",
        f"problem {len(report.problems)}",
    ]
    write(f"ekslint: {', '.join(counts)}\n")


def _finding(finding: Finding) -> str:
    lines = [finding.message]
    if finding.remedy:
        lines.append(f"Instead: {finding.remedy}")
    if len(finding.subjects) > 1:
        lines.append(f"For {shortened(finding.subjects)}")
    lines += [f"{related.place}: {related.message}" for related in finding.related]
    if finding.clusters:
        lines.append(f"In {shortened(finding.clusters)}")
    return _command(_COMMANDS[finding.level], finding.place, finding.place.file, f"ekslint {finding.rule}", lines)


def _problem(problem: Problem) -> str:
    return _command("error", problem.place, problem.file, f"ekslint problem {problem.kind}", [problem.message])


def _command(command: str, place: Place | None, file: str, title: str, lines: list[str]) -> str:
    properties = {} if file == STANDARD_INPUT else _properties(place, file)
    properties["title"] = title
    written = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{command} {written}::{'%0A'.join(_data(line) for line in lines)}\n"


def _properties(place: Place | None, file: str) -> dict[str, str]:
    """Where the annotation stands. GitHub takes columns only within one line."""
    if place is None:
        return {"file": file} if file else {}
    properties = {"file": place.file, "line": str(place.line), "endLine": str(place.end_line)}
    if place.line == place.end_line:
        properties |= {"col": str(place.column), "endColumn": str(place.end_column)}
    return properties


def _data(text: str) -> str:
    return escape(text).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
