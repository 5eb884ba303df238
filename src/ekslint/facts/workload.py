"""Facts of a workload: the pods that it makes, as their template says.

Sources: Kubernetes API reference, Pod v1 (defaults); webhooks/core/pod_webhook.go of amazon-vpc-resource-controller-k8s (what
counts as a pod on Windows and on the host network).
"""

from __future__ import annotations

from ekslint.carriers.node_group import labels as label_subjects
from ekslint.fact import Subject, fact, given, subjects
from ekslint.facts.node_requirements import asks_for, node_terms
from ekslint.syntax.tree import Node, Sequence, entries, items, string
from ekslint.value import Absent, Known, Listing, Unknown, Value, listing, read, read_list

KUBERNETES = "Kubernetes"
OS_LABELS = ("kubernetes.io/os", "beta.kubernetes.io/os")
POD_ENI = "vpc.amazonaws.com/pod-eni"
NIC_CONFIG = "k8s.amazonaws.com/nicConfig"

_TEMPLATES = (("spec", "jobTemplate", "spec", "template"), ("spec", "template"))
_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
_PROBE_KINDS = ("httpGet", "tcpSocket", "grpc", "exec")

given("container", "workload", "workload", "The workload whose pods have the container.")
given("container", "image", "string", "The image as it is written.")
given("probe", "probe_kind", "enum(httpGet, tcpSocket, grpc, exec)", "How the probe asks.")
given("probe", "container", "container", "The container that is probed.")


def pod_of(workload: Subject) -> Node | None:
    """The pod, or the template that pods are made from; None where it is not written."""
    node = workload.node
    if node is None:
        return None
    if string(node.get("kind")) == "Pod":
        return node
    return next((found for path in _TEMPLATES if (found := node.at(*path)) is not None), None)


def pod_read(workload: Subject, *path: str) -> Value:
    """The value at a path of the pod; unknown where the template is not in the workload."""
    pod = pod_of(workload)
    if pod is None:
        return Unknown(workload.partial or "the pod's template is not here", (workload.place,), written=False)
    return read(pod, *path, partial=workload.partial, outer=(workload.place,))


def _or(value: Value, default: object) -> Value:
    return Known(default, value.places, KUBERNETES, value.key) if isinstance(value, Absent) else value


@fact("workload", "string")
def object_kind(workload: Subject) -> Value:
    """The kind of object: Deployment, DaemonSet, CronJob …"""
    return workload.read("kind")


def _map(workload: Subject, *path: str) -> Value:
    pod = pod_of(workload)
    found = pod_read(workload, *path)
    if isinstance(found, Unknown):
        return found
    return Known(
        Listing(label_subjects(pod.at(*path) if pod is not None else None), bool(workload.partial), workload.partial or ""),
        found.places,
    )


@fact("workload", "label[]")
def pod_labels(workload: Subject) -> Value:
    """The labels of the pods."""
    return _map(workload, "metadata", "labels")


@fact("workload", "label[]")
def node_selector(workload: Subject) -> Value:
    """The labels that a node needs (spec.nodeSelector)."""
    return _map(workload, "spec", "nodeSelector")


@fact("workload", "bool")
def host_network(workload: Subject) -> Value:
    """Whether the pods use the node's own network."""
    return _or(pod_read(workload, "spec", "hostNetwork"), False)


@fact("workload", "bool")
def selects_windows(workload: Subject) -> Value:
    """Whether the nodeSelector asks for Windows: what the resource controller's webhook goes by."""
    labels = workload.get("node_selector")
    if not isinstance(labels, Known):
        return labels
    for one in labels.value:
        if isinstance(one, Known) and one.value.name in OS_LABELS:
            said = one.value.get("value")
            if isinstance(said, Unknown):
                return said
            if isinstance(said, Known) and said.value == "windows":
                return Known(True, (one.value.place,))
    return Unknown(labels.value.why, labels.places) if labels.value.open else Known(False, labels.places)


@fact("workload", "enum(linux, windows)")
def operating_system(workload: Subject) -> Value:
    """What the pods run on: Linux unless the nodeSelector, the affinity, spec.os.name or a runtime class says Windows."""
    selected = workload.get("selects_windows")
    if isinstance(selected, Known) and selected.value is True:
        return Known("windows", selected.places)
    named = pod_read(workload, "spec", "os", "name")
    if isinstance(named, Known) and named.value in ("linux", "windows"):
        return named
    asked = asks_for(node_terms(pod_of(workload)), OS_LABELS)
    if asked is not None:
        return Known(asked[0], (asked[1],)) if asked[0] in ("linux", "windows") else Unknown("an unknown system", (asked[1],))
    if isinstance(selected, Unknown):
        return selected
    runtime = pod_read(workload, "spec", "runtimeClassName")
    if not isinstance(runtime, Absent):
        return Unknown("the runtime class may choose nodes", runtime.places, written=False)
    return Known("linux", (workload.place,), KUBERNETES)


