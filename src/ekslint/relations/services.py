"""Which Service a name means from where it is used.

A namespace that nobody wrote is filled in by kustomize, Helm or kubectl, mostly with the same one for what lies together: so it
fits any other.
"""

from __future__ import annotations

from ekslint.data.nearest import nearest_name
from ekslint.fact import Subject
from ekslint.inventory import Cluster
from ekslint.value import Absent, Known, Unknown, Value


def namespace_of(subject: Subject) -> str | None:
    """The namespace that is written; None where none is."""
    written = subject.get("namespace")
    return str(written.value) if isinstance(written, Known) else None


def fits(one: str | None, other: str | None) -> bool:
    """Whether two namespaces may be the same."""
    return one is None or other is None or one == other


def find_service(cluster: Cluster, namespace: str | None, name: str, origin: Value) -> Value:
    """The Service of that name as seen from a namespace.

    Absent only where the set holds Services that may be of that namespace, so that Services are not kept elsewhere, or one of
    that very name which certainly is of another namespace.
    """
    found = [one for one in cluster.named("service", name) if fits(namespace_of(one), namespace)]
    exact = [one for one in found if namespace_of(one) == namespace]
    if len(exact or found) == 1:
        return Known((exact or found)[0], origin.places)
    if found:
        return Unknown(f"several Services {name}", origin.places, written=False)
    if not cluster.whole:
        return Unknown(cluster.why, origin.places, written=False)
    chart = chart_for(cluster, namespace)
    if chart:
        return Unknown(f"the chart {chart} may bring it", origin.places, written=False)
    if not cluster.named("service", name) and not any(fits(namespace_of(one), namespace) for one in cluster.all("service")):
        return Unknown("the set holds no Service of this namespace", origin.places, written=False)
    return Absent(origin.places)


def chart_for(cluster: Cluster, namespace: str | None) -> str:
    """A chart that may bring objects of a namespace which are not seen; empty where none is released."""
    for release in cluster.all("chart-release"):
        target = release.get("target_namespace")
        if release.value("local") or (isinstance(target, Known) and target.value == namespace):
            return str(release.value("chart") or release.name)
    return ""


def nearest_service(cluster: Cluster, namespace: str | None, name: str) -> str | None:
    """The Service of a namespace whose name is closest to one that no Service has."""
    return nearest_name(name, [one.name for one in cluster.all("service") if fits(namespace_of(one), namespace)])


def services_elsewhere(cluster: Cluster, namespace: str | None, name: str) -> list[Subject]:
    """The Services of that name that certainly are of another namespace."""
    return [one for one in cluster.named("service", name) if not fits(namespace_of(one), namespace)]
