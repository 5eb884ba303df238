"""One run: files in, a report out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from ekslint.engine import brought, judge, merge
from ekslint.finding import Finding, Problem, Report, rank
from ekslint.fixer import Fixer
from ekslint.inventory import Cluster
from ekslint.language.rule import Rule
from ekslint.loading import File, Loaded, load
from ekslint.scoping import Named
from ekslint.source.formats import syntax_of
from ekslint.source.shelf import Shelf
from ekslint.source.text import Text
from ekslint.suppression import MARK, UNUSED, Suppressions


def check(
    files: Iterable[File],
    rules: Sequence[Rule],
    *,
    whole: bool = True,
    reported: Callable[[str], bool] = lambda _: True,
    suppressions: Suppressions | None = None,
    levels: Mapping[str, str] | None = None,
    least: str = "note",
    clusters: Sequence[Named] = (),
    before: Iterable[File] | None = None,
    shelf: Shelf | None = None,
) -> Report:
    """Checks files with rules.

    `whole`: everything of the clusters was given. `reported` tells which rules the user wants, the others run only for those that
    yield to them. `levels` replaces the level of some rules; findings below `least` are left out. `clusters` are those that the
    user names. `before` are the files of an earlier state: rules that ask for it run only then, and of the findings of all others
    only those are told that it did not have. `shelf` has further files that kustomizations may name.
    """
    loaded = load(files, whole, clusters, shelf)
    earlier = load(before, whole, clusters).clusters if before is not None else []
    for cluster in loaded.clusters:
        cluster.before = _same(cluster, earlier, before is not None)
    judged = judge(loaded.clusters, [rule for rule in rules if before is not None or not rule.needs_before], reported)
    if before is not None:
        judged = brought(judged, judge(earlier, [rule for rule in rules if not rule.needs_before], reported))
    suppressions = suppressions or Suppressions({rule.id: rule.family for rule in rules})
    _read_comments(suppressions, loaded)
    findings = suppressions.apply(judged.findings, judged.homes)
    if reported(UNUSED.id):
        seen_whole = not loaded.problems and not judged.problems and all(cluster.whole for cluster in loaded.clusters)
        decided = {rule.id for rule in rules if reported(rule.id) and rule.id not in judged.undecided}
        findings += suppressions.unused(decided if seen_whole else ())
    if levels:
        findings = [found._replace(level=levels.get(found.rule, found.level)) for found in findings]
    fixer = Fixer(loaded.texts, loaded.documents)
    kept = [fixer.resolved(found) for found in merge(findings) if rank(found.level) >= rank(least)]
    problems = [*loaded.problems, *_distinct(judged.problems)]
    shown = {name for found in kept for name in _files_of(found)} | {problem.file for problem in problems}
    return Report(
        findings=tuple(kept),
        problems=tuple(problems),
        rules=(*(rule.text() for rule in rules if reported(rule.id)), UNUSED),
        undecided=judged.undecided,
        files=len(loaded.texts) + sum(loaded.skipped.values()),
        subjects=loaded.subjects,
        skipped=loaded.skipped,
        clusters=tuple(cluster.name for cluster in loaded.clusters),
        partial=not all(cluster.whole for cluster in loaded.clusters),
        texts={name: text.value for name, text in loaded.texts.items() if name in shown},
    )


def check_texts(
    texts: Mapping[str, str], rules: Sequence[Rule], whole: bool = True, before: Mapping[str, str] | None = None
) -> Report:
    """Checks texts by file name, as if they lay in one folder: for the examples of rules."""
    return check(_files(texts), rules, whole=whole, before=None if before is None else _files(before))


def load_texts(texts: Mapping[str, str]) -> Loaded:
    """What is read of texts by file name."""
    return load(_files(texts), True)


def _files(texts: Mapping[str, str]) -> list[File]:
    return [File(name, syntax_of(name) or "yaml", Text(value, name)) for name, value in texts.items()]


def _same(cluster: Cluster, earlier: Sequence[Cluster], given: bool) -> Cluster | None:
    """The cluster of the same name in the earlier state, or the only one; an empty one where it is new."""
    if not given:
        return None
    named = [other for other in earlier if other.name == cluster.name]
    return named[0] if named else earlier[0] if len(earlier) == 1 else Cluster(cluster.name, (), True)


def _read_comments(suppressions: Suppressions, loaded: Loaded) -> None:
    for name, text in loaded.texts.items():
        if MARK in text.value:
            from ekslint.syntax.comments import comments

            documents = loaded.documents.get(name, [])
            lines = [(document.root.place.line, document.root.place.end_line) for document in documents]
            suppressions.read(text, comments(text, documents), lines)


def _distinct(problems: Iterable[Problem]) -> list[Problem]:
    return list(dict.fromkeys(problems))


def _files_of(found: Finding) -> Iterable[str]:
    yield found.place.file
    for related in found.related:
        yield related.place.file
