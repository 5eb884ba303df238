"""Objects of another cloud's ALB controller, which shares the AWS controller's annotation prefix and often its class name."""

from __future__ import annotations

from collections.abc import Iterator

from ekslint.carriers.resource import Resource
from ekslint.fact import Subject

OBJECTS = (("alibabacloud.com", "AlbConfig"),)
GIVES = ("foreign-alb",)
TOKENS = (b"AlbConfig",)


def objects(resource: Resource) -> Iterator[Subject]:
    """The configuration of an Alibaba Cloud ALB."""
    yield resource.subject("foreign-alb")
