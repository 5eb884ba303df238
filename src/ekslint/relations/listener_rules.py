"""The rules of ALB listeners, in the order of their priorities, and which of them are never reached.

Sources: pkg/ingress/model_build_listener_rules.go (sortIngressPaths, buildPathPatterns) and rule_optimizer.go of the AWS Load
Balancer Controller.
"""

from __future__ import annotations

from collections.abc import Iterator

from ekslint.fact import Subject, fact, given, maker, subjects
from ekslint.facts.written import alb, boolean
from ekslint.inventory import Cluster
from ekslint.relations.ingress_groups import members
from ekslint.value import Absent, Known, Listing, Unknown, Value

ORDER = {"Exact": 0, "Prefix": 1}

given("listener-rule", "listener", "listener", "The listener that has the rule.")
given("listener-rule", "ingress_path", "ingress-path", "The path of an Ingress that it is made of.")
given("listener-rule", "backend", "backend", "Where its requests go.")
given("listener-rule", "catch_all", "bool", "Whether it takes every path of its host.")
given("listener-rule", "certain", "bool", "Whether its place among the rules of other Ingresses is certain.")


@fact("ingress", "bool")
def regex_paths(ingress: Subject) -> Value:
    """Whether paths of type ImplementationSpecific are regular expressions (use-regex-path-match)."""
    written = boolean(alb(ingress, "use-regex-path-match"))
    return Known(False, written.places, default="AWS Load Balancer Controller") if isinstance(written, Absent) else written


@maker("listener-rule")
def listener_rules(cluster: Cluster) -> Iterator[Subject]:
    """The rules of the ALBs' listeners, listener by listener; HTTP listeners that redirect everything have none."""
    for listener in cluster.all("listener"):
        balancer = listener.value("load_balancer")
        if balancer is None or balancer.value("type") != "alb":
            continue
        redirect = balancer.get("ssl_redirect")
        if listener.value("protocol") == "HTTP" and not isinstance(redirect, Absent):
            continue
        here = {id(one.value.value("ingress")) for one in listener.value("listen_ports")}
        group = balancer.value("group")
        for ingress in members(group):
            if id(ingress) in here:
                for path in _sorted(cluster, ingress):
                    yield from _rule(cluster, listener, path, group)


def _sorted(cluster: Cluster, ingress: Subject) -> list[Subject]:
    """The paths of an Ingress: rule by rule, and in each Exact before Prefix, longest first, before all others."""
    blocks: dict[int, list[Subject]] = {}
    for path in cluster.where("ingress-path", "ingress", ingress):
        blocks.setdefault(path.value("block"), []).append(path)
    found: list[Subject] = []
    for block in blocks.values():
        found += sorted(block, key=_priority)
    return found


def _priority(path: Subject) -> tuple[int, int]:
    kind = str(path.value("path_type"))
    return ORDER.get(kind, 2), -len(str(path.value("path"))) if kind == "Prefix" else 0


def _rule(cluster: Cluster, listener: Subject, path: Subject, group: Subject) -> Iterator[Subject]:
    backends = cluster.where("backend", "ingress_path", path)
    if not backends or not isinstance(path.get("host"), Known | Absent):
        return
    written, kind = path.get("path"), path.get("path_type")
    if isinstance(written, Unknown) or not isinstance(kind, Known):
        return
    text = str(written.value) if isinstance(written, Known) else ""
    everything = text in ("", "/*") or (text == "/" and kind.value == "Prefix")
    yield Subject(
        "listener-rule",
        path.name,
        path.place,
        namespace=path.namespace,
        given={
            "listener": listener.known(),
            "ingress_path": path.known(),
            "backend": backends[0].known(),
            "catch_all": Known(everything, written.places),
            "certain": group.get("ordered"),
        },
        cluster=cluster,
    )


@fact("listener-rule", "string")
def host(rule: Subject) -> Value:
    """The host whose requests it takes; absent where it takes those of all."""
    found: Value = rule.value("ingress_path").get("host")
    return found


@fact("listener-rule", "string")
def path(rule: Subject) -> Value:
    """The path whose requests it takes."""
    found: Value = rule.value("ingress_path").get("path")
    return found


@fact("listener-rule", "listener-rule")
def shadowed_by(rule: Subject) -> Value:
    """The first earlier rule of the listener that takes all of its requests and sends them elsewhere; absent where none does."""
    for other in rule.home.where("listener-rule", "listener", rule.value("listener")):
        if other is rule:
            break
        if _hides(other, rule):
            return other.known()
    return Absent(rule.get("path").places or (rule.place,))


def _hides(earlier: Subject, later: Subject) -> bool:
    one, other = earlier.value("ingress_path"), later.value("ingress_path")
    same_ingress = one.value("ingress") is other.value("ingress")
    if not same_ingress and earlier.value("certain") is not True:
        return False
    return covers(earlier, later, elsewhere=True)


