"""Node groups: what each carrier says, and which max-pods reaches the kubelet."""

from __future__ import annotations

import base64
import gzip
import json

import pytest
from clusters import cluster, group, plain

from ekslint.value import Known, Unknown


def eksctl(groups: str, addons: str = "", more: str = "") -> str:
    return f"""
apiVersion: eksctl.io/v1alpha5
kind: ClusterConfig
metadata: {{name: shop, region: eu-west-1, version: "1.33"}}
{more}
addons:
  - name: vpc-cni
    configurationValues: '{json.dumps({"env": dict(pair.split("=") for pair in addons.split())})}'
{groups}
"""


NODE_CONFIG = """
apiVersion: node.eks.aws/v1alpha1
kind: NodeConfig
spec:
  cluster: {name: shop, apiServerEndpoint: https://shop.example, certificateAuthority: Y2E=, cidr: 10.100.0.0/16}
  kubelet:
    config: {maxPods: 77}
"""


def launch_template(user_data: str, **more: object) -> str:
    data = {"InstanceType": "m5.large", "UserData": base64.b64encode(user_data.encode()).decode(), **more}
    return json.dumps({"LaunchTemplateName": "workers", "LaunchTemplateData": data})


def karpenter(node_class: str = "", requirements: str = "", version: str = "v1", user_data: str = "") -> str:
    written = "\n".join("    " + line for line in user_data.strip().split("\n")) if user_data else ""
    return f"""
apiVersion: karpenter.k8s.aws/{version}
kind: EC2NodeClass
metadata: {{name: general}}
spec:
  amiFamily: AL2023
{node_class}
{"  userData: |" if user_data else ""}
{written}
---
apiVersion: karpenter.sh/{version}
kind: NodePool
metadata: {{name: pool}}
spec:
  template:
    metadata: {{labels: {{team: core}}}}
    spec:
      nodeClassRef: {{group: karpenter.k8s.aws, kind: EC2NodeClass, name: general}}
      taints: [{{key: dedicated, value: batch, effect: NoSchedule}}]
      requirements:
        - {{key: karpenter.sh/capacity-type, operator: In, values: [spot]}}
{requirements}
"""


def needs(*said: str) -> str:
    """Requirements of a node pool on Karpenter's own labels: key, operator and values in one text each."""
    lines = []
    for one in said:
        key, operator, *values = one.split()
        lines.append(f"        - {{key: karpenter.k8s.aws/{key}, operator: {operator}, values: {json.dumps(values)}}}")
    return "\n".join(lines)


