"""Objects of the Prometheus operator that scrape aws-node, as the chart makes one (templates/podmonitor.yaml of aws-vpc-cni)."""

from __future__ import annotations

from collections.abc import Iterator

from ekslint.carriers.resource import Resource
from ekslint.fact import Subject, given
from ekslint.syntax.tree import string
from ekslint.value import Known

GIVES = ("monitor",)
OBJECTS = (("monitoring.coreos.com", "PodMonitor"), ("monitoring.coreos.com", "ServiceMonitor"))
TOKENS = (b"aws-node",)
_LABELS = (("k8s-app", "aws-node"), ("app.kubernetes.io/name", "aws-node"))


given("monitor", "object_kind", "string", "PodMonitor or ServiceMonitor.")


def objects(resource: Resource) -> Iterator[Subject]:
    """The monitor, where its selector asks for a label of aws-node's pods."""
    labels = resource.node.at("spec", "selector", "matchLabels")
    if labels is not None and any(string(labels.get(key)) == value for key, value in _LABELS):
        yield resource.subject("monitor", object_kind=Known(resource.kind, (resource.place,)))
