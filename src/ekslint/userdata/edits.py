"""Edits that scripts make with sed and jq: bootstrap.sh itself, kubelet-config.json, the kubelet's systemd drop-ins."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ekslint.userdata.bootstrap import Word
from ekslint.userdata.kubelet import Line
from ekslint.userdata.reading import Reading
from ekslint.value import Known, Unknown, Value

KUBELET_CONFIG = "kubelet-config.json"

_FLAG = re.compile(r"--max-pods(?:=|\s+)\\?[\"']?([^\s\"'\\|/#;,]*)")
_FIELD = re.compile(r"\.?[\"']?maxPods[\"']?\s*(?:\|?=|:)\s*\\?[\"']?([^\s\"'\\|/#;,})&]*)")
_SOURCES = re.compile(r"(?:source|(?:^|[\s;n])\.)\s+(/[^\s\"'\\;]+)")
_USE = re.compile(r"USE_MAX_PODS=[\"']?\\?[\"']?(?:\$\{USE_MAX_PODS:-)?(true|false)")
_ADDRESS = re.compile(r"\s*(?:\d+|\$|/(?:\\.|[^/\\])*/)?\s*(?:,\s*(?:\d+|\$|/(?:\\.|[^/\\])*/)\s*)?")
_FLAGS = re.compile(r"[gIp0-9]*\s*[;\n]")
_COMMANDS = 50
_FILE = re.compile(r"bootstrap\.sh$|kubelet-config\.json$|kubelet\.service(?:\.d/.*)?$")


def sed(words: list[Word], reading: Reading, sourced: set[str]) -> None:
    """Adds what a call of sed writes into the files that decide max-pods; `sourced` gets what bootstrap.sh is made to read."""
    target = next((w.text for w in reversed(words) if _FILE.search(w.text) and not w.text.startswith("-")), None)
    if target is None:
        return
    for word in words:
        if word.text == target or word.text.startswith("-"):
            continue
        for start, end in _written(word.text):
            line = _cut(word.line, start, end)
            if target.endswith("bootstrap.sh"):
                _edit_bootstrap(line, word, reading, sourced)
            elif target.endswith(KUBELET_CONFIG):
                _take(_FIELD, "kubelet-config.json", "maxPods", line, reading)
            else:
                _take(_FLAG, "kubelet.service.d", "--max-pods", line, reading)


def jq(words: list[Word], reading: Reading) -> None:
    """Adds what a jq program sets in kubelet-config.json."""
    if not any(KUBELET_CONFIG in w.text or "kubelet" in w.text.lower() or w.line.holes for w in words[1:] or words):
        return
    for word in words:
        if "maxPods" in word.text and not _reads(word.text):
            _take(_FIELD, "kubelet-config.json", "maxPods", word.line, reading)


def field(line: Line, reading: Reading) -> None:
    """Adds maxPods of a kubelet-config.json that is written as a whole."""
    _take(_FIELD, "kubelet-config.json", "maxPods", line, reading)


def flag(line: Line, reading: Reading) -> None:
    """Adds --max-pods of a systemd drop-in of the kubelet that is written as a whole."""
    _take(_FLAG, "kubelet.service.d", "--max-pods", line, reading)


def sources(text: str) -> list[str]:
    """The files that a stretch of shell reads into itself."""
    return _SOURCES.findall(text)


def _edit_bootstrap(line: Line, word: Word, reading: Reading, sourced: set[str]) -> None:
    text = line.text.value
    reading.saw("al2", "it edits /etc/eks/bootstrap.sh, which does nothing on other images")
    sourced.update(sources(text))
    use = _USE.search(text)
    if use is not None:
        reading.use_max_pods = Known(use.group(1) == "true", (line.text.place(*use.span()),), key="USE_MAX_PODS")
    if "max-pods" in text:
        _take(_FLAG, "edit of bootstrap.sh", "--max-pods", line, reading)
    elif line.holes and "KUBELET_EXTRA_ARGS" in text:
        reading.gap(
            f"{text[line.holes[0].start : line.holes[0].end]} is written into bootstrap.sh", word.place, "edit of bootstrap.sh"
        )


def _take(pattern: re.Pattern[str], source: str, key: str, line: Line, reading: Reading) -> None:
    """Adds the last match: an integer, or unknown."""
    found = [m for m in pattern.finditer(line.text.value) if not any(h.start <= m.start() and m.end() < h.end for h in line.holes)]
    if not found:
        return
    said = found[-1].group(1)
    start, end = found[-1].span()
    place = line.text.place(start, end)
    hole = next((h for h in line.holes if h.start < end and h.end >= start), None)
    value: Value
    if said.isdigit() and len(said) < 10:
        value = Known(int(said), (place,), key=key)
    else:
        value = Unknown(
            hole.reason if hole else f"{said or 'what is written'} is worked out by a script", (place,), found[-1].group(), key=key
        )
    if source == "kubelet-config.json":
        reading.saw("al2", "it writes maxPods into kubelet-config.json, which only AL2's kubelet reads")
    reading.set(source, value, place, found[-1].group())


def _reads(program: str) -> bool:
    """Whether a jq program only asks for maxPods."""
    return re.fullmatch(r"\s*\.maxPods\s*", program) is not None


def _written(script: str) -> Iterator[tuple[int, int]]:
    """The stretches of a sed script that get into the file: replacements, and the texts of a, i and c."""
    at = 0
    for _ in range(_COMMANDS):
        address = _ADDRESS.match(script, at)
        at = address.end() if address else at
        if at < len(script) and script[at] in "aic":
            yield at + 1, len(script)
            return
        if at + 1 >= len(script) or script[at] != "s":
            return
        start = _bound(script, script[at + 1], at + 2) + 1
        end = _bound(script, script[at + 1], start)
        yield min(start, len(script)), end
        following = _FLAGS.match(script, min(end + 1, len(script)))
        if following is None:
            return
        at = following.end()


def _bound(script: str, mark: str, at: int) -> int:
    """The offset of the next mark without a backslash before it, or the end."""
    while at < len(script) and script[at] != mark:
        at += 2 if script[at] == "\\" else 1
    return min(at, len(script))


def _cut(line: Line, start: int, end: int) -> Line:
    holes = [
        h._replace(start=max(h.start, start) - start, end=min(h.end, end) - start)
        for h in line.holes
        if h.start < end and h.end > start
    ]
    return Line(line.text.part(start, end), holes)
