"""Fixes as byte edits: what is changed, and that all around it stays."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ekslint.commands import main
from ekslint.finding import Change, Correction, Finding
from ekslint.fixer import Fixer, apply
from ekslint.source.text import Place, Text
from ekslint.syntax.yaml import parse


def mended(value: str, verb: str, written: str, was: str | None = None, text: str = "") -> str | None:
    """The text after a correction of the first place where `written` stands; None where it cannot be made."""
    source = Text(value, "a.yaml")
    start = value.index(written)
    place = source.place(start, start + len(written))
    finding = Finding(
        "r", "error", "m", place, corrections=(Correction(verb, place, was if was is not None else written, text),), safe=True
    )
    found = Fixer({"a.yaml": source}, {"a.yaml": parse(source).documents}).resolved(finding)
    return apply(source, found.changes) if found.changes else None


@pytest.mark.parametrize(
    ("value", "written", "was", "new", "expected"),
    [
        ("a: old  # why\n", "old", "old", "new", "a: new  # why\n"),
        ('a: "old"\r\n', '"old"', "old", "new", 'a: "new"\r\n'),
        ("a: 'it'\n", "'it'", "it", "it's", "a: 'it''s'\n"),
        ('a: "x"\n', '"x"', "x", 'say "y"', 'a: "say \\"y\\""\n'),
        ("{a: old, b: 1}\n", "old", "old", "new", "{a: new, b: 1}\n"),
        ("a: yes_\n", "yes_", "yes_", "true", 'a: "true"\n'),
        ("a: x\n", "x", "x", "a: b", 'a: "a: b"\n'),
        ("a: x\n", "x", "x", "*", 'a: "*"\n'),
        ("a: 58\n", "58", "58", "110", "a: 110\n"),
        ("ä: old\n", "old", "old", "new", "ä: new\n"),
    ],
)
def test_a_value_is_set_in_the_style_that_it_has(value: str, written: str, was: str, new: str, expected: str) -> None:
    assert mended(value, "set", written, was, new) == expected


@pytest.mark.parametrize(
    ("value", "written", "was"),
    [
        ("a: | # why\n  old\n", "| # why\n  old\n", "old\n"),
        ("a: other\n", "other", "old"),
        ("a: old\nb: old, too\n", "old, too", "old"),
        ("a: &here old\nb: *here\n", "old", "old"),
        ("a: !Sub old\n", "!Sub old", "old"),
    ],
)
def test_what_is_not_written_as_one_simple_scalar_is_left_alone(value: str, written: str, was: str) -> None:
    assert mended(value, "set", written, was, "new") is None


def test_a_key_is_renamed_and_a_dotted_one_in_its_last_part() -> None:
    assert mended("a:\n  colour: 1 # c\n", "rename", "colour", text="color") == "a:\n  color: 1 # c\n"
    assert mended("maxPods: 1\n", "rename", "maxPods", "settings.maxPods", "max-pods") == "max-pods: 1\n"


def test_a_plain_scalar_is_quoted_and_no_other() -> None:
    assert mended("a: 80\n", "quote", "80") == 'a: "80"\n'
    assert mended('a: "80"\n', "quote", '"80"') is None


@pytest.mark.parametrize(
    ("value", "entry", "expected"),
    [
        ("m:\n  a: 1\n  b: 2  # gone too\n  c: 3\n", "b: 2", "m:\n  a: 1\n  c: 3\n"),
        ("m:\n  a: 1\n  # about b\n  b: |\n    x\n    y\n  c: 3\n", "b: |", "m:\n  a: 1\n  # about b\n  c: 3\n"),
        ("m:\n  a: 1\n  b: 2", "b: 2", "m:\n  a: 1\n"),
        ("m: {a: 1, b: 2, c: 3}\n", "b: 2", "m: {a: 1, c: 3}\n"),
        ("m: {a: 1, b: 2}\n", "b: 2", "m: {a: 1}\n"),
        ("n: 1\nm:\n  b: 2\no: 3\n", "b: 2", "n: 1\no: 3\n"),
        ("- b: 2\n  c: 3\n", "b: 2", None),
    ],
)
def test_an_entry_goes_whole_and_an_emptied_map_with_it(value: str, entry: str, expected: str | None) -> None:
    assert mended(value, "remove", entry) == expected


def test_of_changes_that_overlap_the_first_is_made() -> None:
    text = Text("abcdef", "a.yaml")
    changes = [
        Change(Place("a.yaml", 1, 2, 1, 4), "X"),
        Change(Place("a.yaml", 1, 3, 1, 5), "Y"),
        Change(Place("a.yaml", 1, 6, 1, 7), "Z"),
    ]
    assert apply(text, changes) == "aXdeZ"


BAD = """\
apiVersion: networking.k8s.io/v1\r
kind: Ingress\r
metadata:\r
  name: web\r
  namespace: shop\r
  annotations: # ours\r
    alb.ingress.kubernetes.io/target-type: ip\r
    alb.ingress.kubernetes.io/ssl-redirect: 443   # unquoted\r
