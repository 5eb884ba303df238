"""`ekslint why`: the facts about what is in a file, where each came from, and what is unknown."""

from __future__ import annotations

import os
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
    if not os.path.isfile(file):
        raise WrongUseError(f"{file} is a folder: name a file" if os.path.isdir(file) else f"{file} does not exist")
    if line is not None and not 0 < line <= _lines(file):
        raise WrongUseError(f"{file} has {_lines(file)} lines, and no line {line}")
    library, given, named = prepare(paths or (".",), config_file, folders)
    loaded = load(given.files, given.whole, named, given.shelf)
    told = False
    for text in explain(loaded.clusters, library.rules, shown(file), line):
        click.echo(escape(text))
        told = True
    if not told:
        raise WrongUseError(f"nothing that ekslint reads is in {target}")


def _lines(file: str) -> int:
    with open(file, "rb") as stream:
        return sum(1 for _ in stream)
