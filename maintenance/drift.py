"""Compares the tables in src/ekslint/data with what they were made from, and says what is new, gone and changed there.

    python maintenance/drift.py --controller CHECKOUT --cni CHECKOUT --instances WHEEL

CHECKOUT is a working copy of kubernetes-sigs/aws-load-balancer-controller or aws/amazon-vpc-cni-k8s; WHEEL is a wheel of moto, a
folder it is unpacked in, or its instance_types.json.gz. Exit code 1 on any difference, 2 where a source cannot be read.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import click

import ekslint.data.annotations as lbc
from ekslint.data import cni, instances, read_table

MOTO_TABLE = "moto/ec2/resources/instance_types.json.gz"
UNREAD = ("cmd/cni-metrics-helper", "test", "vendor")
"""Parts of the VPC CNI's repository that are no part of aws-node."""

BEYOND_CONSTANTS = {"actions", "conditions", "transforms"}
"""Forms whose names the controller's source holds elsewhere than in constants.go."""

NO_VARIABLES = {"CLUSTER_ID"}
"""Upper-case names in the VPC CNI's source that are no variables of aws-node: a tag of the metrics helper."""

_SUFFIX = re.compile(r'^\s*(?:IngressSuffix|IngressLBSuffix|SvcLBSuffix)\w+\s*=\s*"([^"]+)"', re.MULTILINE)
_GATE = re.compile(r'^\s*(\w+)\s+Feature\s*=\s*"(\w+)"', re.MULTILINE)
_GATE_DEFAULT = re.compile(r"^\s*(\w+):\s*generateDefaultFeatureStatus\((true|false)\)", re.MULTILINE)
_PARAMS = re.compile(r"type IngressClassParamsSpec struct \{(.*?)^\}", re.MULTILINE | re.DOTALL)
_FIELD = re.compile(r'json:"(\w+)')
_READ = re.compile(r'(?:Getenv|LookupEnv|EnvVar)\(\s*"([A-Za-z0-9_]+)"')
_NAMED = re.compile(r'^\s*(?:const\s+|var\s+)?\w+\s*(?:string\s*)?=\s*"([A-Z][A-Z0-9]*_[A-Za-z0-9_]+)"', re.MULTILINE)
_HEADING = re.compile(r"^#+\s*`([A-Z][A-Za-z0-9_]+)`", re.MULTILINE)
_SHIPPED = re.compile(r'^\s*- name: ([A-Z]\w+)\n\s*value: "(.*)"$', re.MULTILINE)


class Difference(NamedTuple):
    """One difference: `what` is new, gone or changed; `detail` is what was and is, for what changed."""

    table: str
    what: str
    name: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.table}: {self.what:<8} {self.name}" + (f" ({self.detail})" if self.detail else "")


