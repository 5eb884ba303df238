"""`ekslint why`: facts with their origins, what is unknown, what was not decided, and the load balancer that would be built."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ekslint.commands import main

WEB = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  namespace: shop
  annotations:
    alb.ingress.kubernetes.io/scheme: internal
    alb.ingress.kubernetes.io/target-type: ip
    alb.ingress.kubernetes.io/listen-ports: '[{"HTTP": 80}, {"HTTPS": 443}]'
    alb.ingress.kubernetes.io/ssl-redirect: "443"
    alb.ingress.kubernetes.io/certificate-arn: ${CERTIFICATE}
spec:
  ingressClassName: alb
  rules:
    - host: a.example.com
      http:
        paths:
          - {path: /api, pathType: Prefix, backend: {service: {name: api, port: {number: 80}}}}
          - {path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {ports: [{port: 80, targetPort: 8080}], selector: {app: web}}
---
apiVersion: v1
kind: Service
metadata: {name: api, namespace: shop}
spec: {ports: [{port: 80, targetPort: 8080}], selector: {app: api}}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "web.yaml").write_text(WEB)
    return tmp_path


def why(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["why", *arguments])


def lines(*arguments: str) -> list[str]:
    return [" ".join(line.split()) for line in why(*arguments).output.splitlines()]


def test_an_ingress_shows_the_load_balancer_that_it_makes() -> None:
    found = lines("web.yaml:4")
    assert found[0] == "web.yaml in the cluster of this folder (seen whole)"
    assert "Ingress shop/web, web.yaml:4:9" in found
    start = next(number for number, line in enumerate(found) if line.startswith("makes: Application Load Balancer"))
    assert found[start : start + 5] == [
        "makes: Application Load Balancer web, internal, ipv4",
        "HTTP 80, redirects to 443 [web.yaml:9:48]",
        "HTTPS 443, certificates not known [web.yaml:9:62]",
        "1. a.example.com/api to api [web.yaml:18:20]",
        "2. a.example.com/ to web [web.yaml:19:20]",
    ]
    assert "target group api:80: ip, HTTP, health check HTTP / on traffic-port" in found


def test_facts_have_their_value_and_where_it_is_from() -> None:
    found = lines("web.yaml:4")
    assert "scheme internal [web.yaml:7:39]" in found
    assert "group_order 0, by default of the AWS Load Balancer Controller" in found


def test_what_is_unknown_has_its_reason() -> None:
    assert "value unknown: the placeholder ${CERTIFICATE} (${CERTIFICATE}) [web.yaml:11:48]" in lines("web.yaml:11")


def test_a_line_inside_of_something_is_what_is_there() -> None:
    assert any(
        line.startswith("annotation shop/alb.ingress.kubernetes.io/target-type, web.yaml:8:5") for line in lines("web.yaml:8")
    )


def test_the_whole_file_has_every_subject() -> None:
    output = why("web.yaml").output
    assert "Service shop/web, web.yaml:23:18" in output
    assert "target group shop/api:80" in output


def test_a_file_of_which_nothing_is_read_is_wrong_use(folder: Path) -> None:
    (folder / "notes.yaml").write_text("a: 1\n")
    for name in ("notes.yaml", "nowhere.yaml"):
        result = why(name)
        assert result.exit_code == 2
        assert name in result.stderr
