"""Values of the Helm chart aws-vpc-cni: a values file, or a release by Flux, Argo CD, k3s or kustomize.

Values that are not written are those of the chart's own values.yaml. A values file is known by its keys alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from ekslint.carriers._cni_settings import Entry, Source, chart_subjects
from ekslint.carriers.resource import Resource
from ekslint.fact import Subject
from ekslint.syntax import yaml
from ekslint.syntax.tree import Document, Mapping, Node, Scalar, entries, items, string
from ekslint.value import Known, placeholder

CHART = "aws-vpc-cni"

OBJECTS = (
    ("helm.toolkit.fluxcd.io", "HelmRelease"),
    ("argoproj.io", "Application"),
    ("argoproj.io", "ApplicationSet"),
    ("helm.cattle.io", "HelmChart"),
    ("kustomize.config.k8s.io", "Kustomization"),
)
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
    spec = resource.node.get("spec")
    if resource.kind == "Kustomization":
        for listed in items(resource.node.get("helmCharts")):
            yield from _kustomize(listed, resource.partial)
    elif spec is None:
        return
    elif resource.kind == "HelmRelease":
        yield from _flux(resource, spec)
    elif resource.kind == "HelmChart":
        if (string(spec.get("chart")) or "").rpartition("/")[2] == CHART:
            yield from _text_values(Source("helm", CHART, resource.place, spec, resource.partial), spec.get("valuesContent"))
    else:
        applications = spec.at("template", "spec") if resource.kind == "ApplicationSet" else spec
        partial = "an ApplicationSet fills it in" if resource.kind == "ApplicationSet" else resource.partial
        for source in [applications.get("source"), *items(applications.get("sources"))] if applications is not None else []:
            if source is not None and _is_chart_source(source):
                yield from _argo(Source("helm", CHART, resource.place, source, partial), source.get("helm"))


def claims(document: Document) -> bool:
    """A values file: no object, and keys that hardly any other chart has."""
    root = document.root
    if not isinstance(root, Mapping) or root.get("kind") is not None or root.get("Resources") is not None:
        return False
    return _own_values(root) is not None or isinstance(root.get(CHART), Mapping)


def subjects(document: Document) -> Iterator[Subject]:
    """The settings of a values file; of a chart that has this one among its dependencies, those below its name."""
    root = document.root
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


def _flux(resource: Resource, spec: Node) -> Iterator[Subject]:
    chart = string(spec.at("chart", "spec", "chart"))
    if chart is None and spec.get("chart") is None:
        chart = string(spec.at("chartRef", "name"))
    if (chart or "").rstrip("/").rpartition("/")[2] != CHART:
        return
    partial = resource.partial
    for key in ("valuesFrom", "postRenderers"):
        if items(spec.get(key)):
            partial = partial or f"{key} may set more"
    if items(spec.at("chart", "spec", "valuesFiles")):
        partial = partial or "valuesFiles may set more"
    values = spec.get("values")
    key_node = spec.key("values")
    at = key_node.place if key_node is not None else resource.place
    yield from chart_subjects(Source("helm", CHART, resource.place, spec, partial), values, quoted=True, at=at)


def _is_chart_source(source: Node) -> bool:
    if string(source.get("chart")) == CHART:
        return True
    path = (string(source.get("path")) or "").rstrip("/")
    repository = string(source.get("repoURL")) or ""
    return path.rpartition("/")[2] == CHART and ("amazon-vpc-cni-k8s" in repository or "eks-charts" in repository)


def _argo(source: Source, helm: Node | None) -> Iterator[Subject]:
    if helm is None:
        yield from chart_subjects(source, None, quoted=True)
        return
    for key in ("valueFiles", "fileParameters"):
        if items(helm.get(key)):
            source = source._replace(partial=source.partial or f"{key} may set more")
    overrides: list[Entry] = []
    for parameter in items(helm.get("parameters")):
        name = parameter.get("name")
        if isinstance(name, Scalar) and isinstance(name.value, str):
            overrides.append(Entry(name.value, name, parameter.get("value")))
    written = helm.get("valuesObject")
    if written is not None:
        at = (helm.key("valuesObject") or helm).place
        yield from chart_subjects(source, written, quoted=True, at=at, overrides=overrides)
        return
    yield from _text_values(source, helm.get("values"), overrides, helm.key("values"))


def _text_values(
    source: Source, node: Node | None, overrides: list[Entry] | None = None, key: Node | None = None
) -> Iterator[Subject]:
    """Values inside a string."""
    root: Node | None = None
    if isinstance(node, Scalar) and isinstance(node.value, str):
        parsed = yaml.parse(node.inner())
        root = parsed.documents[0].root if parsed.documents else None
        if parsed.problems or (root is not None and not isinstance(root, Mapping)):
            source = source._replace(partial="the values cannot be read")
        elif placeholder(node.value) is not None and "{{" in node.value:
            source = source._replace(partial=source.partial or "the values are a template")
    elif isinstance(node, Mapping):
        root = node
    at = key.place if key is not None else None
    yield from chart_subjects(source, root, quoted=True, at=at, overrides=overrides or ())


def _kustomize(listed: Node, partial: str | None) -> Iterator[Subject]:
    named = listed.get("name")
    if named is None or string(named) != CHART:
        return
    if listed.get("valuesFile") is not None or items(listed.get("additionalValuesFiles")):
        partial = partial or "a values file may set more"
    yield from chart_subjects(Source("helm", CHART, named.place, listed, partial), listed.get("valuesInline"), quoted=True)
