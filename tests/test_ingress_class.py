"""Which Ingresses the AWS controller takes, and which IngressClassParams count for them."""

from __future__ import annotations

import pytest
from ingress_objects import class_params, cluster, ingress, ingress_class, only, plain

CLASS_ANNOTATION = "kubernetes.io/ingress.class"
NGINX = ingress_class("nginx", "k8s.io/ingress-nginx")


@pytest.mark.parametrize(
    ("texts", "taken"),
    [
        ([ingress()], True),
        ([ingress(annotations={CLASS_ANNOTATION: "alb"}, ingress_class=None)], True),
        ([ingress(annotations={CLASS_ANNOTATION: "nginx"})], False),
        ([ingress(annotations={CLASS_ANNOTATION: "ALB"}, ingress_class=None)], False),
        ([ingress(annotations={CLASS_ANNOTATION: "${CLASS}"}, ingress_class=None)], "unknown"),
        ([ingress(), ingress_class("alb", "ingress.k8s.alibabacloud/alb")], False),
        ([ingress(), ingress_class("alb", "eks.amazonaws.com/alb")], True),
        ([ingress(ingress_class="nginx"), NGINX], False),
        ([ingress(ingress_class="internal"), ingress_class("internal")], True),
        ([ingress(ingress_class="internal"), NGINX], "unknown"),
        ([ingress(ingress_class="{{ .Values.class }}")], "unknown"),
        ([ingress(ingress_class=None)], "unknown"),
        ([ingress(ingress_class=None), ingress_class("internal", default=True)], True),
        ([ingress(ingress_class=None), ingress_class("nginx", "k8s.io/ingress-nginx", default=True)], False),
        ([ingress(ingress_class=None), ingress_class("a", default=True), ingress_class("b", default=True)], "unknown"),
        ([ingress(annotations={"vswitch-ids": "vsw-1"})], "unknown"),
        ([ingress(annotations={"ssl-certificate-no": '"7"'})], "unknown"),
        ([ingress(annotations={"rewrite-target": "/"})], "unknown"),
        ([ingress(annotations={"rewrite-target": "/", "scheme": "internal"})], True),
        ([ingress(), "apiVersion: alibabacloud.com/v1\nkind: AlbConfig\nmetadata:\n  name: alb\n"], "unknown"),
        ([ingress().replace("networking.k8s.io/v1", "networking.k8s.io/v1beta1")], "unknown"),
    ],
)
def test_who_takes_an_ingress(texts: list[str], taken: object) -> None:
    assert plain(only(cluster(*texts), "ingress").get("taken")) == taken


def test_a_patch_without_its_base_leaves_the_class_open() -> None:
    found = cluster(ingress(ingress_class=None), partial="it is a patch without its base")
    assert plain(only(found, "ingress").get("taken")) == "unknown"


def test_a_template_that_names_its_class_has_it() -> None:
    found = cluster(ingress(), partial="the file is a template")
    assert plain(only(found, "ingress").get("taken")) is True
    assert plain(only(found, "ingress").get("ingress_class_params")) is None


def test_auto_mode_is_told_from_the_class() -> None:
    assert plain(only(cluster(ingress(), ingress_class("alb", "eks.amazonaws.com/alb")), "ingress").get("auto_mode")) is True
    assert plain(only(cluster(ingress()), "ingress").get("auto_mode")) is False


@pytest.mark.parametrize(
    ("texts", "params"),
    [
        ([ingress()], None),
        ([ingress(), ingress_class(params="params"), class_params("scheme: internal")], "params"),
        ([ingress(), ingress_class(params="params")], "unknown"),
        ([ingress(), ingress_class(params="params"), class_params("scheme: internal", version="eks.amazonaws.com/v1")], "unknown"),
        ([ingress(), class_params("scheme: internal", name="alb")], "unknown"),
        ([ingress(annotations={CLASS_ANNOTATION: "alb"}), ingress_class(params="params"), class_params("scheme: internal")], None),
        ([ingress(), ingress_class("alb", "eks.amazonaws.com/alb", "p"), class_params("{}", "p", "eks.amazonaws.com/v1")], "p"),
    ],
)
def test_the_parameters_that_count(texts: list[str], params: object) -> None:
    assert plain(only(cluster(*texts), "ingress").get("ingress_class_params")) == params


def test_a_dangling_name_of_parameters_is_absent_only_where_all_was_seen() -> None:
    assert plain(only(cluster(ingress_class(params="params")), "ingress-class").get("params")) is None
    assert plain(only(cluster(ingress_class(params="params"), whole=False), "ingress-class").get("params")) == "unknown"


@pytest.mark.parametrize(
    ("controller", "who"),
    [
        ("ingress.k8s.aws/alb", "aws-load-balancer-controller"),
        ("eks.amazonaws.com/alb", "auto-mode"),
        ("k8s.io/ingress-nginx", "other"),
        ("ingress.k8s.aws/ALB", "nobody-known"),
    ],
)
def test_who_implements_a_class(controller: str, who: str) -> None:
    assert plain(only(cluster(ingress_class("c", controller)), "ingress-class").get("implementation")) == who


COPIES = [ingress_class(params="params"), ingress_class(params="params")]


@pytest.mark.parametrize(
    ("classes", "taken", "found"),
    [
        (COPIES, True, "alb"),
        ([ingress_class(), ingress_class()], True, "alb"),
        ([ingress_class(), ingress_class(params="params")], True, "unknown"),
        ([ingress_class("alb", "${CONTROLLER}"), ingress_class()], "unknown", "unknown"),
        ([ingress_class(params='"${A}"'), ingress_class(params='"${A}"')], True, "unknown"),
        ([ingress_class(), ingress_class("alb", "k8s.io/ingress-nginx")], "unknown", "unknown"),
        ([ingress_class("alb", "a.example/x"), ingress_class("alb", "b.example/x")], False, "unknown"),
    ],
)
def test_copies_of_a_class_are_one_where_they_agree(classes: list[str], taken: object, found: object) -> None:
    made = only(cluster(ingress(), *classes), "ingress")
    assert plain(made.get("taken")) == taken
    assert plain(made.get("ingress_class")) == found


def test_copies_of_a_default_class_must_agree_as_well() -> None:
    copies = [ingress_class("a", default=True), ingress_class("a", "k8s.io/ingress-nginx", default=True)]
    assert plain(only(cluster(ingress(ingress_class=None), *copies), "ingress").get("taken")) == "unknown"
    assert plain(only(cluster(ingress(ingress_class=None), copies[0], copies[0]), "ingress").get("taken")) is True


@pytest.mark.parametrize(("other", "scheme"), [("internal", "internal"), ("internet-facing", "unknown")])
def test_copies_of_parameters_are_one_where_they_agree(other: str, scheme: object) -> None:
    found = cluster(ingress(), *COPIES, class_params("scheme: internal"), class_params(f"scheme: {other}"))
    assert plain(only(found, "ingress").get("scheme")) == scheme


def test_auto_mode_is_told_from_copies_that_differ_in_their_parameters() -> None:
    copies = [ingress_class("alb", "eks.amazonaws.com/alb"), ingress_class("alb", "eks.amazonaws.com/alb", "p")]
    assert plain(only(cluster(ingress(), *copies), "ingress").get("auto_mode")) is True
