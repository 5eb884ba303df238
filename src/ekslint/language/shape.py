"""Holds a rule file against its schema, and says what is wrong in the words of the schema's descriptions."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from ekslint.data.nearest import nearest_name
from ekslint.language.mistakes import Mistake
from ekslint.source.text import Place
from ekslint.syntax.tree import Mapping, Node, Scalar, Sequence

TEXTS = ("report", "title", "why", "remedy")


@cache
def schema() -> dict[str, Any]:
    """The JSON Schema of a rule file."""
    with open(os.path.join(os.path.dirname(__file__), "schema.json"), encoding="utf-8") as file:
        loaded: dict[str, Any] = json.load(file)
    return loaded


def shape_mistakes(root: Node) -> list[Mistake]:
    """What keeps a document from being a rule, before any fact is looked up."""
    found = [mistake for node in _nodes(root) for mistake in _repeated(node)]
    for error in Draft202012Validator(schema()).iter_errors(root.plain()):
        found += _said(error, root)
    return found


def _repeated(node: Node) -> Iterable[Mistake]:
    if isinstance(node, Mapping):
        for key in node.repeated or ():
            yield Mistake(key.place, f"`{key.plain()}` stands here twice")


def _nodes(node: Node) -> Iterable[Node]:
    yield node
    below = [v for _, v in node.entries] if isinstance(node, Mapping) else node.items if isinstance(node, Sequence) else []
    for child in below:
        yield from _nodes(child)


def _said(error: ValidationError, root: Node) -> Iterable[Mistake]:
    node, key = _find(root, list(error.absolute_path))
    name = f"`{key}`" if key else "a rule"
    if error.validator == "required":
        missing = next(word for word in error.validator_value if f"'{word}'" in error.message.split(" is ")[0])
        where = f" in `{key}`" if key else ""
        yield Mistake(_start(node), f"`{missing}` is missing{where}: {_description(missing)}")
    elif error.validator == "additionalProperties" and isinstance(node, Mapping):
        known = list(error.schema["properties"])
        for word, place in ((word, k.place) for word, k, _ in node.named() if word not in known):
            near = nearest_name(word, known)
            others = f"; did you mean `{near}`?" if near else f": there are {', '.join(known)}"
            yield Mistake(place, f"unknown key `{word}`{others}")
    elif key in TEXTS and isinstance(node, Mapping) and all(isinstance(v, Scalar) and v.value is None for _, v in node.entries):
        yield Mistake(node.place, f"{name} begins with {{, which YAML reads as a map: write the text in quotes")
    else:
        yield Mistake(node.place, f"{name} must be {_wanted(error)}")


def _wanted(error: ValidationError) -> str:
    """The description nearest to what failed."""
    at: ValidationError | None = error
    while at is not None:
        if isinstance(at.schema, dict) and "description" in at.schema:
            return str(at.schema["description"])
        at = at.parent
    path = [step for step in error.absolute_path if isinstance(step, str)]
    return _description(path[-1]) if path else str(error.message)


def _description(word: str) -> str:
    """What the schema says of a key, wherever it stands."""

    def search(part: Any) -> str | None:
        if not isinstance(part, dict):
            return None
        properties = part.get("properties")
        if isinstance(properties, dict) and isinstance(properties.get(word), dict):
            found: dict[str, Any] = properties[word]
            if "$ref" in found and "description" not in found:
                found = schema()["$defs"][found["$ref"].rsplit("/", 1)[1]]
            return str(found.get("description", word))
        return next((text for text in map(search, part.values()) if text), None)

    return search(schema()) or word


def _find(root: Node, path: list[str | int]) -> tuple[Node, str]:
    """The node at a path of keys and indexes, and the last key on the way."""
    node, key = root, ""
    for step in path:
        if isinstance(node, Mapping) and isinstance(step, str):
            node, key = node.get(step) or node, step
        elif isinstance(node, Sequence) and isinstance(step, int):
            node = node.items[step]
    return node, key


def _start(node: Node) -> Place:
    """The first line of a node alone: what is missing has no place of its own."""
    return node.text.place(node.start, node.start + 1)
