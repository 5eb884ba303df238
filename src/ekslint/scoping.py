"""What belongs together: units of files divided into clusters by folder names and by the clusters that subjects name.

A unit is one file, or one kustomization with all that it builds. In this order:
0. clusters that the user names with patterns of paths hold what these match;
1. sibling folders (or sibling files of one stem) named after environments or regions are different clusters; what lies above them,
   and siblings of other names beside them, is shared by all;
2. a subject that names its cluster belongs to it, and so does what lies in the folder of that subject's file alone;
3. all else is one cluster.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from ekslint.fact import Subject
from ekslint.inventory import Cluster

_ENVIRONMENTS = {
    "dev": "dev",
    "develop": "dev",
    "development": "dev",
    "test": "test",
    "tst": "test",
    "testing": "test",
    "qa": "qa",
    "uat": "uat",
    "int": "integration",
    "integ": "integration",
    "integration": "integration",
    "stg": "staging",
    "stage": "staging",
    "staging": "staging",
    "preprod": "preprod",
    "preproduction": "preprod",
    "nonprod": "nonprod",
    "prod": "prod",
    "prd": "prod",
    "production": "prod",
    "live": "live",
    "sandbox": "sandbox",
    "sbx": "sandbox",
    "demo": "demo",
    "perf": "perf",
    "blue": "blue",
    "green": "green",
    "mgmt": "management",
    "management": "management",
}
_WEAK = {"test", "tst", "testing", "int", "integ", "integration", "demo", "live", "perf", "blue", "green", "mgmt", "management"}
"""Words that mean much else as a part of a longer name (`test-runner`)."""

_REGION = r"(?<![a-z])(?:us|eu|ap|ca|sa|me|af|il|mx|cn)-(?:gov-)?(?:north|south|east|west|central)(?:east|west)?-\d(?!\d)"
_TOKEN = re.compile(r"[^-_.\s]+")


class Unit(NamedTuple):
    """What is deployed as one: `path` is the file, or the folder of a kustomization. `whole` is false where a part is elsewhere.

    `label` tells overlays of one base apart that no environment name does.
    """

    path: str
    subjects: Sequence[Subject]
    whole: bool = True
    label: str = ""


def label(name: str) -> str | None:
    """The cluster that a folder's or file's name stands for, None where it stands for none."""
    lower = name.lower()
    tokens = _TOKEN.findall(lower)
    if len(tokens) == 1 and tokens[0] in _ENVIRONMENTS:
        return _ENVIRONMENTS[tokens[0]]
    if lower in {"pre-prod", "pre-production"}:
        return "preprod"
    if lower == "non-prod":
        return "nonprod"
    if any(token in _ENVIRONMENTS and token not in _WEAK for token in tokens) or re.search(_REGION, lower):
        return lower
    if any(re.fullmatch(r"cluster\d*", token) for token in tokens) and len(lower) > 7:
        return lower
    return None


def _file_stem(name: str) -> tuple[str, str] | None:
    """The stem of a file name without the token that names an environment or region, and that token's label."""
    stem = name.rsplit(".", 1)[0].lower()
    region = re.search(_REGION, stem)
    if region:
        return stem[: region.start()] + "*" + stem[region.end() :], region.group(0)
    for token in _TOKEN.finditer(stem):
        if token.group(0) in _ENVIRONMENTS and (token.start() > 0 or token.end() < len(stem)):
            return stem[: token.start()] + "*" + stem[token.end() :], _ENVIRONMENTS[token.group(0)]
    return None


