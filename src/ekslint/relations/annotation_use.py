"""Whether the controller comes to read an annotation, and why it does not.

Sources: pkg/ingress/model_build_*.go, group_loader.go and enhanced_backend_builder.go of the AWS Load Balancer Controller; the EKS
user guide for Auto Mode.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ekslint.data.annotations import Annotation, params_fields
from ekslint.fact import Subject, fact, subjects
from ekslint.facts.annotation import definition
from ekslint.facts.load_balancer_controller import feature_gate
from ekslint.facts.written import field
from ekslint.relations import nlb_annotation_use, values_annotation_use
from ekslint.relations.group_settings import has_frontend_nlb
from ekslint.relations.ingress_groups import members
from ekslint.relations.ingress_settings import parameters, setting
from ekslint.syntax.tree import Node
from ekslint.value import Absent, Known, Unknown, Value

REASONS = {
    "none": "it is read",
    "other-kind": "the controller does not look for it on this kind of object",
    "ingress-class-params": "IngressClassParams set the same, and they go first",
    "security-groups": "security-groups name the groups, and then no rules are made for networks or prefix lists",
    "no-security-groups": "no member of the group has security-groups, and it only counts beside them",
    "no-https-port": "the Ingress listens on no HTTPS port",
    "no-frontend-nlb": "enable-frontend-nlb is true on no member of the group",
    "no-group": "the Ingress is in no group",
    "no-listener": "the Ingress has no listener of that protocol and port",
    "no-backend": "no backend of the Ingress asks for it",
    "no-own-type-path": "no path of the Ingress is of the type ImplementationSpecific",
    "pod-targets": "its targets are pods, and it chooses nodes",
    "acl-name": "a member of the group names its web ACL, and then no ARN is read",
    "feature-gate": "the feature gate that turns it on is off",
    "auto-mode": "EKS Auto Mode does not support it",
    **nlb_annotation_use.REASONS,
}
"""Why an annotation that the controller knows has no effect, with the words for it."""

_HEEDED = {"none", "security-groups", "no-https-port", "no-group", "acl-name"}
UNPARSED = (frozenset(REASONS) - _HEEDED - frozenset(nlb_annotation_use.REASONS)) | nlb_annotation_use.UNPARSED
"""The reasons for which the controller does not even parse it, so that a broken value breaks nothing."""

Reason = Callable[[Subject, Annotation], str | Unknown | None]


def _owner(annotation: Subject, kind: str, spelled: str) -> Value:
    if annotation.value("owner_kind") != spelled:
        return Absent((annotation.place,))
    for one in annotation.home.named(kind, str(annotation.value("owner_name"))):
        if one.node is annotation.node:
            return one.known()
    return Unknown("the object was put together from several files", (annotation.place,), written=False)


@fact("annotation", "ingress")
def ingress(annotation: Subject) -> Value:
    """The Ingress that carries it; absent on another object."""
    return _owner(annotation, "ingress", "Ingress")


@fact("annotation", "service")
def service(annotation: Subject) -> Value:
    """The Service that carries it; absent on another object."""
    return _owner(annotation, "service", "Service")


@fact("service", "target-group[]")
def target_groups(service: Subject) -> Value:
    """The target groups whose targets are behind the Service."""
    cluster = service.home
    return subjects(cluster.where("target-group", "service", service), not cluster.whole, cluster.why)


@fact("annotation", "bool")
def taken(annotation: Subject) -> Value:
    """Whether the AWS controller looks at the object: it takes the Ingress, makes a load balancer of the Service, or forwards to it
    from an Ingress that it takes."""
    owner = annotation.get("ingress")
    if isinstance(owner, Known):
        takes: Value = owner.value.get("taken")
        return takes
    owner = annotation.get("service")
    if not isinstance(owner, Known):
        return owner
    if annotation.value("family") == "service":
        made = annotation.home.where("load-balancer", "service", owner.value)
        return Known(True, (annotation.place,)) if made else Unknown("the controller makes no load balancer of it", owner.places)
    listed = owner.value.value("target_groups")
    if listed.items:
        return Known(True, (annotation.place,))
    return Unknown(listed.why, (annotation.place,), written=False) if listed.open else Known(False, (annotation.place,))


@fact("annotation", f"enum({', '.join(REASONS)})")
def unread_because(annotation: Subject) -> Value:
    """Why the controller pays no heed to an annotation that it knows; none where it does."""
    table = definition(annotation)
    if table is None:
        return Absent((annotation.place,))
    if annotation.value("for_this_kind") is False:
        return Known("other-kind", (annotation.place,))
    owner = annotation.get("ingress")
    if isinstance(owner, Absent):
        return _of_service(annotation, table)
    if not isinstance(owner, Known):
        return values_annotation_use.unread_because(annotation, table) if annotation.value("taken") is True else owner
    for ask in _REASONS:
        found = ask(owner.value, table)
        if isinstance(found, Unknown):
            return found
        if found is not None:
            return Known(found, (annotation.place,))
    return Known("none", (annotation.place,))


def _of_service(annotation: Subject, table: Annotation) -> Value:
    """A Service's annotation is read for its NLB; one of an Ingress's family for the Ingresses that forward to it."""
    owner = annotation.get("service")
    if not isinstance(owner, Known) or annotation.value("family") != "service":
        return owner if isinstance(owner, Unknown) else Known("none", (annotation.place,))
    made = annotation.home.where("load-balancer", "service", owner.value)
    if not made:
        return Unknown("the controller makes no load balancer of it", owner.places, written=False)
    found = nlb_annotation_use.unread_because(made[0], table)
    return found if isinstance(found, Unknown) else Known(found, (annotation.place,))


@fact("annotation", "string")
def unread_words(annotation: Subject) -> Value:
    """The reason why it is not read, in words."""
    reason = annotation.get("unread_because")
    return Known(REASONS[reason.value], reason.places) if isinstance(reason, Known) else reason


@fact("annotation", "bool")
def read(annotation: Subject) -> Value:
    """Whether the controller pays heed to it; absent for a name that it does not know."""
    reason = annotation.get("unread_because")
    return Known(reason.value == "none", reason.places) if isinstance(reason, Known) else reason


@fact("annotation", "bool")
def parsed(annotation: Subject) -> Value:
    """Whether the controller parses the value, heeded or not, so that one that it refuses stops it."""
    reason = annotation.get("unread_because")
    return Known(reason.value not in UNPARSED, reason.places) if isinstance(reason, Known) else reason


@fact("annotation", "string")
def overriding(annotation: Subject) -> Value:
    """What IngressClassParams say in its place; absent where they do not override it."""
    table, owner = definition(annotation), annotation.get("ingress")
    if table is None or not isinstance(owner, Known) or annotation.value("unread_because") != "ingress-class-params":
        return Absent((annotation.place,))
    params = parameters(owner.value)
    for path in _paths(table):
        found = field(params, *path) if isinstance(params, Subject) else Absent()
        if isinstance(found, Known):
            plain = found.value.plain() if isinstance(found.value, Node) else found.value
            shown = ", ".join(map(str, plain)) if isinstance(plain, list) else str(plain)
            return Known(shown, found.places, key=found.key)
    return Absent((annotation.place,))


def _paths(table: Annotation) -> list[tuple[str, ...]]:
    """The fields of IngressClassParams that go before an annotation."""
    paths = [tuple(one.field.split(".")) for one in params_fields() if one.overrides == table.suffix]
    return [*paths, ("certificateARNs",)] if table.suffix == "certificate-arn" else paths


def _auto_mode(ingress: Subject, table: Annotation) -> str | Unknown | None:
    if table.auto_mode:
        return None
    mode = ingress.get("auto_mode")
    if isinstance(mode, Unknown):
        return mode
    return "auto-mode" if isinstance(mode, Known) and mode.value else None


def _gate(ingress: Subject, table: Annotation) -> str | Unknown | None:
    if not table.feature_gate:
        return None
    on = feature_gate(ingress.home, table.feature_gate)
    if on is None:
        return Unknown(f"whether the feature gate {table.feature_gate} is on is not seen", (ingress.place,), written=False)
    return None if on else "feature-gate"


def _class_params(ingress: Subject, table: Annotation) -> str | Unknown | None:
    if table.params_field is None or table.form is not None:
        return None
    entries = [one for one in params_fields() if one.overrides == table.suffix]
    if any(one.per_key or one.first_member for one in entries):
        return None
    params = parameters(ingress)
    if isinstance(params, Unknown):
        return params
    found = [field(params, *path) for path in ([("group",)] if table.suffix == "group.name" else _paths(table))]
    return "ingress-class-params" if any(not isinstance(one, Absent) for one in found) else None


def _of_group(ingress: Subject) -> tuple[list[Subject], Unknown | None]:
    """The members of the Ingress's group, and why there may be more."""
    group = ingress.get("group")
    if not isinstance(group, Known):
        return [ingress], Unknown("the group is not known", group.places, written=False)
    listed = group.value.value("members")
    return members(group.value), Unknown(listed.why, group.places, written=False) if listed.open else None


