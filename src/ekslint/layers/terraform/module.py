"""One Terraform module with the values it was given: its variables, locals, resources, outputs and the modules that it calls."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator
from collections.abc import Mapping as Dict

from ekslint.layers.terraform.data import rendered_data
from ekslint.layers.terraform.evaluation import Addressed, Frame, Work
from ekslint.layers.terraform.types import conform
from ekslint.layers.terraform.values import computed, members, number
from ekslint.source.text import Text
from ekslint.syntax.computed import Computed, defaulted
from ekslint.syntax.expressions import Argument, Attribute, Block, Expression, Name, Template
from ekslint.syntax.tree import Mapping, Node, Scalar, Sequence

VARIABLE_DEFAULT = "variable default"
"""What `Known.default` says of a value that a variable of the root module has when nobody sets it."""

MAX_INSTANCES = 64
MAX_NESTING = 8


class Sources:
    """The files of a run: the blocks of each folder, the text of any file, and which texts were taken into a value."""

    __slots__ = ("_templates", "folders", "taken", "text")

    def __init__(self, folders: Dict[str, list[Block]], text: Callable[[str], Text | None]) -> None:
        self.folders = folders
        self.text = text
        self.taken: set[str] = set()
        self._templates: dict[str, Template | None] = {}

    def template(self, text: Text) -> Template | None:
        """A file's text as a template, read once."""
        from ekslint.syntax import hcl

        key = text.file if self.text(text.file) is text else ""
        if not key:
            return hcl.template(text)
        if key not in self._templates:
            self._templates[key] = hcl.template(text)
        return self._templates[key]


class Instance:
    """One of those that a block stands for: its key (None for a single one) and the frame of its arguments."""

    __slots__ = ("frame", "key")

    def __init__(self, key: Node | None, frame: Frame) -> None:
        self.key = key
        self.frame = frame

    @property
    def suffix(self) -> str:
        """The key as an address has it."""
        if not isinstance(self.key, Scalar):
            return ""
        return f"[{self.key.content}]" if isinstance(self.key.value, int) else f'["{self.key.content}"]'


