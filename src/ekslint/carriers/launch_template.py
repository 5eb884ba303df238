"""Launch templates, managed node groups and Auto Scaling groups in the words of the AWS API, whatever spells them.

CloudFormation, the AWS CLI's JSON, ACK, Crossplane and Terraform have the same fields; they differ in case and in underscores, and
Crossplane and Terraform have lists of one map (Amazon EC2 API RequestLaunchTemplateData, Amazon EKS API CreateNodegroup).
"""

from __future__ import annotations

from collections.abc import Iterable

from ekslint.carriers.node_group import Written, labels, node_group, strings, taints, text_of, typed, user_data
from ekslint.fact import Subject, given
from ekslint.layers.cloudformation import Template, function
from ekslint.source.text import Place
from ekslint.syntax.computed import Computed, OpenMapping, OpenSequence
from ekslint.syntax.tree import Mapping, Node, Scalar, Sequence, entries, key_name
from ekslint.value import Absent, Known, Listing, Unknown, Value, scalar_value

given("launch-template", "carrier", "string", "The format that declares the launch template.")
given("launch-template", "reference", "string", "What others of the same file call the template: file and logical id.")
given("launch-template", "template_name", "string", "The template's name in EC2.")
given("launch-template", "image", "string", "The AMI id.")
given("launch-template", "written_types", "string[]", "The instance type.")
given("launch-template", "written_user_data", "any", "The user data as it is written.")
given("launch-template", "http_endpoint", "string", "MetadataOptions.HttpEndpoint.")
given("launch-template", "hop_limit", "int", "MetadataOptions.HttpPutResponseHopLimit.")
given("launch-template", "prefix_count", "int", "The /28 prefixes that the first interface gets.")
given("launch-template", "security_groups", "string[]", "SecurityGroupIds, or Groups of the first interface.")
given("launch-template", "tagged_for_eks", "bool", "Whether a tag names an EKS cluster.")
given("launch-template", "settings", "string[]", "The names of the settings that are written, with their places.")
given("scaling-group", "carrier", "string", "The format that declares the group.")
given("scaling-group", "managed", "bool", "Whether it is a managed node group of EKS.")
given("scaling-group", "template_reference", "string", "File and logical id of the launch template that the group names.")
given("scaling-group", "template_name", "string", "Name of the launch template that the group names.")
given("scaling-group", "waits_for_cni", "bool", "Whether the group is made after the add-on vpc-cni of the same template.")
given("scaling-group", "has_template", "bool", "Whether the group names a launch template.")
given("scaling-group", "tagged_for_eks", "bool", "Whether a tag names an EKS cluster.")
given("scaling-group", "written_family", "string", "amiType as it is written.")
given("scaling-group", "written_types", "string[]", "The instance types of the group itself.")
given("scaling-group", "labels", "label[]", "The labels that the nodes get.")
given("scaling-group", "taints", "taint[]", "The taints that the nodes get.")
given("scaling-group", "zones", "string[]", "The availability zones that the group names.")
given("scaling-group", "subnets", "string[]", "The subnets that the group names.")
given("scaling-group", "node_role", "string", "Folder and address of the IAM role of the nodes.")
given("scaling-group", "max_size", "int", "The most nodes that the group may have.")


class Fields:
    """The fields of one object by the API's names, case and underscores aside.

    `template` resolves CloudFormation functions where there are any.
    """

    __slots__ = ("node", "partial", "place", "template")

    def __init__(self, node: Node | None, place: Place, partial: str | None = None, template: Template | None = None) -> None:
        self.node = node
        self.place = place
        self.partial = partial
        self.template = template

    def find(self, *path: str) -> tuple[Node | None, Node | None, bool]:
        """The node at a path, the deepest key that is written, and whether the way there is computed."""
        node, last = self.node, None
        for step in path:
            node, computed = self._plain(node)
            if computed:
                return None, last, True
            if isinstance(node, Sequence) and len(node.items) == 1:
                node, computed = self._plain(node.items[0])
                if computed:
                    return None, last, True
            if isinstance(node, Computed):
                return None, last, True
            wanted = step.replace("_", "").lower()
            for name, key, value in entries(node):
                if name.replace("_", "").lower() == wanted:
                    node, last = value, key
                    break
            else:
                return None, last, isinstance(node, (OpenMapping, OpenSequence))
        return node, last, False

    def _plain(self, node: Node | None) -> tuple[Node | None, bool]:
        if self.template is None or node is None:
            return node, False
        branch = self.template.branch(node)
        return (None, True) if branch is None or function(branch) is not None else (branch, False)

    def get(self, *path: str) -> Value:
        """The value at a path; see `value.read`."""
        node, key, computed = self.find(*path)
        places = (key.place if key is not None else self.place,)
        if computed:
            made = "the stack is made" if self.template is not None else "Terraform applies it"
            return Unknown(f"known when {made}", places, written=False, key=path[-1])
        if node is None:
            return Unknown(self.partial, places, key=path[-1]) if self.partial else Absent(places, path[-1])
        value = self.resolve(node)
        if isinstance(value, Known):
            return Known(value.value, value.places, value.default, path[-1])
        if isinstance(value, Absent) and not value.places:
            return Absent(places, path[-1])
        return value

    def resolve(self, node: Node) -> Value:
        """A node's value, functions resolved."""
        return self.template.resolve(node) if self.template is not None else scalar_value(node)

    def strings(self, *path: str) -> Value:
        """A list of strings at a path; one string alone is a list of one."""
        value = self.get(*path)
        if not isinstance(value, Known):
            return value
        if isinstance(value.value, Listing):
            return strings(value.value.items, value.places, value.value.open, value.value.why)
        if isinstance(value.value, Sequence):
            found: list[Value] = []
            for item in value.value.items:
                one = self.resolve(item)
                found += one.value.items if isinstance(one, Known) and isinstance(one.value, Listing) else [one]
            why = value.value.why if isinstance(value.value, OpenSequence) else self.partial
            return strings(found, value.places, bool(why), why or "")
        return strings([value], value.places)

    def inside(self, *path: str) -> Fields | None:
        """The fields of a map at a path, None where there is none."""
        node, key, computed = self.find(*path)
        if node is None or computed:
            return None
        if isinstance(node, Sequence) and len(node.items) == 1:
            node = node.items[0]
        return Fields(node, key.place if key is not None else self.place, self.partial, self.template)


