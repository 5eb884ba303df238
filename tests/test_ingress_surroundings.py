"""What stands around Ingresses: Secrets of OIDC clients, tokens, numbers of targets, what the controller is told, accelerators."""

from __future__ import annotations

import pytest
from ingress_objects import CERTIFICATE, ONE_PATH, class_params, cluster, ingress, ingress_class, only, plain, service

IDP = '\'{"issuer": "https://i.example", "secretName": "login"}\''
LOGIN = {"certificate-arn": CERTIFICATE, "auth-type": "oidc", "auth-idp-oidc": IDP}
SELECTED = "selector: {app: web}\nports:\n  - port: 80"
CONTROLLER = "clusterName: prod\nenableServiceMutatorWebhook: true\n"
GATE = CONTROLLER + "controllerConfig:\n  featureGates:\n    EnableCertificateManagement: true\n"


def secret(body: str, namespace: str = "shop", kind: str = "v1\nkind: Secret") -> str:
    where = f"\n  namespace: {namespace}" if namespace else ""
    return f"apiVersion: {kind}\nmetadata:\n  name: login{where}\n{body}"


EXTERNAL = "external-secrets.io/v1\nkind: ExternalSecret"
SEALED = "bitnami.com/v1alpha1\nkind: SealedSecret"
FILLED = "spec:\n  data:\n    - {secretKey: clientID}\n"


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        (secret("data: {a: eA==}\nstringData: {b: x}\n"), ["a", "b"]),
        (secret("type: Opaque\n"), []),
        (secret("spec:\n  encryptedData: {a: x}\n  template:\n    data: {b: x}\n", kind=SEALED), ["a", "b"]),
        (secret(FILLED, kind=EXTERNAL), ["clientID"]),
        (secret(FILLED + "  dataFrom:\n    - extract: {key: a}\n", kind=EXTERNAL), ["clientID", ...]),
        (secret(FILLED + "  target: {creationPolicy: Merge}\n", kind=EXTERNAL), ["clientID", ...]),
        (secret(FILLED + "  target: {template: {data: {b: x}}}\n", kind=EXTERNAL), ["b"]),
        (secret(FILLED + "  target: {template: {mergePolicy: Merge, data: {b: x}}}\n", kind=EXTERNAL), ["b", ...]),
    ],
)
def test_the_keys_of_a_secret(text: str, keys: list[object]) -> None:
    assert plain(only(cluster(text), "secret").get("keys")) == keys


def test_an_external_secret_has_the_name_of_its_target() -> None:
    assert only(cluster(secret("spec: {target: {name: other}}\n", kind=EXTERNAL)), "secret").name == "other"
    assert not cluster(secret("spec: {target: {name: '${NAME}'}}\n", kind=EXTERNAL)).all("secret")


@pytest.mark.parametrize(
    ("namespaces", "here", "elsewhere"),
    [
        (["shop"], "login", []),
        (["other"], "unknown", ["login"]),
        (["other", "shop"], "login", []),
        (["shop", "shop"], "unknown", []),
        ([""], "unknown", []),
        ([], "unknown", None),
    ],
)
def test_the_secret_of_a_client_is_one_of_the_ingress_s_namespace(namespaces: list[str], here: object, elsewhere: object) -> None:
    secrets = [secret("data: {a: eA==}\n", namespace) for namespace in namespaces]
    group = only(cluster(ingress(annotations=LOGIN), service(), *secrets), "target-group")
    assert (plain(group.get("idp_secret")), plain(group.get("idp_secrets_elsewhere"))) == (here, elsewhere)


ASKING = ONE_PATH.replace("name: web", "name: split").replace("number: 80", "name: use-annotation")


@pytest.mark.parametrize(("services", "kind"), [(["web"], "oidc"), (["web", "next"], "none")])
def test_a_service_decides_on_logins_where_it_is_the_only_target(services: list[str], kind: str) -> None:
    groups = ", ".join(f'{{"serviceName": "{name}", "servicePort": 80, "weight": 1}}' for name in services)
    split = f'\'{{"type": "forward", "forwardConfig": {{"targetGroups": [{groups}]}}}}\''
    own = service().replace("spec:", "  annotations:\n    alb.ingress.kubernetes.io/auth-type: oidc\nspec:")
    found = cluster(ingress(annotations={"actions.split": split}, spec=ASKING), own, service("next"))
    group = found.all("target-group")[0]
    assert (plain(group.get("auth_type")), plain(group.get("service_auth_type"))) == (kind, "oidc")


def token(claims: str = "", keys: str = "https://i.example/keys") -> dict[str, str]:
    more = f', "additionalClaims": [{claims}]' if claims else ""
    return {"jwt-validation": f'\'{{"jwksEndpoint": "{keys}", "issuer": "https://i.example"{more}}}\''}


def test_the_claims_of_tokens_stand_where_they_are_written() -> None:
    text = ingress(annotations=token('{"format": "string-array", "name": "aud", "values": ["a", "b"]}'))
    found = cluster(text)
    claim = only(found, "jwt-claim")
    assert (claim.name, plain(claim.get("format")), plain(claim.get("values"))) == ("aud", "string-array", ["a", "b"])
    line = text.splitlines()[claim.place.line - 1]
    assert line[claim.place.column - 1 :].startswith('"aud"')
    one = only(found, "ingress")
    assert [plain(one.get(name)) for name in ("token_claims", "token_issuer", "token_keys_address")] == [
        ["aud"],
        "https://i.example",
        "https://i.example/keys",
    ]


def test_what_the_controller_refuses_asks_for_no_claims() -> None:
    found = cluster(ingress(annotations=token('{"format": "string-array", "name": "aud"}')))
    assert not found.all("jwt-claim")
    assert plain(only(found, "ingress").get("token_claims")) == "unknown"
    assert plain(only(cluster(ingress()), "ingress").get("token_claims")) is None


