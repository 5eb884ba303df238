"""Shell: the commands that a program runs, their words as the shell makes them, and where every character was written."""

from __future__ import annotations

import pytest

from ekslint.source.text import Text
from ekslint.syntax import treesitter, yaml
from ekslint.syntax.shell import Command, commands
from ekslint.syntax.tree import Scalar


def run(program: str) -> list[Command]:
    return commands(Text(program, "a.sh"))


def one(program: str) -> Command:
    (command,) = run(program)
    return command


def words(program: str) -> list[str]:
    return [word.value for word in one(program).words]


def names(program: str) -> list[str]:
    return [command.words[0].value for command in run(program) if command.words]


@pytest.mark.parametrize(
    ("program", "expected"),
    [
        ("a b  c", ["a", "b", "c"]),
        ("a \\\n  b \\\n  c # d", ["a", "b", "c"]),
        ("a b\\\nc", ["a", "bc"]),
        ("a 'b c' \"d e\" f\\ g", ["a", "b c", "d e", "f g"]),
        ("a x'y'\"z\"w", ["a", "xyzw"]),
        ("a '' \"\"", ["a", "", ""]),
        ('a "b\\"c\\\\d\\e"', ["a", 'b"c\\d\\e']),
        ('a "b\n c"', ["a", "b\n c"]),
        ("a $'b\\n\\x41\\u00e9'", ["a", "b\nAé"]),
        ("a --b='c d' --e", ["a", "--b=c d", "--e"]),
        ("é 'ü ö' x", ["é", "ü ö", "x"]),
    ],
)
def test_words_are_what_the_shell_makes_of_them(program: str, expected: list[str]) -> None:
    assert words(program) == expected
    assert not any(word.expands for word in one(program).words)


@pytest.mark.parametrize(
    "word",
    ["$A", "${A}", '"x$A"', "$(b)", "`b`", "*.txt", "a?", "[ab]", "{a,b}", "{1..3}", "~/x", "$((1 + 2))", "${A:-b}", '"${A[@]}"'],
)
def test_a_word_that_a_running_shell_fills_in_expands(word: str) -> None:
    command = run(f"a {word}")[0]
    assert command.words[1].expands
    assert command.words[1].value == word.strip('"')


def test_the_parts_of_a_word_name_its_variables() -> None:
    word = run("a \"x ${B}\"$C'$D'$(e)")[0].words[1]
    assert [(part.value, part.quoted, part.variable) for part in word.parts] == [
        ("x ", True, None),
        ("${B}", True, "B"),
        ("$C", False, "C"),
        ("$D", True, None),
        ("$(e)", False, ""),
    ]


def test_the_places_of_words_lead_back_into_the_program() -> None:
    program = '# é\nfoo \'ü a\' --x="b\\"c" \\\n  end\n'
    for word, written in zip(one(program).words, ["foo", "'ü a'", '--x="b\\"c"', "end"], strict=True):
        assert program[word.start : word.end] == written
        assert word.text.value == word.value
    text = one(program).words[2].text
    place = text.place(text.value.index("c"), len(text.value))
    assert (place.line, place.column) == (2, 19)


def test_assignments_before_a_command_alone_and_exported() -> None:
    commands = run("A=1 b\nC='d e' F=\nexport G=h I\nJ+=k\n")
    assert [[(each.name, each.value and each.value.value) for each in command.assignments] for command in commands] == [
        [("A", "1")],
        [("C", "d e"), ("F", "")],
        [("G", "h"), ("I", None)],
        [("J", "k")],
    ]
    assert [command.words[0].value if command.words else "" for command in commands] == ["b", "", "export", ""]
    assert commands[3].assignments[0].append


def test_redirections_have_their_target() -> None:
    command = one("a b > /x/y 2>&1 < 'in put' >> \"$Z\"")
    assert [(each.operator, each.target and each.target.value, each.descriptor) for each in command.redirects] == [
        (">", "/x/y", None),
        (">&", "1", "2"),
        ("<", "in put", None),
        (">>", "$Z", None),
    ]
    assert words("a b > c") == ["a", "b"]
    assert one("> only").redirects[0].target is not None


def test_a_group_redirects_what_is_inside_of_it_but_not_what_a_substitution_prints() -> None:
    commands = run('{ a; b "$(c)"; } > f\n')
    assert [[each.target and each.target.value for each in command.redirects] for command in commands] == [["f"], ["f"], []]


