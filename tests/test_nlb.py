"""What the controller makes of Services: who takes them, their NLB, its listeners and target groups."""

from __future__ import annotations

import pytest
from ingress_objects import cluster, only, plain

from ekslint.fact import Subject
from ekslint.value import Known, Value

PREFIX = "service.beta.kubernetes.io/aws-load-balancer-"
CLASS = "service.k8s.aws/nlb"
AUTO_MODE = "eks.amazonaws.com/nlb"
CROSS_ZONE = "load_balancing.cross_zone.enabled"


def service(
    annotations: dict[str, str] | None = None,
    load_balancer_class: str | None = CLASS,
    ports: str = "[{port: 443, targetPort: 8443}]",
    type: str = "LoadBalancer",
    **spec: str,
) -> str:
    """A Service as YAML; the names of annotations are what follows `aws-load-balancer-`."""
    lines = ["apiVersion: v1", "kind: Service", "metadata:", "  name: web", "  annotations:"]
    lines += [f"    {name if '/' in name else PREFIX + name}: {value!r}" for name, value in (annotations or {}).items()]
    lines += ["spec:", f"  type: {type}", f"  ports: {ports}", "  selector: {app: web}"]
    lines += [f"  loadBalancerClass: {load_balancer_class}"] if load_balancer_class else []
    lines += [f"  {name}: {value}" for name, value in spec.items()]
    return "\n".join(lines) + "\n"


def load_balancer(text: str) -> Subject:
    return only(cluster(text), "load-balancer")


def target_groups(text: str) -> list[Subject]:
    return list(cluster(text).all("target-group"))


def target_group(text: str) -> Subject:
    return only(cluster(text), "target-group")


def default(value: Value) -> str | None:
    """Whose default a known value is."""
    assert isinstance(value, Known)
    return value.default


@pytest.mark.parametrize(
    ("text", "taken"),
    [
        (service(), True),
        (service(load_balancer_class=AUTO_MODE), True),
        (service(load_balancer_class="service.k8s.aws/NLB"), False),
        (service({"type": "nlb-ip"}, "io.cilium/bgp"), False),
        (service(load_balancer_class="${CLASS}"), "unknown"),
        (service(load_balancer_class=None), "unknown"),
        (service({"type": "nlb"}, None), "unknown"),
        (service({"type": "nlb-ip"}, None), True),
        (service({"type": "external"}, None), "unknown"),
        (service({"type": "external", "nlb-target-type": "ip"}, None), True),
        (service({"type": "external", "nlb-target-type": "instance"}, None), True),
        (service({"type": "external", "nlb-target-type": "IP"}, None), "unknown"),
        (service({"type": "External", "nlb-target-type": "ip"}, None), "unknown"),
        (service({"type": "${TYPE}"}, None), "unknown"),
        (service({"type": "external", "nlb-target-type": "ip"}, None, type="ClusterIP"), True),
        (service({"type": "nlb"}, None, type="ClusterIP"), False),
        (service(type="NodePort"), False),
    ],
)
def test_who_takes_a_service(text: str, taken: object) -> None:
    assert plain(only(cluster(text), "service").get("taken")) == taken


def test_a_patch_without_its_base_makes_no_load_balancer() -> None:
    found = cluster(service({"subnets": "a"}, None), partial="it is a patch without its base")
    assert found.all("load-balancer") == []


def test_without_a_class_auto_mode_may_take_it() -> None:
    node_class = "apiVersion: eks.amazonaws.com/v1\nkind: NodeClass\nmetadata:\n  name: default\nspec: {}\n"
    found = cluster(service({"type": "external", "nlb-target-type": "ip"}, None), node_class)
    assert plain(only(found, "service").get("taken")) == "unknown"


@pytest.mark.parametrize(
    ("annotations", "scheme"),
    [
        ({}, "internal"),
        ({"scheme": "internet-facing"}, "internet-facing"),
        ({"scheme": "Internal"}, "unknown"),
        ({"internal": "false"}, "internet-facing"),
        ({"internal": "T"}, "internal"),
        ({"internal": "0.0.0.0/0"}, "unknown"),
        ({"scheme": "internal", "internal": "false"}, "internal"),
        ({"scheme": "internal", "internal": "0.0.0.0/0"}, "internal"),
    ],
)
def test_the_scheme(annotations: dict[str, str], scheme: str) -> None:
    assert plain(load_balancer(service(annotations)).get("scheme")) == scheme


