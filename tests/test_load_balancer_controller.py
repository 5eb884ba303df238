"""The controller's own settings decide what counts where no annotation says anything."""

from __future__ import annotations

import pytest
from clusters import cluster, plain

from ekslint.fact import Subject
from ekslint.value import Known

INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop}
spec:
  ingressClassName: alb
  defaultBackend: {service: {name: web, port: {number: 80}}}
"""
SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec:
  type: ClusterIP
  selector: {app: web}
  ports: [{port: 80}]
"""
WEB = INGRESS + "---\n" + SERVICE
VALUES = "clusterName: shop\ndefaultTargetType: ip\n"
FLUX = """\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
metadata: {name: lbc}
spec:
  chart: {spec: {chart: aws-load-balancer-controller}}
  values:
    clusterName: shop
    defaultTargetType: ip
"""
APPLICATION = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: lbc}
spec:
  source:
    chart: aws-load-balancer-controller
    repoURL: https://aws.github.io/eks-charts
    helm:
      parameters:
        - {name: clusterName, value: shop}
        - {name: defaultTargetType, value: ip}
"""
IN_TEXT = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: lbc}
spec:
  sources:
    - chart: aws-load-balancer-controller
      repoURL: https://aws.github.io/eks-charts
      helm:
        values: |
          clusterName: shop
          defaultTargetType: ip
"""
K3S = """\
apiVersion: helm.cattle.io/v1
kind: HelmChart
metadata: {name: lbc}
spec:
  chart: eks/aws-load-balancer-controller
  valuesContent: |-
    clusterName: shop
    defaultTargetType: ip
"""
KUSTOMIZE = """\
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
helmCharts:
  - name: aws-load-balancer-controller
    valuesInline:
      clusterName: shop
      defaultTargetType: ip
"""
HELMFILE = """\
releases:
  - name: lbc
    chart: eks/aws-load-balancer-controller
    values:
      - clusterName: shop
        defaultTargetType: instance
    set:
      - name: defaultTargetType
        value: ip
"""
NESTED = "aws-load-balancer-controller:\n  clusterName: shop\n  defaultTargetType: ip\n"
DEPLOYMENT = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: aws-load-balancer-controller, namespace: kube-system}
spec:
  selector: {matchLabels: {app: lbc}}
  template:
    metadata: {labels: {app: lbc}}
    spec:
      containers:
        - name: controller
          image: public.ecr.aws/eks/aws-load-balancer-controller:v3.5.0
          args:
            - --cluster-name=shop
            - --default-target-type=ip
