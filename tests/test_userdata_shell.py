"""AL2 user data: what bootstrap.sh makes of its arguments and environment, and what scripts change around it."""

from __future__ import annotations

import pytest

from ekslint.source.text import Text
from ekslint.userdata.read import UserData, decode
from ekslint.value import Absent, Known, Unknown, Value


def shell(script: str, family: str | None = None) -> UserData:
    return decode(Text(f"#!/bin/bash\n{script}\n", "user-data.sh"), encoded=False, family=family)


def known(value: Value) -> object:
    assert isinstance(value, Known), value
    return value.value


def where(value: Value) -> str:
    place = value.places[0]
    return f"{place.line}:{place.column}-{place.end_line}:{place.end_column}"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("--kubelet-extra-args '--max-pods=110'", 110),
        ('--kubelet-extra-args "--node-labels=a=b --max-pods 58"', 58),
        ("--kubelet-extra-args --max-pods=29", 29),
        ("--kubelet-extra-args '--max-pods=29 --max-pods=30'", 30),
        ("--kubelet-extra-args '--max-pods=29' --use-max-pods false", 29),
        ("--use-max-pods \\\n  false \\\n  --kubelet-extra-args \\\n  '--v=2 --max-pods=29'", 29),
        ("--kubelet-extra-args '--max-pods=1' --kubelet-extra-args '--max-pods=2'", 2),
        ("# --kubelet-extra-args '--max-pods=1'", None),
        ("--kubelet-extra-args '--max-pods=1' --kubelet-extra-args '--node-labels=a=b'", None),
        ("--kubelet-extra-args='--max-pods=1'", None),
        ("--max-pods 58", None),
        ("--max-pods=58", None),
        ("--use-max-pods true", None),
    ],
)
def test_the_option_loop(arguments: str, expected: int | None) -> None:
    data = shell(f"/etc/eks/bootstrap.sh prod {arguments}")
    assert data.family == "al2"
    if expected is None:
        assert isinstance(data.max_pods, Absent)
        assert data.max_pods.places[0].line == 2
    else:
        assert known(data.max_pods) == expected
        assert data.max_pods.key == "--max-pods"


def test_the_value_has_its_own_place_inside_of_quotes() -> None:
    data = shell("/etc/eks/bootstrap.sh prod \\\n  --kubelet-extra-args '--node-labels=a=b,c=d --max-pods=110'")
    assert where(data.max_pods) == "3:58-3:61"
    assert str(data.settings[0].place) == "user-data.sh:3:47"
    assert [known(v) for v in known(data.node_labels)] == ["a=b", "c=d"]


def test_every_word_says_what_the_loop_makes_of_it() -> None:
    data = shell("/etc/eks/bootstrap.sh prod --use-max-pods=false –use-max-pods false --foo --dns-cluster-ip 10.0.0.10")
    assert [(a.text, a.option, a.read, a.unread_because) for a in data.bootstrap_arguments] == [
        ("prod", None, True, "none"),
        ("--use-max-pods=false", "--use-max-pods", False, "equals-sign"),
        ("–use-max-pods", "–use-max-pods", False, "typographic-dash"),
        ("false", None, False, "none"),
        ("--foo", "--foo", False, "unknown-option"),
        ("--dns-cluster-ip", "--dns-cluster-ip", True, "none"),
    ]
    assert known(data.bootstrap_arguments[-1].value) == "10.0.0.10"
    assert known(data.use_max_pods) is True
    assert isinstance(data.use_max_pods, Known)
    assert data.use_max_pods.default == "bootstrap.sh"


@pytest.mark.parametrize(
    ("arguments", "unread"),
    [("--max-pods 58", "positional"), ("--max-pods=58", "positional"), ("--kubelet-extra-args=--max-pods=58", "equals-sign")],
)
def test_what_means_max_pods_but_is_not_read_is_kept(arguments: str, unread: str) -> None:
    (setting,) = shell(f"/etc/eks/bootstrap.sh prod {arguments}").settings
    assert (known(setting.value), setting.unread, setting.effective) == (58, unread, False)


def test_a_typographic_dash_is_refused_by_the_kubelet() -> None:
    data = shell("/etc/eks/bootstrap.sh prod --kubelet-extra-args '–max-pods=110'")
    (setting,) = data.settings
    assert (setting.refusal, setting.effective, setting.text) == ("typographic-dash", True, "–max-pods=110")
    assert isinstance(data.max_pods, Unknown)


