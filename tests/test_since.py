"""`--since REV`: what a change brings, held against the objects of a real git repository."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ekslint.commands import main

CLUSTER = """\
apiVersion: eksctl.io/v1alpha5
kind: ClusterConfig
metadata: {name: mail, region: eu-west-1}
addons:
  - name: vpc-cni
managedNodeGroups:
  - name: workers
    instanceType: m6i.large
    maxSize: 4
"""
SWITCHED = CLUSTER.replace(
    "  - name: vpc-cni\n",
    "  - name: vpc-cni\n    configurationValues: |\n      env:\n        AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG: 'true'\n"
    "        ENI_CONFIG_LABEL_DEF: topology.kubernetes.io/zone\n",
)
ZONE = """\
apiVersion: crd.k8s.amazonaws.com/v1alpha1
kind: ENIConfig
metadata: {name: eu-west-1a}
spec: {subnet: subnet-0a1b2c3d4e5f60718}
"""
OLD = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  namespace: mail
  annotations:
    alb.ingress.kubernetes.io/shceme: internal
    alb.ingress.kubernetes.io/target-type: ip
spec:
  ingressClassName: alb
  defaultBackend:
    service: {name: web, port: {number: 80}}
"""
Check = Callable[..., set[tuple[str, str, int]]]


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(
        ["git", "-c", "user.name=t", "-c", "user.email=t@example.com", *arguments], cwd=folder, check=True, capture_output=True
    )


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    git(tmp_path, "init", "-q", "-b", "main")
    (tmp_path / "cluster.yaml").write_text(CLUSTER)
    (tmp_path / "zone.yaml").write_text(ZONE)
    (tmp_path / "web.yaml").write_text(OLD)
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-q", "-m", "one")
    return tmp_path


def check(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["check", "--format", "json", "--level", "warning", *arguments])


def found(*arguments: str) -> set[tuple[str, str, int]]:
    log = json.loads(check(*arguments).stdout)
    return {(one["rule"], one["place"]["file"], one["place"]["line"]) for one in log["findings"]}


def test_custom_networking_without_a_new_node_group_is_found_at_the_switch(repository: Path) -> None:
    (repository / "cluster.yaml").write_text(SWITCHED)
    assert found("--since", "HEAD") == {("custom-networking-without-new-nodes", "cluster.yaml", 8)}


def test_with_a_new_or_changed_group_it_is_silent(repository: Path) -> None:
    for changed in (
        SWITCHED.replace("name: workers", "name: workers-b"),
        SWITCHED.replace("m6i.large", "m6i.xlarge"),
        SWITCHED + "  - name: other\n    instanceType: m6i.large\n",
    ):
        (repository / "cluster.yaml").write_text(changed)
        assert found("--since", "HEAD") == set()


def test_more_nodes_of_a_group_are_no_new_group(repository: Path) -> None:
    (repository / "cluster.yaml").write_text(SWITCHED.replace("maxSize: 4", "maxSize: 9"))
    assert [rule for rule, _, _ in found("--since", "HEAD")] == ["custom-networking-without-new-nodes"]


def test_another_subnet_of_an_eni_config_is_found_at_the_subnet(repository: Path) -> None:
    (repository / "cluster.yaml").write_text(SWITCHED)
    git(repository, "commit", "-qam", "two")
    (repository / "zone.yaml").write_text(ZONE.replace("subnet-0a", "subnet-0b"))
    assert found("--since", "HEAD") == {("eni-config-subnet-changed-without-new-nodes", "zone.yaml", 4)}


def test_findings_of_untouched_files_are_not_told_again(repository: Path) -> None:
    assert ("annotation-unknown", "web.yaml", 7) in found()
    assert found("--since", "HEAD") == set()


def test_a_moved_finding_is_no_new_one_and_a_second_one_is(repository: Path) -> None:
    (repository / "web.yaml").write_text(
        "# moved\n\n" + OLD.replace("target-type: ip", "target-type: ip\n    alb.ingress.kubernetes.io/goup.name: mail")
    )
    assert found("--since", "HEAD") == {("annotation-unknown", "web.yaml", 11)}


def test_below_a_folder_the_same_paths_are_compared(repository: Path) -> None:
    (repository / "apps").mkdir()
    (repository / "apps" / "web.yaml").write_text(OLD)
    git(repository, "add", ".")
    git(repository, "commit", "-q", "-m", "apps")
    assert found("--since", "HEAD", "apps") == set()
    assert len(found("--since", "HEAD~1", "apps")) > 0


def test_pre_commit_says_what_to_compare_with(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (repository / "cluster.yaml").write_text(SWITCHED)
    monkeypatch.setenv("PRE_COMMIT_FROM_REF", "HEAD")
    assert found() == {("custom-networking-without-new-nodes", "cluster.yaml", 8)}
    monkeypatch.setenv("PRE_COMMIT_FROM_REF", "0" * 40)
    assert ("annotation-unknown", "web.yaml", 7) in found()


@pytest.mark.parametrize("revision", ["nowhere", "-x", "HEAD:web.yaml"])
def test_a_revision_that_is_none_is_wrong_use(repository: Path, revision: str) -> None:
    result = check(f"--since={revision}")
    assert result.exit_code == 2
    assert f"--since {revision}" in result.stderr


def test_outside_a_repository_it_is_wrong_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert check("--since", "HEAD").exit_code == 2
