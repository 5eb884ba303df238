"""Which pods a SecurityGroupPolicy takes, as the VPC resource controller finds them, and where they can run."""

from __future__ import annotations

import pytest
from clusters import cluster, plain

from ekslint.fact import Subject
from ekslint.value import Known

POLICY = """
apiVersion: vpcresources.k8s.aws/v1beta1
kind: SecurityGroupPolicy
metadata: {name: db, namespace: "NAMESPACE"}
spec:
  SELECTORS
  securityGroups: {groupIds: [sg-0f1e2d3c4b5a69788]}
"""
POD = """
apiVersion: v1
kind: Pod
metadata: {name: api, namespace: shop, labels: {app: api}}
spec:
  serviceAccountName: api
  containers: [{name: api, image: api}]
"""
ACCOUNT = """
apiVersion: v1
kind: ServiceAccount
metadata: {name: api, namespace: shop, labels: {db: "true"}}
"""


def policies_of(selectors: str, namespace: str = "shop") -> object:
    text = POLICY.replace("NAMESPACE", namespace).replace("SELECTORS", selectors)
    made = cluster(policy_yaml=text, pod_yaml=POD, account_yaml=ACCOUNT)
    return plain(made.named("workload", "api")[0].get("security_group_policies"))


@pytest.mark.parametrize(
    ("selectors", "found"),
    [
        ("podSelector: {matchLabels: {app: api}}", ["db"]),
        ("podSelector: {matchLabels: {app: web}}", []),
        ("podSelector: {}", ["db"]),
        ("podSelector:", []),
        ("podSelector: null", []),
        ("serviceAccountSelector: {}", ["db"]),
        ('serviceAccountSelector: {matchLabels: {db: "true"}}', ["db"]),
        ('serviceAccountSelector: {matchLabels: {db: "false"}}', []),
        ('{podSelector: {matchLabels: {app: api}}, serviceAccountSelector: {matchLabels: {db: "true"}}}', None),
        ("podSelector: {matchLabels: {app: '${APP}'}}", ["…"]),
        ("podSelector: ${SELECTOR}", ["…"]),
    ],
)
def test_null_is_no_selector_and_empty_selects_all(selectors: str, found: object) -> None:
    if found is None:
        both = "podSelector: {matchLabels: {app: web}}\n  serviceAccountSelector: {matchLabels: {db: 'true'}}"
        assert policies_of(both) == []
        assert policies_of(both.replace("web", "api")) == ["db"]
    else:
        assert policies_of(selectors) == found


def test_a_policy_is_for_its_own_namespace() -> None:
    assert policies_of("podSelector: {}", namespace="other") == []
    assert policies_of("podSelector: {}", namespace="${NAMESPACE}") == ["…"]


def test_a_service_account_that_is_not_in_the_set_leaves_a_doubt() -> None:
    text = POLICY.replace("NAMESPACE", "shop").replace("SELECTORS", "serviceAccountSelector: {matchLabels: {a: b}}")
    made = cluster(policy_yaml=text, pod_yaml=POD)
    assert plain(made.all("workload")[0].get("security_group_policies")) == ["…"]


def test_a_policy_without_groups_takes_no_pod() -> None:
    text = POLICY.replace("NAMESPACE", "shop").replace("SELECTORS", "podSelector: {}").replace("[sg-0f1e2d3c4b5a69788]", "[]")
    made = cluster(policy_yaml=text, pod_yaml=POD)
    assert plain(made.all("workload")[0].get("security_group_policies")) == []


def test_groups_of_all_policies_are_counted_once() -> None:
    one = POLICY.replace("NAMESPACE", "shop").replace("SELECTORS", "podSelector: {}")
    two = one.replace("name: db", "name: web").replace("[sg-0f1e2d3c4b5a69788]", "[sg-0aaaaaaaaaaaaaaaa, sg-0f1e2d3c4b5a69788]")
    made = cluster(one_yaml=one, two_yaml=two, pod_yaml=POD)
    assert plain(made.all("workload")[0].get("pod_security_groups")) == ["sg-0f1e2d3c4b5a69788", "sg-0aaaaaaaaaaaaaaaa"]


