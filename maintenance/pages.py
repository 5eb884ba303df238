"""Writes a Markdown page for each rule, and an index by family, into a folder that is named."""

from __future__ import annotations

import difflib
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from ekslint import fact
from ekslint.checking import check_texts
from ekslint.finding import Finding
from ekslint.language.examples import ONE, Example, Source, unmarked
from ekslint.language.library import Library, library, readable, shipped
from ekslint.language.loader import RuleFile
from ekslint.language.rule import Rule

LANGUAGES = {
    "yaml": "yaml",
    "yml": "yaml",
    "json": "json",
    "tf": "hcl",
    "tfvars": "hcl",
    "toml": "toml",
    "sh": "bash",
    "ps1": "powershell",
    "md": "markdown",
}
"""Names of syntaxes for fences, by the ending of a file."""


def main() -> None:
    """Writes the pages into the folder that is named."""
    if len(sys.argv) != 2:
        raise SystemExit("usage: pages.py FOLDER")
    count = write(Path(sys.argv[1]))
    print(f"{count} pages and index.md in {sys.argv[1]}")


def write(folder: Path) -> int:
    """Writes the index and a page for each rule that ekslint ships, in a folder for each family; how many rules there are."""
    fact.load()
    files, _ = readable(list(shipped()))
    known = library()
    pages = {file.record["id"]: file for file in files}
    for id, file in sorted(pages.items()):
        place = folder / file.record["family"] / f"{id}.md"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("\n".join(page(file, known)) + "\n", encoding="utf-8")
    (folder / "index.md").write_text("\n".join(index([file.record for file in pages.values()])) + "\n", encoding="utf-8")
    return len(pages)


def index(records: list[dict[str, object]]) -> Iterator[str]:
    """The lines of the index: each family with its rules."""
    yield "# Rules"
    for family in sorted({str(record["family"]) for record in records}):
        yield from ("", f"## {family}", "", "| rule | level | what it finds |", "|---|---|---|")
        for record in sorted((each for each in records if each["family"] == family), key=lambda each: str(each["id"])):
            rule = Rule(record)
            yield f"| [{rule.id}]({family}/{rule.id}.md) | {_levels(rule)} | {_prose(rule.title)} |"


def page(file: RuleFile, known: Library) -> Iterator[str]:
    """The lines of one rule's page: what is wrong, what ekslint says of it, what is right, and what the fix changes."""
    rule = Rule(file.record)
    bad = next(example for example in file.examples if "bad" in example.parts)
    good = next(example for example in (bad, *file.examples) if "good" in example.parts)
    yield from (f"# {_prose(rule.title)}", "", f"`{rule.id}` · {_levels(rule)}", "", _prose(rule.why), "", _prose(rule.remedy), "")
    yield from ("## Wrong", "")
    yield from _sources(bad.parts["bad"])
    yield from ("ekslint says:", "", "```text")
    yield from (f"{found.place}: {found.level}[{found.rule}]: {found.message}" for found in findings(rule, bad, known))
    yield from ("```", "", "## Right", "")
    yield from _sources(good.parts["good"])
    if rule.fix is not None:
        yield from ("## Fix", "", "`ekslint check --fix` changes:" if rule.fix.safe else "ekslint proposes, and leaves to you:", "")
        yield from ("```diff", *_changes(next(example for example in file.examples if "fixed" in example.parts)), "```", "")
    yield from ("## References", "")
    yield from (f"* <{address}>" for address in rule.references)
    if rule.covers:
        yield from ("", f"Covers {', '.join(rule.covers)}.")


def findings(rule: Rule, example: Example, known: Library) -> list[Finding]:
    """What ekslint finds by a rule in an example's bad files."""
    before = example.files("before") if "before" in example.parts else None
    report = check_texts(example.files("bad"), known.closure([rule.id]).rules, True, before)
    return [found for found in report.findings if found.rule == rule.id and found.suppressed is None]


def _changes(example: Example) -> Iterator[str]:
    """The lines that the fix takes out of and puts into an example."""
    fixed = example.files("fixed")
    for source in example.parts["bad"]:
        before, after = (unmarked(text).splitlines() for text in (source.text, fixed[source.file]))
        yield from (line for line in list(difflib.unified_diff(before, after, lineterm="", n=1))[2:] if not line.startswith("@@"))


def _prose(text: str) -> str:
    """A text in which Markdown sees no marks."""
    return re.sub(r"([\\*<>\[\]|])", r"\\\1", text)


def _levels(rule: Rule) -> str:
    return " or ".join(level for level, _ in rule.levels)


def _sources(sources: tuple[Source, ...]) -> Iterator[str]:
    """The files of a part, each in a fence; the lines that are found wrong stay marked."""
    for source in sources:
        if source.file != ONE:
            yield from (f"`{source.file}`:", "")
        fence = "````" if "```" in source.text else "```"
        language = LANGUAGES.get(source.file.rpartition(".")[2], "text")
        yield from (fence + language, source.text.rstrip("\n"), fence, "")


if __name__ == "__main__":
    main()
