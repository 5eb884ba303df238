"""The JSON report: the shape that docs/output.md promises."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from pytest_snapshot.plugin import Snapshot
from reports import INSTANCE, TAGS, full, hostile, rendered, report

from ekslint import __version__

DOCS = Path(__file__).parent.parent / "docs" / "output.md"


def test_a_whole_report(snapshot: Snapshot) -> None:
    snapshot.assert_match(rendered("json", full()).replace(f'"{__version__}"', '"0.0.0"'), "full.json")


def test_every_member_is_documented() -> None:
    section = DOCS.read_text("utf-8").split("\n## JSON\n")[1].split("\n## ")[0]
    documented = set(re.findall(r"^\s*[*|-] ?`([a-z_]+)`", section, re.MULTILINE))
    written: set[str] = set()

    def members(value: Any) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                written.add(key)
                if key not in ("undecided", "skipped"):
                    members(inner)
        elif isinstance(value, list):
            for inner in value:
                members(inner)

    members(json.loads(rendered("json", full())))
    assert written == documented


def test_suppressed_findings_are_there_and_counted_apart() -> None:
    found = json.loads(rendered("json", report(INSTANCE, TAGS)))
    assert [finding["suppressed"] is None for finding in found["findings"]] == [True, False]
    assert (found["summary"]["error"], found["summary"]["note"], found["summary"]["suppressed"]) == (1, 0, 1)


def test_hostile_words_are_escaped_and_legal_unicode() -> None:
    written = rendered("json", hostile())
    assert written.isascii()
    assert all(line.isprintable() for line in written.split("\n"))
    found = json.loads(written)
    assert "\u202e" in found["findings"][0]["message"]
    json.dumps(found, ensure_ascii=False).encode("utf-8")
