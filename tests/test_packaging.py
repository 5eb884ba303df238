"""What is shipped: every package and rule is in the wheel that pip builds, and the command of the wheel works."""

from __future__ import annotations

import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


def test_every_package_is_listed() -> None:
    listed = set(tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"])
    source = ROOT / "src"
    there = {".".join(file.parent.relative_to(source).parts) for file in source.rglob("__init__.py")}
    assert listed == there | {"ekslint.rules"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    pip = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
        "-w",
        str(folder),
        str(ROOT),
    ]
    subprocess.run(pip, check=True, capture_output=True)
    return next(folder.glob("ekslint-*.whl"))


def test_the_wheel_holds_rules_tables_and_schemas(wheel: Path) -> None:
    held = set(zipfile.ZipFile(wheel).namelist())
    for folder, patterns in (("rules", ["*/*.yaml"]), ("src/ekslint", ["**/*.py", "**/*.json", "**/*.csv"])):
        prefix = "ekslint/rules" if folder == "rules" else "ekslint"
        for pattern in patterns:
            for file in (ROOT / folder).glob(pattern):
                assert f"{prefix}/{file.relative_to(ROOT / folder).as_posix()}" in held


def test_the_command_of_the_wheel_finds_what_the_checkout_finds(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "env", with_pip=True, symlinks=True)
    programs = tmp_path / "env" / "bin"
    subprocess.run([programs / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", str(wheel)], check=True)
    done = subprocess.run(
        [programs / "ekslint", "check", "examples/shop", "--level", "error", "--quiet"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert done.stdout.strip() in (ROOT / "README.md").read_text()
