"""`ekslint check` as a user runs it: what it reads, exit codes, outputs, bad input."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ekslint.commands import main
from ekslint.fact import Subject
from ekslint.language.decision import Decision
from ekslint.language.rule import Rule

WEB = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  namespace: shop
  annotations:
    alb.ingress.kubernetes.io/target-type: ip
    alb.ingress.kubernetes.io/shceme: internal
spec:
  ingressClassName: alb
  defaultBackend:
    service: {name: web, port: {number: 80}}
"""
GOOD = WEB.replace("shceme", "scheme")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def check(*arguments: str, given: str | None = None) -> Result:
    result = CliRunner().invoke(main, ["check", *arguments], input=given)
    assert "Traceback" not in result.output
    return result


def rules(result: Result) -> list[str]:
    return [found["rule"] for found in json.loads(result.stdout)["findings"]]


def test_exit_codes_follow_what_is_found(folder: Path) -> None:
    (folder / "web.yaml").write_text(GOOD)
    assert check().exit_code == 0
    (folder / "web.yaml").write_text(WEB)
    assert check().exit_code == 1
    assert check("--fail-on", "never").exit_code == 0
    assert check("--ignore", "annotation-unknown").exit_code == 0
    assert check("--select", "nlb").exit_code == 0


def test_level_hides_and_fail_on_decides(folder: Path) -> None:
    (folder / "web.yaml").write_text(WEB)
    (folder / ".ekslint.yaml").write_text("levels: {annotation-unknown: warning}\n")
    result = check("--level", "error", "--format", "json")
    assert (result.exit_code, rules(result)) == (0, [])
    assert check("--fail-on", "error").exit_code == 0
    assert check("--fail-on", "note").exit_code == 1


def test_several_formats_in_one_run(folder: Path) -> None:
    (folder / "web.yaml").write_text(WEB)
    result = check(
        "--level",
        "warning",
        "--format",
        "sarif",
        "--output",
        "out.sarif",
        "--format",
        "json",
        "--output",
        "out.json",
        "--format",
        "github",
    )
    assert result.exit_code == 1
    assert json.loads((folder / "out.sarif").read_text())["version"] == "2.1.0"
    assert [found["rule"] for found in json.loads((folder / "out.json").read_text())["findings"]] == ["annotation-unknown"]
    assert result.stdout.startswith("::error file=web.yaml,line=8,")


def test_two_formats_on_the_terminal_are_wrong_use(folder: Path) -> None:
    (folder / "web.yaml").write_text(WEB)
    assert check("--format", "json", "--format", "text").exit_code == 2
    assert check("--format", "json", "--output", "none/out.json").exit_code == 2


def test_standard_input_and_named_files_are_seen_in_part(folder: Path) -> None:
    (folder / "web.yaml").write_text(WEB)
    for result in (
        check("-", "--format", "json", "--level", "warning", given=WEB),
        check("web.yaml", "--format", "json", "--level", "warning"),
    ):
        log = json.loads(result.stdout)
        assert [found["rule"] for found in log["findings"]] == ["annotation-unknown"]
        assert log["summary"]["partial"] is True


def test_what_is_missing_in_part_of_a_cluster_is_not_said(folder: Path) -> None:
    (folder / "web.yaml").write_text(GOOD)
    (folder / "other.yaml").write_text(
        "apiVersion: v1\nkind: Service\nmetadata: {name: other, namespace: shop}\nspec: {ports: [{port: 80}]}\n"
    )
    assert "backend-service-missing" in rules(check("--format", "json"))
    assert "backend-service-missing" not in rules(check("--format", "json", "web.yaml", "other.yaml"))


@pytest.mark.parametrize(
    "arguments",
    [
        ["nowhere.yaml"],
        ["--select", "annotation-unknwon"],
        ["--config", "nowhere.yaml"],
        ["--rules", "nowhere"],
        ["--format", "xml"],
        ["--fail-on", "fatal"],
    ],
)
def test_wrong_use_is_2_and_says_what(arguments: list[str]) -> None:
    result = check(*arguments)
    assert result.exit_code == 2
    assert arguments[-1] in result.stderr


def test_a_misspelt_rule_gets_the_nearest() -> None:
    assert "annotation-unknown" in check("--select", "annotation-unknwon").stderr


def test_a_broken_rule_file_is_2_with_its_line(folder: Path) -> None:
    (folder / "rules").mkdir()
    (folder / "rules" / "mine.yaml").write_text("id: mine\ntitle: Mine\nlevle: error\n")
    result = check("--rules", "rules")
    assert result.exit_code == 2
    assert "rules/mine.yaml:3" in result.stderr
    assert "level" in result.stderr


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("broken.yaml", "apiVersion: v1\nkind: Service\n  metadata: [\n", 3),
        ("tab.yaml", "apiVersion: v1\nkind: Service\nmetadata:\n\tname: x\n", 4),
        ("broken.json", '{"apiVersion": "v1", "kind": "Service",\n "metadata": {"name": "x"', 2),
    ],
)
def test_broken_input_is_3_with_its_place_and_the_rest_is_checked(folder: Path, name: str, text: str, line: int) -> None:
    (folder / name).write_text(text)
    (folder / "web.yaml").write_text(WEB)
    result = check("--format", "json", "--level", "warning")
    log = json.loads(result.stdout)
    assert result.exit_code == 3
    assert [(problem["kind"], problem["place"]["file"], problem["place"]["line"]) for problem in log["problems"]] == [
        ("syntax", name, line)
    ]
    assert [found["rule"] for found in log["findings"]] == ["annotation-unknown"]
    assert check("--fail-on", "never").exit_code == 3


