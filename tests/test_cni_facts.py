"""What aws-node makes of its settings, whichever carrier they come from."""

from __future__ import annotations

import json
import textwrap

import pytest

from ekslint import carriers, fact
from ekslint.fact import Subject
from ekslint.inventory import Cluster
from ekslint.source.text import Text
from ekslint.syntax import yaml
from ekslint.value import Absent, Known, Listing, Unknown, Value

fact.load()


def cluster(*texts: str, whole: bool = True) -> Cluster:
    found = []
    for index, text in enumerate(texts):
        parsed = yaml.parse(Text(textwrap.dedent(text), f"{index}.yaml"))
        assert not parsed.problems
        found += [subject for document in parsed.documents for subject in carriers.lift(document)]
    return Cluster("test", found, whole)


def cni(*texts: str) -> Subject:
    found = cluster(*texts).all("cni")
    assert len(found) == 1
    return found[0]


def plain(value: Value) -> object:
    """A known value, None of what is absent, and the word unknown."""
    if isinstance(value, Unknown):
        return "unknown"
    if isinstance(value, Absent):
        return None
    return [plain(each) for each in value.value] if isinstance(value.value, Listing) else value.value


def line(value: Value) -> int:
    return value.places[0].line


def addon(configuration: str) -> str:
    return (
        "apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nmetadata: {name: shop}\naddons:\n  - name: vpc-cni\n"
        "    configurationValues: |\n" + textwrap.indent(textwrap.dedent(configuration).strip("\n"), "      ") + "\n"
    )


def manifest(env: str, image: str = "amazon-k8s-cni:v1.20.4", selector: str = "selector: {}") -> str:
    return (
        "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: aws-node}\nspec:\n  " + selector + "\n  template:\n    spec:\n"
        "      containers:\n        - name: aws-node\n"
        + (f"          image: {image}\n" if image else "")
        + "          env:\n"
        + textwrap.indent(textwrap.dedent(env).strip("\n"), "            ")
        + "\n"
    )


