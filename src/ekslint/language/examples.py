"""The examples of a rule: what it must report, and where; what is right; what it cannot know."""

from __future__ import annotations

import re
from typing import NamedTuple

from ekslint.language.mistakes import Mistake
from ekslint.source.text import Place, Text
from ekslint.syntax.tree import Mapping, Node, Scalar, Sequence

PARTS = ("bad", "good", "silent", "fixed", "before")
ONE = "example.yaml"
"""The name of the file of an example that is one text."""

_MARK = re.compile(r"# <- finding[ \t]*$", re.MULTILINE)


def unmarked(text: str) -> str:
    """A text without its marks."""
    return re.sub(r"[ \t]*# <- finding[ \t]*$", "", text, flags=re.MULTILINE)


class Source(NamedTuple):
    """One file of an example: its name, its text, and where that text stands in the rule file."""

    file: str
    text: str
    written: Text

    def line(self, number: int) -> Place:
        """The place in the rule file of a line of this text."""
        starts = [0, *(match.end() for match in re.finditer("\n", self.text))]
        start = starts[min(number, len(starts)) - 1]
        return self.written.place(start, start)

    def marks(self) -> list[int]:
        """The lines that are marked as reported."""
        return [self.text.count("\n", 0, mark.start()) + 1 for mark in _MARK.finditer(self.text)]


class Example(NamedTuple):
    """One example. `marks` are the lines of `bad` that must be reported, by file name."""

    name: str
    place: Place
    parts: dict[str, tuple[Source, ...]]
    marks: frozenset[tuple[str, int]]

    def files(self, part: str) -> dict[str, str]:
        """The texts of a part by file name."""
        return {source.file: source.text for source in self.parts.get(part, ())}


def read_examples(node: Node | None, mistakes: list[Mistake]) -> list[Example]:
    """The examples of a rule whose file has the right shape."""
    if not isinstance(node, Sequence):
        return []
    examples = [_example(item, mistakes) for item in node.items if isinstance(item, Mapping)]
    mistakes += [
        Mistake(node.text.place(node.start, node.start + 1), f"no example is `{part}`: a rule shows at least one of both")
        for part in ("bad", "good")
        if not any(part in example.parts for example in examples)
    ]
    names = [example.name for example in examples]
    for index, example in enumerate(examples):
        if example.name in names[:index]:
            mistakes.append(Mistake(example.place, f"two examples are named `{example.name}`"))
    return examples


def _example(node: Mapping, mistakes: list[Mistake]) -> Example:
    name = node.get("name")
    place = name.place if name else node.place
    parts = {part: _sources(value) for part in PARTS if (value := node.get(part)) is not None}
    if not {"bad", "good", "silent"} & set(parts):
        mistakes.append(Mistake(place, "an example has at least one of bad, good and silent"))
    if "fixed" in parts and "bad" not in parts:
        mistakes.append(Mistake(place, "`fixed` is what a fix makes of `bad`, and there is no `bad` here"))
    mistakes += [
        Mistake(source.line(line), f"`{part}` has a line marked with `# <- finding`: only `bad` is reported")
        for part, sources in parts.items()
        if part not in ("bad", "fixed")
        for source in sources
        for line in source.marks()
    ]
    return Example(str(name.plain()) if name else "", place, parts, frozenset(_reported(node, parts, mistakes)))


def _reported(node: Mapping, parts: dict[str, tuple[Source, ...]], mistakes: list[Mistake]) -> set[tuple[str, int]]:
    """The lines of `bad` that must be reported: those marked, and those named by `lines`."""
    found = {(source.file, line) for source in parts.get("bad", ()) for line in source.marks()}
    lines, bad = node.get("lines"), node.get("bad")
    if lines is not None:
        files = {source.file: source for source in parts.get("bad", ())}
        by_file = list(lines.named()) if isinstance(lines, Mapping) else [(next(iter(files), ONE), lines, lines)]
        if isinstance(lines, Sequence) and len(files) != 1:
            mistakes.append(Mistake(lines.place, "`lines` names its lines by file where `bad` has several files or there is none"))
            return found
        for file, key, numbers in by_file:
            if file not in files:
                mistakes.append(Mistake(key.place, f"`bad` has no file {file}"))
                continue
            for number in numbers.items if isinstance(numbers, Sequence) else ():
                line = number.plain()
                if isinstance(line, int) and line <= len(files[file].text.splitlines()):
                    found.add((file, line))
                else:
                    mistakes.append(Mistake(number.place, f"{file} has no line {line}"))
    elif bad is not None and not found:
        mistakes.append(Mistake(bad.place, "no line of `bad` ends in `# <- finding`; without comments, name the lines in `lines`"))
    return found


def _sources(node: Node) -> tuple[Source, ...]:
    if isinstance(node, Scalar):
        return (Source(ONE, str(node.value), node.inner()),)
    if isinstance(node, Mapping):
        return tuple(Source(file, str(v.value), v.inner()) for file, _, v in node.named() if isinstance(v, Scalar))
    return ()
