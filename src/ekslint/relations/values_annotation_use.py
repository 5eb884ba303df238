"""Whether the controller comes to read an annotation that stands in values of a chart, where the object is not seen."""

from __future__ import annotations

from ekslint.data.annotations import Annotation, params_fields
from ekslint.fact import Subject
from ekslint.relations import nlb_annotation_use
from ekslint.value import Known, Value

_BY_WHAT_IS_BESIDE = (
    "certificate-arn",
    "group.order",
    "inbound-cidrs",
    "manage-backend-security-group-rules",
    "mutual-authentication",
    "security-group-prefix-lists",
    "ssl-policy",
    "target-node-labels",
    "use-regex-path-match",
    "wafv2-acl-arn",
)
"""Annotations of an Ingress that count only for some listeners, groups, targets or paths."""


def unread_because(annotation: Subject, table: Annotation) -> Value:
    """none for an annotation that the controller reads of each of its objects, whatever else these have; unknown for others."""
    service = annotation.value("family") == "service"
    told = _nlb(table) if service else _alb(annotation, table)
    if told and not table.feature_gate and table.argument is None:
        return Known("none", (annotation.place,))
    found: Value = annotation.get("service" if service else "ingress")
    return found


def _nlb(table: Annotation) -> bool:
    return not nlb_annotation_use.depends(table)


def _alb(annotation: Subject, table: Annotation) -> bool:
    """Not where IngressClassParams of the set may go first, and not where EKS Auto Mode may take the Ingress and passes it over."""
    if table.suffix in _BY_WHAT_IS_BESIDE or table.suffix.startswith("frontend-nlb-") or not table.auto_mode:
        return False
    overridden = table.suffix == "group.name" or any(one.overrides == table.suffix for one in params_fields())
    return not overridden or not annotation.home.all("ingress-class-params")
