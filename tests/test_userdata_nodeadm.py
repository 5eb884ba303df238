"""NodeConfig documents in every carrier: how nodeadm merges them, which setting wins, and what it never reads."""

from __future__ import annotations

import base64

import pytest

from ekslint.source.text import Text
from ekslint.syntax.tree import Scalar
from ekslint.syntax.yaml import parse
from ekslint.userdata.read import UserData, decode
from ekslint.value import Absent, Known, Unknown, Value

HEAD = "apiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\n"


def config(kubelet: str) -> str:
    return f"{HEAD}spec:\n  kubelet:\n{kubelet}"


def max_pods(number: object) -> str:
    return config(f"    config:\n      maxPods: {number}\n")


def archive(*parts: tuple[str, str]) -> str:
    body = "".join(f"--B\nContent-Type: {kind}\n\n{text}\n" for kind, text in parts)
    return f'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="B"\n\n{body}--B--\n'


def read(text: str) -> UserData:
    return decode(Text(text, "u"), encoded=False)


def nodes(*documents: str) -> UserData:
    return read(archive(*(("application/node.eks.aws", d) for d in documents)))


def known(value: Value) -> object:
    assert isinstance(value, Known), value
    return value.value


def test_a_bare_document() -> None:
    data = read(max_pods(58))
    assert (data.family, data.formats, data.mime) == ("al2023", ("node-config",), None)
    assert (known(data.max_pods), data.max_pods.key) == (58, "maxPods")
    assert data.max_pods.places[0][1:] == (6, 16, 6, 18)


@pytest.mark.parametrize(
    ("documents", "expected", "source"),
    [
        ([max_pods(1), max_pods(2)], 2, "kubelet.config"),
        ([max_pods(1), config("    config:\n      podsPerCore: 4\n")], 1, "kubelet.config"),
        ([max_pods(1), max_pods(0)], 0, "kubelet.config"),
        ([config("    flags: [--max-pods=3]\n"), max_pods(2)], 3, "kubelet.flags"),
        ([config("    flags: [--max-pods=3]\n"), config("    flags: ['--v=2', '--max-pods=4']\n")], 4, "kubelet.flags"),
        ([config("    flags:\n      - --max-pods\n      - '5'\n")], 5, "kubelet.flags"),
        ([config('    maxPodsExpression: "7"\n')], 7, "kubelet.maxPodsExpression"),
        ([config('    maxPodsExpression: "7"\n    config: {maxPods: 8}\n')], 8, "kubelet.config"),
        (
            ['{"apiVersion": "node.eks.aws/v1alpha1", "kind": "NodeConfig", "spec": {"kubelet": {"config": {"maxPods": 9}}}}'],
            9,
            "kubelet.config",
        ),
        (["---\n" + max_pods(6) + "---\n" + max_pods(7)], 6, "kubelet.config"),
    ],
)
def test_merging(documents: list[str], expected: int, source: str) -> None:
    data = nodes(*documents)
    assert known(data.max_pods) == expected
    (winner,) = [s for s in data.settings if s.effective]
    assert winner.source == source
    assert all(s.overridden_by is winner for s in data.settings if s is not winner)


def test_an_expression_is_worked_out_on_the_node() -> None:
    data = nodes(config('    maxPodsExpression: "(default_enis * (ips_per_eni - 1)) * 16 + 2"\n'))
    assert isinstance(data.max_pods, Unknown)
    assert known(data.max_pods_expression) == "(default_enis * (ips_per_eni - 1)) * 16 + 2"


def test_absence_points_to_where_it_would_be_written() -> None:
    data = nodes(config("    flags: [--v=2]\n"))
    assert data.complete
    assert isinstance(data.max_pods, Absent)
    assert str(data.max_pods.places[0]) == "u:10:3"


