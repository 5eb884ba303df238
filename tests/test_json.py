"""JSON: the same tree as YAML, exact spans, strict where RFC 8259 is."""

from __future__ import annotations

import json

import pytest

from ekslint.source.text import Text
from ekslint.syntax.builder import RefusedError
from ekslint.syntax.json import parse_json
from ekslint.syntax.tree import Mapping, Node, Scalar, scalars
from ekslint.syntax.yaml import parse


def root(value: str) -> Node:
    (document,) = parse_json(Text(value, "a.json"))
    return document.root


TEXTS = [
    "{}",
    " [ ] ",
    '{"a": [1, -2.5e3, true, false, null, "x"], "é": {"b": {}}}',
    '"alone"',
    "17",
    '{\t"tab"\r\n:\t"x"\r\n}',
    r'{"e": "a\"b\\c\/d\n\t\u00e9\ud83d\ude00"}',
    '{"' + "k" * 3000 + '": 1}',
    "[" * 90 + "]" * 90,
    "[1E5, 0, -0, 1.0, 12345678901234567890]",
]


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_values_are_those_of_the_standard_library(text: str) -> None:
    assert root(text).plain() == json.loads(text)


def test_spans_are_exact() -> None:
    text = '{"é": [10, "x\\ny"],\n "b": {"c": null}}'
    node = root(text)
    assert isinstance(node, Mapping)
    written = [(text[key.start : key.end], text[value.start : value.end]) for key, value in node.entries]
    assert written == [('"é"', '[10, "x\\ny"]'), ('"b"', '{"c": null}')]
    assert text[node.start : node.end] == text


def test_a_character_of_an_escaped_string_has_its_place() -> None:
    text = r'{"a": "one\ntwo \u00e9 three"}'
    node = root(text).get("a")
    assert isinstance(node, Scalar)
    inner = node.inner()
    assert inner.value == "one\ntwo é three"
    place = inner.place(inner.value.index("three"), len(inner.value))
    assert text[place.column - 1 : place.end_column - 1] == "three"


def test_of_a_repeated_key_the_last_counts() -> None:
    node = root('{"a": 1, "a": 2}')
    assert isinstance(node, Mapping)
    assert node.plain() == {"a": 2}
    assert node.repeated is not None
    assert [key.start for key in node.repeated] == [9]


def test_several_values_are_several_documents() -> None:
    documents = parse_json(Text('{"a": 1}\n{"b": 2}', "a.json"))
    assert [document.root.plain() for document in documents] == [{"a": 1}, {"b": 2}]
    assert [(document.index, document.syntax) for document in documents] == [(0, "json"), (1, "json")]


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ('{"a" 1}', 5),
        ('{"a": }', 6),
        ("[1,]", 3),
        ('{"a": 1,}', 8),
        ("[1 2]", 3),
        ("{a: 1}", 1),
        ("[01]", 1),
        ("[1}", 2),
        ('["a\nb"]', 1),
        ("[nul]", 1),
        ("{} ]", 3),
        ('{"a": [1', 6),
        ("", 0),
    ],
)
def test_what_is_no_json_is_refused_where_it_stops(text: str, at: int) -> None:
    with pytest.raises(RefusedError) as refused:
        parse_json(Text(text, "a.json"))
    assert refused.value.start == at


def test_nesting_is_bounded() -> None:
    with pytest.raises(RefusedError, match="deep"):
        parse_json(Text("[" * 10_000, "a.json"))


def test_a_long_broken_string_is_refused_at_once() -> None:
    with pytest.raises(RefusedError):
        parse_json(Text('["' + "a" * 100_000 + "\\", "a.json"))


def test_what_only_yaml_can_read_in_a_json_file_is_read_as_kubectl_does() -> None:
    parsed = parse(Text('{"a": 1, # why\n "b": [x, ],}', "a.json"))
    assert parsed.problems == []
    assert parsed.documents[0].root.plain() == {"a": 1, "b": ["x"]}


def test_a_broken_json_file_is_told_in_terms_of_json() -> None:
    parsed = parse(Text('{"a": 1\n "b": 2}', "a.json"))
    assert [str(problem.place) for problem in parsed.problems] == ["a.json:2:2"]
    assert "comma" in parsed.problems[0].message


def test_json_in_a_yaml_file_is_read_the_same() -> None:
    parsed = parse(Text('{"apiVersion": "v1", "n": 1.0}\n', "a.yaml"))
    assert parsed.documents[0].root.plain() == {"apiVersion": "v1", "n": 1.0}
    assert len(list(scalars(parsed.documents))) == 4
