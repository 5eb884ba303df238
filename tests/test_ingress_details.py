"""Client certificates, inbound networks, logs, tags, conditions, authentication and the NLB in front of an ALB."""

from __future__ import annotations

import pytest
from ingress_objects import CERTIFICATE, ONE_PATH, class_params, cluster, ingress, ingress_class, only, plain, service

HTTPS = {"certificate-arn": CERTIFICATE}


def mutual(*entries: str) -> dict[str, str]:
    return {**HTTPS, "group.name": "g", "mutual-authentication": f"'[{', '.join(entries)}]'"}


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ('{"port": 443, "mode": "off"}', '{"port": 443, "mode": "off"}', True),
        ('{"port": 443, "mode": "off"}', '{"port": 443, "mode": "passthrough"}', False),
        ('{"port": 443, "mode": "off"}', '{"port": 8443, "mode": "passthrough"}', True),
        (
            '{"port": 443, "mode": "verify", "trustStore": "t"}',
            '{"port": 443, "mode": "verify", "trustStore": "t", "ignoreClientCertificateExpiry": false}',
            True,
        ),
    ],
)
def test_client_certificates_are_compared_port_by_port(one: str, other: str, same: bool) -> None:
    found = cluster(ingress("a", mutual(one)), ingress("b", mutual(other)))
    values = [one.get("values") for one in found.all("group-setting") if one.name == "mutual-authentication on port 443"]
    assert all(len(plain(value)) == 1 for value in values) is same


def test_networks_of_a_class_go_before_those_of_the_annotation() -> None:
    own = ingress(annotations={"inbound-cidrs": "10.0.0.9/8, 2001:db8::/32"})
    found = cluster(own).all("inbound-network")
    assert [(one.name, plain(one.get("canonical")), plain(one.get("family"))) for one in found] == [
        ("10.0.0.9/8", "10.0.0.0/8", "ipv4"),
        ("2001:db8::/32", "2001:db8::/32", "ipv6"),
    ]
    shared = [ingress_class(params="params"), class_params("inboundCIDRs: [192.0.2.0/24]")]
    assert [one.name for one in cluster(own, *shared).all("inbound-network")] == ["192.0.2.0/24"]


def test_a_network_is_not_placed_inside_another_one() -> None:
    longer, shorter = cluster(ingress(annotations={"inbound-cidrs": "10.0.0.0/16, 10.0.0.0/1"})).all("inbound-network")
    assert (longer.place.column + len("10.0.0.0/16, "), longer.place.line) == (shorter.place.column, shorter.place.line)


def test_any_member_may_name_the_bucket_of_the_logs() -> None:
    on = {"group.name": "g", "load-balancer-attributes": "access_logs.s3.enabled=true"}
    names = {"group.name": "g", "load-balancer-attributes": "access_logs.s3.bucket=logs"}
    found = {one.name: plain(one.get("bucket")) for one in cluster(ingress("a", on), ingress("b", names)).all("attribute")}
    assert found == {"access_logs.s3.enabled": "logs", "access_logs.s3.bucket": None}
    alone = only(cluster(ingress("a", {"load-balancer-attributes": "access_logs.s3.enabled=true"})), "attribute")
    assert plain(alone.get("bucket")) is None


def test_tags_of_annotations_and_classes() -> None:
    texts = [ingress(annotations={"tags": "team=web,stage=prod"}), class_params("tags:\n  - {key: owner, value: shop}")]
    assert [(tag.name, plain(tag.get("value"))) for tag in cluster(*texts).all("tag")] == [
        ("team", "web"),
        ("stage", "prod"),
        ("owner", "shop"),
    ]


def test_conditions_count_with_host_and_path() -> None:
    condition = '[{"field": "http-request-method", "httpRequestMethodConfig": {"values": ["GET", "HEAD"]}}]'
    spec = ONE_PATH.replace("path: /", "path: /a").replace("- http:", "- host: a.example.com\n    http:")
    path = only(cluster(ingress(annotations={"conditions.web": f"'{condition}'"}, spec=spec)), "ingress-path")
    assert plain(path.get("condition_values")) == 5


def test_authentication_of_the_service_goes_before_that_of_the_ingress() -> None:
    public = service().replace("spec:", "  annotations:\n    alb.ingress.kubernetes.io/auth-type: none\nspec:", 1)
    protected = ingress(annotations={"auth-type": "oidc", "auth-idp-oidc": '\'{"issuer": "https://a"}\''})
    group = only(cluster(protected, service()), "target-group")
    assert plain(group.get("auth_type")) == "oidc"
    assert plain(group.get("empty_idp_members")) == ["authorizationEndpoint", "tokenEndpoint", "userInfoEndpoint", "secretName"]
    assert plain(only(cluster(protected, public), "target-group").get("auth_type")) == "none"


def test_the_nlb_in_front_has_a_scheme_of_its_own() -> None:
    public = {"scheme": "internet-facing"}
    alb = only(cluster(ingress(annotations={**public, "enable-frontend-nlb": '"true"'})), "load-balancer")
    assert plain(alb.get("frontend_nlb_scheme")) == "internal"
    assert plain(only(cluster(ingress(annotations=public)), "load-balancer").get("frontend_nlb_scheme")) is None


@pytest.mark.parametrize(
    ("ports", "two", "dropped"),
    [
        ('[{"HTTP": 80}, {"HTTPS": 443}]', [], []),
        ('[{"HTTP": 443}, {"HTTPS": 443}]', [443], []),
        ('[{"HTTP": 80, "HTTP": 8080}]', [], [80]),
        ('[{"HTTP": 80}, {"HTTP": 80}]', [], []),
    ],
)
def test_what_is_lost_of_listen_ports(ports: str, two: list[int], dropped: list[int]) -> None:
    found = only(cluster(ingress(annotations={"listen-ports": f"'{ports}'"})), "ingress")
    assert (plain(found.get("two_protocol_ports")), plain(found.get("dropped_ports"))) == (two, dropped)


def test_a_class_may_be_for_some_namespaces_only() -> None:
    shared = [ingress_class(params="params"), class_params("namespaceSelector: {matchLabels: {team: web}}")]
    for team, selected in (("web", True), ("data", False)):
        namespace = f"apiVersion: v1\nkind: Namespace\nmetadata: {{name: shop, labels: {{team: {team}}}}}\n"
        assert plain(only(cluster(ingress(), namespace, *shared), "ingress").get("namespace_selected")) is selected
    assert plain(only(cluster(ingress(), *shared), "ingress").get("namespace_selected")) == "unknown"


def test_local_zones_that_workloads_ask_for() -> None:
    pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  nodeSelector: {topology.kubernetes.io/zone: us-west-2-lax-1a}\n"
    assert plain(cluster(pod).subject.get("local_zones")) == ["us-west-2-lax-1a"]
    assert plain(cluster(pod.replace("us-west-2-lax-1a", "us-west-2a")).subject.get("local_zones")) == []
