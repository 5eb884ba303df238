"""Which folders are configurations, what sets their variables, and what the modules that they call come to."""

from __future__ import annotations

import pytest
from terraform import configuration, configurations

from ekslint.layers.terraform import Configuration, find
from ekslint.source.formats import syntax_of
from ekslint.source.text import Text
from ekslint.value import Known, Unknown, scalar_value

CALLED = """
variable "name" {}
variable "size" { default = "m5.large" }
variable "args" {
  type = object({ labels = map(string), taints = optional(list(string), ["none"]) })
  default = { labels = {} }
}
resource "aws_launch_template" "it" {
  name          = var.name
  instance_type = var.size
  tags          = var.args.labels
  note          = var.args.taints[0]
}
output "name" { value = aws_launch_template.it.name }
output "id" { value = aws_launch_template.it.id }
"""


def attribute(made: Configuration, address: str, *path: str) -> object:
    """What an attribute of a resource comes to, the text of what is not known."""
    resource = made.named(address)
    assert resource is not None
    node = resource.body.at(*path)
    return None if node is None else node.plain()


def test_a_module_is_evaluated_with_what_its_caller_gives() -> None:
    made = configuration(
        live__main_tf=(
            'module "a" {\n  source = "../modules/it"\n  name = "x-${local.n}"\n  size = "c5.large"\n'
            "  args = { labels = { level = 1 } }\n}\nlocals {\n  n = 2\n}\n"
            'resource "aws_autoscaling_group" "g" {\n  name = module.a.name\n  template = module.a.id\n}\n'
        ),
        modules__it__main_tf=CALLED,
    )
    address = "module.a.aws_launch_template.it"
    assert attribute(made, address, "name") == "x-2"
    assert attribute(made, address, "instance_type") == "c5.large"
    assert attribute(made, address, "tags") == {"level": "1"}
    assert attribute(made, address, "note") == "none"
    assert attribute(made, "aws_autoscaling_group.g", "name") == "x-2"
    assert attribute(made, "aws_autoscaling_group.g", "template") == f"${{{address}.id}}"


def test_a_default_of_a_called_module_is_certain_and_one_of_the_root_is_a_default() -> None:
    called = configuration(main_tf='module "a" {\n  source = "./m"\n  name = "x"\n}\n', m__main_tf=CALLED)
    root = configuration(main_tf=CALLED)
    reusable = configuration(modules__m__main_tf=CALLED)
    found = []
    for made, address in ((called, "module.a."), (root, ""), (reusable, "")):
        resource = made.named(f"{address}aws_launch_template.it")
        node = resource.body.get("instance_type") if resource is not None else None
        assert node is not None
        found.append(scalar_value(node))
    assert [value.default for value in found if isinstance(value, Known)] == [None, "variable default"]
    assert isinstance(found[2], Unknown)
    assert "m5.large" in found[2].reason


def test_each_instance_is_a_resource_of_its_own() -> None:
    made = configuration(
        main_tf=(
            'resource "aws_a" "m" {\n  for_each = { x = 1, y = 2 }\n  v = "${each.key}${each.value}"\n}\n'
            'resource "aws_a" "c" {\n  count = 2\n  v = count.index\n}\n'
            'resource "aws_a" "none" {\n  count = 0\n}\n'
            'resource "aws_a" "some" {\n  count = var.unset\n  v = 1\n}\n'
            'resource "aws_b" "all" {\n  v = aws_a.c[*].v\n  w = [for k, a in aws_a.m : a.v]\n  u = aws_a.m["y"].id\n}\n'
        )
    )
    assert [one.address for one in made.resources("aws_a")] == [
        'aws_a.m["x"]',
        'aws_a.m["y"]',
        "aws_a.c[0]",
        "aws_a.c[1]",
        "aws_a.some",
    ]
    assert attribute(made, 'aws_a.m["y"]', "v") == "y2"
    assert attribute(made, "aws_b.all", "v") == [0, 1]
    assert attribute(made, "aws_b.all", "w") == ["x1", "y2"]
    assert attribute(made, "aws_b.all", "u") == "${aws_a.m[ y ].id}"


