"""TargetGroupBindings: the target group they name, and the Service whose pods or nodes they register in it.

Sources: apis/elbv2/v1beta1/targetgroupbinding_types.go, webhooks/elbv2/targetgroupbinding_*.go, pkg/targetgroupbinding,
pkg/backend/endpoint_resolver.go and pkg/networking/networking_manager.go of the AWS Load Balancer Controller.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ekslint.fact import Subject, fact, given, maker, subjects
from ekslint.facts.refusal import is_cidr
from ekslint.facts.service import lookup
from ekslint.inventory import Cluster
from ekslint.relations.services import find_service, namespace_of
from ekslint.syntax.tree import Node, items, string
from ekslint.value import Absent, Known, Unknown, Value, listing, read

_ARN = re.compile(r"arn:[^:]*:elasticloadbalancing:[^:]*:[^:]*:targetgroup/([^/]+)/[0-9a-f]+")

given("binding-rule", "binding", "target-group-binding", "The TargetGroupBinding whose targets it lets traffic in to.")
given(
    "binding-rule", "ports", "any[]", "The ports that it opens, as written: numbers, names, or a protocol for all; none opens none."
)
given("binding-rule", "peers", "binding-peer[]", "Where traffic may come from.")
given("binding-peer", "network", "string", "The range of addresses.")
given("binding-peer", "security_group", "string", "The security group.")


@fact("target-group-binding", "bool")
def auto_mode(binding: Subject) -> Value:
    """Whether it is one of EKS Auto Mode's own controller."""
    version = string(binding.node.get("apiVersion")) if binding.node is not None else None
    return Known(bool(version) and str(version).startswith("eks.amazonaws.com/"), (binding.place,))


@fact("target-group-binding", "string")
def api_version(binding: Subject) -> Value:
    """The API group and version that it is written in; the webhooks look at v1beta1 of the installed controller's."""
    return binding.read("apiVersion")


@fact("target-group-binding", "string")
def target_group_arn(binding: Subject) -> Value:
    """The ARN of the target group."""
    return binding.read("spec", "targetGroupARN")


@fact("target-group-binding", "string")
def target_group_name(binding: Subject) -> Value:
    """The name of the target group, which is looked up where no ARN is written."""
    return binding.read("spec", "targetGroupName")


@fact("target-group-binding", "string")
def target_group(binding: Subject) -> Value:
    """The ARN or name that counts: the ARN goes first; absent where neither is written."""
    arn = binding.get("target_group_arn")
    return arn if not isinstance(arn, Absent) else binding.get("target_group_name")


@fact("target-group-binding", "string")
def name_in_arn(binding: Subject) -> Value:
    """The name of the target group that the ARN holds."""
    arn = binding.get("target_group_arn")
    if not isinstance(arn, Known):
        return arn
    found = _ARN.fullmatch(str(arn.value))
    return Known(found.group(1), arn.places) if found else Unknown("no ARN of a target group", arn.places, str(arn.value))


@fact("target-group-binding", "string")
def target_type(binding: Subject) -> Value:
    """What kind of targets it registers, as written; where nothing is, the controller asks AWS."""
    return binding.read("spec", "targetType")


@fact("target-group-binding", "string")
def nearest_target_type(binding: Subject) -> Value:
    """The target type that a written one means but for case and blanks; absent where it is one, or means none."""
    written = binding.get("target_type")
    if not isinstance(written, Known):
        return written
    meant = str(written.value).strip().lower()
    right = meant in ("instance", "ip") and meant != written.value
    return Known(meant, written.places) if right else Absent(written.places)


@fact("target-group-binding", "any")
def node_selector(binding: Subject) -> Value:
    """Which nodes are targets; an empty one counts as written."""
    return binding.read("spec", "nodeSelector")


@fact("target-group-binding", "string")
def vpc(binding: Subject) -> Value:
    """The VPC that `spec.vpcID` names."""
    return binding.read("spec", "vpcID")


@fact("target-group-binding", "string")
def assumed_role(binding: Subject) -> Value:
    """The role that the controller takes on to register targets in another account."""
    return binding.read("spec", "iamRoleArnToAssume")


@fact("target-group-binding", "bool")
def shared(binding: Subject) -> Value:
    """Whether targets of several clusters share the target group; not by default."""
    found = binding.read("spec", "multiClusterTargetGroup")
    return Known(False, found.places, default="AWS Load Balancer Controller") if isinstance(found, Absent) else found


