"""Every example of every shipped rule, each as a case of its own."""

from __future__ import annotations

import pytest

from ekslint.language.examples import Example
from ekslint.language.library import Entry, Library, Rule, readable, shipped
from ekslint.language.mistakes import Mistake
from ekslint.proof import PROVED, prove_part

FILES, MISTAKES = readable(shipped())
LIBRARY = Library(Rule(file.record) for file in FILES)
CASES = [
    pytest.param(file.record["id"], example, part, id=f"{file.record['id']}: {example.name} ({part})")
    for file in FILES
    for example in file.examples
    for part in PROVED
    if part in example.parts
]


@pytest.mark.parametrize("entry", shipped(), ids=lambda entry: f"{entry[1]}/{entry[0].rsplit('/', 1)[-1]}")
def test_a_rule_file_is_right(entry: Entry) -> None:
    wrong: list[Mistake] = [mistake for mistake in MISTAKES if mistake.place.file == entry[0]]
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize(("rule", "example", "part"), CASES)
def test_an_example_holds(rule: str, example: Example, part: str) -> None:
    failures = prove_part(rule, example, part, LIBRARY)
    assert not failures, "\n".join(map(str, failures))
