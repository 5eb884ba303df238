"""What a whole aws-node DaemonSet needs of the node, and where ipamd answers its probes.

Source: config/master/aws-k8s-cni.yaml and cmd/aws-vpc-cni/main.go (waitForIPAM) of amazon-vpc-cni-k8s.
"""

from __future__ import annotations

from ekslint.fact import Subject, fact
from ekslint.value import Known, Listing, Value, derive

HOST_PATHS = ("/opt/cni/bin", "/etc/cni/net.d", "/var/log/aws-routed-eni", "/var/run/aws-node", "/run/xtables.lock")
MOVED = (1, 23)
"""The release from which on ipamd's health service is a socket."""


@fact("cni-settings", "string[]")
def unmounted(settings: Subject) -> Value:
    """The host paths that every release needs and the DaemonSet does not mount, itself or a folder above."""
    mounted = settings.get("host_paths")
    if not isinstance(mounted, Known):
        return mounted
    paths = [each.value for each in mounted.value if isinstance(each, Known)]
    needed = HOST_PATHS if _has_all(settings) else HOST_PATHS[:3]
    gone = [path for path in needed if not any(path == p or path.startswith(p.rstrip("/") + "/") for p in paths)]
    return Known(Listing([Known(path, mounted.places) for path in gone], settings.partial is not None), mounted.places)


def _has_all(settings: Subject) -> bool:
    """From 1.8 on all five paths belong to the manifest; 1.7 had no lock, and before it the state was not mounted either."""
    version = settings.get("version")
    return isinstance(version, Known) and _numbers(version.value) >= (1, 8)


@fact("cni-settings", "string")
def served_address(settings: Subject) -> Value:
    """The address at which ipamd of this release answers health probes."""
    return derive(
        lambda text: "unix:///var/run/aws-node/ipamd.sock" if _numbers(text) >= MOVED else ":50051", settings.get("version")
    )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.lstrip("v").partition("-")[0].split(".") if part.isdigit())


@fact("cni-settings", "string[]")
def patched_too(settings: Subject) -> Value:
    """The variables of these settings that a patch of aws-node in the same set writes with another value, at the patch."""
    found: list[Value] = []
    own = {(each.value("container"), each.name): each.value("value") for each in _variables(settings)}
    for other in settings.home.all("cni-settings"):
        if other.partial is None or other.value("manager") != "manifest":
            continue
        for each in _variables(other):
            key = (each.value("container"), each.name)
            if key in own and own[key] is not None and each.value("value") not in (None, own[key]):
                found.append(Known(each.name, (each.place,)))
    return Known(Listing(found, not settings.home.whole, settings.home.why), (settings.place,))


def _variables(settings: Subject) -> list[Subject]:
    listed = settings.get("variables")
    return [each.value for each in listed.value if isinstance(each, Known)] if isinstance(listed, Known) else []
