"""The table of instance types."""

from __future__ import annotations

import pytest

from ekslint.data.instances import instance_type, instance_types

STALE = {"i7ie.48xlarge", "i7ie.metal-48xl", "i8ge.48xlarge", "i8ge.metal-48xl"}
"""EC2 split their interfaces over two cards after AWS last published a figure."""


def test_a_type_is_found_by_its_name() -> None:
    found = instance_type("m5.large")
    assert found is not None
    assert found.name == "m5.large"
    assert (found.enis, found.ipv4_per_eni, found.vcpus) == (3, 10, 2)
    assert (found.hypervisor, found.bare_metal, found.prefix_capable) == ("nitro", False, True)
    assert (found.trunk_capable, found.branch_enis, found.network_cards) == (True, 9, 1)
    assert (found.architectures, found.eni_max_pods, found.retired) == (("x86_64",), 29, False)


@pytest.mark.parametrize(
    "name", ["m5", "m5.larg", "5.large", "", "instance_type", "M5.LARGE", "m5.large,3", "m5.large\n", "\nm5.large"]
)
def test_what_is_no_name_of_a_type_is_not_found(name: str) -> None:
    assert instance_type(name) is None


@pytest.mark.parametrize(
    ("name", "trunk"),
    [("m5.large", True), ("i4i.large", True), ("m5.metal", True), ("t3.medium", False), ("m4.large", False), ("r9g.large", None)],
)
def test_trunk_interfaces(name: str, trunk: bool | None) -> None:
    found = instance_type(name)
    assert found is not None
    assert found.trunk_capable is trunk


@pytest.mark.parametrize(("name", "capable"), [("m5.large", True), ("m5.metal", True), ("m4.large", False), ("t2.small", False)])
def test_prefixes(name: str, capable: bool) -> None:
    found = instance_type(name)
    assert found is not None
    assert found.prefix_capable is capable


@pytest.mark.parametrize(("name", "enis", "cards"), [("p5.48xlarge", 2, 32), ("p4d.24xlarge", 15, 4), ("c6in.32xlarge", 8, 2)])
def test_only_the_default_card_counts(name: str, enis: int, cards: int) -> None:
    found = instance_type(name)
    assert found is not None
    assert (found.enis, found.network_cards) == (enis, cards)


def test_retired_types_are_still_known() -> None:
    found = instance_type("p2.xlarge")
    assert found is not None
    assert found.retired


def test_every_line_reads_and_stands_in_order() -> None:
    types = list(instance_types())
    names = [t.name for t in types]
    assert len(types) > 1400
    assert names == sorted(set(names))
    assert all(instance_type(t.name) == t for t in types)
    assert all(t.hypervisor in ("nitro", "xen", "unknown") for t in types)
    assert all((t.branch_enis or 0) > 0 for t in types if t.trunk_capable)
    assert not any(t.branch_enis for t in types if not t.trunk_capable)


def test_the_published_figures_follow_from_interfaces_and_addresses() -> None:
    differing = {
        t.name for t in instance_types() if t.eni_max_pods is not None and t.eni_max_pods != t.enis * (t.ipv4_per_eni - 1) + 2
    }
    assert differing == STALE
