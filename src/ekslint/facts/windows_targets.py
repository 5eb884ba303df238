"""The warm pool of Windows nodes in the ConfigMap amazon-vpc-cni.

Source: pkg/config/loader.go (ParseWinIPTargetConfigs) of amazon-vpc-resource-controller-k8s.
"""

from __future__ import annotations

from ekslint.data.go import go_bool
from ekslint.fact import Subject, fact
from ekslint.facts.vpc_cni_config_map import NAME
from ekslint.value import Absent, Known, Unknown, Value, listing

TARGETS = ("warm-ip-target", "minimum-ip-target", "warm-prefix-target")


@fact("config-map", "string[]")
def replaced_windows_targets(config_map: Subject) -> Value:
    """The warm targets for Windows nodes that are written and do not count: the controller takes another value in their place.

    All zero, or one of zero without prefixes; and a key with windows- before it where the one without is written as well.
    """
    if config_map.name != NAME:
        return Absent((config_map.place,))
    if config_map.partial is not None:
        return Unknown(config_map.partial, (config_map.place,))
    prefixes = config_map.read("data", "enable-windows-prefix-delegation")
    if isinstance(prefixes, Unknown):
        return prefixes
    on = isinstance(prefixes, Known) and go_bool(str(prefixes.value)) is True
    found: list[Value] = []
    counted: list[Known[object]] = []
    for name in TARGETS if on else TARGETS[:2]:
        plain, prefixed = config_map.read("data", name), config_map.read("data", f"windows-{name}")
        for value in (plain, prefixed):
            if isinstance(value, Unknown):
                return value
        if isinstance(plain, Known):
            counted.append(Known(str(plain.value), plain.places, key=name))
            if isinstance(prefixed, Known) and str(prefixed.value) != str(plain.value):
                found.append(Known(f"windows-{name}", prefixed.places, key=f"windows-{name}"))
        elif isinstance(prefixed, Known):
            counted.append(Known(str(prefixed.value), prefixed.places, key=f"windows-{name}"))
    zeros = [each for each in counted if each.value == "0"]
    if len(zeros) == len(counted):
        found += [Known(str(each.key), each.places, key=each.key) for each in zeros]
    return listing(found, places=(config_map.place,))
