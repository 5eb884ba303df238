"""One kustomization built on its bases: what it accumulates, generates and transforms, in kustomize's own order."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable
from typing import TypeVarTuple

from ekslint.data.kustomize import Fieldspecs, default_fieldspecs
from ekslint.layers.kustomize import generators, transformers
from ekslint.layers.kustomize.configuration import combined, extended
from ekslint.layers.kustomize.edit import content
from ekslint.layers.kustomize.faults import BuildError, Fault
from ekslint.layers.kustomize.files import Files, Kustomization
from ekslint.layers.kustomize.objects import Object, objects
from ekslint.layers.kustomize.patches import Patch, read_json_patches, read_patches
from ekslint.layers.kustomize.references import fix_references
from ekslint.layers.kustomize.replacements import replace
from ekslint.source.text import Text
from ekslint.syntax.tree import Document, Node, Scalar, items

Arguments = TypeVarTuple("Arguments")
PATCH = "it is a patch without its base"
PATCHED = "a kustomization changes it by a tool of its own"
CHARTED = "a kustomization may change what the chart brings"
READ_CHARTS = ("aws-vpc-cni",)
"""Charts whose objects are all read from their values."""
MAX_NESTED = 50
MAX_OBJECTS = 50_000
MAX_FOLDERS = 20_000
_REMOTE = re.compile(
    r"^(?:[a-z][a-z0-9+.-]*::|[a-z][a-z0-9+.-]*://|git@|[\w.-]+@[\w.-]+:|(?:www\.)?(?:github|gitlab|bitbucket)\.[a-z]+[/:])|\?(?:ref|version|timeout|submodules)=|//|\.git(?:/|$)"
)


def is_remote(entry: str) -> bool:
    """Whether an entry of a kustomization lies elsewhere than in the files of the set."""
    return _REMOTE.search(entry) is not None


class Accumulated:
    """What a kustomization has gathered: objects, the fields that transformers write, and whether all of it was seen.

    `loose` are patches of objects that were not seen, `charts` kustomization files that bring Helm charts.
    """

    def __init__(self, fields: Fieldspecs) -> None:
        self.objects: list[Object] = []
        self.fields = fields
        self.whole = True
        self.loose: list[Document] = []
        self.charts: list[Document] = []

    def copy(self) -> Accumulated:
        made = Accumulated(self.fields)
        made.objects = [one.copy() for one in self.objects]
        made.whole = self.whole
        made.loose, made.charts = list(self.loose), list(self.charts)
        return made


class Builder:
    """All builds of a run, with what they share: bases are built once, the faults of each are told once."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.faults: dict[Fault, None] = {}
        self.used: set[str] = set()
        self._bases: dict[str, Accumulated] = {}
        self._objects = 0
        self._folders = 0

    def build(self, folder: str) -> Accumulated:
        """The finished objects of a kustomization that is deployed by itself."""
        built = self._accumulate(folder, ())
        try:
            self._count(built)
        except BuildError as error:
            self.faults[error.fault] = None
            built.objects, built.whole = [], False
            return built
        for one in built.objects:
            if one.hashed:
                generators.add_hash(one)
        fix_references(built.objects, built.fields.references)
        for one in built.objects:
            one.settle()
        built.objects = [
            one for one in built.objects if one.labels("annotations").get("config.kubernetes.io/local-config", "false") == "false"
        ]
        return built

    def _count(self, found: Accumulated) -> None:
        self._objects += len(found.objects)
        if self._objects > MAX_OBJECTS:
            place = self.files.kustomizations[min(self.files.kustomizations)].document.root.place
            raise BuildError(
                f"the kustomizations build more than {MAX_OBJECTS} objects: check fewer folders at a time", place, "limit"
            )

    def _accumulate(self, folder: str, above: tuple[str, ...]) -> Accumulated:
        """A copy of what a base gives."""
        if folder not in self._bases:
            self._bases[folder] = _Step(self, self.files.kustomizations[folder], above, None).run()
        return self._bases[folder].copy()

    def entered(self, kustomization: Kustomization, above: tuple[str, ...]) -> None:
        """Counts a kustomization. Raises BuildError where there are too many, or too many inside each other."""
        self._folders += 1
        if len(above) >= MAX_NESTED or self._folders > MAX_FOLDERS:
            raise BuildError("too many kustomizations inside each other", kustomization.document.root.place, "limit")


