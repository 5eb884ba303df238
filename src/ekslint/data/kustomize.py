"""What kustomize knows of Kubernetes types: lists that merge by key, kinds without namespace, and the fields that it rewrites.

From the schema and the default configuration of kustomize v5.8; tests/fixtures/kustomize holds them to what it builds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import NamedTuple


class Merged(NamedTuple):
    """How a patch merges a field: a list by keys of its items (no keys: by the items themselves), a map where `keys` is None."""

    keys: tuple[str, ...] | None
    inner: Fields


Fields = Mapping[str, Merged]
"""The fields of a type below which some list merges; all other lists are replaced."""


def _map(inner: Fields) -> Merged:
    return Merged(None, inner)


def _list(*keys: str, inner: Fields | None = None) -> Merged:
    return Merged(keys, inner or {})


_META: Fields = {"metadata": _map({"finalizers": _list(), "ownerReferences": _list("uid")})}
_EPHEMERAL: Fields = {"env": _list("name"), "volumeDevices": _list("devicePath"), "volumeMounts": _list("mountPath")}
_CONTAINER: Fields = {**_EPHEMERAL, "ports": _list("containerPort", "protocol")}
_POD: Fields = {
    "containers": _list("name", inner=_CONTAINER),
    "initContainers": _list("name", inner=_CONTAINER),
    "ephemeralContainers": _list("name", inner=_EPHEMERAL),
    "hostAliases": _list("ip"),
    "imagePullSecrets": _list("name"),
    "topologySpreadConstraints": _list("topologyKey", "whenUnsatisfiable"),
    "volumes": _list("name", inner={"ephemeral": _map({"volumeClaimTemplate": _map(_META)})}),
}
_TEMPLATE: Fields = {"template": _map({**_META, "spec": _map(_POD)})}
_CONDITIONS: Fields = {"status": _map({"conditions": _list("type")})}
_WORKLOAD: Fields = {**_META, **_CONDITIONS, "spec": _map(_TEMPLATE)}
_WEBHOOKS: Fields = {**_META, "webhooks": _list("name")}
_OBJECTS: Mapping[str, Fields] = {
    "v1/Pod": {**_META, **_CONDITIONS, "spec": _map(_POD)},
    "v1/PodTemplate": {**_META, **_TEMPLATE},
    "v1/ReplicationController": _WORKLOAD,
    "apps/v1/DaemonSet": _WORKLOAD,
    "apps/v1/Deployment": _WORKLOAD,
    "apps/v1/ReplicaSet": _WORKLOAD,
    "apps/v1/StatefulSet": _WORKLOAD,
    "batch/v1/Job": _WORKLOAD,
    "batch/v1/CronJob": {**_META, "spec": _map({"jobTemplate": _map({**_META, "spec": _map(_TEMPLATE)})})},
    "batch/v1beta1/CronJob": {**_META, "spec": _map({"jobTemplate": _map({**_META, "spec": _map(_TEMPLATE)})})},
    "v1/Service": {**_META, **_CONDITIONS, "spec": _map({"ports": _list("port", "protocol")})},
    "v1/ServiceAccount": {**_META, "secrets": _list("name")},
    "v1/Node": {**_META, "spec": _map({"podCIDRs": _list()}), **_CONDITIONS},
    "v1/Namespace": {**_META, **_CONDITIONS},
    "admissionregistration.k8s.io/v1/MutatingWebhookConfiguration": _WEBHOOKS,
    "admissionregistration.k8s.io/v1/ValidatingWebhookConfiguration": _WEBHOOKS,
}
_PLAIN = """
apiextensions.k8s.io/v1 CustomResourceDefinition
apiregistration.k8s.io/v1 APIService
autoscaling/v1 HorizontalPodAutoscaler
certificates.k8s.io/v1 CertificateSigningRequest
coordination.k8s.io/v1 Lease
discovery.k8s.io/v1 EndpointSlice
extensions/v1beta1 Ingress
networking.k8s.io/v1 Ingress IngressClass NetworkPolicy
networking.k8s.io/v1beta1 Ingress IngressClass
node.k8s.io/v1 RuntimeClass
policy/v1 PodDisruptionBudget
policy/v1beta1 PodDisruptionBudget PodSecurityPolicy
rbac.authorization.k8s.io/v1 ClusterRole ClusterRoleBinding Role RoleBinding
scheduling.k8s.io/v1 PriorityClass
storage.k8s.io/v1 CSIDriver CSINode StorageClass VolumeAttachment
v1 ConfigMap Endpoints Event LimitRange PersistentVolume PersistentVolumeClaim ResourceQuota Secret
"""
"""Kinds that kustomize knows and of which no list but those of the metadata merges."""

_CLUSTER_SCOPED = """
admissionregistration.k8s.io/v1 MutatingWebhookConfiguration ValidatingWebhookConfiguration
admissionregistration.k8s.io/v1beta1 MutatingWebhookConfiguration ValidatingWebhookConfiguration
apiextensions.k8s.io/v1 CustomResourceDefinition
apiextensions.k8s.io/v1beta1 CustomResourceDefinition
apiregistration.k8s.io/v1 APIService
apiregistration.k8s.io/v1beta1 APIService
certificates.k8s.io/v1 CertificateSigningRequest
certificates.k8s.io/v1beta1 CertificateSigningRequest
flowcontrol.apiserver.k8s.io/v1beta1 FlowSchema PriorityLevelConfiguration
networking.k8s.io/v1 IngressClass
networking.k8s.io/v1beta1 IngressClass
node.k8s.io/v1 RuntimeClass
node.k8s.io/v1beta1 RuntimeClass
policy/v1beta1 PodSecurityPolicy
rbac.authorization.k8s.io/v1 ClusterRole ClusterRoleBinding
rbac.authorization.k8s.io/v1beta1 ClusterRole ClusterRoleBinding
scheduling.k8s.io/v1 PriorityClass
scheduling.k8s.io/v1beta1 PriorityClass
storage.k8s.io/v1 CSIDriver CSINode StorageClass VolumeAttachment
storage.k8s.io/v1beta1 CSIDriver CSINode StorageClass VolumeAttachment
v1 ComponentStatus Namespace Node PersistentVolume
"""


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for line in text.split("\n"):
        version, *kinds = line.split() or [""]
        for kind in kinds:
            yield version, kind


@cache
def merged_fields(api_version: str, kind: str) -> Fields | None:
    """How a strategic merge treats the fields of a kind; None for kinds that kustomize does not know."""
    found = _OBJECTS.get(f"{api_version}/{kind}")
    if found is not None:
        return found
    return _META if (api_version, kind) in _plain_kinds() else None


@cache
def _plain_kinds() -> frozenset[tuple[str, str]]:
    return frozenset(_pairs(_PLAIN))


@cache
def _cluster_scoped() -> frozenset[tuple[str, str]]:
    return frozenset(_pairs(_CLUSTER_SCOPED))


def is_cluster_scoped(api_version: str, kind: str) -> bool:
    """Whether kustomize is certain that objects of this kind lie in no namespace."""
    return (api_version, kind) in _cluster_scoped()


class Spec(NamedTuple):
    """A field that a transformer writes, of which type of object (any where empty); `name[]` in the path is certainly a list."""

    path: tuple[str, ...]
    kind: str = ""
    group: str = ""
    version: str = ""
    create: bool = False

    def holds(self, group: str, version: str, kind: str) -> bool:
        """Whether an object of this type may have the field."""
        return self.kind in ("", kind) and self.group in ("", group) and self.version in ("", version)


class Reference(NamedTuple):
    """A kind of object that others name, and the fields in which they do; any group or version where it is empty."""

    kind: str
    group: str
    version: str
    fields: tuple[Spec, ...]


class Fieldspecs(NamedTuple):
    """Which fields each transformer writes."""

    namespace: tuple[Spec, ...]
    common_labels: tuple[Spec, ...]
    labels: tuple[Spec, ...]
    template_labels: tuple[Spec, ...]
    claim_labels: tuple[Spec, ...]
    annotations: tuple[Spec, ...]
    images: tuple[Spec, ...]
    replicas: tuple[Spec, ...]
    references: tuple[Reference, ...]
    prefix: tuple[Spec, ...] = ()
    suffix: tuple[Spec, ...] = ()


def steps(path: str) -> tuple[str, ...]:
    r"""The keys of a path: `\/` is a slash inside a key."""
    parts = path.replace("\\/", "\0").removeprefix("/").split("/")
    return tuple(part.replace("\0", "/") for part in parts)


_TEMPLATES = (
    ("ReplicationController", "", "v1"),
    ("Deployment", "", ""),
    ("ReplicaSet", "", ""),
    ("DaemonSet", "", ""),
    ("StatefulSet", "{apps}", ""),
    ("Job", "batch", ""),
)


def _metadata(field: str, stateful_set_group: str) -> Iterator[Spec]:
    """The metadata of objects and of the pods that they make."""
    yield Spec(("metadata", field), create=True)
    for kind, group, version in _TEMPLATES:
        yield Spec(("spec", "template", "metadata", field), kind, group.format(apps=stateful_set_group), version, True)
    yield Spec(("spec", "jobTemplate", "metadata", field), "CronJob", "batch", create=True)
    yield Spec(("spec", "jobTemplate", "spec", "template", "metadata", field), "CronJob", "batch", create=True)


def _selectors() -> Iterator[Spec]:
    for kind in ("Service", "ReplicationController"):
        yield Spec(("spec", "selector"), kind, "", "v1", True)
    for kind, group in (("Deployment", ""), ("ReplicaSet", ""), ("DaemonSet", ""), ("StatefulSet", "apps")):
        yield Spec(("spec", "selector", "matchLabels"), kind, group, "", True)
    for kind in ("Deployment", "StatefulSet"):
        for affinity in ("podAffinity", "podAntiAffinity"):
            head = ("spec", "template", "spec", "affinity", affinity)
            tail = ("labelSelector", "matchLabels")
            yield Spec((*head, "preferredDuringSchedulingIgnoredDuringExecution", "podAffinityTerm", *tail), kind, "apps")
            yield Spec((*head, "requiredDuringSchedulingIgnoredDuringExecution", *tail), kind, "apps")
        yield Spec(("spec", "template", "spec", "topologySpreadConstraints", *tail), kind, "apps")
    yield Spec(("spec", "selector", "matchLabels"), "Job", "batch")
    yield Spec(("spec", "jobTemplate", "spec", "selector", "matchLabels"), "CronJob", "batch")
    yield Spec(("spec", "selector", "matchLabels"), "PodDisruptionBudget", "policy")
    for path in ("spec/podSelector", "spec/ingress/from/podSelector", "spec/egress/to/podSelector"):
        yield Spec((*steps(path), "matchLabels"), "NetworkPolicy", "networking.k8s.io")


_RBAC = "rbac.authorization.k8s.io"
_ADMISSION = "admissionregistration.k8s.io"
_HEADS = {
    "Pod": "spec",
    "PodTemplate": "template/spec",
    "CronJob": "spec/jobTemplate/spec/template/spec",
}
"""Where the pod's spec stands; elsewhere in spec/template/spec."""