@fact("workload", "enum(fargate, hybrid, auto, ec2)")
def compute_type(workload: Subject) -> Value:
    """The compute type that the pods ask for; absent where they ask for none.

    By the label eks.amazonaws.com/compute-type of nodes, or by the scheduler and the label that EKS gives pods of Fargate profiles.
    """
    scheduler = pod_read(workload, "spec", "schedulerName")
    if isinstance(scheduler, Known) and scheduler.value == "fargate-scheduler":
        return Known("fargate", scheduler.places)
    profile = pod_read(workload, "metadata", "labels", "eks.amazonaws.com/fargate-profile")
    if isinstance(profile, Known):
        return Known("fargate", profile.places)
    asked = asks_for(node_terms(pod_of(workload)), ("eks.amazonaws.com/compute-type",))
    if asked is None or asked[0] not in ("fargate", "hybrid", "auto", "ec2"):
        return Absent((workload.place,))
    return Known(asked[0], (asked[1],))


@fact("workload", "string")
def runtime_class(workload: Subject) -> Value:
    """The runtime class, which may bring a nodeSelector of its own."""
    return pod_read(workload, "spec", "runtimeClassName")


@fact("workload", "string")
def service_account(workload: Subject) -> Value:
    """The name of the ServiceAccount; `default` where none is written."""
    found = pod_read(workload, "spec", "serviceAccountName")
    if isinstance(found, Absent):
        found = pod_read(workload, "spec", "serviceAccount")
    return _or(found, "default")


@fact("workload", "int")
def replicas(workload: Subject) -> Value:
    """How many pods there are; absent for what runs on every node or for a while."""
    kind = workload.get("object_kind")
    if isinstance(kind, Known) and kind.value in ("DaemonSet", "Job", "CronJob"):
        return Absent(kind.places)
    if isinstance(kind, Known) and kind.value == "Pod":
        return Known(1, kind.places)
    return _or(workload.read("spec", "replicas"), 1)


@fact("workload", "int")
def termination_grace(workload: Subject) -> Value:
    """The seconds that a pod has to end (spec.terminationGracePeriodSeconds)."""
    return _or(pod_read(workload, "spec", "terminationGracePeriodSeconds"), 30)


@fact("workload", "string[]")
def nameservers(workload: Subject) -> Value:
    """The name servers that spec.dnsConfig gives the pods; absent where cluster DNS answers."""
    pod = pod_of(workload)
    if pod is None:
        return pod_read(workload, "spec")
    return read_list(pod, "spec", "dnsConfig", "nameservers", partial=workload.partial, outer=(workload.place,))


@fact("workload", "string")
def nic_config(workload: Subject) -> Value:
    """The annotation k8s.amazonaws.com/nicConfig, by which pods ask for an interface on every network card."""
    return pod_read(workload, "metadata", "annotations", NIC_CONFIG)


@fact("workload", "container[]")
def containers(workload: Subject) -> Value:
    """The containers that run as long as the pod: spec.containers, and init containers that always restart."""
    found = pod_read(workload, "spec", "containers")
    if not isinstance(found, Known):
        return found
    pod = pod_of(workload)
    nodes = items(pod.at("spec", "containers") if pod is not None else None)
    sidecars = [
        node
        for node in items(pod.at("spec", "initContainers") if pod is not None else None)
        if string(node.get("restartPolicy")) == "Always"
    ]
    return subjects([_container(workload, node) for node in [*nodes, *sidecars]], bool(workload.partial), workload.partial or "")


def _container(workload: Subject, node: Node) -> Subject:
    named = node.get("name")
    place = named.place if named is not None else node.place
    facts = {"workload": workload.known(), "image": read(node, "image", partial=workload.partial, outer=(place,))}
    return Subject(
        "container", string(named) or "", place, node=node, given=facts, partial=workload.partial, cluster=workload.cluster
    )


@fact("workload", "probe[]")
def probes(workload: Subject) -> Value:
    """The probes that the kubelet runs against the pods."""
    listed = workload.get("containers")
    if not isinstance(listed, Known):
        return listed
    found: list[Subject] = []
    for one in listed.value:
        node = one.value.node
        for name, key, probe in entries(node):
            if name in _PROBES:
                for kind, at, _ in entries(probe):
                    if kind in _PROBE_KINDS:
                        facts: dict[str, Value] = {"probe_kind": Known(kind, (at.place,)), "container": one}
                        found.append(Subject("probe", name, key.place, node=probe, given=facts, cluster=workload.cluster))
    return subjects(found, listed.value.open, listed.value.why, listed.places)


@fact("workload", "string[]")
def probe_kinds(workload: Subject) -> Value:
    """How the probes ask, each kind once: httpGet, tcpSocket, grpc, exec."""
    listed = workload.get("probes")
    if not isinstance(listed, Known):
        return listed
    found: dict[str, Value] = {}
    for one in listed.value:
        kind = one.value.get("probe_kind")
        found.setdefault(kind.value, kind)
    return listing(found.values(), listed.value.open, listed.value.why, listed.places)


@fact("workload", "bool")
def asks_for_branch(workload: Subject) -> Value:
    """Whether the template itself asks for a branch interface (vpc.amazonaws.com/pod-eni among the resources)."""
    pod = pod_of(workload)
    listed = pod.at("spec", "containers") if pod is not None else None
    if not isinstance(listed, Sequence):
        return pod_read(workload, "spec", "containers")
    for item in listed.items:
        for part in ("limits", "requests"):
            holder = item.at("resources", part)
            key = holder.key(POD_ENI) if holder is not None else None
            if key is not None:
                return Known(True, (key.place,), key=POD_ENI)
    return Unknown(workload.partial, (workload.place,)) if workload.partial else Known(False, (workload.place,))