def integer(value: Value) -> Value:
    """A whole number, also one that is written as a string, which CloudFormation and the SDKs take."""
    if isinstance(value, Known) and isinstance(value.value, str):
        said = value.value.strip()
        if said.isdigit():
            return Known(int(said), value.places, value.default, value.key)
        return Unknown("no whole number", value.places, said)
    return value


def launch_template(fields: Fields, name: str, place: Place, carrier: str, encoded: bool | None, **more: Value) -> Subject:
    """A launch template of RequestLaunchTemplateData, or the properties of a launch configuration."""
    groups = fields.strings("SecurityGroupIds")
    if isinstance(groups, Absent):
        groups = fields.strings("VpcSecurityGroupIds")
    if isinstance(groups, Absent):
        groups = fields.strings("NetworkInterfaces", "Groups")
    if isinstance(groups, Absent):
        groups = fields.strings("NetworkInterfaces", "SecurityGroups")
    if isinstance(groups, Absent):
        groups = fields.strings("SecurityGroups")
    facts: dict[str, Value] = {
        "carrier": Known(carrier, (place,)),
        "image": fields.get("ImageId"),
        "written_types": _types(fields),
        "written_user_data": template_user_data(fields, encoded),
        "http_endpoint": fields.get("MetadataOptions", "HttpEndpoint"),
        "hop_limit": integer(fields.get("MetadataOptions", "HttpPutResponseHopLimit")),
        "prefix_count": integer(fields.get("NetworkInterfaces", "Ipv4PrefixCount")),
        "security_groups": groups,
        "tagged_for_eks": Known(_tagged(fields.node), (place,)),
        "settings": _written(fields),
        **more,
    }
    return Subject("launch-template", name, place, node=fields.node, given=typed("launch-template", facts), partial=fields.partial)


def _written(fields: Fields) -> Value:
    """The names of the settings, those of the first network interface behind its own."""
    found: list[Value] = []
    node, _, _ = fields.find()
    why = fields.partial or ""
    for written, key, value in entries(node):
        if isinstance(scalar_value(value), Absent):
            continue
        if isinstance(value, Computed) or (isinstance(value, OpenSequence) and not value.items):
            why = why or f"{written} may be left out"
            continue
        name = _pascal(written)
        found.append(Known(name, (key.place,)))
        if name.lower() == "networkinterfaces" and isinstance(value, Sequence):
            for item in value.items:
                found += [Known(f"{name}.{_pascal(inner)}", (at.place,)) for inner, at, _ in entries(item)]
        if name.lower() == "instancemarketoptions":
            market = Fields(value, key.place, fields.partial, fields.template).get("MarketType")
            if text_of(market) == "capacity-block":
                found[-1] = Known("CapacityBlock", (key.place,))
    return Known(Listing(found, bool(why), why), (fields.place,))