"""


def target_group(**texts: str) -> Subject:
    (found,) = cluster(**texts).all("target-group")
    return found


@pytest.mark.parametrize(
    "holder",
    [VALUES, FLUX, APPLICATION, IN_TEXT, K3S, HELMFILE, NESTED, DEPLOYMENT],
    ids=["values", "flux", "argo-parameters", "argo-values", "k3s", "helmfile", "nested", "deployment"],
)
def test_every_holder_gives_the_target_type_at_its_own_line(holder: str) -> None:
    found = target_group(web_yaml=WEB, controller_yaml=holder).get("target_type")
    assert isinstance(found, Known)
    assert (found.value, found.default) == ("ip", None)
    (place,) = found.places
    line = holder.splitlines()[place.line - 1]
    assert place.file == "controller.yaml"
    assert line[place.column - 1 :].startswith(("ip", "--default-target-type=ip"))


def test_a_kustomization_that_brings_the_chart_counts_too() -> None:
    assert target_group(web_yaml=WEB, kustomization_yaml=KUSTOMIZE).value("target_type") == "ip"


def test_an_annotation_goes_first() -> None:
    annotated = WEB.replace("namespace: shop}\nspec:\n  ingress", "namespace: shop, annotations: {X: instance}}\nspec:\n  ingress")
    annotated = annotated.replace("X:", "alb.ingress.kubernetes.io/target-type:")
    assert target_group(web_yaml=annotated, values_yaml=VALUES).value("target_type") == "instance"


def test_values_that_are_not_seen_leave_open_what_they_may_set() -> None:
    elsewhere = FLUX.replace("    defaultTargetType: ip\n", "") + "  valuesFrom: [{kind: ConfigMap, name: lbc}]\n"
    assert plain(target_group(web_yaml=WEB, lbc_yaml=elsewhere).get("target_type")) == "?"
    written = FLUX + "  valuesFrom: [{kind: ConfigMap, name: lbc}]\n"
    assert plain(target_group(web_yaml=WEB, lbc_yaml=written).get("target_type")) == "?"
    own = "apiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: {name: alb}\nspec: {controller: ingress.k8s.aws/alb}\n"
    alone = written.replace("clusterName: shop", "createIngressClassResource: false")
    assert plain(target_group(web_yaml=WEB, lbc_yaml=alone, class_yaml=own).get("target_type")) == "ip"


def test_a_template_and_two_controllers_leave_it_open() -> None:
    assert plain(target_group(web_yaml=WEB, values_yaml=VALUES.replace(" ip", ' "{{ type }}"')).get("target_type")) == "?"
    second = FLUX.replace("defaultTargetType: ip", "defaultTargetType: instance")
    assert plain(target_group(web_yaml=WEB, a_yaml=FLUX, b_yaml=second).get("target_type")) == "?"


def test_the_chart_makes_a_class_with_parameters() -> None:
    values = VALUES + "ingressClassParams: {spec: {scheme: internet-facing}}\ningressClassConfig: {default: true}\n"
    made = cluster(web_yaml=WEB, values_yaml=values)
    (found,) = made.all("ingress-class")
    assert (found.name, plain(found.get("default")), plain(found.get("params"))) == ("alb", True, "alb")
    (ingress,) = made.all("ingress")
    assert plain(ingress.get("scheme")) == "internet-facing"
    assert plain(ingress.get("taken")) is True


@pytest.mark.parametrize(
    ("more", "taken"),
    [("", True), ("createIngressClassResource: false\n", "?"), ("ingressClass: inside\n", "?")],
    ids=["by default", "no class", "another name"],
)
def test_the_class_alb_is_the_charts_unless_values_say_otherwise(more: str, taken: object) -> None:
    (ingress,) = cluster(web_yaml=WEB, values_yaml=VALUES + more).all("ingress")
    assert plain(ingress.get("taken")) == taken


def test_the_old_annotation_is_the_class_that_the_controller_is_told() -> None:
    old = INGRESS.replace("shop}", "shop, annotations: {kubernetes.io/ingress.class: inside}}").replace(
        "  ingressClassName: alb\n", ""
    )
    (ingress,) = cluster(web_yaml=old, values_yaml=VALUES + "ingressClass: inside\n").all("ingress")
    assert plain(ingress.get("taken")) is True
    (ingress,) = cluster(web_yaml=old, values_yaml=VALUES).all("ingress")
    assert plain(ingress.get("taken")) is False


BALANCED = SERVICE.replace("ClusterIP", "LoadBalancer")


@pytest.mark.parametrize(
    ("service", "more", "taken"),
    [
        (BALANCED, "", "?"),
        (BALANCED, "enableServiceMutatorWebhook: false\n", False),
        (
            BALANCED.replace("  selector", "  loadBalancerClass: example.com/own\n  selector"),
            "loadBalancerClass: example.com/own\n",
            True,
        ),
        (BALANCED.replace("  selector", "  loadBalancerClass: service.k8s.aws/nlb\n  selector"), "", True),
        (
            BALANCED.replace("  selector", "  loadBalancerClass: service.k8s.aws/nlb\n  selector"),
            "loadBalancerClass: own/nlb\n",
            "?",
        ),
    ],
    ids=["the webhook may", "no webhook", "a class of its own", "the usual class", "the usual class, told another"],
)
def test_which_services_the_controller_takes(service: str, more: str, taken: object) -> None:
    (found,) = cluster(web_yaml=service, values_yaml=VALUES + more).all("service")
    assert plain(found.get("taken")) == taken


def test_a_feature_gate_that_is_turned_on_counts() -> None:
    text = INGRESS.replace("shop}", "shop, annotations: {alb.ingress.kubernetes.io/create-acm-cert: 'true'}}")
    off = cluster(web_yaml=text).all("annotation")[0]
    assert plain(off.get("unread_because")) == "feature-gate"
    values = VALUES + "controllerConfig: {featureGates: {EnableCertificateManagement: true}}\n"
    assert plain(cluster(web_yaml=text, values_yaml=values).all("annotation")[0].get("unread_because")) == "none"


@pytest.mark.parametrize(
    "text",
    [
        "clusterName: shop\ndefaultTargetType: {a: b}\ningressClass: [1]\ningressClassParams: 3\ningressClassConfig: x\n",
        "clusterName: shop\ncontrollerConfig: {featureGates: [a]}\nenableWafv2: []\nloadBalancerClass: 4\n",
        APPLICATION.replace("name: defaultTargetType", 'name: "a[0].b..c[["'),
        APPLICATION.replace("value: ip", "value: {a: 1}"),
        HELMFILE.replace("- clusterName", "- [clusterName]\n      - clusterName"),
        FLUX.replace("defaultTargetType: ip", "defaultTargetType: !x [ip]"),
        IN_TEXT.replace("clusterName: shop", "clusterName: [shop"),
    ],
)
def test_odd_values_do_no_harm(text: str) -> None:
    made = cluster(web_yaml=WEB, values_yaml=text)
    for kind in ("target-group", "load-balancer", "ingress", "ingress-class", "annotation"):
        for subject in made.all(kind):
            subject.get("name")
    assert plain(made.all("target-group")[0].get("target_type")) in ("?", "instance", "ip")
