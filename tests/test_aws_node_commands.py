"""What `kubectl set env`, `aws eks create-addon` and `helm upgrade` set, in scripts and in recipes of Makefiles."""

from __future__ import annotations

import pytest
from clusters import plain

from ekslint import carriers, fact
from ekslint.inventory import Cluster
from ekslint.loading import File, load
from ekslint.source.formats import syntax_of
from ekslint.source.text import Text
from ekslint.syntax.make import recipes
from ekslint.value import Known


def cluster(text: str, name: str = "cni.sh", **others: str) -> Cluster:
    fact.load()
    texts = {name: text, **{key.replace("_", "."): value for key, value in others.items()}}
    files = [File(key, syntax_of(key) or "yaml", Text(value, key)) for key, value in texts.items()]
    found = load(files, True)
    assert not found.problems
    (made,) = found.clusters
    return made


def said(made: Cluster) -> list[tuple[str, str, object]]:
    return [(one.name, str(one.value("container")), plain(one.get("value"))) for one in made.all("cni-variable")]


HEAD = "#!/bin/bash\n"


@pytest.mark.parametrize(
    "command",
    [
        "kubectl set env daemonset aws-node -n kube-system WARM_IP_TARGET=5",
        "kubectl -n kube-system set env ds/aws-node WARM_IP_TARGET=5",
        "kubectl set env daemonset.apps/aws-node --namespace=kube-system -c aws-node WARM_IP_TARGET=5",
        "sudo /usr/local/bin/kubectl set env ds aws-node -n kube-system -e WARM_IP_TARGET=5",
        'kubectl set env daemonset aws-node -n "$NAMESPACE" "WARM_IP_TARGET=5"',
        "${KUBECTL} set env ds aws-node WARM_IP_TARGET='5'",
    ],
)
def test_every_spelling_of_the_command_is_read(command: str) -> None:
    assert said(cluster(f"{HEAD}{command}\n")) == [("WARM_IP_TARGET", "main", "5")]


@pytest.mark.parametrize(
    "command",
    [
        "kubectl set env daemonset other -n kube-system WARM_IP_TARGET=5",
        "kubectl set env daemonset aws-node -n other WARM_IP_TARGET=5",
        "kubectl set env deployment aws-node WARM_IP_TARGET=5",
        "kubectl set env daemonset aws-node --list WARM_IP_TARGET=5",
        "kubectl set env daemonset aws-node --dry-run=client WARM_IP_TARGET=5",
        "kubectl set env daemonset aws-node --from=configmap/x",
        "kubectl get daemonset aws-node # set env",
        "kubectl set env",
        "kubectl set env ds/aws-node",
        "kubectl set env daemonset aws-node $NAME=5 $ALL",
        "echo kubectl | cat; set env aws-node",
    ],
)
def test_other_commands_set_nothing(command: str) -> None:
    assert said(cluster(f"{HEAD}{command}\n")) == []


def test_the_place_is_the_words_own() -> None:
    made = cluster(HEAD + 'kubectl set env ds aws-node \\\n  "WARM_IP_TARGET=5"\n')
    (one,) = made.all("cni-variable")
    value = one.get("value")
    assert isinstance(value, Known)
    assert (str(one.place), str(value.places[0])) == ("cni.sh:3:4", "cni.sh:3:19")


def test_a_variable_goes_to_the_containers_that_read_it() -> None:
    text = "kubectl set env ds aws-node DISABLE_TCP_EARLY_DEMUX=true WARM_IP_TARGET=5 UNHEARD_OF=1\n"
    assert set(said(cluster(HEAD + text))) == {
        ("WARM_IP_TARGET", "main", "5"),
        ("UNHEARD_OF", "main", "1"),
        ("DISABLE_TCP_EARLY_DEMUX", "init", "true"),
    }
    chosen = "kubectl set env ds aws-node -c aws-vpc-cni-init DISABLE_TCP_EARLY_DEMUX=true\n"
    assert said(cluster(HEAD + chosen)) == [("DISABLE_TCP_EARLY_DEMUX", "init", "true")]


