"""`ekslint check`: reads files, judges them and reports."""

from __future__ import annotations

import gc
import io
import os
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from ekslint.finding import LEVELS, Report, rank
from ekslint.reporters import FORMATS, reporter

if TYPE_CHECKING:
    from ekslint.config import Config
    from ekslint.language.library import Library
    from ekslint.scoping import Named
    from ekslint.source.revision import Revision
    from ekslint.walking import Given


@click.command()
@click.argument("paths", nargs=-1, type=click.Path())
@click.option("--format", "formats", type=click.Choice(FORMATS), multiple=True, help="How to report; text if not given.")
@click.option(
    "--output",
    "outputs",
    type=click.Path(dir_okay=False),
    multiple=True,
    help="Write to this file; the first belongs to the first --format, and so on.",
)
@click.option(
    "--include", multiple=True, metavar="GLOB", help="Read files of these names too; of Markdown the code blocks: '*.md'."
)
@click.option("--select", multiple=True, help="Only these rules or families, separated by commas.")
@click.option("--ignore", multiple=True, help="Leave these rules or families out, separated by commas.")
@click.option("--level", type=click.Choice(LEVELS), default="note", show_default=True, help="Report nothing below this level.")
@click.option(
    "--fail-on",
    type=click.Choice([*LEVELS, "never"]),
    default="warning",
    show_default=True,
    help="Exit with 1 from this level on.",
)
@click.option("--since", metavar="REV", help="Report only what is new since this git revision, and what the change itself does.")
@click.option("--fix", is_flag=True, help="Write the safe fixes into the files, and report what is left.")
@click.option("--diff", is_flag=True, help="Print the safe fixes as a diff, in place of the report; write nothing.")
@click.option("--config", "config_file", type=click.Path(), help="Read this file instead of .ekslint.yaml.")
@click.option("--rules", "folders", type=click.Path(), multiple=True, help="A folder of rules of your own.")
@click.option("--color/--no-color", default=None, help="Colour, or none; by default only on a terminal.")
@click.option("--quiet", is_flag=True, help="Findings only, no summary.")
def check(
    paths: Sequence[str],
    formats: Sequence[str],
    outputs: Sequence[str],
    include: Sequence[str],
    select: Sequence[str],
    ignore: Sequence[str],
    level: str,
    fail_on: str,
    since: str | None,
    fix: bool,
    diff: bool,
    config_file: str | None,
    folders: Sequence[str],
    color: bool | None,
    quiet: bool,
) -> None:
    """Checks files and folders (the current one if none is named; - reads standard input).

    Exit codes: 0 nothing found at or above --fail-on; 1 findings; 2 wrong use; 3 something that could matter could not be read.
    """
    gc.disable()  # one run, no cycles worth the time
    since = since or _pushed_from()
    targets = _targets(formats, outputs)
    started = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    library = _library(folders)
    config = _config(config_file, library)
    wanted = _wanted(library, config, _split(select), _split(ignore))

    def run() -> Report:
        return _run(paths or (".",), include, library, config, wanted, level, since)

    report = (_mended(run) if fix and not diff else run())._replace(started=started, paths=tuple(paths), since=since or "")
    if diff:
        from ekslint.mending import diff as lines

        made = list(lines(report.findings))
        sys.stdout.writelines(made)
        if not made:
            click.echo("No safe fix: what was found needs a decision.", err=True)
    else:
        for format, output in targets:
            _write(report, format, output, color, quiet)
    if report.problems:
        sys.exit(3)
    shown = [found for found in report.findings if found.suppressed is None]
    if fail_on != "never" and any(rank(found.level) >= rank(fail_on) for found in shown):
        sys.exit(1)


def _mended(run: Callable[[], Report]) -> Report:
    """Runs until no safe fix is left to write; tells on the error stream what was written."""
    from ekslint.mending import PASSES, mend
    from ekslint.reporters.escape import shortened

    count, files = 0, []
    for _ in range(PASSES):
        report = run()
        made, written = mend(report.findings)
        if not made:
            break
        count += made
        files += written
    if count:
        names = list(dict.fromkeys(files))
        click.echo(f"Fixed {count} {'place' if count == 1 else 'places'} in {shortened(names)}.", err=True)
    return report


def _targets(formats: Sequence[str], outputs: Sequence[str]) -> list[tuple[str, str | None]]:
    formats = list(formats) or ["text"]
    if len(outputs) > len(formats) or len(formats) > len(outputs) + 1:
        raise click.UsageError("Give one --output for each --format; one format alone may go to the terminal.")
    return [(format, outputs[number] if number < len(outputs) else None) for number, format in enumerate(formats)]


