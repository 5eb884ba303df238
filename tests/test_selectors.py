"""What label selectors say of labels, and what pods ask of nodes."""

from __future__ import annotations

import pytest

from ekslint.facts.node_requirements import Toleration, node_terms, tolerates, tolerations
from ekslint.facts.selectors import Labels, selects
from ekslint.source.text import Text
from ekslint.syntax.tree import Node
from ekslint.syntax.yaml import parse


def node(text: str) -> Node:
    return parse(Text(text, "x.yaml")).documents[0].root


WEB = Labels({"app": "web", "tier": "front"}, open=False)


@pytest.mark.parametrize(
    ("selector", "answer"),
    [
        ("{}", True),
        ("{matchLabels: {}}", True),
        ("{matchLabels: {app: web}}", True),
        ("{matchLabels: {app: Web}}", False),
        ("{matchLabels: {app: web, tier: back}}", False),
        ("{matchLabels: {team: a}}", False),
        ("{matchExpressions: [{key: app, operator: In, values: [api, web]}]}", True),
        ("{matchExpressions: [{key: app, operator: NotIn, values: [web]}]}", False),
        ("{matchExpressions: [{key: team, operator: NotIn, values: [a]}]}", True),
        ("{matchExpressions: [{key: app, operator: Exists}]}", True),
        ("{matchExpressions: [{key: team, operator: DoesNotExist}]}", True),
        ("{matchExpressions: [{key: app, operator: in, values: [web]}]}", False),
        ("{matchExpressions: [{key: app, operator: In, values: []}]}", False),
        ("{matchLabels: {app: '{{ .Values.app }}'}}", None),
        ("{matchLabels: {app: '{{ .Values.app }}', tier: back}}", False),
        ("{matchExpressions: [{key: app, operator: '${OP}', values: [web]}]}", None),
        ("{matchLabels: {pod-template-hash: abc}}", None),
        ("some text", None),
    ],
)
def test_a_selector_of_labels(selector: str, answer: bool | None) -> None:
    assert selects(node(selector), WEB) is answer


def test_labels_that_may_have_others_leave_a_doubt() -> None:
    open_labels = Labels({"app": "web"}, open=True)
    assert selects(node("{matchLabels: {team: a}}"), open_labels) is None
    assert selects(node("{matchLabels: {app: api}}"), open_labels) is False
    assert selects(node("{matchLabels: {app: web}}"), open_labels) is True


def test_a_value_that_is_not_known_leaves_a_doubt() -> None:
    assert selects(node("{matchLabels: {app: web}}"), Labels({"app": None}, open=False)) is None
    assert selects(node("{matchExpressions: [{key: app, operator: Exists}]}"), Labels({"app": None}, open=False)) is True


def test_labels_that_are_not_known_match_an_empty_selector_alone() -> None:
    assert selects(node("{}"), None) is True
    assert selects(node("{matchLabels: {app: web}}"), None) is None


POD = """
spec:
  nodeSelector: {size: small}
  affinity:
    nodeAffinity:
      requiredDuringSchedulingIgnoredDuringExecution:
        nodeSelectorTerms:
          - matchExpressions: [{key: zone, operator: In, values: [a]}]
          - matchExpressions: [{key: arch, operator: NotIn, values: [arm64]}]
"""


def test_terms_are_alternatives_and_each_has_the_node_selector() -> None:
    found = [[need.wanted for need in term] for term in node_terms(node(POD))]
    assert [[wanted and wanted.key for wanted in term] for term in found] == [["size", "zone"], ["size", "arch"]]


def test_tolerations_cover_taints() -> None:
    pod = node(
        """
        spec:
          tolerations:
            - {key: batch, value: "true", effect: NoSchedule}
            - {key: gpu, operator: Exists}
        """
    )
    found = tolerations(pod)
    assert found is not None
    assert tolerates(found, "batch", "true", "NoSchedule")
    assert not tolerates(found, "batch", "false", "NoSchedule")
    assert not tolerates(found, "batch", "true", "NoExecute")
    assert tolerates(found, "gpu", "a100", "NoExecute")
    assert tolerates([Toleration("", None, "")], "anything", "", "NoSchedule")
    assert not tolerates([], "batch", "true", "NoSchedule")


def test_a_toleration_that_is_a_template_makes_them_unknown() -> None:
    assert tolerations(node("spec: {tolerations: [{key: '${KEY}', operator: Exists}]}")) is None