PREFIXES = '{"env": {"ENABLE_PREFIX_DELEGATION": "true", "WARM_IP_TARGET": "4"}}'
SHAPES = {
    "eksctl, JSON": "apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nmetadata: {name: shop}\naddons:\n- name: vpc-cni\n"
    f"  configurationValues: '{PREFIXES}'\n",
    "eksctl, YAML": addon('env:\n  ENABLE_PREFIX_DELEGATION: "true"\n  WARM_IP_TARGET: "4"'),
    "CloudFormation, a string": "Resources:\n  Cni:\n    Type: AWS::EKS::Addon\n    Properties:\n      AddonName: vpc-cni\n"
    f"      ConfigurationValues: '{PREFIXES}'\n",
    "CloudFormation, !Sub": "Resources:\n  Cni:\n    Type: AWS::EKS::Addon\n    Properties:\n      AddonName: vpc-cni\n"
    f"      ConfigurationValues: !Sub '{PREFIXES}'\n",
    "CloudFormation, ToJsonString": "Resources:\n  Cni:\n    Type: AWS::EKS::Addon\n    Properties:\n      AddonName: vpc-cni\n"
    "      ConfigurationValues:\n        Fn::ToJsonString:\n"
    "          env: {ENABLE_PREFIX_DELEGATION: 'true', WARM_IP_TARGET: '4'}\n",
    "the EKS API": json.dumps({"clusterName": "shop", "addonName": "vpc-cni", "configurationValues": PREFIXES}),
    "an answer of the EKS API": json.dumps(
        {"addon": {"clusterName": "shop", "addonName": "vpc-cni", "configurationValues": PREFIXES}}
    ),
    "ACK": f"apiVersion: eks.services.k8s.aws/v1alpha1\nkind: Addon\nmetadata: {{name: c}}\nspec:\n  name: vpc-cni\n"
    f"  configurationValues: '{PREFIXES}'\n",
    "Crossplane": "apiVersion: eks.aws.upbound.io/v1beta1\nkind: Addon\nmetadata: {name: c}\nspec:\n  forProvider:\n"
    f"    addonName: vpc-cni\n    configurationValues: '{PREFIXES}'\n",
    "Cluster API, add-on": "apiVersion: controlplane.cluster.x-k8s.io/v1beta2\nkind: AWSManagedControlPlane\nmetadata: {name: c}\n"
    f"spec:\n  addons:\n  - name: vpc-cni\n    version: v1.20.4-eksbuild.2\n    configuration: '{PREFIXES}'\n",
    "Cluster API, variables": "apiVersion: controlplane.cluster.x-k8s.io/v1beta2\nkind: AWSManagedControlPlane\n"
    "metadata: {name: c}\nspec:\n  vpcCni:\n    env:\n    - {name: ENABLE_PREFIX_DELEGATION, value: 'true'}\n"
    "    - {name: WARM_IP_TARGET, value: '4'}\n",
    "chart values": "nodeAgent: {enabled: true}\nenv:\n  ENABLE_PREFIX_DELEGATION: true\n  WARM_IP_TARGET: 4\n",
    "values of a chart around it": "aws-vpc-cni:\n  nodeAgent: {enabled: true}\n  env:\n    ENABLE_PREFIX_DELEGATION: true\n"
    "    WARM_IP_TARGET: 4\n",
    "HelmRelease": "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {name: c}\nspec:\n  chart:\n    spec:\n"
    "      chart: aws-vpc-cni\n  values:\n    env: {ENABLE_PREFIX_DELEGATION: true, WARM_IP_TARGET: 4}\n",
    "Argo CD, a string": "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: c}\nspec:\n  source:\n"
    "    chart: aws-vpc-cni\n    helm:\n      values: |\n        env:\n          ENABLE_PREFIX_DELEGATION: true\n"
    "          WARM_IP_TARGET: 4\n",
    "Argo CD, an object": "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: c}\nspec:\n  sources:\n"
    "  - chart: aws-vpc-cni\n    helm:\n      valuesObject:\n        env: {ENABLE_PREFIX_DELEGATION: true, WARM_IP_TARGET: 4}\n",
    "Argo CD, parameters": "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: c}\nspec:\n  source:\n"
    "    chart: aws-vpc-cni\n    helm:\n      parameters:\n      - {name: env.ENABLE_PREFIX_DELEGATION, value: 'true'}\n"
    "      - {name: env.WARM_IP_TARGET, value: '4'}\n",
    "k3s HelmChart": "apiVersion: helm.cattle.io/v1\nkind: HelmChart\nmetadata: {name: c}\nspec:\n  chart: eks/aws-vpc-cni\n"
    "  valuesContent: |\n    env:\n      ENABLE_PREFIX_DELEGATION: 'true'\n      WARM_IP_TARGET: '4'\n",
    "kustomize helmCharts": "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nhelmCharts:\n- name: aws-vpc-cni\n"
    "  valuesInline:\n    env: {ENABLE_PREFIX_DELEGATION: true, WARM_IP_TARGET: 4}\n",
    "a whole manifest": manifest("- {name: ENABLE_PREFIX_DELEGATION, value: 'true'}\n- {name: WARM_IP_TARGET, value: '4'}"),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_carrier_gives_the_same_settings(shape: str) -> None:
    plugin = cni(SHAPES[shape])
    assert plugin.value("complete") is True
    assert plain(plugin.get("prefix_delegation")) is True
    assert plain(plugin.get("warm_ip_target")) == 4
    assert plain(plugin.get("minimum_ip_target")) == 0
    assert plain(plugin.get("custom_networking")) is False
    lines = SHAPES[shape].splitlines()
    place = plugin.get("warm_ip_target").places[0]
    assert "WARM_IP_TARGET" in lines[place.line - 1]
    assert lines[place.line - 1][place.column - 1 : place.end_column - 1].strip("'\\\"") == "4"


def test_an_add_on_without_configuration_is_complete_at_the_defaults() -> None:
    plugin = cni("apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nmetadata: {name: shop}\naddons: [{name: vpc-cni}]\n")
    warm = plugin.get("warm_prefix_target")
    assert isinstance(warm, Known)
    assert (warm.value, warm.default) == (1, "VPC CNI chart")
    assert plain(plugin.get("ipv4")) is True


def test_a_manifest_has_the_defaults_of_the_code_and_not_of_the_chart() -> None:
    plugin = cni(manifest("- {name: WARM_ENI_TARGET, value: '1'}"))
    assert plain(plugin.get("warm_prefix_target")) == 0
    assert plain(plugin.get("ipv4")) is False
    assert plain(plugin.get("network_policy_mode")) is None


def test_null_takes_the_charts_own_value_out() -> None:
    assert plain(cni("nodeAgent: {}\nenv:\n  WARM_PREFIX_TARGET: null\n").get("warm_prefix_target")) == 0


def test_a_patch_knows_what_it_writes_and_nothing_else() -> None:
    plugin = cni(manifest("- {name: ENABLE_PREFIX_DELEGATION, value: 'true'}", image="", selector="minReadySeconds: 1"))
    assert plugin.value("complete") is False
    assert plain(plugin.get("prefix_delegation")) is True
    assert plain(plugin.get("warm_ip_target")) == "unknown"


def test_values_from_elsewhere_leave_the_rest_unknown() -> None:
    release = SHAPES["HelmRelease"] + "  valuesFrom:\n  - {kind: ConfigMap, name: more}\n"
    plugin = cni(release)
    assert plain(plugin.get("prefix_delegation")) is True
    assert plain(plugin.get("custom_networking")) == "unknown"


def test_two_whole_carriers_that_differ_are_disputed() -> None:
    plugin = cni("nodeAgent: {}\nenv: {WARM_IP_TARGET: 4}\n", addon('env: {WARM_IP_TARGET: "5", MINIMUM_IP_TARGET: "0"}'))
    assert plain(plugin.get("warm_ip_target")) == "unknown"
    assert plain(plugin.get("minimum_ip_target")) == "unknown"
    assert plain(plugin.get("prefix_delegation")) is False
    assert plain(plugin.get("managers")) == ["eks-addon"]


def test_alternatives_have_no_manager_between_them() -> None:
    assert plain(cni(manifest("[]"), manifest("[]"), addon("{}")).get("managers")) == "unknown"


def test_the_last_of_two_entries_counts() -> None:
    plugin = cni(manifest("- {name: WARM_IP_TARGET, value: '1'}\n- {name: WARM_IP_TARGET, value: '2'}"))
    assert plain(plugin.get("warm_ip_target")) == 2
    first = plugin.home.all("cni-variable")[0]
    assert plain(first.get("overridden_by")) is plugin.home.all("cni-variable")[1]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ('"true"', True),
        ("'T'", True),
        ('"1"', True),
        ('"False"', False),
        ('"yes"', "unknown"),
        ('"true "', "unknown"),
        ('""', "unknown"),
    ],
)
def test_booleans_are_those_of_go(written: str, expected: object) -> None:
    assert plain(cni(addon(f"env: {{ENABLE_PREFIX_DELEGATION: {written}}}")).get("prefix_delegation")) == expected


