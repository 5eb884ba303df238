"""Which ENIConfig the nodes of a group look for: label and annotation as the VPC CNI asks them."""

from __future__ import annotations

import pytest
from clusters import cluster, group, plain

from ekslint.facts.eni_config import ZONE, ZONE_ID
from ekslint.value import Known

CLUSTER = """
apiVersion: eksctl.io/v1alpha5
kind: ClusterConfig
metadata: {name: shop, region: eu-west-1}
addons:
  - name: vpc-cni
    configurationValues: |
      env:
        AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG: "true"
        MORE
managedNodeGroups:
  - name: general
    instanceType: m5.large
    availabilityZones: [eu-west-1a, eu-west-1b]
    labels: {LABELS}
"""


def names(more: str = "", labels: str = "", script: str = "") -> object:
    text = CLUSTER.replace("MORE", more).replace("LABELS", labels)
    return plain(group(cluster(cluster_yaml=text, script_sh=script)).get("eni_config_names"))


ZONE_LABEL = "ENI_CONFIG_LABEL_DEF: topology.kubernetes.io/zone"


def test_without_label_or_annotation_it_is_default() -> None:
    assert names() == ["default"]


def test_the_label_names_it() -> None:
    assert names(labels="k8s.amazonaws.com/eniConfig: pods") == ["pods"]
    assert names("ENI_CONFIG_LABEL_DEF: team", "team: red, k8s.amazonaws.com/eniConfig: pods") == ["red"]


def test_the_zone_label_gives_a_name_for_each_zone() -> None:
    assert names(ZONE_LABEL) == ["eu-west-1a", "eu-west-1b"]


def test_the_external_label_comes_first() -> None:
    assert names(ZONE_LABEL, "vpc.amazonaws.com/externalEniConfig: pods") == ["pods"]


def test_a_label_that_is_a_template_is_not_known() -> None:
    assert names(labels='k8s.amazonaws.com/eniConfig: "${NAME}"') == "?"


def test_a_script_may_annotate_the_nodes() -> None:
    script = "#!/bin/bash\nkubectl annotate node $NODE k8s.amazonaws.com/eniConfig=pods\n"
    assert names(script=script) == "?"
    assert names(script="#!/bin/bash\nkubectl get nodes  # eniConfig\n") == ["default"]


def test_an_annotation_of_karpenters_nodes_comes_before_the_label() -> None:
    values = """
env:
  AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG: "true"
  ENI_CONFIG_LABEL_DEF: topology.kubernetes.io/zone
init: {}
nodeAgent: {enabled: true}
"""
    pool = """
apiVersion: karpenter.sh/v1
kind: NodePool
metadata: {name: general}
spec:
  template:
    metadata:
      annotations: {k8s.amazonaws.com/eniConfig: pods}
    spec:
      nodeClassRef: {group: karpenter.k8s.aws, kind: EC2NodeClass, name: general}
      requirements: [{key: topology.kubernetes.io/zone, operator: In, values: [eu-west-1a]}]
---
apiVersion: karpenter.k8s.aws/v1
kind: EC2NodeClass
metadata: {name: general}
spec: {amiSelectorTerms: [{alias: al2023@latest}]}
"""
    assert plain(group(cluster(values_yaml=values, pool_yaml=pool)).get("eni_config_names")) == ["pods"]


def test_without_custom_networking_no_name_is_looked_for() -> None:
    text = CLUSTER.replace('"true"', '"false"').replace("MORE", "").replace("LABELS", "")
    assert plain(group(cluster(cluster_yaml=text)).get("eni_config_names")) is None


@pytest.mark.parametrize("name", ["eu-west-1a", "us-gov-west-1b", "us-west-2-lax-1a", "us-east-1-wl1-bos-wlz-1", "ap-southeast-4c"])
def test_names_of_zones(name: str) -> None:
    assert ZONE.fullmatch(name)
    assert not ZONE_ID.fullmatch(name)


@pytest.mark.parametrize("name", ["euw1-az1", "use1-az6", "usw2-lax1-az1", "apse2-az3"])
def test_ids_of_zones(name: str) -> None:
    assert ZONE_ID.fullmatch(name)
    assert not ZONE.fullmatch(name)


@pytest.mark.parametrize("name", ["default", "a", "us-west-2a-config", "eu-west-1", "pods-1a"])
def test_other_names(name: str) -> None:
    assert not ZONE.fullmatch(name)
    assert not ZONE_ID.fullmatch(name)


def test_interfaces_that_are_left_for_pods() -> None:
    def left(more: str, type: str = "m5.large") -> object:
        text = CLUSTER.replace("MORE", more).replace("LABELS", "").replace("m5.large", type)
        types = group(cluster(cluster_yaml=text)).get("instance_types")
        assert isinstance(types, Known)
        found = types.value.items[0].value
        return plain(found.get("interfaces_for_pods"))

    assert left("") == 2
    assert left('ENABLE_POD_ENI: "true"') == 1
    assert left('MAX_ENI: "1"') == 0
    assert left('ENABLE_POD_ENI: "true"', "t3.large") == 2
