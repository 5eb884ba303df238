"""IngressGroups, the load balancers and listeners they make, and what their members must agree on."""

from __future__ import annotations

import pytest
from ingress_objects import CERTIFICATE, ONE_PATH, class_params, cluster, ingress, ingress_class, only, plain

BOTH = '\'[{"HTTP": 80}, {"HTTPS": 443}]\''
HOST = ONE_PATH.replace("- http:", "- host: a.example.com\n    http:")


def test_an_ingress_without_a_group_has_a_load_balancer_of_its_own() -> None:
    found = cluster(ingress("a"), ingress("b", namespace="other"), ingress("b", {"scheme": "internet-facing"}))
    albs = found.all("load-balancer")
    assert [(alb.name, plain(alb.get("scheme"))) for alb in albs] == [
        ("a", "internal"),
        ("b", "internal"),
        ("b", "internet-facing"),
    ]
    assert plain(albs[0].get("same_scheme")) == ["a", "b"]
    assert plain(albs[2].get("same_scheme")) == ["b"]


def test_variants_of_one_ingress_are_judged_alone_and_counted_once() -> None:
    name = {"load-balancer-name": "shop"}
    found = cluster(ingress("a", name), ingress("a", {**name, "scheme": "internet-facing"}))
    assert [plain(one.get("scheme")) for one in found.all("load-balancer")] == ["internal", "internet-facing"]
    assert plain(found.subject.get("albs")) == ["a"]
    assert [plain(one.get("same_name")) for one in found.all("load-balancer")] == [["a"], None]
    assert [plain(one.get("same_scheme")) for one in found.all("load-balancer")] == [["a"], None]
    assert [plain(one.get("scheme")) for one in (one.value("load_balancer") for one in found.all("ingress"))] == [
        "internal",
        "internet-facing",
    ]


def test_variants_of_a_member_are_in_no_group() -> None:
    found = cluster(ingress("a", {"group.name": "g"}), ingress("a", {"group.name": "g"}), ingress("b", {"group.name": "g"}))
    assert plain(only(found, "ingress-group").get("members")) == ["a", "b"]
    assert [plain(one.get("group")) for one in found.all("ingress")] == ["g", "unknown", "g"]


def test_members_are_in_the_order_that_the_controller_gives_them() -> None:
    order = {"z": "-5", "b": None, "a": "10"}
    texts = [ingress(name, {"group.name": "shop", **({"group.order": f'"{at}"'} if at else {})}) for name, at in order.items()]
    group = only(cluster(*texts), "ingress-group")
    assert plain(group.get("members")) == ["z", "b", "a"]
    assert plain(group.get("ordered")) is True


def test_the_order_is_not_certain_without_the_namespaces_that_decide_it() -> None:
    texts = [ingress("a", {"group.name": "g"}, namespace=""), ingress("b", {"group.name": "g"})]
    assert plain(only(cluster(*texts), "ingress-group").get("ordered")) is False


@pytest.mark.parametrize(("name", "members"), [("shop", ["a", ...]), ("Shop", []), ('""', []), ("${GROUP}", [])])
def test_a_group_needs_a_name_that_the_controller_takes(name: str, members: list[object]) -> None:
    groups = cluster(ingress("a", {"group.name": name})).all("ingress-group")
    assert [item for group in groups for item in plain(group.get("members"))] == members


def test_the_class_names_the_group_before_the_annotation() -> None:
    texts = [ingress_class(params="params"), class_params("group: {name: shared}"), ingress("a", {"group.name": "own"})]
    assert only(cluster(*texts), "ingress-group").name == "shared"


def test_auto_mode_does_not_read_the_group_annotation() -> None:
    found = cluster(ingress("a", {"group.name": "shop"}), ingress_class("alb", "eks.amazonaws.com/alb"))
    assert not found.all("load-balancer")


def test_a_group_setting_is_followed_by_who_does_not_give_one() -> None:
    texts = [ingress("a", {"group.name": "g"}), ingress("b", {"group.name": "g", "scheme": "internet-facing"})]
    assert plain(only(cluster(*texts), "load-balancer").get("scheme")) == "internet-facing"
    texts.append(ingress("c", {"group.name": "g", "scheme": "internal"}))
    assert plain(only(cluster(*texts), "load-balancer").get("scheme")) == "unknown"


@pytest.mark.parametrize(
    ("annotations", "ports"),
    [
        ({}, ["HTTP 80"]),
        ({"certificate-arn": CERTIFICATE}, ["HTTPS 443"]),
        ({"certificate-arn": '""'}, ["HTTP 80"]),
        ({"certificate-arn": "${CERT}"}, "unknown"),
        ({"listen-ports": BOTH}, ["HTTP 80", "HTTPS 443"]),
        ({"listen-ports": '\'[{"HTTP": 80, "HTTP": 81}]\''}, ["HTTP 81"]),
        ({"listen-ports": "'[{}]'"}, []),
        ({"listen-ports": "'[]'"}, "unknown"),
        ({"listen-ports": "\"[{'HTTP': 80}]\""}, "unknown"),
        ({"listen-ports": "'[{\"http\": 80}]'"}, "unknown"),
        ({"listen-ports": '\'[{"HTTP": "80"}]\''}, "unknown"),
        ({"listen-ports": "'[{\"HTTP\": 70000}]'"}, "unknown"),
        ({"listen-ports": '\'[{"HTTP": 80, "HTTPS": 80}]\''}, "unknown"),
    ],
)
def test_the_ports_that_an_ingress_listens_on(annotations: dict[str, str], ports: object) -> None:
    assert plain(only(cluster(ingress("a", annotations)), "ingress").get("listen_ports")) == ports


