"""The environment that aws-node's containers get: what is written, then what the chart brings, then what the code presumes.

A DaemonSet's list of EnvVars is all there is. The chart, and the EKS add-on that is made from it, bring their own values for what
is not written (charts/aws-vpc-cni/values.yaml); EKS sets the address family itself, and prefix delegation with IPv6.
"""

from __future__ import annotations

from ekslint.data.cni import read, variable
from ekslint.fact import Subject, fact
from ekslint.source.text import Place
from ekslint.value import Absent, Known, Listing, Unknown, Value, places_of

CODE = "VPC CNI"
CHART = "VPC CNI chart"
EKS = "EKS"
UNCONFIGURED = "nothing here configures the VPC CNI"

_FAMILY = ("ENABLE_IPv4", "ENABLE_IPv6")


@fact("cni-settings", "cni-variable[]")
def variables(settings: Subject) -> Value:
    """The variables of these settings, in the order in which they are written."""
    key = str(settings.place)
    found = [v.known() for v in settings.home.all("cni-variable") if v.value("settings") == key]
    return Known(Listing(found, settings.partial is not None, settings.partial or ""), (settings.place,))


def sources(cni: Subject) -> list[Subject]:
    """The settings that a `cni` is made from."""
    listed = cni.get("settings")
    return [each.value for each in listed.value if isinstance(each, Known)] if isinstance(listed, Known) else []


def setting(cni: Subject, name: str, container: str = "main") -> Value:
    """The text that a container finds in a variable: known with whose default it is, absent where the variable is not set there.

    Unknown where two whole carriers give different texts, where only a patch is seen and it does not write the variable, and
    where nothing configures the VPC CNI.
    """
    found = sources(cni)
    over = [each for each in found if each.value("manager") == "capa"]
    written = [each for source in over if (each := _written(source, name, container)) is not None]
    if written:
        return _agree(written)
    whole = [each for each in found if each.partial is None and each not in over] or [o for o in over if o.partial is None]
    patches = [each for each in found if each not in whole and each not in over]
    patched = [each for source in patches if (each := _written(source, name, container)) is not None]
    if not whole:
        if patched:
            return _agree(patched)
        reason = found[0].partial if found else None
        return Unknown(reason or UNCONFIGURED, places_of(*(each.known() for each in found[:1])), key=name)
    return _agree([*(of_settings(source, name, container) for source in whole), *patched])


def of_settings(settings: Subject, name: str, container: str = "main") -> Value:
    """The text that a variable has by whole settings alone."""
    written = _written(settings, name, container)
    if written is not None and not isinstance(written, Absent):
        return written
    at = written.places if written is not None else _where(settings, container)
    listed = settings.get(f"{container}_env") if container in ("main", "init") else Absent(at)
    if written is None and isinstance(listed, Known) and listed.value.open:
        return Unknown(listed.value.why, at, key=name)
    if settings.value("manager") == "manifest" or written is not None:
        return Absent(at, name)
    return _brought(settings, name, container, at)


def _written(settings: Subject, name: str, container: str) -> Value | None:
    """What the last entry of a name says; None where there is none."""
    listed = settings.get("variables")
    entries = [each.value for each in listed.value if isinstance(each, Known)] if isinstance(listed, Known) else []
    for entry in reversed(entries):
        if entry.name == name and entry.value("container") == container:
            value = entry.get("value")
            return Known(value.value, value.places or (entry.place,), key=name) if isinstance(value, Known) else value
    return None


def _where(settings: Subject, container: str) -> tuple[Place, ...]:
    listed = settings.get(f"{container}_env") if container in ("main", "init") else None
    return listed.places if listed is not None and listed.places else (settings.place,)


def _brought(settings: Subject, name: str, container: str, at: tuple[Place, ...]) -> Value:
    """What the chart or EKS sets where nothing is written."""
    entry = variable(name)
    if entry is None or container not in entry.containers:
        return Absent(at, name)
    if settings.value("manager") != "helm" and (name in _FAMILY or name == "ENABLE_PREFIX_DELEGATION"):
        family = settings.home.subject.get("made_for")
        if not isinstance(family, Known):
            return Unknown("the cluster's address family is not known", at, written=False, key=name)
        on = family.value == ("ipv4" if name == "ENABLE_IPv4" else "ipv6")
        if name in _FAMILY or on:
            return Known("true" if on else "false", at, EKS, name)
    if name == "NETWORK_POLICY_ENFORCING_MODE":
        agent = settings.get("agent")
        if isinstance(agent, Unknown):
            return Unknown(agent.reason, at, written=False, key=name)
        if isinstance(agent, Known) and agent.value is False:
            return Absent(at, name)
    if entry.default_manifest is None:
        return Absent(at, name)
    return Known(entry.default_manifest, at, CHART, name)


def _agree(values: list[Value]) -> Value:
    """The one answer of several carriers; unknown where they differ or one is."""
    if len(values) == 1:
        return values[0]
    for value in values:
        if isinstance(value, Unknown):
            return value
    texts = {value.value if isinstance(value, Known) else None for value in values}
    if len(texts) > 1:
        return Unknown("disputed: two carriers set it differently", places_of(*values), written=True, key=values[0].key)
    written = [value for value in values if isinstance(value, Known) and not value.default]
    return written[0] if written else values[0]


def taken(cni: Subject, name: str, container: str = "main") -> Value:
    """A variable as aws-node takes it, of its own type; absent where it is not set and has no default, unknown where refused."""
    found = setting(cni, name, container)
    entry = variable(name)
    if entry is None or isinstance(found, Unknown):
        return found
    if isinstance(found, Absent) or (found.value == "" and entry.empty_is_unset):
        made = read(entry, entry.default_code) if entry.default_code is not None else None
        return Absent(found.places, name) if made is None else Known(made, found.places, CODE, name)
    made = read(entry, found.value)
    if made is None:
        return Unknown("aws-node refuses it", found.places, found.value, True, name)
    return Known(made, found.places, found.default, name)


def one(cni: Subject, name: str) -> Value:
    """A fact of the settings where all whole ones agree on it; of patches where nothing whole is there."""
    found = sources(cni)
    whole = [each for each in found if each.partial is None and each.value("manager") != "capa"]
    values = [each.get(name) for each in whole or found]
    if not values:
        return Unknown(UNCONFIGURED, (cni.place,))
    doubt = next((each for each in values if isinstance(each, Unknown)), None)
    if doubt is not None:
        return doubt
    if len({str(each.value) if isinstance(each, Known) else None for each in values}) > 1:
        return Unknown("disputed: two carriers differ", places_of(*values), written=True)
    return values[0]