def _in_pods(kinds: Iterable[str], *paths: str, pod_version: str = "") -> Iterator[Spec]:
    for kind in kinds:
        head = steps(_HEADS.get(kind, "spec/template/spec"))
        for path in paths:
            yield Spec((*head, *steps(path)), kind, version=pod_version if kind == "Pod" else "")


_CONFIG_USERS = ("Pod", "PodTemplate", "Deployment", "ReplicaSet", "DaemonSet", "StatefulSet", "Job", "CronJob")
_CLAIM_USERS = ("Pod", "StatefulSet", "Deployment", "ReplicationController", "CronJob", "Job", "DaemonSet")


def _config_paths(reference: str, volume: str) -> tuple[str, ...]:
    places = [
        f"{part}/{way}"
        for part in ("containers", "initContainers")
        for way in (f"env/valueFrom/{reference}KeyRef/name", f"envFrom/{reference}Ref/name")
    ]
    return (*places, f"volumes/{volume}", f"volumes/projected/sources/{reference}/name")


def _references() -> Iterator[Reference]:
    for kind in ("Deployment", "ReplicationController", "ReplicaSet", "StatefulSet"):
        yield Reference(kind, "", "", (Spec(("spec", "scaleTargetRef", "name"), "HorizontalPodAutoscaler"),))
    names = tuple(Spec(("rules", "resourceNames"), kind) for kind in ("Role", "ClusterRole"))
    yield Reference(
        "ConfigMap",
        "",
        "v1",
        (
            *_in_pods(_CONFIG_USERS, *_config_paths("configMap", "configMap/name"), pod_version="v1"),
            Spec(("spec", "configSource", "configMap"), "Node"),
            *names,
            Spec(("metadata", "annotations", "nginx.ingress.kubernetes.io/fastcgi-params-configmap"), "Ingress"),
        ),
    )
    nginx = (
        "ingress.kubernetes.io/auth-secret",
        "nginx.ingress.kubernetes.io/auth-secret",
        "nginx.ingress.kubernetes.io/auth-tls-secret",
    )
    yield Reference(
        "Secret",
        "",
        "v1",
        (
            *_in_pods(_CONFIG_USERS, *_config_paths("secret", "secret/secretName"), "imagePullSecrets/name", pod_version="v1"),
            Spec(("spec", "tls", "secretName"), "Ingress"),
            *(Spec(("metadata", "annotations", name), "Ingress") for name in nginx),
            Spec(("imagePullSecrets", "name"), "ServiceAccount"),
            *(
                Spec(("parameters", name), "StorageClass")
                for name in ("secretName", "adminSecretName", "userSecretName", "secretRef")
            ),
            *names,
            Spec(steps("spec/template/spec/containers/env/valueFrom/secretKeyRef/name"), "Service", "serving.knative.dev", "v1"),
            Spec(("spec", "azureFile", "secretName"), "PersistentVolume"),
        ),
    )
    backends = (
        "spec/rules/http/paths/backend/serviceName",
        "spec/backend/serviceName",
        "spec/rules/http/paths/backend/service/name",
    )
    yield Reference(
        "Service",
        "",
        "v1",
        (
            Spec(("spec", "serviceName"), "StatefulSet", "apps"),
            *(Spec(steps(path), "Ingress") for path in (*backends, "spec/defaultBackend/service/name")),
            Spec(("spec", "service", "name"), "APIService", "apiregistration.k8s.io"),
            Spec(("webhooks", "clientConfig", "service"), "ValidatingWebhookConfiguration", _ADMISSION),
            Spec(("webhooks", "clientConfig", "service"), "MutatingWebhookConfiguration", _ADMISSION),
        ),
    )
    yield Reference("Role", _RBAC, "", (Spec(("roleRef", "name"), "RoleBinding", _RBAC),))
    yield Reference(
        "ClusterRole", _RBAC, "", tuple(Spec(("roleRef", "name"), kind, _RBAC) for kind in ("RoleBinding", "ClusterRoleBinding"))
    )
    yield Reference(
        "ServiceAccount",
        "",
        "v1",
        (
            *(Spec(("subjects",), kind, _RBAC) for kind in ("RoleBinding", "ClusterRoleBinding")),
            *_in_pods(_CLAIM_USERS, "serviceAccountName"),
        ),
    )
    yield Reference("PersistentVolumeClaim", "", "v1", tuple(_in_pods(_CLAIM_USERS, "volumes/persistentVolumeClaim/claimName")))
    yield Reference(
        "PersistentVolume",
        "",
        "v1",
        (Spec(("spec", "volumeName"), "PersistentVolumeClaim"), Spec(("rules", "resourceNames"), "ClusterRole")),
    )
    yield Reference(
        "StorageClass",
        "storage.k8s.io",
        "v1",
        (
            *(Spec(("spec", "storageClassName"), kind) for kind in ("PersistentVolume", "PersistentVolumeClaim")),
            Spec(steps("spec/volumeClaimTemplates/spec/storageClassName"), "StatefulSet"),
        ),
    )
    yield Reference("PriorityClass", "scheduling.k8s.io", "v1", tuple(_in_pods(_CLAIM_USERS, "priorityClassName")))
    yield Reference(
        "ValidatingAdmissionPolicy",
        _ADMISSION,
        "",
        (Spec(("spec", "policyName"), "ValidatingAdmissionPolicyBinding", _ADMISSION),),
    )


