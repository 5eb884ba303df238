"""The command line: one thin module per command, imported when it is called."""

from __future__ import annotations

from importlib import import_module

import click

from ekslint import __version__

COMMANDS = {
    "check": "check:check",
    "explain": "explain:explain",
    "rules": "rules:rules",
    "max-pods": "max_pods:max_pods",
    "test": "test:test",
    "facts": "facts:facts",
    "why": "why:why",
}
"""Where each command is defined."""


class FaultError(click.ClickException):
    """A mistake of our own."""

    exit_code = 3


class _Commands(click.Group):
    """The commands by name; only the one that is called is imported."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        found = COMMANDS.get(cmd_name)
        if found is None:
            return None
        module, _, name = found.partition(":")
        command: click.Command = getattr(import_module(f"ekslint.commands.{module}"), name)
        return command

    def invoke(self, ctx: click.Context) -> object:
        """Runs the command; a fault of our own is told in one sentence."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort, BrokenPipeError):
            raise
        except Exception as error:
            raise FaultError(f"a fault in ekslint: {type(error).__name__}: {error}") from error


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, package_name="ekslint", message="ekslint %(version)s")
def main() -> None:
    """Finds the networking mistakes of an EKS cluster in the files that make it."""