@pytest.mark.parametrize(
    ("program", "body", "quoted", "expands"),
    [
        ("cat <<E > f\na $B\n\\$c\nE\n", "a $B\n$c\n", False, True),
        ("cat <<'E' > f\n  a $B\nE\n", "  a $B\n", True, False),
        ('cat > f <<-"E"\n\ta\n\t\tb\n\tE\n', "a\nb\n", True, False),
        ("cat <<E > f\nplain\nE\n", "plain\n", False, False),
        ("cat <<E > f\nE\n", "", False, False),
        ("cat <<< 'a b' > f", "a b", False, False),
    ],
)
def test_here_documents(program: str, body: str, quoted: bool, expands: bool) -> None:
    command = one(program)
    (document,) = command.documents
    assert (document.body.value, document.quoted, document.expands) == (body, quoted, expands)
    assert [each.target and each.target.value for each in command.redirects] == ["f"]


def test_a_line_of_a_here_document_has_its_place() -> None:
    program = "é\ncat <<-E > f\n\tone\n\tkey: two\n\tE\n"
    body = run(program)[1].documents[0].body
    start = body.value.index("two")
    assert body.place(start, start + 3)[1:] == (4, 7, 4, 10)


def test_what_stands_behind_a_here_document_on_its_line_is_read() -> None:
    commands = run("cat <<E | kubectl apply -f -\na\nE\nnext\n")
    assert [[word.value for word in command.words] for command in commands] == [["cat"], ["kubectl", "apply", "-f", "-"], ["next"]]


@pytest.mark.parametrize(
    ("program", "inside"),
    [
        ("a", ()),
        ("if x; then a; fi", ("if",)),
        ("if x; then :; else a; fi", ("if", "else")),
        ("f() { a; }", ("function",)),
        ("for i in 1; do a; done", ("for",)),
        ("while x; do a; done", ("while",)),
        ("case $x in y) a;; esac", ("case",)),
        ("(a)", ("subshell",)),
        ("b $(a)", ("substitution",)),
        ("b && a", ("list",)),
        ("b | a", ("pipeline",)),
        ("{{ if .x }}\na\n{{ end }}", ("template",)),
    ],
)
def test_a_command_says_what_is_around_it(program: str, inside: tuple[str, ...]) -> None:
    (found,) = [command for command in run(program) if command.words and command.words[0].value == "a"]
    assert found.inside == inside


def test_comments_and_quoted_programs_are_no_commands() -> None:
    assert names("#!/bin/bash\n# a b\nc 'd; e' # f\n") == ["c"]


def test_templates_are_words_that_expand() -> None:
    command = one('foo {{ .Values.x }} --y="{{ .z | default "q" }}" \'{{ w }}\' ${join(",", v)}')
    assert [(word.value, word.expands) for word in command.words[1:]] == [
        ("{{ .Values.x }}", True),
        ('--y={{ .z | default "q" }}', True),
        ("{{ w }}", True),
        ('${join(",", v)}', True),
    ]
    assert names("{{- if .x }}\na\n{{- end }}\n{{ .Values.more }}\n") == ["a", "{{ .Values.more }}"]


def test_a_program_in_a_block_scalar_has_places_in_the_file() -> None:
    text = "é: 1\nuserData: |\n  #!/bin/bash\n  /etc/eks/bootstrap.sh prod \\\n    --kubelet-extra-args '--max-pods=110'\n"
    node = yaml.parse(Text(text, "a.yaml")).documents[0].root.get("userData")
    assert isinstance(node, Scalar)
    (command,) = commands(node.inner())
    assert [word.value for word in command.words] == ["/etc/eks/bootstrap.sh", "prod", "--kubelet-extra-args", "--max-pods=110"]
    word = command.words[3].text
    place = word.place(word.value.index("110"), len(word.value))
    assert text.split("\n")[place.line - 1][place.column - 1 : place.end_column - 1] == "110"


def test_a_broken_program_is_read_as_far_as_it_goes() -> None:
    commands = run("a b\nif x; then\n/etc/run c\n")
    assert ["a", "b"] in [[word.value for word in command.words] for command in commands]
    assert not commands[0].doubtful
    assert any(command.doubtful for command in commands)


def test_length_and_nesting_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="deep"):
        run("$(a " * 400 + ")" * 400)
    monkeypatch.setitem(treesitter.MAX_CHARACTERS, "bash", 10)
    with pytest.raises(ValueError, match="longer"):
        run("a b c d e f g h")
