"""Authentication before the target groups of an ALB.

The Service's annotations go before the Ingress's, but for an action that forwards to several target groups. Sources:
pkg/ingress/auth_config_builder.go, enhanced_backend_builder.go (buildAuthConfig), model_build_actions.go and config_types.go of the
AWS Load Balancer Controller.
"""

from __future__ import annotations

from ekslint.data.annotation_json import SHAPES
from ekslint.fact import Subject, fact, subjects
from ekslint.facts.written import ALB, CONTROLLER, alb, choice, decoded
from ekslint.relations.actions import tuples
from ekslint.relations.alb_target_groups import first_written
from ekslint.relations.services import fits, namespace_of
from ekslint.value import Absent, Known, Unknown, Value, listing, placeholder

MEMBERS = {
    "oidc": ("issuer", "authorizationEndpoint", "tokenEndpoint", "userInfoEndpoint", "secretName"),
    "cognito": ("userPoolARN", "userPoolClientID", "userPoolDomain"),
}


@fact("target-group", "enum(none, oidc, cognito)")
def auth_type(target_group: Subject) -> Value:
    """How requests are authenticated before they reach it; none by default, absent behind an NLB."""
    written = _written(target_group, "auth-type")
    if isinstance(written, Absent):
        if target_group.value("ingress") is None:
            return written
        return Known("none", written.places, default=CONTROLLER, key=ALB + "auth-type")
    return choice(written, ("none", "oidc", "cognito"))


def _written(target_group: Subject, suffix: str) -> Value:
    ingress = target_group.value("ingress")
    if ingress is None:
        return Absent((target_group.place,))
    if not _asks_service(target_group):
        return alb(ingress, suffix)
    return first_written(ingress, target_group.get("service"), suffix)


def _asks_service(target_group: Subject) -> bool:
    """Whether the Service's annotations are looked at: something forwards to it alone."""
    for backend in target_group.value("backends") or ():
        forward = backend.value.value("forward")
        if forward is None or len(tuples(forward)) == 1:
            return True
    return False


@fact("target-group", "string")
def service_auth_type(target_group: Subject) -> Value:
    """What the Service says of authentication, heeded or not; absent where it says nothing."""
    service = target_group.get("service")
    if not isinstance(service, Known) or target_group.value("ingress") is None:
        return service if isinstance(service, Unknown) else Absent((target_group.place,))
    return alb(service.value, "auth-type")


@fact("target-group", "secret")
def idp_secret(target_group: Subject) -> Value:
    """The Secret of the OIDC client, in the Ingress's namespace; unknown where the set has none of its name."""
    name = _secret_name(target_group)
    if not isinstance(name, Known):
        return name
    found = target_group.home.named("secret", str(name.value))
    exact = [one for one in found if namespace_of(one) == namespace_of(target_group)]
    if len(exact) == 1:
        return Known(exact[0], name.places)
    return Unknown(f"Secret {name.value} is not in the files", name.places, written=False)


@fact("target-group", "secret[]")
def idp_secrets_elsewhere(target_group: Subject) -> Value:
    """The Secrets of that name in other namespaces, where the set has one in none but these; absent where it has none at all."""
    name = _secret_name(target_group)
    if not isinstance(name, Known):
        return name
    found = target_group.home.named("secret", str(name.value))
    own = namespace_of(target_group)
    if not found or own is None:
        return Absent(name.places)
    return subjects([one for one in found if all(not fits(namespace_of(each), own) for each in found)], places=name.places)


def _secret_name(target_group: Subject) -> Value:
    kind, config = target_group.get("auth_type"), target_group.get("idp")
    if not isinstance(kind, Known) or not isinstance(config, Known) or kind.value != "oidc":
        return config if not isinstance(config, Known) else Absent(config.places)
    name = config.value.get("secretName")
    if name and placeholder(name):
        return Unknown("the Secret's name is a placeholder", config.places, name)
    return Known(name, config.places, key=config.key) if name else Absent(config.places)


@fact("target-group", "any")
def idp(target_group: Subject) -> Value:
    """The identity provider that its authentication asks, decoded; absent where none is written, and without authentication."""
    kind = target_group.get("auth_type")
    if not isinstance(kind, Known) or kind.value == "none":
        return kind if not isinstance(kind, Known) else Absent(kind.places)
    return decoded(_written(target_group, f"auth-idp-{kind.value}"), SHAPES[f"auth-idp-{kind.value}"])


@fact("target-group", "string[]")
def empty_idp_members(target_group: Subject) -> Value:
    """The members that the identity provider's configuration needs and leaves empty; absent without one."""
    kind, config = target_group.get("auth_type"), target_group.get("idp")
    if not isinstance(kind, Known) or not isinstance(config, Known):
        return config
    return listing([Known(name, config.places) for name in MEMBERS[kind.value] if not config.value.get(name)], places=config.places)


@fact("target-group", "string[]")
def idp_endpoints(target_group: Subject) -> Value:
    """The addresses of an OIDC provider; absent without one."""
    kind, config = target_group.get("auth_type"), target_group.get("idp")
    if not isinstance(kind, Known) or not isinstance(config, Known) or kind.value != "oidc":
        return config if not isinstance(config, Known) else Absent(config.places)
    found = [config.value.get(name) for name in MEMBERS["oidc"][1:4]]
    return listing([Known(address, config.places) for address in found if address], places=config.places)


@fact("target-group", "string")
def user_pool(target_group: Subject) -> Value:
    """The ARN of the Cognito user pool; absent without one."""
    config = target_group.get("idp")
    if not isinstance(config, Known):
        return config
    arn = config.value.get("userPoolARN")
    return Known(arn, config.places) if arn else Absent(config.places)


@fact("target-group", "string")
def auth_scope(target_group: Subject) -> Value:
    """The scopes that are asked for; absent where none are written, and without authentication."""
    kind = target_group.get("auth_type")
    if not isinstance(kind, Known) or kind.value == "none":
        return kind if not isinstance(kind, Known) else Absent(kind.places)
    return _written(target_group, "auth-scope")


@fact("target-group", "string")
def on_unauthenticated(target_group: Subject) -> Value:
    """What happens to a request that nobody has logged in for; authenticate by default."""
    written = _written(target_group, "auth-on-unauthenticated-request")
    return Known("authenticate", written.places, default=CONTROLLER) if isinstance(written, Absent) else written


@fact("ingress", "string")
def jwt_validation(ingress: Subject) -> Value:
    """What is written under jwt-validation."""
    return alb(ingress, "jwt-validation")


@fact("ingress", "string[]")
def idp_settings(ingress: Subject) -> Value:
    """The annotations for identity providers on the Ingress."""
    found = [(suffix, alb(ingress, suffix)) for suffix in ("auth-idp-oidc", "auth-idp-cognito")]
    return listing(
        [Known(ALB + suffix, value.places) for suffix, value in found if isinstance(value, Known)], places=(ingress.place,)
    )


@fact("ingress", "string[]")
def auth_types(ingress: Subject) -> Value:
    """What auth-type says on the Ingress and on the Services behind it; open where a Service is not seen."""
    own = alb(ingress, "auth-type")
    found: list[Value] = [own] if not isinstance(own, Absent) else []
    why = ""
    for group in ingress.home.where("target-group", "ingress", ingress):
        service = group.get("service")
        if isinstance(service, Known):
            value = alb(service.value, "auth-type")
            found += [value] if not isinstance(value, Absent) else []
        else:
            why = "a Service is not in the files"
    return listing(found, bool(why), why, (ingress.place,))
