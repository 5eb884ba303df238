"""The hook in a real pre-commit run: a bad manifest stops a commit with its finding, a corrected one goes through."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

BAD = """\
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  ports:
    - port: "80"
"""


class Repository:
    """A scratch git repository that uses a home of its own."""

    def __init__(self, folder: Path, home: Path) -> None:
        self.folder = folder
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PRE_COMMIT"))} | {
            "HOME": str(home),
            "PRE_COMMIT_HOME": str(home / "pre-commit"),
            "GIT_CONFIG_GLOBAL": os.devnull,
        }
        folder.mkdir(parents=True, exist_ok=True)
        self.run("git", "init", "--quiet", "--initial-branch=main")

    def run(self, *command: str, code: int = 0) -> str:
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stdout
        return done.stdout

    def commit(self) -> str:
        self.run("git", "add", "--all")
        self.run("git", "-c", "user.name=x", "-c", "user.email=x@example.org", "commit", "--quiet", "--no-verify", "--message=x")
        return self.run("git", "rev-parse", "HEAD").strip()

    def hook(self, code: int) -> str:
        self.run("git", "add", "--all")
        return self.run(sys.executable, "-m", "pre_commit", "run", "--color=never", code=code)


def copy_of_this_project(folder: Path) -> None:
    """The files as they are now that git tracks, or would track."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for name in filter(None, listed.stdout.split("\0")):
        if (ROOT / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, folder / name)


@pytest.fixture(scope="module")
def user(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """A repository that has the hook, from this project as it is."""
    home = tmp_path_factory.mktemp("home")
    project = Repository(tmp_path_factory.mktemp("project"), home)
    copy_of_this_project(project.folder)
    revision = project.commit()
    user = Repository(tmp_path_factory.mktemp("user"), home)
    hooks = f"repos:\n  - repo: {project.folder}\n    rev: {revision}\n    hooks:\n      - id: ekslint\n"
    (user.folder / ".pre-commit-config.yaml").write_text(hooks)
    return user


def test_a_bad_manifest_fails_and_a_corrected_one_passes(user: Repository) -> None:
    manifest = user.folder / "apps" / "web.yaml"
    manifest.parent.mkdir()
    manifest.write_text(BAD)
    failed = user.hook(1)
    assert "apps/web.yaml:7:13: error[field-of-wrong-type]" in failed
    assert "Failed" in failed
    manifest.write_text(BAD.replace('"80"', "80"))
    assert "Passed" in user.hook(0)


def test_what_is_elsewhere_in_the_repository_is_judged_with_the_change(user: Repository) -> None:
    manifest = user.folder / "apps" / "web.yaml"
    manifest.parent.mkdir(exist_ok=True)
    manifest.write_text(BAD)
    user.commit()
    (user.folder / "apps" / "other.yaml").write_text("apiVersion: v1\nkind: Namespace\nmetadata:\n  name: web\n")
    assert "apps/web.yaml:7:13: error[field-of-wrong-type]" in user.hook(1)
    user.commit()
    (user.folder / "README.md").write_text("# Web\n")
    assert "Skipped" in user.hook(0)
