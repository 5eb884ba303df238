"""The known name that a misspelt one most likely means."""

from __future__ import annotations

from collections.abc import Iterable

LONG = 12
"""From this many characters on, three slips are allowed for instead of two; below five characters only one."""


def nearest_name(word: str, known: Iterable[str]) -> str | None:
    """The one known name closest to a word: the same but for case, `-`, `_`, `.` and blanks, else by the fewest slips.

    A slip is a letter too many, too few, wrong, or two letters exchanged (Damerau-Levenshtein). None where nothing is close
    enough, where two names are equally close, and where the word itself is known.
    """
    names = list(dict.fromkeys(known))
    if word in names:
        return None
    plain = _plain(word)
    same = [name for name in names if _plain(name) == plain]
    if same:
        return same[0] if len(same) == 1 else None
    allowed = 1 if len(word) < 5 else 2 if len(word) < LONG else 3
    best: list[str] = []
    for name in names:
        if abs(len(name) - len(word)) > allowed:
            continue
        slips = distance(word.lower(), name.lower(), allowed)
        if slips < allowed or not best:
            if slips > allowed:
                continue
            best, allowed = [name], slips
        elif slips == allowed:
            best.append(name)
    return best[0] if len(best) == 1 else None


def distance(one: str, other: str, most: int) -> int:
    """How many slips lead from one text to the other; `most` + 1 as soon as it is certain to be more than `most`."""
    before: list[int] = []
    above = list(range(len(other) + 1))
    for i, char in enumerate(one, 1):
        row = [i]
        for j, target in enumerate(other, 1):
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (char != target))
            if i > 1 and j > 1 and char == other[j - 2] and one[i - 2] == target:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > most and min(above) > most:
            return most + 1
        before, above = above, row
    return min(above[-1], most + 1)


def _plain(word: str) -> str:
    return word.lower().replace("-", "").replace("_", "").replace(".", "").replace(" ", "")
