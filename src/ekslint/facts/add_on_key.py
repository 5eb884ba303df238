"""One key of the configuration values of the EKS add-on vpc-cni, held against the add-on's schema.

The schema forbids unknown keys in every map of its own, and newer versions only add keys. So a key that nobody knows is left
alone: what is certain is a key that belongs into another map, and one that differs from a known key by a slip.
Source: aws eks describe-addon-configuration --addon-name vpc-cni (v1.15.1).
"""

from __future__ import annotations

from ekslint.data import cni as table
from ekslint.fact import Subject, fact
from ekslint.value import Absent, Known, Value

SECTIONS: dict[str, tuple[str, ...]] = {
    "root": (
        "affinity",
        "branchENICooldown",
        "cniConfig",
        "enableNetworkPolicy",
        "enableWindowsIpam",
        "enableWindowsPrefixDelegation",
        "eniConfig",
        "env",
        "init",
        "livenessProbeTimeoutSeconds",
        "minimumWindowsIPTarget",
        "nodeAgent",
        "nodeSelector",
        "originalMatchLabels",
        "podAnnotations",
        "podLabels",
        "readinessProbeTimeoutSeconds",
        "resources",
        "tolerations",
        "updateStrategy",
        "warmWindowsIPTarget",
        "warmWindowsPrefixTarget",
    ),
    "init": ("env", "resources"),
    "nodeAgent": (
        "conntrackCacheCleanupPeriod",
        "conntrackCacheTableSize",
        "enableCloudWatchLogs",
        "enableIpv6",
        "enablePolicyEventLogs",
        "enabled",
        "healthProbeBindAddr",
        "logLevel",
        "metricsBindAddr",
        "networkPolicyAgentLogFileLocation",
        "resources",
    ),
    "eniConfig": ("create", "region", "subnets"),
}

_RELOCATED = {
    "initEnv": "init.env",
    "InitEnv": "init.env",
    "initContainers": "init",
    "initContainer": "init",
    "environment": "env",
    "ENABLE_NETWORK_POLICY": "enableNetworkPolicy",
    "enable-network-policy": "enableNetworkPolicy",
}


@fact("add-on-key", "string")
def belongs_at(key: Subject) -> Value:
    """The path at which the add-on has this key, where it is certain that it is not the one that is written; else absent."""
    section, name = key.value("section"), key.name
    right = _right_path(section, name)
    written = name if section == "root" else f"{section}.{name}"
    return Absent((key.place,)) if right is None or right == written else Known(right, (key.place,))


@fact("add-on-key", "string")
def path(key: Subject) -> Value:
    """The path at which the key is written."""
    section = key.value("section")
    return Known(key.name if section == "root" else f"{section}.{key.name}", (key.place,))


def _right_path(section: str, name: str) -> str | None:
    variable = table.variable(name)
    if variable is not None:
        paths = variable.addon_keys or tuple("env." + name if c == "main" else "init.env." + name for c in variable.containers)
        written = name if section == "root" else f"{section}.{name}"
        return None if written in paths or not paths else paths[0]
    if section == "root" and name in _RELOCATED:
        return _RELOCATED[name]
    if section in ("env", "init.env"):
        return name if name in SECTIONS["root"] else None
    if name in SECTIONS.get(section, ()):
        return None
    if section == "root":
        for other in ("nodeAgent", "eniConfig"):
            if name in SECTIONS[other]:
                return f"{other}.{name}"
    elif name in SECTIONS["root"]:
        return name
    same = [known for known in SECTIONS.get(section, ()) if known.lower() == name.lower()]
    if same:
        return same[0] if section == "root" else f"{section}.{same[0]}"
    return None
