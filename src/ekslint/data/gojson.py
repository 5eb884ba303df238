"""How Go's encoding/json (go1.26) reads text: syntax, field names in any case, strict types, and its own words for what it refuses.

`parse` gives the values with their spans; `read_json` decodes them into a shape made of `Struct`, `ListOf`, `MapOf`, `Pointer` and
the scalar kinds, as the AWS Load Balancer Controller decodes its JSON annotations.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from ekslint.data.go import GoError, go_int

MAX_DEPTH = 10000
"""How deep encoding/json goes into nested objects and arrays."""


class Json(NamedTuple):
    """A parsed value: `text[start:end]` is how it is written.

    kind is object, array, string, number, bool or null; value a list of (key, value) pairs, a list, a text, the number as written,
    True or False, None. Keys are strings of this type too.
    """

    kind: str
    value: Any
    start: int
    end: int


class Scalar(NamedTuple):
    """One JSON value and what Go stores it in: kind is string, bool, int or int-or-string."""

    kind: str
    type: str
    bits: int = 0


class Pointer(NamedTuple):
    """A value that null takes away; any other kind keeps what it had."""

    of: Shape


class ListOf(NamedTuple):
    """A JSON array."""

    of: Shape


class MapOf(NamedTuple):
    """A JSON object with any keys."""

    of: Shape


class Struct(NamedTuple):
    """A JSON object with these fields, found whatever their case; others are passed over. `type` is Go's name, package first."""

    type: str
    fields: dict[str, Shape]


Shape = Scalar | Pointer | ListOf | MapOf | Struct

STRING = Scalar("string", "string")
BOOL = Scalar("bool", "bool")
INT32 = Scalar("int", "int32", 32)
INT64 = Scalar("int", "int64", 64)
INT_OR_STRING = Scalar("int-or-string", "intstr.IntOrString", 32)


def read_json(text: str, shape: Shape) -> Any:
    """What json.Unmarshal makes of a text in a new value of that shape.

    A struct is a dict that holds, under the field's own name, only what was written; a nil list, map or pointer is None.
    Raises GoError: of bad syntax anywhere, else of the first value whose type does not fit.
    """
    decoder = _Decoder()
    value = decoder.decode(parse(text), shape, _zero(shape))
    if decoder.error is not None:
        raise decoder.error
    return value


def field_of(shape: Struct, key: str) -> str | None:
    """The field that a JSON key means: the same name, else the same but for case; None where Go passes it over."""
    if key in shape.fields:
        return key
    folded = _fold(key)
    return next((name for name in shape.fields if _fold(name) == folded), None)


def parse(text: str) -> Json:
    """The one JSON value that a text holds. Raises GoError in encoding/json's words, with the offset of the character it names."""
    scanner = _Scanner(text)
    value = scanner.value()
    scanner.skip()
    if scanner.at < len(text):
        scanner.fail("after top-level value")
    return value


def type_name(shape: Shape) -> str:
    """The Go type, as error messages name it."""
    if isinstance(shape, Pointer):
        return type_name(shape.of)
    if isinstance(shape, ListOf):
        return f"[]{type_name(shape.of)}"
    if isinstance(shape, MapOf):
        return f"map[string]{type_name(shape.of)}"
    return shape.type


def _zero(shape: Shape) -> Any:
    if isinstance(shape, Struct):
        return {}
    if isinstance(shape, Scalar):
        return {"string": "", "bool": False}.get(shape.kind, 0)
    return None


def _fold(name: str) -> str:
    return name.replace("\u017f", "s").replace("\u212a", "k").upper()