def test_an_unquoted_boolean_is_refused_in_a_manifest_and_quoted_by_the_chart() -> None:
    assert plain(cni(manifest("- {name: ENABLE_POD_ENI, value: true}")).get("pod_eni")) == "unknown"
    assert plain(cni("nodeAgent: {}\nenv: {ENABLE_POD_ENI: yes}\n").get("pod_eni")) is True


@pytest.mark.parametrize(
    ("env", "counted"),
    [
        ("", ["WARM_PREFIX_TARGET"]),
        ('WARM_PREFIX_TARGET: "0"', []),
        ('WARM_PREFIX_TARGET: "-1"', []),
        ('WARM_PREFIX_TARGET: "00"', ["WARM_PREFIX_TARGET"]),
        ('WARM_PREFIX_TARGET: ""', []),
        ('WARM_PREFIX_TARGET: "0", WARM_IP_TARGET: "abc"', ["WARM_IP_TARGET"]),
    ],
)
def test_the_start_up_check_compares_texts(env: str, counted: list[str]) -> None:
    assert plain(cni(addon("env: {" + env + "}")).get("counted_warm_targets")) == counted


def test_provisioning_is_off_in_either_mode() -> None:
    for name in ("DISABLE_NETWORK_RESOURCE_PROVISIONING", "ENABLE_IMDS_ONLY_MODE"):
        assert plain(cni(addon(f'env: {{{name}: "true"}}')).get("provisioning")) is False
    assert plain(cni(addon("{}")).get("provisioning")) is True


@pytest.mark.parametrize(
    ("text", "family"),
    [
        (
            "apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nmetadata: {name: c}\nkubernetesNetworkConfig: {ipFamily: IPv6}\n",
            "ipv6",
        ),
        ("apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nmetadata: {name: c}\n", "ipv4"),
        (
            "Resources:\n  C:\n    Type: AWS::EKS::Cluster\n    Properties: {KubernetesNetworkConfig: {IpFamily: ipv6}}\n",
            "ipv6",
        ),
        ("Resources:\n  C:\n    Type: AWS::EKS::Cluster\n    Properties: {Name: c}\n", "ipv4"),
        ("nodeAgent: {}\nenv: {ENABLE_IPv6: 'true'}\n", "ipv6"),
        ("apiVersion: eks.services.k8s.aws/v1alpha1\nkind: Addon\nmetadata: {name: c}\nspec: {name: vpc-cni}\n", "unknown"),
    ],
)
def test_the_address_family_is_the_clusters(text: str, family: str) -> None:
    assert plain(cluster(text).subject.get("family")) == family


