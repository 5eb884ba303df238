"""What user data says: its parts, its settings and which of them reaches the kubelet."""

from __future__ import annotations

from typing import NamedTuple

from ekslint.source.text import Place, Text
from ekslint.syntax.tree import Mapping
from ekslint.value import Absent, Value

KINDS = ("node-config", "shell", "cloud-config", "windows", "bottlerocket", "other")
"""What a part is to its readers."""

FAMILIES = ("al2", "al2023", "bottlerocket", "windows")
"""The families of EKS images; each has its own bootstrapper and its own order of precedence."""

RANKS: dict[str, tuple[str, int]] = {
    "edit of bootstrap.sh": ("al2", 5),
    "kubelet.service.d": ("al2", 4),
    "--kubelet-extra-args": ("al2", 4),
    "KUBELET_EXTRA_ARGS": ("al2", 3),
    "kubelet-config.json": ("al2", 2),
    "kubelet.flags": ("al2023", 5),
    "kubelet drop-in": ("al2023", 4),
    "kubelet.config": ("al2023", 3),
    "kubelet.maxPodsExpression": ("al2023", 2),
    "settings.kubernetes": ("bottlerocket", 5),
    "-KubeletExtraArgs": ("windows", 5),
}
"""Where max-pods can be set: the family whose bootstrapper reads it, and its rank there, strongest highest."""

UNREAD = (
    "positional",
    "equals-sign",
    "replaced",
    "not-exported",
    "not-sourced",
    "overwritten",
    "wrong-part",
    "wrong-table",
    "wrong-key",
    "wrong-option",
    "refused-document",
)
"""Why nothing reads a setting as max-pods. `replaced`: a later option or call takes the place of its carrier."""


class Setting:
    """One place that sets max-pods, or means to.

    `source` is one of RANKS; `value` an integer with the carrier's spelling as its key; `text` what is written, `path` its path
    in a tree. `refusal`: why its reader refuses the value (`string`, `not-an-integer`, `typographic-dash`, `no-dashes`), None
    where it takes it. `unread`: why nothing reads it (one of UNREAD). `effective` and `overridden_by` come from the precedence.
    """

    __slots__ = ("effective", "order", "overridden_by", "path", "place", "refusal", "source", "text", "unread", "value")

    def __init__(
        self,
        source: str,
        value: Value,
        place: Place,
        text: str,
        unread: str | None = None,
        refusal: str | None = None,
        path: str | None = None,
        order: int = 0,
    ) -> None:
        self.source = source
        self.value = value
        self.place = place
        self.text = text
        self.unread = unread
        self.refusal = refusal
        self.path = path
        self.order = order
        self.effective = False
        self.overridden_by: Setting | None = None

    def copy(self) -> Setting:
        """The setting before any order of precedence was applied."""
        return Setting(self.source, self.value, self.place, self.text, self.unread, self.refusal, self.path, self.order)

    @property
    def family(self) -> str:
        return RANKS[self.source][0]

    @property
    def rank(self) -> int:
        return RANKS[self.source][1]

    @property
    def key(self) -> str | None:
        """The carrier's spelling: `--max-pods`, `maxPods`, `max-pods`."""
        return self.value.key

    def __repr__(self) -> str:
        state = "effective" if self.effective else self.unread or "overridden"
        return f"Setting({self.source!r}, {self.value!r}, {state})"


class Gap(NamedTuple):
    """Something unknown that may set max-pods: with the strength of a source of RANKS, or weakest of all where that is None."""

    reason: str
    place: Place
    source: str | None = None
    order: int = 0


class Argument(NamedTuple):
    """One word behind bootstrap.sh, as its option loop takes it.

    `option` is the option's name, None for a positional; `value` its value, absent where it has none. `read`: the loop takes it as
    an option, or as the cluster's name. `unread_because`: equals-sign, unknown-option, typographic-dash, none for any other word.
    """

    text: str
    option: str | None
    value: Value
    read: bool
    unread_because: str
    place: Place


class Run(NamedTuple):
    """A call of a bootstrapper: `program` is bootstrap.sh, nodeadm, Start-EKSBootstrap.ps1 or max-pods-calculator.sh.

    `conditional` inside of a branch of the script, so that it may not happen on every node.
    """

    program: str
    text: str
    place: Place
    conditional: bool = False


class Calculator(NamedTuple):
    """A call of max-pods-calculator.sh with what its flags say (templates/al2/runtime/max-pods-calculator.sh)."""

    prefix_delegation: Value
    custom_networking: Value
    cni_version: Value
    place: Place


class Part:
    """One part of user data, or all of it where it is not multi-part.

    `kind` (one of KINDS) is what its readers take it for: by the media type, else the first line; `looks` what its first lines are.
    `layers` are the encodings around this part. Malformations: those of mime.Body, and `no-interpreter` (a script without `#!`,
    which cloud-init does not run), `returns` (lines that end in carriage return and newline, which no interpreter line survives).
    """

    __slots__ = ("file_name", "kind", "layers", "looks", "malformations", "media_type", "media_types", "place", "text")

    def __init__(
        self,
        kind: str,
        looks: str,
        text: Text,
        place: Place,
        media_types: list[str] | None = None,
        layers: tuple[str, ...] = (),
        malformations: tuple[str, ...] = (),
        file_name: str | None = None,
    ) -> None:
        self.kind = kind
        self.looks = looks
        self.text = text
        self.place = place
        self.media_types = media_types or []
        self.media_type = self.media_types[0] if self.media_types else None
        self.layers = layers
        self.malformations = malformations
        self.file_name = file_name

    def __repr__(self) -> str:
        return f"Part({self.kind!r}, {self.media_type!r})"


class NodeConfig:
    """One NodeConfig document and where it came from.

    `origin`: `part`, `drop-in` (a file in /etc/eks/nodeadm.d) or `wrong-part` (a part that nodeadm passes over). `refusal`: why
    nodeadm's decoder refuses it (`syntax`, `not-a-map`, `api-version`, `kind`, `type`), None where it takes it. `dropped` are the
    settings of max-pods at paths that its decoder does not know, such as `spec.kubelet.maxPods`.
    """

    __slots__ = ("api_version", "dropped", "flags", "kind", "name", "origin", "place", "refusal", "root", "templated")

    def __init__(self, origin: str, name: str, place: Place) -> None:
        self.origin = origin
        self.name = name
        self.place = place
        self.api_version: Value = Absent((place,), "apiVersion")
        self.kind: Value = Absent((place,), "kind")
        self.refusal: str | None = None
        self.templated = False
        self.flags: list[Value] = []
        self.dropped: list[Setting] = []
        self.root: Mapping | None = None
