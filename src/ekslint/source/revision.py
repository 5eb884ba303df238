"""The files of a git revision, read from git's objects without checking anything out."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from typing import IO

from ekslint.source.decode import UndecodableError, decode
from ekslint.source.files import MAX_BYTES, MAX_FILES, SKIPPED, Source, shown_name
from ekslint.source.formats import syntax_by_content, syntax_if_asked, syntax_of
from ekslint.source.globs import Globs
from ekslint.source.relevance import Relevance

_REGULAR = (b"100644", b"100755")


class RevisionError(Exception):
    """A revision that git does not know, or a folder that is in no repository; the message says which."""


class Revision:
    """One commit of the repository around the current folder. Raises RevisionError where there is none of that name."""

    def __init__(self, name: str) -> None:
        self.name = name
        if name.startswith("-") or "\0" in name:
            raise RevisionError(f"{name} is no revision")
        self.commit = _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}").decode().strip()

    def files(
        self, paths: Sequence[str], exclude: Globs, relevance: Relevance, include: Globs | None = None
    ) -> Iterator[tuple[str, Source]]:
        """Name and text of the files below some paths that can hold a subject; a path that the revision lacks has none.

        Terraform's files are all among them: what one declares another one uses.
        """
        entries = list(self._entries(paths, exclude, include or Globs(())))[:MAX_FILES]
        if not entries:
            return
        with subprocess.Popen(
            ["git", "cat-file", "--batch"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as objects:
            if objects.stdin is None or objects.stdout is None:
                return
            for name, identity in entries:
                objects.stdin.write(identity + b"\n")
                objects.stdin.flush()
                raw = _object(objects.stdout)
                joined = (syntax_of(os.path.basename(name)) or "").startswith("hcl")
                if joined or relevance.matters(raw):
                    try:
                        text = decode(raw, name)
                    except UndecodableError:
                        continue
                    if text is not None:
                        yield name, Source(text, syntax_if_asked(os.path.basename(name)) or syntax_by_content(text.value))

    def _entries(self, paths: Sequence[str], exclude: Globs, include: Globs) -> Iterator[tuple[str, bytes]]:
        for path in paths:
            listed = _git("ls-tree", "-r", "-l", "-z", self.commit, "--", *([] if path == "." else [path]))
            for line in listed.split(b"\0"):
                if not line:
                    continue
                described, _, raw = line.partition(b"\t")
                mode, _, identity, size = described.split()
                name = shown_name(os.fsdecode(raw))
                parts = name.split("/")
                if (
                    mode in _REGULAR
                    and int(size) <= MAX_BYTES
                    and (syntax_of(parts[-1]) is not None or name in paths or include.match(name))
                    and not SKIPPED & set(parts)
                    and not exclude.match(name)
                ):
                    yield name, identity


def _object(stream: IO[bytes]) -> bytes:
    """One answer of `git cat-file --batch`."""
    head = stream.readline().split()
    if len(head) < 3:
        return b""
    raw = stream.read(int(head[2]))
    stream.read(1)
    return raw


def _git(*arguments: str) -> bytes:
    try:
        done = subprocess.run(["git", *arguments], capture_output=True, env={**os.environ, "GIT_OPTIONAL_LOCKS": "0"})
    except OSError as error:
        raise RevisionError(f"git cannot be run: {error.strerror}") from None
    if done.returncode:
        said = os.fsdecode(done.stderr).strip().removeprefix("fatal: ")
        raise RevisionError(said or "git knows no such revision")
    return done.stdout
