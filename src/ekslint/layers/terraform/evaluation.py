"""What Terraform's expressions come to, as far as the files say it: trees of nodes, each value where it is written.

What only a plan or the cloud knows is a `Computed` node with its reason. Nothing raises: what goes beyond a limit is computed too.
Source: the HCL native syntax specification and Terraform's own documentation of expressions.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as Dict
from typing import TYPE_CHECKING

from ekslint.layers.terraform.strings import spell
from ekslint.layers.terraform.values import MAX_ITEMS, again, as_key, certain, computed, members, number, softened, truth
from ekslint.syntax.computed import Computed, Defaulted, OpenMapping, OpenSequence, defaulted
from ekslint.syntax.expressions import (
    Attribute,
    Call,
    Conditional,
    Expression,
    For,
    Index,
    Literal,
    Name,
    Object,
    Operation,
    Splat,
    Template,
    Tuple,
)
from ekslint.syntax.tree import Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from ekslint.layers.terraform.module import Module

MAX_DEPTH = 60
MAX_STEPS = 100_000
MAX_MADE = 20_000_000


class Missing(Computed):
    """What a value has not got: an attribute or an index that is not there, which Terraform refuses and `try` passes over."""

    __slots__ = ()


class Addressed(OpenMapping):
    """A resource, data source or module as others read it; what it has beside its arguments is known once it is applied."""

    __slots__ = ("address",)

    def __init__(self, where: Expression, address: str) -> None:
        super().__init__(where.text, where.start, where.end, [], "known when Terraform applies it")
        self.address = address


class Work:
    """How much was worked out so far, how deep the work is, and how many characters and items were made."""

    __slots__ = ("depth", "made", "steps")

    def __init__(self) -> None:
        self.depth = 0
        self.steps = 0
        self.made = 0

    def spent(self, node: Node) -> bool:
        """Counts what was made; whether it is too much by now."""
        if isinstance(node, Scalar):
            self.made += len(node.content)
        elif isinstance(node, Mapping):
            self.made += len(node.entries)
        elif isinstance(node, Sequence):
            self.made += len(node.items)
        return self.made > MAX_MADE


class Frame:
    """Where an expression is evaluated: a module, and the names that hold there alone (`each`, `count`, those of a `for`)."""

    __slots__ = ("bindings", "module")

    def __init__(self, module: Module, bindings: Dict[str, Node] | None = None) -> None:
        self.module = module
        self.bindings = bindings or {}

    def having(self, **bindings: Node) -> Frame:
        """The same frame with more names."""
        return Frame(self.module, {**self.bindings, **bindings})

    def evaluate(self, expression: Expression) -> Node:
        """The value of an expression."""
        work = self.module.work
        if work.depth >= MAX_DEPTH or work.steps >= MAX_STEPS:
            return computed(expression, "it is too much to work out")
        work.depth += 1
        work.steps += 1
        try:
            value = _value(self, expression)
            made = isinstance(expression, (Template, Call, For)) and work.spent(value)
            return computed(expression, "it is too much to work out") if made else value
        finally:
            work.depth -= 1


def _literal(at: Literal) -> Node:
    return Scalar(at.text, at.start, at.end, at.value, at.written)


def _template(frame: Frame, at: Template) -> Node:
    return spell(at, frame.evaluate)


def _tuple(frame: Frame, at: Tuple) -> Node:
    return Sequence(at.text, at.start, at.end, [frame.evaluate(item) for item in at.items])


def _object(frame: Frame, at: Object) -> Node:
    entries: dict[str, tuple[Node, Node]] = {}
    why = ""
    for key, value in at.entries:
        name = frame.evaluate(key) if not isinstance(key, Name) else Scalar(key.text, key.start, key.end, key.name, key.name)
        if not isinstance(name, Scalar) or isinstance(name, Computed) or name.value is None:
            why = f"the key {' '.join(key.written.split())[:40]} is not known"
            continue
        entries.pop(name.content, None)
        entries[name.content] = (as_key(name), frame.evaluate(value))
    made = list(entries.values())
    return OpenMapping(at.text, at.start, at.end, made, why) if why else Mapping(at.text, at.start, at.end, made)


def _reference(frame: Frame, at: Expression) -> Node:
    """A name and the steps behind it."""
    steps: list[Expression] = []
    base: Expression = at
    while isinstance(base, (Attribute, Index, Splat)):
        steps.append(base)
        base = base.of
    steps.reverse()
    if isinstance(base, Name) and base.name not in frame.bindings:
        node, taken = frame.module.named(base, steps)
        steps = steps[taken:]
    else:
        node = frame.bindings[base.name] if isinstance(base, Name) else frame.evaluate(base)
    for step in steps:
        node = _step(frame, node, step)
    if type(node) in (Computed, Missing) and steps and isinstance(node, Computed):
        written = node.written if node.reference is not None else " ".join(at.written.split())
        return Computed(at.text, at.start, at.end, node.reason, written, node.reference) if type(node) is Computed else node
    return node


def _step(frame: Frame, node: Node, step: Expression) -> Node:
    if isinstance(node, Computed):
        return node
    if isinstance(step, Attribute):
        return _member(node, step.name, step)
    if isinstance(step, Splat):
        return _splat(node, step)
    if not isinstance(step, Index):
        return computed(step, "the expression cannot be read")
    if isinstance(node, Addressed):
        return node
    key = frame.evaluate(step.key)
    if isinstance(key, Computed):
        return again(step, key)
    if isinstance(key, Scalar) and isinstance(node, Sequence):
        number = int(key.content) if key.content.isdigit() and len(key.content) < 9 else -1
        if 0 <= number < len(node.items):
            return node.items[number]
        return _missing(step, node)
    return _member(node, key.content if isinstance(key, Scalar) else "", step)


def _member(node: Node, name: str, at: Expression) -> Node:
    found = node.get(name)
    return found if found is not None else _missing(at, node)


def _missing(at: Expression, node: Node) -> Node:
    if isinstance(node, (OpenMapping, OpenSequence)):
        return computed(at, node.why)
    return Missing(at.text, at.start, at.end, "there is no such value", " ".join(at.written.split()))


def _splat(node: Node, at: Splat) -> Node:
    items = node.items if isinstance(node, Sequence) else [] if isinstance(node, Scalar) and node.value is None else [node]
    for name in at.names:
        items = [item if isinstance(item, Computed) else _member(item, name, at) for item in items]
    if isinstance(node, OpenSequence):
        return OpenSequence(at.text, at.start, at.end, items, node.why)
    return Sequence(at.text, at.start, at.end, items)


def _conditional(frame: Frame, at: Conditional) -> Node:
    test = truth(frame.evaluate(at.test))
    if test is not None:
        value = frame.evaluate(at.yes if test.value else at.no)
        return defaulted(value, test.default) if isinstance(test, Defaulted) else value
    yes, no = frame.evaluate(at.yes), frame.evaluate(at.no)
    if certain(yes) and certain(no) and yes.plain() == no.plain():
        return yes
    return computed(at, "a condition chooses it that is not known")


def _operation(frame: Frame, at: Operation) -> Node:
    operands = [frame.evaluate(operand) for operand in at.operands]
    if at.operator in ("&&", "||"):
        decided = _logic(at, operands)
        return decided if decided is not None else computed(at, "a part of it is not known")
    if at.operator in ("==", "!="):
        if _null(operands[0]) or _null(operands[-1]):
            known = all(not isinstance(operand, Computed) for operand in operands)
        else:
            known = all(certain(operand) for operand in operands)
        if not known:
            return computed(at, "a part of it is not known")
        same = _plain(operands[0]) == _plain(operands[-1])
        return softened(_result(at, same if at.operator == "==" else not same), operands)
    if at.operator == "!":
        test = truth(operands[0])
        return softened(_result(at, not test.value), operands) if test is not None else computed(at, "a part of it is not known")
    numbers = [number(operand) for operand in operands]
    if any(each is None for each in numbers):
        return computed(at, "a part of it is not known")
    value = _arithmetic(at.operator, [each for each in numbers if each is not None])
    return softened(_result(at, value), operands) if value is not None else computed(at, "it cannot be computed")


def _logic(at: Operation, operands: list[Node]) -> Node | None:
    tests = [truth(operand) for operand in operands]
    stops = at.operator == "||"
    for test in tests:
        if test is not None and test.value is stops:
            return softened(_result(at, stops), [test])
    if any(test is None for test in tests):
        return None
    return softened(_result(at, not stops), operands)


def _null(node: Node) -> bool:
    return isinstance(node, Scalar) and node.value is None


def _plain(node: Node) -> object:
    value = node.plain()
    return ("boolean", value) if isinstance(value, bool) else value


def _result(at: Expression, value: str | int | float | bool) -> Scalar:
    said = str(value).lower() if isinstance(value, bool) else str(value)
    return Scalar(at.text, at.start, at.end, value, said)


def _arithmetic(operator: str, numbers: list[int | float]) -> int | float | bool | None:
    if len(numbers) == 1:
        return -numbers[0] if operator == "-" else None
    left, right = numbers
    try:
        value = _ARITHMETIC[operator](left, right)
    except (ArithmeticError, KeyError, ValueError):
        return None
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    return value


_ARITHMETIC: dict[str, Callable[[int | float, int | float], int | float | bool]] = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
    "%": lambda a, b: a % b,
    "<": lambda a, b: a < b,
    ">": lambda a, b: a > b,
    "<=": lambda a, b: a <= b,
    ">=": lambda a, b: a >= b,
}


def _for(frame: Frame, at: For) -> Node:
    collection = frame.evaluate(at.collection) if at.collection is not None else None
    if collection is None or at.result is None or isinstance(collection, Scalar):
        return again(at, collection) if isinstance(collection, Computed) else computed(at, "it goes through no list or map")
    pairs = members(collection)
    why = collection.why if isinstance(collection, (OpenMapping, OpenSequence)) else ""
    results: list[Node] = []
    entries: dict[str, tuple[Node, Node]] = {}
    for key, value in pairs[:MAX_ITEMS]:
        names = dict(zip(at.names, (key, value) if len(at.names) == 2 else (value,), strict=True))
        inner = frame.having(**names)
        if at.condition is not None:
            test = truth(inner.evaluate(at.condition))
            if test is None:
                why = why or "a condition is not known"
                continue
            if not test.value:
                continue
        result = inner.evaluate(at.result)
        if at.key is None:
            results.append(result)
            continue
        name = inner.evaluate(at.key)
        if at.grouped or not isinstance(name, Scalar) or isinstance(name, Computed) or name.value is None:
            why = why or "a key is not known"
            continue
        entries[name.content] = (as_key(name), result)
    if len(pairs) > MAX_ITEMS:
        why = why or "it has too many items"
    span = (at.text, at.start, at.end)
    if at.key is not None:
        made = list(entries.values())
        return OpenMapping(*span, made, why) if why else Mapping(*span, made)
    return OpenSequence(*span, results, why) if why else Sequence(*span, results)


def _call(frame: Frame, at: Call) -> Node:
    from ekslint.layers.terraform.functions import call

    return call(frame, at)


def _value(frame: Frame, at: Expression) -> Node:
    if isinstance(at, Template):
        return _template(frame, at)
    if isinstance(at, (Name, Attribute, Index, Splat)):
        return _reference(frame, at)
    if isinstance(at, Literal):
        return _literal(at)
    if isinstance(at, Object):
        return _object(frame, at)
    if isinstance(at, Tuple):
        return _tuple(frame, at)
    if isinstance(at, Call):
        return _call(frame, at)
    if isinstance(at, Conditional):
        return _conditional(frame, at)
    if isinstance(at, Operation):
        return _operation(frame, at)
    if isinstance(at, For):
        return _for(frame, at)
    return computed(at, "the expression cannot be read")
