"""Suppressions by comment and by config: what they cover, and that none stays unnoticed when it covers nothing."""

from __future__ import annotations

import re

import pytest

from ekslint.finding import Finding
from ekslint.source.globs import Globs
from ekslint.source.text import Place, Text
from ekslint.suppression import Ignore, Suppressions, covers_rule

RULES = {"scheme-refused": "ingress", "group-order": "ingress", "max-pods": "nodes"}

TWO = """\
# ekslint: ignore[group-order] set by the platform team
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  annotations:
    scheme: public  # ekslint: ignore[scheme-refused] known, and harmless
    # ekslint: ignore[scheme-refused, max-pods]

    # about the next line
    inbound: all
---
apiVersion: v1
kind: Service
"""


def reading(text: str, documents: list[tuple[int, int]], *ignores: Ignore) -> Suppressions:
    suppressions = Suppressions(RULES, ignores)
    found = [(n, m[0]) for n, line in enumerate(text.split("\n"), 1) if (m := re.search(r"(?<=#).*", line))]
    suppressions.read(Text(text, "a.yaml"), found, documents)
    return suppressions


def finding(rule: str, line: int, file: str = "a.yaml") -> Finding:
    return Finding(rule, "error", "says so", Place(file, line, 5, line, 9))


def reasons(suppressions: Suppressions, *findings: Finding) -> list[str | None]:
    return [f.suppressed.reason if f.suppressed else None for f in suppressions.apply(findings)]


def test_beside_the_line_above_it_and_above_the_document() -> None:
    suppressions = reading(TWO, [(2, 10), (12, 13)])
    assert reasons(
        suppressions,
        finding("scheme-refused", 6),
        finding("scheme-refused", 5),
        finding("scheme-refused", 10),
        finding("max-pods", 10),
        finding("group-order", 2),
        finding("group-order", 10),
        finding("group-order", 12),
        finding("scheme-refused", 6, "b.yaml"),
    ) == ["known, and harmless", None, "", "", "set by the platform team", "set by the platform team", None, None]


def test_the_comment_is_named_with_its_place() -> None:
    (kept,) = reading(TWO, [(2, 10)]).apply([finding("scheme-refused", 6)])
    assert kept.suppressed is not None
    assert kept.suppressed.by == "comment"
    assert kept.suppressed.place == Place("a.yaml", 6, 39, 6, 53)
    assert TWO.split("\n")[5][38:52] == "scheme-refused"


@pytest.mark.parametrize(
    "marker",
    ["---  # ekslint: ignore[max-pods]\n", "# ekslint: ignore[max-pods]\n---\n", "---\n# ekslint: ignore[max-pods]\n\n"],
)
def test_at_the_document_marker_it_covers_the_document_that_follows(marker: str) -> None:
    text = f"a: 1\n{marker}b: 1\nc: 2\n---\nd: 1\n"
    lines = text.split("\n")
    first = lines.index("b: 1") + 1
    suppressions = reading(text, [(1, 1), (first, first + 1), (first + 3, first + 3)])
    found = reasons(suppressions, *(finding("max-pods", n) for n in (1, first, first + 1, first + 3)))
    assert found == [None, "", "", None]


def test_a_comment_at_the_subject_suppresses_what_is_reported_on_a_shared_line() -> None:
    suppressions = reading(TWO, [(2, 10), (12, 13)])
    shared = finding("group-order", 3, "cni.yaml")
    homes = [Place("a.yaml", 3, 1, 3, 5), Place("a.yaml", 12, 1, 12, 5), None]
    kept = suppressions.apply([shared, shared, shared], homes)
    assert [f.suppressed is not None for f in kept] == [True, False, False]


