"""The library: where rules come from, and the compiled form that is kept."""

from __future__ import annotations

import marshal
import subprocess
import sys
import zlib
from pathlib import Path

import pytest

from ekslint.language import library as module
from ekslint.language.library import Library, RuleError, library

RULE = """\
id: {id}
title: A Service that is called wrong
level: note
why: It is.
remedy: Call it otherwise.
references: [https://example.org/]
subject: service
expect: {{name: right}}
report: "{{name}} is called wrong"
at: name
{more}
examples:
  - name: wrong
    bad: "x  # <- finding"
    good: "y"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of own rules with one family, beside one shipped rule and an empty cache."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(module, "SHIPPED", str(tmp_path / "shipped"))
    (tmp_path / "shipped" / "zones").mkdir(parents=True)
    put(tmp_path / "shipped" / "zones", "shipped-rule")
    (tmp_path / "own" / "names").mkdir(parents=True)
    put(tmp_path / "own" / "names", "wrong-name")
    return tmp_path / "own"


def put(folder: Path, id: str, more: str = "") -> None:
    (folder / f"{id}.yaml").write_text(RULE.format(id=id, more=more))


def kept(folder: Path) -> Path:
    (found,) = (folder.parent / "cache" / "ekslint").iterdir()
    return found


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many rule files each reading from the sources took."""
    counted: list[int] = []
    read = module.read_files
    monkeypatch.setattr(module, "read_files", lambda entries: counted.append(len(entries)) or read(entries))
    return counted


def test_own_rules_stand_beside_the_shipped(folder: Path) -> None:
    found = library([str(folder)])
    rule = found.get("wrong-name")
    assert rule is not None
    assert (rule.family, rule.level, rule.subject) == ("names", "note", "service")
    assert len(found) == 2
    assert [(rule.family, rule.id) for rule in found.rules] == sorted((rule.family, rule.id) for rule in found.rules)


def test_a_flat_folder_is_a_family(folder: Path) -> None:
    put(folder, "other-name")
    assert {rule.family for rule in library([str(folder)]).rules} == {"own", "names", "zones"}


def test_one_file_is_enough(folder: Path) -> None:
    found = library([str(folder / "names" / "wrong-name.yaml")])
    assert found.get("wrong-name") is not None


def test_the_compiled_form_is_kept_and_the_same(folder: Path, reads: list[int]) -> None:
    first = library([str(folder)])
    again = library([str(folder)])
    assert len(reads) == 1
    assert [rule.id for rule in again.rules] == [rule.id for rule in first.rules]
    for one, other in zip(first.rules, again.rules, strict=True):
        assert all(getattr(one, name) == getattr(other, name) for name in one.__slots__ if not name.startswith("_"))


def test_a_changed_rule_is_read_again(folder: Path, reads: list[int]) -> None:
    library([str(folder)])
    put(folder / "names", "wrong-name", more="tags: [names]")
    rule = library([str(folder)]).get("wrong-name")
    assert rule is not None
    assert rule.tags == ("names",)
    assert len(reads) == 2


def test_a_new_rule_is_seen(folder: Path) -> None:
    library([str(folder)])
    put(folder / "names", "other-name")
    assert library([str(folder)]).get("other-name") is not None


def test_other_code_reads_again(folder: Path, reads: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    library([str(folder)])
    monkeypatch.setattr("ekslint.store.code_key", lambda: ("99.0.0",))
    library([str(folder)])
    assert len(reads) == 2


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "foreign", "garbage"])
def test_a_damaged_cache_is_ignored_and_written_anew(folder: Path, reads: list[int], damage: str) -> None:
    library([str(folder)])
    file = kept(folder)
    data = file.read_bytes()
    foreign = marshal.dumps(["something else"])
    file.write_bytes(
        {
            "cut": data[:-20],
            "flipped": data[:50] + bytes([data[50] ^ 1]) + data[51:],
            "empty": b"",
            "foreign": zlib.crc32(foreign).to_bytes(4, "big") + foreign,
            "garbage": b"\x00" * 100,
        }[damage]
    )
    assert library([str(folder)]).get("wrong-name") is not None
    assert len(reads) == 2
    assert file.read_bytes() == data


def test_no_cache_writes_none(folder: Path) -> None:
    assert library([str(folder)], cached=False).get("wrong-name") is not None
    assert not (folder.parent / "cache").exists()


def test_a_cache_that_cannot_be_written_is_no_error(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder.parent / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder.parent / "file"))
    assert library([str(folder)]).get("wrong-name") is not None


def test_a_broken_rule_is_never_kept(folder: Path) -> None:
    put(folder / "names", "broken", more="level: fatal")
    for _ in range(2):
        with pytest.raises(RuleError, match=r"broken\.yaml:11: `level` stands here twice"):
            library([str(folder)])
    assert not (folder.parent / "cache").exists()


def test_own_rules_may_yield_to_shipped_ones(folder: Path) -> None:
    put(folder / "names", "wrong-name", more="yields_to: [shipped-rule]")
    found = library([str(folder)])
    assert [rule.id for rule in found.closure(["wrong-name"]).rules] == ["wrong-name", "shipped-rule"]


def test_closure_follows_what_is_yielded_to(folder: Path) -> None:
    put(folder / "names", "second", more="yields_to: [third]")
    put(folder / "names", "third")
    put(folder / "names", "wrong-name", more="yields_to: [second]")
    found = library([str(folder)])
    assert [rule.id for rule in found.closure(["wrong-name"]).rules] == ["second", "third", "wrong-name"]
    assert [rule.id for rule in found.closure(["third"]).rules] == ["third"]


def test_the_nearest_name(folder: Path) -> None:
    assert library([str(folder)]).nearest("wrong-nam") == "wrong-name"
    assert Library([]).nearest("wrong-nam") is None


def test_the_shipped_rules_are_found() -> None:
    assert {rule.family for rule in library().rules} >= {"manifests", "vpc-cni", "load-balancers"}


def test_from_the_cache_nothing_heavy_is_imported(folder: Path) -> None:
    program = (
        "import sys; from ekslint.language.library import library; found = library(sys.argv[1:]); "
        "heavy = {'jsonschema', 'ruamel.yaml', 'ekslint.language.loader', 'ekslint.carriers', 'json', 'importlib.resources'}; "
        "print(len(found), sorted(heavy & set(sys.modules)))"
    )
    for heavy in (True, False):
        run = subprocess.run([sys.executable, "-c", program, str(folder)], capture_output=True, text=True, check=True)
        count, _, imported = run.stdout.strip().partition(" ")
        assert int(count) > 1
        assert (imported == "[]") is not heavy
