"""Charts as they lie in a repository, their values, and what `helm template` prints."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from clusters import plain

from ekslint import fact
from ekslint.commands import main
from ekslint.inventory import Cluster
from ekslint.loading import File, load
from ekslint.source.formats import syntax_of
from ekslint.source.text import Text

CHART = "apiVersion: v2\nname: web\nversion: 0.1.0\n"
VALUES = """\
ingress:
  enabled: true
  className: alb
  annotations:
    alb.ingress.kubernetes.io/target-typ: ip
    alb.ingress.kubernetes.io/ssl-redirect: 443
  hosts: [web.example.com]
service:
  type: ClusterIP
"""
INGRESS = """\
{{- if .Values.ingress.enabled -}}
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {{ include "web.fullname" . }}
  annotations:
    alb.ingress.kubernetes.io/shceme: internal
    {{- with .Values.ingress.annotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  ingressClassName: alb
  defaultBackend: {service: {name: web, port: {number: 80}}}
{{- end }}
"""
SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: SAID}
spec:
  type: {{ .Values.service.type }}
  selector: {app: web}
  ports: [{port: 80}]
"""
OUTSIDE = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: front}
spec:
  ingressClassName: alb
  defaultBackend: {service: {name: front, port: {number: 80}}}
---
apiVersion: v1
kind: Service
metadata: {name: other}
spec: {type: NodePort, selector: {app: web}, ports: [{port: 80}]}
"""


def clusters(files: dict[str, str]) -> dict[str, Cluster]:
    fact.load()
    found = load([File(name, syntax_of(name.rpartition("/")[2]) or "yaml", Text(text, name)) for name, text in files.items()], True)
    assert not found.problems
    return {one.name: one for one in found.clusters}


def check(*arguments: str, given: str | None = None) -> list[dict[str, Any]]:
    result = CliRunner().invoke(main, ["check", *arguments, "--format", "json", "--fail-on", "never"], input=given)
    assert result.exit_code == 0, result.output
    found: list[dict[str, Any]] = json.loads(result.stdout)["findings"]
    return found


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)


def test_a_chart_is_read_as_far_as_it_is_certain(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(
        tmp_path,
        {
            "web/Chart.yaml": CHART,
            "web/values.yaml": VALUES,
            "web/templates/ingress.yaml": INGRESS,
            "web/templates/service.yaml": SERVICE.replace("SAID", '{{ include "web.fullname" . }}'),
            "web/templates/_helpers.tpl": '{{- define "web.fullname" -}}web{{- end -}}\n',
            "web/templates/NOTES.txt": "{{ if .Values.ingress.enabled }}see {{ .Release.Name }}{{ end }}\n",
        },
    )
    found = {(one["rule"], one["place"]["file"], one["place"]["line"]) for one in check() if one["level"] != "note"}
    assert found == {("annotation-unknown", "web/templates/ingress.yaml", 7), ("annotation-unknown", "web/values.yaml", 5)}


def test_what_a_chart_may_bring_is_not_missing() -> None:
    (alone,) = clusters({"front.yaml": OUTSIDE}).values()
    (backend,) = alone.all("backend")
    assert plain(backend.get("service")) is None
    (beside,) = clusters({"front.yaml": OUTSIDE, "web/Chart.yaml": CHART, "web/templates/s.yaml": SERVICE}).values()
    (backend,) = beside.all("backend")
    assert plain(backend.get("service")) == "?"
    fixed = SERVICE.replace("{{ .Values.service.type }}", "ClusterIP")
    (beside,) = clusters({"front.yaml": OUTSIDE, "web/Chart.yaml": CHART, "web/templates/s.yaml": fixed}).values()
    (backend,) = beside.all("backend")
    assert plain(backend.get("service")) is None


@pytest.mark.parametrize(
    "limits", ["  limits: {{ .Values.limits | toJson }}", "  {{ .Values.limits }}: }"], ids=["read", "not read"]
)
def test_node_pools_of_a_chart_leave_the_cluster_open(limits: str) -> None:
    pools = f"apiVersion: karpenter.sh/v1\nkind: NodePool\nmetadata: {{name: a}}\nspec:\n{limits}\n"
    files = {"pools/Chart.yaml": CHART, "pools/templates/pool.yaml": pools}
    assert [one.whole for one in clusters(files).values()] == [False]


def test_what_only_a_branch_gives_selects_nothing() -> None:
    policy = (
        "apiVersion: vpcresources.k8s.aws/v1beta1\nkind: SecurityGroupPolicy\nmetadata: {name: web}\n"
        "spec: {podSelector: {}, securityGroups: {groupIds: [sg-1]}}\n"
    )
    (made,) = clusters({"policy.yaml": policy}).values()
    assert len(made.all("security-group-policy")) == 1
    (made,) = clusters({"policy.yaml": "{{- if .Values.policy }}\n" + policy + "{{- end }}\n"}).values()
    assert made.all("security-group-policy") == []


CNI = 'init: {}\nenv:\n  ENABLE_PREFIX_DELEGATION: "true"\n  WARM_PREFIX_TARGET: "1"\n'


def test_values_of_environments_lie_over_the_values_beside_them() -> None:
    found = clusters(
        {
            "cni/values.yaml": CNI,
            "cni/values-dev.yaml": 'env:\n  ENABLE_PREFIX_DELEGATION: "false"\n',
            "cni/values-prod.yaml": 'env:\n  WARM_PREFIX_TARGET: "3"\n',
        }
    )
    said = {}
    for name, cluster in found.items():
        (cni,) = cluster.all("cni")
        said[name] = (plain(cni.get("prefix_delegation")), plain(cni.get("warm_prefix_target")))
        assert len(cluster.all("cni-settings")) == 1
    assert said == {"dev": (False, 1), "prod": (True, 3)}
    (places,) = ({place.file for place in found["prod"].all("cni")[0].get("prefix_delegation").places},)
    assert places == {"cni/values.yaml"}


def test_values_of_another_name_stand_alone_outside_of_a_chart() -> None:
    values = {"cni/values.yaml": CNI, "cni/values-small.yaml": CNI.replace('"1"', '"2"')}
    (alone,) = clusters(values).values()
    assert len(alone.all("cni-settings")) == 2


def test_an_ingress_that_is_switched_off_is_not_judged() -> None:
    (on,) = clusters({"values.yaml": VALUES}).values()
    assert [plain(one.get("known")) for one in on.all("annotation")] == [False, True]
    (off,) = clusters({"values.yaml": VALUES.replace("enabled: true", "enabled: false")}).values()
    assert off.all("annotation") == []


@pytest.mark.parametrize(
    ("change", "taken"),
    [
        (("", ""), True),
        (("className: alb", "className: nginx"), "?"),
        (("  className: alb\n", ""), "?"),
        (("className: alb", 'className: "{{ class }}"'), "?"),
    ],
    ids=["alb", "another class", "no class", "a template"],
)
def test_annotations_count_where_the_class_is_that_of_the_controller(change: tuple[str, str], taken: object) -> None:
    (made,) = clusters({"web-values.yaml": VALUES.replace(*change)}).values()
    assert {plain(one.get("taken")) for one in made.all("annotation")} == {taken}


def test_what_a_chart_may_quote_is_no_wrong_type() -> None:
    (made,) = clusters({"values.yaml": VALUES}).values()
    redirect = made.named("annotation", "alb.ingress.kubernetes.io/ssl-redirect")[0]
    assert (plain(redirect.get("value_type")), plain(redirect.get("text")), plain(redirect.get("refusal"))) == ("?", "?", "?")


@pytest.mark.parametrize("holder", ["flux", "argo", "helmfile"])
def test_annotations_in_releases_have_their_own_lines(holder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    block = "ingress:\n  ingressClassName: alb\n  annotations:\n    alb.ingress.kubernetes.io/target-typ: ip\n"
    text = {
        "flux": "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: web}\n"
        "spec:\n  chart: {spec: {chart: web}}\n  values:\n",
        "argo": "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web}\n"
        "spec:\n  source:\n    chart: web\n    helm:\n      values: |\n",
        "helmfile": "releases:\n  - name: web\n    chart: repo/web\n    values:\n      -\n",
    }[holder]
    text += "".join(f"        {line}\n" for line in block.splitlines())
    write(tmp_path, {"release.yaml": text})
    (found,) = check()
    assert (found["rule"], found["place"]["line"]) == ("annotation-unknown", len(text.splitlines()))


RENDERED = """\
---
# Source: web/templates/ingress.yaml
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  annotations:
    alb.ingress.kubernetes.io/shceme: internal
    alb.ingress.kubernetes.io/scheme: internal
spec:
  ingressClassName: alb
  defaultBackend: {service: {name: web, port: {number: 80}}}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: bare
  annotations:
    alb.ingress.kubernetes.io/shceme: internal
    alb.ingress.kubernetes.io/scheme: internal
spec:
  ingressClassName: alb
  defaultBackend: {service: {name: web, port: {number: 80}}}
"""


def test_rendered_findings_name_their_template_beside_their_line() -> None:
    found = [one for one in check("-", given=RENDERED) if one["rule"] == "annotation-unknown"]
    assert [one["place"]["line"] for one in found] == [8, 19]
    (source,) = found[0]["related"]
    assert (source["message"], source["place"]["file"], source["place"]["line"]) == (
        "rendered from web/templates/ingress.yaml",
        "<stdin>",
        2,
    )
    assert found[1]["related"] == []


def test_the_template_of_a_finding_is_no_part_of_its_fingerprint() -> None:
    marked = [one["fingerprint"] for one in check("-", given=RENDERED)]
    assert marked == [one["fingerprint"] for one in check("-", given=RENDERED.replace("# Source:", "# From:"))]


@pytest.mark.parametrize(
    "files",
    [
        {
            "c/Chart.yaml": "[",
            "c/values.yaml": "a: [",
            "c/values-prod.yaml": "- 1\n",
            "c/templates/x.yaml": "{{ if }}\nkind: Service\n",
        },
        {"c/values.yaml": "ingress: &a\n  annotations: {alb.ingress.kubernetes.io/x: *a}\n", "c/values-dev.yaml": "ingress: 3\n"},
        {"c/values.yaml": "a: &a {annotations: {alb.ingress.kubernetes.io/x: [1, {b: 2}]}, b: [*a2]}\n"},
        {"helmfile.yaml": "releases:\n- {name: a, chart: [1], values: 3, set: [1, {name: x}, {name: '.[', value: 1}]}\n"},
        {"c/values.yaml": "x:\n", "c/values-prod.yaml": "ingress:\n  annotations:\n    alb.ingress.kubernetes.io/scheme:\n"},
    ],
)
def test_odd_charts_do_no_harm(files: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, files)
    result = CliRunner().invoke(main, ["check", ".", "--format", "json"])
    assert result.exit_code in (0, 1, 3), result.output
    assert {problem["kind"] for problem in json.loads(result.stdout)["problems"]} <= {"syntax"}
