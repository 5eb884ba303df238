"""Launch templates and node groups as the AWS CLI takes and prints them: JSON or YAML input and the answers of describe calls."""

from __future__ import annotations

from collections.abc import Iterator

from ekslint.carriers.launch_template import Fields, launch_template, managed_group
from ekslint.fact import Subject
from ekslint.source.text import Place
from ekslint.syntax.tree import Document, Mapping, Node, Scalar, items, string
from ekslint.value import Known, Value

GIVES = ("launch-template", "scaling-group")
TOKENS = (b"LaunchTemplate", b"UserData", b"nodegroup", b"InstanceType")

_DATA = {
    "ImageId",
    "InstanceType",
    "UserData",
    "BlockDeviceMappings",
    "MetadataOptions",
    "NetworkInterfaces",
    "SecurityGroupIds",
    "IamInstanceProfile",
    "TagSpecifications",
    "KeyName",
    "InstanceRequirements",
    "EbsOptimized",
}
_INSTANCE = {"InstanceId", "MinCount", "MaxCount", "ReservationId", "SubnetId"}


def claims(document: Document) -> bool:
    """Input of create-launch-template or create-nodegroup, the bare launch template data, or what the describe calls answer."""
    root = document.root
    if not isinstance(root, Mapping) or root.get("apiVersion") is not None or root.get("Resources") is not None:
        return False
    return _kind(root) is not None


def _kind(root: Mapping) -> str | None:
    if isinstance(root.get("LaunchTemplateData"), Mapping) or root.get("LaunchTemplateVersions") is not None:
        return "template"
    if root.get("nodegroupName") is not None and root.get("clusterName") is not None:
        return "group"
    if isinstance(root.get("nodegroup"), Mapping) and root.at("nodegroup", "nodegroupName") is not None:
        return "group"
    names = {name for name, _, _ in root.named()}
    known = names & _DATA
    if (
        len(known) >= 2
        and known & {"ImageId", "InstanceType", "UserData"}
        and not names & _INSTANCE
        and len(known) * 2 >= len(names)
    ):
        return "data"
    return None


def subjects(document: Document) -> Iterator[Subject]:
    """The launch templates, or the node group."""
    root = document.root
    if not isinstance(root, Mapping):
        return
    kind = _kind(root)
    if kind == "group":
        node = root.get("nodegroup") or root
        named = node.get("nodegroupName")
        place = named.place if named is not None else node.place
        cluster = string(node.get("clusterName"))
        fields = Fields(node, place, document.partial)
        yield managed_group(fields, string(named) or "", place, "EKS API", cluster)
    elif kind == "data":
        yield _template(document, root, root, None)
    elif root.get("LaunchTemplateVersions") is not None:
        for version in items(root.get("LaunchTemplateVersions")):
            default = version.get("DefaultVersion")
            if version.get("LaunchTemplateData") is not None and not (isinstance(default, Scalar) and default.value is False):
                yield _template(document, version, version.get("LaunchTemplateData"), version.key("LaunchTemplateData"))
    else:
        yield _template(document, root, root.get("LaunchTemplateData"), root.key("LaunchTemplateData"))


def _template(document: Document, outer: Node, data: Node | None, key: Node | None) -> Subject:
    named = outer.get("LaunchTemplateName")
    place = _place(data if named is None and data is not None else outer, named or key)
    facts: dict[str, Value] = {}
    name = string(named)
    if named is not None and name:
        facts["template_name"] = Known(name, (named.place,))
    fields = Fields(data, key.place if key is not None else place, document.partial)
    subject = launch_template(fields, name or "", place, "EC2 API", True, **facts)
    subject.belongs = _owner(data)
    return subject


def _place(node: Node, named: Node | None) -> Place:
    if named is not None:
        return named.place
    for key in ("InstanceType", "ImageId", "UserData"):
        found = node.key(key)
        if found is not None:
            return found.place
    return node.place


def _owner(data: Node | None) -> str | None:
    """The cluster that a tag `kubernetes.io/cluster/<name>` names."""
    for specification in items(data.get("TagSpecifications") if data is not None else None):
        for tag in items(specification.get("Tags")):
            key = string(tag.get("Key")) or ""
            if key.startswith("kubernetes.io/cluster/"):
                return key.removeprefix("kubernetes.io/cluster/") or None
    return None
