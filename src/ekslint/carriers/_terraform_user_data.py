"""The user data that the module terraform-aws-eks composes of a group's arguments (modules/_user_data and its templates).

What the module fills in itself, the cluster's name, endpoint and certificate, stands as placeholders.
"""

from __future__ import annotations

from collections.abc import Iterator

from ekslint.carriers.node_group import Written
from ekslint.carriers.node_group import family as family_of
from ekslint.layers.terraform.data import multipart
from ekslint.source.text import Derived, Piece, Place, Text
from ekslint.syntax.computed import Computed, OpenMapping, OpenSequence
from ekslint.syntax.tree import Mapping, Node, Scalar, items
from ekslint.value import Absent, Known, Unknown, Value, read

_NODE_CONFIG = """\
apiVersion: node.eks.aws/v1alpha1
kind: NodeConfig
spec:
  cluster:
    name: ${cluster_name}
    apiServerEndpoint: ${cluster_endpoint}
    certificateAuthority: ${cluster_auth_base64}
    cidr: ${cluster_service_cidr}
"""
_BOTTLEROCKET = """\
[settings.kubernetes]
"cluster-name" = "${cluster_name}"
"api-server" = "${cluster_endpoint}"
"cluster-certificate" = "${cluster_auth_base64}"
"""
_INPUTS = (
    "pre_bootstrap_user_data",
    "post_bootstrap_user_data",
    "bootstrap_extra_args",
    "cloudinit_pre_nodeadm",
    "cloudinit_post_nodeadm",
    "user_data_template_path",
    "enable_bootstrap_user_data",
)


def composed(body: Mapping, place: Place, family: Value, managed: bool) -> Value:
    """A group's user data as the module makes it; absent where it makes none."""
    if isinstance(body, OpenMapping) and not all(body.get(name) is not None for name in _INPUTS):
        return Unknown(body.why, (place,), written=False)
    if not isinstance(path := read(body, "user_data_template_path"), Absent) and not _empty(path):
        return Unknown("a template of its own makes the user data", path.places, written=True)
    enabled = read(body, "enable_bootstrap_user_data", outer=(place,))
    if not managed:
        enabled = Known(True, (place,))
    elif isinstance(enabled, Absent):
        enabled = Known(False, enabled.places)
    if isinstance(enabled, Unknown):
        return enabled
    written = [name for name in _INPUTS[:-1] if not _nothing(body.get(name))]
    if not written and enabled.value is not True:
        return Absent((place,), "user_data")
    if not isinstance(family, Known):
        return Unknown(family.reason if isinstance(family, Unknown) else "nothing names the image family", (place,), written=False)
    kind = family_of(str(family.value))
    composer = _Composer(body, enabled.value is True, managed)
    if kind == "al2023":
        return composer.nodeadm()
    if kind == "bottlerocket":
        return composer.bottlerocket()
    if kind == "windows":
        return composer.windows()
    if kind == "al2":
        return composer.shell()
    return Unknown("the image family is none that the module knows", (place,), written=False)


def _empty(value: Value) -> bool:
    return isinstance(value, Known) and value.value == ""


def _nothing(node: Node | None) -> bool:
    """Whether an input is left at the module's own nothing: null, an empty text or an empty list."""
    if isinstance(node, Scalar):
        return node.value is None or node.value == ""
    return node is None or (not isinstance(node, OpenSequence) and not items(node))


