"""The EKS add-on vpc-cni in programs of Pulumi YAML: `aws:eks:Addon`, its configuration values as a string or by `fn::toJSON`.

Sources: the Pulumi YAML reference and the pulumi-aws provider's schema of aws:eks/addon:Addon.
"""

from __future__ import annotations

from collections.abc import Iterator

from ekslint.carriers._cni_settings import Source, addon_version, settings
from ekslint.carriers.vpc_cni_addon import ADDON, addon, configured, versions
from ekslint.fact import Subject
from ekslint.syntax.tree import Document, Mapping, Node, entries, string
from ekslint.value import placeholder

GIVES = ("cni-settings", "cni-variable", "add-on-key", "eni-config-block", "eni-config")
TOKENS = (b"aws:eks",)

_ADDON = ("aws:eks/addon:Addon", "aws:eks:Addon")


def claims(document: Document) -> bool:
    """A program: a map of resources with types of the provider for AWS."""
    return any(True for _ in _addons(document.root))


def subjects(document: Document) -> Iterator[Subject]:
    """The add-on's settings."""
    for properties in _addons(document.root):
        named = properties.get("addonName")
        if named is None or string(named) != ADDON:
            continue
        cluster = string(properties.get("clusterName")) or ""
        belongs = cluster if cluster and not placeholder(cluster) else None
        source = Source("eks-addon", ADDON, named.place, properties, document.partial, belongs)
        version = addon_version(properties.get("addonVersion"), named.place)
        node = properties.get("configurationValues")
        if not isinstance(node, Mapping):
            yield from addon(source, node, version)
            continue
        root = node.get("fn::toJSON") or node.get("fn::toJson")
        if isinstance(root, Mapping):
            yield from configured(source, root, versions(version, source), node)
        else:
            yield settings(source._replace(partial="a function makes the configuration values"), {"version": version})


def _addons(root: Node) -> Iterator[Mapping]:
    if root.get("apiVersion") is not None or root.get("Resources") is not None:
        return
    for _, _, resource in entries(root.get("resources")):
        properties = resource.get("properties")
        if string(resource.get("type")) in _ADDON and isinstance(properties, Mapping):
            yield properties
