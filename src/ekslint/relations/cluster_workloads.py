"""What runs in a cluster and shapes its pods' network: workloads, policies, ENIConfigs, and CoreDNS, which no repository holds."""

from __future__ import annotations

from ekslint.fact import Subject, fact, subjects
from ekslint.inventory import Cluster
from ekslint.relations.network_policies import DNS_LABELS, DNS_NAMESPACE
from ekslint.relations.services import namespace_of
from ekslint.source.text import Place
from ekslint.value import Absent, Known, Listing, Value

SYSTEM = (DNS_NAMESPACE, "kube-public", "kube-node-lease")


@fact("cluster", "workload[]")
def workloads(cluster: Subject) -> Value:
    """The workloads of the set."""
    home = cluster.home
    return subjects(home.all("workload"), not home.whole, home.why)


@fact("cluster", "security-group-policy[]")
def security_group_policies(cluster: Subject) -> Value:
    """The SecurityGroupPolicies of the set."""
    home = cluster.home
    return subjects(home.all("security-group-policy"), not home.whole, home.why)


@fact("cluster", "workload")
def dns(cluster: Subject) -> Value:
    """CoreDNS, which EKS runs in kube-system of every cluster; absent under Auto Mode, whose nodes answer names themselves."""
    home = cluster.home
    if home.subject.value("auto_mode") is True:
        return Absent(home.subject.get("auto_mode").places)
    for one in home.named("workload", "coredns"):
        if namespace_of(one) in (DNS_NAMESPACE, None):
            return one.known()
    place = cluster.place
    labels = [_label(key, value, place).known() for key, value in DNS_LABELS.items()]
    made = Subject(
        "workload",
        "coredns",
        place,
        namespace=Known(DNS_NAMESPACE, (), "EKS"),
        given={
            "pod_labels": Known(Listing(labels, True, "EKS may add labels"), (), "EKS"),
            "host_network": Known(False, (), "EKS"),
            "operating_system": Known("linux", (), "EKS"),
            "service_account": Known("coredns", (), "EKS"),
            "object_kind": Known("Deployment", (), "EKS"),
        },
        cluster=home,
    )
    return Known(made, (), "EKS")


def _label(key: str, value: str, place: Place) -> Subject:
    return Subject("label", key, place, given={"key": Known(key), "value": Known(value)})


def brings_more(home: Cluster, namespace: str) -> bool:
    """Whether objects of a namespace may come from elsewhere: a release of a chart, or EKS itself."""
    if namespace in SYSTEM:
        return True
    for release in home.all("chart-release"):
        target = release.get("target_namespace")
        if not isinstance(target, Known) or target.value == namespace:
            return True
    return False
