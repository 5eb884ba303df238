"""Gateways, routes and TargetGroupBindings: what the controller takes, and what they lead to."""

from __future__ import annotations

import pytest
from ingress_objects import cluster, only, plain, service

CLASS = "apiVersion: gateway.networking.k8s.io/v1\nkind: GatewayClass\nmetadata: {name: aws}\nspec: {controllerName: %s}\n"
GATEWAY = """\
apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: public, namespace: shop}
spec:
  gatewayClassName: aws
  listeners:
    - {name: http, protocol: HTTP, port: 80}
    - {name: https, protocol: HTTPS, port: 443}
"""
GRANT = """\
apiVersion: gateway.networking.k8s.io/v1beta1
kind: ReferenceGrant
metadata: {name: routes, namespace: data}
spec:
  from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: %s}]
  to: [{group: "", kind: Service%s}]
"""


def route(backend: str = "{name: web, port: 80}", parent: str = "{name: public}", namespace: str = "shop") -> str:
    return (
        f"apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {{name: web, namespace: {namespace}}}\n"
        f"spec:\n  parentRefs: [{parent}]\n  rules:\n    - backendRefs: [{backend}]\n"
    )


@pytest.mark.parametrize(
    ("texts", "taken"),
    [
        ([CLASS % "gateway.k8s.aws/alb", GATEWAY, route()], True),
        ([CLASS % "gateway.k8s.aws/nlb", GATEWAY, route()], True),
        ([CLASS % "istio.io/gateway-controller", GATEWAY, route()], False),
        ([GATEWAY, route()], "unknown"),
        ([CLASS % "gateway.k8s.aws/alb", route()], "unknown"),
        ([CLASS % "gateway.k8s.aws/alb", GATEWAY, route(namespace="data")], "unknown"),
        ([CLASS % "gateway.k8s.aws/alb", GATEWAY, route(parent="{name: public, namespace: shop}", namespace="data")], True),
    ],
)
def test_which_routes_the_controller_takes(texts: list[str], taken: object) -> None:
    assert plain(only(cluster(*texts), "route").get("taken")) == taken


@pytest.mark.parametrize(
    ("parent", "names"),
    [
        ("{name: public}", ["http", "https"]),
        ("{name: public, sectionName: https}", ["https"]),
        ("{name: public, port: 80}", ["http"]),
        ("{name: public, sectionName: https, port: 80}", []),
        ("{name: public, sectionName: '${NAME}'}", "unknown"),
    ],
)
def test_which_listeners_a_route_wants(parent: str, names: object) -> None:
    found = cluster(CLASS % "gateway.k8s.aws/alb", GATEWAY, route(parent=parent))
    assert plain(only(found, "parent").get("wanted_listeners")) == names


@pytest.mark.parametrize(
    ("backend", "name", "port"),
    [
        ("{name: web, port: 80}", "web", "80"),
        ("{name: web, port: 8080}", "web", None),
        ("{name: other, port: 80}", None, None),
        ("{kind: TargetGroupName, name: web}", None, None),
    ],
)
def test_which_service_and_port_a_backend_means(backend: str, name: str | None, port: str | None) -> None:
    found = only(cluster(route(backend), service()), "route-backend")
    assert plain(found.get("service")) == name
    assert plain(found.get("service_port")) == port


@pytest.mark.parametrize(
    ("grant", "grants"),
    [
        (GRANT % ("shop", ""), ["routes"]),
        (GRANT % ("shop", ", name: db"), ["routes"]),
        (GRANT % ("shop", ", name: cache"), []),
        (GRANT % ("blog", ""), []),
        (GRANT % ("'${NAMESPACE}'", ""), ["routes"]),
    ],
)
def test_which_grants_let_a_route_use_another_namespace(grant: str, grants: list[str]) -> None:
    found = only(cluster(route("{name: db, namespace: data, port: 80}"), grant), "route-backend")
    assert plain(found.get("grants")) == grants


def test_a_service_of_the_own_namespace_needs_no_grant() -> None:
    assert plain(only(cluster(route("{name: web, namespace: shop, port: 80}")), "route-backend").get("grants")) is None


@pytest.mark.parametrize(
    ("more", "target_type"),
    [
        ([], "instance"),
        (["spec: {targetReference: {name: web}, defaultConfiguration: {targetType: ip}}"], "ip"),
        (["spec: {targetReference: {name: web}, defaultConfiguration: {}}"], "instance"),
        (["spec: {targetReference: {name: other}, defaultConfiguration: {targetType: ip}}"], "instance"),
        (["spec: {targetReference: {name: web}, routeConfigurations: [{}], defaultConfiguration: {targetType: ip}}"], "unknown"),
    ],
)
def test_the_type_of_targets_behind_a_gateway(more: list[str], target_type: str) -> None:
    head = "apiVersion: gateway.k8s.aws/v1beta1\nkind: TargetGroupConfiguration\nmetadata: {name: web, namespace: shop}\n"
    found = cluster(route(), service(), *(head + text + "\n" for text in more))
    assert plain(only(found, "route-backend").get("target_type")) == target_type


