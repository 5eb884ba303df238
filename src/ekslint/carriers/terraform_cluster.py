"""Clusters in Terraform, as resources and by the module terraform-aws-eks: version, address family, and EKS Auto Mode."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ekslint.carriers._terraform import MODULE, TERRAFORM, clusters, part, reference
from ekslint.carriers.address_family import family
from ekslint.carriers.launch_template import Fields
from ekslint.fact import Subject
from ekslint.value import Absent, Known, Value

if TYPE_CHECKING:
    from ekslint.layers.terraform import Configuration, Resource

GIVES = ("cluster-config", "address-family", "auto-mode")
TOKENS = (b"aws_eks_cluster", b"terraform-aws-modules/eks", b"terraform-aws-eks")


def terraform(configuration: Configuration) -> Iterator[Subject]:
    """The clusters that a configuration makes."""
    names = clusters(configuration)
    for resource in configuration.resources("aws_eks_cluster"):
        fields = Fields(resource.body, resource.place)
        network = ("kubernetes_network_config", "ip_family")
        role = reference(configuration, resource.body.get("role_arn"))
        yield from _cluster(resource, names[resource.address], fields, ("version",), network, ("compute_config", "enabled"), role)
    for module in configuration.modules(MODULE):
        if part(module):
            continue
        fields = Fields(module.body, module.place)
        version, kind, mode = (
            old if not isinstance(fields.get(old), Absent) else new
            for old, new in (
                ("cluster_version", "kubernetes_version"),
                ("cluster_ip_family", "ip_family"),
                ("cluster_compute_config", "compute_config"),
            )
        )
        yield from _cluster(module, names[module.address], fields, (version,), (kind,), (mode, "enabled"))


def _cluster(
    resource: Resource,
    name: str,
    fields: Fields,
    version: tuple[str, ...],
    kind: tuple[str, ...],
    mode: tuple[str, ...],
    role: Value | None = None,
) -> Iterator[Subject]:
    place = resource.place
    said = fields.get(*version)
    if isinstance(said, Known):
        said = Known(str(said.value), said.places, said.default)
    facts: dict[str, Value] = {"tool": Known(TERRAFORM, (place,)), "version": said}
    if role is not None:
        facts["cluster_role"] = role
    yield Subject("cluster-config", resource.name, place, node=resource.body, given=facts, belongs=name)
    found = family(fields.get(*kind))
    yield Subject("address-family", name, place, node=resource.body, given={"family": found}, belongs=name)
    enabled = fields.get(*mode)
    if isinstance(enabled, Known) and enabled.value is True:
        yield Subject("auto-mode", name, enabled.places[0], node=resource.body, belongs=name)
