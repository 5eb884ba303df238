"""User data from the text of a carrier to the settings that reach the kubelet."""

from __future__ import annotations

import re

from ekslint.source.text import Place, Text
from ekslint.userdata import bottlerocket, nodeadm, precedence, windows
from ekslint.userdata.classify import kind_of, looks
from ekslint.userdata.cloud_config import CloudConfig, cloud_config
from ekslint.userdata.encoding import Peeled, peel, without_returns
from ekslint.userdata.machine import Machine
from ekslint.userdata.mime import Mime, split
from ekslint.userdata.model import FAMILIES, NodeConfig, Part
from ekslint.userdata.reading import Reading
from ekslint.value import Absent, Known, Unknown, Value, listing, placeholder

TOKENS: tuple[bytes, ...] = (
    b"/etc/eks/",
    b"bootstrap.sh",
    b"node.eks.aws",
    b"NodeConfig",
    b"nodeadm",
    b"kubelet",
    b"KUBELET_EXTRA_ARGS",
    b"Start-EKSBootstrap",
    b"settings.kubernetes",
    b"max-pods",
    b"TUlNRS1WZXJzaW9u",
    b"Q29udGVudC1UeXBl",
    b"IyEvYmlu",
    b"I2Nsb3VkLWNvbmZpZ",
    b"W3NldHRpbmdz",
    b"YXBpVmVyc2lvbjogbm9kZS",
    b"PHBvd2Vyc2hlbGw",
    b"H4sI",
)
"""A file that is user data by itself holds one of these; from the two MIME headers on they are how base64 of each format begins."""

_EKS = re.compile(r"/etc/eks/|nodeadm|node\.eks\.aws|kubelet|KUBELET_EXTRA_ARGS|max-pods|Start-EKSBootstrap", re.I)
_SHELL = re.compile(
    r"/etc/eks/|\bnodeadm\b|node\.eks\.aws|KUBELET_EXTRA_ARGS|--kubelet-extra-args|kubelet-config\.json|kubelet\.service\.d"
)
_KUBERNETES_TABLE = re.compile(r"^[ \t]*(?:\[[ \t]*settings[ \t]*\.[ \t]*kubernetes\b|settings[ \t]*[.=].*kubernetes)", re.M)
_SIZE_HOLES = ("${", "{{", "%{", "<%")


