"""Signs that another network plugin than the VPC CNI gives pods their addresses, or that EKS Auto Mode does.

Calico that only enforces policies beside the VPC CNI, and Cilium that is chained to it, are no such sign.
"""

from __future__ import annotations

from collections.abc import Iterator

from ekslint.carriers.resource import Resource
from ekslint.fact import Subject
from ekslint.syntax.tree import Node, items, string
from ekslint.value import Known, read

OBJECTS = (
    ("operator.tigera.io", "Installation"),
    ("cilium.io", "CiliumNodeConfig"),
    ("cilium.io", "CiliumLoadBalancerIPPool"),
    ("apps", "DaemonSet"),
    ("eksctl.io", "ClusterConfig"),
    ("controlplane.cluster.x-k8s.io", "AWSManagedControlPlane"),
    ("eks.amazonaws.com", "NodeClass"),
    ("karpenter.sh", "NodePool"),
    ("networking.k8s.io", "IngressClass"),
    ("argoproj.io", "Application"),
    ("helm.toolkit.fluxcd.io", "HelmRelease"),
)
GIVES = ("auto-mode", "network-plugin")
TOKENS = (b"operator.tigera.io", b"cilium", b"ClusterConfig", b"AWSManagedControlPlane", b"eks.amazonaws.com")


def objects(resource: Resource) -> Iterator[Subject]:
    """A `network-plugin` where the object brings another plugin, an `auto-mode` where it belongs to EKS Auto Mode."""
    plugin = _plugin(resource)
    if plugin:
        yield Subject(
            "network-plugin",
            plugin,
            resource.place,
            node=resource.node,
            belongs=_cluster_name(resource),
        )
    node = _auto_mode(resource)
    if node is not None:
        yield Subject("auto-mode", resource.name, node.place, node=resource.node, belongs=_cluster_name(resource))


def _cluster_name(resource: Resource) -> str | None:
    return resource.name or None if resource.kind == "ClusterConfig" else None


def _plugin(resource: Resource) -> str | None:
    node = resource.node
    if resource.kind == "Installation":
        return "Calico" if string(node.at("spec", "cni", "type")) == "Calico" else None
    if resource.kind == "DaemonSet":
        return _daemon_set(resource)
    if resource.kind == "ClusterConfig":
        return _eksctl(node)
    if resource.kind == "AWSManagedControlPlane":
        off = read(node, "spec", "vpcCni", "disable")
        return "another plugin" if isinstance(off, Known) and off.value is True else None
    if resource.group == "cilium.io":
        return "Cilium"
    if resource.kind in {"Application", "HelmRelease"}:
        return _cilium_release(resource)
    return None


def _daemon_set(resource: Resource) -> str | None:
    containers = items(resource.node.at("spec", "template", "spec", "containers"))
    if resource.name == "cilium" and any("cilium" in (string(c.get("image")) or "") for c in containers):
        return "Cilium"
    if resource.name == "calico-node":
        for container in containers:
            for variable in items(container.get("env")):
                if string(variable.get("name")) in {"CALICO_IPV4POOL_IPIP", "CALICO_IPV4POOL_VXLAN"} and string(
                    variable.get("value")
                ) in {"Always", "CrossSubnet"}:
                    return "Calico"
    if resource.name in {"weave-net", "kube-flannel", "kube-flannel-ds", "antrea-agent"}:
        return resource.name
    return None


def _eksctl(node: Node) -> str | None:
    """eksctl leaves the VPC CNI out where default add-ons are off and the list of add-ons does not name it."""
    off = read(node, "addonsConfig", "disableDefaultAddons")
    listed = {string(addon.get("name")) for addon in items(node.get("addons"))}
    if isinstance(off, Known) and off.value is True and "vpc-cni" not in listed:
        return "another plugin"
    return None


def _cilium_release(resource: Resource) -> str | None:
    """A Helm release of the Cilium chart, unless its values chain it to the VPC CNI."""
    spec = resource.node.get("spec")
    if spec is None:
        return None
    chart = string(spec.at("source", "chart")) or string(spec.at("chart", "spec", "chart"))
    if chart != "cilium":
        return None
    written = resource.document.text.value
    return None if "aws-cni" in written or "chainingMode" in written else "Cilium"


def _auto_mode(resource: Resource) -> Node | None:
    node = resource.node
    if resource.kind == "ClusterConfig":
        enabled = read(node, "autoModeConfig", "enabled")
        config = node.get("autoModeConfig")
        return config.key("enabled") if isinstance(enabled, Known) and enabled.value is True and config is not None else None
    if resource.kind == "NodePool":
        reference = node.at("spec", "template", "spec", "nodeClassRef")
        return reference if reference is not None and string(reference.get("group")) == "eks.amazonaws.com" else None
    if resource.kind == "NodeClass" and resource.group == "eks.amazonaws.com":
        return node.key("kind")
    if resource.kind == "IngressClass":
        controller = node.at("spec", "controller")
        return controller if string(controller) == "eks.amazonaws.com/alb" else None
    return None
