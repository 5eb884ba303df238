"""What belongs together: clusters by folders, by file names, and by the names that subjects give."""

from __future__ import annotations

from ekslint.fact import Subject
from ekslint.inventory import Cluster
from ekslint.scoping import Named, Unit, divide
from ekslint.source.text import Place


def unit(path: str, name: str = "", belongs: str | None = None) -> Unit:
    return Unit(path, [Subject("service", name or path, Place(path, 1, 1, 1, 2), belongs=belongs)])


def layout(*units: Unit, whole: bool = True) -> dict[str, list[str]]:
    return {cluster.name: sorted(s.name for s in cluster.all("service")) for cluster in divide(units, whole)}


def whole(*units: Unit) -> dict[str, bool]:
    return {cluster.name: cluster.whole for cluster in divide(units, True)}


def test_a_plain_folder_is_one_cluster() -> None:
    assert layout(unit("a.yaml"), unit("apps/b.yaml")) == {"": ["a.yaml", "apps/b.yaml"]}


def test_environments_side_by_side_are_clusters_and_share_what_is_above_and_beside() -> None:
    found = layout(unit("top.yaml"), unit("env/dev/a.yaml"), unit("env/prod/b.yaml"), unit("env/common/c.yaml"))
    assert found == {
        "dev": ["env/common/c.yaml", "env/dev/a.yaml", "top.yaml"],
        "prod": ["env/common/c.yaml", "env/prod/b.yaml", "top.yaml"],
    }


def test_one_environment_alone_is_no_division() -> None:
    assert layout(unit("prod/a.yaml"), unit("tools/b.yaml")) == {"": ["prod/a.yaml", "tools/b.yaml"]}


def test_words_that_mean_much_else_name_no_environment_in_a_longer_name() -> None:
    assert list(layout(unit("test-runner/a.yaml"), unit("demo-data/b.yaml"))) == [""]
    assert list(layout(unit("shop-dev/a.yaml"), unit("shop-prod/b.yaml"))) == ["shop-dev", "shop-prod"]


def test_one_environment_in_two_places_is_one_cluster() -> None:
    found = layout(unit("web/dev/a.yaml"), unit("web/prod/b.yaml"), unit("api/development/c.yaml"), unit("api/prod/d.yaml"))
    assert found == {"dev": ["api/development/c.yaml", "web/dev/a.yaml"], "prod": ["api/prod/d.yaml", "web/prod/b.yaml"]}


def test_regions_below_environments() -> None:
    found = layout(
        unit("prod/eu-west-1/a.yaml"), unit("prod/us-east-1/b.yaml"), unit("prod/all.yaml"), unit("dev/eu-west-1/c.yaml")
    )
    assert found == {
        "dev": ["dev/eu-west-1/c.yaml"],
        "eu-west-1 prod": ["prod/all.yaml", "prod/eu-west-1/a.yaml"],
        "prod us-east-1": ["prod/all.yaml", "prod/us-east-1/b.yaml"],
    }


def test_files_of_one_stem_are_clusters() -> None:
    found = layout(unit("ingress-dev.yaml"), unit("ingress-prod.yaml"), unit("service.yaml"))
    assert found == {"dev": ["ingress-dev.yaml", "service.yaml"], "prod": ["ingress-prod.yaml", "service.yaml"]}


def test_a_cluster_that_a_division_does_not_name_is_seen_in_part() -> None:
    found = whole(unit("web/dev/a.yaml"), unit("web/prod/b.yaml"), unit("api/dev/c.yaml"), unit("api/uat/d.yaml"))
    assert found == {"dev": True, "prod": False, "uat": False}


def test_subjects_that_name_clusters_divide_them() -> None:
    found = layout(unit("a/c.yaml", "one", "a"), unit("b/c.yaml", "two", "b"), unit("a/x.yaml"), unit("y.yaml"))
    assert found == {"a": ["a/x.yaml", "one"], "b": ["two"], "": ["y.yaml"]}


def test_what_may_belong_to_several_named_clusters_leaves_them_open() -> None:
    assert whole(unit("a/c.yaml", "one", "a"), unit("b/c.yaml", "two", "b"), unit("y.yaml")) == {"a": False, "b": False, "": False}
    assert whole(unit("a/c.yaml", "one", "a"), unit("b/c.yaml", "two", "b")) == {"a": True, "b": True}


def test_one_named_cluster_takes_everything() -> None:
    assert layout(unit("c.yaml", "one", "a"), unit("y.yaml")) == {"a": ["one", "y.yaml"]}


def test_a_label_keeps_overlays_of_one_base_apart() -> None:
    one, two = Unit("o/acme/kustomization.yaml", [], True, "o/acme"), Unit("o/zeta/kustomization.yaml", [], True, "o/zeta")
    assert [cluster.name for cluster in divide([one, two], True)] == ["o/acme", "o/zeta"]


def test_overlays_that_environments_tell_apart_need_no_names_of_their_own() -> None:
    dev, prod = Unit("o/dev/kustomization.yaml", [], True, "o/dev"), Unit("o/prod/kustomization.yaml", [], True, "o/prod")
    assert [cluster.name for cluster in divide([dev, prod], True)] == ["dev", "prod"]


def test_a_subject_has_a_view_of_its_own_in_each_cluster() -> None:
    shared = unit("all.yaml")
    clusters: list[Cluster] = divide([shared, unit("dev/a.yaml"), unit("prod/b.yaml")], True)
    views = [cluster.named("service", "all.yaml")[0] for cluster in clusters]
    assert views[0] is not views[1]
    assert views[0].origin is views[1].origin
    assert [view.home.name for view in views] == ["dev", "prod"]


def test_clusters_that_the_user_names_hold_what_their_patterns_match() -> None:
    named = [
        Named("blue", lambda path: path.startswith(("b/", "all/"))),
        Named("red", lambda path: path.startswith(("r/", "all/"))),
    ]
    found = divide([unit("b/1.yaml"), unit("r/2.yaml"), unit("all/3.yaml"), unit("else/4.yaml")], True, named)
    assert [(cluster.name, [s.name for s in cluster.all("service")]) for cluster in found] == [
        ("blue", ["b/1.yaml", "all/3.yaml"]),
        ("red", ["r/2.yaml", "all/3.yaml"]),
        ("", ["else/4.yaml"]),
    ]
