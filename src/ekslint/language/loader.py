"""Reads a rule file: from text to the plain data that `rule.Rule` is made of, or to what is wrong with it, line by line."""

from __future__ import annotations

import os
import re
from typing import Any, NamedTuple

from ekslint.finding import LEVELS, rank
from ekslint.language.conditions import Conditions
from ekslint.language.examples import Example, read_examples
from ekslint.language.messages import Words
from ekslint.language.mistakes import Mistake, RuleError
from ekslint.language.paths import kinds
from ekslint.language.shape import shape_mistakes
from ekslint.language.texts import parse_text
from ekslint.language.values import Path
from ekslint.source.text import Place, Text
from ekslint.syntax.tree import Mapping, Node, Scalar, Sequence, items

Record = dict[str, Any]
"""A rule as plain data: strings, numbers and tuples, so that it can be cached."""

LARGEST = 200_000
"""A rule file of more bytes is not read."""

VERBS = ("set", "remove", "rename", "quote", "unquote")

_BRACKETS = re.compile(r"[{\[,]\s*[a-z_][a-z0-9_.]*\[(?:\*|-?\d+)\]")
_TEXT = re.compile(r"^\s*(?:- )?(?:report|title|why|remedy|name|error|warning|note):\s+\{")


class RuleFile(NamedTuple):
    """A rule file that was read: the rule's data, its examples, and where it names the rules that it yields to."""

    record: Record
    examples: tuple[Example, ...]
    yields_to: tuple[tuple[str, Place], ...]


def read_rule(path: str, family: str) -> RuleFile:
    """Reads one rule file. Raises RuleError."""
    start = Place(path, 1, 1, 1, 1)
    try:
        with open(path, "rb") as file:
            data = file.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise RuleError([Mistake(start, f"larger than {LARGEST} bytes: that is no rule")])
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise RuleError([Mistake(start, f"cannot be read: {error.strerror}")]) from None
    except UnicodeDecodeError:
        raise RuleError([Mistake(start, "is no UTF-8 text")]) from None
    return parse_rule(Text(text, path), family, path)


def parse_rule(text: Text, family: str, path: str) -> RuleFile:
    """Reads the text of a rule file. Raises RuleError. `fact.load` must have been called: paths are looked up."""
    from ekslint.syntax.yaml import parse

    parsed = parse(text)
    if parsed.problems:
        raise RuleError(Mistake(problem.place, _trap(text, problem.place.line) or problem.message) for problem in parsed.problems)
    if len(parsed.documents) != 1 or not isinstance(parsed.documents[0].root, Mapping):
        raise RuleError([Mistake(Place(text.file, 1, 1, 1, 1), "a rule file holds one rule: a map with id, title, level …")])
    root = parsed.documents[0].root
    mistakes = shape_mistakes(root)
    if mistakes:
        raise RuleError(mistakes)
    return _Reader(root, family, path).read()


def _trap(text: Text, line: int) -> str | None:
    """What YAML made of a line where brackets or braces stand unquoted."""
    lines = text.value.split("\n")
    for near in lines[max(0, line - 2) : line]:
        if _BRACKETS.search(near):
            return 'a path with [ ] must stand in quotes inside { } and [ ], as {"zones[*]": …}: YAML reads the bracket as a list'
        if _TEXT.match(near):
            return "a text that begins with { must stand in quotes: YAML reads the brace as a map"
    return None


