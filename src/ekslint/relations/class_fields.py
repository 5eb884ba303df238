"""Fields of IngressClassParams that count from the first member of a group alone.

Sources: pkg/ingress/model_build_load_balancer_attributes.go and _capacity_reservation.go, model_build_ipam.go and
model_build_listener.go (buildIngressGroupListenerAttributes) of the AWS Load Balancer Controller.
"""

from __future__ import annotations

from ekslint.fact import Subject, fact
from ekslint.relations.ingress_groups import members
from ekslint.relations.ingress_settings import parameters
from ekslint.syntax.tree import Node, items
from ekslint.value import Absent, Known, Unknown, Value, listing, read

FIELDS = ("loadBalancerAttributes", "minimumLoadBalancerCapacity", "ipamConfiguration")


@fact("ingress", "string[]")
def unread_class_fields(ingress: Subject) -> Value:
    """The fields of its IngressClassParams that no load balancer gets, since those of the group's first member count and differ.

    Absent where no IngressClassParams are, and for the first member.
    """
    params, group = parameters(ingress), ingress.get("group")
    if isinstance(params, Unknown):
        return params
    if params is None or not isinstance(group, Known):
        return group if isinstance(group, Unknown) else Absent((ingress.place,))
    everyone = members(group.value)
    if everyone[0] is ingress:
        return Absent((ingress.place,))
    if group.value.value("ordered") is not True:
        return Unknown("the order of the members is not certain", (ingress.place,), written=False)
    found: list[Value] = []
    for name in FIELDS:
        said = params.read("spec", name)
        if isinstance(said, Known) and _filled(said) and _differs(everyone[0], name, said):
            found.append(Known(name, said.places, key=name))
    listeners = params.node.at("spec", "listeners") if params.node is not None else None
    if any(_listener_unread(ingress, everyone, one) for one in items(listeners)):
        found.append(Known("listeners", params.read("spec", "listeners").places, key="listeners"))
    return listing(found, places=(params.place,))


def _filled(value: Known[object]) -> bool:
    plain = _plain(value)
    return plain not in ([], {}, "")


def _plain(value: Known[object]) -> object:
    return value.value.plain() if isinstance(value.value, Node) else value.value


def _differs(first: Subject, name: str, said: Known[object]) -> bool:
    """Whether the first member's class says something else, or nothing; not where that is not known."""
    params = parameters(first)
    if isinstance(params, Unknown):
        return False
    theirs = params.read("spec", name) if params is not None else Absent()
    if isinstance(theirs, Unknown):
        return False
    return not isinstance(theirs, Known) or not _holds(_plain(theirs), _plain(said))


def _holds(theirs: object, said: object) -> bool:
    """Whether all that one class says is in what the other says: each entry of a list, anything else as a whole."""
    if isinstance(theirs, list) and isinstance(said, list):
        return all(one in theirs for one in said)
    return theirs == said


def _listener_unread(ingress: Subject, everyone: list[Subject], listener: Node) -> bool:
    """Whether the attributes of a listener are another member's: of the first that listens on that port."""
    protocol, port = read(listener, "protocol"), read(listener, "port")
    if not isinstance(protocol, Known) or not isinstance(port, Known):
        return False
    for one in everyone:
        ports = one.get("listen_ports")
        if not isinstance(ports, Known):
            return False
        if any(item.value.value("port") == port.value for item in ports.value):
            return one is not ingress and _listens(ingress, port.value) and not _same_listener(one, listener)
    return False


def _listens(ingress: Subject, port: object) -> bool:
    return any(one.value.value("port") == port for one in ingress.value("listen_ports") or ())


def _same_listener(first: Subject, listener: Node) -> bool:
    params = parameters(first)
    if isinstance(params, Unknown):
        return True
    node = params.node.at("spec", "listeners") if params is not None and params.node is not None else None
    for one in items(node):
        if _named(one) == _named(listener):
            found, said = one.get("listenerAttributes"), listener.get("listenerAttributes")
            return said is None or (found is not None and _holds(found.plain(), said.plain()))
    return False


def _named(listener: Node) -> tuple[object, ...]:
    """The protocol and port of an entry of `listeners`."""
    found = (read(listener, name) for name in ("protocol", "port"))
    return tuple(one.value if isinstance(one, Known) else None for one in found)
