"""How Go reads text. The expectations were produced by the controller's own parser and by Go's standard library."""

from __future__ import annotations

from typing import Any

import pytest

from ekslint.data.go import GoError, go_bool, go_int, string_list, string_map, strip
from ekslint.data.gojson import (
    BOOL,
    INT32,
    INT64,
    INT_OR_STRING,
    STRING,
    ListOf,
    MapOf,
    Pointer,
    Shape,
    Struct,
    field_of,
    parse,
    read_json,
)

TUPLE = Struct("ingress.TargetGroupTuple", {"servicePort": Pointer(INT_OR_STRING), "weight": Pointer(INT32)})
FIXED = Struct("ingress.FixedResponseActionConfig", {"statusCode": STRING, "messageBody": Pointer(STRING)})
ACTION = Struct(
    "ingress.Action",
    {"type": STRING, "fixedResponseConfig": Pointer(FIXED), "targetGroups": ListOf(TUPLE), "enabled": Pointer(BOOL), "long": INT64},
)
PORTS = ListOf(MapOf(INT32))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a=b,", {"a": "b,"}),
        ("a=b, ", {"a": "b,"}),
        ("a=b,c", None),
        ("a=1,2,b=3", None),
        ("a=1\nb=2", {"a": "1\nb=2"}),
        ("", {}),
        ("  ", None),
        ("a=b\\,c", {"a": "b,c"}),
        ("a=\\d+", {"a": "d+"}),
        ("=b", None),
        ("a=", {"a": ""}),
        ("a=b=c", {"a": "b=c"}),
        ("a=b,,c=d", None),
        (",a=b", None),
        ("a=1,a=2", {"a": "2"}),
        (" a = b ,\n c = d ", {"a": "b", "c": "d"}),
        ("a=b\\", {"a": "b\\"}),
    ],
)
def test_string_map(text: str, expected: dict[str, str] | None) -> None:
    if expected is None:
        with pytest.raises(GoError, match="failed to parse stringMap annotation"):
            string_map(text)
    else:
        assert string_map(text) == expected


def test_string_map_of_many_commas_is_read_in_linear_time() -> None:
    text = "," * 200_000 + "a=b"
    with pytest.raises(GoError):
        string_map(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("true", True),
        ("True", True),
        ("TRUE", True),
        ("T", True),
        ("t", True),
        ("1", True),
        ("false", False),
        ("0", False),
        ("F", False),
        ("yes", None),
        ("on", None),
        ("tRuE", None),
        ("", None),
        (" true", None),
        ("true ", None),
    ],
)
def test_bool(text: str, expected: bool | None) -> None:
    assert go_bool(text) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("5", 5),
        ("+5", 5),
        ("-5", -5),
        ("05", 5),
        (" 5", None),
        ("5s", None),
        ("5.0", None),
        ("1_000", None),
        ("2147483647", 2147483647),
        ("2147483648", None),
        ("-2147483648", -2147483648),
        ("", None),
        ("+", None),
        ("٥", None),
        ("9" * 100_000, None),
        ("0" * 1000 + "7", 7),
    ],
)
def test_int32(text: str, expected: int | None) -> None:
    assert go_int(text, 32) == expected


def test_int64_goes_further() -> None:
    assert go_int("2147483648", 64) == 2147483648
    assert go_int("9223372036854775808") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0x80", 128),
        ("0X80", 128),
        ("0b11", 3),
        ("0o17", 15),
        ("017", 15),
        ("08", None),
        ("1_000", 1000),
        ("1__0", None),
        ("0x_8", 8),
    ],
)
def test_int_of_any_base(text: str, expected: int | None) -> None:
    assert go_int(text, 64, base=0) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", []), ("a,,b", ["a", "b"]), (" a , b ", ["a", "b"]), ("a\nb", ["a\nb"]), (",", []), ("a", ["a"])],
)
def test_string_list(text: str, expected: list[str]) -> None:
    assert string_list(text) == expected


def test_blanks_are_gos_and_not_pythons() -> None:
    assert strip("\x1ca\x1c") == "\x1ca\x1c"
    assert strip("\xa0\u3000a\x85") == "a"


