"""max-pods of a node group: which of all that is written reaches the kubelet, and who computes the figure where nothing does.

Each tool is simulated in its own order:
* EKS puts its own part before the user's in managed groups without a custom AMI; on AL2 its bootstrap comes last (user guide,
  launch templates; amazon-eks-ami issue 1988);
* eksctl writes maxPodsPerNode itself (pkg/nodebootstrap/{al2023,al2,managed_al2,bottlerocket,windows}.go); an
  overrideBootstrapCommand replaces its script on AL2 and comes behind its NodeConfig on AL2023;
* Karpenter always resolves a figure and writes it last, only kubelet flags of AL2023 are stronger
  (pkg/providers/amifamily/bootstrap);
* Cluster API renders kubeletExtraArgs into the call of bootstrap.sh (bootstrap/eks/internal/userdata).
"""

from __future__ import annotations

from typing import NamedTuple

from ekslint.carriers.node_group import text_of
from ekslint.fact import Subject, fact
from ekslint.value import Absent, Known, Listing, Unknown, Value

SOURCES = (
    "user-data",
    "field",
    "eks",
    "kubelet-default",
    "bootstrap-table",
    "nodeadm-table",
    "bottlerocket-table",
    "karpenter-table",
)
_TABLES = {"al2": "bootstrap-table", "al2023": "nodeadm-table", "bottlerocket": "bottlerocket-table"}
_WHO = {
    "bootstrap-table": "bootstrap.sh",
    "nodeadm-table": "nodeadm",
    "bottlerocket-table": "Bottlerocket",
    "karpenter-table": "Karpenter",
}
KUBELET_DEFAULT = 110


class Decision(NamedTuple):
    """The effective max-pods, and its source: a value of SOURCES."""

    value: Value
    source: Value


@fact("node-group", "any")
def max_pods_decision(group: Subject) -> Value:
    """Value and source of max-pods together."""
    return Known(_decide(group), (group.place,))


def _decision(group: Subject) -> Decision:
    found = group.get("max_pods_decision")
    if not isinstance(found, Known):
        return Decision(found, found)
    decision: Decision = found.value
    return decision


@fact("node-group", "int")
def max_pods(group: Subject) -> Value:
    """max-pods as the kubelet gets it; known from the instance type where a table decides and there is one type."""
    return _decision(group).value


@fact(
    "node-group",
    "enum(user-data, field, eks, kubelet-default, bootstrap-table, nodeadm-table, bottlerocket-table, karpenter-table)",
)
def max_pods_source(group: Subject) -> Value:
    """Who decides max-pods: user data, a field of the carrier, EKS, or the table of whoever starts the kubelet."""
    return _decision(group).source


@fact("node-group", "string")
def max_pods_looked_up_by(group: Subject) -> Value:
    """Who looks max-pods up in a table by the instance type; absent where nobody does."""
    source = _decision(group).source
    if not isinstance(source, Known):
        return source
    who = _WHO.get(source.value)
    return Known(who, source.places, source.default) if who is not None else Absent(source.places)


@fact("node-group", "bool")
def max_pods_edits_bootstrap(group: Subject) -> Value:
    """Whether max-pods comes from an edit of bootstrap.sh itself, which also changes the call that EKS appends."""
    data = _data(group)
    if data is None:
        return Known(False, (group.place,))
    found = data.value("max_pods_via")
    return Known(found == "edit of bootstrap.sh", data.get("max_pods").places)


@fact("node-group", "enum(secondary, other, eks, kubelet-default)")
def max_pods_figure(group: Subject) -> Value:
    """Which figure max-pods is: that of secondary-address mode (by a table, or written), EKS's, the kubelet's, or another."""
    value, source = _decision(group)
    if not isinstance(source, Known):
        return source
    if source.value in ("eks", "kubelet-default"):
        return Known(source.value, source.places, source.default)
    if source.value not in ("user-data", "field"):
        return Known("secondary", source.places, source.default)
    if not isinstance(value, Known):
        return value
    types = group.get("instance_types")
    if not isinstance(types, Known) or types.value.open or not types.value.items:
        return Unknown("the instance types are not known", types.places, written=False)
    figures: list[int] = []
    for type in types.value:
        figure = type.value.get("secondary_capacity") if isinstance(type, Known) else type
        if not isinstance(figure, Known):
            return figure if isinstance(figure, Unknown) else Unknown("an instance type is not known", types.places)
        figures.append(figure.value)
    return Known("secondary" if value.value == min(figures) else "other", value.places, key=value.key)


