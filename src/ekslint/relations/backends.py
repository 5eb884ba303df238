"""Backends of Ingresses: where the requests of a path, of all else, or of a forward action go.

Sources: pkg/ingress/enhanced_backend_builder.go and pkg/k8s/service_utils.go (LookupServicePort).
"""

from __future__ import annotations

from collections.abc import Iterator

from ekslint.data.go import go_int
from ekslint.fact import Subject, fact, given, maker, subjects
from ekslint.facts.service import lookup
from ekslint.inventory import Cluster
from ekslint.relations.actions import member_places, tuples
from ekslint.relations.ingress_class import taken_ingresses
from ekslint.relations.services import find_service, fits, namespace_of, nearest_service, services_elsewhere
from ekslint.source.text import Place
from ekslint.syntax.tree import Node, items
from ekslint.value import Absent, Known, Unknown, Value, filled, read

PATH_TYPES = ("Exact", "Prefix", "ImplementationSpecific")
"""How a path matches (Kubernetes, networking.k8s.io/v1, PathType)."""

USE_ANNOTATION = "use-annotation"
"""The port name that asks for an action instead of a Service."""

given("backend", "ingress", "ingress", "The Ingress that names the backend.")
given(
    "backend", "role", "enum(path, default, action, forward)", "Of a path, of all else, asking for an action, or of such an action."
)
given("backend", "default", "bool", "Whether it takes what no rule takes (`spec.defaultBackend`).")
given("backend", "service_name", "string", "The Service that it names; absent where it asks for an action.")
given("backend", "action_name", "string", "The action that it asks for; absent where it names a Service.")
given("backend", "port", "any", "The Service's port, a number or a name.")
given("backend", "ingress_path", "ingress-path", "The path whose backend it is.")
given("backend", "forward", "action", "The forward action that names it.")

given("ingress-path", "ingress", "ingress", "The Ingress that has the path.")
given("ingress-path", "host", "string", "The host of the path's rule; absent where the rule is for all.")
given("ingress-path", "path", "string", "The path as written.")
given("ingress-path", "block", "int", "Which rule of the Ingress the path stands in, from 0.")
given(
    "ingress-path", "resource", "string", "The name of an object other than a Service that the backend means; absent for Services."
)
given("ingress-path", "path_type", "string", "What is written under `pathType`.")


@maker("ingress-path")
def ingress_paths(cluster: Cluster) -> Iterator[Subject]:
    """The paths of the Ingresses that the AWS controller takes."""
    for ingress in taken_ingresses(cluster):
        rules = ingress.node.at("spec", "rules") if ingress.node is not None else None
        for block, rule in enumerate(items(rules)):
            for node in items(rule.at("http", "paths")):
                yield _path(ingress, rule, node, block)


def _path(ingress: Subject, rule: Node, node: Node, block: int) -> Subject:
    host, path = read(rule, "host", partial=ingress.partial), read(node, "path", partial=ingress.partial, outer=(node.place,))
    named = node.get("path") or node.key("pathType") or node.key("backend") or node
    shown = [str(part.value) for part in (host, path) if isinstance(part, Known)]
    return Subject(
        "ingress-path",
        "".join(shown) or "/",
        named.place,
        namespace=ingress.namespace,
        node=node,
        given={
            "ingress": ingress.known(),
            "host": filled(host),
            "path": path,
            "block": Known(block, (named.place,)),
            "resource": read(node, "backend", "resource", "name", outer=(named.place,)),
            "path_type": read(node, "pathType", partial=ingress.partial, outer=(named.place,)),
        },
        partial=ingress.partial,
        cluster=ingress.cluster,
    )


@fact("ingress-path", "enum(Exact, Prefix, ImplementationSpecific)")
def meant_path_type(path: Subject) -> Value:
    """The path type that is written but for its case; absent for one of them and for all other words."""
    written = path.get("path_type")
    if not isinstance(written, Known):
        return written
    meant = next((each for each in PATH_TYPES if each.lower() == str(written.value).strip().lower()), None)
    return Absent(written.places) if meant is None or meant == written.value else Known(meant, written.places)


@maker("backend")
def make_backends(cluster: Cluster) -> Iterator[Subject]:
    """The backends of the Ingresses that the AWS controller takes: of paths, of all else, and of the actions that these ask for."""
    for ingress in taken_ingresses(cluster):
        asked: dict[str, Subject] = {}
        default = ingress.node.at("spec", "defaultBackend") if ingress.node is not None else None
        found = [_backend(ingress, default, None)] if default is not None else []
        found += [_backend(ingress, _written_backend(path), path) for path in cluster.where("ingress-path", "ingress", ingress)]
        for one in found:
            if one is not None:
                yield one
                name = one.value("action_name")
                if name is not None:
                    asked.setdefault(str(name), one)
        for action in cluster.where("action", "ingress", ingress):
            if action.name in asked:
                yield from _forwarded(ingress, action)


def _written_backend(path: Subject) -> Node | None:
    return path.node.get("backend") if path.node is not None else None


def _backend(ingress: Subject, node: Node | None, path: Subject | None) -> Subject | None:
    service = node.get("service") if node is not None else None
    if service is None or node is None:
        return None
    name = read(service, "name", partial=ingress.partial, outer=(service.place,))
    port = _port(service, ingress.partial)
    asks = isinstance(port, Known) and port.value == USE_ANNOTATION
    named = service.get("name") or service
    return Subject(
        "backend",
        str(name.value) if isinstance(name, Known) else "",
        named.place,
        namespace=ingress.namespace,
        node=node,
        given={
            "ingress": ingress.known(),
            "role": Known("action" if asks else "path" if path is not None else "default", (named.place,)),
            "default": Known(path is None, (named.place,)),
            "service_name": Absent(name.places) if asks else name,
            "action_name": name if asks else Absent(name.places),
            "port": port,
            "ingress_path": path.known() if path is not None else Absent((named.place,)),
            "forward": Absent((named.place,)),
        },
        cluster=ingress.cluster,
    )