class TestCarriers:
    def test_eksctl_says_types_zones_labels_taints_and_size(self) -> None:
        found = group(
            cluster(
                cluster_yaml=eksctl(
                    """
nodeGroups:
  - name: workers
    instancesDistribution: {instanceTypes: [m5.large, c5.large]}
    availabilityZones: [eu-west-1a]
    labels: {team: core}
    taints: {dedicated: "batch:NoSchedule"}
    maxSize: 7
"""
                )
            )
        )
        assert plain(found.get("instance_types")) == ["m5.large", "c5.large"]
        assert plain(found.get("zones")) == ["eu-west-1a"]
        assert plain(found.get("labels")) == ["team"]
        taint = found.value("taints").items[0].value
        assert (plain(taint.get("key")), plain(taint.get("value")), plain(taint.get("effect"))) == (
            "dedicated",
            "batch",
            "NoSchedule",
        )
        assert plain(found.get("max_size")) == 7
        assert plain(found.get("family")) == "al2023"
        assert plain(found.get("managed")) is False

    def test_eksctl_takes_zones_from_the_subnets_that_the_cluster_names(self) -> None:
        made = cluster(
            cluster_yaml=eksctl(
                "managedNodeGroups: [{name: workers, privateNetworking: true}]",
                more="vpc: {subnets: {private: {eu-west-1a: {id: subnet-1}, other: {id: subnet-2, az: eu-west-1b}}}}",
            )
        )
        assert plain(group(made).get("zones")) == ["eu-west-1a", "eu-west-1b"]

    def test_cloudformation_joins_group_and_launch_template(self) -> None:
        found = group(
            cluster(
                stack_yaml="""
Parameters:
  Type: {Type: String, Default: m5.large}
Resources:
  Template:
    Type: AWS::EC2::LaunchTemplate
    Properties:
      LaunchTemplateData:
        ImageId: ami-0123456789abcdef0
        InstanceType: !Ref Type
        UserData: !Base64
          "Fn::Sub": |
            #!/bin/bash
            /etc/eks/bootstrap.sh shop --kubelet-extra-args '--max-pods=58'
  Group:
    Type: AWS::EKS::Nodegroup
    Properties:
      ClusterName: shop
      LaunchTemplate: {Id: !Ref Template}
      ScalingConfig: {MaxSize: "9"}
"""
            )
        )
        assert found.name == "Group"
        assert plain(found.get("instance_types")) == ["m5.large"]
        assert plain(found.get("types_listed")) is False
        assert plain(found.get("custom_ami")) is True
        assert plain(found.get("max_size")) == 9
        assert plain(found.get("max_pods")) == 58
        assert found.get("max_pods").places[0].line == 14

    def test_a_parameter_in_user_data_is_not_its_default(self) -> None:
        found = group(
            cluster(
                stack_yaml="""
Parameters:
  Arguments: {Type: String, Default: ""}
Resources:
  Template:
    Type: AWS::EC2::LaunchTemplate
    Properties:
      LaunchTemplateData:
        ImageId: ami-0123456789abcdef0
        UserData:
          Fn::Base64: !Sub |
            #!/bin/bash
            /etc/eks/bootstrap.sh shop ${Arguments}
"""
            )
        )
        assert plain(found.get("max_pods_source")) == "?"

    def test_a_template_without_eks_is_no_node_group(self) -> None:
        made = cluster(
            stack_yaml="""
Resources:
  Template:
    Type: AWS::EC2::LaunchTemplate
    Properties:
      LaunchTemplateData: {InstanceType: t3.micro, UserData: {"Fn::Base64": "#!/bin/bash\\nyum install -y nginx"}}
  Group:
    Type: AWS::AutoScaling::AutoScalingGroup
    Properties:
      LaunchTemplate: {LaunchTemplateId: !Ref Template, Version: 1}
"""
        )
        assert made.all("node-group") == []
        assert plain(made.subject.get("node_groups")) == ["…"]

    def test_user_data_in_base64_and_gzip(self) -> None:
        packed = base64.b64encode(gzip.compress(NODE_CONFIG.encode())).decode()
        data = {"LaunchTemplateVersions": [{"LaunchTemplateData": {"ImageId": "ami-1", "UserData": packed}}]}
        found = group(cluster(versions_json=json.dumps(data)))
        assert plain(found.get("max_pods")) == 77

    def test_create_nodegroup_and_its_template_are_one_group(self) -> None:
        made = cluster(
            lt_json=launch_template(NODE_CONFIG, ImageId="ami-1"),
            group_json=json.dumps(
                {
                    "clusterName": "shop",
                    "nodegroupName": "pool",
                    "instanceTypes": ["c5.large"],
                    "launchTemplate": {"name": "workers"},
                }
            ),
        )
        found = group(made)
        assert (found.name, plain(found.get("instance_types")), plain(found.get("max_pods"))) == ("pool", ["c5.large"], 77)

    def test_a_named_template_that_is_not_in_the_set_is_unknown(self) -> None:
        found = group(
            cluster(group_json=json.dumps({"clusterName": "shop", "nodegroupName": "pool", "launchTemplate": {"id": "lt-1"}}))
        )
        assert plain(found.get("custom_ami")) == "?"
        assert plain(found.get("max_pods_source")) == "?"

    def test_cluster_api_joins_deployment_machines_and_bootstrap(self) -> None:
        made = cluster(
            workers_yaml="""
apiVersion: bootstrap.cluster.x-k8s.io/v1beta2
kind: NodeadmConfigTemplate
metadata: {name: w}
spec: {template: {spec: {kubelet: {config: {maxPods: 40}, flags: ["--max-pods=50"]}}}}
---
apiVersion: infrastructure.cluster.x-k8s.io/v1beta2
kind: AWSMachineTemplate
metadata: {name: w}
spec: {template: {spec: {instanceType: m5.large, ami: {id: ami-1}}}}
---
apiVersion: cluster.x-k8s.io/v1beta1
kind: MachineDeployment
metadata: {name: workers}
spec:
  clusterName: shop
  template:
    spec:
      bootstrap: {configRef: {kind: NodeadmConfigTemplate, name: w}}
      infrastructureRef: {kind: AWSMachineTemplate, name: w}
"""
        )
        found = group(made)
        assert (found.name, plain(found.get("max_pods")), plain(found.get("family"))) == ("workers", 50, "al2023")
        assert plain(found.get("instance_types")) == ["m5.large"]

    def test_auto_mode_pools_are_no_node_groups_and_leave_the_list_open(self) -> None:
        made = cluster(
            cluster_yaml=eksctl("managedNodeGroups: [{name: system}]"),
            pool_yaml="""
apiVersion: karpenter.sh/v1
kind: NodePool
metadata: {name: auto}
spec: {template: {spec: {nodeClassRef: {group: eks.amazonaws.com, kind: NodeClass, name: default}}}}
""",
        )
        assert plain(made.subject.get("node_groups")) == ["system", "…"]


