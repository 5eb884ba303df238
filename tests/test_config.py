""".ekslint.yaml: what it may say, and that each mistake names its place and what was meant."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ekslint.config import MAX_SIZE, Config, ConfigError, find, load, parse
from ekslint.source.globs import Globs
from ekslint.source.text import Text

RULES = {"scheme-refused": "ingress", "group-order": "ingress", "max-pods": "nodes", "unused-suppression": ""}

FULL = """\
select: [ingress, "nodes/*", max-pods]
ignore:
  - group-order
  - rule: ingress
    paths: [legacy/*, "!legacy/kept.yaml"]
    reason: goes with the old cluster
    until: 2030-12-31
levels:
  max-pods: note
exclude: [vendor/, "*.gen.yaml"]
clusters:
  - name: dev
    paths: [base/, clusters/dev/**]
"""


def config(text: str, today: str = "2030-06-01") -> Config:
    return parse(Text(text, ".ekslint.yaml"), RULES, today)


def taken(globs: Globs, *files: str) -> list[bool]:
    return [globs.match(file) for file in files]


def test_all_that_it_can_say() -> None:
    read = config(FULL)
    assert read.select == ("ingress", "nodes/*", "max-pods")
    assert read.levels == {"max-pods": "note"}
    plain, entry = read.ignore
    assert (plain.rule, plain.reason, plain.expired, bool(plain.paths)) == ("group-order", "", False, False)
    assert (entry.rule, entry.reason, entry.until, entry.expired) == ("ingress", "goes with the old cluster", "2030-12-31", False)
    assert str(plain.place), str(entry.place) == (".ekslint.yaml:3:5", ".ekslint.yaml:4:11")
    assert taken(entry.paths, "legacy/a.yaml", "legacy/b/c.yaml", "legacy/kept.yaml", "a.yaml") == [True, True, False, False]
    assert taken(read.exclude, "vendor/a.yaml", "x/vendor/a.yaml", "a/b.gen.yaml", "a.yaml") == [True, True, True, False]
    (dev,) = read.clusters
    assert dev.name == "dev"
    assert taken(dev.paths, "base/a.yaml", "clusters/dev/b/c.yaml", "clusters/prod/a.yaml") == [True, True, False]


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "---\n", "ignore:\nselect:\nlevels:\nexclude:\nclusters:\n"])
def test_nothing_said_is_the_default(text: str) -> None:
    read = config(text)
    assert (read.select, read.ignore, read.levels, read.clusters) == ((), (), {}, ())
    assert not read.exclude.match("a.yaml")


@pytest.mark.parametrize(("today", "expired"), [("2030-12-30", False), ("2030-12-31", False), ("2031-01-01", True)])
def test_an_entry_holds_through_its_last_day(today: str, expired: bool) -> None:
    assert config(FULL, today).ignore[1].expired is expired


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("selct: []\n", '1:1: A config has no key "selct"; did you mean "select"?'),
        ("rules: ./mine\n", '1:1: A config has no key "rules"; it has select, ignore, levels, exclude or clusters'),
        ("- select\n", "1:1: A config is a map with select, ignore, levels, exclude or clusters, not a list"),
        ("select: ingress\n", "1:9: select is a list, not a string"),
        ("select: [scheme-refusd]\n", '1:10: There is no rule "scheme-refusd"; did you mean "scheme-refused"?'),
        ("select: [ingres]\n", '1:10: There is no rule "ingres"; did you mean "ingress"?'),
        ("select: [nodes/max-pod]\n", '1:10: There is no rule "nodes/max-pod"; did you mean "max-pods"?'),
        ("select: ['gateway/*']\n", '1:10: There is no rule "gateway/*"'),
        ("select: [1]\n", "1:10: A rule is a string, not an integer"),
        ("ignore:\n  - paths: [a]\n", "2:5: An entry of ignore needs rule"),
        ("ignore:\n  - rule: ingress\n    path: [a]\n", '3:5: An entry of ignore has no key "path"; did you mean "paths"?'),
        ("ignore:\n  - rule: ingress\n    until: soon\n", "3:12: until is a day, as in 2030-12-31"),
        ("ignore:\n  - rule: ingress\n    until: 2030-02-30\n", "3:12: until is a day"),
        ("ignore:\n  - rule: ingress\n    until: 20301231\n", "3:12: until is a day"),
        ("levels: [max-pods]\n", "1:9: levels is a map from rule to level, not a list"),
        ("levels:\n  max-pod: note\n", '2:3: There is no rule "max-pod"; did you mean "max-pods"?'),
        ("levels:\n  nodes: note\n", '2:3: levels takes rules one by one, and "nodes" is none'),
        ("levels:\n  max-pods: fatal\n", '2:13: There is no level "fatal"; write note, warning or error'),
        ("levels: {max-pods: note, max-pods: error}\n", '1:26: "max-pods" is written twice'),
        ("select: []\nselect: []\n", '2:1: "select" is written twice'),
        ("clusters:\n  - name: dev\n", "2:5: An entry of clusters needs paths"),
        ("clusters:\n  - {name: dev, paths: []}\n", '2:24: The cluster "dev" has no paths'),
        ("clusters:\n  - {name: a, paths: [a]}\n  - {name: a, paths: [b]}\n", '3:5: There is a cluster "a" already'),
        ("exclude: [/etc]\n", '1:11: "/etc" leads out of the folder'),
        ("exclude: [a/../../b]\n", '1:11: "a/../../b" leads out of the folder'),
        ("exclude: ['!../b']\n", '1:11: "!../b" leads out of the folder'),
        ("exclude: [~/b]\n", '1:11: "~/b" leads out of the folder'),
        ("exclude: ['C:\\b']\n", '1:11: "C:\\b" leads out of the folder'),
        ("exclude: ['']\n", "1:11: A pattern of files is a string, not an empty one"),
        ("exclude: ['a\\']\n", '1:10: exclude: "a\\" is no pattern of a .gitignore'),
        ("exclude: ['# a']\n", '1:10: exclude: "# a" is no pattern of a .gitignore'),
        ("select: []\n---\nselect: []\n", "3:1: A config is one document"),
        ("select: [\n", ".ekslint.yaml:"),
        ("select: !!python/object/apply:os.system ['true']\n", ".ekslint.yaml:1"),
    ],
)
def test_mistakes(text: str, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        config(text)
    assert words in str(caught.value)
    assert str(caught.value).startswith(".ekslint.yaml:")


def test_it_is_found_in_the_current_folder_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".ekslint.yaml").write_text("levels: {max-pods: note}\n", "utf-8")
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path)
    assert find() == ".ekslint.yaml"
    assert load(".ekslint.yaml", RULES).levels == {"max-pods": "note"}
    monkeypatch.chdir(tmp_path / "below")
    assert find() is None


def test_a_link_that_leads_out_of_the_folder_is_not_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret").write_text("token: x\n", "utf-8")
    (tmp_path / "repository").mkdir()
    os.symlink("../secret", tmp_path / "repository" / ".ekslint.yaml")
    monkeypatch.chdir(tmp_path / "repository")
    with pytest.raises(ConfigError, match="a link to a file outside the folder"):
        find()


def test_a_file_that_cannot_be_a_config(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: No such file"):
        load(str(tmp_path / "none.yaml"), RULES)
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        load(str(tmp_path), RULES)
    file = tmp_path / "config.yaml"
    file.write_bytes(b"# \xff\n")
    with pytest.raises(ConfigError, match="is not UTF-8: byte 3 is 0xff"):
        load(str(file), RULES)
    file.write_bytes(b"#" * (MAX_SIZE + 1))
    with pytest.raises(ConfigError, match="is larger than"):
        load(str(file), RULES)


def test_a_byte_order_mark_is_no_part_of_the_first_key(tmp_path: Path) -> None:
    file = tmp_path / "config.yaml"
    file.write_bytes(b"\xef\xbb\xbfselect: [ingress]\n")
    assert load(str(file), RULES).select == ("ingress",)
