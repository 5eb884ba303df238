"""The NLB in front of an ALB: its listeners, and how the ALB answers its health checks."""

from __future__ import annotations

import pytest
from ingress_objects import CERTIFICATE, ONE_PATH, cluster, ingress, only, plain

FRONT = {"enable-frontend-nlb": '"true"'}
HOST = ONE_PATH.replace("- http:", "- host: a.example.com\n    http:")
HTTPS = {"listen-ports": "'[{\"HTTPS\": 443}]'", "certificate-arn": CERTIFICATE}
BOTH = {"listen-ports": '\'[{"HTTP": 80}, {"HTTPS": 443}]\'', "certificate-arn": CERTIFICATE}
LOGIN = {"auth-type": "cognito", "auth-idp-cognito": "'{}'", "frontend-nlb-healthcheck-protocol": "HTTPS"}
SERVICE = "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  namespace: shop\nspec:\n  ports:\n    - port: 80\n"


def test_each_port_of_the_alb_is_one_of_the_nlb() -> None:
    listeners = cluster(ingress(annotations={**FRONT, **BOTH})).all("frontend-listener")
    assert [(one.name, plain(one.get("target_ports"))) for one in listeners] == [("web:80", [80]), ("web:443", [443])]


def test_a_mapping_opens_the_mapped_ports_alone_and_none_that_the_alb_has_not() -> None:
    mapping = {"frontend-nlb-listener-port-mapping": "8443=443,9000=9000"}
    listener = only(cluster(ingress(annotations={**FRONT, **BOTH, **mapping})), "frontend-listener")
    assert (plain(listener.get("port")), plain(listener.get("target_ports"))) == (8443, [443])


def test_without_the_nlb_there_are_no_listeners() -> None:
    assert not cluster(ingress(annotations=BOTH)).all("frontend-listener")


def test_members_may_send_one_port_to_two() -> None:
    other = {"group.name": "g", "listen-ports": "'[{\"HTTP\": 8080}]'", "frontend-nlb-listener-port-mapping": "80=8080"}
    found = cluster(ingress("a", {**FRONT, "group.name": "g"}), ingress("b", other))
    assert plain(only(found, "frontend-listener").get("target_ports")) == [80, 8080]
    conflicts = {one.name: plain(one.get("values")) for one in found.all("group-setting")}
    assert conflicts["frontend-nlb-listener-port-mapping on port 80"] == [80, 8080]


@pytest.mark.parametrize(
    ("annotations", "spec", "answer"),
    [
        ({}, HOST, 404),
        ({}, ONE_PATH, "unknown"),
        ({}, ONE_PATH.replace("path: /", "path: /a"), 404),
        ({"frontend-nlb-healthcheck-path": "/a/b"}, ONE_PATH.replace("path: /", "path: /a"), "unknown"),
        ({}, ONE_PATH.replace("path: /", "path: /*").replace("Prefix", "ImplementationSpecific"), "unknown"),
        ({}, ONE_PATH.replace("path: /", "path: ${P}"), "unknown"),
        (HTTPS, HOST, "unknown"),
        ({**HTTPS, "frontend-nlb-healthcheck-protocol": "HTTPS"}, HOST, 404),
        ({**BOTH, "ssl-redirect": '"443"', "frontend-nlb-listener-port-mapping": "80=80"}, ONE_PATH, 301),
        ({**HTTPS, **LOGIN}, ONE_PATH, 302),
        ({**HTTPS, **LOGIN, "auth-on-unauthenticated-request": "deny"}, ONE_PATH, 401),
        ({**HTTPS, **LOGIN, "auth-on-unauthenticated-request": "allow"}, ONE_PATH, "unknown"),
        ({"frontend-nlb-healthcheck-port": '"9000"'}, ONE_PATH, None),
    ],
)
def test_how_the_alb_answers_health_checks(annotations: dict[str, str], spec: str, answer: object) -> None:
    found = cluster(ingress(annotations={**FRONT, **annotations}, spec=spec), SERVICE)
    assert plain(only(found, "frontend-listener").get("answer")) == answer


def test_another_member_may_answer() -> None:
    group = {**FRONT, "group.name": "g"}
    found = cluster(ingress("a", group, HOST), ingress("b", {"group.name": "g"}, HOST))
    assert plain(only(found, "frontend-listener").get("answer")) == 404
    found = cluster(ingress("a", group, HOST), whole=False)
    assert plain(only(found, "frontend-listener").get("answer")) == "unknown"


@pytest.mark.parametrize(
    ("codes", "answers"),
    [(None, [200]), ('"200"', [200]), ("200-202", [200, 201, 202]), ('"200,302"', [200, 302]), ("all", "unknown")],
)
def test_success_codes_one_by_one(codes: str | None, answers: object) -> None:
    said = {"frontend-nlb-healthcheck-success-codes": codes} if codes else {}
    assert plain(only(cluster(ingress(annotations={**FRONT, **said})), "frontend-listener").get("accepted_answers")) == answers