@pytest.mark.parametrize(("value", "expected"), [("true", True), ("false", False), ("True", False), ("0", False)])
def test_only_the_string_true_is_true(value: str, expected: bool) -> None:
    data = shell(f"/etc/eks/bootstrap.sh prod --use-max-pods {value}")
    assert known(data.use_max_pods) is expected
    assert where(data.use_max_pods).startswith("2:43-")


@pytest.mark.parametrize(
    ("before", "prefix", "arguments", "expected", "unread"),
    [
        ("export KUBELET_EXTRA_ARGS='--max-pods=9'", "", "", 9, None),
        ("KUBELET_EXTRA_ARGS='--max-pods=9'\nexport KUBELET_EXTRA_ARGS", "", "", 9, None),
        ("set -a\nKUBELET_EXTRA_ARGS='--max-pods=9'", "", "", 9, None),
        ("set -euo pipefail\nKUBELET_EXTRA_ARGS='--max-pods=9'", "", "", None, "not-exported"),
        ("declare -x KUBELET_EXTRA_ARGS='--max-pods=9'", "", "", 9, None),
        ("", "KUBELET_EXTRA_ARGS='--max-pods=9' ", "", 9, None),
        ("", "sudo KUBELET_EXTRA_ARGS=--max-pods=9 ", "", 9, None),
        ("KUBELET_EXTRA_ARGS='--max-pods=9'", "", "", None, "not-exported"),
        ("KUBELET_EXTRA_ARGS='--max-pods=9'", "source ", "", 9, None),
        ("export KUBELET_EXTRA_ARGS='--max-pods=9'", "", "--kubelet-extra-args '--max-pods=8'", 8, "replaced"),
        ("KUBELET_EXTRA_ARGS='--max-pods=9'", "", '--kubelet-extra-args "$KUBELET_EXTRA_ARGS"', 9, None),
        ("A='--max-pods'\nA+='=9'", "", '--kubelet-extra-args "$A"', 9, None),
        ('export KUBELET_EXTRA_ARGS="$KUBELET_EXTRA_ARGS --max-pods=9"', "", "", 9, None),
    ],
)
def test_the_environment(before: str, prefix: str, arguments: str, expected: int | None, unread: str | None) -> None:
    data = shell(f"{before}\n{prefix}/etc/eks/bootstrap.sh prod {arguments}")
    if expected is None:
        assert isinstance(data.max_pods, Absent)
    else:
        assert known(data.max_pods) == expected
    assert (data.settings[0].unread or data.settings[-1].unread) == unread


def test_a_variable_leads_to_where_it_is_assigned() -> None:
    data = shell('MAX_PODS=110\n/etc/eks/bootstrap.sh prod --kubelet-extra-args "--max-pods=$MAX_PODS"')
    assert (known(data.max_pods), where(data.max_pods)) == (110, "2:10-2:13")


@pytest.mark.parametrize(
    "script",
    [
        '/etc/eks/bootstrap.sh prod --kubelet-extra-args "--max-pods=$MAX_PODS"',
        "/etc/eks/bootstrap.sh prod --kubelet-extra-args '--max-pods=${MaxPods}'",
        "/etc/eks/bootstrap.sh prod --kubelet-extra-args '--max-pods={{ max_pods }}'",
        '/etc/eks/bootstrap.sh prod --kubelet-extra-args "--max-pods=$(nproc)"',
        '/etc/eks/bootstrap.sh prod --kubelet-extra-args "--max-pods=1 $EXTRA"',
        '/etc/eks/bootstrap.sh prod --kubelet-extra-args "$EXTRA"',
        "/etc/eks/bootstrap.sh prod --kubelet-extra-args '--max-pods=1' $EXTRA",
        "/etc/eks/bootstrap.sh ${ClusterName} ${BootstrapArguments}",
        "/etc/eks/bootstrap.sh ${BootstrapArguments} prod",
        'N=1\nif true; then N=2; fi\n/etc/eks/bootstrap.sh prod --kubelet-extra-args "--max-pods=$N"',
        'read N\n/etc/eks/bootstrap.sh prod --kubelet-extra-args "--max-pods=$N"',
        "curl -s https://example.com/join.sh | bash\n/etc/eks/bootstrap.sh prod",
        "aws s3 cp s3://bucket/join.sh /tmp/join.sh\nbash /tmp/join.sh\n/etc/eks/bootstrap.sh prod",
        "source /opt/node.env\n/etc/eks/bootstrap.sh prod",
        "/opt/node/setup.sh\n/etc/eks/bootstrap.sh prod",
        "${pre_bootstrap_user_data}\n/etc/eks/bootstrap.sh prod",
        'eval "$(cat /opt/args)"\n/etc/eks/bootstrap.sh prod',
        "export KUBELET_EXTRA_ARGS=$(cat /opt/args)\n/etc/eks/bootstrap.sh prod",
        "if ls; then\n/etc/eks/bootstrap.sh p --kubelet-extra-args --max-pods=1\nelse\n/etc/eks/bootstrap.sh p\nfi",
    ],
)
def test_what_cannot_be_known_is_unknown(script: str) -> None:
    data = shell(script)
    assert isinstance(data.max_pods, Unknown), data.settings
    assert data.max_pods.places


