"""`ekslint explain`: what a rule finds, why it matters, and what to write instead."""

from __future__ import annotations

import os
import textwrap
from typing import TYPE_CHECKING

import click

from ekslint.commands.rulebook import open_library
from ekslint.suppression import UNUSED

if TYPE_CHECKING:
    from ekslint.language.examples import Source
    from ekslint.language.rule import Rule

WIDTH = 100


@click.command()
@click.argument("rule")
@click.option("--rules", "folders", type=click.Path(), multiple=True, help="A folder of rules of your own.")
def explain(rule: str, folders: tuple[str, ...]) -> None:
    """Says what RULE finds, why, and what to write instead, with its examples."""
    known = open_library(folders)
    found = known.get(rule)
    if rule == UNUSED.id:
        click.echo(f"{UNUSED.title}\n{UNUSED.id} ({UNUSED.level}, of ekslint itself)\n\n{UNUSED.why}\n\n{UNUSED.remedy}")
        return
    if found is None:
        near = known.nearest(rule)
        hint = f"; did you mean {near}?" if near else "; `ekslint rules` lists them."
        raise click.BadParameter(f"There is no rule {rule}{hint}", param_hint="RULE")
    _print(found)


def _print(rule: Rule) -> None:
    from ekslint import fact
    from ekslint.language.loader import read_rule
    from ekslint.reporters.escape import escape

    fact.load()
    levels = " or ".join(level for level, _ in rule.levels)
    click.echo(f"{escape(rule.title)}\n{rule.id} ({escape(rule.family)}, {levels})\n")
    for text in (rule.why, rule.remedy):
        click.echo(textwrap.fill(escape(text), WIDTH, break_long_words=False, break_on_hyphens=False) + "\n")
    for example in read_rule(rule.file, rule.family).examples:
        shown = [part for part in ("bad", "good", "silent") if part in example.parts]
        for part in shown:
            click.echo(f"{part.capitalize()}: {escape(example.name)}\n")
            for source in example.parts[part]:
                _source(source, named=len(example.parts[part]) > 1 or source.file != "example.yaml")
    click.echo(f"File: {escape(os.path.relpath(rule.file))}\n")
    click.echo("References:")
    for address in rule.references:
        click.echo(f"  {escape(address)}")


def _source(source: Source, named: bool) -> None:
    from ekslint.reporters.escape import escape

    if named:
        click.echo(f"    # {source.file}")
    for line in source.text.splitlines():
        click.echo(f"    {escape(line)}".rstrip())
    click.echo("")
