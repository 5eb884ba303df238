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
GIVES = ("node-group",)
TOKENS = (
    b"node.eks.aws",
    b"/etc/eks/",
    b"nodeadm",
    b"--kubelet-extra-args",
    b"KUBELET_EXTRA_ARGS",
    b"settings.kubernetes",
    b"[settings",
    b"Start-EKSBootstrap",
    b"TUlNRS1WZXJzaW9u",
    b"Q29udGVudC1UeXBl",
    b"IyEvYmlu",
    b"H4sI",
)
"""The last four begin base64 of MIME headers, of `#!/bin` and of gzip."""

_SPEAKS = re.compile(
    r"/etc/eks/bootstrap\.sh|application/node\.eks\.aws|node\.eks\.aws/|Start-EKSBootstrap|nodeadm|settings\.kubernetes"
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
    """A file that is user data of a node, as it stands or in base64."""
    from ekslint.userdata.read import is_user_data

    return is_user_data(text)


def text_subjects(text: Text) -> Iterator[Subject]:
    """The whole file as user data, at the line that speaks to a bootstrapper first."""
    found = _SPEAKS.search(text.value)
    start = text.value.rfind("\n", 0, found.start()) + 1 if found is not None else 0
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
