"""Bottlerocket's TOML and Windows' PowerShell."""

from __future__ import annotations

import pytest

from ekslint.source.text import Text
from ekslint.userdata.read import UserData, decode
from ekslint.value import Absent, Known, Unknown, Value


def read(text: str, family: str | None = None) -> UserData:
    return decode(Text(text, "u"), encoded=False, family=family)


def known(value: Value) -> object:
    assert isinstance(value, Known), value
    return value.value


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("[settings.kubernetes]\nmax-pods = 110\n", "u:2:12"),
        ('[settings.kubernetes]\n"max-pods" = 110\n', "u:2:14"),
        ("settings.kubernetes.max-pods = 110\n", "u:1:32"),
        ("settings = { kubernetes = { max-pods = 110 } }\n", "u:1:40"),
        ("[settings]\nkubernetes.max-pods = 110\n", "u:2:23"),
        ("[settings.kubernetes] # note\r\nmax-pods = 110\r\n", "u:2:12"),
    ],
)
def test_bottlerocket_in_every_spelling(text: str, place: str) -> None:
    data = read(text)
    assert (data.family, known(data.max_pods), data.max_pods.key) == ("bottlerocket", 110, "max-pods")
    assert str(data.max_pods.places[0]) == place


@pytest.mark.parametrize(
    ("text", "unread", "path"),
    [
        ("[settings.kubernetes]\nmaxPods = 110\n", "wrong-key", "settings.kubernetes.maxPods"),
        ("[settings.kubernetes]\nmax_pods = 110\n", "wrong-key", "settings.kubernetes.max_pods"),
        ("[settings]\nmax-pods = 110\n", "wrong-table", "settings.max-pods"),
        ("[settings.kubernetes.node-labels]\nmax-pods = 110\n", "wrong-table", "settings.kubernetes.node-labels.max-pods"),
    ],
)
def test_bottlerocket_keys_that_are_not_max_pods(text: str, unread: str, path: str) -> None:
    data = read(text)
    (setting,) = data.settings
    assert (setting.unread, setting.path, setting.place.line, setting.place.column) == (unread, path, 2, 1)
    assert isinstance(data.max_pods, Absent)


def test_bottlerocket_refuses_a_string() -> None:
    data = read('[settings.kubernetes]\nmax-pods = "110"\n')
    assert data.settings[0].refusal == "string"
    assert isinstance(data.max_pods, Unknown)


def test_bottlerocket_absence_points_to_the_table() -> None:
    data = read('[settings.host-containers.admin]\nenabled = true\n\n[settings.kubernetes]\ncluster-name = "prod"\n')
    assert data.complete
    assert isinstance(data.max_pods, Absent)
    assert data.max_pods.places[0].line == 4


def test_bottlerocket_labels() -> None:
    data = read('[settings.kubernetes.node-labels]\n"team" = "red"\nzone = ["a", "b"]\n')
    assert [known(v) for v in known(data.node_labels)] == ["team=red", "zone=a", "zone=b"]


def test_bottlerocket_templates() -> None:
    data = read('[settings.kubernetes]\ncluster-name = "${name}"\n${extra}\n')
    assert isinstance(data.max_pods, Unknown)
    assert data.reason is not None
    assert "${extra}" in data.reason
    data = read("[settings.kubernetes]\nmax-pods = ${max_pods}\n")
    assert isinstance(data.max_pods, Unknown)


def test_broken_toml_is_open() -> None:
    data = read("[settings.kubernetes]\ncluster-name = \n= x\n")
    assert isinstance(data.max_pods, Unknown)


SCRIPT = r"$env:ProgramFiles\Amazon\EKS\Start-EKSBootstrap.ps1"


def windows(call: str, before: str = "") -> UserData:
    return read(f'<powershell>\n[string]$EKSBootstrapScriptFile = "{SCRIPT}"\n{before}{call}\n</powershell>\n')