def test_what_auto_mode_takes_by_default_is_left_open() -> None:
    found = load_balancer(service(load_balancer_class=AUTO_MODE))
    assert plain(found.get("scheme")) == "unknown"
    assert plain(found.get("cross_zone")) == "unknown"
    assert plain(load_balancer(service({"internal": "true"}, AUTO_MODE)).get("scheme")) == "unknown"
    assert plain(load_balancer(service({"scheme": "internal"}, AUTO_MODE)).get("scheme")) == "internal"


@pytest.mark.parametrize(
    ("annotations", "cross_zone"),
    [
        ({"attributes": f"{CROSS_ZONE}=true"}, True),
        ({"attributes": f"{CROSS_ZONE}=false"}, False),
        ({"attributes": f"deletion_protection.enabled=true, {CROSS_ZONE}=true"}, True),
        ({"cross-zone-load-balancing-enabled": "t"}, True),
        ({"cross-zone-load-balancing-enabled": "false", "attributes": f"{CROSS_ZONE}=true"}, False),
        ({"cross-zone-load-balancing-enabled": "yes"}, "unknown"),
        ({"target-group-attributes": f"{CROSS_ZONE}=true"}, True),
        ({"target-group-attributes.443": f"{CROSS_ZONE}=true"}, True),
        ({"target-group-attributes.443": f"{CROSS_ZONE}=false", "target-group-attributes": f"{CROSS_ZONE}=true"}, False),
        ({"target-group-attributes.443": f"{CROSS_ZONE}=", "target-group-attributes": f"{CROSS_ZONE}=true"}, True),
        ({"target-group-attributes": f"{CROSS_ZONE}=false", "attributes": f"{CROSS_ZONE}=true"}, False),
        ({"target-group-attributes": f"{CROSS_ZONE}=use_load_balancer_configuration", "attributes": f"{CROSS_ZONE}=true"}, True),
        ({"attributes": f"{CROSS_ZONE}"}, "unknown"),
        ({"attributes": "${ATTRIBUTES}"}, "unknown"),
    ],
)
def test_cross_zone_balancing_that_somebody_chose(annotations: dict[str, str], cross_zone: object) -> None:
    value = target_group(service(annotations)).get("cross_zone")
    assert plain(value) == cross_zone
    assert not isinstance(value, Known) or value.default is None


@pytest.mark.parametrize(
    "annotations",
    [
        {},
        {"target-group-attributes.8443": f"{CROSS_ZONE}=true"},
        {"target-group-attributes": f"{CROSS_ZONE}=use_load_balancer_configuration"},
        {"attributes": "deletion_protection.enabled=true"},
    ],
)
def test_cross_zone_balancing_is_off_by_default_of_aws(annotations: dict[str, str]) -> None:
    value = target_group(service(annotations)).get("cross_zone")
    assert plain(value) is False
    assert default(value) == "AWS"


@pytest.mark.parametrize(
    ("annotations", "count"),
    [
        ({"subnets": "edge-a, edge-b,"}, 2),
        ({"subnets": "edge-a"}, 1),
        ({"eip-allocations": "eipalloc-1"}, 1),
        ({"private-ipv4-addresses": "10.0.1.20,10.0.2.20"}, 2),
        ({}, "unknown"),
        ({"subnets": "${SUBNETS}", "eip-allocations": "eipalloc-1"}, "unknown"),
    ],
)
def test_how_many_subnets_a_load_balancer_has(annotations: dict[str, str], count: object) -> None:
    assert plain(load_balancer(service(annotations)).get("subnet_count")) == count


@pytest.mark.parametrize(
    ("annotations", "target_type"),
    [
        ({}, "instance"),
        ({"nlb-target-type": "ip"}, "ip"),
        ({"nlb-target-type": "IP"}, "instance"),
        ({"nlb-target-type": " ip"}, "instance"),
        ({"nlb-target-type": "instance", "type": "nlb-ip"}, "ip"),
        ({"nlb-target-type": "${TARGETS}"}, "unknown"),
    ],
)
def test_the_type_of_targets(annotations: dict[str, str], target_type: str) -> None:
    assert plain(target_group(service(annotations)).get("target_type")) == target_type


CHECK = (
    "health_check_protocol",
    "health_check_port",
    "health_check_path",
    "health_check_interval",
    "health_check_timeout",
    "healthy_threshold",
    "unhealthy_threshold",
)


