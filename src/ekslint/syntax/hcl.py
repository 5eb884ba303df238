"""Terraform's language (HCL native syntax): blocks, and expressions as they are written, with spans.

What is broken costs its own expression or block only. A block's body is read when it is first asked for.
Source: the HCL native syntax specification (hashicorp/hcl, hclsyntax/spec.md).
"""

from __future__ import annotations

import re
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from ekslint.source.text import Derived, Piece, Text
from ekslint.syntax.expressions import (
    Argument,
    Attribute,
    Block,
    Broken,
    Call,
    Conditional,
    Expression,
    File,
    For,
    Hole,
    Index,
    Literal,
    Name,
    Object,
    Operation,
    Splat,
    Template,
    Tuple,
)
from ekslint.syntax.parsed import SyntaxProblem
from ekslint.syntax.tree import Plain
from ekslint.syntax.treesitter import Offsets, grow

if TYPE_CHECKING:
    from tree_sitter import Node as Branch

MAX_DEPTH = 60
MAX_TERMS = 100
MAX_PARTS = 20_000
MAX_BLOCKS = 2_000
_BLOCK = re.compile(r"^(?:resource|data|module|variable|locals|output|provider|terraform|moved|import)\b[^\n{=]*\{", re.M)
_OPERATORS = frozenset(("+", "-", "*", "/", "%", "==", "!=", "<", ">", "<=", ">=", "&&", "||", "!"))
_PUNCTUATION = frozenset(("tuple_start", "tuple_end", "object_start", "object_end", "comment", ",", "(", ")"))
_FENCE = "EKSLINT_TEMPLATE"


class _Written(Block):
    """A block of a .tf file."""

    def __init__(self, type: str, labels: list[Template | Name], reader: _Reader, branch: Branch) -> None:
        start, end = reader.at(branch.start_byte), reader.at(branch.end_byte)
        super().__init__(reader.text, start, end, type, labels, branch.has_error)
        self._reader = reader
        self._branch = branch

    @cached_property
    def contents(self) -> tuple[dict[str, Argument], list[Block]]:
        body = next((child for child in self._branch.children if child.type == "body"), None)
        arguments: dict[str, Argument] = {}
        blocks: list[Block] = []
        for child in body.children if body is not None else ():
            if child.type == "attribute":
                found = self._reader.argument(child)
                arguments[found.name] = found
            elif child.type == "block":
                blocks.append(self._reader.block(child))
        return arguments, blocks


def parse(text: Text) -> File:
    """The blocks of a .tf file and the arguments of a .tfvars file.

    Of what is broken the first place is told. A file with an error is read block by block: the error costs its own block only.
    """
    file = File(text, [], [], [])
    try:
        root = grow(text.value, "hcl")
    except ValueError as error:
        file.problems.append(SyntaxProblem(f"the file is {error}", text.place(0, 0)))
        return file
    starts = [found.start() for found in _BLOCK.finditer(text.value)] if root.has_error else []
    if not root.has_error or not 0 < len(starts) <= MAX_BLOCKS:
        _take(file, _Reader(text), root)
        return file
    bounds = sorted({0, *starts, len(text.value)})
    for start, end in pairwise(bounds):
        source = text.value[start:end]
        _take(file, _Reader(text, source, start), grow(source, "hcl"))
    return file


def _take(file: File, reader: _Reader, root: Branch) -> None:
    """Reads the blocks and arguments below a root into a file."""
    waiting = list(reversed(root.children))
    while waiting:
        child = waiting.pop()
        if child.type == "block":
            file.blocks.append(reader.block(child))
        elif child.type == "attribute":
            file.arguments.append(reader.argument(child))
        elif child.type in ("body", "ERROR"):
            waiting.extend(reversed(child.children))
    if root.has_error and not file.problems:
        file.problems.append(_problem(file.text, reader, root))


