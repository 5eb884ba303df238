"""The rules of ALB listeners: their order, and which are never reached."""

from __future__ import annotations

import pytest
from ingress_objects import cluster, ingress, plain

BOTH = '\'[{"HTTP": 80}, {"HTTPS": 443}]\''


def paths(*entries: tuple[str, str, str], host: str = "") -> str:
    """Rules of one block: path, type and Service of each entry."""
    lines = ["rules:", f"  - host: {host}" if host else "  - http:", *(["    http:"] if host else []), "      paths:"]
    for path, kind, service in entries:
        lines += [f"        - path: {path}", f"          pathType: {kind}", "          backend:"]
        lines += [f"            service: {{name: {service}, port: {{number: 80}}}}"]
    return "\n".join(lines)


def hidden(spec: str, annotations: dict[str, str] | None = None) -> list[str]:
    found = cluster(ingress(annotations=annotations, spec=spec)).all("listener-rule")
    return [one.name for one in found if plain(one.get("shadowed_by")) is not None]


def test_exact_paths_come_first_then_the_longest_prefix_then_the_rest() -> None:
    spec = paths(("/*", "ImplementationSpecific", "a"), ("/x", "Prefix", "b"), ("/x/y", "Prefix", "c"), ("/x", "Exact", "d"))
    found = cluster(ingress(spec=spec)).all("listener-rule")
    assert [(one.name, plain(one.value("backend").get("service_name"))) for one in found] == [
        ("/x", "d"),
        ("/x/y", "c"),
        ("/x", "b"),
        ("/*", "a"),
    ]


@pytest.mark.parametrize(
    ("entries", "names"),
    [
        ([("/", "Prefix", "a"), ("/b", "Prefix", "b")], []),
        ([("/", "Prefix", "a"), ("/b/*", "ImplementationSpecific", "b")], ["/b/*"]),
        ([("/", "Prefix", "a"), ("/b/*", "ImplementationSpecific", "a")], []),
        ([("/b", "Prefix", "a"), ("/b/c", "ImplementationSpecific", "b")], ["/b/c"]),
        ([("/b", "Prefix", "a"), ("/bc", "ImplementationSpecific", "b")], []),
        ([("/b/", "Prefix", "a"), ("/b", "Prefix", "b")], ["/b"]),
        ([("/", "ImplementationSpecific", "a"), ("/b", "ImplementationSpecific", "b")], []),
        ([("/*", "ImplementationSpecific", "a"), ("/b", "ImplementationSpecific", "b")], ["/b"]),
        ([("/b", "Exact", "a"), ("/b", "Prefix", "b")], []),
        ([("/b", "Exact", "a"), ("/b", "ImplementationSpecific", "b")], ["/b"]),
    ],
)
def test_which_paths_an_earlier_one_hides(entries: list[tuple[str, str, str]], names: list[str]) -> None:
    assert hidden(paths(*entries)) == names


def test_regular_expressions_conditions_and_redirects_hide_nothing() -> None:
    spec = paths(("/", "Prefix", "a"), ("/b/*", "ImplementationSpecific", "b"))
    assert hidden(spec, {"use-regex-path-match": '"true"'}) == []
    assert hidden(spec, {"conditions.a": '\'[{"field": "source-ip", "sourceIPConfig": {"values": ["::/0"]}}]\''}) == []
    redirect = '\'{"type": "redirect", "redirectConfig": {"protocol": "HTTPS", "statusCode": "HTTP_301"}}\''
    asked = spec.replace("name: a, port: {number: 80}", "name: a, port: {name: use-annotation}")
    assert hidden(asked, {"actions.a": redirect}) == []


def test_a_rule_for_all_hosts_hides_those_behind_it() -> None:
    first, then = paths(("/", "Prefix", "a")), paths(("/", "Prefix", "b"), host="b.example.com").removeprefix("rules:\n")
    assert hidden(f"{first}\n{then}") == ["b.example.com/"]
    assert hidden(f"rules:\n{then}\n{first.removeprefix('rules:')}") == []


