"""Every way in which a rule file can be broken is told with its file and line."""

from __future__ import annotations

from pathlib import Path

import pytest
from subjects import facts

from ekslint import fact
from ekslint.language import library
from ekslint.language.loader import RuleFile, parse_rule, read_rule
from ekslint.language.mistakes import RuleError
from ekslint.source.text import Text

RULE = """\
id: too-small
title: A limit that is too small
level: warning
why: Nothing fits.
remedy: Write a larger limit.
references: [https://example.org/limits]
since: 0.1.0
subject: thing
when:
  a: true
expect:
  limit: {minimum: 10}
report: "{limit} is too small for {name}"
at: limit
examples:
  - name: far too small
    bad: |
      limit: 1  # <- finding
    good: |
      limit: 10
"""


@pytest.fixture(autouse=True)
def _kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fact, "FACTS", facts())
    monkeypatch.setattr("ekslint.language.paths.FACTS", fact.FACTS)
    monkeypatch.setattr("ekslint.language.paths.MAKERS", {})


def load(text: str, name: str = "too-small") -> RuleFile:
    return parse_rule(Text(text, f"rules/limits/{name}.yaml"), "limits", f"rules/limits/{name}.yaml")


def test_a_right_rule_loads() -> None:
    file = load(RULE)
    assert file.record["id"] == "too-small"
    assert file.record["family"] == "limits"
    assert file.record["at"] == ((("limit",), ""),)
    assert [example.name for example in file.examples] == ["far too small"]
    assert file.examples[0].marks == {("example.yaml", 1)}


EXPECT = "  limit: {minimum: 10}"
WHEN = "  a: true"

