"""Values of the Helm chart aws-vpc-cni: a values file, or a release by Flux, Argo CD, k3s, kustomize or helmfile.

Values that are not written are those of the chart's own values.yaml. A values file is known by its keys alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from ekslint.carriers._cni_settings import Source, chart_subjects
from ekslint.carriers.resource import Resource
from ekslint.fact import Subject
from ekslint.layers.helm.releases import HOLDERS, Release, helmfile_releases, is_helmfile, releases
from ekslint.source.text import Place
from ekslint.syntax.tree import Document, Mapping, Node, entries
from ekslint.value import Known

CHART = "aws-vpc-cni"

OBJECTS = HOLDERS
GIVES = ("cni-settings", "cni-variable", "eni-config-block", "eni-config")
TOKENS = (b"aws-vpc-cni", b"AWS_VPC_", b"WARM_", b"ENABLE_P", b"ENABLE_IPv", b"NETWORK_POLICY_ENFORCING_MODE", b"nodeAgent")

KEYS = frozenset(
    (
        "nameOverride",
        "init",
        "nodeAgent",
        "image",
        "env",
        "extraEnv",
        "originalMatchLabels",
        "enableNetworkPolicy",
        "enableWindowsIpam",
        "enableWindowsPrefixDelegation",
        "warmWindowsPrefixTarget",
        "warmWindowsIPTarget",
        "minimumWindowsIPTarget",
        "branchENICooldown",
        "cniConfig",
        "imagePullSecrets",
        "fullnameOverride",
        "priorityClassName",
        "podSecurityContext",
        "podAnnotations",
        "podLabels",
        "securityContext",
        "serviceAccount",
        "livenessProbe",
        "livenessProbeTimeoutSeconds",
        "readinessProbe",
        "readinessProbeTimeoutSeconds",
        "resources",
        "updateStrategy",
        "nodeSelector",
        "tolerations",
        "affinity",
        "eniConfig",
        "podMonitor",
        "crd",
        "extraVolumes",
        "extraVolumeMounts",
        "cri",
        "region",
        "account",
    )
)
"""The keys at the root of the chart's values, from its first releases on."""

_OWN = frozenset(
    (
        "init",
        "nodeAgent",
        "originalMatchLabels",
        "enableNetworkPolicy",
        "enableWindowsIpam",
        "enableWindowsPrefixDelegation",
        "branchENICooldown",
        "cniConfig",
        "eniConfig",
    )
)
"""Those of the keys that hardly any other chart has."""

_REPOSITORIES = ("amazon-vpc-cni-k8s", "eks-charts")
_PREFIXES = (
    "AWS_VPC_",
    "WARM_ENI_",
    "WARM_IP_",
    "WARM_PREFIX_",
    "MINIMUM_IP_",
    "ENABLE_PREFIX_",
    "ENABLE_POD_ENI",
    "ENABLE_IPv4",
    "ENABLE_IPv6",
    "ENI_CONFIG_",
    "DISABLE_TCP_EARLY",
)


def objects(resource: Resource) -> Iterator[Subject]:
    """The settings of a release of the chart."""
    for release in releases(resource.kind, resource.node, resource.partial):
        if is_chart(release):
            inside = release.named if resource.kind == "Kustomization" else None
            yield from released(release, inside.place if inside is not None else resource.place)


def claims(document: Document) -> bool:
    """A values file: no object, and keys that hardly any other chart has; or a helmfile."""
    root = document.root
    if not isinstance(root, Mapping) or root.get("kind") is not None or root.get("Resources") is not None:
        return False
    return is_helmfile(root) or _own_values(root) is not None or isinstance(root.get(CHART), Mapping)


def subjects(document: Document) -> Iterator[Subject]:
    """The settings of a values file; of a chart that has this one among its dependencies, those below its name."""
    root = document.root
    if is_helmfile(root):
        for release in helmfile_releases(root, document.partial):
            if is_chart(release):
                yield from released(release, (release.named or release.node).place)
        return
    nested = root.get(CHART)
    values, key = (nested, root.key(CHART)) if nested is not None else (root, None)
    clear = _own_values(values) if values is not None else None
    if values is None or clear is None:
        return
    first = key or next((k for _, k, _ in entries(values)), values)
    json = document.text.file.endswith(".json")
    partial = document.partial or (None if clear else "the rest of the values may stand elsewhere")
    source = Source("eks-addon" if json else "helm", CHART, first.place, values, partial)
    yield from chart_subjects(source, values, quoted=not json, facts={"released": Known(False, (first.place,))})


def _own_values(values: Node) -> bool | None:
    """Whether values are certainly all that is set of the chart; None where they may be another chart's."""
    names = {name for name, _, _ in entries(values)}
    if not names or not names <= KEYS:
        return None
    set_names = {name for name, _, _ in entries(values.get("env"))} | {name for name, _, _ in entries(values.at("init", "env"))}
    speaks = any(name.startswith(_PREFIXES) for name in set_names)
    own = names & _OWN
    if not speaks and not ({"nodeAgent", "eniConfig"} & own and {"env", "init"} & names):
        return None
    return bool(own) and "env" in names


def is_chart(release: Release) -> bool:
    """Whether it is AWS's own chart: by its name, or as a folder of one of the repositories that keep it."""
    if release.chart != CHART:
        return False
    return release.node.get("path") is None or any(name in release.repository for name in _REPOSITORIES)


def released(release: Release, place: Place) -> Iterator[Subject]:
    """The settings of a release of the chart, at the place of its name."""
    source = Source("helm", CHART, place, release.node, release.partial)
    at = release.at.place if release.at is not None else place
    yield from chart_subjects(source, release.values, quoted=True, at=at)