def test_the_last_command_wins_and_branches_leave_it_open() -> None:
    first, second = (f"kubectl set env ds aws-node WARM_IP_TARGET={number}\n" for number in "23")
    assert said(cluster(HEAD + first + second)) == [("WARM_IP_TARGET", "main", "3")]
    branches = f'if [ "$1" = big ]; then\n  {second}else\n  {first}fi\n'
    assert said(cluster(HEAD + branches)) == [("WARM_IP_TARGET", "main", "?")]


@pytest.mark.parametrize(
    "word", ["WARM_IP_TARGET=$WARM", "WARM_IP_TARGET=${WARM:-5}", 'WARM_IP_TARGET="$(cat warm)"', "WARM_IP_TARGET-"]
)
def test_what_only_a_run_knows_is_unknown(word: str) -> None:
    assert said(cluster(f"{HEAD}kubectl set env ds aws-node {word}\n")) == [("WARM_IP_TARGET", "main", "?")]


def test_a_command_says_nothing_of_what_it_does_not_name() -> None:
    (cni,) = cluster(HEAD + "kubectl set env ds aws-node ENABLE_PREFIX_DELEGATION=true\n").all("cni")
    assert plain(cni.get("prefix_delegation")) is True
    assert plain(cni.get("warm_ip_target")) == "?"


def test_scripts_that_undo_things_are_not_read() -> None:
    text = HEAD + "kubectl set env ds aws-node ENABLE_PREFIX_DELEGATION=false\n"
    assert said(cluster(text, "scripts/cleanup.sh")) == []
    assert said(cluster(text, "cleanup/cni.sh")) != []


def test_recipes_of_a_makefile_are_shell() -> None:
    text = (
        "WARM ?= 5\ncni: ## sets\n\t@kubectl set env ds aws-node \\\n\t  WARM_IP_TARGET=5 MINIMUM_IP_TARGET=$(WARM)\n"
        "\t-$(KUBECTL) set env ds aws-node WARM_ENI_TARGET=$$WARM\nkubectl set env ds aws-node MAX_ENI=3\n"
    )
    for name in ("Makefile", "deploy/cni.mk", "GNUmakefile"):
        found = said(cluster(text, name))
        assert found == [("WARM_IP_TARGET", "main", "5"), ("MINIMUM_IP_TARGET", "main", "?"), ("WARM_ENI_TARGET", "main", "?")]


def test_recipes_keep_their_places() -> None:
    text = Text("a:\n\t@echo $$X \\\n  more\n\tlast\n", "Makefile")
    program = recipes(text)
    assert program.value == "echo $X \\\n  more\nlast\n"
    assert str(program.place(program.value.index("last"), program.value.index("last") + 4)) == "Makefile:4:2"
    assert program.place(5, 7).column == 8


def test_an_add_on_is_read_from_its_command() -> None:
    text = HEAD + (
        "aws eks create-addon --cluster-name shop --addon-name vpc-cni --addon-version v1.20.4-eksbuild.2 \\\n"
        """  --configuration-values '{"env": {"ENABLE_PREFIX_DELEGATION": "true"}}'\n"""
    )
    made = cluster(text)
    (settings,) = made.all("cni-settings")
    assert (plain(settings.get("complete")), plain(settings.get("version"))) == (True, "v1.20.4-eksbuild.2")
    (one,) = made.all("cni-variable")
    assert str(one.place) == "cni.sh:3:36"
    assert made.name == "shop"


@pytest.mark.parametrize(
    ("options", "complete"),
    [
        ("create-addon", True),
        ("update-addon", False),
        ("create-addon --configuration-values file://cni.json", False),
        ('create-addon --configuration-values "$VALUES"', False),
        ("update-addon --configuration-values '{}'", True),
    ],
)
def test_how_much_a_command_says_of_an_add_on(options: str, complete: bool) -> None:
    (settings,) = cluster(f"{HEAD}aws eks {options} --addon-name vpc-cni\n").all("cni-settings")
    assert plain(settings.get("complete")) is complete


