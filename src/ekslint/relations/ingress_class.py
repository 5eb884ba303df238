"""The class of an Ingress, its parameters, and whether the AWS controller takes it.

Sources: pkg/ingress/group_loader.go (classifyIngress), class_loader.go and class_annotation_matcher.go of the AWS Load Balancer
Controller; its chart's ingressclass.yaml.
"""

from __future__ import annotations

from ekslint.data.nearest import nearest_name
from ekslint.data.other_controllers import AMBIGUOUS, AWS_ONLY, FOREIGN, PREFIXES
from ekslint.fact import Subject, fact, subjects
from ekslint.facts.ingress_class import AUTO_MODE, PARAMETERS
from ekslint.facts.load_balancer_controller import controller_setting
from ekslint.facts.selectors import Labels, selects
from ekslint.facts.written import ALB, CONTROLLER, annotation
from ekslint.inventory import Cluster
from ekslint.source.text import Place
from ekslint.syntax.tree import Mapping, entries, string
from ekslint.value import Absent, Known, Unknown, Value, derive, listing

CHART_CLASS = "alb"
"""The class that the controller's chart makes, and the value that it looks for in the old class annotation."""


@fact("ingress", "string")
def class_annotation(ingress: Subject) -> Value:
    """What is written under the old annotation kubernetes.io/ingress.class."""
    return annotation(ingress, "kubernetes.io/ingress.class")


@fact("ingress", "string")
def class_name(ingress: Subject) -> Value:
    """The IngressClass that `spec.ingressClassName` names."""
    return ingress.read("spec", "ingressClassName")


@fact("ingress", "string")
def api_version(ingress: Subject) -> Value:
    """The API group and version that the Ingress is written in."""
    return ingress.read("apiVersion")


@fact("ingress", "ingress-class")
def ingress_class(ingress: Subject) -> Value:
    """The IngressClass whose controller and parameters count: none beside the old annotation, which is asked first."""
    marked = ingress.get("class_annotation")
    if isinstance(marked, Known):
        return Absent(marked.places)
    if not _unmarked(marked):
        return marked
    cluster = ingress.home
    named = ingress.get("class_name")
    if isinstance(named, Unknown):
        return named
    if isinstance(named, Absent):
        return _default_class(cluster, named)
    found = cluster.named("ingress-class", str(named.value))
    if not found:
        return Unknown(cluster.why, named.places, written=False) if not cluster.whole else Absent(named.places)
    return _agreed(found, named.places)


def _unmarked(marked: Value) -> bool:
    """Whether the old class annotation is not there, or only may be in a part that is not seen: nobody names a class twice."""
    return isinstance(marked, Absent) or (isinstance(marked, Unknown) and marked.written is None)


def _default_class(cluster: Cluster, named: Absent) -> Value:
    marked = [one for one in cluster.all("ingress-class") if one.value("default") is True]
    if len({one.name for one in marked}) > 1:
        return Unknown("several default IngressClasses", named.places, written=False)
    if marked:
        return _agreed(cluster.named("ingress-class", marked[0].name), named.places, "Kubernetes")
    return Unknown("no class is written, and a default IngressClass may be elsewhere", named.places, written=False)


def _agreed(copies: list[Subject], places: tuple[Place, ...], default: str | None = None) -> Value:
    """The class that all copies of one name are: of a set of variants, or of the manifests of several versions."""
    if len({_signature(one) for one in copies}) > 1:
        return Unknown(f"several IngressClasses {copies[0].name}", places, written=False)
    return Known(copies[0], places, default)


def _signature(ingress_class: Subject) -> tuple[object, ...]:
    """What a class is, as far as Ingresses go; each thing that is not known is one of its own."""
    found = [ingress_class.get(name) for name in ("controller", "parameters_group", "parameters_kind", "parameters_name")]
    return tuple(one.value if isinstance(one, Known) else None if isinstance(one, Absent) else id(one) for one in found)


