"""Local Zones and Wavelength Zones that the files speak of: there a load balancer needs one subnet only.

Source: AWS, names of Local Zones (a region, a metropolitan area, a number and a letter: us-west-2-lax-1a) and Wavelength Zones
(us-east-1-wl1-bos-wlz-1).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ekslint.fact import Subject, fact
from ekslint.facts.workload import pod_of
from ekslint.syntax.tree import Mapping, Node, Scalar, Sequence
from ekslint.value import Known, Value, listing

ZONE = re.compile(r"[a-z]{2}(?:-[a-z]+)+-\d-(?:[a-z]{3}-\d[a-z]|wl\d+-[a-z]+-wlz-\d+)")


def _scalars(node: Node | None) -> Iterator[Scalar]:
    waiting = [node]
    while waiting:
        at = waiting.pop()
        if isinstance(at, Scalar):
            yield at
        elif isinstance(at, Mapping):
            waiting.extend(value for _, value in at.entries)
        elif isinstance(at, Sequence):
            waiting.extend(at.items)


@fact("cluster", "string[]")
def local_zones(cluster: Subject) -> Value:
    """The Local Zones and Wavelength Zones that workloads ask for and node groups lie in."""
    found: dict[str, Value] = {}
    for workload in cluster.home.all("workload"):
        pod = pod_of(workload)
        for key in ("nodeSelector", "affinity"):
            for scalar in _scalars(pod.at("spec", key) if pod is not None else None):
                if ZONE.fullmatch(scalar.content):
                    found.setdefault(scalar.content, Known(scalar.content, (scalar.place,)))
    for group in cluster.home.all("node-group"):
        zones = group.value("zones")
        for zone in zones if zones is not None else ():
            if isinstance(zone, Known) and ZONE.fullmatch(str(zone.value)):
                found.setdefault(str(zone.value), zone)
    return listing(list(found.values()), not cluster.home.whole, cluster.home.why)
