"""The tags that annotations and IngressClassParams give load balancers and target groups, one subject each.

Sources: pkg/ingress/model_build_tags.go and pkg/deploy/tracking/provider.go of the controller; AWS's rules for tags.
"""

from __future__ import annotations

from collections.abc import Iterator

from ekslint.fact import Subject, fact, given, maker
from ekslint.facts.annotation import definition
from ekslint.facts.annotation_json import inner_text
from ekslint.facts.load_balancer_controller import controller_setting
from ekslint.facts.written import pairs
from ekslint.inventory import Cluster
from ekslint.source.text import Place
from ekslint.syntax.tree import items
from ekslint.value import Absent, Known, Unknown, Value, read

SUFFIXES = ("tags", "frontend-nlb-tags", "aws-load-balancer-additional-resource-tags")

given("tag", "annotation", "annotation", "The annotation that gives it; absent where IngressClassParams do.")
given("tag", "params", "ingress-class-params", "The IngressClassParams that give it; absent where an annotation does.")
given("tag", "key", "string", "The tag's key.")
given("tag", "value", "string", "The tag's value.")
given("tag", "taken", "bool", "Whether the AWS controller reads it.")


@maker("tag")
def tags(cluster: Cluster) -> Iterator[Subject]:
    """The tags of a cluster's annotations and IngressClassParams."""
    for annotation in cluster.all("annotation"):
        table = definition(annotation)
        if table is not None and table.suffix in SUFFIXES:
            written = pairs(annotation.get("text"))
            for key, value in written.value.items() if isinstance(written, Known) else ():
                place = _place(annotation, key) or written.places[0]
                yield _tag(annotation, key, Known(value, (place,)), place, annotation.get("taken"))
    for params in cluster.all("ingress-class-params"):
        for item in items(params.node.at("spec", "tags") if params.node is not None else None):
            key = read(item, "key")
            if isinstance(key, Known):
                yield _tag(params, str(key.value), read(item, "value"), key.places[0], Known(True, key.places))


def _place(annotation: Subject, key: str) -> Place | None:
    text = inner_text(annotation)
    start = text.value.find(f"{key}=") if text is not None else -1
    return text.place(start, start + len(key)) if text is not None and start >= 0 else None


def _tag(owner: Subject, key: str, value: Value, place: Place, taken: Value) -> Subject:
    of_class = owner.kind == "ingress-class-params"
    return Subject(
        "tag",
        key,
        place,
        namespace=owner.namespace,
        given={
            "annotation": Absent((place,)) if of_class else owner.known(),
            "params": owner.known() if of_class else Absent((place,)),
            "key": Known(key, (place,)),
            "value": value,
            "taken": taken,
        },
        cluster=owner.cluster,
    )


@fact("tag", "bool")
def externally_managed(tag: Subject) -> Value:
    """Whether the controller is told to leave tags of this key to others (--external-managed-tags)."""
    told = controller_setting(tag.home, "external_tags")
    if isinstance(told, Unknown):
        return told
    annotation = tag.value("annotation")
    if isinstance(told, Absent) or (annotation is not None and annotation.value("suffix") == "frontend-nlb-tags"):
        return Known(False, (tag.place,))
    key = next((one for one in told.value if isinstance(one, Known) and one.value == tag.name), None)
    if key is None and (told.value.open or any(isinstance(one, Unknown) for one in told.value)):
        return Unknown("the keys that others manage are not all known", told.places, written=False)
    return Known(key is not None, key.places if key is not None else told.places)