ARN = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/web/0123456789abcdef"


def binding(spec: str, name: str = "web") -> str:
    return (
        f"apiVersion: elbv2.k8s.aws/v1beta1\nkind: TargetGroupBinding\nmetadata: {{name: {name}, namespace: shop}}\nspec: {spec}\n"
    )


def test_the_arn_of_a_binding_goes_before_its_name() -> None:
    found = only(cluster(binding(f"{{targetGroupARN: {ARN!r}, targetGroupName: other}}")), "target-group-binding")
    assert plain(found.get("target_group")) == ARN
    assert plain(found.get("name_in_arn")) == "web"


@pytest.mark.parametrize(("port", "found"), [("80", "80"), ("8080", None), ("'80'", None), ("'${PORT}'", "unknown")])
def test_the_port_that_a_binding_means(port: str, found: object) -> None:
    subject = only(cluster(binding(f"{{serviceRef: {{name: web, port: {port}}}}}"), service()), "target-group-binding")
    assert plain(subject.get("service_port")) == found


def test_bindings_of_one_target_group_know_each_other() -> None:
    found = cluster(binding(f"{{targetGroupARN: {ARN!r}}}"), binding(f"{{targetGroupARN: {ARN!r}}}", "blue"), binding("{}", "no"))
    assert [plain(one.get("same_target_group")) for one in found.all("target-group-binding")] == [["web", "blue"]] * 2 + [None]


@pytest.mark.parametrize(
    ("peer", "readable"),
    [
        ("{securityGroup: {groupID: sg-1}}", True),
        ("{ipBlock: {cidr: 10.0.0.0/16}}", True),
        ("{ipBlock: {cidr: 10.0.0.1}}", False),
        ("{}", False),
        ("{ipBlock: {cidr: '${RANGE}'}}", "unknown"),
    ],
)
def test_which_peers_the_controller_can_read(peer: str, readable: object) -> None:
    found = cluster(binding(f"{{networking: {{ingress: [{{from: [{peer}], ports: []}}]}}}}"))
    peers = only(found, "binding-rule").value("peers")
    assert [plain(one.value.get("readable")) for one in peers] == [readable]


CONFIGURATION = """\
apiVersion: gateway.k8s.aws/v1beta1
kind: LoadBalancerConfiguration
metadata: {name: public, namespace: shop}
spec: {listenerConfigurations: [{protocolPort: HTTPS:443, defaultCertificate: %s}]}
"""
CONFIGURED = GATEWAY.replace(
    "  listeners:",
    "  infrastructure: {parametersRef: {group: gateway.k8s.aws, kind: LoadBalancerConfiguration, name: public}}\n  listeners:",
)
ALB_CLASS = CLASS % "gateway.k8s.aws/alb"


@pytest.mark.parametrize(
    ("texts", "source"),
    [
        ([GATEWAY], "unknown"),
        ([GATEWAY, route()], None),
        ([GATEWAY, route().replace("spec:\n", "spec:\n  hostnames: [shop.example.com]\n")], "route"),
        ([GATEWAY.replace("port: 443", "port: 443, hostname: shop.example.com"), route()], "hostname"),
        ([CONFIGURED, CONFIGURATION % "arn", route()], "configuration"),
        ([CONFIGURED, (CONFIGURATION % "arn").replace("HTTPS:443", "HTTPS:8443"), route()], None),
        ([GATEWAY, CONFIGURATION % "arn", route()], None),
    ],
)
def test_where_certificates_come_from(texts: list[str], source: str | None) -> None:
    found = cluster(ALB_CLASS, *texts).named("gateway-listener", "https")
    assert [plain(one.get("certificate_source")) for one in found] == [source]


def test_a_configuration_knows_the_gateways_that_use_it() -> None:
    used = only(cluster(ALB_CLASS, CONFIGURED, CONFIGURATION % "arn"), "listener-configuration")
    assert plain(used.get("listeners")) == ["https"]
    unused = only(cluster(ALB_CLASS, GATEWAY, CONFIGURATION % "arn"), "listener-configuration")
    assert plain(unused.get("listeners")) == [...]


def test_a_configuration_of_another_namespace_is_none() -> None:
    elsewhere = (CONFIGURATION % "arn").replace("namespace: shop", "namespace: data")
    assert plain(only(cluster(ALB_CLASS, CONFIGURED, elsewhere), "gateway").get("own_configuration")) is None
