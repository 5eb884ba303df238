"""The places where ekslint is used: the pre-commit hook's files, the action, and the example workflow."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from ekslint.config import NAME
from ekslint.project import ADDRESS
from ekslint.source.formats import ENDINGS, TEMPLATE_ENDINGS, syntax_of

ROOT = Path(__file__).parent.parent

WEB = """\
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  ports:
    - port: "80"{comment}
"""


def yaml(name: str) -> Any:
    return YAML(typ="safe").load((ROOT / name).read_text("utf-8"))


@pytest.mark.parametrize(
    "file",
    [
        *(f"a/b{ending}" for ending in ENDINGS),
        *(f"values.yaml{ending}" for ending in TEMPLATE_ENDINGS),
        *(f"user_data{ending}" for ending in TEMPLATE_ENDINGS),
        "user-data",
        "nodes/userdata.web",
        "deploy/Makefile",
        "A.YML",
        NAME,
        ".gitignore",
        "a/.gitignore",
    ],
)
def test_a_change_of_any_file_that_is_read_starts_the_hook(file: str) -> None:
    (hook,) = yaml(".pre-commit-hooks.yaml")
    assert syntax_of(file.rsplit("/")[-1]) is not None or file.endswith(".gitignore")
    assert re.search(hook["files"], file)


@pytest.mark.parametrize("file", ["README.md", "main.py", "yaml", "a.yamlx", "logo.png"])
def test_other_changes_do_not(file: str) -> None:
    (hook,) = yaml(".pre-commit-hooks.yaml")
    assert not re.search(hook["files"], file)


def test_actions_of_others_are_pinned_by_commit() -> None:
    steps = yaml("action.yml")["runs"]["steps"] + yaml("docs/examples/code-scanning.yml")["jobs"]["ekslint"]["steps"]
    used = [step["uses"] for step in steps if "uses" in step]
    assert len(used) == 4
    assert all(re.fullmatch(r"[^@]+@[0-9a-f]{40}", action) for action in used)


def test_the_example_uses_this_project_as_it_is() -> None:
    (step,) = [s for s in yaml("docs/examples/code-scanning.yml")["jobs"]["ekslint"]["steps"] if s["name"] == "Check"]
    assert step["uses"].partition("@")[0] == ADDRESS.removeprefix("https://github.com/")
    assert set(step["with"]) <= set(yaml("action.yml")["inputs"])


def check_step(folder: Path, temp: Path, **inputs: str) -> tuple[int, str, dict[str, str]]:
    """Runs the action's own step as a runner would; what it exits with, prints and hands on."""
    (step,) = [s for s in yaml("action.yml")["runs"]["steps"] if s.get("id") == "check"]
    defaults = {name: given["default"] for name, given in yaml("action.yml")["inputs"].items()}
    values = {name: inputs.get(name.lower(), defaults.get(name.lower().replace("_", "-"), "")) for name in step["env"]}
    values["LOG"] = inputs.get("log", "text")
    bin = temp / "ekslint" / "bin"
    bin.mkdir(parents=True, exist_ok=True)
    for tool, target in (("python", sys.executable), ("ekslint", str(Path(sys.executable).parent / "ekslint"))):
        (bin / tool).unlink(missing_ok=True)
        (bin / tool).symlink_to(target)
    handed = temp / "handed"
    handed.write_text("")
    environment = {**os.environ, **values, "RUNNER_TEMP": str(temp), "GITHUB_OUTPUT": str(handed)}
    done = subprocess.run(
        ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    lines = handed.read_text().splitlines()
    return done.returncode, done.stdout + done.stderr, dict(line.split("=", 1) for line in lines)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "repository").mkdir()
    return tmp_path / "repository"


def test_the_action_goes_on_to_the_upload_and_hands_on_the_exit_code(folder: Path, tmp_path: Path) -> None:
    (folder / "a.yaml").write_text(WEB.format(comment=""))
    code, printed, handed = check_step(folder, tmp_path)
    assert code == 0, printed
    assert handed["exit-code"] == "1"
    assert "a.yaml:7:13: error[field-of-wrong-type]" in printed
    (run,) = json.loads(Path(handed["upload"]).read_text())["runs"]
    assert run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "a.yaml"


def test_suppressed_findings_are_not_uploaded(folder: Path, tmp_path: Path) -> None:
    (folder / "a.yaml").write_text(WEB.format(comment=""))
    rules = {r["ruleId"] for r in json.loads(Path(check_step(folder, tmp_path)[2]["sarif"]).read_text())["runs"][0]["results"]}
    (folder / "a.yaml").write_text(WEB.format(comment=f"  # ekslint: ignore[{', '.join(rules)}]"))
    code, printed, handed = check_step(folder, tmp_path)
    assert (code, handed["exit-code"]) == (0, "0"), printed
    (whole,) = json.loads(Path(handed["sarif"]).read_text())["runs"]
    (upload,) = json.loads(Path(handed["upload"]).read_text())["runs"]
    assert {result["ruleId"] for result in whole["results"]} == rules
    assert upload == {**whole, "results": []}


def test_wrong_use_fails_before_the_upload(folder: Path, tmp_path: Path) -> None:
    code, printed, handed = check_step(folder, tmp_path, select="no-such-rule")
    assert (code, handed) == (2, {})
    assert "no-such-rule" in printed


def test_inputs_are_words_and_never_commands(folder: Path, tmp_path: Path) -> None:
    (folder / "a b").mkdir()
    (folder / "a b" / "a.yaml").write_text(WEB.format(comment=""))
    (folder / "--version").write_text("")
    mark = tmp_path / "mark"
    code, printed, handed = check_step(folder, tmp_path, paths="a b\n--version\n")
    assert (code, handed["exit-code"]) == (0, "1"), printed
    code, printed, handed = check_step(folder, tmp_path, paths=f"$(touch {mark})\n`touch {mark}`; touch {mark}")
    assert code == 2, printed
    code, printed, handed = check_step(folder, tmp_path, select=f"x'; touch {mark} #")
    assert code == 2, printed
    assert not mark.exists()
