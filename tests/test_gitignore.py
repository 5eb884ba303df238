"""What a .gitignore says of a path, held against pathspec's own reading."""

from __future__ import annotations

import time

import pytest
from pathspec import GitIgnoreSpec

from ekslint.source.gitignore import Ignore

PATHS = [
    "a.yaml",
    "b/a.yaml",
    "b/c/a.yaml",
    "b/c/d.json",
    "build/x.yaml",
    "b/build/x.yaml",
    "keep.yaml",
    "b/keep.yaml",
    "doc/frotz/a.yaml",
    "x y.yaml",
    "x y",
    "#a.yaml",
    "!a.yaml",
    "a[1].yaml",
    "a1.yaml",
    "foo/bar/baz.yaml",
    "foo/x/y/baz.yaml",
    "foo/baz.yaml",
    "é.yaml",
    "line\nbreak.yaml",
]
PATTERNS = [
    ["*.yaml"],
    ["/a.yaml"],
    ["a.yaml"],
    ["b/a.yaml"],
    ["build/"],
    ["/build/"],
    ["*.yaml", "!keep.yaml"],
    ["!keep.yaml", "*.yaml"],
    ["**/a.yaml"],
    ["b/**"],
    ["foo/**/baz.yaml"],
    ["doc/frotz"],
    ["doc/*/a.yaml"],
    ["# comment", "", "a?.yaml"],
    ["\\#a.yaml"],
    ["\\!a.yaml"],
    ["a[0-9].yaml"],
    ["a[!0-9].yaml"],
    ["a\\[1\\].yaml"],
    ["x y.yaml   "],
    ["x\\ y"],
    ["é.*"],
    ["line*"],
    ["*/c/*.json"],
    ["foo/*"],
    ["[ab].yaml"],
    ["**"],
    ["a*a*.yaml"],
    ["*a*m*"],
    ["*/*/*a*"],
    ["k*e*p.*l"],
    ["b*/*.json"],
]


def ours(patterns: list[str], path: str) -> bool:
    """As the walk asks: each folder above first, then the path itself."""
    ignore = Ignore(patterns, "")
    parts = path.split("/")
    for depth in range(1, len(parts)):
        if ignore.decide("/".join(parts[:depth]), True):
            return True
    return bool(ignore.decide(path, False))


@pytest.mark.parametrize("patterns", PATTERNS, ids=" ".join)
def test_patterns_mean_what_git_says(patterns: list[str]) -> None:
    spec = GitIgnoreSpec.from_lines(patterns)
    for path in PATHS:
        assert ours(patterns, path) == spec.match_file(path), path


def test_an_open_bracket_fits_nothing() -> None:
    assert not ours(["a[.yaml"], "a[.yaml")


def test_only_what_is_below_the_folder_of_the_file_is_decided() -> None:
    ignore = Ignore(["/x.yaml"], "/repo/sub/")
    assert ignore.decide("/repo/sub/x.yaml", False) is True
    assert ignore.decide("/repo/sub/y/x.yaml", False) is None


def test_what_lies_in_an_ignored_folder_cannot_be_taken_back() -> None:
    assert ours(["b/c/", "!b/c/a.yaml"], "b/c/a.yaml")
    assert not ours(["b/c/*", "!b/c/a.yaml"], "b/c/a.yaml")


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("*a" * 40 + "*b", "a" * 250),
        ("**/a/" * 40 + "b", "a/" * 500 + "c"),
        ("**/*a*a*a*a*a*a*a*b/" * 9 + "c", ("a" * 60 + "/") * 60 + "d"),
    ],
)
def test_no_pattern_takes_long(pattern: str, path: str) -> None:
    began = time.perf_counter()
    assert Ignore([pattern], "").decide(path, False) is None
    assert time.perf_counter() - began < 1


def test_a_pattern_of_many_stars_is_decided_at_once() -> None:
    assert not ours(["a*" * 60 + "b"], "a" * 200)
    assert ours(["a*" * 60 + "b"], "a" * 200 + "b")
