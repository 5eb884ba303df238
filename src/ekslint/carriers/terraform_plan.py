"""What `terraform show -json` writes of a plan or a state, as a configuration of resources (Terraform's JSON output format).

`planned_values` has every resource once; attributes that only the apply knows are missing there and marked in `resource_changes`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ekslint.carriers import lift_configuration
from ekslint.fact import Subject
from ekslint.layers.terraform.plan import configuration, is_plan
from ekslint.syntax.tree import Document

GIVES = ("*",)
TOKENS = (b"planned_values", b"terraform_version")


def claims(document: Document) -> bool:
    """A plan or a state."""
    return is_plan(document.root)


def subjects(document: Document) -> Iterator[Subject]:
    """The subjects of its resources."""
    yield from lift_configuration(configuration(document))