def covers(one: Subject, other: Subject, elsewhere: bool = False) -> bool:
    """Whether a rule takes all requests of another by its host and path; `elsewhere` if it also must send them somewhere else, for
    certain."""
    of, its = one.value("ingress_path"), other.value("ingress_path")
    if not covers_host(of.value("host"), its.value("host")) or not _covers_path(of, its):
        return False
    return not elsewhere or (_destination(one) != _destination(other) and not _conditional(one) and not _leaves(one))


def covers_host(one: object, other: object) -> bool:
    """Whether one host, or none for all, takes the requests for another; a leading *. stands for any names before it."""
    if one is None:
        return True
    return one == other or (other is not None and str(one).startswith("*.") and str(other).endswith(str(one)[1:]))


def _covers_path(one: Subject, other: Subject) -> bool:
    if one.value("ingress").value("regex_paths") is not False or other.value("ingress").value("regex_paths") is not False:
        return False
    path, kind = str(one.value("path") or ""), one.value("path_type")
    later, later_kind = str(other.value("path") or ""), other.value("path_type")
    if path in ("", "/*") or (path == "/" and kind == "Prefix"):
        return True
    if kind == "Prefix":
        stem = path.rstrip("/")
        return later.rstrip("/") == stem or later.startswith(stem + "/")
    return path == later and (later_kind != "Prefix")


def _destination(rule: Subject) -> tuple[object, ...]:
    backend = rule.value("backend")
    return (backend.value("service_name"), backend.value("action_name"), backend.value("port"))


def _conditional(rule: Subject) -> bool:
    """Whether an annotation adds conditions to the rule, or it is not known."""
    backend = rule.value("backend")
    name = backend.value("action_name") or backend.value("service_name")
    return not isinstance(alb(backend.value("ingress"), f"conditions.{name}"), Absent)


def _leaves(rule: Subject) -> bool:
    """Whether the rule is a redirect, or an action that is not known: those may be left out on a listener as endless."""
    backend = rule.value("backend")
    if backend.value("action_name") is None:
        return False
    action = backend.value("action")
    return action is None or action.value("type") in (None, "redirect")


@fact("load-balancer", "listener-rule[]")
def rules(load_balancer: Subject) -> Value:
    """The rules of all its listeners, default actions not counted; open where a member of the group is not seen."""
    listed: Listing = load_balancer.value("listeners")
    found = [
        rule
        for one in listed
        if isinstance(one, Known)
        for rule in load_balancer.home.where("listener-rule", "listener", one.value)
    ]
    return subjects(found, listed.open, listed.why)


@fact("listener", "backend[]")
def default_backends(listener: Subject) -> Value:
    """The default backends of the members on this port; absent where an HTTP listener redirects everything."""
    balancer, listed = listener.value("load_balancer"), listener.value("listen_ports")
    if listed is None or balancer is None:
        return Absent((listener.place,))
    redirect = balancer.get("ssl_redirect")
    if listener.value("protocol") == "HTTP" and not isinstance(redirect, Absent):
        return redirect if isinstance(redirect, Unknown) else Absent(redirect.places)
    found = []
    for one in listed:
        every = listener.home.where("backend", "ingress", one.value.value("ingress"))
        found += [backend for backend in every if backend.value("default") is True]
    return subjects(found, listed.open, listed.why)


@fact("ingress", "ingress[]")
def https_twins(ingress: Subject) -> Value:
    """Other members of the group that listen with HTTPS and serve one of its hosts."""
    group = ingress.value("group")
    own = {host.value for host in ingress.value("hosts") or () if isinstance(host, Known)}
    found = []
    for one in members(group) if group is not None else []:
        protocols = one.value("listen_protocols")
        secure = protocols is not None and any(item.value == "HTTPS" for item in protocols)
        if one is not ingress and secure and own & {host.value for host in one.value("hosts") or () if isinstance(host, Known)}:
            found.append(one)
    return subjects(found)


@fact("ingress-path", "bool")
def rest_taken(path: Subject) -> Value:
    """Whether some path of the group takes what others of the host leave, or a default backend does."""
    group, host = path.value("ingress").value("group"), path.value("host")
    if group is None:
        return Unknown("the group is not known", (path.place,), written=False)
    listed: Listing = group.value("members")
    for member in members(group):
        if any(backend.value("default") is True for backend in path.home.where("backend", "ingress", member)):
            return Known(True, (path.place,))
        for other in path.home.where("ingress-path", "ingress", member):
            text = str(other.value("path") or "")
            everything = text in ("", "/*") or (text == "/" and other.value("path_type") == "Prefix")
            if everything and covers_host(other.value("host"), host):
                return Known(True, (path.place,))
    return Unknown(listed.why, (path.place,), written=False) if listed.open else Known(False, (path.place,))