class TestKarpenterTypes:
    @pytest.mark.parametrize(
        ("requirements", "types"),
        [
            (
                "        - {key: node.kubernetes.io/instance-type, operator: In, values: [m5.large, x9.huge]}",
                ["m5.large", "x9.huge"],
            ),
            (
                needs("instance-family In c6g", "instance-cpu Lt 3"),
                ["c6g.large", "c6g.medium"],
            ),
            (
                needs(
                    "instance-family In m5 m4", "instance-hypervisor In nitro", "instance-size NotIn metal", "instance-cpu Gt 48"
                ),
                ["m5.16xlarge", "m5.24xlarge"],
            ),
            ("        - {key: karpenter.k8s.aws/instance-memory, operator: Gt, values: ['4096']}", ["…"]),
            ("        - {key: team.example/tier, operator: In, values: [a]}", ["…"]),
            ("        - {key: node.kubernetes.io/instance-type, operator: In, values: ['${TYPE}']}", "?"),
        ],
    )
    def test_requirements_over_the_table_of_types(self, requirements: str, types: object) -> None:
        assert plain(group(cluster(pool_yaml=karpenter(requirements=requirements))).get("instance_types")) == types

    def test_types_newer_than_the_table_leave_a_generation_open(self) -> None:
        found = group(cluster(pool_yaml=karpenter(requirements=needs("instance-category In p", "instance-generation Gt 4"))))
        names = plain(found.get("instance_types"))
        assert isinstance(names, list)
        assert "p5.48xlarge" in names
        assert "p4d.24xlarge" not in names
        assert names[-1] == "…"
        assert plain(found.get("types_listed")) is False

    def test_labels_taints_and_the_class_come_with_the_pool(self) -> None:
        found = group(cluster(pool_yaml=karpenter("  kubelet: {maxPods: 42}")))
        assert (found.name, plain(found.get("labels")), plain(found.get("taints"))) == ("pool", ["team"], ["dedicated"])
        assert plain(found.get("max_pods")) == 42


