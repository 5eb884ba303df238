"""YAML: the span of every key and value, values as Kubernetes reads them, and what one broken document costs."""

from __future__ import annotations

import itertools
import math

import pytest
from _ruamel_yaml import CParser
from ruamel.yaml import YAML

from ekslint.source.text import Text
from ekslint.syntax import builder
from ekslint.syntax.builder import Builder
from ekslint.syntax.tree import Mapping, Node, Scalar, Sequence
from ekslint.syntax.yaml import Parsed, parse


def read(value: str, file: str = "a.yaml") -> Parsed:
    return parse(Text(value, file))


def root(value: str) -> Node:
    parsed = read(value)
    assert parsed.problems == []
    return parsed.documents[0].root


def at(value: str, *path: str) -> Node:
    node = root(value).at(*path)
    assert node is not None
    return node


def scalar(value: str, *path: str) -> Scalar:
    node = at(value, *path)
    assert isinstance(node, Scalar)
    return node


def written(node: Node) -> str:
    return node.text.value[node.start : node.end]


def test_every_key_and_value_spans_what_is_written() -> None:
    text = "a: 1\nb:\n  - x: 'y'  # c\n    z: \"é\\n\"\n  - [p, {q: r}]\n"
    assert written(root(text)) == text.rstrip()
    assert written(at(text, "b")) == text[text.index("- x") :].rstrip()
    items = at(text, "b")
    assert isinstance(items, Sequence)
    assert written(items.items[0]) == "x: 'y'  # c\n    z: \"é\\n\""
    assert written(items.items[1]) == "[p, {q: r}]"
    key = items.items[0].key("z")
    value = items.items[0].get("z")
    assert key is not None
    assert value is not None
    assert (written(key), written(value)) == ("z", '"é\\n"')
    assert value.plain() == "é\n"


def test_an_empty_value_stands_right_behind_its_colon_or_dash() -> None:
    text = "a:   # nothing\nb: \nc:\n- \n-   # none\n- x\n"
    for key, before in (("a", "a:"), ("b", "b:")):
        node = at(text, key)
        assert (node.start, node.end) == (text.index(before) + 2, text.index(before) + 2)
        assert node.plain() is None
    items = at(text, "c")
    assert isinstance(items, Sequence)
    assert [(item.start, item.end) for item in items.items[:2]] == [(text.index("- \n") + 1,) * 2, (text.index("-   #") + 1,) * 2]


@pytest.mark.parametrize("text", ["{a: , b}", "{a, b: 1}", "{a: 1, b: , }"])
def test_an_empty_value_in_flow_style_has_no_width(text: str) -> None:
    mapping = root(text)
    assert isinstance(mapping, Mapping)
    for key, value in mapping.entries:
        if value.plain() is None:
            assert value.start == value.end
            assert text[key.start : value.end].rstrip(":") == written(key)


def test_tags_and_anchors_are_not_part_of_the_span() -> None:
    text = "a: &x !Sub '${A}'\nb: !GetAtt\n  - p\n  - q\nc: !!str 5\nd: *x\n"
    node = scalar(text, "a")
    assert (written(node), node.tag, node.value) == ("'${A}'", "!Sub", "${A}")
    assert (written(at(text, "b")), at(text, "b").tag) == ("- p\n  - q", "!GetAtt")
    assert (scalar(text, "c").value, scalar(text, "c").tag) == ("5", "!!str")
    mapping = root(text)
    assert mapping.get("d") is mapping.get("a")


def test_each_line_of_a_literal_block_leads_back_to_its_own() -> None:
    text = "x:\n  run: |   # a script\n    one\n      two\n\n    three  \n\nnext: 1\n"
    node = scalar(text, "x", "run")
    assert node.value == "one\n  two\n\nthree  \n"
    assert written(node) == "|   # a script\n    one\n      two\n\n    three"
    inner = node.inner()
    assert inner.value == node.value
    for word in ("one", "two", "three"):
        start = inner.value.index(word)
        place = inner.place(start, start + len(word))
        line = text.split("\n")[place.line - 1]
        assert line[place.column - 1 : place.end_column - 1] == word
    assert node.pieces is not None
    assert all(piece.verbatim for piece in node.pieces)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: >-\n  folded é\n  text\n\n  para\n    more\n  end\n", ["folded", "text", "para", "more", "end"]),
        ("a: |2\n    deep\n  flat\n", ["deep", "flat"]),
        ("a: |+\n  keep\n\n\nb: 1\n", ["keep"]),
        ('a: "one\n  two \\\n  three\\tfour \\u00e9 five"\n', ["one", "two", "three", "four", "five"]),
        ("a: 'it''s\n  more\n\n  lines'\n", ["it", "more", "lines"]),
        ("a: plain\n  over\n\n  lines\n", ["plain", "over", "lines"]),
        ("a: |\r\n  one\r\n  two\r\n", ["one", "two"]),
    ],
)
def test_a_wrapped_scalar_knows_the_place_of_each_word(text: str, words: list[str]) -> None:
    node = scalar(text, "a")
    inner = node.inner()
    assert inner.value == node.content == YAML(typ="safe", pure=True).load(text)["a"]
    for word in words:
        start = inner.value.index(word)
        place = inner.place(start, start + len(word))
        line = text.split("\n")[place.line - 1]
        assert line[place.column - 1 : place.end_column - 1] == word


