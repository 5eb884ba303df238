"""The words of a finding: texts with `{path}` in them, filled in from the facts of a subject.

A text is kept as plain tuples: strings as they are, ("path", path) for a value, ("part", (…)) for what goes if a value in it is
absent or unknown.
"""

from __future__ import annotations

from typing import Any

from ekslint.fact import Subject
from ekslint.language.values import ALL, Path, Steps, gather
from ekslint.syntax.tree import Node, string
from ekslint.value import Absent, Known, Listing, Unknown, Value

Piece = str | tuple[Any, ...]
Words = tuple[Piece, ...]

KINDS = {
    "add-on-key": "add-on key",
    "address-family": "",
    "cluster-config": "cluster",
    "cluster-role": "ClusterRole",
    "cni": "VPC CNI",
    "cni-settings": "VPC CNI settings",
    "cni-variable": "variable",
    "ec2-node-class": "EC2NodeClass",
    "eni-config": "ENIConfig",
    "eni-config-block": "ENIConfig block",
    "fargate-profile": "Fargate profile",
    "gateway": "Gateway",
    "gateway-class": "GatewayClass",
    "global-accelerator": "GlobalAccelerator",
    "grpc-route": "GRPCRoute",
    "http-route": "HTTPRoute",
    "iam-role": "IAM role",
    "ingress": "Ingress",
    "ingress-class": "IngressClass",
    "ingress-class-params": "IngressClassParams",
    "ingress-group": "IngressGroup",
    "instance-type": "",
    "machine-deployment": "MachineDeployment",
    "max-pods-setting": "max-pods setting",
    "namespace": "Namespace",
    "network-policy": "NetworkPolicy",
    "node-class": "NodeClass",
    "node-config": "NodeConfig",
    "node-pool": "NodePool",
    "reference-grant": "ReferenceGrant",
    "scaling-group": "Auto Scaling group",
    "secret": "Secret",
    "security-group-policy": "SecurityGroupPolicy",
    "service": "Service",
    "service-account": "ServiceAccount",
    "target-group-binding": "TargetGroupBinding",
    "tcp-route": "TCPRoute",
    "tls-route": "TLSRoute",
    "udp-route": "UDPRoute",
    "vpc-link": "VPC link",
}
"""What people call a kind of subject, where it is not the kind with blanks; nothing where the name says it all."""

SHOWN = 3
"""So many values of a list are named in full; of a longer list one less, and how many more there are."""

LONGEST = 200
"""So many characters of one value are shown."""


def kind_words(kind: str) -> str:
    """What people call a kind of subject."""
    return KINDS.get(kind, kind.replace("-", " "))


def subject_words(subject: Subject, full: bool = False) -> str:
    """A subject as a sentence names it: kind and name, with the namespace if asked in `full` and written."""
    name = subject.name
    if full and isinstance(subject.namespace, Known):
        name = f"{subject.namespace.value}/{name}"
    own = string(subject.node.get("kind")) if subject.kind == "workload" and subject.node is not None else None
    return f"{own or kind_words(subject.kind)} {name}".strip()


def render(words: Words, subject: Subject, decided: dict[Steps, list[Value]]) -> str:
    """A text with its values filled in."""
    return "".join(_piece(piece, subject, decided) for piece in words)


def verbatim(words: Words, subject: Subject, decided: dict[Steps, list[Value]]) -> str | None:
    """A text with its values to the letter, as a file is to have it; None unless each stands for one known scalar."""
    text = ""
    for piece in words:
        if isinstance(piece, str):
            text += piece
            continue
        if piece[0] != "path" or piece[1][1]:
            return None
        values = gather(subject, piece[1][0], decided)
        if len(values) != 1 or not isinstance(values[0], Known) or not isinstance(values[0].value, (str, int, float)):
            return None
        text += _word(values[0].value)
    return text


def _piece(piece: Piece, subject: Subject, decided: dict[Steps, list[Value]]) -> str:
    if isinstance(piece, str):
        return piece
    if piece[0] == "path":
        return value_words(piece[1], gather(subject, piece[1][0], decided))
    inner: Words = piece[1]
    for part in inner:
        if not isinstance(part, str) and not _said(part[1], gather(subject, part[1][0], decided)):
            return ""
    return render(inner, subject, decided)


def _said(path: Path, values: list[Value]) -> bool:
    """Whether there is something to name: a known value, and of a list at least one."""
    if path[1] == "written":
        return True
    if path[1] == "key":
        return any(value.key for value in values)
    if path[1] != "":
        return any(isinstance(value, Known) for value in values)
    return any(isinstance(value, Known) for value in _flat(values))


def value_words(path: Path, values: list[Value]) -> str:
    """Values that stand at the end of a path, in words."""
    if path[1] == "origin":
        return join([origin_words(value) for value in values])
    if path[1] == "key":
        last = next((step for step in reversed(path[0]) if isinstance(step, str) and step != ALL), "")
        return join([value.key or last for value in values])
    if path[1] == "count":
        return join([_count(value) for value in values])
    if path[1] == "written":
        return join([_plain(value.default is None if isinstance(value, Known) else isinstance(value, Unknown)) for value in values])
    return join(list_words(values))


def list_words(values: list[Value]) -> list[str]:
    """Each value in words, lists laid out; subjects of one name are told apart by their namespaces."""
    flat = _flat(values)
    words = [one_words(value) for value in flat]
    if len(set(words)) < len(words):
        words = [one_words(value, full=True) for value in flat]
    return words


def one_words(value: Value, full: bool = False) -> str:
    """One value in words: a subject as kind and name, what is unknown as it is written, what is absent as none."""
    if isinstance(value, Known):
        return subject_words(value.value, full) if isinstance(value.value, Subject) else _plain(value.value)
    if isinstance(value, Unknown):
        return _short(value.text) if value.text else "something unknown"
    return "none"


def origin_words(value: Value) -> str:
    """Where a value comes from: whose default it is, or what it is written in."""
    if isinstance(value, Unknown):
        return value.reason
    if isinstance(value, Absent):
        return "nothing sets it"
    if value.default is not None:
        article = "the " if " " in value.default and not value.default.startswith("the ") else ""
        return f"by default of {article}{value.default}"
    key = value.key
    if not key:
        return "as written"
    if "/" in key:
        return f"the annotation {key}"
    if key.startswith("-"):
        return f"the option {key}"
    if key.upper() == key and "_" in key:
        return f"the variable {key}"
    return f"the field {key}"


def join(words: list[str]) -> str:
    """Words in a row, each once: a; a and b; a, b and c; a, b and 3 more."""
    words = list(dict.fromkeys(words))
    if not words:
        return "none"
    if len(words) > SHOWN:
        return f"{', '.join(words[: SHOWN - 1])} and {len(words) - SHOWN + 1} more"
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _flat(values: list[Value]) -> list[Value]:
    flat: list[Value] = []
    for value in values:
        if isinstance(value, Known) and isinstance(value.value, Listing):
            flat += _flat(value.value.items)
        else:
            flat.append(value)
    return flat


def _count(value: Value) -> str:
    if not isinstance(value, Known):
        return one_words(value)
    found: Listing = value.value
    known = sum(isinstance(item, Known) for item in found.items)
    return f"at least {known}" if found.open or known < len(found.items) else str(known)


def _plain(value: object) -> str:
    return _short(value.text.value[value.start : value.end] if isinstance(value, Node) else _word(value))


def _word(value: object) -> str:
    """A value as files write it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
