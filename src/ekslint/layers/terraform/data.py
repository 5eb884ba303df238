"""Data sources that come of their arguments alone: cloud-init messages, templates, IAM policies, names of images."""

from __future__ import annotations

from collections.abc import Iterable

from ekslint.layers.terraform.bodies import body
from ekslint.layers.terraform.evaluation import Frame
from ekslint.layers.terraform.strings import json_of, known_text, made, pieces_of
from ekslint.layers.terraform.values import truth
from ekslint.source.text import Derived, Piece, Text
from ekslint.syntax.computed import Computed, Encoded, OpenMapping, OpenSequence
from ekslint.syntax.expressions import Block
from ekslint.syntax.tree import Mapping, Node, Scalar, Sequence, items, string

BOUNDARY = "MIMEBOUNDARY"
_POLICY = {"statement": "Statement", "effect": "Effect", "actions": "Action"}


def rendered_data(block: Block, frame: Frame, attribute: str) -> Node | None:
    """An attribute of a data source; None where only AWS knows it."""
    kind = block.labels[0]
    if kind in ("cloudinit_config", "template_cloudinit_config") and attribute == "rendered":
        return _cloud_init(block, body(block, frame))
    if kind == "template_file" and attribute == "rendered":
        return _template(block, frame)
    if kind == "aws_iam_policy_document" and attribute in ("json", "minified_json"):
        return json_of(_policy(body(block, frame)), block)
    if kind == "aws_ssm_parameter" and attribute in ("value", "insecure_value"):
        return _named(block, body(block, frame).get("name"))
    if kind == "aws_ami" and attribute in ("id", "image_id"):
        return _image(block, body(block, frame))
    return None


def _cloud_init(block: Block, found: Mapping) -> Node:
    """A multi-part message, which the provider packs and encodes where nobody switches that off."""
    listed = found.get("part")
    parts = [(part.get("content_type"), part.get("content")) for part in items(listed)]
    why = listed.why if isinstance(listed, OpenSequence) else found.why if isinstance(found, OpenMapping) else ""
    message = multipart(parts, block, bool(why))
    tests = [truth(node) if node is not None else None for node in (found.get("gzip"), found.get("base64_encode"))]
    plain = all(test is not None and test.value is False for test in tests)
    return message if plain else Encoded(block.text, block.start, block.end, message, "rendered")


def multipart(parts: Iterable[tuple[Node | None, Node | None]], at: Node | Block, more: bool) -> Scalar:
    """A MIME multi-part message of content types and contents; `more` where other parts may come."""
    opening = f'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="{BOUNDARY}"\n\n'
    pieces = [Piece(at.text, at.start, at.start, opening, False)]
    for type, content in parts:
        said = string(type) or "text/plain"
        where = content if content is not None else at
        head = f"--{BOUNDARY}\nContent-Type: {said}\nMIME-Version: 1.0\n\n"
        pieces.append(Piece(where.text, where.start, where.start, head, False))
        text = content.inner() if isinstance(content, Computed) else known_text(content)
        if text is not None:
            pieces += pieces_of(text)
        pieces.append(Piece(where.text, where.end, where.end, "\n", False))
    if more:
        pieces.append(Piece(at.text, at.start, at.end, "${more parts}\n", False))
    pieces.append(Piece(at.text, at.end, at.end, f"--{BOUNDARY}--\n", False))
    return made(Derived(pieces), at)


def _template(block: Block, frame: Frame) -> Node | None:
    from ekslint.layers.terraform.functions import rendered

    found = body(block, frame)
    text: Text | None = known_text(found.get("template"))
    return rendered(frame, block, text, found.get("vars")) if text is not None else None


def _policy(node: Node) -> Node:
    """A policy document's blocks with the keys of IAM's JSON."""
    if isinstance(node, Sequence):
        changed = [_policy(item) for item in node.items]
        if isinstance(node, OpenSequence):
            return OpenSequence(node.text, node.start, node.end, changed, node.why)
        return Sequence(node.text, node.start, node.end, changed)
    if not isinstance(node, Mapping):
        return node
    entries = [(_renamed(key), _policy(value)) for key, value in node.entries]
    span = (node.text, node.start, node.end)
    if isinstance(node, OpenMapping):
        return OpenMapping(*span, entries, node.why)
    if node.get("source_policy_documents") is not None or node.get("override_policy_documents") is not None:
        return OpenMapping(*span, entries, "other policy documents are part of it")
    return Mapping(*span, entries)


def _renamed(key: Node) -> Node:
    name = _POLICY.get(key.content) if isinstance(key, Scalar) else None
    return Scalar(key.text, key.start, key.end, name, name) if name is not None else key


def _named(block: Block, name: Node | None) -> Node | None:
    """An image by the name of the parameter that holds its id."""
    said = name.content if isinstance(name, Scalar) else None
    return Computed(block.text, block.start, block.end, "AWS knows the parameter's value", said) if said else None


def _image(block: Block, found: Mapping) -> Node | None:
    for each in items(found.get("filter")):
        values = items(each.get("values"))
        if string(each.get("name")) == "name" and values:
            said = values[0].content if isinstance(values[0], Scalar) else ""
            return Computed(block.text, block.start, block.end, "AWS knows the image", said)
    return None
