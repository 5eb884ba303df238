"""What Ingresses, Services and Namespaces mean for each other: namespaces of a group, shared hosts, replaced settings, probes."""

from __future__ import annotations

import pytest
from ingress_objects import ALB, CERTIFICATE, ONE_PATH, cluster, ingress, only, plain, service

GROUP = {"group.name": "g"}
HOST = ONE_PATH.replace("- http:", "- host: a.example.com\n    http:")
HTTPS = {"listen-ports": '\'[{"HTTP": 80}, {"HTTPS": 443}]\'', "certificate-arn": CERTIFICATE}
SELECTED = "selector: {app: web}\nports:\n  - {port: 80, targetPort: %s}"


def test_the_namespaces_of_a_group() -> None:
    texts = [ingress("a", GROUP, namespace="one"), ingress("b", GROUP, namespace="two"), ingress("c", GROUP, namespace="two")]
    found = cluster(*texts)
    assert plain(only(found, "ingress-group").get("namespaces")) == ["one", "two"]
    found = cluster(ingress("a", GROUP, namespace="one"), ingress("b", GROUP, namespace=""))
    assert plain(only(found, "ingress-group").get("namespaces")) == ["one", ...]


@pytest.mark.parametrize(
    ("own", "others", "ports"),
    [
        ({}, {}, []),
        ({}, HTTPS, [443]),
        (HTTPS, {}, []),
        ({"listen-ports": "'[{\"HTTPS\": 443}]'"}, HTTPS, [80]),
        ({"listen-ports": "'[{\"HTTPS\": 443}]'"}, {**HTTPS, "ssl-redirect": '"443"'}, []),
        ({"listen-ports": "${PORTS}"}, HTTPS, None),
    ],
)
def test_ports_on_which_only_others_serve_a_host(own: dict[str, str], others: dict[str, str], ports: object) -> None:
    found = cluster(ingress("a", {**GROUP, **own}, HOST), ingress("b", {**GROUP, **others}, HOST))
    assert plain(found.all("ingress")[0].get("ports_without_it")) == ports


def test_ports_of_other_hosts_do_not_matter() -> None:
    found = cluster(ingress("a", GROUP, HOST), ingress("b", {**GROUP, **HTTPS}, HOST.replace("a.example", "b.example")))
    assert plain(found.all("ingress")[0].get("ports_without_it")) == []


def paths(*entries: tuple[str, str]) -> str:
    lines = ["rules:", "  - http:", "      paths:"]
    for text, kind in entries:
        backend = "{service: {name: web, port: {number: 80}}}"
        lines.append(f"        - {{path: '{text}', pathType: {kind}, backend: {backend}}}")
    return "\n".join(lines)


OWN = "ImplementationSpecific"


@pytest.mark.parametrize(
    ("entries", "deeper"),
    [
        ([("/a", OWN)], []),
        ([("/a", OWN), ("/a/*", OWN)], ["/a/*"]),
        ([("/a", OWN), ("/a*", OWN)], ["/a*"]),
        ([("/a", OWN), ("/a", "Prefix")], ["/a"]),
        ([("/a", OWN), ("/", "Prefix")], []),
        ([("/a", OWN), ("${B}", "Prefix")], [...]),
    ],
)
def test_paths_that_begin_with_another(entries: list[tuple[str, str]], deeper: list[object]) -> None:
    first = cluster(ingress(spec=paths(*entries))).all("ingress-path")[0]
    assert plain(first.get("deeper_paths")) == deeper


@pytest.mark.parametrize(
    ("entries", "value", "reason"),
    [
        ([("/a", "Prefix")], '"true"', "no-own-type-path"),
        ([("/a", "Prefix")], '"false"', "none"),
        ([("/a", "Prefix"), ("/b", OWN)], '"true"', "none"),
        ([("/a", "'${TYPE}'")], '"true"', "unknown"),
    ],
)
def test_regular_expressions_need_a_path_that_may_be_one(entries: list[tuple[str, str]], value: str, reason: str) -> None:
    found = cluster(ingress(annotations={"use-regex-path-match": value}, spec=paths(*entries)))
    assert plain(only(found, "annotation").get("unread_because")) == reason