class _Decoder:
    def __init__(self) -> None:
        self.error: GoError | None = None
        self.struct = ""
        self.path: list[str] = []

    def decode(self, json: Json, shape: Shape, old: Any) -> Any:
        """The value, where `old` is what an earlier field of the same name left behind."""
        if isinstance(shape, Pointer):
            return None if json.kind == "null" else self.decode(json, shape.of, _zero(shape.of) if old is None else old)
        if json.kind == "null":
            return None if isinstance(shape, ListOf | MapOf) else old
        if isinstance(shape, Scalar):
            return self._scalar(json, shape, old)
        if json.kind != ("array" if isinstance(shape, ListOf) else "object"):
            return self._refuse(json, shape, old)
        if isinstance(shape, ListOf):
            kept = old or []
            return [self.decode(j, shape.of, kept[i] if i < len(kept) else _zero(shape.of)) for i, j in enumerate(json.value)]
        if isinstance(shape, MapOf):
            return {**(old or {}), **{key.value: self.decode(j, shape.of, _zero(shape.of)) for key, j in json.value}}
        return self._fields(json, shape, old)

    def _fields(self, json: Json, shape: Struct, old: dict[str, Any]) -> dict[str, Any]:
        found = dict(old)
        outer = self.struct
        for key, member in json.value:
            name = field_of(shape, key.value)
            if name is None:
                continue
            field = shape.fields[name]
            self.struct = shape.type.rpartition(".")[2]
            self.path.append(name)
            value = self.decode(member, field, found.get(name, _zero(field)))
            self.path.pop()
            self.struct = outer
            if value is None:
                found.pop(name, None)
            elif member.kind != "null":
                found[name] = value
        return found

    def _scalar(self, json: Json, shape: Scalar, old: Any) -> Any:
        if json.kind == shape.kind:
            return json.value
        if shape.kind == "int-or-string":
            if json.kind == "string":
                return json.value
            number = go_int(json.value, 32) if json.kind == "number" else None
            if number is None:
                raise self._mismatch(json, INT32)
            return number
        if shape.kind == "int" and json.kind == "number":
            number = go_int(json.value, shape.bits)
            return self._refuse(json, shape, old) if number is None else number
        return self._refuse(json, shape, old)

    def _refuse(self, json: Json, shape: Shape, old: Any) -> Any:
        if self.error is None:
            self.error = self._mismatch(json, shape)
        return old

    def _mismatch(self, json: Json, shape: Shape) -> GoError:
        what = f"number {json.value}" if json.kind == "number" and isinstance(shape, Scalar) and shape.kind == "int" else json.kind
        into = f"Go struct field {self.struct}.{'.'.join(self.path)}" if self.struct else "Go value"
        return GoError(f"json: cannot unmarshal {what} into {into} of type {type_name(shape)}", json.start)


_PLAIN = re.compile(r'[^"\\\x00-\x1f]*')
_HEX = frozenset("0123456789abcdefABCDEF")
_DIGITS = frozenset("0123456789")
_ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_LITERALS = {"t": ("true", "bool", True), "f": ("false", "bool", False), "n": ("null", "null", None)}