class _Reader:
    """Reads one document whose shape is right."""

    def __init__(self, root: Mapping, family: str, path: str) -> None:
        self.root = root
        self.family = family
        self.path = path
        self.mistakes: list[Mistake] = []
        self.subject = self._string("subject")
        self.conditions = Conditions(self.subject, self.mistakes)

    def read(self) -> RuleFile:
        """Raises RuleError with all mistakes."""
        self._names()
        examples = read_examples(self.root.get("examples"), self.mistakes)
        if self.subject not in kinds():
            from ekslint.data.nearest import nearest_name

            near = nearest_name(self.subject, sorted(kinds()))
            hint = f"; did you mean {near}?" if near else ""
            self._wrong(self.root.at("subject"), f"no subject is called {self.subject}{hint}")
            raise RuleError(self.mistakes)
        record = self._record()
        self._before(record, examples)
        if record["fix"] and not any("fixed" in example.parts for example in examples):
            self._wrong(self.root.key("fix"), "no example shows what the fix makes of its `bad`: give one `fixed`")
        if not record["fix"]:
            self._none(examples, "fixed", "`fixed` shows what a fix makes of `bad`, and this rule has no `fix`")
        if self.mistakes:
            raise RuleError(self.mistakes)
        yields = tuple((str(item.plain()), item.place) for item in items(self.root.get("yields_to")))
        return RuleFile(record, tuple(examples), yields)

    def _record(self) -> Record:
        expect = self.conditions.keys(self.root.get("expect"))
        levels = self._levels()
        return {
            "id": self._string("id"),
            "title": self._string("title"),
            "family": self.family,
            "file": self.path,
            "levels": levels,
            "why": self._prose("why"),
            "remedy": self._prose("remedy"),
            "references": self._strings("references"),
            "covers": self._strings("covers"),
            "tags": self._strings("tags"),
            "security_severity": self._string("security-severity"),
            "since": self._string("since"),
            "subject": self.subject,
            "when": self.conditions.keys(self.root.get("when")),
            "unless": self.conditions.keys(self.root.get("unless")),
            "expect": expect[0] if expect else None,
            "report": self._report([level for level, _ in levels]),
            "at": self._paths(self.root.get("at")),
            "related": self._paths(self.root.get("related")),
            "yields_to": self._strings("yields_to"),
            "fix": self._fix(),
            "needs_before": any("before" in steps for steps in self.conditions.asked),
        }

    def _wrong(self, node: Node | None, message: str) -> None:
        self.mistakes.append(Mistake((node or self.root).place, message))

    def _string(self, key: str) -> str:
        node = self.root.get(key)
        return str(node.plain()) if node is not None else ""

    def _strings(self, key: str) -> tuple[str, ...]:
        return tuple(str(item.plain()) for item in items(self.root.get(key)))

    def _names(self) -> None:
        name = os.path.basename(self.path).removesuffix(".yaml")
        if self._string("id") != name:
            self._wrong(self.root.get("id"), f"the id is not the name of the file: write {name}, or rename the file")
        title = self.root.get("title")
        if isinstance(title, Scalar) and (title.content.endswith(".") or title.content != title.content.strip()):
            self._wrong(title, "a title is one line without a period, or blanks around it")

    def _prose(self, key: str) -> str:
        node = self.root.get(key)
        text = str(node.plain()) if node is not None else ""
        if not text.strip().endswith("."):
            self._wrong(node, f"`{key}` is made of sentences and ends with a period")
        return " ".join(text.split())

    def _levels(self) -> tuple[tuple[str, Any], ...]:
        node = self.root.get("level")
        if not isinstance(node, Mapping):
            return ((self._string("level"), ()),)
        levels = [(level, value) for level, _, value in node.named()]
        levels.sort(key=lambda level: -rank(level[0]))
        for level, value in levels[:-1]:
            if isinstance(value, Mapping) and not value.entries:
                self._wrong(value, f"`{level}` has no conditions, so that no milder level is ever reported")
        last, value = levels[-1]
        if isinstance(value, Mapping) and value.entries:
            self._wrong(value, f"`{last}` is the mildest level and stands where no other does: write {{}} for its conditions")
        return tuple((level, self.conditions.keys(value)) for level, value in levels)

    def _report(self, levels: list[str]) -> dict[str, Words]:
        node = self.root.get("report")
        if not isinstance(node, Mapping):
            words = self._text(node, "report")
            return dict.fromkeys(levels, words)
        found = {}
        for level, key, value in node.named():
            if level not in levels:
                self._wrong(key, f"the rule has no level {level}: {', '.join(levels)}")
            found[level] = self._text(value, "report")
        for level in LEVELS:
            if level in levels and level not in found:
                self._wrong(node, f"`report` says nothing for {level}")
        return found

    def _text(self, node: Node | None, name: str) -> Words:
        if not isinstance(node, Scalar):
            return ()
        text = node.content
        inner = node.inner()
        if text != text.strip() or text.endswith("."):
            self._wrong(node, f"`{name}` is one line without a period, or blanks around it")

        def complain(start: int, end: int, message: str) -> None:
            self.mistakes.append(Mistake(inner.place(start, end), message))

        return parse_text(text, self.subject, complain)

    def _paths(self, node: Node | None) -> tuple[Path, ...]:
        found = []
        for item in node.items if isinstance(node, Sequence) else [node] if node else []:
            named = self.conditions.path(str(item.plain()), item.place)
            if named is not None:
                if named[0][1]:
                    self._wrong(item, f"@{named[0][1]} has no place: name the fact itself")
                found.append(named[0])
        return tuple(found)

    def _fix(self) -> tuple[Any, ...] | None:
        """Its edits, each with its verb; whether it is safe; its conditions."""
        node = self.root.get("fix")
        if not isinstance(node, Mapping):
            return None
        edits: list[tuple[str, Path, Words | None]] = []
        for verb, _, value in node.named():
            if verb not in VERBS:
                continue
            if isinstance(value, Mapping):
                for name, key, text in value.named():
                    named = self.conditions.path(name, key.place)
                    words = self._text(text, verb)
                    edits += [(verb, named[0], words)] if named else []
            else:
                edits += [(verb, path, None) for path in self._paths(value)]
        if not any(name in VERBS for name, _, _ in node.named()):
            self._wrong(node, f"a fix has at least one of {', '.join(VERBS)}")
        safe = node.get("safe")
        return tuple(edits), isinstance(safe, Scalar) and safe.value is True, self.conditions.keys(node.get("when"))

    def _before(self, record: Record, examples: list[Example]) -> None:
        """A rule about a change shows the earlier state in every example, and no other rule shows one."""
        if not record["needs_before"]:
            self._none(examples, "before", "`before` is given, but no path of the rule asks for it")
            return
        for example in examples:
            if "before" not in example.parts:
                self.mistakes.append(Mistake(example.place, "the rule asks for `before`: give the example its earlier texts"))

    def _none(self, examples: list[Example], part: str, message: str) -> None:
        self.mistakes += [Mistake(example.place, message) for example in examples if part in example.parts]
