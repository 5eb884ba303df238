"""Ways from a VPC to other networks, in CloudFormation and Terraform: peerings, transit gateways, VPN gateways.

Source: Amazon VPC user guide, "Connect your VPC to other networks".
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ekslint.carriers._terraform import reference
from ekslint.fact import Subject, given
from ekslint.layers.cloudformation import template
from ekslint.syntax.tree import Document
from ekslint.value import Known, Value, listing

if TYPE_CHECKING:
    from ekslint.layers.terraform import Configuration

PEERING, TRANSIT, VPN = "peering", "transit-gateway", "vpn"
STACK = {
    "AWS::EC2::VPCPeeringConnection": (PEERING, ("VpcId", "PeerVpcId")),
    "AWS::EC2::TransitGatewayAttachment": (TRANSIT, ("VpcId",)),
    "AWS::EC2::TransitGatewayVpcAttachment": (TRANSIT, ("VpcId",)),
}
TERRAFORM = {
    "aws_vpc_peering_connection": (PEERING, ("vpc_id", "peer_vpc_id")),
    "aws_ec2_transit_gateway_vpc_attachment": (TRANSIT, ("vpc_id",)),
    "aws_vpn_gateway": (VPN, ("vpc_id",)),
    "aws_vpn_gateway_attachment": (VPN, ("vpc_id",)),
}
GIVES = ("vpc-link",)
TOKENS = tuple(name.encode() for name in (*STACK, *TERRAFORM))

given("vpc-link", "by", "enum(peering, transit-gateway, vpn)", "What connects the networks.")
given(
    "vpc-link",
    "vpcs",
    "string[]",
    "The VPCs that it connects, by folder and address or by file and logical id; open where one is not here.",
)


def claims(document: Document) -> bool:
    """A template with a peering or an attachment."""
    return document.root.get("Resources") is not None and any(name in document.text.value for name in STACK)


def subjects(document: Document) -> Iterator[Subject]:
    """The links of a template, by their logical ids."""
    stack = template(document)
    for resource in stack.resources(*STACK) if stack is not None else ():
        by, names = STACK[resource.type]
        place = resource.key.place
        ends = [(resource.property(name), resource.template.reference(resource.property(name))) for name in names]
        found = [
            Known(vpc.reference, (node.place,))
            for node, vpc in ends
            if node is not None and vpc is not None and vpc.type == "AWS::EC2::VPC"
        ]
        facts: dict[str, Value] = {"by": Known(by, (place,)), "vpcs": listing(found, True, "the other end", (place,))}
        yield Subject("vpc-link", resource.id, place, node=resource.body, given=facts, partial=document.partial)


def terraform(configuration: Configuration) -> Iterator[Subject]:
    """The links of a configuration."""
    for resource in configuration.resources(*TERRAFORM):
        by, names = TERRAFORM[resource.type]
        ends = [reference(configuration, resource.body.get(name)) for name in names]
        found = [end for end in ends if isinstance(end, Known)]
        facts: dict[str, Value] = {
            "by": Known(by, (resource.place,)),
            "vpcs": listing(found, True, "the other end", (resource.place,)),
        }
        yield Subject("vpc-link", resource.name, resource.place, node=resource.body, given=facts)
