"""LoadBalancerConfigurations and TargetGroupConfigurations: who uses them, and what they say of listeners and certificates.

Sources: pkg/gateway/gatewayutils/lb_config_utils.go, pkg/gateway/model (model_build_listener.go, model_build_subnet.go) and
apis/gateway/v1/loadbalancerconfig_types.go of the AWS Load Balancer Controller.
"""

from __future__ import annotations

from collections.abc import Iterator

from ekslint.fact import Subject, fact, given, maker, subjects
from ekslint.inventory import Cluster
from ekslint.relations.services import find_service, fits, namespace_of
from ekslint.syntax.tree import Node, items
from ekslint.value import Absent, Known, Unknown, Value, listing, read

KIND = "LoadBalancerConfiguration"

given("listener-configuration", "configuration", "load-balancer-configuration", "The configuration that it stands in.")
given("listener-configuration", "protocol_port", "string", "The listener that it is for, as HTTPS:443.")


@fact("gateway-class", "string")
def parameters_kind(gateway_class: Subject) -> Value:
    """The kind of object that the class names as its parameters."""
    return gateway_class.read("spec", "parametersRef", "kind")


@fact("gateway-class", "string")
def parameters_namespace(gateway_class: Subject) -> Value:
    """The namespace of the class's parameters; absent where none is written beside them."""
    return gateway_class.read("spec", "parametersRef", "namespace")


@fact("gateway-class", "string")
def parameters_name(gateway_class: Subject) -> Value:
    """The name of the class's parameters."""
    return gateway_class.read("spec", "parametersRef", "name")


@fact("gateway", "string")
def parameters_name_of(gateway: Subject) -> Value:
    """The name of the Gateway's own parameters, in `spec.infrastructure.parametersRef`."""
    return gateway.read("spec", "infrastructure", "parametersRef", "name")


def _configuration(owner: Subject, name: Value, kind: Value, namespace: str | None) -> Value:
    if not isinstance(name, Known) or not isinstance(kind, Known) or kind.value != KIND:
        return name if not isinstance(name, Known) else kind if not isinstance(kind, Known) else Absent(name.places)
    cluster = owner.home
    named = cluster.named("load-balancer-configuration", str(name.value))
    found = [one for one in named if fits(namespace_of(one), namespace)]
    if len(found) == 1:
        return Known(found[0], name.places)
    if found or not cluster.whole:
        return Unknown(cluster.why or f"several configurations {name.value}", name.places, written=False)
    return Absent(name.places)


@fact("gateway-class", "load-balancer-configuration")
def configuration(gateway_class: Subject) -> Value:
    """The LoadBalancerConfiguration of the class; absent where it names none, or one that is not there."""
    namespace = gateway_class.value("parameters_namespace")
    return _configuration(gateway_class, gateway_class.get("parameters_name"), gateway_class.get("parameters_kind"), namespace)


@fact("gateway", "load-balancer-configuration")
def own_configuration(gateway: Subject) -> Value:
    """The LoadBalancerConfiguration of the Gateway itself; absent where it names none, or one that is not there."""
    kind = gateway.read("spec", "infrastructure", "parametersRef", "kind")
    return _configuration(gateway, gateway.get("parameters_name_of"), kind, namespace_of(gateway))


@fact("gateway", "string")
def dry_run(gateway: Subject) -> Value:
    """What the annotation gateway.k8s.aws/dry-run says."""
    return gateway.read("metadata", "annotations", "gateway.k8s.aws/dry-run")


@fact("load-balancer-configuration", "string")
def scheme(configuration: Subject) -> Value:
    """The scheme, as written."""
    return configuration.read("spec", "scheme")


@fact("load-balancer-configuration", "string")
def ip_address_type(configuration: Subject) -> Value:
    """The address type, as written."""
    return configuration.read("spec", "ipAddressType")


@fact("load-balancer-configuration", "string")
def load_balancer_name(configuration: Subject) -> Value:
    """The name that it asks for."""
    return configuration.read("spec", "loadBalancerName")


@fact("load-balancer-configuration", "any[]")
def subnets(configuration: Subject) -> Value:
    """The subnets that it names, one entry each."""
    found = configuration.read("spec", "loadBalancerSubnets")
    if not isinstance(found, Known):
        return found
    return listing([Known(one, (one.place,)) for one in _subnets(configuration)], places=found.places)


@fact("load-balancer-configuration", "string[]")
def elastic_ips(configuration: Subject) -> Value:
    """The Elastic IPs that its subnets name."""
    return listing([value for one in _subnets(configuration) if not isinstance(value := read(one, "eipAllocation"), Absent)])


def _subnets(configuration: Subject) -> list[Node]:
    return items(configuration.node.at("spec", "loadBalancerSubnets") if configuration.node is not None else None)


@fact("load-balancer-configuration", "gateway[]")
def gateways(configuration: Subject) -> Value:
    """The Gateways that use it, by themselves or through their class."""
    cluster = configuration.home
    found, why = [], "" if cluster.whole else cluster.why
    for gateway in cluster.all("gateway"):
        used = [gateway.get("own_configuration")]
        named = gateway.get("gateway_class")
        used.append(named.value.get("configuration") if isinstance(named, Known) else named)
        if any(isinstance(one, Known) and one.value is configuration for one in used):
            found.append(gateway)
        elif any(isinstance(one, Unknown) for one in used):
            why = why or f"the parameters of Gateway {gateway.name} are not known"
    return subjects(found, bool(why), why)


