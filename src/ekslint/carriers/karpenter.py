"""Karpenter's node classes and node pools (karpenter-provider-aws, pkg/apis; kubernetes-sigs/karpenter, pkg/apis).

v1 and v1beta1 `EC2NodeClass` and `NodePool`, and their forerunners `AWSNodeTemplate` and `Provisioner`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ekslint.carriers.node_group import Requirement, labels, strings, taints, text_of, typed, user_data
from ekslint.carriers.resource import Resource
from ekslint.fact import Subject, given
from ekslint.source.text import Place
from ekslint.syntax.tree import Mapping, Node, Scalar, Sequence, entries, items, string
from ekslint.value import Absent, Known, Listing, Unknown, Value, listing, placeholder, read, scalar_value

OBJECTS = (
    ("karpenter.k8s.aws", "EC2NodeClass"),
    ("karpenter.k8s.aws", "AWSNodeTemplate"),
    ("karpenter.sh", "NodePool"),
    ("karpenter.sh", "Provisioner"),
)
GIVES = ("node-class", "node-pool")
TOKENS = (b"EC2NodeClass", b"AWSNodeTemplate", b"NodePool", b"Provisioner")

given("node-class", "api_version", "string", "The version of the API that the object is written in: v1, v1beta1, v1alpha1.")
given("node-class", "written_family", "string", "The AMI family or alias as it is written.")
given("node-class", "written_user_data", "any", "The user data as it is written.")
given("node-class", "max_pods_field", "any", "spec.kubelet.maxPods as it is written; absent in versions that have no such field.")
given("node-class", "pods_per_core", "int", "spec.kubelet.podsPerCore.")
given("node-class", "kube_reserved_field", "any", "spec.kubelet.kubeReserved.memory as it is written.")
given("node-class", "http_endpoint", "string", "spec.metadataOptions.httpEndpoint.")
given("node-class", "hop_limit", "int", "spec.metadataOptions.httpPutResponseHopLimit.")
given("node-class", "prefix_count", "int", "spec.ipPrefixCount.")
given("node-class", "subnets", "string[]", "The subnets that the selector terms name by id.")
given("node-class", "security_groups", "string[]", "The security groups that the selector terms name by id.")
given("node-pool", "api_version", "string", "The version of the API that the object is written in.")
given("node-pool", "node_class_name", "string", "The name of the node class that the pool refers to.")
given("node-pool", "node_class_kind", "string", "The kind of the node class: EC2NodeClass, or NodeClass under Auto Mode.")
given("node-pool", "requirements", "any", "The requirements on types, zones and images; labels of the template among them.")
given("node-pool", "labels", "label[]", "The labels that the nodes get.")
given("node-pool", "taints", "taint[]", "The taints that the nodes get.")
given("node-pool", "zones", "string[]", "The zones that the requirements leave.")
given(
    "node-pool",
    "max_pods_field",
    "any",
    "spec.template.spec.kubelet.maxPods (v1beta1) or spec.kubeletConfiguration.maxPods (v1alpha5).",
)
given("node-pool", "kube_reserved_field", "any", "kubeReserved.memory in the pool's kubelet settings.")
given("node-pool", "pods_per_core", "int", "podsPerCore in the pool's kubelet settings, where its version has them.")

_ZONE = ("topology.kubernetes.io/zone", "failure-domain.beta.kubernetes.io/zone")


def objects(resource: Resource) -> Iterator[Subject]:
    """The object as a node class or a node pool."""
    if resource.kind in ("EC2NodeClass", "AWSNodeTemplate"):
        yield _class(resource)
    else:
        yield _pool(resource)


def _class(resource: Resource) -> Subject:
    node, partial = resource.node, resource.partial

    def get(*path: str) -> Value:
        return read(node, "spec", *path, partial=partial, outer=(resource.place,))

    version = resource.version
    hops = get("metadataOptions", "httpPutResponseHopLimit")
    if isinstance(hops, Absent):
        hops = Known(1 if version == "v1" else 2, hops.places, default="Karpenter")
    facts: dict[str, Value] = {
        "api_version": Known(version, (resource.place,)),
        "written_family": _family(node, get("amiFamily"), version, resource),
        "written_user_data": user_data(node.at("spec", "userData"), False, (resource.place,), partial),
        "max_pods_field": get("kubelet", "maxPods") if version == "v1" else Absent((resource.place,)),
        "pods_per_core": get("kubelet", "podsPerCore") if version == "v1" else Absent((resource.place,)),
        "kube_reserved_field": get("kubelet", "kubeReserved", "memory") if version == "v1" else Absent((resource.place,)),
        "http_endpoint": get("metadataOptions", "httpEndpoint"),
        "hop_limit": hops,
        "prefix_count": get("ipPrefixCount"),
        "subnets": _ids(node.at("spec", "subnetSelectorTerms"), get("subnetSelectorTerms")),
        "security_groups": _ids(node.at("spec", "securityGroupSelectorTerms"), get("securityGroupSelectorTerms")),
    }
    return Subject(
        "node-class",
        resource.name,
        resource.place,
        node=node,
        given=typed("node-class", facts),
        partial=partial,
        belongs=_discovered(node),
    )


def _family(node: Mapping, written: Value, version: str, resource: Resource) -> Value:
    """amiFamily, else the alias; v1 asks for one of them, older versions fall back to AL2."""
    if not isinstance(written, Absent):
        return written
    for term in items(node.at("spec", "amiSelectorTerms")):
        alias = term.get("alias")
        if alias is not None:
            value = scalar_value(alias, "alias")
            said = value.text if isinstance(value, Unknown) else text_of(value)
            if said and placeholder(said.partition("@")[0]) is None:
                return Known(said.partition("@")[0], (alias.place,), key="alias")
            return value
    if version == "v1" or resource.partial:
        return Unknown("neither amiFamily nor an alias is written", written.places, written=False)
    return Known("AL2", written.places, default="Karpenter")


def _ids(terms: Node | None, value: Value) -> Value:
    """The ids of selector terms; open where a term selects by tags or names."""
    if not isinstance(terms, Sequence):
        return value
    found, tagged = [], False
    for term in terms.items:
        id = term.get("id")
        if id is not None:
            found.append(scalar_value(id))
        else:
            tagged = True
    return strings(found, (terms.place,), tagged, "the selector terms go by tags or names")


def _discovered(node: Mapping) -> str | None:
    """The cluster that the discovery tags name, where all name the same."""
    names: set[str] = set()
    for key in ("subnetSelectorTerms", "securityGroupSelectorTerms"):
        for term in items(node.at("spec", key)):
            for tag, _, value in entries(term.get("tags")):
                name = string(value)
                if tag == "karpenter.sh/discovery" and name and placeholder(name) is None:
                    names.add(name)
    return names.pop() if len(names) == 1 else None


def _pool(resource: Resource) -> Subject:
    node, partial = resource.node, resource.partial
    old = resource.kind == "Provisioner"
    top = ("spec",) if old else ("spec", "template", "spec")
    kubelet = (*top, "kubeletConfiguration") if old else (*top, "kubelet")
    meta = ("spec", "labels") if old else ("spec", "template", "metadata", "labels")

    def get(*path: str) -> Value:
        return read(node, *path, partial=partial, outer=(resource.place,))

    reference = (*top, "providerRef") if old else (*top, "nodeClassRef")
    kind = get(*reference, "kind")
    if isinstance(kind, Absent):
        kind = Known("AWSNodeTemplate" if old else "EC2NodeClass", kind.places, default="Karpenter")
    named = get(*reference, "name")
    if isinstance(named, Unknown) and named.text is not None:
        named = Known(named.text, named.places, key="name")
    needs = _requirements(node.at(*top, "requirements"))
    has_kubelet = old or resource.version == "v1beta1"
    facts: dict[str, Value] = {
        "api_version": Known(resource.version, (resource.place,)),
        "node_class_kind": kind,
        "node_class_name": named,
        "requirements": Unknown(partial, (resource.place,)) if partial else needs,
        "labels": Known(Listing(labels(node.at(*meta)), bool(partial), partial or ""), (resource.place,)),
        "zones": _zones(needs, partial, resource.place),
        "max_pods_field": get(*kubelet, "maxPods") if has_kubelet else Absent((resource.place,)),
        "pods_per_core": get(*kubelet, "podsPerCore") if has_kubelet else Absent((resource.place,)),
        "kube_reserved_field": get(*kubelet, "kubeReserved", "memory") if has_kubelet else Absent((resource.place,)),
    }
    tainted = taints(node.at(*top, "taints"))
    if tainted is not None:
        facts["taints"] = tainted
    return Subject("node-pool", resource.name, resource.place, node=node, given=typed("node-pool", facts), partial=partial)


def _requirements(node: Node | None) -> Value:
    """The requirements as records; unknown where one of them is not literal."""
    found: list[Requirement] = []
    for item in items(node):
        key, operator = string(item.get("key")), string(item.get("operator"))
        values = items(item.get("values"))
        said = [value.content for value in values if isinstance(value, Scalar)]
        if not key or not operator or len(said) != len(values) or any(placeholder(s) for s in said):
            return Unknown("a requirement is not literal", (item.place,), written=True)
        place = (item.get("values") or item).place
        found.append(Requirement(key, operator, tuple(said), place))
    places = (node.place,) if node is not None else ()
    return Known(found, places)


def _zones(needs: Value, partial: str | None, place: Place) -> Value:
    if not isinstance(needs, Known):
        return needs
    found: list[Value] | None = None
    places: list[Place] = []
    for need in needs.value:
        if need.key in _ZONE and need.operator == "In":
            values: list[Value] = [Known(value, (need.place,)) for value in need.values]
            found = values if found is None else [v for v in found if isinstance(v, Known) and v.value in need.values]
            places.append(need.place)
    if found is None:
        return Unknown(partial or "the zones are those of the subnets that the node class selects", (place,), written=False)
    return listing(found, places=places)