def _port(service: Node, partial: str | None) -> Value:
    name = read(service, "port", "name", partial=partial, outer=(service.place,))
    if not isinstance(name, Absent) and not (isinstance(name, Known) and name.value == ""):
        return name
    return read(service, "port", "number", partial=partial, outer=(service.place,))


def _forwarded(ingress: Subject, action: Subject) -> Iterator[Subject]:
    for index, one in enumerate(tuples(action)):
        if one.get("serviceName") is None:
            continue

        def places(member: str, index: int = index) -> tuple[Place, ...]:
            return member_places(action, ("forwardConfig", "targetGroups", index, member)) or (action.place,)

        port = one.get("servicePort")
        number = go_int(port, 32) if isinstance(port, str) else port
        where = places("serviceName")
        yield Subject(
            "backend",
            str(one["serviceName"]),
            where[0],
            namespace=ingress.namespace,
            given={
                "ingress": ingress.known(),
                "role": Known("forward", where),
                "default": Known(False, where),
                "service_name": Known(one["serviceName"], where),
                "action_name": Absent(where),
                "port": Known(port if number is None else number, places("servicePort")),
                "ingress_path": Absent(where),
                "forward": action.known(),
            },
            cluster=ingress.cluster,
        )


@fact("backend", "action")
def action(backend: Subject) -> Value:
    """The action that the backend asks for; absent where the Ingress has none of that name, or where it names a Service."""
    name = backend.get("action_name")
    if not isinstance(name, Known):
        return name
    ingress = backend.value("ingress")
    for one in backend.home.where("action", "ingress", ingress):
        if one.name == name.value:
            return Known(one, name.places)
    return Unknown(ingress.partial, name.places, written=None) if ingress.partial else Absent(name.places)


@fact("backend", "service")
def service(backend: Subject) -> Value:
    """The Service that the backend means, in the Ingress's own namespace; absent where the set certainly lacks it."""
    name = backend.get("service_name")
    if not isinstance(name, Known):
        return name
    return find_service(backend.home, namespace_of(backend), str(name.value), name)


@fact("backend", "service-port")
def service_port(backend: Subject) -> Value:
    """The port of the Service that the backend means; absent where the Service has none of that number or name."""
    service, port = backend.get("service"), backend.get("port")
    if not isinstance(service, Known):
        return service if isinstance(service, Unknown) else Unknown("there is no such Service", service.places, written=False)
    if not isinstance(port, Known):
        return port
    found = lookup(service.value, port.value)
    if isinstance(found, Known):
        return Known(found.value, port.places)
    return Absent(port.places) if isinstance(found, Absent) else found


@fact("backend", "service-port")
def port_behind(backend: Subject) -> Value:
    """The one port of the Service whose target port is what the backend asks for; absent where there is none or several."""
    service, port = backend.get("service"), backend.get("port")
    listed = service.value.value("ports") if isinstance(service, Known) else None
    if listed is None or not isinstance(port, Known):
        return Absent(port.places)
    found = [one.value for one in listed if isinstance(one, Known) and one.value.value("target_port") == port.value]
    return found[0].known() if len(found) == 1 else Absent(port.places)


@fact("backend", "string")
def nearest(backend: Subject) -> Value:
    """The Service whose name is closest to one that no Service has."""
    name = backend.get("service_name")
    if not isinstance(name, Known):
        return name
    near = nearest_service(backend.home, namespace_of(backend), str(name.value))
    return Known(near, name.places) if near else Absent(name.places)


@fact("backend", "service[]")
def elsewhere(backend: Subject) -> Value:
    """The Services of that name that certainly are in another namespace than the Ingress."""
    name = backend.get("service_name")
    if not isinstance(name, Known):
        return name
    return subjects(services_elsewhere(backend.home, namespace_of(backend), str(name.value)), places=name.places)


@fact("backend", "service")
def namesake(backend: Subject) -> Value:
    """The Service that has the name of the action that the backend asks for; absent where the set has none."""
    name = backend.get("action_name")
    if not isinstance(name, Known):
        return name
    found = [one for one in backend.home.named("service", str(name.value)) if fits(namespace_of(one), namespace_of(backend))]
    return Known(found[0], (found[0].place,)) if found else Absent(name.places)


@fact("backend", "workload")
def rollout(backend: Subject) -> Value:
    """The Argo Rollout that names the Ingress under trafficRouting.alb and writes its actions at run time; absent without one."""
    ingress = backend.value("ingress")
    for one in backend.home.all("workload"):
        routed = one.read("spec", "strategy", "canary", "trafficRouting", "alb", "ingress")
        if isinstance(routed, Known) and routed.value == ingress.name and fits(namespace_of(one), namespace_of(backend)):
            return one.known()
    return Absent((backend.place,))


@fact("ingress", "backend[]")
def backends(ingress: Subject) -> Value:
    """Where the Ingress sends requests; open where part of it is not seen."""
    found = ingress.home.where("backend", "ingress", ingress)
    return subjects(found, bool(ingress.partial), ingress.partial or "")


@fact("ingress", "ingress-path[]")
def paths(ingress: Subject) -> Value:
    """The paths of the Ingress's rules; open where part of it is not seen."""
    found = ingress.home.where("ingress-path", "ingress", ingress)
    return subjects(found, bool(ingress.partial), ingress.partial or "")
