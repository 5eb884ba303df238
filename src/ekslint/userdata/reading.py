"""What the formats collect while they read, before the order of precedence is applied."""

from __future__ import annotations

from ekslint.source.text import Place
from ekslint.userdata.kubelet import DASHES, Flag, integer, labels
from ekslint.userdata.model import Argument, Calculator, Gap, NodeConfig, Run, Setting
from ekslint.value import Absent, Known, Unknown, Value


class Reading:
    """Settings and gaps in the order in which they take effect, and what else the formats find, by family where it differs.

    `home`: the keys or calls under which a person would write max-pods.
    """

    __slots__ = (
        "arguments",
        "calculators",
        "cluster",
        "evidence",
        "expression",
        "gaps",
        "home",
        "kube_reserved",
        "labels",
        "node_configs",
        "pods_per_core",
        "runs",
        "scripts",
        "settings",
        "use_max_pods",
    )

    def __init__(self) -> None:
        self.settings: list[Setting] = []
        self.gaps: list[Gap] = []
        self.arguments: list[Argument] = []
        self.runs: list[Run] = []
        self.calculators: list[Calculator] = []
        self.node_configs: list[NodeConfig] = []
        self.cluster: dict[str, Value] = {}
        self.home: dict[str, tuple[Place, ...]] = {}
        self.evidence: dict[str, str] = {}
        self.use_max_pods: Value | None = None
        self.expression: Value | None = None
        self.pods_per_core: dict[str, Value] = {}
        self.kube_reserved: dict[str, Value] = {}
        self.labels: dict[str, list[Value]] = {}
        self.scripts = 0
        """Characters of the scripts that have been read."""

    def copy(self) -> Reading:
        """A reading with settings of its own, so that another order of precedence can be applied to them."""
        other = Reading()
        for name in Reading.__slots__:
            setattr(other, name, getattr(self, name))
        other.settings = [s.copy() for s in self.settings]
        return other

    def set(
        self,
        source: str,
        value: Value,
        place: Place,
        text: str,
        unread: str | None = None,
        refusal: str | None = None,
        path: str | None = None,
    ) -> Setting:
        """Adds a setting behind all that came before."""
        setting = Setting(source, value, place, text, unread, refusal, path, self._order())
        self.settings.append(setting)
        return setting

    def gap(self, reason: str, place: Place, source: str | None = None) -> None:
        """Adds something unknown behind all that came before."""
        self.gaps.append(Gap(reason, place, source, self._order()))

    def saw(self, family: str, why: str) -> None:
        """Notes what only one family's images read."""
        self.evidence.setdefault(family, why)

    def take_flags(self, source: str, family: str, found: list[Flag], unread: str | None = None) -> None:
        """Adds what a kubelet command line says, in its order."""
        for flag in found:
            if flag.loose is not None:
                if unread is None:
                    self.gap(flag.loose, flag.place, source)
                    self.labels.setdefault(family, []).append(flag.value)
                continue
            if flag.name == "max-pods":
                self._max_pods(source, flag, unread)
            elif unread is None and flag.dashes == "--":
                self._other(family, flag)

    def _max_pods(self, source: str, flag: Flag, unread: str | None) -> None:
        value, refusal = integer(flag.value, flag.text)
        if flag.dashes != "--":
            refusal = "typographic-dash" if any(d in DASHES for d in flag.dashes) else "no-dashes"
            value = Unknown(f"the kubelet refuses {flag.text}", (flag.place,), flag.text, key=f"{flag.dashes}max-pods")
        if isinstance(value, Absent):
            value = Unknown("--max-pods without a value", (flag.place,), flag.text, key="--max-pods")
            refusal = "not-an-integer"
        self.set(source, value, flag.place, flag.text, unread, refusal)

    def _other(self, family: str, flag: Flag) -> None:
        if flag.name == "pods-per-core":
            self.pods_per_core[family] = integer(flag.value, flag.text)[0]
        elif flag.name == "node-labels":
            self.labels.setdefault(family, []).extend(labels(flag.value))
        elif flag.name == "kube-reserved":
            value = flag.value
            if isinstance(value, Known):
                said = dict(pair.partition("=")[::2] for pair in str(value.value).split(","))
                value = Known(said["memory"], value.places, key="--kube-reserved") if "memory" in said else Absent(value.places)
            self.kube_reserved[family] = value

    def _order(self) -> int:
        return len(self.settings) + len(self.gaps)
