"""IngressClassParams: what the webhook and the CRD of the AWS Load Balancer Controller look at.

Sources: webhooks/elbv2/ingressclassparams_validator.go and apis/elbv2/v1beta1/ingressclassparams_types.go of the controller.
"""

from __future__ import annotations

from ekslint.fact import Subject, fact
from ekslint.facts.written import field, texts
from ekslint.syntax.tree import entries, items, string
from ekslint.value import Absent, Known, Listing, Unknown, Value, listing, scalar_value


@fact("ingress-class-params", "string")
def api_group(params: Subject) -> Value:
    """The API group: elbv2.k8s.aws of the controller, or eks.amazonaws.com of EKS Auto Mode."""
    version = params.read("apiVersion")
    return Known(str(version.value).rpartition("/")[0], version.places) if isinstance(version, Known) else version


@fact("ingress-class-params", "string[]")
def subnet_selectors(params: Subject) -> Value:
    """By what `subnets` chooses them: ids, tags, or both; absent where it is not written."""
    found = params.read("spec", "subnets")
    if not isinstance(found, Known):
        return found
    keys = [(name, key) for name, key, _ in entries(params.node.at("spec", "subnets") if params.node is not None else None)]
    return listing([Known(name, (key.place,)) for name, key in keys if name in ("ids", "tags", "matchTags")], places=found.places)


@fact("ingress-class-params", "string[]")
def subnet_ids(params: Subject) -> Value:
    """The subnets that are named by id."""
    return texts(params, "subnets", "ids")


@fact("ingress-class-params", "string[]")
def subnet_tags(params: Subject) -> Value:
    """The tags that subnets are chosen by, each as key=value; a tag with several values counts once for each."""
    found = params.read("spec", "subnets", "tags")
    if not isinstance(found, Known) or params.node is None:
        return found
    pairs: list[Value] = []
    for key, node, values in entries(params.node.at("spec", "subnets", "tags")):
        for item in items(values):
            value = scalar_value(item)
            pairs.append(Known(f"{key}={value.value}", (item.place,)) if isinstance(value, Known) else value)
        if not items(values):
            pairs.append(Known(f"{key}=", (node.place,)))
    return Known(Listing(pairs), found.places)


@fact("ingress-class-params", "string")
def ssl_redirect_port(params: Subject) -> Value:
    """The port that HTTP is redirected to, a text in the CRD; absent where none is written."""
    return field(params, "sslRedirectPort")


@fact("ingress-class-params", "enum(string, boolean, integer, number, null, list, map)")
def ssl_redirect_port_type(params: Subject) -> Value:
    """The type under which the port that HTTP is redirected to is written; the CRD takes a string."""
    node = params.node.at("spec", "sslRedirectPort") if params.node is not None else None
    said = params.get("ssl_redirect_port")
    return said if node is None or not isinstance(said, Known) else Known(node.kind, (node.place,))


@fact("ingress-class-params", "string[]")
def prefix_list_fields(params: Subject) -> Value:
    """The spellings under which prefix lists are written: prefixListsIDs, and the older PrefixListsIDs."""
    if params.partial:
        return Unknown(params.partial, (params.place,))
    spec = params.node.get("spec") if params.node is not None else None
    keys = [key for name in ("prefixListsIDs", "PrefixListsIDs") if spec is not None and (key := spec.key(name)) is not None]
    if not keys:
        return Absent((params.place,))
    return listing([Known(string(key), (key.place,)) for key in keys], places=[key.place for key in keys])


@fact("ingress-class-params", "string[]")
def other_group_fields(params: Subject) -> Value:
    """The fields that only IngressClassParams of the other API group have: certificateArn, or certificateARNs."""
    group = params.get("api_group")
    if not isinstance(group, Known):
        return group
    spec = params.node.get("spec") if params.node is not None else None
    names = ("certificateARNs",) if group.value == "elbv2.k8s.aws" else ("certificateArn",)
    keys = [key for name in names if spec is not None and (key := spec.key(name)) is not None]
    return listing([Known(string(key), (key.place,)) for key in keys], bool(params.partial), params.partial or "", (params.place,))
