"""Services that ask for a load balancer: by which class and annotations, and whether the AWS controller takes them.

Sources: pkg/service/service_utils.go (IsServiceSupported) and webhooks/core/service_mutator.go of the AWS Load Balancer Controller;
EKS user guide, EKS Auto Mode, for eks.amazonaws.com/nlb.
"""

from __future__ import annotations

from ekslint.data.annotations import in_tree
from ekslint.fact import Subject, fact
from ekslint.facts.load_balancer_controller import controller_setting
from ekslint.facts.written import annotation, or_default, strings
from ekslint.syntax.tree import entries, items
from ekslint.value import Absent, Known, Unknown, Value, listing, read, scalar_value

PREFIX = "service.beta.kubernetes.io/"
SUFFIX = "aws-load-balancer-"
CLASS = "service.k8s.aws/nlb"
AUTO_MODE_CLASS = "eks.amazonaws.com/nlb"
CLASSES = (CLASS, AUTO_MODE_CLASS)
"""The classes that an AWS controller takes: the installed one by its default flags, and the one in EKS Auto Mode."""

TARGET_TYPES = ("ip", "instance")
UNPUBLISHED = "what EKS Auto Mode takes by default is not published"
WEBHOOK = "no class is written, and the controller's webhook may give it one when it is made"

_OTHER_CLOUDS = (
    "alibabacloud",
    "azure",
    "baidu",
    "brightbox",
    "cce.baidubce.com",
    "cloud.google.com",
    "cloudprovider.openstack",
    "do-loadbalancer",
    "exoscale",
    "hetzner",
    "huawei",
    "ibm-load-balancer",
    "io.cilium",
    "kube-vip",
    "kubernetes.io/elb.",
    "linode",
    "loadbalancer.openstack",
    "metallb",
    "networking.gke.io",
    "ncloud",
    "oci-load-balancer",
    "oci.oraclecloud",
    "ovh",
    "qcloud",
    "scw-loadbalancer",
    "tailscale",
    "tencent",
    "ucloud",
    "vultr",
    "yandex",
)
"""What the annotation names of other load balancer implementations hold."""


def setting(service: Subject, suffix: str) -> Value:
    """The text of an `aws-load-balancer-…` annotation of a Service, by what follows."""
    return annotation(service, PREFIX + SUFFIX + suffix)


@fact("service", "string")
def load_balancer_class(service: Subject) -> Value:
    """The class that `spec.loadBalancerClass` names: which controller is to make the load balancer."""
    return service.read("spec", "loadBalancerClass")


@fact("service", "string")
def nearest_load_balancer_class(service: Subject) -> Value:
    """The class of an AWS controller that a written one most likely means; absent for one of them and where none is near."""
    named = service.get("load_balancer_class")
    told = controller_setting(service.home, "service_class")
    if isinstance(told, Unknown):
        return Unknown(told.reason, named.places, written=False)
    if not isinstance(named, Known) or named.value in CLASSES or (isinstance(told, Known) and named.value == told.value):
        return Absent(named.places) if isinstance(named, Known) else named
    from ekslint.data.nearest import nearest_name

    text = str(named.value)
    meant = {"nlb": CLASS, "service.k8s.aws": CLASS, "service.k8s.aws/alb": CLASS, "eks.amazonaws.com/alb": AUTO_MODE_CLASS}
    near = meant.get(text.lower()) or nearest_name(text, CLASSES)
    return Known(near, named.places) if near else Absent(named.places)


@fact("service", "string")
def load_balancer_type(service: Subject) -> Value:
    """What the annotation aws-load-balancer-type asks for, as written."""
    return setting(service, "type")


@fact("service", "string")
def nlb_target_type(service: Subject) -> Value:
    """What the annotation aws-load-balancer-nlb-target-type says, as written."""
    return setting(service, "nlb-target-type")


@fact("service", "bool")
def taken_by_type(service: Subject) -> Value:
    """Whether its annotations alone make the controller take a Service without a class (checkAWSLoadBalancerTypeAnnotation)."""
    kind = service.get("load_balancer_type")
    if not isinstance(kind, Known):
        return kind if isinstance(kind, Unknown) else Known(False, kind.places)
    if kind.value != "external":
        return Known(kind.value == "nlb-ip", kind.places)
    target = service.get("nlb_target_type")
    if isinstance(target, Unknown):
        return target
    return Known(isinstance(target, Known) and target.value in TARGET_TYPES, (*kind.places, *target.places))


