"""EC2 instance types: interfaces, addresses, hypervisor, vCPUs and trunk interfaces of each.

A first lookup scans the text of instance-types.csv for one line, since that is faster than any table that is loaded whole.
Source: DescribeInstanceTypes of all regions and the limits tables of the VPC CNI, the VPC resource controller and Karpenter.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ekslint.data import read_table


class InstanceType(NamedTuple):
    """One type. `enis` counts the interfaces of the default network card, `ipv4_per_eni` the addresses of each, its own included.

    hypervisor: nitro, xen or unknown (bare metal). `vcpus`, `trunk_capable`, `branch_enis` and `eni_max_pods` (the figure
    AWS published for secondary addresses) are None where no table has them. `retired` types are in no current table.
    """

    name: str
    enis: int
    ipv4_per_eni: int
    hypervisor: str
    bare_metal: bool
    vcpus: int | None
    trunk_capable: bool | None
    branch_enis: int | None
    network_cards: int
    architectures: tuple[str, ...]
    eni_max_pods: int | None
    retired: bool

    @property
    def prefix_capable(self) -> bool:
        """Whether the VPC CNI attaches prefixes to its interfaces: Nitro or bare metal (pkg/ipamd/ipamd.go)."""
        return self.hypervisor == "nitro" or self.bare_metal


_TABLE: list[str] = []
_ASKED: dict[str, InstanceType] = {}
_ALL: list[InstanceType] = []


def instance_type(name: str) -> InstanceType | None:
    """The type of that name, such as m5.large; None where no table holds it."""
    found = _ASKED.get(name)
    if found is None and "," not in name and "\n" not in name:
        text = _text()
        start = text.find(f"\n{name},")
        if start >= 0:
            found = _ASKED[name] = _parse(text[start + 1 : text.index("\n", start + 1)])
    return found


def instance_types() -> Iterator[InstanceType]:
    """All types, retired ones too, by name."""
    if not _ALL:
        _ALL.extend(_parse(line) for line in _text().splitlines()[1:])
        _ASKED.update((each.name, each) for each in _ALL)
    return iter(_ALL)


def _text() -> str:
    if not _TABLE:
        _TABLE.append(read_table("instance-types.csv"))
    return _TABLE[0]


def _parse(line: str) -> InstanceType:
    name, enis, addresses, hypervisor, metal, vcpus, trunk, branches, cards, architectures, published, retired = line.split(",")
    return InstanceType(
        name,
        int(enis),
        int(addresses),
        hypervisor,
        metal == "true",
        int(vcpus) if vcpus else None,
        trunk == "true" if trunk else None,
        int(branches) if branches else None,
        int(cards),
        tuple(architectures.split("|")) if architectures else (),
        int(published) if published else None,
        retired == "true",
    )
