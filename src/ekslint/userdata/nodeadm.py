"""NodeConfig documents as nodeadm reads and merges them (amazon-eks-ami, nodeadm/internal/{configprovider,api}).

The parts of user data merge in document order, then the files of /etc/eks/nodeadm.d in the order of their names: in
`spec.kubelet.config` the later key wins, `spec.kubelet.flags` are appended, elsewhere a later value that is not empty wins. A part
that the decoder refuses makes nodeadm pass over all of the user data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ekslint.source.text import Place, Text
from ekslint.syntax.tree import Mapping, Node, Scalar, Sequence, entries, items
from ekslint.userdata.kubelet import Line, flags, join, literal, number
from ekslint.userdata.model import NodeConfig, Setting
from ekslint.userdata.reading import Reading
from ekslint.value import Absent, Known, Unknown, Value, placeholder, read, scalar_value

API_VERSION = "node.eks.aws/v1alpha1"
CLUSTER = ("name", "apiServerEndpoint", "certificateAuthority", "cidr")
"""What a NodeConfig must say about the cluster after merging (nodeadm/internal/api/validation)."""

DROP_INS = "/etc/eks/nodeadm.d/"

_LOOKS = re.compile(
    r"^[ \t]*(?:\{\s*)?[\"']?(?:apiVersion[\"']?\s*:\s*[\"']?node\.eks\.aws/|kind[\"']?\s*:\s*[\"']?NodeConfig\b)", re.M
)
_MAX_PODS = re.compile(r"max[-_]?pods", re.I)
_NODES = 20_000


def looks_like(text: str) -> bool:
    """Whether a text says that it is a NodeConfig."""
    return _LOOKS.search(text) is not None


def node_config(text: Text, origin: str, name: str, place: Place) -> NodeConfig:
    """One NodeConfig from the first YAML or JSON document of a text: the decoder reads no further."""
    from ekslint.syntax import yaml

    config = NodeConfig(origin, name, place)
    parsed = yaml.parse(text)
    documents = [d for d in parsed.documents if not (isinstance(d.root, Scalar) and d.root.value is None)]
    config.templated = bool(parsed.templated) or any(d.templated for d in documents)
    if not documents:
        if placeholder(text.value):
            config.templated = True
        else:
            config.refusal = "syntax"
        return config
    root = documents[0].root
    if not isinstance(root, Mapping):
        if isinstance(root, Scalar) and placeholder(root.content):
            config.templated = True
        else:
            config.refusal = "not-a-map"
        return config
    config.root = root
    config.api_version = read(root, "apiVersion", outer=(place,))
    config.kind = read(root, "kind", outer=(place,))
    config.refusal = _refusal(config, root)
    kubelet = root.at("spec", "kubelet")
    config.flags = [scalar_value(i) for i in items(kubelet.get("flags") if kubelet else None)]
    config.dropped = list(_dropped(root))
    return config


def merge(configs: list[NodeConfig], reading: Reading) -> None:
    """Adds what nodeadm makes of all documents: `configs` in document order, drop-ins anywhere among them."""
    parts = [c for c in configs if c.origin == "part"]
    wrong = [c for c in configs if c.origin == "wrong-part"]
    drop_ins = sorted((c for c in configs if c.origin == "drop-in"), key=lambda c: c.name)
    reading.node_configs += configs
    if parts or drop_ins:
        reading.saw("al2023", "it holds a NodeConfig, which only nodeadm reads")
        reading.home["al2023"] = _home(configs)
    refused = next((c for c in parts if c.refusal), None)
    for config in wrong:
        _add(reading, config, "wrong-part")
    for config in parts:
        _add(reading, config, "refused-document" if refused else config.refusal and "refused-document")
    for config in drop_ins:
        _add(reading, config, "refused-document" if config.refusal else None)
    if refused is not None:
        reading.gap("nodeadm refuses a NodeConfig of the user data", refused.place)
    accepted = [] if refused else parts
    _values(reading, accepted + [c for c in drop_ins if not c.refusal])


def _home(configs: list[NodeConfig]) -> tuple[Place, ...]:
    """The key under which maxPods would be written: the deepest that exists on the way to it."""
    best: tuple[Place, ...] = ()
    depth = -1
    for config in configs:
        if config.origin == "wrong-part":
            continue
        node: Node | None = config.root
        keys: list[Place] = [config.place]
        for step in ("spec", "kubelet", "config"):
            key = node.key(step) if node is not None else None
            if node is None or key is None:
                break
            keys.append(key.place)
            node = node.get(step)
        if len(keys) > depth:
            best, depth = (keys[-1],), len(keys)
    return best


def _refusal(config: NodeConfig, root: Mapping) -> str | None:
    version, kind = config.api_version, config.kind
    if isinstance(version, Absent) or (isinstance(version, Known) and version.value != API_VERSION):
        return "api-version"
    if isinstance(kind, Absent) or (isinstance(kind, Known) and kind.value != "NodeConfig"):
        return "kind"
    spec = root.get("spec")
    kubelet = spec.get("kubelet") if spec is not None else None
    for node, shape in (
        (spec, Mapping),
        (kubelet, Mapping),
        (kubelet.get("config") if kubelet else None, Mapping),
        (kubelet.get("flags") if kubelet else None, Sequence),
    ):
        if node is not None and not isinstance(node, shape) and not _open(node):
            return "type"
    for item in items(kubelet.get("flags") if kubelet else None):
        if not (isinstance(item, Scalar) and isinstance(item.value, str)) and not _open(item):
            return "type"
    expression = kubelet.get("maxPodsExpression") if kubelet else None
    if (
        expression is not None
        and not (isinstance(expression, Scalar) and isinstance(expression.value, str))
        and not _open(expression)
    ):
        return "type"
    return None


def _open(node: Node) -> bool:
    """Null, which the decoder takes everywhere, or a template."""
    return not isinstance(scalar_value(node), Known)


def _add(reading: Reading, config: NodeConfig, unread: str | None) -> None:
    if config.templated and unread is None:
        reading.gap("a template is put into the NodeConfig", config.place, "kubelet.flags" if config.root is None else None)
    root = config.root
    if root is None:
        return
    for setting in config.dropped:
        setting.order = len(reading.settings) + len(reading.gaps)
        reading.settings.append(setting)
    kubelet = root.at("spec", "kubelet")
    for above in (root.get("spec"), kubelet):
        if isinstance(above, Scalar) and unread is None and isinstance(scalar_value(above), Unknown):
            reading.gap(f"{above.content} is put into the NodeConfig", above.place, "kubelet.flags")
    if kubelet is None:
        return
    expression = kubelet.get("maxPodsExpression")
    if isinstance(expression, Scalar) and expression.value not in (None, ""):
        _expression(reading, expression, unread)
    node = kubelet.at("config", "maxPods")
    if isinstance(node, Scalar):
        value, refusal = number(node, "maxPods")
        reading.set("kubelet.config", value, node.place, node.content, unread, refusal, "spec.kubelet.config.maxPods")
    _gaps(reading, kubelet, unread)
    line = _line(items(kubelet.get("flags")))
    if line is not None:
        reading.take_flags("kubelet.flags", "al2023", flags(line), unread)


def _gaps(reading: Reading, kubelet: Node, unread: str | None) -> None:
    if unread is not None:
        return
    for key, source in (("config", "kubelet.config"), ("flags", "kubelet.flags")):
        node = kubelet.get(key)
        if isinstance(node, Scalar) and isinstance(scalar_value(node), Unknown):
            reading.gap(f"{node.content} is put in as kubelet {key}", node.place, source)


def _expression(reading: Reading, node: Scalar, unread: str | None) -> None:
    said = node.content.strip()
    value: Value
    if said.isdigit() and len(said) < 10:
        value = Known(int(said), (node.place,), key="maxPodsExpression")
    else:
        value = Unknown("computed by maxPodsExpression", (node.place,), node.content, key="maxPodsExpression")
    reading.set("kubelet.maxPodsExpression", value, node.place, node.content, unread, None, "spec.kubelet.maxPodsExpression")


def _line(nodes: list[Node]) -> Line | None:
    lines = [literal(n.inner()) for n in nodes if isinstance(n, Scalar) and isinstance(n.value, str)]
    return join(lines) if lines else None


def _values(reading: Reading, configs: list[NodeConfig]) -> None:
    """The merged settings beside max-pods; those that flags set already stay, as flags are stronger."""
    per_core: Value | None = None
    reserved: Value | None = None
    for config in configs:
        root = config.root
        if root is None:
            continue
        for name in CLUSTER:
            value = read(root, "spec", "cluster", name)
            if not isinstance(value, Absent) and not (isinstance(value, Known) and value.value == ""):
                reading.cluster[name] = value
            elif name not in reading.cluster:
                reading.cluster[name] = Absent(value.places or (config.place,), name)
        expression = read(root, "spec", "kubelet", "maxPodsExpression")
        if not isinstance(expression, Absent):
            reading.expression = expression
        node = root.at("spec", "kubelet", "config", "podsPerCore")
        if isinstance(node, Scalar):
            per_core = number(node, "podsPerCore")[0]
        memory = read(root, "spec", "kubelet", "config", "kubeReserved", "memory")
        if not isinstance(memory, Absent):
            reserved = memory
    if per_core is not None:
        reading.pods_per_core.setdefault("al2023", per_core)
    if reserved is not None:
        reading.kube_reserved.setdefault("al2023", reserved)


def _dropped(root: Mapping) -> Iterator[Setting]:
    """Every other key that spells max-pods, and `--max-pods` in lists that are no flags."""
    pending: list[tuple[str, Node]] = [("", root)]
    seen = 0
    while pending and seen < _NODES:
        path, node = pending.pop()
        seen += 1
        if path == "spec.kubelet.flags":
            continue
        for name, key, value in entries(node):
            below = f"{path}.{name}" if path else name
            if _MAX_PODS.fullmatch(name) and below != "spec.kubelet.config.maxPods":
                said = value.content if isinstance(value, Scalar) else value.kind
                number_, refusal = number(value, name) if isinstance(value, Scalar) else (Unknown(said, (value.place,)), None)
                yield Setting("kubelet.config", number_, key.place, said, "wrong-key", refusal, below)
            else:
                pending.append((below, value))
        for item in items(node):
            if isinstance(item, Scalar) and isinstance(item.value, str) and item.value.lstrip().startswith("--max-pods"):
                for flag in flags(literal(item.inner())):
                    yield Setting("kubelet.flags", flag.value, flag.place, flag.text, "wrong-key", None, path)
            elif not isinstance(item, Scalar):
                pending.append((path, item))
