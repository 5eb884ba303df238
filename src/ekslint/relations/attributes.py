"""The attributes of load balancers, target groups and listeners that annotations and IngressClassParams set, one subject each.

Sources: pkg/ingress/model_build_load_balancer_attributes.go, model_build_target_group.go and model_build_listener.go of the
controller, which passes most of them on unread; AWS's elbv2 API for what it takes.
"""

from __future__ import annotations

from collections.abc import Iterator

from ekslint.data.annotations import Attribute, nearest_attribute
from ekslint.data.annotations import attribute as in_table
from ekslint.data.go import go_int
from ekslint.fact import Subject, fact, given, maker
from ekslint.facts.annotation import definition
from ekslint.facts.written import alb, pairs
from ekslint.inventory import Cluster
from ekslint.relations.ingress_groups import members
from ekslint.relations.ingress_settings import parameters
from ekslint.relations.listen_ports import annotation_text
from ekslint.source.text import Place
from ekslint.syntax.tree import items
from ekslint.value import Absent, Known, Unknown, Value, read

TABLES = {"load_balancer": "load balancers", "target_group": "target groups", "listener": "listeners"}

given("attribute", "annotation", "annotation", "The annotation that sets it; absent where IngressClassParams do.")
given("attribute", "params", "ingress-class-params", "The IngressClassParams that set it; absent where an annotation does.")
given("attribute", "table", "enum(load_balancer, target_group, listener)", "What the attribute is set on.")
given("attribute", "balancer", "enum(alb, nlb)", "The type of load balancer that it is set for.")
given("attribute", "value", "string", "The value as written.")


@maker("attribute")
def attributes(cluster: Cluster) -> Iterator[Subject]:
    """The attributes that the annotations and IngressClassParams of a cluster set."""
    for annotation in cluster.all("annotation"):
        table = definition(annotation)
        if table is not None and table.catalogue is not None:
            yield from _annotated(annotation, *table.catalogue)
    for params in cluster.all("ingress-class-params"):
        yield from _listed(params)


def _annotated(annotation: Subject, table: str, balancer: str) -> Iterator[Subject]:
    written = pairs(annotation.get("text"))
    for key, value in written.value.items() if isinstance(written, Known) else ():
        place = _key_place(annotation, key) or written.places[0]
        yield _attribute(annotation, table, balancer, key, Known(value, (place,), key=annotation.name), place)


def _key_place(annotation: Subject, key: str) -> Place | None:
    """Where a key and its value stand in the annotation's text."""
    text = annotation_text(annotation, annotation.name)
    start = text.value.find(f"{key}=") if text is not None else -1
    if text is None or start < 0:
        return None
    end = text.value.find(",", start)
    part = text.value[start : end if end >= 0 else len(text.value)].rstrip()
    return text.place(start, start + len(part))


def _listed(params: Subject) -> Iterator[Subject]:
    node = params.node.at("spec", "loadBalancerAttributes") if params.node is not None else None
    for item in items(node):
        key, value = read(item, "key"), read(item, "value")
        if isinstance(key, Known) and not isinstance(value, Absent):
            yield _attribute(params, "load_balancer", "alb", str(key.value), value, key.places[0])


def _attribute(owner: Subject, table: str, balancer: str, key: str, value: Value, place: Place) -> Subject:
    from_annotation = owner.kind == "annotation"
    return Subject(
        "attribute",
        key,
        place,
        namespace=owner.namespace,
        given={
            "annotation": owner.known() if from_annotation else Absent((place,)),
            "params": Absent((place,)) if from_annotation else owner.known(),
            "table": Known(table, (place,)),
            "balancer": Known(balancer, (place,)),
            "value": value,
        },
        cluster=owner.cluster,
    )


def _entry(attribute: Subject) -> Attribute | None:
    return in_table(attribute.value("table"), attribute.name, attribute.value("balancer"))


@fact("attribute", "bool")
def taken(attribute: Subject) -> Value:
    """Whether the AWS controller reads the annotation it stands in; so it does of all IngressClassParams."""
    annotation = attribute.get("annotation")
    if not isinstance(annotation, Known):
        return Known(True, (attribute.place,))
    for name in ("taken", "parsed"):
        found: Value = annotation.value.get(name)
        if not isinstance(found, Known) or not found.value:
            return found
    return Known(True, (attribute.place,))


