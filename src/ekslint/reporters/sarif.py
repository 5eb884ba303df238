"""SARIF 2.1.0 as GitHub code scanning takes it."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from urllib.parse import quote

from ekslint import __version__
from ekslint.finding import Finding, Problem, Related, Report, RuleText, Suppressed, fingerprints, rank
from ekslint.project import ADDRESS, NAME, rule_page
from ekslint.reporters.escape import escape, shortened, whole
from ekslint.reporters.excerpt import Lines
from ekslint.reporters.json import ascii_json
from ekslint.source.files import STANDARD_INPUT
from ekslint.source.text import Place

MAX_RESULTS = 25_000
"""Results that GitHub takes in one run (its page on SARIF support for code scanning)."""

MAX_RELATED = 1_000
"""Locations that GitHub takes in one result."""

MAX_TAGS = 10
"""Tags of a rule that GitHub shows."""

MAX_MESSAGE = 4_000
MAX_DESCRIPTION = 1_024
MAX_SNIPPET = 4_000

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
ROOT = "%SRCROOT%"

_SEVERITY = {"error": "error", "warning": "warning", "note": "recommendation"}
_SECURITY_SEVERITY = {"error": "8.0", "warning": "6.0", "note": "3.0"}
_SUPPRESSION = {"comment": "inSource", "config": "external"}

Object = dict[str, object]


def render(report: Report, write: Callable[[str], object], **_: object) -> None:
    """Writes one run: every rule, every finding, suppressed ones marked as such, and a notification for each problem."""
    write(ascii_json({"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(report)]}))


def _run(report: Report) -> Object:
    rules = _rules(report)
    index = {rule.id: number for number, rule in enumerate(rules)}
    lines = Lines(report.texts)
    marked = list(zip(report.findings, fingerprints(report.findings), strict=True))
    kept = _gravest(marked)
    cut = [_cut_results(len(marked))] if len(kept) < len(marked) else []
    cut += [_cut_related(finding) for finding, _ in kept if len(finding.related) > MAX_RELATED]
    return {
        "tool": {
            "driver": {
                "name": NAME,
                "semanticVersion": __version__,
                "informationUri": ADDRESS,
                "rules": [_rule(rule) for rule in rules],
            }
        },
        "invocations": [_invocation(report, cut)],
        "originalUriBaseIds": {ROOT: {"description": {"text": "The folder in which ekslint was started."}}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, mark, index[finding.rule], lines) for finding, mark in kept],
    }


def _rules(report: Report) -> list[RuleText]:
    known = {rule.id: rule for rule in report.rules}
    for finding in report.findings:
        known.setdefault(finding.rule, RuleText(finding.rule, finding.rule, finding.level, finding.rule, "", (), ""))
    return list(known.values())


def _gravest(marked: list[tuple[Finding, str]]) -> list[tuple[Finding, str]]:
    """As many as GitHub takes, in their order: what is not suppressed before what is, the grave before the mild."""
    if len(marked) <= MAX_RESULTS:
        return marked
    numbers = sorted(range(len(marked)), key=lambda n: (marked[n][0].suppressed is not None, -rank(marked[n][0].level), n))
    return [marked[n] for n in sorted(numbers[:MAX_RESULTS])]


def _rule(rule: RuleText) -> Object:
    properties: Object = {
        "tags": list(dict.fromkeys(filter(None, ("eks", "networking", rule.family, *rule.tags))))[:MAX_TAGS],
        "precision": "high",
        "problem.severity": _SEVERITY[rule.level],
    }
    if rule.security_severity or "security" in rule.tags:
        properties["security-severity"] = rule.security_severity or _SECURITY_SEVERITY[rule.level]
    return {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in re.split(r"[^A-Za-z0-9]+", rule.id)),
        "shortDescription": {"text": _sentence(_short(rule.title, MAX_DESCRIPTION - 1))},
        "fullDescription": {"text": _sentence(_short(rule.why, MAX_DESCRIPTION - 1))},
        "help": {"text": _help(rule), "markdown": _help_markdown(rule)},
        "helpUri": rule_page(rule.id, rule.family),
        "defaultConfiguration": {"level": rule.level},
        "properties": properties,
    }


def _help(rule: RuleText) -> str:
    parts = [rule.why.strip(), f"Instead: {rule.remedy.strip()}" if rule.remedy else "", "\n".join(rule.references)]
    return "\n\n".join(filter(None, parts))


def _help_markdown(rule: RuleText) -> str:
    parts = [f"# {rule.title.strip().rstrip('.')}", rule.why.strip()]
    if rule.remedy:
        parts.append(f"**Instead:** {rule.remedy.strip()}")
    if rule.references:
        parts.append("\n".join(f"* <{reference}>" for reference in rule.references))
    return "\n\n".join(parts)


def _result(finding: Finding, mark: str, index: int, lines: Lines) -> Object:
    related = finding.related[:MAX_RELATED]
    result: Object = {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": finding.level,
        "message": {"text": _message(finding, related)},
        "locations": [{"physicalLocation": _physical(finding.place, lines)}],
        "partialFingerprints": {"ekslint/v1": mark},
    }
    if related:
        result["relatedLocations"] = [
            {"id": number, "physicalLocation": _physical(r.place, lines), "message": {"text": _text(r.message)}}
            for number, r in enumerate(related, 1)
        ]
    if finding.changes:
        result["fixes"] = [_fix(finding)]
    if finding.suppressed:
        result["suppressions"] = [_suppression(finding.suppressed, lines)]
    names = {"subjects": finding.subjects, "clusters": finding.clusters}
    properties = {key: [whole(name) for name in value] for key, value in names.items() if value}
    if properties:
        result["properties"] = properties
    return result


def _fix(finding: Finding) -> Object:
    """The changes of a finding, file by file."""
    files: dict[str, list[Object]] = {}
    for change in finding.changes:
        region = {
            "startLine": change.place.line,
            "startColumn": change.place.column,
            "endLine": change.place.end_line,
            "endColumn": change.place.end_column,
        }
        inserted = {"insertedContent": {"text": change.text}} if change.text else {}
        files.setdefault(change.place.file, []).append({"deletedRegion": region, **inserted})
    words = "Cannot change what was meant" if finding.safe else "A proposal: read it before you take it"
    return {
        "description": {"text": f"{words}."},
        "artifactChanges": [{"artifactLocation": _artifact(file), "replacements": made} for file, made in files.items()],
    }


def _message(finding: Finding, related: Iterable[Related]) -> str:
    """What happens, what to write instead, and a link to each related place: GitHub shows only those that a message links to."""
    parts = [_sentence(_text(finding.message))]
    if finding.remedy:
        parts.append(f"Instead: {_sentence(_text(finding.remedy))}")
    if len(finding.subjects) > 1:
        parts.append(f"For {_sentence(_text(shortened(finding.subjects)))}")
    if finding.clusters:
        parts.append(f"In {_sentence(_text(shortened(finding.clusters)))}")
    length = sum(map(len, parts))
    for number, place in enumerate(related, 1):
        link = f"See [{_label(place.message)}]({number})."
        length += len(link) + 1
        if length > MAX_MESSAGE:
            break
        parts.append(link)
    return " ".join(parts)


def _text(text: str) -> str:
    """Text from a file for a message: nothing that acts, and no link, which SARIF writes as `[words](target)`."""
    text = _short(escape(text), MAX_MESSAGE // 4)
    if "](" in text or text.count("[") != text.count("]"):
        return re.sub(r"([\[\]])", r"\\\1", text)
    return text


def _label(text: str) -> str:
    """Text between the brackets of a link."""
    return re.sub(r"([\\\[\]])", r"\\\1", _short(escape(text), 200).rstrip("."))


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _short(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"


def _suppression(suppressed: Suppressed, lines: Lines) -> Object:
    result: Object = {"kind": _SUPPRESSION[suppressed.by], "status": "accepted"}
    if suppressed.reason:
        result["justification"] = _short(escape(suppressed.reason), MAX_DESCRIPTION)
    if suppressed.place:
        result["location"] = {"physicalLocation": _physical(suppressed.place, lines)}
    return result


def _physical(place: Place, lines: Lines) -> Object:
    region: Object = {
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    }
    snippet = lines.region(place)
    if snippet and len(snippet) <= MAX_SNIPPET:
        region["snippet"] = {"text": whole(snippet)}
    return {"artifactLocation": _artifact(place.file), "region": region}


def _artifact(file: str) -> Object:
    """A file below the current folder as a relative URI, any other as an absolute one, standard input as a name of its own."""
    if file == STANDARD_INPUT:
        return {"uri": "stdin", "uriBaseId": ROOT}
    path = os.path.normpath(file)
    if os.path.isabs(path) or path.split(os.sep)[0] == os.pardir:
        return {"uri": "file://" + quote("/" + os.path.abspath(path).replace(os.sep, "/").lstrip("/"), errors="surrogateescape")}
    return {"uri": quote(path.replace(os.sep, "/"), errors="surrogateescape"), "uriBaseId": ROOT}


def _invocation(report: Report, cut: list[Object]) -> Object:
    crashed = any(problem.kind == "crash" for problem in report.problems)
    result: Object = {
        "executionSuccessful": not crashed,
        "toolExecutionNotifications": [_problem(problem) for problem in report.problems] + cut,
        "toolConfigurationNotifications": _about(report),
    }
    if report.started:
        result["startTimeUtc"] = report.started
    return result


def _about(report: Report) -> list[Object]:
    """What a reader of the results must know about the run."""
    result = []
    if report.partial:
        text = "Only a part of a cluster was given: what may be in other files was left open."
        result.append(_notification("partial", "note", text))
    undecided = sum(report.undecided.values())
    if undecided:
        text = f"{undecided} checks could not be decided: `ekslint why FILE` shows what is unknown and why."
        result.append(_notification("undecided", "note", text))
    if report.skipped:
        text = ", ".join(f"{why} ({count})" for why, count in sorted(report.skipped.items()))
        result.append(_notification("skipped", "note", f"Passed over: {text}."))
    return result


def _problem(problem: Problem) -> Object:
    result = _notification(problem.kind, "error", _sentence(_text(problem.message)))
    if problem.place:
        place = problem.place
        region = {"startLine": place.line, "startColumn": place.column, "endLine": place.end_line, "endColumn": place.end_column}
        result["locations"] = [{"physicalLocation": {"artifactLocation": _artifact(place.file), "region": region}}]
    elif problem.file:
        result["locations"] = [{"physicalLocation": {"artifactLocation": _artifact(problem.file)}}]
    return result


def _cut_results(count: int) -> Object:
    left = count - MAX_RESULTS
    return _notification("cut", "warning", f"{left} of {count} findings were left out: code scanning takes {MAX_RESULTS}.")


def _cut_related(finding: Finding) -> Object:
    left = len(finding.related) - MAX_RELATED
    return _notification("cut", "warning", f"{left} related places of {finding.rule} at {_text(str(finding.place))} were left out.")


def _notification(kind: str, level: str, text: str) -> Object:
    return {"descriptor": {"id": kind}, "level": level, "message": {"text": text}}
