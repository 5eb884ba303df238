"""Facts of an ENIConfig: where interfaces for pods are made under custom networking, and for which nodes by its name.

Source: pkg/apis/crd/v1alpha1 and pkg/eniconfig of amazon-vpc-cni-k8s; names of zones in the EC2 user guide.
"""

from __future__ import annotations

import re

from ekslint.fact import Subject, fact
from ekslint.value import Absent, Known, Unknown, Value, placeholder, read_list

ZONE = re.compile(r"[a-z]{2}(-[a-z]+)+-\d+[a-z]|[a-z]{2}(-[a-z]+)+-\d+-[a-z]+\d*(-[a-z]+)*-\d+[a-z]?")
ZONE_ID = re.compile(r"[a-z]{2,}\d+-(az\d+|[a-z]+\d+-[a-z]+\d+)")


@fact("eni-config", "enum(zone, zone-id, other)")
def name_form(config: Subject) -> Value:
    """Whether the name is that of an availability zone, the id of one, or any other word; nodes look an ENIConfig up by name."""
    name = config.name
    if not name or placeholder(name) is not None:
        return Unknown("the name is a template", (config.place,), name, written=True)
    form = "zone" if ZONE.fullmatch(name) else "zone-id" if ZONE_ID.fullmatch(name) else "other"
    return Known(form, (config.place,))


@fact("eni-config", "string")
def zone(config: Subject) -> Value:
    """The availability zone that its name is; absent where its name is none."""
    form = config.get("name_form")
    if not isinstance(form, Known):
        return form
    return Known(config.name, (config.place,)) if form.value == "zone" else Absent((config.place,))


@fact("eni-config", "string")
def literal_name(config: Subject) -> Value:
    """Its name; unknown where that is a template."""
    if not config.name or placeholder(config.name) is not None:
        return Unknown("the name is a template", (config.place,), config.name, written=True)
    return Known(config.name, (config.place,))


@fact("eni-config", "string")
def subnet(config: Subject) -> Value:
    """The subnet that interfaces for pods are made in (spec.subnet)."""
    return config.read("spec", "subnet")


@fact("eni-config", "string[]")
def security_groups(config: Subject) -> Value:
    """The security groups of those interfaces (spec.securityGroups); absent where those of the node's first interface count."""
    return read_list(config.node, "spec", "securityGroups", partial=config.partial, outer=(config.place,))


@fact("eni-config", "string")
def api_version(config: Subject) -> Value:
    """apiVersion of the object; absent where the chart or the add-on makes it."""
    return config.read("apiVersion")
