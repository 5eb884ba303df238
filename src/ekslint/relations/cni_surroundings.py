"""What else of the cluster goes by aws-node's metrics and by the names of its interfaces.

Sources: cmd/cni-metrics-helper and README (AWS_VPC_K8S_CNI_VETHPREFIX, DISABLE_METRICS) of amazon-vpc-cni-k8s; Calico's
reference of Felix (interfacePrefix).
"""

from __future__ import annotations

from ekslint.fact import Subject, fact
from ekslint.facts.environment import sources, taken
from ekslint.syntax.tree import items, string
from ekslint.value import Known, Listing, Unknown, Value, listing, placeholder, read

HELPER = "cni-metrics-helper"
FELIX = "FELIX_INTERFACEPREFIX"


@fact("cni", "bool")
def metrics_disabled(cni: Subject) -> Value:
    """Whether ipamd serves no metrics at port 61678 (DISABLE_METRICS)."""
    return taken(cni, "DISABLE_METRICS")


@fact("cni", "string[]")
def metrics_readers(cni: Subject) -> Value:
    """Who reads aws-node's metrics: the cni-metrics-helper, monitors of the Prometheus operator, the chart's own monitor."""
    home = cni.home
    found: list[Value] = [Known(HELPER, (one.place,)) for one in home.named("workload", HELPER)]
    found += [Known(f"{one.value('object_kind')} {one.name}", (one.place,)) for one in home.all("monitor")]
    for settings in sources(cni):
        create = read(settings.node, "podMonitor", "create")
        if settings.value("manager") == "helm" and isinstance(create, Known) and create.value is True:
            found.append(Known("the PodMonitor of the chart", create.places))
    return listing(found, not home.whole, home.why, (cni.place,))


@fact("cluster", "string[]")
def felix_prefixes(cluster: Subject) -> Value:
    """The beginnings of interface names by which Calico knows pods: interfacePrefix of a FelixConfiguration, FELIX_INTERFACEPREFIX.

    The operator sets eni for the VPC CNI.
    """
    found: list[Value] = []
    why = "" if cluster.home.whole else cluster.home.why
    for engine in cluster.home.all("policy-engine"):
        if engine.name != "Calico" or engine.node is None:
            continue
        written = engine.read("spec", "interfacePrefix")
        if isinstance(written, Known):
            found += [Known(part.strip(), written.places, key="interfacePrefix") for part in str(written.value).split(",")]
        elif isinstance(written, Unknown):
            why = why or written.reason
        kind = string(engine.node.at("spec", "cni", "type"))
        if kind == "AmazonVPC":
            found.append(Known("eni", (engine.place,), "Calico"))
        for container in items(engine.node.at("spec", "template", "spec", "containers")):
            for variable in items(container.get("env")):
                said = string(variable.get("value")) or ""
                if string(variable.get("name")) == FELIX:
                    at = variable.get("value") or variable
                    if not said or placeholder(said) is not None:
                        why = why or "the prefix is not literal"
                    else:
                        found += [Known(part.strip(), (at.place,), key=FELIX) for part in said.split(",")]
    return Known(Listing(found, bool(why), why))
