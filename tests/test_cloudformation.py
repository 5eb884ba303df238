"""CloudFormation templates: what a function gives, and where its characters stand."""

from __future__ import annotations

import pytest

from ekslint.layers.cloudformation import Template, template
from ekslint.source.text import Text
from ekslint.syntax import yaml
from ekslint.value import Absent, Known, Unknown

STACK = """\
Parameters:
  Environment: {Type: String, Default: dev}
  MaxPods: {Type: Number, Default: "110"}
  Image: {Type: "AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>", Default: /aws/service/eks}
  Zones: {Type: CommaDelimitedList, Default: "a, b"}
  VpcId: {Type: String}
Mappings:
  Sizes:
    dev: {Type: t3.large}
Conditions:
  IsProd: !Equals [!Ref Environment, prod]
  IsDev: !Not [!Condition IsProd]
Resources:
  Cluster:
    Type: AWS::EKS::Cluster
    Properties:
      Name: !Sub "${Environment}-main"
  Thing:
    Type: Custom::Thing
    Properties:
      Value: %s
"""


def thing(value: str) -> tuple[Template, str]:
    parsed = yaml.parse(Text(STACK % value, "stack.yaml"))
    assert not parsed.problems
    found = template(parsed.documents[0])
    assert found is not None
    return found, "Thing"


def resolved(value: str) -> Known[object] | Absent | Unknown:
    stack, name = thing(value)
    resource = stack.resource(name)
    assert resource is not None
    return resource.get("Value")


@pytest.mark.parametrize(
    ("written", "value", "default"),
    [
        ("plain", "plain", None),
        ("110", 110, None),
        ("!Ref Environment", "dev", "parameter default"),
        ("{Ref: Environment}", "dev", "parameter default"),
        ("!Ref MaxPods", 110, "parameter default"),
        ('!Sub "${Environment}-x"', "dev-x", "parameter default"),
        ('{"Fn::Sub": "${Environment}-x"}', "dev-x", "parameter default"),
        ('!Sub ["${Name}-x", {Name: web}]', "web-x", "parameter default"),
        ('!Sub "${!Literal}"', "${Literal}", None),
        ('!Join ["-", [a, b]]', "a-b", None),
        ("!If [IsProd, 1, 2]", 2, "parameter default"),
        ("!If [IsDev, 1, 2]", 1, "parameter default"),
        ("!FindInMap [Sizes, !Ref Environment, Type]", "t3.large", "parameter default"),
        ("!Select [1, [a, b]]", "b", None),
        ("!Select [0, !Ref Zones]", "a", "parameter default"),
        ('!Select [1, !Split [",", "x,y"]]', "y", None),
    ],
)
def test_functions_give_what_the_file_says(written: str, value: object, default: str | None) -> None:
    found = resolved(written)
    assert isinstance(found, Known)
    assert found.value == value
    if default:
        assert found.default == default


@pytest.mark.parametrize(
    "written",
    [
        "!Ref VpcId",
        "!Ref AWS::Region",
        "!Ref Image",
        '!Sub "${AWS::Region}-x"',
        '!Join ["-", [a, !Ref VpcId]]',
        "!GetAtt Cluster.Arn",
        "!ImportValue other",
        "!If [Undeclared, 1, 2]",
    ],
)
def test_what_only_the_stack_knows_is_unknown(written: str) -> None:
    assert isinstance(resolved(written), Unknown)


def test_both_sides_alike_are_known_whatever_the_condition() -> None:
    found = resolved("!If [Undeclared, same, same]")
    assert isinstance(found, Known)
    assert found.value == "same"


def test_no_value_is_absent() -> None:
    assert isinstance(resolved("!Ref AWS::NoValue"), Absent)


def test_an_absent_property_points_at_the_deepest_key_that_is_written() -> None:
    stack, _ = thing("1")
    cluster = stack.resource("Cluster")
    assert cluster is not None
    found = cluster.get("KubernetesNetworkConfig", "IpFamily")
    assert isinstance(found, Absent)
    assert found.places[0].line == 16


def test_references_between_resources_are_found() -> None:
    for written in ("!Ref Cluster", "!GetAtt Cluster.Arn", "{'Fn::GetAtt': [Cluster, Arn]}", '!Sub "${Cluster}"'):
        stack, _ = thing(written)
        resource = stack.resource("Thing")
        assert resource is not None
        named = stack.reference(resource.property("Value"))
        assert named is not None
        assert named.id == "Cluster"


def test_text_of_a_sub_keeps_its_places_and_what_is_not_known() -> None:
    stack, _ = thing("!Sub |\n        first\n        --max-pods ${MaxPods} --vpc ${VpcId}\n        third")
    resource = stack.resource("Thing")
    node = resource.property("Value") if resource else None
    assert node is not None
    text = stack.text(node)
    assert text is not None
    assert text.value.rstrip("\n") == "first\n--max-pods 110 --vpc ${VpcId}\nthird"
    start = text.value.index("third")
    written_line = (STACK % "x").count("\n", 0, (STACK % "x").index("Value:")) + 4
    assert text.place(start, start + 5)[1:3] == (written_line, 9)


def test_base64_gives_what_it_wraps() -> None:
    stack, _ = thing('{"Fn::Base64": {"Fn::Sub": "echo ${VpcId}"}}')
    resource = stack.resource("Thing")
    node = resource.property("Value") if resource else None
    assert node is not None
    inner = stack.base64(node)
    assert inner is not None
    text = stack.text(inner)
    assert text is not None
    assert text.value == "echo ${VpcId}"


def test_only_a_map_of_aws_resources_is_a_template() -> None:
    for text in ("Resources: {A: {Type: Thing}}", "resources: []", "- 1", "kind: Service"):
        assert template(yaml.parse(Text(text, "x.yaml")).documents[0]) is None