class _Scanner:
    """Walks the text once; nested containers are kept on a list, so that depth costs no stack."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def skip(self) -> None:
        while self.peek() and self.peek() in " \t\r\n":
            self.at += 1

    def fail(self, context: str, inside: bool = False) -> None:
        """Raises GoError about the character here; at the end of the text Go reads a blank inside a number, literal or escape."""
        if self.at >= len(self.text) and not inside:
            raise GoError("unexpected end of JSON input", self.at)
        raise GoError(f"invalid character {_quoted(self.peek() or ' ')} {context}", self.at)

    def value(self) -> Json:
        outer: list[tuple[int, list[Any], list[Json] | None]] = []
        while True:
            self.skip()
            start = self.at
            char = self.peek()
            done: Json | None = None
            if char and char in "{[":
                self.at += 1
                self.skip()
                if self.peek() == ("}" if char == "{" else "]"):
                    self.at += 1
                    done = Json("object" if char == "{" else "array", [], start, self.at)
                else:
                    if len(outer) >= MAX_DEPTH:
                        raise GoError("exceeded max depth", start)
                    outer.append((start, [], [self.key()] if char == "{" else None))
            else:
                done = self.scalar()
            while done is not None:
                if not outer:
                    return done
                done = self.close(done, outer)

    def close(self, done: Json, outer: list[tuple[int, list[Any], list[Json] | None]]) -> Json | None:
        """Puts a finished value into its container; the container where that is finished too."""
        start, items, keys = outer[-1]
        items.append(done if keys is None else (keys.pop(), done))
        self.skip()
        if self.peek() == ",":
            self.at += 1
            if keys is not None:
                keys.append(self.key())
            return None
        if self.peek() != ("]" if keys is None else "}"):
            self.fail("after array element" if keys is None else "after object key:value pair")
        self.at += 1
        outer.pop()
        return Json("array" if keys is None else "object", items, start, self.at)

    def key(self) -> Json:
        self.skip()
        if self.peek() != '"':
            self.fail("looking for beginning of object key string")
        key = self.string()
        self.skip()
        if self.peek() != ":":
            self.fail("after object key")
        self.at += 1
        return key

    def scalar(self) -> Json:
        char = self.peek()
        if char == '"':
            return self.string()
        if char == "-" or char in _DIGITS:
            return self.number()
        if char not in _LITERALS:
            self.fail("looking for beginning of value")
        word, kind, value = _LITERALS[char]
        start = self.at
        for letter in word:
            if self.peek() != letter:
                self.fail(f"in literal {word} (expecting {_quoted(letter)})", inside=True)
            self.at += 1
        return Json(kind, value, start, self.at)

    def string(self) -> Json:
        start = self.at
        self.at += 1
        parts: list[str] = []
        while True:
            plain = _PLAIN.match(self.text, self.at)
            if plain:
                parts.append(plain.group())
                self.at = plain.end()
            char = self.peek()
            if char == '"':
                self.at += 1
                return Json("string", "".join(parts), start, self.at)
            if char != "\\":
                self.fail("in string literal")
            self.at += 1
            if self.peek() == "u":
                parts.append(self.unicode())
            elif self.peek() in _ESCAPES:
                parts.append(_ESCAPES[self.peek()])
                self.at += 1
            else:
                self.fail("in string escape code", inside=True)

    def unicode(self) -> str:
        code = self.hex()
        if 0xD800 <= code < 0xDC00 and self.text.startswith("\\u", self.at):
            before = self.at
            self.at += 1
            low = self.hex()
            if 0xDC00 <= low < 0xE000:
                return chr(0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00))
            self.at = before
        return "\ufffd" if 0xD800 <= code < 0xE000 else chr(code)

    def hex(self) -> int:
        self.at += 1
        start = self.at
        for _ in range(4):
            if self.peek() not in _HEX:
                self.fail("in \\u hexadecimal character escape", inside=True)
            self.at += 1
        return int(self.text[start : self.at], 16)

    def number(self) -> Json:
        start = self.at
        if self.peek() == "-":
            self.at += 1
        if self.peek() == "0":
            self.at += 1
        else:
            self.digits("in numeric literal")
        if self.peek() == ".":
            self.at += 1
            self.digits("after decimal point in numeric literal")
        if self.peek() and self.peek() in "eE":
            self.at += 1
            if self.peek() and self.peek() in "+-":
                self.at += 1
            self.digits("in exponent of numeric literal")
        return Json("number", self.text[start : self.at], start, self.at)

    def digits(self, context: str) -> None:
        if self.peek() not in _DIGITS:
            self.fail(context, inside=True)
        while self.peek() in _DIGITS:
            self.at += 1


def _quoted(char: str) -> str:
    """A character as encoding/json prints it: of one beyond ASCII only the first byte."""
    if char == "'":
        return "'\\''"
    if char == '"':
        return "'\"'"
    byte = char.encode("utf-8", "surrogatepass")[0]
    named = {7: "a", 8: "b", 9: "t", 10: "n", 11: "v", 12: "f", 13: "r", 92: "\\"}.get(byte)
    if named:
        return f"'\\{named}'"
    if byte < 32 or byte == 127:
        return f"'\\x{byte:02x}'"
    return f"'\\u{byte:04x}'" if 127 < byte < 161 or byte == 173 else f"'{chr(byte)}'"