spec:\r
  ingressClassName: alb\r
  defaultBackend: {service: {name: web, port: {number: 80}}}\r
"""


def check(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["check", "--select", "annotation-not-a-string", *arguments])


def test_fix_writes_and_reports_what_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "web.yaml"
    raw = b"\xef\xbb\xbf" + BAD.encode()
    file.write_bytes(raw)
    assert check().exit_code == 1
    shown = check("--diff")
    assert '+    alb.ingress.kubernetes.io/ssl-redirect: "443"   # unquoted' in shown.stdout
    assert file.read_bytes() == raw
    result = check("--fix")
    assert (result.exit_code, result.stderr) == (0, "Fixed 1 place in web.yaml.\n")
    assert file.read_bytes() == raw.replace(b"443 ", b'"443" ')
    assert check("--fix").stderr == ""


def test_a_suppressed_finding_is_not_fixed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = BAD.replace("443   # unquoted", "443   # ekslint: ignore[annotation-not-a-string] ours")
    (tmp_path / "web.yaml").write_bytes(text.encode())
    check("--fix")
    assert (tmp_path / "web.yaml").read_bytes() == text.encode()


def test_sarif_has_the_fix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "web.yaml").write_bytes(BAD.encode())
    log = json.loads(check("--format", "sarif").stdout)
    change = log["runs"][0]["results"][0]["fixes"][0]["artifactChanges"][0]
    assert change["artifactLocation"]["uri"] == "web.yaml"
    assert change["replacements"] == [
        {"deletedRegion": {"startLine": 8, "startColumn": 45, "endLine": 8, "endColumn": 48}, "insertedContent": {"text": '"443"'}}
    ]


def fixed(files: dict[str, str], folder: Path, monkeypatch: pytest.MonkeyPatch, *rules: str) -> dict[str, str]:
    """The files that `check --fix` changes, with what it makes of them; a second run changes nothing."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text.encode())
    monkeypatch.chdir(folder)
    arguments = ["check", ".", "--fix", "--fail-on", "never", *(word for rule in rules for word in ("--select", rule))]
    first = CliRunner().invoke(main, arguments)
    assert first.exit_code == 0, first.output
    after = {name: (folder / name).read_bytes().decode() for name in files}
    assert CliRunner().invoke(main, arguments).stderr == ""
    assert {name: (folder / name).read_bytes().decode() for name in files} == after
    return {name: text for name, text in after.items() if text != files[name]}


DAEMON_SET = """\
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: aws-node, namespace: kube-system}
spec:
  selector: {matchLabels: {k8s-app: aws-node}}
  template:
    spec:
      containers:
        - name: aws-node
          image: 602401143452.dkr.ecr.eu-west-1.amazonaws.com/amazon-k8s-cni:v1.20.4
          env:
            - name: ENABLE_IPv4  # pods
              value: "true"
            - name: ENABLE_PREFIX_DELEGATION
              value: "true"  # /28
          volumeMounts: []
"""


def test_a_variable_that_nobody_wrote_is_added_behind_the_last_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = fixed({"a.yaml": DAEMON_SET}, tmp_path, monkeypatch, "prefix-mode-without-warm-target")
    last = '              value: "true"  # /28\n'
    assert made == {"a.yaml": DAEMON_SET.replace(last, last + '            - name: WARM_PREFIX_TARGET\n              value: "1"\n')}


