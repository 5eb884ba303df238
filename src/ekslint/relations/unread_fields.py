"""The fields of an object that nothing reads, from the object's side."""

from __future__ import annotations

from ekslint.fact import Subject, fact, subjects
from ekslint.inventory import cluster_of
from ekslint.value import Value


def _of(owner: Subject) -> Value:
    key = str(owner.place)
    found = [one for one in cluster_of(owner).all("unread-field") if one.value("owner_place") == key]
    return subjects(found, places=(owner.place,))


@fact("security-group-policy", "unread-field[]")
def unread_fields(policy: Subject) -> Value:
    """The fields of the policy that the resource controller does not know."""
    return _of(policy)
