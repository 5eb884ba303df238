"""Which of the warm targets ipamd goes by, and why it passes over another (datastoreTargetState, isDatastorePoolTooLow).

An address target beats the interface and the prefix target; the interface target counts with single addresses only, the prefix
target with prefixes only; none counts with IPv6, and none where ipamd provisions nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from ekslint.data import cni as table
from ekslint.fact import Subject, fact
from ekslint.value import Absent, Known, Unknown, Value

IPV6 = "the cluster is IPv6"
UNPROVISIONED = "ipamd provisions nothing"
ADDRESSES = "an address target decides"
PREFIXES = "prefix delegation is on"
NO_PREFIXES = "prefix delegation is off"


@fact("cni-variable", "string")
def shipped(variable: Subject) -> Value:
    """The value that the manifest and the chart ship, else the one that the code presumes."""
    entry = table.variable(variable.name)
    found = None if entry is None else entry.default_manifest or entry.default_code
    return Absent((variable.place,)) if found is None else Known(found, (variable.place,))


@fact(
    "cni-variable",
    f"enum({IPV6}, {UNPROVISIONED}, {ADDRESSES}, {PREFIXES}, {NO_PREFIXES})",
)
def idle_because(variable: Subject) -> Value:
    """Why ipamd passes over a warm target that is set on aws-node; absent where it goes by it, and of other variables."""
    reasons = _REASONS.get(variable.name)
    plugin = variable.home.subject.value("cni")
    if reasons is None or plugin is None or variable.value("container") != "main":
        return Absent((variable.place,))
    doubt: Unknown | None = None
    for reason, holds in reasons:
        answer = holds(plugin)
        if isinstance(answer, Known) and answer.value is True:
            return Known(reason, answer.places)
        if isinstance(answer, Unknown):
            doubt = doubt or answer
    return Unknown(doubt.reason, doubt.places) if doubt is not None else Absent((variable.place,))


def _ipv6(cni: Subject) -> Value:
    return cni.get("ipv6")


def _unprovisioned(cni: Subject) -> Value:
    return _not(cni.get("provisioning"))


def _by_addresses(cni: Subject) -> Value:
    doubt: Value | None = None
    for name in ("warm_ip_target", "minimum_ip_target"):
        target = cni.get(name)
        if isinstance(target, Known) and target.value > 0:
            return Known(True, target.places)
        doubt = doubt or (target if isinstance(target, Unknown) else None)
    return doubt or Known(False)


def _by_prefixes(cni: Subject) -> Value:
    """Prefix delegation, unless a Xen node may be there, which falls back to single addresses."""
    on = cni.get("prefix_delegation")
    if not isinstance(on, Known) or on.value is False:
        return on
    groups = cni.home.subject.get("node_groups")
    if not isinstance(groups, Known) or groups.value.open or not groups.value.items:
        return Unknown("a Xen node would fall back to single addresses", on.places)
    for group in groups.value:
        types = group.value.get("instance_types")
        capable = [t.value.value("prefix_capable") for t in types.value] if isinstance(types, Known) else []
        if not isinstance(types, Known) or types.value.open or not capable or not all(capable):
            return Unknown("a Xen node would fall back to single addresses", on.places)
    return on


def _no_prefixes(cni: Subject) -> Value:
    return _not(cni.get("prefix_delegation"))


def _not(value: Value) -> Value:
    return Known(not value.value, value.places, value.default) if isinstance(value, Known) else value


_REASONS: dict[str, tuple[tuple[str, Callable[[Subject], Value]], ...]] = {
    "WARM_ENI_TARGET": (
        (UNPROVISIONED, _unprovisioned),
        (IPV6, _ipv6),
        (ADDRESSES, _by_addresses),
        (PREFIXES, _by_prefixes),
    ),
    "WARM_PREFIX_TARGET": ((UNPROVISIONED, _unprovisioned), (NO_PREFIXES, _no_prefixes), (ADDRESSES, _by_addresses)),
    "WARM_IP_TARGET": ((UNPROVISIONED, _unprovisioned), (IPV6, _ipv6)),
    "MINIMUM_IP_TARGET": ((UNPROVISIONED, _unprovisioned), (IPV6, _ipv6)),
}