@fact("service", "bool")
def taken(service: Subject) -> Value:
    """Whether the AWS Load Balancer Controller, or the one in EKS Auto Mode, makes a load balancer of the Service.

    Unknown for a Service of type LoadBalancer that nothing but the controller's webhook would give it: the webhook only sees
    Services that are made while it runs. A class on another type is refused by the API server.
    """
    kind, named = service.get("type"), service.get("load_balancer_class")
    if isinstance(named, Unknown):
        return named
    balanced = kind.value == "LoadBalancer" if isinstance(kind, Known) else None
    if isinstance(named, Known):
        return _by_class(service, named, balanced)
    by_type = service.get("taken_by_type")
    if isinstance(by_type, Known) and by_type.value:
        if service.home.subject.value("auto_mode"):
            return Unknown("EKS Auto Mode may give it its own class", by_type.places, written=False)
        return by_type
    if balanced is False:
        return Known(False, kind.places)
    if isinstance(kind, Unknown):
        return kind
    if isinstance(by_type, Unknown):
        return by_type
    webhook = controller_setting(service.home, "service_webhook")
    if isinstance(webhook, Known) and webhook.value is False and not service.home.subject.value("auto_mode"):
        return Known(False, (*webhook.places, *named.places))
    return Unknown(WEBHOOK, named.places, written=False)


def _by_class(service: Subject, named: Known[str], balanced: bool | None) -> Value:
    """Whether the class is that of a controller: the one it is told, service.k8s.aws/nlb by default, or Auto Mode's."""
    told = controller_setting(service.home, "service_class")
    if isinstance(told, Unknown) and named.value != AUTO_MODE_CLASS:
        return Unknown(told.reason, named.places, written=False)
    classes = (told.value, AUTO_MODE_CLASS) if isinstance(told, Known) else CLASSES
    if named.value == CLASS and named.value not in classes:
        return Unknown("the controller in the files takes another class", named.places, written=False)
    return Known(named.value in classes and balanced is not False, named.places, key="loadBalancerClass")


@fact("service", "bool")
def auto_mode(service: Subject) -> Value:
    """Whether it asks EKS Auto Mode's own controller for the load balancer; unknown without a class where the cluster runs it."""
    named = service.get("load_balancer_class")
    if isinstance(named, Known):
        return Known(named.value == AUTO_MODE_CLASS, named.places)
    if isinstance(named, Absent) and service.home.subject.value("auto_mode"):
        return Unknown("EKS Auto Mode may give it its own class", named.places, written=False)
    return Known(False, named.places) if isinstance(named, Absent) else named


@fact("service", "string[]")
def load_balancer_annotations(service: Subject) -> Value:
    """The names of its annotations that speak of an AWS load balancer, old in-tree ones too."""
    written = service.node.at("metadata", "annotations") if service.node is not None else None
    found: list[Value] = [
        Known(name, (key.place,), key=name)
        for name, key, _ in entries(written)
        if name.startswith(PREFIX + SUFFIX) or in_tree(name)
    ]
    outer = service.read("metadata", "annotations")
    return listing(found, bool(service.partial), service.partial or "", outer.places)


@fact("service", "string[]")
def other_cloud_annotations(service: Subject) -> Value:
    """The names of its annotations that another cloud's load balancers read."""
    written = service.node.at("metadata", "annotations") if service.node is not None else None
    found: list[Value] = [
        Known(name, (key.place,), key=name) for name, key, _ in entries(written) if any(word in name for word in _OTHER_CLOUDS)
    ]
    return listing(found, bool(service.partial), service.partial or "")


@fact("service", "string[]")
def source_ranges(service: Subject) -> Value:
    """The networks that a Service lets in: those of `spec.loadBalancerSourceRanges`, else of the annotation.

    Absent where it says none (buildCIDRsFromSourceRanges).
    """
    field = service.read("spec", "loadBalancerSourceRanges")
    node = service.node.at("spec", "loadBalancerSourceRanges") if service.node is not None else None
    if items(node):
        return listing([scalar_value(item) for item in items(node)], places=field.places)
    if isinstance(field, Unknown):
        return field
    return service.get("source_ranges_annotation")


@fact("service", "string[]")
def source_ranges_annotation(service: Subject) -> Value:
    """The networks that the annotation load-balancer-source-ranges lets in; absent where it names none."""
    found = strings(annotation(service, PREFIX + "load-balancer-source-ranges"))
    if isinstance(found, Known) and not found.value.items:
        return Absent(found.places, found.key)
    return found


@fact("service", "string")
def load_balancer_ip(service: Subject) -> Value:
    """The address that `spec.loadBalancerIP` asks for."""
    return service.read("spec", "loadBalancerIP")


@fact("service", "string")
def session_affinity(service: Subject) -> Value:
    """Whether a node sends a client to the same pod again: None, the default, or ClientIP."""
    return or_default(read(service.node, "spec", "sessionAffinity", partial=service.partial), "None", "Kubernetes")
