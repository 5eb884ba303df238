"""IAM roles of nodes: who has them, and whether the VPC CNI may assign IPv6 addresses with them.

Source: the VPC CNI asks EC2 for prefixes with ec2:AssignIpv6Addresses, which AmazonEKS_CNI_Policy does not allow (EKS user guide,
"Amazon EKS node IAM role" and "IPv6 policy of the VPC CNI").
"""

from __future__ import annotations

import re

from ekslint.fact import Subject, fact, subjects
from ekslint.value import Known, Unknown, Value

ASSIGN = "ec2:assignipv6addresses"


@fact("iam-role", "bool")
def assigns_ipv6(role: Subject) -> Value:
    """Whether one of its policies allows ec2:AssignIpv6Addresses."""
    allowed: Value = role.get("allowed_actions")
    if not isinstance(allowed, Known):
        return allowed
    for action in allowed.value:
        if isinstance(action, Known) and _covers(str(action.value).lower()):
            return Known(True, action.places)
    if allowed.value.open:
        return Unknown(allowed.value.why, allowed.places, written=False)
    return Known(False, allowed.places)


def _covers(action: str) -> bool:
    pattern = re.escape(action[:200]).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(pattern, ASSIGN) is not None if action.count("*") < 5 else True


@fact("iam-role", "node-group[]")
def node_groups(role: Subject) -> Value:
    """The node groups of the set whose nodes have the role."""
    own = role.get("reference")
    found = [group for group in role.home.all("node-group") if isinstance(own, Known) and group.value("node_role") == own.value]
    return subjects(found, places=(role.place,))


@fact("cluster", "iam-role[]")
def roles_for_ipv6(cluster: Subject) -> Value:
    """The roles of the set with which IPv6 addresses can be assigned; open where the policies of a role are not all known."""
    found = []
    why = ""
    for role in cluster.home.all("iam-role"):
        able = role.get("assigns_ipv6")
        if isinstance(able, Unknown):
            why = why or able.reason
        elif isinstance(able, Known) and able.value is True:
            found.append(role)
    return subjects(found, bool(why), why)
