"""SARIF: the shape that code scanning takes, exact places, links to related places, and what is cut."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from jsonschema import Draft202012Validator
from pytest_snapshot.plugin import Snapshot
from reports import HOSTILE, INGRESS, INSTANCE, RULES, SCHEME, TAGS, full, hostile, rendered, report

from ekslint import __version__, fact
from ekslint.finding import Problem, Related, Report, Suppressed
from ekslint.language.loader import read_rule
from ekslint.language.rule import Rule
from ekslint.project import ADDRESS
from ekslint.reporters import sarif
from ekslint.source.text import Place

RULE_FILES = Path(__file__).parents[1] / "rules"
SCHEMA = Draft202012Validator(json.loads((Path(__file__).parent / "fixtures" / "sarif-schema.json").read_text("utf-8")))


def run(of: Report) -> Any:
    """The one run of a log that fits the schema."""
    log = json.loads(rendered("sarif", of))
    SCHEMA.validate(log)
    return log["runs"][0]


def test_a_whole_report(snapshot: Snapshot) -> None:
    run(full())
    written = rendered("sarif", full()).replace(ADDRESS, "https://example.org/ekslint").replace(f'"{__version__}"', '"0.0.0"')
    snapshot.assert_match(written, "full.sarif")


def test_nothing_found_is_a_legal_log() -> None:
    empty = run(report(rules=()))
    assert empty["results"] == []
    assert empty["invocations"] == [
        {"executionSuccessful": True, "toolExecutionNotifications": [], "toolConfigurationNotifications": []}
    ]


def test_snippets_are_the_text_of_the_region() -> None:
    region = run(report(SCHEME))["results"][0]["locations"][0]["physicalLocation"]["region"]
    line = INGRESS.split("\n")[region["startLine"] - 1]
    assert region["snippet"]["text"] == line[region["startColumn"] - 1 : region["endColumn"] - 1] == "public"


def test_a_region_over_several_lines() -> None:
    several = SCHEME._replace(place=Place("apps/ingress.yaml", 3, 1, 4, 12))
    region = run(report(several))["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert region["snippet"]["text"] == "metadata:\n  name: web"


def test_every_result_points_to_its_rule() -> None:
    found = run(report(INSTANCE, SCHEME, TAGS._replace(rule="unknown-rule")))
    rules = found["tool"]["driver"]["rules"]
    assert [rules[r["ruleIndex"]]["id"] for r in found["results"]] == [r["ruleId"] for r in found["results"]]
    assert [rule["id"] for rule in rules] == [*(rule.id for rule in RULES), "unknown-rule"]
    assert rules[0]["helpUri"] == f"{ADDRESS}/blob/main/rules/load-balancers/instance-targets-without-node-port.yaml"
    assert rules[1]["properties"]["security-severity"] == "8.0"


def test_the_tags_and_the_severity_of_a_rule_file_reach_code_scanning() -> None:
    fact.load()
    rule = Rule(read_rule(str(RULE_FILES / "ingress" / "tls-policy-default.yaml"), "ingress").record)
    (written,) = run(report(rules=(rule.text(),)))["tool"]["driver"]["rules"]
    assert "security" in written["properties"]["tags"]
    assert written["properties"]["security-severity"] == rule.security_severity == "3.7"


def test_related_places_are_linked_because_code_scanning_shows_only_those() -> None:
    (result,) = run(report(INSTANCE))["results"]
    assert result["message"]["text"] == (
        "Service default/web has no node port, so the controller answers: service must be of type NodePort. "
        "Instead: Set target-type to ip, or the Service's type to NodePort. "
        "See [Service default/web is of type ClusterIP](1)."
    )
    assert [related["id"] for related in result["relatedLocations"]] == [1]


def test_words_from_files_make_no_links() -> None:
    (result, _) = run(hostile())["results"]
    links = re.findall(r"(?<!\\)\[((?:\\.|[^\\\]])*)\]\(([^)]*)\)", result["message"]["text"])
    assert [target for _, target in links] == ["1"]
    assert result["message"]["text"].replace("\\[", "[").count("[a\\](https://evil.example)") == 7


def test_nothing_in_a_file_acts_on_a_reader() -> None:
    written = rendered("sarif", hostile())
    assert written.isascii()
    assert all(line.isprintable() for line in written.split("\n"))
    SCHEMA.validate(json.loads(written))
    for result in run(hostile())["results"]:
        assert result["message"]["text"].isprintable()


@pytest.mark.parametrize(
    ("file", "uri"),
    [
        ("apps/web.yaml", "apps/web.yaml"),
        ("./apps//web.yaml", "apps/web.yaml"),
        ("a b/c#d?e%41:ü.yaml", "a%20b/c%23d%3Fe%2541%3A%C3%BC.yaml"),
        ("a\udcff.yaml", "a%FF.yaml"),
        ("<stdin>", "stdin"),
    ],
)
def test_files_below_the_folder_are_relative(file: str, uri: str) -> None:
    (result,) = run(report(SCHEME._replace(place=Place(file, 1, 1, 1, 2))))["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == {"uri": uri, "uriBaseId": "%SRCROOT%"}


@pytest.mark.parametrize("file", ["/etc/a b.yaml", "../other/a b.yaml"])
def test_files_elsewhere_are_absolute(file: str) -> None:
    (result,) = run(report(SCHEME._replace(place=Place(file, 1, 1, 1, 2))))["results"]
    artifact = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert list(artifact) == ["uri"]
    assert artifact["uri"].startswith("file:///")
    assert Path(unquote(artifact["uri"].removeprefix("file://"))) == Path(file).absolute().resolve()


def test_fingerprints_do_not_know_lines_and_are_never_the_same() -> None:
    moved = SCHEME._replace(place=SCHEME.place._replace(line=90, end_line=90))
    marks = [result["partialFingerprints"]["ekslint/v1"] for result in run(report(SCHEME, moved, INSTANCE, SCHEME))["results"]]
    assert marks[1:2] + marks[3:] == [f"{marks[0]}:2", f"{marks[0]}:3"]
    assert marks[2] not in (marks[0], marks[1])
    assert run(report(moved))["results"][0]["partialFingerprints"]["ekslint/v1"] == marks[0]


def test_suppressions_say_by_what_and_why() -> None:
    external = SCHEME._replace(suppressed=Suppressed("config", ""))
    tags, scheme = run(report(TAGS, external))["results"]
    assert scheme["suppressions"] == [{"kind": "external", "status": "accepted"}]
    (comment,) = tags["suppressions"]
    assert (comment["kind"], comment["justification"]) == ("inSource", "agreed")
    assert comment["location"]["physicalLocation"]["region"]["snippet"]["text"] == "tag-order"


def test_problems_become_notifications_and_only_a_crash_is_a_failed_run() -> None:
    (invocation,) = run(full())["invocations"]
    assert invocation["executionSuccessful"] is True
    broken, secret = invocation["toolExecutionNotifications"]
    assert broken["locations"][0]["physicalLocation"]["region"]["startLine"] == 3
    assert secret["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "apps/secret.yaml"
    assert [n["descriptor"]["id"] for n in invocation["toolConfigurationNotifications"]] == ["partial", "undecided", "skipped"]
    assert run(report(problems=(Problem("crash", "fact x: KeyError", None),)))["invocations"][0]["executionSuccessful"] is False


def test_the_mildest_go_first_where_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "MAX_RESULTS", 3)
    suppressed = INSTANCE._replace(suppressed=Suppressed("config", "known"))
    note = TAGS._replace(suppressed=None)
    found = run(report(suppressed, note, SCHEME, note, SCHEME))
    assert [result["level"] for result in found["results"]] == ["note", "error", "error"]
    (cut,) = found["invocations"][0]["toolExecutionNotifications"]
    assert cut["message"]["text"] == "2 of 5 findings were left out: code scanning takes 3."


def test_many_related_places_are_cut_and_said_to_be() -> None:
    many = SCHEME._replace(related=tuple(Related(SCHEME.place, f"target group {n}") for n in range(1_200)))
    found = run(report(many))
    assert len(found["results"][0]["relatedLocations"]) == 1_000
    assert "See [target group 0](1)." in found["results"][0]["message"]["text"]
    (cut,) = found["invocations"][0]["toolExecutionNotifications"]
    assert cut["message"]["text"].startswith("200 related places of scheme-refused at apps/ingress.yaml:7:39")


def test_long_words_are_cut() -> None:
    rule = RULES[0]._replace(title="t" * 3_000, why="w" * 3_000, tags=tuple(f"tag-{n}" for n in range(30)))
    long = SCHEME._replace(message="m" * 50_000, remedy=HOSTILE * 2_000, place=Place("apps/ingress.yaml", 1, 1, 1, 9_000))
    texts = {"apps/ingress.yaml": "x" * 9_000}
    found = run(report(long, rules=(rule,), texts=texts))
    assert "snippet" not in found["results"][0]["locations"][0]["physicalLocation"]["region"]
