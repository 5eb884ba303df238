"""Facts of the cluster as a whole: what was seen of it, and who gives its pods addresses."""

from __future__ import annotations

from ekslint.fact import Subject, fact
from ekslint.value import Absent, Known, Listing, Unknown, Value, places_of

_AWS_ALONE = (
    "auto-mode",
    "cluster-config",
    "cni-settings",
    "eni-config",
    "fargate-profile",
    "ingress-class-params",
    "launch-template",
    "load-balancer-controller",
    "node-group",
    "security-group-policy",
    "target-group-binding",
)
"""Kinds of subjects that only clusters in AWS have."""


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


@fact("cluster", "bool")
def in_aws(cluster: Subject) -> Value:
    """Whether something of the set is for AWS alone: nodes, settings and objects of EKS, or what asks for an AWS load balancer.

    Unknown where nothing is: plain manifests run in any cloud.
    """
    home = cluster.home
    for kind in _AWS_ALONE:
        for sign in home.all(kind)[:1]:
            return Known(True, (sign.place,))
    for kind, asks in (("service", "load_balancer_annotations"), ("ingress", "taken")):
        for sign in home.all(kind):
            said = sign.get(asks)
            if isinstance(said, Known) and (said.value is True or (isinstance(said.value, Listing) and len(said.value))):
                return Known(True, said.places)
    return Unknown("nothing of the set is for AWS alone", written=False)


@fact("cluster", "string")
def other_cni(cluster: Subject) -> Value:
    """The network plugin that gives pods their addresses in place of the VPC CNI; absent where nothing of the set brings one."""
    plugins = cluster.home.all("network-plugin")
    if not plugins:
        return Absent()
    if len({plugin.name for plugin in plugins}) > 1:
        return Unknown("several network plugins", places_of(*(plugin.known() for plugin in plugins)))
    return Known(plugins[0].name, places_of(*(plugin.known() for plugin in plugins)))