@pytest.mark.parametrize(
    "call",
    [
        "& $EKSBootstrapScriptFile -EKSClusterName 'c' -KubeletExtraArgs '--max-pods=110 --node-labels=a=b'",
        '& $EKSBootstrapScriptFile -EKSClusterName c -KubeletExtraArgs "--node-labels=a=b --max-pods 110" 3>&1 4>&1 5>&1',
        "& $EKSBootstrapScriptFile `\n  -EKSClusterName c `\n  -kubeletextraargs '--max-pods=110 --node-labels=a=b'",
        "& $EKSBootstrapScriptFile `\r\n  -EKSClusterName c `\r\n  -KubeletExtraArgs:'--max-pods=110 --node-labels=a=b'",
        f"& \"{SCRIPT}\" -EKSClusterName c -KubeletE '--max-pods=110 --node-labels=a=b'",
        "if ($true) { & $EKSBootstrapScriptFile -EKSClusterName c -KubeletExtraArgs '--max-pods=110 --node-labels=a=b' }",
        f"powershell -File '{SCRIPT}' -EKSClusterName c -KubeletExtraArgs '--max-pods=110 --node-labels=a=b'",
    ],
)
def test_windows_calls(call: str) -> None:
    data = windows(call)
    assert data.family == "windows"
    assert (known(data.max_pods), data.max_pods.key) == (110, "--max-pods")
    assert [known(v) for v in known(data.node_labels)] == ["a=b"]
    assert [r.program for r in data.runs] == ["Start-EKSBootstrap.ps1"]
    written = f'<powershell>\n[string]$EKSBootstrapScriptFile = "{SCRIPT}"\n{call}'.split("\n")
    place = data.max_pods.places[0]
    assert written[place.line - 1][place.column - 1 : place.end_column - 1] == "110"


def test_windows_variables() -> None:
    call = '& $EKSBootstrapScriptFile -EKSClusterName c -KubeletExtraArgs "$Extra --v=2"'
    data = windows(call, "$Extra = '--max-pods=77'\n")
    assert (known(data.max_pods), str(data.max_pods.places[0])) == (77, "u:3:22")
    for before in (
        "",
        "$Extra = Get-Content args\n",
        "$Extra = '--max-pods=1'\n$Extra += ' --max-pods=2'\n",
        "$Extra = (Get-Args)\n",
    ):
        assert isinstance(windows(call, before).max_pods, Unknown), before


def test_windows_absence_points_to_the_call() -> None:
    data = windows("& $EKSBootstrapScriptFile -EKSClusterName $env:CLUSTER -DNSClusterIP 10.0.0.10")
    assert data.complete
    assert isinstance(data.max_pods, Absent)
    assert data.max_pods.places[0].line == 3
    assert isinstance(windows("& $EKSBootstrapScriptFile @Arguments").max_pods, Unknown)


def test_windows_comments_are_no_calls() -> None:
    data = windows("# & $EKSBootstrapScriptFile -KubeletExtraArgs '--max-pods=1'\n<# & $EKSBootstrapScriptFile #>")
    assert data.runs == []


def test_the_linux_option_in_powershell() -> None:
    data = windows("& $EKSBootstrapScriptFile -EKSClusterName c --kubelet-extra-args '--max-pods=110'")
    assert data.settings[0].unread == "wrong-option"
    argument = data.bootstrap_arguments[-1]
    assert (argument.text, argument.read, argument.unread_because) == ("--kubelet-extra-args", False, "unknown-option")
    assert isinstance(data.max_pods, Absent)


def test_max_pods_without_its_dashes() -> None:
    data = windows("& $EKSBootstrapScriptFile -EKSClusterName c -KubeletExtraArgs 'max-pods=110'")
    assert (data.settings[0].refusal, data.settings[0].effective) == ("no-dashes", True)
    assert isinstance(data.max_pods, Unknown)


def test_the_family_of_the_carrier_decides_what_a_snippet_is() -> None:
    assert read("$x = 1\n", family="windows").formats == ("windows",)
    assert read('cluster-name = "x"\n', family="bottlerocket").formats == ("bottlerocket",)
    assert read("pre-bootstrap: true\n", family="al2023").formats == ("node-config",)
    assert read("$x = 1\n").under("windows").formats == ("windows",)


@pytest.mark.parametrize(
    "text", ["systemctl enable chronyd", "mkdir -p /opt/x\nchmod 755 /opt/x", "[[ -f /x ]] && touch /y", "[ -f /x ]"]
)
def test_commands_without_an_interpreter_are_shell(text: str) -> None:
    data = read(text)
    assert data.formats == ("shell",)
    assert data.parts[0].malformations == ("no-interpreter",)
    assert data.complete
    assert isinstance(data.max_pods, Absent)


@pytest.mark.parametrize("text", ["[bootstrap]\nx = 1\n", '{"a": 1}', "pre: 1\n", "# note\npre:\n  a: b\n"])
def test_other_formats_are_open(text: str) -> None:
    data = read(text)
    assert data.formats == ("other",)
    assert isinstance(data.max_pods, Unknown)
