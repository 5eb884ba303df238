"""One environment variable of aws-node: whether anything reads it, and what its reader makes of the value.

Sources: the table of variables (data/cni.py), cmd/aws-vpc-cni/main.go (validateEnvVars), pkg/networkutils/network.go
(parseCIDRString), pkg/awsutils (loadAdditionalENITags).
"""

from __future__ import annotations

import re

from ekslint.data import cni as table
from ekslint.fact import Subject, fact
from ekslint.facts.environment import setting, sources
from ekslint.value import Absent, Known, Listing, Unknown, Value, derive

_CIDR = re.compile(r"(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})/(\d{1,2})")


@fact("cni-variable", "bool")
def known(variable: Subject) -> Value:
    """Whether the VPC CNI, the AWS SDK or the Go runtime reads a variable of this name, or EKS writes it."""
    return Known(table.variable(variable.name) is not None or table.read_elsewhere(variable.name), (variable.place,))


@fact("cni-variable", "string")
def nearest(variable: Subject) -> Value:
    """What a name that nothing reads most likely means."""
    found = table.nearest(variable.name)
    return Absent((variable.place,)) if found is None else Known(found, (variable.place,))


@fact("cni-variable", "bool")
def renamed(variable: Subject) -> Value:
    """Whether what the name most likely means is a variable too, and no argument or setting of another kind."""
    return derive(lambda name: table.variable(name) is not None, variable.get("nearest"))


@fact("cni-variable", "string[]")
def readers(variable: Subject) -> Value:
    """The containers that read the variable: main, init, agent; none where no release of today does. Unknown for other names."""
    entry = table.variable(variable.name)
    if entry is None:
        return Unknown("the VPC CNI has no such variable", (variable.place,), written=False)
    return Known(Listing([Known(each, (variable.place,)) for each in entry.containers]), (variable.place,))


@fact("cni-variable", "string[]")
def reader_names(variable: Subject) -> Value:
    """The same containers by their names in the DaemonSet."""
    found = variable.get("readers")
    if not isinstance(found, Known):
        return found
    return Known(Listing([Known(table.CONTAINERS[e.value], e.places) for e in found.value]), found.places)


@fact("cni-variable", "string")
def container_name(variable: Subject) -> Value:
    """The container that the variable is set on, by its name in the DaemonSet."""
    return derive(lambda key: table.CONTAINERS[key], variable.get("container"))


@fact("cni-variable", "version")
def min_version(variable: Subject) -> Value:
    """The first release that reads the variable; absent where all do."""
    entry = table.variable(variable.name)
    if entry is None or entry.min_version is None:
        return Absent((variable.place,))
    return Known(entry.min_version, (variable.place,))


@fact("cni-variable", "version")
def dead_since(variable: Subject) -> Value:
    """The first release that reads the variable no more; absent where today's still does."""
    entry = table.variable(variable.name)
    if entry is None or entry.dead_since is None:
        return Absent((variable.place,))
    return Known(entry.dead_since, (variable.place,))


@fact("cni-variable", "cni-settings")
def carrier(variable: Subject) -> Value:
    """The settings that the variable belongs to."""
    key = variable.value("settings")
    for each in variable.home.all("cni-settings"):
        if str(each.place) == key:
            return Known(each, (each.place,))
    return Unknown("its settings are not here", (variable.place,))


@fact("cni-variable", "version")
def version(variable: Subject) -> Value:
    """The version of the image that the variable is given to."""
    owner = variable.value("carrier")
    if owner is None:
        return Unknown("its settings are not here", (variable.place,))
    name = {"main": "version", "init": "init_version", "agent": "agent_version"}[variable.value("container")]
    found: Value = owner.get(name)
    return found


@fact("cni-variable", "string")
def refusal(variable: Subject) -> Value:
    """Why the variable's reader does not take the value, in its terms; absent where it does."""
    value = variable.get("value")
    entry = table.variable(variable.name)
    if entry is None or not isinstance(value, Known):
        return Absent(value.places) if entry is None or isinstance(value, Absent) else value
    reason = _refused(entry, value.value, _ipv6(variable) if entry.minimum_ipv6 is not None else None)
    if reason is None:
        return Absent(value.places, value.key)
    return Known(reason, value.places, key=value.key)


@fact("cni-variable", "enum(default, ignore, skip, exit, ipamd-exit)")
def on_refusal(variable: Subject) -> Value:
    """What comes of a refused value: the default, nothing, the items that can be read, or aws-node or ipamd do not start."""
    entry = table.variable(variable.name)
    if entry is None or entry.on_bad_value is None:
        return Absent((variable.place,))
    if variable.name == "POD_SECURITY_GROUP_ENFORCING_MODE":
        plugin = variable.home.subject.value("cni")
        enabled = plugin.get("pod_eni") if plugin is not None else Unknown("no VPC CNI")
        if not isinstance(enabled, Known):
            return enabled
        return Known("exit" if enabled.value else "ignore", (variable.place,))
    return Known(entry.on_bad_value, (variable.place,))


@fact("cni-variable", "string")
def presumed(variable: Subject) -> Value:
    """The value that the code presumes where the variable is not set or refused; absent where there is none."""
    entry = table.variable(variable.name)
    if entry is None or entry.default_code is None:
        return Absent((variable.place,))
    return Known(entry.default_code, (variable.place,))


@fact("cni-variable", "string")
def in_older_releases(variable: Subject) -> Value:
    """The value as with which the releases behave that do not read the variable yet; absent where there is none."""
    entry = table.variable(variable.name)
    said = entry.older or entry.default_code if entry is not None else None
    return Absent((variable.place,)) if said is None else Known(said, (variable.place,))


