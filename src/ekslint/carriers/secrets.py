"""Secrets, and the objects that Sealed Secrets and External Secrets make Secrets of. Only the names of their keys are read.

Sources: Kubernetes API, Secret; SealedSecret of bitnami-labs/sealed-secrets; ExternalSecret of external-secrets.io (target).
"""

from __future__ import annotations

from collections.abc import Iterator

from ekslint.carriers.resource import Resource
from ekslint.fact import Subject, given
from ekslint.syntax.tree import Node, entries, items
from ekslint.value import Absent, Known, Unknown, Value, listing, read

OBJECTS = (("", "Secret"), ("bitnami.com", "SealedSecret"), ("external-secrets.io", "ExternalSecret"))
GIVES = ("secret",)
TOKENS = (b"kind: Secret", b'"Secret"', b"SealedSecret", b"ExternalSecret")

given("secret", "keys", "string[]", "The keys of the Secret; open where something else may add some.")


def objects(resource: Resource) -> Iterator[Subject]:
    """The Secret that is meant."""
    if resource.kind == "ExternalSecret":
        yield from _external(resource)
        return
    paths = [("data",), ("stringData",)] if resource.kind == "Secret" else [("spec", "encryptedData"), ("spec", "template", "data")]
    found = [key for path in paths for key in _keys(resource.node.at(*path))]
    yield resource.subject("secret", keys=_listed(resource, found, resource.partial or ""))


def _keys(node: Node | None) -> list[Value]:
    return [Known(name, (key.place,)) for name, key, _ in entries(node)]


def _listed(resource: Resource, keys: list[Value], why: str) -> Value:
    return listing(keys, bool(why), why, (resource.place,))


def _external(resource: Resource) -> Iterator[Subject]:
    """The Secret that is filled from a store, under the name of its target."""
    spec = resource.node.get("spec")
    named = read(spec, "target", "name", outer=(resource.place,))
    if isinstance(named, Unknown) or (isinstance(named, Known) and not isinstance(named.value, str)):
        return
    subject = resource.subject("secret", keys=_of_target(resource, spec))
    if isinstance(named, Known):
        subject.name, subject.place = named.value, named.places[0]
    yield subject


def _of_target(resource: Resource, spec: Node | None) -> Value:
    if spec is None:
        return _listed(resource, [], "what it takes from the store is not seen")
    why = resource.partial or ""
    policy = read(spec, "target", "creationPolicy")
    owned = isinstance(policy, Absent) or (isinstance(policy, Known) and policy.value == "Owner")
    if spec.get("dataFrom") is not None or not owned:
        why = why or "more comes from the store"
    template = spec.at("target", "template")
    if template is not None and (template.get("templateFrom") is not None or template.get("mergePolicy") is not None):
        why = why or "a template adds to it"
    made = template.get("data") if template is not None else None
    if made is not None:
        return _listed(resource, _keys(made), why)
    said = [read(item, "secretKey") for item in items(spec.get("data"))]
    if any(not isinstance(key, Known) for key in said):
        why = why or "a key is not known"
    return _listed(resource, [key for key in said if isinstance(key, Known)], why)