class _Splits:
    """The folders whose children are different clusters, and the labels that lie on a path."""

    def __init__(self, paths: Iterable[str]) -> None:
        children: dict[str, set[str]] = {}
        stems: dict[tuple[str, str], set[str]] = {}
        for path in paths:
            parts = path.split("/")
            for depth, name in enumerate(parts[:-1]):
                if label(name):
                    children.setdefault("/".join(parts[:depth]), set()).add(name)
            found = _file_stem(parts[-1])
            if found:
                stems.setdefault(("/".join(parts[:-1]), found[0]), set()).add(found[1])
        self.folders = {parent: {label(n) or n for n in names} for parent, names in children.items() if len(names) > 1}
        self.files = {key: names for key, names in stems.items() if len(names) > 1}

    def labels(self, path: str) -> frozenset[str]:
        """The labels of the clusters that a path lies in, empty for what all share."""
        parts = path.split("/")
        found = set()
        for depth, name in enumerate(parts[:-1]):
            if "/".join(parts[:depth]) in self.folders:
                named = label(name)
                if named:
                    found.add(named)
        stem = _file_stem(parts[-1])
        if stem and ("/".join(parts[:-1]), stem[0]) in self.files:
            found.add(stem[1])
        return frozenset(found)

    def covers(self, labels: frozenset[str]) -> bool:
        """Whether every split says which of its children belongs to the cluster of these labels."""
        for parent, names in self.folders.items():
            if self.labels(parent + "/x") <= labels and not names & labels:
                return False
        return all(names & labels or not self.labels(folder + "/x") <= labels for (folder, _), names in self.files.items())


class Named(NamedTuple):
    """A cluster that the user names, and which paths belong to it."""

    name: str
    holds: Callable[[str], bool]


def divide(units: Sequence[Unit], whole: bool, named: Sequence[Named] = ()) -> list[Cluster]:
    """The clusters of a run; `whole` where everything under the given folders was seen.

    What no cluster of `named` holds is divided as if there were none of them.
    """
    clusters: list[Cluster] = []
    rest = list(units)
    for one in named:
        members = [unit for unit in units if one.holds(unit.path)]
        seen = whole and all(unit.whole for unit in members)
        clusters.append(Cluster(one.name, [subject for unit in members for subject in unit.subjects], seen))
        rest = [unit for unit in rest if not one.holds(unit.path)]
    return [*clusters, *_by_folder(rest, whole)] if rest or not clusters else clusters


def _by_folder(units: Sequence[Unit], whole: bool) -> list[Cluster]:
    splits = _Splits(unit.path for unit in units)
    labels = [splits.labels(unit.path) for unit in units]
    several = Counter(own for unit, own in zip(units, labels, strict=True) if unit.label)
    labels = [own | {unit.label} if unit.label and several[own] > 1 else own for unit, own in zip(units, labels, strict=True)]
    distinct = set(labels)
    largest = sorted((one for one in distinct if not any(one < other for other in distinct)), key=sorted)
    clusters: list[Cluster] = []
    for one in largest or [frozenset()]:
        members = [unit for unit, own in zip(units, labels, strict=True) if own <= one]
        seen = whole and splits.covers(one) and all(unit.whole for unit in members)
        clusters.extend(_by_name(" ".join(sorted(one)), members, seen))
    return clusters


def _by_name(name: str, units: Sequence[Unit], whole: bool) -> list[Cluster]:
    """One cluster, or one for each name that its subjects give."""
    homes: dict[str, set[str]] = {}
    for unit in units:
        for subject in unit.subjects:
            if subject.belongs:
                homes.setdefault(subject.belongs, set()).add(unit.path.rpartition("/")[0])
    if len(homes) < 2:
        return [Cluster(name or next(iter(homes), ""), [s for unit in units for s in unit.subjects], whole)]
    members: dict[str, list[Subject]] = {home: [] for home in homes}
    rest: list[Subject] = []
    for unit in units:
        home = _home(unit.path.rpartition("/")[0], homes)
        for subject in unit.subjects:
            if subject.belongs:
                members[subject.belongs].append(subject)
            elif home:
                members[home].append(subject)
            else:
                rest.append(subject)
    whole = whole and not rest
    named = [Cluster(f"{name} {own}".strip(), found, whole) for own, found in members.items()]
    return [*named, Cluster(name, rest, False)] if rest else named


def _home(folder: str, homes: dict[str, set[str]]) -> str | None:
    """The one named cluster whose subjects lie in this folder or the nearest one above it."""
    at = folder
    while True:
        here = [name for name, folders in homes.items() if at in folders]
        if here:
            return here[0] if len(here) == 1 else None
        if not at:
            return None
        at = at.rpartition("/")[0]
