"""Repositories of many clusters: what belongs to one says nothing of another, and what they share is told once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from ekslint.commands import main

ENVIRONMENTS = ("dev", "staging", "perf", "prod")
REGIONS = ("eu-west-1", "us-east-1", "ap-southeast-2")
INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {name}
  namespace: shop
  annotations:
    alb.ingress.kubernetes.io/scheme: internal
    alb.ingress.kubernetes.io/target-type: ip
spec:
  ingressClassName: alb
  defaultBackend: {{service: {{name: {name}, port: {{number: 80}}}}}}
"""
SERVICE = """\
apiVersion: v1
kind: Service
metadata: {{name: {name}, namespace: shop}}
spec: {{ports: [{{port: 80, targetPort: 8080}}]}}
"""


def findings(folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    monkeypatch.chdir(folder)
    result = CliRunner().invoke(main, ["check", ".", "--format", "json", "--level", "warning", "--fail-on", "never"])
    assert result.exit_code == 0, result.output
    found: list[dict[str, Any]] = json.loads(result.stdout)["findings"]
    return found


def write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def test_twelve_clusters_in_three_regions_are_judged_each_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for environment in ENVIRONMENTS:
        for region in REGIONS:
            folder = tmp_path / "clusters" / environment / region
            write(folder / "web.yaml", INGRESS.format(name="web") + "---\n" + SERVICE.format(name="web"))
    assert findings(tmp_path, monkeypatch) == []
    second = tmp_path / "clusters" / "prod" / "us-east-1" / "api.yaml"
    write(second, INGRESS.format(name="api") + "---\n" + SERVICE.format(name="api"))
    found = findings(tmp_path, monkeypatch)
    assert [(one["rule"], one["place"]["file"]) for one in found] == [
        ("load-balancer-per-ingress", "clusters/prod/us-east-1/api.yaml")
    ]
    assert {related["place"]["file"] for related in found[0]["related"]} == {"clusters/prod/us-east-1/web.yaml"}


def test_a_mistake_of_a_shared_base_is_told_once_with_the_clusters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "base" / "web.yaml", INGRESS.format(name="web").replace("target-type: ip", "target-type: node"))
    write(tmp_path / "base" / "service.yaml", SERVICE.format(name="web"))
    write(tmp_path / "base" / "kustomization.yaml", "resources: [web.yaml, service.yaml]\n")
    for environment in ENVIRONMENTS:
        for region in REGIONS:
            overlay = tmp_path / "overlays" / environment / region
            write(overlay / "kustomization.yaml", "resources: [../../../base]\nnamespace: shop\n")
    found = findings(tmp_path, monkeypatch)
    assert [(one["rule"], one["place"]["file"], one["place"]["line"]) for one in found] == [("annotation-word", "base/web.yaml", 8)]
    assert len(found[0]["clusters"]) == 12
    assert "eu-west-1 prod" in found[0]["clusters"]


def test_a_mistake_of_one_overlay_is_told_at_its_patch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "base" / "web.yaml", INGRESS.format(name="web") + "---\n" + SERVICE.format(name="web"))
    write(tmp_path / "base" / "kustomization.yaml", "resources: [web.yaml]\n")
    for environment in ("dev", "prod"):
        write(
            tmp_path / "overlays" / environment / "kustomization.yaml", "resources: [../../base]\npatches: [{path: patch.yaml}]\n"
        )
        kind = "node" if environment == "prod" else "ip"
        write(
            tmp_path / "overlays" / environment / "patch.yaml",
            "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: web\n  namespace: shop\n  annotations:\n"
            f"    alb.ingress.kubernetes.io/target-type: {kind}\n",
        )
    found = findings(tmp_path, monkeypatch)
    assert [(one["place"]["file"], one["place"]["line"], one["clusters"]) for one in found] == [
        ("overlays/prod/patch.yaml", 7, ["prod"])
    ]
