"""Actions: the `actions.<name>` annotations of an Ingress, which a backend asks for with the port name use-annotation.

Sources: pkg/ingress/enhanced_backend_builder.go (buildActionViaAnnotation) and config_types.go of the AWS Load Balancer Controller.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ekslint.data.annotation_json import SHAPES
from ekslint.data.go import GoError
from ekslint.data.gojson import Json, parse
from ekslint.fact import Subject, fact, given, maker, subjects
from ekslint.facts.json_complaints import complaint
from ekslint.facts.written import ALB, alb, decoded, refused
from ekslint.inventory import Cluster
from ekslint.relations.ingress_class import taken_ingresses
from ekslint.relations.listen_ports import annotation_text
from ekslint.source.text import Place
from ekslint.syntax.tree import entries
from ekslint.value import Absent, Known, Listing, Unknown, Value, listing

PREFIX = ALB + "actions."
PARTS = {"protocol": "#{protocol}", "host": "#{host}", "port": "#{port}", "path": "/#{path}", "query": "#{query}"}
"""The parts of an address that a redirect sets, each with the placeholder that leaves it as it is."""

given("action", "ingress", "ingress", "The Ingress that carries the annotation.")
given("action", "content", "any", "The decoded JSON; unknown where the controller refuses it.")


@maker("action")
def actions(cluster: Cluster) -> Iterator[Subject]:
    """The actions that the annotations of the cluster's Ingresses describe, whether a backend asks for them or not."""
    for ingress in taken_ingresses(cluster):
        found = ingress.node.at("metadata", "annotations") if ingress.node is not None else None
        for name, key, _ in entries(found):
            if name.startswith(PREFIX) and name != PREFIX:
                yield _action(ingress, name.removeprefix(PREFIX), key.place)


def _action(ingress: Subject, name: str, place: Place) -> Subject:
    return Subject(
        "action",
        name,
        place,
        namespace=ingress.namespace,
        given={"ingress": ingress.known(), "content": _content(ingress, name)},
        cluster=ingress.cluster,
    )


def _content(ingress: Subject, name: str) -> Value:
    written = alb(ingress, f"actions.{name}")
    content = decoded(written, SHAPES["actions"])
    if isinstance(content, Known) and isinstance(written, Known):
        words = complaint("actions", content.value)
        if words is not None:
            return refused(written, f"the controller refuses it: {words}")
    return content


def _part(action: Subject, *path: str) -> Value:
    content = action.get("content")
    if not isinstance(content, Known):
        return content
    at: Any = content.value
    for step in path:
        at = at.get(step) if isinstance(at, dict) else None
    return Absent(content.places) if at is None else Known(at, member_places(action, path) or content.places)


def member_places(action: Subject, path: tuple[str | int, ...]) -> tuple[Place, ...]:
    """Where a member of the action's JSON is written; nothing where it cannot be told."""
    text = annotation_text(action.value("ingress"), PREFIX + action.name)
    if text is None:
        return ()
    try:
        found: Json | None = parse(text.value)
    except GoError:
        return ()
    for step in path:
        if found is None:
            return ()
        if isinstance(step, int):
            found = found.value[step] if found.kind == "array" and step < len(found.value) else None
        else:
            members = found.value if found.kind == "object" else []
            found = next((value for key, value in reversed(members) if key.value.lower() == step.lower()), None)
    return (text.place(found.start, found.end),) if found is not None else ()


@fact("action", "enum(fixed-response, redirect, forward)")
def type(action: Subject) -> Value:
    """What the load balancer does: answer by itself, send elsewhere, or forward to target groups."""
    return _part(action, "type")


@fact("action", "backend[]")
def backends(action: Subject) -> Value:
    """The backends that ask for the action by its name and the port name use-annotation."""
    ingress = action.value("ingress")
    found = [one for one in action.home.where("backend", "ingress", ingress) if one.value("action") is action]
    return subjects(found, bool(ingress.partial), ingress.partial or "")


@fact("action", "backend[]")
def namesakes(action: Subject) -> Value:
    """The backends of the Ingress with the action's name but a port of their own, which go to a Service."""
    ingress = action.value("ingress")
    every = action.home.where("backend", "ingress", ingress)
    found = [one for one in every if one.value("service_name") == action.name and one.value("role") != "action"]
    return subjects(found, bool(ingress.partial), ingress.partial or "")


