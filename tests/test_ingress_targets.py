"""Where an Ingress sends requests: backends, Services and their ports, actions and target groups."""

from __future__ import annotations

import pytest
from ingress_objects import CERTIFICATE, ONE_PATH, class_params, cluster, ingress, ingress_class, only, plain, service

from ekslint.value import Known

ACTION = ONE_PATH.replace("number: 80", "name: use-annotation")
NODE_PORT = "type: NodePort\nports:\n  - port: 80"


def target_type(*texts: str) -> object:
    return plain(only(cluster(*texts), "target-group").get("target_type"))


def test_the_target_type_by_precedence() -> None:
    written = ingress(annotations={"target-type": "ip"})
    assert target_type(ingress(), service()) == "instance"
    assert target_type(written, service()) == "ip"
    assert target_type(written, service(target_type="instance")) == "instance"
    shared = [ingress_class(params="params"), class_params("targetType: ip")]
    assert target_type(ingress(annotations={"target-type": "instance"}), service(target_type="instance"), *shared) == "ip"


def test_a_default_target_type_says_whose_it_is_and_where_one_would_write_it() -> None:
    group = only(cluster(ingress(annotations={"scheme": "internal"}), service()), "target-group")
    value = group.get("target_type")
    assert isinstance(value, Known)
    assert (value.default, value.places[0].line) == ("AWS Load Balancer Controller", 6)


@pytest.mark.parametrize("written", ["IP", '""', "${TYPE}"])
def test_what_the_controller_refuses_is_unknown(written: str) -> None:
    assert target_type(ingress(annotations={"target-type": written}), service()) == "unknown"


def test_the_default_is_not_taken_for_a_service_that_is_not_seen() -> None:
    assert target_type(ingress()) == "unknown"
    assert target_type(ingress(annotations={"target-type": "instance"})) == "instance"


def test_auto_mode_has_a_default_of_its_own() -> None:
    assert target_type(ingress(), service(), ingress_class("alb", "eks.amazonaws.com/alb")) == "unknown"


@pytest.mark.parametrize(
    ("spec", "has"),
    [
        ("ports:\n  - port: 80", False),
        ("type: ClusterIP\nports:\n  - port: 80", False),
        ("clusterIP: None\nports:\n  - port: 80", False),
        (NODE_PORT, True),
        ("type: NodePort\nports:\n  - {port: 80, nodePort: 30080}", True),
        ("type: LoadBalancer\nports:\n  - port: 80", True),
        ("type: LoadBalancer\nallocateLoadBalancerNodePorts: false\nports:\n  - port: 80", False),
        ("type: LoadBalancer\nallocateLoadBalancerNodePorts: false\nports:\n  - {port: 80, nodePort: 30080}", True),
        ("type: ExternalName\nexternalName: a.example.com\nports:\n  - port: 80", False),
        ("type: ${TYPE}\nports:\n  - port: 80", "unknown"),
    ],
)
def test_whether_nodes_answer_for_a_service_port(spec: str, has: object) -> None:
    (port,) = only(cluster(service(spec=spec)), "service").value("ports")
    assert plain(port.value.get("has_node_port")) == has


def backend(*texts: str, whole: bool = True) -> dict[str, object]:
    found = only(cluster(*texts, whole=whole), "backend")
    return {name: plain(found.get(name)) for name in ("service", "service_port", "nearest", "elsewhere", "port_behind")}


def test_a_backend_finds_its_service_in_its_own_namespace() -> None:
    found = backend(ingress(), service(), service(namespace="other"))
    assert (found["service"], found["service_port"]) == ("web", "80")


def test_a_namespace_that_nobody_wrote_fits_any_other() -> None:
    assert backend(ingress(namespace=""), service())["service"] == "web"
    assert backend(ingress(), service(namespace=""))["service"] == "web"
    assert backend(ingress(namespace=""), service(), service(namespace="other"))["service"] == "unknown"


def test_a_missing_service_is_certain_only_beside_others_of_its_namespace() -> None:
    assert backend(ingress(), service("wep"))["service"] is None
    assert backend(ingress(), service("wep"))["nearest"] == "wep"
    assert backend(ingress(), service("wep", namespace="other"))["service"] == "unknown"
    assert backend(ingress(), service("wep"), whole=False)["service"] == "unknown"
    assert backend(ingress(), service(namespace="other"), service("x"))["elsewhere"] == ["web"]


