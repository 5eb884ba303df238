"""What aws-node does with its settings, as ipamd and the entrypoint read them.

Sources: cmd/aws-vpc-cni/main.go, pkg/ipamd/ipamd.go, pkg/networkutils/network.go, utils/utils.go of amazon-vpc-cni-k8s v1.23.1.
"""

from __future__ import annotations

from ekslint.fact import Subject, fact, subjects
from ekslint.facts.environment import one, setting, sources, taken
from ekslint.value import Absent, Known, Listing, Unknown, Value, filled, listing, places_of

COUNTED = ("WARM_PREFIX_TARGET", "WARM_IP_TARGET", "MINIMUM_IP_TARGET")
"""The variables of which the entrypoint wants one above "0" when prefix delegation is on."""


@fact("cni", "bool")
def prefix_delegation(cni: Subject) -> Value:
    """Whether nodes get /28 prefixes instead of single addresses (ENABLE_PREFIX_DELEGATION)."""
    return taken(cni, "ENABLE_PREFIX_DELEGATION")


@fact("cni", "bool")
def custom_networking(cni: Subject) -> Value:
    """Whether pods get their addresses from the subnets of ENIConfigs (AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG)."""
    return taken(cni, "AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG")


@fact("cni", "bool")
def pod_eni(cni: Subject) -> Value:
    """Whether pods may have security groups of their own on branch interfaces (ENABLE_POD_ENI)."""
    return taken(cni, "ENABLE_POD_ENI")


@fact("cni", "enum(strict, standard)")
def pod_group_mode(cni: Subject) -> Value:
    """How security groups for pods are enforced (POD_SECURITY_GROUP_ENFORCING_MODE); exact words in lower case only."""
    return taken(cni, "POD_SECURITY_GROUP_ENFORCING_MODE")


@fact("cni", "string")
def eni_config_label(cni: Subject) -> Value:
    """The node label whose value names the node's ENIConfig (ENI_CONFIG_LABEL_DEF)."""
    return taken(cni, "ENI_CONFIG_LABEL_DEF")


@fact("cni", "string")
def eni_config_annotation(cni: Subject) -> Value:
    """The node annotation whose value names the node's ENIConfig, asked before the label (ENI_CONFIG_ANNOTATION_DEF)."""
    return taken(cni, "ENI_CONFIG_ANNOTATION_DEF")


@fact("cni", "int")
def warm_ip_target(cni: Subject) -> Value:
    """How many free addresses a node keeps (WARM_IP_TARGET); 0 counts as not set."""
    return taken(cni, "WARM_IP_TARGET")


@fact("cni", "int")
def minimum_ip_target(cni: Subject) -> Value:
    """How many addresses a node has at least (MINIMUM_IP_TARGET); 0 counts as not set."""
    return taken(cni, "MINIMUM_IP_TARGET")


@fact("cni", "int")
def warm_eni_target(cni: Subject) -> Value:
    """How many free interfaces' worth of addresses a node keeps (WARM_ENI_TARGET)."""
    return taken(cni, "WARM_ENI_TARGET")


@fact("cni", "int")
def warm_prefix_target(cni: Subject) -> Value:
    """How many wholly free prefixes a node keeps (WARM_PREFIX_TARGET)."""
    return taken(cni, "WARM_PREFIX_TARGET")


@fact("cni", "int")
def max_eni(cni: Subject) -> Value:
    """The most interfaces that aws-node attaches (MAX_ENI); absent where the instance type alone decides."""
    return taken(cni, "MAX_ENI")


@fact("cni", "int")
def cooldown(cni: Subject) -> Value:
    """The seconds for which a released address stays unused (IP_COOLDOWN_PERIOD)."""
    return taken(cni, "IP_COOLDOWN_PERIOD")


@fact("cni", "int")
def eni_mtu(cni: Subject) -> Value:
    """The MTU of the node's interfaces (AWS_VPC_ENI_MTU)."""
    return taken(cni, "AWS_VPC_ENI_MTU")


@fact("cni", "int")
def pod_mtu(cni: Subject) -> Value:
    """The MTU of pods' interfaces (POD_MTU); that of the node's interfaces where it is not set."""
    found = taken(cni, "POD_MTU")
    return cni.get("eni_mtu") if isinstance(found, Absent) else found


@fact("cni", "string[]")
def counted_warm_targets(cni: Subject) -> Value:
    """The warm targets that the entrypoint counts as above 0 with prefix delegation: a comparison of texts, absent is "0"."""
    found: list[Value] = []
    places, why = [], ""
    for name in COUNTED:
        value = setting(cni, name)
        places.append(value)
        if isinstance(value, Unknown):
            why = why or value.reason
        elif isinstance(value, Known) and value.value > "0":
            found.append(Known(name, value.places, value.default))
    return listing(found, bool(why), why, places_of(*places)[:1])


