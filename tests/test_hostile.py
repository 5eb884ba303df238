"""Input made to hang, to crash or to speak to the terminal: each costs little time and ends in words."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from ekslint.carriers import node_annotations
from ekslint.checking import load_texts
from ekslint.layers.kustomize.selectors import _TERM
from ekslint.layers.terraform.plan import _local
from ekslint.source.text import Text
from ekslint.syntax import shell
from ekslint.userdata.classify import looks
from ekslint.userdata.read import decode

LONG = 50_000


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, which is stopped where it hangs."""
    start = "from ekslint.commands import main; main()"
    command = [sys.executable, "-c", start, *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=20, stdin=subprocess.DEVNULL)


@pytest.mark.parametrize(
    "read",
    [
        lambda: looks("#a " * LONG),
        lambda: looks("#" + " " * LONG),
        lambda: looks("# a  \n" * LONG),
        lambda: looks("---" + "\n" * LONG + "!"),
        lambda: shell._GLOB.search("{" * LONG),
        lambda: shell._GLOB.search("{" + "," * LONG),
        lambda: shell._FOREIGN.search("${a[" * LONG),
        lambda: node_annotations.claims_text(Text("annotate node " * LONG, "a.sh")),
        lambda: node_annotations.claims_text(Text("annotate node " + "a" * LONG + "\\\n" * LONG, "a.sh")),
        lambda: _TERM.match(" " * LONG + "("),
        lambda: _local("a" * LONG + "!"),
        lambda: load_texts({"a.yaml": _STACK.replace("VALUE", "${" + " " * LONG)}),
        lambda: load_texts({"a.yaml": _STACK.replace("VALUE", "${ " * LONG)}),
    ],
)
def test_a_long_text_takes_a_time_that_grows_with_its_length(read: Callable[[], object]) -> None:
    begin = time.process_time()
    read()
    assert time.process_time() - begin < 3


_STACK = """
AWSTemplateFormatVersion: "2010-09-09"
Resources:
  Nodes:
    Type: AWS::EKS::Nodegroup
    Properties:
      ClusterName: !Sub "VALUE"
"""


def test_scripts_beyond_all_that_ec2_takes_are_left_open() -> None:
    begin = time.process_time()
    found = decode(Text("#!/bin/bash\n/etc/eks/bootstrap.sh c\n" + "export A=$B; echo 'x y'\n" * LONG, "a.sh"))
    assert time.process_time() - begin < 3
    assert found.reason == "its scripts have more than 131072 characters"


def test_a_comment_with_a_colon_does_not_make_a_map() -> None:
    assert looks("# hint: none\nplain words\n") == looks("plain words\n")


def test_a_script_that_annotates_nodes_is_seen_over_joined_lines() -> None:
    script = "kubectl annotate node $node \\\n  --overwrite \\\n  k8s.amazonaws.com/eniConfig=$zone\n"
    assert node_annotations.claims_text(Text(script, "a.sh"))


@pytest.mark.parametrize("arguments", [["check", "pipe.yaml"], ["check", "--config", "pipe.yaml", "."]])
def test_a_pipe_given_by_name_is_not_waited_for(tmp_path: Path, arguments: list[str]) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")
    done = _run(tmp_path, *arguments)
    assert "Traceback" not in done.stderr
    assert "a pipe" in done.stdout + done.stderr
    assert done.returncode in (2, 3)


def test_aliases_that_multiply_are_refused_and_other_files_are_still_read(tmp_path: Path) -> None:
    lines = ["x0: &x0 [a, a, a, a, a, a, a, a, a]"]
    lines += [f"x{i}: &x{i} [{', '.join([f'*x{i - 1}'] * 9)}]" for i in range(1, 12)]
    (tmp_path / "bomb.yaml").write_text("apiVersion: v1\nkind: Service\n# alb.ingress.kubernetes.io\n" + "\n".join(lines) + "\n")
    (tmp_path / "b.yaml").write_text("apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: 1\n# alb.ingress.kubernetes.io\n")
    done = _run(tmp_path, "check", ".")
    assert done.returncode == 3
    assert "aliases and merges stand for more than" in done.stdout
    assert "field-of-wrong-type" in done.stdout
