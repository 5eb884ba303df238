"""Kubernetes objects that are subjects as they stand: load balancing, workloads and pod networking."""

from __future__ import annotations

from collections.abc import Iterator

from ekslint.carriers.resource import Resource
from ekslint.fact import Subject

KINDS: dict[tuple[str, str], str] = {
    ("networking.k8s.io", "Ingress"): "ingress",
    ("extensions", "Ingress"): "ingress",
    ("networking.k8s.io", "IngressClass"): "ingress-class",
    ("elbv2.k8s.aws", "IngressClassParams"): "ingress-class-params",
    ("eks.amazonaws.com", "IngressClassParams"): "ingress-class-params",
    ("elbv2.k8s.aws", "TargetGroupBinding"): "target-group-binding",
    ("eks.amazonaws.com", "TargetGroupBinding"): "target-group-binding",
    ("eks.amazonaws.com", "NodeClass"): "auto-mode-node-class",
    ("", "Service"): "service",
    ("", "Namespace"): "namespace",
    ("", "ServiceAccount"): "service-account",
    ("", "ConfigMap"): "config-map",
    ("", "Pod"): "workload",
    ("", "ReplicationController"): "workload",
    ("apps", "Deployment"): "workload",
    ("apps", "StatefulSet"): "workload",
    ("apps", "DaemonSet"): "workload",
    ("apps", "ReplicaSet"): "workload",
    ("batch", "Job"): "workload",
    ("batch", "CronJob"): "workload",
    ("argoproj.io", "Rollout"): "workload",
    ("autoscaling", "HorizontalPodAutoscaler"): "autoscaler",
    ("keda.sh", "ScaledObject"): "autoscaler",
    ("networking.k8s.io", "NetworkPolicy"): "network-policy",
    ("crd.k8s.amazonaws.com", "ENIConfig"): "eni-config",
    ("vpcresources.k8s.aws", "SecurityGroupPolicy"): "security-group-policy",
}

OBJECTS = tuple(KINDS)
GIVES = tuple(sorted(set(KINDS.values())))
TOKENS = tuple(sorted({kind.encode() for _, kind in KINDS}))


def objects(resource: Resource) -> Iterator[Subject]:
    """The object itself."""
    yield resource.subject(KINDS[resource.group, resource.kind])