class Module:
    """A module folder, evaluated with its inputs. `inputs` is None for the root, whose variables `given` sets (.tfvars files)."""

    def __init__(
        self,
        sources: Sources,
        folder: str,
        address: str = "",
        inputs: Dict[str, Node] | None = None,
        given: Dict[str, Node] | None = None,
        work: Work | None = None,
        root: Module | None = None,
        nesting: int = 0,
    ) -> None:
        self.sources = sources
        self.folder = folder
        self.address = address
        self.work = work or Work()
        self.root = root or self
        self.nesting = nesting
        self._inputs = inputs
        self._given = given or {}
        self._kept: dict[tuple[str, str], Node | None] = {}
        self._children: dict[tuple[str, str], Module] = {}
        self.blocks: dict[str, dict[str, Block]] = {}
        self.locals: dict[str, Argument] = {}
        for block in sources.folders.get(folder, ()):
            if block.type == "locals":
                self.locals.update(block.arguments)
            elif block.labels:
                self.blocks.setdefault(block.type, {}).setdefault(".".join(block.labels), block)
        self.frame = Frame(self)

    def named(self, name: Name, steps: list[Expression]) -> tuple[Node, int]:
        """What a name and the first of the steps behind it refer to, and how many steps that took."""
        said = [step.name if isinstance(step, Attribute) else None for step in steps[:2]]
        first, second = (*said, None, None)[:2]
        at = steps[0] if steps else name
        if first is None:
            return computed(name, f"{name.name} is known when Terraform runs"), len(steps)
        if name.name == "var":
            return self.variable(first, at), 1
        if name.name == "local":
            return self.local(first, at), 1
        if name.name == "path":
            return self._path(first, at), 1
        if name.name == "module":
            return self._called(first, at), 1
        if name.name == "data" and second is not None and len(steps) > 1:
            return self._resource("data", f"{first}.{second}", steps[1]), 2
        if name.name in ("each", "count", "self", "terraform", "data"):
            return computed(at, "known when Terraform runs"), len(steps)
        return self._resource("resource", f"{name.name}.{first}", at), 1

    def variable(self, name: str, at: Expression) -> Node:
        """The value of a variable: what the caller or a .tfvars file gives, else its default, which a root's user may replace."""
        declared = self.blocks.get("variable", {}).get(name)
        given = self._given if self._inputs is None else self._inputs
        default = declared.arguments.get("default") if declared is not None else None
        if name not in given and default is None:
            who = "the caller gives it" if self._inputs is not None or self.reusable else "nothing here sets it"
            return computed(at, f"var.{name} has no value: {who}")
        return self._once("var", name, at, lambda: self._variable(name, declared, default))

    def _variable(self, name: str, declared: Block | None, default: Argument | None) -> Node:
        given = self._given if self._inputs is None else self._inputs
        type = declared.arguments.get("type") if declared is not None else None
        inside = self.frame.evaluate(default.value) if name not in given and default is not None else given[name]
        value = conform(inside, type.value if type is not None else None, self.frame.evaluate)
        if name in given or self._inputs is not None:
            return value
        if self.reusable:
            said = "" if not isinstance(value, Scalar) else value.content
            reason = f"var.{name} is {said or 'a default'} unless the caller of the module says otherwise"
            return Computed(value.text, value.start, value.end, reason, f"var.{name}")
        return defaulted(value, VARIABLE_DEFAULT)

    @property
    def reusable(self) -> bool:
        """Whether the folder is a module for others to call: it lies below `modules` and configures neither providers nor state."""
        if "modules" not in self.folder.split("/") or self._inputs is not None or self._given:
            return False
        return not self.blocks.get("provider")

    def local(self, name: str, at: Expression) -> Node:
        """The value of a local."""
        argument = self.locals.get(name)
        if argument is None:
            return computed(at, f"local.{name} is not declared here")
        return self._once("local", name, at, lambda: self.frame.evaluate(argument.value))

    def _once(self, kind: str, name: str, at: Expression, compute: Callable[[], Node]) -> Node:
        key = (kind, name)
        if key in self._kept:
            kept = self._kept[key]
            return kept if kept is not None else computed(at, f"{kind}.{name} refers to itself")
        self._kept[key] = None
        try:
            value = compute()
        finally:
            del self._kept[key]
        self._kept[key] = value
        return value

    def _path(self, name: str, at: Expression) -> Node:
        folder = {"module": self.folder, "root": self.root.folder}.get(name)
        if folder is None:
            return computed(at, "known when Terraform runs")
        return Scalar(at.text, at.start, at.end, folder or ".", folder or ".", '"')

    def file(self, path: str) -> Text | None:
        """The text of a file by a path as expressions write it; None where the set does not have it."""
        for folder in ("", self.root.folder, self.folder):
            name = posixpath.normpath(posixpath.join(folder, path)) if len(path) < 1000 else ""
            text = self.sources.text(name) if name else None
            if text is not None:
                self.sources.taken.add(name)
                return text
        return None

    def template_scope(self) -> Module:
        """A module without names of its own, for the expressions of a template."""
        return Module(self.sources, "\0", work=self.work, root=self.root, inputs={})

    def instances(self, block: Block) -> Iterator[Instance]:
        """What a block stands for: one, none, or as many as `count` and `for_each` say; one of an unknown number is one."""
        count, each = block.arguments.get("count"), block.arguments.get("for_each")
        if each is not None:
            collection = self.frame.evaluate(each.value)
            if isinstance(collection, (Mapping, Sequence)):
                for key, value in _keyed(collection)[:MAX_INSTANCES]:
                    bound = Mapping(each.text, each.start, each.end, [(_word(each, "key"), key), (_word(each, "value"), value)])
                    yield Instance(key, self.frame.having(each=bound))
                return
            yield Instance(None, self.frame)
        elif count is not None:
            found = self.frame.evaluate(count.value)
            wanted = number(found)
            if wanted is None:
                yield Instance(None, self.frame)
                return
            for index in range(min(int(wanted), MAX_INSTANCES)):
                key = Scalar(count.text, count.start, count.end, index, str(index))
                bound = Mapping(count.text, count.start, count.end, [(_word(count, "index"), key)])
                yield Instance(key, self.frame.having(count=bound))
        else:
            yield Instance(None, self.frame)

    def _resource(self, kind: str, name: str, at: Expression) -> Node:
        block = self.blocks.get(kind, {}).get(name)
        address = f"{self.address}data.{name}" if kind == "data" else f"{self.address}{name}"
        if block is None:
            return computed(at, "known when Terraform runs", address)
        repeated = "for_each" if "for_each" in block.arguments else "count" if "count" in block.arguments else ""
        found: list[tuple[Node | None, Node]] = [
            (one.key, Applied(block, one, f"{address}{one.suffix}", at)) for one in self.instances(block)
        ]
        span = (at.text, at.start, at.end)
        if not repeated:
            return found[0][1]
        if len(found) == 1 and found[0][0] is None:
            return found[0][1]
        if repeated == "for_each":
            return Mapping(*span, [(key, value) for key, value in found if key is not None])
        return Sequence(*span, [value for _, value in found])

    def _called(self, name: str, at: Expression) -> Node:
        block = self.blocks.get("module", {}).get(name)
        address = f"{self.address}module.{name}"
        if block is None or self.source_folder(block) is None:
            return computed(at, "known when Terraform runs", address)
        found: list[tuple[Node | None, Node]] = []
        for one in self.instances(block):
            child = self.child(name, block, one)
            if child is None:
                return computed(at, "the modules call each other", address)
            found.append((one.key, Outputs(child, at, f"{address}{one.suffix}")))
        span = (at.text, at.start, at.end)
        if len(found) == 1 and found[0][0] is None:
            return found[0][1]
        if "for_each" in block.arguments:
            return Mapping(*span, [(key, value) for key, value in found if key is not None])
        return Sequence(*span, [value for _, value in found])

    def source_folder(self, block: Block) -> str | None:
        """The folder of a local module that a block calls; None where the source is elsewhere or not in the set."""
        source = block.arguments.get("source")
        said = self.frame.evaluate(source.value) if source is not None else None
        if not isinstance(said, Scalar) or not isinstance(said.value, str) or not said.value.startswith((".", "/")):
            return None
        folder = posixpath.normpath(posixpath.join(self.folder, said.value))
        folder = "" if folder == "." else folder
        return folder if folder in self.sources.folders else None

    def child(self, name: str, block: Block, one: Instance) -> Module | None:
        """The module that a call evaluates; None where it goes too deep."""
        folder = self.source_folder(block)
        if folder is None or self.nesting >= MAX_NESTING:
            return None
        key = (name, one.suffix)
        if key not in self._children:
            inputs = _Inputs(block, one.frame)
            address = f"{self.address}module.{name}{one.suffix}."
            self._children[key] = Module(
                self.sources, folder, address, inputs, work=self.work, root=self.root, nesting=self.nesting + 1
            )
        return self._children[key]

    def output(self, name: str) -> Argument | None:
        """The value of an output."""
        block = self.blocks.get("output", {}).get(name)
        return block.arguments.get("value") if block is not None else None


