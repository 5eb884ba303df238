"""Writes what ekslint prints today into the first console block of the README: read it before you commit it."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Rewrites the block."""
    readme = ROOT / "README.md"
    before, _, rest = readme.read_text().partition("```console\n")
    block, _, after = rest.partition("```")
    command = block.splitlines()[0]
    program = Path(sys.executable).parent / "ekslint"
    done = subprocess.run([program, *shlex.split(command[2:])[1:]], cwd=ROOT, capture_output=True, text=True)
    readme.write_text(f"{before}```console\n{command}\n{done.stdout.rstrip()}\n```{after}")


if __name__ == "__main__":
    main()
