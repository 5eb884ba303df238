"""The page of what is left out: everything on it is found by a rule or has a reason, and it is what the table and the rules say."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def left_out() -> ModuleType:
    spec = importlib.util.spec_from_file_location("maintenance_left_out", ROOT / "maintenance" / "left_out.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_everything_is_found_by_a_rule_or_has_a_reason_and_never_both(left_out: ModuleType) -> None:
    known, covered = left_out.table(), left_out.covering()
    modes, reasons = set(known["modes"]), set(known["left_out"])
    assert len(modes) > 300
    assert modes - set(covered) == reasons


def test_what_rules_find_of_these_families_stands_in_the_table(left_out: ModuleType) -> None:
    known = left_out.table()
    of_families = {id for id in left_out.covering() if id.partition("-")[0] in known["families"]}
    assert of_families <= set(known["modes"])
    assert {id.partition("-")[0] for id in known["modes"]} == set(known["families"])


def test_each_family_is_numbered_through_and_no_title_stands_twice(left_out: ModuleType) -> None:
    modes: dict[str, str] = left_out.table()["modes"]
    for family in left_out.table()["families"]:
        numbers = [int(id.partition("-")[2]) for id in modes if id.startswith(f"{family}-")]
        assert numbers == list(range(1, len(numbers) + 1))
    assert len(set(modes.values())) == len(modes)


def test_a_reason_names_only_rules_that_exist(left_out: ModuleType) -> None:
    assert "redirect-by-action" in left_out.table()["left_out"]["ACT-11"]
    assert "redirect-by-action" in {rule for rules in left_out.covering().values() for rule in rules}


def test_the_page_is_that_of_the_table_and_the_rules(left_out: ModuleType) -> None:
    assert left_out.PAGE.read_text(encoding="utf-8") == left_out.page()
