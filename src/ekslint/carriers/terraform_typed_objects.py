"""Kubernetes objects as typed resources of Terraform's provider hashicorp/kubernetes, such as kubernetes_ingress_v1.

The provider writes fields of the API with underscores, and blocks in the singular where the API has lists (its documentation, and
kubernetes/structures*.go and schema_*.go). Each resource is read as the object that the provider makes of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ekslint.carriers import lift_objects
from ekslint.carriers._terraform import belongs
from ekslint.fact import Subject
from ekslint.syntax.computed import Computed, Defaulted, OpenMapping, OpenSequence
from ekslint.syntax.tree import Document, Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from ekslint.layers.terraform import Configuration, Resource

GIVES = ("*",)
PROVIDER = "the provider hashicorp/kubernetes"

_VERSIONED = {
    "kubernetes_config_map": ("v1", "ConfigMap"),
    "kubernetes_daemon_set": ("apps/v1", "DaemonSet"),
    "kubernetes_deployment": ("apps/v1", "Deployment"),
    "kubernetes_namespace": ("v1", "Namespace"),
    "kubernetes_network_policy": ("networking.k8s.io/v1", "NetworkPolicy"),
    "kubernetes_service": ("v1", "Service"),
    "kubernetes_service_account": ("v1", "ServiceAccount"),
    "kubernetes_stateful_set": ("apps/v1", "StatefulSet"),
}
"""Types that there are with and without `_v1`, and what they make."""

KINDS = {
    "kubernetes_daemonset": ("apps/v1", "DaemonSet"),
    "kubernetes_ingress_class_v1": ("networking.k8s.io/v1", "IngressClass"),
    "kubernetes_ingress_v1": ("networking.k8s.io/v1", "Ingress"),
    **_VERSIONED,
    **{f"{name}_v1": made for name, made in _VERSIONED.items()},
}
"""The resource types that are read, and the API version and kind of what each makes."""

TOKENS = tuple(name.encode() for name in (*_VERSIONED, "kubernetes_daemonset", "kubernetes_ingress_class", "kubernetes_ingress_v1"))

_LISTS = {
    "container": "containers",
    "egress": "egress",
    "env": "env",
    "env_from": "envFrom",
    "from": "from",
    "host_aliases": "hostAliases",
    "image_pull_secrets": "imagePullSecrets",
    "ingress": "ingress",
    "init_container": "initContainers",
    "match_expressions": "matchExpressions",
    "match_fields": "matchFields",
    "node_selector_term": "nodeSelectorTerms",
    "path": "paths",
    "port": "ports",
    "ports": "ports",
    "readiness_gate": "readinessGates",
    "rule": "rules",
    "tls": "tls",
    "to": "to",
    "toleration": "tolerations",
    "topology_spread_constraint": "topologySpreadConstraints",
    "volume": "volumes",
    "volume_mount": "volumeMounts",
}
"""Blocks that stand for the items of a list, and the list's name; every other block stands for a map."""

_IRREGULAR = {
    "cluster_ip": "clusterIP",
    "cluster_ips": "clusterIPs",
    "external_ips": "externalIPs",
    "load_balancer_ip": "loadBalancerIP",
}
_FREE = ("annotations", "binary_data", "data", "labels", "limits", "match_labels", "node_selector", "requests", "selector")
_PORTS = ("port", "target_port")


def terraform(configuration: Configuration) -> Iterator[Subject]:
    """The subjects of all objects."""
    cluster = belongs(configuration, None)
    for resource in configuration.resources(*KINDS):
        for subject in lift_objects(_document(resource)):
            subject.belongs = subject.belongs or cluster
            yield subject


def _document(resource: Resource) -> Document:
    body = resource.body
    at = (body.text, body.start, body.start)
    version, kind = KINDS[resource.type]
    head: list[tuple[Node, Node]] = [
        (Scalar(*at, name, name), Scalar(*at, value, value)) for name, value in (("apiVersion", version), ("kind", kind))
    ]
    below = [entry for name, *entry in body.named() if name in ("metadata", "spec", "data")]
    own = Mapping(body.text, body.start, body.end, [(key, value) for key, value in below])
    document = Document(_map(own, "", head, body.why if isinstance(body, OpenMapping) else ""), body.text)
    document.partial = _why_open(body)
    return document


