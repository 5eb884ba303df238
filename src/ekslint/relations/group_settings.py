"""Settings on which the members of an IngressGroup must agree, with the distinct values as the controller compares them.

A member's value is its IngressClassParams field where that is set, else its annotation; who has neither does not count, defaults
never do. Sources: pkg/ingress/model_build_load_balancer.go and its _addons, _attributes and _capacity_reservation, the
model_build_ipam.go, _tags.go, _listener.go and _frontend_nlb.go beside it, and model_builder.go (mergeListenPortConfigs).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from ekslint.data.annotation_json import SHAPES
from ekslint.data.annotations import Annotation, of_family
from ekslint.fact import Subject, given, maker
from ekslint.facts.written import alb, boolean, decoded, field, integer, pairs, strings
from ekslint.inventory import Cluster
from ekslint.relations.frontend_nlb_listeners import opened_ports
from ekslint.relations.ingress_groups import members
from ekslint.relations.ingress_settings import parameters, setting, settings
from ekslint.syntax.tree import Node, items
from ekslint.value import Absent, Known, Listing, Unknown, Value, filled, places_of, read

given("group-setting", "group", "ingress-group", "The group whose members must agree.")
given("group-setting", "setting", "string", "The end of the annotation's name that sets it.")
given("group-setting", "key", "string", "The key of a tag or attribute that is compared by itself; absent for others.")
given("group-setting", "port", "int", "The port that it is compared on; absent for what holds for the whole load balancer.")
given("group-setting", "values", "any[]", "The different values, each where the first member that has it writes it.")

ONLY_FILLED = frozenset(("wafv2-acl-name", "waf-acl-id", "ipam-ipv4-pool-id", "customer-owned-ipv4-pool"))
"""Settings whose empty value counts as none."""


@maker("group-setting")
def group_settings(cluster: Cluster) -> Iterator[Subject]:
    """What more than one member of a group sets, setting by setting."""
    for group in cluster.all("ingress-group"):
        found = members(group)
        if len(found) < 2:
            continue
        for table in of_family("ingress"):
            if table.merge == "exclusive" and table.merge_by == "group" and _counts(table, found):
                yield from _setting(group, table.suffix, _values(table, found, group))
        yield from _by_key(group, "tags", found, "tags")
        yield from _by_key(group, "load-balancer-attributes", found, "loadBalancerAttributes", decided_by_first=True)
        yield from _by_port(group, found)
        if any(has_frontend_nlb(one) for one in found):
            yield from _by_nlb_port(group, found)


def _counts(table: Annotation, found: list[Subject]) -> bool:
    """Whether the controller comes to read the setting at all."""
    if table.suffix.startswith("frontend-nlb-"):
        return any(has_frontend_nlb(one) for one in found)
    if table.suffix == "manage-backend-security-group-rules":
        return any(_filled(one.get("security_groups")) for one in found)
    if table.suffix == "wafv2-acl-arn":
        return all(isinstance(filled(setting(one, "wafv2-acl-name", "wafv2AclName")), Absent) for one in found)
    if table.suffix == "ipam-ipv4-pool-id":
        first = parameters(found[0])
        return not isinstance(first, Unknown) and isinstance(field(first, "ipamConfiguration", "ipv4IPAMPoolId"), Absent)
    return table.suffix != "web-acl-id"


def has_frontend_nlb(ingress: Subject) -> bool:
    """Whether an Ingress asks for an NLB before its ALB."""
    wanted = boolean(alb(ingress, "enable-frontend-nlb"))
    return isinstance(wanted, Known) and wanted.value is True


def _filled(value: Value) -> bool:
    return isinstance(value, Known) and bool(value.value.items)


def _values(table: Annotation, found: list[Subject], group: Subject) -> list[Value]:
    """What each member says. Who follows one with attributes for the NLB in front must have the same (getFrontendNlbAttributes)."""
    values = [_value(table, one) for one in found]
    if table.suffix == "frontend-nlb-attributes" and group.value("ordered"):
        first = next((place for place, value in enumerate(values) if not isinstance(value, Absent)), len(values))
        values[first:] = [Known("none", one.places) if isinstance(one, Absent) else one for one in values[first:]]
    return values


def _value(table: Annotation, ingress: Subject) -> Value:
    """What one member says, in the form in which it is compared."""
    special = _SPECIAL.get(table.suffix)
    if special is not None:
        return special(ingress)
    path = tuple(table.params_field.split(".")) if table.params_field else ()
    if table.type == "stringList":
        return _compared(settings(ingress, table.suffix, path) if path else strings(alb(ingress, table.suffix)), table.compare)
    value = setting(ingress, table.suffix, *path)
    if table.type == "bool":
        return boolean(value)
    if table.type in ("int", "int32"):
        return integer(value)
    if table.type == "stringMap":
        return _compared_map(pairs(value))
    return filled(value) if table.suffix in ONLY_FILLED else value


def _compared(value: Value, how: str) -> Value:
    """A list as one text: sorted where its order does not count."""
    if not isinstance(value, Known):
        return value
    if value.value.open or any(not isinstance(item, Known) for item in value.value):
        return Unknown("an item of the list is not known", value.places)
    texts = [str(item.value) for item in value.value]
    return Known(", ".join(sorted(texts) if how == "set" else texts), value.places, key=value.key)


def _compared_map(value: Value) -> Value:
    if not isinstance(value, Known):
        return value
    return Known(", ".join(f"{key}={text}" for key, text in sorted(value.value.items())), value.places, key=value.key)


def _web_acl(ingress: Subject) -> Value:
    """WAF Classic: the old name is read where the new one is not written (buildWAFRegionalWebACLAssociation)."""
    written = alb(ingress, "waf-acl-id")
    return filled(alb(ingress, "web-acl-id") if isinstance(written, Absent) else written)


def _subnets(ingress: Subject) -> Value:
    """Subnets from IngressClassParams never agree with an annotation's, even the same ones (buildLoadBalancerSubnetMappings)."""
    params = parameters(ingress)
    if isinstance(params, Unknown):
        return params
    if params is not None:
        selector = params.read("spec", "subnets")
        if isinstance(selector, Known):
            plain = selector.value.plain() if isinstance(selector.value, Node) else selector.value
            return Known(f"{params.name}: {plain}", selector.places, key="subnets")
        if isinstance(selector, Unknown):
            return selector
    return _compared(strings(alb(ingress, "subnets")), "set")


