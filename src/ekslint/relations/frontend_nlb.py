"""The NLB that an Ingress may ask for in front of its ALB.

Source: pkg/ingress/model_build_frontend_nlb.go of the AWS Load Balancer Controller.
"""

from __future__ import annotations

from ekslint.data.go import go_int
from ekslint.fact import Subject, fact
from ekslint.facts.written import ALB, CONTROLLER, alb, boolean, choice, pairs, strings
from ekslint.relations.ingress_groups import agreed, members
from ekslint.value import Absent, Known, Unknown, Value, listing


def _asked(load_balancer: Subject) -> Value:
    """Whether some member of an ALB's group asks for the NLB; absent for other load balancers."""
    group = load_balancer.value("group")
    if group is None:
        return Absent((load_balancer.place,))
    found = [boolean(alb(one, "enable-frontend-nlb")) for one in members(group)]
    asks = next((one for one in found if isinstance(one, Known) and one.value is True), None)
    return asks or next(
        (one for one in found if isinstance(one, Unknown)), Known(False, (load_balancer.place,), default=CONTROLLER)
    )


@fact("load-balancer", "bool")
def frontend_nlb(load_balancer: Subject) -> Value:
    """Whether an NLB is put in front of an ALB; it is not by default, absent for an NLB."""
    return _asked(load_balancer)


def _of_nlb(load_balancer: Subject, suffix: str, otherwise: Value | None = None) -> Value:
    asked, group = _asked(load_balancer), load_balancer.value("group")
    if not isinstance(asked, Known) or not asked.value:
        return asked if isinstance(asked, Unknown) else Absent(asked.places)
    return agreed(group, [alb(one, suffix) for one in members(group)], otherwise or Absent(asked.places))


@fact("load-balancer", "enum(internal, internet-facing)")
def frontend_nlb_scheme(load_balancer: Subject) -> Value:
    """The scheme of the NLB in front, internal by default, whatever the ALB's is; absent without such an NLB."""
    asked = _asked(load_balancer)
    default = Known("internal", asked.places, default=CONTROLLER, key=ALB + "frontend-nlb-scheme")
    return choice(_of_nlb(load_balancer, "frontend-nlb-scheme", default), ("internal", "internet-facing"))


@fact("load-balancer", "string[]")
def frontend_nlb_addresses(load_balancer: Subject) -> Value:
    """The Elastic IPs of the NLB in front; absent where none are named."""
    return strings(_of_nlb(load_balancer, "frontend-nlb-eip-allocations"))


@fact("load-balancer", "string[]")
def frontend_nlb_subnets(load_balancer: Subject) -> Value:
    """The subnets of the NLB in front; absent where none are named."""
    return strings(_of_nlb(load_balancer, "frontend-nlb-subnets"))


def _count(value: Value) -> Value:
    return Known(len(value.value.items), value.places) if isinstance(value, Known) else value


@fact("load-balancer", "int")
def frontend_nlb_address_count(load_balancer: Subject) -> Value:
    """How many Elastic IPs the NLB in front has; absent where none are named."""
    return _count(load_balancer.get("frontend_nlb_addresses"))


@fact("load-balancer", "int")
def frontend_nlb_subnet_count(load_balancer: Subject) -> Value:
    """How many subnets the NLB in front has; absent where none are named."""
    return _count(load_balancer.get("frontend_nlb_subnets"))


@fact("ingress", "int[]")
def mapped_ports(ingress: Subject) -> Value:
    """The ports of the ALB that the Ingress maps ports of the NLB in front to; absent where it maps none."""
    written = pairs(alb(ingress, "frontend-nlb-listener-port-mapping"))
    if not isinstance(written, Known):
        return written
    ports = [go_int(value, 32) for value in written.value.values()]
    return listing([Known(port, written.places) for port in ports if port is not None], places=written.places)