def template(text: Text) -> Template | None:
    """A whole text as a template, as `templatefile` takes it; None where its holes cannot be read."""
    head, tail = f"x = <<{_FENCE}\n", f"\n{_FENCE}\n"
    value = text.value
    end = len(value)
    wrapped = Derived([Piece(text, 0, 0, head, False), Piece(text, 0, end, value, True), Piece(text, end, end, tail, False)])
    found = parse(wrapped)
    made = found.arguments[0].value if len(found.arguments) == 1 else None
    if not isinstance(made, Template) or found.problems:
        return None
    return Template(wrapped, made.start, made.end, len(head), len(head) + len(value), "<<", made.holes)


def _problem(text: Text, reader: _Reader, root: Branch) -> SyntaxProblem:
    """The first thing that the grammar stumbles over."""
    waiting = [root]
    while waiting:
        branch = waiting.pop()
        if branch.type == "ERROR" or branch.is_missing:
            start = reader.at(branch.start_byte)
            stop = min(reader.at(branch.end_byte), text.value.find("\n", start) % (len(text.value) + 1))
            said = " ".join(text.value[start:stop].split())[:40]
            if branch.is_missing or not said:
                return SyntaxProblem("Terraform cannot read this: something is missing here", text.place(start, start + 1))
            return SyntaxProblem(f"Terraform cannot read this: {said}", text.place(start, max(stop, start + 1)))
        waiting.extend(child for child in reversed(branch.children) if child.has_error or child.is_missing)
    return SyntaxProblem("Terraform cannot read this file", text.place(0, 0))


