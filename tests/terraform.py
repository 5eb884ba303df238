"""Terraform configurations from texts, for tests."""

from __future__ import annotations

from ekslint.carriers import lift_configuration
from ekslint.fact import Subject
from ekslint.inventory import Cluster
from ekslint.layers.terraform import Configuration, find
from ekslint.source.formats import syntax_of
from ekslint.source.text import Text
from ekslint.syntax.tree import Node
from ekslint.value import Known


def configurations(**files: str) -> list[Configuration]:
    """The configurations of some files; `__` stands for a slash in names, one underscore before the ending for a dot."""
    texts = {name: Text(value, name) for name, value in named(files).items()}
    ours = [(name, syntax) for name in texts if (syntax := syntax_of(name.rpartition("/")[2]) or "").startswith("hcl")]
    return find(ours, texts.get, [name for name, _ in ours]).configurations


def named(files: dict[str, str]) -> dict[str, str]:
    """Files by their names: `modules__a__main_tf` is modules/a/main.tf."""
    found = {}
    for name, value in files.items():
        stem, _, ending = name.replace("__", "/").rpartition("_")
        found[f"{stem}.{ending}"] = value
    return found


def configuration(**files: str) -> Configuration:
    """The only configuration of some files."""
    found = configurations(**files)
    assert len(found) == 1
    return found[0]


def subjects(made: Configuration, kind: str) -> list[Subject]:
    """The subjects of a kind that all carriers find in a configuration, as one cluster sees them."""
    return Cluster("test", list(lift_configuration(made)), True).all(kind)


def value(expression: str, **files: str) -> Node:
    """What an expression comes to, beside some declarations in `main_tf`."""
    more = files.pop("main_tf", "")
    made = configuration(main_tf=f'{more}\nresource "aws_test" "it" {{\n  value = {expression}\n}}\n', **files)
    found = next(made.resources("aws_test")).body.get("value")
    assert found is not None
    return found


def settings(made: Configuration) -> dict[str, object]:
    """The variables of aws-node that a configuration sets."""
    found = {}
    for each in subjects(made, "cni-variable"):
        written = each.get("value")
        found[each.name] = written.value if isinstance(written, Known) else repr(written)
    return found