def deployment(replicas: str, name: str = "web") -> str:
    return (
        f"apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {name}, namespace: shop}}\nspec:\n  {replicas}\n"
        "  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: web}]}\n"
    )


def scaler(target: str) -> str:
    head = "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: s}\n"
    return f"{head}spec: {{scaleTargetRef: {{name: {target}}}}}\n"


@pytest.mark.parametrize(
    ("texts", "targets"),
    [
        ([deployment("replicas: 3")], 3),
        ([deployment("replicas: 3"), deployment("replicas: 4", "next")], 7),
        ([deployment("replicas: 3"), scaler("web")], "unknown"),
        ([deployment("replicas: 3"), scaler("next")], 3),
        ([deployment("paused: false")], "unknown"),
        ([deployment("replicas: ${N}"), deployment("replicas: 4", "next")], 4),
    ],
)
def test_so_many_pods_are_targets_at_least(texts: list[str], targets: object) -> None:
    found = cluster(ingress(annotations={"target-type": "ip"}), service(spec=SELECTED), *texts)
    assert plain(only(found, "target-group").get("least_targets")) == targets
    assert plain(only(found, "load-balancer").get("least_registrations")) == targets


def test_nodes_are_no_pods() -> None:
    spec = "type: NodePort\n" + SELECTED
    found = cluster(ingress(annotations={"target-type": "instance"}), service(spec=spec), deployment("replicas: 3"))
    assert plain(only(found, "target-group").get("least_targets")) is None


@pytest.mark.parametrize(
    ("annotations", "controller", "ports"),
    [
        ({"create-acm-cert": '"true"'}, GATE, ["HTTPS 443"]),
        ({"create-acm-cert": '"true"'}, CONTROLLER, ["HTTP 80"]),
        ({"create-acm-cert": '"yes"'}, GATE, ["HTTP 80"]),
        ({"create-acm-cert": "${CREATE}"}, GATE, "unknown"),
        ({"create-acm-cert": "${CREATE}", "certificate-arn": CERTIFICATE}, GATE, ["HTTPS 443"]),
        ({}, GATE, ["HTTP 80"]),
    ],
)
def test_a_certificate_that_is_made_opens_https(annotations: dict[str, str], controller: str, ports: object) -> None:
    assert plain(only(cluster(ingress(annotations=annotations), controller), "ingress").get("listen_ports")) == ports


@pytest.mark.parametrize(
    ("told", "managed"),
    [("externalManagedTags: [Owner]", True), ("externalManagedTags: ['${A}']", "unknown"), ("externalManagedTags: []", False)],
)
def test_tags_that_are_left_to_others(told: str, managed: object) -> None:
    found = cluster(ingress(annotations={"tags": "Owner=a"}), f"{CONTROLLER}{told}\n")
    assert plain(only(found, "tag").get("externally_managed")) == managed


def test_tags_of_classes_are_left_to_others_too_and_those_of_the_nlb_in_front_are_not() -> None:
    told = f"{CONTROLLER}externalManagedTags: [Owner]\n"
    found = cluster(ingress_class(params="params"), class_params("tags:\n  - {key: Owner, value: a}"), told)
    assert plain(only(found, "tag").get("externally_managed")) is True
    front = ingress(annotations={"frontend-nlb-tags": "Owner=a", "enable-frontend-nlb": '"true"'})
    assert plain(only(cluster(front, told), "tag").get("externally_managed")) is False


def accelerator(listeners: str) -> str:
    head = "apiVersion: aga.k8s.aws/v1beta1\nkind: GlobalAccelerator\nmetadata: {name: a, namespace: shop}\n"
    return f"{head}spec:\n  listeners: {listeners}\n"


@pytest.mark.parametrize(
    ("ports", "overlapping"),
    [
        ("[{protocol: TCP, portRanges: [{fromPort: 1, toPort: 9}, {fromPort: 9, toPort: 12}]}]", ["TCP 9-12"]),
        ("[{protocol: TCP, portRanges: [{fromPort: 1, toPort: 9}]}, {protocol: UDP, portRanges: [{fromPort: 1, toPort: 9}]}]", []),
        ("[{portRanges: [{fromPort: 1, toPort: 9}, {fromPort: 9, toPort: 12}]}]", []),
        ("[{protocol: TCP, portRanges: [{fromPort: 1, toPort: '${P}'}]}]", [...]),
    ],
)
def test_ports_of_an_accelerator_that_overlap(ports: str, overlapping: list[object]) -> None:
    assert plain(only(cluster(accelerator(ports)), "global-accelerator").get("overlapping_ports")) == overlapping


@pytest.mark.parametrize(
    ("endpoints", "repeated"),
    [
        ("{type: Ingress, name: a}, {type: Ingress, name: a, namespace: shop}", ["Ingress/shop/a"]),
        ("{type: Ingress, name: a}, {type: Ingress, name: a, namespace: other}", []),
        ("{type: Ingress, name: a}, {type: Service, name: a}", []),
        ("{type: EndpointID, endpointID: x}, {type: EndpointID, endpointID: x}", ["EndpointID/x"]),
        ("{type: EndpointID, endpointID: x}, {type: EndpointID, endpointID: '${Y}'}", [...]),
    ],
)
def test_endpoints_of_a_group_that_stand_twice(endpoints: str, repeated: list[object]) -> None:
    listeners = f"[{{protocol: TCP, endpointGroups: [{{endpoints: [{endpoints}]}}, {{endpoints: [{{type: Ingress, name: a}}]}}]}}]"
    assert plain(only(cluster(accelerator(listeners)), "global-accelerator").get("repeated_endpoints")) == repeated
