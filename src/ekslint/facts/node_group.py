"""Facts of a node group: its images, types, user data and who has a hand in it."""

from __future__ import annotations

from ekslint.carriers.node_group import family as family_of
from ekslint.carriers.node_group import text_of
from ekslint.fact import Subject, fact
from ekslint.facts.requirements import choose
from ekslint.layers.cloudformation import PARAMETER_DEFAULT
from ekslint.value import Absent, Known, Unknown, Value, listing


@fact("node-group", "enum(al2, al2023, bottlerocket, windows, ubuntu, custom)")
def image_family(group: Subject) -> Value:
    """The image family that the group names, or that its carrier falls back to; absent where it names an image by id only."""
    written = group.get("written_family")
    if isinstance(written, Absent):
        image = group.get("image")
        said = text_of(image) or (image.text if isinstance(image, Unknown) else None)
        named = family_of(said) if said and ("/" in said or said.startswith("amazon-eks-")) else None
        return Known(named, image.places) if named is not None else written
    if not isinstance(written, Known):
        return written
    found = family_of(str(written.value))
    if found is None:
        return Unknown(f"{written.value} is no family of images that is known here", written.places, str(written.value))
    if found == "custom" and group.value("composer") != "karpenter":
        return Absent(written.places)
    return Known(found, written.places, written.default, written.key)


@fact("node-group", "enum(al2, al2023, bottlerocket, windows, ubuntu, custom)")
def family(group: Subject) -> Value:
    """The image family: the one that is named, else the one that the user data is written for."""
    named: Value = group.get("image_family")
    if not isinstance(named, Absent):
        return named
    data = group.get("user_data")
    if isinstance(data, Known):
        found: Value = data.value.get("family")
        if not isinstance(found, Absent):
            return found
    bootstrapper = group.get("bootstrapper")
    if isinstance(bootstrapper, Known):
        return Known("al2023" if bootstrapper.value == "nodeadm" else "al2", bootstrapper.places, default="Cluster API")
    return Unknown("nothing names the image family", named.places, written=False)


@fact("node-group", "enum(linux, windows)")
def os(group: Subject) -> Value:
    """The operating system of the nodes."""
    family: Value = group.get("family")
    needs = group.get("requirements")
    if isinstance(needs, Known):
        for need in needs.value:
            if need.key in ("kubernetes.io/os", "beta.kubernetes.io/os") and need.operator == "In" and len(need.values) == 1:
                return Known(need.values[0], (need.place,))
    if isinstance(family, Known) and family.value != "custom":
        return Known("windows" if family.value == "windows" else "linux", family.places, family.default or "EKS")
    return Unknown("nothing names the image family", family.places, written=False)


@fact("node-group", "bool")
def fixed(group: Subject) -> Value:
    """Whether the instance types are settled with the group; Karpenter chooses one for the pods that wait."""
    return Known(group.value("composer") != "karpenter", (group.place,))


@fact("node-group", "bool")
def custom_ami(group: Subject) -> Value:
    """Whether the group names an image of its own: EKS then adds nothing to the user data (EKS user guide, launch templates)."""
    image: Value = group.get("image")
    if isinstance(image, Known) or (isinstance(image, Unknown) and image.text is not None):
        return Known(True, image.places)
    if isinstance(image, Unknown):
        return image
    written = group.get("written_family")
    if isinstance(written, Known) and text_of(written) == "CUSTOM":
        return Known(True, written.places)
    return Known(False, image.places)


@fact("node-group", "bool")
def self_bootstrapped(group: Subject) -> Value:
    """Whether the user data alone bootstraps the nodes: neither EKS nor a tool adds a part of its own."""
    composer = group.get("composer")
    if isinstance(composer, Known):
        return Known(composer.value == "karpenter" and group.value("image_family") == "custom", composer.places)
    managed: Value = group.get("managed")
    custom: Value = group.get("custom_ami")
    if isinstance(managed, Known) and managed.value is False:
        return Known(True, managed.places)
    if isinstance(custom, Known) and custom.value is True:
        return Known(True, custom.places)
    if isinstance(managed, Known) and isinstance(custom, Known):
        return Known(False, custom.places)
    data = group.get("user_data")
    if text_of(group.get("carrier")) == "user data" and isinstance(data, Known) and data.value.value("bootstraps") is True:
        return Known(True, data.places)
    return managed if isinstance(managed, Unknown) else custom


@fact("node-group", "bool")
def eks_may_replace_max_pods(group: Subject) -> Value:
    """Whether EKS has its own figure for max-pods and may put it in place of the written one: managed groups without a custom AMI.

    Not where the written one comes last: Bottlerocket's settings, eksctl's maxPodsPerNode, an edit of bootstrap.sh itself.
    """
    managed: Value = group.get("managed")
    if isinstance(managed, Known) and managed.value is False:
        return managed
    if isinstance(group.get("self_bootstrapped"), Known) and group.value("self_bootstrapped") is True:
        return Known(False, group.get("self_bootstrapped").places)
    custom: Value = group.get("custom_ami")
    if isinstance(custom, Known) and custom.value is True:
        return Known(False, custom.places)
    if not isinstance(managed, Known) or not isinstance(custom, Known):
        return managed if isinstance(managed, Unknown) else custom
    decided = group.get("max_pods_source")
    if isinstance(decided, Known) and decided.value == "field":
        return Known(False, decided.places)
    if isinstance(decided, Known) and decided.value == "user-data":
        last = group.value("family") == "bottlerocket" or group.value("max_pods_edits_bootstrap") is True
        return Known(not last, decided.places)
    return Known(True, managed.places)


@fact("node-group", "bool")
def types_listed(group: Subject) -> Value:
    """Whether the instance types are named, by type or by family: not left to other requirements, nor a parameter's default."""
    needs = group.get("requirements")
    if isinstance(needs, Known):
        return Known(not choose(needs.value, group.place).open, needs.places)
    written = group.get("written_types")
    if not isinstance(written, Known):
        return Known(False, (group.place,))
    return Known(not any(isinstance(v, Known) and v.default == PARAMETER_DEFAULT for v in written.value), (group.place,))


@fact("node-group", "instance-type[]")
def instance_types(group: Subject) -> Value:
    """The instance types of the group; open where a requirement or a selector chooses them."""
    needs = group.get("requirements")
    if isinstance(needs, Known):
        choice = choose(needs.value, group.place)
        found: list[Value] = [
            Known(Subject("instance-type", name, place, given={"group": group.known()}, cluster=group.cluster), (place,))
            for name, place in choice.types
        ]
        return listing(found, choice.open, choice.why, needs.places or (group.place,))
    if isinstance(needs, Unknown):
        return needs
    written: Value = group.get("written_types")
    if isinstance(written, Absent):
        return Unknown("no instance type is written", written.places, written=False)
    if not isinstance(written, Known):
        return written
    found = []
    for value in written.value:
        if isinstance(value, Known):
            place = value.places[0] if value.places else group.place
            type = Subject("instance-type", value.value, place, given={"group": group.known()}, cluster=group.cluster)
            found.append(Known(type, value.places, value.default))
        else:
            found.append(value)
    return listing(found, written.value.open, written.value.why, written.places or (group.place,))