@fact("attribute", "bool")
def known(attribute: Subject) -> Value:
    """Whether load balancers of this type have an attribute of this key, on the thing that it is set on."""
    entry = _entry(attribute)
    return Known(entry is not None and attribute.value("balancer") in entry.applies_to, (attribute.place,))


@fact("attribute", "string")
def nearest(attribute: Subject) -> Value:
    """The key that an unknown one most likely means; absent where nothing is near."""
    near = nearest_attribute(attribute.value("table"), attribute.name, attribute.value("balancer"))
    return Known(near, (attribute.place,)) if near else Absent((attribute.place,))


@fact("attribute", "string")
def belongs_to(attribute: Subject) -> Value:
    """Where an attribute of this key belongs instead: other things of this load balancer, or another type of load balancer."""
    table, balancer = attribute.value("table"), attribute.value("balancer")
    for other, words in TABLES.items():
        entry = in_table(other, attribute.name, balancer) if other != table else None
        if entry is not None and balancer in entry.applies_to:
            return Known(words, (attribute.place,))
    entry = in_table(table, attribute.name, None)
    if entry is not None and balancer not in entry.applies_to:
        return Known(
            " and ".join({"alb": "ALBs", "nlb": "NLBs", "gwlb": "Gateway Load Balancers"}.get(k, k) for k in entry.applies_to)
        )
    return Absent((attribute.place,))


@fact("attribute", "string")
def takes(attribute: Subject) -> Value:
    """The values that AWS takes, in words; absent where any text may be one."""
    entry = _entry(attribute)
    words = _takes(entry) if entry is not None else ""
    return Known(words, (attribute.place,), default="AWS") if words else Absent((attribute.place,))


def _takes(entry: Attribute) -> str:
    words = list(entry.allowed or ())
    if entry.minimum is not None:
        words.append(f"{entry.minimum} to {entry.maximum}" if entry.maximum is not None else f"{entry.minimum} or more")
    return " or ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


@fact("attribute", "bool")
def in_range(attribute: Subject) -> Value:
    """Whether the value is one that AWS takes; absent where any text may be one. The case of true and false is not judged."""
    entry, value = _entry(attribute), attribute.get("value")
    if entry is None or not _takes(entry):
        return Absent((attribute.place,))
    if not isinstance(value, Known):
        return value
    text = str(value.value)
    allowed = entry.allowed or ()
    if text in allowed or (text.lower() in allowed and text.lower() in ("true", "false")):
        return Known(True, value.places)
    number = go_int(text) if entry.minimum is not None else None
    within = number is not None and number >= (entry.minimum or 0) and (entry.maximum is None or number <= entry.maximum)
    return Known(within, value.places)


@fact("attribute", "string")
def bucket(attribute: Subject) -> Value:
    """The bucket of the logs that `….s3.enabled` turns on, from any member of the ALB's group; absent for other attributes too."""
    annotation = attribute.value("annotation")
    ingress = annotation.value("ingress") if annotation is not None else None
    if ingress is None or not attribute.name.endswith(".s3.enabled"):
        return Absent((attribute.place,))
    group = ingress.get("group")
    if not isinstance(group, Known):
        return Unknown("the group is not known", (attribute.place,), written=False)
    key = attribute.name.removesuffix("enabled") + "bucket"
    listed = group.value.value("members")
    unsure = Unknown(listed.why, (attribute.place,), written=False) if listed.open else None
    for member in members(group.value):
        params = parameters(member)
        written = pairs(alb(member, "load-balancer-attributes"))
        if isinstance(params, Unknown) or isinstance(written, Unknown):
            unsure = unsure or Unknown("an attribute is not known", (attribute.place,))
        elif isinstance(written, Known) and key in written.value:
            return Known(written.value[key], written.places)
        elif params is not None and any(one.name == key for one in _listed(params)):
            return Known(key, params.known().places)
    return unsure or Absent((attribute.place,))
