"""How many pods a node can have, by instance type and mode.

Sources: pkg/vpc and pkg/ipamd of amazon-vpc-cni-k8s for the addresses; AWS's max-pods-calculator.sh (last of 2025-08-14) for the
figures that it prints; the EKS user guide for the recommended limits of 110 and 250.
"""

from __future__ import annotations

from typing import NamedTuple

from ekslint.data.instances import InstanceType

ADDRESSES_PER_PREFIX = 16
"""A /28."""

HOST_NETWORK_PODS = 2
"""What every formula adds: aws-node and kube-proxy take no pod address."""


class Figures(NamedTuple):
    """The limits of one type in the four modes; None where nobody can say."""

    secondary: int | None
    secondary_custom: int | None
    prefix: int | None
    prefix_custom: int | None


def pod_limit(
    type: InstanceType, *, prefixes: bool, custom_networking: bool, max_eni: int | None = None, trunk: bool = False
) -> int:
    """Addresses for pods on one node, plus two, without any cap.

    Prefixes count only on types that can have them. Custom networking takes the primary interface away, a trunk interface another
    one; `max_eni` is MAX_ENI, which the CNI ignores below 1.
    """
    return _limit(type, prefixes and type.prefix_capable, custom_networking, max_eni, trunk)


def recommended(type: InstanceType, *, prefixes: bool, custom_networking: bool) -> int | None:
    """`pod_limit` under EKS's cap; None where the cap decides and the type's vCPUs are unknown."""
    return _capped(pod_limit(type, prefixes=prefixes, custom_networking=custom_networking), type)


def cap(type: InstanceType) -> int | None:
    """The most pods that EKS recommends for a node: 110 below 30 vCPUs, else 250; None where the vCPUs are unknown."""
    if type.vcpus is None:
        return None
    return 250 if type.vcpus > 30 else 110


def calculator(type: InstanceType) -> Figures:
    """What AWS's calculator prints: capped in every mode, and prefixes only on what EC2 calls Nitro, so not on bare metal."""
    return _figures(type, type.hypervisor == "nitro")


def cni(type: InstanceType) -> Figures:
    """The same figures with prefixes wherever the VPC CNI attaches them: on Nitro and on bare metal."""
    return _figures(type, type.prefix_capable)


def _figures(type: InstanceType, prefix_capable: bool) -> Figures:
    return Figures(
        *(_capped(_limit(type, p and prefix_capable, c, None, False), type) for p in (False, True) for c in (False, True))
    )


def _limit(type: InstanceType, prefixes: bool, custom_networking: bool, max_eni: int | None, trunk: bool) -> int:
    enis = type.enis if max_eni is None or max_eni < 1 else min(type.enis, max_eni)
    usable = max(enis - custom_networking - trunk, 0)
    return usable * (type.ipv4_per_eni - 1) * (ADDRESSES_PER_PREFIX if prefixes else 1) + HOST_NETWORK_PODS


def _capped(limit: int, type: InstanceType) -> int | None:
    most = cap(type)
    if most is None:
        return limit if limit <= 110 else None
    return min(limit, most)