class _Composer:
    """The texts of one group."""

    def __init__(self, body: Mapping, enabled: bool, managed: bool) -> None:
        self.body = body
        self.enabled = enabled
        self.managed = managed

    def nodeadm(self) -> Value:
        """The parts around nodeadm: those before the module's NodeConfig, that one, and those behind it."""
        unknown = ""
        parts: list[tuple[Node | None, Node | None]] = []
        names = ("cloudinit_pre_nodeadm", "cloudinit_post_nodeadm") if self.enabled else ("cloudinit_pre_nodeadm",)
        for name in names:
            listed = self.body.get(name)
            if isinstance(listed, Computed):
                unknown = unknown or listed.reason
            elif isinstance(listed, OpenSequence):
                unknown = unknown or listed.why
            parts += [(part.get("content_type"), part.get("content")) for part in items(listed)]
            if self.enabled and name == names[0]:
                parts.append((self._word("application/node.eks.aws"), self._word(_NODE_CONFIG)))
        if not parts and not unknown:
            return Absent((self._at.place,), "user_data")
        return self._written(multipart(parts, self._at, bool(unknown)).inner())

    def bottlerocket(self) -> Value:
        """The settings that join the cluster where the module writes them, and the user's own."""
        return self._written(Derived([*self._own(_BOTTLEROCKET), *self._input("bootstrap_extra_args")]))

    def windows(self) -> Value:
        """A PowerShell script around Start-EKSBootstrap.ps1."""
        call = (
            '[string]$EKSBootstrapScriptFile = "$env:ProgramFiles\\Amazon\\EKS\\Start-EKSBootstrap.ps1"\n'
            "& $EKSBootstrapScriptFile -EKSClusterName ${cluster_name} -APIServerEndpoint ${cluster_endpoint} "
            "-Base64ClusterCA ${cluster_auth_base64} "
        )
        if not self.enabled:
            return self._written(Derived([*self._input("pre_bootstrap_user_data")]))
        pieces = [
            *self._own("<powershell>\n"),
            *self._input("pre_bootstrap_user_data"),
            *self._own("\n" + call),
            *self._input("bootstrap_extra_args"),
            *self._own("\n"),
            *self._input("post_bootstrap_user_data"),
            *self._own("\n</powershell>\n"),
        ]
        return self._written(Derived(pieces))

    def shell(self) -> Value:
        """A script around bootstrap.sh; without it, in a managed group, the user's script as a part of a message."""
        if self.enabled:
            call = "/etc/eks/bootstrap.sh ${cluster_name} "
            rest = " --b64-cluster-ca ${cluster_auth_base64} --apiserver-endpoint ${cluster_endpoint}\n"
            pieces = [
                *self._own("#!/bin/bash\nset -e\n"),
                *self._input("pre_bootstrap_user_data"),
                *self._own("\n" + call),
                *self._input("bootstrap_extra_args"),
                *self._own(rest),
                *self._input("post_bootstrap_user_data"),
            ]
            return self._written(Derived(pieces))
        before = self.body.get("pre_bootstrap_user_data")
        if _nothing(before):
            return Absent((self._at.place,), "user_data")
        return self._written(multipart([(self._word("text/x-shellscript"), before)], self._at, False).inner())

    @property
    def _at(self) -> Node:
        return self.body

    def _word(self, text: str) -> Scalar:
        at = self._head
        return Scalar(at.source, at.start, at.end, text, text, '"', None, [Piece(at.source, at.start, at.end, text, False)])

    @property
    def _head(self) -> Piece:
        """Where the group's arguments begin, which stands for what the module writes itself."""
        return Piece(self.body.text, self.body.start, min(self.body.start + 1, self.body.end), "", False)

    def _own(self, text: str) -> Iterator[Piece]:
        at = self._head
        yield Piece(at.source, at.start, at.end, text, False)

    def _input(self, name: str) -> Iterator[Piece]:
        node = self.body.get(name)
        if isinstance(node, Scalar) and node.value is not None:
            text: Text = node.inner()
            yield Piece(text, 0, len(text.value), text.value, True)

    def _written(self, text: Text) -> Value:
        if not text.value.strip():
            return Absent((self._at.place,), "user_data")
        node = next((key for key, value in self.body.entries if _is_input(key) and not _nothing(value)), None)
        return Known(Written(text, False), (node.place if node is not None else text.place(0, 0),))


def _is_input(key: Node) -> bool:
    return isinstance(key, Scalar) and key.content in _INPUTS
