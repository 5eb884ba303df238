"""Terraform's language: blocks and expressions with their places, and what is left of a broken file."""

from __future__ import annotations

import pytest

from ekslint.source.text import Text
from ekslint.syntax import hcl, hcl_json
from ekslint.syntax.expressions import Block, Broken, Call, Conditional, For, Name, Object, Operation, Splat, Template


def first(source: str) -> Block:
    return hcl.parse(Text(source, "main.tf")).blocks[0]


def test_a_block_has_its_labels_arguments_and_blocks() -> None:
    block = first('resource "aws_eks_addon" cni {\n  a = 1\n  inner {\n    b = "x"\n  }\n}\n')
    assert (block.type, block.labels) == ("resource", ("aws_eks_addon", "cni"))
    assert list(block.arguments) == ["a"]
    assert [inner.type for inner in block.blocks] == ["inner"]
    assert block.blocks[0].arguments["b"].value.written == '"x"'


def test_places_count_characters_not_bytes() -> None:
    source = 'a {\n  /* ünï 🙂 */ name = "wörld"\n}\n'
    argument = first(source).arguments["name"]
    assert source[argument.start : argument.end] == "name"
    assert argument.value.written == '"wörld"'


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("[for k, v in m : v if k != 1]", For),
        ("{ for k, v in m : k => v... }", For),
        ("a ? b : c", Conditional),
        ("!a && b", Operation),
        ("-1", Operation),
        ("f(a, b...)", Call),
        ("x.y[*].z", Splat),
        ("x.*.z", Splat),
        ("{ a = 1, (b) = 2 }", Object),
        ("<<EOT\ntext\nEOT\n", Template),
    ],
)
def test_each_kind_of_expression_is_known(written: str, kind: type) -> None:
    found = hcl.parse(Text(f"x = {written}\n", "main.tf"))
    assert not found.problems
    assert isinstance(found.arguments[0].value, kind)


@pytest.mark.parametrize("wrong", ["x = = 1", 'x = "abc', "x = f(1", "x = { k = 1,, }", "???", "y {"])
def test_what_is_broken_costs_its_own_block_only(wrong: str) -> None:
    found = hcl.parse(Text(f'resource "a" "b" {{\n  {wrong}\n}}\nresource "c" "d" {{\n  z = 3\n}}\n', "main.tf"))
    assert [block.labels for block in found.blocks if not block.broken] == [("c", "d")]
    assert list(found.blocks[-1].arguments) == ["z"]
    assert str(found.text.place(found.blocks[-1].start, found.blocks[-1].end)) == "main.tf:4:1"
    assert len(found.problems) == 1
    assert found.problems[0].place.line <= 4


def test_an_unclosed_block_is_told_and_the_blocks_before_it_are_kept() -> None:
    found = hcl.parse(Text("a {\n  x = 1\n}\nb {\n  y = 2\n", "main.tf"))
    assert [block.type for block in found.blocks][:1] == ["a"]
    assert len(found.problems) == 1


@pytest.mark.parametrize("source", ["x = " + "[" * 5000, "x = " + "(" * 2000 + "1" + ")" * 2000, "\0{${%{", "x = a" + ".b" * 5000])
def test_nothing_that_is_written_raises(source: str) -> None:
    found = hcl.parse(Text(source, "main.tf"))
    assert all(isinstance(argument.value, (Broken, Name)) or argument.value.written for argument in found.arguments)


def test_a_whole_text_is_a_template_with_places_in_it() -> None:
    text = Text("a ${b} c\n%{ if d }e%{ else }f%{ endif }", "x.tpl")
    found = hcl.template(text)
    assert found is not None
    assert [hole.written for hole in found.holes] == ["${b}", "%{ if d }e%{ else }f%{ endif }"]
    assert str(found.text.place(found.holes[0].start, found.holes[0].end)) == "x.tpl:1:3"
    assert isinstance(found.holes[1].value, Conditional)


def test_a_text_whose_holes_cannot_be_read_is_no_template() -> None:
    assert hcl.template(Text("echo ${X:-y} ${", "x.sh")) is None


def test_json_has_the_same_blocks() -> None:
    source = '{"resource": {"aws_a": {"b": [{"count": 2, "name": "${var.x}-1"}]}}, "variable": {"x": {"default": 1}}, "//": ""}'
    found = hcl_json.parse(Text(source, "main.tf.json"))
    assert [(block.type, block.labels) for block in found.blocks] == [("resource", ("aws_a", "b")), ("variable", ("x",))]
    name = found.blocks[0].arguments["name"].value
    assert isinstance(name, Template)
    assert [hole.written for hole in name.holes] == ["${var.x}"]
    assert source[name.text.place(name.holes[0].start, name.holes[0].end).column - 1 :].startswith("${var.x}")
