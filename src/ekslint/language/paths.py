"""Paths over facts and relations: how they are written in a rule, and which type stands at their end."""

from __future__ import annotations

import re
from typing import NamedTuple

from ekslint.data.nearest import nearest_name
from ekslint.fact import BASIC, COMMON, FACTS, MAKERS, Fact, find_fact
from ekslint.language.values import ALL, ASPECTS, Path, show_steps

_STEP = re.compile(r"([a-z][a-z0-9_]*)((?:\[(?:\*|-?\d+)\])*)")
_INDEX = re.compile(r"\[(\*|-?\d+)\]")


class PathError(Exception):
    """A path that no fact answers; the message is a sentence for the rule's author."""


class Kind(NamedTuple):
    """What stands at the end of a path: one of fact.BASIC, `enum` with its choices, or a kind of subject; perhaps a list of it.

    `each` where the path asks several elements, so that there is not one value.
    """

    base: str
    many: bool = False
    choices: tuple[str, ...] | None = None
    each: bool = False

    @property
    def subject(self) -> bool:
        return self.base not in BASIC and self.base != "enum"

    @property
    def words(self) -> str:
        """The type as a message names it."""
        plain = {"bool": "true or false", "int": "a whole number", "number": "a number", "string": "a text", "version": "a version"}
        one = plain.get(self.base) or (f"a {self.base}" if self.subject else "any value")
        if self.choices is not None:
            one = "one of " + ", ".join(self.choices)
        return f"a list, each {one}" if self.many else one


def parse_path(text: str) -> Path:
    """The path that a text writes. Raises PathError."""
    body, at, aspect = text.partition("@")
    if at and aspect not in ASPECTS:
        raise PathError(f"nothing is called @{aspect}: there are @{', @'.join(ASPECTS)}")
    steps: list[str | int] = []
    for part in body.split("."):
        found = _STEP.fullmatch(part)
        if found is None:
            raise PathError(f"`{text}` is no path: names of facts, joined by dots, with [*], [0] or [-1] behind a list")
        steps.append(found.group(1))
        steps += [ALL if index == ALL else int(index) for index in _INDEX.findall(found.group(2))]
    return tuple(steps), aspect


def kinds() -> set[str]:
    """All kinds of subjects that some fact, join or relation speaks of."""
    found = set(FACTS) | set(MAKERS) | {"cluster"}
    for facts in FACTS.values():
        found |= {kind for kind in (f.base for f in facts.values()) if kind not in BASIC and not kind.startswith("enum(")}
    return found


def kind_of(fact: Fact) -> Kind:
    """The type of a fact."""
    return Kind("enum" if fact.choices is not None else fact.base, fact.many, fact.choices)


def typed(subject: str, path: Path) -> Kind:
    """What stands at the end of a path that starts at a kind of subject. Raises PathError for a step that leads nowhere."""
    at = Kind(subject)
    for index, step in enumerate(path[0]):
        done = show_steps(path[0][:index])
        if step == ALL or isinstance(step, int):
            if not at.many:
                raise PathError(f"`{done}` is no list, it is {at.words}: leave [{step}] out")
            at = Kind(at.base, False, at.choices, at.each or step == ALL)
            continue
        if at.many:
            raise PathError(f"`{done}` is a list: ask each element with {done}[*].{step}, or one with {done}[0].{step}")
        if not at.subject:
            raise PathError(f"`{done}` is {at.words}: nothing can follow it")
        fact = find_fact(at.base, step)
        if fact is None:
            near = nearest_name(step, [*FACTS.get(at.base, ()), *COMMON])
            raise PathError(f"no fact `{step}` of {at.base}" + (f"; did you mean `{near}`?" if near else ""))
        at = kind_of(fact)._replace(each=at.each)
    if path[1] == "written":
        return Kind("bool", each=at.each)
    if path[1] == "count":
        if not at.many:
            raise PathError(f"`{show_steps(path[0])}` is no list and has no @count")
        return Kind("int", each=at.each)
    if path[1]:
        return Kind("string", each=at.each)
    return at