def _decide(group: Subject) -> Decision:
    composer: Value = group.get("composer")
    if isinstance(composer, Unknown):
        return Decision(composer, composer)
    tool = text_of(composer)
    if tool == "karpenter":
        return _karpenter(group)
    if tool == "eksctl":
        return _eksctl(group)
    if tool == "cluster-api":
        return _cluster_api(group)
    return _plain(group)


def _plain(group: Subject) -> Decision:
    """User data, and EKS where it has a hand in it."""
    alone: Value = group.get("self_bootstrapped")
    data = _data(group)
    written = _written(group)
    if isinstance(alone, Known) and alone.value is True:
        return _from_user_data(group, data)
    if isinstance(written, Known) and not isinstance(alone, Known):
        return Decision(written, Known("user-data", written.places, key=written.key))
    if not isinstance(alone, Known):
        return Decision(_as_unknown(alone), _as_unknown(alone))
    return _managed(group, written)


def _managed(group: Subject, written: Value) -> Decision:
    """A managed group without a custom AMI."""
    if isinstance(written, Absent):
        return _eks(written)
    family = group.value("family")
    if family in ("al2", "ubuntu") and group.value("max_pods_edits_bootstrap") is not True:
        return _eks(written)
    if family == "windows" or isinstance(written, Unknown):
        return _eks(written) if family == "windows" else Decision(written, written)
    return Decision(written, Known("user-data", written.places, key=written.key))


def _eks(written: Value) -> Decision:
    computed = Unknown("EKS computes it when the group is made", written.places, written=False)
    return Decision(computed, Known("eks", written.places, default="EKS"))


def _eksctl(group: Subject) -> Decision:
    field, family = _field(group), group.get("family")
    if not isinstance(family, Known):
        known = isinstance(field, Known)
        return Decision(field, Known("field", field.places)) if known else Decision(_as_unknown(family), _as_unknown(family))
    managed, custom = group.value("managed") is True, group.value("custom_ami") is True
    written = _written(group)
    override = not isinstance(group.get("override"), Absent)
    if managed and isinstance(group.get("template"), Unknown):
        template = group.get("template")
        return Decision(template, template)
    if family.value == "windows":
        if managed:
            return _eks(field)
        return _field_or(field, Known(KUBELET_DEFAULT, field.places, default="Kubernetes"), "kubelet-default")
    if family.value in ("al2", "ubuntu") and override:
        return _eksctl_override(group, field, written)
    if override and not isinstance(written, Absent):
        return Decision(written, Known("user-data", written.places, key=written.key) if isinstance(written, Known) else written)
    if not isinstance(field, Absent):
        return Decision(field, Known("field", field.places, key=field.key) if isinstance(field, Known) else field)
    if not isinstance(written, Absent):
        return Decision(written, Known("user-data", written.places, key=written.key) if isinstance(written, Known) else written)
    if managed and not custom:
        return _eks(field)
    return _table(group, _TABLES[family.value], field) if family.value in _TABLES else _nobody(field)


def _eksctl_override(group: Subject, field: Value, written: Value) -> Decision:
    """A script in place of eksctl's own: its max-pods, or eksctl's through the variables that stay on the disk."""
    if isinstance(written, Known):
        return Decision(written, Known("user-data", written.places, key=written.key))
    if not isinstance(field, Absent) and group.value("override_takes_field") is True:
        return _field_or_unknown(field, field)
    if isinstance(written, Unknown):
        return Decision(written, written)
    return _from_user_data(group, _data(group))


def _karpenter(group: Subject) -> Decision:
    field = _field(group)
    family = group.get("image_family")
    data = _data(group)
    if not isinstance(family, Known):
        return _field_or_unknown(field, family)
    if family.value == "custom":
        return _from_user_data(group, data)
    if family.value == "windows":
        return _field_or(field, Known(KUBELET_DEFAULT, field.places, default="Karpenter"), "kubelet-default")
    written = _written(group)
    if family.value == "al2023" and data is not None:
        if data.value("max_pods_via") == "kubelet.flags" and isinstance(written, Known):
            return Decision(written, Known("user-data", written.places, key=written.key))
        old = text_of(group.get("api_version")) not in ("v1", None)
        same = isinstance(written, Known) and isinstance(field, Known) and written.value == field.value
        if old and not isinstance(written, Absent) and not same:
            before = Unknown(
                "before Karpenter 1.0 the user data came last, since then it comes first", written.places, written=True
            )
            return Decision(before, before)
        if isinstance(written, Unknown):
            return Decision(written, written)
    if not isinstance(field, Absent):
        return _field_or_unknown(field, field)
    return _table(group, "karpenter-table", field)


