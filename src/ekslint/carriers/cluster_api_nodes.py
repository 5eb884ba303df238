"""Nodes of Cluster API Provider AWS: bootstrap configurations, machines and machine pools.

Source: kubernetes-sigs/cluster-api-provider-aws, api/ and bootstrap/eks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ekslint.carriers.launch_template import integer
from ekslint.carriers.node_group import Written, labels, strings, taints, typed
from ekslint.carriers.resource import Resource
from ekslint.fact import Subject, given
from ekslint.source.text import Derived, Piece
from ekslint.syntax.tree import Node, Scalar, Sequence, items
from ekslint.value import Absent, Known, Listing, Unknown, Value, read, read_list, scalar_value

_BOOTSTRAP = "bootstrap.cluster.x-k8s.io"
_INFRASTRUCTURE = "infrastructure.cluster.x-k8s.io"
OBJECTS = (
    (_BOOTSTRAP, "EKSConfig"),
    (_BOOTSTRAP, "EKSConfigTemplate"),
    (_BOOTSTRAP, "NodeadmConfig"),
    (_BOOTSTRAP, "NodeadmConfigTemplate"),
    (_INFRASTRUCTURE, "AWSMachineTemplate"),
    (_INFRASTRUCTURE, "AWSMachinePool"),
    (_INFRASTRUCTURE, "AWSManagedMachinePool"),
    ("controlplane.cluster.x-k8s.io", "AWSManagedControlPlane"),
    ("cluster.x-k8s.io", "MachineDeployment"),
    ("cluster.x-k8s.io", "MachinePool"),
)
GIVES = ("cluster-config", "machine-bootstrap", "machine-deployment", "machine-infrastructure")
TOKENS = (b"EKSConfig", b"NodeadmConfig", b"AWSMachine", b"AWSManagedMachinePool", b"AWSManagedControlPlane", b"MachineDeployment")

given("machine-bootstrap", "bootstrapper", "enum(bootstrap.sh, nodeadm)", "What the configuration ends up calling on the node.")
given("machine-bootstrap", "max_pods_field", "any", "max-pods as the kubelet gets it.")
given("machine-bootstrap", "max_pods_text", "any", "The value of kubeletExtraArgs max-pods as it is written.")
given("machine-bootstrap", "use_max_pods", "bool", "spec.useMaxPods of an EKSConfig.")
given("machine-bootstrap", "commands", "any", "The shell commands that run before the bootstrap, as one text.")
given("machine-infrastructure", "managed", "bool", "Whether it is a managed node group of EKS.")
given("machine-infrastructure", "image", "string", "The AMI id.")
given("machine-infrastructure", "written_family", "string", "amiType or eksLookupType as it is written.")
given("machine-infrastructure", "written_types", "string[]", "The instance types.")
given("machine-infrastructure", "labels", "label[]", "The labels that the nodes get.")
given("machine-infrastructure", "taints", "taint[]", "The taints that the nodes get.")
given("machine-infrastructure", "zones", "string[]", "The availability zones.")
given("machine-infrastructure", "subnets", "string[]", "The subnets by id.")
given("machine-infrastructure", "max_size", "int", "The most nodes.")
given("machine-deployment", "bootstrap", "string", "Kind and name of the bootstrap configuration.")
given("machine-deployment", "infrastructure", "string", "Kind and name of the machines.")

_FLAG = re.compile(r"--max-pods(?:=|\s+)(\d+)$")


def objects(resource: Resource) -> Iterator[Subject]:
    """The object under the name by which others refer to it: kind and name."""
    if resource.kind in ("MachineDeployment", "MachinePool"):
        yield _deployment(resource)
    elif resource.kind == "AWSManagedControlPlane":
        version = _read(resource, resource.node, "spec", "version")
        facts: dict[str, Value] = {"tool": Known("Cluster API", (resource.place,)), "version": version}
        yield resource.subject("cluster-config", **typed("cluster-config", facts))
    elif resource.group == _BOOTSTRAP:
        yield _bootstrap(resource)
    else:
        yield _infrastructure(resource)


def _read(resource: Resource, node: Node | None, *path: str) -> Value:
    return read(node, *path, partial=resource.partial, outer=(resource.place,))


def _deployment(resource: Resource) -> Subject:
    spec = resource.node.at("spec", "template", "spec")
    facts: dict[str, Value] = {}
    for name, path in (("bootstrap", ("bootstrap", "configRef")), ("infrastructure", ("infrastructureRef",))):
        kind, called = _read(resource, spec, *path, "kind"), _read(resource, spec, *path, "name")
        if isinstance(kind, Known) and isinstance(called, Known):
            facts[name] = Known(f"{kind.value} {called.value}", called.places)
        else:
            facts[name] = called if isinstance(kind, Known) else kind
    return resource.subject("machine-deployment", **typed("machine-deployment", facts))


def _bootstrap(resource: Resource) -> Subject:
    template = resource.kind.endswith("Template")
    spec = resource.node.at("spec", "template", "spec") if template else resource.node.get("spec")
    nodeadm = resource.kind.startswith("Nodeadm")
    facts: dict[str, Value] = {
        "bootstrapper": Known("nodeadm" if nodeadm else "bootstrap.sh", (resource.place,)),
        "max_pods_field": _nodeadm_max_pods(resource, spec) if nodeadm else _extra_argument(resource, spec),
    }
    commands = spec.get("preNodeadmCommands" if nodeadm else "preBootstrapCommands") if spec is not None else None
    pieces: list[Piece] = []
    for item in items(commands):
        if isinstance(item, Scalar) and isinstance(item.value, str):
            inner = item.inner()
            pieces.append(Piece(inner, 0, len(inner.value), inner.value, True))
            pieces.append(Piece(item.text, item.end, item.end, "\n", False))
    if commands is not None and pieces:
        facts["commands"] = Known(Written(Derived(pieces), False), (commands.place,))
    if not nodeadm:
        facts["use_max_pods"] = _read(resource, spec, "useMaxPods")
        facts["max_pods_text"] = _read(resource, spec, "kubeletExtraArgs", "max-pods")
    subject = resource.subject("machine-bootstrap", **typed("machine-bootstrap", facts))
    subject.name = f"{resource.kind} {resource.name}"
    return subject


def _extra_argument(resource: Resource, spec: Node | None) -> Value:
    value = integer(_read(resource, spec, "kubeletExtraArgs", "max-pods"))
    return Known(value.value, value.places, key="max-pods") if isinstance(value, Known) else value


def _nodeadm_max_pods(resource: Resource, spec: Node | None) -> Value:
    """Flags come last on the kubelet's command line and win over the file."""
    flags = spec.at("kubelet", "flags") if spec is not None else None
    for item in reversed(items(flags)):
        value = scalar_value(item)
        if isinstance(value, Unknown):
            return value
        found = _FLAG.match(str(value.value)) if isinstance(value, Known) else None
        if found is not None:
            return Known(int(found.group(1)), value.places, key="--max-pods")
    return _read(resource, spec, "kubelet", "config", "maxPods")


