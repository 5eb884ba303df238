"""Security groups and their rules, whatever spells them."""

from __future__ import annotations

from ekslint.carriers.launch_template import Fields, integer
from ekslint.fact import Subject, given
from ekslint.source.text import Place
from ekslint.syntax.tree import Node
from ekslint.value import Absent, Known, Unknown, Value

given("security-group", "reference", "string", "What other resources of the same configuration or template call the group's id.")
given("security-group", "egress", "security-group-rule[]", "The rules that let traffic out.")
given("security-group", "ingress", "security-group-rule[]", "The rules that let traffic in.")
given("security-group", "vpc", "string", "The VPC of the group, by folder and address or by file and logical id.")
given("security-group-rule", "protocol", "enum(tcp, udp, icmp, all, other)", "The protocol of the rule.")
given("security-group-rule", "from_port", "int", "The first port of the rule; absent where it is for all.")
given("security-group-rule", "to_port", "int", "The last port of the rule.")

_PROTOCOLS = {"tcp": "tcp", "6": "tcp", "udp": "udp", "17": "udp", "icmp": "icmp", "1": "icmp", "-1": "all", "all": "all"}


def security_group_rule(fields: Fields, names: tuple[str, str, str], direction: str, node: Node, place: Place) -> Subject:
    """A rule in one direction; `names` are the carrier's fields for the protocol, the first port and the last one."""
    protocol, start, end = (fields.get(name) for name in names)
    if isinstance(protocol, Known):
        protocol = Known(_PROTOCOLS.get(str(protocol.value).lower(), "other"), protocol.places, protocol.default)
    elif isinstance(protocol, Absent):
        protocol = Unknown("no protocol is written", protocol.places, written=False)
    facts: dict[str, Value] = {"protocol": protocol, "from_port": integer(start), "to_port": integer(end)}
    return Subject("security-group-rule", direction, place, node=node, given=facts)
