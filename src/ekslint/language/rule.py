"""A rule as it is used: it decides over a subject and words the finding."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from ekslint.fact import Subject
from ekslint.finding import Correction, Finding, Related, RuleText
from ekslint.language.compiler import Keys, Test, compile_conditions, compile_key, compile_rule
from ekslint.language.decision import FAILS, Decision, Judgement, decide
from ekslint.language.messages import Words, origin_words, render, subject_words, value_words, verbatim
from ekslint.language.values import ALL, Path, Steps, gather, show_path
from ekslint.source.text import Place
from ekslint.value import Absent, Known, Listing, Unknown, Value

RELATED_LIMIT = 10
"""So many related places are shown with one finding."""

Level = tuple[str, Keys]
"""A level, and the conditions under which it holds."""


class Edit(NamedTuple):
    """One change of a fix: its verb, the path whose place it changes, and the text for `set` and `rename`."""

    verb: str
    path: Path
    words: Words | None


class Fix(NamedTuple):
    """A change that a rule offers, `safe` only if it cannot change what was meant."""

    edits: tuple[Edit, ...]
    safe: bool
    when: Keys


class Rule:
    """One rule, from the plain data that the loader makes of its file (see `loader.Record`)."""

    __slots__ = (
        "_judgement",
        "_levels",
        "at",
        "covers",
        "expect",
        "family",
        "file",
        "fix",
        "id",
        "levels",
        "needs_before",
        "references",
        "related",
        "remedy",
        "report",
        "security_severity",
        "since",
        "subject",
        "tags",
        "title",
        "unless",
        "when",
        "why",
        "yields_to",
    )

    def __init__(self, record: Mapping[str, Any]) -> None:
        self.id: str = record["id"]
        self.title: str = record["title"]
        self.family: str = record["family"]
        self.file: str = record["file"]
        self.levels: tuple[Level, ...] = record["levels"]
        self.why: str = record["why"]
        self.remedy: str = record["remedy"]
        self.references: tuple[str, ...] = record["references"]
        self.covers: tuple[str, ...] = record["covers"]
        self.tags: tuple[str, ...] = record["tags"]
        self.security_severity: str = record["security_severity"]
        self.since: str = record["since"]
        self.subject: str = record["subject"]
        self.when: Keys = record["when"]
        self.unless: Keys = record["unless"]
        self.expect: tuple[Path, Test] = record["expect"]
        self.report: dict[str, Words] = record["report"]
        self.at: tuple[Path, ...] = record["at"]
        self.related: tuple[Path, ...] = record["related"]
        self.yields_to: tuple[str, ...] = record["yields_to"]
        self.needs_before: bool = record["needs_before"]
        fix = record["fix"]
        self.fix = Fix(tuple(Edit(*edit) for edit in fix[0]), fix[1], fix[2]) if fix else None
        self._judgement: Judgement | None = None
        self._levels: list[tuple[str, Callable[[Subject], bool]]] | None = None

    def __repr__(self) -> str:
        return f"<rule {self.id}>"

    @property
    def level(self) -> str:
        """The gravest level that the rule may report."""
        return self.levels[0][0]

    def text(self) -> RuleText:
        """What reporters say of the rule."""
        return RuleText(
            self.id,
            self.title,
            self.level,
            self.why,
            self.remedy,
            self.references,
            self.family,
            self.tags,
            self.security_severity,
        )

    def decide(self, subject: Subject) -> Decision:
        """The verdict over one subject of the rule's kind."""
        if self._judgement is None:
            self._judgement = compile_rule(self.when, self.unless, self.expect)
        return decide(self._judgement, subject)

    def unmet(self, subject: Subject) -> str:
        """Which condition keeps the rule from applying to a subject, in words for its author."""
        for path, test in self.when:
            if compile_key(path, test, True)(Known(subject), subject, None) == FAILS:
                return f": `when` asks for {show_path(path)}, which is {value_words(path, gather(subject, path[0], {}))}"
        return ": the test of `expect` cannot apply"

    def level_of(self, subject: Subject) -> str:
        """The gravest level whose conditions are known to hold, else the mildest."""
        if self._levels is None:
            self._levels = [(level, compile_conditions(keys)) for level, keys in self.levels]
        return next((level for level, holds in self._levels[:-1] if holds(subject)), self._levels[-1][0])

    def finding(self, subject: Subject, decision: Decision) -> Finding:
        """The words and places of a decision whose verdict is `finding`."""
        level, decided = self.level_of(subject), decision.decided
        path, places = self._main(subject, decided)
        related = [Related(place, "here too") for place in places[1:]]
        for other in self.related:
            if other[0] == ("name",):
                related.append(Related(subject.place, subject_words(subject)))
            else:
                related += _related(other, gather(subject, other[0], decided))
        main = places[0]
        others: dict[Place, Related] = {}
        for each in related:
            if each.place != main:
                others.setdefault(each.place, each)
        return Finding(
            rule=self.id,
            level=level,
            message=render(self.report[level], subject, decided),
            place=main,
            related=tuple(others.values())[:RELATED_LIMIT],
            subjects=(subject_words(subject),),
            remedy=self.remedy,
            identity=f"{subject_identity(subject)} {show_path(path)}",
            corrections=self._corrections(subject, decided),
            safe=self.fix is not None and self.fix.safe,
        )

    def _corrections(self, subject: Subject, decided: dict[Steps, list[Value]]) -> tuple[Correction, ...]:
        """What the rule's fix would change; nothing where its conditions are not known to hold, or where one change cannot be told.

        What `set` names and nobody wrote is added under its key.
        """
        fix = self.fix
        if fix is None or not compile_conditions(fix.when)(subject):
            return ()
        found: list[Correction] = []
        for verb, path, words in fix.edits:
            for value in gather(subject, path[0], decided):
                place = _place(value)
                text = verbatim(words, subject, decided) if words is not None else ""
                if place is None or text is None:
                    return ()
                if _written(value):
                    found.append(Correction(verb, place, _raw(value), text))
                elif verb == "set" and value.key and not isinstance(value, Unknown):
                    found.append(Correction("add", place, value.key, text))
                else:
                    return ()
        return tuple(found)

    def touched(self, subject: Subject, decision: Decision) -> tuple[Subject, ...]:
        """The subjects that a finding is about: the check's own and those that `at` and `related` name or whose facts they name.

        A finding of a rule in `yields_to` on any of them silences this one.
        """
        found = [subject]
        for path in (*self.at, *self.related):
            steps = path[0]
            found += _subjects(gather(subject, steps, decision.decided))
            names = [index for index, step in enumerate(steps) if isinstance(step, str) and step != ALL]
            owner = steps[: names[-1]]
            if owner and owner != ("cluster",):
                found += _subjects(gather(subject, owner, decision.decided))
        return tuple({id(each): each for each in found}.values())

    def _main(self, subject: Subject, decided: dict[Steps, list[Value]]) -> tuple[Path, list[Place]]:
        """The first path of `at` that someone wrote, else the first that has a place, with the places of what decided there."""
        first: tuple[Path, list[Place]] | None = None
        for path in self.at:
            values = _elements(subject, path[0], decided)
            written = [place for place in (_place(value) for value in values if _written(value)) if place]
            if written:
                return path, written
            if first is None:
                places = [place for place in (_place(value) for value in values) if place]
                first = (path, places) if places else None
        return first or (self.at[0], [subject.place])


