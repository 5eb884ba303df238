"""Namespaces of the set, and what load balancers have to do with their pods.

Source: pkg/inject/pod_readiness.go of the AWS Load Balancer Controller, and its webhook, which goes by the label of the Namespace.
"""

from __future__ import annotations

from ekslint.fact import Subject, fact, subjects
from ekslint.relations.ingress_groups import members
from ekslint.value import Absent, Known, Listing, Unknown, Value, listing

READINESS_LABEL = "elbv2.k8s.aws/pod-readiness-gate-inject"


@fact("namespace", "bool")
def readiness_gates(namespace: Subject) -> Value:
    """Whether new pods only count as ready when they are healthy behind their load balancers."""
    label = namespace.read("metadata", "labels", READINESS_LABEL)
    if isinstance(label, Unknown):
        return label
    return Known(isinstance(label, Known) and label.value == "enabled", label.places or (namespace.place,))


@fact("namespace", "target-group[]")
def pod_target_groups(namespace: Subject) -> Value:
    """The target groups that the installed controller fills with pods of the namespace, EKS Auto Mode's own left out."""
    found = []
    for one in namespace.home.where("target-group", "target_type", "ip"):
        service = one.value("service")
        if service is not None and service.value("namespace") == namespace.name and _installed(one):
            found.append(one)
    return subjects(found, not namespace.home.whole, namespace.home.why)


def _installed(target_group: Subject) -> bool:
    maker = target_group.value("ingress") or target_group.value("service")
    return maker is not None and maker.value("auto_mode") is False


@fact("ingress-group", "string[]")
def namespaces(group: Subject) -> Value:
    """The namespaces of the members, as written, each once."""
    listed: Listing = group.value("members")
    found: dict[object, Value] = {}
    why = listed.why
    for one in members(group):
        namespace = one.get("namespace")
        if isinstance(namespace, Known):
            found.setdefault(namespace.value, namespace)
        elif not isinstance(namespace, Absent):
            why = why or "a namespace is not written"
    return listing(found.values(), listed.open or bool(why), why, (group.place,))
