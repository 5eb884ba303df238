"""Makes Python predicates of the tests of a rule.

The loader checks a test against the type of its fact and hands it on as plain tuples, which is also what the cache keeps:

    ("present",)  ("absent",)  ("pattern", text)  ("type", name)  ("unique",)
    ("const", bound, version)  ("enum", bound, version)
    ("minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf", bound, version)
    ("minLength" | "maxLength" | "minItems" | "maxItems", bound)
    ("not", test)  ("allOf" | "anyOf" | "oneOf", (test, …))
    ("items", inner)  ("contains", inner, least, most or None)

`version` says that values compare as versions. A bound is ("is", value) or ("fact", path, plus); an inner part is
("keys", ((path, test), …)) about an element that is a subject, or ("test", test) about any other.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ekslint.fact import Subject
from ekslint.language.comparisons import COMPARISONS, VERSIONS, Comparison, matcher, same, same_version
from ekslint.language.decision import FAILS, HOLDS, SILENT, UNKNOWN, Check, Judgement, Trace
from ekslint.language.values import ALL, Broken, Path, Steps, aspect_of, follow, more, show_steps, spread
from ekslint.value import Absent, Known, Unknown, Value

Test = tuple[Any, ...]
Keys = tuple[tuple[Path, Test], ...]


def compile_rule(when: Keys, unless: Keys, expect: tuple[Path, Test]) -> Judgement:
    """The predicates of a rule; the keys of `when` that cost least are asked first."""
    return Judgement(
        tuple(compile_key(path, test, True) for path, test in sorted(when, key=_cost)),
        tuple(compile_key(path, test, True) for path, test in unless),
        compile_key(*expect, False),
    )


Gate = tuple[str, frozenset[str | int] | None]
"""A fact's name and the values of which it must have one; None where it must be absent."""


def gate(when: Keys) -> Gate | None:
    """The narrowest condition of a rule that one fact of the subject itself can answer; None where there is none."""
    found = [one for path, test in when if (one := _gate(path, test)) is not None and one[1] is not None]
    return min(found, key=lambda each: (any(isinstance(value, bool) for value in each[1] or ()), len(each[1] or ())), default=None)


def goal(expect: tuple[Path, Test]) -> Gate | None:
    """What one fact of the subject itself must be for the judgement to hold; None where that is no such simple thing."""
    return _gate(*expect)


def _gate(path: Path, test: Test) -> Gate | None:
    steps, aspect = path
    if len(steps) != 1 or aspect or not isinstance(steps[0], str):
        return None
    if test[0] == "absent":
        return steps[0], None
    if test[0] in ("const", "enum") and test[1][0] == "is" and not test[2]:
        values = test[1][1] if test[0] == "enum" else (test[1][1],)
        if all(isinstance(value, (str, int)) for value in values):
            return steps[0], frozenset(values)
    return None


def compile_conditions(keys: Keys) -> Callable[[Subject], bool]:
    """Whether all keys are known to hold of a subject."""
    checks = [compile_key(path, test, True) for path, test in keys]
    return lambda subject: all(check(Known(subject), subject, None) == HOLDS for check in checks)


def _cost(entry: tuple[Path, Test]) -> int:
    (steps, _), test = entry
    return len(steps) + 4 * steps.count(ALL) + (4 if test[0] in ("items", "contains", "not", "allOf", "anyOf", "oneOf") else 0)


def compile_key(path: Path, test: Test, strict: bool, outer: Steps = ()) -> Check:
    """A path and its test as a predicate over the value of a subject.

    `strict` in `when`, `unless` and `contains`: what a test cannot apply to is unmet. `outer` are the steps to that subject.
    """
    steps, aspect = path
    if ALL in steps:
        index = steps.index(ALL)
        head, tail = steps[:index], steps[index + 1 :]
        where = outer + head
        inner = (
            compile_key((tail, aspect), test, strict, (*where, ALL))
            if tail
            else _plain((), aspect, _test(test, strict, (*where, ALL)), strict)
        )
        return _plain(head, "", _each(inner, where), strict)
    return _plain(steps, aspect, _test(test, strict, outer + steps), strict)


def _plain(steps: Steps, aspect: str, check: Check, strict: bool) -> Check:
    def key(start: Value, root: Subject, trace: Trace | None) -> int:
        value = follow(start, steps)
        answer = check(aspect_of(value, aspect) if aspect else value, root, trace)
        return FAILS if strict and answer == SILENT else answer

    return key


