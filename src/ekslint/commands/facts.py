"""`ekslint facts`: what rules can ask of each kind of subject."""

from __future__ import annotations

import click

from ekslint.commands.check import WrongUseError


@click.command()
@click.argument("kind", required=False)
def facts(kind: str | None) -> None:
    """Lists the kinds of subjects, or the facts of one KIND with their types, for authors of rules."""
    from ekslint.data.nearest import nearest_name
    from ekslint.fact import COMMON, FACTS, MAKERS, load

    load()
    if kind is None:
        for name in sorted({*FACTS, *MAKERS}):
            click.echo(f"{name:<28} {len(FACTS.get(name, {}))} facts")
        return
    if kind not in FACTS:
        near = nearest_name(kind, FACTS)
        raise WrongUseError(f"no subject is called {kind}" + (f"; did you mean {near}?" if near else ""))
    for name, fact in sorted({**FACTS[kind], **COMMON}.items()):
        click.echo(f"{name}  {fact.type}")
        click.echo(f"    {' '.join(fact.text.split())}")
