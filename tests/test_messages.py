"""The words and the places of a finding."""

from __future__ import annotations

from typing import Any

import pytest
from subjects import at, facts, thing

from ekslint import fact
from ekslint.finding import Finding
from ekslint.language.loader import parse_rule
from ekslint.language.rule import RELATED_LIMIT, Rule
from ekslint.source.text import Place, Text
from ekslint.value import Absent, Known, Unknown, listing

RULE = """\
id: it
title: It
level: {level}
why: It is.
remedy: Change it.
references: [https://example.org/]
subject: thing
expect: {expect}
{report}
at: {at}
{more}
examples:
  - name: one
    bad: "x  # <- finding"
    good: "y"
"""


@pytest.fixture(autouse=True)
def _kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fact, "FACTS", facts())
    monkeypatch.setattr("ekslint.language.paths.FACTS", fact.FACTS)


def made(report: str = "x", expect: str = "{a: true}", at: str = "a", level: str = "warning", more: str = "") -> Rule:
    line = "" if "report:" in more else f'report: "{report}"'
    text = RULE.format(report=line, expect=expect, at=at, level=level, more=more)
    return Rule(parse_rule(Text(text, "it.yaml"), "own", "it.yaml").record)


def finding(rule: Rule, given: dict[str, Any]) -> Finding:
    subject = thing({**given, "a": False})
    decision = rule.decide(subject)
    assert decision.verdict == "finding"
    return rule.finding(subject, decision)


def parts(*names: str, **given: Any) -> list[dict[str, Any]]:
    return [{"name": name, **given} for name in names]


@pytest.mark.parametrize(
    ("report", "given", "message"),
    [
        ("{limit} is small", {"limit": 3}, "3 is small"),
        ("{a} it is", {}, "false it is"),
        ("{scheme} is not known", {"scheme": {"unknown": "{{ .Values.scheme }}"}}, "{{ .Values.scheme }} is not known"),
        ("{scheme} is not known", {"scheme": Unknown("computed")}, "something unknown is not known"),
        ("{scheme} is there", {}, "none is there"),
        ("{service} is one", {"service": {"name": "web"}}, "part web is one"),
        ("{service.port} of {service.name}", {"service": {"name": "web", "port": 80}}, "80 of web"),
        ("has {zones}", {"zones": []}, "has none"),
        ("has {zones}", {"zones": ["a"]}, "has a"),
        ("has {zones}", {"zones": ["a", "b"]}, "has a and b"),
        ("has {zones}", {"zones": ["a", "b", "c"]}, "has a, b and c"),
        ("has {zones}", {"zones": ["a", "b", "c", "d", "e"]}, "has a, b and 3 more"),
        ("has {zones}", {"zones": ["a", "a", "b"]}, "has a and b"),
        ("has {zones[0]} and {zones[-1]}", {"zones": ["a", "b", "c"]}, "has a and c"),
        ("has {types[*].port}", {"types": [{"port": 1}, {"port": 2}]}, "has 1 and 2"),
        ("has {zones@count}", {"zones": ["a", "b"]}, "has 2"),
        ("has {zones@count}", {"zones": {"open": ["a", "b"]}}, "has at least 2"),
        ("has {zones@count}", {"zones": ["a", {"unknown": "{{ b }}"}]}, "has at least 1"),
        ("it[; did you mean {scheme}?]", {"scheme": "x"}, "it; did you mean x?"),
        ("it[; did you mean {scheme}?]", {}, "it"),
        ("it[; did you mean {scheme}?]", {"scheme": {"unknown": "{{ x }}"}}, "it"),
        ("it[, as {zones[0]}]", {"zones": []}, "it"),
        ("it[, as {scheme} and {group}]", {"scheme": "x"}, "it"),
        ("{{limit}} and [[limit]", {"limit": 3}, "{limit} and [limit]"),
        ("{limit@key} is", {"limit": Known(3, key="maxPodsPerNode")}, "maxPodsPerNode is"),
        ("{limit@key} is", {"limit": 3}, "limit is"),
        ("{limit@written} is", {"limit": 3}, "true is"),
        (
            "{limit@origin}",
            {"limit": Known(3, default="AWS Load Balancer Controller")},
            "by default of the AWS Load Balancer Controller",
        ),
        ("{limit@origin}", {"limit": Known(3, default="EKS")}, "by default of EKS"),
        ("{limit@origin}", {"limit": Known(3, key="example.org/limit")}, "the annotation example.org/limit"),
        ("{limit@origin}", {"limit": Known(3, key="--max-pods")}, "the option --max-pods"),
        ("{limit@origin}", {"limit": Known(3, key="WARM_IP_TARGET")}, "the variable WARM_IP_TARGET"),
        ("{limit@origin}", {"limit": Known(3, key="maxPods")}, "the field maxPods"),
        ("{limit@origin}", {}, "nothing sets it"),
        ("{limit@origin}", {"limit": Unknown("a patch without its base")}, "a patch without its base"),
        ("{scheme}", {"scheme": "a\n  b"}, "a b"),
        ("{scheme}", {"scheme": "x" * 300}, "x" * 199 + "…"),
    ],
)
def test_texts(report: str, given: dict[str, Any], message: str) -> None:
    assert finding(made(report), given).message == message


