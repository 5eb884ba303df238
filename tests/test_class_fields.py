"""Fields of IngressClassParams that only the first member of a group brings in."""

from __future__ import annotations

import pytest
from ingress_objects import class_params, cluster, ingress, ingress_class, plain

GROUP = "group: {name: g}\n"
ATTRIBUTES = "loadBalancerAttributes:\n  - {key: a, value: '1'}\n"
MORE = ATTRIBUTES + "  - {key: b, value: '2'}\n"
LISTENER = "listeners:\n  - {protocol: HTTP, port: 80, listenerAttributes: [{key: a, value: '1'}]}\n"


def unread(first: str, second: str, port: int = 80) -> object:
    """What of the second member's class has no effect."""
    found = cluster(
        ingress_class("one", params="one"),
        ingress_class("two", params="two"),
        class_params(GROUP + first, "one"),
        class_params(GROUP + second, "two"),
        ingress("a", ingress_class="one"),
        ingress("b", {"listen-ports": f"'[{{\"HTTP\": {port}}}]'"}, ingress_class="two"),
    )
    return plain(found.all("ingress")[1].get("unread_class_fields"))


@pytest.mark.parametrize(
    ("first", "second", "fields"),
    [
        ("", "", []),
        ("", ATTRIBUTES, ["loadBalancerAttributes"]),
        (MORE, ATTRIBUTES, []),
        (ATTRIBUTES, MORE, ["loadBalancerAttributes"]),
        ("", "minimumLoadBalancerCapacity: {capacityUnits: 100}\n", ["minimumLoadBalancerCapacity"]),
        ("", "ipamConfiguration: {ipv4IPAMPoolId: ipam-pool-1}\n", ["ipamConfiguration"]),
        ("", LISTENER, ["listeners"]),
        (LISTENER, LISTENER, []),
        ("loadBalancerAttributes: '${ATTRIBUTES}'\n", ATTRIBUTES, []),
    ],
)
def test_what_only_the_first_member_could_set(first: str, second: str, fields: list[str]) -> None:
    assert unread(first, second) == fields


def test_a_listener_that_the_first_member_has_not_is_the_second_ones_own() -> None:
    assert unread("", LISTENER.replace("80", "8080"), 8080) == []
    assert unread("", LISTENER.replace("80", "9090"), 8080) == []


def test_the_first_member_reads_all_of_its_class() -> None:
    found = cluster(ingress_class(params="params"), class_params(GROUP + MORE), ingress("a"), ingress("b"))
    assert [plain(one.get("unread_class_fields")) for one in found.all("ingress")] == [None, []]