@pytest.mark.parametrize(
    ("more", "provisioning"),
    [
        ("ENABLE_PREFIX_DELEGATION=true", True),
        ("ENABLE_PREFIX_DELEGATION=false", "?"),
        ("WARM_IP_TARGET=5", "?"),
        ("ENABLE_PREFIX_DELEGATION=true DISABLE_NETWORK_RESOURCE_PROVISIONING=true", False),
        ("ENABLE_PREFIX_DELEGATION=true DISABLE_NETWORK_RESOURCE_PROVISIONING=$OFF", "?"),
    ],
)
def test_who_turns_prefixes_on_wants_them_attached(more: str, provisioning: object) -> None:
    (cni,) = cluster(f"{HEAD}kubectl set env ds aws-node {more}\n").all("cni")
    assert plain(cni.get("provisioning")) == provisioning


HELM = "helm upgrade --install aws-vpc-cni eks/aws-vpc-cni -n kube-system"


@pytest.mark.parametrize(
    ("command", "found"),
    [
        (f"{HELM} --set env.WARM_IP_TARGET=5", [("WARM_IP_TARGET", "main", "5")]),
        (
            f"{HELM} --set=env.WARM_IP_TARGET=5,init.env.DISABLE_IPV6=true --wait",
            [("WARM_IP_TARGET", "main", "5"), ("DISABLE_IPV6", "init", "true")],
        ),
        (f"{HELM} --wait --set-string 'env.WARM_IP_TARGET=5' --timeout 5m", [("WARM_IP_TARGET", "main", "5")]),
        (f"{HELM} --set env.WARM_IP_TARGET=$WARM", [("WARM_IP_TARGET", "main", "?")]),
        (f"{HELM} --set env.$NAME=5", []),
        (f"{HELM} --dry-run --set env.WARM_IP_TARGET=5", []),
        ("helm template aws-vpc-cni eks/aws-vpc-cni --set env.WARM_IP_TARGET=5", []),
        ("helm upgrade aws-vpc-cni other/chart --set env.WARM_IP_TARGET=5 # aws-vpc-cni", []),
        ("helm upgrade aws-vpc-cni", []),
    ],
)
def test_what_helm_is_told_to_set(command: str, found: list[tuple[str, str, object]]) -> None:
    assert said(cluster(f"{HEAD}{command}\n")) == found


@pytest.mark.parametrize(
    ("options", "complete"),
    [("", True), ("-f values.yaml", False), ("--values=values.yaml", False), ("--reuse-values", False), ("--set env.$A=1", False)],
)
def test_how_much_a_release_says(options: str, complete: bool) -> None:
    (settings,) = cluster(f"{HEAD}{HELM} {options}\n").all("cni-settings")
    assert plain(settings.get("complete")) is complete


def test_helm_in_a_makefile_sets_the_controller_up() -> None:
    text = (
        "lbc:\n\t$(HELM) upgrade --install aws-load-balancer-controller eks/aws-load-balancer-controller \\\n"
        "\t  --set clusterName=$(CLUSTER) --set defaultTargetType=ip\n"
    )
    (found,) = cluster(text, "Makefile").all("load-balancer-controller")
    kind = found.get("default_target_type")
    assert isinstance(kind, Known)
    assert (kind.value, str(kind.places[0])) == ("ip", "Makefile:3:57")


@pytest.mark.parametrize(
    "text",
    [
        "kubectl set env ds aws-node 'A=" + "x" * 10,
        "helm upgrade a eks/aws-vpc-cni --set " + "a" * 50_000 + " --set ,=,, --set a[0].b={x,y} --set '{' --set",
        "kubectl set env ds aws-node =5 A== - -- -e\n",
        "aws eks create-addon --addon-name vpc-cni --configuration-values '{{{'\n",
        "aws eks create-addon --addon-name vpc-cni --configuration-values ''\n",
        "for x in aws-node; do kubectl set env ds/$x A=1; done",
        "\x00kubectl set env ds aws-node A=\udc80\n",
    ],
)
def test_odd_scripts_do_no_harm(text: str) -> None:
    for syntax, name in (("shell", "x.sh"), ("make", "Makefile")):
        for subject in carriers.lift_text(Text("a:\n\t" + text, name), syntax):
            subject.get("name")