BROKEN = {
    "an unknown key": ("at: limit", "at: limit\nrelatd: [limit]", "relatd", "unknown key `relatd`; did you mean `related`?"),
    "an unknown key of an example": ("    good: |", "    godo: |", "godo", "unknown key `godo`; did you mean `good`?"),
    "a key that stands twice": ("at: limit", "at: limit\nat: name", "at: name", "`at` stands here twice"),
    "no remedy": ("remedy: Write a larger limit.\n", "", "id: ", "`remedy` is missing: sentences that say what to write instead"),
    "no why": ("why: Nothing fits.\n", "", "id: ", "`why` is missing"),
    "no references": ("references: [https://example.org/limits]\n", "", "id: ", "`references` is missing"),
    "an empty list of references": ("[https://example.org/limits]", "[]", "references", "at least one"),
    "an address that is none": ("https://example.org/limits", "example.org", "references", "https://"),
    "no title": ("title: A limit that is too small\n", "", "id: ", "`title` is missing"),
    "a level that is none": ("level: warning", "level: fatal", "level", "`level` must be error, warning or note"),
    "an id that is not the file's name": ("id: too-small", "id: too-smal", "id: ", "write too-small, or rename the file"),
    "a title with a period": ("too small\nlevel", "too small.\nlevel", "title", "without a period"),
    "a why that is no sentence": ("Nothing fits.", "Nothing fits", "why", "`why` is made of sentences and ends with a period"),
    "a report of two lines": (
        '"{limit} is too small for {name}"',
        '"{limit} is\\n too small"',
        "report",
        "`report` must be one line",
    ),
    "a report with a period": ("for {name}", "for {name}.", "report", "without a period"),
    "a report that YAML reads as a map": ('"{limit} is too small for {name}"', "{limit}", "report", "write the text in quotes"),
    "a report that YAML cannot read": (
        '"{limit} is too small for {name}"',
        "{limit} is too small",
        "report",
        "must stand in quotes",
    ),
    "a bracket never closed in a report": ("for {name}", "for {name", "report", "this { is never closed"),
    "an optional part never closed": ("for {name}", "[for {name}", "report", "this [ is never closed"),
    "an optional part that is always there": ("for {name}", "[for it]", "report", "names a {path} that may be absent"),
    "an unknown fact in a report": ("for {name}", "for {nam}", "report", "no fact `nam` of thing; did you mean `name`?"),
    "a subject that is none": ("subject: thing", "subject: thng", "subject", "no subject is called thng; did you mean thing?"),
    "an unknown fact": (EXPECT, "  limt: {minimum: 10}", "  limt", "no fact `limt` of thing; did you mean `limit`?"),
    "an unknown fact behind a relation": (
        WHEN,
        "  service.prt: present",
        "service.prt",
        "no fact `prt` of part; did you mean `port`?",
    ),
    "a step behind a value": (WHEN, "  limit.size: 3", "limit.size", "`limit` is a whole number: nothing can follow it"),
    "a step onto a list": (WHEN, "  types.trunk: true", "types.trunk", "ask each element with types[*].trunk"),
    "an index of what is no list": (WHEN, '  "service[0].port": 3', "service[0]", "`service` is no list"),
    "an aspect that is none": (WHEN, "  a@writen: true", "a@writen", "nothing is called @writen"),
    "a count of what is no list": (WHEN, "  a@count: 1", "a@count", "`a` is no list and has no @count"),
    "a test of an origin": (WHEN, "  a@origin: AWS", "a@origin", "@origin is for texts"),
    "a path that is none": (WHEN, "  a b: true", "a b:", "`a b` is no path"),
    "a place with an aspect": ("at: limit", "at: limit@written", "at: ", "@written has no place"),
    "an unknown fact as a place": ("at: limit", "at: [limit, limits]", "at: ", "no fact `limits`"),
    "a number that is tested as a boolean": (
        WHEN,
        "  limit: true",
        "limit: true",
        "`limit` is a whole number: true can never match",
    ),
    "a boolean that is tested as a text": (WHEN, '  a: "true"', 'a: "true"', "`a` is true or false: true can never match"),
    "a bound of a text": (WHEN, "  scheme: {minimum: 3}", "scheme", "`minimum` can never say anything of `scheme`: it is a text"),
    "a number for a text": (WHEN, "  scheme: 80", "scheme", 'write "80" in quotes'),
    "a fraction for a whole number": (WHEN, "  limit: 1.5", "limit: 1.5", "1.5 is none"),
    "a version that is a number": (WHEN, "  version: {minimum: 1.10}", "version", "is read as a number"),
    "a version that is none": (WHEN, "  version: {minimum: latest}", "version", "latest is none"),
    "a value outside the closed list": (WHEN, "  kind_of_target: ipp", "kind_of_target", "ipp can never match; did you mean ip?"),
    "one of several outside the closed list": (WHEN, "  mode: [strict, lax]", "mode", "lax can never match"),
    "all values of a closed list": (WHEN, "  kind_of_target: [ip, instance]", "kind_of_target", "use `present`"),
    "a value named twice": (WHEN, "  scheme: [a, a]", "scheme", "a stands in this list already"),
    "on, unquoted": (WHEN, "  mode: [on, strict]", "mode", "YAML reads an unquoted on as true: write it in quotes"),
    "yes, unquoted": (WHEN, "  scheme: yes", "scheme", "YAML reads an unquoted yes as true"),
    "a path with brackets, unquoted": (
        "expect:\n" + EXPECT,
        "expect: {types[*].trunk: true}",
        "expect",
        "a path with [ ] must stand in quotes",
    ),
    "an unquoted path in a list": ("at: limit", "at: [values[0], limit]", "at: ", "a path with [ ] must stand in quotes"),
    "an unknown test": (EXPECT, "  limit: {minimun: 10}", "minimun", "no test `minimun`; did you mean `minimum`?"),
    "nothing behind a path": (WHEN, "  scheme:", "scheme", "write absent"),
    "an empty test": (WHEN, "  limit: {}", "limit: {}", "an empty test says nothing of `limit`"),
    "bounds with nothing between": (
        EXPECT,
        "  limit: {minimum: 10, maximum: 9}",
        "  limit",
        "nothing lies between minimum and maximum",
    ),
    "versions with nothing between": (
        WHEN,
        '  version: {minimum: "1.10", exclusiveMaximum: "1.9"}',
        "version",
        "nothing lies between minimum and exclusiveMaximum",
    ),
    "a scalar test of a list": (WHEN, "  values: 3", "values", "`values` is a list"),
    "a list of values for a list": (WHEN, "  values: [3]", "values", "is asked of each element, as values[*]"),
    "a list test of a scalar": (WHEN, "  limit: {minItems: 1}", "  limit: {minI", "`minItems` can never say anything of `limit`"),
    "a count below nothing": (WHEN, "  values: {maxItems: -1}", "values", "takes a whole number from 0 on"),
    "a count that says nothing": (WHEN, "  values: {minItems: 0}", "values", "minItems 0 says nothing"),
    "counts with nothing between": (
        WHEN,
        "  types: {contains: {trunk: true}, maxContains: 0}",
        "types",
        "nothing lies between the 1 that contains asks for and maxContains",
    ),
    "maxContains inside contains": (
        WHEN,
        "  types: {contains: {trunk: true, maxContains: 2}}",
        "types",
        "`maxContains` stands beside `contains`",
    ),
    "maxContains alone": (WHEN, "  types: {maxContains: 2}", "types", "there is no `contains` here"),
    "an unknown fact of an element": (
        WHEN,
        "  types: {contains: {trnk: true}}",
        "types",
        "no fact `trnk` of part; did you mean `trunk`?",
    ),
    "a value as a subject": (WHEN, "  types: {contains: t3}", "types", "each of `types` is a part"),
    "a test of a subject": (WHEN, "  service: web", "service", "`service` is a part: test a fact of it"),
    "facts of a subject in a map": (WHEN, "  service: {port: 3}", "service", "ask for `service.port`"),
    "a pattern that is none": (WHEN, '  scheme: {pattern: "("}', "scheme", "no regular expression"),
    "anyOf of one": (WHEN, "  scheme: {anyOf: [a]}", "scheme", "`anyOf` takes a list of two tests or more"),
    "presence of what is always there": (WHEN, "  limit@written: present", "limit@written", "is never absent"),
    "a bound by an unknown fact": (
        EXPECT,
        "  limit: {minimum: {$fact: cout}}",
        "$fact",
        "no fact `cout` of thing; did you mean `count`?",
    ),
    "a bound by a fact of another type": (EXPECT, "  limit: {minimum: {$fact: scheme}}", "$fact", "they can never be compared"),
    "a bound by several values": (EXPECT, '  limit: {minimum: {$fact: "values[*]"}}', "$fact", "is not one value"),
    "one of one value": (WHEN, "  scheme: {enum: {$fact: group}}", "$fact", "is one value: write const"),
    "slack for a text": (WHEN, "  scheme: {const: {$fact: group, plus: 1}}", "plus", "`plus` is a number"),
    "a fact as a test": (WHEN, "  scheme: {$fact: group}", "$fact", "write {const: {$fact: …}}"),
    "two judgements": (EXPECT, EXPECT + "\n  b: true", "  limit", "`expect` must be a map with exactly one path and its test"),
    "a level without conditions": (
        "level: warning",
        "level: {error: {}, warning: {}}",
        "level",
        "`error` has no conditions, so that no milder level is ever reported",
    ),
    "conditions of the mildest level": (
        "level: warning",
        "level: {error: {a: true}, note: {b: true}}",
        "level",
        "write {} for its conditions",
    ),
    "an unknown fact in a level": ("level: warning", "level: {error: {aa: true}, note: {}}", "level", "no fact `aa`"),
    "a report for no level": (
        'report: "{limit} is',
        'report:\n  error: "{limit} is',
        "  error",
        "the rule has no level error: warning",
    ),
    "a bad example without a mark": ("limit: 1  # <- finding", "limit: 1", "bad", "no line of `bad` ends in `# <- finding`"),
    "a good example with a mark": ("limit: 10\n", "limit: 10  # <- finding\n", "limit: 10  #", "`good` has a line marked"),
    "no good example": ("    good: |\n      limit: 10\n", "", "- name", "no example is `good`"),
    "no bad example": ("    bad: |\n      limit: 1  # <- finding\n", "", "- name", "no example is `bad`"),
    "an example without a text": (
        "  - name: far",
        "  - name: nothing\n  - name: far",
        "name: nothing",
        "an example has at least one of bad, good and silent",
    ),
    "lines of a file that is none": (
        "    good: |",
        "    lines: {other.json: [1]}\n    good: |",
        "lines",
        "`bad` has no file other.json",
    ),
    "lines that are not there": ("    good: |", "    lines: [9]\n    good: |", "lines", "has no line 9"),
    "two examples of one name": (
        "examples:\n",
        "examples:\n  - name: far too small\n    good: 'limit: 3'\n",
        "- name: far too small\n    bad",
        "two examples are named `far too small`",
    ),
    "fixed without a fix": ("    good: |", "    fixed: 'limit: 10'\n    good: |", "- name", "this rule has no `fix`"),
    "a fix without fixed": ("at: limit", 'at: limit\nfix: {safe: true, set: {limit: "10"}}', "fix", "give one `fixed`"),
    "a fix that does nothing": (
        "at: limit",
        "at: limit\nfix: {safe: true}",
        "fix",
        "a fix has at least one of set, remove, rename, ",
    ),
    "a fix that does not say how sure it is": ("at: limit", "at: limit\nfix: {remove: limit}", "fix", "`safe` is missing in `fix`"),
    "a fix of an unknown fact": ("at: limit", "at: limit\nfix: {safe: true, remove: limt}", "fix", "no fact `limt`"),
    "an earlier state that no path asks for": (
        "    good: |",
        "    before: 'limit: 9'\n    good: |",
        "- name",
        "no path of the rule asks for it",
    ),
    "an earlier state that no example gives": (WHEN, "  before.a: true", "- name", "give the example its earlier texts"),
    "a list": (RULE, "- a\n", "- a", "a map with id, title, level"),
    "two documents": (RULE, RULE + "---\n" + RULE, "id: ", "a rule file holds one rule"),
    "broken YAML": ("at: limit", "at: 'limit", "at: ", "the quote that opens here is never closed"),
}


