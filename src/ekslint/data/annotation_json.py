"""The shapes of the load balancer controller's JSON annotations, for `gojson.read_json`.

Sources: pkg/ingress/config_types.go, pkg/ingress/model_build_listener.go and pkg/service/config_types.go (v3.5.0).
"""

from __future__ import annotations

from ekslint.data.gojson import BOOL, INT32, INT_OR_STRING, STRING, ListOf, MapOf, Pointer, Scalar, Shape, Struct

_TEXT = Pointer(STRING)
_NUMBER = Pointer(INT32)
_FLAG = Pointer(BOOL)
_TEXTS = ListOf(STRING)


def _named(type: str) -> Scalar:
    """A string under a type name of its own."""
    return Scalar("string", type)


def _condition(type: str, values: Shape, **fields: Shape) -> Pointer:
    return Pointer(Struct(f"ingress.{type}ConditionConfig", {**fields, "values": values}))


_FIXED_RESPONSE = Struct("ingress.FixedResponseActionConfig", {"contentType": _TEXT, "messageBody": _TEXT, "statusCode": STRING})
_REDIRECT = Struct(
    "ingress.RedirectActionConfig",
    {"host": _TEXT, "path": _TEXT, "port": _TEXT, "protocol": _TEXT, "query": _TEXT, "statusCode": STRING},
)
_TARGET_GROUP = Struct(
    "ingress.TargetGroupTuple",
    {
        "targetGroupARN": _TEXT,
        "targetGroupName": _TEXT,
        "serviceName": _TEXT,
        "servicePort": Pointer(INT_OR_STRING),
        "weight": _NUMBER,
    },
)
_STICKINESS = Struct("ingress.TargetGroupStickinessConfig", {"enabled": _FLAG, "durationSeconds": _NUMBER})
_FORWARD = Struct(
    "ingress.ForwardActionConfig",
    {"targetGroups": ListOf(_TARGET_GROUP), "targetGroupStickinessConfig": Pointer(_STICKINESS)},
)
_ACTION = Struct(
    "ingress.Action",
    {
        "type": _named("ingress.ActionType"),
        "targetGroupARN": _TEXT,
        "targetGroupName": _TEXT,
        "fixedResponseConfig": Pointer(_FIXED_RESPONSE),
        "redirectConfig": Pointer(_REDIRECT),
        "forwardConfig": Pointer(_FORWARD),
    },
)
_QUERY = Struct("ingress.QueryStringKeyValuePair", {"key": _TEXT, "value": STRING})
_CONDITION = Struct(
    "ingress.RuleCondition",
    {
        "field": _named("ingress.RuleConditionField"),
        "hostHeaderConfig": _condition("HostHeader", _TEXTS, regexValues=_TEXTS),
        "httpHeaderConfig": _condition("HTTPHeader", _TEXTS, httpHeaderName=STRING, regexValues=_TEXTS),
        "httpRequestMethodConfig": _condition("HTTPRequestMethod", _TEXTS),
        "pathPatternConfig": _condition("PathPattern", _TEXTS, regexValues=_TEXTS),
        "queryStringConfig": _condition("QueryString", ListOf(_QUERY)),
        "sourceIPConfig": _condition("SourceIP", _TEXTS),
    },
)
_REWRITES = Pointer(
    Struct(
        "ingress.RewriteConfigObject", {"rewrites": ListOf(Struct("ingress.RewriteConfig", {"regex": STRING, "replace": STRING}))}
    )
)
_TRANSFORM = Struct(
    "ingress.Transform",
    {"type": _named("ingress.TransformType"), "hostHeaderRewriteConfig": _REWRITES, "urlRewriteConfig": _REWRITES},
)
_COGNITO = Struct(
    "ingress.AuthIDPConfigCognito",
    {
        "userPoolARN": STRING,
        "userPoolClientID": STRING,
        "userPoolDomain": STRING,
        "authenticationRequestExtraParams": MapOf(STRING),
    },
)
_OIDC = Struct(
    "ingress.AuthIDPConfigOIDC",
    {
        "issuer": STRING,
        "authorizationEndpoint": STRING,
        "tokenEndpoint": STRING,
        "userInfoEndpoint": STRING,
        "secretName": STRING,
        "authenticationRequestExtraParams": MapOf(STRING),
    },
)
_CLAIM = Struct(
    "ingress.JwtAdditionalClaim", {"format": _named("ingress.jwtAdditionalClaimFormat"), "name": STRING, "values": _TEXTS}
)
_JWT = Struct("ingress.JwtValidationConfig", {"jwksEndpoint": STRING, "issuer": STRING, "additionalClaims": ListOf(_CLAIM)})
_MUTUAL = Struct(
    "ingress.MutualAuthenticationConfig",
    {
        "port": INT32,
        "mode": STRING,
        "trustStore": _TEXT,
        "ignoreClientCertificateExpiry": _FLAG,
        "advertiseTrustStoreCaNames": _TEXT,
    },
)
_SERVICE_TARGET_GROUP = Struct(
    "service.TargetGroupTuple",
    {"targetGroupARN": _TEXT, "serviceName": _TEXT, "servicePort": Pointer(INT_OR_STRING), "decrypt": _FLAG, "weight": _NUMBER},
)
_SERVICE_FORWARD = Struct(
    "service.ForwardActionConfig",
    {
        "baseServiceWeight": _NUMBER,
        "targetGroups": ListOf(_SERVICE_TARGET_GROUP),
        "targetGroupStickinessConfig": Pointer(Struct("service.TargetGroupStickinessConfig", {"enabled": _FLAG})),
    },
)
_SERVICE_ACTION = Struct("service.Action", {"type": _named("service.ActionType"), "forwardConfig": Pointer(_SERVICE_FORWARD)})

SHAPES: dict[str, Shape] = {
    "listen-ports": ListOf(MapOf(INT32)),
    "mutual-authentication": ListOf(_MUTUAL),
    "auth-idp-cognito": _COGNITO,
    "auth-idp-oidc": _OIDC,
    "jwt-validation": _JWT,
    "actions": _ACTION,
    "conditions": ListOf(_CONDITION),
    "transforms": ListOf(_TRANSFORM),
    "service-actions": _SERVICE_ACTION,
}
"""By `Annotation.shape`."""