@fact("cni-variable", "string")
def spelled(variable: Subject) -> Value:
    """The value in the spelling that its reader takes, where a person's meaning is plain: yes for true, Strict for strict."""
    entry, value = table.variable(variable.name), variable.get("value")
    if entry is None or not isinstance(value, Known):
        return Absent((variable.place,))
    word = value.value.strip().lower()
    if entry.type == "boolean":
        meant = "true" if word in _YES else "false" if word in _NO else None
    elif entry.allowed is not None:
        meant = next((each for each in entry.allowed if each.lower() == word), None)
    else:
        meant = None
    return Absent(value.places) if meant is None else Known(meant, value.places)


_YES = ("true", "yes", "on", "y", "enable", "enabled")
_NO = ("false", "no", "off", "n", "disable", "disabled")


@fact("cni-variable", "cni-variable")
def overridden_by(variable: Subject) -> Value:
    """A later entry of the same name with another value in the same list: it alone counts."""
    owner = variable.value("carrier")
    if owner is None or variable.value("manager") not in ("manifest", "capa"):
        return Absent((variable.place,))
    found: Subject | None = None
    behind = False
    for each in owner.value("variables"):
        other: Subject = each.value
        if other is variable:
            behind = True
        elif behind and other.name == variable.name and other.value("container") == variable.value("container"):
            found = other
    if found is None:
        return Absent((variable.place,))
    one, two = variable.get("value"), found.get("value")
    if isinstance(one, Unknown) or isinstance(two, Unknown):
        return Unknown("the values cannot be compared", found.get("name").places, written=True)
    same = isinstance(one, Known) and isinstance(two, Known) and one.value == two.value
    return Absent((variable.place,)) if same else Known(found, (found.place,))


@fact("cni-variable", "string[]")
def reserved_keys(variable: Subject) -> Value:
    """The tag keys of ADDITIONAL_ENI_TAGS that the CNI drops (k8s.amazonaws.com) or EC2 refuses (aws:)."""
    entry, value = table.variable(variable.name), variable.get("value")
    if entry is None or entry.type != "json":
        return Absent((variable.place,))
    if not isinstance(value, Known):
        return value
    tags = table.read(entry, value.value)
    names = [name for name in tags if "k8s.amazonaws.com" in name or name.startswith("aws:")] if isinstance(tags, dict) else []
    return Known(Listing([Known(name, value.places) for name in names]), value.places)


def _ipv6(variable: Subject) -> bool | None:
    plugin = variable.home.subject.value("cni")
    return plugin.value("ipv6") if plugin is not None and sources(plugin) else None


def _refused(entry: table.Variable, text: str, ipv6: bool | None) -> str | None:
    if entry.type == "cidrs":
        bad = [item.strip() for item in text.split(",") if item.strip() and not _is_cidr(item.strip())]
        return f"{', '.join(bad)} is no IPv4 range with a mask" if bad else None
    if table.read(entry, text) is None:
        return _why(entry, text)
    if ipv6 and entry.minimum_ipv6 is not None and int(text) < entry.minimum_ipv6:
        return f"with IPv6 the least is {entry.minimum_ipv6}"
    return None


def _why(entry: table.Variable, text: str) -> str:
    if entry.type == "boolean":
        return "Go reads only true, True, TRUE, t, T, 1 and false, False, FALSE, f, F, 0 as a boolean"
    if entry.type == "integer":
        if entry.maximum is not None and entry.minimum is not None:
            return f"it takes whole numbers from {entry.minimum} to {entry.maximum}"
        return "it takes whole numbers" + (f" from {entry.minimum} on" if entry.minimum is not None else "")
    if entry.type == "json":
        return "it takes a JSON object of strings"
    if entry.allowed is not None:
        exact = ", in lower case" if entry.case_sensitive else ""
        return f"it takes {', '.join(entry.allowed[:-1])} or {entry.allowed[-1]}{exact}"
    if text in entry.forbidden:
        return f"{text} is not allowed here"
    return f"it takes at most {entry.max_length} characters"


def _is_cidr(text: str) -> bool:
    found = _CIDR.fullmatch(text)
    if found is None:
        return False
    *octets, bits = (int(part) for part in found.groups())
    return all(each < 256 for each in octets) and bits <= 32


@fact("cni-variable", "bool")
def reaches_reader(variable: Subject) -> Value:
    """Whether a container that reads the variable gets this value: the one it is set on, or another on which it is set alike."""
    entry = table.variable(variable.name)
    if entry is None or not entry.containers:
        return Absent((variable.place,))
    at = variable.value("container")
    if at in entry.containers:
        return Known(True, (variable.place,))
    plugin = variable.home.subject.value("cni")
    if plugin is None:
        return Unknown("no VPC CNI is configured here", (variable.place,))
    mine = variable.get("value")
    if not isinstance(mine, Known):
        return mine
    for container in entry.containers:
        other = setting(plugin, variable.name, container)
        if isinstance(other, Unknown):
            return Unknown(other.reason, other.places, written=other.written)
        if (isinstance(other, Known) and other.value == mine.value) or mine.value == entry.default_code:
            return Known(True, (variable.place,))
    return Known(False, (variable.place,))


@fact("cni-variable", "bool")
def boolean(variable: Subject) -> Value:
    """Whether the variable is read as a boolean; absent of variables that the VPC CNI does not have."""
    entry = table.variable(variable.name)
    return Absent((variable.place,)) if entry is None else Known(entry.type == "boolean", (variable.place,))
