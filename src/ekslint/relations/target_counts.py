"""How many targets load balancers and target groups have at least, as far as the files write replicas.

Source: pkg/backend/endpoint_resolver.go of the AWS Load Balancer Controller (a target of type ip for each pod); AWS's quotas.
"""

from __future__ import annotations

from ekslint.fact import Subject, fact, subjects
from ekslint.relations.load_balancers import variant
from ekslint.syntax.tree import string
from ekslint.value import Absent, Known, Listing, Unknown, Value, places_of


@fact("workload", "int")
def steady_replicas(workload: Subject) -> Value:
    """How many pods there are as long as nothing scales the workload; unknown where something does."""
    for one in workload.home.all("autoscaler"):
        named = string(one.node.at("spec", "scaleTargetRef", "name")) if one.node is not None else None
        if named in (None, workload.name):
            return Unknown(f"{one.name} scales it", (one.place,), written=False)
    written = workload.get("replicas")
    if isinstance(written, Known) and written.default:
        return Unknown("no number is written", written.places, written=False)
    return written


@fact("target-group", "int")
def least_targets(target_group: Subject) -> Value:
    """How many pods are its targets at least; absent where nodes are."""
    kind = target_group.get("target_type")
    if not isinstance(kind, Known) or kind.value != "ip":
        return kind if isinstance(kind, Unknown) else Absent(kind.places)
    listed = target_group.get("workloads")
    if not isinstance(listed, Known):
        return listed
    found = [one.value.get("steady_replicas") for one in listed.value if isinstance(one, Known)]
    known = [one for one in found if isinstance(one, Known) and isinstance(one.value, int)]
    if not known:
        return Unknown("the number of pods is not written", listed.places, written=False)
    return Known(sum(one.value for one in known), places_of(*known))


@fact("load-balancer", "int")
def least_registrations(load_balancer: Subject) -> Value:
    """How many pods are registered with all of its target groups together at least, once for each target group."""
    listed: Listing = load_balancer.value("target_groups")
    found = [one.value.get("least_targets") for one in listed if isinstance(one, Known)]
    known = [one for one in found if isinstance(one, Known)]
    if not known:
        return Unknown("the number of pods is not written", (load_balancer.place,), written=False)
    return Known(sum(one.value for one in known), places_of(*known))


@fact("cluster", "load-balancer[]")
def nlbs(cluster: Subject) -> Value:
    """The Network Load Balancers that the cluster's Services make, and those in front of ALBs."""
    every = cluster.home.all("load-balancer")
    found = [one for one in every if one.value("type") == "nlb" or (one.value("frontend_nlb") is True and not variant(one))]
    return subjects(found, not cluster.home.whole, cluster.home.why)