def _controllers(ingress: Subject) -> list[Value]:
    """The controllers that the classes of the Ingress's name have, more than one where copies of it differ."""
    found = ingress.get("ingress_class")
    if isinstance(found, Known):
        return [found.value.get("controller")]
    named = ingress.get("class_name")
    if not isinstance(named, Known) or not _unmarked(ingress.get("class_annotation")):
        return []
    return [one.get("controller") for one in ingress.home.named("ingress-class", str(named.value))]


@fact("ingress", "bool")
def taken(ingress: Subject) -> Value:
    """Whether the AWS Load Balancer Controller, or the one in EKS Auto Mode, makes a load balancer of the Ingress.

    `alb` is taken where no IngressClass of that name is in the set, since the controller's chart makes that class. Left open for
    Ingresses of an API version that is gone, and for those that carry another cloud's annotations under the same prefix.
    """
    version = ingress.get("api_version")
    if isinstance(version, Known) and version.value != "networking.k8s.io/v1":
        return Unknown(f"the API server no longer has {version.value}", version.places, written=False)
    foreign = _foreign(ingress)
    if foreign is not None:
        return foreign
    marked = ingress.get("class_annotation")
    if isinstance(marked, Known):
        return _matches(ingress.home, marked)
    found = ingress.get("ingress_class")
    controllers = _controllers(ingress)
    if controllers:
        answers = {one.value in PARAMETERS for one in controllers if isinstance(one, Known)}
        if len(answers) == 1 and all(isinstance(one, Known) for one in controllers):
            return Known(answers.pop(), found.places)
        if isinstance(found, Known):
            return Unknown(f"the controller of {found.value.name} is not written", found.places, written=False)
        return found
    named = ingress.get("class_name")
    if isinstance(named, Known) and not ingress.home.named("ingress-class", str(named.value)):
        if named.value == CHART_CLASS:
            return _taken_by_chart_class(ingress.home, named)
        return Unknown(f"IngressClass {named.value} is not in the files", named.places, written=False)
    return found if isinstance(found, Unknown) else Unknown("no class is written", found.places, written=False)


def _matches(cluster: Cluster, marked: Known[str]) -> Value:
    """Whether a controller takes the old class annotation: the class that one of them is told, `alb` by default."""
    told = [one.get("ingress_class") for one in cluster.all("load-balancer-controller")] or [Absent()]
    for one in told:
        if marked.value in (_taken_by(one) if isinstance(one, Known) else (CHART_CLASS,)):
            return Known(True, marked.places)
    if any(isinstance(one, Unknown) for one in told):
        return Unknown("the class that the controller is told is not known", marked.places, written=False)
    if marked.value == CHART_CLASS:
        return Unknown("the controller in the files takes another class", marked.places, written=False)
    return Known(False, marked.places)


def _taken_by(told: Known[str]) -> tuple[str, ...]:
    return (told.value,) if told.value else (CHART_CLASS, "")


def _foreign(ingress: Subject) -> Unknown | None:
    found = [(name, key.place) for name, key, _ in entries(ingress.node.at("metadata", "annotations") if ingress.node else None)]
    ours = any(name in AWS_ONLY for name, _ in found)
    for name, place in found:
        if name in FOREIGN or (name in AMBIGUOUS and not ours):
            return Unknown(f"{name} belongs to another cloud's controller", (place,), written=False)
    return None


def _taken_by_chart_class(cluster: Cluster, named: Known[str]) -> Value:
    if cluster.all("foreign-alb"):
        return Unknown("another cloud's ALB controller is in the set", named.places, written=False)
    made = controller_setting(cluster, "makes_class")
    if isinstance(made, Known) and made.value is False:
        return Unknown("the controller's chart makes no IngressClass", named.places, written=False)
    renamed = controller_setting(cluster, "ingress_class")
    if isinstance(renamed, Known) and renamed.value != CHART_CLASS:
        return Unknown("the controller's chart makes a class of another name", named.places, written=False)
    return Known(True, named.places, default=CONTROLLER)


