"""More knowledge never reverses a verdict, except that it may excuse: tried over many rules and subjects."""

from __future__ import annotations

import random
from typing import Any

import pytest
from subjects import facts, thing

from ekslint import fact
from ekslint.language.compiler import compile_rule
from ekslint.language.conditions import Conditions
from ekslint.language.decision import decide
from ekslint.language.mistakes import Mistake
from ekslint.source.text import Text
from ekslint.syntax.yaml import parse

TESTS = [
    "a: true",
    "b: {not: {const: {$fact: a}}}",
    "a: present",
    "count: absent",
    "count: {maximum: {$fact: limit}}",
    "count: {anyOf: [absent, {minimum: 2}]}",
    "count: {oneOf: [{minimum: 2}, {maximum: 2}]}",
    "limit: {allOf: [{minimum: 1}, {maximum: 2}]}",
    "service: present",
    "service.port: present",
    "service.port: {enum: {$fact: values}}",
    "values: {minItems: 2}",
    "values: {maxItems: 2}",
    "values: {uniqueItems: true}",
    "values: {contains: {minimum: 2}, maxContains: {$fact: limit}}",
    "values: {items: {maximum: 2}}",
    "values: {not: {contains: {const: {$fact: count}}}}",
    '"values[0]": {maximum: 2}',
    '"values[*]": {enum: {$fact: "types[*].port"}}',
    '"types[*].trunk": true',
    '"types[*].port": present',
    '"types[*].parts[*].port": {maximum: 2}',
    "types: {items: {trunk: true, port: {minimum: 2}}}",
    "types: {contains: {trunk: true, port: {minimum: 2}}}",
    "types: {contains: {trunk: {not: {const: {$fact: a}}}}}",
    "types: {contains: {port: {const: {$fact: limit}}}, maxContains: 1}",
    "types: {not: {items: {trunk: true}}}",
    "types: {contains: {parts: {contains: {port: 1}}}}",
]
UNKNOWN = {"unknown": "{{ x }}"}


@pytest.fixture(autouse=True)
def _kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fact, "FACTS", facts())
    monkeypatch.setattr("ekslint.language.paths.FACTS", fact.FACTS)


class Dice:
    """Subjects with and without gaps."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.complete = False

    def gap(self) -> bool:
        return not self.complete and self.random.random() < 0.3

    def number(self) -> Any:
        return dict(UNKNOWN) if self.gap() else self.random.randint(1, 3)

    def boolean(self) -> Any:
        return dict(UNKNOWN) if self.gap() else self.random.random() < 0.5

    def many(self, one: Any) -> Any:
        if self.gap():
            return dict(UNKNOWN)
        items = [one() for _ in range(self.random.randint(0, 3))]
        return {"open": items} if self.gap() else items

    def some(self, **makers: Any) -> dict[str, Any]:
        return {name: make() for name, make in makers.items() if self.random.random() < 0.8}

    def part(self, deep: bool = True) -> Any:
        if self.gap():
            return dict(UNKNOWN)
        parts = {"parts": lambda: self.many(lambda: self.part(False))} if deep else {}
        return self.some(trunk=self.boolean, port=self.number, **parts)

    def subject(self) -> dict[str, Any]:
        lists = {"values": lambda: self.many(self.number), "types": lambda: self.many(self.part)}
        return self.some(a=self.boolean, b=self.boolean, count=self.number, limit=self.number, service=self.part, **lists)

    def filled(self, value: Any, type: str) -> Any:
        """The same with all gaps filled; None where what was not known turns out to be absent."""
        self.complete = True
        if value == UNKNOWN:
            if type.endswith("[]"):
                return self.many(lambda: self.made(type[:-2]))
            return None if self.random.random() < 0.2 else self.made(type)
        if type.endswith("[]"):
            items = value["open"] if isinstance(value, dict) else value
            more = [self.made(type[:-2]) for _ in range(self.random.randint(0, 2))] if isinstance(value, dict) else []
            return [item for item in (self.filled(item, type[:-2]) for item in items) if item is not None] + more
        if isinstance(value, dict):
            return self.known(value, "part")
        return value

    def known(self, given: dict[str, Any], kind: str) -> dict[str, Any]:
        filled = {name: self.filled(value, fact.FACTS[kind][name].type) for name, value in given.items()}
        return {name: value for name, value in filled.items() if value is not None}

    def made(self, type: str) -> Any:
        return self.boolean() if type == "bool" else self.number() if type == "int" else self.part(False)


@pytest.mark.parametrize("expect", TESTS)
@pytest.mark.parametrize("when", ["", "when: {a: true}", "when: {types: {contains: {trunk: true}}}"])
def test_a_verdict_stays(expect: str, when: str) -> None:
    mistakes: list[Mistake] = []
    conditions = Conditions("thing", mistakes)
    root = parse(Text(f"{when}\nexpect: {{{expect}}}\n", "rule.yaml")).documents[0].root
    rule = compile_rule(conditions.keys(root.get("when")), (), conditions.keys(root.get("expect"))[0])
    assert not mistakes
    seen = set()
    for seed in range(150):
        dice = Dice(seed)
        given = dice.subject()
        before = decide(rule, thing(given)).verdict
        for _ in range(3):
            full = dice.known(given, "thing")
            after = decide(rule, thing(full)).verdict
            assert after != "undecided", full
            assert before in (after, "undecided") or {before, after} == {"fine", "n/a"}, (before, after, given, full)
        seen.add(before)
    assert seen & {"finding", "fine"}
    assert when or {"finding", "fine", "undecided"} <= seen
