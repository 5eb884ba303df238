"""Reads the tests of a rule and checks each against the type of its fact.

What comes out are the plain tuples that `compiler` describes. What cannot fit, or can never match, is a mistake with a place.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ekslint.data.nearest import nearest_name
from ekslint.language.compiler import Keys, Test
from ekslint.language.mistakes import Mistake
from ekslint.language.paths import Kind, PathError, parse_path, typed
from ekslint.language.values import Path, Steps, show_path
from ekslint.language.versions import compare
from ekslint.source.text import Place
from ekslint.syntax.tree import Mapping, Node, Scalar, Sequence

JOINS = ("not", "allOf", "anyOf", "oneOf")
EQUAL = ("const", "enum")
LIMITS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
LENGTHS = ("minLength", "maxLength")
LISTS = ("items", "contains", "minContains", "maxContains", "minItems", "maxItems", "uniqueItems")
TYPES = ("boolean", "integer", "number", "string", "array", "object")

KEYWORDS = {
    "bool": (*EQUAL, *JOINS),
    "int": (*EQUAL, *LIMITS, "multipleOf", *JOINS),
    "number": (*EQUAL, *LIMITS, "multipleOf", *JOINS),
    "string": (*EQUAL, *LENGTHS, "pattern", *JOINS),
    "version": (*EQUAL, *LIMITS, *JOINS),
    "enum": (*EQUAL, *JOINS),
    "any": (*EQUAL, *LIMITS, "multipleOf", *LENGTHS, "pattern", "type", *JOINS),
}
"""Which keywords of JSON Schema say something about which type."""

SPANS = (
    ("minimum", "maximum"),
    ("exclusiveMinimum", "maximum"),
    ("minimum", "exclusiveMaximum"),
    ("exclusiveMinimum", "exclusiveMaximum"),
    ("minLength", "maxLength"),
    ("minItems", "maxItems"),
)


class Conditions:
    """Reads tests over one kind of subject. `asked` are the steps of all paths read, `mistakes` what is wrong with them."""

    def __init__(self, subject: str, mistakes: list[Mistake]) -> None:
        self.subject = subject
        self.mistakes = mistakes
        self.asked: list[Steps] = []

    def wrong(self, place: Place, message: str) -> None:
        self.mistakes.append(Mistake(place, message))

    def path(self, text: str, place: Place, kind: str | None = None) -> tuple[Path, Kind] | None:
        """A path from the subject (or another kind) with the type at its end, None with a mistake where it leads nowhere."""
        try:
            path = parse_path(text)
            found = typed(kind or self.subject, path)
        except PathError as error:
            self.wrong(place, str(error))
            return None
        self.asked.append(path[0])
        return path, found

    def keys(self, node: Node | None, kind: str | None = None) -> Keys:
        """A map of paths and tests about the subject, or about a subject of another kind."""
        found: list[tuple[Path, Test]] = []
        if not isinstance(node, Mapping):
            if node is not None:
                self.wrong(node.place, f"a map of paths and tests is wanted here, not a {node.kind}")
            return ()
        for name, key, value in node.named():
            named = self.path(name, key.place, kind)
            if named is None:
                continue
            path, at = named
            if path[1] == "origin":
                self.wrong(key.place, "@origin is for texts: it is words, and no test of words is certain")
                continue
            test = self.test(value, at, show_path(path))
            if test is not None:
                found.append((path, test))
        return tuple(found)

    def test(self, node: Node, kind: Kind, name: str) -> Test | None:
        """A test of a value of some type; `name` is the path that messages speak of."""
        if isinstance(node, Scalar):
            if node.value in ("present", "absent"):
                if name.endswith(("@written", "@count")):
                    self.wrong(node.place, f"`{name}` is never absent")
                return (node.value,)
            if kind.many:
                self.wrong(node.place, f"`{name}` is a list: test it with items, contains, minItems or maxItems, or ask {name}[*]")
                return None
            return ("const", ("is", node.value), kind.base == "version") if self._fits(node, kind, name) else None
        if isinstance(node, Sequence):
            if kind.many:
                self.wrong(node.place, f"`{name}` is a list: a list of values is asked of each element, as {name}[*]")
                return None
            return self._choices(node, kind, name)
        if isinstance(node, Mapping):
            return self._schema(node, kind, name)
        return None

    def _schema(self, node: Mapping, kind: Kind, name: str) -> Test | None:
        allowed = (*LISTS, *JOINS) if kind.many else KEYWORDS.get(kind.base, ("const", "enum", *JOINS))
        found: list[Test] = []
        for word, key, value in node.named():
            if word in allowed:
                test = self._keyword(word, value, node, kind, name)
                if test is not None:
                    found.append(test)
            elif word == "$fact":
                self.wrong(key.place, f"`$fact` stands for a value: write {{const: {{$fact: …}}}} to compare `{name}` with it")
            elif any(word in words for words in (*KEYWORDS.values(), LISTS)):
                self.wrong(key.place, f"`{word}` can never say anything of `{name}`: it is {kind.words}")
            elif kind.subject and not kind.many and re.fullmatch(r"[a-z][a-z0-9_.]*", word):
                self.wrong(key.place, f"`{name}` is one {kind.base}: ask for `{name}.{word}`")
            else:
                near = nearest_name(word, allowed)
                others = f"; did you mean `{near}`?" if near else f": there are {', '.join(allowed)}"
                self.wrong(key.place, f"no test `{word}`{others}")
        if not node.entries:
            self.wrong(node.place, f"an empty test says nothing of `{name}`")
        self._spans(node, found, name)
        if len(found) > 1:
            return ("allOf", tuple(found))
        return found[0] if found else None

    def _spans(self, node: Mapping, found: list[Test], name: str) -> None:
        """Finds bounds that leave nothing between them."""
        fixed = {test[0]: test[1][1] for test in found if len(test) > 1 and isinstance(test[1], tuple) and test[1][:1] == ("is",)}
        for low, high in SPANS:
            if low in fixed and high in fixed:
                least, most = fixed[low], fixed[high]
                order = compare(least, most) if isinstance(least, str) else (least > most) - (least < most)
                if order is not None and (order > 0 or (order == 0 and "exclusive" in low + high)):
                    self.wrong(node.place, f"nothing lies between {low} and {high}: this can never match `{name}`")

    def _keyword(self, word: str, value: Node, schema: Mapping, kind: Kind, name: str) -> Test | None:
        version = kind.base == "version"
        if word == "const":
            bound = self._bound(value, kind, name)
            return ("const", bound, version) if bound else None
        if word == "enum":
            return self._choices(value, kind, name)
        if word == "not":
            test = self.test(value, kind, name)
            return ("not", test) if test else None
        if word in JOINS:
            return self._join(word, value, kind, name)
        if word in LIMITS or word == "multipleOf":
            bound = self._bound(value, Kind("number") if kind.base == "any" else kind._replace(each=False), name)
            if word == "multipleOf" and bound and bound[0] == "is" and bound[1] <= 0:
                self.wrong(value.place, "multipleOf must be above 0")
            return (word, bound, version) if bound else None
        if word in LENGTHS or word in ("minItems", "maxItems"):
            bound = self._count(word, value)
            return (word, bound) if bound else None
        if word == "pattern":
            return self._pattern(value)
        if word == "type":
            if isinstance(value, Scalar) and value.value in TYPES:
                return ("type", value.value)
            self.wrong(value.place, f"`type` must be one of {', '.join(TYPES)}")
            return None
        return self._list_keyword(word, value, schema, kind, name)

    def _list_keyword(self, word: str, value: Node, schema: Mapping, kind: Kind, name: str) -> Test | None:
        if word == "uniqueItems":
            if isinstance(value, Scalar) and value.value is True:
                return ("unique",)
            self.wrong(value.place, "`uniqueItems` can only be true: else it says nothing")
            return None
        if word in ("minContains", "maxContains"):
            if schema.get("contains") is None:
                self.wrong(value.place, f"`{word}` counts what `contains` describes, and there is no `contains` here")
            return None
        inner = self._inner(value, kind, name)
        if word == "items" or inner is None:
            return ("items", inner) if inner else None
        least, most = schema.get("minContains"), schema.get("maxContains")
        low = self._count("minContains", least) if least else ("is", 1)
        high = self._count("maxContains", most) if most else None
        if low is None or (most is not None and high is None):
            return None
        if low == ("is", 0) and high is None:
            self.wrong(value.place, f"minContains 0 without maxContains says nothing of `{name}`")
        if high is not None and low[0] == high[0] == "is" and low[1] > high[1]:
            self.wrong(
                schema.place,
                f"nothing lies between {'minContains' if least else 'the 1 that contains asks for'} and maxContains: "
                f"this can never match `{name}`",
            )
        return ("contains", inner, low, high)

    def _inner(self, node: Node, kind: Kind, name: str) -> Test | None:
        """What `items` and `contains` say of one element: paths and tests of a subject, a test of anything else."""
        if not kind.subject:
            test = self.test(node, Kind(kind.base, False, kind.choices), f"{name}[*]")
            return ("test", test) if test else None
        if not isinstance(node, Mapping):
            self.wrong(node.place, f"each of `{name}` is a {kind.base}: name its facts and a test of each, as {{fact: test}}")
            return None
        if not node.entries:
            self.wrong(node.place, f"this says nothing about one of `{name}`")
        for word, key, value in node.named():
            if word in (*LISTS, *JOINS):
                of = "`maxContains` stands beside `contains`" if "Contains" in word else f"`{word}` tests a value"
                self.wrong(key.place, f"{of}; here stand facts of a {kind.base}, each with its test")
                return None
            del value
        keys = self.keys(node, kind.base)
        return ("keys", keys) if keys else None

    def _join(self, word: str, value: Node, kind: Kind, name: str) -> Test | None:
        if not isinstance(value, Sequence) or len(value.items) < 2:
            self.wrong(value.place, f"`{word}` takes a list of two tests or more")
            return None
        tests = [self.test(item, kind, name) for item in value.items]
        found = tuple(test for test in tests if test is not None)
        return (word, found) if len(found) == len(tests) else None

    def _choices(self, node: Node, kind: Kind, name: str) -> Test | None:
        """A closed list of values, or those of a fact."""
        version = kind.base == "version"
        if isinstance(node, Mapping):
            bound = self._fact(node, kind, name, many=True)
            return ("enum", bound, version) if bound else None
        if not isinstance(node, Sequence) or not node.items:
            self.wrong(node.place, f"a list of values is wanted here, for `{name}` to be one of")
            return None
        fitting = [self._fits(item, kind, name) for item in node.items]
        values = [item.plain() for item in node.items]
        repeated = next((item for index, item in enumerate(node.items) if values[index] in values[:index]), None)
        if repeated is not None:
            self.wrong(repeated.place, f"{repeated.plain()} stands in this list already")
        if kind.choices is not None and all(fitting) and set(values) == set(kind.choices):
            self.wrong(node.place, f"these are all values that `{name}` can have: use `present`")
        return ("enum", ("is", tuple(values)), version) if all(fitting) else None

    def _bound(self, node: Node, kind: Kind, name: str) -> Test | None:
        if isinstance(node, Mapping):
            return self._fact(node, kind, name, many=False)
        if kind.many:
            self.wrong(node.place, f"`{name}` is a list and is compared by what it holds")
            return None
        return ("is", node.plain()) if self._fits(node, kind, name) else None

    def _count(self, word: str, node: Node) -> Test | None:
        if isinstance(node, Mapping):
            return self._fact(node, Kind("int"), word, many=False)
        if isinstance(node, Scalar) and isinstance(node.value, int) and not isinstance(node.value, bool) and node.value >= 0:
            if node.value == 0 and word in ("minItems", "minLength"):
                self.wrong(node.place, f"{word} 0 says nothing")
            return ("is", node.value)
        self.wrong(node.place, f"`{word}` takes a whole number from 0 on, or {{$fact: path}}")
        return None

    def _fact(self, node: Mapping, kind: Kind, name: str, many: bool) -> Test | None:
        """`{$fact: path, plus: n}`: the value of another fact of the check's subject."""
        for word, key, _ in node.named():
            if word not in ("$fact", "plus"):
                self.wrong(key.place, f"`{word}` is unknown here: a bound is a value or {{$fact: path, plus: number}}")
                return None
        text, plus = node.get("$fact"), node.get("plus")
        if not isinstance(text, Scalar) or not isinstance(text.value, str):
            self.wrong(node.place, "a bound is a value or {$fact: path, plus: number}")
            return None
        found = self.path(text.value, text.place)
        if found is None:
            return None
        path, at = found
        numeric = ("int", "number", "any")
        alike = at.base == kind.base or (at.base in numeric and kind.base in numeric) or "any" in (at.base, kind.base)
        alike = alike or (at.base in ("string", "enum") and kind.base in ("string", "enum"))
        if not alike:
            self.wrong(text.place, f"`{text.value}` is {at.words}, `{name}` is {kind.words}: they can never be compared")
            return None
        if path[1] == "origin":
            self.wrong(text.place, "@origin is for texts: it is words, and no test of words is certain")
            return None
        if many != (at.many or at.each):
            one = "is not one value: write enum for one of several" if not many else "is one value: write const to compare with it"
            self.wrong(text.place, f"`{text.value}` {one}")
            return None
        slack: object = plus.plain() if plus is not None else 0
        if isinstance(slack, bool) or not isinstance(slack, (int, float)) or (slack and (many or at.base not in numeric)):
            self.wrong(plus.place if plus else node.place, "`plus` is a number, added to a fact that is a number")
            return None
        return ("fact", path, slack)

    def _pattern(self, node: Node) -> Test | None:
        if not isinstance(node, Scalar) or not isinstance(node.value, str):
            self.wrong(node.place, "`pattern` is a regular expression, as a quoted text")
            return None
        try:
            re.compile(node.value)
        except re.error as error:
            self.wrong(node.place, f"no regular expression: {error}")
            return None
        return ("pattern", node.value)

    def _fits(self, node: Node, kind: Kind, name: str) -> bool:
        """Whether a value could be one of that type."""
        value: Any = node.plain()
        if not isinstance(node, Scalar) and kind.base != "any":
            self.wrong(node.place, f"a {node.kind} can never be `{name}`: it is {kind.words}")
            return False
        if isinstance(node, Scalar):
            trap = isinstance(value, bool) and node.content.lower() not in ("true", "false")
            if trap and kind.base != "bool":
                self.wrong(node.place, f"YAML reads an unquoted {node.content} as {_shown(value)}: write it in quotes")
                return False
            if value is None:
                self.wrong(node.place, f"nothing is written here for `{name}`: for what nobody set, write absent")
                return False
        if kind.subject:
            self.wrong(node.place, f"`{name}` is a {kind.base}: test a fact of it, as `{name}.name`, or write present or absent")
            return False
        refusal = _REFUSALS.get(kind.base)
        message = refusal(value, kind) if refusal else None
        if message is not None:
            self.wrong(node.place, f"`{name}` is {kind.words}: {message}")
        return message is None


def _shown(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _choice(value: Any, kind: Kind) -> str | None:
    choices = kind.choices or ()
    if value in choices:
        return None
    near = nearest_name(str(value), choices)
    return f"{_shown(value)} can never match" + (f"; did you mean {near}?" if near else "")


def _text(value: Any, _: Kind) -> str | None:
    return None if isinstance(value, str) else f'{_shown(value)} can never match; write "{_shown(value)}" in quotes'


def _version(value: Any, _: Kind) -> str | None:
    if not isinstance(value, str):
        return f'{_shown(value)} is read as a number; write "{_shown(value)}" in quotes'
    return None if compare(value, value) is not None else f"{value} is none"


def _number(value: Any, kind: Kind) -> str | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return f"{_shown(value)} can never match"
    return f"{value} is none" if kind.base == "int" and isinstance(value, float) and not value.is_integer() else None


_REFUSALS: dict[str, Callable[[Any, Kind], str | None]] = {
    "bool": lambda value, _: None if isinstance(value, bool) else f"{_shown(value)} can never match",
    "int": _number,
    "number": _number,
    "string": _text,
    "version": _version,
    "enum": _choice,
}