@pytest.mark.parametrize(("old", "new", "line", "message"), BROKEN.values(), ids=BROKEN)
def test_a_mistake_is_told_with_its_line(old: str, new: str, line: str, message: str) -> None:
    assert old in RULE
    text = RULE.replace(old, new, 1)
    with pytest.raises(RuleError) as raised:
        load(text)
    found = [mistake for mistake in raised.value.mistakes if message in mistake.message]
    assert found, str(raised.value)
    assert found[0].place.file == "rules/limits/too-small.yaml"
    expected = text.count("\n", 0, text.index(line)) + 1
    assert found[0].place.line == expected, str(found[0])


def test_all_mistakes_of_a_file_are_told_at_once() -> None:
    text = RULE.replace("a: true", "aa: true").replace("at: limit", "at: limits").replace("{name}", "{nam}")
    with pytest.raises(RuleError) as raised:
        load(text)
    assert [mistake.place.line for mistake in raised.value.mistakes] == [10, 13, 14]


def test_a_mistake_in_a_text_points_at_the_path() -> None:
    with pytest.raises(RuleError) as raised:
        load(RULE.replace("{name}", "{nam}"))
    place = raised.value.mistakes[0].place
    line = RULE.replace("{name}", "{nam}").splitlines()[place.line - 1]
    assert line[place.column - 1 : place.end_column - 1] == "nam"


