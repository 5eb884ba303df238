"""What the VPC CNI reads: the variables of aws-node, the arguments of its network policy agent, its ConfigMap and its chart.

Source: amazon-vpc-cni-k8s v1.23.1 and aws-network-policy-agent; see sources.json.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from ekslint.data import frozen, read_table
from ekslint.data.go import GoError, go_bool, go_int

CONTAINERS = {"main": "aws-node", "init": "aws-vpc-cni-init", "agent": "aws-eks-nodeagent"}
"""The names of the containers in the DaemonSet."""


class Variable(NamedTuple):
    """One environment variable.

    * containers: which of main, init and agent read it; none where current releases do not
    * type: boolean, integer, enum, string, path, url, address, cidrs (between commas) or json
    * parser: B1, a boolean, and an empty text is refused; B2, a boolean, and an empty text counts as unset; I1, an integer, and
      what is refused is passed over; I2, an integer, and what is refused stops the container
    * allowed, case_sensitive: the values of an enum; forbidden, max_length: of a text
    * minimum, maximum: both ends included; minimum_ipv6: instead of minimum where ENABLE_IPv6 is true; base: see `go.go_int`
    * default_code: what counts where it is absent, None where nothing or another setting does
    * default_manifest: what the manifest and the chart ship, None where they leave it out
    * min_version: the first release that reads it, None where all do; dead_since: the first that reads it no more
    * older: the value as with which the releases before that behave, None where they do as with default_code
    * on_bad_value: default (the default counts), ignore (as if empty), skip (only bad items), exit (aws-node does not start),
      ipamd-exit (ipamd stops, the node stays NotReady), None where nothing is refused
    * empty_is_unset: whether an empty text counts as absent
    * addon_keys: where the configuration schema of the EKS add-on has it
    * set_by_eks: EKS writes it itself
    """

    name: str
    containers: tuple[str, ...]
    type: str
    parser: str | None = None
    allowed: tuple[str, ...] | None = None
    case_sensitive: bool = True
    forbidden: tuple[str, ...] = ()
    max_length: int | None = None
    minimum: int | None = None
    maximum: int | None = None
    minimum_ipv6: int | None = None
    base: int = 10
    default_code: str | None = None
    default_manifest: str | None = None
    min_version: str | None = None
    older: str | None = None
    dead_since: str | None = None
    on_bad_value: str | None = None
    empty_is_unset: bool = False
    addon_keys: tuple[str, ...] = ()
    set_by_eks: bool = False


class Argument(NamedTuple):
    """One argument of the network policy agent; type: bool, int, string, path or address. Only `--x=false` makes a bool false."""

    name: str
    type: str
    default_code: str | None = None
    default_manifest: str | None = None
    minimum: int | None = None
    maximum: int | None = None


class ConfigMapKey(NamedTuple):
    """One key of the ConfigMap kube-system/amazon-vpc-cni; `needs` is another key that must be true for it to count."""

    key: str
    type: str
    default: str | None = None
    minimum: int | None = None
    deprecated_by: str | None = None
    needs: str | None = None


class ChartPath(NamedTuple):
    """A value of the aws-vpc-cni chart and what it sets.

    sets: main or init (variables of that container), argument or configmap (then `name` says which), agent (whether it runs) or
    eni-config. A `*` in the path is a variable's name.
    """

    path: str
    sets: str
    name: str | None = None


_TABLE: dict[str, Any] = {}


def variable(name: str) -> Variable | None:
    """The variable of that exact name; None where the VPC CNI reads none."""
    entry = _table()["variables"].get(name)
    return None if entry is None else _variable(entry)


def variables() -> tuple[Variable, ...]:
    """All variables."""
    return tuple(_variable(entry) for entry in _table()["variables"].values())


def read_elsewhere(name: str) -> bool:
    """Whether something else in the container may read a variable: the AWS SDK, Go itself, or EKS put it there."""
    return name in _table()["other_readers"]


def nearest(name: str) -> str | None:
    """What an unknown name most likely means: a variable, an agent's argument, or in words a setting that is no variable."""
    from ekslint.data.nearest import nearest_name

    table = _table()
    if name in table["variables"] or read_elsewhere(name):
        return None
    meant: str | None = table["not_variables"].get(name)
    return meant or nearest_name(name, table["variables"])


def not_variables() -> dict[str, str]:
    """Names that are often set and read by nothing, each with what to use instead."""
    return dict(_table()["not_variables"])


def read(variable: Variable, text: str) -> bool | int | str | dict[str, str] | None:
    """What the VPC CNI makes of a text that is set; None where it refuses it (what then happens: `on_bad_value`).

    Booleans and integers come back as such, tags as a dict, an enum as `allowed` spells it, anything else as written. A variable
    that an empty text leaves unset gives its default, or an empty text where it has none.
    """
    if not text and variable.empty_is_unset:
        return read(variable, variable.default_code) if variable.default_code else ""
    if variable.type == "boolean":
        return go_bool(text)
    if variable.type == "integer":
        return _integer(variable, text)
    if variable.type == "json":
        return _tags(text)
    if variable.allowed is not None:
        same = text if variable.case_sensitive else text.lower()
        return next((a for a in variable.allowed if same == (a if variable.case_sensitive else a.lower())), None)
    if text in variable.forbidden or (variable.max_length is not None and len(text.encode()) > variable.max_length):
        return None
    return text


def _integer(variable: Variable, text: str) -> int | None:
    number = go_int(text, 64, variable.base)
    if number is None or (variable.minimum is not None and number < variable.minimum):
        return None
    return None if variable.maximum is not None and number > variable.maximum else number


def _tags(text: str) -> dict[str, str] | None:
    from ekslint.data.gojson import STRING, MapOf, read_json

    try:
        found: dict[str, str] | None = read_json(text, MapOf(STRING))
    except GoError:
        return None
    return found or {}


def argument(name: str) -> Argument | None:
    """The agent's argument of that name, dashes included; None where it has none."""
    entry = _table()["arguments"].get(name)
    return None if entry is None else Argument(**entry)


def arguments() -> tuple[Argument, ...]:
    """All arguments of the agent."""
    return tuple(Argument(**entry) for entry in _table()["arguments"].values())


def configmap_key(key: str) -> ConfigMapKey | None:
    """The key of the amazon-vpc-cni ConfigMap; None where nothing reads it."""
    entry = _table()["configmap"].get(key)
    return None if entry is None else ConfigMapKey(**entry)


def configmap_keys() -> tuple[ConfigMapKey, ...]:
    """All keys of the ConfigMap."""
    return tuple(ConfigMapKey(**entry) for entry in _table()["configmap"].values())


def chart_paths() -> tuple[ChartPath, ...]:
    """The values of the chart that decide what is read."""
    return tuple(ChartPath(**entry) for entry in _table()["chart"])


def _table() -> dict[str, Any]:
    if not _TABLE:
        import json

        raw = json.loads(read_table("cni-variables.json"))
        for part, key in (("variables", "name"), ("arguments", "name"), ("configmap", "key")):
            raw[part] = {entry[key]: entry for entry in raw[part]}
        raw["other_readers"] = frozenset(raw["other_readers"])
        _TABLE.update(raw)
    return _TABLE


def _variable(entry: dict[str, Any]) -> Variable:
    return Variable(**frozen(entry))
