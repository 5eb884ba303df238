"""TOML: the same tree as YAML, tables and dotted keys put in place, spans exact."""

from __future__ import annotations

import tomllib

import pytest

from ekslint.source.text import Text
from ekslint.syntax import treesitter
from ekslint.syntax.toml import parse
from ekslint.syntax.tree import Mapping, Node, Scalar, Sequence

TEXT = '''\
# é
title = "x\\u00e9\\ty" # why
a.b."c d" = 1_000
a.b.e = 0x1F

[settings.kubernetes]
max-pods = 110
'lit' = 'C:\\x'
arr = [1, 2.5, "a", # c
 { k = true, j.l = -inf },
]

[settings.kubernetes.node-labels]
"a/b" = "c"

[[x.y]]
d = "é"
m = """
one \\
   two
three"""

[[x.y]]
n = \'\'\'
x # y
\'\'\'
[x.y.z]
deep = false
'''


def root(value: str) -> Node:
    parsed = parse(Text(value, "a.toml"))
    assert parsed.problems == []
    (document,) = parsed.documents
    assert document.syntax == "toml"
    return document.root


def test_values_are_those_of_the_standard_library() -> None:
    assert root(TEXT).plain() == tomllib.loads(TEXT)


def test_dates_stay_as_written() -> None:
    assert root("a = 1979-05-27T07:32:00Z\nb = 07:32:00\n").plain() == {"a": "1979-05-27T07:32:00Z", "b": "07:32:00"}


@pytest.mark.parametrize(
    ("path", "written"),
    [
        (("title",), '"x\\u00e9\\ty"'),
        (("a", "b", "c d"), "1_000"),
        (("settings", "kubernetes", "max-pods"), "110"),
        (("settings", "kubernetes", "lit"), "'C:\\x'"),
        (("settings", "kubernetes", "node-labels", "a/b"), '"c"'),
    ],
)
def test_spans_are_exact_behind_other_alphabets(path: tuple[str, ...], written: str) -> None:
    node = root(TEXT).at(*path)
    assert node is not None
    assert TEXT[node.start : node.end] == written


def test_keys_have_their_own_spans() -> None:
    table = root(TEXT).at("settings", "kubernetes", "node-labels")
    assert table is not None
    key = table.key("a/b")
    assert key is not None
    assert TEXT[key.start : key.end] == '"a/b"'
    assert table.place.line == 13


def test_each_word_of_a_string_over_several_lines_has_its_place() -> None:
    tables = root(TEXT).at("x", "y")
    assert isinstance(tables, Sequence)
    node = tables.items[0].get("m")
    assert isinstance(node, Scalar)
    inner = node.inner()
    assert inner.value == "one two\nthree"
    for word, line, column in (("one", 19, 1), ("two", 20, 4), ("three", 21, 1)):
        start = inner.value.index(word)
        assert inner.place(start, start + len(word))[1:3] == (line, column)


def test_a_broken_line_costs_no_other() -> None:
    parsed = parse(Text("a = 1\nb = \nc == 2\n[t]\nd = 4\n", "a.toml"))
    plain = parsed.documents[0].root.plain()
    assert isinstance(plain, dict)
    assert plain["a"] == 1
    assert plain["t"] == {"d": 4}
    assert {problem.place.line for problem in parsed.problems} <= {2, 3}
    assert parsed.problems


@pytest.mark.parametrize(
    ("text", "line"), [("a = 1\na = 2\n", 2), ("[a]\nb = 1\n[a.b]\nc = 1\n", 3), ("a = {b = 1}\n[a.c]\nd = 1\n", 2)]
)
def test_what_is_set_twice_is_a_problem_at_the_second(text: str, line: int) -> None:
    parsed = parse(Text(text, "a.toml"))
    assert [problem.place.line for problem in parsed.problems] == [line]
    assert "second time" in parsed.problems[0].message


def test_of_a_repeated_key_the_last_counts() -> None:
    document = parse(Text("a = 1\na = 2\n", "a.toml")).documents[0]
    assert document.root.plain() == {"a": 2}
    assert isinstance(document.root, Mapping)
    assert document.root.repeated is not None


def test_a_template_is_no_broken_file() -> None:
    parsed = parse(Text('[settings]\n%{ if x }\na = 1\n%{ endif }\nb = "${y}"\n', "a.toml"))
    assert parsed.templated
    assert parsed.problems == []
    assert parsed.documents[0].templated
    assert parsed.documents[0].root.at("settings", "b") is not None


@pytest.mark.parametrize("text", ["a = " + "[" * 3000, "a" + ".a" * 3000 + " = 1\n", "a = " + "{b = " * 3000])
def test_nesting_is_bounded(text: str) -> None:
    parsed = parse(Text(text, "a.toml"))
    assert parsed.problems
    assert [document.root.plain() for document in parsed.documents] == [{}]


def test_length_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(treesitter.MAX_CHARACTERS, "toml", 10)
    assert "longer than 10" in parse(Text("a = 1\nb = 2\n", "a.toml")).problems[0].message
