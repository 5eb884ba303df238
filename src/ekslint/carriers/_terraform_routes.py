"""Where Terraform's route tables send what leaves the VPC from a subnet: aws_route_table, aws_route and their associations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ekslint.carriers._stack_network import EVERYWHERE
from ekslint.source.text import Place
from ekslint.syntax.computed import Computed, OpenMapping, OpenSequence
from ekslint.syntax.tree import Node, Scalar, items
from ekslint.value import Absent, Known, Unknown, Value, read

if TYPE_CHECKING:
    from ekslint.layers.terraform import Configuration, Resource

_OTHERS = (
    "carrier_gateway_id",
    "core_network_arn",
    "local_gateway_id",
    "nat_gateway_id",
    "network_interface_id",
    "transit_gateway_id",
    "vpc_endpoint_id",
    "vpc_peering_connection_id",
)


def default_route(configuration: Configuration, subnet: Resource) -> Value:
    """Where the route table of a subnet sends what leaves the VPC: internet-gateway or other; unknown where no table is seen."""
    for association in configuration.resources("aws_route_table_association"):
        if _referred(configuration, association.body.get("subnet_id")) is not subnet:
            continue
        table = _referred(configuration, association.body.get("route_table_id"))
        if table is None or table.type != "aws_route_table":
            break
        return _way_out(configuration, table)
    return Unknown("its route table is not in the set", (subnet.place,), written=False)


def _way_out(configuration: Configuration, table: Resource) -> Value:
    for route, goes_to, place in _routes(configuration, table):
        said = read(route, goes_to)
        if isinstance(said, Unknown):
            return Unknown("a route of its table goes to what is not known", (place,), written=False)
        if not isinstance(said, Known) or said.value != EVERYWHERE:
            continue
        gateway = route.get("gateway_id")
        made = _referred(configuration, gateway)
        if made is not None and made.type == "aws_internet_gateway":
            return Known("internet-gateway", (place,))
        if isinstance(gateway, Scalar) and not isinstance(gateway, Computed) and str(gateway.value).startswith("igw-"):
            return Known("internet-gateway", (place,))
        if any(not isinstance(read(route, name), Absent) for name in _OTHERS):
            return Known("other", (place,))
        return Unknown("a route of its table goes to what is not known", (place,), written=False)
    return Unknown("its route table has no way out of the VPC here", (table.place,), written=False)


def _routes(configuration: Configuration, table: Resource) -> Iterator[tuple[Node, str, Place]]:
    """The routes of a table, in it and beside it, each with the argument that names its destination."""
    inside = table.body.get("route")
    if not isinstance(inside, (Computed, OpenSequence)) and not isinstance(table.body, OpenMapping):
        for route in items(inside):
            yield route, "cidr_block", route.place
    for beside in configuration.resources("aws_route"):
        if _referred(configuration, beside.body.get("route_table_id")) is table:
            yield beside.body, "destination_cidr_block", beside.place


def _referred(configuration: Configuration, node: Node | None) -> Resource | None:
    """The resource whose attribute an argument is, where the configuration has it."""
    return configuration.named(node.reference) if isinstance(node, Computed) and node.reference is not None else None
