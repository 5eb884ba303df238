"""The tables of the load balancer controller."""

from __future__ import annotations

import pytest

from ekslint.data.annotation_json import SHAPES
from ekslint.data.annotations import (
    ON_BAD_VALUE,
    annotation,
    attribute,
    attributes,
    controller_default,
    forms,
    in_tree,
    labels,
    nearest,
    nearest_attribute,
    of_family,
    params_fields,
    quota,
    quotas,
)
from ekslint.data.go import GoError
from ekslint.data.gojson import read_json

ALB = "alb.ingress.kubernetes.io/"
SERVICE = "service.beta.kubernetes.io/"


def test_the_table_holds_every_suffix_of_the_controller() -> None:
    assert len(of_family("ingress")) + 2 == 69
    assert len(of_family("service")) + 1 == 47


def test_an_enum_of_an_ingress() -> None:
    found = annotation(ALB + "scheme")
    assert found is not None
    assert (found.family, found.suffix, found.type, found.allowed) == ("ingress", "scheme", "enum", ("internal", "internet-facing"))
    assert (found.default, found.default_flag) == ("internal", "--default-load-balancer-scheme")
    assert (found.merge, found.merge_by, found.params_field) == ("exclusive", "group", "scheme")
    assert (found.since, found.on_bad_value, found.case_sensitive) == ("2.0.0", "reconcile_error", True)


def test_ranges_say_who_checks_them() -> None:
    order, interval = annotation(ALB + "group.order"), annotation(ALB + "healthcheck-interval-seconds")
    assert order is not None
    assert interval is not None
    assert (order.minimum, order.maximum, order.range_by) == (-1000, 1000, "controller")
    assert (interval.minimum, interval.maximum, interval.range_by) == (5, 300, "aws")


def test_only_the_health_check_protocol_of_a_service_ignores_case() -> None:
    loose = [a.suffix for f in ("ingress", "service", "other") for a in of_family(f) if not a.case_sensitive]
    assert loose == ["aws-load-balancer-healthcheck-protocol"]


@pytest.mark.parametrize(
    ("name", "suffix", "argument", "type"),
    [
        (ALB + "actions.web", "actions", "web", "json"),
        (ALB + "conditions.rule.with.dots", "conditions", "rule.with.dots", "json"),
        (ALB + "transforms.web", "transforms", "web", "json"),
        (ALB + "listener-attributes.HTTPS-443", "listener-attributes", "HTTPS-443", "stringMap"),
        (ALB + "target-control-port.web.80", "target-control-port", "web.80", "int32"),
        (SERVICE + "actions.TCP-80", "actions", "TCP-80", "json"),
        (SERVICE + "aws-load-balancer-target-group-attributes.80", "aws-load-balancer-target-group-attributes", "80", "stringMap"),
        (SERVICE + "aws-load-balancer-listener-attributes.TCP-80", "aws-load-balancer-listener-attributes", "TCP-80", "stringMap"),
    ],
)
def test_forms_are_resolved(name: str, suffix: str, argument: str, type: str) -> None:
    found = annotation(name)
    assert found is not None
    assert (found.name, found.suffix, found.argument, found.type) == (name, suffix, argument, type)


@pytest.mark.parametrize(
    "name",
    [
        ALB + "listenPorts",
        ALB + "actions.",
        ALB + "actions",
        ALB + "listener-attributes",
        ALB + "target-control-port",
        SERVICE + "aws-load-balancer-listener-attributes",
        SERVICE + "scheme",
        ALB + "aws-load-balancer-scheme",
        "service.kubernetes.io/aws-load-balancer-scheme",
        "scheme",
        "",
    ],
)
def test_what_nothing_reads(name: str) -> None:
    assert annotation(name) is None


def test_annotations_of_other_objects() -> None:
    found = annotation("kubernetes.io/ingress.class")
    assert found is not None
    assert (found.family, found.deprecated_by, found.auto_mode) == ("other", "spec.ingressClassName", False)
    assert annotation("elbv2.k8s.aws/alb-target-control-agent-image") is not None


@pytest.mark.parametrize(
    ("name", "family", "meant"),
    [
        (ALB + "listenPorts", None, ALB + "listen-ports"),
        (ALB + "Scheme", None, ALB + "scheme"),
        (ALB + "shceme", None, ALB + "scheme"),
        (ALB + "certificate-arns", None, ALB + "certificate-arn"),
        (ALB + "ssl-cert", None, ALB + "certificate-arn"),
        (ALB + "healthcheck-interval", None, ALB + "healthcheck-interval-seconds"),
        (ALB + "group-name", None, ALB + "group.name"),
        (ALB + "action.web", None, ALB + "actions.web"),
        (ALB + "listener-attribute.HTTP-80", None, ALB + "listener-attributes.HTTP-80"),
        (ALB + "aws-load-balancer-scheme", None, ALB + "scheme"),
        (ALB + "scheme", "service", SERVICE + "aws-load-balancer-scheme"),
        (SERVICE + "scheme", None, SERVICE + "aws-load-balancer-scheme"),
        (SERVICE + "aws-load-balancer-target-type", None, SERVICE + "aws-load-balancer-nlb-target-type"),
        (SERVICE + "aws-load-balancer-ssl-cert", "ingress", ALB + "certificate-arn"),
        (SERVICE + "aws-load-balancer-subnet", None, SERVICE + "aws-load-balancer-subnets"),
        ("service.kubernetes.io/aws-load-balancer-type", None, SERVICE + "aws-load-balancer-type"),
        ("alb.ingress.kubernets.io/scheme", None, ALB + "scheme"),
        ("ingress.kubernetes.io/certificate-arn", None, ALB + "certificate-arn"),
    ],
)
def test_the_nearest_name(name: str, family: str | None, meant: str) -> None:
    assert nearest(name, family) == meant
    assert annotation(meant) is not None


