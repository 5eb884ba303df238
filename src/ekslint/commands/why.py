"""`ekslint why`: the facts about what is in a file, where each came from, and what is unknown."""

from __future__ import annotations

from collections.abc import Sequence

import click

from ekslint.commands.check import WrongUseError, prepare


@click.command()
@click.argument("target", metavar="FILE[:LINE]")
@click.argument("paths", nargs=-1, type=click.Path())
@click.option("--config", "config_file", type=click.Path(), help="Read this file instead of .ekslint.yaml.")
@click.option("--rules", "folders", type=click.Path(), multiple=True, help="A folder of rules of your own.")
def why(target: str, paths: Sequence[str], config_file: str | None, folders: Sequence[str]) -> None:
    """Tells what is known of the things in FILE, as part of all that lies below PATHS (the current folder if none is named)."""
    from ekslint.explaining import explain
    from ekslint.loading import load
    from ekslint.reporters.escape import escape
    from ekslint.source.files import shown

    name, _, number = target.rpartition(":")
    file, line = (name, int(number)) if name and number.isdigit() else (target, None)
    library, given, named = prepare(paths or (".",), config_file, folders)
    loaded = load(given.files, given.whole, named, given.shelf)
    told = False
    for text in explain(loaded.clusters, library.rules, shown(file), line):
        click.echo(escape(text))
        told = True
    if not told:
        raise WrongUseError(f"nothing that ekslint reads is in {target}")
