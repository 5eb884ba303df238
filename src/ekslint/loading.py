"""From the bytes of files to clusters: decoding, parsing, layers, carriers, and what belongs together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from ekslint.carriers import lift, lift_configuration, lift_text
from ekslint.carriers.chart_release import local_chart
from ekslint.fact import Subject
from ekslint.finding import Problem
from ekslint.inventory import Cluster
from ekslint.layers import kustomize
from ekslint.layers.helm.charts import Charts, Layered, adds_nodes_or_classes, is_values_file
from ekslint.scoping import Named, Unit, divide, label
from ekslint.source.formats import syntax_of
from ekslint.source.shelf import Shelf
from ekslint.source.text import Place, Text
from ekslint.syntax.tree import Document, scalars

if TYPE_CHECKING:
    from ekslint.layers import terraform


_TERRAFORM = ("hcl", "hcl-json")


class File(NamedTuple):
    """A file to check: the name that findings show, its syntax, and its text."""

    name: str
    syntax: str
    text: Text


class Loaded(NamedTuple):
    """All that a run read. `texts` are the files that hold a subject or a problem, `documents` their documents."""

    clusters: list[Cluster]
    problems: list[Problem]
    skipped: dict[str, int]
    texts: dict[str, Text]
    documents: dict[str, list[Document]]
    subjects: int


class _Read(NamedTuple):
    """A parsed file with its documents and the subjects of what is no document. `apart`: it belongs to nothing else."""

    file: File
    documents: list[Document]
    subjects: list[Subject]
    apart: bool = False


def load(files: Iterable[File], whole: bool, named: Sequence[Named] = (), shelf: Shelf | None = None) -> Loaded:
    """Parses files, lifts their subjects and divides them into clusters; `whole` where everything of the clusters was given.

    `shelf` has further files that kustomizations and Terraform configurations may name.
    """
    shelf = Shelf() if shelf is None else shelf
    problems: list[Problem] = []
    skipped: dict[str, int] = {}
    read: list[_Read] = []
    templates: list[File] = []
    for file in files:
        parsed = _parse(file, problems, skipped)
        if parsed is not None:
            read.append(parsed)
        else:
            templates.append(file)
    source = _Source(read, shelf, problems, skipped)
    built = kustomize.builds([one.file.name for one in read], source)
    problems.extend(Problem(fault.kind, fault.message, fault.place, fault.place.file) for fault in built.faults)
    charts = Charts([*(one.file.name for one in read), *shelf])
    values = _values(read, shelf, source, charts)
    read.extend(source.opened)
    configured = _configured(read, shelf, source)
    units: list[Unit] = []
    used = set(built.used)
    if values is not None:
        units += (Unit(one.name, list(lift(one.document))) for one in values[0] if one.name not in used)
        used |= values[1]
    others: dict[str, Text] = {}
    if configured is not None:
        problems.extend(Problem("syntax", fault.message, fault.place, name) for name, fault in configured.problems)
        units += (Unit(one.path, list(lift_configuration(one)), one.whole, _label(one.label)) for one in configured.configurations)
        used |= configured.taken
        problems[:] = [problem for problem in problems if problem.file not in configured.taken]
        others = {name: text for name in configured.files | configured.taken if (text := source.text(name)) is not None}
    units = _units([*read, *(_Read(file, [], []) for file in templates)], built, units, used, charts)
    aside = [(one.file.name, found) for one in read if one.apart and (found := _subjects(one))]
    clusters = divide(units, whole, named) if units or not aside else []
    clusters += (Cluster(name, found, False, "a block of a Markdown file is a part of something") for name, found in aside)
    units += (Unit(name, found) for name, found in aside)
    holding = {place for unit in units for subject in unit.subjects if (place := subject.place.file)}
    names = holding | {problem.file for problem in problems} | built.used | set(others)
    for one in read:
        if one.file.name not in names:
            _count(skipped, "nothing for ekslint in it")
    given = {one.file.name: one.file.text for one in read if one.file.name in names}
    for name in shelf.opened:
        if name not in others and name not in given:
            _count(skipped, "nothing for ekslint in it")
    return Loaded(
        clusters,
        problems,
        skipped,
        given | others,
        {one.file.name: one.documents for one in read if one.file.name in names},
        sum(len(unit.subjects) for unit in units),
    )


class _Source:
    """The files of a run for kustomizations: those read already, and those on the shelf as they are asked for."""

    def __init__(self, read: Sequence[_Read], shelf: Shelf, problems: list[Problem], skipped: dict[str, int]) -> None:
        self._read = {one.file.name: one for one in read}
        self._shelf = shelf
        self._problems = problems
        self._skipped = skipped
        self.opened: list[_Read] = []
        """Those taken from the shelf, parsed."""

    def documents(self, name: str) -> list[Document] | None:
        """The documents of a YAML or JSON file, None where it was not given or is a template."""
        found = self._read.get(name)
        if found is None:
            text = self._shelf.text(name)
            if text is None:
                return None
            found = _parse(File(name, syntax_of(name.rpartition("/")[2]) or "yaml", text), self._problems, self._skipped)
            if found is None:
                return None
            self._read[name] = found
            self.opened.append(found)
        return found.documents

    def text(self, name: str) -> Text | None:
        """The text of a file, None where it was not read."""
        found = self._read.get(name)
        return found.file.text if found is not None else self._shelf.text(name)

    def missing(self, name: str) -> bool:
        """Whether there is certainly no such file or folder."""
        return self._shelf.missing(name)


def _parse(file: File, problems: list[Problem], skipped: dict[str, int]) -> _Read | None:
    if file.syntax == "markdown":
        return _markdown(file)
    subjects = list(lift_text(file.text, file.syntax))
    if file.syntax not in ("yaml", "json", "toml"):
        return _Read(file, [], subjects)
    if file.syntax == "toml":
        from ekslint.syntax import toml

        parsed = toml.parse(file.text)
    else:
        from ekslint.syntax import yaml

        parsed = yaml.parse(file.text)
    problems.extend(Problem("syntax", problem.message, problem.place, file.name) for problem in parsed.problems)
    if parsed.templated and not parsed.documents:
        _count(skipped, "templates")
        return None
    return _Read(file, parsed.documents, subjects)


def _markdown(file: File) -> _Read:
    """The code blocks of a Markdown file: what does not parse there is no problem of anybody's."""
    from ekslint.syntax import markdown, yaml

    documents: list[Document] = []
    subjects: list[Subject] = []
    for block in markdown.blocks(file.text):
        if block.syntax == "shell":
            subjects += lift_text(block.text, block.syntax)
            continue
        found = yaml.parse(block.text).documents
        for scalar in scalars(found):
            if scalar.content in ("...", "…"):
                scalar.tag = "!left-out"
        for document in found:
            document.partial = document.partial or "a block of a Markdown file is a part of something"
            documents.append(document)
    return _Read(file, documents, subjects, True)


