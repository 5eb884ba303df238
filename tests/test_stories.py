"""Small repositories with one mistake each: reported on the line that a person would change, and not in the mended twin.

Each folder of fixtures/stories holds bad/, good/ and story.yaml, which names the rule, the level, the file and the line. Nothing of
at least that weight may be reported in good/, by any rule.
"""

from __future__ import annotations

import json
import os
from typing import Any

import pytest
from click.testing import CliRunner

from ekslint.commands import main
from ekslint.finding import rank
from ekslint.source.text import Text
from ekslint.syntax.yaml import parse

STORIES = os.path.join(os.path.dirname(__file__), "fixtures", "stories")
NAMES = sorted(os.listdir(STORIES))


def told(name: str) -> dict[str, Any]:
    with open(os.path.join(STORIES, name, "story.yaml"), encoding="utf-8") as file:
        found = parse(Text(file.read(), "story.yaml")).documents[0].root.plain()
    assert isinstance(found, dict)
    return found


def findings(name: str, side: str, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    monkeypatch.chdir(os.path.join(STORIES, name, side))
    result = CliRunner().invoke(main, ["check", "--format", "json"])
    assert result.exit_code in (0, 1), result.output
    found: list[dict[str, Any]] = json.loads(result.stdout)["findings"]
    return found


@pytest.mark.parametrize("name", NAMES)
def test_the_mistake_is_reported_where_it_is_mended(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    story = told(name)
    found = [each for each in findings(name, "bad", monkeypatch) if each["rule"] == story["rule"]]
    places = [(each["place"]["file"], each["place"]["line"], each["level"]) for each in found]
    assert places == [(story["file"], story["line"], story["level"])]


@pytest.mark.parametrize("name", NAMES)
def test_the_mended_twin_is_silent(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    story = told(name)
    found = findings(name, "good", monkeypatch)
    assert not [each for each in found if each["rule"] == story["rule"] or rank(each["level"]) >= rank("warning")]