def test_other_settings_are_merged() -> None:
    first = config("    config:\n      podsPerCore: 4\n      kubeReserved: {memory: 1Gi}\n    flags: ['--node-labels=a=b']\n")
    second = config("    config:\n      podsPerCore: 5\n    flags: ['--node-labels=c=d,e=f']\n").replace(
        "spec:", "spec:\n  cluster: {name: prod, cidr: 172.20.0.0/16}"
    )
    data = nodes(first, second)
    assert (known(data.pods_per_core), known(data.kube_reserved_memory)) == (5, "1Gi")
    assert [known(v) for v in known(data.node_labels)] == ["a=b", "c=d", "e=f"]
    assert known(data.cluster["name"]) == "prod"
    assert isinstance(data.cluster["apiServerEndpoint"], Absent)


@pytest.mark.parametrize(
    ("written", "refusal"), [('"110"', "string"), ("'a'", "not-an-integer"), ("1.5", "not-an-integer"), ("[1]", None)]
)
def test_values_that_the_kubelet_refuses(written: str, refusal: str | None) -> None:
    data = nodes(max_pods(written))
    if refusal is None:
        assert not any(s.effective for s in data.settings)
    else:
        assert data.settings[0].refusal == refusal
        assert isinstance(data.max_pods, Unknown)


@pytest.mark.parametrize("written", ["${max_pods}", "'${max_pods}'", "{{ max_pods }}", '"{{ max_pods }}"', "<max-pods>"])
def test_templates_are_unknown(written: str) -> None:
    data = nodes(max_pods(written))
    assert isinstance(data.max_pods, Unknown)
    assert not [s for s in data.settings if s.refusal]


def test_a_template_that_brings_more_settings_leaves_it_open() -> None:
    for kubelet in ("    config: ${config}\n", "    flags: ${flags}\n", "    flags: ['${flag}']\n", "    ${more}\n"):
        assert isinstance(nodes(config(kubelet)).max_pods, Unknown), kubelet
    assert isinstance(read("${user_data}").max_pods, Unknown)


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        (max_pods(1).replace("v1alpha1", "v1"), "api-version"),
        (max_pods(1).replace("apiVersion: node.eks.aws/v1alpha1\n", ""), "api-version"),
        (max_pods(1).replace("kind: NodeConfig", "kind: Nodeconfig"), "kind"),
        (config("    flags: {max-pods: 110}\n"), "type"),
        (config("    flags: [{max-pods: 110}]\n"), "type"),
        (config("    config: [maxPods]\n"), "type"),
        (config("    maxPodsExpression: 110\n"), "type"),
        ("- a list\n", "not-a-map"),
        ("a: b: c\n", "syntax"),
    ],
)
def test_documents_that_nodeadm_refuses(text: str, refusal: str) -> None:
    data = nodes(max_pods(5), text)
    assert [c.refusal for c in data.node_configs] == [None, refusal]
    assert isinstance(data.max_pods, Unknown)
    assert data.settings[0].unread == "refused-document"


@pytest.mark.parametrize(
    ("text", "path", "line"),
    [
        (config("    maxPods: 110\n"), "spec.kubelet.maxPods", 11),
        (config("    config:\n      max-pods: 110\n"), "spec.kubelet.config.max-pods", 12),
        (f"{HEAD}spec:\n  maxPods: 110\n", "spec.maxPods", 10),
        (f"{HEAD}maxPods: 110\n", "maxPods", 9),
    ],
)
def test_keys_that_the_decoder_drops(text: str, path: str, line: int) -> None:
    data = nodes(text)
    (setting,) = data.settings
    assert (setting.path, setting.unread, setting.place.line, known(setting.value)) == (path, "wrong-key", line, 110)
    assert isinstance(data.max_pods, Absent)


@pytest.mark.parametrize("media_type", ["text/x-shellscript", "text/yaml", "application/yaml", "text/cloud-config", "text/plain"])
def test_parts_that_nodeadm_passes_over(media_type: str) -> None:
    data = read(archive((media_type, max_pods(110)), ("application/node.eks.aws", config("    flags: []\n"))))
    assert (data.parts[0].looks, data.node_configs[0].origin) == ("node-config", "wrong-part")
    assert data.parts[0].kind != "node-config"
    assert data.settings[0].unread == "wrong-part"
    assert isinstance(data.max_pods, Absent)