def _each(inner: Check, where: Steps) -> Check:
    """All elements of a list: one failure decides, what the test cannot apply to is passed over."""
    label = show_steps(where)

    def each(value: Value, root: Subject, trace: Trace | None) -> int:
        if not isinstance(value, Known):
            return _unsaid(value, label, trace)
        mark = len(trace.reasons) if trace else 0
        failing, answers = [], set()
        for item in value.value.items:
            answer = inner(item, root, trace)
            answers.add(answer)
            if answer == FAILS:
                if trace is None:
                    return FAILS
                failing.append(item)
        doubt = more(value)
        if doubt is not None and trace:
            trace.doubt(label, doubt)
        if failing:
            result = FAILS
        elif doubt is not None or UNKNOWN in answers:
            result = UNKNOWN
        else:
            result = HOLDS if HOLDS in answers or not answers else SILENT
        if trace:
            trace.elements(where, failing)
            trace.settle(mark, result)
        return result

    return each


def _contains(inner: Check, least: Test, most: Test | None, where: Steps) -> Check:
    """How many elements of a list fit: bounds that more knowledge cannot undo decide."""
    label, low, high = show_steps(where), _bound(least), _bound(most) if most else None

    def contains(value: Value, root: Subject, trace: Trace | None) -> int:
        if not isinstance(value, Known):
            return _unsaid(value, label, trace)
        mark = len(trace.reasons) if trace else 0
        fitting, possible = [], 0
        for item in value.value.items:
            answer = inner(item, root, trace)
            if answer == HOLDS:
                fitting.append(item)
            elif answer == UNKNOWN:
                possible += 1
        doubt = more(value)
        if doubt is not None and trace:
            trace.doubt(label, doubt)
        upper = None if doubt is not None else len(fitting) + possible
        answers = [_least(len(fitting), upper, low(root), label, trace)]
        if high is not None:
            answers.append(_most(len(fitting), upper, high(root), label, trace))
        result = _both(answers)
        if trace:
            trace.elements(where, fitting)
            trace.settle(mark, result)
        return result

    return contains


def _length(test: Test, where: Steps) -> Check:
    """How many elements a list has: one that is not known may be none or may repeat another."""
    label, bound, decide = show_steps(where), _bound(test[1]), _least if test[0] == "minItems" else _most

    def length(value: Value, root: Subject, trace: Trace | None) -> int:
        if not isinstance(value, Known):
            return _unsaid(value, label, trace)
        items = value.value.items
        doubt = more(value)
        unknown = next((item for item in items if isinstance(item, Unknown)), doubt)
        result = decide(
            sum(isinstance(item, Known) for item in items), None if doubt is not None else len(items), bound(root), label, trace
        )
        if result == UNKNOWN and trace and unknown is not None:
            trace.doubt(label, unknown)
        return result

    return length


def _least(low: int, high: int | None, bound: Value, label: str, trace: Trace | None) -> int:
    if not isinstance(bound, Known):
        return _unsaid(bound, label, trace)
    if low >= bound.value:
        return HOLDS
    return FAILS if high is not None and high < bound.value else UNKNOWN


def _most(low: int, high: int | None, bound: Value, label: str, trace: Trace | None) -> int:
    if not isinstance(bound, Known):
        return _unsaid(bound, label, trace)
    if low > bound.value:
        return FAILS
    return HOLDS if high is not None and high <= bound.value else UNKNOWN


def _both(answers: list[int]) -> int:
    """All of several answers: a failure decides, then a doubt, then what does not apply."""
    for answer in (FAILS, UNKNOWN, SILENT):
        if answer in answers:
            return answer
    return HOLDS


def _either(answers: list[int]) -> int:
    """One of several answers."""
    for answer in (HOLDS, UNKNOWN, FAILS):
        if answer in answers:
            return answer
    return SILENT


def _one(answers: list[int]) -> int:
    """Exactly one of several answers."""
    holding = answers.count(HOLDS)
    if holding > 1:
        return FAILS
    if UNKNOWN in answers:
        return UNKNOWN
    if holding == 1:
        return HOLDS
    return FAILS if FAILS in answers else SILENT


def _unsaid(value: Value, label: str, trace: Trace | None) -> int:
    """The answer of a test on what is not known or not there."""
    if isinstance(value, Unknown):
        if trace:
            trace.doubt(label, value)
        return UNKNOWN
    return SILENT


def _inner(inner: Test, strict: bool, where: Steps) -> Check:
    if inner[0] == "test":
        return _plain((), "", _test(inner[1], strict, where), strict)
    keys = [compile_key(path, test, strict, where) for path, test in inner[1]]
    if len(keys) == 1:
        return keys[0]
    return lambda value, root, trace: _both([key(value, root, trace) for key in keys])


