"""What is known of an annotation: whether the controller reads it, takes its value, and what was meant."""

from __future__ import annotations

import pytest
from ingress_objects import ALB, ONE_PATH, class_params, cluster, ingress, ingress_class, plain, service

from ekslint.fact import Subject
from ekslint.facts.refusal import is_cidr

ACTION = ONE_PATH.replace("number: 80", "name: use-annotation")


def annotation(suffix: str, value: str, others: dict[str, str] | None = None, *texts: str, spec: str = ONE_PATH) -> Subject:
    found = cluster(ingress(annotations={suffix: value, **(others or {})}, spec=spec), *texts)
    return next(one for one in found.all("annotation") if one.name == (suffix if "/" in suffix else ALB + suffix))


@pytest.mark.parametrize(
    ("suffix", "value", "words"),
    [
        ("shield-advanced-protection", '"true"', None),
        ("shield-advanced-protection", '"T"', None),
        ("shield-advanced-protection", '"yes"', "failed to parse bool annotation"),
        ("healthcheck-interval-seconds", '"015"', None),
        ("healthcheck-interval-seconds", "15s", "failed to parse int32 annotation"),
        ("group.order", '"1001"', "must be within [-1000:1000]"),
        ("scheme", "Internal", "must be within [internal, internet-facing]"),
        ("tags", "a=b,c", "failed to parse stringMap annotation"),
        ("tags", "a=b,", None),
        ("inbound-cidrs", '"10.0.0.0/8, 10.0.0.1"', "invalid CIDR address: 10.0.0.1"),
        ("load-balancer-name", "a" * 33, "it has 33 characters, and the controller takes at most 32"),
        ("listen-ports", "'[]'", "empty listen-ports configuration"),
        ("listen-ports", "'[{\"TCP\": 80}]'", "listen protocol must be within [HTTP, HTTPS]: TCP"),
        ("minimum-load-balancer-capacity", "capacityUnits=1", "invalid key to set the capacity: capacityUnits"),
        ("frontend-nlb-healthcheck-port", "http", "failed to resolve healthCheckPort"),
        (
            "mutual-authentication",
            '\'[{"port": 443, "mode": "verify"}]\'',
            "trustStore is required when mutualAuthentication mode is verify for port 443",
        ),
        ("jwt-validation", '\'{"issuer": "a"}\'', "jwksEndpoint is a required field for jwt validation"),
        ("conditions.web", '\'[{"field": "host-header"}]\'', "missing hostHeaderConfig"),
        ("transforms.web", '\'[{"type": "rewrite"}]\'', "unknown transform type: rewrite"),
    ],
)
def test_what_the_reader_says(suffix: str, value: str, words: str | None) -> None:
    assert plain(annotation(suffix, value).get("refusal")) == words


@pytest.mark.parametrize(
    ("action", "words"),
    [
        ('"type": "Redirect"', "unknown action type: Redirect"),
        ('"type": "redirect"', "missing RedirectConfig"),
        ('"type": "redirect", "redirectConfig": {"host": "a"}', "invalid RedirectConfig: statusCode is required"),
        ('"type": "forward"', "missing ForwardConfig or TargetGroupARN/TargetGroupName"),
        ('"type": "forward", "forwardConfig": {"targetGroups": [{"serviceName": "a"}]}', "missing servicePort"),
        (
            '"type": "forward", "forwardConfig": {"targetGroups": [{"targetGroupARN": "a"}, {"targetGroupARN": "b", "weight": 1}]}',
            "weight must be set when route to multiple target groups",
        ),
        ('"type": "forward", "targetGroupARN": "a"', None),
    ],
)
def test_what_the_reader_says_of_an_action(action: str, words: str | None) -> None:
    assert plain(annotation("actions.web", f"'{{{action}}}'", spec=ACTION).get("refusal")) == words


@pytest.mark.parametrize(
    ("suffix", "value", "meant"),
    [
        ("shield-advanced-protection", '"on"', "true"),
        ("shield-advanced-protection", '"TRue"', "true"),
        ("shield-advanced-protection", '"perhaps"', None),
        ("healthcheck-interval-seconds", "15s", "15"),
        ("target-type", '" ip"', "ip"),
        ("target-type", "pod", None),
    ],
)
def test_what_was_meant(suffix: str, value: str, meant: str | None) -> None:
    assert plain(annotation(suffix, value).get("nearest_value")) == meant


def test_a_value_that_is_no_string_is_unknown_to_its_reader() -> None:
    found = annotation("ssl-redirect", "443")
    assert (plain(found.get("value_type")), plain(found.get("text")), plain(found.get("refusal"))) == (
        "integer",
        "unknown",
        "unknown",
    )


@pytest.mark.parametrize(
    ("name", "known", "nearest"),
    [
        ("scheme", True, None),
        ("actions.anything", True, None),
        ("listenPorts", False, ALB + "listen-ports"),
        ("healtcheck-path", False, ALB + "healthcheck-path"),
        ("alb.ingress.k8s.aws/scheme", False, ALB + "scheme"),
        ("frobnicate", False, None),
    ],
)
def test_names(name: str, known: bool, nearest: str | None) -> None:
    found = annotation(name, "x")
    assert (plain(found.get("known")), plain(found.get("nearest"))) == (known, nearest)


