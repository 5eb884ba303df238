"""The address family that a cluster is made with: eksctl, CloudFormation, ACK, Crossplane and Cluster API.

A cluster is one or the other for life, and IPv4 where nothing is said (EKS API, KubernetesNetworkConfigRequest).
"""

from __future__ import annotations

from collections.abc import Iterator

from ekslint.carriers.resource import Resource
from ekslint.fact import Subject, given
from ekslint.layers.cloudformation import template
from ekslint.source.text import Place
from ekslint.syntax.tree import Document, Mapping, Node, Sequence
from ekslint.value import Absent, Known, Unknown, Value, placeholder, read

OBJECTS = (
    ("eksctl.io", "ClusterConfig"),
    ("eks.services.k8s.aws", "Cluster"),
    ("eks.aws.upbound.io", "Cluster"),
    ("eks.aws.m.upbound.io", "Cluster"),
    ("controlplane.cluster.x-k8s.io", "AWSManagedControlPlane"),
)
GIVES = ("address-family",)
TOKENS = (b"ClusterConfig", b"eks.services.k8s.aws", b"eks.aws.", b"AWSManagedControlPlane", b"AWS::EKS::Cluster")

given("address-family", "family", "enum(ipv4, ipv6)", "The address family that the cluster is made with.")


def objects(resource: Resource) -> Iterator[Subject]:
    """The family of the cluster that the object makes."""
    node = resource.node
    if resource.kind == "ClusterConfig":
        written = read(node, "kubernetesNetworkConfig", "ipFamily", partial=resource.partial, outer=(resource.place,))
        yield _subject(resource.name, resource.place, family(written), node)
    elif resource.kind == "Cluster":
        spec = node.at("spec", "forProvider") or node.get("spec")
        config = spec.get("kubernetesNetworkConfig") if spec is not None else None
        if isinstance(config, Sequence):
            config = config.items[0] if config.items else None
        yield _subject(resource.name, resource.place, family(read(config, "ipFamily", outer=(resource.place,))), node)
    else:
        ipv6 = node.at("spec", "network", "vpc", "ipv6")
        found = Known("ipv6", (ipv6.place,)) if ipv6 is not None else Known("ipv4", (resource.place,), "EKS")
        called = read(node, "spec", "eksClusterName")
        name = called.value if isinstance(called, Known) and isinstance(called.value, str) else resource.name
        yield _subject(name, resource.place, found, node)


def claims(document: Document) -> bool:
    """A CloudFormation template with a cluster."""
    return document.root.get("Resources") is not None and "AWS::EKS::Cluster" in document.text.value


def subjects(document: Document) -> Iterator[Subject]:
    """The families of a template's clusters."""
    stack = template(document)
    for resource in stack.resources("AWS::EKS::Cluster") if stack is not None else ():
        name = resource.get("Name")
        belongs = name.value if isinstance(name, Known) and isinstance(name.value, str) and not name.default else ""
        written = resource.get("KubernetesNetworkConfig", "IpFamily")
        yield _subject(belongs, resource.key.place, family(written), resource.body)


def family(written: Value) -> Value:
    """The family that a carrier's word says, in any case (eksctl writes IPv6, the API ipv6); IPv4 where nothing is written."""
    if isinstance(written, Absent):
        return Known("ipv4", written.places, "EKS")
    if isinstance(written, Known):
        word = str(written.value).lower()
        if word not in ("ipv4", "ipv6"):
            return Unknown(f"{written.value} is no address family", written.places, str(written.value), True)
        return Known(word, written.places, written.default, written.key)
    return written


def _subject(name: str, place: Place, found: Value, node: Node | Mapping) -> Subject:
    known = name if name and not placeholder(name) else None
    return Subject("address-family", name, place, node=node, given={"family": found}, belongs=known)