def subject_identity(subject: Subject) -> str:
    """What stays the same of a subject when its lines move: kind, namespace as written, name."""
    namespace = subject.namespace.value if isinstance(subject.namespace, Known) else ""
    return f"{subject.kind} {namespace}/{subject.name}"


def _elements(subject: Subject, steps: Steps, decided: dict[Steps, list[Value]]) -> list[Value]:
    """The values at the end of steps; of a list that has no elements to ask, the list itself."""
    values = gather(subject, steps, decided)
    while not values and ALL in steps:
        steps = steps[: len(steps) - 1 - steps[::-1].index(ALL)]
        values = gather(subject, steps, decided)
    return values


def _place(value: Value) -> Place | None:
    """Where a value is written, else (for a relation) where its subjects are."""
    for place in value.places:
        if place.file:
            return place
    if isinstance(value, Known):
        if isinstance(value.value, Subject) and value.value.place.file:
            return value.value.place
        if isinstance(value.value, Listing):
            return next((place for place in map(_place, value.value.items) if place), None)
    return None


def _written(value: Value) -> bool:
    if isinstance(value, Known):
        return value.default is None
    return isinstance(value, Unknown) and value.written is not False


def _raw(value: Value) -> str:
    """A value as the file has it."""
    if isinstance(value, Unknown):
        return value.text or ""
    if not isinstance(value, Known):
        return ""
    return {True: "true", False: "false"}.get(value.value, str(value.value)) if isinstance(value.value, bool) else str(value.value)


def _subjects(values: Iterable[Value]) -> list[Subject]:
    found: list[Subject] = []
    for value in values:
        if isinstance(value, Known):
            if isinstance(value.value, Subject):
                found.append(value.value)
            elif isinstance(value.value, Listing):
                found += _subjects(value.value.items)
    return found


def _related(path: Path, values: list[Value]) -> list[Related]:
    """The places of values that are there, each with its words: a subject, or a fact and its value."""
    label = next(step for step in reversed(path[0]) if isinstance(step, str) and step != ALL).replace("_", " ")
    found: list[Related] = []
    for value in values:
        if isinstance(value, Known) and isinstance(value.value, Listing):
            found += _related(path, value.value.items)
            continue
        place = _place(value)
        if place is None or isinstance(value, Absent) or (isinstance(value, Unknown) and not value.text):
            continue
        words = value_words((path[0], ""), [value])
        if isinstance(value, Known) and not isinstance(value.value, Subject):
            words = f"{label}: {words}" + (f", {origin_words(value)}" if value.default is not None else "")
        elif isinstance(value, Unknown):
            words = f"{label}: {words}"
        found.append(Related(place, words))
    return found
