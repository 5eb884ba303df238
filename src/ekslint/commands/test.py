"""`ekslint test`: proves rule files by their examples."""

from __future__ import annotations

import os
import sys

import click

from ekslint.commands.rulebook import complain, counted, give_up


@click.command()
@click.argument("paths", nargs=-1, type=click.Path())
def test(paths: tuple[str, ...]) -> None:
    """Proves rule files, or all in a folder, by their examples (the shipped ones if none is named).

    Exit codes: 0 all examples hold; 1 one does not; 2 a rule file is broken.
    """
    from ekslint.language.library import Library, Rule, RuleError, listing, readable, shipped
    from ekslint.proof import prove
    from ekslint.reporters.escape import escape

    try:
        own = {os.path.realpath(entry[0]): entry for path in paths for entry in listing(path)}
        others = {os.path.realpath(entry[0]): entry for entry in shipped()}
    except RuleError as error:
        give_up(error.mistakes)
    empty = [path for path in paths if not listing(path)]
    if empty:
        raise click.UsageError(f"There is no rule file in {escape(empty[0])}.")
    files, mistakes = readable(list({**others, **own}.values()))
    wanted = {entry[0] for entry in (own or others).values()}
    wrong = [mistake for mistake in mistakes if mistake.place.file in wanted]
    complain(sorted(wrong))
    library = Library(Rule(file.record) for file in files)
    proved = [file for file in files if file.record["file"] in wanted]
    failures = [failure for file in proved for failure in prove(file.record["id"], file.examples, library)]
    for failure in failures:
        click.echo(escape(str(failure)))
    examples = sum(len(file.examples) for file in proved)
    click.echo(f"{counted(len(proved), 'rule')}, {counted(examples, 'example')}, {counted(len(failures), 'failure')}")
    if wrong:
        sys.exit(2)
    if failures:
        sys.exit(1)
