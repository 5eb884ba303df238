"""Releases of charts as the objects of deployment tools declare them, each with its values.

Sources: the APIs of Flux (helm.toolkit.fluxcd.io), Argo CD (argoproj.io), k3s (helm.cattle.io), kustomize (helmCharts) and the
documentation of helmfile. What is set later wins: parameters over values, values over files of values.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ekslint.layers.helm.values import Single, over, with_singles
from ekslint.syntax.tree import Mapping, Node, Scalar, entries, items, string
from ekslint.value import placeholder

HOLDERS = (
    ("helm.toolkit.fluxcd.io", "HelmRelease"),
    ("argoproj.io", "Application"),
    ("argoproj.io", "ApplicationSet"),
    ("helm.cattle.io", "HelmChart"),
    ("helm.cattle.io", "HelmChartConfig"),
    ("kustomize.config.k8s.io", "Kustomization"),
)
"""The objects that release charts, by API group and kind."""

TOKENS = (b"HelmRelease", b"HelmChart", b"argoproj.io", b"helmCharts", b"releases")


class Release(NamedTuple):
    """One release: `chart` is the chart's name without repository or folder, `repository` where it comes from as written.

    `node` is what declares it, `named` the node of the chart's name; `values` all values together and `at` the key under which they
    are written; `partial` why there may be more of them.
    """

    chart: str
    repository: str
    node: Node
    named: Node | None
    values: Node | None
    at: Node | None
    partial: str | None


def releases(kind: str, node: Node, partial: str | None) -> Iterator[Release]:
    """The releases of a Kubernetes object of one of the HOLDERS."""
    spec = node.get("spec")
    if kind == "Kustomization":
        for listed in items(node.get("helmCharts")):
            yield _kustomize(listed, partial)
    elif spec is None:
        return
    elif kind == "HelmRelease":
        yield _flux(node, spec, partial)
    elif kind in ("HelmChart", "HelmChartConfig"):
        named = spec.get("chart") if kind == "HelmChart" else node.at("metadata", "name")
        values, why = _read(spec.get("valuesContent"))
        values = with_singles(values, (Single(name, key, value) for name, key, value in entries(spec.get("set"))))
        if kind == "HelmChartConfig":
            why = why or "the chart's own HelmChart may set more"
        yield Release(_last(string(named)), "", node, named, values, spec.key("valuesContent"), partial or why)
    else:
        inner = spec.at("template", "spec") if kind == "ApplicationSet" else spec
        why = "an ApplicationSet fills it in" if kind == "ApplicationSet" else None
        for source in [inner.get("source"), *items(inner.get("sources"))] if inner is not None else []:
            if source is not None:
                yield _argo(source, partial or why)


def is_helmfile(root: Node) -> bool:
    """Whether a document is helmfile's."""
    return (
        isinstance(root, Mapping)
        and root.get("kind") is None
        and root.get("apiVersion") is None
        and any(release.get("chart") is not None and release.get("name") is not None for release in items(root.get("releases")))
    )


def helmfile_releases(root: Node, partial: str | None) -> Iterator[Release]:
    """The releases of a helmfile: maps among their values count, files of values, secrets and templates leave them open."""
    for listed in items(root.get("releases")):
        named = listed.get("chart")
        if named is None:
            continue
        switched = listed.get("installed")
        if isinstance(switched, Scalar) and switched.value is False:
            continue
        values: Node | None = None
        why = partial
        for key in ("secrets", "inherit", "jsonPatches", "strategicMergePatches", "transformers", "valuesTemplate"):
            if listed.get(key) is not None:
                why = why or f"{key} may set more"
        for item in items(listed.get("values")):
            if isinstance(item, Mapping):
                values = over(values, item)
            else:
                why = why or "a file of values may set more"
        values = with_singles(values, _listed_singles(listed.get("set")))
        yield Release(_last(string(named)), string(named) or "", listed, named, values, listed.key("values"), why)


def _flux(node: Node, spec: Node, partial: str | None) -> Release:
    named = spec.at("chart", "spec", "chart")
    if named is None and spec.get("chart") is None:
        named = spec.at("chartRef", "name")
    for key in ("valuesFrom", "postRenderers"):
        if items(spec.get(key)):
            partial = partial or f"{key} may set more"
    if items(spec.at("chart", "spec", "valuesFiles")):
        partial = partial or "valuesFiles may set more"
    values = spec.get("values")
    return Release(_last(string(named)), "", node, named, values, spec.key("values"), partial)


def _argo(source: Node, partial: str | None) -> Release:
    named = source.get("chart") or source.get("path")
    repository = string(source.get("repoURL")) or ""
    helm = source.get("helm")
    if helm is None:
        return Release(_last(string(named)), repository, source, named, None, None, partial)
    for key in ("valueFiles", "fileParameters"):
        if items(helm.get(key)):
            partial = partial or f"{key} may set more"
    values, at = helm.get("valuesObject"), helm.key("valuesObject")
    if values is None:
        at = helm.key("values")
        values, why = _read(helm.get("values"))
        partial = partial or why
    values = with_singles(values, _listed_singles(helm.get("parameters")))
    return Release(_last(string(named)), repository, source, named, values, at or source.key("helm"), partial)


def _listed_singles(listed: Node | None) -> Iterator[Single]:
    for item in items(listed):
        name = item.get("name")
        if isinstance(name, Scalar) and isinstance(name.value, str):
            forced = item.get("forceString")
            yield Single(name.value, name, item.get("value"), isinstance(forced, Scalar) and forced.value is True)


def _kustomize(listed: Node, partial: str | None) -> Release:
    if listed.get("valuesFile") is not None or items(listed.get("additionalValuesFiles")):
        partial = partial or "a values file may set more"
    named = listed.get("name")
    return Release(
        _last(string(named)),
        string(listed.get("repo")) or "",
        listed,
        named,
        listed.get("valuesInline"),
        listed.key("valuesInline"),
        partial,
    )


def _last(name: str | None) -> str:
    return (name or "").rstrip("/").rpartition("/")[2]


def _read(node: Node | None) -> tuple[Node | None, str | None]:
    """Values that a string holds, and why there may be more of them."""
    if isinstance(node, Mapping):
        return node, None
    if not isinstance(node, Scalar) or not isinstance(node.value, str):
        return None, None
    from ekslint.syntax import yaml

    parsed = yaml.parse(node.inner())
    root = parsed.documents[0].root if parsed.documents else None
    if parsed.problems or (root is not None and not isinstance(root, Mapping)):
        return None, "the values cannot be read"
    if parsed.templated or ("{{" in node.value and placeholder(node.value) is not None):
        return root, "the values are a template"
    return root, None
