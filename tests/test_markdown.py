"""Code blocks of Markdown files are read when a user asks for them, each as a part of something."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from ekslint.commands import main
from ekslint.source.text import Text
from ekslint.syntax.markdown import blocks

INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  annotations:
    alb.ingress.kubernetes.io/shceme: internal
spec:
  ingressClassName: alb
"""
GUIDE = f"""\
# A guide

Install it:

```console
$ kubectl set env daemonset aws-node -n kube-system \\
    ENABLE_PREFIX_DELEGATON=true
daemonset.apps/aws-node env updated
```

1. Then an Ingress:

   ```yaml title="web.yaml"
{"".join(f"   {line}" for line in INGRESS.splitlines(keepends=True))}   ```

> ~~~json
> {{"apiVersion": "v1", "kind": "Service", "metadata": {{"name": "x"}}, "spec": {{"type": 3}}}}
> ~~~

```yaml
left: [out
```

```text
alb.ingress.kubernetes.io/shceme: internal
```
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def check(*arguments: str, code: int = 0) -> list[tuple[str, str, int, int]]:
    result = CliRunner().invoke(main, ["check", *arguments, "--format", "json", "--fail-on", "never"])
    assert result.exit_code == code, result.output
    found: list[dict[str, Any]] = json.loads(result.stdout)["findings"]
    return [(one["rule"], one["place"]["file"], one["place"]["line"], one["place"]["column"]) for one in found]


FOUND = [
    ("unknown-variable", "docs/guide.md", 7, 5),
    ("annotation-unknown", "docs/guide.md", 19, 8),
    ("field-of-wrong-type", "docs/guide.md", 25, 87),
]


def test_blocks_are_read_only_when_asked_for(folder: Path) -> None:
    (folder / "docs").mkdir()
    (folder / "docs" / "guide.md").write_text(GUIDE)
    assert check(".") == []
    assert check(".", "--include", "*.md") == FOUND
    assert check(".", "--include", "notes/*.md") == []
    assert check("docs/guide.md") == FOUND


def test_a_block_meets_no_other_file(folder: Path) -> None:
    (folder / "guide.md").write_text(f"```yaml\n{INGRESS.replace('shceme: internal', 'group.name: shared')}```\n")
    other = INGRESS.replace("shceme: internal", "group.name: shared\n    alb.ingress.kubernetes.io/scheme: internet-facing")
    (folder / "web.yaml").write_text(other.replace("name: web", "name: other"))
    alone = check("web.yaml", "--level", "warning")
    assert check(".", "--include", "*.md", "--level", "warning") == alone


def test_dots_stand_for_what_is_left_out(folder: Path) -> None:
    service = "apiVersion: v1\nkind: Service\nmetadata:\n  name: x\n  annotations: ...\nspec:\n  type: …\n  ports: [...]\n"
    (folder / "guide.md").write_text(f"```yaml\n{service}```\n")
    assert check("guide.md", "--level", "warning") == []
    (folder / "service.yaml").write_text(service)
    assert ("field-of-wrong-type", "service.yaml", 5, 16) in check("service.yaml")


def test_files_of_further_names_are_read_by_their_content(folder: Path) -> None:
    (folder / "web.yaml.dist").write_text(INGRESS)
    assert check(".") == []
    assert ("annotation-unknown", "web.yaml.dist", 6, 5) in check(".", "--include", "*.dist")
    assert check(".", "--include", "*.dist", "--include", "!web*") == []


def test_a_pattern_that_is_none_is_wrong_use(folder: Path) -> None:
    result = CliRunner().invoke(main, ["check", ".", "--include", "["])
    assert (result.exit_code, "--include" in result.output) == (2, True)


def test_the_earlier_state_has_the_same_blocks(folder: Path) -> None:
    (folder / "guide.md").write_text(f"```yaml\n{INGRESS}```\n")
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-qm", "one"]):
        subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@example.com", *arguments], check=True)
    assert check(".", "--include", "*.md", "--since", "HEAD") == []
    assert check("guide.md", "--since", "HEAD") == []


def test_lines_made_to_be_slow_are_not() -> None:
    text = ("-     " * 2_000 + "x\n" + "> 1. " * 2_000 + "y\n" + "`" * 5_000 + "\n") * 20
    assert list(blocks(Text(text, "x.md"))) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("```yaml\na: 1\n```\n", [("yaml", "a: 1\n")]),
        ("````yaml\n```\na\n````\n", [("yaml", "```\na\n")]),
        ("~~~ json\n{}\n~~~\n", [("yaml", "{}\n")]),
        ("```yaml\nnever closed\n", [("yaml", "never closed\n")]),
        ("```\nplain\n```\n```yaml\n```\n", [("yaml", "")]),
        ("``` a`b yaml\n```yaml\nx: 1\n```\n", [("yaml", "x: 1\n")]),
        ("- ```sh\n  a\n    b\n  ```\n", [("shell", "a\n  b\n")]),
        ("```console\n$ a \\\n  b\nout\n# c\n```\n", [("shell", "a \\\n  b\nc\n")]),
        ("text ```yaml\na: 1\n", []),
        ("```go\nx\n```", []),
        ("", []),
    ],
)
def test_which_lines_a_block_has(text: str, found: list[tuple[str, str]]) -> None:
    assert [(block.syntax, block.text.value) for block in blocks(Text(text, "x.md"))] == found
