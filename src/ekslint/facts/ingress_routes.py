"""What an Ingress routes at all."""

from __future__ import annotations

from ekslint.fact import Subject, fact
from ekslint.syntax.tree import items
from ekslint.value import Absent, Known, Unknown, Value


@fact("ingress", "int")
def route_count(ingress: Subject) -> Value:
    """How many rules and default backends the Ingress has; its place is `rules`, else `spec`.

    The API server refuses one that has neither (Kubernetes pkg/apis/networking/validation, ValidateIngressSpec).
    """
    rules, backend = ingress.read("spec", "rules"), ingress.read("spec", "defaultBackend")
    if ingress.value("api_version") != "networking.k8s.io/v1":
        return Absent(rules.places)
    for value in (rules, backend):
        if isinstance(value, Unknown):
            return Unknown(value.reason, value.places, written=False)
    count = int(isinstance(backend, Known)) + (len(items(rules.value)) if isinstance(rules, Known) else 0)
    return Known(count, rules.places)
