"""Patterns of files, written as in a .gitignore."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec


class Globs:
    """Patterns below one folder: `vendor/`, `*.gen.yaml`, `clusters/dev/**`, and `!kept.yaml` for what an earlier one took."""

    __slots__ = ("_spec", "patterns")

    def __init__(self, patterns: Iterable[str]) -> None:
        self.patterns = tuple(patterns)
        self._spec: GitIgnoreSpec | None = None

    def __bool__(self) -> bool:
        return bool(self.patterns)

    def match(self, file: str) -> bool:
        """Whether a pattern takes a file, whose name is relative to that folder, with `/` between its parts."""
        if not self.patterns:
            return False
        if self._spec is None:
            from pathspec import GitIgnoreSpec

            self._spec = GitIgnoreSpec.from_lines(self.patterns)
        return self._spec.match_file(file)


def leaves_root(pattern: str) -> bool:
    """Whether a pattern reaches for what is not below its folder: `/etc`, `~/x`, `../x`, `C:/x`.

    In a .gitignore a leading `/` means the folder itself; here nobody needs it, and it reads as the root of the machine.
    """
    parts = pattern.removeprefix("!").replace("\\", "/").split("/")
    return parts[0] in ("", "~") or parts[0].endswith(":") or ".." in parts
