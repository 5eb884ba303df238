"""User data in files of its own: scripts, MIME messages, NodeConfigs, Bottlerocket settings."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ekslint.carriers.node_group import Written, node_group
from ekslint.carriers.resource import Resource
from ekslint.fact import Subject
from ekslint.source.text import Place, Text
from ekslint.syntax.tree import Document, Mapping
from ekslint.value import Known, Unknown, Value

OBJECTS = (("node.eks.aws", "NodeConfig"),)
SYNTAX = ("shell", "text", "mime", "powershell")
TOKENS = (b"node.eks.aws", b"/etc/eks/", b"settings.kubernetes", b"[settings", b"Start-EKSBootstrap", b"nodeadm")

_MARKS = re.compile(
    r"/etc/eks/bootstrap\.sh|application/node\.eks\.aws|node\.eks\.aws/v1|Start-EKSBootstrap\.ps1|/etc/eks/nodeadm\.d"
    r"|^\s*\[settings\.kubernetes|^\s*settings\.kubernetes",
    re.M,
)
_BEGINNING = re.compile(
    r"\s*(?:#!|MIME-Version:|Content-Type:|<powershell>|<script>|#cloud-config|\[|settings\.|---|apiVersion:)", re.I
)


def objects(resource: Resource) -> Iterator[Subject]:
    """A NodeConfig that stands by itself."""
    node = resource.node
    yield _group(node.text.part(node.start, node.end), resource.place, resource.partial)


def claims(document: Document) -> bool:
    """Bottlerocket's TOML."""
    settings = document.root.get("settings")
    return document.syntax == "toml" and isinstance(settings, Mapping)


def subjects(document: Document) -> Iterator[Subject]:
    """The settings as user data."""
    text = document.text
    key = document.root.key("settings")
    place = key.place if key is not None else document.root.place
    yield _group(text.part(0, len(text.value)), place, document.partial)


def claims_text(text: Text) -> bool:
    """A file that begins as user data does and speaks to a bootstrapper of EKS."""
    return _BEGINNING.match(text.value) is not None and _MARKS.search(text.value) is not None


def text_subjects(text: Text) -> Iterator[Subject]:
    """The whole file as user data."""
    found = _MARKS.search(text.value)
    start = found.start() if found is not None else 0
    start += len(text.value[start:]) - len(text.value[start:].lstrip())
    end = text.value.find("\n", start)
    yield _group(text, text.place(start, end if end >= 0 else len(text.value)), None)


def _group(text: Text, place: Place, partial: str | None) -> Subject:
    settings: dict[str, Value | None] = {
        "managed": Unknown("no node group in the set has this user data", (place,)),
        "image": Unknown("no node group in the set has this user data", (place,)),
        "written_types": Unknown("no node group in the set has this user data", (place,)),
        "written_user_data": Known(Written(text, None), (place,)),
        "zones": Unknown("no node group in the set has this user data", (place,)),
        "labels": Unknown("no node group in the set has this user data", (place,)),
        "taints": Unknown("no node group in the set has this user data", (place,)),
    }
    name = text.file.rpartition("/")[2]
    return node_group(name, place, "user data", settings, partial=partial)
