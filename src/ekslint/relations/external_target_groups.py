"""Target groups that somebody else made and that forward actions name by their ARN.

Sources: pkg/ingress/enhanced_backend_builder.go and model_build_actions.go of the AWS Load Balancer Controller; AWS's limit of one
load balancer for a target group.
"""

from __future__ import annotations

from collections.abc import Iterator

from ekslint.fact import Subject, fact, given, maker
from ekslint.inventory import Cluster
from ekslint.relations.actions import member_places, tuples
from ekslint.relations.load_balancers import variant
from ekslint.value import Known, Value, listing

given("external-target-group", "load_balancers", "load-balancer[]", "The load balancers that forward to it.")


def _named(action: Subject) -> list[tuple[str | None, str | None, tuple[str | int, ...]]]:
    """ARN, name and path of each external target group of an action."""
    content = action.value("content")
    if not isinstance(content, dict) or content.get("type") != "forward":
        return []
    found: list[tuple[str | None, str | None, tuple[str | int, ...]]] = [
        (one.get("targetGroupARN"), one.get("targetGroupName"), ("forwardConfig", "targetGroups", index))
        for index, one in enumerate(tuples(action))
    ]
    return [*found, (content.get("targetGroupARN"), content.get("targetGroupName"), ())]


@maker("external-target-group")
def external_target_groups(cluster: Cluster) -> Iterator[Subject]:
    """The target groups that actions name by their ARN, as far as some backend asks for the action."""
    found: dict[str, list[Subject]] = {}
    places: dict[str, list[Value]] = {}
    for action in cluster.all("action"):
        balancer = action.value("ingress").value("load_balancer")
        if balancer is None or variant(balancer) or not action.value("backends").items:
            continue
        for arn, _, path in _named(action):
            if arn is not None:
                where = member_places(action, (*path, "targetGroupARN")) or (action.place,)
                found.setdefault(arn, [])
                if balancer not in found[arn]:
                    found[arn].append(balancer)
                    places.setdefault(arn, []).append(Known(balancer, where))
    for arn, values in places.items():
        yield Subject(
            "external-target-group",
            arn,
            values[-1].places[0],
            given={"load_balancers": listing(values, not cluster.whole, cluster.why)},
            cluster=cluster,
        )


@fact("action", "string[]")
def names_beside_arns(action: Subject) -> Value:
    """The names of target groups that stand beside an ARN, which goes first."""
    found: list[Value] = [
        Known(name, member_places(action, (*path, "targetGroupName")))
        for arn, name, path in _named(action)
        if arn is not None and name is not None
    ]
    return listing(found, places=(action.place,))
