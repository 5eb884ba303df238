"""The node groups of a cluster, those that only a join makes among them.

* an Auto Scaling group or a managed node group with its launch template; a launch template that no group in the set names;
* a Karpenter NodePool with its EC2NodeClass; each alone where the other is not in the set;
* a Cluster API MachineDeployment or MachinePool with its bootstrap configuration and its machines.
"""

from __future__ import annotations

from collections.abc import Iterator

from ekslint.carriers.node_group import text_of
from ekslint.fact import Subject, fact, maker, subjects
from ekslint.inventory import Cluster
from ekslint.value import Absent, Known, Unknown, Value

_GROUP = (
    "node_role",
    "written_types",
    "labels",
    "taints",
    "zones",
    "subnets",
    "max_size",
)
_TEMPLATE = ("image", "written_user_data", "http_endpoint", "hop_limit", "prefix_count", "security_groups")
_CLASS = (
    "written_family",
    "written_user_data",
    "http_endpoint",
    "hop_limit",
    "prefix_count",
    "subnets",
    "security_groups",
    "api_version",
)
_EKS_MARKS = ("/etc/eks/", "node.eks.aws", "nodeadm", "Start-EKSBootstrap", "settings.kubernetes")


@fact("cluster", "node-group[]")
def node_groups(cluster: Subject) -> Value:
    """The node groups of the set; open where there is none, as nodes then come from elsewhere, and where Auto Mode has some."""
    home = cluster.home
    found = home.all("node-group")
    if not home.whole:
        return subjects(found, True, home.why)
    if not found:
        return subjects(found, True, "the nodes come from elsewhere")
    auto = any(pool.value("node_class_kind") == "NodeClass" for pool in home.all("node-pool"))
    return subjects(found, auto, "EKS Auto Mode brings nodes" if auto else "")


@fact("cluster", "fargate-profile[]")
def fargate_profiles(cluster: Subject) -> Value:
    """The Fargate profiles of the set."""
    return subjects(cluster.home.all("fargate-profile"), not cluster.home.whole, cluster.home.why)


@fact("cluster", "karpenter")
def karpenter(cluster: Subject) -> Value:
    """The settings of Karpenter's controller; unknown where the set has none of them."""
    found = cluster.home.all("karpenter")
    if len(found) == 1:
        return Known(found[0], (found[0].place,))
    return Unknown("several settings of Karpenter" if found else "Karpenter's own settings are not in the set", written=False)


@fact("cluster", "version")
def version(cluster: Subject) -> Value:
    """The Kubernetes version of the cluster, where a carrier of the cluster says it."""
    said = [config.get("version") for config in cluster.home.all("cluster-config")]
    known = [value for value in said if not isinstance(value, Absent)]
    if not known:
        return Unknown("no carrier of the cluster is in the set", written=False)
    if len({str(value.value) if isinstance(value, Known) else "" for value in known}) > 1:
        return Unknown("several versions are written", [place for value in known for place in value.places], written=True)
    found: Value = known[0]
    return Known(str(found.value), found.places, found.default) if isinstance(found, Known) else found


@maker(
    "node-group",
    (
        "scaling-group",
        "launch-template",
        "node-pool",
        "node-class",
        "machine-bootstrap",
        "machine-deployment",
        "machine-infrastructure",
    ),
)
def make_node_groups(cluster: Cluster) -> Iterator[Subject]:
    """Every group that a join makes."""
    yield from _of_templates(cluster)
    yield from _of_karpenter(cluster)
    yield from _of_cluster_api(cluster)


