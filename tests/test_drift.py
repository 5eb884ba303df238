"""The drift check, run over small checkouts that agree with the tables but for what a test changes."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import ekslint.data.annotations as lbc
from ekslint.data import cni, instances

SCRIPT = Path(__file__).parent.parent / "maintenance" / "drift.py"
ELSEWHERE = {"actions", "conditions", "transforms"}


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, SCRIPT, *map(str, arguments)], capture_output=True, text=True, check=False)


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def controller(root: Path) -> Path:
    suffixes = {a.suffix for f in lbc.PREFIXES for a in (*lbc.of_family(f), *lbc.forms(f))} - ELSEWHERE
    prefix = {True: "SvcLBSuffix", False: "IngressSuffix"}
    lines = [f'\t{prefix["load-balancer-" in s]}N{i} = "{s}"' for i, s in enumerate(sorted(suffixes))]
    write(root / "pkg/annotations/constants.go", "const (\n" + "\n".join(lines) + "\n)\n")
    gates = lbc.feature_gates()
    names = "\n".join(f'\t{name}Gate Feature = "{name}"' for name in gates)
    states = "\n".join(f"\t\t\t{name}Gate: generateDefaultFeatureStatus({state})," for name, state in gates.items())
    write(root / "pkg/config/feature_gates.go", f"const (\n{names}\n)\nvar m = map[Feature]FeatureStatus{{\n{states}\n}}\n")
    fields = "\n".join(f'\tF{i} T `json:"{f.field.split(".")[0]},omitempty"`' for i, f in enumerate(lbc.params_fields()))
    write(root / "apis/elbv2/v1beta1/ingressclassparams_types.go", f"type IngressClassParamsSpec struct {{\n{fields}\n}}\n")
    return root


def vpc_cni(root: Path) -> Path:
    found = cni.variables()
    half = len(found) // 2
    write(root / "README.md", "".join(f"#### `{v.name}` (v1.0.0+)\n\ntext\n\n" for v in found[:half]))
    write(
        root / "pkg/ipamd/ipamd.go", "const (\n" + "".join(f'\tenv{i} = "{v.name}"\n' for i, v in enumerate(found[half:-1])) + ")\n"
    )
    write(root / "pkg/other.go", f'func f() {{ os.Getenv("{found[-1].name}"); os.LookupEnv("AWS_REGION") }}\n')
    write(root / "pkg/other_test.go", 'func f() { os.Getenv("ONLY_IN_A_TEST") }\n')
    write(root / "cmd/cni-metrics-helper/main.go", 'func f() { os.Getenv("USE_CLOUDWATCH") }\n')
    shipped = "".join(f'        - name: {v.name}\n          value: "{v.default_manifest}"\n' for v in found if v.default_manifest)
    write(root / "config/master/aws-k8s-cni.yaml", shipped)
    return root


def moto(root: Path) -> Path:
    table = {
        t.name: {
            "BareMetal": t.bare_metal,
            "VCpuInfo": {"DefaultVCpus": t.vcpus},
            "ProcessorInfo": {"SupportedArchitectures": list(t.architectures)},
            "NetworkInfo": {
                "DefaultNetworkCardIndex": 0,
                "Ipv4AddressesPerInterface": t.ipv4_per_eni,
                "MaximumNetworkCards": t.network_cards,
                "NetworkCards": [{"NetworkCardIndex": 0, "MaximumNetworkInterfaces": t.enis}],
            },
            **({} if t.hypervisor == "unknown" else {"Hypervisor": t.hypervisor}),
        }
        for t in instances.instance_types()
        if not t.retired
    }
    save(root, table)
    return root


def path_of(root: Path) -> Path:
    return root / "moto/ec2/resources/instance_types.json.gz"


def load(root: Path) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = json.loads(gzip.decompress(path_of(root).read_bytes()))
    return found


def save(root: Path, table: dict[str, dict[str, object]]) -> None:
    path_of(root).parent.mkdir(parents=True, exist_ok=True)
    path_of(root).write_bytes(gzip.compress(json.dumps(table).encode()))


def test_sources_that_agree(tmp_path: Path) -> None:
    result = run(
        "--controller", controller(tmp_path / "lbc"), "--cni", vpc_cni(tmp_path / "cni"), "--instances", moto(tmp_path / "moto")
    )
    assert (result.returncode, result.stdout) == (0, "No drift.\n"), result.stderr


def test_the_controller_has_moved(tmp_path: Path) -> None:
    root = controller(tmp_path)
    constants, gates = root / "pkg/annotations/constants.go", root / "pkg/config/feature_gates.go"
    constants.write_text(constants.read_text().replace('"target-type"', '"target-kind"'))
    gates.write_text(gates.read_text().replace("WeightedTargetGroupsGate: generateDefaultFeatureStatus(true)", "W: x"))
    gates.write_text(
        gates.read_text().replace("NLBSecurityGroupGate: generateDefaultFeatureStatus(true)", "x").replace("W: x", "x")
    )
    params = root / "apis/elbv2/v1beta1/ingressclassparams_types.go"
    params.write_text(params.read_text().replace("\n}\n", '\n\tNew T `json:"brandNew"`\n}\n'))
    result = run("--controller", root)
    assert result.returncode == 1
    assert result.stdout.splitlines() == [
        "annotations: new      target-kind",
        "annotations: gone     target-type",
        "feature gates: gone     NLBSecurityGroup",
        "feature gates: gone     WeightedTargetGroups",
        "IngressClassParams: new      brandNew",
    ]


def test_a_gate_has_another_default(tmp_path: Path) -> None:
    gates = controller(tmp_path) / "pkg/config/feature_gates.go"
    old = "ALBSingleSubnetGate: generateDefaultFeatureStatus(false)"
    gates.write_text(gates.read_text().replace(old, old.replace("false", "true")))
    assert run("--controller", tmp_path).stdout == "feature gates: changed  ALBSingleSubnet (false -> true)\n"


def test_the_vpc_cni_has_moved(tmp_path: Path) -> None:
    root = vpc_cni(tmp_path)
    source, manifest = root / "pkg/ipamd/ipamd.go", root / "config/master/aws-k8s-cni.yaml"
    source.write_text(source.read_text().replace('"DISABLE_METRICS"', '"DISABLE_METRIC"') + 'var envNew = "ENABLE_NEW_THING"\n')
    manifest.write_text(
        manifest.read_text().replace(
            '- name: WARM_ENI_TARGET\n          value: "1"', '- name: WARM_ENI_TARGET\n          value: "0"'
        )
    )
    result = run("--cni", root)
    assert result.returncode == 1
    lines = result.stdout.splitlines()
    assert "variables: new      ENABLE_NEW_THING" in lines
    assert "shipped values: changed  WARM_ENI_TARGET (1 -> 0)" in lines
    assert not any("AWS_REGION" in line or "ONLY_IN_A_TEST" in line or "USE_CLOUDWATCH" in line for line in lines)


def test_instance_types_have_moved(tmp_path: Path) -> None:
    root = moto(tmp_path)
    table = load(root)
    table["m99.large"] = table["m5.large"]
    del table["m5.xlarge"]
    del table["p3.2xlarge"]
    table["t3.small"] = {**table["t3.small"], "VCpuInfo": {"DefaultVCpus": 4}}
    save(root, table)
    result = run("--instances", root)
    assert result.returncode == 1
    assert result.stdout.splitlines() == [
        "instance types: new      m99.large",
        "instance types: gone     m5.xlarge",
        "instance types: changed  t3.small (vcpus 2 -> 4)",
    ]


def test_a_wheel_is_read_as_it_is(tmp_path: Path) -> None:
    moto(tmp_path)
    with zipfile.ZipFile(tmp_path / "moto.whl", "w") as wheel:
        wheel.write(path_of(tmp_path), "moto/ec2/resources/instance_types.json.gz")
    assert run("--instances", tmp_path / "moto.whl").returncode == 0


def test_wrong_use(tmp_path: Path) -> None:
    assert run().returncode == 2
    result = run("--controller", tmp_path)
    assert result.returncode == 2
    assert "is not what this table was made from" in result.stderr
    assert "Traceback" not in result.stderr
