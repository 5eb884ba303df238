"""aws-node on its nodes: folders, ports and rights, Windows nodes beside it, and pods that its agent does not reach."""

from __future__ import annotations

import pytest
from clusters import cluster, plain

MANIFEST = """\
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: aws-node, namespace: kube-system}
spec:
  selector: {}
  template:
    spec:
      hostNetwork: true
      initContainers:
        - name: aws-vpc-cni-init
          image: amazon-k8s-cni-init:v1.20.4
          volumeMounts: [{name: bin, mountPath: /host/opt/cni/bin}]
      containers:
        - name: aws-node
          image: amazon-k8s-cni:v1.20.4
          env:
            - {name: HOST_CNI_BIN_PATH, value: /node/bin}
          volumeMounts: [{name: MOUNTED, mountPath: AT}]
      volumes:
        - {name: bin, hostPath: {path: /opt/cni/bin}}
        - {name: other, hostPath: {path: /srv/cni}}
        - {name: scratch, emptyDir: {}}
"""


@pytest.mark.parametrize(
    ("mounted", "at", "on_volume", "folders"),
    [
        ("bin", "/node/bin", True, ["/opt/cni/bin"]),
        ("bin", "/node", True, ["/opt/cni/bin/bin", "/opt/cni/bin"]),
        ("other", "/node/bin", True, ["/srv/cni", "/opt/cni/bin"]),
        ("bin", "/nod", False, "?"),
        ("scratch", "/node/bin", False, "?"),
        ("bin", "${FOLDER}", "?", "?"),
    ],
)
def test_folders_of_plugins(mounted: str, at: str, on_volume: object, folders: object) -> None:
    made = cluster(node_yaml=MANIFEST.replace("MOUNTED", mounted).replace("AT}", f'"{at}"}}'))
    assert plain(made.all("cni-variable")[0].get("on_volume")) == on_volume
    found = plain(made.all("cni-settings")[0].get("plugin_folders"))
    assert (sorted(found) if isinstance(found, list) else found) == (sorted(folders) if isinstance(folders, list) else folders)


ROLE = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: aws-node}
rules:
  - {apiGroups: [""], resources: [pods], verbs: [list, VERB]}
"""
BINDING = """\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: {name: more}
roleRef: {kind: ClusterRole, name: more}
subjects: [{kind: ServiceAccount, name: aws-node, namespace: kube-system}]
"""


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (ROLE.replace("VERB", "get"), False),
        (ROLE.replace("VERB", "patch"), True),
        (ROLE.replace("VERB", '"*"'), True),
        (ROLE.replace("VERB", '"${VERB}"'), "?"),
        (ROLE.replace("VERB", "get") + "aggregationRule: {}\n", "?"),
        (ROLE.replace("VERB", "get") + "---\n" + BINDING, "?"),
        (BINDING, "?"),
    ],
)
def test_whether_aws_node_may_patch_pods(role: str, allowed: object) -> None:
    assert plain(cluster(node_yaml=MANIFEST, role_yaml=role).all("cni")[0].get("may_patch_pods")) == allowed


POD = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: web, ports: [{containerPort: 61678}, {containerPort: 53, protocol: UDP}]}]
"""
POLICY = """\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}
spec: {podSelector: {matchLabels: {app: web}}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: all, namespace: shop}
spec: {podSelector: {}}
"""


@pytest.mark.parametrize(
    ("more", "where", "ports"),
    [
        ("", "a Linux node", None),
        ("      hostNetwork: true\n", "the host network", [61678]),
        ("      nodeSelector: {kubernetes.io/os: windows}\n", "Windows", None),
        ("      hostNetwork: ${HOST}\n", "?", "?"),
    ],
)
def test_where_pods_run(more: str, where: object, ports: object) -> None:
    web = cluster(pod_yaml=POD + more, policy_yaml=POLICY).all("workload")[0]
    assert plain(web.get("runs_on")) == where
    assert plain(web.get("ports_of_node")) == ports
    assert plain(web.get("network_policies_naming")) == ["web"]


WINDOWS = """\
apiVersion: eksctl.io/v1alpha5
kind: ClusterConfig
metadata: {name: shop}
managedNodeGroups:
  - {name: windows, amiFamily: WindowsServer2022FullContainer, instanceType: m5.large, maxSize: 2}
  - {name: linux, instanceType: m5.large, maxSize: 9}
"""
CONFIG = """\
apiVersion: v1
kind: ConfigMap
metadata: {name: amazon-vpc-cni, namespace: kube-system}
data: {enable-windows-ipam: "true"DATA}
"""


@pytest.mark.parametrize(
    ("data", "room"),
    [
        ("", 2 * 9),
        (', enable-windows-prefix-delegation: "true"', 2 * 110),
        (', enable-windows-prefix-delegation: "${PREFIXES}"', 2 * 110),
    ],
)
def test_windows_nodes_use_one_interface(data: str, room: int) -> None:
    pods = POD + "      nodeSelector: {kubernetes.io/os: windows}\n"
    made = cluster(nodes_yaml=WINDOWS, pods_yaml=pods, config_yaml=CONFIG.replace("DATA", data))
    assert plain(made.all("workload")[0].get("windows_room")) == room


@pytest.mark.parametrize(
    ("data", "replaced"),
    [
        (', warm-ip-target: "0"', ["warm-ip-target"]),
        (', warm-ip-target: "0", minimum-ip-target: "3"', []),
        (', warm-ip-target: "0", warm-prefix-target: "1"', ["warm-ip-target"]),
        (', enable-windows-prefix-delegation: "true", warm-ip-target: "0", warm-prefix-target: "1"', []),
        (', warm-ip-target: "2", windows-warm-ip-target: "4"', ["windows-warm-ip-target"]),
        (', warm-ip-target: "2", windows-warm-ip-target: "2"', []),
        (', warm-ip-target: "${WARM}"', "?"),
        ("", []),
    ],
)
def test_warm_targets_that_the_resource_controller_replaces(data: str, replaced: object) -> None:
    made = cluster(config_yaml=CONFIG.replace("DATA", data))
    assert plain(made.all("config-map")[0].get("replaced_windows_targets")) == replaced
