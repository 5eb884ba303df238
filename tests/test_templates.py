"""Templates: what is certain before Helm, Jinja or Terraform fill them in, with exact places."""

from __future__ import annotations

import pytest

from ekslint.source.text import Text
from ekslint.syntax.tree import Mapping, Node, Scalar, Sequence
from ekslint.syntax.yaml import Parsed, parse
from ekslint.value import Unknown, scalar_value


def read(value: str) -> Parsed:
    return parse(Text(value, "a.yaml"))


def at(value: str, *path: str) -> Node:
    parsed = read(value)
    assert parsed.templated
    assert parsed.problems == []
    node = parsed.documents[0].root.at(*path)
    assert node is not None
    return node


def content(value: str, *path: str) -> str:
    node = at(value, *path)
    assert isinstance(node, Scalar)
    return node.content


def written(node: Node) -> str:
    return node.text.value[node.start : node.end]


CHART = """\
{{- if .Values.ingress.enabled -}}
{{- $name := include "app.fullname" . -}}
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {{ $name }}
  namespace: "{{ .Values.namespace | default "web" }}"
  labels:
    {{- include "app.labels" . | nindent 4 }}
  {{- with .Values.ingress.annotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  ingressClassName: alb
  {{- if .Values.ingress.tls }}
  tls:
    - hosts: [{{ .Values.host }}]
  {{- end }}
  extra:
{{ toYaml .Values.extra | indent 4 }}
  rules:
    - host: {{ .Values.host | quote }}
      http: {}
{{- end }}
"""


def test_a_chart_template_is_read_with_its_keys_and_its_placeholders() -> None:
    parsed = read(CHART)
    assert parsed.templated
    assert [document.templated for document in parsed.documents] == [True]
    root = parsed.documents[0].root
    assert isinstance(root, Mapping)
    assert [name for name, _, _ in root.named()] == ["apiVersion", "kind", "metadata", "spec"]
    assert root.at("kind") is not None
    assert content(CHART, "kind") == "Ingress"
    assert content(CHART, "metadata", "name") == "{{ $name }}"
    assert content(CHART, "metadata", "namespace") == '{{ .Values.namespace | default "web" }}'
    assert written(at(CHART, "metadata", "namespace")) == '"{{ .Values.namespace | default "web" }}"'


@pytest.mark.parametrize(
    "path",
    [
        ("metadata", "name"),
        ("metadata", "namespace"),
        ("metadata", "labels"),
        ("metadata", "annotations"),
        ("spec", "tls"),
        ("spec", "extra"),
    ],
    ids=".".join,
)
def test_what_the_engine_decides_is_unknown(path: tuple[str, ...]) -> None:
    assert isinstance(scalar_value(at(CHART, *path)), Unknown)


def test_what_stands_outside_of_every_branch_is_known_and_exact() -> None:
    node = at(CHART, "spec", "ingressClassName")
    assert (written(node), node.plain(), node.place.line) == ("alb", "alb", 15)
    rules = at(CHART, "spec", "rules")
    assert isinstance(rules, Sequence)
    assert rules.items[0].place.line == 23


def test_of_two_branches_neither_is_known() -> None:
    text = "a: 1\n{{- if .x }}\nmode: one\n{{- else }}\nmode: two\n{{- end }}\n"
    assert isinstance(scalar_value(at(text, "mode")), Unknown)
    assert at(text, "a").plain() == 1


def test_an_item_that_only_one_branch_gives_is_unknown() -> None:
    text = "args:\n  - a\n  {{- if .x }}\n  - b\n  {{- end }}\n  - c\n"
    args = at(text, "args")
    assert isinstance(args, Sequence)
    assert [isinstance(scalar_value(item), Unknown) for item in args.items] == [False, True, False]


def test_keys_that_differ_only_in_their_action_are_two() -> None:
    root = at("{{ .a }}: 1\n{{ .b }}: 2\nx: {{ .c }}-y\n")
    assert isinstance(root, Mapping)
    assert [(name, value.plain()) for name, _, value in root.named()] == [
        ("{{ .a }}", 1),
        ("{{ .b }}", 2),
        ("x", "{{ .c }}-y"),
    ]
    assert root.repeated is None


def test_a_block_scalar_keeps_its_actions_where_they_stand() -> None:
    text = "x: {{ y }}\nscript: |\n  #!/bin/sh\n  {{- if .a }}\n  echo {{ .b }}\n  {{- end }}\n  done\n"
    node = at(text, "script")
    assert isinstance(node, Scalar)
    assert node.content == "#!/bin/sh\n{{- if .a }}\necho {{ .b }}\n{{- end }}\ndone\n"
    inner = node.inner()
    place = inner.place(inner.value.index("done"), inner.value.index("done") + 4)
    assert (place.line, place.column) == (7, 3)


