"""The files of charts: which folders are charts, which files are templates of one, which are files of values."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from ekslint.syntax.tree import Document

_VALUES = re.compile(r"(?:(?P<before>.+?)[-_.])?values(?:[-_.](?P<after>.+?))?\.ya?ml")
_KINDS = re.compile(
    r"^ *(?:- )?kind: *[\"']?(?:NodePool|EC2NodeClass|NodeClass|Provisioner|AWSNodeTemplate|IngressClass|IngressClassParams"
    r"|ENIConfig|SecurityGroupPolicy|Gateway|GatewayClass)\b",
    re.MULTILINE,
)


class Layered(NamedTuple):
    """A file of values with those below it merged in: the file's name, and the document."""

    name: str
    document: Document


class Charts:
    """The charts among the files of a run, by their Chart.yaml."""

    def __init__(self, names: Iterable[str]) -> None:
        found = (name.rpartition("/") for name in names if name.endswith("Chart.yaml"))
        self.folders = frozenset(folder for folder, _, name in found if name == "Chart.yaml")

    def templates_of(self, name: str) -> str | None:
        """The chart that a file is a template of; None where it is none's."""
        at = posixpath.dirname(name)
        while at:
            above, _, last = at.rpartition("/")
            if last == "templates" and above in self.folders:
                return above
            at = above
        return None


def is_values_file(name: str) -> bool:
    """Whether a file's name is one of files of values."""
    return _VALUES.fullmatch(posixpath.basename(name).lower()) is not None


def value_word(name: str) -> str:
    """What a file of values is named after: `prod` of values-prod.yaml and of prod.values.yaml; nothing of other files."""
    found = _VALUES.fullmatch(posixpath.basename(name).lower())
    return (found["after"] or found["before"] or "") if found is not None else ""


def adds_nodes_or_classes(text: str) -> bool:
    """Whether a template may make objects that all of a cluster depends on: node pools, classes, pod networking."""
    return _KINDS.search(text) is not None