def test_eks_sets_family_and_prefixes_of_its_add_on() -> None:
    head = "apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nmetadata: {name: c}\naddons: [{name: vpc-cni}]\n"
    plugin = cni(head + "kubernetesNetworkConfig: {ipFamily: IPv6}\n")
    assert [plain(plugin.get(name)) for name in ("ipv4", "ipv6", "init_ipv6", "prefix_delegation")] == [False, True, True, True]


def test_nothing_configured_is_unknown_and_another_plugin_leaves_none() -> None:
    (alone,) = cluster("apiVersion: v1\nkind: Service\nmetadata: {name: web}\n").all("cni")
    assert plain(alone.get("prefix_delegation")) == "unknown"
    calico = "apiVersion: operator.tigera.io/v1\nkind: Installation\nmetadata: {name: default}\nspec: {cni: {type: Calico}}\n"
    assert isinstance(cluster(calico).subject.get("cni"), Absent)
    assert plain(cluster(calico, addon("{}")).subject.get("cni")) is not None


def test_agent_arguments_are_read_as_flags() -> None:
    agent = (
        "        - name: aws-eks-nodeagent\n          image: aws-network-policy-agent:v1.2.7\n"
        "          args: [--enable-ipv6=false, --enable-network-policy, --conntrack-cache-table-size, '1024']\n"
    )
    plugin = cni(manifest("[]") + agent)
    assert plain(plugin.get("network_policy")) is True
    assert plain(plugin.get("agent_ipv6")) is False
    assert plain(plugin.get("agent_table_size")) == 1024
    assert plain(plugin.get("agent_version")) == "v1.2.7"


@pytest.mark.parametrize(
    ("image", "version"),
    [
        ("602401143452.dkr.ecr.eu-west-1.amazonaws.com/amazon-k8s-cni:v1.20.4", "v1.20.4"),
        ("registry:5000/amazon-k8s-cni:v1.20.4@sha256:0123", "v1.20.4"),
        ("registry:5000/amazon-k8s-cni", "unknown"),
        ("amazon-k8s-cni@sha256:0123", "unknown"),
        ("amazon-k8s-cni:latest", "unknown"),
        ("amazon-k8s-cni:${TAG}", "unknown"),
    ],
)
def test_only_a_literal_tag_is_a_version(image: str, version: str) -> None:
    assert plain(cni(manifest("[]", image)).get("version")) == version


def test_the_block_of_eni_configs_makes_objects_of_the_usual_form() -> None:
    block = """
    eniConfig:
      create: true
      subnets:
        eu-west-1a: {id: subnet-1, securityGroups: [sg-1]}
        eu-west-1b: {id: subnet-2}
    """
    found = cluster(addon(block)).all("eni-config")
    assert [each.name for each in found] == ["eu-west-1a", "eu-west-1b"]
    assert [plain(each.read("spec", "subnet")) for each in found] == ["subnet-1", "subnet-2"]
    assert line(found[1].read("spec", "subnet")) == 11


@pytest.mark.parametrize(
    ("configuration", "path"),
    [
        ('env: {DISABLE_TCP_EARLY_DEMUX: "true"}', "init.env.DISABLE_TCP_EARLY_DEMUX"),
        ('WARM_IP_TARGET: "1"', "env.WARM_IP_TARGET"),
        ("enablenetworkpolicy: 'true'", "enableNetworkPolicy"),
        ("initEnv: {}", "init.env"),
        ("enablePolicyEventLogs: 'true'", "nodeAgent.enablePolicyEventLogs"),
    ],
)
def test_a_misplaced_key_of_the_add_on_knows_its_place(configuration: str, path: str) -> None:
    found = [key.value("belongs_at") for key in cluster(addon(configuration)).all("add-on-key")]
    assert [each for each in found if each] == [path]


def test_other_charts_are_left_alone() -> None:
    for text in ("env: {LOG_LEVEL: info}\nresources: {}\n", "image: {tag: v1}\nnodeSelector: {}\n", "enableNetworkPolicy: true\n"):
        assert not cluster(text).all("cni-settings")


def test_a_node_that_may_be_xen_reads_the_interface_target_again() -> None:
    group = "managedNodeGroups: [{name: a, instanceType: %s}]\n"
    env = addon('env: {ENABLE_PREFIX_DELEGATION: "true", WARM_ENI_TARGET: "2"}')
    for type, reason in (("m5.large", "prefix delegation is on"), ("m4.large", "unknown")):
        target = next(v for v in cluster(env + group % type).all("cni-variable") if v.name == "WARM_ENI_TARGET")
        assert plain(target.get("idle_because")) == reason