class _Inputs(Dict[str, Node]):
    """The arguments of a call, each worked out when it is asked for."""

    def __init__(self, block: Block, frame: Frame) -> None:
        self._arguments = block.arguments
        self._frame = frame
        self._kept: dict[str, Node] = {}

    def __getitem__(self, name: str) -> Node:
        if name not in self._kept:
            self._kept[name] = self._frame.evaluate(self._arguments[name].value)
        return self._kept[name]

    def __contains__(self, name: object) -> bool:
        return name in self._arguments

    def __iter__(self) -> Iterator[str]:
        return iter(self._arguments)

    def __len__(self) -> int:
        return len(self._arguments)


class Applied(Addressed):
    """A resource or data source as others read it: its arguments, and attributes that are known once it is there."""

    __slots__ = ("_block", "_instance", "_kept")

    def __init__(self, block: Block, instance: Instance, address: str, at: Expression) -> None:
        super().__init__(at, address)
        self._block = block
        self._instance = instance
        self._kept: dict[str, Node] = {}

    def get(self, key: str) -> Node | None:
        if key not in self._kept:
            self._kept[key] = self._get(key)
        return self._kept[key]

    def _get(self, key: str) -> Node:
        argument = self._block.arguments.get(key)
        if argument is not None:
            value = self._instance.frame.evaluate(argument.value)
            if not isinstance(value, Computed):
                return value
        special = rendered_data(self._block, self._instance.frame, key) if self._block.type == "data" else None
        if special is not None:
            return special
        written = f"{self.address}.{key}"
        return Computed(self.text, self.start, self.end, self.why, written, self.address)


class Outputs(Addressed):
    """A called module as its caller reads it."""

    __slots__ = ("_child",)

    def __init__(self, child: Module, at: Expression, address: str) -> None:
        super().__init__(at, address)
        self._child = child

    def get(self, key: str) -> Node | None:
        value = self._child.output(key)
        if value is None:
            return Computed(self.text, self.start, self.end, "the module has no such output", f"{self.address}.{key}", self.address)
        return self._child.frame.evaluate(value.value)


def _keyed(collection: Node) -> list[tuple[Node, Node]]:
    """The keys and values of `for_each`: a set's items are both."""
    if isinstance(collection, Sequence):
        return [(item, item) for item in collection.items]
    return members(collection)


def _word(at: Expression, name: str) -> Scalar:
    return Scalar(at.text, at.start, at.start, name, name)
