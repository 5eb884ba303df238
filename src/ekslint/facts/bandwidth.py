"""The bandwidth that pods ask for by annotation, which the upstream bandwidth plugin reads."""

from __future__ import annotations

from ekslint.fact import Subject, fact
from ekslint.facts.workload import pod_read
from ekslint.value import Known, Listing, Unknown, Value

ANNOTATIONS = ("kubernetes.io/ingress-bandwidth", "kubernetes.io/egress-bandwidth")


@fact("workload", "string[]")
def bandwidth_limits(workload: Subject) -> Value:
    """The bandwidth annotations that the pods carry, by name."""
    written: list[Value] = []
    for name in ANNOTATIONS:
        value = pod_read(workload, "metadata", "annotations", name)
        if isinstance(value, Known) or (isinstance(value, Unknown) and value.written):
            written.append(Known(name, value.places))
    return Known(Listing(written, workload.partial is not None, workload.partial or ""), (workload.place,))
