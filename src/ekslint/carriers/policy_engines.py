"""Signs that another engine than the VPC CNI's agent enforces network policies: Calico, Cilium, Antrea.

Their installations and the policies of their own kinds; a plugin that gives addresses as well is in other_cni.
"""

from __future__ import annotations

from collections.abc import Iterator

from ekslint.carriers.resource import Resource
from ekslint.fact import Subject
from ekslint.syntax.tree import items, string

_KINDS = {
    "projectcalico.org": ("GlobalNetworkPolicy", "NetworkPolicy", "FelixConfiguration", "Tier", "StagedNetworkPolicy"),
    "crd.projectcalico.org": ("GlobalNetworkPolicy", "NetworkPolicy", "FelixConfiguration"),
    "operator.tigera.io": ("Installation", "APIServer"),
    "cilium.io": ("CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy", "CiliumNodeConfig"),
    "crd.antrea.io": ("ClusterNetworkPolicy", "NetworkPolicy"),
}
_ENGINES = {
    "projectcalico.org": "Calico",
    "crd.projectcalico.org": "Calico",
    "operator.tigera.io": "Calico",
    "cilium.io": "Cilium",
    "crd.antrea.io": "Antrea",
}
_DAEMON_SETS = {"calico-node": "Calico", "cilium": "Cilium", "antrea-agent": "Antrea"}
_CHARTS = {"tigera-operator": "Calico", "calico": "Calico", "cilium": "Cilium", "antrea": "Antrea"}

OBJECTS = (
    *((group, kind) for group, kinds in _KINDS.items() for kind in kinds),
    ("apps", "DaemonSet"),
    ("argoproj.io", "Application"),
    ("argoproj.io", "ApplicationSet"),
    ("helm.toolkit.fluxcd.io", "HelmRelease"),
)
GIVES = ("policy-engine",)
TOKENS = (b"projectcalico", b"operator.tigera.io", b"cilium", b"antrea", b"calico")


def objects(resource: Resource) -> Iterator[Subject]:
    """A `policy-engine` where the object belongs to one."""
    engine = _engine(resource)
    if engine is not None:
        yield Subject("policy-engine", engine, resource.place, node=resource.node, partial=resource.partial)


def _engine(resource: Resource) -> str | None:
    if resource.group in _ENGINES:
        return _ENGINES[resource.group]
    if resource.kind == "DaemonSet":
        return _DAEMON_SETS.get(resource.name)
    spec = resource.node.get("spec")
    if spec is None:
        return None
    inner = spec.at("template", "spec") or spec
    sources = [inner.get("source"), *items(inner.get("sources")), inner.at("chart", "spec")]
    charts = [string(source.get("chart")) for source in sources if source is not None]
    return next((_CHARTS[chart] for chart in charts if chart in _CHARTS), None)
