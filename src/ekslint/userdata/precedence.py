"""Which setting reaches the kubelet: the order of precedence of each image family.

AL2 (templates/al2/runtime/bootstrap.sh): a flag beats kubelet-config.json. AL2023 (nodeadm/internal/kubelet): a flag beats the
drop-in with `config.maxPods`, which beats what `maxPodsExpression` gives. Among equals the last wins.
"""

from __future__ import annotations

from ekslint.source.text import Place
from ekslint.userdata.model import FAMILIES, RANKS, Gap, Setting
from ekslint.userdata.reading import Reading
from ekslint.value import Absent, Known, Unknown, Value, places_of


def guess(reading: Reading) -> tuple[str, str | None]:
    """The image family that the user data is written for, and what speaks for each of several.

    `unknown` where nothing says so or several are meant; nothing speaks where at most one is.
    """
    seen = [f for f in FAMILIES if f in reading.evidence]
    if len(seen) == 1:
        return seen[0], None
    return "unknown", "; ".join(reading.evidence[f] for f in seen) or None


def gaps_of(reading: Reading, family: str) -> list[Gap]:
    """The gaps that concern a family; all where it is unknown."""
    return [g for g in reading.gaps if g.source is None or family == "unknown" or RANKS[g.source][0] == family]


def apply(reading: Reading, family: str, home: tuple[Place, ...]) -> Value:
    """Marks the effective setting of each family that may be meant, and gives max-pods.

    `home` is where a person would write it, for the place of an absence.
    """
    for setting in reading.settings:
        setting.effective, setting.overridden_by = False, None
    families = [family] if family in FAMILIES else sorted({s.family for s in reading.settings if s.unread is None})
    results = [_winner(reading, one) for one in families]
    for one, winner in zip(families, results, strict=True):
        if isinstance(winner, Setting) and (family in FAMILIES or len(families) == 1):
            winner.effective = True
            for setting in reading.settings:
                if setting.family == one and setting is not winner and setting.unread is None:
                    setting.overridden_by = winner
    values = [w.value if isinstance(w, Setting) else Unknown(w.reason, (w.place,)) for w in results if w is not None]
    if not values:
        gaps = gaps_of(reading, family)
        return Unknown(gaps[0].reason, (gaps[0].place,)) if gaps else Absent(home)
    known = {v.value for v in values if isinstance(v, Known)}
    if len(values) == 1 or (len(known) == 1 and all(isinstance(v, Known) for v in values)):
        return values[0]
    return Unknown("the image family decides which max-pods setting is read", places_of(*values), written=True)


def _winner(reading: Reading, family: str) -> Setting | Gap | None:
    best: Setting | Gap | None = None
    strength = (-1, -1)
    candidates: list[Setting | Gap] = [*reading.settings, *gaps_of(reading, family)]
    for candidate in candidates:
        if isinstance(candidate, Setting):
            if candidate.unread is not None or candidate.family != family:
                continue
            rank = candidate.rank
        else:
            rank = RANKS[candidate.source][1] if candidate.source else 0
        if (rank, candidate.order) > strength:
            best, strength = candidate, (rank, candidate.order)
    return best
