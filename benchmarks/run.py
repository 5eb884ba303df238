"""Times ekslint beside yamllint and Checkov, in turn, and prints ratios.

    python benchmarks/run.py [ROUNDS]

ekslint is built as a wheel and installed into a fresh environment; each peer has an environment of its own.
Every figure is the median wall time of whole processes; the machine's speed drifts, so only the ratios mean something.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

from generate import write

ROOT = Path(__file__).resolve().parent.parent
SMALL = ROOT / "examples" / "shop" / "apps" / "web" / "ingress.yaml"


def environment(folder: Path, *packages: str) -> Path:
    """A fresh virtual environment with some packages; returns the folder of its programs."""
    venv.create(folder, with_pip=True)
    programs = folder / "bin"
    subprocess.run([programs / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages], check=True)
    return programs


def wheel(folder: Path) -> Path:
    """ekslint as a wheel."""
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps", "-w", folder, ROOT],
        check=True,
    )
    return next(folder.glob("ekslint-*.whl"))


def seconds(command: list[str | Path], folder: Path) -> float:
    """Wall time of one run; its output and exit code do not matter, a crash does."""
    begin = time.perf_counter()
    done = subprocess.run(command, cwd=folder, capture_output=True)
    spent = time.perf_counter() - begin
    if done.returncode < 0 or b"Traceback" in done.stderr:
        raise SystemExit(f"{command[0]} crashed: {done.stderr.decode()[-400:]}")
    return spent


def compare(commands: dict[str, list[str | Path]], folder: Path, rounds: int) -> dict[str, float]:
    """The median time of each command, run in turn so that all meet the same drift; one round before is not counted."""
    spent: dict[str, list[float]] = {name: [] for name in commands}
    for number in range(rounds + 1):
        for name, command in commands.items():
            took = seconds(command, folder)
            if number:
                spent[name].append(took)
    return {name: statistics.median(times) for name, times in spent.items()}


def main(rounds: int) -> None:
    """Prints the ratios of start-up and of a thousand manifests."""
    with tempfile.TemporaryDirectory() as scratch:
        base = Path(scratch)
        ekslint = environment(base / "ekslint", str(wheel(base)))
        yamllint = environment(base / "yamllint", "yamllint")
        checkov = environment(base / "checkov", "checkov")
        os.environ["XDG_CACHE_HOME"] = str(base / "cache")
        repository = base / "repository"
        write(repository)
        start = compare(
            {"python -c pass": [ekslint / "python", "-c", "pass"], "ekslint": [ekslint / "ekslint", "check", SMALL]},
            repository,
            rounds * 3,
        )
        print(f"start-up, one small file: ekslint {start['ekslint'] / start['python -c pass']:.2f} x python -c pass")
        whole = compare(
            {
                "ekslint": [ekslint / "ekslint", "check", ".", "--fail-on", "never"],
                "yamllint": [yamllint / "yamllint", "-f", "parsable", "."],
            },
            repository,
            rounds,
        )
        print(f"1,000 manifests: ekslint {whole['ekslint'] / whole['yamllint']:.3f} x yamllint")
        other = compare(
            {
                "ekslint": [ekslint / "ekslint", "check", ".", "--fail-on", "never"],
                "checkov": [checkov / "checkov", "-d", ".", "--framework", "kubernetes", "--compact", "--quiet", "--skip-download"],
            },
            repository,
            1,
        )
        print(f"1,000 manifests: ekslint {other['ekslint'] / other['checkov']:.3f} x Checkov")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
