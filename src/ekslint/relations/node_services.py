"""What runs on every node and meets pods on the way: NodeLocal DNSCache and kube-proxy.

Sources: kubernetes/dns, cmd/node-cache; kube-proxy configuration v1alpha1 (mode).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ekslint.fact import Subject, fact
from ekslint.inventory import Cluster
from ekslint.syntax.tree import Scalar, entries, items, string
from ekslint.value import Absent, Known, Unknown, Value, scalar_value

_CACHE_IMAGE = "k8s-dns-node-cache"
_MODE = re.compile(r"^[ \t]*+\"?mode\"?:\s*\"?(?P<mode>[a-z]+)\"?", re.M)


@fact("cluster", "workload")
def node_local_dns(cluster: Subject) -> Value:
    """NodeLocal DNSCache: a DaemonSet that answers names on each node. Absent where the whole set has none."""
    home = cluster.home
    for workload in home.all("workload"):
        if workload.value("object_kind") == "DaemonSet" and (workload.name == "node-local-dns" or _caches(workload)):
            return workload.known()
    return Absent() if home.whole else Unknown(home.why, written=False)


def _caches(workload: Subject) -> bool:
    listed = workload.get("containers")
    return isinstance(listed, Known) and any(_CACHE_IMAGE in str(one.value.value("image")) for one in listed.value)


@fact("cluster", "string")
def kube_proxy_mode(cluster: Subject) -> Value:
    """How kube-proxy reaches Services: iptables, ipvs or nftables; unknown where no configuration of it is in the set."""
    found = list(_modes(cluster.home))
    if not found:
        return Unknown("kube-proxy is configured elsewhere", written=False)
    if len({str(one.value) for one in found if isinstance(one, Known)}) > 1:
        return Unknown("disputed: two configurations of kube-proxy differ", [p for one in found for p in one.places], written=True)
    return found[0]


def _modes(home: Cluster) -> Iterator[Value]:
    for config in home.all("config-map"):
        if config.name in ("kube-proxy-config", "kube-proxy") and config.node is not None:
            for _, _, value in entries(config.node.get("data")):
                yield from _mode_in(value)
    for cluster in home.all("cluster-config"):
        for addon in items(cluster.node.get("addons") if cluster.node is not None else None):
            configuration = addon.get("configurationValues")
            if string(addon.get("name")) == "kube-proxy" and configuration is not None:
                yield from _mode_in(configuration)


def _mode_in(value: object) -> Iterator[Value]:
    """The mode in a configuration that stands in a string."""
    if not isinstance(value, Scalar) or not isinstance(value.value, str):
        return
    inner = value.inner()
    found = _MODE.search(inner.value)
    if found is not None:
        yield Known(found["mode"], (inner.place(*found.span("mode")),), key="mode")
    elif isinstance(scalar_value(value), Unknown):
        yield Unknown("the configuration is a template", (value.place,), written=True)