HEREDOC = """\
#!/bin/bash
mkdir -p /etc/eks/nodeadm.d
cat > /etc/eks/nodeadm.d/{name} <<'EOF'
{document}EOF
"""


@pytest.mark.parametrize(
    "script",
    [
        "cat > /etc/eks/nodeadm.d/10.yaml <<'EOF'\n{}EOF\n",
        "cat <<EOF > /etc/eks/nodeadm.d/10.yaml\n{}EOF\n",
        "cat <<EOF | sudo tee /etc/eks/nodeadm.d/10.yaml\n{}EOF\n",
        "sudo tee /etc/eks/nodeadm.d/10.yaml <<EOF >/dev/null\n{}EOF\n",
        "D=/etc/eks/nodeadm.d\ncat > $D/10.yaml <<EOF\n{}EOF\n",
    ],
)
def test_drop_ins_override_user_data(script: str) -> None:
    script = "#!/bin/bash\n" + script.format(max_pods(58))
    data = read(archive(("text/x-shellscript", script), ("application/node.eks.aws", max_pods(110))))
    assert known(data.max_pods) == 58
    assert [c.origin for c in data.node_configs] == ["part", "drop-in"]
    line = archive(("text/x-shellscript", script)).splitlines().index("      maxPods: 58") + 1
    assert data.max_pods.places[0][1:] == (line, 16, line, 18)


def test_drop_ins_merge_by_name_and_flags_stay_stronger() -> None:
    scripts = HEREDOC.format(name="20.yaml", document=max_pods(2)) + HEREDOC.format(name="10.json", document=max_pods(1))
    assert known(read(scripts).max_pods) == 2
    data = read(archive(("text/x-shellscript", scripts), ("application/node.eks.aws", config("    flags: [--max-pods=9]\n"))))
    assert known(data.max_pods) == 9


def test_files_of_other_names_are_no_drop_ins() -> None:
    assert read(HEREDOC.format(name="10.conf", document=max_pods(2))).node_configs == []


def test_a_drop_in_with_a_variable() -> None:
    script = "#!/bin/bash\n{}cat > /etc/eks/nodeadm.d/1.yaml <<EOF\n" + max_pods("$MAX_PODS") + "EOF\n"
    data = read(script.format("MAX_PODS=31\n"))
    assert known(data.max_pods) == 31
    data = read(script.format(""))
    assert isinstance(data.max_pods, Unknown)
    assert data.settings[0].refusal is None


def test_drop_ins_that_cannot_be_seen() -> None:
    for command in (
        "aws s3 cp s3://b/a.yaml /etc/eks/nodeadm.d/a.yaml",
        "curl -so /etc/eks/nodeadm.d/a.yaml https://example.com",
        "generate > /etc/eks/nodeadm.d/a.yaml",
    ):
        data = read(archive(("text/x-shellscript", f"#!/bin/bash\n{command}\n"), ("application/node.eks.aws", max_pods(5))))
        assert isinstance(data.max_pods, Unknown), command


def test_nodeadm_with_a_file_of_its_own() -> None:
    script = f"#!/bin/bash\ncat > /opt/node.yaml <<'EOF'\n{max_pods(44)}EOF\nnodeadm init -c file:///opt/node.yaml\n"
    data = read(script)
    assert known(data.max_pods) == 44
    assert [r.program for r in data.runs] == ["nodeadm"]
    assert isinstance(read("#!/bin/bash\nnodeadm init -c file:///opt/node.yaml\n").max_pods, Unknown)