@cache
def default_fieldspecs() -> Fieldspecs:
    """What kustomize writes where a kustomization configures nothing else."""
    claims = (Spec(("spec", "volumeClaimTemplates[]", "metadata", "labels"), "StatefulSet", "apps", create=True),)
    template_labels = tuple(_metadata("labels", "apps"))
    images = ("containers[]/image", "initContainers[]/image", "volumes[]/image/reference")
    heads = ("spec", "spec/template/spec")
    return Fieldspecs(
        namespace=(
            Spec(("metadata", "name"), "Namespace", create=True),
            Spec(("spec", "service", "namespace"), "APIService", "apiregistration.k8s.io", create=True),
            Spec(
                steps("spec/conversion/webhook/clientConfig/service/namespace"), "CustomResourceDefinition", "apiextensions.k8s.io"
            ),
        ),
        common_labels=(*_selectors(), *template_labels, *claims),
        labels=(),
        template_labels=template_labels,
        claim_labels=claims,
        annotations=tuple(_metadata("annotations", "")),
        images=(
            *(Spec(steps(f"{head}/{image}"), create=True) for head in heads for image in images),
            Spec(steps("spec/jobTemplate/spec/template/spec/volumes[]/image/reference"), create=True),
        ),
        replicas=tuple(
            Spec(("spec", "replicas"), kind, create=True)
            for kind in ("Deployment", "ReplicationController", "ReplicaSet", "StatefulSet")
        ),
        references=tuple(_references()),
    )