def compare(table: str, ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> Iterator[Difference]:
    """The differences of two tables by name; a value of None on either side is not compared."""
    for name in sorted(theirs.keys() - ours.keys()):
        yield Difference(table, "new", name)
    for name in sorted(ours.keys() - theirs.keys()):
        yield Difference(table, "gone", name)
    for name in sorted(ours.keys() & theirs.keys()):
        if ours[name] is not None and theirs[name] is not None and ours[name] != theirs[name]:
            yield Difference(table, "changed", name, f"{ours[name]} -> {theirs[name]}")


def controller_drift(checkout: Path) -> Iterator[Difference]:
    """Annotation suffixes, feature gates and fields of IngressClassParams of the load balancer controller."""
    constants = (checkout / "pkg/annotations/constants.go").read_text(encoding="utf-8")
    known = [a for family in lbc.PREFIXES for a in (*lbc.of_family(family), *lbc.forms(family))]
    suffixes = {a.suffix for a in known} - BEYOND_CONSTANTS
    yield from compare("annotations", dict.fromkeys(suffixes), dict.fromkeys(_SUFFIX.findall(constants)))

    gates = (checkout / "pkg/config/feature_gates.go").read_text(encoding="utf-8")
    names = dict(_GATE.findall(gates))
    theirs = {names.get(name, name): default for name, default in _GATE_DEFAULT.findall(gates)}
    yield from compare("feature gates", lbc.feature_gates(), theirs)

    spec = _PARAMS.search((checkout / "apis/elbv2/v1beta1/ingressclassparams_types.go").read_text(encoding="utf-8"))
    fields = {name[0].lower() + name[1:] for name in _FIELD.findall(spec.group(1))} if spec else set()
    ours = {f.field.split(".")[0] for f in lbc.params_fields()}
    yield from compare("IngressClassParams", dict.fromkeys(ours), dict.fromkeys(fields))


def cni_drift(checkout: Path) -> Iterator[Difference]:
    """Variables that the VPC CNI's source or README names, and what its manifest ships."""
    found: set[str] = set(_HEADING.findall((checkout / "README.md").read_text(encoding="utf-8")))
    for path in _sources(checkout):
        text = path.read_text(encoding="utf-8")
        found.update(_READ.findall(text), _NAMED.findall(text))
    found -= NO_VARIABLES
    ours = {v.name for v in cni.variables()}
    yield from compare("variables", dict.fromkeys(ours), dict.fromkeys(n for n in found if n in ours or not cni.read_elsewhere(n)))

    shipped = dict(_SHIPPED.findall((checkout / "config/master/aws-k8s-cni.yaml").read_text(encoding="utf-8")))
    shipped.pop("VPC_CNI_VERSION", None)
    defaults = {v.name: v.default_manifest for v in cni.variables() if v.default_manifest and v.name != "VPC_CNI_VERSION"}
    yield from compare("shipped values", defaults, shipped)


def _sources(checkout: Path) -> Iterator[Path]:
    skipped = tuple(checkout / part for part in UNREAD)
    for path in sorted(checkout.rglob("*.go")):
        if not path.name.endswith("_test.go") and not any(path.is_relative_to(part) for part in skipped):
            yield path


def instance_drift(source: Path) -> Iterator[Difference]:
    """Instance types against DescribeInstanceTypes; types that it no longer lists are kept and not reported again."""
    theirs = {name: _facts(raw) for name, raw in json.loads(_moto_table(source)).items()}
    unlisted = set(json.loads(read_table("sources.json"))["instance-types.csv"]["unlisted"])
    ours = {
        t.name: {
            "enis": t.enis,
            "addresses": t.ipv4_per_eni,
            "hypervisor": t.hypervisor,
            "bare metal": t.bare_metal,
            "vcpus": t.vcpus,
            "cards": t.network_cards,
            "architectures": sorted(t.architectures),
        }
        for t in instances.instance_types()
        if t.name in theirs or not (t.retired or t.name in unlisted)
    }
    for difference in compare("instance types", ours, theirs):
        if difference.what == "changed":
            old, new = ours[difference.name], theirs[difference.name]
            detail = ", ".join(f"{key} {old[key]} -> {new[key]}" for key in old if old[key] != new[key])
            difference = difference._replace(detail=detail)
        yield difference


def _facts(raw: dict[str, Any]) -> dict[str, Any]:
    network = raw["NetworkInfo"]
    default = network.get("DefaultNetworkCardIndex", 0)
    card = next(c for c in network["NetworkCards"] if c["NetworkCardIndex"] == default)
    return {
        "enis": card["MaximumNetworkInterfaces"],
        "addresses": network["Ipv4AddressesPerInterface"],
        "hypervisor": raw.get("Hypervisor") or "unknown",
        "bare metal": raw["BareMetal"],
        "vcpus": raw["VCpuInfo"]["DefaultVCpus"],
        "cards": network["MaximumNetworkCards"],
        "architectures": sorted(raw["ProcessorInfo"]["SupportedArchitectures"]),
    }


def _moto_table(source: Path) -> bytes:
    if source.is_dir():
        return gzip.decompress((source / MOTO_TABLE).read_bytes())
    if source.suffix == ".whl":
        with zipfile.ZipFile(source) as wheel:
            return gzip.decompress(wheel.read(MOTO_TABLE))
    return gzip.decompress(source.read_bytes())


@click.command()
@click.option("--controller", type=click.Path(exists=True, file_okay=False, path_type=Path), help="aws-load-balancer-controller.")
@click.option("--cni", "cni_checkout", type=click.Path(exists=True, file_okay=False, path_type=Path), help="amazon-vpc-cni-k8s.")
@click.option("--instances", "moto", type=click.Path(exists=True, path_type=Path), help="moto: a wheel, a folder or the table.")
def main(controller: Path | None, cni_checkout: Path | None, moto: Path | None) -> None:
    """Compare the tables in src/ekslint/data with what they were made from."""
    checks = [(controller, controller_drift), (cni_checkout, cni_drift), (moto, instance_drift)]
    if not any(source for source, _ in checks):
        raise click.UsageError("Name at least one source: --controller, --cni or --instances.")
    differences: list[Difference] = []
    for source, check in checks:
        if source is not None:
            try:
                differences += check(source)
            except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
                raise click.UsageError(f"{source} is not what this table was made from: {error}") from None
    _report(differences)
    sys.exit(1 if differences else 0)


def _report(differences: Iterable[Difference]) -> None:
    lines = [str(difference) for difference in differences]
    click.echo("\n".join(lines) if lines else "No drift.")


if __name__ == "__main__":
    main()