def test_what_each_test_may_look_like() -> None:
    tests = """\
  a: true
  b: {not: {const: {$fact: a}}}
  scheme: [x, z]
  group: absent
  mode: {enum: ["on", strict]}
  version: {minimum: "1.9", maximum: "v1.10.0-eksbuild.1"}
  anything: {anyOf: [absent, {type: boolean}]}
  values: {minItems: 1, uniqueItems: true, maxItems: {$fact: "types@count", plus: 2}}
  values@count: {maximum: 3}
  "values[-1]": {multipleOf: 2}
  zones: {items: {pattern: "^[a-z]"}}
  "types[*].parts[*].zone": {enum: {$fact: zones}}
  types: {contains: {trunk: true, parts: {contains: {port: 3}}}, minContains: 2, maxContains: {$fact: limit}}
  service: present
  service.name: {minLength: 2, maxLength: 63}
  cluster: present
  kind_of_target@written: true
  kind_of_target@key: targetType
"""
    assert len(load(RULE.replace(WHEN + "\n", tests)).record["when"]) == 18


def test_lines_name_the_marks_of_a_format_without_comments() -> None:
    text = RULE.replace("limit: 1  # <- finding", '{"limit": 1}').replace("    good: |", "    lines: [1]\n    good: |")
    assert load(text).examples[0].marks == {("example.yaml", 1)}