def test_columns_count_code_points_and_lines_end_with_crlf_too() -> None:
    text = "é: '😀'\r\nb: [ü, x]\r\n"
    place = at(text, "b").place
    assert (place.line, place.column, place.end_column) == (2, 4, 10)
    assert written(at(text, "é")) == "'😀'"


def test_merge_keys_are_resolved_and_own_keys_win() -> None:
    text = "base: &b {x: 1, y: 1}\nmore: &m {y: 2, z: 2}\na:\n  <<: [*b, *m]\n  x: 0\nb:\n  <<: *m\nc: {'<<': *b}\n"
    assert at(text, "a").plain() == {"x": 0, "y": 1, "z": 2}
    assert at(text, "b").plain() == {"y": 2, "z": 2}
    assert at(text, "c").plain() == {"<<": {"x": 1, "y": 1}}
    y = at(text, "a").get("y")
    assert y is not None
    assert y.place.line == 1


def test_a_merge_of_something_else_is_a_problem() -> None:
    parsed = read("a:\n  <<: 5\n  b: 1\n")
    assert [str(problem.place) for problem in parsed.problems] == ["a.yaml:2:3"]


def test_of_a_repeated_key_the_last_counts_and_the_later_ones_are_kept() -> None:
    text = "a: 1\nb: 2\na: 3\n"
    mapping = root(text)
    assert isinstance(mapping, Mapping)
    assert mapping.plain() == {"b": 2, "a": 3}
    assert mapping.repeated is not None
    assert [key.place.line for key in mapping.repeated] == [3]


def test_a_key_may_be_no_scalar() -> None:
    mapping = root("? [a, b]\n: c\nd: e\n")
    assert isinstance(mapping, Mapping)
    assert [type(key) for key, _ in mapping.entries] == [Sequence, Scalar]


VALUES: list[tuple[str, object]] = [
    *((word, True) for word in ("y", "Yes", "on", "true", "TRUE")),
    *((word, False) for word in ("n", "No", "OFF", "false")),
    *((word, None) for word in ("~", "null", "Null")),
    ("yEs", "yEs"),
    ("0x1F", 31),
    ("0o17", 15),
    ("017", 15),
    ("0b101", 5),
    ("-0b101", -5),
    ("1_000", 1000),
    ("+12", 12),
    ("08", 8.0),
    ("18446744073709551615", 18446744073709551615),
    ("18446744073709551616", 18446744073709551616.0),
    ("1.5e3", 1500.0),
    ("1e3", 1000.0),
    (".5", 0.5),
    ("-.inf", -math.inf),
    ("1e400", "1e400"),
    ("12:30", "12:30"),
    ("2001-12-14", "2001-12-14"),
    ("1.2.3", "1.2.3"),
    ("-x", "-x"),
    ("10.0.0.0/16", "10.0.0.0/16"),
    ("100m", "100m"),
    ("_1", "_1"),
    ("0x", "0x"),
    ("=", "="),
]


@pytest.mark.parametrize(("text", "value"), VALUES, ids=[text for text, _ in VALUES])
def test_plain_scalars_mean_what_kubernetes_makes_of_them(text: str, value: object) -> None:
    node = scalar(f"a: {text}\n", "a")
    assert node.value == value
    assert type(node.value) is type(value)
    assert node.content == text


def test_a_quoted_scalar_is_a_string() -> None:
    assert [scalar(f"a: {text}", "a").value for text in ("'yes'", '"1"', "''")] == ["yes", "1", ""]


def test_explicit_tags_change_the_type() -> None:
    assert scalar("a: !!int '3'", "a").value == 3
    assert scalar("a: !!float 3", "a").value == 3.0
    assert scalar("a: !!str yes", "a").value == "yes"
    assert scalar("a: !Ref 5", "a").value == "5"


def test_one_broken_document_costs_no_other() -> None:
    parsed = read("a: 1\n---\nb: [1, c: [\n---\nc: 2\n---\n\td: 3\n---\n# nothing\n---\ne: 5\n")
    assert [document.root.plain() for document in parsed.documents] == [{"a": 1}, {"c": 2}, {"e": 5}]
    assert [document.index for document in parsed.documents] == [0, 2, 5]
    assert [problem.place.line for problem in parsed.problems] == [4, 7]
    assert written(parsed.documents[2].root) == "e: 5"


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("a:\n\tb: 1\n", 2, 1, "tab"),
        ("a: b: c\n", 1, 5, "': '"),
        ('a: "x\nb: 1\n', 1, 4, "quote"),
        ("a: @x\n", 1, 4, "@"),
        ("a: [1, 2\nb: 3\n", 1, 4, "list"),
        ("a: *x\n", 1, 4, "*x"),
        ("a: &x [*x]\n", 1, 8, "inside"),
        ("é: é\x07\n", 1, 5, "U+0007"),
        ('a: "\\q"\n', 1, 5, "escape"),
        ("a: [s3:x, y\nb: 1\n", 1, 4, "list"),
    ],
)
def test_a_problem_says_what_and_where(text: str, line: int, column: int, words: str) -> None:
    parsed = read(text)
    assert parsed.documents == []
    assert len(parsed.problems) == 1
    assert words in parsed.problems[0].message
    assert parsed.problems[0].place[1:3] == (line, column)


