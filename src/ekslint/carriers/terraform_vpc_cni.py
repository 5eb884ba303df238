"""Settings of aws-node in Terraform: the add-on as a resource and in the modules that make clusters, the chart as a Helm release.

Sources: hashicorp/aws (aws_eks_addon), terraform-aws-modules/eks (`addons`, before v21 `cluster_addons`), eks-blueprints-addons
of aws-ia (`eks_addons`), hashicorp/helm (helm_release), hashicorp/kubernetes (kubernetes_env).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ekslint.carriers._cni_settings import Entry, Source, addon_version, chart_subjects, env_list, names, settings, variables
from ekslint.carriers._terraform import BLUEPRINTS, MODULE, belongs, clusters, part
from ekslint.carriers._terraform_helm import helm_release
from ekslint.carriers.vpc_cni_addon import ADDON, addon, configured, conflicts, versions
from ekslint.carriers.vpc_cni_chart import CHART
from ekslint.fact import Subject
from ekslint.syntax.computed import Computed, OpenMapping, Serialized, why_open
from ekslint.syntax.tree import Mapping, Scalar, items, key_place, string
from ekslint.value import Known, Unknown, read, scalar_value

if TYPE_CHECKING:
    from ekslint.layers.terraform import Configuration

GIVES = ("cni-settings", "cni-variable", "add-on-key", "eni-config-block", "eni-config")
TOKENS = (
    b"aws_eks_addon",
    b"terraform-aws-eks",
    b"terraform-aws-modules/eks",
    b"eks-blueprints",
    b"helm_release",
    b"kubernetes_env",
)


def terraform(configuration: Configuration) -> Iterator[Subject]:
    """The settings in every carrier of a configuration."""
    for resource in configuration.resources("aws_eks_addon"):
        named = resource.body.get("addon_name")
        if string(named) == ADDON:
            place = key_place(resource.body, "addon_name", resource.place)
            cluster = belongs(configuration, resource.body.get("cluster_name"))
            yield from _addon(Source("eks-addon", ADDON, place, resource.body, None, cluster), resource.body)
    for module in configuration.modules(MODULE):
        if not part(module):
            cluster = clusters(configuration).get(module.address)
            yield from _listed(module.body, ("addons", "cluster_addons"), cluster)
    for module in configuration.modules(BLUEPRINTS):
        cluster = belongs(configuration, module.body.get("cluster_name") or module.body.get("eks_cluster_id"))
        yield from _listed(module.body, ("eks_addons",), cluster)
    for resource in configuration.resources("helm_release"):
        release = helm_release(resource)
        if release.chart == CHART:
            place = key_place(resource.body, "chart", resource.place)
            source = Source("helm", CHART, place, resource.body, release.partial, belongs(configuration, None))
            at = release.at.place if release.at is not None else place
            yield from chart_subjects(source, release.values, quoted=True, at=at)
    for patch in configuration.resources("kubernetes_env"):
        yield from _environment(patch.body, belongs(configuration, None))


def _listed(body: Mapping, names: tuple[str, ...], cluster: str | None) -> Iterator[Subject]:
    """The add-on in a module's map of add-ons."""
    for name in names:
        listed = body.get(name)
        key = listed.key(ADDON) if listed is not None else None
        entry = listed.get(ADDON) if listed is not None else None
        if key is not None and isinstance(entry, Mapping):
            why = entry.why if isinstance(entry, OpenMapping) else None
            yield from _addon(Source("eks-addon", ADDON, key.place, entry, why, cluster), entry)
        elif key is not None and entry is not None:
            value = scalar_value(entry)
            reason = value.reason if isinstance(value, Unknown) else "the add-on cannot be read"
            yield settings(Source("eks-addon", ADDON, key.place, entry, reason, cluster), {})


def _addon(source: Source, body: Mapping) -> Iterator[Subject]:
    written = body.get("addon_version")
    version = addon_version(None if isinstance(written, Scalar) and written.value is None else written, source.place)
    if isinstance(written, Computed):
        version = scalar_value(written)
    node = body.get("configuration_values")
    if isinstance(node, Computed) or (node is None and isinstance(body, OpenMapping)):
        reason = node.reason if isinstance(node, Computed) else source.partial
        yield settings(source._replace(partial=reason), {"version": version})
    elif isinstance(node, Serialized):
        facts = versions(version, source) | conflicts(source)
        facts["configuration_type"] = Known("string", (node.place,))
        root = node.of
        if not isinstance(root, Mapping):
            yield from addon(source, node, version)
            return
        yield from configured(source._replace(partial=source.partial or why_open(root)), root, facts, node)
    else:
        yield from addon(source, node, version)


def _environment(body: Mapping, cluster: str | None) -> Iterator[Subject]:
    """kubernetes_env, which sets variables of a container that is there already."""
    metadata = next(iter(items(body.get("metadata"))), None)
    if string(body.get("kind")) != "DaemonSet" or metadata is None or string(metadata.get("name")) != "aws-node":
        return
    init = read(body, "init_container")
    container = "init" if isinstance(init, Known) else "main"
    found: list[Entry] = list(env_list(items(body.get("env"))))
    place = key_place(metadata, "name", body.place)
    source = Source("manifest", "aws-node", place, body, "it is set on a DaemonSet that is there already", cluster)
    at = key_place(body, "env", place)
    yield settings(source, {"main_env" if container == "main" else "init_env": names(found, at)})
    yield from variables(source, container, found)