def _infrastructure(resource: Resource) -> Subject:
    node = resource.node
    managed = resource.kind == "AWSManagedMachinePool"
    machines = resource.kind == "AWSMachineTemplate"
    spec = node.at("spec", "template", "spec") if machines else node.get("spec")
    launch = spec if machines else spec.get("awsLaunchTemplate") if spec is not None else None
    image = _read(resource, launch, "ami", "id")
    lookup = _read(resource, launch, "ami", "eksLookupType")
    types = _types(resource, spec, launch)
    facts: dict[str, Value] = {
        "managed": Known(managed, (resource.place,)),
        "image": image,
        "written_family": _read(resource, spec, "amiType") if managed else _looked_up(lookup, image),
        "written_types": types,
        "labels": Known(Listing(labels(spec.get("labels") if spec is not None else None)), (resource.place,)),
        "zones": _list(resource, spec, "availabilityZones"),
        "subnets": _list(resource, spec, "subnetIDs"),
        "max_size": _read(resource, spec, *(("scaling", "maxSize") if managed else ("maxSize",))),
    }
    tainted = taints(spec.get("taints") if spec is not None else None)
    if tainted is not None:
        facts["taints"] = tainted
    subject = resource.subject("machine-infrastructure", **typed("machine-infrastructure", facts))
    subject.name = f"{resource.kind} {resource.name}"
    return subject


def _looked_up(lookup: Value, image: Value) -> Value:
    """pkg/cloud/services/ec2/ami.go eksAMILookup: without a lookup type the image is Amazon Linux 2."""
    if isinstance(lookup, Absent) and isinstance(image, Absent):
        return Known("AmazonLinux2", lookup.places, default="Cluster API")
    if isinstance(lookup, Known) and str(lookup.value) in ("AmazonLinux", "AmazonLinuxGPU"):
        return Known("AmazonLinux2", lookup.places, key="eksLookupType")
    return lookup


def _list(resource: Resource, spec: Node | None, key: str) -> Value:
    return read_list(spec, key, partial=resource.partial, outer=(resource.place,))


def _types(resource: Resource, spec: Node | None, launch: Node | None) -> Value:
    found: list[Value] = []
    overrides = spec.at("mixedInstancesPolicy", "overrides") if spec is not None else None
    if isinstance(overrides, Sequence):
        found = [_read(resource, item, "instanceType") for item in overrides.items]
    if not found:
        for node in (spec, launch):
            one = _read(resource, node, "instanceType")
            if not isinstance(one, Absent):
                found = [one]
                break
    if not found:
        return Absent((resource.place,), "instanceType")
    return strings(found, found[0].places)
