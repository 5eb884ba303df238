"""Findings in a terminal: the words, the marked lines, and that nothing in a file acts on the terminal."""

from __future__ import annotations

import re

import pytest
from pytest_snapshot.plugin import Snapshot
from reports import HOSTILE, INSTANCE, SCHEME, TAGS, full, hostile, rendered, report

from ekslint.reporters.excerpt import WIDTH, excerpt
from ekslint.source.text import Place


def test_a_whole_report(snapshot: Snapshot) -> None:
    snapshot.assert_match(rendered("text", full()), "full.txt")


def test_quiet_leaves_out_the_summary_alone() -> None:
    whole, quiet = rendered("text", full()), rendered("text", full(), quiet=True)
    assert whole.startswith(quiet)
    assert "checked" in whole[len(quiet) :]
    assert "apps/broken.yaml:3:1: problem[syntax]" in quiet


def test_nothing_found_and_nothing_there() -> None:
    assert rendered("text", report()) == "Nothing found; 2 files and 7 subjects checked.\n"
    assert rendered("text", report(subjects=0)) == "Nothing to check: none of 2 files holds a subject of EKS networking.\n"
    assert rendered("text", report(TAGS)).endswith("1 finding suppressed.\n")


def test_findings_of_one_file_stand_together() -> None:
    elsewhere = SCHEME._replace(place=Place("b.yaml", 1, 1, 1, 2))
    lines = rendered("text", report(SCHEME, elsewhere, INSTANCE), quiet=True).split("\n")
    heads = [line.split(":")[0] for line in lines if ": error[" in line]
    assert heads == ["apps/ingress.yaml", "apps/ingress.yaml", "b.yaml"]


def test_color_only_when_asked_and_then_only_color() -> None:
    colored = rendered("text", full(), color=True)
    assert "\x1b[1;31merror[scheme-refused]\x1b[0m" in colored
    assert re.sub(r"\x1b\[[0-9;]+m", "", colored) == rendered("text", full())


def test_nothing_in_a_file_acts_on_the_terminal_or_the_log() -> None:
    written = rendered("text", hostile())
    assert all(line.isprintable() for line in written.split("\n"))
    assert not any(line.lstrip().startswith("::") for line in written.split("\n"))
    assert "##[" not in written
    assert r"\n::error::\r\x1b[2J\x1b]0;title\x07\u202eevil\u2066\u200b\x9b" in written
    assert re.sub(r"\x1b\[[0-9;]+m", "", rendered("text", hostile(), color=True)) == written


def marked(line: str, start: int, end: int, end_line: int = 1) -> tuple[str, str]:
    found = excerpt([line], Place("a.yaml", 1, start + 1, end_line, end + 1))
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("line", "word", "shown", "marks"),
    [
        ("type: ip", "ip", "type: ip", "      ^^"),
        ("\ttype:\tip", "ip", "    type:    ip", "             ^^"),
        ("名前: ip", "ip", "名前: ip", "      ^^"),
        ("a: 名前", "名前", "a: 名前", "   ^^^^"),
        ("e\u0301: ip", "ip", "e\u0301: ip", "   ^^"),
        ("a\u00a0b: ip", "ip", "a\\xa0b: ip", "        ^^"),
        ("\u202ea: ip", "ip", "\\u202ea: ip", "         ^^"),
        ("type: ip\r", "ip", "type: ip", "      ^^"),
    ],
)
def test_marks_stand_under_what_they_mark(line: str, word: str, shown: str, marks: str) -> None:
    at = line.index(word)
    assert marked(line, at, at + len(word)) == (shown, marks)


def test_an_empty_place_and_one_behind_the_line_get_one_mark() -> None:
    assert marked("type:", 5, 5) == ("type:", "     ^")
    assert marked("type:", 9, 12) == ("type:", "     ^")


def test_a_place_over_several_lines_is_marked_on_its_first() -> None:
    assert marked("  a: [1,", 5, 3, end_line=4) == ("  a: [1,", "     ^^^")


def test_no_line_no_excerpt() -> None:
    assert excerpt([], Place("a.yaml", 1, 1, 1, 2)) is None
    assert excerpt(["a"], Place("a.yaml", 2, 1, 2, 2)) is None


@pytest.mark.parametrize("before", [0, 50, 90, 120, 5_000, 2_000_000])
@pytest.mark.parametrize("after", [0, 50, 120, 2_000_000])
def test_long_lines_are_cut_around_the_place(before: int, after: int) -> None:
    shown, marks = marked("a" * before + "MARK" + "b" * after, before, before + 4)
    assert len(shown) <= WIDTH + 6
    assert shown[marks.index("^") : marks.index("^") + len(marks.strip())] == "MARK"
    assert shown.startswith("...") == (before > 30 and before + 4 + after > WIDTH and not shown.startswith("a" * before))
    assert shown.endswith("...") == (not shown.endswith("b" * after))


def test_a_mark_longer_than_the_line_that_is_shown_ends_with_it() -> None:
    shown, marks = marked("a" * 40 + "M" * 500, 40, 540)
    assert shown == "..." + "a" * 30 + "M" * (WIDTH - 30) + "..."
    assert marks == " " * 33 + "^" * (WIDTH - 30)


def test_a_hostile_line_is_cut_by_what_it_shows() -> None:
    shown, marks = marked("\u202e" * 300 + "MARK", 300, 304)
    assert len(shown) <= WIDTH + 6
    assert shown[marks.index("^") :] == "MARK"


def test_hostile_words_are_not_lost() -> None:
    assert "evil.example" in rendered("text", report(SCHEME._replace(message=HOSTILE)))
