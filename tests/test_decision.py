"""Every case of fixtures/decisions.yaml, and what a decision says of what decided."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from subjects import facts, thing

from ekslint import fact
from ekslint.language.compiler import compile_rule
from ekslint.language.conditions import Conditions
from ekslint.language.decision import Decision, decide
from ekslint.language.mistakes import Mistake
from ekslint.source.text import Text
from ekslint.syntax.tree import Node, items
from ekslint.syntax.yaml import parse
from ekslint.value import Known

FILE = os.path.join(os.path.dirname(__file__), "fixtures", "decisions.yaml")


def groups() -> list[Node]:
    with open(FILE, encoding="utf-8") as file:
        parsed = parse(Text(file.read(), "decisions.yaml"))
    assert not parsed.problems
    return items(parsed.documents[0].root)


CASES = [
    pytest.param(group.get("rule"), case.plain(), id=f"{group.at('asks').plain()}: {case.at('says').plain()}")
    for group in groups()
    for case in items(group.get("cases"))
]


@pytest.fixture(autouse=True)
def _kinds(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(fact, "FACTS", facts())
    monkeypatch.setattr("ekslint.language.paths.FACTS", fact.FACTS)
    yield


def decided(rule: Node, given: dict[str, Any]) -> Decision:
    mistakes: list[Mistake] = []
    conditions = Conditions("thing", mistakes)
    when, unless, expect = (conditions.keys(rule.get(part)) for part in ("when", "unless", "expect"))
    assert not mistakes
    return decide(compile_rule(when, unless, expect[0]), thing(given))


def rule(text: str) -> Node:
    return parse(Text(text, "rule.yaml")).documents[0].root


@pytest.mark.parametrize(("asked", "case"), CASES)
def test_verdict(asked: Node, case: dict[str, Any]) -> None:
    assert decided(asked, case["given"]).verdict == case["verdict"]
