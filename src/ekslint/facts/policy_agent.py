"""The network policy agent beside aws-node, and the mode in which the two treat new pods.

Source: main.go and pkg/utils/utils.go of aws-network-policy-agent; getNetworkPolicyMode in pkg/ipamd/ipamd.go.
"""

from __future__ import annotations

from ekslint.data.go import go_bool, go_int
from ekslint.fact import Subject, fact
from ekslint.facts.environment import CHART, CODE, one, sources, taken
from ekslint.value import Absent, Known, Unknown, Value


@fact("cni", "enum(none, strict, standard)")
def network_policy_mode(cni: Subject) -> Value:
    """How new pods are treated before their policies arrive (NETWORK_POLICY_ENFORCING_MODE), in lower case."""
    return taken(cni, "NETWORK_POLICY_ENFORCING_MODE")


@fact("cni", "enum(none, strict, standard, unset)")
def handed_mode(cni: Subject) -> Value:
    """The policy mode that the plugin hands to its agent: unset where aws-node has no NETWORK_POLICY_ENFORCING_MODE."""
    found = cni.get("network_policy_mode")
    return Known("unset", found.places, CODE, found.key) if isinstance(found, Absent) else found


@fact("cni", "bool")
def network_policy(cni: Subject) -> Value:
    """Whether the node agent enforces NetworkPolicies (--enable-network-policy, enableNetworkPolicy)."""
    return _switch(cni, "agent_network_policy")


@fact("cni", "bool")
def agent_ipv6(cni: Subject) -> Value:
    """Whether the node agent enforces policies for IPv6 (--enable-ipv6)."""
    found = _switch(cni, "agent_ipv6")
    if isinstance(found, Known) and found.default and any(each.value("manager") != "manifest" for each in sources(cni)):
        family = cni.home.subject.get("made_for")
        helm = all(each.value("manager") == "helm" for each in sources(cni))
        if not helm:
            return Known(family.value == "ipv6", found.places, "EKS") if isinstance(family, Known) else Unknown("EKS sets it")
    return found


@fact("cni", "bool")
def policy_event_logs(cni: Subject) -> Value:
    """Whether the node agent logs its decisions (--enable-policy-event-logs)."""
    return _switch(cni, "agent_policy_event_logs")


@fact("cni", "bool")
def cloudwatch_logs(cni: Subject) -> Value:
    """Whether the node agent ships its logs to CloudWatch (--enable-cloudwatch-logs)."""
    return _switch(cni, "agent_cloudwatch_logs")


@fact("cni", "int")
def agent_table_size(cni: Subject) -> Value:
    """The entries of the agent's connection table (--conntrack-cache-table-size)."""
    found = one(cni, "agent_table_size")
    if not isinstance(found, Known):
        return found
    made = go_int(str(found.value))
    return Unknown("the agent refuses it", found.places, str(found.value), True) if made is None else Known(made, found.places)


@fact("cni", "bool")
def agent(cni: Subject) -> Value:
    """Whether the network policy agent runs beside aws-node."""
    return one(cni, "agent")


def _switch(cni: Subject, name: str) -> Value:
    found = one(cni, name)
    if isinstance(found, Absent):
        whole = [each for each in sources(cni) if each.partial is None]
        manifest = bool(whole) and whole[0].value("manager") == "manifest"
        return Known(False, found.places, CODE if manifest else CHART, found.key)
    if not isinstance(found, Known):
        return found
    made = go_bool(str(found.value))
    if made is None:
        return Unknown("the agent refuses it", found.places, str(found.value), True, found.key)
    return Known(made, found.places, found.default, found.key)
