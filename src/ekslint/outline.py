"""The load balancer that an Ingress or a Service makes, as lines for a person: listeners, rules in their order, target groups."""

from __future__ import annotations

from collections.abc import Iterator

from ekslint.fact import Subject
from ekslint.language.messages import join, list_words
from ekslint.value import Absent, Known, Listing, Value


def load_balancers(subject: Subject) -> list[Subject]:
    """The load balancers that a subject has a part in: those of an Ingress's group, or of the Service itself."""
    found = []
    for one in subject.home.all("load-balancer"):
        members = one.get("ingresses")
        service = one.get("service")
        listed = [item.value for item in members.value if isinstance(item, Known)] if isinstance(members, Known) else []
        if subject in listed or (isinstance(service, Known) and service.value is subject):
            found.append(one)
    return found


def outline(balancer: Subject) -> Iterator[str]:
    """What the controller would build, and what of it is not known."""
    kind = {"alb": "Application Load Balancer", "nlb": "Network Load Balancer"}.get(str(balancer.value("type")), "load balancer")
    family, more = _said(balancer, "ip_address_type"), _more(balancer, "ingresses")
    yield f"makes: {kind} {balancer.name}, {_said(balancer, 'scheme')}, {family}{more}"
    rules = _subjects(balancer.get("rules"))
    for listener in _subjects(balancer.get("listeners")):
        aside = f"{_redirect(balancer, listener)}{_certificates(listener)}"
        yield f"  {_said(listener, 'protocol')} {_said(listener, 'port')}{aside}  [{listener.place}]"
        own = [rule for rule in rules if _is(rule.get("listener"), listener)]
        for number, rule in enumerate(own, 1):
            yield f"    {number}. {_rule(rule)}  [{rule.place}]"
        if own or isinstance(balancer.get("rules"), Absent):
            more = _more(balancer, "rules")
            if more:
                yield f"   {more}"
    for group in _subjects(balancer.get("target_groups")):
        yield (
            f"  target group {group.name}: {_said(group, 'target_type')}, {_said(group, 'protocol')}, health check "
            f"{_said(group, 'health_check_protocol')} {_said(group, 'health_check_path')} on {_said(group, 'health_check_port')}"
        )


def _rule(rule: Subject) -> str:
    host = rule.value("host") or "*"
    backend = rule.get("backend")
    target = backend.value.name if isinstance(backend, Known) else "unknown"
    shadow = rule.get("shadowed_by")
    never = f", never reached: {shadow.value.name} comes first" if isinstance(shadow, Known) else ""
    return f"{host}{rule.value('path') or ''} to {target}{never}"


def _redirect(balancer: Subject, listener: Subject) -> str:
    port = balancer.get("ssl_redirect")
    if isinstance(port, Known) and listener.value("protocol") == "HTTP":
        return f", redirects to {port.value}"
    return ""


def _certificates(listener: Subject) -> str:
    if listener.value("protocol") not in ("HTTPS", "TLS"):
        return ""
    found = listener.get("certificates")
    if isinstance(found, Known) and found.value.items:
        return f", certificate {join(list_words([found]))}"
    closed = isinstance(found, Absent) or (isinstance(found, Known) and not found.value.open)
    return ", certificates by the names of its hosts" if closed else ", certificates not known"


def _more(subject: Subject, name: str) -> str:
    value = subject.get(name)
    if isinstance(value, Known) and isinstance(value.value, Listing) and value.value.open:
        return f" (there may be more: {value.value.why})" if value.value.why else " (there may be more)"
    return "" if isinstance(value, Known | Absent) else f" ({name.replace('_', ' ')} not known: {value.reason})"


def _said(subject: Subject, name: str) -> str:
    value = subject.get(name)
    if isinstance(value, Known):
        return join(list_words([value]))
    return "none" if isinstance(value, Absent) else f"unknown {name.replace('_', ' ')}"


def _subjects(value: Value) -> list[Subject]:
    if not isinstance(value, Known) or not isinstance(value.value, Listing):
        return []
    return [item.value for item in value.value if isinstance(item, Known) and isinstance(item.value, Subject)]


def _is(value: Value, subject: Subject) -> bool:
    return isinstance(value, Known) and value.value is subject
