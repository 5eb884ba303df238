"""What a Service says of its NLB in two places or by older annotations, and which of its ports it names in annotations.

Source: pkg/service/model_build_load_balancer.go, model_build_listener.go and model_build_managed_sg.go of the AWS Load Balancer
Controller.
"""

from __future__ import annotations

from collections.abc import Iterator

from ekslint.data.go import go_int
from ekslint.fact import Subject, fact, given, maker
from ekslint.facts.nlb_service import PREFIX, SUFFIX, setting
from ekslint.facts.written import boolean, pairs, strings
from ekslint.inventory import Cluster
from ekslint.relations.listen_ports import word_place
from ekslint.relations.nlb_load_balancers import CROSS_ZONE, attribute
from ekslint.value import Absent, Known, Unknown, Value

OLDER = {
    CROSS_ZONE: "cross-zone-load-balancing-enabled",
    "access_logs.s3.bucket": "access-log-s3-bucket-name",
    "access_logs.s3.prefix": "access-log-s3-bucket-prefix",
}
"""Attributes that an older annotation sets too, and then goes first."""

given("port-name", "load_balancer", "load-balancer", "The NLB whose Service names the port in an annotation.")
given("port-name", "purpose", "enum(tls, quic)", "What the port is named for: ssl-ports or quic-enabled-ports.")


def _service(load_balancer: Subject) -> Subject | None:
    service: Subject | None = load_balancer.value("service")
    return service


@maker("port-name", ("service",))
def port_names(cluster: Cluster) -> Iterator[Subject]:
    """The ports that Services name in ssl-ports and quic-enabled-ports, as they are written."""
    for load_balancer in cluster.where("load-balancer", "type", "nlb"):
        service = load_balancer.value("service")
        for purpose, suffix in (("tls", "ssl-ports"), ("quic", "quic-enabled-ports")):
            listed = strings(setting(service, suffix))
            for entry in listed.value if isinstance(listed, Known) else ():
                place = word_place(service, PREFIX + SUFFIX + suffix, entry.value) or entry.places[0]
                facts: dict[str, Value] = {"load_balancer": load_balancer.known(), "purpose": Known(purpose, (place,))}
                yield Subject("port-name", entry.value, place, namespace=service.namespace, given=facts, cluster=cluster)


@fact("port-name", "service-port")
def service_port(port_name: Subject) -> Value:
    """The port of the Service that has this name or number; absent where none has (validateTLSPortsSet)."""
    service: Subject = port_name.value("load_balancer").value("service")
    listed = service.get("ports")
    if not isinstance(listed, Known):
        return listed
    unsure: Unknown | None = None
    for one in listed.value:
        for name in ("port_name", "port"):
            value = one.value.get(name)
            if isinstance(value, Known) and str(value.value) == port_name.name:
                return Known(one.value, (port_name.place,))
            unsure = value if isinstance(value, Unknown) else unsure
    if unsure is not None or listed.value.open:
        return Unknown("a port of the Service is not known", (port_name.place,), written=False)
    return Absent((port_name.place,))


@fact("port-name", "string")
def listener_protocol(port_name: Subject) -> Value:
    """What the listener of the port speaks; absent where no port is meant."""
    port, load_balancer = port_name.get("service_port"), port_name.value("load_balancer")
    if not isinstance(port, Known):
        return port
    number = port.value.value("port")
    found = [one for one in port_name.home.where("listener", "load_balancer", load_balancer) if one.value("port") == number]
    return found[0].get("protocol") if found else Unknown("its listener is not known", port.places, written=False)


@fact("load-balancer", "enum(internal, internet-facing)")
def older_scheme(load_balancer: Subject) -> Value:
    """The scheme that the older annotation for internal NLBs means, heeded or not; absent where it is not written."""
    service = _service(load_balancer)
    if service is None:
        return Absent((load_balancer.place,))
    written = boolean(setting(service, "internal"))
    if not isinstance(written, Known):
        return written
    return Known("internal" if written.value else "internet-facing", written.places, key=written.key)


@fact("load-balancer", "bool")
def older_access_logs(load_balancer: Subject) -> Value:
    """What the older annotation for access logs says; only true is heeded. Absent where it is not written."""
    service = _service(load_balancer)
    return Absent((load_balancer.place,)) if service is None else boolean(setting(service, "access-log-enabled"))


@fact("load-balancer", "string[]")
def tls_ports(load_balancer: Subject) -> Value:
    """The ports that aws-load-balancer-ssl-ports names; absent where it names none, so that TLS is for every TCP port."""
    service = _service(load_balancer)
    found = Absent((load_balancer.place,)) if service is None else strings(setting(service, "ssl-ports"))
    return Absent(found.places, found.key) if isinstance(found, Known) and not found.value.items else found


@fact("load-balancer", "string[]")
def prefix_lists(load_balancer: Subject) -> Value:
    """The prefix lists that a Service lets in, perhaps none; absent where it does not say."""
    service = _service(load_balancer)
    return Absent((load_balancer.place,)) if service is None else strings(setting(service, "security-group-prefix-lists"))


@fact("load-balancer", "bool")
def deletion_protection(load_balancer: Subject) -> Value:
    """Whether an NLB's attribute forbids to delete it; absent where it is not written."""
    service = _service(load_balancer)
    if service is None:
        return Absent((load_balancer.place,))
    found = attribute(setting(service, "attributes"), "deletion_protection.enabled")
    return Known(str(found.value).lower() == "true", found.places, key=found.key) if isinstance(found, Known) else found


@fact("load-balancer", "int")
def reserved_capacity(load_balancer: Subject) -> Value:
    """The capacity units that a Service reserves; absent where it reserves none."""
    service = _service(load_balancer)
    if service is None:
        return Absent((load_balancer.place,))
    found = pairs(setting(service, "minimum-load-balancer-capacity"))
    if not isinstance(found, Known):
        return found
    number = go_int(found.value.get("CapacityUnits", ""), 32)
    if number is None:
        return Unknown("no number of CapacityUnits", found.places, written=True, key=found.key)
    return Known(number, found.places, key=found.key)


@fact("attribute", "string")
def older_value(attribute: Subject) -> Value:
    """What an older annotation of the Service says for the same, which goes first; absent where none is written or heeded."""
    annotation = attribute.value("annotation")
    owner = annotation.value("service") if annotation is not None else None
    suffix = OLDER.get(attribute.name)
    if owner is None or suffix is None or attribute.value("table") != "load_balancer":
        return Absent((attribute.place,))
    written = setting(owner, suffix)
    if suffix.startswith("access-log"):
        asked = boolean(setting(owner, "access-log-enabled"))
        if not isinstance(asked, Known) or not asked.value:
            return asked if isinstance(asked, Unknown) else Absent(written.places)
        return written
    flag = boolean(written)
    return Known("true" if flag.value else "false", flag.places, key=flag.key) if isinstance(flag, Known) else flag


@fact("attribute", "string")
def listener_name(attribute: Subject) -> Value:
    """The protocol and port of the listener that it is set on, as TCP-443; absent of load balancers and target groups."""
    annotation = attribute.value("annotation")
    if annotation is None or attribute.value("table") != "listener":
        return Absent((attribute.place,))
    return Known(annotation.name.rpartition(".")[2], (annotation.place,))
