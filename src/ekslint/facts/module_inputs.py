"""Which inputs of the module terraform-aws-eks end up in a group's user data.

Source: modules/_user_data, its templates, modules/self-managed-node-group and docs/user_data.md of terraform-aws-eks, v20 and v21.
"""

from __future__ import annotations

from ekslint.carriers.node_group import family as family_of
from ekslint.fact import Subject, fact
from ekslint.syntax.computed import Computed, OpenMapping, OpenSequence
from ekslint.syntax.tree import Node, Scalar, items
from ekslint.value import Absent, Known, Unknown, Value, listing

SHELL = ("pre_bootstrap_user_data", "bootstrap_extra_args", "post_bootstrap_user_data")
NODEADM = ("cloudinit_pre_nodeadm", "cloudinit_post_nodeadm")
_NEITHER = ("create_launch_template", "use_custom_launch_template")
_OWN = ("user_data_template_path", "launch_template_id")


@fact("node-group", "string[]")
def passed_over_inputs(group: Subject) -> Value:
    """The bootstrap inputs of the module that it does not render for the group's image family; absent of other carriers.

    Unknown before v20, where a template or a launch template of the user's own replaces the module's.
    """
    body = group.node
    version = group.get("module_version")
    if group.value("carrier") != "terraform-aws-eks" or body is None:
        return Absent((group.place,))
    if not isinstance(version, Known) or version.value < 20 or isinstance(body, OpenMapping):
        return Unknown("what the module renders is not known", (group.place,), written=False)
    if any(_filled(body.get(name)) is not False for name in _OWN):
        return Unknown("a template of its own may use them", (group.place,), written=False)
    if any(isinstance(node := body.get(name), Scalar) and node.value is not True and node.value is not None for name in _NEITHER):
        return Unknown("the launch template is not the module's", (group.place,), written=False)
    written = group.get("written_family")
    kind = family_of(str(written.value)) if isinstance(written, Known) else None
    enabled, managed = body.get("enable_bootstrap_user_data"), group.value("managed")
    if managed is None or isinstance(enabled, Computed):
        return Unknown("whether the module writes the bootstrap is not known", (group.place,), written=False)
    on = managed is False or (isinstance(enabled, Scalar) and enabled.value is True)
    names = _passed_over(kind, on)
    if names is None:
        return Unknown("the image family is not known", (group.place,), written=False)
    found: list[Value] = []
    why = ""
    for name in names:
        key, filled = body.key(name), _filled(body.get(name))
        if filled is None:
            why = why or f"{name} may be empty"
        elif filled and key is not None:
            found.append(Known(name, (key.place,), key=name))
    return listing(found, bool(why), why, (group.place,))


def _passed_over(kind: str | None, on: bool) -> tuple[str, ...] | None:
    """The inputs that are not rendered for an image family; `on` where the module writes the bootstrap itself."""
    if kind == "al2023":
        return SHELL if on else (*SHELL, NODEADM[1])
    if kind == "bottlerocket":
        return (SHELL[0], SHELL[2], *NODEADM)
    if kind == "al2":
        return NODEADM if on else (*SHELL[1:], *NODEADM)
    return None


def _filled(node: Node | None) -> bool | None:
    """Whether an input holds anything; None where that is not known."""
    if isinstance(node, Computed):
        return None
    if isinstance(node, Scalar):
        return node.value is not None and node.value != ""
    if node is None:
        return False
    if isinstance(node, OpenSequence) and not items(node):
        return None
    return bool(items(node))
