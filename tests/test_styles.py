"""A mistake is the same mistake however it is written: quoted, in flow style, folded into many lines."""

from __future__ import annotations

import io

import pytest
from ruamel.yaml import YAML

from ekslint.checking import check_texts
from ekslint.finding import Finding
from ekslint.language.examples import Example
from ekslint.language.library import Library, Rule, readable, shipped
from ekslint.source.text import Text
from ekslint.syntax.tree import Document, Mapping, Node, Scalar, Sequence
from ekslint.syntax.yaml import parse

FILES, _ = readable(shipped())
LIBRARY = Library(Rule(file.record) for file in FILES)


def plain_only(node: Node) -> bool:
    """Whether a tree holds nothing that a rewriting would lose: no tag, no repeated key."""
    waiting = [node]
    while waiting:
        at = waiting.pop()
        if at.tag is not None:
            return False
        if isinstance(at, Mapping):
            if at.repeated or not all(isinstance(key, Scalar) and isinstance(key.value, str) for key, _ in at.entries):
                return False
            waiting += [value for _, value in at.entries]
        elif isinstance(at, Sequence):
            waiting += at.items
    return True


def documents(text: str) -> list[Document] | None:
    """The documents of a YAML text, None where it is something else or cannot be rewritten."""
    parsed = parse(Text(text, "example.yaml"))
    if parsed.problems or parsed.templated or not parsed.documents:
        return None
    rewritable = all(isinstance(document.root, Mapping | Sequence) and plain_only(document.root) for document in parsed.documents)
    return parsed.documents if rewritable else None


def dumped(found: list[Document], style: str) -> str:
    yaml = YAML(typ="safe", pure=True)
    yaml.version = (1, 1)
    yaml.default_flow_style = style == "flow"
    yaml.width = 30 if style == "folded" else 100_000
    if style == "quoted":
        yaml.default_style = '"'
    texts = []
    for document in found:
        stream = io.StringIO()
        yaml.dump(document.root.plain(), stream)
        texts.append(stream.getvalue().removeprefix("%YAML 1.1\n---").lstrip())
    return "---\n".join(texts)


def cases() -> list[object]:
    found = []
    for file in FILES:
        for example in file.examples:
            sources = example.parts.get("bad", ())
            if not sources or not all(source.file.endswith((".yaml", ".yml")) for source in sources):
                continue
            if all(documents(source.text) is not None for source in sources):
                found.append(pytest.param(file.record["id"], example, id=f"{file.record['id']}: {example.name}"))
    return found


CASES = cases()


def findings(rule: str, texts: dict[str, str], example: Example) -> list[Finding]:
    before = example.files("before") if "before" in example.parts else None
    report = check_texts(texts, LIBRARY.closure([rule]).rules, True, before)
    assert not report.problems
    return [found for found in report.findings if found.rule == rule]


def test_most_examples_are_rewritten() -> None:
    assert len(CASES) > 300


@pytest.mark.parametrize("style", ["quoted", "flow", "folded"])
@pytest.mark.parametrize(("rule", "example"), CASES)
def test_another_style_is_the_same_mistake(rule: str, example: Example, style: str) -> None:
    texts = {}
    for source in example.parts["bad"]:
        found = documents(source.text)
        assert found is not None
        texts[source.file] = dumped(found, style)
        again = documents(texts[source.file])
        if style != "quoted":
            assert again is not None
            assert [one.root.plain() for one in again] == [one.root.plain() for one in found]
    expected = findings(rule, example.files("bad"), example)
    actual = findings(rule, texts, example)
    assert [(found.level, found.subjects) for found in actual] == [(found.level, found.subjects) for found in expected]
