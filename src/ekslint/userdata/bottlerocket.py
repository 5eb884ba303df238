"""Bottlerocket's settings: TOML whose model refuses unknown keys and wrong types (settings-sdk, `max_pods: u32`)."""

from __future__ import annotations

import re

from ekslint.source.text import Place, Text
from ekslint.syntax.tree import Node, Scalar, Sequence, entries
from ekslint.userdata.kubelet import number
from ekslint.userdata.reading import Reading
from ekslint.value import Absent, Known, Value, placeholder, scalar_value

_LOOKS = re.compile(r"^[ \t]*(?:\[+\s*[\"']?settings[\"']?\s*[.\]]|[\"']?settings[\"']?\s*[.=])", re.M)
_MAX_PODS = re.compile(r"max[-_]?pods", re.I)
_NODES = 20_000
_PATH = ("settings", "kubernetes", "max-pods")


def looks_like(text: str) -> bool:
    """Whether a text has a `settings` table."""
    return _LOOKS.search(text) is not None


def read_settings(text: Text, place: Place, reading: Reading) -> None:
    """Adds every key that spells max-pods: the one that counts, and those in a wrong table or under a wrong name."""
    from ekslint.syntax import toml

    reading.saw("bottlerocket", "it is Bottlerocket's TOML")
    for match in re.finditer(r"^[^\n=\[#]+$", text.value, re.M):
        line = match.group().strip()
        if line and placeholder(line) == line:
            reading.gap(f"{line} is put into the settings", text.place(match.start(), match.end()))
    parsed = toml.parse(text)
    if parsed.problems:
        reading.gap("the TOML cannot be read", place)
    for document in parsed.documents:
        _walk(document.root, reading)
        kubernetes = document.root.at("settings", "kubernetes")
        if kubernetes is None:
            continue
        settings = document.root.get("settings")
        key = settings.key("kubernetes") if settings is not None else None
        if key is not None:
            reading.home["bottlerocket"] = (key.place,)
        found: list[Value] = []
        for name, key, value in entries(kubernetes.get("node-labels")):
            nodes = value.items if isinstance(value, Sequence) else [value]
            for node in nodes:
                said = scalar_value(node)
                found.append(Known(f"{name}={said.value}", (key.place,)) if isinstance(said, Known) else said)
        if found:
            reading.labels["bottlerocket"] = [f for f in found if not isinstance(f, Absent)]


def _walk(root: Node, reading: Reading) -> None:
    pending: list[tuple[tuple[str, ...], Node]] = [((), root)]
    seen = 0
    while pending and seen < _NODES:
        path, node = pending.pop(0)
        seen += 1
        for name, key, value in entries(node):
            below = (*path, name)
            if not _MAX_PODS.fullmatch(name):
                pending.append((below, value))
                continue
            unread = None
            if below != _PATH:
                unread = "wrong-key" if path == _PATH[:2] else "wrong-table"
            said, refusal = (
                number(value, name, "Bottlerocket") if isinstance(value, Scalar) else (scalar_value(value), "not-an-integer")
            )
            place = value.place if unread is None else key.place
            text = value.content if isinstance(value, Scalar) else value.kind
            reading.set("settings.kubernetes", said, place, text, unread, refusal, ".".join(below))
