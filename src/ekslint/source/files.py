"""Which files a run reads: named ones, those below folders, standard input."""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Iterable, Iterator
from typing import BinaryIO, NamedTuple

from ekslint.source.decode import UndecodableError, decode, is_binary
from ekslint.source.formats import syntax_by_content, syntax_if_asked, syntax_of
from ekslint.source.gitignore import Ignore
from ekslint.source.globs import Globs
from ekslint.source.relevance import Relevance
from ekslint.source.text import Text

MAX_BYTES = 10_000_000
MAX_FILES = 200_000
STANDARD_INPUT = "<stdin>"
SKIPPED = frozenset((".git", ".hg", ".svn", ".terraform", ".terragrunt-cache", ".venv", "node_modules", "__pycache__"))
"""Folders of tools, never read."""

_MAX_SEARCHED = 500_000_000
_CHUNK = 1 << 20


class MissingPathError(Exception):
    """A path that a user named does not exist."""


class SourceFile(NamedTuple):
    """A file to read: the name that findings show, where it is ("-" for standard input), its syntax if the name tells it."""

    name: str
    path: str
    syntax: str | None


class Unreadable(NamedTuple):
    """A file that could matter and cannot be read. `limit` where it is too large or there are too many."""

    name: str
    message: str
    limit: bool = False


class Source(NamedTuple):
    """A text and the syntax to parse it with."""

    text: Text
    syntax: str


class Walk:
    """The files below some paths, in a stable order, each once. The counts and problems are complete when the walk is."""

    def __init__(self, paths: Iterable[str], exclude: Globs | None = None, include: Globs | None = None) -> None:
        self.paths = tuple(paths)
        self.exclude = exclude or Globs(())
        self.include = include or Globs(())
        self.problems: list[Unreadable] = []
        self.ignored = 0
        """Files and folders that a .gitignore keeps out."""
        self.excluded = 0
        """Files and folders that `exclude` keeps out."""
        for path in self.paths:
            if path != "-" and not os.path.lexists(path):
                raise MissingPathError(f"{shown(path)} does not exist")

    def __iter__(self) -> Iterator[SourceFile]:
        seen: set[str] = set()
        for path in self.paths:
            for file in self._given(path):
                key = file.path if file.path == "-" else os.path.abspath(file.path)
                if key in seen:
                    continue
                if len(seen) >= MAX_FILES:
                    self.problems.append(Unreadable(file.name, f"more than {MAX_FILES} files: name fewer folders", True))
                    return
                seen.add(key)
                yield file

    def _given(self, path: str) -> Iterator[SourceFile]:
        if path == "-":
            yield SourceFile(STANDARD_INPUT, "-", None)
        elif os.path.isdir(path):
            yield from _Folder(self, path).files()
        else:
            name = shown(path)
            if self.exclude.match(name):
                self.excluded += 1
            else:
                yield SourceFile(name, path, syntax_if_asked(os.path.basename(path)))


def walk(paths: Iterable[str], *, exclude: Globs | None = None, include: Globs | None = None) -> Walk:
    """The files of some paths: files and standard input (`-`) as they are, folders recursively.

    Below folders only files with a known ending are taken, none that git ignores or that lie in a tool's own folder, and links only
    where they lead to something in the same repository. `exclude` is below the current folder and holds for named files too;
    `include` takes files of further names.
    Raises MissingPathError for a path that does not exist.
    """
    return Walk(paths, exclude, include)


class _Folder:
    """The walk below one given folder."""

    def __init__(self, walk: Walk, path: str) -> None:
        self.walk = walk
        self.path = path
        self.top = os.path.realpath(path)
        self.root = _repository(self.top) or self.top

    def files(self) -> Iterator[SourceFile]:
        name = shown(self.path)
        prefix = "" if name == "." else _below(name)
        stack: list[tuple[str, str, str, tuple[Ignore, ...], bool]] = [
            (self.path, prefix, _below(self.top), self._outer_ignores(), False)
        ]
        while stack:
            path, prefix, inside, ignores, linked = stack.pop()
            try:
                with os.scandir(path) as found:
                    entries = sorted(found, key=lambda entry: entry.name)
            except OSError as error:
                self.walk.problems.append(Unreadable(shown(path), _reason(error)))
                continue
            ignores = self._with_own(entries, inside, ignores)
            folders = []
            for entry in entries:
                if entry.name in SKIPPED:
                    continue
                name = prefix + shown_name(entry.name)
                where = inside + entry.name
                kind = self._kind(entry, linked)
                if kind == "folder":
                    if not self._left_out(name, where, True, ignores):
                        link = linked or entry.is_symlink()
                        folders.append((entry.path, name + "/", where + "/", ignores, link))
                elif kind == "file":
                    syntax = syntax_of(entry.name)
                    asked = syntax is None and self.walk.include.match(name)
                    if asked:
                        syntax = syntax_if_asked(entry.name)
                    if (asked or syntax is not None) and not self._left_out(name, where, False, ignores):
                        yield SourceFile(name, entry.path, syntax)
            stack.extend(reversed(folders))

    def _kind(self, entry: os.DirEntry[str], linked: bool) -> str:
        """`file`, `folder`, or nothing: a link is what it leads to, if that is in the repository and cannot lead in circles."""
        try:
            if not entry.is_symlink():
                return "folder" if entry.is_dir() else "file" if entry.is_file() else ""
            target = os.path.realpath(entry.path)
            if not _below(target).startswith(_below(self.root)):
                return ""
            if entry.is_file():
                return "file"
            circle = _below(os.path.realpath(os.path.dirname(entry.path))).startswith(_below(target))
            return "folder" if entry.is_dir() and not linked and not circle else ""
        except OSError:
            return ""

    def _left_out(self, name: str, where: str, folder: bool, ignores: tuple[Ignore, ...]) -> bool:
        if self.walk.exclude and self.walk.exclude.match(name + "/" if folder else name):
            self.walk.excluded += 1
            return True
        for ignore in reversed(ignores):
            decided = ignore.decide(where, folder)
            if decided is not None:
                self.walk.ignored += decided
                return decided
        return False

    def _outer_ignores(self) -> tuple[Ignore, ...]:
        """What the repository around the given folder ignores, from the weakest to the strongest."""
        found = []
        exclude = _ignore_file(os.path.join(self.root, ".git", "info", "exclude"), _below(self.root))
        if exclude:
            found.append(exclude)
        at = self.top
        outer = []
        while at != self.root and _below(at).startswith(_below(self.root)):
            at = os.path.dirname(at)
            outer.append(at)
        for folder in reversed(outer):
            own = _ignore_file(os.path.join(folder, ".gitignore"), _below(folder))
            if own:
                found.append(own)
        return tuple(found)

    def _with_own(self, entries: list[os.DirEntry[str]], inside: str, ignores: tuple[Ignore, ...]) -> tuple[Ignore, ...]:
        for entry in entries:
            if entry.name == ".gitignore":
                own = _ignore_file(entry.path, inside)
                return (*ignores, own) if own else ignores
        return ignores


