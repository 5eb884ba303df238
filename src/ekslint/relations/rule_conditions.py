"""Conditions that `conditions.<name>` annotations add to the rules of the backends of that name.

Sources: pkg/ingress/enhanced_backend_builder.go (buildConditions), config_types.go and model_build_listener_rules.go
(buildRuleConditions) of the AWS Load Balancer Controller; AWS's elbv2 API for what it takes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ekslint.data.annotation_json import SHAPES
from ekslint.data.go import GoError
from ekslint.data.gojson import parse
from ekslint.data.nearest import nearest_name
from ekslint.fact import Subject, fact, given, maker
from ekslint.facts.json_complaints import CONDITION_CONFIGS
from ekslint.facts.written import ALB, alb, decoded
from ekslint.inventory import Cluster
from ekslint.relations.ingress_class import taken_ingresses
from ekslint.relations.listen_ports import annotation_text
from ekslint.source.text import Place
from ekslint.syntax.tree import entries
from ekslint.value import Absent, Known, Value, listing

PREFIX = ALB + "conditions."

given("rule-condition", "ingress", "ingress", "The Ingress that carries the annotation.")
given("rule-condition", "backend_name", "string", "The backends that the condition is for, by name.")
given("rule-condition", "field", "string", "What of a request it looks at, as written.")
given("rule-condition", "content", "any", "The decoded condition.")


@maker("rule-condition")
def rule_conditions(cluster: Cluster) -> Iterator[Subject]:
    """The conditions of the cluster's Ingresses that some backend asks for."""
    for ingress in taken_ingresses(cluster):
        found = ingress.node.at("metadata", "annotations") if ingress.node is not None else None
        asked = [one for one in cluster.where("backend", "ingress", ingress) if one.value("default") is False]
        names = {one.value("service_name") or one.value("action_name") for one in asked if one.value("role") != "forward"}
        for name, key, _ in entries(found):
            backend = name.removeprefix(PREFIX)
            if name.startswith(PREFIX) and backend in names:
                yield from _conditions(ingress, backend, key.place)


def _conditions(ingress: Subject, backend: str, place: Place) -> Iterator[Subject]:
    content = decoded(alb(ingress, f"conditions.{backend}"), SHAPES["conditions"])
    places = _places(ingress, backend)
    for index, condition in enumerate(content.value or [] if isinstance(content, Known) else []):
        where = places[index] if index < len(places) else place
        yield Subject(
            "rule-condition",
            str(condition.get("field", "")),
            where,
            namespace=ingress.namespace,
            given={
                "ingress": ingress.known(),
                "backend_name": Known(backend, (where,)),
                "field": Known(condition.get("field", ""), (where,)),
                "content": Known(condition, (where,)),
            },
            cluster=ingress.cluster,
        )


def _places(ingress: Subject, backend: str) -> list[Place]:
    text = annotation_text(ingress, PREFIX + backend)
    if text is None:
        return []
    try:
        found = parse(text.value)
    except GoError:
        return []
    return [text.place(item.start, item.end) for item in found.value] if found.kind == "array" else []


def _config(condition: Subject) -> dict[str, Any]:
    content = condition.value("content")
    return dict(content.get(CONDITION_CONFIGS.get(content.get("field", ""), ""), None) or {})


@fact("rule-condition", "string[]")
def values(condition: Subject) -> Value:
    """The values that a request must have one of, patterns included; of a query each as key=value."""
    config = _config(condition)
    found: list[Value] = []
    for value in [*(config.get("values") or []), *(config.get("regexValues") or [])]:
        text = f"{value.get('key', '')}={value.get('value', '')}" if isinstance(value, dict) else value
        found.append(Known(text, (condition.place,)))
    return listing(found, places=(condition.place,))


@fact("rule-condition", "string")
def header(condition: Subject) -> Value:
    """The header that the condition looks at; absent where it looks at something else."""
    name = _config(condition).get("httpHeaderName")
    return Known(name, (condition.place,)) if name is not None else Absent((condition.place,))


@fact("rule-condition", "string")
def nearest_field(condition: Subject) -> Value:
    """The field that an unknown one most likely means."""
    near = nearest_name(str(condition.value("field")), CONDITION_CONFIGS)
    return Known(near, (condition.place,)) if near else Absent((condition.place,))


@fact("ingress-path", "rule-condition[]")
def conditions(path: Subject) -> Value:
    """The conditions that the annotations of the Ingress add to the path's rule."""
    backends = path.home.where("backend", "ingress_path", path)
    names = {one.value("service_name") or one.value("action_name") for one in backends}
    every = path.home.where("rule-condition", "ingress", path.value("ingress"))
    return listing([one.known() for one in every if one.value("backend_name") in names], places=(path.place,))


@fact("ingress-path", "int")
def condition_values(path: Subject) -> Value:
    """How many values the conditions of the path's rule have: its host, its path (two for most prefixes), and the others."""
    host, text, kind = path.get("host"), path.get("path"), path.get("path_type")
    if not isinstance(kind, Known):
        return kind
    count = int(isinstance(host, Known))
    if isinstance(text, Known) and text.value != "":
        count += 2 if kind.value == "Prefix" and text.value != "/" else 1
    for one in path.value("conditions"):
        count += len(one.value.value("values"))
    return Known(count, text.places)


@fact("ingress-path", "rule-condition[]")
def further_conditions(path: Subject) -> Value:
    """The conditions on the method or the source address that follow another of their field; AWS takes one of each for a rule."""
    found: list[Value] = []
    seen: set[object] = set()
    for one in path.value("conditions"):
        field = one.value.value("field")
        if field in ("http-request-method", "source-ip"):
            found += [one] if field in seen else []
            seen.add(field)
    return listing(found, places=(path.place,))