def test_http_listeners_that_redirect_have_no_rules() -> None:
    certificate = {"certificate-arn": "arn:aws:acm:eu-west-1:123456789012:certificate/1"}
    spec = paths(("/", "Prefix", "a"))
    assert len(cluster(ingress(annotations={"listen-ports": BOTH, **certificate}, spec=spec)).all("listener-rule")) == 2
    redirected = {"listen-ports": BOTH, "ssl-redirect": '"443"', **certificate}
    assert len(cluster(ingress(annotations=redirected, spec=spec)).all("listener-rule")) == 1


def test_members_without_a_certain_order_hide_nothing_of_each_other() -> None:
    one = ingress("one", {"group.name": "g"}, paths(("/", "Prefix", "a")))
    other = ingress("two", {"group.name": "g"}, paths(("/b", "Prefix", "b")))
    found = cluster(one, other).all("listener-rule")
    assert [plain(rule.get("shadowed_by")) for rule in found] == [None, "/"]
    unsure = ingress("two", {"group.name": "g", "group.order": "${ORDER}"}, paths(("/b", "Prefix", "b")))
    assert all(plain(rule.get("shadowed_by")) is None for rule in cluster(one, unsure).all("listener-rule"))


def redirect(**config: str) -> dict[str, str]:
    members = ", ".join(f'"{key}": "{value}"' for key, value in {**config, "statusCode": "HTTP_301"}.items())
    return {"actions.away": f'\'{{"type": "redirect", "redirectConfig": {{{members}}}}}\''}


AWAY = paths(("/*", "ImplementationSpecific", "away"), ("/b", "ImplementationSpecific", "b")).replace(
    "name: away, port: {number: 80}", "name: away, port: {name: use-annotation}"
)
CERTIFIED = {"certificate-arn": "arn:aws:acm:eu-west-1:123456789012:certificate/1"}


@pytest.mark.parametrize(
    ("annotations", "path"),
    [
        (redirect(host="b.example.com"), "/*"),
        (redirect(path="/elsewhere"), "/*"),
        (redirect(protocol="HTTPS"), "/*"),
        (redirect(protocol="HTTP"), None),
        (redirect(port="80", query="#{query}"), None),
        ({**redirect(protocol="HTTPS"), "listen-ports": BOTH, **CERTIFIED}, None),
        ({**redirect(host="b.example.com"), "listen-ports": BOTH, **CERTIFIED}, "/*"),
        ({**redirect(host="b.example.com"), "ssl-redirect": "${PORT}"}, "unknown"),
        ({"actions.away": "${ACTION}"}, None),
    ],
)
def test_a_redirect_takes_over_what_comes_behind_it_on_every_listener(annotations: dict[str, str], path: object) -> None:
    last = cluster(ingress(annotations=annotations, spec=AWAY)).all("ingress-path")[-1]
    assert plain(last.get("redirected_by")) == path


def test_a_redirect_of_another_host_takes_nothing_over() -> None:
    spec = AWAY.replace("  - http:", "  - host: a.example.com\n    http:") + "\n"
    then = paths(("/", "Prefix", "b"), host="b.example.com").removeprefix("rules:\n")
    last = cluster(ingress(annotations=redirect(host="b.example.com"), spec=spec + then)).all("ingress-path")[-1]
    assert plain(last.get("redirected_by")) is None


def rivals(*texts: str) -> dict[str, object]:
    return {one.name: plain(one.get("rival")) for one in cluster(*texts).all("listener-rule")}


def test_rivals_are_rules_of_the_same_order_that_take_more() -> None:
    wide = ingress("web", {"group.name": "g"}, paths(("/", "Prefix", "a")))
    narrow = paths(("/b", "Prefix", "b"))
    assert rivals(wide, ingress("api", {"group.name": "g"}, narrow)) == {"/": None, "/b": "/"}
    assert rivals(wide, ingress("api", {"group.name": "g", "group.order": '"1"'}, narrow)) == {"/": None, "/b": None}
    assert rivals(wide, ingress("api", {"group.name": "g"}, paths(("/", "Prefix", "b")))) == {"/": None}
    assert rivals(wide, ingress("api", {"group.name": "g"}, paths(("/b", "Prefix", "a")))) == {"/": None, "/b": None}