def _cluster_api(group: Subject) -> Decision:
    field = _field(group)
    if group.value("managed") is True and group.value("custom_ami") is not True:
        return Decision(field, Known("user-data", field.places)) if isinstance(field, Known) else _eks(field)
    if not isinstance(field, Absent):
        return _field_or_unknown(field, field)
    written = _written(group)
    if not isinstance(written, Absent):
        return Decision(written, Known("user-data", written.places, key=written.key) if isinstance(written, Known) else written)
    bootstrapper = text_of(group.get("bootstrapper"))
    if bootstrapper == "nodeadm":
        return _table(group, "nodeadm-table", field)
    if bootstrapper == "bootstrap.sh":
        used: Value = group.get("use_max_pods")
        if isinstance(used, Known) and used.value is False:
            return Decision(Known(KUBELET_DEFAULT, used.places, default="Kubernetes"), Known("kubelet-default", used.places))
        return Decision(used, used) if isinstance(used, Unknown) else _table(group, "bootstrap-table", field)
    return _nobody(field)


def _from_user_data(group: Subject, data: Subject | None) -> Decision:
    """What user data that bootstraps the nodes by itself comes to."""
    if data is None:
        given = group.get("user_data")
        return Decision(_as_unknown(given), _as_unknown(given))
    value: Value = data.get("max_pods")
    if isinstance(value, Known):
        return Decision(value, Known("user-data", value.places, key=value.key))
    if isinstance(value, Unknown):
        return Decision(value, value)
    if data.value("bootstraps") is not True:
        return Decision(*2 * (Unknown("nothing here starts the kubelet", value.places, written=False),))
    family = group.value("family")
    if family == "bottlerocket" and data.value("refused") is True:
        return Decision(*2 * (Unknown("Bottlerocket refuses the settings", value.places, written=True),))
    if family == "windows":
        return Decision(Known(KUBELET_DEFAULT, value.places, default="Kubernetes"), Known("kubelet-default", value.places))
    used = data.get("use_max_pods")
    if family in ("al2", "ubuntu") and not isinstance(used, Absent):
        if isinstance(used, Unknown):
            return Decision(used, used)
        if str(used.value).lower() != "true":
            places = used.places
            return Decision(Known(KUBELET_DEFAULT, places, default="Kubernetes"), Known("kubelet-default", places, key=used.key))
    return _table(group, _TABLES[family], value) if family in _TABLES else _nobody(value)


def _table(group: Subject, source: str, home: Value) -> Decision:
    """A figure that the node looks up by its type."""
    who = _WHO[source]
    types = group.get("instance_types")
    value: Value = Unknown(f"{who} computes it by the instance type", home.places, written=False)
    listed = types.value if isinstance(types, Known) else Listing([], True)
    if len(listed) == 1 and not listed.open and isinstance(listed.items[0], Known) and source != "karpenter-table":
        figure = listed.items[0].value.get("secondary_capacity")
        if isinstance(figure, Known):
            value = Known(figure.value, home.places, default=who)
    return Decision(value, Known(source, home.places, default=who))


def _nobody(home: Value) -> Decision:
    unknown = Unknown("nothing says who starts the kubelet", home.places, written=False)
    return Decision(unknown, unknown)


def _field_or(field: Value, default: Known[int], source: str) -> Decision:
    if isinstance(field, Absent):
        return Decision(default, Known(source, default.places, default=default.default))
    return _field_or_unknown(field, field)


def _field_or_unknown(field: Value, other: Value) -> Decision:
    if isinstance(field, Known):
        return Decision(field, Known("field", field.places, key=field.key))
    unknown = _as_unknown(other)
    return Decision(unknown, unknown)


def _as_unknown(value: Value) -> Unknown:
    if isinstance(value, Unknown):
        return value
    return Unknown("no user data is in the set", value.places, written=False)


def _field(group: Subject) -> Value:
    """The carrier's own field as a whole number; unknown where its reader refuses it."""
    field: Value = group.get("max_pods_field")
    if isinstance(field, Known) and (isinstance(field.value, bool) or not isinstance(field.value, int)):
        return Unknown("max-pods is no whole number", field.places, str(field.value), written=True, key=field.key)
    return field


def _data(group: Subject) -> Subject | None:
    data = group.get("user_data")
    return data.value if isinstance(data, Known) else None


def _written(group: Subject) -> Value:
    """What the user data says on the group's image family."""
    data = group.get("user_data")
    if isinstance(data, Known):
        found: Value = data.value.get("max_pods")
        return found
    written: Value = data
    return written
