"""What the VPC resource controller is told of Windows pods and branch interfaces: the ConfigMap amazon-vpc-cni, or what makes it.

Source: pkg/config and pkg/condition of amazon-vpc-resource-controller-k8s; charts/aws-vpc-cni/templates/configmap.yaml.
"""

from __future__ import annotations

from collections.abc import Iterator

from ekslint.data.go import go_bool, go_int
from ekslint.fact import Subject, fact, given, maker, subjects
from ekslint.inventory import Cluster
from ekslint.syntax.tree import entries
from ekslint.value import Absent, Known, Unknown, Value, listing

CONFIG_MAP = "amazon-vpc-cni"

given("controller-settings", "carrier", "string", "What carries the settings: ConfigMap, chart or add-on.")
given("controller-settings", "written_windows_ipam", "string", "enable-windows-ipam (enableWindowsIpam) as it is written.")
given("controller-settings", "written_cooldown", "string", "branch-eni-cooldown as it is written.")
given("controller-settings", "place_namespace", "string", "The namespace of the ConfigMap, where one is written.")


@maker("controller-settings", ("config-map", "cni-settings"))
def make(cluster: Cluster) -> Iterator[Subject]:
    """The settings by each carrier of the set."""
    for config in cluster.all("config-map"):
        if config.name == CONFIG_MAP:
            facts: dict[str, Value] = {
                "carrier": Known("ConfigMap", (config.place,)),
                "written_windows_ipam": config.read("data", "enable-windows-ipam"),
                "written_cooldown": config.read("data", "branch-eni-cooldown"),
                "place_namespace": config.get("namespace"),
            }
            yield _settings(cluster, config, facts)
    for settings in cluster.all("cni-settings"):
        if settings.value("manager") in ("helm", "eks-addon"):
            ipam = settings.get("windows_ipam")
            default = Known("false", ipam.places, "VPC CNI chart", "enableWindowsIpam")
            facts = {
                "carrier": Known("add-on" if settings.value("manager") == "eks-addon" else "chart", (settings.place,)),
                "written_windows_ipam": default
                if isinstance(ipam, Absent) and settings.value("manager") == "helm" and settings.partial is None
                else ipam,
            }
            yield _settings(cluster, settings, facts)


def _settings(cluster: Cluster, of: Subject, facts: dict[str, Value]) -> Subject:
    return Subject(
        "controller-settings",
        of.name,
        of.place,
        namespace=of.namespace,
        node=of.node,
        given=facts,
        partial=of.partial,
        cluster=cluster,
    )


@fact("controller-settings", "string[]")
def other_than_text(settings: Subject) -> Value:
    """The keys of the ConfigMap's data under which something other than a string is written; absent of other carriers."""
    if settings.value("carrier") != "ConfigMap" or settings.node is None:
        return Absent((settings.place,))
    written = entries(settings.node.get("data"))
    keys = [Known(name, (value.place,), key=name) for name, _, value in written if value.kind not in ("string", "null")]
    return listing(keys, places=(settings.place,))


@fact("controller-settings", "bool")
def windows_ipam(settings: Subject) -> Value:
    """Whether Windows pods get addresses: only what Go's ParseBool takes for true. Absent where an add-on says nothing of it."""
    written = settings.get("written_windows_ipam")
    if isinstance(written, Absent):
        if settings.value("carrier") != "ConfigMap":
            return written
        return Known(False, written.places, "VPC resource controller", "enable-windows-ipam")
    if not isinstance(written, Known):
        return written
    return Known(go_bool(str(written.value)) is True, written.places, written.default, written.key)


@fact("controller-settings", "int")
def branch_cooldown(settings: Subject) -> Value:
    """The seconds before a branch interface is taken down; unknown where the controller cannot read it, and takes 60."""
    written = settings.get("written_cooldown")
    if not isinstance(written, Known):
        return written
    number = go_int(str(written.value))
    if number is None:
        return Unknown("the controller cannot read it", written.places, str(written.value), True, written.key)
    return Known(number, written.places, key=written.key)


@fact("cluster", "workload[]")
def windows_workloads(cluster: Subject) -> Value:
    """The workloads of the set that ask for Windows nodes by their nodeSelector, those on the host network left out."""
    home = cluster.home
    found = [w for w in home.all("workload") if w.value("selects_windows") is True and w.value("host_network") is False]
    return subjects(found, not home.whole, home.why)


@fact("cluster", "node-group[]")
def eksctl_windows_groups(cluster: Subject) -> Value:
    """The Windows node groups of an eksctl ClusterConfig, with which `eksctl create cluster` turns Windows addresses on."""
    home = cluster.home
    found = [g for g in home.all("node-group") if g.value("composer") == "eksctl" and g.value("os") == "windows"]
    return subjects(found, not home.whole, home.why)