@pytest.mark.parametrize(
    ("text", "check"),
    [
        (service({"nlb-target-type": "ip"}), ["TCP", "traffic-port", None, 10, 10, 3, 3]),
        (service({"nlb-target-type": "ip"}, externalTrafficPolicy="Local"), ["TCP", "traffic-port", None, 10, 10, 3, 3]),
        (service(externalTrafficPolicy="Local"), ["HTTP", "unknown", "/healthz", 10, 6, 2, 2]),
        (service(externalTrafficPolicy="Local", healthCheckNodePort="32111"), ["HTTP", "32111", "/healthz", 10, 6, 2, 2]),
        (service({"healthcheck-protocol": "http"}), ["HTTP", "traffic-port", "/", 10, 10, 3, 3]),
        (service({"healthcheck-path": "/ready"}), ["TCP", "traffic-port", None, 10, 10, 3, 3]),
        (service({"healthcheck-protocol": "GRPC"}), ["unknown", "traffic-port", "unknown", 10, 10, 3, 3]),
        (service({"healthcheck-interval": "30s"}), ["TCP", "traffic-port", None, "unknown", 10, 3, 3]),
        (service(externalTrafficPolicy="${POLICY}"), ["unknown", "unknown", "unknown", 10, "unknown", "unknown", "unknown"]),
    ],
)
def test_the_health_check(text: str, check: list[object]) -> None:
    found = target_group(text)
    assert [plain(found.get(name)) for name in CHECK] == check


@pytest.mark.parametrize(
    ("annotations", "ports", "resolves"),
    [
        ({}, "[{port: 80}]", True),
        ({"healthcheck-port": "traffic-port"}, "[{port: 80}]", True),
        ({"healthcheck-port": "8080"}, "[{port: 80}]", True),
        ({"healthcheck-port": "status"}, "[{port: 80}]", False),
        ({"healthcheck-port": "status"}, "[{name: status, port: 80, targetPort: status}]", False),
        ({"healthcheck-port": "status"}, "[{name: status, port: 80, targetPort: 8080}]", True),
        ({"healthcheck-port": "status"}, "[{name: '${NAME}', port: 80}]", "unknown"),
    ],
)
def test_whether_the_health_check_port_resolves(annotations: dict[str, str], ports: str, resolves: object) -> None:
    found = target_group(service({"nlb-target-type": "ip", **annotations}, ports=ports))
    assert plain(found.get("health_check_port_resolves")) == resolves


def test_a_name_does_for_nodes_whose_pods_listen_by_name() -> None:
    found = target_group(service({"healthcheck-port": "status"}, ports="[{name: status, port: 80, targetPort: status}]"))
    assert plain(found.get("health_check_port_resolves")) is True


@pytest.mark.parametrize(
    ("annotations", "ports", "protocols"),
    [
        ({}, "[{port: 80}, {port: 53, protocol: UDP}]", {80: "TCP", 53: "UDP"}),
        ({"ssl-cert": "arn:a"}, "[{port: 80}, {port: 443}, {port: 53, protocol: UDP}]", {80: "TLS", 443: "TLS", 53: "UDP"}),
        ({"ssl-cert": "arn:a", "ssl-ports": "443"}, "[{port: 80}, {port: 443}]", {80: "TCP", 443: "TLS"}),
        ({"ssl-cert": "arn:a", "ssl-ports": "https"}, "[{port: 80}, {name: https, port: 443}]", {80: "TCP", 443: "TLS"}),
        ({"ssl-cert": " , ", "ssl-ports": "443"}, "[{port: 443}]", {443: "TCP"}),
        ({"ssl-cert": "${CERT}"}, "[{port: 443}]", {443: "unknown"}),
        ({}, "[{port: 53}, {port: 53, protocol: UDP}]", {53: "TCP"}),
        ({"enable-tcp-udp-listener": "true"}, "[{port: 53}, {port: 53, protocol: UDP}]", {53: "TCP_UDP"}),
        ({"enable-tcp-udp-listener": "yes"}, "[{port: 53}, {port: 53, protocol: UDP}]", {53: "TCP"}),
        ({"enable-tcp-udp-listener": "true", "ssl-cert": "arn:a"}, "[{port: 53}, {port: 53, protocol: UDP}]", {53: "TCP_UDP"}),
        ({"quic-enabled-ports": "443"}, "[{port: 443, protocol: UDP}]", {443: "QUIC"}),
        (
            {"quic-enabled-ports": "443", "enable-tcp-udp-listener": "true"},
            "[{port: 443}, {port: 443, protocol: UDP}]",
            {443: "TCP_QUIC"},
        ),
    ],
)
def test_what_listeners_speak(annotations: dict[str, str], ports: str, protocols: dict[int, str]) -> None:
    found = cluster(service(annotations, ports=ports)).all("listener")
    assert {one.value("port"): plain(one.get("protocol")) for one in found} == protocols