def test_a_variable_is_added_in_json_and_with_the_line_ends_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    env = '{"name": "ENABLE_IPv4", "value": "true"},\r\n     {"name": "ENABLE_PREFIX_DELEGATION", "value": "true"}'
    text = (
        '{"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "aws-node", "namespace": "kube-system"},\r\n'
        ' "spec": {"selector": {}, "template": {"spec": {"containers": [\r\n'
        '   {"name": "aws-node", "image": "602401143452.dkr.ecr.eu-west-1.amazonaws.com/amazon-k8s-cni:v1.20.4",\r\n'
        f'    "env": [\r\n     {env}\r\n    ]}}\r\n ]}}}}}}}}\r\n'
    )
    made = fixed({"a.json": text}, tmp_path, monkeypatch, "prefix-mode-without-warm-target")
    new = f'{env},\r\n     {{"name": "WARM_PREFIX_TARGET", "value": "1"}}'
    assert made == {"a.json": text.replace(env, new)}
    json.loads(made["a.json"])


ADD_ON = """\
apiVersion: eksctl.io/v1alpha5
kind: ClusterConfig
metadata: {name: shop, region: eu-west-1}
kubernetesNetworkConfig: {ipFamily: IPv6}
addons:
  - name: vpc-cni
    configurationValues: |-
      env:
        ENABLE_V6_EGRESS: "true"  # why
        WARM_PREFIX_TARGET: "1"
"""