@pytest.mark.parametrize(
    "script",
    [
        "/etc/eks/bootstrap.sh ${ClusterName}",
        "/etc/eks/bootstrap.sh $CLUSTER --b64-cluster-ca $B64 --apiserver-endpoint ${URL}",
        "set -ex\nyum install -y jq\n/etc/eks/bootstrap.sh prod\n/opt/aws/bin/cfn-signal --exit-code $? --stack x",
        'TOKEN=$(curl -s http://169.254.169.254/latest/api/token)\n/etc/eks/bootstrap.sh "$CLUSTER"',
        "source /etc/os-release\n/etc/eks/bootstrap.sh prod",
        "cat > /opt/ready.sh <<'X'\necho ready\nX\nbash /opt/ready.sh\n/etc/eks/bootstrap.sh prod",
    ],
)
def test_an_absence_that_is_certain(script: str) -> None:
    data = shell(script)
    assert data.complete, data.reason
    assert isinstance(data.max_pods, Absent)


def test_a_known_flag_wins_over_unknown_code_before() -> None:
    data = shell("/opt/setup.sh\n/etc/eks/bootstrap.sh prod --kubelet-extra-args '--max-pods=4'")
    assert known(data.max_pods) == 4
    assert not data.complete


@pytest.mark.parametrize(
    "script",
    [
        "bash /etc/eks/bootstrap.sh prod --kubelet-extra-args --max-pods=7",
        "sudo -E /etc/eks/bootstrap.sh prod --kubelet-extra-args --max-pods=7",
        "bash -c \"/etc/eks/bootstrap.sh prod --kubelet-extra-args '--max-pods=7'\"",
        "join() {\n  /etc/eks/bootstrap.sh prod --kubelet-extra-args --max-pods=7\n}\njoin",
        "cat <<'X' >/opt/join.sh\n/etc/eks/bootstrap.sh prod --kubelet-extra-args --max-pods=7\nX\n/opt/join.sh",
        "bash <<X\n/etc/eks/bootstrap.sh prod --kubelet-extra-args --max-pods=7\nX",
    ],
)
def test_calls_in_other_clothes(script: str) -> None:
    data = shell(script)
    assert known(data.max_pods) == 7
    assert [r.program for r in data.runs] == ["bootstrap.sh"]


SED = r"sed -i '/^set -o errexit/a\\nsource /etc/profile.d/bootstrap.sh' /etc/eks/bootstrap.sh"
PROFILE = 'cat <<-EOF > /etc/profile.d/bootstrap.sh\n\texport KUBELET_EXTRA_ARGS="--max-pods=110"\n\texport USE_MAX_PODS=false\nEOF'


def test_the_profile_that_bootstrap_is_made_to_source() -> None:
    data = shell(f"{PROFILE}\n{SED}")
    assert (known(data.max_pods), where(data.max_pods)) == (110, "3:40-3:43")
    assert data.settings[0].source == "KUBELET_EXTRA_ARGS"


def test_the_same_for_a_call_in_the_script() -> None:
    data = shell(f"{PROFILE}\n{SED}\n/etc/eks/bootstrap.sh prod")
    assert known(data.max_pods) == 110
    assert known(data.use_max_pods) is False
    assert len(data.settings) == 1


def test_a_profile_that_nobody_sources() -> None:
    data = shell(PROFILE)
    assert isinstance(data.max_pods, Absent)
    assert data.settings[0].unread == "not-sourced"


def test_lines_that_echo_adds_to_the_profile() -> None:
    data = shell(
        "echo 'export KUBELET_EXTRA_ARGS=\"--max-pods=12\"' >> /etc/profile.d/bootstrap.sh\n"
        f"echo 'export USE_MAX_PODS=false' | tee -a /etc/profile.d/bootstrap.sh\n{SED}"
    )
    assert (known(data.max_pods), where(data.max_pods)) == (12, "2:45-2:47")


