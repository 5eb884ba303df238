"""Expressions and blocks of Terraform's language as they are written, each with its span."""

from __future__ import annotations

from functools import cached_property

from ekslint.source.text import Text
from ekslint.syntax.parsed import SyntaxProblem
from ekslint.syntax.tree import Plain


class Expression:
    """An expression: `text.value[start:end]` is how it is written."""

    __slots__ = ("end", "start", "text")

    def __init__(self, text: Text, start: int, end: int) -> None:
        self.text = text
        self.start = start
        self.end = end

    @property
    def written(self) -> str:
        """How it is written."""
        return self.text.value[self.start : self.end]


class Literal(Expression):
    """A number, a boolean or null."""

    __slots__ = ("value",)

    def __init__(self, text: Text, start: int, end: int, value: Plain) -> None:
        super().__init__(text, start, end)
        self.value = value


class Hole(Expression):
    """A part of a template: `${value}`, a choice (`%{ if … }` up to its end), or a loop, where `value` is None.

    `before` and `behind` tell whether its strip markers take the blanks on that side.
    """

    __slots__ = ("before", "behind", "value")

    def __init__(self, text: Text, start: int, end: int, value: Expression | None, before: bool, behind: bool) -> None:
        super().__init__(text, start, end)
        self.value = value
        self.before = before
        self.behind = behind


class Template(Expression):
    """A quoted string or a here-document. `begin` and `stop` bound what is inside; `style` is `"`, `<<`, `<<-`, or `part`."""

    __slots__ = ("begin", "holes", "stop", "style")

    def __init__(self, text: Text, start: int, end: int, begin: int, stop: int, style: str, holes: list[Hole]) -> None:
        super().__init__(text, start, end)
        self.begin = begin
        self.stop = stop
        self.style = style
        self.holes = holes


class Tuple(Expression):
    """A list of expressions."""

    __slots__ = ("items",)

    def __init__(self, text: Text, start: int, end: int, items: list[Expression]) -> None:
        super().__init__(text, start, end)
        self.items = items


class Object(Expression):
    """Keys and values; a key that is a bare word is a Name."""

    __slots__ = ("entries",)

    def __init__(self, text: Text, start: int, end: int, entries: list[tuple[Expression, Expression]]) -> None:
        super().__init__(text, start, end)
        self.entries = entries


class Call(Expression):
    """A call of a function; `spread` where the last argument is a list of arguments."""

    __slots__ = ("arguments", "name", "spread")

    def __init__(self, text: Text, start: int, end: int, name: str, arguments: list[Expression], spread: bool) -> None:
        super().__init__(text, start, end)
        self.name = name
        self.arguments = arguments
        self.spread = spread


class Name(Expression):
    """A bare word: what a reference begins with."""

    __slots__ = ("name",)

    def __init__(self, text: Text, start: int, end: int, name: str) -> None:
        super().__init__(text, start, end)
        self.name = name


class Attribute(Expression):
    """`of.name`"""

    __slots__ = ("name", "of")

    def __init__(self, text: Text, start: int, end: int, of: Expression, name: str) -> None:
        super().__init__(text, start, end)
        self.of = of
        self.name = name


class Index(Expression):
    """`of[key]`"""

    __slots__ = ("key", "of")

    def __init__(self, text: Text, start: int, end: int, of: Expression, key: Expression) -> None:
        super().__init__(text, start, end)
        self.of = of
        self.key = key


class Splat(Expression):
    """`of[*].a.b` or `of.*.a.b`: the names that are read of each element."""

    __slots__ = ("names", "of")

    def __init__(self, text: Text, start: int, end: int, of: Expression, names: list[str]) -> None:
        super().__init__(text, start, end)
        self.of = of
        self.names = names


class Conditional(Expression):
    """`test ? yes : no`"""

    __slots__ = ("no", "test", "yes")

    def __init__(self, text: Text, start: int, end: int, test: Expression, yes: Expression, no: Expression) -> None:
        super().__init__(text, start, end)
        self.test = test
        self.yes = yes
        self.no = no


class Operation(Expression):
    """One or two operands and what is between or before them."""

    __slots__ = ("operands", "operator")

    def __init__(self, text: Text, start: int, end: int, operator: str, operands: list[Expression]) -> None:
        super().__init__(text, start, end)
        self.operator = operator
        self.operands = operands


class For(Expression):
    """`[for names in collection : result if condition]`, or with `key` the map `{for … : key => result}`; `grouped` with `...`."""

    __slots__ = ("collection", "condition", "grouped", "key", "names", "result")

    def __init__(self, text: Text, start: int, end: int, names: list[str], parts: list[Expression | None], grouped: bool) -> None:
        super().__init__(text, start, end)
        self.names = names
        self.collection = parts[0]
        self.key = parts[1]
        self.result = parts[2]
        self.condition = parts[3]
        self.grouped = grouped


class Broken(Expression):
    """What cannot be read, or lies too deep."""

    __slots__ = ()


class Argument(Expression):
    """`name = value`; its span is that of the name."""

    __slots__ = ("name", "value")

    def __init__(self, text: Text, start: int, end: int, name: str, value: Expression) -> None:
        super().__init__(text, start, end)
        self.name = name
        self.value = value


class Block(Expression):
    """A block: its type, its labels, and its arguments and blocks.

    `broken` where something in it could not be read, so that more may stand there.
    """

    def __init__(self, text: Text, start: int, end: int, type: str, labels: list[Template | Name], broken: bool = False) -> None:
        super().__init__(text, start, end)
        self.type = type
        self.label_nodes = labels
        self.labels = tuple(
            label.name if isinstance(label, Name) else label.text.value[label.begin : label.stop] for label in labels
        )
        self.broken = broken

    @cached_property
    def contents(self) -> tuple[dict[str, Argument], list[Block]]:
        """The arguments by name, and the blocks."""
        return {}, []

    @property
    def arguments(self) -> dict[str, Argument]:
        """The arguments by name."""
        return self.contents[0]

    @property
    def blocks(self) -> list[Block]:
        """The blocks in it."""
        return self.contents[1]


def _label(label: Template | Name) -> str:
    return label.name if isinstance(label, Name) else label.text.value[label.begin : label.stop]


class File:
    """The blocks of a file, the arguments beside them (a .tfvars file), and what cannot be read."""

    __slots__ = ("arguments", "blocks", "problems", "text")

    def __init__(self, text: Text, blocks: list[Block], arguments: list[Argument], problems: list[SyntaxProblem]) -> None:
        self.text = text
        self.blocks = blocks
        self.arguments = arguments
        self.problems = problems