@maker("listener-configuration", ("gateway", "gateway-class", "route", "load-balancer-configuration", "target-group-configuration"))
def listener_configurations(cluster: Cluster) -> Iterator[Subject]:
    """The entries of `spec.listenerConfigurations` of a cluster's LoadBalancerConfigurations."""
    for configuration in cluster.all("load-balancer-configuration"):
        listed = configuration.node.at("spec", "listenerConfigurations") if configuration.node is not None else None
        for node in items(listed):
            named = read(node, "protocolPort", outer=(node.place,))
            facts: dict[str, Value] = {"configuration": configuration.known(), "protocol_port": named}
            shown = str(named.value) if isinstance(named, Known) else ""
            yield Subject("listener-configuration", shown, named.places[0], node=node, given=facts, cluster=cluster)


@fact("listener-configuration", "gateway-listener[]")
def listeners(entry: Subject) -> Value:
    """The listeners that it is for, of the Gateways that use the configuration; open where none is seen to use it."""
    named = entry.get("protocol_port")
    if not isinstance(named, Known):
        return named
    used = entry.value("configuration").value("gateways")
    found = [
        one.value for gateway in used for one in gateway.value.value("listeners") if _name(one.value) == str(named.value).upper()
    ]
    unsure = used.open or not used.items or any(gateway.value.partial for gateway in used)
    return subjects(found, bool(unsure), used.why or "no Gateway is seen to use it", named.places)


def _name(listener: Subject) -> str:
    return f"{listener.value('protocol')}:{listener.value('port')}"


@fact("gateway-listener", "string[]")
def route_kinds(listener: Subject) -> Value:
    """The kinds of routes that the listener lets attach; absent where those that fit its protocol may."""
    found = listener.read("allowedRoutes", "kinds")
    named = items(listener.node.at("allowedRoutes", "kinds") if listener.node is not None else None)
    if not isinstance(found, Known) or not named:
        return found if isinstance(found, Unknown) else Absent(found.places)
    return listing([read(one, "kind", outer=(one.place,)) for one in named], places=found.places)


@fact("gateway-listener", "gateway-listener[]")
def same_host(listener: Subject) -> Value:
    """The listeners of the Gateway that have the same port and host name, itself too; absent where it has no host name."""
    host, port = listener.get("hostname"), listener.get("port")
    if not isinstance(host, Known) or not isinstance(port, Known):
        return host if not isinstance(host, Known) else port
    listed = listener.value("gateway").value("listeners")
    found = [one.value for one in listed if one.value.value("port") == port.value and one.value.value("hostname") == host.value]
    return subjects(found, listed.open, listed.why, host.places)


@fact("gateway-listener", "enum(configuration, hostname, route)")
def certificate_source(listener: Subject) -> Value:
    """Where the certificates of a TLS listener come from: a LoadBalancerConfiguration, else ACM by host names.

    Absent where neither the listener nor a route that attaches to it has a host name to look them up by (buildCertificates).
    """
    gateway: Subject = listener.value("gateway")
    named = gateway.get("gateway_class")
    used = [gateway.get("own_configuration"), named.value.get("configuration") if isinstance(named, Known) else named]
    for one in used:
        if isinstance(one, Unknown):
            return one
        if isinstance(one, Known) and _certified(one.value, _name(listener)):
            return Known("configuration", one.places)
    host = listener.get("hostname")
    if not isinstance(host, Absent):
        return Known("hostname", host.places) if isinstance(host, Known) else host
    cluster = listener.home
    seen = False
    for parent in cluster.all("parent"):
        wanted = parent.get("wanted_listeners")
        if isinstance(wanted, Known) and any(one.value is listener for one in wanted.value):
            seen = True
            route: Subject = parent.value("route")
            if not isinstance(route.read("spec", "hostnames"), Absent):
                return Known("route", (route.place,))
    if not seen or not cluster.whole:
        return Unknown("its routes are not in the files", (listener.place,), written=False)
    return Absent((listener.place,))


def _certified(configuration: Subject, name: str) -> bool:
    """Whether a configuration names certificates for a listener, or may."""
    for entry in configuration.home.where("listener-configuration", "configuration", configuration):
        said = entry.get("protocol_port")
        meant = not isinstance(said, Known) or str(said.value).upper() == name
        node = entry.node
        if meant and node is not None and (node.get("defaultCertificate") is not None or items(node.get("certificates"))):
            return True
    return False


@fact("target-group-configuration", "string")
def target_name(configuration: Subject) -> Value:
    """The name of the Service that it is for; absent where it is a default for Gateways."""
    kind = configuration.read("spec", "targetReference", "kind")
    if isinstance(kind, Known) and kind.value != "Service":
        return Absent(kind.places)
    return configuration.read("spec", "targetReference", "name")


@fact("target-group-configuration", "service")
def service(configuration: Subject) -> Value:
    """The Service that it is for, in its own namespace."""
    name = configuration.get("target_name")
    if not isinstance(name, Known):
        return name
    return find_service(configuration.home, namespace_of(configuration), str(name.value), name)


@fact("target-group-configuration", "target-group-configuration[]")
def same_service(configuration: Subject) -> Value:
    """The configurations of the namespace that are for the same Service, itself too."""
    name = configuration.get("target_name")
    if not isinstance(name, Known):
        return name
    cluster, namespace = configuration.home, namespace_of(configuration)
    found = cluster.where("target-group-configuration", "target_name", name.value)
    near = [one for one in found if namespace_of(one) == namespace]
    return subjects(near, not cluster.whole, cluster.why, name.places)
