"""Annotations in values of charts whose objects are not seen: what the controller reads whatever else the objects have."""

from __future__ import annotations

import pytest
from clusters import cluster, plain

INGRESS = """
ingress:
  enabled: true
  className: {}
  annotations:
    alb.ingress.kubernetes.io/{}
"""
SERVICE = """
service:
  loadBalancerClass: service.k8s.aws/nlb
  annotations:
    service.beta.kubernetes.io/aws-load-balancer-{}
"""
PARAMS = """
apiVersion: elbv2.k8s.aws/v1beta1
kind: IngressClassParams
metadata:
  name: alb
spec:
  scheme: internal
"""


def parsed(values: str, **more: str) -> object:
    (annotation,) = cluster(values_yaml=values, **more).all("annotation")
    return plain(annotation.get("parsed"))


@pytest.mark.parametrize(
    "values",
    [
        INGRESS.format("alb", "scheme: public"),
        INGRESS.format("alb", "backend-protocol: https"),
        INGRESS.format("alb", "load-balancer-attributes: idle_timeout.timeout_seconds=60,"),
        SERVICE.format("scheme: public"),
        SERVICE.format("attributes: load_balancing.cross_zone.enabled=true"),
    ],
)
def test_what_is_always_read_is_parsed(values: str) -> None:
    assert parsed(values) is True


@pytest.mark.parametrize(
    "values",
    [
        INGRESS.format("nginx", "scheme: public"),
        INGRESS.format("alb", 'manage-backend-security-group-rules: "yes"'),
        INGRESS.format("alb", "frontend-nlb-scheme: public"),
        INGRESS.format("alb", "group.order: first"),
        SERVICE.format("backend-protocol: http"),
        SERVICE.format("target-group-attributes.443: preserve_client_ip.enabled=yes"),
    ],
)
def test_what_depends_on_the_object_is_unknown(values: str) -> None:
    assert parsed(values) == "?"


def test_params_of_the_set_may_go_first() -> None:
    assert parsed(INGRESS.format("alb", "scheme: public"), class_yaml=PARAMS) == "?"
    assert parsed(INGRESS.format("alb", "backend-protocol: https"), class_yaml=PARAMS) is True