def test_targets_are_spoken_to_in_tls_only_if_asked() -> None:
    plain_text = cluster(service({"ssl-cert": "arn:a"})).all("listener")[0]
    encrypted = cluster(service({"ssl-cert": "arn:a", "backend-protocol": "ssl"})).all("listener")[0]
    assert plain(plain_text.get("target_protocol")) == "TCP"
    assert plain(encrypted.get("target_protocol")) == "TLS"
    assert default(plain_text.get("ssl_policy")) == "AWS Load Balancer Controller"


GROUPS = {"security-groups": "sg-1,sg-2"}


@pytest.mark.parametrize(
    ("annotations", "groups", "manages"),
    [
        ({}, None, True),
        (GROUPS, ["sg-1", "sg-2"], False),
        ({"security-groups": ","}, None, True),
        (GROUPS | {"manage-backend-security-group-rules": "true"}, ["sg-1", "sg-2"], True),
        (GROUPS | {"disable-nlb-sg": "true"}, None, True),
        (GROUPS | {"disable-nlb-sg": "${OFF}"}, "unknown", "unknown"),
        ({"manage-backend-security-group-rules": "false"}, None, True),
    ],
)
def test_security_groups(annotations: dict[str, str], groups: object, manages: object) -> None:
    found = load_balancer(service(annotations))
    assert plain(found.get("security_groups")) == groups
    assert plain(found.get("manages_backend_rules")) == manages


RANGES = "service.beta.kubernetes.io/load-balancer-source-ranges"


@pytest.mark.parametrize(
    ("text", "ranges"),
    [
        (service(), ["0.0.0.0/0"]),
        (service({"ip-address-type": "dualstack"}), ["0.0.0.0/0", "::/0"]),
        (service({RANGES: "10.0.0.0/8, 192.0.2.0/24"}), ["10.0.0.0/8", "192.0.2.0/24"]),
        (service({RANGES: "10.0.0.0/8"}, loadBalancerSourceRanges="[192.0.2.0/24]"), ["192.0.2.0/24"]),
        (service({RANGES: "10.0.0.0/8"}, loadBalancerSourceRanges="[]"), ["10.0.0.0/8"]),
        (service({"security-group-prefix-lists": "pl-1"}), []),
        (service(GROUPS, loadBalancerSourceRanges="[192.0.2.0/24]"), None),
        (service({"disable-nlb-sg": "true"}), None),
    ],
)
def test_whom_the_controllers_security_group_lets_in(text: str, ranges: object) -> None:
    assert plain(load_balancer(text).get("source_ranges")) == ranges


@pytest.mark.parametrize(
    ("annotations", "ports", "preserves"),
    [
        ({}, "[{port: 443}]", True),
        ({"nlb-target-type": "ip"}, "[{port: 443}]", False),
        ({"nlb-target-type": "ip"}, "[{port: 443, protocol: UDP}]", True),
        ({"nlb-target-type": "ip", "target-group-attributes": "preserve_client_ip.enabled=true"}, "[{port: 443}]", True),
        ({"target-group-attributes": "preserve_client_ip.enabled=false"}, "[{port: 443}]", False),
    ],
)
def test_whether_targets_see_clients_addresses(annotations: dict[str, str], ports: str, preserves: bool) -> None:
    assert plain(target_group(service(annotations, ports=ports)).get("preserves_client_ip")) is preserves


@pytest.mark.parametrize(
    ("annotations", "proxy"),
    [
        ({}, [False, False]),
        ({"proxy-protocol": "*"}, [True, True]),
        ({"proxy-protocol": "443"}, ["unknown", "unknown"]),
        ({"proxy-protocol-per-target-group": "80"}, [True, False]),
        ({"proxy-protocol-per-target-group": "80", "proxy-protocol": "*"}, [True, True]),
        ({"target-group-attributes": "proxy_protocol_v2.enabled=true"}, [True, True]),
        ({"target-group-attributes": "proxy_protocol_v2.enabled=true", "proxy-protocol-per-target-group": "80"}, [True, False]),
    ],
)
def test_proxy_protocol_by_port(annotations: dict[str, str], proxy: list[object]) -> None:
    found = target_groups(service(annotations, ports="[{port: 80}, {port: 443}]"))
    assert [plain(one.get("proxy_protocol")) for one in found] == proxy