class TestWhoDecides:
    @pytest.mark.parametrize(
        ("groups", "max_pods", "source"),
        [
            ("nodeGroups: [{name: w, instanceType: m5.large}]", 29, "nodeadm-table"),
            ("nodeGroups: [{name: w, instanceType: m5.large, amiFamily: AmazonLinux2}]", 29, "bootstrap-table"),
            ("nodeGroups: [{name: w, instanceType: m5.large, amiFamily: Bottlerocket}]", 29, "bottlerocket-table"),
            ("nodeGroups: [{name: w, instanceType: m5.large, amiFamily: WindowsServer2022CoreContainer}]", 110, "kubelet-default"),
            ("managedNodeGroups: [{name: w, instanceType: m5.large}]", "?", "eks"),
            ("managedNodeGroups: [{name: w, instanceType: m5.large, maxPodsPerNode: 50}]", 50, "field"),
            ("nodeGroups: [{name: w, maxPodsPerNode: 50, kubeletExtraConfig: {maxPods: 60}}]", 50, "field"),
            ("nodeGroups: [{name: w, kubeletExtraConfig: {maxPods: 60}}]", 60, "field"),
            ("nodeGroups: [{name: w, maxPodsPerNode: '${N}'}]", "?", "?"),
            ("nodeGroups: [{name: w, amiFamily: '${FAMILY}'}]", "?", "?"),
        ],
    )
    def test_eksctl(self, groups: str, max_pods: object, source: str) -> None:
        found = group(cluster(cluster_yaml=eksctl(groups)))
        assert (plain(found.get("max_pods")), plain(found.get("max_pods_source"))) == (max_pods, source)

    def test_an_eksctl_override_on_al2_takes_the_field_only_through_its_variables(self) -> None:
        text = """
nodeGroups:
  - name: w
    amiFamily: AmazonLinux2
    instanceType: m5.large
    maxPodsPerNode: 110
    overrideBootstrapCommand: |
      #!/bin/bash
      {line}
"""
        lost = group(cluster(cluster_yaml=eksctl(text.replace("{line}", "/etc/eks/bootstrap.sh shop"))))
        assert (plain(lost.get("max_pods")), plain(lost.get("max_pods_source"))) == (29, "bootstrap-table")
        kept = text.replace("{line}", "source /var/lib/cloud/scripts/eksctl/bootstrap.helper.sh")
        assert plain(group(cluster(cluster_yaml=eksctl(kept))).get("max_pods")) == 110

    def test_an_eksctl_override_on_al2023_comes_last(self) -> None:
        override = "\n".join("      " + line for line in NODE_CONFIG.strip().split("\n"))
        text = f"nodeGroups:\n  - name: w\n    maxPodsPerNode: 110\n    overrideBootstrapCommand: |\n{override}\n"
        assert plain(group(cluster(cluster_yaml=eksctl(text))).get("max_pods")) == 77

    @pytest.mark.parametrize(
        ("node_class", "user_data", "max_pods", "source"),
        [
            ("", "", "?", "karpenter-table"),
            ("  kubelet: {maxPods: 60}", NODE_CONFIG, 60, "field"),
            ("", NODE_CONFIG, "?", "karpenter-table"),
            ("", NODE_CONFIG.replace("config: {maxPods: 77}", "flags: [--max-pods=88]"), 88, "user-data"),
            ('  kubelet: {maxPods: "60"}', "", "?", "?"),
        ],
    )
    def test_karpenter(self, node_class: str, user_data: str, max_pods: object, source: str) -> None:
        found = group(cluster(pool_yaml=karpenter(node_class, user_data=user_data)))
        assert (plain(found.get("max_pods")), plain(found.get("max_pods_source"))) == (max_pods, source)

    def test_before_karpenter_1_either_may_win(self) -> None:
        assert plain(group(cluster(pool_yaml=karpenter(version="v1beta1", user_data=NODE_CONFIG))).get("max_pods")) == "?"

    def test_karpenters_loss_is_named(self) -> None:
        found = group(cluster(pool_yaml=karpenter(user_data=NODE_CONFIG)))
        assert plain(found.get("replaced_max_pods")) == 77
        kept = group(cluster(pool_yaml=karpenter("  kubelet: {maxPods: 77}", user_data=NODE_CONFIG)))
        assert plain(kept.get("replaced_max_pods")) is None

    def test_a_template_without_image_and_group_may_be_merged_by_eks(self) -> None:
        alone = group(cluster(lt_json=launch_template(NODE_CONFIG)))
        assert plain(alone.get("max_pods")) == 77
        assert plain(alone.get("eks_may_replace_max_pods")) == "?"
        own = group(cluster(lt_json=launch_template(NODE_CONFIG, ImageId="ami-1")))
        assert plain(own.get("eks_may_replace_max_pods")) is False

    def test_user_data_for_two_image_families_names_what_speaks_for_each(self) -> None:
        both = "#!/bin/bash\n/etc/eks/bootstrap.sh shop\nnodeadm init\n"
        family = group(cluster(lt_json=launch_template(both, ImageId="ami-1"))).get("family")
        assert isinstance(family, Unknown)
        assert family.reason == "it calls /etc/eks/bootstrap.sh, which only AL2 images have; it calls nodeadm"

    @pytest.mark.parametrize(
        ("ami_type", "user_data", "max_pods", "source", "replaced"),
        [
            ("AL2023_x86_64_STANDARD", NODE_CONFIG, 77, "user-data", True),
            ("BOTTLEROCKET_x86_64", "[settings.kubernetes]\nmax-pods = 77\n", 77, "user-data", False),
            ("AL2_x86_64", "#!/bin/bash\nexport KUBELET_EXTRA_ARGS=--max-pods=77\n", "?", "eks", True),
        ],
    )
    def test_managed_groups(self, ami_type: str, user_data: str, max_pods: object, source: str, replaced: bool) -> None:
        made = cluster(
            lt_json=launch_template(user_data),
            group_json=json.dumps(
                {"clusterName": "shop", "nodegroupName": "pool", "amiType": ami_type, "launchTemplate": {"name": "workers"}}
            ),
        )
        found = group(made)
        assert (plain(found.get("max_pods")), plain(found.get("max_pods_source"))) == (max_pods, source)
        assert plain(found.get("eks_may_replace_max_pods")) is replaced

    def test_user_data_by_itself_counts_where_it_bootstraps(self) -> None:
        whole = group(cluster(node_yaml=NODE_CONFIG.replace("config: {maxPods: 77}", "config: {}")))
        assert plain(whole.get("max_pods_source")) == "nodeadm-table"
        piece = group(cluster(node_yaml="apiVersion: node.eks.aws/v1alpha1\nkind: NodeConfig\nspec: {kubelet: {config: {}}}\n"))
        assert plain(piece.get("max_pods_source")) == "?"