def _pascal(name: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def _types(fields: Fields) -> Value:
    if fields.find("InstanceRequirements")[0] is not None:
        return strings([], (fields.place,), True, "InstanceRequirements choose the types")
    one = fields.get("InstanceType")
    return strings([one], one.places) if not isinstance(one, Absent) else one


def template_user_data(fields: Fields, encoded: bool | None) -> Value:
    """UserData as the carrier writes it: what `Fn::Base64` encodes is plain text, all else is base64 where the API wants it."""
    node, key, computed = fields.find("UserData")
    places = (key.place if key is not None else fields.place,)
    if computed:
        return Unknown("computed when the stack is made", places, written=True)
    template = fields.template
    if node is None or template is None:
        return user_data(node, encoded, places, fields.partial)
    inner = template.base64(node)
    text = _without_parameters(template).text(inner if inner is not None else node)
    if isinstance(fields.get("UserData"), Absent) and inner is None:
        return Absent(places, "UserData")
    if text is None:
        return Unknown("user data that is known when the stack is made", places, written=True)
    if inner is None and function(node) is not None:
        return Unknown("user data that is known when the stack is made", places, text.value, written=True)
    return Known(Written(text, False if inner is not None else encoded), places)


def _without_parameters(template: Template) -> Template:
    """The template as if it declared no parameters: who makes the stack may put more into user data than the defaults."""
    root = template.root
    entries = [(key, value) for key, value in root.entries if key_name(key) != "Parameters"]
    return Template(template.document, Mapping(root.text, root.start, root.end, entries))


def _tagged(node: Node | None) -> bool:
    """Whether a tag below names a cluster: `kubernetes.io/cluster/…`, `eks:cluster-name`, `k8s.io/cluster-autoscaler/…`."""
    waiting = [node] if node is not None else []
    while waiting:
        at = waiting.pop()
        if isinstance(at, Mapping):
            waiting.extend(value for _, value in at.entries)
            waiting.extend(key for key, _ in at.entries)
        elif isinstance(at, Sequence):
            waiting.extend(at.items)
        elif isinstance(at, Scalar) and at.content.startswith(("kubernetes.io/cluster/", "eks:", "k8s.io/cluster-autoscaler/")):
            return True
    return False


def managed_group(fields: Fields, name: str, place: Place, carrier: str, belongs: str | None = None, **more: Value) -> Subject:
    """A managed node group of CreateNodegroup."""
    scaling = fields.inside("ScalingConfig")
    node, _, _ = fields.find("Labels")
    subnets = fields.strings("Subnets")
    if isinstance(subnets, Absent):
        subnets = fields.strings("SubnetIds")
    tainted, _, _ = fields.find("Taints")
    if tainted is None:
        tainted, _, _ = fields.find("Taint")
    settings: dict[str, Value | None] = {
        "managed": Known(True, (place,)),
        "written_family": fields.get("AmiType"),
        "written_types": fields.strings("InstanceTypes"),
        "labels": Known(Listing(labels(node), bool(fields.partial), fields.partial or ""), (place,)),
        "taints": taints(tainted),
        "subnets": subnets,
        "zones": Unknown("the zones are those of the subnets", subnets.places, written=False),
        "max_size": integer(scaling.get("MaxSize")) if scaling is not None else Absent((place,)),
        "has_template": Known(fields.find("LaunchTemplate")[0] is not None, fields.get("LaunchTemplate").places),
        "template_name": fields.get("LaunchTemplate", "Name"),
        **more,
    }
    return node_group(
        name, place, carrier, settings, node=fields.node, partial=fields.partial, belongs=belongs, kind="scaling-group"
    )


def auto_scaling_group(fields: Fields, name: str, place: Place, carrier: str, **more: Value) -> Subject:
    """An Auto Scaling group; whether its nodes are an EKS cluster's shows in its launch template and its tags."""
    policy = fields.inside("MixedInstancesPolicy", "LaunchTemplate")
    types: list[Value] = []
    places: Iterable[Place] = (place,)
    if policy is not None:
        node, key, _ = policy.find("Overrides")
        if node is None:
            node, key, _ = policy.find("Override")
        places = (key.place,) if key is not None else places
        for item in node.items if isinstance(node, Sequence) else []:
            one = Fields(item, item.place, fields.partial, fields.template)
            said = _types(one)
            if isinstance(said, Known):
                if said.value.open:
                    return auto_scaling_group_of(fields, name, place, carrier, said, **more)
                types += said.value.items
    listed = strings(types, places) if types else Absent((place,))
    return auto_scaling_group_of(fields, name, place, carrier, listed, **more)


def auto_scaling_group_of(fields: Fields, name: str, place: Place, carrier: str, types: Value, **more: Value) -> Subject:
    """An Auto Scaling group with the instance types of its own overrides."""
    settings: dict[str, Value | None] = {
        "managed": Known(False, (place,)),
        "written_types": types,
        "subnets": fields.strings("VPCZoneIdentifier"),
        "zones": fields.strings("AvailabilityZones"),
        "max_size": integer(fields.get("MaxSize")),
        "has_template": Known(True, (place,)),
        "tagged_for_eks": Known(_tagged(fields.node), (place,)),
        **more,
    }
    return node_group(name, place, carrier, settings, node=fields.node, partial=fields.partial, kind="scaling-group")
