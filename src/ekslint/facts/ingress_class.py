"""IngressClasses: which controller implements them and where their parameters are.

Sources: pkg/ingress/class_loader.go of the AWS Load Balancer Controller; EKS user guide, Auto Mode load balancing.
"""

from __future__ import annotations

from ekslint.data.other_controllers import CONTROLLERS
from ekslint.fact import Subject, fact
from ekslint.facts.written import annotation
from ekslint.value import Absent, Known, Unknown, Value

LOAD_BALANCER_CONTROLLER = "ingress.k8s.aws/alb"
AUTO_MODE = "eks.amazonaws.com/alb"
PARAMETERS = {LOAD_BALANCER_CONTROLLER: "elbv2.k8s.aws", AUTO_MODE: "eks.amazonaws.com"}
"""The API group in which each of the two controllers looks for IngressClassParams."""


@fact("ingress-class", "string")
def controller(ingress_class: Subject) -> Value:
    """The controller that implements the class, as `spec.controller` names it."""
    return ingress_class.read("spec", "controller")


@fact("ingress-class", "enum(aws-load-balancer-controller, auto-mode, other, nobody-known)")
def implementation(ingress_class: Subject) -> Value:
    """Who implements the class: the load balancer controller, EKS Auto Mode, another known controller, or a name of none."""
    named = ingress_class.get("controller")
    if not isinstance(named, Known):
        return named
    who = {LOAD_BALANCER_CONTROLLER: "aws-load-balancer-controller", AUTO_MODE: "auto-mode"}.get(named.value)
    if who is None:
        who = "other" if str(named.value) in CONTROLLERS else "nobody-known"
    return Known(who, named.places)


@fact("ingress-class", "string")
def default_mark(ingress_class: Subject) -> Value:
    """What is written under the annotation that makes a class the cluster's default."""
    return annotation(ingress_class, "ingressclass.kubernetes.io/is-default-class")


@fact("ingress-class", "bool")
def default(ingress_class: Subject) -> Value:
    """Whether the class is the cluster's default: only the text true makes it one (GetDefaultIngressClass)."""
    mark = ingress_class.get("default_mark")
    if isinstance(mark, Absent):
        return Known(False, mark.places, default="Kubernetes")
    return Known(mark.value == "true", mark.places, key=mark.key) if isinstance(mark, Known) else mark


@fact("ingress-class", "string")
def parameters_group(ingress_class: Subject) -> Value:
    """The API group in which the class says its parameters are; absent where it has none."""
    return ingress_class.read("spec", "parameters", "apiGroup")


@fact("ingress-class", "string")
def parameters_kind(ingress_class: Subject) -> Value:
    """The kind of object that the class says its parameters are; absent where it has none."""
    return ingress_class.read("spec", "parameters", "kind")


@fact("ingress-class", "string")
def parameters_name(ingress_class: Subject) -> Value:
    """The name of the object that the class takes its parameters from; absent where it has none."""
    return ingress_class.read("spec", "parameters", "name")


@fact("ingress-class", "string")
def parameters_group_read(ingress_class: Subject) -> Value:
    """The API group in which the class's controller looks for IngressClassParams; absent for other controllers."""
    named = ingress_class.get("controller")
    if isinstance(named, Known):
        group = PARAMETERS.get(named.value)
        return Known(group, named.places, default="AWS Load Balancer Controller") if group else Absent(named.places)
    return named if isinstance(named, Unknown) else Absent(named.places)