def test_examples_of_several_files() -> None:
    bad = "    bad:\n      a.yaml: |\n        x: 1\n      b/c.yaml: |\n        y: 1\n        limit: 1  # <- finding\n"
    example = load(RULE.replace("    bad: |\n      limit: 1  # <- finding\n", bad)).examples[0]
    assert example.files("bad") == {"a.yaml": "x: 1\n", "b/c.yaml": "y: 1\nlimit: 1  # <- finding\n"}
    assert example.marks == {("b/c.yaml", 2)}
    assert example.parts["bad"][1].line(2).line == 22


def test_a_fix_is_kept_as_verb_edits_and_conditions() -> None:
    text = RULE.replace("at: limit", 'at: limit\nfix: {safe: false, when: {b: true}, set: {limit: "{count}"}}')
    text = text.replace("    good: |", "    fixed: 'limit: 10'\n    good: |")
    edits, safe, when = load(text).record["fix"]
    assert safe is False
    assert edits == (("set", (("limit",), ""), (("path", (("count",), "")),)),)
    assert len(when) == 1


def test_a_file_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(RuleError, match=r"x\.yaml:1: is no UTF-8 text"):
        read_rule(str(tmp_path / "x.yaml"), "own")


def test_a_file_that_is_too_large(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_bytes(b"#" * 300_000)
    with pytest.raises(RuleError, match=r"x\.yaml:1: larger than 200000 bytes"):
        read_rule(str(tmp_path / "x.yaml"), "own")


def put(folder: Path, name: str, **changes: str) -> None:
    text = RULE.replace("id: too-small", f"id: {name}")
    for old, new in changes.items():
        text = text.replace(f"{old}:", f"{new}\n{old}:", 1)
    (folder / f"{name}.yaml").write_text(text)


def entries(folder: Path) -> list[library.Entry]:
    return library.listing(str(folder))


@pytest.fixture
def undeclared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leaves the kinds of these tests alone where rule files are read from a folder."""
    monkeypatch.setattr(fact, "load", lambda: None)


@pytest.mark.usefixtures("undeclared")
def test_a_circle_of_yields_to(tmp_path: Path) -> None:
    put(tmp_path, "one", since="yields_to: [two]")
    put(tmp_path, "two", since="yields_to: [three]")
    put(tmp_path, "three", since="yields_to: [one]")
    with pytest.raises(RuleError) as raised:
        library.read_files(entries(tmp_path))
    assert [str(m).replace(str(tmp_path), "") for m in raised.value.mistakes] == [
        "/one.yaml:7: a circle: one yields to two and that to three and that to one",
        "/three.yaml:7: a circle: three yields to one and that to two and that to three",
        "/two.yaml:7: a circle: two yields to three and that to one and that to two",
    ]


@pytest.mark.usefixtures("undeclared")
def test_a_rule_that_yields_to_none_that_exists(tmp_path: Path) -> None:
    put(tmp_path, "one-limit", since="yields_to: [two-limit]")
    put(tmp_path, "two-limits")
    with pytest.raises(RuleError, match=r"one-limit\.yaml:7: no rule is called two-limit; did you mean two-limits\?"):
        library.read_files(entries(tmp_path))


@pytest.mark.usefixtures("undeclared")
def test_two_rules_of_one_id(tmp_path: Path) -> None:
    for family in ("a", "b"):
        (tmp_path / family).mkdir()
        put(tmp_path / family, "one")
    with pytest.raises(RuleError, match=r"b/one\.yaml:1: another rule has the id one"):
        library.read_files(entries(tmp_path))


def test_what_is_no_rule_in_a_folder_of_rules(tmp_path: Path) -> None:
    put(tmp_path, "one")
    (tmp_path / "notes.txt").write_text("")
    (tmp_path / "family").mkdir()
    (tmp_path / "family" / "deeper").mkdir()
    (tmp_path / "link.yaml").symlink_to(tmp_path / "one.yaml")
    with pytest.raises(RuleError) as raised:
        library.listing(str(tmp_path))
    assert [mistake.place.file.removeprefix(str(tmp_path)) for mistake in raised.value.mistakes] == [
        "/family/deeper",
        "/link.yaml",
        "/notes.txt",
    ]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(RuleError, match="there is no such folder or rule file"):
        library.listing(str(tmp_path / "none"))