@pytest.mark.parametrize(
    ("text", "name", "reason"),
    [
        (service({"healthcheck-path": "/"}), "healthcheck-path", "tcp-health-check"),
        (service({"healthcheck-path": "/", "healthcheck-protocol": "https"}), "healthcheck-path", "none"),
        (service({"ssl-ports": "443"}), "ssl-ports", "no-certificate"),
        (service({"ssl-ports": "443", "ssl-cert": "${CERT}"}), "ssl-ports", "unknown"),
        (service({"alpn-policy": "HTTP2Only"}), "alpn-policy", "no-tls-listener"),
        (service({"scheme": "internal", "internal": "true"}), "internal", "scheme-annotation"),
        (service(GROUPS | {RANGES: "10.0.0.0/8"}), RANGES, "ranges-beside-groups"),
        (service(GROUPS | {"security-group-prefix-lists": "pl-1"}), "security-group-prefix-lists", "named-security-groups"),
        (service({RANGES: "10.0.0.0/8"}, loadBalancerSourceRanges="[192.0.2.0/24]"), RANGES, "source-ranges-field"),
        (service({RANGES: "10.0.0.0/8"}), RANGES, "none"),
        (service({"type": "external"}), "type", "class"),
        (service({"type": "nlb-ip", "nlb-target-type": "instance"}, None), "nlb-target-type", "nlb-ip"),
        (service({"access-log-s3-bucket-name": "logs"}), "access-log-s3-bucket-name", "access-logs-off"),
        (service({"target-node-labels": "a=b", "nlb-target-type": "ip"}), "target-node-labels", "nodes-only"),
        (service({"listener-attributes.TLS-443": "a=b"}), "listener-attributes.TLS-443", "no-such-listener"),
        (service({"listener-attributes.TCP-443": "a=b"}), "listener-attributes.TCP-443", "none"),
        (service({"target-group-attributes.8443": "a=b"}), "target-group-attributes.8443", "no-such-port"),
        (service({"enable-tcp-udp-listener": "true"}), "enable-tcp-udp-listener", "none"),
        (service({"type": "external"}, AUTO_MODE), "type", "auto-mode"),
    ],
)
def test_why_an_annotation_has_no_effect(text: str, name: str, reason: str) -> None:
    found = cluster(text).named("annotation", name if "/" in name else PREFIX + name)
    assert plain(found[0].get("unread_because")) == reason


GRPC = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  template:
    metadata: {labels: {app: web}}
    spec:
"""


@pytest.mark.parametrize(
    ("port", "container", "grpc"),
    [
        ("{name: grpc, port: 443}", "{}", True),
        ("{name: grpc-web, port: 443}", "{}", False),
        ("{port: 443, appProtocol: grpc}", "{}", True),
        (
            "{port: 443, targetPort: api}",
            "{ports: [{name: api, containerPort: 50051}], livenessProbe: {grpc: {port: 50051}}}",
            True,
        ),
        ("{port: 443, targetPort: 50051}", "{ports: [{name: grpc, containerPort: 50051}]}", True),
        ("{port: 443, targetPort: 8080}", "{ports: [{name: grpc, containerPort: 50051}, {containerPort: 8080}]}", False),
    ],
)
def test_which_ports_speak_grpc(port: str, container: str, grpc: bool) -> None:
    found = cluster(service(ports=f"[{port}]"), GRPC + f"      containers: [{container}]\n").all("target-group")[0]
    assert plain(found.value("service_port").get("grpc")) is grpc


@pytest.mark.parametrize(
    ("path", "meets"),
    [("/grpc.health.v1.Health/Check", True), ("/shop.Inventory/Ping", True), ("/api/v1.0/health", False), ("/healthz", False)],
)
def test_paths_of_grpc_methods(path: str, meets: bool) -> None:
    found = target_group(service({"healthcheck-protocol": "http", "healthcheck-path": path}))
    assert plain(found.get("health_check_meets_grpc")) is meets
