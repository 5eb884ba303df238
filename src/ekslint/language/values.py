"""The values at the end of a path: what a rule asks of a subject."""

from __future__ import annotations

from ekslint.fact import Subject
from ekslint.value import Absent, Known, Listing, Unknown, Value

ALL = "*"
"""The step that asks each element of a list."""

ASPECTS = ("written", "origin", "key", "count")
"""What may stand behind a path after `@`."""

Steps = tuple[str | int, ...]
Path = tuple[Steps, str]
"""The steps (a fact's name, the index of an element or ALL) and the aspect, "" for the value itself."""


def show_steps(steps: Steps) -> str:
    """Steps as they are written in a rule."""
    text = ""
    for step in steps:
        text += f"[{step}]" if step == ALL or isinstance(step, int) else f".{step}" if text else step
    return text


def show_path(path: Path) -> str:
    """A path as it is written in a rule."""
    return show_steps(path[0]) + (f"@{path[1]}" if path[1] else "")


class Broken(Absent):
    """Absent because the path to it breaks off earlier: there is nothing that could have such a fact."""

    __slots__ = ()


def follow(value: Value, steps: Steps) -> Value:
    """The value at the end of steps without ALL, from the value of a subject (or list) on."""
    for step in steps:
        if not isinstance(value, Known):
            return Broken(value.places, value.key) if isinstance(value, Absent) else Unknown(value.reason, value.places)
        value = element(value, step, exact=True) if isinstance(step, int) else value.value.get(step)
    return value


def element(value: Known[Listing], index: int, exact: bool) -> Value:
    """One element of a list; absent where the list is shorter.

    With `exact` that of an open list is unknown, since more knowledge could move another to its place; texts and places take the
    one that is seen.
    """
    items = value.value.items
    inside = -len(items) <= index < len(items)
    doubt = more(value)
    if doubt is not None and (exact or not inside):
        return doubt
    return items[index] if inside else Absent(value.places, value.key)


def aspect_of(value: Value, aspect: str) -> Value:
    """What `@written`, `@count` or `@key` say of a value (`@origin` is a matter of words)."""
    if isinstance(value, Broken):
        return value
    if aspect == "written":
        written = value.default is None if isinstance(value, Known) else value.written if isinstance(value, Unknown) else False
        return Unknown("it may be written elsewhere", value.places) if written is None else Known(written, value.places)
    if aspect == "key":
        return Known(value.key, value.places) if value.key else Absent(value.places)
    if not isinstance(value, Known):
        return value
    listed: Listing = value.value
    doubt = next((item for item in listed.items if isinstance(item, Unknown)), None) or more(value)
    if doubt is not None:
        return Unknown(doubt.reason, value.places)
    return Known(len(listed.items), value.places)


def spread(value: Value, steps: Steps) -> tuple[list[Value], Unknown | None] | None:
    """All values at the end of steps that may hold ALL, and what keeps more from being seen; None where nothing could be asked."""
    if ALL not in steps:
        value = follow(value, steps)
        if isinstance(value, Absent):
            return None
        if isinstance(value, Unknown):
            return [], value
        if not isinstance(value.value, Listing):
            return [value], None
        doubt = next((item for item in value.value.items if isinstance(item, Unknown)), None)
        return [item for item in value.value.items if isinstance(item, Known)], doubt or more(value)
    index = steps.index(ALL)
    outer = spread(value, steps[:index])
    if outer is None:
        return None
    found, doubt = outer
    if index + 1 == len(steps):
        return found, doubt
    values: list[Value] = []
    for item in found:
        inner = spread(item, steps[index + 1 :])
        if inner is not None:
            values += inner[0]
            doubt = doubt or inner[1]
    return values, doubt


def more(value: Known[Listing]) -> Unknown | None:
    """What an open list may hold beside its elements, None of a closed one."""
    return Unknown(value.value.why or "there may be more", value.places) if value.value.open else None


def chosen(found: Known[Listing], where: Steps, decided: dict[Steps, list[Value]]) -> list[Value]:
    """The elements of a list that decided, all where none of them did."""
    ids = {id(value) for value in decided.get(where, ())}
    return [item for item in found.value.items if id(item) in ids] or list(found.value.items)


def gather(subject: Subject, steps: Steps, decided: dict[Steps, list[Value]]) -> list[Value]:
    """The values at the end of steps as texts and places name them: ALL gives the elements that decided."""
    values: list[Value] = [Known(subject, (subject.place,))]
    for index, step in enumerate(steps):
        found: list[Value] = []
        for value in values:
            if isinstance(value, Absent):
                found.append(Broken(value.places, value.key))
            elif isinstance(value, Unknown):
                found.append(Unknown(value.reason, value.places) if step != ALL else value)
            elif step == ALL:
                found += chosen(value, steps[:index], decided)
            elif isinstance(step, int):
                found.append(element(value, step, exact=False))
            else:
                found.append(value.value.get(step))
        values = found
    return values
