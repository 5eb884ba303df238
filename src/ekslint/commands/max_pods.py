"""`ekslint max-pods`: pod limits by instance type and mode, as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ekslint.data.instances import InstanceType
    from ekslint.maxpods import Figures

COLUMNS = ("instance_type", "secondary", "secondary_custom", "prefix", "prefix_custom")

CALCULATOR = "As AWS's max-pods-calculator.sh prints them, which counts no prefixes on bare metal (--cni does)."
CNI = "As the VPC CNI hands out addresses, which attaches prefixes to bare metal too."
CAPS = "At most 110 below 30 vCPUs and 250 above, as EKS recommends."
BLANK = "- : no source says how many vCPUs the type has, so which cap holds is unknown."


@click.command("max-pods")
@click.argument("types", nargs=-1, required=True, metavar="TYPE...")
@click.option("--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", help="How to print them.")
@click.option("--cni", "by_cni", is_flag=True, help="Count prefixes wherever the VPC CNI attaches them, bare metal included.")
def max_pods(types: tuple[str, ...], form: str, by_cni: bool) -> None:
    """Pod limits of EC2 instance types: with secondary addresses or prefixes, each with and without custom networking.

    TYPE is a name such as m5.large or a pattern such as 'm5.*'; '*' is every type. A pattern leaves out types that EC2 has
    retired unless it matches nothing else.
    """
    from ekslint.maxpods import calculator, cni

    figures = cni if by_cni else calculator
    rows = [(found.name, figures(found)) for found in _chosen(types)]
    if form == "csv":
        click.echo("\n".join([",".join(COLUMNS), *(",".join([name, *_texts(row, "")]) for name, row in rows)]))
    elif form == "json":
        import json

        counted = "vpc-cni" if by_cni else "max-pods-calculator"
        entries = [{"instance_type": name, **row._asdict()} for name, row in rows]
        click.echo(json.dumps({"figures": counted, "types": entries}, indent=2))
    else:
        click.echo(_table(rows, CNI if by_cni else CALCULATOR))


def _chosen(wanted: tuple[str, ...]) -> list[InstanceType]:
    """The types meant, each once, in the order asked for. Raises UsageError for a name or pattern that means none."""
    from ekslint.data.instances import instance_type, instance_types

    chosen: dict[str, InstanceType] = {}
    for word in wanted:
        if any(char in word for char in "*?["):
            from fnmatch import fnmatchcase

            matching = [t for t in instance_types() if fnmatchcase(t.name, word)]
            found = [t for t in matching if not t.retired] or matching
            if not found:
                raise click.UsageError(f"No instance type matches {word!r}.")
        else:
            one = instance_type(word)
            if one is None:
                raise click.UsageError(_unknown(word))
            found = [one]
        chosen.update((t.name, t) for t in found)
    return list(chosen.values())


def _unknown(word: str) -> str:
    from ekslint.data.instances import instance_types
    from ekslint.data.nearest import nearest_name

    near = nearest_name(word, (t.name for t in instance_types()))
    return f"Unknown instance type {word!r}." + (f" Did you mean {near}?" if near else "")


def _texts(row: Figures, blank: str) -> list[str]:
    return [blank if figure is None else str(figure) for figure in row]


def _table(rows: list[tuple[str, Figures]], counted: str) -> str:
    heads = ("instance type", "secondary", "with custom net.", "prefix", "with custom net.")
    width = max(len(heads[0]), *(len(name) for name, _ in rows))
    lines = [heads[0].ljust(width) + "".join(f"  {head:>16}" for head in heads[1:])]
    lines += [name.ljust(width) + "".join(f"  {text:>16}" for text in _texts(row, "-")) for name, row in rows]
    notes = [counted, CAPS]
    if any(None in row for _, row in rows):
        notes.append(BLANK)
    return "\n".join([*lines, "", *notes])