def test_an_entry_goes_from_yaml_inside_a_block_scalar(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = fixed({"a.yaml": ADD_ON}, tmp_path, monkeypatch, "egress-of-the-own-family")
    assert made == {"a.yaml": ADD_ON.replace('        ENABLE_V6_EGRESS: "true"  # why\n', "")}


def test_an_emptied_text_goes_with_its_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = ADD_ON.replace('        WARM_PREFIX_TARGET: "1"\n', "")
    made = fixed({"a.yaml": text}, tmp_path, monkeypatch, "egress-of-the-own-family")
    assert made == {"a.yaml": text.partition("    configurationValues")[0]}


def test_escaped_json_in_a_string_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    head = ADD_ON.partition(" |-")[0]
    text = head + ' "{\\"env\\": {\\"ENABLE_V6_EGRESS\\": \\"true\\", \\"WARM_PREFIX_TARGET\\": \\"1\\"}}"\n'
    assert fixed({"a.yaml": text}, tmp_path, monkeypatch, "egress-of-the-own-family") == {}


BASE = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  annotations:
    alb.ingress.kubernetes.io/target-type: ip
    alb.ingress.kubernetes.io/group.order: "10"
spec:
  ingressClassName: alb
  defaultBackend: {service: {name: web, port: {number: 80}}}
"""
PATCH = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  annotations:
    alb.ingress.kubernetes.io/inbound-cidrs: 203.0.113.7
    alb.ingress.kubernetes.io/ip-address-type: ipv4
"""


def test_a_value_that_a_patch_brings_is_changed_in_the_patch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {
        "base.yaml": BASE,
        "patch.yaml": PATCH,
        "kustomization.yaml": "resources: [base.yaml]\npatches: [{path: patch.yaml}]\n",
    }
    made = fixed(files, tmp_path, monkeypatch, "annotation-text")
    assert made == {"patch.yaml": PATCH.replace("113.7", "113.7/32")}


def test_what_a_generator_makes_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {
        "kustomization.yaml": (
            "namespace: kube-system\ngeneratorOptions: {disableNameSuffixHash: true}\n"
            "configMapGenerator:\n  - name: amazon-vpc-cni\n    literals: [branch-eni-cooldown=5, enable-windows-ipam=true]\n"
        )
    }
    assert fixed(files, tmp_path, monkeypatch, "branch-cooldown-too-short") == {}


@pytest.mark.parametrize(("group", "changed"), [("", True), ("    alb.ingress.kubernetes.io/group.name: shop\n", False)])
def test_lines_that_two_clusters_share_are_changed_where_both_are_wrong(
    group: str, changed: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    patch = PATCH.replace("    alb.ingress.kubernetes.io/inbound-cidrs: 203.0.113.7\n", group)
    files = {
        "base/base.yaml": BASE,
        "base/kustomization.yaml": "resources: [base.yaml]\n",
        "overlays/dev/kustomization.yaml": "resources: [../../base]\n",
        "overlays/prod/kustomization.yaml": "resources: [../../base]\npatches: [{path: patch.yaml}]\n",
        "overlays/prod/patch.yaml": patch,
    }
    made = fixed(files, tmp_path, monkeypatch, "annotation-not-read")
    without = BASE.replace('    alb.ingress.kubernetes.io/group.order: "10"\n', "")
    assert made == ({"base/base.yaml": without} if changed else {})


def test_two_findings_on_one_line_are_both_mended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = BASE.replace('group.order: "10"', 'inbound-cidrs: "10.0.0.1/8, 203.0.113.7"')
    made = fixed({"a.yaml": text}, tmp_path, monkeypatch)
    assert made == {"a.yaml": text.replace('"10.0.0.1/8, 203.0.113.7"', '"10.0.0.0/8, 203.0.113.7/32"')}


USER_DATA = "[settings.kubernetes]\nmaxPods = 110  # many\n"


def test_a_key_of_toml_is_renamed_but_not_in_base64_or_a_heredoc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = fixed({"userdata.toml": USER_DATA}, tmp_path, monkeypatch, "max-pods-in-wrong-place")
    assert made == {"userdata.toml": USER_DATA.replace("maxPods", "max-pods")}
    encoded = base64.b64encode(USER_DATA.encode()).decode()
    files = {
        "userdata.toml": "",
        "lt.json": json.dumps({"LaunchTemplateName": "n", "LaunchTemplateData": {"ImageId": "ami-1", "UserData": encoded}}),
        "main.tf": f'resource "aws_launch_template" "n" {{\n  user_data = base64encode(<<-EOT\n{USER_DATA}  EOT\n  )\n}}\n',
    }
    found = CliRunner().invoke(main, ["check", ".", "--select", "max-pods-in-wrong-place", "--format", "json"])
    assert fixed(files, tmp_path, monkeypatch, "max-pods-in-wrong-place") == {}
    again = CliRunner().invoke(main, ["check", ".", "--select", "max-pods-in-wrong-place", "--format", "json"])
    assert json.loads(found.stdout)["findings"] == []
    assert {one["place"]["file"] for one in json.loads(again.stdout)["findings"]} == {"lt.json", "main.tf"}


@pytest.mark.parametrize(
    ("value", "written", "was", "new", "expected"),
    [
        ("a: |\n  x=1\n  y=2\nb: 1\n", "|\n  x=1\n  y=2", "x=1\ny=2\n", "x=1,\ny=2\n", "a: |\n  x=1,\n  y=2\nb: 1\n"),
        ("a: |-\r\n  x=1\r\n  y=2\r\n", "|-\r\n  x=1\r\n  y=2", "x=1\ny=2", "x=1,\ny=2", "a: |-\r\n  x=1,\r\n  y=2\r\n"),
        ('a: "one\n  two"\n', '"one\n  two"', "one two", "one,two", 'a: "one,two"\n'),
        ("'x.io/y': 'Yes'\n", "'Yes'", "Yes", "true", "'x.io/y': 'true'\n"),
        ('{"x.io/y": "Yes"}\n', '"Yes"', "Yes", "true", '{"x.io/y": "true"}\n'),
    ],
)
def test_lines_quotes_and_keys_around_a_value_stay(value: str, written: str, was: str, new: str, expected: str) -> None:
    assert mended(value, "set", written, was, new) == expected


@pytest.mark.parametrize(
    ("value", "written", "expected"),
    [
        ("- a\n- b  # gone\n- c\n", "b", "- a\n- c\n"),
        ("x: [a, b]\n", "b", "x: [a]\n"),
        ("x: [a, b]\n", "a", "x: [b]\n"),
        ("x:\n  - b\ny: 1\n", "b", "y: 1\n"),
        ("x:\n  - name: A\n    value: b\n  - name: C\n    value: d\n", "b", "x:\n  - name: C\n    value: d\n"),
        ("x: &all\n  a: 1\n  b: &one 2\ny: *one\n", "b", None),
        ("x:\n  a: 1\n  {{- if .Values.y }}\n  b: 2\n  {{- end }}\n", "b", "x:\n  a: 1\n  {{- if .Values.y }}\n  {{- end }}\n"),
    ],
)
def test_items_and_variables_go_whole(value: str, written: str, expected: str | None) -> None:
    assert mended(value, "remove", written) == expected


def test_a_key_is_not_renamed_to_one_that_is_there() -> None:
    assert mended("colour: 1\ncolor: 2\n", "rename", "colour", text="color") is None


def test_a_string_loses_its_quotes_only_where_a_number_is_inside() -> None:
    assert mended('a: "80"\n', "unquote", '"80"', "80") == "a: 80\n"
    assert mended('a: "http"\n', "unquote", '"http"', "http") is None