@fact("cni", "bool")
def imds_only(cni: Subject) -> Value:
    """Whether ipamd asks the instance metadata service alone (ENABLE_IMDS_ONLY_MODE)."""
    return taken(cni, "ENABLE_IMDS_ONLY_MODE")


@fact("cni", "bool")
def provisioning(cni: Subject) -> Value:
    """Whether ipamd attaches interfaces and addresses: no DISABLE_NETWORK_RESOURCE_PROVISIONING, no IMDS-only mode.

    A patch that turns prefix delegation on means ipamd to attach prefixes, whatever it leaves out.
    """
    off = taken(cni, "DISABLE_NETWORK_RESOURCE_PROVISIONING")
    alone = cni.get("imds_only")
    for each in (off, alone):
        if isinstance(each, Known) and each.value is True:
            return Known(False, each.places, each.default, each.key)
    prefixes = taken(cni, "ENABLE_PREFIX_DELEGATION")
    meant = isinstance(prefixes, Known) and prefixes.value is True and prefixes.default is None
    for each in (off, alone):
        if isinstance(each, Unknown) and (each.written or not meant):
            return each
    if isinstance(off, Unknown):
        return Known(True, prefixes.places, key=prefixes.key)
    return Known(True, off.places, off.default if isinstance(off, Known) else None, off.key)


@fact("cni", "bool")
def subnet_discovery(cni: Subject) -> Value:
    """Whether new interfaces may lie in any tagged subnet of the zone (ENABLE_SUBNET_DISCOVERY)."""
    return taken(cni, "ENABLE_SUBNET_DISCOVERY")


@fact("cni", "bool")
def external_snat(cni: Subject) -> Value:
    """Whether pods leave the VPC with their own addresses (AWS_VPC_K8S_CNI_EXTERNALSNAT)."""
    return taken(cni, "AWS_VPC_K8S_CNI_EXTERNALSNAT")


@fact("cni", "string")
def random_ports(cni: Subject) -> Value:
    """How source ports are chosen in address translation (AWS_VPC_K8S_CNI_RANDOMIZESNAT)."""
    return taken(cni, "AWS_VPC_K8S_CNI_RANDOMIZESNAT")


@fact("cni", "string")
def excluded_from_snat(cni: Subject) -> Value:
    """The ranges that are reached without translation (AWS_VPC_K8S_CNI_EXCLUDE_SNAT_CIDRS), as written."""
    return filled(setting(cni, "AWS_VPC_K8S_CNI_EXCLUDE_SNAT_CIDRS"))


@fact("cni", "bool")
def node_port_support(cni: Subject) -> Value:
    """Whether answers to NodePort traffic leave by the node's first interface (AWS_VPC_CNI_NODE_PORT_SUPPORT)."""
    return taken(cni, "AWS_VPC_CNI_NODE_PORT_SUPPORT")


@fact("cni", "bool")
def disable_tcp_early_demux(cni: Subject) -> Value:
    """Whether the init container lets the kubelet reach pods on branch interfaces (DISABLE_TCP_EARLY_DEMUX)."""
    return taken(cni, "DISABLE_TCP_EARLY_DEMUX", "init")


@fact("cni", "bool")
def ipv4(cni: Subject) -> Value:
    """Whether pods get IPv4 addresses (ENABLE_IPv4); the code presumes false, the manifest and the chart write true."""
    return taken(cni, "ENABLE_IPv4")


@fact("cni", "bool")
def ipv6(cni: Subject) -> Value:
    """Whether pods get IPv6 addresses (ENABLE_IPv6)."""
    return taken(cni, "ENABLE_IPv6")


@fact("cni", "bool")
def init_ipv6(cni: Subject) -> Value:
    """Whether the init container opens the node for IPv6 forwarding (ENABLE_IPv6 of the init container)."""
    return taken(cni, "ENABLE_IPv6", "init")


@fact("cni", "bool")
def v6_egress(cni: Subject) -> Value:
    """Whether pods of an IPv4 cluster get an IPv6 way out (ENABLE_V6_EGRESS)."""
    return taken(cni, "ENABLE_V6_EGRESS")


@fact("cni", "bool")
def init_v6_egress(cni: Subject) -> Value:
    """Whether the init container opens the node for that way out (ENABLE_V6_EGRESS of the init container)."""
    return taken(cni, "ENABLE_V6_EGRESS", "init")


@fact("cni", "bool")
def v4_egress(cni: Subject) -> Value:
    """Whether pods of an IPv6 cluster get an IPv4 way out (ENABLE_V4_EGRESS)."""
    return taken(cni, "ENABLE_V4_EGRESS")


