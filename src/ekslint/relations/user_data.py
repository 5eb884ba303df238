"""User data of node groups, and the subjects inside it: parts, arguments of bootstrap.sh, NodeConfigs, settings of max-pods."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ekslint.carriers.node_group import Written
from ekslint.fact import Subject, fact, maker, subjects
from ekslint.facts.user_data import decoded
from ekslint.inventory import Cluster
from ekslint.value import Absent, Known, Unknown, Value, listing


@fact("node-group", "user-data")
def user_data(group: Subject) -> Value:
    """The group's user data, decoded."""
    written: Value = group.get("written_user_data")
    if not isinstance(written, Known):
        return written
    if not isinstance(written.value, Written):
        return Unknown("user data is no text", written.places, written=True)
    from ekslint.userdata.read import decode

    found = decode(written.value.text, encoded=written.value.encoded)
    place = written.places[0] if written.places else group.place
    facts: dict[str, Value] = {"decoded": Known(found, (place,)), "group": group.known()}
    return Known(Subject("user-data", group.name, place, given=facts, cluster=group.cluster), (place,))


GROUPS = (
    "node-group",
    "scaling-group",
    "launch-template",
    "node-pool",
    "node-class",
    "machine-bootstrap",
    "machine-deployment",
    "machine-infrastructure",
)
"""Where user data is found: groups of nodes, and what they are made of."""


@maker("user-data", GROUPS)
def make_user_data(cluster: Cluster) -> Iterator[Subject]:
    """The user data of each node group that has some."""
    for group in cluster.all("node-group"):
        found = group.get("user_data")
        if isinstance(found, Known):
            yield found.value


@fact("user-data", "user-data-part[]")
def parts(data: Subject) -> Value:
    """The parts of a multi-part message, or all of it as one."""
    found: list[Subject] = []
    for part in decoded(data).parts:
        facts: dict[str, Value] = {
            "data": data.known(),
            "group": data.get("group"),
            "part_kind": Known(part.kind, (part.place,)),
            "looks": Known(part.looks, (part.place,)),
            "media_type": Known(part.media_type, (part.place,)) if part.media_type else Absent((part.place,)),
            "malformations": listing([Known(m, (part.place,)) for m in part.malformations], places=(part.place,)),
        }
        found.append(Subject("user-data-part", data.name, part.place, given=facts, cluster=data.cluster))
    return subjects(found, places=(data.place,))


@fact("user-data", "bootstrap-argument[]")
def arguments(data: Subject) -> Value:
    """The words behind its calls of bootstrap.sh."""
    found: list[Subject] = []
    for argument in decoded(data).bootstrap_arguments:
        facts: dict[str, Value] = {
            "text": Known(argument.text, (argument.place,)),
            "option": Known(argument.option, (argument.place,)) if argument.option else Absent((argument.place,)),
            "value": argument.value,
            "read": Known(argument.read, (argument.place,)),
            "unread_because": Known(argument.unread_because, (argument.place,)),
            "group": data.get("group"),
        }
        found.append(Subject("bootstrap-argument", argument.text, argument.place, given=facts, cluster=data.cluster))
    return subjects(found, places=(data.place,))


@fact("user-data", "max-pods-setting[]")
def settings(data: Subject) -> Value:
    """Everything in it that sets max-pods, or means to."""
    made: dict[int, Subject] = {}
    return subjects([_setting(data, one, made) for one in decoded(data).settings], places=(data.place,))


def _setting(data: Subject, setting: Any, made: dict[int, Subject]) -> Subject:
    kept = made.get(id(setting))
    if kept is not None:
        return kept
    at = (setting.place,)
    facts: dict[str, Value] = {
        "text": Known(setting.text, at, key=setting.key),
        "value": setting.value,
        "via": Known(setting.source, at),
        "image_family": Known(setting.family, at),
        "group": data.get("group"),
    }
    for name, value in (("path", setting.path), ("refusal", setting.refusal), ("unread", setting.unread)):
        facts[name] = Known(value, at) if value else Absent(at)
    subject = Subject("max-pods-setting", setting.key or setting.source, setting.place, given=facts, cluster=data.cluster)
    made[id(setting)] = subject
    if setting.overridden_by is not None:
        facts["overridden_by"] = _setting(data, setting.overridden_by, made).known()
    return subject


@fact("user-data", "node-config[]")
def node_configs(data: Subject) -> Value:
    """The NodeConfigs in it, in the order in which nodeadm merges them."""
    found: list[Subject] = []
    for config in decoded(data).node_configs:
        facts: dict[str, Value] = {
            "refusal": Known(config.refusal, (config.place,)) if config.refusal else Absent((config.place,)),
            "api_version": config.api_version,
            "document_kind": config.kind,
            "from": Known(config.origin, (config.place,)),
            "group": data.get("group"),
        }
        found.append(Subject("node-config", config.name or data.name, config.place, given=facts, cluster=data.cluster))
    return subjects(found, places=(data.place,))


@fact("user-data", "max-pods-calculator[]")
def calculators(data: Subject) -> Value:
    """Its calls of max-pods-calculator.sh."""
    found: list[Subject] = []
    for call in decoded(data).calculators:
        facts: dict[str, Value] = {
            "prefix_delegation": _flag(call.prefix_delegation),
            "custom_networking": _flag(call.custom_networking),
            "cni_version": call.cni_version,
            "group": data.get("group"),
        }
        found.append(Subject("max-pods-calculator", "max-pods-calculator.sh", call.place, given=facts, cluster=data.cluster))
    return subjects(found, places=(data.place,))


def _flag(value: Value) -> Value:
    """A switch of the command line, which is off where it is not given."""
    return Known(False, value.places, default="max-pods-calculator.sh") if isinstance(value, Absent) else value


def _inside(cluster: Cluster, name: str) -> Iterator[Subject]:
    for data in cluster.all("user-data"):
        found = data.get(name)
        if isinstance(found, Known):
            for value in found.value:
                if isinstance(value, Known):
                    yield value.value


@maker("user-data-part", GROUPS)
def make_parts(cluster: Cluster) -> Iterator[Subject]:
    """The parts of all user data."""
    return _inside(cluster, "parts")


@maker("bootstrap-argument", GROUPS)
def make_arguments(cluster: Cluster) -> Iterator[Subject]:
    """The arguments in all user data."""
    return _inside(cluster, "arguments")


@maker("max-pods-setting", GROUPS)
def make_settings(cluster: Cluster) -> Iterator[Subject]:
    """The settings of max-pods in all user data."""
    return _inside(cluster, "settings")


@maker("node-config", GROUPS)
def make_node_configs(cluster: Cluster) -> Iterator[Subject]:
    """The NodeConfigs in all user data."""
    return _inside(cluster, "node_configs")


@maker("max-pods-calculator", GROUPS)
def make_calculators(cluster: Cluster) -> Iterator[Subject]:
    """The calls of max-pods-calculator.sh in all user data."""
    return _inside(cluster, "calculators")


@maker("instance-type", GROUPS)
def make_instance_types(cluster: Cluster) -> Iterator[Subject]:
    """The instance types of all node groups, one for each group."""
    for group in cluster.all("node-group"):
        found = group.get("instance_types")
        if isinstance(found, Known):
            for value in found.value:
                if isinstance(value, Known):
                    yield value.value