def _any(values: Iterable[Value], holds: Callable[[Value], bool], more: Unknown | None) -> bool | Unknown:
    """Whether it holds for some value; unknown where one is not known or there may be more."""
    unknown = more
    for value in values:
        if isinstance(value, Unknown):
            unknown = unknown or value
        elif holds(value):
            return True
    return unknown if unknown is not None else False


def _security_groups(ingress: Subject, table: Annotation) -> str | Unknown | None:
    limited = table.suffix in ("inbound-cidrs", "security-group-prefix-lists")
    if not limited and table.suffix != "manage-backend-security-group-rules":
        return None
    found, more = _of_group(ingress)
    groups = [one.get("security_groups") for one in found]
    named = _any(groups, lambda value: isinstance(value, Known) and bool(value.value.items), more)
    if isinstance(named, Unknown):
        return None if limited and all(isinstance(value, Absent) for value in groups) else named
    if limited:
        return "security-groups" if named else None
    return None if named else "no-security-groups"


def _https(ingress: Subject, table: Annotation) -> str | Unknown | None:
    if table.suffix not in ("ssl-policy", "mutual-authentication", "certificate-arn"):
        return None
    ports = ingress.get("listen_ports")
    if not isinstance(ports, Known):
        return ports if isinstance(ports, Unknown) else None
    return None if any(one.value.value("protocol") == "HTTPS" for one in ports.value) else "no-https-port"


