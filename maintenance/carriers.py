"""Writes docs/carriers.md: every carrier of the code with what it reads and the kinds of subjects that it gives."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from ekslint.catalogue import names

PAGE = Path(__file__).resolve().parent.parent / "docs" / "carriers.md"

HEAD = """\
# Carriers

A carrier is a form in which settings are written: a DaemonSet, the values of a chart, a Terraform resource. Each is one module of
`src/ekslint/carriers/` that lifts subjects out of it, and rules see the subjects alone. This page is made from the code by
`make carriers`.

| Carrier | What it is | What it reads | Subjects that it gives |
|---|---|---|---|
"""
ANYTHING = "those of the objects inside"
SYNTAXES = {
    "make": "Makefiles",
    "mime": "MIME files",
    "powershell": "PowerShell scripts",
    "shell": "shell scripts",
    "text": "text and template files",
}


def main() -> None:
    """Writes the page."""
    PAGE.write_text(page())


def page() -> str:
    """The page as it is to be."""
    return HEAD + "".join(_row(name, module) for name, module in carriers().items())


def carriers() -> dict[str, Any]:
    """The modules that read something, by name; those that only serve others read nothing by themselves."""
    modules = {name: import_module(f"ekslint.carriers.{name}") for name in names("carriers")}
    own = ("objects", "claims", "claims_text", "terraform")
    return {name: module for name, module in modules.items() if any(hasattr(module, each) for each in own)}


def _row(name: str, module: Any) -> str:
    what = (module.__doc__ or "").split("\n\n")[0].replace("\n", " ").rstrip(".").replace("|", "\\|")
    return f"| `{name}` | {what} | {'; '.join(_read(module))} | {', '.join(_given(module))} |\n"


def _read(module: Any) -> list[str]:
    kinds: dict[str, set[str]] = {}
    for group, kind in getattr(module, "OBJECTS", ()):
        kinds.setdefault(group, set()).add(kind)
    found = []
    for group, listed in sorted(kinds.items()):
        some = sorted(listed)
        shown = ", ".join(some[:8]) + (f" and {len(some) - 8} more" if len(some) > 8 else "")
        found.append(f"{shown} of {'any group' if group == '*' else group or 'the core API'}")
    if hasattr(module, "claims"):
        found.append("documents that are no objects")
    found += [SYNTAXES[syntax] for syntax in getattr(module, "SYNTAX", ())]
    if hasattr(module, "terraform"):
        found.append("Terraform")
    return found


def _given(module: Any) -> list[str]:
    return [ANYTHING if kind == "*" else kind for kind in getattr(module, "GIVES", ())]


if __name__ == "__main__":
    main()