def test_the_pods_of_a_policy_may_come_from_a_chart() -> None:
    text = POLICY.replace("NAMESPACE", "shop").replace("SELECTORS", "podSelector: {matchLabels: {app: web}}")
    release = """
        apiVersion: helm.toolkit.fluxcd.io/v2
        kind: HelmRelease
        metadata: {name: web, namespace: NAMESPACE}
        spec: {chart: {spec: {chart: web}}}
        """
    alone = cluster(policy_yaml=text, pod_yaml=POD)
    assert plain(alone.all("security-group-policy")[0].get("workloads")) == []
    beside = cluster(policy_yaml=text, pod_yaml=POD, release_yaml=release.replace("NAMESPACE", "shop"))
    assert plain(beside.all("security-group-policy")[0].get("workloads")) == ["…"]
    elsewhere = cluster(policy_yaml=text, pod_yaml=POD, release_yaml=release.replace("NAMESPACE", "flux"))
    assert plain(elsewhere.all("security-group-policy")[0].get("workloads")) == []


def test_coredns_is_in_every_cluster() -> None:
    text = POLICY.replace("NAMESPACE", "kube-system")
    dns = cluster(policy_yaml=text.replace("SELECTORS", "podSelector: {matchLabels: {k8s-app: kube-dns}}"))
    assert plain(dns.all("security-group-policy")[0].get("selects_cluster_dns")) is True
    other = cluster(policy_yaml=text.replace("SELECTORS", "podSelector: {matchLabels: {k8s-app: metrics-server}}"))
    assert plain(other.all("security-group-policy")[0].get("selects_cluster_dns")) is False


CLUSTER = """
apiVersion: eksctl.io/v1alpha5
kind: ClusterConfig
metadata: {name: shop, region: eu-west-1}
managedNodeGroups:
  - {name: small, instanceType: t3.large, labels: {size: small}}
  - {name: large, instanceTypes: [m5.large, m6g.large], labels: {size: large}}
  - name: gpu
    instanceType: g5.xlarge
    taints: [{key: gpu, value: "true", effect: NoSchedule}]
  - {name: win, instanceType: m5.large, amiFamily: WindowsServer2022CoreContainer}
"""


def reach(spec: str = "", text: str = CLUSTER) -> tuple[object, object]:
    pod = f"""
apiVersion: v1
kind: Pod
metadata: {{name: api, namespace: shop, labels: {{app: api}}}}
spec:
  containers: [{{name: api, image: api}}]
{spec}
"""
    made: Subject = cluster(cluster_yaml=text, pod_yaml=pod).named("workload", "api")[0]
    return plain(made.get("reachable_node_groups")), plain(made.get("reachable_types"))


def test_pods_run_wherever_nothing_keeps_them_off() -> None:
    assert reach() == (["small", "large"], ["t3.large", "m5.large", "m6g.large"])


def test_a_node_selector_leads_to_labelled_groups() -> None:
    assert reach("  nodeSelector: {size: large}")[0] == ["large"]
    assert reach("  nodeSelector: {alpha.eksctl.io/nodegroup-name: small}")[0] == ["small"]
    assert reach("  nodeSelector: {eks.amazonaws.com/nodegroup: large}")[0] == ["large"]


def test_well_known_labels_of_types() -> None:
    assert reach("  nodeSelector: {node.kubernetes.io/instance-type: m5.large}") == (["large"], ["m5.large"])
    assert reach("  nodeSelector: {kubernetes.io/arch: arm64}") == (["large"], ["m6g.large"])


def test_windows_pods_run_on_windows_nodes() -> None:
    assert reach("  nodeSelector: {kubernetes.io/os: windows}")[0] == ["win"]


def test_a_toleration_opens_a_tainted_group() -> None:
    assert reach("  tolerations: [{key: gpu, operator: Exists}]")[0] == ["small", "large", "gpu"]


def test_affinity_terms_are_alternatives() -> None:
    affinity = """  affinity:
    nodeAffinity:
      requiredDuringSchedulingIgnoredDuringExecution:
        nodeSelectorTerms:
          - matchExpressions: [{key: size, operator: In, values: [small]}]
          - matchExpressions: [{key: node.kubernetes.io/instance-type, operator: In, values: [m6g.large]}]
"""
    assert reach(affinity) == (["small", "large"], ["t3.large", "m6g.large"])


def test_pods_that_no_group_takes_run_elsewhere() -> None:
    assert reach("  nodeSelector: {size: huge}") == (["…"], ["…"])


def test_labels_that_others_set_leave_a_doubt() -> None:
    assert reach("  nodeSelector: {nvidia.com/gpu.present: 'true'}")[0] == ["?", "?"]
    assert reach("  nodeSelector: {size: '${SIZE}'}")[0] == ["?", "?"]


