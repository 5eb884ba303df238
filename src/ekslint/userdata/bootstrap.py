"""/etc/eks/bootstrap.sh of AL2 images: its option loop, its environment, and max-pods-calculator.sh beside it.

From templates/al2/runtime in amazon-eks-ami before AL2 was removed: options are words of their own followed by their value, every
other word is a positional, the first positional is the cluster's name; a later option takes the place of an earlier one.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ekslint.source.text import Place
from ekslint.userdata.kubelet import DASHES, Flag, Hole, Line, flags
from ekslint.userdata.model import Argument, Calculator, Run
from ekslint.userdata.reading import Reading
from ekslint.value import Absent, Known, Unknown, Value

OPTIONS = (
    "--apiserver-endpoint",
    "--aws-api-retry-attempts",
    "--b64-cluster-ca",
    "--cluster-id",
    "--container-runtime",
    "--containerd-config-file",
    "--dns-cluster-ip",
    "--docker-config-json",
    "--enable-docker-bridge",
    "--enable-local-outpost",
    "--ip-family",
    "--kubelet-extra-args",
    "--local-disks",
    "--mount-bpf-fs",
    "--pause-container-account",
    "--pause-container-version",
    "--service-ipv4-cidr",
    "--service-ipv6-cidr",
    "--use-max-pods",
)
"""The options of the loop; each takes the next word as its value."""

_NAME = re.compile(r"cluster|name", re.I)


class Word(NamedTuple):
    """A word of a command with its quotes taken off and its variables put in; `quoted` where it cannot become several words."""

    line: Line
    place: Place
    quoted: bool

    @property
    def text(self) -> str:
        return self.line.text.value


class Environment(NamedTuple):
    """What bootstrap.sh finds in its environment: a line each, None where the variable is not there."""

    kubelet_extra_args: Line | None
    use_max_pods: Line | None


def call(words: list[Word], environment: Environment, text: str, place: Place, reading: Reading) -> None:
    """Adds one call of bootstrap.sh: `words` are those behind the command."""
    reading.saw("al2", "it calls /etc/eks/bootstrap.sh, which only AL2 images have")
    _replace_earlier(reading)
    reading.runs.append(Run("bootstrap.sh", text, place))
    reading.home["al2"] = (place,)
    loose: list[Word] = []
    later = 0
    extra: Word | None = None
    use: Value | None = None
    named = False
    index = 0
    while index < len(words):
        word = words[index]
        index += 1
        if word.text in OPTIONS and not word.line.holes:
            value = words[index] if index < len(words) else None
            index += 1
            _argument(reading, word, word.text, _said(value, word.text) if value else Absent((word.place,)), "none")
            if value is not None and word.text == "--kubelet-extra-args":
                if extra is not None:
                    reading.take_flags("--kubelet-extra-args", "al2", flags(extra.line), "replaced")
                extra, later = value, len(loose)
            elif value is not None and word.text == "--use-max-pods":
                use = _truth(_said(value, word.text))
            continue
        because = _because(word, named)
        if because == "none" and not word.line.holes:
            named = True
        if word.line.holes and not word.text.startswith("-"):
            loose.append(word)
        _argument(reading, word, _option(word), _attached(word), because)
        index += _means_max_pods(reading, word, words[index] if index < len(words) else None)
    if extra is not None:
        reading.take_flags("--kubelet-extra-args", "al2", flags(extra.line))
    line = environment.kubelet_extra_args
    if line is not None:
        reading.take_flags("KUBELET_EXTRA_ARGS", "al2", flags(line), "replaced" if extra is not None else None)
    for word in _may_be_options(loose, named, later)[:1]:
        reading.gap(f"{word.text} may hold more arguments of bootstrap.sh", word.place, "--kubelet-extra-args")
    if use is None and environment.use_max_pods is not None:
        use = _truth(_of(environment.use_max_pods, "USE_MAX_PODS"))
    reading.use_max_pods = use or Known(True, (place,), default="bootstrap.sh", key="--use-max-pods")


def calculator(words: list[Word], text: str, place: Place, reading: Reading) -> None:
    """Adds one call of max-pods-calculator.sh; unknown words leave its flags open."""
    reading.saw("al2", "it calls max-pods-calculator.sh, which only AL2 images have")
    reading.runs.append(Run("max-pods-calculator.sh", text, place))
    hole = next((w for w in words if w.line.holes and not w.quoted), None)
    absent: Value = Unknown(hole.line.holes[0].reason, (hole.place,), hole.text) if hole else Absent((place,))
    found: dict[str, Value] = {}
    index = 0
    while index < len(words):
        word = words[index]
        index += 1
        if word.text in ("--cni-version", "--cni-max-eni", "--instance-type"):
            found[word.text] = _said(words[index], word.text) if index < len(words) else absent
            index += 1
        else:
            found[word.text] = Known(True, (word.place,), key=word.text)
    prefixes, networking, version = (
        found.get(f"--cni-{name}", absent) for name in ("prefix-delegation-enabled", "custom-networking-enabled", "version")
    )
    reading.calculators.append(Calculator(prefixes, networking, version, place))


def _replace_earlier(reading: Reading) -> None:
    """A second call writes over what the first one set, and over what came before it in kubelet-config.json."""
    for setting in reading.settings:
        if setting.source in ("--kubelet-extra-args", "KUBELET_EXTRA_ARGS") and setting.unread is None:
            setting.unread = "replaced"
    reading.gaps = [g for g in reading.gaps if g.source not in ("--kubelet-extra-args", "KUBELET_EXTRA_ARGS")]


def _argument(reading: Reading, word: Word, option: str | None, value: Value, because: str) -> None:
    read = because == "none"
    reading.arguments.append(Argument(word.text, option, value, read, "none" if because == "surplus" else because, word.place))


def _because(word: Word, named: bool) -> str:
    """What the loop makes of a word that is none of its options; `surplus` for a plain word behind the cluster's name."""
    if word.text[:1] in DASHES and word.text:
        return "typographic-dash"
    if word.text.startswith("-") and word.line.holes and word.line.holes[0].start < len(word.text.partition("=")[0]):
        return "none"
    if word.text.startswith("-"):
        return "equals-sign" if word.text.partition("=")[0] in OPTIONS else "unknown-option"
    return "surplus" if named and not word.line.holes else "none"


