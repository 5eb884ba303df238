"""cloud-config: the commands it runs and the files it writes (cloud-init modules cc_bootcmd, cc_write_files, cc_runcmd)."""

from __future__ import annotations

from typing import NamedTuple

from ekslint.source.text import Place, Text
from ekslint.syntax.tree import Mapping, Node, Scalar, Sequence, items, string
from ekslint.userdata.encoding import peel
from ekslint.value import placeholder

_ENCODED = ("b64", "base64", "gz+b64", "gz+base64", "gzip+b64", "gzip+base64")


class WrittenFile(NamedTuple):
    """A file of `write_files`; `append` adds to what is there."""

    path: str
    text: Text
    place: Place
    append: bool


class CloudConfig(NamedTuple):
    """Commands are a text for the shell or a list of words; `gap` is why there may be more of them."""

    boot_commands: list[Text | list[Text]]
    commands: list[Text | list[Text]]
    files: list[WrittenFile]
    gap: str | None


def cloud_config(text: Text) -> CloudConfig:
    """What a `#cloud-config` document does to a node; nothing, with a gap, where it cannot be read."""
    from ekslint.syntax import yaml

    parsed = yaml.parse(text)
    gap = "a template is put into the cloud-config" if parsed.templated else None
    root = parsed.documents[0].root if parsed.documents else None
    if not isinstance(root, Mapping):
        return CloudConfig([], [], [], gap or ("the cloud-config cannot be read" if text.value.strip() else None))
    for key in ("bootcmd", "runcmd", "write_files"):
        node = root.get(key)
        if isinstance(node, Scalar) and placeholder(node.content):
            gap = f"{node.content} is put in as {key}"
    return CloudConfig(_commands(root.get("bootcmd")), _commands(root.get("runcmd")), _files(root.get("write_files")), gap)


def _commands(node: Node | None) -> list[Text | list[Text]]:
    found: list[Text | list[Text]] = []
    for item in items(node):
        if isinstance(item, Scalar) and item.value is not None:
            found.append(item.inner())
        elif isinstance(item, Sequence):
            found.append([word.inner() for word in item.items if isinstance(word, Scalar)])
    return found


def _files(node: Node | None) -> list[WrittenFile]:
    found: list[WrittenFile] = []
    for item in items(node):
        path, content = item.get("path"), item.get("content")
        if not (isinstance(path, Scalar) and isinstance(content, Scalar)):
            continue
        text = content.inner()
        if (string(item.get("encoding")) or "").lower() in _ENCODED:
            text = peel(text, True).text
        append = item.get("append")
        found.append(WrittenFile(path.content, text, path.place, isinstance(append, Scalar) and append.value is True))
    return found