def read(file: SourceFile, relevance: Relevance) -> Source | Unreadable | None:
    """The text of a file, what keeps it from being read, or None where it cannot hold a subject (or is binary)."""
    try:
        raw = _bytes(file, relevance)
    except OSError as error:
        return Unreadable(file.name, _reason(error))
    if raw is None:
        return Unreadable(file.name, f"larger than {MAX_BYTES // 1_000_000} MB", True)
    if not relevance.matters(raw):
        return None
    try:
        text = decode(raw, file.name)
    except UndecodableError as error:
        return Unreadable(file.name, str(error))
    if text is None:
        return None
    return Source(text, file.syntax or syntax_by_content(text.value))


def _bytes(file: SourceFile, relevance: Relevance) -> bytes | None:
    """All bytes; none where there are too many and none of them matters; None where there are too many."""
    if file.path == "-":
        raw = sys.stdin.buffer.read(MAX_BYTES + 1)
        return raw if len(raw) <= MAX_BYTES else None
    with open_regular(file.path) as stream:
        raw = stream.read(MAX_BYTES + 1)
        if len(raw) <= MAX_BYTES:
            return raw
        if is_binary(raw):
            return b""
        read = len(raw)
        while not relevance.matters(raw):
            tail = raw[-relevance.longest :]
            more = stream.read(_CHUNK)
            if not more:
                return b""
            read += len(more)
            if read > _MAX_SEARCHED:
                return None
            raw = tail + more
    return None


def open_regular(path: str) -> BinaryIO:
    """A file opened for reading, without waiting for anybody to write into it.

    Raises OSError where it cannot be opened, or is a device or a pipe that could go on for ever: only a pipe of this process
    itself, as a shell makes it of `<(…)`, is read.
    """
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    mode = os.fstat(descriptor).st_mode
    own = stat.S_ISFIFO(mode) and path.startswith(("/dev/fd/", "/proc/self/fd/", "/dev/stdin"))
    if own:
        os.set_blocking(descriptor, True)
    elif not stat.S_ISREG(mode) and path != os.devnull:
        os.close(descriptor)
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        raise OSError(0, "it is a device, a pipe or a socket, and no file")
    return os.fdopen(descriptor, "rb")


def shown(path: str) -> str:
    """A path as findings show it: relative to the current folder where it can be, with forward slashes, always printable text."""
    try:
        relative = os.path.relpath(path)
    except ValueError:
        relative = os.path.abspath(path)
    return shown_name(relative.replace(os.sep, "/"))


def shown_name(name: str) -> str:
    """A name with bytes that are no UTF-8 written as `\\xff`."""
    if name.isascii():
        return name
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _repository(folder: str) -> str | None:
    """The root of the git repository around a folder."""
    at = folder
    while True:
        if os.path.lexists(os.path.join(at, ".git")):
            return at
        above = os.path.dirname(at)
        if above == at:
            return None
        at = above


def _below(folder: str) -> str:
    return folder if folder.endswith("/") else folder.replace(os.sep, "/") + "/"


def _ignore_file(path: str, base: str) -> Ignore | None:
    """The patterns of a file; none where it is a link or cannot be read."""
    try:
        if not stat.S_ISREG(os.lstat(path).st_mode):
            return None
        with open(path, "rb") as stream:
            raw = stream.read(MAX_BYTES)
    except OSError:
        return None
    ignore = Ignore(raw.decode("utf-8", "surrogateescape").removeprefix("\ufeff").split("\n"), base)
    return ignore if ignore else None


def _reason(error: OSError) -> str:
    return f"cannot be read: {error.strerror or error}"
