"""GlobalAccelerators of the AWS Load Balancer Controller (aga.k8s.aws)."""

from __future__ import annotations

from collections.abc import Iterator

from ekslint.carriers.resource import Resource
from ekslint.fact import Subject

OBJECTS = (("aga.k8s.aws", "GlobalAccelerator"),)
GIVES = ("global-accelerator",)
TOKENS = (b"aga.k8s.aws",)


def objects(resource: Resource) -> Iterator[Subject]:
    """The object itself."""
    yield resource.subject("global-accelerator")
