"""What is known of the things in a file: the facts with their values and origins, and the checks that could not be decided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ekslint.fact import FACTS, Subject, load
from ekslint.inventory import Cluster
from ekslint.language.decision import FINDING, UNDECIDED
from ekslint.language.messages import join, list_words, origin_words, subject_words
from ekslint.language.rule import Rule
from ekslint.outline import load_balancers, outline
from ekslint.source.text import Place
from ekslint.syntax.tree import Node
from ekslint.value import Absent, Known, Listing, Unknown, Value

NARROW = 26
"""Names of facts are set in a column of this width."""


def explain(clusters: Sequence[Cluster], rules: Sequence[Rule], file: str, line: int | None) -> Iterator[str]:
    """Lines that tell, cluster by cluster, what is known of the subjects at a line of a file (or in all of it)."""
    load()
    kinds = sorted({*FACTS, *(rule.subject for rule in rules)} - {"cluster"})
    for cluster in clusters:
        found = [subject for kind in kinds for subject in cluster.all(kind) if subject.place.file == file]
        if line is not None:
            found = _at(found, line)
        if not found:
            continue
        seen = "seen whole" if cluster.whole else f"seen in part: {cluster.why}"
        yield f"{file} in {f'cluster {cluster.name}' if cluster.name else 'the cluster of this folder'} ({seen})"
        for subject in sorted(found, key=lambda subject: (subject.place, subject.kind)):
            yield ""
            yield f"{subject_words(subject, True)}, {subject.place}"
            yield from _facts(subject)
            if subject.kind in ("ingress", "service"):
                yield from (f"  {line}" for balancer in load_balancers(subject) for line in outline(balancer))
            yield from _judged(subject, rules)
        yield ""


def _at(found: list[Subject], line: int) -> list[Subject]:
    """The subjects of a line: those whose name or node lies on it, the innermost ones, else the last that begin before it."""
    on = [subject for subject in found if subject.place.line <= line <= subject.place.end_line]
    if on:
        return on
    around = [subject for subject in found if subject.node is not None and _covers(subject.node.place, line)]
    if around:
        least = min(_lines(subject) for subject in around)
        return [subject for subject in around if _lines(subject) == least]
    before = max((subject.place.line for subject in found if subject.place.line <= line), default=None)
    return [subject for subject in found if subject.place.line == before]


def _covers(place: Place, line: int) -> bool:
    return place.line <= line <= place.end_line


def _lines(subject: Subject) -> int:
    place = subject.node.place if subject.node is not None else subject.place
    return place.end_line - place.line


def _facts(subject: Subject) -> Iterator[str]:
    """Each fact that there is, and the names of those that there are none of."""
    absent = []
    for name, declared in FACTS.get(subject.kind, {}).items():
        value = subject.get(name)
        if isinstance(value, Absent):
            absent.append(name)
        elif declared.base != "any" or not isinstance(value, Known) or isinstance(value.value, (str, int, float, Node)):
            yield f"  {name:<{NARROW}} {_words(value)}"
    if absent:
        yield f"  absent: {', '.join(absent)}"


def _words(value: Value) -> str:
    """A value and where it comes from."""
    if isinstance(value, Unknown):
        written = f" ({value.text})" if value.text else ""
        return f"unknown: {value.reason}{written}{_where(value.places)}"
    if not isinstance(value, Known):
        return "none"
    words = join(list_words([value])) if not isinstance(value.value, Listing) or value.value.items else "none"
    if isinstance(value.value, Listing) and value.value.open:
        words += f", perhaps more: {value.value.why}" if value.value.why else ", perhaps more"
    if value.default is not None:
        return f"{words}, {origin_words(value)}"
    return words + _where(value.places)


def _where(places: Iterable[Place]) -> str:
    found = next((place for place in places if place.file), None)
    return f"  [{found}]" if found else ""


def _judged(subject: Subject, rules: Sequence[Rule]) -> Iterator[str]:
    """What the rules find in the subject, and which of them could not decide."""
    for rule in rules:
        if rule.subject != subject.kind or rule.needs_before:
            continue
        decision = rule.decide(subject)
        if decision.verdict == FINDING:
            found = rule.finding(subject, decision)
            yield f"  {found.level}[{rule.id}]: {found.message}"
        if decision.verdict == UNDECIDED:
            reasons = "; ".join(f"{reason.path}: {reason.text}{_where(reason.places)}" for reason in decision.reasons)
            yield f"  not decided: {rule.id}, for {reasons}"
