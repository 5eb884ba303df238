"""The values that the host and path conditions of a rule end up with, its own and those of the conditions annotation together.

Source: pkg/ingress/model_build_listener_rules.go (buildRuleConditions, buildPathPatterns) of the AWS Load Balancer Controller.
"""

from __future__ import annotations

from ekslint.fact import Subject, fact
from ekslint.facts.json_complaints import CONDITION_CONFIGS
from ekslint.relations.ingress_groups import members
from ekslint.relations.listener_rules import covers_host
from ekslint.syntax.tree import items
from ekslint.value import Absent, Known, Unknown, Value, listing, read

FIELDS = ("host-header", "path-pattern")


def rule_values(path: Subject) -> dict[str, tuple[list[str], list[str]]] | Unknown:
    """Plain values and regular expressions of the host and the path."""
    host, text, kind = path.get("host"), path.get("path"), path.get("path_type")
    regex = path.value("ingress").get("regex_paths")
    for value in (host, text, kind, regex):
        if isinstance(value, Unknown):
            return value
    found: dict[str, tuple[list[str], list[str]]] = {field: ([], []) for field in FIELDS}
    if isinstance(host, Known):
        found["host-header"][0].append(str(host.value))
    if isinstance(text, Known) and text.value != "":
        written = str(text.value)
        if isinstance(kind, Known) and kind.value == "Prefix":
            found["path-pattern"][0].extend(["/*"] if written == "/" else [written.rstrip("/"), written.rstrip("/") + "/*"])
        elif isinstance(kind, Known) and kind.value == "ImplementationSpecific" and isinstance(regex, Known) and regex.value:
            found["path-pattern"][1].append(written[1:])
        else:
            found["path-pattern"][0].append(written)
    for one in path.value("conditions"):
        field, content = one.value.value("field"), one.value.value("content")
        config = content.get(CONDITION_CONFIGS.get(field, ""), None) or {}
        if field in FIELDS:
            found[field][0].extend(config.get("values") or [])
            found[field][1].extend(config.get("regexValues") or [])
    return found


@fact("ingress-path", "string[]")
def mixed_fields(path: Subject) -> Value:
    """The fields, host-header or path-pattern, for which the rule has both plain values and regular expressions."""
    found = rule_values(path)
    if isinstance(found, Unknown):
        return found
    return listing(
        [Known(field, (path.place,)) for field, (plain, regex) in found.items() if plain and regex], places=(path.place,)
    )


@fact("ingress-path", "string[]")
def repeated_values(path: Subject) -> Value:
    """The hosts and path patterns that stand twice in the rule's conditions."""
    found = rule_values(path)
    if isinstance(found, Unknown):
        return found
    twice: dict[str, None] = {}
    for plain, _ in found.values():
        twice.update(dict.fromkeys(value for value in plain if plain.count(value) > 1))
    return listing([Known(value, (path.place,)) for value in twice], places=(path.place,))


@fact("ingress-path", "int")
def wildcards(path: Subject) -> Value:
    """How many * and ? the host and path patterns of the rule have."""
    found = rule_values(path)
    if isinstance(found, Unknown):
        return found
    count = sum(value.count("*") + value.count("?") for plain, _ in found.values() for value in plain)
    return Known(count, path.get("path").places or (path.place,))


@fact("ingress", "string[]")
def hosts_without_paths(ingress: Subject) -> Value:
    """The hosts of rules that have no paths and that no other path of the group serves; absent where it has a default backend."""
    group = ingress.value("group")
    everyone = members(group) if group is not None else [ingress]
    cluster = ingress.home
    if any(backend.value("default") is True for one in everyone for backend in cluster.where("backend", "ingress", one)):
        return Absent((ingress.place,))
    others = [path for one in everyone for path in cluster.where("ingress-path", "ingress", one)]
    listed = group.value("members") if group is not None else None
    why = "the group is not known" if listed is None else listed.why
    unknown = next((host for host in (path.get("host") for path in others) if isinstance(host, Unknown)), None)
    if unknown is not None:
        return Unknown(unknown.reason, unknown.places, written=False)
    found: list[Value] = []
    for rule in items(ingress.node.at("spec", "rules") if ingress.node is not None else None):
        host = read(rule, "host")
        alone = isinstance(host, Known) and not any(covers_host(path.value("host"), host.value) for path in others)
        if alone and isinstance(read(rule, "http", partial=ingress.partial), Absent):
            found.append(host)
    return listing(found, listed is None or listed.open, why)
