"""Facts of user data, its parts, its calls of bootstrappers and all that it says about max-pods."""

from __future__ import annotations

from typing import Any

from ekslint.fact import Subject, fact, given
from ekslint.userdata.model import FAMILIES
from ekslint.value import Absent, Known, Listing, Unknown, Value, listing

given("user-data", "decoded", "any", "The user data as the decoders read it, before the image family is known.")
given("user-data", "group", "node-group", "The node group whose nodes run it.")
given("user-data-part", "part", "any", "The part as the decoders read it.")
given("user-data-part", "data", "user-data", "The user data that the part belongs to.")
given("user-data-part", "group", "node-group", "The node group whose nodes run it.")
given(
    "user-data-part",
    "part_kind",
    "enum(node-config, shell, cloud-config, windows, bottlerocket, other)",
    "What its readers take it for.",
)
given(
    "user-data-part", "looks", "enum(node-config, shell, cloud-config, windows, bottlerocket, other)", "What its first lines are."
)
given("user-data-part", "media_type", "string", "The media type that its headers name.")
given("user-data-part", "malformations", "string[]", "What its headers and its encoding get wrong.")
given("bootstrap-argument", "text", "string", "The word as it is written.")
given("bootstrap-argument", "option", "string", "The option that the word means; absent for a positional.")
given("bootstrap-argument", "value", "string", "The value of the option.")
given("bootstrap-argument", "read", "bool", "Whether the option loop of bootstrap.sh takes it.")
given(
    "bootstrap-argument",
    "unread_because",
    "enum(none, equals-sign, unknown-option, typographic-dash)",
    "Why the option loop takes it for something else.",
)
given("bootstrap-argument", "group", "node-group", "The node group whose nodes run the call.")
given("max-pods-setting", "text", "string", "The value as it is written.")
given("max-pods-setting", "value", "int", "The number; unknown where it is none.")
given("max-pods-setting", "via", "string", "What carries it: a kubelet flag, a NodeConfig, Bottlerocket's settings.")
given("max-pods-setting", "path", "string", "The path of the key in its document.")
given("max-pods-setting", "refusal", "enum(string, not-an-integer, typographic-dash, no-dashes)", "Why its reader refuses it.")
given(
    "max-pods-setting",
    "unread",
    "enum(positional, equals-sign, replaced, not-exported, not-sourced, overwritten, wrong-part, wrong-table, wrong-key,"
    " wrong-option, refused-document, typographic-dash, no-dashes, no-config-directory)",
    "Why nothing reads it as max-pods.",
)
given("max-pods-setting", "overridden_by", "max-pods-setting", "The stronger setting that the kubelet gets instead.")
given(
    "max-pods-setting", "image_family", "enum(al2, al2023, bottlerocket, windows)", "The image family whose bootstrapper reads it."
)
given("max-pods-setting", "group", "node-group", "The node group whose nodes read it.")
given("node-config", "refusal", "enum(syntax, not-a-map, api-version, kind, type)", "Why nodeadm refuses the document.")
given("node-config", "api_version", "string", "apiVersion as it is written.")
given("node-config", "document_kind", "string", "kind as it is written.")
given("node-config", "from", "enum(part, drop-in, wrong-part)", "Where it came from.")
given("node-config", "group", "node-group", "The node group whose nodes read it.")

given("max-pods-calculator", "prefix_delegation", "bool", "Whether the call says --cni-prefix-delegation-enabled.")
given("max-pods-calculator", "custom_networking", "bool", "Whether the call says --cni-custom-networking-enabled.")
given("max-pods-calculator", "cni_version", "version", "The version that the call gives.")
given("max-pods-calculator", "group", "node-group", "The node group whose nodes run the call.")

CLUSTER_DETAILS = ("name", "apiServerEndpoint", "certificateAuthority", "cidr")


def decoded(data: Subject) -> Any:
    """The decoded user data as it stands on the group's image family."""
    found = data.get("settled")
    return found.value if isinstance(found, Known) else None


@fact("user-data", "any")
def settled(data: Subject) -> Value:
    """The user data under the image family of its group."""
    raw = data.value("decoded")
    group = data.value("group")
    family = group.value("family") if group is not None else None
    if family == "ubuntu":
        family = "al2"
    if family in FAMILIES and raw.family != family:
        return Known(raw.under(family), (data.place,))
    return Known(raw, (data.place,))


@fact("user-data", "enum(al2, al2023, bottlerocket, windows)")
def family(data: Subject) -> Value:
    """The image family that the user data is written for; absent where nothing in it says so, unknown where several fit."""
    raw = data.value("decoded")
    if raw.family in FAMILIES:
        return Known(raw.family, (data.place,))
    if raw.family_dispute is not None:
        return Unknown(raw.family_dispute, (data.place,), written=True)
    return Absent((data.place,))


@fact("user-data", "int")
def max_pods(data: Subject) -> Value:
    """max-pods as the user data alone gives it to the kubelet."""
    found: Value = decoded(data).max_pods
    return found


@fact("user-data", "string")
def max_pods_via(data: Subject) -> Value:
    """What carries the setting that wins: `kubelet.flags`, `--kubelet-extra-args`, `edit of bootstrap.sh` …"""
    for setting in decoded(data).settings:
        if setting.effective:
            return Known(setting.source, (setting.place,))
    return Absent((data.place,))


