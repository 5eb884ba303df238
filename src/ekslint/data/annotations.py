"""The annotations, labels, load balancer attributes, defaults and quotas of the AWS Load Balancer Controller.

Source: pkg/annotations/constants.go and its readers (v3.5.0); AWS's elbv2 API for ranges and attributes; see sources.json. A
suffix is what stands behind the `/` of a name; a form is a name with an argument, such as `actions.<service>`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from ekslint.data import frozen, read_table

PREFIXES = {"ingress": "alb.ingress.kubernetes.io", "service": "service.beta.kubernetes.io"}
"""The one prefix of each family that the controller reads."""

ON_BAD_VALUE = (
    "admission_error",
    "reconcile_error",
    "load_group_error",
    "load_error_no_event",
    "aws_api_error",
    "silently_ignored",
    "silently_default",
)
"""What comes of a value that the reader refuses.

admission_error: the webhook rejects the object. reconcile_error: the model of the whole IngressGroup or Service is not built,
event FailedBuildModel. load_group_error: event FailedLoadGroupID, the Ingress is in no group. load_error_no_event: the group is
not loaded and only the controller's log says so. aws_api_error: passed on unchecked, AWS rejects it, event FailedDeployModel.
silently_ignored and silently_default: nothing says so.
"""

_SERVICE_PREFIX = "aws-load-balancer-"
_SIMILAR_PREFIXES = {
    "alb.ingress.k8s.aws": "ingress",
    "alb.k8s.aws": "ingress",
    "elbv2.k8s.aws": "",
    "ingress.k8s.aws": "ingress",
    "ingress.kubernetes.io": "ingress",
    "service.alpha.kubernetes.io": "service",
    "service.k8s.aws": "service",
    "service.kubernetes.io": "service",
}


class Annotation(NamedTuple):
    """One annotation that the controller, or EKS, reads.

    * name: in full; family: ingress, service or other; suffix: what stands behind the `/`, of a form its head alone
    * argument: what is written for a form's `<…>`, None of a plain annotation; form: the words of those parts
    * type: string, bool, int, int32, int64, enum, stringList, stringMap, intList, json, quantity, port (a number, traffic-port or
      the name of a Service port) or port-number (no name)
    * allowed: a closed list; case_sensitive: whether a value must match it to the letter
    * minimum, maximum: both ends included, checked by range_by (controller or aws); max_length by length_by
    * default: what counts where it is absent, None where there is none or other settings decide; default_flag: what changes it
    * merge: merge or exclusive among the members of an IngressGroup, None where each stands alone; merge_by: group, key, port,
      https-port, nlb-port or listener; compare: when exclusive values are the same: text, set, list (order counts), map or identity
      (two written ones never are)
    * params_field: the field of IngressClassParams that overrides it
    * since: the first release that reads it; deprecated_by: the suffix to write instead; feature_gate: what turns its reading on
    * on_bad_value: one of ON_BAD_VALUE
    * applies_to: ingress, service-as-ingress-backend, service-nlb, pod, ingressclass, gateway, gatewayclass, targetgroupbinding
    * catalogue: the table and kind for `attribute`, where it is a map of attributes
    * shape: the name in `annotation_json.SHAPES`, where it is JSON
    * auto_mode: whether EKS Auto Mode takes it; written_by_controller: an output that nobody reads
    """

    name: str
    family: str
    suffix: str
    type: str
    argument: str | None = None
    form: str | None = None
    allowed: tuple[str, ...] | None = None
    case_sensitive: bool = True
    minimum: int | None = None
    maximum: int | None = None
    range_by: str | None = None
    max_length: int | None = None
    length_by: str | None = None
    pattern: str | None = None
    default: str | None = None
    default_flag: str | None = None
    merge: str | None = None
    merge_by: str | None = None
    compare: str = "text"
    params_field: str | None = None
    since: str | None = None
    deprecated_by: str | None = None
    on_bad_value: str | None = None
    applies_to: tuple[str, ...] = ()
    feature_gate: str | None = None
    catalogue: tuple[str, ...] | None = None
    shape: str | None = None
    auto_mode: bool = True
    written_by_controller: bool = False


class Attribute(NamedTuple):
    """An attribute of a load balancer, target group or listener, set in a stringMap annotation.

    applies_to: alb, nlb, gwlb. allowed holds words beside which a number between minimum and maximum may be written where those
    are given.
    """

    table: str
    key: str
    applies_to: tuple[str, ...]
    allowed: tuple[str, ...] | None = None
    minimum: int | None = None
    maximum: int | None = None
    default: str | None = None


class ParamsField(NamedTuple):
    """A field of IngressClassParams: the ingress annotation suffix that it overrides, for every key alone where `per_key`.

    first_member: only the class of the group's first member counts.
    """

    field: str
    type: str
    overrides: str | None = None
    per_key: bool = False
    first_member: bool = False


class Label(NamedTuple):
    """A label that the controller reads: on which object, and the values that mean something."""

    name: str
    object: str
    values: tuple[str, ...]
    since: str


_TABLE: dict[str, Any] = {}


def annotation(name: str) -> Annotation | None:
    """The annotation of that full name, forms (`alb.ingress.kubernetes.io/actions.web`) included; None where nothing reads it."""
    prefix, _, suffix = name.partition("/")
    for family, own in PREFIXES.items():
        if prefix == own:
            found = _known(family, suffix)
            if found is not None:
                return found
    entry = _table()["other"].get(name)
    return None if entry is None else _annotation("other", name, suffix, entry)


def of_family(family: str) -> tuple[Annotation, ...]:
    """All plain annotations of a family: ingress, service or other."""
    table = _table()[family]
    prefix = "" if family == "other" else PREFIXES[family] + "/"
    return tuple(_annotation(family, prefix + key, key.rpartition("/")[2], entry) for key, entry in table.items())


def forms(family: str) -> tuple[Annotation, ...]:
    """The forms of a family, each under its name with the words of its argument: `alb.ingress.kubernetes.io/actions.<service>`."""
    return tuple(_form(family, head, entry["form"], entry) for head, entry in _table()["forms"][family].items())


def in_tree(name: str) -> bool:
    """Whether only the old in-tree controller (Classic Load Balancers) reads a Service annotation."""
    prefix, _, suffix = name.partition("/")
    return prefix == PREFIXES["service"] and suffix in _table()["in_tree"]


def nearest(name: str, family: str | None = None) -> str | None:
    """The annotation of a family that an unknown name most likely means; by default the family of its prefix.

    The same but for case and dashes, a slip or two, a known confusion, the right suffix under a wrong prefix, or the other
    family's word for the same thing. None where the family knows the name itself, where nothing is near, and for in-tree
    annotations.
    """
    prefix, slash, suffix = name.partition("/")
    if not slash or not suffix:
        return None
    own = next((f for f, p in PREFIXES.items() if p == prefix), None)
    meant = family or own or _family_of(prefix)
    if not meant or in_tree(name) or (own == meant and annotation(name) is not None):
        return None
    if own is None:
        if _family_of(prefix) is None or (prefix == "ingress.kubernetes.io" and suffix in _table()["shared_suffixes"]):
            return None
        found = _known(meant, suffix) or _known(meant, _SERVICE_PREFIX + suffix)
        return found.name if found else None
    return _nearest_suffix(suffix, meant, guess=own == meant)


def _family_of(prefix: str) -> str | None:
    from ekslint.data.nearest import nearest_name

    similar = _SIMILAR_PREFIXES.get(prefix)
    if similar is not None:
        return similar
    near = nearest_name(prefix, PREFIXES.values())
    return next((f for f, p in PREFIXES.items() if p == near), None)


def _nearest_suffix(suffix: str, family: str, guess: bool) -> str | None:
    from ekslint.data.nearest import nearest_name

    table = _table()
    confused = table["confused"][family]
    bare = suffix.removeprefix(_SERVICE_PREFIX)
    words = (suffix, bare) if family == "ingress" else (suffix, _SERVICE_PREFIX + suffix)
    for word in words:
        if word in table[family] or word in confused:
            return f"{PREFIXES[family]}/{confused.get(word, word)}"
    if not guess:
        return None
    for word in words:
        near = nearest_name(word, [*table[family], *confused])
        if near:
            return f"{PREFIXES[family]}/{confused.get(near, near)}"
    head, dot, argument = suffix.partition(".")
    heads = table["forms"][family]
    near = nearest_name(head, heads) or (head if head in heads else None)
    return f"{PREFIXES[family]}/{near}.{argument}" if dot and argument and near else None


def attribute(table: str, key: str, kind: str | None = None) -> Attribute | None:
    """The attribute of a table (load_balancer, target_group, listener), with what holds for a kind (alb, nlb); None if unknown."""
    entry = _table()["attributes"][table].get(key)
    return None if entry is None else _attribute(table, entry, kind)


def attributes(table: str, kind: str | None = None) -> tuple[Attribute, ...]:
    """All attributes of a table, or those of one kind of load balancer."""
    found = (_attribute(table, entry, kind) for entry in _table()["attributes"][table].values())
    return tuple(a for a in found if kind is None or kind in a.applies_to)


def nearest_attribute(table: str, key: str, kind: str) -> str | None:
    """The key of that kind that an unknown one most likely means."""
    from ekslint.data.nearest import nearest_name

    return nearest_name(key, (a.key for a in attributes(table, kind)))


def params_fields() -> tuple[ParamsField, ...]:
    """The fields of IngressClassParams."""
    return tuple(ParamsField(**entry) for entry in _table()["params"])


def labels() -> tuple[Label, ...]:
    """The labels that the controller reads."""
    return tuple(Label(entry["name"], entry["object"], tuple(entry["values"]), entry["since"]) for entry in _table()["labels"])


def controller_default(name: str) -> str | None:
    """The default, as text, of a flag, feature gate, health check setting or chart value; None of an unknown one.

    For example `--ingress-class`, `WeightedTargetGroups`, `alb_health_check.interval`, `helm.defaultTargetType`.
    """
    found: str | None = _table()["defaults"].get(name)
    return found


def feature_gates() -> dict[str, str]:
    """The controller's feature gates, each true or false by default."""
    return {name: default for name, default in _table()["defaults"].items() if name.isalnum()}


