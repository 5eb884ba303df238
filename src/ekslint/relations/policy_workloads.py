"""Which pods a SecurityGroupPolicy takes, and what the policies of a cluster make of a workload.

Source: pkg/utils/helper.go of amazon-vpc-resource-controller-k8s. Policies are namespaced: a namespace that nobody wrote is filled
in by kustomize, Helm or kubectl, and so nothing is certain across it.
"""

from __future__ import annotations

from ekslint.carriers.node_group import labels
from ekslint.fact import Subject, fact, subjects
from ekslint.facts.security_group_policy import distinct, selector_of
from ekslint.facts.selectors import Labels, all_of, labels_of, selects
from ekslint.relations.cluster_workloads import brings_more
from ekslint.relations.services import namespace_of
from ekslint.value import Absent, Known, Listing, Unknown, Value, listing


def takes(policy: Subject, workload: Subject) -> bool | None:
    """Whether a policy gives its groups to the pods of a workload; None where that is not to be told."""
    here, there = namespace_of(policy), namespace_of(workload)
    if here is not None and there is not None and here != there:
        return False
    names = policy.get("selectors")
    gives = policy.get("gives_groups")
    if not isinstance(names, Known) or (not names.value.items and names.value.open):
        return None
    if not names.value.items or (isinstance(gives, Known) and gives.value is False):
        return False
    answer = all_of([_selected(policy, one, workload) for one in names.value])
    if answer is not True:
        return answer
    return None if here is None or there is None or names.value.open or not isinstance(gives, Known) else True


def _selected(policy: Subject, name: Value, workload: Subject) -> bool | None:
    if not isinstance(name, Known):
        return None
    selector = selector_of(policy, name.value)
    if name.value == "podSelector":
        return selects(selector, labels_of(workload.get("pod_labels")))
    return selects(selector, _account_labels(workload))


def _account_labels(workload: Subject) -> Labels | None:
    """The labels of the ServiceAccount; None where it is not in the set."""
    account = workload.get("service_account_object")
    if not isinstance(account, Known):
        return None
    found = account.value
    made = labels(found.node.at("metadata", "labels") if found.node is not None else None)
    return labels_of(listing(made, bool(found.partial)))


@fact("workload", "service-account")
def service_account_object(workload: Subject) -> Value:
    """The ServiceAccount of the pods; absent where the set holds others of the namespace but not this one, `default` aside."""
    named = workload.get("service_account")
    if not isinstance(named, Known):
        return named
    home = workload.home
    here = namespace_of(workload)
    found = [one for one in home.named("service-account", str(named.value)) if namespace_of(one) == here and here is not None]
    if len(found) == 1:
        return Known(found[0], named.places)
    if found or here is None or named.value == "default" or not home.whole:
        return Unknown("the ServiceAccount is not in the set", named.places, written=False)
    others = [one for one in home.all("service-account") if namespace_of(one) == here]
    if not others or brings_more(home, here):
        return Unknown("the ServiceAccount is not in the set", named.places, written=False)
    return Absent(named.places)


@fact("workload", "security-group-policy[]")
def security_group_policies(workload: Subject) -> Value:
    """The policies of the set that select the pods, whatever network they use."""
    home = workload.home
    found: list[Subject] = []
    why = "" if home.whole else home.why
    for policy in home.all("security-group-policy"):
        answer = takes(policy, workload)
        if answer is True:
            found.append(policy)
        elif answer is None:
            why = why or f"it cannot be told whether {policy.name} selects these pods"
    return subjects(found, bool(why), why, (workload.place,))


@fact("workload", "string[]")
def pod_security_groups(workload: Subject) -> Value:
    """The security groups that all policies together give the pods, each once."""
    policies = workload.get("security_group_policies")
    if not isinstance(policies, Known):
        return policies
    lists: list[Known[Listing]] = []
    why = policies.value.why if policies.value.open else ""
    for one in policies.value:
        listed = one.value.get("groups")
        if isinstance(listed, Known):
            lists.append(listed)
        elif isinstance(listed, Unknown):
            why = why or listed.reason
    found = distinct(lists)
    if not isinstance(found, Known):
        return found
    items: Listing = found.value
    return listing(items.items, items.open or bool(why), items.why or why, found.places)


@fact("security-group-policy", "workload[]")
def workloads(policy: Subject) -> Value:
    """The workloads whose pods the policy selects; open where its namespace may have others than the set shows."""
    home = policy.home
    here = namespace_of(policy)
    found: list[Subject] = []
    near = False
    why = "" if home.whole else home.why
    for one in home.all("workload"):
        near = near or (here is not None and namespace_of(one) == here)
        answer = takes(policy, one)
        if answer is True:
            found.append(one)
        elif answer is None:
            why = why or f"it cannot be told whether it selects {one.name}"
    if not near:
        why = why or "the set holds no workload of this namespace"
    if here is None or brings_more(home, here):
        why = why or "workloads of this namespace come from elsewhere too"
    names = policy.get("selectors")
    return subjects(found, bool(why), why, names.places or (policy.place,))


@fact("security-group-policy", "workload[]")
def workloads_elsewhere(policy: Subject) -> Value:
    """The workloads of other namespaces that its podSelector fits: a hint at where the policy was meant to be."""
    here = namespace_of(policy)
    selector = selector_of(policy, "podSelector")
    if here is None or selector is None:
        return Absent((policy.place,))
    found = [
        one
        for one in policy.home.all("workload")
        if namespace_of(one) not in (None, here) and selects(selector, labels_of(one.get("pod_labels"))) is True
    ]
    return subjects(found, places=(policy.place,))


@fact("security-group-policy", "bool")
def selects_cluster_dns(policy: Subject) -> Value:
    """Whether CoreDNS is among the pods that it selects."""
    dns = policy.home.subject.get("dns")
    if not isinstance(dns, Known):
        return Known(False, (policy.place,)) if isinstance(dns, Absent) else dns
    answer = takes(policy, dns.value)
    names = policy.get("selectors")
    if answer is None:
        return Unknown("it cannot be told whether it selects CoreDNS", names.places, written=False)
    return Known(answer, names.places or (policy.place,))
