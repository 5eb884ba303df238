"""Every case of fixtures/decisions.yaml, and what a decision says of what decided."""

from __future__ import annotations

import os
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
def _kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fact, "FACTS", facts())
    monkeypatch.setattr("ekslint.language.paths.FACTS", fact.FACTS)


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


def names(decision: Decision, *steps: str | int) -> list[str]:
    return [value.value.name for value in decision.decided[steps] if isinstance(value, Known)]


def part(name: str, **given: Any) -> dict[str, Any]:
    return {"name": name, **given}


def test_the_failing_elements_decided() -> None:
    found = decided(
        rule("expect: {'types[*].trunk': true}"), {"types": [part("a", trunk=True), part("b", trunk=False), part("c", trunk=False)]}
    )
    assert names(found, "types") == ["b", "c"]


def test_items_names_the_failing_elements_too() -> None:
    found = decided(
        rule("expect: {types: {items: {capacity: {minimum: 3}}}}"), {"types": [part("a", capacity=5), part("b", capacity=1)]}
    )
    assert names(found, "types") == ["b"]


def test_the_fitting_elements_decided_that_there_are_too_many() -> None:
    found = decided(
        rule("expect: {types: {contains: {zone: x}, maxContains: 1}}"),
        {"types": [part("a", zone="x"), part("b", zone="y"), part("c", zone="x")]},
    )
    assert names(found, "types") == ["a", "c"]


def test_the_fitting_element_decided_that_there_is_one() -> None:
    found = decided(rule("expect: {types: {not: {contains: {zone: x}}}}"), {"types": [part("a", zone="x"), part("b", zone="y")]})
    assert found.verdict == "finding"
    assert names(found, "types") == ["a"]


def test_no_element_decided_where_none_fits() -> None:
    found = decided(rule("expect: {types: {contains: {zone: x}}}"), {"types": [part("a", zone="y")]})
    assert ("types",) not in found.decided


def test_what_a_condition_chose_is_kept_where_the_judgement_says_nothing_of_it() -> None:
    given = {"a": False, "types": [part("a", zone="x"), part("b", zone="y")]}
    assert names(decided(rule("{when: {types: {contains: {zone: x}}}, expect: {a: true}}"), given), "types") == ["a"]
    both = rule("{when: {types: {contains: {zone: x}}}, expect: {'types[*].zone': x}}")
    assert names(decided(both, given), "types") == ["b"]


def test_elements_of_lists_in_elements() -> None:
    given = {"types": [part("a", parts=[part("a1", port=1)]), part("b", parts=[part("b1", port=1), part("b2", port=2)])]}
    found = decided(rule("expect: {'types[*].parts[*].port': 1}"), given)
    assert names(found, "types") == ["b"]
    assert names(found, "types", "*", "parts") == ["b2"]


def test_the_reasons_of_a_doubt() -> None:
    found = decided(
        rule("{when: {a: true}, expect: {types: {contains: {trunk: true}}}}"), {"a": {"unknown": "{{ a }}"}, "types": {"open": []}}
    )
    assert [(reason.path, reason.text) for reason in found.reasons] == [
        ("a", "the placeholder {{ a }}"),
        ("types", "more is made by a template"),
    ]
    assert found.reasons[0].places[0].line == 2


def test_what_was_settled_all_the_same_is_no_reason() -> None:
    given = {"types": [part("a", trunk=True), part("b", trunk={"unknown": "{{ b }}"})], "b": {"unknown": "{{ c }}"}}
    found = decided(rule("{when: {types: {contains: {trunk: true}}}, expect: {b: true}}"), given)
    assert found.verdict == "undecided"
    assert [reason.path for reason in found.reasons] == ["b"]


def test_a_finding_has_no_reasons() -> None:
    given = {"types": [part("a", trunk=False), part("b", trunk={"unknown": "{{ b }}"})]}
    assert decided(rule("expect: {'types[*].trunk': true}"), given).reasons == ()


@pytest.mark.parametrize(
    ("test", "value", "verdict"),
    [
        ("{minimum: 3}", 3, "fine"),
        ("{exclusiveMinimum: 3}", 3, "finding"),
        ("{exclusiveMaximum: 3}", 2, "fine"),
        ("{maximum: 3}", 4, "finding"),
        ("{multipleOf: 16}", 48, "fine"),
        ("{multipleOf: 16}", 40, "finding"),
        ("{minLength: 2}", "a", "finding"),
        ("{maxLength: 2}", "ab", "fine"),
        ("{pattern: '^s3://'}", "s3://bucket", "fine"),
        ("{pattern: '^s3://'}", "http://s3://", "finding"),
        ("{type: boolean}", "true", "finding"),
        ("{type: integer}", True, "finding"),
        ("{type: number}", 1.5, "fine"),
        ("[1, 2]", 2, "fine"),
        ("[1, 2]", "2", "finding"),
        ("{const: 1}", 1.0, "fine"),
        ("{anyOf: [{minimum: 5}, {const: none}]}", "none", "fine"),
        ("{anyOf: [{const: 1}, {const: 2}]}", 3, "finding"),
        ("{allOf: [{minimum: 5}, {maximum: 6}]}", 7, "finding"),
        ("{oneOf: [{minimum: 5}, {maximum: 6}]}", 5, "finding"),
        ("{oneOf: [{minimum: 5}, {maximum: 6}]}", 9, "fine"),
        ("{not: {enum: [1, 2]}}", 1, "finding"),
        ("{minimum: 5, maximum: 6}", 7, "finding"),
    ],
)
def test_tests_of_a_value(test: str, value: object, verdict: str) -> None:
    assert decided(rule(f"expect: {{anything: {test}}}"), {"anything": value}).verdict == verdict


