"""The ConfigMap kube-system/amazon-vpc-cni, by which the control plane's controllers are set.

Source: pkg/condition/conditions.go of amazon-vpc-resource-controller-k8s: ParseBool of the key's text, false where it is absent.
"""

from __future__ import annotations

from ekslint.data.go import go_bool
from ekslint.fact import Subject, fact
from ekslint.value import Absent, Known, Unknown, Value

NAME = "amazon-vpc-cni"


def switch(config_map: Subject, key: str) -> Value:
    """A boolean key of the ConfigMap; absent of other ConfigMaps, unknown where it is not written, since other tools add keys."""
    if config_map.name != NAME:
        return Absent((config_map.place,))
    found = config_map.read("data", key)
    if isinstance(found, Absent):
        return Unknown("the key is not written here, and may be in the cluster", found.places, written=False, key=key)
    if not isinstance(found, Known):
        return found
    made = go_bool(found.value) if isinstance(found.value, str) else None
    return (
        Unknown("no boolean that Go reads", found.places, str(found.value), True, key)
        if made is None
        else Known(made, found.places)
    )


@fact("config-map", "bool")
def windows_ipam(config_map: Subject) -> Value:
    """Whether Windows pods get addresses from the VPC (enable-windows-ipam of the ConfigMap amazon-vpc-cni)."""
    return switch(config_map, "enable-windows-ipam")


@fact("config-map", "bool")
def windows_prefix_delegation(config_map: Subject) -> Value:
    """Whether Windows nodes get prefixes (enable-windows-prefix-delegation of the ConfigMap amazon-vpc-cni)."""
    return switch(config_map, "enable-windows-prefix-delegation")


@fact("cni", "bool")
def policy_controller(cni: Subject) -> Value:
    """Whether the control plane makes the agent's rules of NetworkPolicies (enable-network-policy-controller).

    The chart and the add-on set it together with the agent; for a manifest it is the ConfigMap amazon-vpc-cni of the set.
    """
    managers = cni.get("managers")
    if isinstance(managers, Known) and any(each.value != "manifest" for each in managers.value):
        return cni.get("network_policy")
    found = cni.home.named("config-map", NAME)
    if not found:
        return Unknown("its ConfigMap is not in the set", (cni.place,), written=False)
    return switch(found[0], "enable-network-policy-controller")
