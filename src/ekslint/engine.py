"""Subjects times rules: findings, suppressed, merged, in a stable order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ekslint.fact import Subject
from ekslint.finding import Correction, Finding, Problem, rank
from ekslint.inventory import Cluster
from ekslint.language.decision import FINDING, UNDECIDED
from ekslint.language.rule import Rule
from ekslint.selection import Selection
from ekslint.source.text import Place


class Judged(NamedTuple):
    """What the rules said: findings before merging, undecided checks of what stands in a file by rule, crashes of our own.

    `homes` are the places of the subjects that were judged, one for each finding.
    """

    findings: list[Finding]
    homes: list[Place]
    undecided: dict[str, int]
    problems: list[Problem]


class _Found(NamedTuple):
    rule: str
    cluster: Cluster
    home: Place
    subject: int
    involved: frozenset[int]
    finding: Finding


def judge(clusters: Sequence[Cluster], rules: Sequence[Rule], reported: Callable[[str], bool]) -> Judged:
    """Runs rules over all clusters. `reported` tells which rules the user wants; others run for those that yield to them."""
    found: list[_Found] = []
    undecided: dict[str, int] = {}
    problems: list[Problem] = []
    for cluster, rule, subject in _checks(clusters, rules, problems):
        try:
            decision = rule.decide(subject)
            if decision.verdict == FINDING:
                involved = rule.touched(subject, decision)
                found.append(
                    _Found(
                        rule.id,
                        cluster,
                        subject.place,
                        id(subject),
                        frozenset(id(one) for one in involved),
                        rule.finding(subject, decision),
                    )
                )
            elif decision.verdict == UNDECIDED and subject.place.file and reported(rule.id):
                undecided[rule.id] = undecided.get(rule.id, 0) + 1
        except Exception as error:
            problems.append(_crash(rule, f"{subject.kind} {subject.name}", error, subject))
    found = list(_surely_fixed(found, clusters))
    kept = [one for one in _yielded(found, {rule.id: rule.yields_to for rule in rules}) if reported(one.rule)]
    across = _across(kept, len(clusters) > 1)
    return Judged([finding for finding, _ in across], [home for _, home in across], undecided, problems)


def _checks(clusters: Sequence[Cluster], rules: Sequence[Rule], problems: list[Problem]) -> Iterator[tuple[Cluster, Rule, Subject]]:
    """All subjects with the rules that may find something in them."""
    kinds: dict[str, list[Rule]] = {}
    for rule in rules:
        kinds.setdefault(rule.subject, []).append(rule)
    selections = [(found[0], Selection(found)) for found in kinds.values()]
    for cluster in clusters:
        for first, selection in selections:
            if not cluster.speaks_of(first.subject):
                continue
            for subject in _subjects(cluster, first, problems):
                if not subject.place.file and subject.kind != "cluster":
                    continue  # what EKS puts there by itself and no file speaks of: all of it is unknown
                for rule in selection.of(subject):
                    yield cluster, rule, subject


def brought(after: Judged, before: Judged) -> Judged:
    """What a change brings: the findings that the earlier state did not have, wherever they stood in it."""
    old: dict[tuple[str, str, str], int] = {}
    for finding in before.findings:
        key = (finding.rule, finding.identity, finding.message)
        old[key] = old.get(key, 0) + 1
    findings, homes = [], []
    for finding, home in zip(after.findings, after.homes, strict=True):
        key = (finding.rule, finding.identity, finding.message)
        if old.get(key, 0) > 0:
            old[key] -= 1
            continue
        findings.append(finding)
        homes.append(home)
    return after._replace(findings=findings, homes=homes)


def _subjects(cluster: Cluster, rule: Rule, problems: list[Problem]) -> list[Subject]:
    try:
        return cluster.all(rule.subject)
    except Exception as error:
        problems.append(_crash(rule, f"the subjects of kind {rule.subject}", error, None))
        return []


def _crash(rule: Rule, what: str, error: Exception, subject: Subject | None) -> Problem:
    text = f"a fault in ekslint: rule {rule.id} on {what}: {type(error).__name__}: {error}"
    return Problem("crash", text, subject.place if subject else None, subject.place.file if subject else "")


def _surely_fixed(found: Sequence[_Found], clusters: Sequence[Cluster]) -> Iterator[_Found]:
    """The findings; a fix of lines that another cluster has too is safe only where the rule finds them there as well."""
    wrong: dict[tuple[str, Correction], set[int]] = {}
    if len(clusters) > 1:
        for one in found:
            for correction in one.finding.corrections if one.finding.safe else ():
                wrong.setdefault((one.rule, correction), set()).add(id(one.cluster))
    files = {id(cluster): cluster.files() for cluster in clusters} if wrong else {}
    right = {
        key for key, among in wrong.items() if any(key[1].place.file in held for each, held in files.items() if each not in among)
    }
    for one in found:
        unsure = any((one.rule, correction) in right for correction in one.finding.corrections)
        yield one._replace(finding=one.finding._replace(safe=False)) if unsure else one


def _yielded(found: Iterable[_Found], yields: Mapping[str, Sequence[str]]) -> list[_Found]:
    """The findings that no other rule speaks for: one that they yield to found something on their subject, or one they name."""
    found = list(found)
    subjects: dict[str, set[int]] = {}
    for one in found:
        subjects.setdefault(one.rule, set()).add(one.subject)
    return [one for one in found if not any(subjects.get(rule, set()) & one.involved for rule in yields.get(one.rule, ()))]


def _across(found: Iterable[_Found], several: bool) -> list[tuple[Finding, Place]]:
    """One finding for what several clusters share, with their names where there are several; and the place of its subject."""
    first: dict[tuple[Any, ...], tuple[Finding, Place]] = {}
    names: dict[tuple[Any, ...], list[str]] = {}
    for one in found:
        finding = one.finding
        key = (finding.rule, finding.place, finding.message, finding.level, one.home)
        first.setdefault(key, (finding, one.home))
        names.setdefault(key, []).append(one.cluster.name)
    return [
        (finding._replace(clusters=tuple(dict.fromkeys(names[key]))) if several and any(names[key]) else finding, home)
        for key, (finding, home) in first.items()
    ]


def merge(findings: Iterable[Finding]) -> list[Finding]:
    """Findings of one rule at one place are one, at the gravest level, naming all subjects; in the order of files and lines."""
    groups: dict[tuple[Any, ...], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.rule, finding.place, finding.suppressed is None), []).append(finding)
    merged = [_one(group) for group in groups.values()]
    return sorted(merged, key=lambda finding: (*finding.place, -rank(finding.level), finding.rule, finding.message))


def _one(group: list[Finding]) -> Finding:
    if len(group) == 1:
        return group[0]
    group = sorted(group, key=lambda finding: -rank(finding.level))
    first = group[0]
    messages = list(dict.fromkeys(finding.message for finding in group))
    message = first.message
    if len(messages) > 1:
        others = [name for finding in group for name in finding.subjects if name not in first.subjects and name not in message]
        names = list(dict.fromkeys(others))
        if names:
            shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
            message = f"{message} (the same for {shown})"
    corrections = dict.fromkeys(one for finding in group for one in finding.corrections)
    related = dict.fromkeys(one for finding in group for one in finding.related if one.place != first.place)
    return first._replace(
        message=message,
        related=tuple(related),
        subjects=tuple(dict.fromkeys(name for finding in group for name in finding.subjects)),
        corrections=tuple(corrections) if all(finding.corrections for finding in group) else (),
        clusters=tuple(dict.fromkeys(name for finding in group for name in finding.clusters)),
    )