_SPECIAL: dict[str, Callable[[Subject], Value]] = {
    "ssl-redirect": lambda ingress: ingress.get("ssl_redirect"),
    "subnets": _subnets,
    "waf-acl-id": _web_acl,
}


def _setting(
    group: Subject, name: str, values: Iterable[Value], port: int | None = None, key: str | None = None
) -> Iterator[Subject]:
    """The setting, where more than one member may have a value of it."""
    found = [value for value in values if not isinstance(value, Absent)]
    if len(found) < 2:
        return
    distinct: dict[object, Value] = {}
    unsure = ""
    for value in found:
        if isinstance(value, Unknown):
            unsure = unsure or value.reason
        else:
            distinct.setdefault(value.value, value)
    listed: Listing = group.value("members")
    why = unsure or listed.why
    places = places_of(*found)
    shown = name + (f" {key}" if key is not None else "") + (f" on port {port}" if port is not None else "")
    yield Subject(
        "group-setting",
        shown,
        places[0] if places else group.place,
        given={
            "group": group.known(),
            "setting": Known(name, places),
            "key": Absent(places) if key is None else Known(key, places),
            "port": Absent(places) if port is None else Known(port, places),
            "values": Known(Listing(list(distinct.values()), bool(why), why), places),
        },
        cluster=group.cluster,
    )


def _by_key(
    group: Subject, suffix: str, found: list[Subject], params_list: str, decided_by_first: bool = False
) -> Iterator[Subject]:
    """Maps that are compared key by key; keys of the first member's IngressClassParams are decided where `decided_by_first`."""
    decided = _listed(found[0], params_list) if decided_by_first else {}
    by_key: dict[str, list[Value]] = {}
    unknown: list[Value] = []
    for one in found:
        own = {} if decided_by_first else _listed(one, params_list)
        written = pairs(alb(one, suffix))
        if isinstance(written, Unknown):
            unknown.append(written)
        texts = written.value if isinstance(written, Known) else {}
        said = {key: Known(text, written.places, key=key) for key, text in texts.items()}
        for key, value in {**said, **own}.items():
            if key not in decided:
                by_key.setdefault(key, []).append(value)
    for key, values in by_key.items():
        yield from _setting(group, suffix, [*values, *unknown], key=key)


