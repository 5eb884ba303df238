"""Reports for the tests of reporters: what a run finds, hostile names and texts among it."""

from __future__ import annotations

from ekslint.finding import Finding, Problem, Related, Report, RuleText, Suppressed
from ekslint.source.text import Place

INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  annotations:
    alb.ingress.kubernetes.io/target-type: instance
    alb.ingress.kubernetes.io/scheme: public
    alb.ingress.kubernetes.io/tags: Team=web,Cost=shop  # ekslint: ignore[tag-order] agreed
"""

SERVICE = """\
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  type: ClusterIP
"""

REFERENCE = "https://kubernetes-sigs.github.io/aws-load-balancer-controller/"

RULES = (
    RuleText(
        id="instance-targets-without-node-port",
        title="Instance targets of a Service without node ports",
        level="error",
        why="Targets of type instance are reached through the node port, and a ClusterIP Service has none.",
        remedy="Set target-type to ip, or the Service's type to NodePort.",
        references=(REFERENCE,),
        family="load-balancers",
    ),
    RuleText(
        "scheme-refused", "A scheme that does not exist", "error", "The controller refuses it.", "", (), "ingress", ("security",)
    ),
    RuleText("tag-order", "Tags out of order", "note", "They are hard to read.", "Sort them.", (), "ingress"),
)


def place(file: str, line: int, column: int, end: int) -> Place:
    return Place(file, line, column, line, end)


INSTANCE = Finding(
    rule="instance-targets-without-node-port",
    level="error",
    message="Service default/web has no node port, so the controller answers: service must be of type NodePort",
    place=place("apps/ingress.yaml", 6, 44, 52),
    related=(Related(place("apps/service.yaml", 6, 9, 18), "Service default/web is of type ClusterIP"),),
    subjects=("target group default/web:80",),
    remedy="Set target-type to ip, or the Service's type to NodePort.",
    identity="annotation target-type of Ingress default/web",
)

SCHEME = Finding(
    rule="scheme-refused",
    level="error",
    message='The scheme "public" is refused: unknown scheme: public',
    place=place("apps/ingress.yaml", 7, 39, 45),
    subjects=("Ingress default/web", "Ingress default/shop"),
    identity="annotation scheme of Ingress default/web",
    clusters=("dev", "prod"),
)

TAGS = Finding(
    rule="tag-order",
    level="note",
    message="Team comes before Cost",
    place=place("apps/ingress.yaml", 8, 37, 55),
    identity="annotation tags of Ingress default/web",
    suppressed=Suppressed("comment", "agreed", place("apps/ingress.yaml", 8, 75, 84)),
)

BROKEN = Problem("syntax", "did not find expected key", place("apps/broken.yaml", 3, 1, 2))


def report(*findings: Finding, **changes: object) -> Report:
    """A report of these findings, with all else as given or as in a quiet run over two files."""
    quiet = Report(
        findings=findings,
        problems=(),
        rules=RULES,
        undecided={},
        files=2,
        subjects=7,
        skipped={},
        clusters=(),
        partial=False,
        texts={"apps/ingress.yaml": INGRESS, "apps/service.yaml": SERVICE},
    )
    return quiet._replace(**changes)


def full() -> Report:
    """A report in which everything happens."""
    return report(
        INSTANCE,
        SCHEME,
        TAGS,
        problems=(BROKEN, Problem("file", "permission denied", None, "apps/secret.yaml")),
        undecided={"scheme-refused": 3, "tag-order": 1},
        files=12,
        skipped={"nothing for ekslint in it": 8, "excluded by the config": 1},
        clusters=("dev", "prod"),
        partial=True,
        started="2030-01-02T03:04:05Z",
    )


HOSTILE = (
    "::add-mask::x\n::error::\r\x1b[2J\x1b]0;title\x07\u202eevil\u2066\u200b\x9b ##[add-path]/tmp %0A [a](https://evil.example)"
)
"""Words that a terminal, a workflow log or a viewer would act on."""


def hostile() -> Report:
    """A report in which every word comes from somebody who means ill."""
    name = "::set-env name=X::y,z:1%0A\u202e\udc80.yaml"
    there = Place(name, 1, 1, 1, 5)
    finding = SCHEME._replace(
        message=HOSTILE,
        remedy=HOSTILE,
        place=there,
        related=(Related(there, HOSTILE),),
        subjects=(HOSTILE, HOSTILE),
        clusters=(HOSTILE, HOSTILE),
    )
    suppressed = finding._replace(suppressed=Suppressed("config", HOSTILE, there))
    problems = (Problem("syntax", HOSTILE, there), Problem("file", HOSTILE, None, name))
    return report(finding, suppressed, problems=problems, texts={name: HOSTILE + "\n"})


def rendered(format: str, of: Report, **options: bool) -> str:
    """What a reporter writes."""
    from ekslint.reporters import reporter

    out: list[str] = []
    reporter(format)(of, out.append, **options)
    return "".join(out)