class TestCapacity:
    def capacity(self, type: str, env: str = "", more: str = "", groups: str = "", **texts: str) -> object:
        text = eksctl(groups or f"nodeGroups: [{{name: w, instanceType: {type}, maxPodsPerNode: 30}}]", env, more)
        found = group(cluster(cluster_yaml=text, **texts))
        types = found.get("instance_types")
        assert isinstance(types, Known)
        return plain(types.value.items[0].value.get("pod_capacity"))

    @pytest.mark.parametrize(
        ("type", "env", "capacity"),
        [
            ("m5.xlarge", "", 58),
            ("m5.xlarge", "AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG=true", 44),
            ("m5.xlarge", "ENABLE_PREFIX_DELEGATION=true", 898),
            ("m5.xlarge", "ENABLE_PREFIX_DELEGATION=true AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG=true", 674),
            ("m4.xlarge", "ENABLE_PREFIX_DELEGATION=true", 58),
            ("m5.xlarge", "MAX_ENI=2", 30),
            ("m5.xlarge", "ENABLE_POD_ENI=true", 58 + 18),
            ("t3.medium", "ENABLE_POD_ENI=true", 17),
            ("p5.48xlarge", "", 100),
            ("x9.huge", "", "?"),
            ("m5.xlarge", "ENABLE_PREFIX_DELEGATION=${P}", "?"),
            ("m5.xlarge", "DISABLE_NETWORK_RESOURCE_PROVISIONING=true", None),
        ],
    )
    def test_by_mode(self, type: str, env: str, capacity: object) -> None:
        assert self.capacity(type, env) == capacity

    def test_addresses_do_not_decide_in_ipv6_and_on_windows(self) -> None:
        assert self.capacity("m5.xlarge", more="kubernetesNetworkConfig: {ipFamily: IPv6}") is None
        windows = "nodeGroups: [{name: w, instanceType: m5.xlarge, amiFamily: WindowsServer2022CoreContainer}]"
        assert self.capacity("", groups=windows) is None

    def test_daemon_sets_on_the_host_network_take_no_address(self) -> None:
        agents = "".join(
            f"""
apiVersion: apps/v1
kind: DaemonSet
metadata: {{name: {name}, namespace: monitoring}}
spec: {{template: {{spec: {{hostNetwork: {network}, containers: []}}}}}}
---"""
            for name, network in (("node-exporter", "true"), ("kube-proxy", "true"), ("logs", "false"))
        )
        assert self.capacity("m5.xlarge", agents_yaml=agents) == 59

    def test_pods_per_core_lowers_max_pods_by_type(self) -> None:
        made = cluster(
            cluster_yaml=eksctl(""),
            pool_yaml=karpenter(
                "  kubelet: {maxPods: 110, podsPerCore: 20}",
                "        - {key: node.kubernetes.io/instance-type, operator: In, values: [m5.large, m5.4xlarge]}",
            ),
        )
        types = group(made, "pool").get("instance_types")
        assert isinstance(types, Known)
        assert [plain(one.value.get("max_pods")) for one in types.value] == [40, 110]
        assert [plain(one.value.get("spare_addresses")) for one in types.value] == [29 - 40, 234 - 110]
