"""What a fact is: a noun of one kind of subject, with a type and a text, computed when asked for and kept.

A module of `facts/` or `relations/` declares them:

    @fact("target-group", "string")
    def target_type(target_group: Subject) -> Value:
        \"\"\"instance or ip, as the controller decides it (pkg/ingress/model_build_target_group.go).\"\"\"

and everybody asks by name: `subject.get("target_type")`. A carrier that already knows a fact gives it with the subject;
`given(kind, name, type, text)` declares what only carriers know.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from ekslint.catalogue import Catalogue, catalogue, load_all
from ekslint.source.text import Place
from ekslint.syntax.tree import Node
from ekslint.value import Absent, Known, Listing, Unknown, Value, listing, read

if TYPE_CHECKING:
    from ekslint.inventory import Cluster

BASIC = ("bool", "int", "number", "string", "version", "any")
"""The types beside subject kinds. `enum(a, b)` is a string from a closed list; `[]` behind a type makes it a list."""


class Fact(NamedTuple):
    """A declared fact: `type` is one of BASIC, an `enum(…)` or a kind of subject, each alone or with `[]`."""

    kind: str
    name: str
    type: str
    text: str
    compute: Callable[[Any], Value] | None

    @property
    def many(self) -> bool:
        return self.type.endswith("[]")

    @property
    def base(self) -> str:
        return self.type.removesuffix("[]")

    @property
    def choices(self) -> tuple[str, ...] | None:
        """The closed list of an enum, None of other types."""
        if not self.base.startswith("enum("):
            return None
        return tuple(c.strip() for c in self.base[5:-1].split(","))


FACTS: dict[str, dict[str, Fact]] = {}
"""All declared facts, by kind of subject and name."""

MAKERS: dict[str, Callable[[Any], Iterable[Subject]]] = {}
"""Kinds of subjects that no carrier lifts but a join makes: from the cluster, once."""


class CircleError(Exception):
    """A fact that asks for itself, by the names on the way: a mistake in facts."""


def fact(kind: str, type: str) -> Callable[[Callable[[Any], Value]], Callable[[Any], Value]]:
    """Declares a function as the fact of its name; its docstring is the fact's text."""

    def declare(compute: Callable[[Any], Value]) -> Callable[[Any], Value]:
        _add(Fact(kind, compute.__name__, type, (compute.__doc__ or "").strip(), compute))
        return compute

    return declare


def given(kind: str, name: str, type: str, text: str) -> None:
    """Declares a fact that carriers give with the subject; absent where one does not."""
    _add(Fact(kind, name, type, text, None))


MADE_OF: dict[str, tuple[str, ...]] = {}
"""For kinds that a join makes, the kinds that carriers lift of which it needs one; nothing where it may always make some."""


def maker(
    kind: str, of: tuple[str, ...] = ()
) -> Callable[[Callable[[Any], Iterable[Subject]]], Callable[[Any], Iterable[Subject]]]:
    """Declares a function of the cluster as what makes all subjects of a kind.

    `of` names the kinds that carriers lift: where a cluster has none of them, nothing that a file speaks of can be made.
    """

    def declare(make: Callable[[Any], Iterable[Subject]]) -> Callable[[Any], Iterable[Subject]]:
        if kind in MAKERS:
            raise ValueError(f"two makers of {kind}")
        MAKERS[kind] = make
        MADE_OF[kind] = of
        return make

    return declare


def _add(found: Fact) -> None:
    facts = FACTS.setdefault(found.kind, {})
    if found.name in facts or found.name in COMMON:
        raise ValueError(f"two facts {found.kind}.{found.name}")
    facts[found.name] = found


@cache
def index() -> Catalogue:
    """Which module declares what."""
    return catalogue(_declared)


def _declared() -> tuple[dict[str, dict[str, str]], dict[str, tuple[str, tuple[str, ...]]]]:
    facts = {
        kind: {name: declared.compute.__module__ if declared.compute else "" for name, declared in found.items()}
        for kind, found in FACTS.items()
    }
    return facts, {kind: (make.__module__, MADE_OF[kind]) for kind, make in MAKERS.items()}


def find_fact(kind: str, name: str) -> Fact | None:
    """The fact of that kind and name, None where nobody declares one; imports the module that does."""
    found = FACTS.get(kind, {}).get(name) or COMMON.get(name) or _GIVEN.get((kind, name))
    if found is not None:
        return found
    if name == "before":
        return _GIVEN.setdefault((kind, name), Fact(kind, name, kind, "The same subject in the earlier state.", _before))
    module = index()["facts"].get(kind, {}).get(name)
    if module is None:
        return None
    if module == "":
        return _GIVEN.setdefault((kind, name), Fact(kind, name, "any", "", None))
    import_module(module)
    return FACTS[kind][name]


def find_maker(kind: str) -> Callable[[Any], Iterable[Subject]] | None:
    """What makes the subjects of a kind, None where only carriers do; imports the module that declares it."""
    if kind not in MAKERS:
        declared = index()["makers"].get(kind)
        if declared is None:
            return None
        import_module(declared[0])
    return MAKERS[kind]


def made_of(kind: str) -> tuple[str, ...]:
    """The kinds that carriers lift of which one is needed to make a kind; nothing where that is not said."""
    declared = index()["makers"].get(kind)
    found: tuple[str, ...] = declared[1] if declared is not None else ()
    return found


_GIVEN: dict[tuple[str, str], Fact] = {}