class UserData:
    """What one user data says.

    `layers`: the encodings found around it, from the outside in; `surplus_base64`: how many base64 layers there are beyond the
    carrier's own. `problem`: why a layer cannot be undone. `size`: the bytes that EC2 counts (it takes 16384). `mime`: what the
    outer headers say, None for any other text. `formats`: the kinds of the parts, each once. `settings`: all that mean max-pods,
    in order, with which one wins. `complete`: nothing unknown could set max-pods, else `reason` says what could. `places`: where
    it stands. `family_dispute`: what speaks for each of several image families, None where at most one is meant.
    """

    __slots__ = (
        "_peeled",
        "_reading",
        "_source",
        "bootstrap_arguments",
        "calculators",
        "cluster",
        "complete",
        "encoded",
        "family",
        "family_dispute",
        "formats",
        "kube_reserved_memory",
        "layers",
        "max_pods",
        "max_pods_expression",
        "mime",
        "node_configs",
        "node_labels",
        "parts",
        "places",
        "pods_per_core",
        "problem",
        "reason",
        "runs",
        "settings",
        "size",
        "surplus_base64",
        "text",
        "use_max_pods",
    )

    def __init__(
        self,
        peeled: Peeled,
        mime: Mime | None,
        parts: list[Part],
        reading: Reading,
        source: Text,
        encoded: bool | None,
        family: str | None,
    ) -> None:
        self._peeled = peeled
        self._reading = reading
        self._source = source
        self.text = peeled.text
        self.layers = peeled.layers
        self.encoded = encoded
        self.problem = peeled.problem
        self.surplus_base64 = max(0, peeled.layers.count("base64") - (0 if encoded is False else 1))
        self.places = (source.place(0, len(source.value)),)
        self.size: Value = _size(peeled, self.places)
        self.mime = mime
        self.parts = parts
        self.formats = tuple(dict.fromkeys(p.kind for p in parts))
        self.settings = reading.settings
        self.bootstrap_arguments = reading.arguments
        self.runs = reading.runs
        self.calculators = reading.calculators
        self.node_configs = reading.node_configs
        self.family, self.family_dispute = (family, None) if family else precedence.guess(reading)
        self._settle(reading, self.family)

    def under(self, family: str) -> UserData:
        """The same user data on images of one family: al2, al2023, bottlerocket or windows."""
        if self.mime is None and looks(self.text.value, family) != self.parts[0].looks:
            return decode(self._source, encoded=self.encoded, family=family)
        return UserData(self._peeled, self.mime, self.parts, self._reading.copy(), self._source, self.encoded, family)

    def _settle(self, reading: Reading, family: str) -> None:
        home = reading.home.get(family) or self.places
        self.max_pods: Value = precedence.apply(reading, family, home)
        gaps = precedence.gaps_of(reading, family)
        self.complete = not gaps
        self.reason = gaps[0].reason if gaps else None
        absent: Value = Unknown(gaps[0].reason, (gaps[0].place,)) if gaps else Absent(home)
        families = [family] if family in FAMILIES else list(FAMILIES)
        self.pods_per_core: Value = _only([reading.pods_per_core[f] for f in families if f in reading.pods_per_core], absent)
        self.kube_reserved_memory: Value = _only([reading.kube_reserved[f] for f in families if f in reading.kube_reserved], absent)
        self.use_max_pods: Value = (reading.use_max_pods if "al2" in families else None) or absent
        self.max_pods_expression: Value = (reading.expression if "al2023" in families else None) or absent
        self.cluster = reading.cluster if "al2023" in families else {}
        labels = [label for f in families for label in reading.labels.get(f, [])]
        self.node_labels = listing(labels, bool(gaps), gaps[0].reason if gaps else "", [p for v in labels for p in v.places])


def decode(text: Text, *, encoded: bool | None = None, family: str | None = None) -> UserData:
    """Reads user data as far as it can be read; never raises.

    `encoded`: True where the carrier takes base64, False where it takes the text itself, None where either may be (a file).
    `family`: the image family where the carrier says it (al2, al2023, bottlerocket, windows), else it is guessed from the text.
    """
    peeled = peel(text, encoded)
    mime = split(peeled.text)
    parts = _parts(peeled.text, mime, family)
    reading = Reading()
    if peeled.problem:
        reading.gap(peeled.problem, text.place(0, len(text.value)))
    if mime is not None:
        _outside(mime, peeled.text, reading)
    _read(parts, reading)
    return UserData(peeled, mime, parts, reading, text, encoded, family if family in FAMILIES else None)


def is_user_data(text: Text) -> bool:
    """Whether a file of its own (.sh, .txt, .toml, .mime, .tpl, .yaml) is user data of an EKS node."""
    value = peel(text).text.value
    head = value.lstrip()[:4096]
    if re.match(r"(?:mime-version|content-type)\s*:", head, re.I):
        return _EKS.search(value) is not None
    kind = looks(value)
    if kind == "shell" and head.startswith("#"):
        return _SHELL.search(value) is not None
    if kind == "cloud-config":
        return _EKS.search(value) is not None
    if kind == "bottlerocket":
        return _KUBERNETES_TABLE.search(value) is not None
    if kind == "windows":
        return "start-eksbootstrap" in value.lower()
    return kind == "node-config"