@pytest.mark.parametrize(
    ("own", "theirs", "dropped"),
    [
        ("a=1", "a=2,b=3", ["b"]),
        ("a=1,b=3", "b=4", []),
        (None, "a=1", None),
        ("a=1", None, None),
        ("${ATTRIBUTES}", "a=1", "unknown"),
    ],
)
def test_attributes_of_a_service_replace_those_of_the_ingress(own: str | None, theirs: str | None, dropped: object) -> None:
    marked = service().replace("spec:", f"  annotations:\n    {ALB}target-group-attributes: {own}\nspec:") if own else service()
    said = {"target-group-attributes": theirs} if theirs else {}
    assert plain(only(cluster(ingress(annotations=said), marked), "target-group").get("dropped_attributes")) == dropped


def test_a_service_has_a_target_group_for_each_ingress_of_the_group() -> None:
    found = cluster(ingress("a", GROUP), ingress("b", GROUP), ingress("c"), service())
    assert [plain(one.get("twins")) for one in found.all("target-group")] == [["web:80"] * 2, ["web:80"] * 2, ["web:80"]]


def pod(container: str) -> str:
    return (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\nspec:\n  template:\n"
        f"    metadata: {{labels: {{app: web}}}}\n    spec:\n      containers:\n        - {container}\n"
    )


@pytest.mark.parametrize(
    ("target", "container", "found"),
    [
        ("8080", "{readinessProbe: {httpGet: {path: /ready, port: 8080}}}", ["/ready"]),
        ("8080", "{readinessProbe: {httpGet: {port: 8080}}}", ["/"]),
        ("8080", "{readinessProbe: {httpGet: {path: /ready, port: 9090}}}", []),
        ("8080", "{livenessProbe: {httpGet: {path: /live, port: 8080}}}", []),
        ("http", "{ports: [{name: http, containerPort: 8080}], readinessProbe: {httpGet: {path: /r, port: 8080}}}", ["/r"]),
        ("8080", "{ports: [{name: http, containerPort: 8080}], readinessProbe: {httpGet: {path: /r, port: http}}}", ["/r"]),
        ("8080", "{readinessProbe: {httpGet: {path: '${PATH}', port: 8080}}}", [...]),
    ],
)
def test_the_paths_of_readiness_probes_on_the_port_of_the_targets(target: str, container: str, found: list[object]) -> None:
    made = cluster(ingress(), service(spec=SELECTED % target), pod(container))
    assert plain(only(made, "target-group").get("readiness_paths")) == found


def space(labels: str) -> str:
    return f"apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n  labels: {{{labels}}}\n"


@pytest.mark.parametrize(
    ("labels", "gates"),
    [
        ("elbv2.k8s.aws/pod-readiness-gate-inject: enabled", True),
        ("elbv2.k8s.aws/pod-readiness-gate-inject: disabled", False),
        ("a: b", False),
        ('elbv2.k8s.aws/pod-readiness-gate-inject: "${GATES}"', "unknown"),
    ],
)
def test_pods_of_a_namespace_have_gates_by_its_label(labels: str, gates: object) -> None:
    found = cluster(space(labels), ingress(annotations={"target-type": "ip"}), service())
    assert plain(only(found, "namespace").get("readiness_gates")) == gates
    assert plain(only(found, "namespace").get("pod_target_groups")) == ["web:80"]


def test_targets_of_other_namespaces_and_nodes_are_left_out() -> None:
    other = [ingress("o", {"target-type": "ip"}, namespace="other"), service(namespace="other")]
    found = cluster(space("a: b"), ingress(annotations={"target-type": "instance"}), service(), *other)
    assert plain(only(found, "namespace").get("pod_target_groups")) == []