def test_a_port_stands_where_it_is_written() -> None:
    found = cluster(ingress("a", {"listen-ports": BOTH})).all("listener")
    assert [(listener.place.line, listener.place.column) for listener in found] == [(7, 48), (7, 62)]


def test_a_listener_gathers_what_its_members_give() -> None:
    texts = [
        ingress("a", {"group.name": "g", "listen-ports": BOTH, "certificate-arn": CERTIFICATE}),
        ingress("b", {"group.name": "g", "listen-ports": BOTH}, HOST),
    ]
    secure = next(one for one in cluster(*texts).all("listener") if one.value("port") == 443)
    assert plain(secure.get("certificates")) == [CERTIFICATE]
    assert plain(secure.get("hosts")) == ["a.example.com"]
    assert plain(secure.get("ssl_policy")) == "ELBSecurityPolicy-2016-08"


def settings(*members: dict[str, str]) -> dict[str, object]:
    """The settings of a group of which more than one value counts."""
    texts = [ingress(f"m{index}", {"group.name": "g", **one}) for index, one in enumerate(members)]
    found = {one.name: plain(one.get("values")) for one in cluster(*texts).all("group-setting")}
    return {name: values for name, values in found.items() if isinstance(values, list) and len(values) > 1}


@pytest.mark.parametrize(
    ("one", "other", "different"),
    [
        ({"scheme": "internal"}, {"scheme": "internet-facing"}, ["scheme"]),
        ({"scheme": "internal"}, {}, []),
        ({"load-balancer-name": '""'}, {"load-balancer-name": "a"}, ["load-balancer-name"]),
        ({"subnets": '"b, a"'}, {"subnets": '"a,b"'}, []),
        ({"subnets": '"b, a"'}, {"subnets": "a"}, ["subnets"]),
        ({"security-groups": '"b, a"'}, {"security-groups": '"a,b"'}, ["security-groups"]),
        ({"shield-advanced-protection": '"true"'}, {"shield-advanced-protection": '"1"'}, []),
        ({"shield-advanced-protection": '"true"'}, {"shield-advanced-protection": '"f"'}, ["shield-advanced-protection"]),
        ({"tags": "a=1,b=2"}, {"tags": "b=3,c=4"}, ["tags b"]),
        ({"load-balancer-attributes": "k=1"}, {"load-balancer-attributes": "k=2"}, ["load-balancer-attributes k"]),
        ({"wafv2-acl-arn": "a"}, {"wafv2-acl-arn": "b"}, ["wafv2-acl-arn"]),
        ({"wafv2-acl-arn": "a", "wafv2-acl-name": "shop"}, {"wafv2-acl-arn": "b"}, []),
        ({"wafv2-acl-name": '""'}, {"wafv2-acl-name": "shop"}, []),
        ({"waf-acl-id": "a"}, {"web-acl-id": "b"}, ["waf-acl-id"]),
        ({"inbound-cidrs": "10.0.0.0/8"}, {"inbound-cidrs": "10.0.0.0/9"}, ["inbound-cidrs on port 80"]),
        ({"listen-ports": "'[{\"HTTP\": 443}]'"}, {"certificate-arn": CERTIFICATE}, ["listen-ports on port 443"]),
        ({"manage-backend-security-group-rules": '"true"'}, {"manage-backend-security-group-rules": '"false"'}, []),
        ({"frontend-nlb-scheme": "internal"}, {"frontend-nlb-scheme": "internet-facing"}, []),
        (
            {"frontend-nlb-scheme": "internal", "enable-frontend-nlb": '"true"'},
            {"frontend-nlb-scheme": "internet-facing"},
            ["frontend-nlb-scheme"],
        ),
    ],
)
def test_what_members_disagree_on(one: dict[str, str], other: dict[str, str], different: list[str]) -> None:
    assert list(settings(one, other)) == different


def test_a_templated_member_leaves_a_setting_open() -> None:
    texts = [ingress("a", {"group.name": "g", "ssl-redirect": '"443"'}), ingress("b", {"group.name": "g", "ssl-redirect": "${P}"})]
    found = {one.name: plain(one.get("values")) for one in cluster(*texts).all("group-setting")}
    assert found["ssl-redirect"] == [443, ...]


def test_parameters_of_the_class_go_before_a_members_annotation() -> None:
    texts = [
        ingress_class(params="params"),
        class_params("group: {name: g}\nscheme: internal"),
        ingress("a", {"scheme": "internet-facing"}),
        ingress("b", {"scheme": "internal"}),
    ]
    found = {one.name: plain(one.get("values")) for one in cluster(*texts).all("group-setting")}
    assert found["scheme"] == ["internal"]