def _option(word: Word) -> str | None:
    return word.text.partition("=")[0] if word.text[:1] in f"-{DASHES}" and word.text else None


def _attached(word: Word) -> Value:
    name, equals, _ = word.text.partition("=")
    if not equals or not _option(word):
        return _said(word, None) if not _option(word) else Absent((word.place,), name)
    return _of(behind(word.line, len(name) + 1), name)


def _means_max_pods(reading: Reading, word: Word, following: Word | None) -> int:
    """Adds max-pods where a word means it but the loop does not read it; how many words behind it belong to it."""
    name, equals, _ = word.text.partition("=")
    bare = name.lstrip(f"-{DASHES}")
    if bare == name:
        return 0
    if bare == "max-pods":
        if not equals and following is not None and following.text.isdigit():
            said = Known(following.text, (following.place,), key=name)
            flag = Flag("--", "max-pods", said, f"{word.text} {following.text}", word.place)
            reading.take_flags("--kubelet-extra-args", "al2", [flag], "positional")
            _argument(reading, following, None, _said(following, None), "surplus")
            return 1
        reading.take_flags("--kubelet-extra-args", "al2", flags(word.line), "positional")
    elif bare == "kubelet-extra-args":
        line = behind(word.line, len(name) + 1) if equals else following.line if following is not None else None
        if line is not None:
            reading.take_flags("--kubelet-extra-args", "al2", flags(line), "equals-sign" if equals else "positional")
    return 0


def _may_be_options(loose: list[Word], named: bool, later: int) -> list[Word]:
    """The unknown words from index `later` on that may become options: not the cluster's name, and none in quotes."""
    name = None if named or not loose else next((w for w in loose if _NAME.search(w.text)), loose[0])
    return [w for w in loose[later:] if w is not name and not w.quoted]


def _truth(value: Value) -> Value:
    """bootstrap.sh compares with the string `true`; everything else is false."""
    return Known(value.value == "true", value.places, key=value.key) if isinstance(value, Known) else value


def _said(word: Word, key: str | None) -> Value:
    if word.line.holes:
        return Unknown(word.line.holes[0].reason, (word.place,), word.text, key=key)
    return Known(word.text, (word.place,), key=key)


def _of(line: Line, key: str) -> Value:
    place = line.text.place(0, len(line.text.value))
    if line.holes:
        return Unknown(line.holes[0].reason, (place,), line.text.value, key=key)
    return Known(line.text.value, (place,), key=key)


def behind(line: Line, start: int) -> Line:
    """What of a line is behind its first characters, as many as `start`."""
    holes = [Hole(max(0, h.start - start), h.end - start, h.reason) for h in line.holes if h.end > start]
    return Line(line.text.part(start, len(line.text.value)), holes)
