"""NetworkPolicies of the cluster, the other engines that enforce them, and those that let cluster DNS work.

EKS runs CoreDNS in kube-system with the labels k8s-app: kube-dns and eks.amazonaws.com/component: coredns, in every cluster and in
no repository (user guide, "Manage CoreDNS").
"""

from __future__ import annotations

from ekslint.fact import Subject, fact, subjects
from ekslint.syntax.tree import Mapping, Node, Scalar, entries, items, string
from ekslint.value import Known, Listing, Value, listing, placeholder, scalar_value

DNS_LABELS = {"k8s-app": "kube-dns", "eks.amazonaws.com/component": "coredns"}
DNS_NAMESPACE = "kube-system"


@fact("cluster", "network-policy[]")
def network_policies(cluster: Subject) -> Value:
    """The NetworkPolicies of the cluster."""
    home = cluster.home
    return subjects(home.all("network-policy"), open=not home.whole, why=home.why)


@fact("cluster", "string[]")
def policy_engines(cluster: Subject) -> Value:
    """The engines beside the VPC CNI's own agent that enforce policies here, by name."""
    home = cluster.home
    found: dict[str, Value] = {}
    for each in home.all("policy-engine"):
        found.setdefault(each.name, Known(each.name, (each.place,)))
    return listing(found.values(), not home.whole, home.why)


@fact("cluster", "network-policy[]")
def dns_policies(cluster: Subject) -> Value:
    """The NetworkPolicies that select the pods of CoreDNS; open where it cannot be told of one."""
    home = cluster.home
    found: list[Subject] = []
    why = "" if home.whole else home.why
    for each in home.all("network-policy"):
        answer = _selects_dns(each)
        if answer is True:
            found.append(each)
        elif answer is None:
            why = why or f"it cannot be told whether {each.name} selects CoreDNS"
    if home.all("policy-engine"):
        why = why or "another engine has policies of its own kinds"
    return subjects(found, open=bool(why), why=why)


def _selects_dns(policy: Subject) -> bool | None:
    namespace = policy.get("namespace")
    if isinstance(namespace, Known) and namespace.value != DNS_NAMESPACE:
        return False
    selector = policy.node.at("spec", "podSelector") if policy.node is not None else None
    answer = _matches(selector)
    if answer is False:
        return False
    return None if not isinstance(namespace, Known) or policy.partial else answer


def _matches(selector: Node | None) -> bool | None:
    """Whether a selector matches the labels of CoreDNS; None where it asks for labels that may be there or not."""
    if selector is not None and not isinstance(selector, Mapping):
        return None
    doubt = False
    for key, _, value in entries(selector.get("matchLabels") if selector is not None else None):
        wanted = scalar_value(value)
        if not isinstance(wanted, Known):
            doubt = True
        elif key not in DNS_LABELS or wanted.value != DNS_LABELS[key]:
            return False
    for expression in items(selector.get("matchExpressions") if selector is not None else None):
        answer = _expression(expression)
        if answer is False:
            return False
        doubt = doubt or answer is None
    return None if doubt else True


def _expression(node: Node) -> bool | None:
    key, operator = string(node.get("key")), string(node.get("operator"))
    values = [value.content for value in items(node.get("values")) if isinstance(value, Scalar)]
    if key is None or any(placeholder(value) for value in values):
        return None
    has = DNS_LABELS.get(key)
    if operator == "In":
        return has in values
    if operator == "NotIn":
        return has not in values
    if operator == "Exists":
        return has is not None or None
    if operator == "DoesNotExist":
        return False if has is not None else None
    return None


@fact("network-policy", "int")
def most_ports(policy: Subject) -> Value:
    """The most ports of one protocol that one rule of the policy names; a range counts as one."""
    spec = policy.node.get("spec") if policy.node is not None else None
    best, place = 0, policy.place
    for direction in ("ingress", "egress"):
        for rule in items(spec.get(direction) if spec is not None else None):
            by_protocol: dict[str, set[str]] = {}
            for port in items(rule.get("ports")):
                number = port.get("port")
                if isinstance(number, Scalar):
                    by_protocol.setdefault(string(port.get("protocol")) or "TCP", set()).add(number.content)
            for ports in by_protocol.values():
                if len(ports) > best:
                    best, place = len(ports), (rule.key("ports") or rule).place
    return Known(best, (place,))


@fact("network-policy", "string[]")
def directions(policy: Subject) -> Value:
    """Whether the policy limits Ingress, Egress or both: its policyTypes, else Ingress, and Egress where it has egress rules."""
    written = policy.read("spec", "policyTypes")
    spec = policy.node.get("spec") if policy.node is not None else None
    types = spec.get("policyTypes") if spec is not None else None
    if items(types):
        return Known(Listing([scalar_value(each) for each in items(types)]), written.places)
    found: list[Value] = [Known("Ingress", written.places, "Kubernetes")]
    if spec is not None and spec.get("egress") is not None:
        found.append(Known("Egress", written.places, "Kubernetes"))
    return Known(Listing(found, bool(policy.partial), policy.partial or ""), written.places, "Kubernetes")
