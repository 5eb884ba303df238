"""How a check is decided: it holds, fails, does not apply or is undecided, and what decided."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from ekslint.fact import Subject
from ekslint.language.values import Steps
from ekslint.source.text import Place
from ekslint.value import Known, Unknown, Value

FAILS, HOLDS, UNKNOWN, SILENT = 0, 1, 2, 3
"""The four answers of a test; SILENT where it does not apply."""

FINDING, FINE, UNDECIDED, EXCUSED, NOT_APPLICABLE = "finding", "fine", "undecided", "excused", "n/a"
"""The verdicts over a subject."""


class Reason(NamedTuple):
    """Why a test is undecided: the path it asked, and what is not known there."""

    path: str
    text: str
    places: tuple[Place, ...]


class Trace:
    """What a second, thorough evaluation notes: the elements that decided, by the steps to their list, and the reasons of doubt."""

    __slots__ = ("decided", "reasons")

    def __init__(self) -> None:
        self.decided: dict[Steps, list[Value]] = {}
        self.reasons: list[Reason] = []

    def doubt(self, path: str, unknown: Unknown) -> None:
        reason = Reason(path, unknown.reason, unknown.places)
        if reason not in self.reasons:
            self.reasons.append(reason)

    def elements(self, where: Steps, found: list[Value]) -> None:
        if found:
            self.decided.setdefault(where, []).extend(found)

    def settle(self, mark: int, answer: int) -> int:
        """Forgets the doubts noted since `mark` where the answer is certain all the same."""
        if answer != UNKNOWN:
            del self.reasons[mark:]
        return answer


Check = Callable[[Value, Subject, Trace | None], int]
"""A test of one value (or, with a path in front, of the value of a subject); the subject is the check's own, for `$fact`."""


class Judgement(NamedTuple):
    """The compiled parts of a rule that decide."""

    when: tuple[Check, ...]
    unless: tuple[Check, ...]
    expect: Check


class Decision:
    """The verdict over one subject. `decided` and `reasons` are worked out when asked for."""

    __slots__ = ("_judgement", "_trace", "subject", "verdict")

    def __init__(self, verdict: str, subject: Subject, judgement: Judgement) -> None:
        self.verdict = verdict
        self.subject = subject
        self._judgement = judgement
        self._trace: Trace | None = None

    def __repr__(self) -> str:
        return f"Decision({self.verdict!r}, {self.subject!r})"

    @property
    def decided(self) -> dict[Steps, list[Value]]:
        """The elements that made the check what it is, by the steps to their list: those that failed `[*]` or `items`, those that
        fitted `contains`; what `expect` says of a list goes before what `when` says of it."""
        return self._traced().decided

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """What is not known, in the order in which it was asked; none unless the verdict is undecided."""
        return tuple(self._traced().reasons) if self.verdict == UNDECIDED else ()

    def _traced(self) -> Trace:
        if self._trace is None:
            before, trace = Trace(), Trace()
            start: Value = Known(self.subject)
            for check in self._judgement.when:
                before.settle(len(before.reasons), check(start, self.subject, before))
            trace.settle(0, self._judgement.expect(start, self.subject, trace))
            trace.decided = {**before.decided, **trace.decided}
            trace.reasons = before.reasons + trace.reasons
            self._trace = trace
        return self._trace


def decide(judgement: Judgement, subject: Subject) -> Decision:
    """The verdict of a rule over a subject.

    `when` must be known to hold; where it is unknown, nothing is undecided unless the judgement could fail. `unless` excuses only
    by what is known.
    """
    start: Value = Known(subject)
    certain = True
    for check in judgement.when:
        answer = check(start, subject, None)
        if answer == FAILS:
            return Decision(NOT_APPLICABLE, subject, judgement)
        if answer == UNKNOWN:
            certain = False
    answer = judgement.expect(start, subject, None)
    if answer == HOLDS:
        return Decision(FINE, subject, judgement)
    if answer == SILENT:
        return Decision(NOT_APPLICABLE, subject, judgement)
    if judgement.unless and all(check(start, subject, None) == HOLDS for check in judgement.unless):
        return Decision(EXCUSED, subject, judgement)
    return Decision(FINDING if certain and answer == FAILS else UNDECIDED, subject, judgement)
