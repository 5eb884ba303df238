"""Proves rules by their examples: what is bad is reported on the marked lines, and nothing else anywhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import NamedTuple

from ekslint.checking import check_texts, load_texts
from ekslint.finding import Change, Finding, Report
from ekslint.fixer import apply
from ekslint.language.decision import EXCUSED, FINE, NOT_APPLICABLE, UNDECIDED
from ekslint.language.examples import Example, Source, unmarked
from ekslint.language.library import Library
from ekslint.language.messages import subject_words
from ekslint.language.rule import Rule
from ekslint.source.text import Place, Text

Run = Callable[[Mapping[str, str], Sequence[Rule], bool, Mapping[str, str] | None], Report]
"""Checks texts by file name with some rules; whether they are seen whole; the texts of the earlier state, if there is one."""

PROVED = ("bad", "good", "silent", "fixed")


class Failure(NamedTuple):
    """What an example expected and did not get, at a line of the rule file."""

    rule: str
    example: str
    part: str
    place: Place
    message: str

    def __str__(self) -> str:
        return f"{self.place.file}:{self.place.line}: {self.rule}, {self.example} ({self.part}): {self.message}"


def prove(rule: str, examples: Iterable[Example], library: Library, run: Run = check_texts) -> list[Failure]:
    """Runs all parts of all examples of a rule, with that rule and those that it yields to."""
    return [
        failure
        for example in examples
        for part in PROVED
        if part in example.parts
        for failure in prove_part(rule, example, part, library, run)
    ]


def prove_part(rule: str, example: Example, part: str, library: Library, run: Run = check_texts) -> list[Failure]:
    """Runs one part of an example: `bad` is reported on the marked lines alone, `good`, `silent` and `fixed` nowhere."""
    before = example.files("before") if "before" in example.parts else None
    report = run(example.files(part), library.closure([rule]).rules, True, before)
    sources = {source.file: source for source in example.parts[part]}

    def failure(place: Place, message: str) -> Failure:
        return Failure(rule, example.name, part, place, message)

    failures = [
        failure(_line(sources, problem.place, problem.file, example), f"cannot be checked: {problem.message}")
        for problem in report.problems
    ]
    found: dict[tuple[str, int], Finding] = {}
    for finding in report.findings:
        if finding.rule == rule and finding.suppressed is None:
            found.setdefault((finding.place.file, finding.place.line), finding)
    if part == "fixed":
        failures += _fixed(rule, example, library, run, failure, sources)
    expected = example.marks if part == "bad" else frozenset()
    if not failures:
        verdicts = _verdicts(library.get(rule), example.files(part)) if expected - set(found) else ""
        failures += [
            failure(sources[file].line(line), f"expected a finding here{_instead(rule, report, (file, line)) or verdicts}")
            for file, line in sorted(expected - set(found))
        ]
    failures += [
        failure(_line(sources, finding.place, finding.place.file, example), f"expected no finding here: {finding.message}")
        for where, finding in sorted(found.items())
        if where not in expected
    ]
    return failures


def _fixed(
    rule: str,
    example: Example,
    library: Library,
    run: Run,
    failure: Callable[[Place, str], Failure],
    sources: Mapping[str, Source],
) -> Iterator[Failure]:
    """What the rule's fix makes of `bad` is `fixed` to the letter, brings nothing new, and a second run changes nothing."""
    rules = library.closure([rule]).rules
    texts = example.files("bad")
    before = run(texts, rules, True, None)
    fixed = mended(texts, [found for found in before.findings if found.rule == rule])
    for file, expected in example.files("fixed").items():
        actual, expected = unmarked(fixed.get(file, "")), unmarked(expected)
        if actual != expected:
            lines = zip_longest(actual.split("\n"), expected.split("\n"))
            number, (made, _) = next((n, pair) for n, pair in enumerate(lines, 1) if pair[0] != pair[1])
            yield failure(sources[file].line(number), f"the fix makes another line of it: {made if made is not None else 'none'}")
    after = run(fixed, rules, True, None)
    old = Counter((found.rule, found.identity) for found in before.findings)
    for found in after.findings:
        if found.rule != rule and old[found.rule, found.identity] == 0:
            yield failure(_line(sources, found.place, found.place.file, example), f"the fix brings {found.rule}: {found.message}")
    if mended(fixed, [found for found in after.findings if found.rule == rule]) != fixed:
        yield failure(example.place, "a second run of the fix changes something again")


def mended(texts: Mapping[str, str], findings: Iterable[Finding]) -> dict[str, str]:
    """Texts by file name with the changes of findings made, safe or not."""
    changes: dict[str, list[Change]] = {}
    for found in findings:
        for change in found.changes:
            changes.setdefault(change.place.file, []).append(change)
    return {name: apply(Text(value, name), changes.get(name, ())) for name, value in texts.items()}


def _instead(rule: str, report: Report, where: tuple[str, int]) -> str:
    """What happened where a finding was expected."""
    others = [f.rule for f in report.findings if f.rule != rule and (f.place.file, f.place.line) == where]
    if others:
        return f", and the rule yields to {others[0]}"
    if report.undecided.get(rule):
        return ", and the rule is undecided"
    return ", and the rule finds others" if any(f.rule == rule for f in report.findings) else ""


def _verdicts(rule: Rule | None, texts: Mapping[str, str]) -> str:
    """Why a rule finds nothing in some texts: what became of each subject of its kind."""
    if rule is None:
        return ""
    said = []
    for cluster in load_texts(texts).clusters:
        for subject in cluster.all(rule.subject):
            verdict = rule.decide(subject).verdict
            why = rule.unmet(subject) if verdict == NOT_APPLICABLE else ""
            said.append(f"{subject_words(subject)} {_VERDICTS.get(verdict, verdict)}{why}")
    if not said:
        return f": there is no {rule.subject} in it"
    return f": {'; '.join(said[:3])}" + (f" and {len(said) - 3} more" if len(said) > 3 else "")


_VERDICTS = {
    NOT_APPLICABLE: "does not apply",
    FINE: "is fine, `expect` holds",
    EXCUSED: "is excused, `unless` holds",
    UNDECIDED: "is undecided",
}


def _line(sources: Mapping[str, Source], place: Place | None, file: str, example: Example) -> Place:
    """The line of the rule file that a place in an example's text stands on."""
    if place is None or place.file not in sources:
        return sources[file].line(1) if file in sources else example.place
    return sources[place.file].line(place.line)
