"""The files that a user names, read one by one, and what is to be said of them in the report."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from ekslint.carriers import tokens
from ekslint.finding import Problem, Report
from ekslint.layers.kustomize import is_kustomization_file
from ekslint.loading import File
from ekslint.rendered import with_sources
from ekslint.source.files import Unreadable, Walk, read
from ekslint.source.globs import Globs
from ekslint.source.relevance import Relevance
from ekslint.source.shelf import Shelf
from ekslint.suppression import MARK

if TYPE_CHECKING:
    from ekslint.source.revision import Revision


class Given:
    """The files below some paths. The counts are complete when the files were read."""

    def __init__(self, paths: Sequence[str], exclude: Globs, include: Globs | None = None) -> None:
        self._walk = Walk(paths, exclude, include)
        self._problems: list[Problem] = []
        self.shelf = Shelf(path for path in paths if path != "-" and os.path.isdir(path))
        """What was found and holds nothing by itself."""
        self.whole = all(path != "-" and os.path.isdir(path) for path in paths)
        """Whether folders were given, so that everything that is deployed together was seen."""

    @property
    def files(self) -> Iterator[File]:
        """The files that can hold something for ekslint."""
        relevance, anything = Relevance((*tokens(), MARK.encode())), Relevance((b"",))
        for file in self._walk:
            source = read(file, anything if is_kustomization_file(file.name) else relevance)
            if source is None:
                self.shelf.put(file)
            elif isinstance(source, Unreadable):
                self._problems.append(_problem(source))
            else:
                yield File(file.name, source.syntax, source.text)

    def at(self, revision: Revision) -> Iterator[File]:
        """The files that lay below the same paths at a revision."""
        relevance = Relevance((*tokens(), MARK.encode()))
        for name, source in revision.files(self._walk.paths, self._walk.exclude, relevance, self._walk.include):
            yield File(name, source.syntax, source.text)

    def completed(self, report: Report) -> Report:
        """The report with what could not be read, and the counts of what was passed over."""
        skipped = dict(report.skipped)
        dismissed = len(self.shelf) - len(self.shelf.opened)
        for why, count in (
            ("nothing for ekslint in it", dismissed),
            ("ignored by git", self._walk.ignored),
            ("excluded by the config", self._walk.excluded),
        ):
            if count:
                skipped[why] = skipped.get(why, 0) + count
        problems = [*map(_problem, self._walk.problems), *self._problems, *report.problems]
        return report._replace(
            findings=with_sources(report.findings, report.texts),
            problems=tuple(problems),
            skipped=skipped,
            files=report.files + dismissed + len(self._problems),
        )


def _problem(unreadable: Unreadable) -> Problem:
    return Problem("limit" if unreadable.limit else "file", unreadable.message, None, unreadable.name)
