"""Backends of Gateway API routes: the Services they name, whether they may, and the filters of their rules.

Sources: pkg/gateway/routeutils (backend.go, backend_service.go, route_rule_action.go) and pkg/gateway/model (target groups)
of the AWS Load Balancer Controller; the Gateway API for ReferenceGrants.
"""

from __future__ import annotations

from collections.abc import Iterator

from ekslint.fact import Subject, fact, given, maker, subjects
from ekslint.facts.load_balancer_controller import controller_or
from ekslint.facts.service import port_of
from ekslint.facts.written import CONTROLLER
from ekslint.inventory import Cluster
from ekslint.relations.services import find_service, fits, namespace_of, nearest_service, services_elsewhere
from ekslint.syntax.tree import Node, items
from ekslint.value import Absent, Known, Unknown, Value, read

given("route-backend", "route", "route", "The route that forwards to it.")
given("route-backend", "backend_kind", "string", "The kind of what is named; Service where none is written.")
given("route-backend", "port", "int", "The port that is named.")
given("route-backend", "weight", "int", "Its part of the traffic; 1 where none is written.")
given(
    "route-backend", "namespace_named", "string", "The namespace that is written beside the name; absent where it is the route's."
)
given("route-filter", "route", "route", "The route with the filter.")
given("route-filter", "filter_type", "string", "What the filter does.")
given("route-path", "route", "route", "The route that matches the path.")
given("route-path", "match", "string", "How it is matched; PathPrefix where nothing is written.")
given("route-path", "value", "string", "The path.")


def _rules(route: Subject) -> list[Node]:
    return items(route.node.at("spec", "rules") if route.node is not None else None)


@maker("route-backend", ("route",))
def backends(cluster: Cluster) -> Iterator[Subject]:
    """The backendRefs of a cluster's routes."""
    for route in cluster.all("route"):
        for node in (node for rule in _rules(route) for node in items(rule.get("backendRefs"))):
            yield _backend(route, node)


def _backend(route: Subject, node: Node) -> Subject:
    def part(key: str, default: object = None) -> Value:
        found = read(node, key, partial=route.partial, outer=(node.place,))
        return Known(default, found.places, default="Kubernetes") if isinstance(found, Absent) and default is not None else found

    name = node.get("name")
    written = read(node, "name")
    return Subject(
        "route-backend",
        str(written.value) if isinstance(written, Known) else "",
        name.place if name is not None else node.place,
        namespace=route.namespace,
        node=node,
        given={
            "route": route.known(),
            "backend_kind": part("kind", "Service"),
            "port": part("port"),
            "weight": part("weight", 1),
            "namespace_named": part("namespace"),
        },
        partial=route.partial,
        cluster=route.cluster,
    )


def _asked(backend: Subject) -> Value:
    """The name, where a Service is meant."""
    kind, name = backend.get("backend_kind"), read(backend.node, "name", outer=(backend.place,))
    if not isinstance(kind, Known):
        return kind
    return name if kind.value == "Service" else Absent(kind.places)


def _namespace(backend: Subject) -> str | Unknown | None:
    named = backend.get("namespace_named")
    if isinstance(named, Unknown):
        return named
    return str(named.value) if isinstance(named, Known) else namespace_of(backend)


@fact("route-backend", "service")
def service(backend: Subject) -> Value:
    """The Service that is named; absent where there is none of that name, and for a backend of another kind."""
    name, namespace = _asked(backend), _namespace(backend)
    if not isinstance(name, Known) or isinstance(namespace, Unknown):
        return namespace if isinstance(namespace, Unknown) else name
    return find_service(backend.home, namespace, str(name.value), name)


@fact("route-backend", "string")
def nearest(backend: Subject) -> Value:
    """The Service of the namespace whose name is closest; absent where none is near."""
    name, namespace = _asked(backend), _namespace(backend)
    if not isinstance(name, Known) or isinstance(namespace, Unknown):
        return namespace if isinstance(namespace, Unknown) else name
    found = nearest_service(backend.home, namespace, str(name.value))
    return Known(found, name.places) if found else Absent(name.places)


@fact("route-backend", "service[]")
def elsewhere(backend: Subject) -> Value:
    """The Services of that name that certainly are in another namespace than the one it is looked up in."""
    name, namespace = _asked(backend), _namespace(backend)
    if not isinstance(name, Known) or isinstance(namespace, Unknown):
        return namespace if isinstance(namespace, Unknown) else name
    return subjects(services_elsewhere(backend.home, namespace, str(name.value)), places=name.places)