GROUPS = {"security-groups": "sg-1"}
HTTPS = {"certificate-arn": "arn:aws:acm:eu-west-1:123456789012:certificate/1"}


@pytest.mark.parametrize(
    ("suffix", "value", "others", "reason"),
    [
        ("scheme", "internal", {}, "none"),
        ("service.beta.kubernetes.io/aws-load-balancer-scheme", "internal", {}, "other-kind"),
        ("inbound-cidrs", "10.0.0.0/8", {}, "none"),
        ("inbound-cidrs", "10.0.0.0/8", GROUPS, "security-groups"),
        ("manage-backend-security-group-rules", '"true"', {}, "no-security-groups"),
        ("manage-backend-security-group-rules", '"true"', GROUPS, "none"),
        ("ssl-policy", "p", {}, "no-https-port"),
        ("ssl-policy", "p", HTTPS, "none"),
        ("frontend-nlb-scheme", "internal", {}, "no-frontend-nlb"),
        ("frontend-nlb-scheme", "internal", {"enable-frontend-nlb": '"true"'}, "none"),
        ("group.order", '"1"', {}, "no-group"),
        ("group.order", '"1"', {"group.name": "g"}, "none"),
        ("wafv2-acl-arn", "a", {"wafv2-acl-name": "shop"}, "acl-name"),
        ("actions.gone", "'{}'", {}, "no-backend"),
        ("conditions.web", "'[]'", {}, "none"),
        ("listener-attributes.HTTP-80", "a=b", {}, "none"),
        ("listener-attributes.HTTPS-443", "a=b", {}, "no-listener"),
        ("create-acm-cert", '"true"', {}, "feature-gate"),
        ("target-node-labels", "a=b", {"target-type": "ip"}, "pod-targets"),
        ("target-node-labels", "a=b", {"target-type": "instance"}, "none"),
    ],
)
def test_why_an_annotation_is_not_read(suffix: str, value: str, others: dict[str, str], reason: str) -> None:
    found = annotation(suffix, value, others, service())
    assert plain(found.get("unread_because")) == reason
    assert plain(found.get("read")) is (reason == "none")


def test_parameters_of_the_class_and_auto_mode_keep_annotations_from_being_read() -> None:
    shared = [ingress_class(params="params"), class_params("scheme: internal")]
    found = annotation("scheme", "public", None, *shared)
    assert (plain(found.get("unread_because")), plain(found.get("parsed"))) == ("ingress-class-params", False)
    auto = ingress_class("alb", "eks.amazonaws.com/alb")
    assert plain(annotation("waf-acl-id", "a", None, auto).get("unread_because")) == "auto-mode"


def test_an_annotation_of_a_service_is_looked_at_behind_an_ingress() -> None:
    found = cluster(ingress(), service(target_type="ip"), service("other", target_type="ip"))
    taken = {plain(one.get("owner_name")): plain(one.get("taken")) for one in found.all("annotation")}
    assert taken == {"web": True, "other": False}


@pytest.mark.parametrize(
    ("text", "parses"),
    [
        ("10.0.0.0/8", True),
        ("::/0", True),
        ("10.0.0.5/24", True),
        ("10.0.0.0", False),
        ("10.0.0.0/33", False),
        ("10.0.0.0/08", False),
        ("a/8", False),
    ],
)
def test_networks_as_go_parses_them(text: str, parses: bool) -> None:
    assert is_cidr(text) is parses


def test_attributes_are_held_against_aws() -> None:
    found = cluster(
        ingress(annotations={"load-balancer-attributes": "idle_timeout.timeout_seconds=5000,routing.http2.enabled=TRUE,x.y=1"})
    )
    facts = {one.name: (plain(one.get("known")), plain(one.get("in_range"))) for one in found.all("attribute")}
    assert facts == {
        "idle_timeout.timeout_seconds": (True, False),
        "routing.http2.enabled": (True, True),
        "x.y": (False, None),
    }


@pytest.mark.parametrize(
    ("suffix", "value", "meant"),
    [
        ("tags", '"a=b,"', "a=b"),
        ("tags", '"a=b\\nc=d\\n"', "a=b,\nc=d\n"),
        ("tags", '"a=b,c=d"', None),
        ("tags", '"a=b,\\nc"', None),
        ("subnets", "subnet-1 subnet-2", "subnet-1, subnet-2"),
        ("subnets", "subnet-1, subnet-2", None),
        ("subnets", "private subnet-2", None),
        ("inbound-cidrs", '"10.0.0.1, 2001:db8::1,10.0.0.0/8"', "10.0.0.1/32, 2001:db8::1/128,10.0.0.0/8"),
        ("inbound-cidrs", '"10.0.0.1, here"', None),
        ("scheme", "internal", None),
    ],
)
def test_a_text_in_the_notation_of_its_reader(suffix: str, value: str, meant: str | None) -> None:
    assert annotation(suffix, value).value("respelled") == meant