def test_write_files_of_cloud_config() -> None:
    document = "".join(f"      {line}\n" for line in max_pods(12).splitlines())
    text = f"#cloud-config\nwrite_files:\n  - path: /etc/eks/nodeadm.d/a.yaml\n    content: |\n{document}"
    data = read(text)
    assert (known(data.max_pods), data.max_pods.places[0][1:]) == (12, (10, 22, 10, 24))
    packed = base64.b64encode(max_pods(13).encode()).decode()
    data = read(f"#cloud-config\nwrite_files:\n  - path: /etc/eks/nodeadm.d/a.yaml\n    encoding: b64\n    content: {packed}\n")
    assert known(data.max_pods) == 13
    assert data.max_pods.places[0].line == 5


def test_both_bootstrappers_leave_it_to_the_image() -> None:
    script = "#!/bin/bash\n/etc/eks/bootstrap.sh prod --kubelet-extra-args --max-pods=30\n"
    data = read(archive(("text/x-shellscript", script), ("application/node.eks.aws", max_pods(40))))
    assert data.family == "unknown"
    assert data.family_dispute == (
        "it calls /etc/eks/bootstrap.sh, which only AL2 images have; it holds a NodeConfig, which only nodeadm reads"
    )
    assert isinstance(data.max_pods, Unknown)
    assert (known(data.under("al2").max_pods), known(data.under("al2023").max_pods)) == (30, 40)
    same = read(archive(("text/x-shellscript", script), ("application/node.eks.aws", max_pods(30))))
    assert known(same.max_pods) == 30


TEMPLATE = """\
Resources:
  Template:
    Properties:
      LaunchTemplateData:
        UserData:
          Fn::Base64: !Sub |
            MIME-Version: 1.0
            Content-Type: multipart/mixed; boundary="//"

            --//
            Content-Type: text/x-shellscript

            #!/bin/bash
            cat > /etc/eks/nodeadm.d/9.yaml <<-'EOF'
            apiVersion: node.eks.aws/v1alpha1
            kind: NodeConfig
            spec:
              kubelet:
                flags: ["--node-labels=a=b", "--max-pods=64"]
            EOF
            --//
            Content-Type: application/node.eks.aws

            apiVersion: node.eks.aws/v1alpha1
            kind: NodeConfig
            spec:
              cluster: {name: "${ClusterName}"}
              kubelet:
                config: {maxPods: 110}
            --//--
"""


def test_places_inside_of_a_cloudformation_template() -> None:
    node = (
        parse(Text(TEMPLATE, "stack.yaml"))
        .documents[0]
        .root.at("Resources", "Template", "Properties", "LaunchTemplateData", "UserData", "Fn::Base64")
    )
    assert isinstance(node, Scalar)
    data = decode(node.inner(), encoded=False)
    assert (known(data.max_pods), str(data.max_pods.places[0])) == (64, "stack.yaml:19:58")
    assert data.max_pods.places[0].end_column == 60
    overridden = next(s for s in data.settings if not s.effective)
    assert str(overridden.place) == "stack.yaml:29:35"
    assert isinstance(data.cluster["name"], Unknown)
    assert str(data.parts[1].place) == "stack.yaml:22:13"


def test_a_drop_in_inside_of_a_script_inside_of_mime_inside_of_base64() -> None:
    inner = archive(
        ("text/x-shellscript", HEREDOC.format(name="a.yaml", document=max_pods(58))), ("application/node.eks.aws", max_pods(110))
    )
    written = base64.b64encode(inner.encode()).decode()
    document = f'{{\n  "LaunchTemplateData": {{\n    "UserData": "{written}"\n  }}\n}}\n'
    node = parse(Text(document, "lt.json")).documents[0].root.at("LaunchTemplateData", "UserData")
    assert isinstance(node, Scalar)
    data = decode(node.inner(), encoded=True)
    place = data.max_pods.places[0]
    assert (known(data.max_pods), place.line) == (58, 3)
    assert b"maxPods: 58" in base64.b64decode(document.splitlines()[2][place.column - 1 : place.end_column - 1])
