"""Which paths of Ingresses a redirect rule before them takes over, on every listener that would have them.

The controller leaves out rules behind a redirect whose hosts and paths hold theirs, and redirects that lead back to themselves.
Source: pkg/ingress/rule_optimizer.go of the AWS Load Balancer Controller.
"""

from __future__ import annotations

from typing import Any

from ekslint.fact import Subject, fact
from ekslint.relations.listener_rules import covers
from ekslint.relations.rule_values import rule_values
from ekslint.value import Absent, Known, Unknown, Value


@fact("ingress-path", "ingress-path")
def redirected_by(path: Subject) -> Value:
    """The path whose redirect takes all of its requests on every listener of the Ingress; absent where one listener has no such."""
    balancer = path.value("ingress").value("load_balancer")
    if balancer is not None and isinstance(balancer.get("ssl_redirect"), Unknown):
        return Unknown("whether HTTP listeners redirect everything is not known", (path.place,), written=False)
    ahead = [_redirect_before(rule) for rule in path.home.where("listener-rule", "ingress_path", path)]
    first = ahead[0] if ahead else None
    if first is None or None in ahead:
        return Absent((path.place,))
    found: Value = first.get("ingress_path")
    return found


def _redirect_before(rule: Subject) -> Subject | None:
    """The first redirect before a rule on its listener that takes all of its requests."""
    for other in rule.home.where("listener-rule", "listener", rule.value("listener")):
        if other is rule:
            return None
        same = other.value("ingress_path").value("ingress") is rule.value("ingress_path").value("ingress")
        if (same or other.value("certain") is True) and _redirects(other) and covers(other, rule):
            return None if other.value("backend").value("action") is rule.value("backend").value("action") else other
    return None


def _redirects(rule: Subject) -> bool:
    """Whether it certainly is a redirect that stays on its listener, for hosts and paths alone."""
    action = rule.value("backend").value("action")
    of = rule.value("ingress_path")
    if action is None or action.value("type") != "redirect" or of.value("conditions").items:
        return False
    return not _endless(rule, action)


def _endless(rule: Subject, action: Subject) -> bool:
    """Whether the redirect may lead back to the rule's own listener, host and path: left out then (isInfiniteRedirectRule)."""
    config: dict[str, Any] = action.value("content")["redirectConfig"]
    values = rule_values(rule.value("ingress_path"))
    listener = rule.value("listener")
    if isinstance(values, Unknown):
        return True
    kept = {
        "host": ("#{host}", *values["host-header"][0]),
        "path": ("/#{path}", *(values["path-pattern"][0] or ["/*"])),
        "port": ("#{port}", str(listener.value("port"))),
        "protocol": ("#{protocol}", listener.value("protocol")),
        "query": ("#{query}",),
    }
    changed = [part for part, same in kept.items() if config.get(part) is not None and config[part] not in same]
    return not changed


@fact("listener-rule", "listener-rule")
def rival(rule: Subject) -> Value:
    """A rule of another Ingress with the same order in the group that takes all of its requests and more.

    Only the namespaces and names of the two Ingresses decide which comes first (sortGroupMembers in pkg/ingress/group_loader.go).
    """
    own: Subject = rule.value("ingress_path").value("ingress")
    order = own.get("group_order")
    if not isinstance(order, Known):
        return order
    for other in rule.home.where("listener-rule", "listener", rule.value("listener")):
        theirs = other.value("ingress_path").value("ingress")
        if theirs is own or theirs.value("group_order") != order.value:
            continue
        if covers(other, rule, elsewhere=True) and not covers(rule, other):
            return other.known()
    return Absent(rule.get("path").places or (rule.place,))
