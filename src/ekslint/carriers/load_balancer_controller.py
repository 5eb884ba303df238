"""The AWS Load Balancer Controller's own settings: its Deployment, values of its chart, and what releases the chart.

The chart's IngressClass and its IngressClassParams are lifted as if each were an object. Source: helm/aws-load-balancer-controller
of the controller's repository (values.yaml, templates/ingressclass.yaml, deployment.yaml), v3.5.0.
"""

from __future__ import annotations

from collections.abc import Iterator

from ekslint.carriers.resource import Resource
from ekslint.fact import Subject, given
from ekslint.layers.helm.releases import HOLDERS, helmfile_releases, is_helmfile, releases
from ekslint.source.text import Place
from ekslint.syntax.tree import Document, Mapping, Node, Scalar, entries, items, string
from ekslint.value import Absent, Known, Unknown, Value, listing, read, read_list, scalar_value

CHART = "aws-load-balancer-controller"

OBJECTS = (("apps", "Deployment"), *HOLDERS)
GIVES = ("load-balancer-controller", "ingress-class", "ingress-class-params")
TOKENS = (
    b"aws-load-balancer-controller",
    b"ingressClassParams",
    b"enableServiceMutatorWebhook",
    b"createIngressClassResource",
    b"defaultTargetType",
)

_FACTS = {
    "ingress_class": ("string", "ingressClass", "The class that the controller looks for in the old annotation; empty for any."),
    "default_target_type": ("enum(instance, ip)", "defaultTargetType", "The target type where no annotation says one."),
    "default_scheme": ("enum(internal, internet-facing)", "defaultLoadBalancerScheme", "The scheme where nothing says one."),
    "default_ssl_policy": ("string", "defaultSSLPolicy", "The TLS policy of ALB listeners where nothing says one."),
    "service_class": ("string", "loadBalancerClass", "The class of Services that the controller takes."),
    "service_webhook": ("bool", "enableServiceMutatorWebhook", "Whether new Services of type LoadBalancer are given its class."),
    "manages_backend_rules": (
        "bool",
        "enableManageBackendSecurityGroupRules",
        "Whether it opens nodes and pods for load balancers with security groups of their own, where no annotation says it.",
    ),
    "makes_class": ("bool", "createIngressClassResource", "Whether the chart makes an IngressClass."),
}
_FLAGS = {
    "ingress-class": "ingress_class",
    "default-target-type": "default_target_type",
    "default-load-balancer-scheme": "default_scheme",
    "default-ssl-policy": "default_ssl_policy",
    "load-balancer-class": "service_class",
    "enable-manage-backend-security-group-rules": "manages_backend_rules",
}
for _name, (_type, _, _text) in _FACTS.items():
    given("load-balancer-controller", _name, _type, f"{_text} Absent where nothing is written.")
given("load-balancer-controller", "external_tags", "string[]", "The keys of tags that it leaves to others. Absent where none is.")
given("load-balancer-controller", "feature_gates", "any", "The feature gates that are set, as text by name; absent where none is.")

_OWN = frozenset(
    (
        "ingressClassParams",
        "createIngressClassResource",
        "ingressClassConfig",
        "enableServiceMutatorWebhook",
        "serviceMutatorWebhookConfig",
        "defaultTargetType",
        "defaultLoadBalancerScheme",
        "enableWafv2",
        "enableShield",
        "enableBackendSecurityGroup",
        "enableManageBackendSecurityGroupRules",
        "disableIngressClassAnnotation",
        "disableIngressGroupNameAnnotation",
        "disableRestrictedSecurityGroupRules",
        "targetgroupbindingMaxConcurrentReconciles",
        "enablePodReadinessGateInject",
    )
)
"""Keys of the chart's values that hardly any other chart has."""


def objects(resource: Resource) -> Iterator[Subject]:
    """The controller's Deployment, or a release of its chart with the class that it makes."""
    if resource.kind == "Deployment":
        yield from _deployment(resource)
        return
    for release in releases(resource.kind, resource.node, resource.partial):
        if release.chart == CHART:
            place = (release.named or release.at or release.node).place
            yield from controller(release.values, place, release.partial, release.at)


