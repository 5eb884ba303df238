"""Calls of Terraform's functions; what a function makes keeps the places of what it was given."""

from __future__ import annotations

from collections.abc import Callable

from ekslint.layers.terraform import collection_functions, text_functions
from ekslint.layers.terraform.evaluation import Frame, Missing
from ekslint.layers.terraform.strings import made, spell
from ekslint.layers.terraform.values import MAX_ITEMS, again, boolean, computed, said_of, softened
from ekslint.source.text import Text
from ekslint.syntax.computed import Computed, Encoded, OpenSequence
from ekslint.syntax.expressions import Call, Expression
from ekslint.syntax.tree import Mapping, Node, Scalar, Sequence

_FUNCTIONS = {**text_functions.FUNCTIONS, **collection_functions.FUNCTIONS}


def call(frame: Frame, at: Call) -> Node:
    """What a call gives; computed where the function or one of its arguments is not known."""
    name = at.name.rpartition("::")[2]
    if name == "try":
        return _try(frame, at)
    if name == "can":
        return _can(frame, at)
    arguments = [frame.evaluate(argument) for argument in at.arguments]
    if at.spread:
        last = arguments.pop() if arguments else None
        if not isinstance(last, Sequence) or isinstance(last, OpenSequence):
            return again(at, last) if isinstance(last, Computed) else computed(at, "its arguments are not known")
        arguments += last.items[:MAX_ITEMS]
    if name in _READERS:
        return _READERS[name](frame, at, arguments)
    compute = _FUNCTIONS.get(name)
    if compute is None or not arguments:
        return computed(at, f"{name} is computed by Terraform")
    try:
        found = compute(at, arguments)
    except (ArithmeticError, IndexError, KeyError, OverflowError, ValueError):
        found = None
    if found is not None:
        return softened(found, arguments)
    unknown = next((each for each in arguments if isinstance(each, Computed)), None)
    return again(at, unknown) if unknown is not None else computed(at, f"{name} is computed by Terraform")


def _try(frame: Frame, at: Call) -> Node:
    found: Node | None = None
    for argument in at.arguments:
        found = frame.evaluate(argument)
        if not isinstance(found, Missing):
            return found
    return found if found is not None else computed(at, "it tries nothing")


def _can(frame: Frame, at: Call) -> Node:
    found = frame.evaluate(at.arguments[0]) if at.arguments else None
    if found is None or (isinstance(found, Computed) and not isinstance(found, Missing)):
        return computed(at, "a part of it is not known")
    return boolean(at, not isinstance(found, Missing))


def _file(frame: Frame, at: Call, arguments: list[Node]) -> Node:
    path = said_of(arguments[0]) if arguments else None
    text = frame.module.file(path) if path is not None else None
    if text is None:
        named = f"the file {path.rpartition('/')[2]}" if path is not None else "the file"
        return computed(at, f"{named} is not in the set")
    if at.name == "templatefile":
        variables = arguments[1] if len(arguments) > 1 else None
        return rendered(frame, at, text, variables)
    found = made(text, at)
    return Encoded(at.text, at.start, at.end, found, at.name) if at.name == "filebase64" else found


def rendered(frame: Frame, at: Expression, text: Text, variables: Node | None) -> Node:
    """A text as a template with variables."""
    template = frame.module.sources.template(text) if "${" in text.value or "%{" in text.value else None
    if template is None:
        return made(text, at)
    names: dict[str, Node] = {}
    if isinstance(variables, Mapping):
        names = {key.content: value for key, value in variables.entries if isinstance(key, Scalar)}
    inner = Frame(frame.module.template_scope(), names)
    found = spell(template, inner.evaluate)
    return made(found.inner(), at) if not isinstance(found, Computed) else found


_READERS: dict[str, Callable[[Frame, Call, list[Node]], Node]] = {
    "file": _file,
    "filebase64": _file,
    "templatefile": _file,
}
