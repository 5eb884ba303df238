"""The subnets that pods of a node group take their addresses from, and the addresses that its nodes keep.

A node keeps what datastoreTargetState of ipamd asks for while it runs hardly any pod; a subnet has five addresses less than its
range (Amazon VPC user guide, "Subnet CIDR blocks").
"""

from __future__ import annotations

import re
from collections.abc import Callable

from ekslint.carriers.subnets import ROLE_TAG
from ekslint.fact import Subject, fact, subjects
from ekslint.syntax.tree import Scalar
from ekslint.value import Absent, Known, Unknown, Value, derive, places_of

RESERVED = 5
_RANGE = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}/(\d{1,2})")
_REFERENCE = re.compile(r"\$\{([A-Za-z0-9]+)\}")


@fact("subnet", "int")
def mask(subnet: Subject) -> Value:
    """The length of the prefix of the subnet's range: 24 of 10.0.1.0/24."""
    cidr = subnet.get("cidr")
    if not isinstance(cidr, Known):
        return cidr
    found = _RANGE.fullmatch(str(cidr.value).strip())
    if found is None or int(found.group(1)) > 28:
        return Unknown("no range of a subnet", cidr.places, str(cidr.value), True)
    return Known(int(found.group(1)), cidr.places, cidr.default)


@fact("subnet", "int")
def addresses(subnet: Subject) -> Value:
    """The addresses of the subnet that interfaces can have."""
    length = subnet.get("mask")
    return Known(2 ** (32 - length.value) - RESERVED, length.places, length.default) if isinstance(length, Known) else length


@fact("node-group", "subnet[]")
def pod_subnets(group: Subject) -> Value:
    """The subnets that pods of the group have addresses of, where the set describes them all.

    Those of the nodes, and those tagged kubernetes.io/role/cni while subnet discovery is on; unknown under custom networking.
    """
    plugin = group.home.subject.value("cni")
    if plugin is None:
        return Absent((group.place,))
    custom = plugin.get("custom_networking")
    if not isinstance(custom, Known) or custom.value:
        return Unknown("ENIConfigs name the subnets of pods", custom.places)
    own = _own(group)
    if isinstance(own, Unknown):
        return own
    tagged = [each for each in group.home.all("subnet") if _may_be_chosen(each) and each not in own]
    discovery = plugin.get("subnet_discovery")
    if tagged and not isinstance(discovery, Known):
        return Unknown(f"subnets with the tag {ROLE_TAG} may be used", discovery.places)
    chosen = tagged if isinstance(discovery, Known) and discovery.value else []
    return subjects([*own, *chosen], places=places_of(*(each.known() for each in own)))


def _own(group: Subject) -> list[Subject] | Unknown:
    described = group.home.all("subnet")
    listed = group.get("subnets")
    if isinstance(listed, Known):
        if listed.value.open:
            return Unknown(listed.value.why, listed.places)
        found = []
        for each in listed.value:
            subnet = _named(each, described)
            if subnet is None:
                return Unknown("a subnet of the group is not in the set", each.places, written=True)
            found.append(subnet)
        return found
    if isinstance(listed, Absent) and group.value("carrier") == "eksctl":
        private = group.node.get("privateNetworking") if group.node is not None else None
        access = "private" if isinstance(private, Scalar) and private.value is True else "public"
        found = [each for each in described if each.value("access") == access]
        if found:
            return found
    return Unknown("nothing names the subnets of the group", listed.places, written=False)


def _named(value: Value, described: list[Subject]) -> Subject | None:
    """The subnet that an id, a name or a reference means."""
    text = str(value.value) if isinstance(value, Known) else value.text if isinstance(value, Unknown) else None
    if text is None:
        return None
    reference = _REFERENCE.fullmatch(text)
    name = reference.group(1) if reference else text
    return next((each for each in described if name in (each.name, each.value("id"), each.value("reference"))), None)


def _may_be_chosen(subnet: Subject) -> bool:
    tag = subnet.get("role_tag")
    return isinstance(tag, Unknown) or (isinstance(tag, Known) and str(tag.value) != "0")


@fact("node-group", "int")
def subnet_addresses(group: Subject) -> Value:
    """All addresses of the subnets that pods of the group have addresses of."""
    return _over(group, "addresses", sum)


@fact("node-group", "int")
def widest_mask(group: Subject) -> Value:
    """The length of the prefix of the largest of those subnets."""
    return _over(group, "mask", min)


def _over(group: Subject, name: str, together: Callable[[list[int]], int]) -> Value:
    found = group.get("pod_subnets")
    if not isinstance(found, Known):
        return found
    values = [each.value.get(name) for each in found.value]
    doubt = next((each for each in values if not isinstance(each, Known)), None)
    if found.value.open or doubt is not None or not values:
        return Unknown("the range of a subnet is not known", doubt.places if doubt is not None else found.places, written=False)
    return Known(together([each.value for each in values]), places_of(*values))


@fact("node-group", "int")
def kept_by_node(group: Subject) -> Value:
    """The addresses that one node of the group keeps at least while it runs a pod or two, of its smallest type.

    Absent with IPv6, on Windows, where ipamd provisions nothing, and without the VPC CNI.
    """
    plugin = group.home.subject.value("cni")
    if plugin is None or plugin.value("provisioning") is False or plugin.value("ipv6") is True or group.value("os") == "windows":
        return Absent((group.place,))
    facts = [
        plugin.get(n)
        for n in ("provisioning", "ipv6", "prefix_delegation", "warm_ip_target", "minimum_ip_target", "warm_eni_target")
    ]
    doubt = next((each for each in facts if not isinstance(each, Known)), None)
    if doubt is not None:
        return Unknown("the warm targets are not known", doubt.places, written=False)
    _, _, prefixes, warm, minimum, interfaces = (each.value for each in facts if isinstance(each, Known))
    target = max(warm, minimum)
    if target > 0:
        return Known(-(-target // 16) * 16 if prefixes else target, facts[3].places)
    if prefixes:
        found = plugin.get("warm_prefix_target")
        return Known(16 * found.value, found.places, found.default) if isinstance(found, Known) else found
    return _interfaces(group, interfaces, facts[5])


def _interfaces(group: Subject, spare: int, target: Value) -> Value:
    """One interface in use and the spare ones, each with all its addresses."""
    types = group.get("instance_types")
    if not isinstance(types, Known) or types.value.open or not types.value.items:
        return Unknown("the instance types are not known", types.places, written=False)
    each_type = []
    for one in types.value:
        if not isinstance(one, Known):
            return Unknown("the instance types are not known", one.places, written=False)
        enis, held = one.value.get("enis"), one.value.get("ipv4_per_eni")
        if not isinstance(enis, Known) or not isinstance(held, Known):
            return Unknown("an instance type is not known", types.places, written=False)
        each_type.append(min(spare + 1, enis.value) * held.value)
    default = target.default if isinstance(target, Known) else None
    return Known(min(each_type), target.places, default)


@fact("node-group", "int")
def addresses_kept(group: Subject) -> Value:
    """The addresses that the group's nodes keep together when it is at its largest."""
    size, kept = group.get("max_size"), group.get("kept_by_node")
    if isinstance(size, Absent):
        return Unknown("nothing limits the group", size.places, written=False)
    return derive(lambda nodes, each: nodes * each, size, kept)
