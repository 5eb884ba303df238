"""Facts of a SecurityGroupPolicy, as the VPC resource controller takes it.

Source: apis/vpcresources/v1beta1/securitygrouppolicy_types.go and pkg/utils/helper.go (filterPodSecurityGroups) of
amazon-vpc-resource-controller-k8s: a selector that is null is not there, an empty one matches all, both together must match.
"""

from __future__ import annotations

from ekslint.fact import Subject, fact
from ekslint.facts.selectors import requirements
from ekslint.syntax.tree import Node
from ekslint.value import Absent, Known, Listing, Unknown, Value, listing, places_of, read_list

SELECTORS = ("podSelector", "serviceAccountSelector")


def selector_of(policy: Subject, name: str) -> Node | None:
    """The node of a selector; None where it is null or not written."""
    found = policy.read("spec", name)
    return policy.node.at("spec", name) if isinstance(found, Known) and policy.node is not None else None


@fact("security-group-policy", "string[]")
def selectors(policy: Subject) -> Value:
    """Which of podSelector and serviceAccountSelector are there, null ones left out; one that is a template is unknown."""
    found: list[Value] = []
    at: list[Value] = []
    spec = policy.node.get("spec") if policy.node is not None else None
    for name in SELECTORS:
        value = policy.read("spec", name)
        key = spec.key(name) if spec is not None else None
        if isinstance(value, Known):
            found.append(Known(name, (key.place,) if key is not None else value.places, key=name))
        elif isinstance(value, Unknown):
            found.append(value)
        at.append(value)
    return listing(found, bool(policy.partial), policy.partial or "", places_of(*(found or at))[:1])


@fact("security-group-policy", "bool")
def selects_all(policy: Subject) -> Value:
    """Whether every selector that is there is empty, so that the policy takes all pods of its namespace."""
    listed = policy.get("selectors")
    if not isinstance(listed, Known):
        return listed
    if not listed.value.items:
        return Unknown(listed.value.why, listed.places) if listed.value.open else Known(False, listed.places)
    for one in listed.value:
        if not isinstance(one, Known):
            return Unknown(f"{one.text or 'a selector'} is not literal", one.places, written=True)
        wanted = requirements(selector_of(policy, one.value))
        if wanted is None:
            return Unknown(f"{one.value} cannot be read", one.places, written=True)
        if wanted:
            return Known(False, one.places)
    return Unknown(listed.value.why, listed.places) if listed.value.open else Known(True, listed.places)


@fact("security-group-policy", "string[]")
def groups(policy: Subject) -> Value:
    """The security groups as they are listed (spec.securityGroups.groupIds)."""
    return read_list(policy.node, "spec", "securityGroups", "groupIds", partial=policy.partial, outer=(policy.place,))


@fact("security-group-policy", "string[]")
def distinct_groups(policy: Subject) -> Value:
    """The security groups, each once, as the controller passes them on."""
    listed = policy.get("groups")
    if not isinstance(listed, Known):
        return listed
    return distinct([listed])


def distinct(lists: list[Known[Listing]]) -> Value:
    """The values of several lists, each once; those that are not known stay."""
    seen: dict[str, Value] = {}
    unknown: list[Value] = []
    why = ""
    for listed in lists:
        why = why or (listed.value.why if listed.value.open else "")
        for one in listed.value:
            if isinstance(one, Known):
                seen.setdefault(str(one.value), one)
            elif isinstance(one, Unknown):
                text = one.text
                if text is None or text not in seen:
                    unknown.append(one)
                    if text is not None:
                        seen[text] = one
    found = [value for value in seen.values() if isinstance(value, Known)]
    return listing([*found, *unknown], bool(why), why, places_of(*lists))


@fact("security-group-policy", "bool")
def gives_groups(policy: Subject) -> Value:
    """Whether the policy names a security group at all: one that names none is passed over."""
    listed = policy.get("groups")
    if isinstance(listed, Absent):
        return Known(False, listed.places)
    if isinstance(listed, Unknown):
        return listed
    if listed.value.items:
        return Known(True, listed.places)
    return Unknown(listed.value.why, listed.places) if listed.value.open else Known(False, listed.places)


@fact("security-group-policy", "string")
def api_version(policy: Subject) -> Value:
    """apiVersion as it is written."""
    return policy.read("apiVersion")


@fact("security-group-policy", "string[]")
def repeated_groups(policy: Subject) -> Value:
    """The security groups that stand in the list before, at their later places."""
    listed = policy.get("groups")
    if not isinstance(listed, Known):
        return listed
    seen: set[str] = set()
    found: list[Value] = []
    for one in listed.value:
        text = str(one.value) if isinstance(one, Known) else one.text if isinstance(one, Unknown) else None
        if text is not None and text in seen:
            found.append(Known(text, one.places))
        if text is not None:
            seen.add(text)
    return listing(found, listed.value.open, listed.value.why, listed.places)
