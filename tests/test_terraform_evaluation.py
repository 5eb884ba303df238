"""What expressions come to, what stays unknown, and where the characters of a value were written."""

from __future__ import annotations

import pytest
from terraform import value

from ekslint.syntax.computed import Computed, Defaulted, Encoded, OpenMapping, OpenSequence, Serialized
from ekslint.syntax.tree import Mapping, Scalar
from ekslint.value import Absent, Known, Unknown, read, scalar_value

DECLARED = """
variable "unset" {}
variable "size" { default = "m5.large" }
locals {
  one   = 1
  names = ["a", "b"]
  map   = { x = { y = "z" } }
}
"""


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("local.one + 2 * 3", 7),
        ("10 / 4", 2.5),
        ('"n-${local.one}"', "n-1"),
        ('"a\\nb\\"$${c}"', 'a\nb"${c}'),
        ("local.map.x.y", "z"),
        ('local.map["x"].y', "z"),
        ("local.names[1]", "b"),
        ('local.one == 1 ? "yes" : "no"', "yes"),
        ('local.one == 1 || var.unset ? "yes" : "no"', "yes"),
        ("!true", False),
        ('[for n in local.names : upper(n) if n != "a"]', ["B"]),
        ("{ for i, n in local.names : n => i }", {"a": 0, "b": 1}),
        ("merge({ a = 1, b = 2 }, { b = 3 })", {"a": 1, "b": 3}),
        ('concat(["a"], local.names)', ["a", "a", "b"]),
        ("flatten([[1, [2]], 3])", [1, 2, 3]),
        ('lookup({ a = 1 }, "b", 5)', 5),
        ("try(local.map.x.nothing, local.map.nothing, 4)", 4),
        ("can(local.map.nothing)", False),
        ('coalesce(null, "", "c")', "c"),
        ('join(",", local.names)', "a,b"),
        ('format("%s-%03d%%", "a", 7)', "a-007%"),
        ('replace("a.b.c", ".", "-")', "a-b-c"),
        ('trimspace("  a b ")', "a b"),
        ('trimprefix("v1.2", "v")', "1.2"),
        ('split("/", "a/b")', ["a", "b"]),
        ("tostring(true)", "true"),
        ('tonumber("12")', 12),
        ('cidrsubnet("10.0.0.0/16", 8, 3)', "10.0.3.0/24"),
        ("length(keys(local.map))", 1),
        ("slice(local.names, 1, 2)", ["b"]),
        ("one([])", None),
        ("element(local.names, 3)", "b"),
        ('jsondecode("{\\"a\\": [1]}").a[0]', 1),
        ('compact(["", "a"])', ["a"]),
        ("[local.map][*].x", [{"y": "z"}]),
        ("max(1, 3, 2)", 3),
        ('contains(local.names, "a")', True),
        ('indent(2, "a\\nb")', "a\n  b"),
    ],
)
def test_known_values_are_computed(expression: str, expected: object) -> None:
    assert value(expression, main_tf=DECLARED).plain() == expected


@pytest.mark.parametrize(
    "expression",
    [
        "var.unset",
        "local.nowhere",
        "module.nowhere.x",
        "data.aws_caller_identity.me.account_id",
        "timestamp()",
        "var.unset ? 1 : 2",
        'file("nowhere.txt")',
        "terraform.workspace",
        "var.unset + 1",
        "local.names[5]",
    ],
)
def test_what_the_files_do_not_say_is_unknown_with_a_reason(expression: str) -> None:
    found = scalar_value(value(expression, main_tf=DECLARED))
    assert isinstance(found, Unknown)
    assert found.reason
    assert found.text


def test_a_default_of_the_root_is_marked_and_stays_marked() -> None:
    found = scalar_value(value("var.size", main_tf=DECLARED))
    assert isinstance(found, Known)
    assert (found.value, found.default) == ("m5.large", "variable default")
    assert found.places[0].line == 3
    assert isinstance(value('var.size == "m5.large" ? "a" : "b"', main_tf=DECLARED), Defaulted)
    assert isinstance(value('"${var.size}-x"', main_tf=DECLARED), Defaulted)


def test_a_default_is_left_open_in_a_document() -> None:
    found = value("<<EOT\ntype=${var.size}\nEOT\n", main_tf=DECLARED)
    assert found.plain() == "type=${var.size}\n"


@pytest.mark.parametrize(("sign", "expected"), [("<<EOT", "    a\n      b\n\n"), ("<<-EOT", "a\n  b\n\n")])
def test_here_documents_keep_or_lose_their_indentation(sign: str, expected: str) -> None:
    assert value(f"{sign}\n    a\n      b\n\n    EOT\n").plain() == expected


