"""The EKS add-on vpc-cni: from eksctl, CloudFormation, the EKS API's own JSON, ACK, Crossplane and Cluster API.

Its configuration values are one string that holds JSON or YAML; EKS checks it against the add-on's schema, which forbids unknown
keys. An add-on without configuration values runs at the defaults of the chart (user guide, "Configure the VPC CNI add-on").
"""

from __future__ import annotations

from collections.abc import Iterator

from ekslint.carriers._cni_settings import Source, addon_version, chart_subjects, env_list, names, settings, variables
from ekslint.carriers.resource import Resource
from ekslint.fact import Subject, given
from ekslint.layers.cloudformation import Template, template
from ekslint.source.text import Text
from ekslint.syntax import yaml
from ekslint.syntax.tree import Document, Mapping, Node, Scalar, entries, items, string
from ekslint.value import Absent, Known, Unknown, Value, placeholder, read

ADDON = "vpc-cni"

OBJECTS = (
    ("eksctl.io", "ClusterConfig"),
    ("eks.services.k8s.aws", "Addon"),
    ("eks.aws.upbound.io", "Addon"),
    ("eks.aws.m.upbound.io", "Addon"),
    ("eks.aws.crossplane.io", "Addon"),
    ("controlplane.cluster.x-k8s.io", "AWSManagedControlPlane"),
    ("controlplane.cluster.x-k8s.io", "AWSManagedControlPlaneTemplate"),
)
GIVES = ("cni-settings", "cni-variable", "add-on-key", "eni-config-block", "eni-config")
TOKENS = (b"vpc-cni", b"vpcCni", b"AWS::EKS::Addon")

given(
    "cni-settings",
    "resolve_conflicts",
    "enum(none, overwrite, preserve)",
    "What the add-on does where the live DaemonSet differs from its settings, in lower case; absent where nothing says it.",
)
given("add-on-key", "section", "enum(root, env, init, init.env, nodeAgent, eniConfig)", "The map that the key stands in.")
given("add-on-key", "version", "version", "The version of the add-on that reads the key.")


def objects(resource: Resource) -> Iterator[Subject]:
    """The add-on's settings in a Kubernetes object of a tool that makes add-ons."""
    node = resource.node
    if resource.kind == "ClusterConfig":
        cluster = string(node.at("metadata", "name"))
        for listed in items(node.get("addons")):
            yield from _listed(listed, "configurationValues", resource.partial, cluster if not placeholder(cluster or "") else None)
    elif resource.kind == "Addon":
        spec = node.at("spec", "forProvider") or node.get("spec")
        named = spec.get("addonName") or spec.get("name") if spec is not None else None
        if spec is not None and named is not None and string(named) == ADDON:
            source = Source("eks-addon", ADDON, named.place, spec, resource.partial, _literal(spec.get("clusterName")))
            yield from addon(source, spec.get("configurationValues"), addon_version(spec.get("addonVersion"), named.place))
    else:
        yield from _control_plane(resource)


def claims(document: Document) -> bool:
    """A CloudFormation template, or a request or an answer of the EKS API about an add-on."""
    if document.root.get("Resources") is not None:
        return "AWS::EKS::Addon" in document.text.value
    return _api(document) is not None


def subjects(document: Document) -> Iterator[Subject]:
    """The add-on's settings in a template or in API JSON."""
    stack = template(document)
    if stack is not None:
        for resource in stack.resources("AWS::EKS::Addon"):
            name = resource.get("AddonName")
            if isinstance(name, Known) and name.value == ADDON:
                yield from _in_stack(stack, resource.properties, resource.key, document)
        return
    found = _api(document)
    named = found.get("addonName") if found is not None else None
    if found is None or named is None or string(named) != ADDON:
        return
    source = Source("eks-addon", ADDON, named.place, found, document.partial, _literal(found.get("clusterName")))
    yield from addon(source, found.get("configurationValues"), addon_version(found.get("addonVersion"), named.place))


def addon(source: Source, configuration: Node | None, version: Value, text: Text | None = None) -> Iterator[Subject]:
    """The settings of an add-on with the string of its configuration values, `text` where a function makes that string."""
    facts = versions(version, source) | conflicts(source)
    if configuration is None or (isinstance(configuration, Scalar) and configuration.value is None):
        yield from chart_subjects(source, None, quoted=False, facts=facts)
        return
    facts["configuration_type"] = Known("string" if text is not None else configuration.kind, (configuration.place,))
    if text is None and isinstance(configuration, Scalar) and isinstance(configuration.value, str):
        text = configuration.inner()
    if text is None:
        yield settings(source._replace(partial="EKS takes the configuration values as a string"), facts)
        return
    root, error = _parse(text)
    if root is None and error is not None:
        part = placeholder(text.value)
        at = (configuration.place,)
        facts["configuration_error"] = Unknown(f"the placeholder {part}", at, written=True) if part else Known(error, at)
        yield settings(source._replace(partial="the configuration values cannot be read"), facts)
        return
    yield from configured(source, root, facts, configuration)


def versions(version: Value, source: Source) -> dict[str, Value]:
    """The facts of versions that an add-on's version gives."""
    agent = Unknown("the add-on brings its own agent", (source.place,), written=False)
    return {"version": version, "init_version": version, "agent_version": agent}