@fact("ingress", "bool")
def auto_mode(ingress: Subject) -> Value:
    """Whether EKS Auto Mode's own controller takes the Ingress, not one that somebody installed."""
    found = ingress.get("ingress_class")
    controllers = _controllers(ingress)
    if controllers:
        answers = {one.value == AUTO_MODE for one in controllers if isinstance(one, Known)}
        if len(answers) == 1 and all(isinstance(one, Known) for one in controllers):
            return Known(answers.pop(), found.places)
        return found if isinstance(found, Unknown) else controllers[0]
    takes = ingress.get("taken")
    if isinstance(takes, Known):
        if ingress.home.subject.value("auto_mode"):
            return Unknown("the IngressClass is not in the files, and the cluster runs Auto Mode", takes.places, written=False)
        return Known(False, takes.places, default=CONTROLLER)
    return takes


@fact("ingress-class", "ingress-class-params")
def params(ingress_class: Subject) -> Value:
    """The IngressClassParams that the class names, in the API group of its controller; a dangling name is absent."""
    name = ingress_class.get("parameters_name")
    group = ingress_class.get("parameters_group_read")
    if not isinstance(name, Known) or not isinstance(group, Known):
        return name if not isinstance(name, Known) else group
    for part, read in (("parameters_group", group.value), ("parameters_kind", "IngressClassParams")):
        written = ingress_class.get(part)
        if not isinstance(written, Known):
            return Unknown("the parameters are not written whole", name.places, written=False)
        if written.value != read:
            return Unknown(f"the controller does not read {written.value}", written.places, written=False)
    cluster = ingress_class.home
    found = [one for one in cluster.named("ingress-class-params", str(name.value)) if _group(one) == group.value]
    if found:
        if any(_spec(one) != _spec(found[0]) or one.partial for one in found[1:]):
            return Unknown(f"several IngressClassParams {name.value}", name.places, written=False)
        return Known(found[0], name.places)
    return Absent(name.places) if cluster.whole else Unknown(cluster.why, name.places, written=False)


def _spec(params: Subject) -> object:
    spec = params.node.get("spec") if params.node is not None else None
    return spec.plain() if spec is not None else None


def _group(params: Subject) -> str | None:
    version = string(params.node.get("apiVersion")) if params.node is not None else None
    return version.rpartition("/")[0] if version else None


@fact("ingress", "ingress-class-params")
def ingress_class_params(ingress: Subject) -> Value:
    """The IngressClassParams whose fields go before the Ingress's annotations; absent beside the old class annotation, and for a
    class `alb` that only the chart makes, which has none by default."""
    found = ingress.get("ingress_class")
    if isinstance(found, Known):
        parameters: Value = found.value.get("params")
        if isinstance(parameters, Absent) and not isinstance(found.value.get("parameters_name"), Absent):
            return Unknown(f"the parameters of {found.value.name} are not in the files", parameters.places, written=False)
        return parameters
    named = ingress.get("class_name")
    if not _unmarked(ingress.get("class_annotation")) or not isinstance(named, Known):
        return found
    cluster = ingress.home
    if named.value == CHART_CLASS and not cluster.named("ingress-class", CHART_CLASS):
        if cluster.named("ingress-class-params", CHART_CLASS):
            return Unknown("IngressClassParams alb without an IngressClass that says who uses it", named.places, written=False)
        if isinstance(controller_setting(cluster, "makes_class"), Unknown):
            return Unknown("the values of the controller's chart are not all here", named.places, written=False)
        return Absent(named.places)
    return found


@fact("cluster", "ingress-class[]")
def ingress_classes(cluster: Subject) -> Value:
    """The IngressClasses of the cluster."""
    inside = cluster.home
    return subjects(inside.all("ingress-class"), not inside.whole, inside.why)


@fact("cluster", "ingress-class[]")
def default_ingress_classes(cluster: Subject) -> Value:
    """The IngressClasses that are marked as the cluster's default."""
    inside = cluster.home
    every = inside.all("ingress-class")
    open = not inside.whole or any(isinstance(one.get("default"), Unknown) for one in every)
    return subjects([one for one in every if one.value("default") is True], open, inside.why or "one's mark is not known")


@fact("cluster", "ingress[]")
def ingresses(cluster: Subject) -> Value:
    """The Ingresses that the AWS controller takes."""
    inside = cluster.home
    every = inside.all("ingress")
    open = not inside.whole or any(isinstance(one.get("taken"), Unknown) for one in every)
    return subjects(taken_ingresses(inside), open, inside.why or "of some Ingresses the class is not known")