class Subject:
    """What a rule looks at: a kind, a name, the place of its name, the node it was lifted from and the facts given with it.

    `partial` is the reason why what is missing here may stand elsewhere (a patch, a template), None where all was seen.
    `belongs` is the name of the cluster that the subject itself names. `origin` is the same subject as the carrier lifted it,
    one for all clusters that share the file.
    """

    __slots__ = ("_kept", "belongs", "cluster", "given", "kind", "name", "namespace", "node", "origin", "partial", "place")

    def __init__(
        self,
        kind: str,
        name: str,
        place: Place,
        *,
        namespace: Value | None = None,
        node: Node | None = None,
        given: Mapping[str, Value] | None = None,
        partial: str | None = None,
        belongs: str | None = None,
        cluster: Cluster | None = None,
    ) -> None:
        self.kind = kind
        self.name = name
        self.place = place
        self.namespace = namespace
        self.node = node
        self.given = given or {}
        self.partial = partial
        self.belongs = belongs
        self.cluster = cluster
        self.origin: Subject = self
        self._kept: dict[str, Value | None] = {}

    def __repr__(self) -> str:
        return f"<{self.kind} {self.name} at {self.place}>"

    def inside(self, cluster: Cluster) -> Subject:
        """This subject as one cluster sees it."""
        view = Subject(
            self.kind,
            self.name,
            self.place,
            namespace=self.namespace,
            node=self.node,
            given=self.given,
            partial=self.partial,
            belongs=self.belongs,
            cluster=cluster,
        )
        view.origin = self.origin
        return view

    def get(self, name: str) -> Value:
        """The fact of that name. Raises KeyError for one that nobody declared and CircleError for one that asks for itself."""
        kept = self._kept.get(name)
        if kept is not None:
            return kept
        if name in self._kept:
            raise CircleError(f"{self.kind}.{name}")
        found: Value | None = self.given.get(name)
        if found is None:
            declared = find_fact(self.kind, name)
            if declared is None:
                raise KeyError(f"{self.kind}.{name}")
            if declared.compute is None:
                found = Unknown(self.partial, (self.place,)) if self.partial else Absent((self.place,))
            else:
                self._kept[name] = None
                try:
                    found = declared.compute(self)
                except CircleError as circle:
                    raise CircleError(f"{self.kind}.{name} > {circle}") from None
                finally:
                    del self._kept[name]
        self._kept[name] = found
        return found

    def value(self, name: str) -> Any:
        """The plain value of a fact, None where it is not known: for facts that may ignore the difference."""
        found = self.get(name)
        return found.value if isinstance(found, Known) else None

    def read(self, *path: str) -> Value:
        """The value at a path of the subject's own node; see `value.read`."""
        return read(self.node, *path, partial=self.partial, outer=(self.place,))

    @property
    def home(self) -> Cluster:
        """The cluster that the subject was put into. Raises LookupError before it was."""
        if self.cluster is None:
            raise LookupError(f"{self.kind} {self.name} is in no cluster")
        return self.cluster

    def known(self) -> Known[Subject]:
        """This subject as an answer of a relation, at its own place."""
        return Known(self, (self.place,))


def subjects(found: Iterable[Subject], open: bool = False, why: str = "", places: Iterable[Place] = ()) -> Known[Listing]:
    """Subjects as the answer of a relation."""
    return listing([s.known() for s in found], open, why, places)


def _name(subject: Subject) -> Value:
    """The subject's name."""
    return Known(subject.name, (subject.place,))


def _kind(subject: Subject) -> Value:
    """The kind of subject."""
    return Known(subject.kind, (subject.place,))


def _namespace(subject: Subject) -> Value:
    """The namespace as written; absent where nobody wrote one: kustomize, Helm and kubectl fill it in."""
    if subject.namespace is None:
        return Absent((subject.place,))
    return subject.namespace


def _cluster(subject: Subject) -> Value:
    """The cluster that the subject is deployed to."""
    if subject.cluster is None:
        return Unknown("no cluster")
    return Known(subject.cluster.subject, (subject.place,))


def _before(subject: Subject) -> Value:
    """The same subject in the earlier state: of the same kind, namespace and name, in the cluster of the same name."""
    earlier = subject.home.before
    if earlier is None:
        return Unknown("no earlier state is given")
    if subject.kind == "cluster":
        return Known(earlier.subject)
    same = [other for other in earlier.named(subject.kind, subject.name) if _written(other) == _written(subject)]
    if len(same) == 1:
        return Known(same[0], (subject.place,))
    if same:
        return Unknown(f"{subject.name} stood more than once in the earlier state", (subject.place,))
    return Absent((subject.place,)) if earlier.whole else Unknown(earlier.why, (subject.place,))


def _written(subject: Subject) -> str | None:
    """The namespace as written."""
    namespace = subject.namespace
    return str(namespace.value) if isinstance(namespace, Known) else None


COMMON: dict[str, Fact] = {
    "name": Fact("", "name", "string", "The subject's name.", _name),
    "kind": Fact("", "kind", "string", "The kind of subject.", _kind),
    "namespace": Fact("", "namespace", "string", "The namespace as written.", _namespace),
    "cluster": Fact("", "cluster", "cluster", "The cluster that the subject is deployed to.", _cluster),
}


def load() -> None:
    """Imports everything that declares facts: for whoever wants all of them in FACTS, as the rule loader does."""
    load_all()
