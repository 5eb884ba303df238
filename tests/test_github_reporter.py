"""Workflow commands: where annotations stand, and that no file can give a command of its own."""

from __future__ import annotations

import re

from pytest_snapshot.plugin import Snapshot
from reports import SCHEME, full, hostile, rendered, report

from ekslint.finding import Problem
from ekslint.source.text import Place


def test_a_whole_report(snapshot: Snapshot) -> None:
    snapshot.assert_match(rendered("github", full()), "full.txt")


def test_only_our_own_commands_begin_a_line() -> None:
    lines = rendered("github", hostile()).split("\n")
    *commands, summary, end = lines
    assert len(commands) == 3
    assert all(re.match(r"::error [^:]*title=ekslint [a-z -]+::", line) for line in commands)
    assert summary.startswith("ekslint: ")
    assert end == ""
    assert "##[" not in "".join(lines)


def test_properties_and_messages_are_escaped() -> None:
    name = "a,b:c%0A.yaml"
    finding = SCHEME._replace(place=Place(name, 1, 2, 1, 3), message="100% of\nit", subjects=(), clusters=())
    command = rendered("github", report(finding)).split("\n")[0]
    assert command == (
        "::error file=a%2Cb%3Ac%250A.yaml,line=1,endLine=1,col=2,endColumn=3,title=ekslint scheme-refused::100%25 of\\nit"
    )


def test_columns_are_left_out_over_several_lines() -> None:
    finding = SCHEME._replace(place=Place("a.yaml", 1, 2, 3, 4), level="note", message="m", subjects=(), clusters=())
    assert rendered("github", report(finding)).startswith("::notice file=a.yaml,line=1,endLine=3,title=ekslint scheme-refused::m\n")


def test_standard_input_has_no_file() -> None:
    finding = SCHEME._replace(place=Place("<stdin>", 1, 2, 1, 4), message="m", subjects=(), clusters=())
    problem = Problem("syntax", "broken", Place("<stdin>", 1, 1, 1, 2), "<stdin>")
    lines = rendered("github", report(finding, problems=(problem,))).split("\n")
    assert lines[0] == "::error title=ekslint scheme-refused::m"
    assert lines[1] == "::error title=ekslint problem syntax::broken"
