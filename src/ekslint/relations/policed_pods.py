"""Which pods of the set a NetworkPolicy names, whether or not an engine reaches them."""

from __future__ import annotations

from ekslint.fact import Subject, fact, subjects
from ekslint.facts.selectors import labels_of, requirements, selects
from ekslint.relations.services import namespace_of
from ekslint.value import Known, Value, derive


@fact("workload", "network-policy[]")
def network_policies_naming(workload: Subject) -> Value:
    """The NetworkPolicies whose podSelector asks for labels that its pods have; those that take all of a namespace are left out."""
    home = workload.home
    here = namespace_of(workload)
    found: list[Subject] = []
    why = "" if home.whole else home.why
    for policy in home.all("network-policy"):
        there = namespace_of(policy)
        if here is not None and there is not None and here != there:
            continue
        selector = policy.node.at("spec", "podSelector") if policy.node is not None else None
        wanted = requirements(selector)
        if wanted is not None and not wanted and policy.partial is None:
            continue
        answer = selects(selector, labels_of(workload.get("pod_labels"))) if policy.partial is None else None
        if answer is True and here is not None and there is not None:
            found.append(policy)
        elif answer is not False:
            why = why or f"it cannot be told whether {policy.name} selects these pods"
    return subjects(found, bool(why), why, (workload.place,))


@fact("workload", "enum(a Linux node, the host network, Windows, Fargate)")
def runs_on(workload: Subject) -> Value:
    """What the pods have their interface on, in the words of the user guide: a Linux node, the host network, Windows or Fargate."""
    own, system, fargate = (workload.get(name) for name in ("host_network", "operating_system", "fargate"))
    if isinstance(own, Known) and own.value is True:
        return Known("the host network", own.places, own.default, own.key)
    if isinstance(system, Known) and system.value == "windows":
        return Known("Windows", system.places, system.default, system.key)
    if isinstance(fargate, Known) and fargate.value is True:
        return Known("Fargate", fargate.places, fargate.default)
    doubt = next((each for each in (own, system, fargate) if not isinstance(each, Known)), None)
    return doubt if doubt is not None else Known("a Linux node", (workload.place,), "Kubernetes")


@fact("workload", "bool")
def policed(workload: Subject) -> Value:
    """Whether the agent of the VPC CNI can filter the traffic of the pods: those on Linux nodes with an interface of their own."""
    return derive(lambda where: where == "a Linux node", workload.get("runs_on"))
