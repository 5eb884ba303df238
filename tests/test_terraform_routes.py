"""Where Terraform's routes lead from a subnet."""

from __future__ import annotations

import pytest
from terraform import configuration, subjects

from ekslint.value import Known, Unknown

NETWORK = """
resource "aws_internet_gateway" "main" {
  vpc_id = var.vpc
}

resource "aws_subnet" "nodes" {
  count      = 2
  vpc_id     = var.vpc
  cidr_block = cidrsubnet("10.0.0.0/16", 4, count.index)
}

resource "aws_route_table_association" "nodes" {
  count          = 2
  subnet_id      = aws_subnet.nodes[count.index].id
  route_table_id = aws_route_table.nodes.id
}

variable "vpc" {
  type = string
}
"""
INSIDE = 'resource "aws_route_table" "nodes" {{\n  vpc_id = var.vpc\n  route {{\n    cidr_block = "{}"\n    {}\n  }}\n}}\n'
BESIDE = """
resource "aws_route_table" "nodes" {
  vpc_id = var.vpc
}

resource "aws_route" "out" {
  route_table_id         = aws_route_table.nodes.id
  destination_cidr_block = "0.0.0.0/0"
  %s
}
"""
GATEWAY = "gateway_id = aws_internet_gateway.main.id"


@pytest.mark.parametrize(
    ("table", "way"),
    [
        (INSIDE.format("0.0.0.0/0", GATEWAY), "internet-gateway"),
        (INSIDE.format("0.0.0.0/0", 'gateway_id = "igw-0a1b2c3d4e5f60718"'), "internet-gateway"),
        (INSIDE.format("0.0.0.0/0", 'nat_gateway_id = "nat-0a1b2c3d4e5f60718"'), "other"),
        (BESIDE % GATEWAY, "internet-gateway"),
        (BESIDE % "transit_gateway_id = var.vpc", "other"),
    ],
)
def test_the_default_route_of_each_instance_is_known(table: str, way: str) -> None:
    found = subjects(configuration(main_tf=NETWORK + table), "subnet")
    assert [each.value("default_route") for each in found] == [way, way]


@pytest.mark.parametrize(
    "table",
    [
        INSIDE.format("10.1.0.0/16", GATEWAY),
        INSIDE.format("0.0.0.0/0", "gateway_id = var.vpc"),
        'resource "aws_route_table" "other" {\n  vpc_id = var.vpc\n}\n',
    ],
)
def test_what_no_route_says_is_unknown(table: str) -> None:
    for each in subjects(configuration(main_tf=NETWORK + table), "subnet"):
        assert isinstance(each.get("default_route"), Unknown)


def test_the_route_is_the_place() -> None:
    (first, _) = subjects(configuration(main_tf=NETWORK + BESIDE % GATEWAY), "subnet")
    route = first.get("default_route")
    assert isinstance(route, Known)
    assert (NETWORK + BESIDE % GATEWAY).split("\n")[route.places[0].line - 1].startswith('resource "aws_route" "out"')