def _frontend(ingress: Subject, table: Annotation) -> str | Unknown | None:
    if not table.suffix.startswith("frontend-nlb-"):
        return None
    found, more = _of_group(ingress)
    if any(has_frontend_nlb(one) for one in found):
        return None
    return more or "no-frontend-nlb"


def _order(ingress: Subject, table: Annotation) -> str | Unknown | None:
    if table.suffix != "group.order":
        return None
    name = ingress.get("group_name")
    return name if isinstance(name, Unknown) else "no-group" if isinstance(name, Absent) else None


def _acl(ingress: Subject, table: Annotation) -> str | Unknown | None:
    if table.suffix != "wafv2-acl-arn":
        return None
    found, _ = _of_group(ingress)
    named = _any(
        [setting(one, "wafv2-acl-name", "wafv2AclName") for one in found],
        lambda value: isinstance(value, Known) and value.value != "",
        None,
    )
    return "acl-name" if named is True else named if isinstance(named, Unknown) else None


def _form(ingress: Subject, table: Annotation) -> str | Unknown | None:
    if table.argument is None:
        return None
    cluster = ingress.home
    backends = cluster.where("backend", "ingress", ingress)
    if ingress.partial:
        return Unknown(ingress.partial, (ingress.place,))
    if table.suffix == "actions":
        return None if any(one.value("action_name") == table.argument for one in backends) else "no-backend"
    if table.suffix in ("conditions", "transforms"):
        of_paths = [one for one in backends if one.value("default") is False and one.value("role") != "forward"]
        names = {one.value("service_name") or one.value("action_name") for one in of_paths}
        return None if table.argument in names else "no-backend"
    if table.suffix == "target-control-port":
        asked = {f"{one.value('service_name')}.{one.value('port')}" for one in backends}
        return None if table.argument in asked else "no-backend"
    ports = ingress.get("listen_ports")
    if not isinstance(ports, Known):
        return ports if isinstance(ports, Unknown) else None
    names = {f"{one.value.value('protocol')}-{one.value.value('port')}" for one in ports.value}
    return None if table.argument in names else "no-listener"


def _nodes(ingress: Subject, table: Annotation) -> str | Unknown | None:
    if table.suffix != "target-node-labels":
        return None
    types = [one.get("target_type") for one in ingress.home.where("target-group", "ingress", ingress)]
    instance = _any(types, lambda value: isinstance(value, Known) and value.value == "instance", None)
    return instance if isinstance(instance, Unknown) else None if instance or not types else "pod-targets"


def _regex(ingress: Subject, table: Annotation) -> str | Unknown | None:
    if table.suffix != "use-regex-path-match" or ingress.value("regex_paths") is False:
        return None
    found: Value = ingress.get("paths")
    listed = found.value if isinstance(found, Known) else None
    kinds = [one.value.get("path_type") for one in listed or () if isinstance(one, Known)]
    if any(isinstance(kind, Absent) or (isinstance(kind, Known) and kind.value == "ImplementationSpecific") for kind in kinds):
        return None
    unknown = next((kind for kind in kinds if isinstance(kind, Unknown)), None)
    if unknown is None and listed is not None and listed.open:
        unknown = Unknown(listed.why, (ingress.place,), written=False)
    return unknown or "no-own-type-path"


_REASONS: tuple[Reason, ...] = (
    _auto_mode, _gate, _class_params, _security_groups, _https, _frontend, _order, _acl, _form, _nodes, _regex,
)  # fmt: skip
