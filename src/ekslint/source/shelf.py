"""Files that a walk found and put aside: nothing in their bytes matters by itself, another file may still name them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from ekslint.source.files import Source, SourceFile, read, shown
from ekslint.source.relevance import Relevance
from ekslint.source.text import Text

MAX_OPENED = 5_000


class Shelf:
    """The files put aside below some folders. `opened` are those that were read after all."""

    def __init__(self, folders: Iterable[str] = ()) -> None:
        self._folders = tuple("" if name == "." else name.rstrip("/") + "/" for name in map(shown, folders))
        self._files: dict[str, SourceFile] = {}
        self.opened: dict[str, Text | None] = {}

    def __len__(self) -> int:
        return len(self._files)

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def put(self, file: SourceFile) -> None:
        """Puts a file aside."""
        self._files[file.name] = file

    def text(self, name: str) -> Text | None:
        """The text of a file on the shelf; None where there is none, it cannot be read, or too many were read already."""
        if name not in self._files:
            return None
        if name not in self.opened:
            if len(self.opened) >= MAX_OPENED:
                return None
            found = read(self._files[name], Relevance((b"",)))
            self.opened[name] = found.text if isinstance(found, Source) else None
        return self.opened[name]

    def missing(self, name: str) -> bool:
        """Whether a folder that was given has no such file or folder at all, not even one that the walk left out."""
        inside = any(name.startswith(folder) if folder else not name.startswith(("../", "/")) for folder in self._folders)
        return inside and not os.path.lexists(name)