def _split(names: Sequence[str]) -> list[str]:
    return [name.strip() for given in names for name in given.split(",") if name.strip()]


def _library(folders: Sequence[str]) -> Library:
    from ekslint.language.library import library
    from ekslint.language.mistakes import RuleError

    try:
        return library(tuple(folders))
    except RuleError as error:
        raise WrongUseError(str(error)) from None


def _config(file: str | None, library: Library) -> Config:
    from ekslint import config
    from ekslint.suppression import UNUSED

    families = {**{rule.id: rule.family for rule in library.rules}, UNUSED.id: UNUSED.family}
    try:
        found = file or config.find()
        return config.load(found, families) if found else config.Config()
    except config.ConfigError as error:
        raise WrongUseError(str(error)) from None


def _wanted(library: Library, config: Config, select: list[str], ignore: list[str]) -> Callable[[str], bool]:
    """Which rules the user wants to see, by command line and config."""
    from ekslint.suppression import UNUSED, covers_rule, unknown_rule

    families = {**{rule.id: rule.family for rule in library.rules}, UNUSED.id: UNUSED.family}
    for option, patterns in (("--select", select), ("--ignore", ignore)):
        for pattern in patterns:
            complaint = unknown_rule(pattern, families)
            if complaint:
                raise click.BadParameter(complaint, param_hint=option)
    chosen = select or list(config.select)
    kept = {
        rule
        for rule, family in families.items()
        if (not chosen or any(covers_rule(pattern, rule, family) for pattern in chosen))
        and not any(covers_rule(pattern, rule, family) for pattern in ignore)
    }
    return kept.__contains__


def _run(
    paths: Sequence[str],
    include: Sequence[str],
    library: Library,
    config: Config,
    wanted: Callable[[str], bool],
    level: str,
    since: str | None,
) -> Report:
    from ekslint.checking import check as run
    from ekslint.suppression import Suppressions

    given = _given(paths, config, include)
    before = given.at(_revision(since)) if since is not None else None
    report = run(
        given.files,
        library.closure(rule.id for rule in library.rules if wanted(rule.id)).rules,
        whole=given.whole,
        reported=wanted,
        suppressions=Suppressions({rule.id: rule.family for rule in library.rules}, config.ignore),
        levels=config.levels,
        least=level,
        clusters=_clusters(config),
        shelf=given.shelf,
        before=before,
    )
    return given.completed(report)


def prepare(paths: Sequence[str], config_file: str | None, folders: Sequence[str]) -> tuple[Library, Given, list[Named]]:
    """The rules, the files and the clusters that the user names, for commands that look at files as `check` does.

    Raises WrongUseError.
    """
    library = _library(folders)
    config = _config(config_file, library)
    return library, _given(paths, config), _clusters(config)


def _given(paths: Sequence[str], config: Config, include: Sequence[str] = ()) -> Given:
    from ekslint.source.files import MissingPathError
    from ekslint.source.globs import Globs
    from ekslint.walking import Given

    try:
        wanted = Globs(include)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--include") from None
    try:
        return Given(paths, config.exclude, wanted)
    except MissingPathError as error:
        raise WrongUseError(str(error)) from None


def _pushed_from() -> str | None:
    """The revision from which pre-commit was asked to start (--from-ref, or a push), None where there is none that git knows."""
    name = os.environ.get("PRE_COMMIT_FROM_REF")
    if not name:
        return None
    from ekslint.source.revision import Revision, RevisionError

    try:
        Revision(name)
    except RevisionError:
        return None
    return name


def _revision(name: str) -> Revision:
    from ekslint.source.revision import Revision, RevisionError

    try:
        return Revision(name)
    except RevisionError as error:
        raise WrongUseError(f"--since {name}: {error}") from None


def _clusters(config: Config) -> list[Named]:
    from ekslint.scoping import Named

    return [Named(cluster.name, cluster.paths.match) for cluster in config.clusters]


def _write(report: Report, format: str, output: str | None, color: bool | None, quiet: bool) -> None:
    render = reporter(format)
    if output is not None:
        try:
            with open(output, "w", encoding="utf-8", newline="\n") as file:
                render(report, file.write, color=bool(color), quiet=quiet)
        except OSError as error:
            raise WrongUseError(f"{output} cannot be written: {error.strerror}") from None
        return
    if color is None:
        color = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    render(report, sys.stdout.write, color=color, quiet=quiet)


class WrongUseError(click.ClickException):
    """An option, a config or a rule file that cannot be used as it is."""

    exit_code = 2