@fact("route-backend", "service-port")
def service_port(backend: Subject) -> Value:
    """The port of the Service that has the number; absent where none has."""
    return port_of(backend.get("service"), backend.get("port"))


@fact("route-backend", "reference-grant[]")
def grants(backend: Subject) -> Value:
    """The ReferenceGrants that let the route use a Service of another namespace; absent where it is in the route's own."""
    named, own = backend.get("namespace_named"), namespace_of(backend)
    if not isinstance(named, Known) or named.value == own:
        return named if isinstance(named, Unknown) else Absent(named.places)
    if own is None:
        return Unknown("the route's namespace is not written", named.places, written=False)
    cluster = backend.home
    kind = backend.value("route").value("route_kind")
    near = [one for one in cluster.all("reference-grant") if fits(namespace_of(one), str(named.value))]
    found = [one for one in near if _allows(one, kind, own, backend.name)]
    unsure = not cluster.whole or any(one.partial for one in near)
    return subjects(found, unsure, cluster.why or "a ReferenceGrant is not seen whole", named.places)


def _allows(grant: Subject, kind: str, namespace: str, name: str) -> bool:
    """Whether a grant may be for routes of a kind and namespace, and for a Service of a name; what is not known may be."""
    node = grant.node
    froms, targets = items(node.at("spec", "from")) if node else [], items(node.at("spec", "to")) if node else []
    from_fits = any(_is(one, "kind", kind) and _is(one, "namespace", namespace) for one in froms)
    return from_fits and any(_is(one, "kind", "Service") and _is(one, "name", name, True) for one in targets)


def _is(node: Node, key: str, wanted: str, optional: bool = False) -> bool:
    found = read(node, key)
    return found.value == wanted if isinstance(found, Known) else isinstance(found, Unknown) or optional


@fact("route-backend", "enum(instance, ip)")
def target_type(backend: Subject) -> Value:
    """Whether targets are nodes or pods: what a TargetGroupConfiguration of the Service says, by default instance.

    Unknown where a route or a Gateway has a configuration of its own, or a TargetGroupConfiguration cannot be read.
    """
    found = backend.get("service")
    if not isinstance(found, Known):
        return found
    cluster = backend.home
    for one in cluster.all("target-group-configuration"):
        named = one.read("spec", "targetReference", "name")
        if isinstance(named, Unknown):
            return named
        if (
            not fits(namespace_of(one), namespace_of(found.value))
            or not isinstance(named, Known)
            or named.value != found.value.name
        ):
            continue
        if one.node is not None and one.node.at("spec", "routeConfigurations") is not None:
            return Unknown("a configuration for some routes", named.places, written=False)
        said = one.read("spec", "defaultConfiguration", "targetType")
        return said if not isinstance(said, Absent) else _by_default(cluster, said)
    if cluster.all("load-balancer-configuration") or not cluster.whole:
        return Unknown("the Gateway may have a configuration of its own", found.places, written=False)
    return _by_default(cluster, found)


def _by_default(cluster: Cluster, at: Value) -> Value:
    return controller_or(cluster, "default_target_type", Known("instance", at.places, default=CONTROLLER))


@maker("route-filter", ("route",))
def filters(cluster: Cluster) -> Iterator[Subject]:
    """The filters of the rules of a cluster's routes."""
    for route in cluster.all("route"):
        for node in (node for rule in _rules(route) for node in items(rule.get("filters"))):
            kind = read(node, "type", outer=(node.place,))
            facts = {"route": route.known(), "filter_type": kind}
            shown = str(kind.value) if isinstance(kind, Known) else ""
            yield Subject("route-filter", shown, node.place, node=node, given=facts, cluster=route.cluster)


@maker("route-path", ("route",))
def paths(cluster: Cluster) -> Iterator[Subject]:
    """The paths that a cluster's HTTPRoutes match."""
    for route in cluster.all("route"):
        for node in (node for rule in _rules(route) for node in items(rule.get("matches"))):
            value, match = read(node, "path", "value", outer=(node.place,)), read(node, "path", "type", outer=(node.place,))
            if isinstance(value, Known):
                match = Known("PathPrefix", match.places, default="Kubernetes") if isinstance(match, Absent) else match
                facts = {"route": route.known(), "match": match, "value": value}
                yield Subject("route-path", str(value.value), value.places[0], node=node, given=facts, cluster=route.cluster)
