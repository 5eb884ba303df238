"""`ekslint rules`: which rules there are."""

from __future__ import annotations

import click

from ekslint.commands.rulebook import counted, open_library


@click.command()
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="How to print them.")
@click.option("--family", help="Only the rules of this family.")
@click.option("--rules", "folders", type=click.Path(), multiple=True, help="A folder of rules of your own.")
def rules(form: str, family: str | None, folders: tuple[str, ...]) -> None:
    """Lists the rules: id, level and what each finds."""
    found = open_library(folders)
    families = list(dict.fromkeys(rule.family for rule in found.rules))
    if family is not None and family not in families:
        from ekslint.data.nearest import nearest_name

        near = nearest_name(family, families)
        hint = f"did you mean {near}?" if near else f"there are {', '.join(families)}"
        raise click.BadParameter(f"there is no family {family}; {hint}", param_hint="--family")
    shown = [rule for rule in found.rules if family in (None, rule.family)]
    if form == "json":
        import json

        listed = [
            {
                "id": rule.id,
                "family": rule.family,
                "title": rule.title,
                "levels": [level for level, _ in rule.levels],
                "subject": rule.subject,
                "why": rule.why,
                "remedy": rule.remedy,
                "references": list(rule.references),
                "covers": list(rule.covers),
                "yields_to": list(rule.yields_to),
                "since": rule.since,
                "fix": None if rule.fix is None else "safe" if rule.fix.safe else "unsafe",
            }
            for rule in shown
        ]
        click.echo(json.dumps(listed, indent=2))
        return
    width = max((len(rule.id) for rule in shown), default=0)
    for name in families:
        of_family = [rule for rule in shown if rule.family == name]
        if of_family:
            click.echo(name)
            for rule in of_family:
                levels = "/".join(level for level, _ in rule.levels)
                click.echo(f"  {rule.id:{width}}  {levels:13}  {rule.title}")
    click.echo(counted(len(shown), "rule"))
