"""The workloads whose pods a Service selects, and what their containers listen on.

Source: Kubernetes, Services: selectors look at pod labels in the Service's own namespace.
"""

from __future__ import annotations

from ekslint.fact import Subject, fact, subjects
from ekslint.facts.workload import pod_of
from ekslint.relations.services import chart_for, namespace_of
from ekslint.syntax.tree import Mapping, entries, items
from ekslint.value import Absent, Known, Unknown, Value, listing, read


@fact("workload", "any")
def labels_by_key(workload: Subject) -> Value:
    """The labels of a workload's pods as a mapping of values by key; unknown where they are not all seen."""
    pod = pod_of(workload)
    found = pod.at("metadata", "labels") if pod is not None and not workload.partial else None
    if pod is None or workload.partial or (found is not None and not isinstance(found, Mapping)):
        return Unknown(f"the labels of {workload.name} are not known", (workload.place,), written=False)
    return Known({key: read(value) for key, _, value in entries(found)}, (workload.place,))


@fact("service", "workload[]")
def workloads(service: Subject) -> Value:
    """The workloads whose pods are behind the Service; absent for a Service that selects none.

    Open where the cluster was seen in part, where a label is not known, where the set holds no workload of the namespace, and where
    none fits and a chart may bring one.
    """
    wanted = service.get("selector")
    if not isinstance(wanted, Known):
        return wanted
    if any(not isinstance(pair, Known) for pair in wanted.value) or wanted.value.open:
        return Unknown("the selector is not known", wanted.places, written=False)
    selector = dict(pair.value.partition("=")[::2] for pair in wanted.value)
    cluster = service.home
    namespace = namespace_of(service)
    near = cluster.all("workload")
    if namespace is not None:
        near = [*cluster.where("workload", "namespace", namespace), *cluster.where("workload", "namespace", None)]
    found, unsure = [], "" if cluster.whole else cluster.why
    for one in near:
        labels = one.value("labels_by_key")
        if labels is None or any(isinstance(labels.get(key), Unknown) for key in selector):
            unsure = unsure or f"the labels of {one.name} are not known"
        elif all(_is(labels.get(key), value) for key, value in selector.items()):
            found.append(one)
    if not near:
        unsure = unsure or "the set holds no workload of this namespace"
    chart = "" if found else chart_for(cluster, namespace)
    if chart:
        unsure = unsure or f"the chart {chart} may bring one"
    return subjects(found, bool(unsure), unsure, wanted.places)


def _is(label: Value | None, wanted: str) -> bool:
    return isinstance(label, Known) and str(label.value) == wanted


@fact("service", "string[]")
def pod_port_names(service: Subject) -> Value:
    """The names of the ports of the containers behind the Service; absent where no workload behind it is seen."""
    listed = service.get("workloads")
    if not isinstance(listed, Known):
        return listed
    if not listed.value.items:
        return Unknown(listed.value.why, listed.places, written=False) if listed.value.open else Absent(listed.places)
    names: list[Value] = []
    why = listed.value.why
    for one in listed.value:
        pod = pod_of(one.value)
        containers = [*items(pod.at("spec", "containers")), *items(pod.at("spec", "initContainers"))] if pod is not None else []
        for port in (port for container in containers for port in items(container.get("ports"))):
            name = read(port, "name")
            if isinstance(name, Unknown):
                why = why or name.reason
            elif isinstance(name, Known):
                names.append(name)
    return listing(names, bool(why), why, listed.places)