@fact("user-data", "string")
def use_max_pods(data: Subject) -> Value:
    """The value of --use-max-pods or USE_MAX_PODS."""
    found: Value = decoded(data).use_max_pods
    return found


@fact("user-data", "int")
def pods_per_core(data: Subject) -> Value:
    """podsPerCore of the kubelet's configuration."""
    found: Value = decoded(data).pods_per_core
    return found


@fact("user-data", "any")
def kube_reserved_memory(data: Subject) -> Value:
    """The memory in kubeReserved, by the kubelet's configuration or --kube-reserved."""
    found: Value = decoded(data).kube_reserved_memory
    return found


@fact("user-data", "bool")
def complete(data: Subject) -> Value:
    """Whether nothing unknown in it could set max-pods."""
    return Known(bool(decoded(data).complete), (data.place,))


@fact("user-data", "string[]")
def runs(data: Subject) -> Value:
    """The bootstrappers that it calls: bootstrap.sh, nodeadm, Start-EKSBootstrap.ps1; unknown where only a branch does."""
    found = decoded(data)
    programs: list[Value] = []
    for run in found.runs:
        branch = Unknown(f"{run.program} is called in a branch of the script", (run.place,), run.text)
        programs.append(branch if run.conditional else Known(run.program, (run.place,)))
    return listing(programs, places=(data.place,))


@fact("user-data", "string[]")
def formats(data: Subject) -> Value:
    """The kinds of its parts, each once."""
    return listing([Known(name, (data.place,)) for name in decoded(data).formats], places=(data.place,))


@fact("user-data", "bool")
def bootstraps(data: Subject) -> Value:
    """Whether it brings all that a node needs to join: a call of the bootstrapper, or the details of the cluster."""
    found = decoded(data)
    programs = {run.program for run in found.runs}
    if programs & {"bootstrap.sh", "Start-EKSBootstrap.ps1"}:
        return Known(True, tuple(run.place for run in found.runs))
    details = found.cluster
    if details and not any(isinstance(details.get(name, Absent()), Absent) for name in CLUSTER_DETAILS):
        return Known(True, (data.place,))
    if "bottlerocket" in found.formats and "api-server" in found.text.value and "cluster-name" in found.text.value:
        return Known(True, (data.place,))
    return Known(False, (data.place,))


@fact("user-data", "bool")
def refused(data: Subject) -> Value:
    """Whether Bottlerocket's model refuses a key or a value that spells max-pods, and with it all of the settings."""
    found = [s for s in decoded(data).settings if s.family == "bottlerocket" and (s.refusal or s.unread)]
    return Known(bool(found), tuple(s.place for s in found) or (data.place,))


@fact("user-data", "string[]")
def cluster_details(data: Subject) -> Value:
    """What the merged NodeConfig says of the cluster, of name, apiServerEndpoint, certificateAuthority and cidr."""
    found = decoded(data)
    configs = [config for config in found.node_configs if config.origin != "wrong-part"]
    if not configs:
        return Absent((data.place,))
    known: list[Value] = []
    places = [config.place for config in configs]
    for name in CLUSTER_DETAILS:
        value = found.cluster.get(name, Absent())
        if isinstance(value, Absent):
            places = [*value.places, *places]
        else:
            known.append(Known(name, value.places))
    open = any(config.templated or config.refusal for config in configs)
    return Known(Listing(known, open, "a template or a refused document is among them" if open else ""), places[:1])


@fact("user-data", "bool")
def multipart(data: Subject) -> Value:
    """Whether it is a MIME multi-part message."""
    mime = decoded(data).mime
    return Known(bool(mime is not None and mime.multipart), (mime.place if mime is not None else data.place,))


@fact("user-data", "enum(none, no-boundary, unused-boundary, no-closing-boundary, no-blank-line)")
def mime_defect(data: Subject) -> Value:
    """What is wrong with its MIME structure."""
    found = decoded(data)
    mime = found.mime
    if mime is None or not mime.multipart:
        return Known("none", (data.place,))
    if mime.boundary is None:
        return Known("no-boundary", (mime.place,))
    if not mime.uses:
        return Known("unused-boundary", (mime.place,))
    if not mime.closed:
        return Known("no-closing-boundary", (mime.place,)) if not mime.cut else Unknown("there are more parts than are read")
    for body in mime.bodies:
        if "no-blank-line" in body.malformations:
            return Known("no-blank-line", (body.place,))
    return Known("none", (data.place,))


@fact("user-data", "enum(right, missing, surplus)")
def base64(data: Subject) -> Value:
    """Whether it is base64 as often as its carrier wants: missing where it is plain text, surplus where it is encoded twice."""
    found = data.value("decoded")
    layers = found.layers.count("base64")
    if found.problem:
        return Unknown(found.problem, (data.place,))
    if found.surplus_base64 > 0:
        return Known("surplus", (data.place,))
    if found.encoded and not layers:
        return Known("missing", (data.place,))
    return Known("right", (data.place,))


@fact("user-data", "int")
def size(data: Subject) -> Value:
    """Its length in bytes as EC2 counts it, before base64."""
    found: Value = data.value("decoded").size
    return found


@fact("user-data", "bool")
def nodeadm_tolerates(data: Subject) -> Value:
    """Whether the images of its family undo a second base64 layer: only nodeadm does."""
    group = data.value("group")
    family = group.value("family") if group is not None else None
    if family is None:
        return Unknown("the image family is not known", (data.place,))
    return Known(family == "al2023", (data.place,))
