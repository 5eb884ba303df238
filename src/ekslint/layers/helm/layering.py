"""Files of values laid over one another.

A file named after an environment or region (`values-prod.yaml`) is laid over the `values.yaml` beside it, as `helm -f values.yaml
-f values-prod.yaml` does; in a chart every other file of values is too, since the chart's own come first.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping

from ekslint.layers.helm.charts import Charts, Layered, value_word
from ekslint.layers.helm.values import over
from ekslint.source.text import Derived, Piece
from ekslint.syntax.tree import Document
from ekslint.syntax.tree import Mapping as Map

_BASES = ("values.yaml", "values.yml")


def layered(
    documents: Mapping[str, list[Document]], charts: Charts, environment: Callable[[str], bool]
) -> tuple[list[Layered], frozenset[str]]:
    """The files of values that lie over another one, merged, and the names of all files that these speak for.

    `environment` tells words that name an environment or a region.
    """
    merged: list[Layered] = []
    used: set[str] = set()
    for folder, base in _bases(documents).items():
        below = _root(documents[base])
        if below is None:
            continue
        for name in sorted(documents):
            if posixpath.dirname(name) != folder or name == base:
                continue
            word = value_word(name)
            above = _root(documents[name])
            if not word or above is None or not (environment(word) or folder in charts.folders):
                continue
            merged.append(Layered(name, _over(below, above)))
            used.add(name)
            if environment(word):
                used.add(base)
    return merged, frozenset(used)


def _bases(documents: Mapping[str, list[Document]]) -> dict[str, str]:
    return {posixpath.dirname(name): name for name in sorted(documents) if posixpath.basename(name) in _BASES}


def _root(documents: list[Document]) -> Document | None:
    first = documents[0] if len(documents) == 1 else None
    return first if first is not None and isinstance(first.root, Map) and first.root.get("kind") is None else None


def _over(below: Document, above: Document) -> Document:
    """One document of two; its text is that of both, since carriers look for words in it."""
    pieces = [Piece(each.text, 0, len(each.text.value), each.text.value, True) for each in (above, below)]
    root = over(below.root, above.root)
    made = Document(root if root is not None else above.root, Derived(pieces), above.index, above.templated or below.templated)
    made.partial = above.partial or below.partial
    return made
