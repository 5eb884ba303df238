"""Which files a run reads: given by name, below folders, from standard input; what git ignores and what is too large."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest

from ekslint.source import files
from ekslint.source.files import MissingPathError, Source, SourceFile, Unreadable, read, walk
from ekslint.source.formats import syntax_by_content, syntax_of
from ekslint.source.globs import Globs
from ekslint.source.relevance import Relevance

ANY = Relevance([b"kind"])


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")


def write(name: str, text: str = "kind: x\n") -> None:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def names(*paths: str, exclude: tuple[str, ...] = ()) -> list[str]:
    return [file.name for file in walk(paths or (".",), exclude=Globs(exclude))]


def test_folders_are_walked_in_a_stable_order_with_forward_slashes() -> None:
    for name in ("b.yaml", "a/z.yml", "a/b/c.json", "a.yaml", "a/image.png", "c/x.sh", "README.md"):
        write(name)
    assert names() == ["a.yaml", "b.yaml", "a/z.yml", "a/b/c.json", "c/x.sh"]
    assert names(os.path.abspath("a")) == ["a/z.yml", "a/b/c.json"]


def test_files_given_by_name_are_taken_whatever_their_ending() -> None:
    write("x.conf")
    write("a.yaml")
    assert [(file.name, file.syntax) for file in walk(["x.conf", "a.yaml"])] == [("x.conf", None), ("a.yaml", "yaml")]


def test_each_file_is_given_once() -> None:
    write("a/b.yaml")
    assert names("a/b.yaml", ".", "./a") == ["a/b.yaml"]


def test_names_outside_of_the_current_folder_lead_there() -> None:
    write("../other/a.yaml")
    assert names("../other") == ["../other/a.yaml"]


def test_a_missing_path_is_an_error_of_its_own() -> None:
    with pytest.raises(MissingPathError, match=r"nowhere\.yaml does not exist"):
        walk(["nowhere.yaml"])


def test_folders_of_tools_are_passed_over_unless_they_are_named() -> None:
    for folder in (".git", "node_modules", ".terraform", ".venv", "__pycache__"):
        write(f"{folder}/a.yaml")
    write(".github/a.yaml")
    assert names() == [".github/a.yaml"]
    assert names("node_modules") == ["node_modules/a.yaml"]


def test_what_git_ignores_is_left_out_and_counted() -> None:
    Path(".git/info").mkdir(parents=True)
    write(".git/info/exclude", "local.yaml\n")
    write(".gitignore", "*.gen.yaml\n/build/\n")
    write("sub/.gitignore", "!keep.gen.yaml\nsecret.yaml\n")
    for name in (
        "a.yaml",
        "a.gen.yaml",
        "build/b.yaml",
        "sub/build/b.yaml",
        "sub/keep.gen.yaml",
        "sub/secret.yaml",
        "sub/local.yaml",
    ):
        write(name)
    walked = walk(["."])
    assert [file.name for file in walked] == ["a.yaml", "sub/keep.gen.yaml", "sub/build/b.yaml"]
    assert walked.ignored == 4
    assert names("sub") == ["sub/keep.gen.yaml", "sub/build/b.yaml"]
    assert names("a.gen.yaml") == ["a.gen.yaml"]


def test_excluded_files_are_left_out_also_when_they_are_named() -> None:
    for name in ("a.yaml", "vendor/b.yaml", "x/vendor/c.yaml"):
        write(name)
    walked = walk([".", "vendor/b.yaml"], exclude=Globs(["vendor/"]))
    assert [file.name for file in walked] == ["a.yaml"]
    assert walked.excluded == 3


def test_links_are_followed_inside_of_the_repository_and_never_in_circles() -> None:
    write(".git/HEAD")
    write("base/a.yaml")
    write("../outside/secret.yaml")
    os.makedirs("overlay")
    os.symlink("../base/a.yaml", "overlay/linked.yaml")
    os.symlink("../base", "overlay/folder")
    os.symlink("..", "overlay/circle")
    os.symlink("../../outside", "overlay/out")
    os.symlink("../../outside/secret.yaml", "overlay/out.yaml")
    os.symlink("nowhere", "overlay/broken.yaml")
    assert names() == ["base/a.yaml", "overlay/linked.yaml", "overlay/folder/a.yaml"]


def test_odd_names_are_safe() -> None:
    write("a\nb.yaml")
    write("é.yaml")
    found = names()
    assert found == ["a\nb.yaml", "é.yaml"]
    if sys.platform == "linux":
        Path(os.fsdecode(b"\xff.yaml")).write_text("kind: x\n")
        files = list(walk(["."]))
        assert "\\xff.yaml" in [file.name for file in files]
        assert all(isinstance(read(file, ANY), Source) for file in files)


def test_the_number_of_files_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_FILES", 2)
    for name in "abc":
        write(f"{name}.yaml")
    walked = walk(["."])
    assert len(list(walked)) == 2
    assert [problem.limit for problem in walked.problems] == [True]


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"#!/bin/sh\nkind\n")))
    (file,) = walk(["-"])
    source = read(file, ANY)
    assert isinstance(source, Source)
    assert (source.text.file, source.syntax) == ("<stdin>", "shell")


def given(raw: bytes, name: str = "a.yaml") -> Source | Unreadable | None:
    Path(name).write_bytes(raw)
    return read(SourceFile(name, name, syntax_of(name)), ANY)


def test_what_cannot_matter_is_dismissed() -> None:
    assert given(b"other: x\n") is None
    assert given(b"kind\0") is None
    assert given(b"") is None
    assert given(b"\x80 no utf-8") is None


def test_a_broken_encoding_is_told_only_where_it_could_matter() -> None:
    found = given(b"a: 1\nkind: \xe9\n")
    assert isinstance(found, Unreadable)
    assert "line 2" in found.message


def test_a_file_that_cannot_be_opened_is_told() -> None:
    found = read(SourceFile("gone.yaml", "gone.yaml", "yaml"), ANY)
    assert isinstance(found, Unreadable)
    assert "cannot be read" in found.message


def test_a_large_file_is_told_only_where_it_could_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_BYTES", 100)
    monkeypatch.setattr(files, "_CHUNK", 10)
    assert given(b"x" * 500) is None
    assert given(b"x" * 103 + b"kin" + b"x" * 300) is None
    found = given(b"x" * 105 + b"kind" + b"x" * 300)
    assert isinstance(found, Unreadable)
    assert found.limit


@pytest.mark.parametrize(
    ("name", "syntax"),
    [
        ("a.yaml", "yaml"),
        ("A.YML", "yaml"),
        ("a.json", "json"),
        ("a.toml", "toml"),
        ("a.sh", "shell"),
        ("a.mime", "mime"),
        ("values.yaml.tftpl", "yaml"),
        ("user_data.tpl", "text"),
        ("user-data", "text"),
        ("notes.txt", "text"),
        ("a.png", None),
        ("yaml", None),
    ],
)
def test_the_ending_tells_the_syntax(name: str, syntax: str | None) -> None:
    assert syntax_of(name) == syntax


@pytest.mark.parametrize(
    ("text", "syntax"),
    [
        ("#!/bin/bash\n", "shell"),
        ("Content-Type: multipart/mixed\n", "mime"),
        ("<powershell>\n", "powershell"),
        ("[settings.kubernetes]\n", "toml"),
        ("kind: x\n", "yaml"),
        ("# c\nkind: x\n", "yaml"),
        ("", "yaml"),
    ],
)
def test_without_a_telling_name_the_first_line_does(text: str, syntax: str) -> None:
    assert syntax_by_content(text) == syntax


def test_no_tokens_make_nothing_relevant() -> None:
    assert not Relevance([]).matters(b"anything")