@pytest.mark.parametrize(
    ("text", "shape", "words"),
    [
        (
            '{"fixedResponseConfig":{"statusCode":200}}',
            ACTION,
            (
                "json: cannot unmarshal number into Go struct field "
                "FixedResponseActionConfig.fixedResponseConfig.statusCode of type string"
            ),
        ),
        (
            '{"targetGroups":[{"weight":"1"}]}',
            ACTION,
            "json: cannot unmarshal string into Go struct field TargetGroupTuple.targetGroups.weight of type int32",
        ),
        (
            '{"targetGroups":[{"weight":1.0}]}',
            ACTION,
            "json: cannot unmarshal number 1.0 into Go struct field TargetGroupTuple.targetGroups.weight of type int32",
        ),
        (
            '{"targetGroups":[{"servicePort":true}]}',
            ACTION,
            "json: cannot unmarshal bool into Go struct field TargetGroupTuple.targetGroups.servicePort of type int32",
        ),
        ('{"type":"x",}', ACTION, "invalid character '}' looking for beginning of object key string"),
        ("[1,]", PORTS, "invalid character ']' looking for beginning of value"),
        ("{'type':'x'}", ACTION, "invalid character '\\'' looking for beginning of object key string"),
        ("{“type”:1}", ACTION, "invalid character 'â' looking for beginning of object key string"),
        ("", ACTION, "unexpected end of JSON input"),
        ('{"type":"x"', ACTION, "unexpected end of JSON input"),
        ('{"type":"x"} {}', ACTION, "invalid character '{' after top-level value"),
        ('{"type":"a\nb"}', ACTION, "invalid character '\\n' in string literal"),
        ("nul", ACTION, "invalid character ' ' in literal null (expecting 'l')"),
        ('[{"HTTP":"80"}]', PORTS, "json: cannot unmarshal string into Go value of type int32"),
        ('[{"HTTP":080}]', PORTS, "invalid character '8' after object key:value pair"),
        ('{"HTTP":80}', PORTS, "json: cannot unmarshal object into Go value of type []map[string]int32"),
        ("[" * 10_001, PORTS, "exceeded max depth"),
    ],
)
def test_json_that_is_refused(text: str, shape: Shape, words: str) -> None:
    with pytest.raises(GoError) as caught:
        read_json(text, shape)
    assert caught.value.message == words


@pytest.mark.parametrize(
    ("text", "shape", "expected"),
    [
        ('{"Type":"forward"}', ACTION, {"type": "forward"}),
        ('{"type":"a","TYPE":"b"}', ACTION, {"type": "b"}),
        ('{"nobody":{"knows":[1]},"type":"a"}', ACTION, {"type": "a"}),
        ("null", ACTION, {}),
        ("null", PORTS, None),
        ("[]", PORTS, []),
        ("[{}]", PORTS, [{}]),
        ('[{"HTTP":80,"HTTPS":443}]', PORTS, [{"HTTP": 80, "HTTPS": 443}]),
        ('[{"HTTP":80,"HTTP":81}]', PORTS, [{"HTTP": 81}]),
        ('[{"http":80}]', PORTS, [{"http": 80}]),
        ('[{"HTTP":null}]', PORTS, [{"HTTP": 0}]),
        ('{"type":"a","type":null}', ACTION, {"type": "a"}),
        ('{"enabled":true,"enabled":null}', ACTION, {}),
        (
            '{"fixedResponseConfig":{"statusCode":"200"},"fixedResponseConfig":{"messageBody":"b"}}',
            ACTION,
            {"fixedResponseConfig": {"statusCode": "200", "messageBody": "b"}},
        ),
        (
            '{"targetGroups":[{"servicePort":80},{"servicePort":"http"}]}',
            ACTION,
            {"targetGroups": [{"servicePort": 80}, {"servicePort": "http"}]},
        ),
        ('{"type":"\\u0041\\ud83d\\ude00\\ud83d"}', ACTION, {"type": "A😀\ufffd"}),
        ('{"long":9223372036854775807}', ACTION, {"long": 9223372036854775807}),
    ],
)
def test_json_that_is_read(text: str, shape: Shape, expected: Any) -> None:
    assert read_json(text, shape) == expected


def test_json_errors_and_values_know_where_they_are() -> None:
    with pytest.raises(GoError) as caught:
        read_json('{"type": 5}', ACTION)
    assert caught.value.offset == 9
    (pair,) = parse('{"type": 5}').value
    key, value = pair
    assert (key.value, key.start, key.end) == ("type", 1, 7)
    assert (value.kind, value.value, value.start, value.end) == ("number", "5", 9, 10)


def test_fields_are_found_whatever_their_case() -> None:
    assert field_of(FIXED, "STATUSCODE") == "statusCode"
    assert field_of(FIXED, "statuscodes") is None