def _of_templates(cluster: Cluster) -> Iterator[Subject]:
    templates = cluster.all("launch-template")
    taken: set[int] = set()
    for group in cluster.all("scaling-group"):
        template, facts = _template(group, templates)
        if template is not None:
            taken.add(id(template))
        elif group.value("managed") is not True and group.value("tagged_for_eks") is not True:
            continue
        if template is not None and group.value("managed") is not True and not _for_eks(group, template):
            continue
        yield _joined(cluster, group, template, facts)
    for template in templates:
        if id(template) not in taken and _speaks_of_eks(template):
            facts = _given(template, (*_TEMPLATE, "written_types"))
            facts["managed"] = Unknown("no group in the set uses the launch template", (template.place,), written=False)
            facts["carrier"] = template.get("carrier")
            facts["template"] = template.known()
            yield _subject(cluster, template, facts)


def _template(group: Subject, templates: list[Subject]) -> tuple[Subject | None, dict[str, Value]]:
    """The launch template of a group, and what the group then has of it: unknown where it is not in the set."""
    reference, name = group.get("template_reference"), group.get("template_name")
    for wanted in (reference, name):
        if isinstance(wanted, Known):
            for template in templates:
                if wanted.value in (text_of(template.get("reference")), text_of(template.get("template_name"))):
                    return template, _given(template, _TEMPLATE)
    if group.value("has_template") is not True:
        return None, {}
    unknown = Unknown("the launch template is not in the set", (group.place,), written=False)
    return None, {**dict.fromkeys(_TEMPLATE, unknown), "template": unknown}


def _joined(cluster: Cluster, group: Subject, template: Subject | None, facts: dict[str, Value]) -> Subject:
    found = {**facts, **_given(group, (*_GROUP, "managed", "carrier", "written_family", "waits_for_cni"))}
    if template is not None:
        found["template"] = template.known()
        if isinstance(found.get("written_types", Absent()), Absent):
            found["written_types"] = template.get("written_types")
        if not group.partial and template.partial:
            group = group.inside(cluster)
            group.partial = template.partial
    types = found.get("written_types", Absent())
    if group.value("managed") is True and isinstance(types, Absent) and not isinstance(facts.get("template"), Unknown):
        found["written_types"] = Unknown("EKS chooses the instance type", types.places, written=False)
    elif isinstance(types, Absent) and isinstance(facts.get("template"), Unknown):
        found["written_types"] = facts["template"]
    return _subject(cluster, group, found)


def _given(subject: Subject, names: tuple[str, ...]) -> dict[str, Value]:
    return {name: subject.given[name] for name in names if name in subject.given}


def _subject(cluster: Cluster, of: Subject, facts: dict[str, Value], name: str | None = None) -> Subject:
    if isinstance(facts.get("zones", Absent()), Absent):
        facts["zones"] = Unknown("the zones are those of the subnets", (of.place,), written=False)
    return Subject(
        "node-group", name or of.name, of.place, node=of.node, given=facts, partial=of.partial, belongs=of.belongs, cluster=cluster
    )


def _for_eks(group: Subject, template: Subject) -> bool:
    return group.value("tagged_for_eks") is True or _speaks_of_eks(template)


def _speaks_of_eks(template: Subject) -> bool:
    """Whether the tags, the image or the user data of a launch template are of an EKS node."""
    image = template.get("image")
    said = text_of(image) or (image.text if isinstance(image, Unknown) else "") or ""
    if template.value("tagged_for_eks") is True or "/eks/" in said or "bottlerocket" in said or said.startswith("amazon-eks-"):
        return True
    written = template.value("written_user_data")
    if written is None:
        return False
    from ekslint.userdata.encoding import peel

    value = peel(written.text, written.encoded).text.value
    return any(mark in value for mark in _EKS_MARKS)


def _of_karpenter(cluster: Cluster) -> Iterator[Subject]:
    classes = cluster.all("node-class")
    used: set[int] = set()
    for pool in cluster.all("node-pool"):
        if pool.value("node_class_kind") == "NodeClass":
            continue
        name = text_of(pool.get("node_class_name"))
        found = [one for one in classes if one.name == name]
        if len(found) == 1:
            used.add(id(found[0]))
        yield _karpenter(cluster, pool, found[0] if len(found) == 1 else None)
    for one in classes:
        if id(one) not in used:
            yield _karpenter(cluster, None, one)


