"""A setting is the same whether an annotation or IngressClassParams make it: the rules that judge what is in force find it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from ekslint.checking import check_texts
from ekslint.language.library import Library, Rule, readable, shipped
from ekslint.source.text import Text
from ekslint.syntax.yaml import parse

FILES, _ = readable(shipped())
LIBRARY = Library(Rule(file.record) for file in FILES)
PREFIX = "alb.ingress.kubernetes.io/"
Spec = dict[str, Any]


def listed(value: str) -> list[str]:
    return [item.strip() for item in value.split(",")]


FIELDS: dict[str, Callable[[str], Spec]] = {
    "scheme": lambda value: {"scheme": value},
    "target-type": lambda value: {"targetType": value},
    "ip-address-type": lambda value: {"ipAddressType": value},
    "load-balancer-name": lambda value: {"loadBalancerName": value},
    "certificate-arn": lambda value: {"certificateArn": listed(value)},
    "ssl-policy": lambda value: {"sslPolicy": value},
    "inbound-cidrs": lambda value: {"inboundCIDRs": listed(value)},
    "group.name": lambda value: {"group": {"name": value}},
}
"""What each annotation is called in IngressClassParams (aws-load-balancer-controller apis/elbv2/v1beta1)."""

OTHERWISE = {"service-target-type-first", "inbound-cidr-host-bits", "inbound-rules-unused"}
"""Rules that speak of the annotation itself, though their subject is something else."""


def annotations(document: Any) -> dict[str, str]:
    if not isinstance(document, dict) or document.get("kind") != "Ingress":
        return {}
    found = (document.get("metadata") or {}).get("annotations")
    return found if isinstance(found, dict) else {}


def moved(documents: list[Any], suffix: str) -> list[Any] | None:
    """The documents with one setting of every Ingress in IngressClassParams; None where that is not to be had."""
    ingresses = [one for one in documents if isinstance(one, dict) and one.get("kind") == "Ingress"]
    values = [annotations(one).get(PREFIX + suffix) for one in ingresses]
    plain = all((one.get("spec") or {}).get("ingressClassName") == "alb" for one in ingresses)
    classes = [one for one in documents if isinstance(one, dict) and str(one.get("kind")).startswith("IngressClass")]
    on_service = any(
        PREFIX + suffix in json.dumps(one) for one in documents if isinstance(one, dict) and one.get("kind") == "Service"
    )
    if not ingresses or classes or on_service or not plain or not all(isinstance(value, str) and value for value in values):
        return None
    result: list[Any] = json.loads(json.dumps(documents))
    order = sorted({str(value) for value in values})
    for one in result:
        if isinstance(one, dict) and one.get("kind") == "Ingress":
            value = one["metadata"]["annotations"].pop(PREFIX + suffix)
            one["spec"]["ingressClassName"] = f"class-{order.index(value)}"
    for number, value in enumerate(order):
        parameters = {"apiGroup": "elbv2.k8s.aws", "kind": "IngressClassParams", "name": f"params-{number}"}
        result.append(
            {
                "apiVersion": "networking.k8s.io/v1",
                "kind": "IngressClass",
                "metadata": {"name": f"class-{number}"},
                "spec": {"controller": "ingress.k8s.aws/alb", "parameters": parameters},
            }
        )
        spec = FIELDS[suffix](value)
        result.append(
            {
                "apiVersion": "elbv2.k8s.aws/v1beta1",
                "kind": "IngressClassParams",
                "metadata": {"name": f"params-{number}"},
                "spec": spec,
            }
        )
    return result


def cases() -> list[Any]:
    found = []
    for file in FILES:
        record = file.record
        if record["family"] not in ("ingress", "load-balancers") or record["subject"] == "annotation" or record["id"] in OTHERWISE:
            continue
        for example in file.examples:
            sources = example.parts.get("bad", ())
            if not sources or "before" in example.parts or not all(source.file.endswith(".yaml") for source in sources):
                continue
            documents = [each.root.plain() for source in sources for each in parse(Text(source.text, "a.yaml")).documents]
            for suffix in FIELDS:
                other = moved(documents, suffix)
                if other is not None:
                    found.append(pytest.param(record["id"], other, id=f"{record['id']}: {example.name} ({suffix})"))
    return found


CASES = cases()


def test_many_examples_can_be_moved() -> None:
    assert len(CASES) > 200


@pytest.mark.parametrize(("rule", "documents"), CASES)
def test_what_is_set_in_the_class_is_found_too(rule: str, documents: list[Any]) -> None:
    text = "\n---\n".join(json.dumps(document) for document in documents)
    report = check_texts({"a.yaml": text}, LIBRARY.closure([rule]).rules)
    assert rule in {found.rule for found in report.findings}