def test_what_libyaml_refuses_and_yaml_allows_is_read() -> None:
    text = "a: 1\n---\nactions: [s3:GetObject, é:x]\n---\nb: 2\n"
    parsed = read(text)
    assert parsed.problems == []
    assert [document.root.plain() for document in parsed.documents] == [{"a": 1}, {"actions": ["s3:GetObject", "é:x"]}, {"b": 2}]
    actions = parsed.documents[1].root.get("actions")
    assert actions is not None
    assert written(actions) == "[s3:GetObject, é:x]"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[" * 5000, "deep"),
        ("- " * 5000, "deep"),
        ("a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 200)), "deep"),
        ("a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9)), "aliases"),
        (
            "a: &a {" + ", ".join(f"k{n}: 1" for n in range(600)) + "}\n" + "".join(f"b{n}:\n  <<: *a\n" for n in range(600)),
            "merges",
        ),
        ("---\na\n" * 10_001, "documents"),
    ],
)
def test_what_goes_beyond_a_limit_is_a_problem(text: str, words: str) -> None:
    parsed = read(text)
    assert any(words in problem.message for problem in parsed.problems)


def test_too_many_values_are_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(builder, "MAX_EVENTS", 100)
    assert "more than 100 values" in read("- a\n" * 200).problems[0].message


def test_half_of_a_surrogate_pair_is_a_problem() -> None:
    assert [problem.place.column for problem in read("a: \ud800\n").problems] == [4]


SHAPES = [
    "1",
    "'q''q'",
    '"d\\n\\u00e9"',
    "plain text # c",
    "",
    "  # only a comment",
    "|\n{i}  line\n{i}    more\n\n{i}  end",
    "|-  # c\n{i}  line\n\n",
    ">+\n{i}  fold\n{i}  ed\n\n\n",
    "[a, {{b: c, d}}, [], ? e ]",
    "{{}}",
    "{{x: , 'y':1}}",
    "\n{i}  p: 1\n{i}  q:\n{i}    r: s",
    "\n{i}  - p\n{i}  -\n{i}  - - q\n{i}    - r: s\n{i}      t: u",
    "\n{i}- same\n{i}- indent",
    "&anchor v",
    "&anchor\n{i}  k: v",
    "!Tag v",
    "!Tag\n{i}  - v",
    "!Tag",
    "plain\n{i}  goes on\n\n{i}  here",
    '"quoted\n{i}  goes \\\n{i}  on"',
]


def described(node: Node) -> object:
    """A tree with all its spans."""
    head = (node.start, node.end, node.tag)
    if isinstance(node, Scalar):
        return (*head, node.value, node.content, node.style)
    if isinstance(node, Mapping):
        return (*head, [(described(key), described(value)) for key, value in node.entries])
    assert isinstance(node, Sequence)
    return (*head, [described(item) for item in node.items])


class Pure:
    def __init__(self, text: str) -> None:
        self.events = YAML(typ="safe", pure=True).parse(text)

    def get_event(self) -> object:
        return next(self.events)


def built(text: str, parser: type) -> list[object]:
    made = Builder(Text(text, "a.yaml"), text)
    made.read(parser(text).get_event)
    return [described(each) for each in made.roots]


@pytest.mark.parametrize("break_", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_both_parsers_give_the_same_spans(break_: str) -> None:
    for first, second in itertools.product(SHAPES, SHAPES):
        second = second.replace("anchor", "other")
        item = first.format(i="").replace("anchor", "third")
        text = f"é:\n  a: {first.format(i='  ')}\n  b: {second.format(i='  ')}\nlist:\n- {item}\n- end\n"
        text = text.replace("- \n- same\n- indent", "- x").replace("\n", break_)
        assert built(text, CParser) == built(text, Pure), text


def test_values_are_those_of_ruamel() -> None:
    for first, second in itertools.product(SHAPES, SHAPES):
        if "!" in first + second:
            continue
        text = f"a:\n  x: {first.format(i='  ')}\n  z: {second.format(i='  ').replace('anchor', 'other')}\n---\n- 1\n"
        expected = list(YAML(typ="safe", pure=True).load_all(text))
        assert [document.root.plain() for document in read(text).documents] == expected, text


def test_spans_hold_in_every_document() -> None:
    text = "".join(f"---\nname: n{n}\nitems:\n- {n}\n- 'é{n}'\n" for n in range(50))
    for number, document in enumerate(read(text).documents):
        assert document.index == number
        items = document.root.get("items")
        assert isinstance(items, Sequence)
        assert [written(item) for item in items.items] == [str(number), f"'é{number}'"]
