"""What a .gitignore says of a path, by the rules of gitignore(5)."""

from __future__ import annotations

import re
from collections.abc import Iterable

_MAX_PATTERN = 1000


class Ignore:
    """The patterns of one file, for paths relative to its folder."""

    __slots__ = ("_any", "_rules", "base")

    def __init__(self, lines: Iterable[str], base: str) -> None:
        self.base = base
        """The folder that the patterns are below, ending in `/`, as the walk spells it."""
        self._rules = [rule for line in lines if (rule := _rule(line)) is not None]
        sources = "|".join(f"(?:{rule[0].pattern})" for rule in self._rules)
        self._any = re.compile(sources, re.DOTALL) if sources else None

    def __bool__(self) -> bool:
        return self._any is not None

    def decide(self, path: str, folder: bool) -> bool | None:
        """True where the last pattern that fits ignores the path, False where it takes it back, None where none fits."""
        relative = path[len(self.base) :]
        if self._any is None or not self._any.fullmatch(relative):
            return None
        for pattern, taken_back, folders_only in reversed(self._rules):
            if (folder or not folders_only) and pattern.fullmatch(relative):
                return not taken_back
        return None


def understood(pattern: str) -> bool:
    """Whether git takes a pattern as one: no comment, nothing left open, not empty."""
    return _rule(pattern) is not None


def _rule(line: str) -> tuple[re.Pattern[str], bool, bool] | None:
    """A line as its expression, whether it takes back, and whether it is for folders only; None for a comment or nonsense."""
    line = _without_trailing_spaces(line.rstrip("\r\n"))
    if not line or line.startswith("#") or len(line) > _MAX_PATTERN:
        return None
    taken_back = line.startswith("!")
    if taken_back:
        line = line[1:]
    folders_only = line.endswith("/")
    line = line.rstrip("/") if folders_only else line
    if not line:
        return None
    anchored = "/" in line
    chunks = _chunks(line.removeprefix("/").split("/"), anchored)
    return (re.compile(_expression(chunks), re.DOTALL), taken_back, folders_only) if chunks else None


def _chunks(parts: list[str], anchored: bool) -> list[list[str]] | None:
    """The names of a pattern as expressions, divided where `**` stands; None where one of them is nonsense."""
    chunks: list[list[str]] = [[]] if anchored else [[], []]
    for part in parts:
        if part != "**":
            translated = _part(part)
            if translated is None:
                return None
            chunks[-1].append(translated)
        elif len(chunks) == 1 or chunks[-1]:
            chunks.append([])
    return chunks


def _expression(chunks: list[list[str]]) -> str:
    """One expression. What stands between two `**` is tried from the left and then kept: no later place could fit better."""
    if len(chunks) == 1:
        return "/".join(chunks[0])
    first, *middle, last = ("".join(f"{name}/" for name in chunk) for chunk in chunks)
    expression = first + "".join(f"(?>(?:.*?/)??{names})" for names in middle)
    return expression + (f"(?:.*/)?{last[:-1]}" if last else ".+")


def _without_trailing_spaces(line: str) -> str:
    while line.endswith(" ") and not line.endswith("\\ "):
        line = line[:-1]
    return line


def _part(part: str) -> str | None:
    """One name of a pattern as an expression; None where a bracket or backslash is left open, which fits nothing.

    A star takes the first fit of what follows up to the next star, and is not tried again: for globs that is enough, and it keeps a
    pattern of many stars from taking for ever.
    """
    chunks, at = [""], 0
    while at < len(part):
        character = part[at]
        at += 1
        if character == "*":
            while part.startswith("*", at):
                at += 1
            chunks.append("")
        elif character == "?":
            chunks[-1] += "[^/]"
        elif character == "\\":
            if at >= len(part):
                return None
            chunks[-1] += re.escape(part[at])
            at += 1
        elif character == "[":
            found = _BRACKET.match(part, at)
            inner = _bracket(found[2]) if found else None
            if found is None or inner is None:
                return None
            chunks[-1] += f"(?!/)[{'^' if found[1] else ''}{inner}]"
            at = found.end()
        else:
            chunks[-1] += re.escape(character)
    if len(chunks) == 1:
        return chunks[0]
    return chunks[0] + "".join(f"(?>[^/]*?{chunk})" for chunk in chunks[1:-1]) + f"[^/]*{chunks[-1]}"


_BRACKET = re.compile(r"([!^]?)(\]?(?:\[:[a-z]+:\]|\\.|[^\]\\])*)\]", re.DOTALL)
_CLASSES = {
    "alpha": "a-zA-Z",
    "digit": "0-9",
    "alnum": "a-zA-Z0-9",
    "upper": "A-Z",
    "lower": "a-z",
    "space": r"\s",
    "punct": r"!-/:-@\[-`{-~",
    "xdigit": "0-9a-fA-F",
}


def _bracket(inner: str) -> str | None:
    out = ""
    for member in re.findall(r"\[:[a-z]+:\]|\\.|.", inner, re.DOTALL):
        if member.startswith("[:") and len(member) > 2:
            named = _CLASSES.get(member[2:-2])
            if named is None:
                return None
            out += named
        elif member == "-":
            out += "-"
        else:
            out += re.escape(member[-1])
    try:
        re.compile(f"[{out}]")
    except re.error:
        return None
    return out
