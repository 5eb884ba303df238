"""Comments: what begins with # outside of every scalar."""

from __future__ import annotations

from ekslint.source.text import Text
from ekslint.syntax import toml, yaml
from ekslint.syntax.comments import comments


def found(value: str, file: str = "a.yaml") -> list[tuple[int, str]]:
    text = Text(value, file)
    return list(comments(text, yaml.parse(text).documents))


def test_comments_have_their_line_and_words() -> None:
    assert found("# one\na: 1 # two # more\n\n  #three\n---  # four\nb: 2\n") == [
        (1, " one"),
        (2, " two # more"),
        (4, "three"),
        (5, " four"),
    ]


def test_a_hash_inside_of_a_scalar_is_none() -> None:
    assert found("a: |  # header\n  # inside\n  x # inside\n# outside\nb: \"x # y\"\nc: 'x\n  # y'\nd: x#y\ne: http://h/#z\n") == [
        (1, " header"),
        (4, " outside"),
    ]


def test_flow_style_and_crlf() -> None:
    assert found("a: [x, # one\r\n  y] # two\r\n") == [(1, " one"), (2, " two")]


def test_a_comment_in_what_an_alias_names_is_given_once() -> None:
    assert found("a: &a\n  b: 1 # one\nc: *a\n") == [(2, " one")]


def test_json_has_none() -> None:
    assert found('{"a": "x # y"}', "a.json") == []


def test_toml_has_comments_too() -> None:
    text = Text("# one\na = 'x # y' # two\nb = '''\n# inside\n'''\n", "a.toml")
    assert list(comments(text, toml.parse(text).documents)) == [(1, " one"), (2, " two")]


def test_what_could_not_be_parsed_still_has_its_comments() -> None:
    assert found("a: [1\nb: 2 # one\n") == [(2, " one")]
