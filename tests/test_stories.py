"""Folders made to look like repositories of teams: in `bad` one mistake is reported where story.yaml says, in `good` it is not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from ekslint.commands.check import check
from ekslint.source.text import Text
from ekslint.syntax.yaml import parse

STORIES = sorted((Path(__file__).parent / "fixtures" / "stories").glob("*/story.yaml"))


def story(file: Path) -> dict[str, Any]:
    """What a story says: rule, file, line and level of the finding."""
    documents = parse(Text(file.read_text(), file.name)).documents
    plain = documents[0].root.plain()
    assert isinstance(plain, dict)
    return plain


def findings(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """All findings in a folder, run as a user runs it."""
    monkeypatch.chdir(folder)
    done = CliRunner().invoke(check, [".", "--format", "json", "--fail-on", "never"])
    assert done.exit_code == 0, done.output
    found: list[dict[str, Any]] = json.loads(done.output)["findings"]
    return found


@pytest.mark.parametrize("file", STORIES, ids=lambda file: file.parent.name)
def test_the_mistake_is_found_where_it_is(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = story(file)
    found = findings(file.parent / "bad", monkeypatch)
    places = [(f["rule"], f["place"]["file"], f["place"]["line"], f["level"]) for f in found]
    assert (told["rule"], told["file"], told["line"], told["level"]) in places


@pytest.mark.parametrize("file", STORIES, ids=lambda file: file.parent.name)
def test_nothing_is_said_of_it_once_it_is_mended(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = story(file)
    found = findings(file.parent / "good", monkeypatch)
    assert [f for f in found if f["rule"] == told["rule"]] == []
    assert [f for f in found if f["level"] == "error"] == []