def quota(name: str) -> int | None:
    """An AWS quota as it is before it is raised, such as `alb.rules_per_alb_excluding_default`; None of an unknown one."""
    found: int | None = _table()["quotas"].get(name)
    return found


def quotas() -> dict[str, int]:
    """All quotas by name."""
    return dict(_table()["quotas"])


def _table() -> dict[str, Any]:
    if not _TABLE:
        import json

        raw = json.loads(read_table("annotations.json"))
        for family in PREFIXES:
            raw[family] = {entry.pop("suffix"): entry for entry in raw[family]}
            raw["forms"][family] = {entry.pop("suffix"): entry for entry in raw["forms"][family]}
        raw["other"] = {entry.pop("name"): entry for entry in raw["other"]}
        raw["attributes"] = {table: {entry["key"]: entry for entry in entries} for table, entries in raw["attributes"].items()}
        _TABLE.update(raw)
    return _TABLE


def _known(family: str, suffix: str) -> Annotation | None:
    entry = _table()[family].get(suffix)
    if entry is not None:
        return _annotation(family, f"{PREFIXES[family]}/{suffix}", suffix, entry)
    head, dot, argument = suffix.partition(".")
    entry = _table()["forms"][family].get(head)
    return None if entry is None or not dot or not argument else _form(family, head, argument, entry)


def _form(family: str, head: str, argument: str, entry: dict[str, Any]) -> Annotation:
    return _annotation(family, f"{PREFIXES[family]}/{head}.{argument}", head, {**entry, "argument": argument})


def _annotation(family: str, name: str, suffix: str, entry: dict[str, Any]) -> Annotation:
    return Annotation(name, family, suffix, **frozen(entry))


def _attribute(table: str, entry: dict[str, Any], kind: str | None) -> Attribute:
    return Attribute(table, **frozen({k: v.get(kind or "") if isinstance(v, dict) else v for k, v in entry.items()}))