def test_a_backend_means_a_port_of_the_service_not_of_its_pods() -> None:
    spec = "ports:\n  - {name: http, port: 8080, targetPort: 80}"
    assert backend(ingress(), service(spec=spec))["service_port"] is None
    assert backend(ingress(), service(spec=spec))["port_behind"] == "http"
    named = ONE_PATH.replace("number: 80", "name: http")
    assert backend(ingress(spec=named), service(spec=spec))["service_port"] == "http"


def test_a_forward_action_has_backends_of_its_own() -> None:
    forward = '{"type": "forward", "forwardConfig": {"targetGroups": [{"serviceName": "a", "servicePort": "80", "weight": 1}, '
    forward += '{"serviceName": "b", "servicePort": 81, "weight": 0}]}}'
    found = cluster(ingress(annotations={"actions.web": f"'{forward}'"}, spec=ACTION), service("a"), service("b"))
    named = [(one.name, plain(one.get("role")), plain(one.get("service_port"))) for one in found.all("backend")]
    assert named == [("web", "action", "unknown"), ("a", "forward", "80"), ("b", "forward", None)]
    assert [group.name for group in found.all("target-group")] == ["a:80", "b:81"]
    assert plain(only(found, "action").get("weights")) == [1, 0]


def test_an_action_that_nobody_asks_for_has_no_backends() -> None:
    forward = '{"type": "forward", "forwardConfig": {"targetGroups": [{"serviceName": "a", "servicePort": 80}]}}'
    found = cluster(ingress(annotations={"actions.other": f"'{forward}'"}), service())
    assert [one.name for one in found.all("backend")] == ["web"]
    assert plain(only(found, "action").get("backends")) == []


@pytest.mark.parametrize(
    ("config", "changes"),
    [
        ('"host": "#{host}", "path": "/#{path}"', []),
        ('"protocol": "HTTPS", "port": "443"', ["protocol", "port"]),
        ('"query": "a=b"', ["query"]),
    ],
)
def test_what_a_redirect_changes(config: str, changes: list[str]) -> None:
    redirect = f'{{"type": "redirect", "redirectConfig": {{{config}, "statusCode": "HTTP_301"}}}}'
    found = cluster(ingress(annotations={"actions.web": f"'{redirect}'"}, spec=ACTION))
    assert plain(only(found, "action").get("redirect_changes")) == changes


@pytest.mark.parametrize(
    ("annotations", "built"),
    [
        ({}, True),
        ({"certificate-arn": CERTIFICATE, "ssl-redirect": '"443"'}, True),
        ({"listen-ports": "'[{\"HTTP\": 80}]'", "ssl-redirect": '"443"'}, False),
        ({"listen-ports": "'[{\"HTTP\": 80}]'", "ssl-redirect": "${PORT}"}, "unknown"),
    ],
)
def test_a_target_group_behind_redirects_only_is_not_built(annotations: dict[str, str], built: object) -> None:
    assert plain(only(cluster(ingress(annotations=annotations), service()), "target-group").get("built")) == built


def test_health_checks_follow_the_protocol_version() -> None:
    group = only(cluster(ingress(annotations={"backend-protocol-version": "GRPC"}), service()), "target-group")
    assert plain(group.get("health_check_path")) == "/AWS.ALB/healthcheck"
    assert plain(group.get("health_check_codes")) == "12"
    assert plain(group.get("health_check_interval")) == 15


def test_the_pods_behind_a_service() -> None:
    pods = "spec:\n  template:\n    metadata:\n      labels: {app: web, tier: a}\n    spec:\n      containers:\n        - name: c\n"
    pods += "          ports: [{name: http, containerPort: 8080}]\n"
    deployment = f"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: web, namespace: shop}}\n{pods}"
    behind = only(cluster(service(spec="selector: {app: web}\nports:\n  - port: 80"), deployment), "service")
    assert plain(behind.get("workloads")) == ["web"]
    assert plain(behind.get("pod_port_names")) == ["http"]
    other = only(cluster(service(spec="selector: {app: api}\nports:\n  - port: 80"), deployment), "service")
    assert plain(other.get("workloads")) == []
    assert plain(only(cluster(service(spec="selector: {app: web}")), "service").get("workloads")) == [...]
