"""Which folders are Terraform configurations, with which values their variables are set, and what they declare.

A folder's files are one module. A folder that another one calls is no configuration of its own: it is evaluated where it is called.
Variables are set by terraform.tfvars and *.auto.tfvars; of other .tfvars files in the folder those that set the same variables are
different deployments, and the rest are used together.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from ekslint.layers.terraform.bodies import body
from ekslint.layers.terraform.evaluation import Frame
from ekslint.layers.terraform.module import Module, Sources
from ekslint.source.text import Place, Text
from ekslint.syntax.expressions import Block, File
from ekslint.syntax.parsed import SyntaxProblem
from ekslint.syntax.tree import Mapping, Node, Scalar

MAX_MODULES = 300
MAX_RESOURCES = 5_000
MAX_VARIANTS = 12
_LOCAL = re.compile(r'\bsource"?\s*[=:]\s*"(\.\.?/[^"\n]*|\.\.?)"')
_FOREIGN = re.compile(r"eks|kubernetes|k8s|node-?group|karpenter", re.I)


class Resource:
    """A resource, data source or module call as it is declared, once for each instance.

    `type` is the resource type, of a module call its source. `node` is the name, for its place.
    """

    __slots__ = ("_body", "_make", "address", "mode", "name", "node", "place", "scope", "type", "version")

    def __init__(
        self, mode: str, type: str, name: str, address: str, node: Node, make: Callable[[], Mapping], version: str, scope: str
    ) -> None:
        self.mode = mode
        self.type = type
        self.name = name
        self.address = address
        self.node = node
        self.place: Place = node.place
        self.version = version
        self.scope = scope
        """The address of the module instance that it stands in, with a dot behind it; empty for the root."""
        self._make = make
        self._body: Mapping | None = None

    @property
    def body(self) -> Mapping:
        """Its arguments and blocks."""
        if self._body is None:
            self._body = self._make()
        return self._body


class Configuration:
    """What one Terraform run deploys. `whole` is false where a module that may bring EKS resources is not in the set.

    `label` is the .tfvars file of one of several deployments of a folder.
    """

    def __init__(self, folder: str, label: str, resources: list[Resource], whole: bool) -> None:
        self.folder = folder
        self.path = posixpath.join(folder, "main.tf")
        """Where it lies, for telling environments apart."""
        self.label = label
        self.whole = whole
        self._resources = resources

    def resources(self, *types: str) -> Iterator[Resource]:
        """The resources of some types."""
        return (one for one in self._resources if one.mode == "resource" and one.type in types)

    def data(self, *types: str) -> Iterator[Resource]:
        """The data sources of some types."""
        return (one for one in self._resources if one.mode == "data" and one.type in types)

    def modules(self, source: re.Pattern[str]) -> Iterator[Resource]:
        """The calls of modules from elsewhere whose source has a match."""
        return (one for one in self._resources if one.mode == "module" and source.search(one.type))

    def declared(self, address: str) -> Iterator[Resource]:
        """The instances of what is declared at an address without keys."""
        return (one for one in self._resources if one.address.partition("[")[0] == address)

    def named(self, address: str) -> Resource | None:
        """The resource of an address."""
        return next((one for one in self._resources if one.address == address), None)


class Found:
    """The configurations of a run, the files that they are made of, and what cannot be read."""

    def __init__(
        self, configurations: list[Configuration], sources: Sources, files: set[str], problems: list[tuple[str, SyntaxProblem]]
    ) -> None:
        self.configurations = configurations
        self.files = files
        self.problems = problems
        self._sources = sources

    @property
    def taken(self) -> set[str]:
        """The files whose text went into a value that somebody asked for."""
        return self._sources.taken


def find(files: Iterable[tuple[str, str]], text: Callable[[str], Text | None], matters: Iterable[str]) -> Found:
    """The configurations among some files, given as names and syntaxes (`hcl` or `hcl-json`).

    `text` gives the text of any file of the set; `matters` are those of the names that can hold something for ekslint.
    """
    folders: dict[str, list[tuple[str, str]]] = {}
    for name, syntax in files:
        folders.setdefault(posixpath.dirname(name), []).append((name, syntax))
    wanted = _reach(folders, text, {posixpath.dirname(name) for name in matters})
    problems: list[tuple[str, SyntaxProblem]] = []
    parsed: dict[str, dict[str, File]] = {}
    important = set(matters)
    for folder in sorted(wanted):
        parsed[folder] = {}
        for name, syntax in sorted(folders[folder]):
            file = _parse(text(name), syntax)
            if file is None:
                continue
            parsed[folder][name] = file
            if name in important:
                problems.extend((name, problem) for problem in file.problems)
    blocks = {
        folder: [block for name, file in members.items() if not is_values(name) for block in file.blocks]
        for folder, members in parsed.items()
    }
    sources = Sources({folder: found for folder, found in blocks.items() if found}, text)
    called = {target for folder, found in blocks.items() for target in _targets(folder, found) if target != folder}
    roots = [folder for folder in sources.folders if folder not in called]
    made = [one for folder in roots for one in _deployments(sources, folder, parsed[folder])]
    return Found(made, sources, {name for members in parsed.values() for name in members}, problems)


def is_values(name: str) -> bool:
    """Whether a file sets variables."""
    return name.endswith((".tfvars", ".tfvars.json"))


def _parse(text: Text | None, syntax: str) -> File | None:
    if text is None:
        return None
    from ekslint.syntax import hcl, hcl_json

    return hcl_json.parse(text) if syntax == "hcl-json" else hcl.parse(text)


def _reach(folders: dict[str, list[tuple[str, str]]], text: Callable[[str], Text | None], start: set[str]) -> set[str]:
    """The folders that hold something, those that call them, and those that they call."""
    if not start:
        return set()
    calls: dict[str, set[str]] = {}
    for folder, files in folders.items():
        for name, _ in files:
            found = text(name) if not is_values(name) else None
            if found is not None:
                calls.setdefault(folder, set()).update(_joined(folder, said) for said in _LOCAL.findall(found.value))
    callers: dict[str, set[str]] = {}
    for folder, targets in calls.items():
        for target in targets:
            callers.setdefault(target, set()).add(folder)
    wanted = _closure({folder for folder in start if folder in folders}, callers)
    return _closure(wanted, calls) & set(folders)


def _closure(start: set[str], edges: dict[str, set[str]]) -> set[str]:
    found = set(start)
    waiting = list(start)
    while waiting:
        for target in edges.get(waiting.pop(), ()):
            if target not in found:
                found.add(target)
                waiting.append(target)
    return found


def _joined(folder: str, source: str) -> str:
    path = posixpath.normpath(posixpath.join(folder, source))
    return "" if path == "." else path


def _targets(folder: str, blocks: list[Block]) -> Iterator[str]:
    for block in blocks:
        source = block.arguments.get("source") if block.type == "module" else None
        said = source.value.written.strip('"') if source is not None else ""
        if said.startswith("."):
            yield _joined(folder, said)


def _deployments(sources: Sources, folder: str, files: dict[str, File]) -> Iterator[Configuration]:
    """The configurations of a root folder: one, or one for each of several .tfvars files that set the same variables."""
    always: list[File] = []
    chosen: dict[str, File] = {}
    for name, file in files.items():
        if not is_values(name):
            continue
        base = posixpath.basename(name).removesuffix(".json")
        if base == "terraform.tfvars":
            always.insert(0, file)
        elif base.endswith(".auto.tfvars"):
            always.append(file)
        else:
            chosen[name] = file
    said = [argument.name for file in chosen.values() for argument in file.arguments]
    if len(said) == len(set(said)):
        yield _deploy(sources, folder, [*always, *chosen.values()], "")
        return
    for name, file in list(chosen.items())[:MAX_VARIANTS]:
        yield _deploy(sources, folder, [*always, file], name)


def _deploy(sources: Sources, folder: str, values: list[File], label: str) -> Configuration:
    plain = Frame(Module(sources, "\0"))
    given = {argument.name: plain.evaluate(argument.value) for file in values for argument in file.arguments}
    root = Module(sources, folder, given=given)
    resources: list[Resource] = []
    whole = True
    waiting = [root]
    for _ in range(MAX_MODULES):
        if not waiting or len(resources) > MAX_RESOURCES:
            break
        module = waiting.pop(0)
        for mode in ("resource", "data"):
            for block in module.blocks.get(mode, {}).values():
                resources.extend(_declared(module, mode, block) if len(resources) <= MAX_RESOURCES else ())
        for name, block in module.blocks.get("module", {}).items():
            if len(waiting) > MAX_MODULES:
                break
            if module.source_folder(block) is not None:
                children = (module.child(name, block, one) for one in module.instances(block))
                waiting.extend(child for child in children if child is not None)
                continue
            found = list(_call(module, name, block))
            resources += found
            whole = whole and not any(one.type.startswith(".") or _foreign(one.type) for one in found)
    return Configuration(folder, label, resources, whole and not waiting)


def _foreign(source: str) -> bool:
    """Whether a module from elsewhere may bring EKS resources that no carrier knows."""
    known = "terraform-aws-modules/eks" in source or "terraform-aws-modules/terraform-aws-eks" in source
    return not known and "eks-blueprints-addons" not in source and _FOREIGN.search(source) is not None


def _declared(module: Module, mode: str, block: Block) -> Iterator[Resource]:
    if len(block.labels) != 2 or not block.labels[0].startswith(PREFIXES):
        return
    type, name = block.labels
    label = block.label_nodes[1]
    node = Scalar(label.text, label.start, label.end, name, name, '"')
    prefix = "data." if mode == "data" else ""
    for one in module.instances(block):
        address = f"{module.address}{prefix}{type}.{name}{one.suffix}"
        yield Resource(mode, type, name, address, node, partial(body, block, one.frame), "", module.address)


def _call(module: Module, name: str, block: Block) -> Iterator[Resource]:
    source, version = block.arguments.get("source"), block.arguments.get("version")
    said = module.frame.evaluate(source.value) if source is not None else None
    wanted = module.frame.evaluate(version.value) if version is not None else None
    label = block.label_nodes[0]
    node = Scalar(label.text, label.start, label.end, name, name, '"')
    for one in module.instances(block):
        address = f"{module.address}module.{name}{one.suffix}"
        yield Resource(
            "module",
            said.content if isinstance(said, Scalar) else "",
            name,
            address,
            node,
            partial(body, block, one.frame),
            wanted.content if isinstance(wanted, Scalar) else "",
            module.address,
        )


PREFIXES = ("aws_", "kubernetes_", "kubectl_", "helm_", "awscc_")
"""The beginnings of types that carriers read."""