@fact("target-group-binding", "string[]")
def changed_fixed_fields(binding: Subject) -> Value:
    """The fields that had another value in the earlier state, of those that cannot change (checkImmutableFields).

    What is added or taken away is left out: the webhook fills in what AWS says.
    """
    before = binding.get("before")
    if not isinstance(before, Known):
        return before
    found: list[Value] = []
    for name in ("targetGroupARN", "targetType", "ipAddressType", "vpcID"):
        now, then = binding.read("spec", name), before.value.read("spec", name)
        if isinstance(now, Known) and isinstance(then, Known) and now.value != then.value:
            found.append(Known(name, now.places, key=name))
    return listing(found, places=(binding.place,))


@fact("target-group-binding", "target-group-binding[]")
def same_target_group(binding: Subject) -> Value:
    """The bindings of the cluster that name the same target group, itself too; absent where it names none."""
    named = binding.get("target_group")
    if not isinstance(named, Known):
        return named
    cluster = binding.home
    return subjects(cluster.where("target-group-binding", "target_group", named.value), not cluster.whole, cluster.why)


@fact("target-group-binding", "string")
def service_name(binding: Subject) -> Value:
    """The name of the Service in `spec.serviceRef`."""
    return binding.read("spec", "serviceRef", "name")


@fact("target-group-binding", "service")
def service(binding: Subject) -> Value:
    """The Service that `spec.serviceRef` names, in the binding's namespace."""
    name = binding.get("service_name")
    if not isinstance(name, Known):
        return name
    return find_service(binding.home, namespace_of(binding), str(name.value), name)


@fact("target-group-binding", "any")
def port(binding: Subject) -> Value:
    """The port that `spec.serviceRef` names: a number, or a text, which is always a name."""
    return binding.read("spec", "serviceRef", "port")


@fact("target-group-binding", "service-port")
def service_port(binding: Subject) -> Value:
    """The port of the Service; absent where the Service has none of that number or name."""
    named, found = binding.get("port"), binding.get("service")
    if not isinstance(named, Known) or not isinstance(found, Known):
        return named if not isinstance(named, Known) else found
    result = lookup(found.value, named.value)
    return Known(result.value, named.places) if isinstance(result, Known) else _at(result, named)


def _at(found: Value, named: Known[object]) -> Value:
    return Unknown(found.reason, named.places, written=False) if isinstance(found, Unknown) else Absent(named.places)


@maker("binding-rule", ("target-group-binding",))
def rules(cluster: Cluster) -> Iterator[Subject]:
    """The entries of `spec.networking.ingress` of the cluster's bindings."""
    for binding in cluster.all("target-group-binding"):
        listed = binding.node.at("spec", "networking", "ingress") if binding.node is not None else None
        for number, node in enumerate(items(listed)):
            yield _rule(binding, number, node)


def _rule(binding: Subject, number: int, node: Node) -> Subject:
    ports = read(node, "ports", partial=binding.partial, outer=(node.place,))
    if isinstance(ports, Known):
        ports = listing([_port(one) for one in items(node.get("ports"))], places=ports.places)
    peers = [_peer(binding, one) for one in items(node.get("from"))]
    return Subject(
        "binding-rule",
        f"networking.ingress[{number}]",
        node.place,
        node=node,
        given={"binding": binding.known(), "ports": ports, "peers": subjects(peers)},
        partial=binding.partial,
        cluster=binding.cluster,
    )


def _port(node: Node) -> Value:
    found = read(node, "port", outer=(node.place,))
    return Known("all", (node.place,)) if isinstance(found, Absent) else found


def _peer(binding: Subject, node: Node) -> Subject:
    network, group = read(node, "ipBlock", "cidr", outer=(node.place,)), read(node, "securityGroup", "groupID", outer=(node.place,))
    shown = network.value if isinstance(network, Known) else group.value if isinstance(group, Known) else "nothing"
    facts = {"network": network, "security_group": group}
    return Subject("binding-peer", str(shown), node.place, node=node, given=facts, partial=binding.partial, cluster=binding.cluster)


@fact("binding-peer", "bool")
def readable(peer: Subject) -> Value:
    """Whether the controller can tell who is meant: a security group, or a range that Go's net.ParseCIDR takes."""
    group, network = peer.get("security_group"), peer.get("network")
    if not isinstance(group, Absent):
        return Known(True, group.places) if isinstance(group, Known) else group
    if not isinstance(network, Known):
        return network if isinstance(network, Unknown) else Known(False, (peer.place,))
    return Known(is_cidr(str(network.value)), network.places)
