"""Each module imports only from those above it: the order in which data flows through them."""

from __future__ import annotations

import ast
from pathlib import Path

SOURCE = Path(__file__).parent.parent / "src" / "ekslint"
FLOORS = [
    ["project"],
    ["data"],
    ["source"],
    ["syntax"],
    ["value"],
    ["store"],
    ["catalogue"],
    ["fact"],
    ["userdata"],
    ["layers"],
    ["carriers"],
    ["inventory"],
    ["scoping"],
    ["maxpods"],
    ["facts"],
    ["relations"],
    ["finding"],
    ["rendered"],
    ["loading"],
    ["language"],
    ["suppression"],
    ["selection"],
    ["engine"],
    ["entries"],
    ["fixer"],
    ["checking"],
    ["outline"],
    ["explaining"],
    ["mending"],
    ["proof"],
    ["reporters"],
    ["config"],
    ["walking"],
    ["commands"],
]
"""From the top to the bottom: what stands in `src/ekslint/`, folders and modules."""


def floor(module: str) -> int:
    return next(number for number, names in enumerate(FLOORS) if module in names)


def imports(file: Path) -> set[str]:
    """The parts of ekslint that a module imports when it runs; what stands under TYPE_CHECKING only names types."""
    tree = ast.parse(file.read_text())
    typing = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    found = set()
    for node in ast.walk(tree):
        if node in typing:
            continue
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "ekslint":
            parts = node.module.split(".")
            found |= {parts[1]} if len(parts) > 1 else {alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name.split(".")[1] for alias in node.names if alias.name.startswith("ekslint.")}
    return found


def test_every_part_has_a_floor() -> None:
    parts = {path.stem for path in SOURCE.iterdir() if path.stem not in {"__init__", "__pycache__", "py"}}
    assert parts == {name for names in FLOORS for name in names}


def test_imports_go_up() -> None:
    wrong = []
    for file in sorted(SOURCE.rglob("*.py")):
        part = file.relative_to(SOURCE).parts[0].removesuffix(".py")
        if part == "__init__":
            continue
        lower = [other for other in imports(file) - {"__version__"} if floor(other) > floor(part)]
        wrong += [f"{file.relative_to(SOURCE)} imports {other}" for other in lower]
    assert wrong == []