def _parts(text: Text, mime: Mime | None, family: str | None) -> list[Part]:
    if mime is None:
        seen = looks(text.value, family)
        return [_part(seen, seen, text, _first_line(text), [], (), (), None)]
    parts = []
    for body in mime.bodies:
        seen = looks(body.text.value)
        parts.append(
            _part(
                kind_of(body.types, seen), seen, body.text, body.place, body.types, body.layers, body.malformations, body.file_name
            )
        )
    return parts


def _part(
    kind: str,
    seen: str,
    text: Text,
    place: Place,
    types: list[str],
    layers: tuple[str, ...],
    malformations: tuple[str, ...],
    file_name: str | None,
) -> Part:
    if kind == "shell":
        if not text.value.lstrip().startswith("#"):
            malformations = (*malformations, "no-interpreter")
        if "\r\n" in text.value:
            malformations = (*malformations, "returns")
    return Part(kind, seen, without_returns(text), place, types, layers, malformations, file_name)


def _first_line(text: Text) -> Place:
    start = len(text.value) - len(text.value.lstrip())
    stop = text.value.find("\n", start)
    return text.place(start, len(text.value) if stop < 0 else stop)


def _outside(mime: Mime, text: Text, reading: Reading) -> None:
    """A template between or around the parts may put in more of them."""
    for outside in mime.outside:
        found = placeholder(outside.value)
        if found is not None:
            at = outside.value.index(found)
            reading.gap(f"{found} is put in outside of the parts", outside.place(at, at + len(found)))
    if mime.cut:
        reading.gap("there are more parts than are read", text.place(0, 0))
    if mime.multipart and not mime.bodies:
        reading.gap("the multi-part text has no part that can be found", mime.place)


def _read(parts: list[Part], reading: Reading) -> None:
    """Reads the parts in the order in which a node runs them.

    cloud-init: bootcmd, then write_files, then the scripts; runcmd comes last, as `runcmd` sorts behind `part-001`. nodeadm reads
    its own parts by itself, and the files in /etc/eks/nodeadm.d after all scripts have run.
    """
    machine = Machine(reading)
    configs: list[NodeConfig] = []
    clouds: list[CloudConfig] = []
    for part in parts:
        text = part.text
        if part.looks == "node-config" and part.kind != "node-config":
            configs.append(nodeadm.node_config(text, "wrong-part", part.media_type or "", part.place))
        elif part.kind == "node-config":
            configs.append(nodeadm.node_config(text, "part", "", part.place))
        elif part.kind == "bottlerocket":
            bottlerocket.read_settings(text, part.place, reading)
        elif part.kind == "windows":
            windows.read_script(text, reading)
        elif part.kind == "cloud-config":
            clouds.append(cloud_config(text))
            if clouds[-1].gap:
                reading.gap(clouds[-1].gap, part.place)
        elif part.kind == "other" and text.value.strip():
            reading.gap(_other(text.value), part.place)
    for cloud in clouds:
        machine.run_all(cloud.boot_commands)
    for cloud in clouds:
        for file in cloud.files:
            machine.write(file.path, file.text, file.place, file.append)
    for part in parts:
        if part.kind == "shell" and part.looks != "node-config":
            machine.run_script(part.text)
    for cloud in clouds:
        machine.run_all(cloud.commands)
    machine.finish(configs)
    nodeadm.merge(configs, reading)


def _other(value: str) -> str:
    found = placeholder(value)
    if found is not None and found == value.strip():
        return f"{found} is put in"
    first = value.strip().split("\n", 1)[0]
    return f"a part is in no format that is read here ({first[:40]})"


def _size(peeled: Peeled, places: tuple[Place, ...]) -> Value:
    if not peeled.layers and any(mark in peeled.text.value for mark in _SIZE_HOLES):
        return Unknown("a template decides the size", places)
    return Known(peeled.size, places)


def _only(values: list[Value], absent: Value) -> Value:
    if not values:
        return absent
    return values[0] if len(values) == 1 else Unknown("the image family decides", [p for v in values for p in v.places])
