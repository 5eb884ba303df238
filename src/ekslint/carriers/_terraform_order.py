"""Which resources Terraform makes after the add-on vpc-cni: those that name it, in `depends_on` or in any argument."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ekslint.carriers.vpc_cni_addon import ADDON
from ekslint.syntax.tree import string
from ekslint.value import Absent, Known, Unknown, Value

if TYPE_CHECKING:
    from ekslint.layers.terraform import Configuration, Resource

_NAMED = re.compile(r"(?<![\w.\"-])((?:data\.)?[a-z][\w-]*\.[\w-]+)")
_FOREIGN = re.compile(r"^(?:var|each|count|path|self|terraform)\.")
MAX_FOLLOWED = 500


def addons(configuration: Configuration) -> list[Resource]:
    """The add-on as a resource."""
    return [one for one in configuration.resources("aws_eks_addon") if string(one.body.get("addon_name")) == ADDON]


def waits_for_cni(configuration: Configuration, group: Resource) -> Value:
    """Whether a group is made after the add-on; unknown where modules or locals are between them, absent without the add-on."""
    found = {addon.address.partition("[")[0] for addon in addons(configuration) if addon.scope == group.scope}
    if not found:
        if addons(configuration):
            return Unknown("modules are between the group and the add-on", (group.place,), written=False)
        return Absent((group.place,))
    if group.node.text.file.endswith(".json"):
        return Unknown("a plan does not say what waits", (group.place,), written=False)
    seen = {group.address.partition("[")[0]}
    waiting, doubtful = [group], False
    for _ in range(MAX_FOLLOWED):
        if not waiting:
            break
        for name in _names(waiting.pop()):
            address = group.scope + name
            if address in found:
                return Known(True, (group.place,))
            doubtful = doubtful or name.startswith(("module.", "local."))
            if address not in seen:
                seen.add(address)
                waiting += list(configuration.declared(address))[:1]
    if doubtful or waiting:
        return Unknown("a module or a local may lead to the add-on", (group.place,), written=False)
    return Known(False, (group.place,), key="depends_on")


def _names(resource: Resource) -> set[str]:
    """What the text of a block names: resources, data sources, modules and locals."""
    body = resource.body
    return {name for name in _NAMED.findall(body.text.value[body.start : body.end]) if not _FOREIGN.match(name)}
