"""The fields of an object that nothing reads, from the object's side."""

from __future__ import annotations

from ekslint.fact import Subject, fact, subjects
from ekslint.value import Value


@fact("security-group-policy", "unread-field[]")
@fact("eni-config", "unread-field[]")
def unread_fields(owner: Subject) -> Value:
    """The fields of the object that its type does not have."""
    key = str(owner.place)
    found = [one for one in owner.home.all("unread-field") if one.value("owner_place") == key]
    return subjects(found, places=(owner.place,))
