"""What a CloudFormation template says of the VPC around a subnet: its ranges, and the way out of the subnet.

Sources: AWS::EC2::VPCCidrBlock, AWS::EC2::SubnetRouteTableAssociation and AWS::EC2::Route in the CloudFormation template reference.
"""

from __future__ import annotations

from ekslint.layers.cloudformation import StackResource
from ekslint.value import Known, Listing, Unknown, Value

EVERYWHERE = "0.0.0.0/0"


def vpc_of(resource: StackResource) -> Value:
    """The VPC that the template makes for a subnet or a group, by file and logical id."""
    vpc = resource.template.reference(resource.property("VpcId"))
    if vpc is None or vpc.type != "AWS::EC2::VPC":
        return Unknown("the VPC is not made here", (resource.key.place,), written=False)
    return Known(vpc.reference, (resource.key.place,))


def vpc_ranges(subnet: StackResource) -> Value:
    """The IPv4 ranges of the VPC that the template makes for a subnet; unknown where the VPC is made elsewhere."""
    stack = subnet.template
    vpc = stack.reference(subnet.property("VpcId"))
    if vpc is None or vpc.type != "AWS::EC2::VPC":
        return Unknown("the VPC is not made here", (subnet.key.place,), written=False)
    found: list[Value] = []
    why = ""
    said = vpc.get("CidrBlock")
    if isinstance(said, Known):
        found.append(said)
    else:
        why = "the range of the VPC is not known"
    for block in stack.resources("AWS::EC2::VPCCidrBlock"):
        of = stack.reference(block.property("VpcId"))
        if of is not None and of.id != vpc.id:
            continue
        range_of = block.get("CidrBlock")
        if of is None or isinstance(range_of, Unknown) or block.property("Ipv4IpamPoolId") is not None:
            why = why or "a range of the VPC is not known"
        elif isinstance(range_of, Known):
            found.append(range_of)
    return Known(Listing(found, bool(why), why), (vpc.key.place,))


def default_route(subnet: StackResource) -> Value:
    """Where the route table of a subnet sends what leaves the VPC: internet-gateway or other; unknown where no table is seen."""
    stack, at = subnet.template, subnet.key.place
    for association in stack.resources("AWS::EC2::SubnetRouteTableAssociation"):
        of = stack.reference(association.property("SubnetId"))
        if of is None or of.id != subnet.id:
            continue
        table = stack.reference(association.property("RouteTableId"))
        if table is None or association.body.get("Condition") is not None:
            break
        for route in stack.resources("AWS::EC2::Route"):
            owner = stack.reference(route.property("RouteTableId"))
            goes_to = route.get("DestinationCidrBlock")
            if owner is None or owner.id != table.id or not isinstance(goes_to, Known) or goes_to.value != EVERYWHERE:
                continue
            if route.body.get("Condition") is not None:
                return Unknown("a condition decides on a route of its table", (route.key.place,), written=False)
            gateway = stack.reference(route.property("GatewayId"))
            if gateway is not None and gateway.type == "AWS::EC2::InternetGateway":
                return Known("internet-gateway", (route.key.place,))
            if any(route.property(name) is not None for name in ("NatGatewayId", "TransitGatewayId", "NetworkInterfaceId")):
                return Known("other", (route.key.place,))
            return Unknown("a route of its table goes to what is not known", (route.key.place,), written=False)
        return Unknown("its route table has no way out of the VPC here", (association.key.place,), written=False)
    return Unknown("its route table is not in the set", (at,), written=False)