def _configured(read: Sequence[_Read], shelf: Shelf, source: _Source) -> terraform.Found | None:
    """The Terraform configurations among the files; None where no file of them can hold something."""
    matters = [(one.file.name, one.file.syntax) for one in read if one.file.syntax in _TERRAFORM]
    if not matters:
        return None
    from ekslint.layers import terraform

    aside = [(name, syntax) for name in shelf if (syntax := syntax_of(name.rpartition("/")[2]) or "") in _TERRAFORM]
    return terraform.find([*matters, *aside], source.text, [name for name, _ in matters])


def _label(values: str) -> str:
    """What tells a deployment with a .tfvars file from others of its folder: its environment, else the file."""
    return label(values.rpartition("/")[2].partition(".")[0]) or values


def _values(read: Sequence[_Read], shelf: Shelf, source: _Source, charts: Charts) -> tuple[list[Layered], frozenset[str]] | None:
    """Files of values laid over others; None where no folder has two of them."""
    folders = {one.file.name.rpartition("/")[0] for one in read if is_values_file(one.file.name)}
    if not folders:
        return None
    beside = [name for name in shelf if name.rpartition("/")[0] in folders and is_values_file(name)]
    names = [*(one.file.name for one in read if is_values_file(one.file.name)), *beside]
    if len(names) == len(folders):
        return None
    from ekslint.layers.helm.layering import layered

    documents = {name: found for name in names if (found := source.documents(name)) is not None}
    return layered(documents, charts, lambda word: label(word) is not None)


def _units(read: Sequence[_Read], built: kustomize.Built, made: Iterable[Unit], used: set[str], charts: Charts) -> list[Unit]:
    """The units of a run: those that are made already, what kustomizations build, and each file that nothing else speaks for.

    A chart's templates leave open what its values may add: a release of unknown namespace stands for it.
    """
    units = list(made)
    released: set[str] = set()
    for build in built.builds:
        found = [subject for document in build.documents for subject in lift(document)]
        path = f"{build.folder}/kustomization.yaml" if build.folder else "kustomization.yaml"
        units.append(Unit(path, found, build.whole, build.folder if build.apart else ""))
    for one in read:
        if one.apart or one.file.name in used:
            continue
        found = _subjects(one)
        chart = charts.templates_of(one.file.name)
        if chart is None or "{{" not in one.file.text.value:
            units.append(Unit(one.file.name, found))
            continue
        if chart not in released:
            released.add(chart)
            found.append(local_chart(chart, start_of(one.file.name)))
        units.append(Unit(one.file.name, found, not adds_nodes_or_classes(one.file.text.value)))
    units.sort(key=lambda unit: unit.path)
    return units


def _subjects(read: _Read) -> list[Subject]:
    """All subjects of a file that stands by itself."""
    return [*read.subjects, *(subject for document in read.documents for subject in lift(document))]


def _count(skipped: dict[str, int], why: str) -> None:
    skipped[why] = skipped.get(why, 0) + 1


def start_of(name: str) -> Place:
    """The first character of a file, for problems with the file itself."""
    return Place(name, 1, 1, 1, 1)