class _Step:
    """One kustomization: `above` are those that it is a part of; `given` what a component works on."""

    def __init__(self, builder: Builder, own: Kustomization, above: tuple[str, ...], given: Accumulated | None) -> None:
        self.builder = builder
        self.own = own
        self.root = own.root
        self.above = (*above, own.folder)
        self.found = given if given is not None else Accumulated(default_fieldspecs())

    def run(self) -> Accumulated:
        found = self.found
        self.builder.used.add(self.own.name)
        if not self._try(self.builder.entered, self.own, self.above):
            return found
        for key in ("resources", "bases"):
            for entry in items(self.root.get(key)):
                self._try(self._resource, entry)
        for entry in items(self.root.get("configurations")):
            self._try(self._configure, entry)
        self._generate()
        for entry in items(self.root.get("components")):
            self._try(self._component, entry)
        self._transform()
        charts = [*items(self.root.get("helmCharts")), *items(self.root.get("helmChartInflationGenerator"))]
        if charts:
            found.charts.append(self.own.document)
            found.whole = found.whole and all(content(chart.get("name")) in READ_CHARTS for chart in charts)
        if any(items(self.root.get(key)) for key in ("generators", "transformers")):
            found.whole = False
            if items(self.root.get("transformers")):
                self._blur(PATCHED)
        return self.found

    def _try(self, step: Callable[[*Arguments], None], *arguments: *Arguments) -> bool:
        """Takes a step; where that fails, keeps why, and that not all was seen."""
        try:
            step(*arguments)
        except BuildError as error:
            self.builder.faults[error.fault] = None
            self.found.whole = False
            return False
        return True

    def _blur(self, reason: str) -> None:
        for one in self.found.objects:
            one.partial = one.partial or reason

    def _path(self, entry: str) -> str:
        path = posixpath.normpath(posixpath.join(self.own.folder, entry))
        return "" if path == "." else path

    def _missing(self, path: str, node: Node, what: str) -> None:
        """Raises BuildError where a file is certainly not there; where it was only not given, not all was seen."""
        self.found.whole = False
        if self.builder.files.missing(path):
            raise BuildError(f"{what} {content(node)} does not exist", node.place, "syntax")

    def _resource(self, node: Node) -> None:
        entry = content(node)
        if not entry or is_remote(entry):
            self.found.whole = False
            return
        path = self._path(entry)
        base = self.builder.files.kustomizations.get(path)
        if base is not None:
            if base.is_component:
                raise BuildError(f"{entry} is a component: name it under components", node.place)
            self._check_loop(path, node)
            self._take(self.builder._accumulate(path, self.above), node)
            return
        documents = self.builder.files.documents(path)
        if documents is None:
            self._missing(path, node, "the resource")
            return
        self.builder.used.add(path)
        made = Accumulated(self.found.fields)
        made.objects = [one for document in documents for one in objects(document) if one.kind]
        self._take(made, node)

    def _check_loop(self, path: str, node: Node) -> None:
        if path in self.above:
            raise BuildError(f"the kustomizations form a loop: {content(node)} leads back to {path or 'this folder'}", node.place)

    def _take(self, other: Accumulated, node: Node) -> None:
        """Adds what a base or a file gives. Raises BuildError at the first object that is there already."""
        found = self.found
        found.whole = found.whole and other.whole
        found.fields = combined(found.fields, other.fields)
        found.loose.extend(other.loose)
        found.charts.extend(other.charts)
        ids = {one.id for one in found.objects}
        self.builder._count(other)
        twice = None
        for one in other.objects:
            if one.id in ids:
                twice = twice or one
                continue
            ids.add(one.id)
            found.objects.append(one)
        if twice is not None:
            raise BuildError(f"{content(node)} brings {twice.kind} {twice.name} a second time", node.place)

    def _configure(self, node: Node) -> None:
        path = self._path(content(node))
        documents = self.builder.files.documents(path)
        if documents is None:
            self._missing(path, node, "the configuration")
            return
        self.builder.used.add(path)
        for document in documents:
            self.found.fields = extended(self.found.fields, document.root)

    def _generate(self) -> None:
        options = self.root.get("generatorOptions")
        for key, kind in (("configMapGenerator", "ConfigMap"), ("secretGenerator", "Secret")):
            for arguments in items(self.root.get(key)):
                self._try(self._absorb, kind, arguments, options)

    def _text(self, path: str, node: Node) -> Text | None:
        name = self._path(path)
        text = self.builder.files.text(name)
        if text is None:
            whole = self.found.whole
            self._missing(name, node, "the file")
            self.found.whole = whole
        else:
            self.builder.used.add(name)
        return text

    def _absorb(self, kind: str, node: Node, options: Node | None) -> None:
        made = generators.generate(kind, node, options, self.own.document, self._text)
        found = self.found.objects
        same = [number for number, one in enumerate(found) if made.id in one.ids]
        if not same:
            if made.behavior in ("merge", "replace") and self.found.whole:
                raise BuildError(f"there is no {made.kind} {made.name} to {made.behavior}", node.place)
            if made.behavior in ("merge", "replace"):
                made.partial = PATCH
            found.append(made)
        elif made.behavior in ("merge", "replace"):
            found[same[0]] = generators.absorbed(found[same[0]], made)
        else:
            raise BuildError(f"there is a {made.kind} {made.name} already: give the generator a behavior", node.place)

    def _component(self, node: Node) -> None:
        entry = content(node)
        if not entry or is_remote(entry):
            self.found.whole = False
            self._blur(PATCHED)
            return
        path = self._path(entry)
        component = self.builder.files.kustomizations.get(path)
        if component is None:
            self._blur(PATCHED)
            self._missing(path, node, "the component")
            return
        if not component.is_component:
            raise BuildError(f"{entry} is no component: its kind is not Component", node.place)
        self._check_loop(path, node)
        self.found = _Step(self.builder, component, self.above, self.found).run()

    def _file(self, path: str, node: Node) -> list[Document]:
        name = self._path(path)
        if is_remote(path):
            raise _UnreadError
        documents = self.builder.files.documents(name)
        if documents is None:
            self._missing(name, node, "the patch")
            raise _UnreadError
        self.builder.used.add(name)
        return documents

    def _inline(self, node: Node) -> list[Document]:
        from ekslint.syntax import yaml

        if not isinstance(node, Scalar):
            raise BuildError("a patch is a text: put a | before it", node.place)
        parsed = yaml.parse(node.inner())
        if parsed.problems:
            raise BuildError(f"the patch cannot be read: {parsed.problems[0].message}", parsed.problems[0].place)
        return parsed.documents

    def _transform(self) -> None:
        found, root = self.found, self.root
        try:
            self._patch(read_patches(root, self._file, self._inline))
        except _UnreadError:
            self._blur(PATCHED)
        for key, before in (("namespace", None), ("namePrefix", True), ("nameSuffix", False)):
            node = root.get(key)
            if node is None:
                continue
            if before is None:
                self._try(transformers.set_namespace, found.objects, node, found.fields.namespace)
            else:
                transformers.add_affix(found.objects, node, found.fields.prefix if before else found.fields.suffix, before)
        transformers.add_labels(found.objects, root, found.fields)
        transformers.add_annotations(found.objects, root, found.fields)
        try:
            self._patch(read_json_patches(root, self._file, self._inline))
        except _UnreadError:
            self._blur(PATCHED)
        for entry in items(root.get("replicas")):
            self._try(self._set_replicas, entry)
        for entry in (*items(root.get("images")), *items(root.get("imageTags"))):
            self._try(transformers.set_images, found.objects, entry, found.fields.images)
        for entry in items(root.get("replacements")):
            self._try(self._replace, entry)

    def _set_replicas(self, entry: Node) -> None:
        if not transformers.set_replicas(self.found.objects, entry, self.found.fields.replicas) and self.found.whole:
            raise BuildError(f"no Deployment, StatefulSet or ReplicaSet is called {content(entry.get('name'))}", entry.place)

    def _patch(self, patches: Iterable[Patch | BuildError]) -> None:
        for patch in patches:
            if isinstance(patch, BuildError):
                self.builder.faults[patch.fault] = None
                self.found.whole = False
                self._blur(PATCHED)
            else:
                self._try(self._apply, patch)

    def _apply(self, patch: Patch) -> None:
        if patch.apply(self.found.objects):
            return
        if self.found.whole:
            raise BuildError(f"there is no {patch.subject} for this patch to change in {self.own.name}", patch.place_node.place)
        if patch.object is not None:
            loose = patch.object.built()
            loose.partial = PATCH
            self.found.loose.append(loose)

    def _replace(self, entry: Node) -> None:
        path = entry.get("path")
        if path is None:
            self._replaced(entry)
            return
        try:
            documents = self._file(content(path), path)
        except _UnreadError:
            self._blur(PATCHED)
            return
        for document in documents:
            for node in items(document.root) or [document.root]:
                self._try(self._replaced, node)

    def _replaced(self, entry: Node) -> None:
        try:
            replace(self.found.objects, entry)
        except BuildError as error:
            if self.found.whole or error.fault.kind == "limit":
                raise
            self._blur(PATCHED)


class _UnreadError(Exception):
    """A file of patches was not read: what it changes is not known."""
