"""Shell programs as the commands that they run, each word as the shell would make it, with the place of every character."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from ekslint.source.text import Derived, Piece, Text
from ekslint.syntax.actions import Action, Branch, branches, find_actions, innermost
from ekslint.syntax.command import Assignment, Command, Document, Part, Redirect, Word, piece
from ekslint.syntax.treesitter import Offsets, grow

if TYPE_CHECKING:
    from tree_sitter import Node

__all__ = ["Assignment", "Command", "Document", "Part", "Redirect", "Word", "commands"]

_MAX_COMMANDS = 50_000
_MAX_DEPTH = 200
_GLOB = re.compile(r"(?<!\\)[*?\[]|(?<!\\)\{[^{},.]*+(?:\.(?!\.)[^{},.]*+)*+(?:,|\.\.)[^{}]*+\}")
_HOLE = re.compile(r"\{\{|\{%|%\{|\$\{")
_FOREIGN = re.compile(r"\$\{(?![!#]?[\w@*?$-]+(?:\[[^\]\s{}]*\])?(?:\}|[-:%#/^,@+=?]))[^{}\n]*\}")
_VARIABLE = re.compile(r"\$(?:(\w+)|\{(\w+)\})")
_ANSI = re.compile(r"\\(?:x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{1,4}|U[0-9a-fA-F]{1,8}|[0-7]{1,3}|.)", re.DOTALL)
_ANSI_MEANINGS = {"a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_ESCAPES = {
    "word": re.compile(r"\\(?:\r?\n|.)", re.DOTALL),
    "string": re.compile(r'\\(?:\r?\n|["\\$`])'),
    "body": re.compile(r"\\(?:\r?\n|[\\$`])"),
}
_NAME = re.compile(r"(\w+)(\+?=)?")
_DECLARING = ("export", "declare", "typeset", "local", "readonly")
_EXPANSIONS = frozenset(
    (
        "simple_expansion",
        "expansion",
        "command_substitution",
        "process_substitution",
        "arithmetic_expansion",
        "brace_expression",
        "array",
    )
)
_GROUPS = {
    "if_statement": "if",
    "elif_clause": "if",
    "else_clause": "else",
    "case_statement": "case",
    "for_statement": "for",
    "c_style_for_statement": "for",
    "while_statement": "while",
    "function_definition": "function",
    "subshell": "subshell",
    "command_substitution": "substitution",
    "process_substitution": "substitution",
    "list": "list",
    "pipeline": "pipeline",
}
_SIMPLE = ("command", "declaration_command", "unset_command", "variable_assignment", "variable_assignments")
_REDIRECTS = ("file_redirect", "heredoc_redirect", "herestring_redirect")


def commands(program: Text) -> list[Command]:
    """The simple commands of a shell program in the order in which they are written, those inside of others behind them.

    Raises ValueError for a program over the limits of length, number of commands or nesting.
    """
    return list(_Reader(program).commands())


class _Around(NamedTuple):
    inside: tuple[str, ...]
    redirects: tuple[Redirect, ...]
    doubtful: bool


class _Reader:
    def __init__(self, program: Text) -> None:
        self.program = program
        self.written = program.value
        self.at = Offsets(program.value)
        actions = find_actions(program.value) if _HOLE.search(program.value) else []
        self.branches: list[Branch] = branches(actions)
        self.masked = _masked(program.value, actions)

    def commands(self) -> Iterator[Command]:
        stack: list[tuple[Node, _Around]] = [(grow(self.masked, "bash"), _Around((), (), False))]
        count = 0
        while stack:
            node, around = stack.pop()
            kind = node.type
            if kind == "comment":
                continue
            if kind == "ERROR":
                around = around._replace(doubtful=True)
            elif kind in _GROUPS:
                if any(child.is_missing for child in node.children):
                    around = around._replace(doubtful=True)
                own = around.redirects if _GROUPS[kind] != "substitution" else ()
                around = around._replace(inside=(*around.inside, _GROUPS[kind]), redirects=own)
                if len(around.inside) > _MAX_DEPTH:
                    raise ValueError(f"nested more than {_MAX_DEPTH} deep")
            simple = node
            redirects: list[Node] = []
            if kind == "redirected_statement":
                redirects = [child for child in node.children if child.type in _REDIRECTS]
                stack.extend((child, around) for child in reversed(redirects))
                body = next((child for child in node.children if child.is_named and child.type not in _REDIRECTS), None)
                if body is not None and body.type not in _SIMPLE:
                    stack.append((body, around._replace(redirects=(*self._redirects(redirects), *around.redirects))))
                    continue
                simple = body or node
            elif kind not in _SIMPLE:
                stack.extend((child, around) for child in reversed(node.children))
                continue
            command = self._command(node, simple, redirects, around)
            for each in self._split(command):
                count += 1
                if count > _MAX_COMMANDS:
                    raise ValueError(f"more than {_MAX_COMMANDS} commands")
                yield each
            if simple.type in _SIMPLE:
                stack.extend((child, around) for child in reversed(_within(simple)))

    def _command(self, node: Node, simple: Node, redirects: list[Node], around: _Around) -> Command:
        start, end = self.at(node.start_byte), self.at(node.end_byte)
        children = simple.children if simple.type in _SIMPLE else []
        redirects = [*redirects, *(child for child in children if child.type in _REDIRECTS)]
        words: list[Word] = []
        assignments: list[Assignment] = []
        if simple.type in ("variable_assignment", "variable_assignments"):
            assignments = [self._assignment(each) for each in (children if simple.type.endswith("s") else [simple])]
        else:
            for child in children:
                if child.type == "variable_assignment":
                    assignments.append(self._assignment(child))
                elif child.type == "variable_name" and simple.type == "declaration_command":
                    name = self.written[self.at(child.start_byte) : self.at(child.end_byte)]
                    assignments.append(Assignment(name, None, False, self.at(child.start_byte), self.at(child.end_byte)))
                elif child.type not in _REDIRECTS:
                    self._add(words, self._word(child.children[0] if child.type == "command_name" and child.children else child))
        for redirect in redirects:
            if redirect.type == "heredoc_redirect":
                words.extend(self._word(child) for child in redirect.children_by_field_name("argument"))
        inside = (*around.inside, "template") if innermost(self.branches, start) is not None else around.inside
        doubtful = around.doubtful or node.has_error
        return Command(
            self.program,
            start,
            end,
            tuple(words),
            tuple(assignments),
            (*self._redirects(redirects), *around.redirects),
            tuple(self._documents(redirects)),
            inside,
            doubtful,
        )

    def _split(self, command: Command) -> Iterator[Command]:
        """Two commands where the grammar takes `NAME=` at the end of a line for a prefix of what stands on the next."""
        before = [each for each in command.assignments if command.words and each.end <= command.words[0].start]
        if not before or "\n" not in self.written[before[-1].end : command.words[0].start].replace("\\\n", ""):
            yield command
            return
        yield command._replace(end=before[-1].end, words=(), assignments=tuple(before), redirects=(), documents=())
        words, own = command.words, list(command.assignments[len(before) :])
        if words[0].value in _DECLARING:
            declared = [self._declared(word) for word in words[1:]]
            own.extend(each for each in declared if each is not None)
            words = (words[0], *(word for word, each in zip(words[1:], declared, strict=True) if each is None))
        yield command._replace(start=words[0].start, words=words, assignments=tuple(own))

    def _declared(self, word: Word) -> Assignment | None:
        found = _NAME.match(self.written, word.start, word.end)
        if found is None:
            return None
        if found.end() == word.end:
            return Assignment(found[1], None, False, word.start, word.end) if not found[2] else None
        if not found[2]:
            return None
        parts = tuple(
            part if part.start >= found.end() else part._replace(value=self.written[found.end() : part.end], start=found.end())
            for part in word.parts
            if part.end > found.end()
        )
        value = Word(self.program, found.end(), word.end, parts)
        return Assignment(found[1], value, found[2] == "+=", word.start, word.end)

    def _add(self, words: list[Word], word: Word) -> None:
        """A word, or the rest of the last one where only a joined line break lies between."""
        if words and self.written[words[-1].end : word.start] in ("\\\n", "\\\r\n"):
            last = words.pop()
            word = Word(self.program, last.start, word.end, (*last.parts, *word.parts))
        words.append(word)

    def _assignment(self, node: Node) -> Assignment:
        start, end = self.at(node.start_byte), self.at(node.end_byte)
        name = node.child_by_field_name("name")
        value = node.child_by_field_name("value")
        operator = any(child.type == "+=" for child in node.children)
        written = self.written[self.at(name.start_byte) : self.at(name.end_byte)] if name is not None else ""
        word = self._word(value) if value is not None else Word(self.program, end, end, ())
        return Assignment(written, word, operator, start, end)

    def _redirects(self, nodes: list[Node]) -> tuple[Redirect, ...]:
        found: list[Redirect] = []
        pending = list(reversed(nodes))
        while pending:
            node = pending.pop()
            if node.type == "heredoc_redirect":
                pending.extend(child for child in reversed(node.children) if child.type == "file_redirect")
            if node.type != "file_redirect":
                continue
            target = node.child_by_field_name("destination")
            descriptor = node.child_by_field_name("descriptor")
            operator = next((child.type for child in node.children if not child.is_named), "")
            found.append(
                Redirect(
                    operator,
                    self._word(target) if target is not None else None,
                    self.written[self.at(descriptor.start_byte) : self.at(descriptor.end_byte)] if descriptor is not None else None,
                    self.at(node.start_byte),
                    self.at(node.end_byte),
                )
            )
        return tuple(found)

    def _documents(self, nodes: list[Node]) -> Iterator[Document]:
        for node in nodes:
            if node.type == "herestring_redirect":
                given = next((child for child in node.children if child.is_named), None)
                if given is not None:
                    word = self._word(given)
                    yield Document("<<<", word.text, False, word.expands)
            elif node.type == "heredoc_redirect":
                yield self._document(node)

    def _document(self, node: Node) -> Document:
        kinds = {child.type: child for child in node.children}
        operator = "<<-" if "<<-" in kinds else "<<"
        begin = kinds.get("heredoc_start")
        delimiter = self.written[self.at(begin.start_byte) : self.at(begin.end_byte)] if begin is not None else ""
        quoted = any(mark in delimiter for mark in "'\"\\")
        body, stop = kinds.get("heredoc_body"), kinds.get("heredoc_end")
        if body is None or stop is None:
            return Document(operator, self.program.part(0, 0), quoted, not quoted)
        start = self.written.rfind("\n", 0, self.at(body.start_byte)) + 1
        end = max(start, self.written.rfind("\n", 0, self.at(stop.start_byte)) + 1)
        pieces: list[Piece] = []
        at = start
        while at < end:
            line_end = self.written.find("\n", at, end) + 1 or end
            if operator == "<<-":
                while at < line_end and self.written[at] == "\t":
                    at += 1
            if quoted:
                pieces.append(Piece(self.program, at, line_end, self.written[at:line_end], True))
            else:
                pieces.extend(piece(self.program, part) for part in self._literal(at, line_end, "body", True))
            at = line_end
        written = self.written[start:end]
        expands = bool(_HOLE.search(written)) or (not quoted and ("$" in written or "`" in written))
        return Document(operator, Derived(pieces) if pieces else self.program.part(start, end), quoted, expands)

    def _word(self, node: Node) -> Word:
        return Word(self.program, self.at(node.start_byte), self.at(node.end_byte), tuple(self._parts(node)))

    def _parts(self, node: Node) -> Iterator[Part]:
        kind, start, end = node.type, self.at(node.start_byte), self.at(node.end_byte)
        if kind == "concatenation":
            done = start
            for child in node.children:
                yield from self._literal(done, self.at(child.start_byte), "word", False)
                yield from self._parts(child)
                done = self.at(child.end_byte)
            if _GLOB.search(self.written[start:end]) and not any(child.type in ("string", "raw_string") for child in node.children):
                yield Part("", end, end, False, "")
        elif kind in ("string", "translated_string"):
            yield from self._string(node)
        elif kind == "raw_string":
            yield from self._hole_or(Part(self.written[start + 1 : end - 1], start + 1, end - 1, True, None))
        elif kind == "ansi_c_string":
            yield from self._hole_or(Part(_ANSI.sub(_ansi, self.written[start + 2 : end - 1]), start + 2, end - 1, True, None))
        elif kind in _EXPANSIONS:
            yield self._expansion(start, end, False)
        else:
            yield from self._literal(start, end, "word", False)

    def _string(self, node: Node) -> Iterator[Part]:
        begin, end = self.at(node.start_byte), self.at(node.end_byte)
        done = self.written.find('"', begin, end) + 1
        if done == end - 1:
            yield Part("", done, done, True, None)
        for child in node.children:
            start, stop = self.at(child.start_byte), self.at(child.end_byte)
            if child.type in _EXPANSIONS:
                yield from self._literal(done, start, "string", True)
                yield self._expansion(start, stop, True)
                done = stop
        yield from self._literal(done, end - 1 if self.written.endswith('"', done, end) else end, "string", True)

    def _expansion(self, start: int, end: int, quoted: bool) -> Part:
        written = self.written[start:end]
        found = _VARIABLE.fullmatch(written)
        return Part(written, start, end, quoted, (found[1] or found[2]) if found else "")

    def _literal(self, start: int, end: int, kind: str, quoted: bool) -> Iterator[Part]:
        """Plain characters with their escapes taken off."""
        if start >= end:
            return
        written = self.written[start:end]
        if _HOLE.search(written) and kind != "body":
            yield Part(written, start, end, quoted, "")
            return
        if not quoted and (_GLOB.search(written) or written.startswith("~")):
            yield Part(written, start, end, False, "")
            return
        done = start
        for found in _ESCAPES[kind].finditer(self.written, start, end):
            if done < found.start():
                yield Part(self.written[done : found.start()], done, found.start(), quoted, None)
            meaning = found[0][1:]
            yield Part("" if meaning.endswith("\n") else meaning, found.start(), found.end(), True, None)
            done = found.end()
        if done < end:
            yield Part(self.written[done:end], done, end, quoted, None)

    def _hole_or(self, part: Part) -> Iterator[Part]:
        """A part in single quotes, where only a template can fill something in."""
        if "{{" in part.value or "{%" in part.value or "%{" in part.value:
            yield Part(self.written[part.start : part.end], part.start, part.end, True, "")
        else:
            yield part


def _within(node: Node) -> list[Node]:
    """What stands inside a simple command and may hold others; not its own assignments, but what is inside of them."""
    found: list[Node] = []
    for child in node.children:
        found.extend(child.children if child.type == "variable_assignment" else [child])
    return found


def _masked(written: str, actions: list[Action]) -> str:
    """The program with what is a template engine's replaced by a word of the same length, or blanks where it gives no text."""
    out: list[str] = []
    done = 0
    for action in actions:
        out.append(written[done : action.start])
        out.append((" " if action.alone and action.kind != "insert" else "x") * (action.end - action.start))
        done = action.end
    out.append(written[done:])
    return _FOREIGN.sub(lambda found: "x" * len(found[0]), "".join(out))


def _ansi(found: re.Match[str]) -> str:
    code = found[0][1:]
    if code[0] in "xuU" and len(code) > 1:
        point = int(code[1:], 16)
        return chr(point) if point < 0x110000 else found[0]
    if code[0] in "01234567":
        return chr(int(code, 8) & 0xFF)
    return _ANSI_MEANINGS.get(code, code)
