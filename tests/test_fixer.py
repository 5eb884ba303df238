"""Fixes as byte edits: what is changed, and that all around it stays."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ekslint.commands import main
from ekslint.finding import Change, Correction, Finding
from ekslint.fixer import Fixer, apply
from ekslint.source.text import Place, Text
from ekslint.syntax.yaml import parse


def mended(value: str, verb: str, written: str, was: str | None = None, text: str = "") -> str | None:
    """The text after a correction of the first place where `written` stands; None where it cannot be made."""
    source = Text(value, "a.yaml")
    start = value.index(written)
    place = source.place(start, start + len(written))
    finding = Finding(
        "r", "error", "m", place, corrections=(Correction(verb, place, was if was is not None else written, text),), safe=True
    )
    found = Fixer({"a.yaml": source}, {"a.yaml": parse(source).documents}).resolved(finding)
    return apply(source, found.changes) if found.changes else None


@pytest.mark.parametrize(
    ("value", "written", "was", "new", "expected"),
    [
        ("a: old  # why\n", "old", "old", "new", "a: new  # why\n"),
        ('a: "old"\r\n', '"old"', "old", "new", 'a: "new"\r\n'),
        ("a: 'it'\n", "'it'", "it", "it's", "a: 'it''s'\n"),
        ('a: "x"\n', '"x"', "x", 'say "y"', 'a: "say \\"y\\""\n'),
        ("{a: old, b: 1}\n", "old", "old", "new", "{a: new, b: 1}\n"),
        ("a: yes_\n", "yes_", "yes_", "true", 'a: "true"\n'),
        ("a: x\n", "x", "x", "a: b", 'a: "a: b"\n'),
        ("a: x\n", "x", "x", "*", 'a: "*"\n'),
        ("a: 58\n", "58", "58", "110", "a: 110\n"),
        ("ä: old\n", "old", "old", "new", "ä: new\n"),
    ],
)
def test_a_value_is_set_in_the_style_that_it_has(value: str, written: str, was: str, new: str, expected: str) -> None:
    assert mended(value, "set", written, was, new) == expected


@pytest.mark.parametrize(
    ("value", "written", "was"),
    [
        ("a: | # why\n  old\n", "| # why\n  old\n", "old\n"),
        ("a: other\n", "other", "old"),
        ("a: old\nb: old, too\n", "old, too", "old"),
        ("a: &here old\nb: *here\n", "old", "old"),
        ("a: !Sub old\n", "!Sub old", "old"),
    ],
)
def test_what_is_not_written_as_one_simple_scalar_is_left_alone(value: str, written: str, was: str) -> None:
    assert mended(value, "set", written, was, "new") is None


def test_a_key_is_renamed_and_a_dotted_one_in_its_last_part() -> None:
    assert mended("a:\n  colour: 1 # c\n", "rename", "colour", text="color") == "a:\n  color: 1 # c\n"
    assert mended("maxPods: 1\n", "rename", "maxPods", "settings.maxPods", "max-pods") == "max-pods: 1\n"


def test_a_plain_scalar_is_quoted_and_no_other() -> None:
    assert mended("a: 80\n", "quote", "80") == 'a: "80"\n'
    assert mended('a: "80"\n', "quote", '"80"') is None


@pytest.mark.parametrize(
    ("value", "entry", "expected"),
    [
        ("m:\n  a: 1\n  b: 2  # gone too\n  c: 3\n", "b: 2", "m:\n  a: 1\n  c: 3\n"),
        ("m:\n  a: 1\n  # about b\n  b: |\n    x\n    y\n  c: 3\n", "b: |", "m:\n  a: 1\n  # about b\n  c: 3\n"),
        ("m:\n  a: 1\n  b: 2", "b: 2", "m:\n  a: 1\n"),
        ("m: {a: 1, b: 2, c: 3}\n", "b: 2", "m: {a: 1, c: 3}\n"),
        ("m: {a: 1, b: 2}\n", "b: 2", "m: {a: 1}\n"),
        ("n: 1\nm:\n  b: 2\no: 3\n", "b: 2", "n: 1\no: 3\n"),
        ("- b: 2\n  c: 3\n", "b: 2", None),
    ],
)
def test_an_entry_goes_whole_and_an_emptied_map_with_it(value: str, entry: str, expected: str | None) -> None:
    assert mended(value, "remove", entry) == expected


def test_of_changes_that_overlap_the_first_is_made() -> None:
    text = Text("abcdef", "a.yaml")
    changes = [
        Change(Place("a.yaml", 1, 2, 1, 4), "X"),
        Change(Place("a.yaml", 1, 3, 1, 5), "Y"),
        Change(Place("a.yaml", 1, 6, 1, 7), "Z"),
    ]
    assert apply(text, changes) == "aXdeZ"


BAD = """\
apiVersion: networking.k8s.io/v1\r
kind: Ingress\r
metadata:\r
  name: web\r
  namespace: shop\r
  annotations: # ours\r
    alb.ingress.kubernetes.io/target-type: ip\r
    alb.ingress.kubernetes.io/ssl-redirect: 443   # unquoted\r
spec:\r
  ingressClassName: alb\r
  defaultBackend: {service: {name: web, port: {number: 80}}}\r
"""


def check(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["check", "--select", "annotation-not-a-string", *arguments])


def test_fix_writes_and_reports_what_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "web.yaml"
    raw = b"\xef\xbb\xbf" + BAD.encode()
    file.write_bytes(raw)
    assert check().exit_code == 1
    shown = check("--diff")
    assert '+    alb.ingress.kubernetes.io/ssl-redirect: "443"   # unquoted' in shown.stdout
    assert file.read_bytes() == raw
    result = check("--fix")
    assert (result.exit_code, result.stderr) == (0, "Fixed 1 place in web.yaml.\n")
    assert file.read_bytes() == raw.replace(b"443 ", b'"443" ')
    assert check("--fix").stderr == ""


def test_a_suppressed_finding_is_not_fixed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = BAD.replace("443   # unquoted", "443   # ekslint: ignore[annotation-not-a-string] ours")
    (tmp_path / "web.yaml").write_bytes(text.encode())
    check("--fix")
    assert (tmp_path / "web.yaml").read_bytes() == text.encode()


def test_sarif_has_the_fix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "web.yaml").write_bytes(BAD.encode())
    log = json.loads(check("--format", "sarif").stdout)
    change = log["runs"][0]["results"][0]["fixes"][0]["artifactChanges"][0]
    assert change["artifactLocation"]["uri"] == "web.yaml"
    assert change["replacements"] == [
        {"deletedRegion": {"startLine": 8, "startColumn": 45, "endLine": 8, "endColumn": 48}, "insertedContent": {"text": '"443"'}}
    ]