def test_each_names_the_elements_that_decided() -> None:
    rule = made("{types[*].name} of {types}", expect='{"types[*].trunk": true}')
    found = finding(rule, {"types": [*parts("a", "b", trunk=False), *parts("c", trunk=True)]})
    assert found.message == "a and b of part a, part b and part c"


def test_subjects_of_one_name_are_told_apart_by_their_namespaces() -> None:
    one, other = thing({}, "part", "web"), thing({}, "part", "web")
    one.namespace, other.namespace = Known("dev"), Known("prod")
    given = {"types": listing([one.known(), other.known()])}
    assert finding(made("{types}"), given).message == "part dev/web and part prod/web"


def test_a_report_by_level() -> None:
    rule = made(level="{error: {b: true}, note: {}}", more='report: {error: "grave: {b}", note: mild}')
    assert rule.level == "error"
    assert finding(rule, {"b": True})[1:3] == ("error", "grave: true")
    assert finding(rule, {"b": False})[1:3] == ("note", "mild")
    assert finding(rule, {"b": {"unknown": "{{ b }}"}}).level == "note"


def test_the_place_of_a_value() -> None:
    assert finding(made(at="limit"), {"limit": 3}).place == at(2)


def test_the_first_place_that_somebody_wrote() -> None:
    rule = made(at="[limit, count, a]")
    given = {"limit": Known(3, [at(40)], default="kubelet"), "count": 4}
    assert finding(rule, given).place == at(3)
    assert finding(made(at="[limit, count]"), {"limit": given["limit"]}).place == at(40)


def test_a_template_is_written() -> None:
    assert finding(made(at="[limit, a]"), {"limit": {"unknown": "{{ x }}"}}).place == at(2)


def test_the_place_of_what_is_absent_is_where_it_would_stand() -> None:
    assert finding(made(at="limit"), {"limit": Absent([at(7)])}).place == at(7)


def test_the_subject_where_nothing_has_a_place() -> None:
    assert finding(made(at="limit"), {"limit": Known(3, [Place("", 1, 1, 1, 1)])}).place == at(1)


def test_a_relation_without_a_place_has_that_of_its_subjects() -> None:
    given = {"types": listing([thing({}, "part", "x", 30).known(), thing({}, "part", "y", 40).known()])}
    assert finding(made(at="types"), given).place == at(30)
    assert finding(made(at='"types[*]"'), given).place == at(30)


def test_the_first_element_that_decided_and_the_others_beside_it() -> None:
    rule = made(expect='{"types[*].trunk": true}', at='"types[*].trunk"')
    found = finding(rule, {"types": [*parts("a", trunk=True), *parts("b", "c", trunk=False)]})
    assert found.place.line == 202
    assert [(related.place.line, related.message) for related in found.related] == [(203, "here too")]


def test_related_places_have_words() -> None:
    rule = made(more="related: [service, limit, count, group, scheme, zones]")
    found = finding(
        rule,
        {
            "service": {"name": "web"},
            "limit": 3,
            "count": Known(4, [at(50)], default="EKS"),
            "scheme": {"unknown": "{{ x }}"},
            "zones": ["a", "b"],
        },
    )
    assert [(related.place.line, related.message) for related in found.related] == [
        (2, "part web"),
        (3, "limit: 3"),
        (50, "count: 4, by default of EKS"),
        (5, "scheme: {{ x }}"),
        (600, "zones: a"),
        (601, "zones: b"),
    ]


def test_related_places_are_capped_and_never_the_place_itself() -> None:
    rule = made(at='"zones[0]"', more="related: [zones]")
    found = finding(rule, {"zones": [str(number) for number in range(40)]})
    assert len(found.related) == RELATED_LIMIT
    assert found.place not in [related.place for related in found.related]


def test_the_identity_stays_when_lines_move() -> None:
    rule = made(at="limit")
    first, second = thing({"a": False, "limit": 3}, name="web"), thing({"a": False, "limit": 3}, name="web", line=90)
    found = [rule.finding(subject, rule.decide(subject)) for subject in (first, second)]
    assert found[0].identity == found[1].identity == "thing /web limit"
    assert found[0].place != found[1].place
    assert found[0].subjects == ("thing web",)
    assert found[0].remedy == "Change it."


def test_a_finding_touches_the_subjects_that_its_places_name() -> None:
    rule = made(at="service.port", more='related: ["types[*]"]')
    subject = thing({"a": False, "service": {"name": "web", "port": 1}, "types": parts("t", "u")})
    touched = rule.touched(subject, rule.decide(subject))
    assert [each.name for each in touched] == ["it", "web", "t", "u"]
