"""Whether the set installs the controller with the webhook that gives new Services their class.

Source: the controller's chart (enableServiceMutatorWebhook, true since 2.5) and webhooks/core/service_mutator.go.
"""

from __future__ import annotations

from ekslint.fact import Subject, fact
from ekslint.facts.load_balancer_controller import controller_setting
from ekslint.facts.written import CONTROLLER
from ekslint.value import Absent, Known, Value


@fact("cluster", "bool")
def service_webhook(cluster: Subject) -> Value:
    """Whether the controller in the set brings the webhook, as it does by default; false where the set holds no controller."""
    controllers = cluster.home.all("load-balancer-controller")
    if not controllers:
        return Known(False, default=CONTROLLER)
    told = controller_setting(cluster.home, "service_webhook")
    return Known(True, (controllers[0].place,), default=CONTROLLER) if isinstance(told, Absent) else told