@pytest.mark.parametrize(
    ("edit", "source", "column"),
    [
        (
            r"""sed -i 's/KUBELET_EXTRA_ARGS=\$2/KUBELET_EXTRA_ARGS="$2 --max-pods=33"/' /etc/eks/bootstrap.sh""",
            "edit of bootstrap.sh",
            57,
        ),
        (
            r"""sed -i '/^KUBELET_EXTRA_ARGS=/a KUBELET_EXTRA_ARGS+=" --max-pods=33"' /etc/eks/bootstrap.sh""",
            "edit of bootstrap.sh",
            55,
        ),
        ("sed -i 's/--max-pods=[0-9]*/--max-pods=33/' /etc/systemd/system/kubelet.service.d/30-x.conf", "kubelet.service.d", 29),
        ("""echo "$(jq ".maxPods=33" /etc/kubernetes/kubelet/kubelet-config.json)" > /tmp/k""", "kubelet-config.json", 13),
        ("""C=/etc/kubernetes/kubelet/kubelet-config.json\njq '. += {"maxPods": 33}' $C > /tmp/k""", "kubelet-config.json", 11),
        ("""sed -i 's/"maxPods": [0-9]*/"maxPods": 33/' /etc/kubernetes/kubelet/kubelet-config.json""", "kubelet-config.json", 29),
        ("""cat > /etc/kubernetes/kubelet/kubelet-config.json <<X\n{"maxPods": 33}\nX""", "kubelet-config.json", 2),
    ],
)
def test_edits(edit: str, source: str, column: int) -> None:
    data = shell(edit)
    (setting,) = [s for s in data.settings if s.effective]
    assert (setting.source, known(setting.value), known(data.max_pods)) == (source, 33, 33)
    assert setting.place.column == column


def test_an_edit_of_bootstrap_beats_its_arguments() -> None:
    edit = r"""sed -i 's/KUBELET_EXTRA_ARGS=\$2/KUBELET_EXTRA_ARGS="$2 --max-pods=33"/' /etc/eks/bootstrap.sh"""
    data = shell(f"{edit}\n/etc/eks/bootstrap.sh prod --kubelet-extra-args --max-pods=44")
    assert known(data.max_pods) == 33
    overridden = next(s for s in data.settings if not s.effective)
    assert overridden.overridden_by is next(s for s in data.settings if s.effective)


def test_bootstrap_writes_over_kubelet_config_json() -> None:
    edit = """jq ".maxPods=33" /etc/kubernetes/kubelet/kubelet-config.json > /tmp/k"""
    data = shell(f"{edit}\n/etc/eks/bootstrap.sh prod")
    assert isinstance(data.max_pods, Absent)
    assert data.settings[0].unread == "overwritten"
    assert known(shell(f"{edit}\n/etc/eks/bootstrap.sh prod --use-max-pods false").max_pods) == 33


def test_the_calculator_and_its_flags() -> None:
    data = shell(
        "MAX=$(/etc/eks/max-pods-calculator.sh --instance-type-from-imds --cni-version 1.8.0 --cni-prefix-delegation-enabled)\n"
        '/etc/eks/bootstrap.sh prod --use-max-pods false --kubelet-extra-args "--max-pods=$MAX"'
    )
    (call,) = data.calculators
    assert (known(call.prefix_delegation), known(call.cni_version)) == (True, "1.8.0")
    assert isinstance(call.custom_networking, Absent)
    assert call.place.line == 2
    assert isinstance(data.max_pods, Unknown)
    assert "max-pods-calculator.sh" in data.max_pods.reason


def test_unknown_flags_of_the_calculator_stay_unknown() -> None:
    (call,) = shell("/etc/eks/max-pods-calculator.sh --cni-version 1.12.0 $EXTRA").calculators
    assert isinstance(call.custom_networking, Unknown)


def test_pods_per_core_and_reserved_memory() -> None:
    data = shell("/etc/eks/bootstrap.sh prod --kubelet-extra-args '--pods-per-core=10 --kube-reserved=cpu=1,memory=1Gi'")
    assert (known(data.pods_per_core), known(data.kube_reserved_memory)) == (10, "1Gi")


def test_al2_settings_mean_nothing_on_other_images() -> None:
    data = shell("/etc/eks/bootstrap.sh prod --kubelet-extra-args --max-pods=110", family="al2023")
    assert isinstance(data.max_pods, Absent)
    again = data.under("al2")
    assert known(again.max_pods) == 110
    assert isinstance(data.max_pods, Absent)
    assert not any(s.effective for s in data.settings)


