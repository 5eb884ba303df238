"""Proof: an example that does not hold is told with its line, and the commands that show and prove rules."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ekslint.commands import main

RULE = """\
id: wrong-name
title: A Service that is called wrong
level: {error: {namespace: prod}, warning: {}}
why: Nobody finds it.
remedy: Call it right.
references: [https://example.org/names]
subject: service
expect:
  name: right
report: "{name} is called wrong"
at: name
examples:
  - name: one Service
    bad: |
      apiVersion: v1
      kind: Service
      metadata:
        name: left  # <- finding
      spec:
        ports: [{port: 80}]
    good: |
      apiVersion: v1
      kind: Service
      metadata:
        name: right
      spec:
        ports: [{port: 80}]
  - name: two files
    bad:
      a.yaml: |
        apiVersion: v1
        kind: Service
        metadata:
          name: right
        spec:
          ports: [{port: 80}]
      b.json: |
        {"apiVersion": "v1", "kind": "Service",
         "metadata": {"name": "left"}, "spec": {"ports": [{"port": 80}]}}
    lines: {b.json: [2]}
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A rule of the user's own; no rule is shipped."""
    (tmp_path / "shipped").mkdir()
    (tmp_path / "own").mkdir()
    monkeypatch.setattr("ekslint.language.library.SHIPPED", str(tmp_path / "shipped"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return write(tmp_path, RULE)


def write(folder: Path, text: str) -> Path:
    file = folder / "own" / "wrong-name.yaml"
    file.write_text(text)
    return file


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def test_examples_that_hold(file: Path) -> None:
    result = run("test", str(file.parent))
    assert result.output == "1 rule, 2 examples, 0 failures\n"
    assert result.exit_code == 0


SERVICE = "kind: Service\n      metadata:\n        name: "

BROKEN = {
    "nothing is found": ("name: left  # <-", "name: right  # <-", 18, "(bad): expected a finding here: Service right is fine"),
    "the mark is elsewhere": (
        f"{SERVICE}left  #",
        f"{SERVICE[:13]}  # <- finding{SERVICE[13:]}left  #",
        16,
        "(bad): expected a finding here",
    ),
    "what is good is reported": (f"{SERVICE}right", f"{SERVICE}left", 25, "(good): expected no finding here: left is called wrong"),
    "the named line is not reported": ("[2]", "[1]", 38, "two files (bad): expected a finding here"),
    "a line that is not named is reported": ("[2]", "[1]", 39, "two files (bad): expected no finding here: left is called wrong"),
    "a text cannot be read": (f"{SERVICE}right", f"{SERVICE}'right", 25, "(good): cannot be checked"),
}


@pytest.mark.parametrize(("old", "new", "line", "message"), BROKEN.values(), ids=BROKEN)
def test_an_example_that_does_not_hold(file: Path, old: str, new: str, line: int, message: str) -> None:
    assert old in RULE
    file.write_text(RULE.replace(old, new, 1))
    result = run("test", str(file))
    assert any(told.startswith(f"{file}:{line}: ") and message in told for told in result.output.splitlines()), result.output
    assert result.exit_code == 1


def test_an_example_that_is_undecided(file: Path) -> None:
    file.write_text(
        RULE.replace("  name: right", "  namespace: right", 1).replace("name: left", "name: left\n        namespace: ${IT}", 1)
    )
    assert "one Service (bad): expected a finding here, and the rule is undecided" in run("test", str(file)).output


def test_a_broken_rule_file(file: Path) -> None:
    file.write_text(RULE.replace("remedy: Call it right.\n", ""))
    result = run("test", str(file))
    assert f"{file}:1: `remedy` is missing" in result.output
    assert result.exit_code == 2


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    result = run("test", str(tmp_path / "none"))
    assert "there is no such folder or rule file" in result.output
    assert result.exit_code == 2


def test_a_rule_is_silent_where_it_yields(file: Path) -> None:
    (file.parent / "other-name.yaml").write_text(RULE.replace("id: wrong-name", "id: other-name\nyields_to: [wrong-name]"))
    result = run("test", str(file.parent))
    assert "other-name, one Service (bad): expected a finding here, and the rule yields to wrong-name" in result.output


def test_explain(file: Path) -> None:
    result = run("explain", "wrong-name", "--rules", str(file.parent))
    assert result.exit_code == 0
    assert result.output.startswith("A Service that is called wrong\nwrong-name (own, error or warning)\n")
    for part in (
        "Nobody finds it.",
        "Call it right.",
        "Bad: one Service",
        "Good: one Service",
        "# b.json",
        "  https://example.org/names",
    ):
        assert part in result.output


def test_explain_names_the_nearest_rule(file: Path) -> None:
    result = run("explain", "wrong-nam", "--rules", str(file.parent))
    assert "There is no rule wrong-nam; did you mean wrong-name?" in result.output
    assert result.exit_code == 2


def test_what_a_stranger_wrote_does_not_act_on_the_terminal(file: Path) -> None:
    file.write_text(RULE.replace("why: Nobody finds it.", 'why: "Nobody \\e[31m finds it."'))
    result = run("explain", "wrong-name", "--rules", str(file.parent))
    assert "\x1b" not in result.output
    assert "\\x1b[31m" in result.output


def test_rules_lists_families(file: Path) -> None:
    result = run("rules", "--rules", str(file.parent), "--family", "own")
    assert result.output == "own\n  wrong-name  error/warning  A Service that is called wrong\n1 rule\n"


def test_rules_as_json(file: Path) -> None:
    result = run("rules", "--rules", str(file.parent), "--family", "own", "--format", "json")
    (rule,) = json.loads(result.output)
    assert rule["id"] == "wrong-name"
    assert rule["levels"] == ["error", "warning"]
    assert rule["references"] == ["https://example.org/names"]


def test_a_family_that_is_none(file: Path) -> None:
    result = run("rules", "--rules", str(file.parent), "--family", "owm")
    assert "there is no family owm; did you mean own?" in result.output
    assert result.exit_code == 2