class _Reader:
    """Makes expressions of the grammar's tree."""

    __slots__ = ("_base", "_offsets", "depth", "text")

    def __init__(self, text: Text, source: str | None = None, base: int = 0) -> None:
        self.text = text
        self._offsets = Offsets(text.value if source is None else source)
        self._base = base
        self.depth = 0

    def at(self, byte: int) -> int:
        """A byte of what was parsed as an offset in the text."""
        return self._offsets(byte) + self._base

    def block(self, branch: Branch) -> Block:
        kind = ""
        labels: list[Template | Name] = []
        for child in branch.children:
            if child.type == "identifier" and not kind:
                kind = self._said(child)
            elif child.type == "identifier":
                labels.append(Name(self.text, *self._span(child), self._said(child)))
            elif child.type == "string_lit":
                labels.append(self._quoted(child))
            elif child.type == "block_start":
                break
        return _Written(kind, labels, self, branch)

    def argument(self, branch: Branch) -> Argument:
        name, value = branch.children[0], branch.children[-1]
        made = self.expression(value) if value.type == "expression" else Broken(self.text, *self._span(value))
        return Argument(self.text, *self._span(name), self._said(name), made)

    def expression(self, branch: Branch) -> Expression:
        """An `expression` of the grammar."""
        if self.depth >= MAX_DEPTH or branch.has_error:
            return Broken(self.text, *self._span(branch))
        self.depth += 1
        try:
            return self._terms(branch.children)
        finally:
            self.depth -= 1

    def _terms(self, branches: list[Branch]) -> Expression:
        """A first term and what is read of it."""
        kept = [child for child in branches if child.type not in _PUNCTUATION]
        if not kept or len(kept) > MAX_TERMS:
            return Broken(self.text, *self._span(branches[0]))
        found = self._term(kept[0])
        for child in kept[1:]:
            start, end = found.start, self.at(child.end_byte)
            if child.type == "get_attr":
                found = Attribute(self.text, start, end, found, self._said(child.children[-1]))
            elif child.type == "index":
                found = Index(self.text, start, end, found, self._key(child))
            elif child.type == "splat":
                found = self._splat(found, child)
            else:
                return Broken(self.text, start, end)
        return found

    def _key(self, branch: Branch) -> Expression:
        inner = branch.children[0]
        for child in inner.children:
            if child.type == "expression":
                return self.expression(child)
        digits = self._said(inner).strip(". []")
        value: Plain = int(digits) if digits.isdigit() and len(digits) < 10 else None
        return Literal(self.text, *self._span(inner), value)

    def _splat(self, of: Expression, branch: Branch) -> Expression:
        names: list[str] = []
        result: Expression = of
        for child in branch.children[0].children:
            end = self.at(child.end_byte)
            if child.type == "get_attr" and not isinstance(result, Index):
                names.append(self._said(child.children[-1]))
            elif child.type == "get_attr":
                return Broken(self.text, of.start, self.at(branch.end_byte))
            elif child.type == "index":
                inner = result if result is not of else Splat(self.text, of.start, end, of, list(names))
                result = Index(self.text, of.start, end, inner, self._key(child))
        return result if result is not of else Splat(self.text, of.start, self.at(branch.end_byte), of, names)

    def _term(self, branch: Branch) -> Expression:
        kind, span = branch.type, self._span(branch)
        if kind == "expression":
            return self.expression(branch)
        if kind == "literal_value":
            return self._literal(branch.children[0])
        if kind == "template_expr":
            inner = branch.children[0]
            return self._heredoc(inner) if inner.type == "heredoc_template" else self._quoted(inner)
        if kind == "collection_value":
            return self._collection(branch.children[0])
        if kind == "variable_expr":
            return Name(self.text, *span, self._said(branch))
        if kind == "function_call":
            return self._call(branch)
        if kind == "for_expr":
            return self._for(branch.children[0])
        if kind == "conditional":
            parts = [self.expression(child) for child in branch.children if child.type == "expression"]
            return Conditional(self.text, *span, *parts) if len(parts) == 3 else Broken(self.text, *span)
        if kind == "operation":
            return self._operation(branch.children[0])
        return Broken(self.text, *span)

    def _literal(self, branch: Branch) -> Expression:
        said, span = self._said(branch), self._span(branch)
        if branch.type == "string_lit":
            return self._quoted(branch)
        if branch.type == "bool_lit":
            return Literal(self.text, *span, said == "true")
        if branch.type == "null_lit":
            return Literal(self.text, *span, None)
        try:
            return Literal(self.text, *span, int(said) if said.isdigit() and len(said) < 19 else float(said))
        except ValueError:
            return Broken(self.text, *span)

    def _quoted(self, branch: Branch) -> Template:
        start, end = self._span(branch)
        return Template(self.text, start, end, start + 1, max(end - 1, start + 1), '"', self._holes(branch))

    def _heredoc(self, branch: Branch) -> Template:
        start, end = self._span(branch)
        sign = branch.children[0]
        begin = self.text.value.find("\n", self.at(sign.end_byte)) + 1 or end
        stop = self.at(branch.children[-1].start_byte)
        stop = max(self.text.value.rfind("\n", begin, stop) + 1, begin)
        return Template(self.text, start, end, begin, stop, self._said(sign), self._holes(branch))

    def _holes(self, branch: Branch) -> list[Hole]:
        return self._holes_of(branch.children)

    def _holes_of(self, branches: list[Branch]) -> list[Hole]:
        found = []
        for child in branches:
            if child.type not in ("template_interpolation", "template_directive"):
                continue
            start, end = self._span(child)
            written = self.text.value
            if child.type == "template_directive":
                value = self._choice(child.children[0])
            else:
                inner = next((each for each in child.children if each.type == "expression"), None)
                value = self.expression(inner) if inner is not None else None
            found.append(Hole(self.text, start, end, value, written[start + 2] == "~", written[end - 2] == "~"))
        return found

    def _choice(self, branch: Branch) -> Expression | None:
        """`%{ if … }` as a conditional between two templates; None of a loop."""
        parts = branch.children
        if branch.type != "template_if" or branch.has_error or self.depth >= MAX_DEPTH:
            return None
        test = next((each for each in parts[0].children if each.type == "expression"), None)
        other = next((number for number, each in enumerate(parts) if each.type == "template_else_intro"), len(parts) - 1)
        if test is None:
            return None
        self.depth += 1
        try:
            yes, no = self._between(parts[: other + 1]), self._between(parts[other:])
        finally:
            self.depth -= 1
        return Conditional(self.text, *self._span(branch), self.expression(test), yes, no)

    def _between(self, parts: list[Branch]) -> Template:
        """What stands between the first and the last of some branches, their strip markers heeded."""
        written = self.text.value
        begin, stop = self.at(parts[0].end_byte), self.at(parts[-1].start_byte)
        if len(parts) > 1 and written[begin - 2] == "~":
            begin += len(written[begin:stop]) - len(written[begin:stop].lstrip())
        if len(parts) > 1 and written[stop + 2] == "~":
            stop = max(begin, begin + len(written[begin:stop].rstrip()))
        stop = max(begin, stop)
        return Template(self.text, begin, stop, begin, stop, "part", self._holes_of(parts))

    def _collection(self, branch: Branch) -> Expression:
        span = self._span(branch)
        if branch.child_count > MAX_PARTS:
            return Broken(self.text, *span)
        if branch.type == "tuple":
            return Tuple(self.text, *span, [self.expression(each) for each in branch.children if each.type == "expression"])
        entries = []
        for element in branch.children:
            if element.type != "object_elem":
                continue
            parts = [self.expression(each) for each in element.children if each.type == "expression"]
            if len(parts) == 2:
                entries.append((parts[0], parts[1]))
        return Object(self.text, *span, entries)

    def _call(self, branch: Branch) -> Expression:
        arguments: list[Expression] = []
        spread = False
        for child in branch.children:
            if child.type == "function_arguments":
                arguments = [self.expression(each) for each in child.children if each.type == "expression"]
                spread = any(each.type == "ellipsis" for each in child.children)
        return Call(self.text, *self._span(branch), self._said(branch.children[0]), arguments, spread)

    def _operation(self, branch: Branch) -> Expression:
        operator = ""
        operands: list[list[Branch]] = []
        run: list[Branch] = []
        for child in branch.children:
            if child.type in _OPERATORS:
                operator = child.type
                if run:
                    operands.append(run)
                run = []
            elif child.type != "comment":
                run.append(child)
        operands.append(run)
        span = self._span(branch)
        if self.depth >= MAX_DEPTH or not all(operands):
            return Broken(self.text, *span)
        self.depth += 1
        try:
            return Operation(self.text, *span, operator, [self._terms(each) for each in operands])
        finally:
            self.depth -= 1

    def _for(self, branch: Branch) -> Expression:
        span = self._span(branch)
        intro = next((child for child in branch.children if child.type == "for_intro"), None)
        if intro is None:
            return Broken(self.text, *span)
        names = [self._said(child) for child in intro.children if child.type == "identifier"]
        collection = [self.expression(child) for child in intro.children if child.type == "expression"]
        results = [self.expression(child) for child in branch.children if child.type == "expression"]
        condition = next((child for child in branch.children if child.type == "for_cond"), None)
        test = next((child for child in condition.children if child.type == "expression"), None) if condition else None
        wanted = 2 if branch.type == "for_object_expr" else 1
        if len(collection) != 1 or len(results) != wanted or not 1 <= len(names) <= 2:
            return Broken(self.text, *span)
        grouped = any(child.type == "ellipsis" for child in branch.children)
        parts: list[Expression | None] = [collection[0], results[0] if wanted == 2 else None, results[-1]]
        parts.append(self.expression(test) if test is not None else None)
        return For(self.text, *span, names, parts, grouped)

    def _span(self, branch: Branch) -> tuple[int, int]:
        return self.at(branch.start_byte), self.at(branch.end_byte)

    def _said(self, branch: Branch) -> str:
        start, end = self._span(branch)
        return self.text.value[start:end]
