"""The page of carriers is that of the code, and each carrier gives the kinds of subjects that it says."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from ekslint import fact
from ekslint.fact import Subject
from ekslint.language.library import readable, shipped
from ekslint.loading import File, load
from ekslint.source.files import walk
from ekslint.source.formats import syntax_by_content, syntax_of
from ekslint.source.text import Text

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def maintenance() -> ModuleType:
    spec = importlib.util.spec_from_file_location("maintenance_carriers", ROOT / "maintenance" / "carriers.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SIGNS = {
    "annotate.sh": "#!/bin/bash\nkubectl annotate node $1 k8s.amazonaws.com/eniConfig=$2\n",
    "alb.yaml": "apiVersion: alibabacloud.com/v1\nkind: AlbConfig\nmetadata: {name: alb}\n",
}
"""What only keeps rules silent, so that no rule shows it."""


def files() -> Iterator[list[File]]:
    """The files of every example of a rule, and of every story."""
    yield [File(name, syntax_of(name) or "yaml", Text(text, name)) for name, text in SIGNS.items()]
    for rule in readable(shipped())[0]:
        for example in rule.examples:
            for part in example.parts:
                yield [File(n, syntax_of(n) or "yaml", Text(t, n)) for n, t in example.files(part).items()]
    for folder in sorted((ROOT / "tests" / "fixtures" / "stories").glob("*/*/")):
        found = []
        for file in walk([str(folder)]):
            text = Path(file.path).read_text(errors="replace")
            found.append(File(file.name, file.syntax or syntax_by_content(text), Text(text, file.name)))
        yield found


def given_by(module: ModuleType) -> set[str]:
    return set(getattr(module, "GIVES", ()))


def watched(lift: Callable[[Any], Iterator[Subject]], seen: set[str]) -> Callable[[Any], Iterator[Subject]]:
    def lifted(source: Any) -> Iterator[Subject]:
        for subject in lift(source):
            seen.add(subject.kind)
            yield subject

    return lifted


def test_each_carrier_gives_what_it_says(maintenance: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    fact.load()
    seen: dict[str, set[str]] = {}
    carriers = maintenance.carriers()
    for name, module in carriers.items():
        kinds = seen.setdefault(name, set())
        for function in ("objects", "subjects", "text_subjects", "terraform"):
            if hasattr(module, function):
                monkeypatch.setattr(module, function, watched(getattr(module, function), kinds))
    for given in files():
        load(given, True)
    more = {name: sorted(kinds - given_by(carriers[name])) for name, kinds in seen.items() if "*" not in given_by(carriers[name])}
    assert {name: kinds for name, kinds in more.items() if kinds} == {}
    assert sorted(name for name, kinds in seen.items() if not kinds) == []


def test_each_carrier_names_kinds_that_exist(maintenance: ModuleType) -> None:
    fact.load()
    own = {kind for module in maintenance.carriers().values() for kind in given_by(module)} - {"*"}
    assert own - set(fact.FACTS) - set(UNDECLARED) == set()


UNDECLARED = (
    "auto-mode",
    "auto-mode-node-class",
    "autoscaler",
    "foreign-alb",
    "namespace",
    "network-plugin",
    "node-annotation",
    "policy-engine",
    "reference-grant",
    "service-account",
)
"""Kinds that say all by being there, or that others only ask for their names."""


def test_the_page_is_that_of_the_code(maintenance: ModuleType) -> None:
    assert maintenance.PAGE.read_text() == maintenance.page(), "make carriers"
