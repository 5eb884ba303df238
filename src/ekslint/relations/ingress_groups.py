"""IngressGroups: the Ingresses that share a load balancer, in the order in which their rules count.

Sources: pkg/ingress/group_loader.go (loadGroupID, sortGroupMembers) and group.go of the AWS Load Balancer Controller.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ekslint.fact import Subject, fact, given, maker, subjects
from ekslint.inventory import Cluster
from ekslint.relations.ingress_class import taken_ingresses
from ekslint.relations.ingress_settings import GROUP_NAME
from ekslint.value import Absent, Known, Listing, Unknown, Value, places_of

given("ingress-group", "explicit", "bool", "Whether a person named the group; an Ingress without a group is one of its own.")
given("ingress-group", "members", "ingress[]", "The Ingresses of the group, by order, namespace and name.")
given("ingress-group", "ordered", "bool", "Whether the order of the members is certain.")
given("ingress-group", "variant", "bool", "Whether it is another version of an Ingress that the set has already.")


def names_a_group(name: Value) -> bool:
    """Whether it is a group name that the controller takes."""
    return isinstance(name, Known) and GROUP_NAME.fullmatch(str(name.value)) is not None and len(str(name.value)) <= 63


@maker("ingress-group")
def ingress_groups(cluster: Cluster) -> Iterator[Subject]:
    """The groups of the Ingresses that the AWS controller takes. One with a name that it refuses is in no group.

    Of an Ingress that stands in the set more than once the first counts; each further one without a group is judged by itself, as a
    variant that nothing is to be counted with.
    """
    named: dict[str, list[Subject]] = {}
    seen: set[tuple[object, str]] = set()
    for ingress in taken_ingresses(cluster):
        name = ingress.get("group_name")
        variant = (_namespace(ingress), ingress.name) in seen
        seen.add((_namespace(ingress), ingress.name))
        if isinstance(name, Absent):
            yield _group(cluster, ingress.name, [ingress], False, "", variant)
        elif isinstance(name, Known) and names_a_group(name) and not variant:
            named.setdefault(str(name.value), []).append(ingress)
    for group, members in named.items():
        yield _group(cluster, group, members, True, _why_open(cluster, group, members))


def _group(cluster: Cluster, name: str, members: list[Subject], explicit: bool, why: str, variant: bool = False) -> Subject:
    ordered = sorted(members, key=lambda one: (one.value("group_order") or 0, str(_namespace(one)), one.name))
    certain = not why and _sortable(members)
    return Subject(
        "ingress-group",
        name,
        ordered[0].place,
        given={
            "explicit": Known(explicit, places_of(*(one.get("group_name") for one in ordered))),
            "members": subjects(ordered, bool(why), why),
            "ordered": Known(certain),
            "variant": Known(variant, (ordered[0].place,)),
        },
        cluster=cluster,
    )


def _sortable(members: list[Subject]) -> bool:
    """Whether the order is certain: orders that are known, and namespaces too unless all orders differ."""
    orders = [one.get("group_order") for one in members]
    if len(members) == 1:
        return True
    if not all(isinstance(order, Known) for order in orders):
        return False
    distinct = {order.value for order in orders if isinstance(order, Known)}
    return len(distinct) == len(members) or all(_namespace(one) is not None for one in members)


def _namespace(ingress: Subject) -> object:
    namespace = ingress.get("namespace")
    return namespace.value if isinstance(namespace, Known) else None


def _why_open(cluster: Cluster, group: str, members: list[Subject]) -> str:
    if not cluster.whole:
        return cluster.why
    if len(members) == 1:
        return f"a group {group} of one member: others may be elsewhere"
    for ingress in cluster.all("ingress"):
        name, taken = ingress.get("group_name"), ingress.get("taken")
        if isinstance(taken, Known) and taken.value is False:
            continue
        same = isinstance(name, Known) and name.value == group
        if isinstance(name, Unknown) or (same and isinstance(taken, Unknown)):
            return f"whether Ingress {ingress.name} is a member is not known"
    return ""


@fact("ingress", "ingress-group")
def group(ingress: Subject) -> Value:
    """The IngressGroup that the Ingress is in, alone or with others; unknown where the controller refuses the name."""
    name = ingress.get("group_name")
    if isinstance(name, Unknown):
        return name
    if isinstance(name, Known) and not names_a_group(name):
        return Unknown(f"the controller takes no group name `{name.value}`", name.places, str(name.value), written=True)
    if ingress.value("taken") is not True:
        return ingress.get("taken") if isinstance(ingress.get("taken"), Unknown) else Absent(name.places)
    for one in ingress.home.named("ingress-group", str(name.value) if isinstance(name, Known) else ingress.name):
        if any(isinstance(member, Known) and member.value is ingress for member in one.value("members")):
            return Known(one, name.places or (ingress.place,))
    return Unknown(f"Ingress {ingress.name} stands more than once in the set", (ingress.place,), written=False)


def members(group: Subject) -> list[Subject]:
    """The members that are seen."""
    return [one.value for one in group.value("members") if isinstance(one, Known)]


def agreed(group: Subject, values: Iterable[Value], otherwise: Value) -> Value:
    """The value of an exclusive setting of a group: the one that its members give, whoever does not follows.

    Unknown where they disagree; where none gives one, `otherwise`, unless a member may.
    """
    found = list(values)
    known = [value for value in found if isinstance(value, Known)]
    distinct: dict[object, Known[object]] = {}
    for value in known:
        distinct.setdefault(_comparable(value.value), value)
    if len(distinct) > 1:
        return Unknown("the members disagree, and the controller refuses", places_of(*known), written=False)
    if known:
        return known[0]
    unknown = next((value for value in found if isinstance(value, Unknown)), None)
    if unknown is not None:
        return unknown
    listed: Listing = group.value("members")
    return Unknown(listed.why, otherwise.places, written=False) if listed.open else otherwise


def _comparable(value: object) -> object:
    if isinstance(value, Listing):
        return tuple(item.value if isinstance(item, Known) else None for item in value)
    return value
