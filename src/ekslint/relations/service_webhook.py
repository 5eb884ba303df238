"""Whether the set installs the controller with the webhook that gives new Services their class.

Source: the controller's chart (values.yaml, enableServiceMutatorWebhook: true since 2.5) and webhooks/core/service_mutator.go.
"""

from __future__ import annotations

from ekslint.fact import Subject, fact
from ekslint.syntax.tree import Mapping, Node, Scalar, Sequence
from ekslint.value import Known, Value

CHART = "aws-load-balancer-controller"
SWITCH = "enableServiceMutatorWebhook"


@fact("cluster", "bool")
def service_webhook(cluster: Subject) -> Value:
    """Whether a release of the controller's chart in the set brings the webhook; false where the set holds no release of it."""
    for release in cluster.home.all("chart-release"):
        if release.value("chart") == CHART and not (release.node is not None and _switched_off(release.node)):
            return Known(True, (release.place,))
    return Known(False, default="AWS Load Balancer Controller")


def _switched_off(root: Node) -> bool:
    """Whether the chart's switch stands as false among the values, or in them as a text."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Mapping):
            for name, _, value in node.named():
                if name == SWITCH and isinstance(value, Scalar) and value.value is not True:
                    return True
                waiting.append(value)
        elif isinstance(node, Sequence):
            waiting.extend(node.items)
        elif isinstance(node, Scalar) and isinstance(node.value, str) and SWITCH in node.value:
            return True
    return False
