"""IAM roles in Terraform with the policies that they have, in the role, attached to it or inline beside it.

Of AWS's own policies only those are known here that nodes usually have; any other may allow more.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ekslint.carriers._terraform import qualified, reference
from ekslint.fact import Subject, given
from ekslint.layers.terraform.text_functions import parsed
from ekslint.syntax.computed import Computed, OpenMapping, Serialized, why_open
from ekslint.syntax.tree import Mapping, Node, Scalar, Sequence, items, string
from ekslint.value import Known, Listing, Value, placeholder

if TYPE_CHECKING:
    from ekslint.layers.terraform import Configuration, Resource

GIVES = ("iam-role", "pod-identity")
TOKENS = ()
_ACCOUNTS = re.compile(r"iam-role-for-service-account|eks-pod-identity")
CNI_POLICY = "AmazonEKS_CNI_Policy"
WITHOUT_IPV6 = frozenset(
    (
        CNI_POLICY,
        "AmazonEKSWorkerNodePolicy",
        "AmazonEKSWorkerNodeMinimalPolicy",
        "AmazonEC2ContainerRegistryReadOnly",
        "AmazonEC2ContainerRegistryPullOnly",
        "AmazonSSMManagedInstanceCore",
        "AmazonEBSCSIDriverPolicy",
        "AmazonEFSCSIDriverPolicy",
        "CloudWatchAgentServerPolicy",
        "AWSXRayDaemonWriteAccess",
        "AmazonEKSClusterPolicy",
        "AmazonEKSServicePolicy",
        "AmazonEKSVPCResourceController",
        "AmazonEKSFargatePodExecutionRolePolicy",
        "AmazonS3ReadOnlyAccess",
        "CloudWatchLogsFullAccess",
    )
)
"""AWS's policies that do not allow ec2:AssignIpv6Addresses (AWS managed policy reference)."""

given("iam-role", "reference", "string", "Folder and address of the role, as other resources of its configuration name it.")
given("iam-role", "policies", "string[]", "The policies of AWS and of the set that the role has, by name.")
given("iam-role", "allowed_actions", "string[]", "The actions that those of its policies allow whose text is known.")
given(
    "pod-identity", "role", "string", "Folder and address of the role that the association gives; absent where it is not the set's."
)


def terraform(configuration: Configuration) -> Iterator[Subject]:
    """The roles, and modules that make roles for service accounts, of which nothing is known."""
    for resource in configuration.resources("aws_iam_role"):
        yield _role(configuration, resource)
    for resource in configuration.resources("aws_eks_pod_identity_association"):
        account = string(resource.body.get("service_account")) or ""
        role = reference(configuration, resource.body.get("role_arn"))
        yield Subject("pod-identity", account, resource.place, node=resource.body, given={"role": role})
    for module in configuration.modules(_ACCOUNTS):
        open = Listing([], True, f"the module {module.type} gives it policies")
        facts: dict[str, Value] = {"policies": Known(open, (module.place,)), "allowed_actions": Known(open, (module.place,))}
        yield Subject("iam-role", module.name, module.place, node=module.body, given=facts)


class Permissions:
    """What a role has: names of policies, actions, and why there may be more."""

    def __init__(self) -> None:
        self.policies: list[Value] = []
        self.actions: list[Value] = []
        self.why = ""

    def attach(self, configuration: Configuration, node: Node | None) -> None:
        """A policy by its ARN: one of AWS's, or one that the configuration makes."""
        if node is None:
            return
        if isinstance(node, Computed):
            found = configuration.named(node.reference) if node.reference is not None else None
            if found is None:
                self.why = self.why or node.reason
                return
            self.policies.append(Known(found.name, (node.place,)))
            self.allow(found.body.get("policy"))
            return
        said = (string(node) or "").rpartition("/")[2]
        if not said or placeholder(said) is not None:
            self.why = self.why or "a policy is not known"
            return
        self.policies.append(Known(said, (node.place,)))
        if said not in WITHOUT_IPV6:
            self.why = self.why or f"what {said} allows is not known here"

    def allow(self, node: Node | None) -> None:
        """A policy document."""
        root: Node | None = node.of if isinstance(node, Serialized) else node if isinstance(node, Mapping) else None
        if root is None and isinstance(node, Scalar) and isinstance(node.value, str) and not isinstance(node, Computed):
            root = parsed(node.inner())
        if not isinstance(root, Mapping):
            self.why = self.why or (node.reason if isinstance(node, Computed) else "a policy document cannot be read")
            return
        self.why = self.why or why_open(root) or ""
        listed = root.get("Statement")
        if listed is None or listed.tag is not None:
            self.why = self.why or "the statements of a policy are not known"
        for statement in [listed] if isinstance(listed, Mapping) else items(listed):
            effect = statement.get("Effect")
            if not isinstance(statement, Mapping) or statement.tag is not None or (effect is not None and effect.tag is not None):
                self.why = self.why or "a statement of a policy is not known"
            elif string(effect) in (None, "Allow"):
                self._actions(statement)

    def _actions(self, statement: Mapping) -> None:
        found = statement.get("Action")
        if found is None:
            self.why = self.why or "a statement names the actions that it leaves out"
        for action in found.items if isinstance(found, Sequence) else [found]:
            said = string(action)
            if said is None or action is None or action.tag is not None or placeholder(said) is not None:
                self.why = self.why or "an action is not known"
            else:
                self.actions.append(Known(said, (action.place,)))


def _role(configuration: Configuration, role: Resource) -> Subject:
    found = Permissions()
    body, place = role.body, role.place
    if isinstance(body, OpenMapping):
        found.why = body.why
    managed = body.get("managed_policy_arns")
    if isinstance(managed, Computed):
        found.why = found.why or managed.reason
    for item in items(managed):
        found.attach(configuration, item)
    for inline in items(body.get("inline_policy")):
        found.allow(inline.get("policy"))
    for resource in configuration.resources("aws_iam_role_policy_attachment", "aws_iam_role_policy", "aws_iam_policy_attachment"):
        owners = [resource.body.get("role")] if resource.type != "aws_iam_policy_attachment" else items(resource.body.get("roles"))
        if not any(_is(role, owner) for owner in owners):
            if any(isinstance(owner, Computed) and owner.reference is None for owner in owners):
                found.why = found.why or f"{resource.address} may be of this role"
            continue
        if resource.type == "aws_iam_role_policy":
            found.allow(resource.body.get("policy"))
        else:
            found.attach(configuration, resource.body.get("policy_arn"))
    facts: dict[str, Value] = {
        "reference": Known(qualified(configuration, role.address), (place,)),
        "policies": Known(Listing(found.policies, bool(found.why), found.why), (place,)),
        "allowed_actions": Known(Listing(found.actions, bool(found.why), found.why), (place,)),
    }
    return Subject("iam-role", role.name, place, node=body, given=facts)


def _is(role: Resource, owner: Node | None) -> bool:
    """Whether an argument names a role, by reference or by name."""
    if isinstance(owner, Computed):
        return owner.reference == role.address
    name = role.body.get("name")
    return string(owner) is not None and string(owner) == string(name) and not isinstance(name, Computed)
