"""What the controller says of a JSON annotation that Go could decode but that does not add up.

Sources: config_types.go (the validate methods) of pkg/ingress and pkg/service, pkg/ingress/model_build_listener.go
(computeIngressListenPorts, validateMutualAuthenticationConfig) and enhanced_backend_builder.go (buildJwtValidationConfig) of the
AWS Load Balancer Controller.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

CONDITION_CONFIGS = {
    "host-header": "hostHeaderConfig",
    "path-pattern": "pathPatternConfig",
    "http-header": "httpHeaderConfig",
    "http-request-method": "httpRequestMethodConfig",
    "query-string": "queryStringConfig",
    "source-ip": "sourceIPConfig",
}
"""The field that a condition looks at, and the JSON member that describes it."""

TRANSFORM_CONFIGS = {"host-header-rewrite": "hostHeaderRewriteConfig", "url-rewrite": "urlRewriteConfig"}


def complaint(shape: str, value: Any) -> str | None:
    """What is wrong with a decoded annotation of a shape of `data.annotation_json`; None where the controller takes it."""
    look = _COMPLAINTS.get(shape)
    return look(value) if look is not None else None


def _listen_ports(entries: list[dict[str, int] | None] | None) -> str | None:
    if not entries:
        return "empty listen-ports configuration"
    for entry in entries:
        for protocol, port in (entry or {}).items():
            if not 1 <= port <= 65535:
                return f"listen port must be within [1, 65535]: {port}"
            if protocol not in ("HTTP", "HTTPS"):
                return f"listen protocol must be within [HTTP, HTTPS]: {protocol}"
    return None


def _action(action: dict[str, Any]) -> str | None:
    kind = action.get("type", "")
    if kind == "fixed-response":
        return _coded(action, "fixedResponseConfig", "FixedResponseConfig")
    if kind == "redirect":
        return _coded(action, "redirectConfig", "RedirectConfig")
    if kind != "forward":
        return f"unknown action type: {kind}"
    single = action.get("targetGroupARN") is not None or action.get("targetGroupName") is not None
    forward = action.get("forwardConfig")
    if not single and forward is None:
        return "missing ForwardConfig or TargetGroupARN/TargetGroupName"
    if single and forward is not None:
        return "either ForwardConfig or TargetGroupARN/TargetGroupName can be specified"
    return _forward(forward.get("targetGroups") or []) if forward is not None else None


def _coded(action: dict[str, Any], member: str, name: str) -> str | None:
    config = action.get(member)
    if config is None:
        return f"missing {name}"
    return None if config.get("statusCode") else f"invalid {name}: statusCode is required"


def _forward(tuples: list[dict[str, Any]]) -> str | None:
    for one in tuples:
        external = one.get("targetGroupARN") is not None or one.get("targetGroupName") is not None
        if not external and one.get("serviceName") is None:
            return "missing serviceName or targetGroupARN/targetGroupName"
        if external and one.get("serviceName") is not None:
            return "either serviceName or targetGroupARN/targetGroupName can be specified"
        if one.get("serviceName") is not None and one.get("servicePort") is None:
            return "missing servicePort"
    if len(tuples) > 1 and any(one.get("weight") is None for one in tuples):
        return "weight must be set when route to multiple target groups"
    return None


def _service_action(action: dict[str, Any]) -> str | None:
    if action.get("type", "") != "forward":
        return f"unknown action type: {action.get('type', '')}"
    forward = action.get("forwardConfig")
    if forward is None:
        return "missing forwardConfig, on which the controller fails"
    tuples = forward.get("targetGroups") or []
    for one in tuples:
        if (one.get("targetGroupARN") is not None) == (one.get("serviceName") is not None):
            return "precisely one of targetGroupARN and serviceName can be specified"
        if one.get("serviceName") is not None and one.get("servicePort") is None:
            return "missing servicePort"
        if one.get("weight") is not None and not 0 <= one["weight"] <= 999:
            return "target group weight must be between 0 and 999"
    if len(tuples) > 1 and any(one.get("weight") is None for one in tuples):
        return "weight must be set when routing to multiple target groups"
    return None


def _conditions(conditions: list[dict[str, Any]] | None) -> str | None:
    for condition in conditions or []:
        member = CONDITION_CONFIGS.get(condition.get("field", ""))
        if member is None:
            continue
        config = condition.get(member)
        if config is None:
            return f"missing {member}"
        values, patterns = config.get("values") or [], config.get("regexValues") or []
        if member in ("hostHeaderConfig", "pathPatternConfig", "httpHeaderConfig"):
            if not values and not patterns:
                return f"invalid {member}: values or regexValues must be specified"
            if values and patterns:
                return f"invalid {member}: precisely one of values and regexValues can be specified"
        elif not values:
            return f"invalid {member}: values cannot be empty"
        if member == "queryStringConfig" and any(not pair.get("value") for pair in values):
            return f"invalid {member}: value cannot be empty"
    return None


def _transforms(transforms: list[dict[str, Any]] | None) -> str | None:
    for transform in transforms or []:
        member = TRANSFORM_CONFIGS.get(transform.get("type", ""))
        if member is None:
            return f"unknown transform type: {transform.get('type', '')}"
        config = transform.get(member)
        if config is None:
            return f"missing {member}"
        if not config.get("rewrites"):
            return f"invalid {member}: rewrites cannot be empty"
    return None


def _mutual_authentication(entries: list[dict[str, Any]] | None) -> str | None:
    if not entries:
        return "empty mutualAuthentication configuration"
    return next((words for words in map(_mutual_entry, entries) if words is not None), None)


def _mutual_entry(entry: dict[str, Any]) -> str | None:
    port, mode = entry.get("port", 0), entry.get("mode", "")
    if not 1 <= port <= 65535:
        return f"listen port must be within [1, 65535]: {port}"
    if mode == "":
        return f"mutualAuthentication mode cannot be empty for port {port}"
    if mode not in ("off", "passthrough", "verify"):
        return f"mutualAuthentication mode value must be among [off, passthrough, verify] for port {port}: {mode}"
    if mode == "verify":
        if not entry.get("trustStore"):
            return f"trustStore is required when mutualAuthentication mode is verify for port {port}"
        if entry.get("advertiseTrustStoreCaNames", "on") not in ("on", "off"):
            return f"advertiseTrustStoreCaNames only supports the values on and off for port {port}"
        return None
    if entry.get("trustStore"):
        return f"Mutual Authentication mode {mode} does not support trustStore for port {port}"
    for member in ("ignoreClientCertificateExpiry", "advertiseTrustStoreCaNames"):
        if entry.get(member) is not None:
            return f"Mutual Authentication mode {mode} does not support {member} for port {port}"
    return None


def _jwt(config: dict[str, Any]) -> str | None:
    for member in ("jwksEndpoint", "issuer"):
        if not config.get(member):
            return f"{member} is a required field for jwt validation"
    for claim in config.get("additionalClaims") or []:
        for member in ("format", "name", "values"):
            if not claim.get(member):
                return f"{member} is a required field for additional claims for jwt validation"
    return None


_COMPLAINTS: dict[str, Callable[[Any], str | None]] = {
    "listen-ports": _listen_ports,
    "actions": _action,
    "conditions": _conditions,
    "transforms": _transforms,
    "mutual-authentication": _mutual_authentication,
    "jwt-validation": _jwt,
    "service-actions": _service_action,
}
