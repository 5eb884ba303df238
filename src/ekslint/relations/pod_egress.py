"""What the security groups of pods let out to DNS servers, where the set makes the groups.

Pods on branch interfaces have no other way to CoreDNS than the rules of their groups (EKS user guide, "Security groups for pods").
"""

from __future__ import annotations

from ekslint.fact import Subject, fact
from ekslint.relations.services import namespace_of
from ekslint.value import Absent, Known, Unknown, Value, listing

DNS = 53


@fact("security-group", "string[]")
def dns_protocols(group: Subject) -> Value:
    """The protocols, of tcp and udp, with which some rule lets traffic out to port 53 of anybody."""
    rules = group.get("egress")
    if not isinstance(rules, Known):
        return rules
    found: dict[str, Value] = {}
    why = rules.value.why if rules.value.open else ""
    for one in rules.value:
        rule = one.value if isinstance(one, Known) else None
        for name in ("udp", "tcp"):
            reached = reaches(rule, name, DNS) if rule is not None else None
            if reached is None:
                why = why or "a rule is not known"
            elif reached:
                found.setdefault(name, Known(name, one.places))
    return listing(found.values(), bool(why), why, rules.places)


def reaches(rule: Subject, protocol: str, port: int) -> bool | None:
    """Whether a rule is for a port of a protocol; None where that is not known."""
    said, first, last = (rule.get(name) for name in ("protocol", "from_port", "to_port"))
    if not isinstance(said, Known):
        return None
    if said.value == "all":
        return True
    if said.value != protocol:
        return False
    if isinstance(first, Absent) and isinstance(last, Absent):
        return True
    if not isinstance(first, Known) or not isinstance(last, Known):
        return None
    return bool(first.value <= port <= last.value) or first.value == -1


@fact("security-group-policy", "string[]")
def dns_protocols_of_groups(policy: Subject) -> Value:
    """The protocols with which its groups let pods out to DNS; open where a group or another policy may allow more."""
    listed = policy.get("groups")
    if not isinstance(listed, Known):
        return listed
    home = policy.home
    found: dict[str, Value] = {}
    why = listed.value.why if listed.value.open else ""
    for one in listed.value:
        group = group_of(policy, one)
        if group is None:
            why = why or "a group is not in the set"
            continue
        protocols = group.get("dns_protocols")
        if not isinstance(protocols, Known):
            why = why or "the rules of a group are not known"
            continue
        why = why or (protocols.value.why if protocols.value.open else "")
        for protocol in protocols.value:
            if isinstance(protocol, Known):
                found.setdefault(protocol.value, protocol)
    here = namespace_of(policy)
    others = [other for other in home.all("security-group-policy") if other.place != policy.place]
    if any(here is None or namespace_of(other) in (None, here) for other in others):
        why = why or "another policy may give the pods more groups"
    return listing(found.values(), bool(why), why, listed.places)


def group_of(subject: Subject, value: Value) -> Subject | None:
    """The group of the set that a policy, an ENIConfig or a node group names by reference."""
    text = value.text if isinstance(value, Unknown) else None
    if text is None or not value.places:
        return None
    name = text.strip().removeprefix("${").removesuffix("}").strip()
    file = value.places[0].file
    found = [
        group
        for group in subject.home.all("security-group")
        if f".{group.value('reference')}".endswith(f".{name}") and _together(group, file, name)
    ]
    return found[0] if len(found) == 1 else None


def _together(group: Subject, file: str, name: str) -> bool:
    """Whether a name in a file can mean the group: an address one of its folder, a logical id one of its template."""
    return group.place.file.rpartition("/")[0] == file.rpartition("/")[0] if "." in name else group.place.file == file
