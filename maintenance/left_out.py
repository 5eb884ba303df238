"""Writes docs/left-out.md: what can go wrong with Ingresses, which rule finds it, and why no rule finds the rest."""

from __future__ import annotations

from pathlib import Path

from ruamel.yaml import YAML

from ekslint.language.library import readable, shipped

DOCS = Path(__file__).resolve().parent.parent / "docs"
TABLE = DOCS / "left-out.yaml"
PAGE = DOCS / "left-out.md"

HEAD = """\
# What is left out

What can go wrong with Ingresses, with the objects of the load balancer controller and with what it makes of them: first what no
rule looks for, with the reason, then everything else with the rules that find it. The ids are those that rules name in `covers`.
The page is made from [left-out.yaml](left-out.yaml) and the rules by `make left-out`.

| Id | What can go wrong | Why no rule finds it |
|---|---|---|
"""


def main() -> None:
    """Writes the page."""
    PAGE.write_text(page(), encoding="utf-8")


def table() -> dict[str, dict[str, str]]:
    """The families, the modes and the reasons, each by id."""
    found: dict[str, dict[str, str]] = YAML(typ="safe").load(TABLE.read_text(encoding="utf-8"))
    return found


def covering() -> dict[str, list[str]]:
    """The rules that find a mode, by its id."""
    found: dict[str, list[str]] = {}
    for file in readable(shipped())[0]:
        for id in file.record.get("covers", ()):
            found.setdefault(id, []).append(file.record["id"])
    return {id: sorted(rules) for id, rules in found.items()}


def page() -> str:
    """The page as it is to be."""
    known, rules = table(), covering()
    modes, reasons = known["modes"], known["left_out"]
    lines = [HEAD]
    lines += [f"| {id} | {title} | {reasons[id]} |\n" for id, title in modes.items() if id in reasons]
    for family, name in known["families"].items():
        lines.append(f"\n## {name}\n\n| Id | What can go wrong | Rules |\n|---|---|---|\n")
        for id, title in modes.items():
            if id.startswith(f"{family}-") and id not in reasons:
                lines.append(f"| {id} | {title} | {', '.join(f'`{rule}`' for rule in rules.get(id, ()))} |\n")
    return "".join(lines)


if __name__ == "__main__":
    main()