def _test(test: Test, strict: bool, where: Steps) -> Check:
    """A test as a predicate over one value."""
    name = test[0]
    label = show_steps(where)
    if name in ("present", "absent"):
        return _presence(name == "present", label)
    if name == "not":
        inner = _test(test[1], strict, where)
        return lambda value, root, trace: _NOT[inner(value, root, trace)]
    if name in _JOINS:
        join, parts = _JOINS[name], [_test(part, strict, where) for part in test[1]]
        return _joined(join, parts)
    if name == "items":
        return _each(_inner(test[1], strict, (*where, ALL)), where)
    if name == "contains":
        return _contains(_inner(test[1], True, (*where, ALL)), test[2], test[3], where)
    if name in ("minItems", "maxItems"):
        return _length(test, where)
    if name == "unique":
        return _unique(label)
    if name == "enum" and test[1][0] == "fact":
        return _among(test[1][1], same_version if test[2] else same, label)
    if name in ("pattern", "type"):
        return _simple(matcher((name, test[1])), label)
    compared = VERSIONS[name] if len(test) > 2 and test[2] else COMPARISONS[name]
    return _compared(compared, _bound(test[1]), label)


_NOT = {FAILS: HOLDS, HOLDS: FAILS, UNKNOWN: UNKNOWN, SILENT: SILENT}
_JOINS = {"allOf": _both, "anyOf": _either, "oneOf": _one}


def _joined(join: Callable[[list[int]], int], parts: list[Check]) -> Check:
    def joined(value: Value, root: Subject, trace: Trace | None) -> int:
        mark = len(trace.reasons) if trace else 0
        answer = join([part(value, root, trace) for part in parts])
        return trace.settle(mark, answer) if trace else answer

    return joined


def _presence(present: bool, label: str) -> Check:
    def presence(value: Value, _: Subject, trace: Trace | None) -> int:
        if isinstance(value, Known):
            return HOLDS if present else FAILS
        if isinstance(value, Absent) and not isinstance(value, Broken):
            return FAILS if present else HOLDS
        return _unsaid(value, label, trace)

    return presence


def _simple(holds: Callable[[Any], bool], label: str) -> Check:
    def simple(value: Value, _: Subject, trace: Trace | None) -> int:
        if isinstance(value, Known):
            return HOLDS if holds(value.value) else FAILS
        return _unsaid(value, label, trace)

    return simple


def _compared(holds: Comparison, bound: Callable[[Subject], Value], label: str) -> Check:
    def compared(value: Value, root: Subject, trace: Trace | None) -> int:
        if isinstance(value, Absent):
            return SILENT
        other = bound(root)
        if isinstance(other, Absent):
            return SILENT
        if not isinstance(value, Known) or not isinstance(other, Known):
            return _unsaid(value if isinstance(value, Unknown) else other, label, trace)
        answer = holds(value.value, other.value)
        if answer is None:
            return _unsaid(Unknown(f"{value.value!r} is no version", value.places), label, trace)
        return HOLDS if answer else FAILS

    return compared


def _among(path: Path, equal: Comparison, label: str) -> Check:
    """One of the values of a fact: of an open list, only what is in it is certain."""

    def among(value: Value, root: Subject, trace: Trace | None) -> int:
        if isinstance(value, Absent):
            return SILENT
        found = spread(Known(root), path[0])
        if found is None:
            return SILENT
        if isinstance(value, Unknown):
            return _unsaid(value, label, trace)
        answers = [equal(value.value, choice.value) for choice in found[0] if isinstance(choice, Known)]
        if True in answers:
            return HOLDS
        doubt = found[1] or (Unknown("a version cannot be read", value.places) if None in answers else None)
        return _unsaid(doubt, label, trace) if doubt is not None else FAILS

    return among


def _unique(label: str) -> Check:
    def unique(value: Value, _: Subject, trace: Trace | None) -> int:
        if not isinstance(value, Known):
            return _unsaid(value, label, trace)
        known = [item.value for item in value.value.items if isinstance(item, Known)]
        if any(same(a, b) for index, a in enumerate(known) for b in known[:index]):
            return FAILS
        doubt = next((item for item in value.value.items if isinstance(item, Unknown)), None) or more(value)
        return _unsaid(doubt, label, trace) if doubt is not None else HOLDS

    return unique


def _bound(bound: Test) -> Callable[[Subject], Value]:
    if bound[0] == "is":
        fixed: Value = Known(bound[1])
        return lambda _: fixed
    (steps, aspect), plus = bound[1], bound[2]

    def read(root: Subject) -> Value:
        value = follow(Known(root), steps)
        if aspect:
            value = aspect_of(value, aspect)
        return Known(value.value + plus, value.places) if plus and isinstance(value, Known) else value

    return read
