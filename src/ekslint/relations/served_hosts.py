"""Where else in its group a host or path of an Ingress is served.

Source: pkg/ingress/model_builder.go (ingListByPort) and model_build_listener_rules.go of the AWS Load Balancer Controller.
"""

from __future__ import annotations

from collections.abc import Iterator

from ekslint.fact import Subject, fact, subjects
from ekslint.relations.ingress_groups import members
from ekslint.value import Absent, Known, Listing, Unknown, Value, listing


@fact("ingress-path", "ingress-path[]")
def deeper_paths(path: Subject) -> Value:
    """Other paths of the group that begin with this one and are for its host or for all: what lies below it is thought of."""
    group, text, host = path.value("ingress").get("group"), path.get("path"), path.value("host")
    if not isinstance(group, Known) or not isinstance(text, Known):
        return group if not isinstance(group, Known) else text
    listed: Listing = group.value.value("members")
    why, found = listed.why, []
    for other in _paths(group.value):
        theirs = other.get("path")
        if isinstance(theirs, Unknown):
            why = why or theirs.reason
        elif other is not path and other.value("host") in (None, host) and _below(str(text.value), other, theirs):
            found.append(other)
    return subjects(found, listed.open or bool(why), why, text.places)


def _paths(group: Subject) -> Iterator[Subject]:
    for ingress in members(group):
        yield from group.home.where("ingress-path", "ingress", ingress)


def _below(text: str, other: Subject, theirs: Value) -> bool:
    written = str(theirs.value) if isinstance(theirs, Known) else ""
    same = other.value("path_type") == "Prefix" and written.removesuffix("/") == text.removesuffix("/")
    return same or (written.startswith(text) and written != text)


@fact("ingress", "int[]")
def ports_without_it(ingress: Subject) -> Value:
    """The ports with rules on which other members of its group serve one of the hosts of its rules, and it does not listen."""
    group, balancer, own = ingress.get("group"), ingress.value("load_balancer"), ingress.get("listen_ports")
    if not isinstance(group, Known) or not isinstance(own, Known) or balancer is None:
        return group if isinstance(group, Unknown) else Absent((ingress.place,))
    redirect = balancer.get("ssl_redirect")
    if isinstance(redirect, Unknown):
        return redirect
    redirected = isinstance(redirect, Known)
    hosts = _hosts(ingress)
    mine = {one.value.value("port") for one in own.value}
    found: dict[int, Value] = {}
    for member in members(group.value):
        if member is not ingress and hosts & _hosts(member):
            for one in member.value("listen_ports") or ():
                port, plain = one.value.get("port"), one.value.value("protocol") == "HTTP"
                if isinstance(port, Known) and port.value not in mine and not (plain and redirected):
                    found.setdefault(port.value, port)
    return listing(found.values(), places=own.places)


def _hosts(ingress: Subject) -> set[object]:
    """The hosts of the rules of an Ingress."""
    paths = ingress.home.where("ingress-path", "ingress", ingress)
    return {host.value for host in (path.get("host") for path in paths) if isinstance(host, Known)}