def _why_open(body: Mapping) -> str | None:
    """Why there may be blocks that are not seen, in the body or below it; None where all of them are."""
    if isinstance(body, OpenMapping):
        return body.why
    for _, _, value in body.named():
        if isinstance(value, Sequence) and _blocks(value):
            if isinstance(value, OpenSequence):
                return value.why
            for item in value.items:
                why = _why_open(item) if isinstance(item, Mapping) else None
                if why is not None:
                    return why
    return None


def _blocks(value: Sequence) -> bool:
    """Whether a list is one of blocks and no argument's: one of which no item is known counts as blocks."""
    return any(isinstance(item, Mapping) for item in value.items) or (isinstance(value, OpenSequence) and not value.items)


def _map(node: Mapping, name: str, head: list[tuple[Node, Node]] | None = None, why: str = "") -> Mapping:
    """A block as the map that it stands for."""
    made = list(head or [])
    for word, key, value in node.named():
        if isinstance(value, Scalar) and (value.value is None or (value.value == "" and not isinstance(value, Computed))):
            continue
        wanted, below = _field(word, value, name)
        made.append((Scalar(key.text, key.start, key.end, wanted, wanted), below))
    if name == "path" and node.get("path_type") is None:
        at = (node.text, node.start, node.start)
        word, default = "pathType", "ImplementationSpecific"
        made.append((Scalar(*at, word, word), Defaulted(Scalar(*at, default, default), PROVIDER)))
    why = why or (node.why if isinstance(node, OpenMapping) else "")
    span = (node.text, node.start, node.end)
    return OpenMapping(*span, made, why) if why else Mapping(*span, made)


def _field(word: str, value: Node, above: str) -> tuple[str, Node]:
    """The name of a field in the API, and its value there."""
    if isinstance(value, Mapping):
        return _camel(word), _texts(value) if word in _FREE else value
    if isinstance(value, Sequence) and _blocks(value):
        if word in _LISTS and not (word == "port" and above == "service"):
            return _LISTS[word], _list(value, word)
        return _camel(word), _single(value, word)
    if word in _PORTS and isinstance(value, Scalar) and isinstance(value.value, str) and value.value.isdecimal():
        return _camel(word), _scalar(value, int(value.value))
    return _camel(word), value


def _list(value: Sequence, name: str) -> Sequence:
    items = [_map(item, name) if isinstance(item, Mapping) else item for item in value.items]
    span = (value.text, value.start, value.end)
    return OpenSequence(*span, items, value.why) if isinstance(value, OpenSequence) else Sequence(*span, items)


def _single(value: Sequence, name: str) -> Mapping:
    why = value.why if isinstance(value, OpenSequence) else ""
    first = next((item for item in value.items if isinstance(item, Mapping)), None)
    if first is None:
        return OpenMapping(value.text, value.start, value.end, [], why or "the block cannot be read")
    return _map(first, name, why=why)


def _texts(value: Mapping) -> Mapping:
    """A map of strings: the provider makes strings of numbers and booleans."""
    made: list[tuple[Node, Node]] = []
    for _, key, node in value.named():
        if isinstance(node, Scalar) and node.value is not None and not isinstance(node.value, str):
            made.append((key, _scalar(node, node.content)))
        else:
            made.append((key, node))
    span = (value.text, value.start, value.end)
    return OpenMapping(*span, made, value.why) if isinstance(value, OpenMapping) else Mapping(*span, made)


def _scalar(node: Scalar, value: str | int) -> Scalar:
    return Scalar(node.text, node.start, node.end, value, node.content, node.style, node.tag, node.pieces)


def _camel(word: str) -> str:
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    first, *others = word.split("_")
    return first + "".join(other[:1].upper() + other[1:] for other in others)
