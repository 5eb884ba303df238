"""CloudFormation templates: their resources, and what their intrinsic functions give as far as the file says it.

Long forms (`Fn::Sub: …`) and YAML's short tags (`!Sub …`) are one. A `Ref` to a parameter gives the parameter's default, marked
as such; pseudo parameters, imports and attributes of resources are unknown (AWS CloudFormation template reference).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from ekslint.layers.intrinsic import Spelled, function, function_name, piece, plain, same, sub_pattern, typed, whole_number
from ekslint.source.text import Derived, Piece, Text
from ekslint.syntax.tree import Document, Mapping, Node, Scalar, Sequence, entries, items, string
from ekslint.value import Absent, Known, Unknown, Value, listing, places_of, scalar_value

__all__ = ["PARAMETER_DEFAULT", "StackResource", "Template", "function", "template"]

PARAMETER_DEFAULT = "parameter default"
"""What `Known.default` says of a value that a parameter of the template gives when nobody sets it."""

_VARIABLE = re.compile(r"\$\{(!?)\s*+((?:[^}\s$]++|\s++(?!\}))*+)\s*+\}")
_DEPTH = 24


class StackResource:
    """One resource of a template: `type` as in AWS::EKS::Addon, `key` the node of the logical id.

    `properties` is None where none are written.
    """

    __slots__ = ("body", "id", "key", "properties", "template", "type")

    def __init__(self, template: Template, id: str, key: Node, body: Mapping, type: str) -> None:
        self.template = template
        self.id = id
        self.key = key
        self.body = body
        self.type = type
        self.properties = body.get("Properties")

    @property
    def reference(self) -> str:
        """File and logical id, by which others of the set know it."""
        return f"{self.template.document.text.file}#{self.id}"

    def property(self, *path: str) -> Node | None:
        """The node of a property, `If` on the way decided where that is known; None where it is not written."""
        node = self.properties
        for step in path:
            if node is None:
                return None
            node = self.template.branch(node)
            node = node.get(step) if node is not None else None
        return node

    def get(self, *path: str) -> Value:
        """What a property resolves to; absent with the place of the deepest key that is written, unknown below what is computed."""
        node, key = self.properties, self.body.key("Properties") or self.key
        for step in path:
            if node is None:
                break
            if function(node) is not None:
                branch = self.template.branch(node)
                if branch is None or function(branch) is not None:
                    return Unknown(f"computed by {function_name(node)}", (node.place,), written=False, key=step)
                node = branch
            key = node.key(step) or key
            node = node.get(step)
        if node is None:
            return Absent((key.place,), path[-1] if path else None)
        return self.template.resolve(node)


class Template:
    """A CloudFormation or SAM template."""

    __slots__ = ("_deciding", "_resources", "document", "root")

    def __init__(self, document: Document, root: Mapping) -> None:
        self.document = document
        self.root = root
        self._resources: dict[str, StackResource] | None = None
        self._deciding: set[str] = set()

    def resources(self, *types: str) -> Iterator[StackResource]:
        """The resources in the order of the file; of some types where they are named."""
        for resource in self._by_id().values():
            if not types or resource.type in types:
                yield resource

    def resource(self, id: str) -> StackResource | None:
        """The resource of a logical id."""
        return self._by_id().get(id)

    def _by_id(self) -> dict[str, StackResource]:
        if self._resources is None:
            self._resources = {}
            for id, key, body in entries(self.root.get("Resources")):
                type = string(body.get("Type"))
                if isinstance(body, Mapping) and type is not None:
                    self._resources[id] = StackResource(self, id, key, body, type)
        return self._resources

    def resolve(self, node: Node) -> Value:
        """A node's value: a scalar, a `value.Listing` where a function makes a list, or the node of a map or list as it stands.

        Absent for `AWS::NoValue`. Unknown, with the text as far as it is known, where a part is only known when the stack is made.
        """
        return self._resolve(node, 0)

    def text(self, node: Node) -> Text | None:
        """The characters of a string with their places: literals, `Sub`, `Join`, and `If` decided by defaults.

        `${X}` stays where X is not known. `Base64` is no text: see `base64`. None where the file does not spell the string out.
        """
        spelled = self._text(node, 0)
        return spelled.text if spelled is not None else None

    def base64(self, node: Node) -> Node | None:
        """What a `Base64` function encodes, None where the node is none."""
        branch = self.branch(node)
        called = function(branch) if branch is not None else None
        return called[1] if called is not None and called[0] == "Fn::Base64" else None

    def json_string(self, node: Node) -> Node | None:
        """The map or list that `ToJsonString` writes out, None where the node is none."""
        called = function(node)
        return called[1] if called is not None and called[0] == "Fn::ToJsonString" else None

    def reference(self, node: Node | None) -> StackResource | None:
        """The resource of this template that a `Ref`, a `GetAtt` or a `Sub` of nothing else names."""
        called = function(node) if node is not None else None
        if called is None:
            return None
        name, argument = called
        if name == "Ref":
            return self.resource(string(argument) or "")
        if name == "Fn::GetAtt":
            first = items(argument)[0] if items(argument) else argument
            return self.resource((string(first) or "").partition(".")[0])
        if name == "Fn::Sub":
            alone = _VARIABLE.fullmatch((string(argument) or "").strip())
            if alone is not None and not alone.group(1):
                return self.resource(alone.group(2).partition(".")[0])
        return None

    def branch(self, node: Node) -> Node | None:
        """The side of an `If` that the parameters' defaults take, other nodes as they are; None where it is not known."""
        for _ in range(_DEPTH):
            called = function(node)
            if called is None or called[0] != "Fn::If":
                return node
            sides = items(called[1])
            decided = self.condition(sides[0]) if len(sides) == 3 else Unknown("an If without three parts")
            if not isinstance(decided, Known):
                return None
            node = sides[1] if decided.value else sides[2]
        return None

    def condition(self, node: Node | str) -> Value:
        """Whether a condition holds with the parameters' defaults; `node` is a condition function, or a condition's name."""
        return self._condition(node, 0)

    def _resolve(self, node: Node, depth: int) -> Value:
        called = function(node)
        if called is None:
            return scalar_value(node)
        if depth > _DEPTH:
            return Unknown("functions nested too deeply", (node.place,), written=False)
        name, argument = called
        if name == "Ref":
            return self._parameter(string(argument) or "", node)
        compute = _FUNCTIONS.get(name)
        if compute is None:
            return Unknown(f"computed by {function_name(node)}", (node.place,), written=False)
        return compute(self, node, argument, depth + 1)

    def _parameter(self, name: str, at: Node) -> Value:
        if name == "AWS::NoValue":
            return Absent((at.place,))
        declared = self.root.at("Parameters", name)
        default = declared.get("Default") if declared is not None else None
        if declared is None or not isinstance(default, Scalar) or default.value is None:
            return Unknown(f"{name} is known when the stack is made", (at.place,), "${" + name + "}")
        type = string(declared.get("Type")) or "String"
        if type.startswith("AWS::SSM::Parameter::Value"):
            return Unknown(f"{name} is read from Parameter Store", (at.place,), "${" + name + "}")
        places = (at.place, default.place)
        if type == "CommaDelimitedList" or type.startswith("List<"):
            members = [Known(part.strip(), places, PARAMETER_DEFAULT) for part in default.content.split(",") if part.strip()]
            made = listing(members, places=places)
            made.default = PARAMETER_DEFAULT
            return made
        value = scalar_value(default)
        if not isinstance(value, Known):
            return Unknown(f"the default of {name} is a placeholder", places, default.content)
        return Known(typed(default, type), places, PARAMETER_DEFAULT)

    def _spelled(self, node: Node, argument: Node, depth: int) -> Value:
        """What a `Sub` or a `Join` gives: known where every part is."""
        text = self._text(node, depth)
        if text is None:
            return Unknown(f"{function_name(node)} of what is known when the stack is made", (node.place,), written=False)
        if text.left is not None:
            return Unknown(f"{text.left} is known when the stack is made", (node.place,), text.text.value)
        pattern = sub_pattern(argument) if function_name(node) == "Fn::Sub" else None
        defaulted = pattern is not None and any(not found.group(1) for found in _VARIABLE.finditer(pattern.content))
        return Known(text.text.value, (node.place,), PARAMETER_DEFAULT if defaulted else None)

    def _if(self, node: Node, argument: Node, depth: int) -> Value:
        sides = items(argument)
        if len(sides) != 3:
            return Unknown("an If without three parts", (node.place,), written=False)
        decided = self._condition(sides[0], depth)
        if isinstance(decided, Known):
            value = self._resolve(sides[1] if decided.value else sides[2], depth)
            return Known(value.value, value.places, PARAMETER_DEFAULT) if isinstance(value, Known) else value
        first, second = self._resolve(sides[1], depth), self._resolve(sides[2], depth)
        if isinstance(first, Known) and isinstance(second, Known) and same(first.value, second.value):
            return Known(first.value, places_of(first, second))
        return Unknown("an If whose condition is known when the stack is made", (node.place,), written=True)

    def _select(self, node: Node, argument: Node, depth: int) -> Value:
        parts = items(argument)
        index = whole_number(self._resolve(parts[0], depth)) if len(parts) == 2 else None
        if index is None:
            return Unknown("a Select that is known when the stack is made", (node.place,), written=False)
        members = self._members(parts[1], depth)
        if members is None or not 0 <= index < len(members):
            return Unknown("a Select of a list that is known when the stack is made", (node.place,), written=False)
        return members[index]

    def _split(self, node: Node, argument: Node, depth: int) -> Value:
        parts = items(argument)
        by = string(parts[0]) if len(parts) == 2 else None
        value = self._resolve(parts[1], depth) if by else Unknown("a Split without its separator")
        if isinstance(value, Known) and isinstance(value.value, str) and by:
            return listing([Known(p, value.places, value.default) for p in value.value.split(by)], places=value.places)
        return Unknown("a Split of what is known when the stack is made", (node.place,), written=False)

    def _find(self, node: Node, argument: Node, depth: int) -> Value:
        found: Node | None = self.root.get("Mappings")
        default = None
        for part in items(argument)[:3]:
            step = self._resolve(part, depth)
            if not isinstance(step, Known):
                return Unknown("a FindInMap by what is known when the stack is made", (node.place,), written=False)
            default = default or step.default
            found = found.get(str(step.value)) if found is not None else None
        if found is None:
            return Unknown("a FindInMap of no entry here", (node.place,), written=False)
        value = scalar_value(found)
        return Known(value.value, (node.place, *value.places), default) if isinstance(value, Known) else value

    def _members(self, node: Node, depth: int) -> list[Value] | None:
        if isinstance(node, Sequence) and function(node) is None:
            return [self._resolve(item, depth) for item in node.items]
        value = self._resolve(node, depth)
        if isinstance(value, Known) and hasattr(value.value, "items") and not isinstance(value.value, Node):
            return list(value.value.items)
        return None

    def _condition(self, node: Node | str, depth: int) -> Value:
        name = node if isinstance(node, str) else string(node) if function(node) is None else None
        if name is not None:
            declared = self.root.at("Conditions", name)
            if declared is None or name in self._deciding:
                return Unknown(f"the condition {name} is not declared")
            self._deciding.add(name)
            try:
                return self._condition(declared, depth + 1)
            finally:
                self._deciding.discard(name)
        if isinstance(node, str) or depth > _DEPTH:
            return Unknown("conditions nested too deeply")
        called = function(node)
        if called is None:
            return Unknown("no condition function", (node.place,), written=False)
        name_of, argument = called
        parts = items(argument)
        if name_of == "Condition":
            return self._condition(string(argument) or "", depth + 1)
        if name_of == "Fn::Equals" and len(parts) == 2:
            left, right = self._resolve(parts[0], depth + 1), self._resolve(parts[1], depth + 1)
            if isinstance(left, Known) and isinstance(right, Known):
                return Known(same(left.value, right.value), (node.place,), PARAMETER_DEFAULT)
            return Unknown("compares what is known when the stack is made", (node.place,), written=False)
        decided = [self._condition(part, depth + 1) for part in parts]
        known = [bool(value.value) for value in decided if isinstance(value, Known)]
        whole = bool(decided) and len(known) == len(decided)
        if name_of == "Fn::Not" and len(decided) == 1 and whole:
            return Known(not known[0], (node.place,), PARAMETER_DEFAULT)
        if name_of == "Fn::And" and (whole or False in known):
            return Known(all(known), (node.place,), PARAMETER_DEFAULT)
        if name_of == "Fn::Or" and (whole or True in known):
            return Known(any(known), (node.place,), PARAMETER_DEFAULT)
        return Unknown("a condition that is known when the stack is made", (node.place,), written=False)

    def _text(self, node: Node, depth: int) -> Spelled | None:
        if depth > _DEPTH:
            return None
        called = function(node)
        if called is None:
            return Spelled(node.inner()) if isinstance(node, Scalar) and node.value is not None else None
        name, argument = called
        if name == "Fn::Sub":
            return self._sub_text(argument, depth + 1)
        if name == "Fn::Join":
            return self._join_text(argument, depth + 1)
        if name == "Fn::If":
            side = self.branch(node)
            return self._text(side, depth + 1) if side is not None else None
        value = self._resolve(node, depth + 1)
        if isinstance(value, Known) and isinstance(value.value, str | int | float | bool):
            return Spelled(piece(node, plain(value.value)))
        if name in ("Ref", "Fn::GetAtt") and not isinstance(value, Absent):
            path = ".".join(string(i) or "" for i in items(argument)) or string(argument) or ""
            left = "${" + path + "}"
            return Spelled(piece(node, left), left)
        return None

    def _sub_text(self, argument: Node, depth: int) -> Spelled | None:
        pattern = sub_pattern(argument)
        if pattern is None:
            return None
        own = items(argument)[1] if len(items(argument)) == 2 else None
        inner = pattern.inner()
        pieces, done, left = [], 0, None
        for found in _VARIABLE.finditer(inner.value):
            literal, name = found.groups()
            replaced = "${" + name + "}"
            if not literal:
                given = own.get(name) if own is not None else None
                value = self._resolve(given, depth) if given is not None else self._parameter(name, pattern)
                if not isinstance(value, Known) or not isinstance(value.value, str | int | float | bool):
                    left = left or replaced
                    continue
                replaced = plain(value.value)
            pieces.append(Piece(inner, done, found.start(), inner.value[done : found.start()], True))
            pieces.append(Piece(inner, found.start(), found.end(), replaced, False))
            done = found.end()
        pieces.append(Piece(inner, done, len(inner.value), inner.value[done:], True))
        return Spelled(Derived(pieces), left)

    def _join_text(self, argument: Node, depth: int) -> Spelled | None:
        parts = items(argument)
        if len(parts) != 2 or not isinstance(parts[0], Scalar) or not isinstance(parts[1], Sequence) or function(parts[1]):
            return None
        by, pieces, left = parts[0], [], None
        for index, member in enumerate(parts[1].items):
            spelled = self._text(member, depth)
            if spelled is None:
                return None
            left = left or spelled.left
            if index and by.content:
                pieces.append(Piece(by.text, by.start, by.end, by.content, False))
            pieces.append(Piece(spelled.text, 0, len(spelled.text.value), spelled.text.value, True))
        return Spelled(Derived(pieces), left)


_FUNCTIONS: dict[str, Callable[[Template, Node, Node, int], Value]] = {
    "Fn::Sub": Template._spelled,
    "Fn::Join": Template._spelled,
    "Fn::If": Template._if,
    "Fn::Select": Template._select,
    "Fn::Split": Template._split,
    "Fn::FindInMap": Template._find,
}


def template(document: Document) -> Template | None:
    """The document as a template, None where it is none: a map with `Resources` of which one has an AWS type."""
    root = document.root
    if not isinstance(root, Mapping):
        return None
    for _, _, body in entries(root.get("Resources")):
        if "::" in (string(body.get("Type")) or ""):
            return Template(document, root)
    return None
