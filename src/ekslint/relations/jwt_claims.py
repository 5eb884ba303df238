"""What the jwt-validation annotation asks of the tokens of an Ingress's requests.

Sources: pkg/ingress/enhanced_backend_builder.go (buildJwtValidationConfig) and config_types.go of the AWS Load Balancer Controller;
the elbv2 API (JwtValidationActionConfig) for what AWS takes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ekslint.data.annotation_json import SHAPES
from ekslint.data.go import GoError
from ekslint.data.gojson import Json, parse
from ekslint.fact import Subject, fact, given, maker, subjects
from ekslint.facts.json_complaints import complaint
from ekslint.facts.written import ALB, alb, decoded, refused
from ekslint.inventory import Cluster
from ekslint.relations.ingress_class import taken_ingresses
from ekslint.relations.listen_ports import annotation_text
from ekslint.source.text import Place
from ekslint.value import Absent, Known, Value, listing

SUFFIX = "jwt-validation"

given("jwt-claim", "ingress", "ingress", "The Ingress that asks for the claim.")
given("jwt-claim", "format", "string", "How the values of the claim are written in the token.")
given("jwt-claim", "values", "string[]", "The values of which the claim must have one.")


def _config(ingress: Subject) -> Value:
    """The annotation decoded; unknown where the controller refuses it."""
    written = alb(ingress, SUFFIX)
    content = decoded(written, SHAPES[SUFFIX])
    if isinstance(content, Known) and isinstance(written, Known):
        words = complaint(SUFFIX, content.value)
        if words is not None:
            return refused(written, f"the controller refuses it: {words}")
    return content


def _places(ingress: Subject, *path: str | int) -> tuple[Place, ...]:
    """Where a member of the JSON is written; the annotation where that cannot be told."""
    text, whole = annotation_text(ingress, ALB + SUFFIX), alb(ingress, SUFFIX).places
    if text is None:
        return whole
    try:
        at: Json | None = parse(text.value)
    except GoError:
        return whole
    for step in path:
        if at is None:
            break
        if isinstance(step, int):
            at = at.value[step] if at.kind == "array" and step < len(at.value) else None
        else:
            members = at.value if at.kind == "object" else []
            at = next((value for key, value in reversed(members) if key.value.lower() == step.lower()), None)
    return (text.place(at.start, at.end),) if at is not None else whole


@maker("jwt-claim")
def jwt_claims(cluster: Cluster) -> Iterator[Subject]:
    """The claims beside issuer and times that the cluster's Ingresses ask for."""
    for ingress in taken_ingresses(cluster):
        config = _config(ingress)
        for index, claim in enumerate(config.value.get("additionalClaims") or [] if isinstance(config, Known) else []):
            yield _claim(ingress, index, claim)


def _claim(ingress: Subject, index: int, claim: dict[str, Any]) -> Subject:
    def places(*path: str | int) -> tuple[Place, ...]:
        return _places(ingress, "additionalClaims", index, *path)

    texts = [Known(text, places("values", at)) for at, text in enumerate(claim.get("values") or [])]
    return Subject(
        "jwt-claim",
        str(claim.get("name", "")),
        places("name")[0],
        namespace=ingress.namespace,
        given={
            "ingress": ingress.known(),
            "format": Known(claim.get("format", ""), places("format")),
            "values": listing(texts, places=places("values")),
        },
        cluster=ingress.cluster,
    )


@fact("ingress", "jwt-claim[]")
def token_claims(ingress: Subject) -> Value:
    """The claims beside issuer and times that tokens must have; absent without validation of tokens."""
    config = _config(ingress)
    if not isinstance(config, Known):
        return config
    return subjects(ingress.home.where("jwt-claim", "ingress", ingress), places=config.places)


def _text(ingress: Subject, member: str) -> Value:
    config = _config(ingress)
    if not isinstance(config, Known):
        return config
    text = config.value.get(member)
    return Known(text, _places(ingress, member)) if text else Absent(config.places)


@fact("ingress", "string")
def token_keys_address(ingress: Subject) -> Value:
    """Where the keys are that tokens are signed with (jwksEndpoint); absent without validation of tokens."""
    return _text(ingress, "jwksEndpoint")


@fact("ingress", "string")
def token_issuer(ingress: Subject) -> Value:
    """Who must have issued a token; absent without validation of tokens."""
    return _text(ingress, "issuer")
