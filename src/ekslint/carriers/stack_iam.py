"""IAM roles in CloudFormation with the policies that they have, and the pod identities that give them to pods."""

from __future__ import annotations

from collections.abc import Iterator

from ekslint.carriers.terraform_iam import WITHOUT_IPV6, Permissions
from ekslint.fact import Subject
from ekslint.layers.cloudformation import StackResource, Template, template
from ekslint.syntax.tree import Document, Node, items, string
from ekslint.value import Absent, Known, Listing, Unknown, Value

GIVES = ("iam-role", "pod-identity")
TOKENS = (b"AWS::IAM::Role", b"AWS::EKS::PodIdentityAssociation")
_OF_AWS = ":iam::aws:policy/"


def claims(document: Document) -> bool:
    """A template with a role or a pod identity."""
    return document.root.get("Resources") is not None and any(token.decode() in document.text.value for token in TOKENS)


def subjects(document: Document) -> Iterator[Subject]:
    """The roles of a template and its pod identities, by their logical ids and the names of their service accounts."""
    stack = template(document)
    if stack is None:
        return
    for resource in stack.resources("AWS::IAM::Role"):
        yield _role(stack, resource)
    for resource in stack.resources("AWS::EKS::PodIdentityAssociation"):
        account, role = string(resource.property("ServiceAccount")) or "", stack.reference(resource.property("RoleArn"))
        place = resource.key.place
        given: dict[str, Value] = {"role": Absent((place,)) if role is None else Known(role.reference, (place,))}
        yield Subject("pod-identity", account, place, node=resource.body, given=given)


def _role(stack: Template, role: StackResource) -> Subject:
    found = Permissions()
    place = role.key.place
    managed = role.property("ManagedPolicyArns")
    if managed is not None and not items(managed):
        found.why = "the managed policies are known when the stack is made"
    for item in items(managed):
        _attach(stack, found, item)
    inline = role.property("Policies")
    if inline is not None and not items(inline):
        found.why = found.why or "the inline policies are known when the stack is made"
    for policy in items(inline):
        found.allow(policy.get("PolicyDocument"))
    for resource in stack.resources("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy"):
        listed = resource.property("Roles")
        owners = items(listed) if resource.type != "AWS::IAM::RolePolicy" else [resource.property("RoleName")]
        if listed is not None and not owners:
            found.why = found.why or f"{resource.id} may be of this role"
        for owner in owners:
            of = stack.reference(owner)
            if of is not None and of.id == role.id:
                found.allow(resource.property("PolicyDocument"))
            elif of is None and owner is not None:
                found.why = found.why or f"{resource.id} may be of this role"
    facts: dict[str, Value] = {
        "reference": Known(role.reference, (place,)),
        "policies": Known(Listing(found.policies, bool(found.why), found.why), (place,)),
        "allowed_actions": Known(Listing(found.actions, bool(found.why), found.why), (place,)),
    }
    return Subject("iam-role", role.id, place, node=role.body, given=facts)


def _attach(stack: Template, found: Permissions, node: Node) -> None:
    """A managed policy: one of AWS's by its ARN, in which only the partition may be open, or one that the template makes."""
    own = stack.reference(node)
    if own is not None:
        found.policies.append(Known(own.id, (node.place,)))
        found.allow(own.property("PolicyDocument"))
        return
    value = stack.resolve(node)
    text = str(value.value) if isinstance(value, Known) else value.text if isinstance(value, Unknown) else None
    before, of_aws, name = (text or "").partition(_OF_AWS)
    name = name.rpartition("/")[2]
    if not of_aws or "${" in name or before not in ("arn:aws", "arn:${AWS::Partition}", "arn:aws-cn", "arn:aws-us-gov"):
        found.why = found.why or "a policy is not known"
        return
    found.policies.append(Known(name, (node.place,)))
    if name not in WITHOUT_IPV6:
        found.why = found.why or f"what {name} allows is not known here"
