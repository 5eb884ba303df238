"""The commands that the documents show work as printed, and what they show is what ekslint prints."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from ekslint.commands import main
from ekslint.language.library import library
from ekslint.project import ADDRESS

ROOT = Path(__file__).parent.parent
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)


def blocks(document: Path) -> list[tuple[list[str], str]]:
    """The commands of each console block, and the output that it shows."""
    found = []
    for block in BLOCK.findall(document.read_text()):
        lines = block.splitlines()
        commands = [line[2:] for line in lines if line.startswith("$ ")]
        found.append((commands, "\n".join(line for line in lines if not line.startswith("$ "))))
    return found


COMMANDS = sorted({(document.name, command) for document in DOCUMENTS for commands, _ in blocks(document) for command in commands})


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The shop as a repository of its own, with what an upstream branch would have, and the rules beside it."""
    folder = tmp_path / "shop"
    shutil.copytree(ROOT / "examples" / "shop", folder)
    shutil.copytree(ROOT / "examples" / "shop", folder / "examples" / "shop")
    rule = re.search(r"```yaml\n(id: load-balancer-open.*?)```", (ROOT / "CONTRIBUTING.md").read_text(), re.DOTALL)
    assert rule is not None
    (folder / "rules" / "ingress").mkdir(parents=True)
    (folder / "rules" / "ingress" / "load-balancer-open-to-the-internet.yaml").write_text(rule[1])
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-qm", "one"], ["update-ref", "refs/remotes/origin/main", "HEAD"]):
        subprocess.run(
            ["git", "-c", "user.name=t", "-c", "user.email=t@example.com", *arguments], cwd=folder, check=True, capture_output=True
        )
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize(("document", "command"), COMMANDS)
def test_the_command_works(document: str, command: str, shop: Path) -> None:
    words = shlex.split(command.split("#")[0].split("|")[-1])
    if words[0] == "make":
        assert re.search(rf"^{words[1]}:", (ROOT / "Makefile").read_text(), re.MULTILINE), f"{document} names no target: {command}"
        return
    assert words[0] in ("ekslint", ".venv/bin/ekslint"), f"{document}: {command}"
    given = (shop / "apps" / "web" / "ingress.yaml").read_bytes() if "-" in words else None
    result = CliRunner().invoke(main, words[1:], input=given)
    assert result.exit_code in (0, 1), result.output
    assert "Traceback" not in result.output


def test_the_first_screen_of_the_readme_is_what_ekslint_prints(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    commands, shown = blocks(ROOT / "README.md")[0]
    result = CliRunner().invoke(main, shlex.split(commands[0])[1:])
    assert result.output.strip() == shown.strip()
    assert shown.count("error[") >= 3


def test_the_readme_names_rules_that_exist() -> None:
    table = (ROOT / "README.md").read_text().split("## The eight mistakes")[1].split("\n## ")[0]
    cells = [row.rsplit("|", 2)[1] for row in table.splitlines() if row.startswith("| ")]
    names = {name for cell in cells for name in re.findall(r"`([a-z][a-z0-9-]+)`", cell)}
    rules = library()
    assert len(names) >= 14
    assert {name for name in names if rules.get(name) is None} == {"custom-networking"}


def test_the_address_is_written_as_in_the_code() -> None:
    owner = ADDRESS.removeprefix("https://github.com/")
    for document in DOCUMENTS:
        for found in re.findall(r"[\w.-]+/ekslint(?=[@)\s`\"]|$)", document.read_text()):
            if not found.startswith((".venv", "bin/", "src/")):
                assert found == owner, f"{document.name}: {found}"


def test_local_links_lead_somewhere() -> None:
    for document in DOCUMENTS:
        for target in re.findall(r"\]\((?!https?://|#)([^)#]+)", document.read_text()):
            assert (document.parent / target).exists(), f"{document.name}: {target}"
