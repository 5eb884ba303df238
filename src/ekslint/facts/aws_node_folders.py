"""The folders in which aws-node leaves its plugins and its configuration, and the folders of the node that these are.

Source: cmd/aws-vpc-cni/main.go and cmd/aws-vpc-cni-init/main.go of amazon-vpc-cni-k8s: both containers copy plugins to
HOST_CNI_BIN_PATH, aws-node writes its configuration to HOST_CNI_CONFDIR_PATH.
"""

from __future__ import annotations

from ekslint.fact import Subject, fact
from ekslint.facts.environment import of_settings
from ekslint.syntax.tree import Node, Scalar, items, string
from ekslint.value import Absent, Known, Unknown, Value, listing, placeholder

BIN = "HOST_CNI_BIN_PATH"
FOLDERS = (BIN, "HOST_CNI_CONFDIR_PATH")
DEFAULT_BIN = "/host/opt/cni/bin"
_CONTAINERS = {"main": ("containers", "aws-node"), "init": ("initContainers", "aws-vpc-cni-init")}


@fact("cni-variable", "bool")
def on_volume(variable: Subject) -> Value:
    """Whether the folder that the variable names lies on a volume of its container; absent of variables that name no folder."""
    value = variable.get("value")
    if variable.name not in FOLDERS or variable.value("manager") != "manifest" or variable.value("container") not in _CONTAINERS:
        return Absent((variable.place,))
    if not isinstance(value, Known):
        return value
    owner = variable.value("carrier")
    if owner is None or owner.partial is not None:
        return Unknown("a patch says nothing of the volumes that it leaves out", value.places, written=False)
    found = _on_node(owner, variable.value("container"), value.value)
    return found if isinstance(found, Unknown) else Known(isinstance(found, Known), value.places, key=value.key)


@fact("cni-settings", "string[]")
def plugin_folders(settings: Subject) -> Value:
    """The folders of the node to which the containers of a DaemonSet copy plugins, each once."""
    if settings.value("manager") != "manifest":
        return Absent((settings.place,))
    if settings.partial is not None:
        return Unknown(settings.partial, (settings.place,))
    found: dict[str, Value] = {}
    for container in _CONTAINERS:
        if _container(settings, container) is None:
            return Unknown("a container is not in the set", (settings.place,), written=False)
        named = of_settings(settings, BIN, container)
        if isinstance(named, Unknown):
            return named
        written = isinstance(named, Known) and named.value != ""
        folder = _on_node(settings, container, named.value if isinstance(named, Known) and written else DEFAULT_BIN)
        if not isinstance(folder, Known):
            return Unknown("the folder lies on no volume that is known", folder.places, written=False)
        found.setdefault(folder.value, Known(folder.value, named.places if written else folder.places, key=BIN))
    return listing(found.values(), places=(settings.place,))


def _container(settings: Subject, name: str) -> Node | None:
    kind, wanted = _CONTAINERS[name]
    pod = settings.node.at("spec", "template", "spec") if settings.node is not None else None
    listed = items(pod.get(kind)) if pod is not None else []
    return next((each for each in listed if string(each.get("name")) == wanted), None)


def _on_node(settings: Subject, container: str, folder: str) -> Value:
    """The folder of the node under a path of a container; absent where that is no hostPath's."""
    node = _container(settings, container)
    pod = settings.node.at("spec", "template", "spec") if settings.node is not None else None
    if node is None or pod is None:
        return Unknown("the container is not in the set", (settings.place,), written=False)
    volumes = {string(each.get("name")): each for each in items(pod.get("volumes"))}
    best: tuple[str, str | None, Node] | None = None
    for mount in items(node.get("volumeMounts")):
        at, name = mount.get("mountPath"), string(mount.get("name"))
        path = at.content.rstrip("/") if isinstance(at, Scalar) else ""
        if at is None or placeholder(path) is not None or mount.get("subPath") is not None or mount.get("subPathExpr") is not None:
            return Unknown("a mount of the container is not known", (mount.place,), written=True)
        if (folder.rstrip("/") + "/").startswith(path + "/") and (best is None or len(path) > len(best[0])):
            best = (path, name, at)
    key = node.key("volumeMounts") or node.key("name") or node
    if best is None:
        return Absent((key.place,))
    path, name, at = best
    volume = volumes.get(name)
    host = volume.at("hostPath", "path") if volume is not None else None
    if not isinstance(host, Scalar) or placeholder(host.content) is not None:
        return Unknown("the volume is not known", (at.place,), written=True) if host is not None else Absent((at.place,))
    return Known(host.content.rstrip("/") + folder.rstrip("/")[len(path) :], (at.place,))