@fact("cni", "bool")
def pod_v6_disabled(cni: Subject) -> Value:
    """Whether IPv6 is switched off inside pods (DISABLE_POD_V6)."""
    return taken(cni, "DISABLE_POD_V6")


@fact("cni", "bool")
def bandwidth_plugin(cni: Subject) -> Value:
    """Whether the bandwidth plugin is chained (ENABLE_BANDWIDTH_PLUGIN)."""
    return taken(cni, "ENABLE_BANDWIDTH_PLUGIN")


@fact("cni", "bool")
def multi_nic(cni: Subject) -> Value:
    """Whether pods may have one interface per network card (ENABLE_MULTI_NIC)."""
    return taken(cni, "ENABLE_MULTI_NIC")


@fact("cni", "version")
def version(cni: Subject) -> Value:
    """The version of aws-node, where its image's tag or the add-on's version says it."""
    return one(cni, "version")


@fact("cni", "version")
def init_version(cni: Subject) -> Value:
    """The version of the init container's image."""
    return one(cni, "init_version")


@fact("cni", "version")
def agent_version(cni: Subject) -> Value:
    """The version of the network policy agent's image."""
    return one(cni, "agent_version")


@fact("cni", "bool")
def complete(cni: Subject) -> Value:
    """Whether all settings of aws-node are in the set or at known defaults: a whole DaemonSet, chart values or an add-on."""
    found = sources(cni)
    if not found:
        return Known(False, (cni.place,))
    return Known(any(each.partial is None for each in found), (found[0].place,))


@fact("cni", "string[]")
def managers(cni: Subject) -> Value:
    """Who writes aws-node into the cluster: eks-addon, helm, manifest; each once, at its carrier.

    Patches are left out, and a values file beside other carriers, since nothing here says that it is released. Unknown where one
    of them has several whole carriers: then the files are alternatives, of which one is applied.
    """
    found: dict[str, Value] = {}
    carriers = [each for each in sources(cni) if each.partial is None and each.value("manager") != "capa"]
    released = [each for each in carriers if each.value("released") is not False] or carriers
    for each in released:
        name = each.value("manager")
        if name in found:
            return Unknown(f"several files set aws-node up by {name}", (found[name].places[0], each.place), written=True)
        found[name] = Known(name, (each.place,))
    return Known(Listing(found.values(), not cni.home.whole, cni.home.why), places_of(*found.values()) or (cni.place,))


@fact("cni", "cni-variable[]")
def variables(cni: Subject) -> Value:
    """All variables that are written for aws-node's containers."""
    return subjects(cni.home.all("cni-variable"), open=not cni.home.whole, why=cni.home.why, places=(cni.place,))


@fact("cni", "eni-config-block")
def eni_config_block(cni: Subject) -> Value:
    """The eniConfig block of the chart's values or the add-on's configuration."""
    found = cni.home.all("eni-config-block")
    if found:
        return Known(found[0], (found[0].place,))
    return Unknown(cni.partial, (cni.place,)) if cni.partial else Absent((cni.place,))


@fact("cni", "string[]")
def asks_ec2(cni: Subject) -> Value:
    """The features that are on and cannot do without EC2's API: security groups for pods, custom networking."""
    found: list[Value] = []
    doubt: Unknown | None = None
    for name, words in (("pod_eni", "security groups for pods"), ("custom_networking", "custom networking")):
        value = cni.get(name)
        if isinstance(value, Known) and value.value:
            found.append(Known(words, value.places, value.default))
        doubt = doubt or (value if isinstance(value, Unknown) else None)
    return listing(found, doubt is not None, doubt.reason if doubt else "", places_of(*found)[:1] or (cni.place,))


@fact("cni", "enum(ipv4, ipv6)")
def pod_family(cni: Subject) -> Value:
    """The address family that aws-node is told to give pods."""
    on = cni.get("ipv6")
    return Known("ipv6" if on.value else "ipv4", on.places, on.default) if isinstance(on, Known) else on


@fact("cni", "string[]")
def ipv6_wanted(cni: Subject) -> Value:
    """The variables that are on and give pods an IPv6 address or a way to IPv6 addresses."""
    found: list[Value] = []
    doubt: Unknown | None = None
    for name, words in (("ipv6", "ENABLE_IPv6"), ("v6_egress", "ENABLE_V6_EGRESS")):
        value = cni.get(name)
        if isinstance(value, Known) and value.value:
            found.append(Known(words, value.places, value.default))
        doubt = doubt or (value if isinstance(value, Unknown) else None)
    return listing(found, doubt is not None, doubt.reason if doubt else "", (cni.place,))
