"""Rules for the commands that show or prove them: what is wrong with a rule file is told line by line."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, NoReturn

import click

if TYPE_CHECKING:
    from ekslint.language.library import Library
    from ekslint.language.mistakes import Mistake


def open_library(folders: tuple[str, ...]) -> Library:
    """The shipped rules and those of the user's folders; ends the command with exit code 2 where a rule file is broken."""
    from ekslint.language.library import RuleError, library

    try:
        return library(folders)
    except RuleError as error:
        give_up(error.mistakes)


def complain(mistakes: Iterable[Mistake]) -> None:
    """Prints mistakes in rule files, one a line."""
    from ekslint.reporters.escape import escape

    for mistake in mistakes:
        click.echo(escape(str(mistake)), err=True)


def give_up(mistakes: Iterable[Mistake]) -> NoReturn:
    """Prints mistakes in rule files and ends the command with exit code 2."""
    complain(mistakes)
    sys.exit(2)


def counted(number: int, noun: str) -> str:
    """A number and what it counts."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
