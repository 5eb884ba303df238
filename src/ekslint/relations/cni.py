"""The VPC CNI of a cluster, made of all carriers that set something of aws-node, and the cluster's address family."""

from __future__ import annotations

from collections.abc import Iterable

from ekslint.fact import Subject, fact, given, maker, subjects
from ekslint.facts.environment import UNCONFIGURED, taken
from ekslint.inventory import Cluster
from ekslint.value import Absent, Known, Unknown, Value, places_of

given("cni", "settings", "cni-settings[]", "The carriers that set something of aws-node.")


@maker("cni", ("cni-settings",))
def make(cluster: Cluster) -> Iterable[Subject]:
    """The one VPC CNI of a cluster; none where EKS Auto Mode or another plugin gives pods their addresses."""
    found = cluster.all("cni-settings")
    if not found and _replaced(cluster):
        return
    first = next((each for each in found if each.partial is None), found[0] if found else None)
    place = first.place if first is not None else cluster.subject.place
    yield Subject(
        "cni",
        "aws-node",
        place,
        node=first.node if first is not None else None,
        given={"settings": subjects(found, places=(place,))},
        partial=None if any(each.partial is None for each in found) else _reason(found),
        cluster=cluster,
    )


def _replaced(cluster: Cluster) -> bool:
    """Whether pods have their addresses from elsewhere, as far as the files say."""
    return cluster.subject.value("auto_mode") is True or isinstance(cluster.subject.get("other_cni"), Known)


def _reason(found: list[Subject]) -> str:
    return (found[0].partial if found else None) or UNCONFIGURED


@fact("cluster", "cni")
def cni(cluster: Subject) -> Value:
    """The VPC CNI; absent under EKS Auto Mode and under another plugin, unless something configures the VPC CNI as well."""
    found = cluster.home.all("cni")
    if found:
        return Known(found[0], (found[0].place,))
    return Absent(places_of(cluster.get("auto_mode"), cluster.get("other_cni")))


@fact("cluster", "enum(ipv4, ipv6)")
def made_for(cluster: Subject) -> Value:
    """The address family that the cluster is made with, where the set makes it; IPv4 where it says nothing of it."""
    declared = [each.get("family") for each in cluster.home.all("address-family")]
    if not declared:
        return Unknown("the set does not make the cluster", written=False)
    for each in declared:
        if isinstance(each, Unknown):
            return each
    if len({each.value for each in declared if isinstance(each, Known)}) > 1:
        return Unknown("disputed: clusters of both families are made here", places_of(*declared), written=True)
    return declared[0]


@fact("cluster", "enum(ipv4, ipv6)")
def family(cluster: Subject) -> Value:
    """The address family of pods: what the cluster is made with, else what aws-node is told."""
    declared = cluster.get("made_for")
    if isinstance(declared, Known) or not isinstance(declared, Unknown) or declared.written:
        return declared
    plugin = cluster.value("cni")
    if plugin is None:
        return declared
    ipv6 = taken(plugin, "ENABLE_IPv6")
    if isinstance(ipv6, Known):
        return Known("ipv6" if ipv6.value else "ipv4", ipv6.places, ipv6.default)
    return Unknown(declared.reason, ipv6.places, written=False)