def claims(document: Document) -> bool:
    """A values file of the chart or of one that has it among its dependencies, known by its keys; or a helmfile."""
    root = document.root
    if not isinstance(root, Mapping) or root.get("kind") is not None or root.get("Resources") is not None:
        return False
    return is_helmfile(root) or _values(root) is not None


def subjects(document: Document) -> Iterator[Subject]:
    """The settings in a values file or a helmfile."""
    root = document.root
    if is_helmfile(root):
        for release in helmfile_releases(root, document.partial):
            if release.chart == CHART:
                yield from controller(release.values, (release.named or release.node).place, release.partial, release.at)
        return
    found = _values(root)
    if found is not None:
        values, key = found
        yield from controller(values, key.place, document.partial, key)


def _values(root: Node) -> tuple[Node, Node] | None:
    """The chart's values in a file of values, and the key that stands for them; None where they are another chart's."""
    own = root.get(CHART)
    if isinstance(own, Mapping) and any(name in _OWN for name, _, _ in entries(own)):
        return own, root.key(CHART) or own
    names = [name for name, _, _ in entries(root)]
    if sum(name in _OWN for name in names) >= 2 or ("clusterName" in names and any(name in _OWN for name in names)):
        return root, next(key for name, key, _ in entries(root) if name in _OWN)
    return None


def controller(values: Node | None, place: Place, partial: str | None, at: Node | None = None) -> Iterator[Subject]:
    """The controller that values of its chart set up, and the IngressClass and IngressClassParams that the chart makes."""
    where = at.place if at is not None else place
    facts: dict[str, Value] = {}
    for name, (type, key, _) in _FACTS.items():
        written = read(values, key, outer=(where,))
        if not isinstance(written, Absent):
            facts[name] = _typed(written, type)
    empty = ("default_ssl_policy", "default_scheme", "service_class")
    for name in empty:
        said = facts.get(name)
        if isinstance(said, Known) and said.value == "":
            del facts[name]
    kept = read_list(values, "externalManagedTags")
    if isinstance(kept, Unknown) or (isinstance(kept, Known) and kept.value.items):
        facts["external_tags"] = kept
    gates = read(values, "controllerConfig", "featureGates")
    if isinstance(gates, Known) and isinstance(gates.value, Mapping) and gates.value.entries:
        facts["feature_gates"] = Known({name: _gate(node) for name, _, node in entries(gates.value)}, gates.places)
    elif isinstance(gates, Unknown):
        facts["feature_gates"] = gates
    yield Subject("load-balancer-controller", CHART, place, given=facts, partial=partial)
    yield from _class(values, where, partial)


def _gate(node: Node) -> str:
    return node.content if isinstance(node, Scalar) else ""


def _typed(value: Value, type: str) -> Value:
    """A value of a fact's type; unknown where the flag refuses what is written."""
    if not isinstance(value, Known):
        return value
    if type == "bool":
        fits = isinstance(value.value, bool)
    else:
        fits = isinstance(value.value, str)
        if type.startswith("enum("):
            fits = value.value in [word.strip() for word in type[5:-1].split(",")] or value.value == ""
    return value if fits else Unknown("the controller does not take it", value.places, str(value.value), key=value.key)


