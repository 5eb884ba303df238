"""What a text is to those who read user data: by its media type, else by its first lines."""

from __future__ import annotations

import re

from ekslint.userdata import bottlerocket, nodeadm, windows
from ekslint.value import placeholder

MEDIA_TYPES = {
    "application/node.eks.aws": "node-config",
    "text/x-shellscript": "shell",
    "text/x-shellscript-per-boot": "shell",
    "text/x-shellscript-per-instance": "shell",
    "text/x-shellscript-per-once": "shell",
    "text/cloud-boothook": "shell",
    "text/cloud-config": "cloud-config",
    "text/cloud-config-archive": "other",
    "text/jinja2": "other",
    "text/part-handler": "other",
    "text/x-include-url": "other",
    "text/x-include-once-url": "other",
}
"""The media types that nodeadm or cloud-init have a handler for (nodeadm/internal/configprovider, cloudinit/handlers)."""

UNDECIDED = ("text/plain", "text/x-not-multipart", "application/octet-stream", "")
"""Types behind which cloud-init looks at the first line."""

_MAP = re.compile(r"(?:---\s++)?(?:#[^\n]*+\n\s*+)*+[A-Za-z][\w.-]*+:(?:\s|$)")


def looks(text: str, family: str | None = None) -> str:
    """The kind that the beginning of a text shows; `family` decides between what the text alone leaves open.

    What looks like nothing else is shell: tools take their commands before the bootstrap without an interpreter line.
    """
    head = text.lstrip()[:4096]
    first = head.split("\n", 1)[0].rstrip()
    if first.startswith(("#!", "#cloud-boothook")):
        return "shell"
    if first.startswith("#cloud-config") and not first.startswith("#cloud-config-archive"):
        return "cloud-config"
    if first.startswith(("## template: jinja", "#include", "#part-handler", "#cloud-config-archive")):
        return "other"
    if nodeadm.looks_like(head):
        return "node-config"
    if windows.looks_like(text[:200_000]) or family == "windows":
        return "windows"
    if bottlerocket.looks_like(text[:200_000]) or family == "bottlerocket":
        return "bottlerocket"
    if not head or (placeholder(head) or "") == head.strip():
        return "other"
    if _MAP.match(head):
        return "node-config" if family == "al2023" else "other"
    return "other" if head[0] in "[{" and head[1:2] not in "[ " else "shell"


def kind_of(types: list[str], seen: str) -> str:
    """The kind of a part with these Content-Types, the first known one deciding, whose text looks like `seen`."""
    for media_type in types:
        if media_type in MEDIA_TYPES:
            return MEDIA_TYPES[media_type]
    if not types or any(t in UNDECIDED for t in types):
        return seen if seen in ("shell", "cloud-config") else "other"
    return "other"
