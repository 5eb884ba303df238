"""Settings that another tool's object or program holds: each at its own line, in part where the rest is elsewhere."""

from __future__ import annotations

import pytest
from clusters import cluster, plain

from ekslint.value import Known

PULUMI = """\
name: shop
runtime: yaml
resources:
  cni:
    type: aws:eks:Addon
    properties:
      clusterName: shop
      addonName: vpc-cni
      addonVersion: v1.20.4-eksbuild.2
      configurationValues:
        fn::toJSON:
          env:
            WARM_IP_TARGET: "5"
"""
PULUMI_TEXT = """\
resources:
  cni:
    type: aws:eks/addon:Addon
    properties:
      clusterName: ${cluster.name}
      addonName: vpc-cni
      configurationValues: '{"env": {"WARM_IP_TARGET": "5"}}'
"""
FLUX = """\
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
metadata: {name: cni, namespace: flux-system}
spec:
  path: ./cni
  patches:
    - target: {kind: DaemonSet, name: aws-node}
      patch: |
        apiVersion: apps/v1
        kind: DaemonSet
        metadata:
          name: aws-node
          namespace: kube-system
        spec:
          template:
            spec:
              containers:
                - name: aws-node
                  env:
                    - name: WARM_IP_TARGET
                      value: "5"
  postBuild:
    substitute: {warm: "3"}
"""
ARGO = """\
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: cni}
spec:
  source:
    repoURL: https://git.example.com/cni
    path: cni
    kustomize:
      patches:
        - target: {kind: DaemonSet}
          patch: |-
            apiVersion: apps/v1
            kind: DaemonSet
            metadata: {name: aws-node, namespace: kube-system}
            spec:
              template:
                spec:
                  containers:
                    - name: aws-node
                      env: [{name: WARM_IP_TARGET, value: "5"}]
"""
HELMFILE = """\
releases:
  - name: cni
    chart: eks/aws-vpc-cni
    namespace: kube-system
    values:
      - env:
          WARM_IP_TARGET: "5"
"""
APPLICATION_SET = """\
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: cni}
spec:
  template:
    spec:
      source:
        chart: aws-vpc-cni
        repoURL: https://aws.github.io/eks-charts
        helm:
          valuesObject:
            env:
              WARM_IP_TARGET: "5"
              MINIMUM_IP_TARGET: "{{ values.minimum }}"
"""
HOLDERS = {
    "pulumi": (PULUMI, True),
    "pulumi text": (PULUMI_TEXT, True),
    "flux patch": (FLUX, False),
    "argo patch": (ARGO, False),
    "helmfile": (HELMFILE, True),
    "application set": (APPLICATION_SET, False),
}


@pytest.mark.parametrize(("text", "complete"), HOLDERS.values(), ids=HOLDERS.keys())
def test_the_setting_is_found_at_its_own_line(text: str, complete: bool) -> None:
    made = cluster(cni_yaml=text)
    (settings,) = made.all("cni-settings")
    assert plain(settings.get("complete")) is complete
    (warm,) = made.named("cni-variable", "WARM_IP_TARGET")
    value = warm.get("value")
    assert isinstance(value, Known)
    assert value.value == "5"
    number, line = next((n, s) for n, s in enumerate(text.splitlines(), 1) if "WARM_IP_TARGET" in s)
    assert (warm.place.line, line[warm.place.column - 1 :].lstrip('"')[:14]) == (number, "WARM_IP_TARGET")


@pytest.mark.parametrize(
    ("text", "change"),
    [
        (PULUMI, ('"5"', "${warm}")),
        (FLUX, ('"5"', "${warm}")),
        (HELMFILE, ('"5"', "{{ .Values.warm }}")),
        (APPLICATION_SET, ('"5"', "'{{ .warm }}'")),
    ],
    ids=["pulumi", "flux", "helmfile", "application set"],
)
def test_what_the_tool_fills_in_is_unknown(text: str, change: tuple[str, str]) -> None:
    (warm,) = cluster(cni_yaml=text.replace(*change)).named("cni-variable", "WARM_IP_TARGET")
    assert plain(warm.get("value")) == "?"


@pytest.mark.parametrize(
    "text",
    [
        HELMFILE.replace('      - env:\n          WARM_IP_TARGET: "5"', "      - values/cni.yaml"),
        HELMFILE.replace("    values:", "    inherit: [{template: default}]\n    values:"),
        APPLICATION_SET,
        FLUX,
        PULUMI.replace('fn::toJSON:\n          env:\n            WARM_IP_TARGET: "5"', "fn::readFile: ./cni.json"),
    ],
    ids=["file", "inherit", "application set", "patch", "function"],
)
def test_what_is_not_written_may_be_elsewhere(text: str) -> None:
    (cni,) = cluster(cni_yaml=text).all("cni")
    assert plain(cni.get("warm_prefix_target")) == "?"


def test_a_release_that_is_not_installed_sets_nothing() -> None:
    assert cluster(cni_yaml=HELMFILE + "    installed: false\n").all("cni-settings") == []


@pytest.mark.parametrize(
    "text",
    [
        "resources: {a: {type: 'aws:eks:Addon', properties: [1]}, b: 3}\n",
        "resources: {c: {type: 'aws:eks:Addon', properties: {addonName: [x]}}}\n",
        PULUMI.replace("fn::toJSON:", "fn::toJSON: [1]\n        x:"),
        FLUX.replace("apiVersion: apps/v1", "- op: add"),
        FLUX.replace("patch: |", "patch: 3\n      other: |"),
        ARGO.replace("patches:", "patches: 3\n      other:"),
        FLUX.replace("containers:", "containers: ["),
    ],
)
def test_odd_holders_do_no_harm(text: str) -> None:
    for kind in ("cni-settings", "cni-variable", "cni"):
        for subject in cluster(cni_yaml=text).all(kind):
            subject.get("name")


KARPENTER = {
    "k3s": "apiVersion: helm.cattle.io/v1\nkind: HelmChart\nmetadata: {name: karpenter}\nspec:\n  chart: karpenter\n"
    "  valuesContent: |\n    settings: {clusterName: shop, reservedENIs: 1}\n",
    "helmfile": "releases:\n  - name: karpenter\n    chart: oci://public.ecr.aws/karpenter/karpenter\n"
    "    set: [{name: settings.reservedENIs, value: '1'}]\n",
    "argo": "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: karpenter}\nspec:\n  sources:\n"
    "    - chart: karpenter\n      helm: {parameters: [{name: settings.reservedENIs, value: '1'}]}\n",
    "flux": "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: karpenter}\nspec:\n"
    "  chart: {spec: {chart: karpenter}}\n  valuesFrom: [{kind: ConfigMap, name: x}]\n  values: {settings: {reservedENIs: 1}}\n",
}


@pytest.mark.parametrize("text", KARPENTER.values(), ids=KARPENTER.keys())
def test_what_karpenter_reserves_is_read_from_every_holder(text: str) -> None:
    (found,) = cluster(karpenter_yaml=text).all("karpenter")
    assert plain(found.get("reserved_enis")) == 1


def test_annotations_in_values_of_terraform_are_judged_by_name() -> None:
    text = """\
resource "helm_release" "web" {
  name  = "web"
  chart = "./charts/web"
  values = [yamlencode({
    ingress = {
      className   = "alb"
      annotations = { "alb.ingress.kubernetes.io/target-typ" = "ip" }
    }
  })]
}
"""
    (found,) = cluster(main_tf=text).all("annotation")
    assert (plain(found.get("known")), plain(found.get("taken")), found.place.line) == (False, True, 7)