def _class(values: Node | None, where: Place, partial: str | None) -> Iterator[Subject]:
    """The chart's IngressClass, unless it makes none or its name is not known, and the parameters that it names."""
    made = read(values, "createIngressClassResource", partial=partial)
    if isinstance(made, Unknown) or (isinstance(made, Known) and made.value is not True):
        return
    named = read(values, "ingressClass", outer=(where,), partial=partial)
    if isinstance(named, Unknown) or (isinstance(named, Known) and (not isinstance(named.value, str) or not named.value)):
        return
    name = str(named.value) if isinstance(named, Known) else "alb"
    anchor = values.get("ingressClass") if values is not None else None
    anchor = anchor or values
    if anchor is None:
        return
    params = values.get("ingressClassParams") if values is not None else None
    create = read(params, "create")
    spec = params.get("spec") if params is not None else None
    spec = spec if isinstance(spec, Mapping) and spec.entries else None
    own = read(params, "name")
    makes = not isinstance(create, Unknown) and (isinstance(create, Absent) or create.value is True)
    fields: dict[str, object] = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "IngressClass",
        "metadata": {"name": name, **_marks(values)},
        "spec": {"controller": "ingress.k8s.aws/alb"},
    }
    place = named.places[0] if named.places else where
    if isinstance(create, Unknown) or isinstance(own, Unknown):
        partial = partial or "the class's parameters are not known"
    elif isinstance(own, Known) or (makes and spec is not None):
        called = str(own.value) if isinstance(own, Known) else name
        reference = {"apiGroup": "elbv2.k8s.aws", "kind": "IngressClassParams", "name": called}
        fields["spec"] = {"controller": "ingress.k8s.aws/alb", "parameters": reference}
        if makes:
            yield _params(called, spec, params or anchor, partial)
    yield Subject("ingress-class", name, place, node=_tree(fields, anchor), partial=partial)


def _params(name: str, spec: Node | None, anchor: Node, partial: str | None) -> Subject:
    fields: dict[str, object] = {
        "apiVersion": "elbv2.k8s.aws/v1beta1",
        "kind": "IngressClassParams",
        "metadata": {"name": name},
        "spec": spec if spec is not None else {},
    }
    return Subject("ingress-class-params", name, anchor.place, node=_tree(fields, anchor), partial=partial)


def _marks(values: Node | None) -> dict[str, object]:
    """The annotation that makes the class the cluster's default."""
    default = read(values, "ingressClassConfig", "default")
    node = values.at("ingressClassConfig", "default") if values is not None else None
    if isinstance(default, Known) and default.value is True and node is not None:
        mark = Scalar(node.text, node.start, node.end, "true", "true")
        return {"annotations": {"ingressclass.kubernetes.io/is-default-class": mark}}
    return {}


def _tree(value: object, anchor: Node) -> Node:
    """Plain values as a tree, all at the place of one node; nodes stay where they are."""
    if isinstance(value, Node):
        return value
    if isinstance(value, dict):
        found: list[tuple[Node, Node]] = [(_tree(key, anchor), _tree(each, anchor)) for key, each in value.items()]
        return Mapping(anchor.text, anchor.start, anchor.end, found)
    text = str(value)
    return Scalar(anchor.text, anchor.start, anchor.end, text, text)


def _deployment(resource: Resource) -> Iterator[Subject]:
    """The flags of the controller's container (`--flag=value`)."""
    for container in items(resource.node.at("spec", "template", "spec", "containers")):
        arguments = [node for node in items(container.get("args")) if isinstance(node, Scalar)]
        image = (string(container.get("image")) or "").partition("@")[0].rpartition("/")[2]
        flagged = resource.name == CHART and any(node.content.startswith("--ingress-class=") for node in arguments)
        if not image.startswith(CHART) and not flagged:
            continue
        facts: dict[str, Value] = {}
        for node in arguments:
            flag, equals, said = node.content.removeprefix("--").partition("=")
            known = scalar_value(node)
            if equals and flag == "feature-gates":
                pairs = dict(each.partition("=")[::2] for each in said.split(","))
                facts["feature_gates"] = Known(pairs, (node.place,)) if isinstance(known, Known) else known
            elif equals and flag == "external-managed-tags":
                keys = [Known(key.strip(), (node.place,)) for key in said.split(",")]
                facts["external_tags"] = listing(keys, places=(node.place,)) if isinstance(known, Known) else known
            elif equals and flag in _FLAGS:
                name = _FLAGS[flag]
                if isinstance(known, Known):
                    plain: object = said.lower() == "true" if _FACTS[name][0] == "bool" else said
                    facts[name] = _typed(Known(plain, (node.place,), key=f"--{flag}"), _FACTS[name][0])
                else:
                    facts[name] = known
        yield Subject("load-balancer-controller", resource.name, resource.place, given=facts, partial=resource.partial)
