"""Ports of the node that pods on its network take, and those at which aws-node and its policy agent listen.

Sources: cmd/aws-k8s-agent/main.go and pkg/ipamd/introspect.go of amazon-vpc-cni-k8s; the agent's arguments in its manifest.
"""

from __future__ import annotations

from ekslint.fact import Subject, fact
from ekslint.facts.environment import setting, sources, taken
from ekslint.syntax.tree import Scalar, items, string
from ekslint.value import Absent, Known, Unknown, Value, listing

METRICS = 61678
INTROSPECTION = 61679
_IMAGES = ("amazon-k8s-cni", "aws-network-policy-agent")


@fact("workload", "int[]")
def ports_of_node(workload: Subject) -> Value:
    """The TCP ports that its containers name on the host network; absent on the network of pods, and of aws-node itself."""
    alone = workload.get("host_network")
    if not isinstance(alone, Known) or not alone.value:
        return Absent(alone.places) if isinstance(alone, Known) else alone
    listed = workload.get("containers")
    if not isinstance(listed, Known):
        return listed
    found: dict[int, Value] = {}
    why = listed.value.why if listed.value.open else ""
    for one in listed.value:
        container = one.value
        image = container.get("image")
        if workload.name == "aws-node" or (isinstance(image, Known) and any(each in str(image.value) for each in _IMAGES)):
            return Absent((workload.place,))
        for port in items(container.node.get("ports") if container.node is not None else None):
            number = port.get("containerPort")
            if isinstance(number, Scalar) and isinstance(number.value, int) and string(port.get("protocol")) in (None, "TCP"):
                found.setdefault(number.value, Known(number.value, (number.place,), key="containerPort"))
            elif not (isinstance(number, Scalar) and isinstance(number.value, int)):
                why = why or "a port is not known"
    return listing(found.values(), bool(why), why, listed.places)


@fact("cni", "int[]")
def listens_on(cni: Subject) -> Value:
    """The ports of the node at which aws-node listens: metrics and introspection, where they are not switched off."""
    if not sources(cni):
        return Unknown("nothing here configures the VPC CNI", (cni.place,), written=False)
    found: list[Value] = []
    why = ""
    for name, port in (("DISABLE_METRICS", METRICS), ("DISABLE_INTROSPECTION", INTROSPECTION)):
        off = taken(cni, name)
        address = setting(cni, "INTROSPECTION_BIND_ADDRESS") if port == INTROSPECTION else Absent()
        if isinstance(off, Unknown) or not isinstance(address, Absent):
            why = why or "a setting of the listeners is not known"
        elif isinstance(off, Known) and off.value is False:
            found.append(Known(port, off.places, off.default))
    return listing(found, bool(why), why, (cni.place,))