def _karpenter(cluster: Cluster, pool: Subject | None, node_class: Subject | None) -> Subject:
    """A pool with its class: what the one that is not in the set would say is unknown."""
    main = pool or node_class
    if main is None:
        raise ValueError("a Karpenter group needs a pool or a class")
    facts: dict[str, Value] = {
        "carrier": Known("Karpenter", (main.place,)),
        "composer": Known("karpenter", (main.place,)),
        "managed": Known(False, (main.place,)),
        "image": Absent((main.place,)),
    }
    if node_class is None:
        unknown = Unknown("the node class is not in the set", main.get("node_class_name").places or (main.place,), written=False)
        facts |= dict.fromkeys((*_CLASS, "max_pods_field", "pods_per_core", "kube_reserved_field", "node_class"), unknown)
    else:
        facts |= _given(node_class, (*_CLASS, "max_pods_field", "pods_per_core", "kube_reserved_field"))
        facts["node_class"] = node_class.known()
    if pool is None:
        unknown = Unknown("no node pool in the set uses the node class", (main.place,), written=False)
        facts |= dict.fromkeys(("requirements", "labels", "taints", "zones"), unknown)
    else:
        facts |= _given(pool, ("requirements", "labels", "taints", "zones"))
        for name in ("max_pods_field", "pods_per_core", "kube_reserved_field"):
            value = pool.get(name)
            if not isinstance(value, Absent) or text_of(pool.get("api_version")) != "v1":
                facts[name] = value
    if pool is None and node_class is not None and text_of(node_class.get("api_version")) != "v1":
        facts["max_pods_field"] = Unknown("the node pool has the kubelet's settings in this version", (main.place,), written=False)
    return _subject(cluster, main, facts)


def _of_cluster_api(cluster: Cluster) -> Iterator[Subject]:
    machines = {one.name: one for one in cluster.all("machine-infrastructure")}
    boots = {one.name: one for one in cluster.all("machine-bootstrap")}
    used: set[str] = set()
    for deployment in cluster.all("machine-deployment"):
        infrastructure, bootstrap = text_of(deployment.get("infrastructure")), text_of(deployment.get("bootstrap"))
        machine, boot = machines.get(infrastructure or ""), boots.get(bootstrap or "")
        if machine is None and boot is None:
            continue
        used |= {name for name in (infrastructure, bootstrap) if name}
        yield _cluster_api(cluster, deployment, machine, boot)
    for one in machines.values():
        if one.name not in used and one.value("managed") is True:
            yield _cluster_api(cluster, one, one, None)
    for one in boots.values():
        if one.name not in used:
            yield _cluster_api(cluster, one, None, one)


def _cluster_api(cluster: Cluster, main: Subject, machine: Subject | None, boot: Subject | None) -> Subject:
    facts: dict[str, Value] = {
        "carrier": Known("Cluster API", (main.place,)),
        "composer": Known("cluster-api", (main.place,)),
    }
    if machine is None:
        unknown = Unknown("the machines are not in the set", (main.place,), written=False)
        facts |= dict.fromkeys(("managed", "image", "written_family", *_GROUP), unknown)
    else:
        facts |= _given(machine, ("managed", "image", "written_family", *_GROUP))
    if boot is not None:
        facts |= _given(boot, ("max_pods_field", "bootstrapper", "use_max_pods", "max_pods_text"))
        if "commands" in boot.given:
            facts["written_user_data"] = boot.given["commands"]
    elif machine is not None and machine.value("managed") is not True:
        unknown = Unknown("the bootstrap configuration is not in the set", (main.place,), written=False)
        facts |= dict.fromkeys(("max_pods_field", "written_user_data"), unknown)
    name = main.name.rpartition(" ")[2]
    return _subject(cluster, main, facts, name)