def test_node_pools_that_are_kept_elsewhere_leave_all_open() -> None:
    release = """
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: karpenter}
spec:
  destination: {namespace: kube-system}
  source: {repoURL: public.ecr.aws/karpenter, chart: karpenter}
"""
    assert reach(text=CLUSTER + release)[0] == ["small", "large", "\u2026"]
    assert reach(text=CLUSTER + "karpenter: {version: 1.6.0}\n")[0] == ["small", "large", "\u2026"]
    assert reach("  nodeSelector: {size: small}", CLUSTER + release + "---" + KARPENTER)[0] == ["small"]


def test_no_node_group_leaves_all_open() -> None:
    made = cluster(pod_yaml=POD)
    assert plain(made.all("workload")[0].get("reachable_types")) == ["…"]


def test_a_fargate_profile_takes_pods_by_namespace_and_labels() -> None:
    text = (
        CLUSTER
        + """
fargateProfiles:
  - name: shop
    selectors: [{namespace: shop, labels: {app: LABEL}}]
"""
    )
    assert reach(text=text.replace("LABEL", "api")) == (None, None)
    assert reach(text=text.replace("LABEL", "web"))[0] == ["small", "large"]


KARPENTER = """
apiVersion: karpenter.sh/v1
kind: NodePool
metadata: {name: general}
spec:
  template:
    metadata: {labels: {pool: general}}
    spec:
      nodeClassRef: {group: karpenter.k8s.aws, kind: EC2NodeClass, name: general}
      requirements:
        - {key: node.kubernetes.io/instance-type, operator: In, values: [t3.large, m5.large]}
        - {key: topology.kubernetes.io/zone, operator: In, values: [eu-west-1a]}
---
apiVersion: karpenter.k8s.aws/v1
kind: EC2NodeClass
metadata: {name: general}
spec: {amiSelectorTerms: [{alias: al2023@latest}]}
"""


def test_karpenter_makes_what_pods_ask_for_within_its_requirements() -> None:
    assert reach(text=KARPENTER) == (["general"], ["t3.large", "m5.large"])
    assert reach("  nodeSelector: {node.kubernetes.io/instance-type: m5.large}", KARPENTER)[1] == ["m5.large"]
    assert reach("  nodeSelector: {karpenter.k8s.aws/instance-family: t3}", KARPENTER)[1] == ["t3.large"]
    assert reach("  nodeSelector: {pool: general}", KARPENTER)[0] == ["general"]
    assert reach("  nodeSelector: {pool: other}", KARPENTER)[0] == ["…"]
    assert reach("  nodeSelector: {topology.kubernetes.io/zone: eu-west-1b}", KARPENTER)[0] == ["…"]
    assert reach("  nodeSelector: {karpenter.sh/nodepool: general}", KARPENTER)[0] == ["general"]


def test_the_user_data_gives_labels_too() -> None:
    text = """
apiVersion: eksctl.io/v1alpha5
kind: ClusterConfig
metadata: {name: shop, region: eu-west-1}
nodeGroups:
  - name: own
    instanceType: m5.large
    amiFamily: AmazonLinux2
    ami: ami-0d3c9a6f2b1e48570
    overrideBootstrapCommand: |
      #!/bin/bash
      /etc/eks/bootstrap.sh shop --kubelet-extra-args '--node-labels=size=own'
"""
    assert reach("  nodeSelector: {size: own}", text)[0] == ["own"]


def test_the_operating_system_of_pods() -> None:
    def system(spec: str) -> object:
        made = cluster(pod_yaml=POD.replace("  serviceAccountName: api", spec))
        return plain(made.all("workload")[0].get("operating_system"))

    assert system("  restartPolicy: Always") == "linux"
    assert system("  os: {name: windows}") == "windows"
    assert system("  nodeSelector: {beta.kubernetes.io/os: windows}") == "windows"
    assert system("  nodeSelector: {kubernetes.io/os: linux}") == "linux"
    assert system("  runtimeClassName: some") == "?"


def test_probes_of_containers_and_sidecars() -> None:
    pod = """
apiVersion: v1
kind: Pod
metadata: {name: api}
spec:
  initContainers:
    - name: setup
      livenessProbe: {exec: {command: [a]}}
    - name: proxy
      restartPolicy: Always
      readinessProbe: {grpc: {port: 1}}
  containers:
    - name: api
      livenessProbe: {httpGet: {port: 1}}
      readinessProbe: {httpGet: {port: 1}}
"""
    found = cluster(pod_yaml=pod).all("workload")[0].get("probe_kinds")
    assert isinstance(found, Known)
    assert plain(found) == ["httpGet", "grpc"]
