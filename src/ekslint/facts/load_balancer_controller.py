"""What the load balancer controllers of a cluster are set to, where the set holds their settings.

What nothing writes is the caller's business: the controller's default. Source: pkg/config of the AWS Load Balancer Controller.
"""

from __future__ import annotations

from typing import Any

from ekslint.data.annotations import controller_default
from ekslint.inventory import Cluster
from ekslint.value import Absent, Known, Unknown, Value, places_of


def controller_setting(cluster: Cluster, name: str) -> Value:
    """What the controller is told, by the name of a fact of its settings: absent where it runs at its default.

    Unknown where a file of values is not seen and where two controllers are told differently.
    """
    found = [one.get(name) for one in cluster.all("load-balancer-controller")]
    unknown = next((value for value in found if isinstance(value, Unknown)), None)
    if unknown is not None:
        return Unknown(unknown.reason, unknown.places, written=False)
    written = [value for value in found if isinstance(value, Known)]
    if not written:
        return Absent()
    if len(written) < len(found) or len({str(value.value) for value in written}) > 1:
        return Unknown("two controllers are told differently", places_of(*written), written=False)
    return written[0]


def controller_or(cluster: Cluster, name: str, default: Known[Any]) -> Value:
    """What the controller is told, at the place where it is written; else its default."""
    said = controller_setting(cluster, name)
    return default if isinstance(said, Absent) else said


def feature_gate(cluster: Cluster, name: str) -> bool | None:
    """Whether a feature gate of the controller is on; None where that is not known."""
    said = controller_setting(cluster, "feature_gates")
    text = controller_default(name)
    if isinstance(said, Unknown):
        return None
    if isinstance(said, Known):
        text = said.value.get(name, text)
    return text.lower() == "true" if text is not None else None
