"""What a build may read: the files of the run, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from ekslint.source.text import Text
from ekslint.syntax.tree import Document, Node, string
from ekslint.syntax.tree import Mapping as Map

API = "kustomize.config.k8s.io/"


class Kustomization:
    """A kustomization file: `name` is the file, `folder` where it lies (empty for the current one)."""

    def __init__(self, name: str, document: Document) -> None:
        self.name = name
        self.folder = name.rpartition("/")[0]
        self.document = document
        self.root = document.root if isinstance(document.root, Map) else Map(document.text, 0, 0, [])

    @property
    def is_component(self) -> bool:
        """Whether it only changes what other kustomizations build."""
        return string(self.root.get("kind")) == "Component"


class Source(Protocol):
    """The files of a run by their names."""

    def documents(self, name: str) -> list[Document] | None:
        """The documents of a YAML or JSON file, None where it was not given."""

    def text(self, name: str) -> Text | None:
        """The text of a file, None where it was not read."""

    def missing(self, name: str) -> bool:
        """Whether there is certainly no such file or folder."""


class Files:
    """The kustomizations of a run by folder, and its files."""

    def __init__(self, kustomizations: Mapping[str, Kustomization], source: Source) -> None:
        self.kustomizations = kustomizations
        self.documents = source.documents
        self.text = source.text
        self.missing = source.missing


def is_kustomization(root: Node) -> bool:
    """Whether a file of such a name is one: other tools have kinds of that name in API groups of their own."""
    version = string(root.get("apiVersion"))
    return isinstance(root, Map) and (version is None or version.startswith(API))