def test_unused_ones_are_noted_at_the_rule_that_they_name() -> None:
    suppressions = reading(TWO, [(2, 10), (12, 13)])
    suppressions.apply([finding("scheme-refused", 6), finding("group-order", 4)])
    notes = suppressions.unused(RULES)
    assert [(n.rule, n.level, n.place) for n in notes] == [
        ("unused-suppression", "note", Place("a.yaml", 7, 23, 7, 37)),
        ("unused-suppression", "note", Place("a.yaml", 7, 39, 7, 47)),
    ]
    assert [TWO.split("\n")[6][n.place.column - 1 : n.place.end_column - 1] for n in notes] == ["scheme-refused", "max-pods"]
    assert notes[0].fingerprint != notes[1].fingerprint


def test_what_was_not_judged_is_not_called_unused() -> None:
    suppressions = reading(TWO, [(2, 10), (12, 13)], Ignore("nodes", Place(".ekslint.yaml", 2, 5, 2, 10), Globs(())))
    assert suppressions.unused(()) == []
    assert {note.place.file for note in suppressions.unused({"max-pods"})} == {"a.yaml", ".ekslint.yaml"}


@pytest.mark.parametrize(
    ("comment", "words"),
    [
        ("# ekslint: ignore[scheme-refusd]", 'There is no rule "scheme-refusd"; did you mean "scheme-refused"?'),
        ("# ekslint: ignore[ingress]", '"ingress" is no rule'),
        ("# ekslint: ignore scheme-refused", '"ignore scheme-refused" suppresses nothing: it names no rule'),
        ("# ekslint: ignore[]", '"ignore[]" suppresses nothing: it names no rule'),
    ],
)
def test_mistakes_in_comments_are_noted_even_where_nothing_was_judged(comment: str, words: str) -> None:
    notes = reading(f"a: 1  {comment}\n", [(1, 1)]).unused(())
    assert [note.message for note in notes] == [words]


def test_other_comments_are_left_alone() -> None:
    suppressions = reading("a: 1  # see ekslint: ignore the rest\nb: 2  # ekslint-ignore\n", [(1, 2)])
    assert suppressions.unused(RULES) == []


def ignore(rule: str, *paths: str, expired: bool = False) -> Ignore:
    return Ignore(rule, Place(".ekslint.yaml", 3, 5, 3, 9), Globs(paths), "we know", "2020-01-01" if expired else "", expired)


def test_the_config_ignores_by_rule_family_and_paths() -> None:
    suppressions = Suppressions(RULES, [ignore("ingress", "legacy/**"), ignore("max-pods")])
    assert reasons(
        suppressions,
        finding("scheme-refused", 1, "legacy/web/a.yaml"),
        finding("group-order", 1, "legacy/a.yaml"),
        finding("group-order", 1, "new/legacy.yaml"),
        finding("max-pods", 1, "new/a.yaml"),
    ) == ["we know", "we know", None, "we know"]
    assert suppressions.unused(RULES) == []


def test_an_expired_or_unused_entry_of_the_config_is_noted() -> None:
    suppressions = Suppressions(RULES, [ignore("ingress", expired=True), ignore("nodes/*", "x/")])
    assert reasons(suppressions, finding("scheme-refused", 1)) == [None]
    assert [note.message for note in suppressions.unused(RULES)] == [
        "Ignoring ingress ended with 2020-01-01: its findings are reported again",
        "nodes/* finds nothing in these paths that could be ignored",
    ]


def test_unused_suppressions_can_themselves_be_ignored() -> None:
    suppressions = Suppressions(RULES, [ignore("max-pods"), ignore("unused-suppression")])
    assert [note.suppressed is not None for note in suppressions.unused(RULES)] == [True]


def test_what_names_a_rule() -> None:
    assert covers_rule("max-pods", "max-pods", "nodes")
    assert covers_rule("nodes", "max-pods", "nodes")
    assert covers_rule("nodes/*", "max-pods", "nodes")
    assert covers_rule("*-refused", "scheme-refused", "ingress")
    assert not covers_rule("node", "max-pods", "nodes")