def taken_ingresses(cluster: Cluster) -> list[Subject]:
    """The Ingresses that the AWS controller takes, in the order of the files."""
    return [one for one in cluster.all("ingress") if one.value("taken") is True]


@fact("ingress", "string[]")
def alb_settings(ingress: Subject) -> Value:
    """The annotations of the Ingress under the AWS controller's prefix; unknown where one belongs to another cloud's controller."""
    foreign = _foreign(ingress)
    if foreign is not None:
        return foreign
    found = entries(ingress.node.at("metadata", "annotations") if ingress.node is not None else None)
    names = [Known(name, (key.place,)) for name, key, _ in found if name.startswith(ALB)]
    return listing(names, bool(ingress.partial), ingress.partial or "", (ingress.place,))


@fact("ingress", "string[]")
def foreign_settings(ingress: Subject) -> Value:
    """The annotations of the Ingress that only other controllers read: nginx, Traefik, HAProxy, Kong and their like."""
    found = entries(ingress.node.at("metadata", "annotations") if ingress.node is not None else None)
    return listing([Known(name, (key.place,)) for name, key, _ in found if name.startswith(PREFIXES)], places=(ingress.place,))


@fact("ingress", "string")
def nearest_class(ingress: Subject) -> Value:
    """The IngressClass of the set that a name of none most likely means; absent where nothing is near."""
    named = ingress.get("class_name")
    if not isinstance(named, Known):
        return named
    near = nearest_name(str(named.value), [one.name for one in ingress.home.all("ingress-class")])
    return Known(near, named.places) if near else Absent(named.places)


@fact("ingress", "bool")
def classes_agree(ingress: Subject) -> Value:
    """Whether the old class annotation and `spec.ingressClassName` say the same; absent where one of them is not written."""
    return derive(lambda one, other: one == other, ingress.get("class_annotation"), ingress.get("class_name"))


@fact("ingress-class", "ingress[]")
def alb_ingresses(ingress_class: Subject) -> Value:
    """The Ingresses of the class that carry annotations of the AWS controller."""
    cluster = ingress_class.home
    found = []
    for one in cluster.all("ingress"):
        settings = one.value("alb_settings")
        if one.value("ingress_class") is ingress_class and settings is not None and settings.items:
            found.append(one)
    return subjects(found, not cluster.whole, cluster.why)


@fact("cluster", "ingress-class-params[]")
def alb_class_params(cluster: Subject) -> Value:
    """The IngressClassParams that set something for the load balancer controller's IngressClass named alb."""
    inside = cluster.home
    found = [one.value("params") for one in inside.named("ingress-class", CHART_CLASS)]
    filled = [
        one for one in found if one is not None and isinstance(one.node.get("spec"), Mapping) and one.node.get("spec").entries
    ]
    return subjects(filled, not inside.whole, inside.why)


@fact("ingress", "bool")
def namespace_selected(ingress: Subject) -> Value:
    """Whether the namespaceSelector of the class's IngressClassParams takes the Ingress's namespace; absent without a selector."""
    found = ingress.get("ingress_class")
    params = found.value.value("params") if isinstance(found, Known) else None
    selector = params.node.at("spec", "namespaceSelector") if params is not None and params.node is not None else None
    if selector is None:
        return Absent((ingress.place,))
    namespace = ingress.get("namespace")
    if not isinstance(namespace, Known):
        return namespace
    objects = ingress.home.named("namespace", str(namespace.value))
    if len(objects) != 1 or objects[0].partial:
        return Unknown("the Namespace is not in the files", namespace.places, written=False)
    labels = {"kubernetes.io/metadata.name": str(namespace.value)}
    for key, _, value in entries(objects[0].node.at("metadata", "labels") if objects[0].node is not None else None):
        labels[key] = str(value.plain())
    answer = selects(selector, Labels(dict(labels), False))
    return Unknown("the selector is not known", (selector.place,)) if answer is None else Known(answer, (selector.place,))
