"""Facts of the cluster as a whole: what was seen of it, and who gives its pods addresses."""

from __future__ import annotations

from ekslint.fact import Subject, fact
from ekslint.value import Absent, Known, Unknown, Value, places_of


@fact("cluster", "bool")
def whole(cluster: Subject) -> Value:
    """Whether everything that is deployed together was seen."""
    return Known(cluster.home.whole)


@fact("cluster", "bool")
def auto_mode(cluster: Subject) -> Value:
    """Whether EKS Auto Mode runs nodes: an eksctl autoModeConfig, or a node class, node pool or ingress class of its own."""
    signs = cluster.home.all("auto-mode")
    if signs:
        return Known(True, places_of(*(sign.known() for sign in signs)))
    return Known(False, default="EKS")


@fact("cluster", "string")
def other_cni(cluster: Subject) -> Value:
    """The network plugin that gives pods their addresses in place of the VPC CNI; absent where nothing of the set brings one."""
    plugins = cluster.home.all("network-plugin")
    if not plugins:
        return Absent()
    if len({plugin.name for plugin in plugins}) > 1:
        return Unknown("several network plugins", places_of(*(plugin.known() for plugin in plugins)))
    return Known(plugins[0].name, places_of(*(plugin.known() for plugin in plugins)))
