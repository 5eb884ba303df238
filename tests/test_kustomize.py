"""Kustomizations: built as kustomize builds them, every value at its place, and what is broken or hostile told as such."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from ekslint.checking import check_texts
from ekslint.commands import main
from ekslint.language.library import library
from ekslint.layers.kustomize import Build, Built, builds
from ekslint.source.text import Place, Text
from ekslint.syntax import yaml
from ekslint.syntax.tree import Document, Node
from ekslint.value import Unknown, scalar_value

CASES = Path(__file__).parent / "fixtures" / "kustomize"
BASE = "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  type: ClusterIP\n  ports:\n    - port: 80\n"


class Texts:
    """Files by name, all that there are."""

    def __init__(self, texts: dict[str, str]) -> None:
        self.texts = texts
        self.parsed: dict[str, list[Document]] = {}

    def documents(self, name: str) -> list[Document] | None:
        if name not in self.texts:
            return None
        if name not in self.parsed:
            self.parsed[name] = yaml.parse(Text(self.texts[name], name)).documents
        return self.parsed[name]

    def text(self, name: str) -> Text | None:
        return Text(self.texts[name], name) if name in self.texts else None

    def missing(self, name: str) -> bool:
        return not name.startswith("../") and not any(name == own or own.startswith(name + "/") for own in self.texts)


def build(texts: dict[str, str]) -> Built:
    return builds(texts, Texts(texts))


def only(texts: dict[str, str]) -> Build:
    """The one deployment of some files, in which nothing is wrong."""
    built = build(texts)
    assert built.faults == ()
    assert len(built.builds) == 1
    return built.builds[0]


def faults(texts: dict[str, str]) -> list[tuple[str, str]]:
    """Place and words of what is wrong."""
    return [(f"{fault.place.file}:{fault.place.line}", fault.message) for fault in build(texts).faults]


def one(build: Build) -> Document:
    assert len(build.documents) == 1
    return build.documents[0]


def at(document: Document, *path: str) -> Node:
    node = document.root.at(*path)
    assert node is not None
    return node


def where(node: Node | Place) -> str:
    place = node.place if isinstance(node, Node) else node
    return f"{place.file}:{place.line}"


def by_name(objects: list[dict[str, object]]) -> dict[tuple[str, ...], dict[str, object]]:
    found = {}
    for each in objects:
        metadata = each["metadata"]
        assert isinstance(metadata, dict)
        found[str(each["apiVersion"]), str(each["kind"]), str(metadata.get("namespace")), str(metadata["name"])] = each
    assert len(found) == len(objects)
    return found


@pytest.mark.parametrize("case", sorted(path.name for path in CASES.iterdir()))
def test_what_is_built_is_what_kustomize_builds(case: str) -> None:
    folder = CASES / case
    texts = {
        str(path.relative_to(folder)): path.read_bytes().decode()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path != folder / "expected.yaml"
    }
    expected = [d.root.plain() for d in yaml.parse(Text((folder / "expected.yaml").read_text(), "expected.yaml")).documents]
    built = only(texts)
    assert built.folder == ""
    assert built.whole
    assert by_name([document.root.plain() for document in built.documents]) == by_name(expected)


def test_a_patched_value_stands_where_the_patch_has_it() -> None:
    patch = "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  annotations:\n    a: b\nspec:\n  type: LoadBalancer\n"
    document = one(
        only({"kustomization.yaml": "resources: [base.yaml]\npatches:\n  - path: p.yaml\n", "base.yaml": BASE, "p.yaml": patch})
    )
    assert document.text.file == "base.yaml"
    assert where(at(document, "metadata", "name")) == "base.yaml:4"
    assert where(at(document, "metadata", "annotations", "a")) == "p.yaml:6"
    assert where(at(document, "spec", "type")) == "p.yaml:8"
    key = at(document, "spec").key("type")
    assert key is not None
    assert where(key) == "p.yaml:8"
    assert where(at(document, "spec", "ports")) == "base.yaml:8"


def test_an_inline_patch_stands_in_the_kustomization() -> None:
    kustomization = (
        "resources: [base.yaml]\npatches:\n  - target: {kind: Service}\n    patch: |-\n"
        "      - op: add\n        path: /metadata/annotations\n        value: {a: b}\n"
    )
    document = one(only({"kustomization.yaml": kustomization, "base.yaml": BASE}))
    place = at(document, "metadata", "annotations", "a").place
    assert (place.file, place.line, place.column) == ("kustomization.yaml", 7, 20)


def test_a_key_that_a_json_patch_adds_stands_at_its_path() -> None:
    kustomization = (
        "resources: [base.yaml]\npatches:\n  - target: {kind: Service}\n    patch: |-\n"
        "      - op: add\n        path: /metadata/labels\n        value: b\n"
    )
    document = one(only({"kustomization.yaml": kustomization, "base.yaml": BASE}))
    key = at(document, "metadata").key("labels")
    assert key is not None
    assert (key.place.line, key.place.column, key.place.end_column) == (6, 25, 31)


def test_a_changed_name_stays_in_its_place() -> None:
    document = one(only({"kustomization.yaml": "namePrefix: dev-\nresources: [base.yaml]\n", "base.yaml": BASE}))
    name = at(document, "metadata", "name")
    assert (name.plain(), where(name)) == ("dev-web", "base.yaml:4")


def test_what_a_kustomization_sets_stands_there() -> None:
    kustomization = "namespace: shop\ncommonAnnotations:\n  a: b\nreplicas:\n  - name: web\n    count: 3\nresources: [d.yaml]\n"
    deployment = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {}\n"
    document = one(only({"kustomization.yaml": kustomization, "d.yaml": deployment}))
    assert where(at(document, "metadata", "namespace")) == "kustomization.yaml:1"
    assert where(at(document, "metadata", "annotations", "a")) == "kustomization.yaml:3"
    assert where(at(document, "spec", "replicas")) == "kustomization.yaml:6"


def test_a_replaced_value_stands_at_its_source() -> None:
    kustomization = (
        "resources: [base.yaml, c.yaml]\nreplacements:\n  - source: {kind: ConfigMap, name: c, fieldPath: data.type}\n"
        "    targets:\n      - select: {kind: Service}\n        fieldPaths: [spec.type]\n"
    )
    config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata:\n  type: NodePort\n"
    built = only({"kustomization.yaml": kustomization, "base.yaml": BASE, "c.yaml": config})
    service = next(document for document in built.documents if document.text.file == "base.yaml")
    assert (at(service, "spec", "type").plain(), where(at(service, "spec", "type"))) == ("NodePort", "c.yaml:5")


def test_overlays_do_not_change_what_they_share() -> None:
    texts = {
        "base/kustomization.yaml": "resources: [s.yaml]\n",
        "base/s.yaml": BASE,
        "a/kustomization.yaml": "resources: [../base]\nnamePrefix: a-\n",
        "b/kustomization.yaml": "resources: [../base]\ncommonLabels: {own: b}\n",
    }
    before = Texts(texts)
    built = builds(texts, before)
    assert [each.folder for each in built.builds] == ["a", "b"]
    assert [one(each).root.at("metadata", "name").plain() for each in built.builds] == ["a-web", "web"]
    assert one(built.builds[0]).root.at("metadata", "labels") is None
    assert before.parsed["base/s.yaml"][0].root.plain() == yaml.parse(Text(BASE, "s.yaml")).documents[0].root.plain()
    assert built.used == {"base/kustomization.yaml", "base/s.yaml", "a/kustomization.yaml", "b/kustomization.yaml"}


def test_overlays_that_deploy_one_object_are_apart() -> None:
    texts = {
        "base/kustomization.yaml": "resources: [s.yaml]\n",
        "base/s.yaml": BASE,
        "a/kustomization.yaml": "resources: [../base]\n",
        "b/kustomization.yaml": "resources: [../base]\n",
        "c/kustomization.yaml": "resources: [../base]\nnamespace: other\n",
    }
    assert [(each.folder, each.apart) for each in build(texts).builds] == [("a", True), ("b", True), ("c", False)]


OVERLAYS = {
    "base/kustomization.yaml": "resources: [ingress.yaml]\n",
    "base/ingress.yaml": (
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: web\n  annotations:\n"
        "    alb.ingress.kubernetes.io/schema: internal\nspec:\n  ingressClassName: alb\n"
    ),
    "overlays/one/kustomization.yaml": "resources: [../../base]\n",
    "overlays/two/kustomization.yaml": "resources: [../../base]\npatches: [{path: patch.yaml}]\n",
    "overlays/two/patch.yaml": (
        "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: web\n  annotations:\n"
        "    alb.ingress.kubernetes.io/target-tipe: ip\n"
    ),
}


@pytest.mark.parametrize(("one", "two", "names"), [("dev", "prod", "dev prod"), ("acme", "zeta", "overlays/acme overlays/zeta")])
def test_a_mistake_of_a_base_is_one_finding_and_that_of_a_patch_is_at_the_patch(one: str, two: str, names: str) -> None:
    texts = {name.replace("one", one).replace("two", two): text for name, text in OVERLAYS.items()}
    report = check_texts(texts, library(()).closure(["annotation-unknown"]).rules)
    assert [(where(found.place), " ".join(found.clusters)) for found in report.findings if found.rule == "annotation-unknown"] == [
        ("base/ingress.yaml:6", names),
        (f"overlays/{two}/patch.yaml:6", names.split()[1]),
    ]
    assert {"base/ingress.yaml", f"overlays/{two}/patch.yaml"} <= set(report.texts)


def test_what_is_wrong_with_a_kustomization_is_a_problem_of_the_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "kustomization.yaml").write_text(
        "resources:\n  - s.yaml\n  - ../gone.yaml\n  - ../../outside\npatches: [{path: p.yaml}]\n"
    )
    (tmp_path / "app" / "s.yaml").write_text(BASE)
    (tmp_path / "app" / "p.yaml").write_text("- {op: add, path: /a, value: b}\n")
    monkeypatch.chdir(tmp_path)
    found = CliRunner().invoke(main, ["check", ".", "--format", "json"])
    assert found.exit_code == 3, found.output
    assert [(one["file"], one["message"]) for one in json.loads(found.stdout)["problems"]] == [
        ("app/kustomization.yaml", "the resource ../gone.yaml does not exist"),
        ("app/kustomization.yaml", "a JSON patch needs a target"),
    ]


def test_a_kustomization_without_an_ending_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "Kustomization").write_text("resources: [gone.yaml]\n")
    monkeypatch.chdir(tmp_path)
    found = CliRunner().invoke(main, ["check", ".", "--format", "json"])
    assert [one["message"] for one in json.loads(found.stdout)["problems"]] == ["the resource gone.yaml does not exist"]


def test_components_alone_are_not_deployed() -> None:
    texts = {"c/kustomization.yaml": "kind: Component\nresources: [s.yaml]\n", "c/s.yaml": BASE}
    assert build(texts).builds == []


def test_a_kustomization_of_another_tool_is_none() -> None:
    flux = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: apps}\nspec: {path: ./apps}\n"
    assert build({"kustomization.yaml": flux}) == Built([], frozenset(), ())


@pytest.mark.parametrize(
    "base",
    [
        "https://github.com/acme/base//deploy?ref=v1",
        "github.com/acme/base/deploy",
        "git@github.com:acme/base.git",
        "ssh://git@host/acme/base",
        "../outside",
        "../../../../etc/passwd",
    ],
)
def test_a_base_that_is_elsewhere_leaves_the_build_open(base: str) -> None:
    patch = "apiVersion: v1\nkind: Service\nmetadata: {name: unseen}\nspec: {type: NodePort}\n"
    texts = {"kustomization.yaml": f"resources: ['{base}', s.yaml]\npatches: [{{path: p.yaml}}]\n", "s.yaml": BASE, "p.yaml": patch}
    built = only(texts)
    assert not built.whole
    assert [(document.text.file, document.partial) for document in built.documents] == [
        ("s.yaml", None),
        ("p.yaml", "it is a patch without its base"),
    ]


@pytest.mark.parametrize("tool", ["generators: [g.yaml]", "transformers: [t.yaml]", "helmCharts: [{name: some-chart}]"])
def test_what_other_tools_make_is_left_open(tool: str) -> None:
    built = only({"kustomization.yaml": f"resources: [s.yaml]\n{tool}\n", "s.yaml": BASE})
    assert not built.whole
    assert (built.documents[0].partial is not None) == tool.startswith("transformers")


def test_a_chart_is_handed_on() -> None:
    kustomization = "helmCharts:\n  - name: aws-vpc-cni\n    valuesInline: {env: {WARM_IP_TARGET: '5'}}\n"
    built = only({"kustomization.yaml": kustomization})
    assert built.whole
    assert (one(built).root.plain(), one(built).partial) == (yaml.parse(Text(kustomization, "k")).documents[0].root.plain(), None)


@pytest.mark.parametrize(
    ("kustomization", "line", "words"),
    [
        ("resources:\n  - s.yaml\n  - gone.yaml\n", 3, "the resource gone.yaml does not exist"),
        ("resources: [s.yaml]\npatches:\n  - path: gone.yaml\n", 3, "the patch gone.yaml does not exist"),
        ("resources: [s.yaml]\ncomponents:\n  - gone\n", 3, "the component gone does not exist"),
        ("resources: [s.yaml]\nconfigMapGenerator:\n  - name: c\n    files: [gone.conf]\n", 4, "the file gone.conf does not exist"),
        ("resources:\n  - s.yaml\n  - s.yaml\n", 3, "s.yaml brings Service web a second time"),
        ("resources: [s.yaml]\npatches:\n  - path: s.yaml\n    patch: x\n", 4, "a patch has a path or a patch, not both"),
        ("resources: [s.yaml]\npatches:\n  - target: {kind: Service}\n", 3, "a patch has a path or a patch"),
        ("resources: [s.yaml]\npatches:\n  - patch: |\n      a: b: c\n", 4, "the patch cannot be read: "),
        ("resources: [s.yaml]\npatches:\n  - patch: |\n      - op: remove\n        path: /a\n", 3, "a JSON patch needs a target"),
        ("resources: [s.yaml]\npatches:\n  - target: {name: '(a+)+'}\n    patch: x\n", 3, "(a+)+ is no regular expression, or one"),
        (
            "resources: [s.yaml]\nreplicas:\n  - {name: web, count: 2}\n",
            3,
            "no Deployment, StatefulSet or ReplicaSet is called web",
        ),
        ("resources: [s.yaml]\nconfigMapGenerator:\n  - {name: c, literals: [a=1, a=2]}\n", 3, "ConfigMap c has the key a twice"),
    ],
)
def test_what_kustomize_refuses_is_told_and_the_rest_is_built(kustomization: str, line: int, words: str) -> None:
    texts = {"kustomization.yaml": kustomization, "s.yaml": BASE}
    ((place, message),) = faults(texts)
    assert place == f"kustomization.yaml:{line}"
    assert message.startswith(words)
    (built,) = build(texts).builds
    assert not built.whole
    assert "s.yaml" in {document.text.file for document in built.documents}


@pytest.mark.parametrize(
    ("operation", "words"),
    [
        ("{op: remove, path: /spec/nothing}", "the JSON patch does not apply: there is no /spec/nothing in the object"),
        ("{op: add, path: /spec/deep/er, value: 1}", "the JSON patch does not apply: there is no /spec/deep/er in the object"),
        ("{op: replace, path: /spec/ports/3, value: 1}", "the JSON patch does not apply: the list has 1 items, and no 3"),
        ("{op: replace, path: /spec/ports/x, value: 1}", "the JSON patch does not apply: x is no index of a list"),
        ("{op: test, path: /spec/type, value: X}", "the test of this JSON patch fails: /spec/type has another value"),
        ("{op: change, path: /spec}", "an operation of a JSON patch has an op: "),
        ("{op: add, path: spec, value: 1}", "a path of a JSON patch begins with a slash: spec does not"),
        ("{op: add, value: 1}", "an operation of a JSON patch has a path"),
        ("{op: replace, path: '', value: []}", "an object stays a map: this operation makes something else of it"),
    ],
)
def test_a_bad_operation_is_told_where_it_stands(operation: str, words: str) -> None:
    kustomization = f"resources: [s.yaml]\npatches:\n  - target: {{kind: Service}}\n    patch: |-\n      - {operation}\n"
    ((place, message),) = faults({"kustomization.yaml": kustomization, "s.yaml": BASE})
    assert place == "kustomization.yaml:5"
    assert message.startswith(words)


def test_a_patch_without_its_object_is_told_where_the_patch_names_it() -> None:
    patch = "apiVersion: v1\nkind: Service\nmetadata:\n  name: wbe\n"
    texts = {"kustomization.yaml": "resources: [s.yaml]\npatches: [{path: p.yaml}]\n", "s.yaml": BASE, "p.yaml": patch}
    assert faults(texts) == [("p.yaml:4", "there is no Service wbe for this patch to change in kustomization.yaml")]


def test_a_patch_of_another_type_is_told_where_it_stands() -> None:
    patch = "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec:\n  ports: none\n"
    texts = {"kustomization.yaml": "resources: [s.yaml]\npatches: [{path: p.yaml}]\n", "s.yaml": BASE, "p.yaml": patch}
    assert faults(texts) == [("p.yaml:5", "the patch has a string here, and what it patches has a list")]


def test_a_loop_is_told_and_what_is_in_it_is_built() -> None:
    texts = {
        "a/kustomization.yaml": "resources:\n  - s.yaml\n  - ../b\n",
        "a/s.yaml": BASE,
        "b/kustomization.yaml": "resources:\n  - ../a\n",
    }
    assert faults(texts) == [("b/kustomization.yaml:2", "the kustomizations form a loop: ../a leads back to a")]
    (built,) = build(texts).builds
    assert (built.folder, built.whole, len(built.documents)) == ("a", False, 1)


def test_a_fault_of_a_shared_base_is_told_once() -> None:
    texts = {"base/kustomization.yaml": "resources: [gone.yaml]\n"}
    texts |= {f"o{number}/kustomization.yaml": "resources: [../base]\n" for number in range(5)}
    assert faults(texts) == [("base/kustomization.yaml:1", "the resource gone.yaml does not exist")]


def test_a_file_of_another_kind_leaves_the_generated_name_without_a_hash() -> None:
    source = Texts({"kustomization.yaml": "configMapGenerator:\n  - name: c\n    files: [a.properties]\n"})
    source.missing = lambda name: False
    built = builds(source.texts, source)
    assert built.faults == ()
    document = one(built.builds[0])
    assert (at(document, "metadata", "name").plain(), document.partial) == ("c", "a file that it is made of was not read")


def test_chains_diamonds_and_crowds_end_soon() -> None:
    started = time.monotonic()
    chain = {f"k{n}/kustomization.yaml": f"resources: [../k{n + 1}]\n" for n in range(3000)}
    assert "too many kustomizations inside each other" in {message for _, message in faults(chain)}
    diamond = {
        f"k{n}/{part}/kustomization.yaml": f"namePrefix: {part}\nresources: [../../k{n + 1}/a, ../../k{n + 1}/b]\n"
        for n in range(30)
        for part in "ab"
    }
    diamond |= {"k30/a/kustomization.yaml": "resources: [s.yaml]\n", "k30/a/s.yaml": BASE}
    diamond |= {"k30/b/kustomization.yaml": "resources: [s.yaml]\nnamePrefix: x\n", "k30/b/s.yaml": BASE}
    assert any(message.startswith("the kustomizations build more than") for _, message in faults(diamond))
    crowd = {f"o{n}/kustomization.yaml": "resources: [../base]\nnamePrefix: p-\n" for n in range(10_000)}
    crowd |= {"base/kustomization.yaml": "resources: [s.yaml]\n", "base/s.yaml": BASE}
    built = build(crowd)
    assert (len(built.builds), built.faults) == (10_000, ())
    assert time.monotonic() - started < 60


def test_copies_that_double_are_stopped() -> None:
    steps = "".join(f"      - {{op: copy, from: /spec, path: /spec/x{n}}}\n" for n in range(60))
    kustomization = f"resources: [s.yaml]\npatches:\n  - target: {{kind: Service}}\n    patch: |-\n{steps}"
    ((_, message),) = faults({"kustomization.yaml": kustomization, "s.yaml": BASE})
    assert message == "what this copies makes the object too large or too deeply nested"


def test_deep_patches_are_stopped() -> None:
    deep = "{a: " * 90 + "1" + "}" * 90
    path = "/spec" + "/a" * 89
    steps = f"      - {{op: add, path: /spec/a, value: {deep}}}\n      - {{op: add, path: {path}, value: {deep}}}\n"
    kustomization = f"resources: [s.yaml]\npatches:\n  - target: {{kind: Service}}\n    patch: |-\n{steps}"
    ((_, message),) = faults({"kustomization.yaml": kustomization, "s.yaml": BASE})
    assert message == "what this copies makes the object too large or too deeply nested"


@pytest.mark.parametrize(
    "kustomization",
    [
        "resources: {a: b}\n",
        "resources: [[a], {b: c}, 1, null]\n",
        "patches: x\n",
        "patches: [1, [], null]\nreplicas: [1]\nimages: [1]\nlabels: [1]\nreplacements: [1]\nconfigMapGenerator: [1]\n",
        "namespace: [a]\nnamePrefix: {a: b}\ncommonLabels: [a]\nresources: [s.yaml]\n",
        "- a\n",
        "just text\n",
        "generatorOptions: 1\nconfigMapGenerator: [{name: c, literals: {a: b}, options: 3}]\nconfigurations: [s.yaml]\n",
        "resources: [.]\n",
        "resources: ['']\ncomponents: ['', '.']\n",
    ],
)
def test_any_yaml_is_survived(kustomization: str) -> None:
    build({"kustomization.yaml": kustomization, "s.yaml": BASE})


def test_a_value_from_a_generators_file_that_was_not_read_is_a_placeholder() -> None:
    texts = {
        "kustomization.yaml": (
            "resources: [web.yaml]\nconfigMapGenerator: [{name: params, envs: [params.env]}]\n"
            "replacements:\n- source: {kind: ConfigMap, name: params, fieldPath: data.HOST}\n"
            "  targets: [{select: {kind: Service}, fieldPaths: [spec.externalName]}]\n"
        ),
        "web.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: ExternalName, externalName: old}\n",
    }
    source = Texts(texts)
    source.missing = lambda name: False
    built = builds(source.texts, source)
    assert built.faults == ()
    service = next(each for each in built.builds[0].documents if at(each, "kind").plain() == "Service")
    assert isinstance(scalar_value(at(service, "spec", "externalName")), Unknown)
