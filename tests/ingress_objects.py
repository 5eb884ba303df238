"""Ingresses, classes and Services as texts, and the clusters that they make."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

from ekslint import carriers, fact
from ekslint.fact import Subject
from ekslint.inventory import Cluster
from ekslint.source.text import Text
from ekslint.syntax import yaml
from ekslint.value import Absent, Known, Listing, Unknown, Value

fact.load()

ALB = "alb.ingress.kubernetes.io/"
CERTIFICATE = "arn:aws:acm:eu-west-1:123456789012:certificate/1"
ONE_PATH = """\
rules:
  - http:
      paths:
        - path: /
          pathType: Prefix
          backend:
            service:
              name: web
              port:
                number: 80
"""


def cluster(*texts: str, whole: bool = True, partial: str | None = None) -> Cluster:
    """The cluster of some texts, each a file; all of them parts of something where `partial` says why."""
    found = []
    for index, text in enumerate(texts):
        parsed = yaml.parse(Text(textwrap.dedent(text), f"{index}.yaml"))
        assert not parsed.problems
        for document in parsed.documents:
            document.partial = partial
            found += list(carriers.lift(document))
    return Cluster("test", found, whole)


def ingress(
    name: str = "web",
    annotations: Mapping[str, str] | None = None,
    spec: str = ONE_PATH,
    *,
    ingress_class: str | None = "alb",
    namespace: str = "shop",
) -> str:
    """An Ingress; annotations by the end of their names, or in full, with values as YAML writes them."""
    lines = ["apiVersion: networking.k8s.io/v1", "kind: Ingress", "metadata:", f"  name: {name}"]
    lines += [f"  namespace: {namespace}"] if namespace else []
    lines += ["  annotations:"] if annotations else []
    lines += [f"    {key if '/' in key else ALB + key}: {value}" for key, value in (annotations or {}).items()]
    lines += ["spec:", *([f"  ingressClassName: {ingress_class}"] if ingress_class else []), textwrap.indent(spec, "  ")]
    return "\n".join(lines)


def service(name: str = "web", spec: str = "ports:\n  - port: 80", namespace: str = "shop", target_type: str = "") -> str:
    """A Service."""
    annotations = f"\n  annotations:\n    {ALB}target-type: {target_type}" if target_type else ""
    where = f"\n  namespace: {namespace}" if namespace else ""
    return f"apiVersion: v1\nkind: Service\nmetadata:\n  name: {name}{where}{annotations}\nspec:\n{textwrap.indent(spec, '  ')}\n"


def ingress_class(name: str = "alb", controller: str = "ingress.k8s.aws/alb", params: str = "", default: bool = False) -> str:
    """An IngressClass, with IngressClassParams of the controller's own API group where a name is given."""
    group = "eks.amazonaws.com" if controller.startswith("eks") else "elbv2.k8s.aws"
    mark = '\n  annotations:\n    ingressclass.kubernetes.io/is-default-class: "true"' if default else ""
    parameters = f"\n  parameters: {{apiGroup: {group}, kind: IngressClassParams, name: {params}}}" if params else ""
    return (
        f"apiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata:\n  name: {name}{mark}\n"
        f"spec:\n  controller: {controller}{parameters}\n"
    )


def class_params(spec: str, name: str = "params", version: str = "elbv2.k8s.aws/v1beta1") -> str:
    """IngressClassParams."""
    return f"apiVersion: {version}\nkind: IngressClassParams\nmetadata:\n  name: {name}\nspec:\n{textwrap.indent(spec, '  ')}\n"


def only(found: Cluster, kind: str) -> Subject:
    """The one subject of a kind."""
    subjects = found.all(kind)
    assert len(subjects) == 1, subjects
    return subjects[0]


def plain(value: Value) -> Any:
    """A known value, subjects by name and lists as lists (an open one ending in an ellipsis); None of what is absent; unknown."""
    if isinstance(value, Unknown):
        return "unknown"
    if isinstance(value, Absent):
        return None
    assert isinstance(value, Known)
    if isinstance(value.value, Listing):
        return [*(plain(item) for item in value.value), *([...] if value.value.open else [])]
    return value.value.name if isinstance(value.value, Subject) else value.value