def test_blocks_are_lists_and_dynamic_ones_are_made() -> None:
    made = configuration(
        main_tf=(
            'resource "aws_a" "b" {\n  tag {\n    key = "a"\n  }\n  dynamic "tag" {\n    for_each = ["b", "c"]\n    content {\n'
            "      key = tag.value\n    }\n  }\n"
            '  dynamic "rule" {\n    for_each = var.unset\n    content {\n      x = 1\n    }\n  }\n'
            '  dynamic "nothing" {\n    for_each = []\n    content {}\n  }\n}\n'
        )
    )
    assert attribute(made, "aws_a.b", "tag") == [{"key": "a"}, {"key": "b"}, {"key": "c"}]
    assert attribute(made, "aws_a.b", "rule") == []
    assert attribute(made, "aws_a.b", "nothing") is None


VARIABLES = 'variable "v" { default = "d" }\nresource "aws_a" "b" {\n  v = var.v\n}\n'


def test_tfvars_set_variables() -> None:
    made = configuration(main_tf=VARIABLES, terraform_tfvars='v = "t"\n')
    assert attribute(made, "aws_a.b", "v") == "t"


def test_tfvars_files_that_set_the_same_are_different_deployments() -> None:
    found = configurations(main_tf=VARIABLES, dev_tfvars='v = "dev"\n', prod_tfvars='v = "prod"\n')
    assert [(made.label, attribute(made, "aws_a.b", "v")) for made in found] == [("dev.tfvars", "dev"), ("prod.tfvars", "prod")]


def test_tfvars_files_that_set_different_variables_are_used_together() -> None:
    made = configuration(main_tf=VARIABLES, common_tfvars='w = "c"\n', prod_tfvars='v = "prod"\n')
    assert attribute(made, "aws_a.b", "v") == "prod"


def test_a_folder_of_its_own_is_a_configuration_of_its_own() -> None:
    found = configurations(a__main_tf=VARIABLES, b__main_tf='module "x" {\n  source = "../c"\n}\n', c__main_tf=VARIABLES)
    assert [(made.folder, made.whole) for made in found] == [("a", True), ("b", True)]


def test_an_eks_module_from_elsewhere_leaves_the_configuration_open() -> None:
    call = 'module "x" {{\n  source = "{}"\n}}\n'
    sources = {"cloudposse/eks-node-group/aws": False, "terraform-aws-modules/vpc/aws": True, "terraform-aws-modules/eks/aws": True}
    for source, whole in sources.items():
        assert configuration(main_tf=call.format(source)).whole is whole
    assert not configuration(main_tf=call.format("./not-here")).whole


@pytest.mark.parametrize("number", [1, 100])
def test_modules_that_call_themselves_end(number: int) -> None:
    main = f'module "m" {{\n  source = "./"\n  count = {number}\n}}\nresource "aws_a" "b" {{}}\n'
    assert len(list(configuration(main_tf=main).resources("aws_a"))) <= 400


def test_modules_in_a_ring_are_no_error() -> None:
    assert (
        configurations(a__main_tf='module "b" {\n  source = "../b"\n}\n', b__main_tf='module "a" {\n  source = "../a"\n}\n') == []
    )


def test_native_and_json_files_of_a_folder_are_one() -> None:
    texts = {
        "a/main.tf.json": '{"resource": {"aws_a": {"b": {"v": "${local.v}", "w": ["${var.w}"]}}}}',
        "a/locals.tf": 'locals {\n  v = "x"\n}\nvariable "w" {}\n',
        "a/terraform.tfvars.json": '{"w": 3}',
    }
    files = {name: Text(value, name) for name, value in texts.items()}
    (made,) = find([(name, syntax_of(name) or "") for name in files], files.get, list(files)).configurations
    assert attribute(made, "aws_a.b", "v") == "x"
    assert attribute(made, "aws_a.b", "w") == [3]