def test_scripts_that_run_themselves_end() -> None:
    data = shell("cat > /opt/a.sh <<'X'\n/opt/a.sh\n/opt/a.sh\nX\n/opt/a.sh\n/etc/eks/bootstrap.sh prod")
    assert not data.complete


def test_values_that_grow_without_end_stay_small() -> None:
    data = shell("A=xxxxxxx\n" + 'A="$A$A"\n' * 200 + '/etc/eks/bootstrap.sh prod --kubelet-extra-args "$A"')
    assert data.max_pods is not None
    data = shell("A=a\n" + 'A="$A b"\n' * 3000 + '/etc/eks/bootstrap.sh prod --kubelet-extra-args "--max-pods=1 $A"')
    assert known(data.max_pods) == 1
    data = shell("echo a >> /etc/profile.d/bootstrap.sh\n" * 3000)
    assert data.max_pods is not None


def test_cloud_config_commands_and_files() -> None:
    text = """\
#cloud-config
write_files:
  - path: /etc/profile.d/bootstrap.sh
    content: |
      export KUBELET_EXTRA_ARGS="--max-pods=17"
runcmd:
  - [sed, -i, 's/^set -o errexit/&\\nsource \\/etc\\/profile.d/', /tmp/other]
  - set -a
  - . /etc/profile.d/bootstrap.sh
  - [/etc/eks/bootstrap.sh, prod, --use-max-pods, "false"]
"""
    data = decode(Text(text, "cloud.yaml"), encoded=False)
    assert data.formats == ("cloud-config",)
    assert (known(data.max_pods), where(data.max_pods)) == (17, "5:45-5:47")
    assert known(data.use_max_pods) is False


def test_cloud_config_text_commands() -> None:
    text = "#cloud-config\nruncmd:\n  - /etc/eks/bootstrap.sh prod --kubelet-extra-args '--max-pods=3'\n"
    data = decode(Text(text, "cloud.yaml"), encoded=False)
    assert (known(data.max_pods), where(data.max_pods)) == (3, "3:65-3:66")


def test_cloud_config_with_a_template_is_open() -> None:
    data = decode(Text("#cloud-config\nruncmd: ${commands}\n", "cloud.yaml"), encoded=False)
    assert isinstance(data.max_pods, Unknown)


def test_a_systemd_drop_in_with_the_flag() -> None:
    data = shell(
        "cat > /etc/systemd/system/kubelet.service.d/40-args.conf <<'X'\n"
        "[Service]\nEnvironment='KUBELET_EXTRA_ARGS=--max-pods=21'\nX\n/etc/eks/bootstrap.sh prod"
    )
    assert (known(data.max_pods), data.settings[0].source, data.settings[0].place.line) == (21, "kubelet.service.d", 4)


def test_a_kubelet_drop_in_beside_nodeadms_leaves_it_open() -> None:
    script = "mkdir -p /etc/kubernetes/kubelet/config.json.d\ncat > /etc/kubernetes/kubelet/config.json.d/{} <<X\nmaxPods: 9\nX"
    assert isinstance(shell(script.format("50-more.conf"), family="al2023").max_pods, Unknown)
    assert isinstance(shell(script.format("10-less.conf"), family="al2023").max_pods, Absent)


@pytest.mark.parametrize(
    "edit",
    [
        'sed -i "s/KUBELET_EXTRA_ARGS=/KUBELET_EXTRA_ARGS=$EXTRA/" /etc/eks/bootstrap.sh',
        'sed -i "s/--max-pods=[0-9]*/--max-pods=$N/" /etc/systemd/system/kubelet.service.d/30-x.conf',
        'jq ".maxPods=$N" /etc/kubernetes/kubelet/kubelet-config.json > /tmp/k',
    ],
)
def test_edits_with_variables_are_unknown(edit: str) -> None:
    assert isinstance(shell(edit).max_pods, Unknown)


@pytest.mark.parametrize(
    "edit",
    [
        "jq .maxPods /etc/kubernetes/kubelet/kubelet-config.json",
        "jq '.maxPods=1' /tmp/other.json",
        "sed -i 's/--max-pods=1/--max-pods=2/' /tmp/other.sh",
        "sed -n '/--max-pods=1/p' /etc/eks/bootstrap.sh",
        "sed -i 's/--max-pods=1//' /etc/eks/bootstrap.sh",
    ],
)
def test_edits_of_something_else_set_nothing(edit: str) -> None:
    assert shell(edit).settings == []