def test_characters_of_a_here_document_keep_their_places() -> None:
    found = value("<<-EOT\n      first\n      max=${local.one}\n    EOT\n", main_tf=DECLARED)
    assert isinstance(found, Scalar)
    text = found.inner()
    assert text.value == "first\nmax=1\n"
    at = text.value.index("max")
    assert str(text.place(at, at + 3)) == "main.tf:13:7"
    assert text.place(text.value.index("1"), text.value.index("1") + 1).line == 5


def test_an_unknown_part_stays_in_the_string_as_it_is_written() -> None:
    assert value('"a-${var.unset}"', main_tf=DECLARED).plain() == "a-${var.unset}"
    assert str(value('"a-${join("{", [var.unset])}"', main_tf=DECLARED).plain()).count("}") == 1


def test_a_later_unknown_map_puts_the_earlier_entries_in_doubt() -> None:
    found = value("merge({ a = 1 }, var.unset, { b = 2 })", main_tf=DECLARED)
    assert isinstance(found, OpenMapping)
    assert isinstance(read(found, "a"), Unknown)
    later = read(found, "b")
    assert isinstance(later, Known)
    assert later.value == 2
    assert isinstance(read(found, "c"), Unknown)
    assert isinstance(read(value("merge({ a = 1 }, {})"), "c"), Absent)


def test_a_list_with_an_unknown_part_is_open() -> None:
    found = value("concat([1], var.unset)", main_tf=DECLARED)
    assert isinstance(found, OpenSequence)
    assert [item.plain() for item in found.items] == [1]


def test_json_text_keeps_the_places_of_what_it_holds() -> None:
    found = value('jsonencode({\n    a = "x"\n    "b" = [1, true, null]\n  })')
    assert isinstance(found, Serialized)
    assert found.content == '{"a": "x", "b": [1, true, null]}'
    assert isinstance(found.of, Mapping)
    text = found.inner()
    assert str(text.place(text.value.index('"x"'), text.value.index('"x"') + 3)) == "main.tf:4:9"
    assert text.place(text.value.index("true"), text.value.index("true") + 4).line == 5


def test_base64_keeps_what_is_inside() -> None:
    found = value('base64encode("a")')
    assert isinstance(found, Encoded)
    assert found.of.plain() == "a"
    assert value('base64decode(base64encode("a"))').plain() == "a"


def test_templates_of_files_are_filled_in() -> None:
    found = value(
        'templatefile("${path.module}/x.tpl", { name = "n", on = true, size = var.unset })',
        main_tf=DECLARED,
        x_tpl="%{ if on ~}\nhello ${name} $${HOME}\n%{ else ~}\nno\n%{ endif ~}\nsize ${size}\n",
    )
    assert found.plain() == "hello n ${HOME}\nsize ${size}\n"
    assert isinstance(found, Scalar)
    text = found.inner()
    assert text.place(text.value.index("hello"), text.value.index("hello") + 5).file == "x.tpl"


def test_a_directive_that_is_not_decided_stays_as_it_is_written() -> None:
    found = value('templatefile("x.tpl", { on = var.unset })', main_tf=DECLARED, x_tpl="a\n%{ if on }b%{ endif }\n")
    assert found.plain() == "a\n%{ if on }b%{ endif }\n"


def test_yaml_of_a_file_is_a_value() -> None:
    assert value('yamldecode(file("v.yaml")).a[0].b', v_yaml="a:\n  - b: 3\n").plain() == 3


CHAIN = "".join(f"  a{i} = local.a{i + 1}\n" for i in range(2000)) + "  a2000 = 1\n"
DOUBLING = "".join(f'  a{i} = "${{local.a{i + 1}}}${{local.a{i + 1}}}"\n' for i in range(60)) + '  a60 = "x"\n'
LOOPS = "  r = range(2000)\n  a0 = [for x in local.r : [for y in local.r : [for z in local.r : 1]]]\n"


@pytest.mark.parametrize(
    "declared",
    ["  a0 = local.b\n  b = local.a0\n", CHAIN, DOUBLING, LOOPS, '  a0 = format("%9999999999d", 1)\n'],
    ids=["circle", "chain", "doubling", "loops", "padding"],
)
def test_too_much_work_is_unknown_and_no_error(declared: str) -> None:
    found = value("local.a0", main_tf=f"locals {{\n{declared}}}\n")
    assert found.kind == "list" or isinstance(scalar_value(found), Unknown)


@pytest.mark.parametrize("function", ["flatten(local.a0)", "jsonencode(local.a0)", "local.a0 == local.a1", 'join(",", local.a0)'])
def test_lists_that_double_are_not_unrolled(function: str) -> None:
    main = "locals {\n" + "".join(f"  a{i} = [local.a{i + 1}, local.a{i + 1}]\n" for i in range(45)) + "  a45 = []\n}\n"
    assert isinstance(value(function, main_tf=main), Computed)