def conflicts(source: Source) -> dict[str, Value]:
    """How the add-on settles conflicts, by the one of its carrier's keys that is written."""
    for key in _RESOLVE:
        written = read(source.node, key)
        if isinstance(written, Known) and str(written.value).lower() in ("none", "overwrite", "preserve"):
            return {"resolve_conflicts": Known(str(written.value).lower(), written.places, key=key)}
        if not isinstance(written, Absent):
            return {"resolve_conflicts": Unknown("no way to settle conflicts", written.places, written=True)}
    return {}


_RESOLVE = (
    "resolveConflictsOnUpdate",
    "resolveConflicts",
    "ResolveConflicts",
    "conflictResolution",
    "resolve_conflicts_on_update",
    "resolve_conflicts",
)


def configured(source: Source, root: Node | None, facts: dict[str, Value], at: Node) -> Iterator[Subject]:
    """The settings of an add-on whose configuration values are the map `root`, and each of that map's keys."""
    yield from chart_subjects(source, root, quoted=False, at=at.place, facts=facts)
    for section, node in (
        ("root", root),
        ("env", root.get("env") if root is not None else None),
        ("init", root.get("init") if root is not None else None),
        ("init.env", root.at("init", "env") if root is not None else None),
        ("nodeAgent", root.get("nodeAgent") if root is not None else None),
        ("eniConfig", root.get("eniConfig") if root is not None else None),
    ):
        for name, key, value in entries(node):
            given_facts: dict[str, Value] = {"section": Known(section, (key.place,)), "version": facts["version"]}
            yield Subject("add-on-key", name, key.place, node=value, given=given_facts, belongs=source.belongs)


def _parse(text: Text) -> tuple[Node | None, str | None]:
    """The map that configuration values hold, and why they hold none; neither where they are empty."""
    if not text.value.strip():
        return None, None
    parsed = yaml.parse(text)
    if parsed.problems:
        return None, parsed.problems[0].message
    root = parsed.documents[0].root if parsed.documents else None
    if root is None or (isinstance(root, Scalar) and root.value is None):
        return None, None
    return (root, None) if isinstance(root, Mapping) else (None, f"they hold a {root.kind} where a map is needed")


def _literal(node: Node | None) -> str | None:
    name = string(node)
    return name if name and not placeholder(name) else None


def _listed(listed: Node, key: str, partial: str | None, cluster: str | None) -> Iterator[Subject]:
    named = listed.get("name")
    if named is None or string(named) != ADDON:
        return
    source = Source("eks-addon", ADDON, named.place, listed, partial, cluster)
    yield from addon(source, listed.get(key), addon_version(listed.get("version"), named.place))


def _in_stack(stack: Template, properties: Node | None, key: Node, document: Document) -> Iterator[Subject]:
    named = properties.key("AddonName") if properties is not None else None
    source = Source("eks-addon", ADDON, (named or key).place, properties, document.partial)
    node = properties.get("ConfigurationValues") if properties is not None else None
    node = stack.branch(node) if node is not None else None
    written = properties.get("AddonVersion") if properties is not None else None
    resolved = stack.resolve(written) if written is not None else None
    version = addon_version(written, source.place)
    if isinstance(resolved, Known) and isinstance(resolved.value, str) and written is not None:
        inner = Scalar(written.text, written.start, written.end, resolved.value, resolved.value)
        version = addon_version(inner, source.place)
    elif isinstance(resolved, Unknown):
        version = resolved
    if properties is not None and properties.get("ConfigurationValues") is not None and node is None:
        yield settings(source._replace(partial="a condition chooses the configuration values"), {"version": version})
        return
    spelled = stack.json_string(node) if node is not None else None
    if spelled is not None and node is not None:
        yield from configured(source, spelled, versions(version, source) | conflicts(source), node)
        return
    text = stack.text(node) if node is not None else None
    resolved_node = stack.resolve(node) if node is not None and text is None else None
    if isinstance(resolved_node, Unknown):
        yield settings(source._replace(partial=resolved_node.reason), {"version": version})
        return
    yield from addon(source, node, version, text)


def _api(document: Document) -> Node | None:
    root = document.root
    if not isinstance(root, Mapping) or root.get("apiVersion") is not None:
        return None
    inner = root.get("addon") or root
    return inner if string(inner.get("addonName")) and string(inner.get("clusterName")) else None


def _control_plane(resource: Resource) -> Iterator[Subject]:
    """Cluster API's control plane: an add-on in its list, and `vpcCni.env`, which is set on the container aws-node alone."""
    spec = resource.node.at("spec", "template", "spec") or resource.node.get("spec")
    if spec is None:
        return
    off = read(spec, "vpcCni", "disable")
    if isinstance(off, Known) and off.value is True:
        return
    name = _literal(spec.get("eksClusterName")) or resource.name or None
    for listed in items(spec.get("addons")):
        yield from _listed(listed, "configuration", resource.partial, name)
    key = spec.key("vpcCni")
    env = spec.at("vpcCni", "env")
    if key is None or env is None:
        return
    found = list(env_list(items(env)))
    source = Source("capa", "vpcCni", key.place, spec.get("vpcCni"), resource.partial, name)
    yield settings(source, {"main_env": names(found, env.place)})
    yield from variables(source, "main", found)
