"""`helm install` and `helm upgrade` in scripts and Makefiles, of the charts whose values are known, with what `--set` sets."""

from __future__ import annotations

from collections.abc import Iterator

from ekslint.carriers import load_balancer_controller, vpc_cni_chart
from ekslint.fact import Subject
from ekslint.source.text import Text

SYNTAX = ("shell", "make")
GIVES = tuple(sorted({*load_balancer_controller.GIVES, *vpc_cni_chart.GIVES}))
TOKENS = (b"aws-load-balancer-controller", b"aws-vpc-cni")


def claims_text(text: Text) -> bool:
    """A script or Makefile that speaks of a release of one of the charts."""
    return "helm" in text.value.lower() and ("install" in text.value or "upgrade" in text.value)


def text_subjects(text: Text) -> Iterator[Subject]:
    """The settings of each release."""
    from ekslint.layers.helm.commands import release
    from ekslint.syntax import shell
    from ekslint.syntax.make import recipes

    lower = text.file.rpartition("/")[2].lower()
    try:
        commands = shell.commands(recipes(text) if lower.endswith(("makefile", ".mk")) else text)
    except ValueError:
        return
    for command in commands:
        found = release(command)
        if found is None:
            continue
        place = (found.named or found.node).place
        if found.chart == load_balancer_controller.CHART:
            yield from load_balancer_controller.controller(found.values, place, found.partial, found.at)
        elif vpc_cni_chart.is_chart(found):
            yield from vpc_cni_chart.released(found, place)
