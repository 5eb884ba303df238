"""Pod limits, and the command that prints them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from ekslint.commands.max_pods import max_pods
from ekslint.data.instances import InstanceType, instance_type
from ekslint.maxpods import calculator, cni, pod_limit, recommended

FIGURES = Path(__file__).parent / "fixtures" / "max-pods" / "figures.csv"
"""What AWS's calculator prints for each type, made by running it."""

ONLY_BY_CNI = {"u-6tb1.metal", "u-9tb1.metal", "u-12tb1.metal"}
"""Bare metal whose secondary figure stays below the cap, so that prefixes show: 147 and 250."""


def run(*arguments: str) -> Result:
    return CliRunner().invoke(max_pods, list(arguments))


def known(name: str) -> InstanceType:
    found = instance_type(name)
    assert found is not None
    return found


def test_every_type_has_the_figures_of_the_calculator() -> None:
    result = run("*", "--format", "csv")
    assert result.exit_code == 0
    assert result.output == FIGURES.read_text()


def test_the_cnis_own_figures_differ_only_on_bare_metal() -> None:
    expected = {row["instance_type"]: row for row in csv.DictReader(io.StringIO(FIGURES.read_text()))}
    printed = {row["instance_type"]: row for row in csv.DictReader(io.StringIO(run("*", "--format", "csv", "--cni").output))}
    differing = {name for name, row in printed.items() if row != expected[name]}
    assert printed.keys() == expected.keys()
    assert differing == ONLY_BY_CNI
    assert all(printed[name]["prefix"] == "250" and expected[name]["prefix"] == "147" for name in ONLY_BY_CNI)


@pytest.mark.parametrize(
    ("name", "figures"),
    [
        ("t3.micro", (4, 3, 34, 18)),
        ("t3.medium", (17, 12, 242, 162)),
        ("m5.xlarge", (58, 44, 898, 674)),
        ("m5.4xlarge", (234, 205, 3714, 3250)),
        ("m5.metal", (737, 688, 11762, 10978)),
        ("p5.48xlarge", (100, 51, 1570, 786)),
        ("hpc6id.32xlarge", (51, 2, 786, 2)),
        ("m4.xlarge", (58, 44, 58, 44)),
    ],
)
def test_the_formula(name: str, figures: tuple[int, int, int, int]) -> None:
    found = known(name)
    assert figures == tuple(pod_limit(found, prefixes=p, custom_networking=c) for p in (False, True) for c in (False, True))


def test_a_trunk_interface_and_max_eni_take_interfaces_away() -> None:
    m5 = known("m5.xlarge")
    assert pod_limit(m5, prefixes=False, custom_networking=False, trunk=True) == 44
    assert pod_limit(m5, prefixes=False, custom_networking=True, trunk=True) == 30
    assert pod_limit(m5, prefixes=True, custom_networking=False, trunk=True) == 674
    assert pod_limit(m5, prefixes=True, custom_networking=True, trunk=True) == 450
    assert pod_limit(m5, prefixes=False, custom_networking=False, max_eni=2) == 30
    assert pod_limit(m5, prefixes=False, custom_networking=False, max_eni=99) == 58
    assert pod_limit(m5, prefixes=False, custom_networking=True, max_eni=1) == 2


@pytest.mark.parametrize("max_eni", [0, -1])
def test_max_eni_below_one_counts_as_unset(max_eni: int) -> None:
    assert pod_limit(known("m5.large"), prefixes=False, custom_networking=False, max_eni=max_eni) == 29


@pytest.mark.parametrize(
    ("name", "expected"), [("m5.xlarge", 110), ("m5.8xlarge", 250), ("t3.micro", 34), ("c6g.medium", 98), ("c7i.32xlarge", None)]
)
def test_what_is_recommended(name: str, expected: int | None) -> None:
    assert recommended(known(name), prefixes=True, custom_networking=False) == expected


def test_bare_metal_has_prefixes_for_the_cni_alone() -> None:
    metal = known("u-6tb1.metal")
    assert calculator(metal).prefix == 147
    assert cni(metal).prefix == 250


def test_the_table_says_whose_figures_they_are() -> None:
    assert "max-pods-calculator.sh" in run("m5.large").output
    assert "VPC CNI hands out" in run("m5.large", "--cni").output
    assert run("m5.large").output.splitlines()[1].split() == ["m5.large", "29", "20", "110", "110"]


def test_the_table_says_what_a_missing_figure_means() -> None:
    output = run("c7i.32xlarge").output
    assert output.splitlines()[1].split() == ["c7i.32xlarge", "-", "-", "-", "-"]
    assert "vCPUs" in output.splitlines()[-1]


def test_json() -> None:
    found = json.loads(run("m5.large", "c7i.32xlarge", "--format", "json").output)
    assert found["figures"] == "max-pods-calculator"
    assert found["types"][0] == {
        "instance_type": "m5.large",
        "secondary": 29,
        "secondary_custom": 20,
        "prefix": 110,
        "prefix_custom": 110,
    }
    assert found["types"][1]["prefix"] is None
    assert json.loads(run("m5.large", "--cni", "--format", "json").output)["figures"] == "vpc-cni"


def test_patterns_and_names_give_each_type_once_in_the_order_asked_for() -> None:
    lines = run("t3.nano", "t3.*", "--format", "csv").output.splitlines()
    assert lines[1].startswith("t3.nano,")
    assert len(lines) == 8
    assert all(line.startswith("t3.") for line in lines[1:])


def test_a_pattern_finds_retired_types_where_there_are_no_others() -> None:
    assert "p2.xlarge,58," in run("p2.*", "--format", "csv").output
    assert run("u-9tb1.*", "--format", "csv").output.count("\n") == 2
    assert run("u-9tb1.112xlarge", "--format", "csv").exit_code == 0


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("m5.larg", "Unknown instance type 'm5.larg'. Did you mean m5.large?"),
        ("M5.Large", "Did you mean m5.large?"),
        ("nothing", "Unknown instance type 'nothing'."),
        ("zz*", "No instance type matches 'zz*'."),
    ],
)
def test_an_unknown_type_is_wrong_use(word: str, message: str) -> None:
    result = run(word)
    assert result.exit_code == 2
    assert message in result.output
