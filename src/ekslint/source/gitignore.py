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
    parts = line.removeprefix("/").split("/")
    expression = "" if anchored else "(?:.*/)?"
    for number, part in enumerate(parts):
        last = number == len(parts) - 1
        if part == "**":
            if number and parts[number - 1] == "**":
                continue
            expression += ".+" if last else "(?:.*/)?"
            continue
        translated = _part(part)
        if translated is None:
            return None
        expression += translated + ("" if last else "/")
    return re.compile(expression, re.DOTALL), taken_back, folders_only


def _without_trailing_spaces(line: str) -> str:
    while line.endswith(" ") and not line.endswith("\\ "):
        line = line[:-1]
    return line


def _part(part: str) -> str | None:
    """One name of a pattern as an expression; None where a bracket or backslash is left open, which fits nothing."""
    out, at = "", 0
    while at < len(part):
        character = part[at]
        at += 1
        if character == "*":
            while part.startswith("*", at):
                at += 1
            out += "[^/]*"
        elif character == "?":
            out += "[^/]"
        elif character == "\\":
            if at >= len(part):
                return None
            out += re.escape(part[at])
            at += 1
        elif character == "[":
            found = re.compile(r"([!^]?)(\]?(?:\[:[a-z]+:\]|\\.|[^\]\\])*)\]").match(part, at)
            if found is None:
                return None
            inner = _bracket(found[2])
            if inner is None:
                return None
            out += f"(?!/)[{'^' if found[1] else ''}{inner}]"
            at = found.end()
        else:
            out += re.escape(character)
    return out


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
