"""The listeners of the NLB in front of an ALB, where each sends connections, and how the ALB answers its health checks.

Source: pkg/ingress/model_build_frontend_nlb.go of the AWS Load Balancer Controller (buildFrontendNlbListenerConfigByPortForIngress,
mergeFrontendNlbListenPortConfigs).
"""

from __future__ import annotations

from collections.abc import Iterator

from ekslint.data.go import go_int
from ekslint.fact import Subject, fact, given, maker
from ekslint.facts.written import ALB, CONTROLLER, alb, choice, pairs
from ekslint.inventory import Cluster
from ekslint.relations.ingress_groups import members
from ekslint.source.text import Place
from ekslint.value import Absent, Known, Listing, Unknown, Value, listing, places_of

PREFIX = "frontend-nlb-healthcheck-"

given("frontend-listener", "load_balancer", "load-balancer", "The ALB that the NLB stands in front of.")
given("frontend-listener", "port", "int", "The port of the NLB.")
given("frontend-listener", "target_ports", "int[]", "The ports of the ALB that the members send its connections to, each once.")


@maker("frontend-listener")
def frontend_listeners(cluster: Cluster) -> Iterator[Subject]:
    """For each ALB with an NLB in front, one listener for each port that some member of the group opens on the NLB."""
    for balancer in cluster.where("load-balancer", "type", "alb"):
        if balancer.value("frontend_nlb") is not True:
            continue
        group = balancer.value("group")
        opened: dict[int, list[Known[int]]] = {}
        for ingress in members(group):
            for port, target in opened_ports(ingress).items():
                opened.setdefault(port, []).append(target)
        for port, targets in opened.items():
            yield _listener(balancer, group, port, targets)


def _listener(balancer: Subject, group: Subject, port: int, targets: list[Known[int]]) -> Subject:
    listed: Listing = group.value("members")
    why = listed.why or next((one.reason for one in map(_ports, members(group)) if isinstance(one, Unknown)), "")
    distinct = {target.value: target for target in reversed(targets)}
    places = places_of(*targets)
    return Subject(
        "frontend-listener",
        f"{group.name}:{port}",
        places[0] if places else balancer.place,
        given={
            "load_balancer": balancer.known(),
            "port": Known(port, places),
            "target_ports": listing(reversed(list(distinct.values())), listed.open or bool(why), why, places),
        },
        cluster=balancer.cluster,
    )


def opened_ports(ingress: Subject) -> dict[int, Known[int]]:
    """The ports of the NLB that an Ingress opens, and where each leads: its mapping, else each of its own ports to itself."""
    found = _ports(ingress)
    return found if isinstance(found, dict) else {}


def _ports(ingress: Subject) -> dict[int, Known[int]] | Unknown:
    listed, written = ingress.get("listen_ports"), pairs(alb(ingress, "frontend-nlb-listener-port-mapping"))
    if not isinstance(listed, Known):
        return listed if isinstance(listed, Unknown) else Unknown("it has no ports", listed.places)
    if isinstance(written, Unknown):
        return written
    own = {one.value.value("port"): one.value.get("port") for one in listed.value if isinstance(one, Known)}
    if isinstance(written, Absent) or not written.value:
        return dict(own)
    mapped = [(go_int(port), go_int(target)) for port, target in written.value.items()]
    return {
        port: Known(target, written.places, key=written.key)
        for port, target in mapped
        if port is not None and target is not None and target in own
    }


def on_port(listener: Subject) -> list[Subject]:
    """The members of the group that open the port."""
    group = listener.value("load_balancer").value("group")
    return [one for one in members(group) if listener.value("port") in opened_ports(one)]


def _unseen(listener: Subject) -> Unknown | None:
    listed: Listing = listener.value("target_ports")
    return Unknown(listed.why, (listener.place,), written=False) if listed.open else None


def _merged(listener: Subject, suffix: str, default: str) -> Value:
    """What the members say of the health check; the default where none does. Unknown where they disagree."""
    found = [alb(one, PREFIX + suffix) for one in on_port(listener)]
    known = [one for one in found if isinstance(one, Known)]
    if len({one.value for one in known}) > 1:
        return Unknown("the members disagree", places_of(*known), written=False)
    if known:
        return known[0]
    unknown = next((one for one in found if isinstance(one, Unknown)), None) or _unseen(listener)
    if unknown is not None:
        return unknown
    return Known(default, places_of(*found) or (listener.place,), default=CONTROLLER, key=f"{ALB}{PREFIX}{suffix}")


@fact("frontend-listener", "string")
def health_check_port(listener: Subject) -> Value:
    """The port of the ALB that health checks ask: a number, or traffic-port, the default."""
    return _merged(listener, "port", "traffic-port")


@fact("frontend-listener", "enum(HTTP, HTTPS)")
def health_check_protocol(listener: Subject) -> Value:
    """What health checks of the ALB speak; HTTP by default, whatever the port does."""
    return choice(_merged(listener, "protocol", "HTTP"), ("HTTP", "HTTPS"))


@fact("frontend-listener", "string")
def health_check_path(listener: Subject) -> Value:
    """The path that health checks of the ALB ask for."""
    return _merged(listener, "path", "/")


@fact("frontend-listener", "string")
def health_check_codes(listener: Subject) -> Value:
    """The answers that make the ALB healthy, as written."""
    return _merged(listener, "success-codes", "200")


@fact("frontend-listener", "string[]")
def written_codes(listener: Subject) -> Value:
    """The success codes that the members write, each as often as it is written."""
    found = [alb(one, PREFIX + "success-codes") for one in on_port(listener)]
    unseen = _unseen(listener)
    why = unseen.reason if unseen is not None else ""
    return listing([one for one in found if not isinstance(one, Absent)], bool(why), why, (listener.place,))