@fact("action", "string")
def status_code(action: Subject) -> Value:
    """The status code of a redirect or fixed response."""
    kind = action.get("type")
    if not isinstance(kind, Known) or kind.value == "forward":
        return kind if isinstance(kind, Unknown) else Absent(kind.places)
    return _part(action, "redirectConfig" if kind.value == "redirect" else "fixedResponseConfig", "statusCode")


@fact("action", "string[]")
def redirect_changes(action: Subject) -> Value:
    """The parts of the address that a redirect sets to something of its own: protocol, host, port, path, query."""
    kind = action.get("type")
    if not isinstance(kind, Known) or kind.value != "redirect":
        return kind if isinstance(kind, Unknown) else Absent(kind.places)
    config = action.value("content")["redirectConfig"]
    found: list[Value] = [
        Known(part, member_places(action, ("redirectConfig", part)))
        for part, same in PARTS.items()
        if config.get(part) is not None and config[part] != same
    ]
    return listing(found, places=member_places(action, ("redirectConfig",)) or action.get("content").places)


@fact("action", "bool")
def left_out(action: Subject) -> Value:
    """Whether the controller makes no rule of a redirect that changes nothing (isInfiniteRedirectRule); absent of other actions.

    A default action is no rule, and behind a regular expression it does not look.
    """
    changes, listed = action.get("redirect_changes"), action.get("backends")
    if not isinstance(changes, Known) or not isinstance(listed, Known):
        return listed if isinstance(changes, Known) else changes
    regex = action.value("ingress").get("regex_paths")
    if isinstance(regex, Unknown):
        return regex
    asking = [one.value for one in listed.value if isinstance(one, Known)]
    kept = any(one.value("default") is True for one in asking) or (isinstance(regex, Known) and regex.value)
    return Known(not changes.value.items and not kept, changes.places)


@fact("action", "string")
def redirect_protocol(action: Subject) -> Value:
    """The protocol that a redirect sends to; absent where it keeps the one of the request."""
    return _part(action, "redirectConfig", "protocol")


def tuples(action: Subject) -> list[dict[str, Any]]:
    """The target groups that a forward action names, as decoded; none of another action or an unreadable one."""
    content = action.value("content")
    if not isinstance(content, dict) or content.get("type") != "forward":
        return []
    return list((content.get("forwardConfig") or {}).get("targetGroups") or [])


@fact("action", "int[]")
def weights(action: Subject) -> Value:
    """The weights that a forward action gives its target groups, in order."""
    content = action.get("content")
    if not isinstance(content, Known):
        return content
    found: list[Value] = []
    for index, one in enumerate(tuples(action)):
        places = member_places(action, ("forwardConfig", "targetGroups", index, "weight"))
        found.append(Absent(content.places) if one.get("weight") is None else Known(one["weight"], places))
    return Known(Listing(found), content.places)


@fact("action", "string")
def content_type(action: Subject) -> Value:
    """The content type of a fixed response; absent where none is written."""
    return _part(action, "fixedResponseConfig", "contentType")


@fact("action", "string")
def message_body(action: Subject) -> Value:
    """The text of a fixed response; absent where none is written."""
    return _part(action, "fixedResponseConfig", "messageBody")


@fact("action", "bool")
def sticky(action: Subject) -> Value:
    """Whether a forward action keeps clients at their target group; absent where nothing is written."""
    return _part(action, "forwardConfig", "targetGroupStickinessConfig", "enabled")


@fact("action", "int")
def sticky_seconds(action: Subject) -> Value:
    """How long a forward action keeps clients at their target group; absent where nothing is written."""
    return _part(action, "forwardConfig", "targetGroupStickinessConfig", "durationSeconds")


@fact("action", "bool")
def forwards(action: Subject) -> Value:
    """Whether it is a forward action that lists its target groups, not one with a single target group of its own."""
    content = action.get("content")
    if not isinstance(content, Known):
        return content
    return Known(content.value.get("forwardConfig") is not None, content.places)
