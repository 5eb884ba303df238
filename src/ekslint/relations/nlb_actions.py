"""What the actions annotations of a Service forward to beside its own pods, and by which weights.

Source: pkg/service/model_build_target_group.go (buildTargetGroupTuples) and enhanced_backend_builder.go of the controller.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ekslint.data.annotation_json import SHAPES
from ekslint.fact import Subject, fact, given, maker, subjects
from ekslint.facts.nlb_service import PREFIX
from ekslint.facts.service import port_of
from ekslint.facts.written import annotation, decoded
from ekslint.inventory import Cluster
from ekslint.relations.services import find_service, namespace_of, nearest_service
from ekslint.value import Absent, Known, Value

given("nlb-action", "listener", "listener", "The listener that forwards by it.")
given("nlb-action", "base_weight", "int", "The weight of the Service that carries it; absent where none is written.")
given("nlb-action", "targets", "nlb-action-target[]", "What it forwards to beside that Service.")
given("nlb-action-target", "action", "nlb-action", "The action that forwards to it.")
given("nlb-action-target", "service_name", "string", "The name of the Service; absent where a target group is named by its ARN.")
given("nlb-action-target", "port", "any", "The port of the Service: a number, or a text, which is always a name.")
given("nlb-action-target", "weight", "int", "Its weight.")


@maker("nlb-action", ("service",))
def actions(cluster: Cluster) -> Iterator[Subject]:
    """The actions of the listeners of a cluster's NLBs."""
    for load_balancer in cluster.where("load-balancer", "type", "nlb"):
        for listener in cluster.where("listener", "load_balancer", load_balancer):
            name = f"{PREFIX}actions.{listener.value('protocol')}-{listener.value('port')}"
            found = decoded(annotation(load_balancer.value("service"), name), SHAPES["service-actions"])
            if isinstance(found, Known) and (found.value or {}).get("forwardConfig") is not None:
                yield _action(listener, name, found)


def _action(listener: Subject, name: str, found: Known[Any]) -> Subject:
    forward = found.value["forwardConfig"]
    weight = forward.get("baseServiceWeight")
    place = found.places[0]
    facts: dict[str, Value] = {
        "listener": listener.known(),
        "base_weight": Absent(found.places, name) if weight is None else Known(weight, found.places, key=name),
    }
    action = Subject("nlb-action", name, place, namespace=listener.namespace, given=facts, cluster=listener.cluster)
    facts["targets"] = subjects([_target(action, one) for one in forward.get("targetGroups") or []], places=found.places)
    return action


def _target(action: Subject, one: dict[str, Any]) -> Subject:
    place = action.place

    def part(key: str) -> Value:
        value = one.get(key)
        return Absent((place,), action.name) if value is None else Known(value, (place,), key=action.name)

    facts = {"action": action.known(), "service_name": part("serviceName"), "port": part("servicePort"), "weight": part("weight")}
    shown = str(one.get("serviceName") or one.get("targetGroupARN") or "")
    return Subject("nlb-action-target", shown, place, namespace=action.namespace, given=facts, cluster=action.cluster)


@maker("nlb-action-target", ("service",))
def targets(cluster: Cluster) -> Iterator[Subject]:
    """What the actions of a cluster's NLBs forward to."""
    for action in cluster.all("nlb-action"):
        yield from (one.value for one in action.value("targets"))


@fact("nlb-action-target", "service")
def service(target: Subject) -> Value:
    """The Service that is named, in the namespace of the one that carries the action."""
    name = target.get("service_name")
    return find_service(target.home, namespace_of(target), str(name.value), name) if isinstance(name, Known) else name


@fact("nlb-action-target", "string")
def nearest(target: Subject) -> Value:
    """The Service of the namespace whose name is closest; absent where none is near."""
    name = target.get("service_name")
    found = nearest_service(target.home, namespace_of(target), str(name.value)) if isinstance(name, Known) else None
    return Known(found, name.places) if found else Absent(name.places)


@fact("nlb-action-target", "service-port")
def service_port(target: Subject) -> Value:
    """The port of the Service that is meant (LookupServicePort); absent where it has none of that number or name."""
    return port_of(target.get("service"), target.get("port"))