@pytest.mark.parametrize(
    ("test", "value", "verdict"),
    [
        ('{minimum: "1.10.0"}', "1.9.0", "finding"),
        ('{minimum: "1.10.0"}', "v1.10.0-eksbuild.1", "fine"),
        ('{maximum: "1.10.0-eksbuild.1"}', "1.9.0", "fine"),
        ('{maximum: "1.10.0-eksbuild.1"}', "1.10.0-eksbuild.2", "finding"),
        ('{maximum: "1.10.0"}', "1.10.0-eksbuild.2", "fine"),
        ('{minimum: "1.9"}', "1.9.0-rc1", "finding"),
        ('{exclusiveMaximum: "1.9"}', "1.9.0-rc1", "fine"),
        ('"1.9"', "v1.9.0", "fine"),
        ('{not: {enum: ["1.8.0", "1.9.0"]}}', "1.9", "finding"),
        ('{minimum: "1.9"}', "latest", "undecided"),
        ('{minimum: "1.9"}', "9" * 5000, "undecided"),
    ],
)
def test_versions_compare_as_versions(test: str, value: str, verdict: str) -> None:
    assert decided(rule(f"expect: {{version: {test}}}"), {"version": value}).verdict == verdict


@pytest.mark.parametrize(
    ("expect", "given", "verdict"),
    [
        ("{values: {uniqueItems: true}}", {"values": [1, 2, 1]}, "finding"),
        ("{values: {uniqueItems: true}}", {"values": [1, {"unknown": "{{ x }}"}]}, "undecided"),
        ("{values: {uniqueItems: true}}", {"values": [1, 2]}, "fine"),
        ("{'values[0]': 1}", {"values": [1, 2]}, "fine"),
        ("{'values[-1]': 1}", {"values": [1, 2]}, "finding"),
        ("{'values[0]': 2}", {"values": {"open": [1]}}, "undecided"),
        ("{'values[2]': present}", {"values": [1]}, "finding"),
        ("{'values[2]': 5}", {"values": [1]}, "n/a"),
        ("{'types[2].port': present}", {"types": []}, "n/a"),
        ("{values@count: {maximum: 1}}", {"values": [1, 2]}, "finding"),
        ("{values@count: {maximum: 1}}", {"values": {"open": [1, 2]}}, "undecided"),
        ("{values: {maxItems: {$fact: limit, plus: 1}}}", {"values": [1, 2], "limit": 0}, "finding"),
        ("{values: {maxItems: {$fact: limit}}}", {"values": [1, 2]}, "n/a"),
        ("{types: {contains: {trunk: true}, minContains: 2}}", {"types": [{"trunk": True}]}, "finding"),
        ("{types: {contains: {trunk: true}, minContains: {$fact: limit}}}", {"types": [{"trunk": True}], "limit": 1}, "fine"),
        ("{types: {contains: {trunk: true, port: 1}}}", {"types": [{"trunk": True, "port": 2}, {"port": 1}]}, "finding"),
        ("{types: {items: {trunk: true, port: 1}}}", {"types": [{"trunk": {"unknown": "{{ x }}"}, "port": 2}]}, "finding"),
        ("{zones: {contains: {enum: [a, b]}}}", {"zones": ["c", "b"]}, "fine"),
        ("{zones: {items: {pattern: '^a'}}}", {"zones": ["ab", "b"]}, "finding"),
        ("{service.port@written: true}", {}, "n/a"),
        ("{service.port@written: false}", {"service": {"unknown": "{{ x }}"}}, "undecided"),
        ("{limit@written: true}", {"limit": Known(3, default="kubelet")}, "finding"),
        ("{limit@key: maxPods}", {"limit": Known(3, key="maxPods")}, "fine"),
        ("{scheme: {const: {$fact: group}}}", {"scheme": {"unknown": "{{ x }}"}}, "n/a"),
    ],
)
def test_tests_of_lists_and_of_what_is_not_there(expect: str, given: dict[str, Any], verdict: str) -> None:
    assert decided(rule(f"expect: {expect}"), given).verdict == verdict