def _listed(ingress: Subject, name: str) -> dict[str, Value]:
    """A list of key and value in the IngressClassParams of an Ingress."""
    params = parameters(ingress)
    if not isinstance(params, Subject) or params.node is None:
        return {}
    found: dict[str, Value] = {}
    for item in items(params.node.at("spec", name)):
        key, value = read(item, "key"), read(item, "value")
        if isinstance(key, Known) and not isinstance(value, Absent):
            found[str(key.value)] = value
    return found


def _by_port(group: Subject, found: list[Subject]) -> Iterator[Subject]:
    ports: dict[int, list[tuple[Subject, Subject]]] = {}
    for ingress in found:
        for one in ingress.value("listen_ports") or ():
            ports.setdefault(one.value.value("port"), []).append((ingress, one.value))
    for port, said in ports.items():
        yield from _setting(group, "listen-ports", [one.get("protocol") for _, one in said], port)
        yield from _setting(group, "inbound-cidrs", [_networks(ingress.get("inbound_cidrs")) for ingress, _ in said], port)
        yield from _setting(
            group, "security-group-prefix-lists", [_networks(ingress.get("prefix_lists")) for ingress, _ in said], port
        )
        secure = [(ingress, one) for ingress, one in said if one.value("protocol") == "HTTPS"]
        yield from _setting(group, "ssl-policy", [ingress.get("ssl_policy") for ingress, _ in secure], port)
        yield from _setting(group, "mutual-authentication", [_mutual(ingress, port) for ingress, _ in secure], port)
        yield from _attributes(group, port, said)


def _by_nlb_port(group: Subject, found: list[Subject]) -> Iterator[Subject]:
    """What members that open one port of the NLB in front say of it; success codes are another matter (frontend-listener)."""
    settings_ = [one for one in of_family("ingress") if one.merge_by == "nlb-port" and one.compare != "identity"]
    ports: dict[int, list[tuple[Subject, Value]]] = {}
    for ingress in found:
        for port, target in opened_ports(ingress).items():
            ports.setdefault(port, []).append((ingress, target))
    for port, said in ports.items():
        yield from _setting(group, "frontend-nlb-listener-port-mapping", [target for _, target in said], port)
        for table in settings_:
            yield from _setting(group, table.suffix, [_value(table, ingress) for ingress, _ in said], port)


def _mutual(ingress: Subject, port: int) -> Value:
    """What an Ingress asks of client certificates on a port, with the defaults filled in; the last entry for a port counts."""
    written = alb(ingress, "mutual-authentication")
    if isinstance(written, Absent):
        return written
    content = decoded(written, SHAPES["mutual-authentication"])
    if not isinstance(content, Known):
        return content
    entry = next((one for one in reversed(content.value or []) if one.get("port") == port), None)
    if entry is None:
        return Absent(content.places)
    expiry = entry.get("ignoreClientCertificateExpiry", False if entry.get("mode") == "verify" else None)
    parts = [entry.get("mode"), entry.get("trustStore") or "", expiry, entry.get("advertiseTrustStoreCaNames")]
    return Known(" ".join(str(part) for part in parts if part not in (None, "")), content.places, key=content.key)


def _networks(value: Value) -> Value:
    if isinstance(value, Known) and not value.value.items and not value.value.open:
        return Absent(value.places)
    return _compared(value, "set")


def _attributes(group: Subject, port: int, said: list[tuple[Subject, Subject]]) -> Iterator[Subject]:
    """Listener attributes, key by key; those that the first member's IngressClassParams set are decided."""
    for protocol in dict.fromkeys(one.value("protocol") for _, one in said):
        suffix = f"listener-attributes.{protocol}-{port}"
        decided = _listener_attributes(said[0][0], str(protocol), port)
        by_key: dict[str, list[Value]] = {}
        for ingress, _ in said:
            written = pairs(alb(ingress, suffix))
            for key, text in written.value.items() if isinstance(written, Known) else ():
                if key not in decided:
                    by_key.setdefault(key, []).append(Known(text, written.places, key=key))
        for key, values in by_key.items():
            yield from _setting(group, suffix, values, key=key)


def _listener_attributes(ingress: Subject, protocol: str, port: int) -> set[str]:
    params = parameters(ingress)
    if not isinstance(params, Subject) or params.node is None:
        return set()
    for listener in items(params.node.at("spec", "listeners")):
        named, number = read(listener, "protocol"), read(listener, "port")
        if isinstance(named, Known) and isinstance(number, Known) and (named.value, number.value) == (protocol, port):
            keys = [read(item, "key") for item in items(listener.get("listenerAttributes"))]
            return {str(key.value) for key in keys if isinstance(key, Known)}
    return set()
