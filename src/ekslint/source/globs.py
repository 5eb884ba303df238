"""Patterns of files, written as in a .gitignore."""

from __future__ import annotations

from collections.abc import Iterable

from ekslint.source.gitignore import Ignore, understood


class Globs:
    """Patterns below one folder: `vendor/`, `*.gen.yaml`, `clusters/dev/**`, and `!kept.yaml` for what an earlier one took.

    Raises ValueError for a pattern that git would pass over.
    """

    __slots__ = ("_ignore", "patterns")

    def __init__(self, patterns: Iterable[str]) -> None:
        self.patterns = tuple(patterns)
        for pattern in self.patterns:
            if not understood(pattern):
                raise ValueError(f'"{pattern}" is no pattern of a .gitignore')
        self._ignore = Ignore(self.patterns, "")

    def __bool__(self) -> bool:
        return bool(self.patterns)

    def match(self, file: str) -> bool:
        """Whether a pattern takes a file or a folder that it lies in.

        The name is relative to the patterns' folder, with `/` between its parts; a folder's name ends in one.
        """
        if not self.patterns:
            return False
        at = file.find("/")
        while at >= 0:
            if self._ignore.decide(file[:at], True):
                return True
            at = file.find("/", at + 1)
        return bool(self._ignore.decide(file, False))


def leaves_root(pattern: str) -> bool:
    """Whether a pattern reaches for what is not below its folder: `/etc`, `~/x`, `../x`, `C:/x`.

    In a .gitignore a leading `/` means the folder itself; here nobody needs it, and it reads as the root of the machine.
    """
    parts = pattern.removeprefix("!").replace("\\", "/").split("/")
    return parts[0] in ("", "~") or parts[0].endswith(":") or ".." in parts