@pytest.mark.parametrize(
    ("others", "hosts"),
    [
        ("", ["a.example.com"]),
        (HOST, []),
        (HOST.replace("a.example.com", "b.example.com"), ["a.example.com"]),
        (HOST.replace("a.example.com", "'*.example.com'"), []),
        (ONE_PATH, []),
        (HOST.replace("a.example.com", "'${HOST}'"), "unknown"),
    ],
)
def test_hosts_without_paths_that_nothing_else_serves(others: str, hosts: object) -> None:
    spec = "rules:\n  - host: a.example.com\n"
    texts = [ingress("a", GROUP, spec), ingress("b", GROUP, others or "rules: []")]
    assert plain(cluster(*texts).all("ingress")[0].get("hosts_without_paths")) == hosts


def test_a_default_backend_serves_hosts_without_paths() -> None:
    spec = "defaultBackend: {service: {name: web, port: {number: 80}}}\nrules:\n  - host: a.example.com\n"
    assert plain(only(cluster(ingress(spec=spec)), "ingress").get("hosts_without_paths")) is None


ASKING = ONE_PATH.replace("number: 80", "name: use-annotation")
DEFAULT = "defaultBackend: {service: {name: web, port: {name: use-annotation}}}\n"


@pytest.mark.parametrize(
    ("config", "spec", "more", "left_out"),
    [
        ('"host": "#{host}"', ASKING, {}, True),
        ('"host": "b.example.com"', ASKING, {}, False),
        ('"query": "a=b"', ASKING, {}, False),
        ('"host": "#{host}"', DEFAULT, {}, False),
        ('"host": "#{host}"', DEFAULT + ASKING, {}, False),
        ('"host": "#{host}"', ASKING, {"use-regex-path-match": '"true"'}, False),
        ('"host": "#{host}"', ASKING, {"use-regex-path-match": "${REGEX}"}, "unknown"),
    ],
)
def test_redirects_that_the_controller_leaves_out(config: str, spec: str, more: dict[str, str], left_out: object) -> None:
    action = f'\'{{"type": "redirect", "redirectConfig": {{{config}, "statusCode": "HTTP_301"}}}}\''
    found = cluster(ingress(annotations={"actions.web": action, **more}, spec=spec))
    assert plain(only(found, "action").get("left_out")) == left_out


def test_other_actions_are_no_redirects_to_leave_out() -> None:
    action = '\'{"type": "fixed-response", "fixedResponseConfig": {"statusCode": "204"}}\''
    found = cluster(ingress(annotations={"actions.web": action}, spec=ASKING))
    assert plain(only(found, "action").get("left_out")) is None


def test_conditions_of_which_a_rule_has_one() -> None:
    method = '{"field": "http-request-method", "httpRequestMethodConfig": {"values": ["GET"]}}'
    source = '{"field": "source-ip", "sourceIPConfig": {"values": ["192.0.2.0/24"]}}'
    header = '{"field": "http-header", "httpHeaderConfig": {"httpHeaderName": "a", "values": ["b"]}}'
    for conditions, further in (([method, source, header, header], []), ([source, method, method], ["http-request-method"])):
        found = cluster(ingress(annotations={"conditions.web": f"'[{', '.join(conditions)}]'"}))
        assert plain(only(found, "ingress-path").get("further_conditions")) == further


def test_backends_behind_a_redirect_are_not_looked_at() -> None:
    found = cluster(ingress("a", GROUP), ingress("b", {**GROUP, **HTTPS, "ssl-redirect": '"443"'}))
    assert [plain(one.get("built")) for one in found.all("backend")] == [False, True]


def test_a_chart_may_bring_the_pods_of_a_service_that_none_fits() -> None:
    release = (
        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: r, namespace: shop}\n"
        "spec: {chart: {spec: {chart: web, sourceRef: {kind: HelmRepository, name: h}}}}\n"
    )
    other = pod("{name: web}").replace("app: web", "app: other")
    assert plain(only(cluster(service(spec=SELECTED % 80), other), "service").get("workloads")) == []
    assert plain(only(cluster(service(spec=SELECTED % 80), other, release), "service").get("workloads")) == [...]
    assert plain(only(cluster(service(spec=SELECTED % 80), pod("{name: web}"), release), "service").get("workloads")) == ["web"]
