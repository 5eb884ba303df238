"""Which pods a Fargate profile takes: those of its namespace that have all of its labels (EKS user guide, Fargate profiles)."""

from __future__ import annotations

from collections.abc import Iterator

from ekslint.fact import Subject, fact
from ekslint.facts.selectors import Labels, Wanted, all_of, any_of, labels_of, meets
from ekslint.syntax.tree import Node, items
from ekslint.value import Absent, Known, Unknown, Value, read


@fact("workload", "bool")
def fargate(workload: Subject) -> Value:
    """Whether the pods run on Fargate: they ask for it, or a profile of the set takes their namespace and all its labels match."""
    at = (workload.place,)
    if workload.value("object_kind") == "DaemonSet":
        return Known(False, at)
    if workload.value("compute_type") == "fargate":
        return Known(True, workload.get("compute_type").places)
    labels = labels_of(workload.get("pod_labels"))
    namespace = workload.get("namespace")
    answers = [
        _profile_takes(selector, namespace, labels)
        for profile in workload.home.all("fargate-profile")
        for selector in _selectors(profile)
    ]
    found = any_of(answers)
    return Unknown("it cannot be told whether a Fargate profile takes the pods", at) if found is None else Known(found, at)


def _selectors(profile: Subject) -> Iterator[Node | None]:
    written = profile.get("selectors")
    listed = items(written.value) if isinstance(written, Known) and isinstance(written.value, Node) else []
    yield from listed
    if not listed:
        yield None


def _profile_takes(selector: Node | None, namespace: Value, labels: Labels | None) -> bool | None:
    if selector is None:
        return None
    wanted = read(selector, "namespace")
    if not isinstance(wanted, Known) or not isinstance(namespace, Known):
        return None
    pattern = str(wanted.value)
    if "*" in pattern or "?" in pattern:
        return None
    if pattern != namespace.value:
        return False
    asked = read(selector, "labels")
    if isinstance(asked, Absent):
        return True
    if labels is None or not isinstance(asked, Known):
        return None
    return all_of(meets(Wanted(key, "In", (str(value),)), labels) for key, value in dict(asked.value.plain()).items())


@fact("security-group-policy", "bool")
def serves_fargate(policy: Subject) -> Value:
    """Whether the pods that the policy selects run on Fargate; by its namespace alone where the set holds none of them."""
    home = policy.home
    workloads = policy.get("workloads")
    at = (policy.place,)
    if isinstance(workloads, Known) and workloads.value.items:
        answers = [one.value.value("fargate") for one in workloads.value]
        if False in answers:
            return Known(False, at)
        return Unknown("it cannot be told whether the pods run on Fargate", at) if None in answers else Known(True, at)
    namespace = policy.get("namespace")
    selectors = [selector for profile in home.all("fargate-profile") for selector in _selectors(profile)]
    found = any_of(_profile_takes(selector, namespace, None) for selector in selectors)
    if found is True:
        return Known(True, at)
    return Known(False, at) if found is False else Unknown("it cannot be told whether the pods run on Fargate", at)