@fact("frontend-listener", "int[]")
def accepted_answers(listener: Subject) -> Value:
    """The status codes that make the ALB healthy, one by one."""
    written = listener.get("health_check_codes")
    if not isinstance(written, Known):
        return written
    found: list[Value] = []
    for part in str(written.value).split(","):
        first, _, last = part.strip().partition("-")
        least, most = go_int(first), go_int(last or first)
        if least is None or most is None or not 100 <= least <= most <= 599:
            return Unknown("AWS does not take the success codes", written.places, str(written.value), written=True)
        found += [Known(code, written.places) for code in range(least, most + 1)]
    return listing(found, places=written.places)


@fact("frontend-listener", "listener")
def checked_listener(listener: Subject) -> Value:
    """The listener of the ALB that health checks reach; absent where the ALB has none on that port."""
    port, targets = listener.get("health_check_port"), listener.get("target_ports")
    if not isinstance(port, Known):
        return port
    number = go_int(str(port.value))
    places: tuple[Place, ...] = port.places
    if number is None:
        first = targets.value.items if isinstance(targets, Known) else []
        if len(first) != 1 or port.value != "traffic-port":
            return Unknown("where the traffic goes is not certain", port.places, written=False)
        number, places = first[0].value, (first[0].places if port.default else port.places)
    listed: Listing = listener.value("load_balancer").value("listeners")
    for one in listed:
        if isinstance(one, Known) and one.value.value("port") == number:
            return Known(one.value, places)
    return Unknown(listed.why, places, written=False) if listed.open else Absent(places)


@fact("frontend-listener", "int")
def answer(listener: Subject) -> Value:
    """The status code with which the ALB answers health checks, as far as the files tell it: without a host that a rule names."""
    checked, protocol, path = (listener.get(name) for name in ("checked_listener", "health_check_protocol", "health_check_path"))
    if not isinstance(checked, Known):
        return checked
    if not isinstance(protocol, Known) or not isinstance(path, Known):
        return path if isinstance(protocol, Known) else protocol
    target: Subject = checked.value
    spoken = target.get("protocol")
    if not isinstance(spoken, Known):
        return Unknown("members of the group disagree", checked.places, written=False)
    if spoken.value != protocol.value:
        return Unknown("the health check does not speak what the port speaks", checked.places, written=False)
    balancer = listener.value("load_balancer")
    redirect = balancer.get("ssl_redirect")
    if spoken.value == "HTTP" and not isinstance(redirect, Absent):
        return Known(301, redirect.places) if isinstance(redirect, Known) else Unknown("the redirect is not known", checked.places)
    said: Listing = target.value("listen_ports")
    if said.open:
        return Unknown(said.why, checked.places, written=False)
    return _of_rules(listener, target, str(path.value).partition("?")[0])


def _of_rules(listener: Subject, target: Subject, path: str) -> Value:
    cluster = listener.home
    for one in target.value("listen_ports"):
        if any(_unread(path_) for path_ in cluster.where("ingress-path", "ingress", one.value.value("ingress"))):
            return Unknown("a rule is not known", (target.place,), written=False)
    for rule in cluster.where("listener-rule", "listener", target):
        if rule.value("host") is not None:
            continue
        takes = _takes(rule, path)
        if takes is None:
            return Unknown(f"whether the rule for {rule.name} answers is not known", (rule.place,), written=False)
        if takes:
            return _of_backend(rule.value("backend"), target)
    defaults = target.get("default_backends")
    if not isinstance(defaults, Known):
        return Unknown("the default backend is not known", (target.place,), written=False)
    if not defaults.value.items:
        return Known(404, (target.place,), default=CONTROLLER)
    return _of_backend(defaults.value.items[0].value, target)


def _unread(path: Subject) -> bool:
    return any(isinstance(path.get(name), Unknown) for name in ("host", "path", "path_type"))


def _takes(rule: Subject, path: str) -> bool | None:
    """Whether a rule for all hosts takes a request; None where conditions or patterns decide."""
    of = rule.value("ingress_path")
    if of.value("conditions").items or of.value("ingress").value("regex_paths") is not False:
        return None
    if rule.value("catch_all") is True:
        return True
    written, kind = str(of.value("path") or ""), of.value("path_type")
    if kind == "Prefix":
        stem = written.removesuffix("/")
        return path == stem or path.startswith(stem + "/")
    if kind == "ImplementationSpecific" and any(letter in written for letter in "*?"):
        return None
    return path == written


def _of_backend(backend: Subject, target: Subject) -> Value:
    action = backend.value("action")
    if action is not None and action.value("type") == "fixed-response":
        code = go_int(str(action.value("status_code")))
        return Known(code, action.get("status_code").places) if code is not None else Unknown("no status code", (action.place,))
    if action is not None and action.value("type") == "redirect":
        protocol = action.value("redirect_protocol")
        if protocol in ("HTTP", "HTTPS") and protocol != target.value("protocol"):
            code = go_int(str(action.value("status_code")).removeprefix("HTTP_"))
            return Known(code, action.get("status_code").places) if code is not None else Unknown("no code", (action.place,))
    if target.value("protocol") == "HTTPS":
        for group in backend.home.where("target-group", "ingress", backend.value("ingress")):
            if any(one.value is backend for one in group.value("backends")) and group.value("auth_type") in ("oidc", "cognito"):
                kind = group.get("on_unauthenticated")
                codes = {"authenticate": 302, "deny": 401}
                if isinstance(kind, Known) and kind.value in codes:
                    return Known(codes[kind.value], group.get("auth_type").places)
    return Unknown("what is behind it answers", (backend.place,), written=False)