def test_a_file_of_more_than_10_mb_is_3(folder: Path) -> None:
    (folder / "big.yaml").write_text("kind: Service\n" + "# padding\n" * 1_100_000)
    result = check("--format", "json")
    assert result.exit_code == 3
    assert "10 MB" in json.loads(result.stdout)["problems"][0]["message"]


def test_an_unreadable_file_is_3(folder: Path) -> None:
    (folder / "web.yaml").write_text(WEB)
    (folder / "gone.yaml").symlink_to(folder / "loop.yaml")
    (folder / "loop.yaml").symlink_to(folder / "gone.yaml")
    result = check("--format", "json", "web.yaml", "gone.yaml")
    assert result.exit_code == 3
    assert json.loads(result.stdout)["problems"][0]["file"] == "gone.yaml"


def test_what_holds_nothing_is_silent_and_counted(folder: Path) -> None:
    (folder / "empty.yaml").write_text("")
    (folder / "other.yaml").write_text("a: [1, 2\n")
    (folder / "image.yaml").write_bytes(b"\x89PNG\0\0Service")
    (folder / "deploy.yaml").write_text("{{- range .Values.x }}\nkind: Service {{ . }\n{{ end }}\n")
    (folder / "web.yaml").write_text(GOOD)
    result = check("--format", "json")
    log = json.loads(result.stdout)
    assert result.exit_code == 0
    assert log["summary"]["files"] == 5
    assert sum(log["skipped"].values()) == 4


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web, annotations: 3}\n", 3),
        ("apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web}\nspec: []\n", 4),
        ("apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web}\nspec:\n  rules: false\n", 5),
        ("apiVersion: v1\nkind: Service\nmetadata: []\n", 3),
        ("apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nnodeGroups: {a: b}\n", 3),
        ("apiVersion: karpenter.sh/v1\nkind: NodePool\nmetadata: {name: x}\nspec:\n  template: 7\n", 5),
        ("apiVersion: crd.k8s.amazonaws.com/v1alpha1\nkind: ENIConfig\nmetadata: {name: x}\nspec: {subnet: [a]}\n", 4),
    ],
)
def test_a_wrong_type_inside_a_known_kind_is_a_finding_with_its_place(folder: Path, text: str, line: int) -> None:
    (folder / "a.yaml").write_text(text)
    log = json.loads(check("--format", "json").stdout)
    assert log["problems"] == []
    assert ("field-of-wrong-type", line) in {(found["rule"], found["place"]["line"]) for found in log["findings"]}


def test_rules_that_are_null_are_a_finding_with_their_place(folder: Path) -> None:
    (folder / "a.yaml").write_text("apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: web}\nspec:\n  rules: null\n")
    found = json.loads(check("--format", "json").stdout)["findings"]
    assert ("ingress-without-routes", 5) in {(one["rule"], one["place"]["line"]) for one in found}


def test_the_config_and_comments_are_heeded(folder: Path) -> None:
    (folder / "web.yaml").write_text(WEB)
    (folder / ".ekslint.yaml").write_text("levels: {annotation-unknown: note}\n")
    assert json.loads(check("--format", "json").stdout)["findings"][0]["level"] == "note"
    (folder / ".ekslint.yaml").write_text("ignore: [annotation-unknown]\n")
    assert check().exit_code == 0
    (folder / ".ekslint.yaml").unlink()
    (folder / "web.yaml").write_text(
        WEB.replace(
            "    alb.ingress.kubernetes.io/shceme",
            "    # ekslint: ignore[annotation-unknown] a fork reads it\n    alb.ingress.kubernetes.io/shceme",
        )
    )
    assert check().exit_code == 0
    (folder / "web.yaml").write_text(GOOD + "# ekslint: ignore[annotation-unknown]\n")
    assert rules(check("--format", "json")) == ["unused-suppression"]


def test_a_config_that_is_wrong_is_2_with_its_line_and_the_nearest_key(folder: Path) -> None:
    (folder / ".ekslint.yaml").write_text("select: []\nexlude: [a]\n")
    result = check()
    assert result.exit_code == 2
    assert ".ekslint.yaml:2" in result.stderr
    assert "exclude" in result.stderr


def test_a_crash_in_a_rule_is_told_and_the_run_goes_on(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    decide = Rule.decide

    def crash(self: Rule, subject: Subject) -> Decision:
        if self.id == "field-of-wrong-type":
            raise RuntimeError("boom")
        return decide(self, subject)

    monkeypatch.setattr(Rule, "decide", crash)
    (folder / "web.yaml").write_text(WEB)
    (folder / "bad.yaml").write_text("apiVersion: v1\nkind: Service\nmetadata: []\n")
    result = check("--format", "json")
    log = json.loads(result.stdout)
    assert result.exit_code == 3
    assert "annotation-unknown" in [found["rule"] for found in log["findings"]]
    assert [problem["kind"] for problem in log["problems"]] == ["crash"]
    assert "field-of-wrong-type" in log["problems"][0]["message"]
