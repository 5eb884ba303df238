"""What a shell program runs: commands, their words, and what the shell does around them."""

from __future__ import annotations

from typing import NamedTuple

from ekslint.source.text import Derived, Piece, Text


class Part(NamedTuple):
    """A stretch of a word: `value` is what it becomes, what `[start:end]` of the program says if the shell fills it in.

    `variable` is the name in `$NAME` and `${NAME}`, empty for anything else that only a running shell knows (`$(…)`, a glob, a
    template), None for plain characters. `quoted` where it cannot become several words.
    """

    value: str
    start: int
    end: int
    quoted: bool
    variable: str | None


class Word(NamedTuple):
    """One word: `program.value[start:end]` is how it is written."""

    program: Text
    start: int
    end: int
    parts: tuple[Part, ...]

    @property
    def value(self) -> str:
        """The word with quotes and escapes taken off; what the shell fills in stands as written."""
        return "".join(part.value for part in self.parts)

    @property
    def expands(self) -> bool:
        """Whether a running shell makes something else of it."""
        return any(part.variable is not None for part in self.parts)

    @property
    def text(self) -> Text:
        """The value as a text whose places lead back into the program."""
        if not self.parts:
            return self.program.part(self.start, self.end)
        return Derived(piece(self.program, part) for part in self.parts)


class Assignment(NamedTuple):
    """`NAME=value`, `NAME+=value` (`append`), or in `export NAME` a name alone (no value)."""

    name: str
    value: Word | None
    append: bool
    start: int
    end: int


class Redirect(NamedTuple):
    """`operator` is `>`, `>>`, `<`, `&>`, `>|`, …; `descriptor` the number before it."""

    operator: str
    target: Word | None
    descriptor: str | None
    start: int
    end: int


class Document(NamedTuple):
    """A here-document (`<<`, `<<-`, whose tabs are off) or here-string (`<<<`). `quoted`: the shell fills nothing in."""

    operator: str
    body: Text
    quoted: bool
    expands: bool


class Command(NamedTuple):
    """One simple command. `words` begins with its name and is empty for bare assignments and redirections.

    `redirects` are its own, then those of the groups around it. `inside` names what is around it, from outside: if, else, case,
    for, while, function, subshell, substitution, list (`&&`, `||`), pipeline, template (between `{{ if }}` and its end).
    `doubtful`: the grammar found an error around it.
    """

    program: Text
    start: int
    end: int
    words: tuple[Word, ...]
    assignments: tuple[Assignment, ...]
    redirects: tuple[Redirect, ...]
    documents: tuple[Document, ...]
    inside: tuple[str, ...]
    doubtful: bool


def piece(program: Text, part: Part) -> Piece:
    """Where a part was written."""
    return Piece(program, part.start, part.end, part.value, program.value[part.start : part.end] == part.value)
