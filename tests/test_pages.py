"""The pages of the rules: each shows what is wrong, what ekslint says of it, and what is right."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from ekslint.checking import check_texts
from ekslint.language.examples import unmarked
from ekslint.language.library import Library, library

SCRIPT = Path(__file__).parent.parent / "maintenance" / "pages.py"
FENCE = re.compile(r"(?:`([^`\n]+)`:\n\n)?^(````?)\w+\n(.*?)\n\2$", re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    done = subprocess.run([sys.executable, SCRIPT, folder], capture_output=True, text=True, check=True)
    assert done.stdout == f"{len(library())} pages and index.md in {folder}\n"
    return folder


def sources(section: str) -> dict[str, str]:
    """The texts in the fences of a section, by the file names that stand over them."""
    return {name or "example.yaml": text for name, _, text in FENCE.findall(section)}


def test_every_rule_has_a_page_with_what_is_wrong_and_what_is_right(pages: Path) -> None:
    for rule in library().rules:
        page = (pages / rule.family / f"{rule.id}.md").read_text()
        wrong, right = page.partition("## Wrong\n")[2].partition("## Right\n")[::2]
        assert sources(wrong.partition("ekslint says:")[0]), rule.id
        assert sources(right.partition("## References")[0].partition("## Fix\n")[0]), rule.id
        assert ("## Fix\n" in right) == (rule.fix is not None), rule.id
        assert all(f"<{address}>" in right for address in rule.references), rule.id


def test_what_a_page_quotes_is_what_ekslint_says_of_its_example(pages: Path) -> None:
    known: Library = library()
    for rule in known.rules:
        if rule.needs_before:
            continue
        wrong, said = (pages / rule.family / f"{rule.id}.md").read_text().partition("## Wrong\n")[2].partition("ekslint says:")[::2]
        texts = {name: unmarked(text) + "\n" for name, text in sources(wrong).items()}
        report = check_texts(texts, known.closure([rule.id]).rules)
        expected = [f"{one.place}: {one.level}[{one.rule}]: {one.message}" for one in report.findings if one.rule == rule.id]
        assert expected, rule.id
        assert sources(said.partition("## Right")[0])["example.yaml"].splitlines() == expected, rule.id


def test_the_index_leads_to_every_page(pages: Path) -> None:
    index = (pages / "index.md").read_text()
    links = set(re.findall(r"\]\(([\w/-]+\.md)\)", index))
    assert links == {f"{rule.family}/{rule.id}.md" for rule in library().rules}
    assert all((pages / link).is_file() for link in links)