def test_a_block_that_one_action_fills_is_unknown() -> None:
    text = 'data:\n  a: |\n{{ .Files.Get "x" | indent 4 }}\n  b: |-\n    {{ .y }}\n'
    assert content(text, "data", "a") == '{{ .Files.Get "x" | indent 4 }}'
    assert content(text, "data", "b") == "{{ .y }}"


def test_an_action_over_several_lines_is_one_value() -> None:
    text = 'a: {{ printf "%s"\n      .x }}\nb: 1\n'
    assert content(text, "a") == '{{ printf "%s"\n      .x }}'
    assert at(text, "b").place.line == 3


def test_own_keys_beside_an_inserted_map_are_kept() -> None:
    text = "labels:\n  {{- toYaml .l | nindent 2 }}\n  own: 1\nb: {{ x }}\n"
    assert at(text, "labels").plain() == {"own": 1}
    assert read(text).documents[0].templated


def test_a_definition_is_no_part_of_the_document() -> None:
    text = '{{- define "x" }}\nbroken: [\n{{- end }}\na: {{ b }}\n'
    assert at(text).plain() == {"a": "{{ b }}"}


def test_a_document_with_placeholders_for_values_alone_is_whole() -> None:
    parsed = read("a: {{ A }}\nb:\n  - {{ B }}\n---\n{{ c }}: 1\n")
    assert parsed.templated
    assert [document.templated for document in parsed.documents] == [False, True]


def test_jinja_and_terraform_directives_are_left_out() -> None:
    jinja = "{# note #}\na: {{ x }}\n{% if y %}\nb: 1\n{% else %}\nb: 2\n{% endif %}\nc: 3\n"
    assert isinstance(scalar_value(at(jinja, "b")), Unknown)
    assert at(jinja, "c").plain() == 3
    terraform = "a: ${x}\nl:\n%{ for s in subnets ~}\n  - ${s}\n%{ endfor ~}\nc: 3\n"
    assert at(terraform, "c").plain() == 3


@pytest.mark.parametrize(
    "text",
    [
        'a: "{{ x }}"\n',
        "a: x-{{ y }}\n",
        "a: |\n  {{- if x }}\n  y\n  {{- end }}\n",
        "# {{ if x }}\na: 1\n",
        "a: '{{resolve:ssm:x}}'\nb: [s3:Get]\n",
        "a: '%{http_code}'\n",
        "{a: {b: c}}\n",
    ],
)
def test_what_yaml_can_read_is_no_template(text: str) -> None:
    parsed = read(text)
    assert not parsed.templated
    assert not parsed.documents[0].templated


def test_a_lone_action_is_a_template_although_yaml_takes_it_for_a_map() -> None:
    parsed = read("metadata:\n  labels:\n    {{ toYaml .x }}\n")
    assert parsed.templated
    assert content("metadata:\n  labels:\n    {{ toYaml .x }}\n", "metadata", "labels") == "{{ toYaml .x }}"


@pytest.mark.parametrize(
    "text", ["{{ a }}\n", "a: {{ b }}\n c: [\n", "{{- range }}\n- a\nb: c\n{{ end }}", "{{ unclosed\na: [", "{% x"]
)
def test_a_template_that_gives_no_tree_is_silent(text: str) -> None:
    parsed = read(text)
    assert parsed.templated
    assert parsed.problems == []
    assert [document.root.plain() for document in parsed.documents if isinstance(document.root, Mapping)] == []


def test_a_broken_document_of_a_template_costs_no_other() -> None:
    parsed = read("a: {{ b }}\n---\nc: [\n---\nd: 1\n")
    assert [document.root.plain() for document in parsed.documents] == [{"a": "{{ b }}"}, {"d": 1}]


def test_spans_survive_for_every_cut_of_a_chart() -> None:
    lines = CHART.split("\n")
    for number in range(1, len(lines)):
        text = "\n".join(lines[:number]) + "\n"
        for document in read(text).documents:
            pending = [document.root]
            while pending:
                node = pending.pop()
                assert 0 <= node.start <= node.end <= len(text)
                if isinstance(node, Mapping):
                    for key, value in node.entries:
                        assert isinstance(key, Scalar)
                        assert written(key) == key.content
                        pending.append(value)
                elif isinstance(node, Sequence):
                    pending.extend(node.items)


@pytest.mark.parametrize("line", ['  - ${v6 ? "IPv6" : "IPv4"}', "  - %s", "  name: %s"])
def test_a_line_that_another_tool_fills_in_breaks_nothing(line: str) -> None:
    parsed = read(f"kind: Service\n---\na:\n{line}\n")
    assert parsed.problems == []
    assert parsed.templated
    assert [document.root.plain() for document in parsed.documents] == [{"kind": "Service"}]


def test_a_broken_line_beside_it_is_broken() -> None:
    parsed = read('a: ${x ? "b" : "c"}\n---\nb: [1, 2\nc: 3\n')
    assert len(parsed.problems) == 1
