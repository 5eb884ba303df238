"""What the project is called and where it lives."""

from __future__ import annotations

NAME = "ekslint"

ADDRESS = "https://github.com/OWNER/ekslint"
"""The repository: the one place that says it."""


def page(path: str) -> str:
    """The address of a file of the repository."""
    return f"{ADDRESS}/blob/main/{path}"


def rule_page(rule: str, family: str) -> str:
    """The address where a rule can be read: its file, or the page on suppressions for the one rule that has none."""
    return page(f"rules/{family}/{rule}.yaml" if family else "docs/configuration.md")
