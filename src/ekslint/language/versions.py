"""Versions as people write them: `1.9`, `v1.18.3`, `1.10.0-eksbuild.1`."""

from __future__ import annotations

import re
from typing import NamedTuple

_VERSION = re.compile(r"[vV]?(\d{1,9}(?:\.\d{1,9}){0,5})(?:([-+])(.{1,64}))?")
_BUILD = re.compile(r"(?:eksbuild|eks|build|minikube)[.-]?(\d{0,9})")
_WORDS = re.compile(r"(\d{1,9})|([A-Za-z]+)")


class _Version(NamedTuple):
    numbers: tuple[int, ...]
    release: bool
    before: tuple[tuple[int, str], ...]
    build: int | None


def compare(one: str, other: str) -> int | None:
    """Below, at or above 0 as one version is older than, the same as or newer than the other; None where one is no version.

    Missing numbers are 0. A build of a release (`-eksbuild.2`) is that release, later than its earlier builds; anything else behind
    a dash makes a version older than its release (`-rc1`).
    """
    left, right = _read(one), _read(other)
    if left is None or right is None:
        return None
    length = max(len(left.numbers), len(right.numbers))
    first, second = left._replace(numbers=_padded(left, length)), right._replace(numbers=_padded(right, length))
    if first.build is None or second.build is None:
        first, second = first._replace(build=None), second._replace(build=None)
        return (first[:3] > second[:3]) - (first[:3] < second[:3])
    return (first > second) - (first < second)


def _padded(version: _Version, length: int) -> tuple[int, ...]:
    return version.numbers + (0,) * (length - len(version.numbers))


def _read(text: str) -> _Version | None:
    found = _VERSION.fullmatch(text.strip())
    if found is None:
        return None
    numbers = tuple(int(part) for part in found.group(1).split("."))
    if found.group(2) != "-":
        return _Version(numbers, True, (), None)
    build = _BUILD.fullmatch(found.group(3))
    if build is not None:
        return _Version(numbers, True, (), int(build.group(1) or 0))
    return _Version(numbers, False, tuple((int(n or 0), w) for n, w in _WORDS.findall(found.group(3))), None)