@pytest.mark.parametrize(
    "name",
    [
        ALB + "scheme",
        ALB + "rewrite-target",
        ALB + "listener-attributes",
        SERVICE + "aws-load-balancer-connection-idle-timeout",
        "service.kubernetes.io/topology-mode",
        "ingress.kubernetes.io/ssl-redirect",
        "nginx.ingress.kubernetes.io/ssl-redirect",
        "example.com/scheme",
        "scheme",
        ALB,
    ],
)
def test_nothing_is_near(name: str) -> None:
    assert nearest(name) is None


def test_in_tree_annotations() -> None:
    assert in_tree(SERVICE + "aws-load-balancer-connection-idle-timeout")
    assert not in_tree(SERVICE + "aws-load-balancer-type")


def test_what_holds_for_one_kind_of_load_balancer() -> None:
    alb = attribute("load_balancer", "load_balancing.cross_zone.enabled", "alb")
    nlb = attribute("load_balancer", "load_balancing.cross_zone.enabled", "nlb")
    assert alb is not None
    assert nlb is not None
    assert (alb.allowed, alb.default) == (("true",), "true")
    assert (nlb.allowed, nlb.default) == (("true", "false"), "false")


def test_attributes_have_ranges_and_words() -> None:
    slow = attribute("target_group", "slow_start.duration_seconds", "alb")
    assert slow is not None
    assert (slow.minimum, slow.maximum, slow.allowed) == (30, 900, ("0",))
    assert attribute("load_balancer", "idle_timeout.timeout", "alb") is None
    assert "idle_timeout.timeout_seconds" not in [a.key for a in attributes("load_balancer", "nlb")]
    assert nearest_attribute("load_balancer", "idle_timeout.timeout_second", "alb") == "idle_timeout.timeout_seconds"
    assert nearest_attribute("load_balancer", "idle_timeout.timeout_second", "nlb") is None


def test_defaults_and_quotas() -> None:
    assert controller_default("--ingress-class") == "alb"
    assert controller_default("WeightedTargetGroups") == "true"
    assert controller_default("nlb_health_check_instance_local.path") == "/healthz"
    assert controller_default("helm.enableServiceMutatorWebhook") == "true"
    assert controller_default("nothing") is None
    assert quota("alb.rules_per_alb_excluding_default") == 100
    assert quota("shared.rules_per_security_group") == 60
    assert quota("nothing") is None
    assert all(figure > 0 for figure in quotas().values())


def test_every_flag_and_gate_that_is_named_has_a_default() -> None:
    for family in ("ingress", "service", "other"):
        for found in of_family(family):
            assert found.default_flag is None or controller_default(found.default_flag) is not None
            assert found.feature_gate is None or controller_default(found.feature_gate) in ("true", "false")


def test_fields_of_ingressclassparams_and_annotations_name_each_other() -> None:
    by_suffix = {f.overrides: f for f in params_fields() if f.overrides}
    for found in (*of_family("ingress"), *forms("ingress")):
        if found.params_field:
            assert by_suffix.pop(found.suffix).field.split(".")[0] == found.params_field.split(".")[0].split("[")[0]
    assert not by_suffix


def test_the_tables_hold_together() -> None:
    for family in ("ingress", "service", "other"):
        for found in (*of_family(family), *(forms(family) if family != "other" else ())):
            assert found.on_bad_value is None or found.on_bad_value in ON_BAD_VALUE
            assert found.type != "json" or found.shape in SHAPES or found.written_by_controller
            assert found.type != "enum" or found.allowed
            assert found.merge in (None, "merge", "exclusive")
            if found.catalogue:
                assert attributes(*found.catalogue)
            if (
                found.default is not None
                and found.allowed
                and found.suffix != "aws-load-balancer-enable-icmp-for-path-mtu-discovery"
            ):
                assert found.default in found.allowed


def test_labels() -> None:
    assert {"elbv2.k8s.aws/pod-readiness-gate-inject"} <= {label.name for label in labels()}
    assert all(label.object in ("namespace", "pod") and label.values for label in labels())


def test_json_annotations_read_into_their_shapes() -> None:
    forward = '{"Type":"forward","forwardConfig":{"targetGroups":[{"serviceName":"web","servicePort":"80","weight":1}]}}'
    assert read_json(forward, SHAPES["actions"]) == {
        "type": "forward",
        "forwardConfig": {"targetGroups": [{"serviceName": "web", "servicePort": "80", "weight": 1}]},
    }
    with pytest.raises(GoError, match=r"Go struct field RedirectActionConfig\.redirectConfig\.port of type string"):
        read_json('{"type":"redirect","redirectConfig":{"port":443}}', SHAPES["actions"])
    conditions = '[{"field":"path-pattern","pathPatternConfig":{"values":["/a"]}}]'
    assert read_json(conditions, SHAPES["conditions"])[0]["pathPatternConfig"] == {"values": ["/a"]}
