"""What was worked out once and is kept for the next start: beside the package, or in the user's cache folder.

Only plain data is kept, under a key that names everything it was made from; a damaged file counts as none.
"""

from __future__ import annotations

import marshal
import os
import sys
import zlib
from functools import cache
from typing import Any

import ekslint

PACKAGE = os.path.dirname(ekslint.__file__ or "")


@cache
def code_key() -> tuple[Any, ...]:
    """What tells one state of the code from another: version, Python, and names, sizes and times of the modules that matter."""
    found = []
    for package in ("", "carriers", "facts", "language", "relations"):
        with os.scandir(os.path.join(PACKAGE, package)) as entries:
            for entry in entries:
                if entry.name.endswith((".py", ".json")):
                    status = entry.stat()
                    found.append((package, entry.name, status.st_size, status.st_mtime_ns))
    return (ekslint.__version__, sys.version, tuple(sorted(found)))


def load(name: str, key: Any, shared: bool = True) -> Any:
    """What was kept under a name and key, None where there is nothing; `shared` looks beside the package first."""
    for place in _places(name, shared):
        try:
            with open(place, "rb") as file:
                data = file.read()
            if len(data) > 4 and zlib.crc32(data[4:]) == int.from_bytes(data[:4], "big"):
                found, kept = marshal.loads(data[4:])
                if found == key:
                    return kept
        except (OSError, EOFError, ValueError, TypeError):
            continue
    return None


def save(name: str, key: Any, data: Any, shared: bool = True) -> None:
    """Keeps plain data in the first place that can be written; nowhere is no error."""
    raw = marshal.dumps((key, data))
    for place in _places(name, shared):
        part = f"{place}.{os.getpid()}"
        try:
            os.makedirs(os.path.dirname(place), exist_ok=True)
            with open(part, "wb") as file:
                file.write(zlib.crc32(raw).to_bytes(4, "big") + raw)
            os.replace(part, place)
        except OSError:
            continue
        return


def _places(name: str, shared: bool) -> list[str]:
    file = f"{name}.{sys.implementation.cache_tag}.bin"
    home = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    users = os.path.join(home, "ekslint", file)
    return [os.path.join(PACKAGE, "__pycache__", file), users] if shared else [users]
