"""Commands in scripts and Makefiles that set something of aws-node: `kubectl set env`, `aws eks create-addon` and `update-addon`.

Sources: kubectl's pkg/cmd/set/set_env.go (without `-c` every container gets the variable, init containers too); the AWS CLI's
reference of eks. What a script says is a part of the settings at most, and of a script that tidies up it is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from ekslint.carriers._cni_settings import Entry, Source, addon_version, names, settings, variables
from ekslint.carriers.aws_node import AGENT, INIT, MAIN
from ekslint.carriers.vpc_cni_addon import ADDON, addon
from ekslint.data.cni import variable
from ekslint.fact import Subject
from ekslint.source.text import Text
from ekslint.syntax.computed import Computed
from ekslint.syntax.tree import Node, Scalar

if TYPE_CHECKING:
    from ekslint.syntax.command import Command, Word

SYNTAX = ("shell", "make")
GIVES = ("cni-settings", "cni-variable", "add-on-key", "eni-config-block", "eni-config")
TOKENS = (b"aws-node", b"vpc-cni")

_CONTAINERS = {MAIN: "main", INIT: "init", AGENT: "agent"}
_UNDOING = re.compile(r"clean|delete|destroy|disable|remove|reset|revert|rollback|teardown|tear-down|undo|uninstall", re.IGNORECASE)
_KINDS = ("daemonset", "daemonsets", "ds", "daemonset.apps", "daemonsets.apps")
_PROGRAM = re.compile(r"(?:\$[({]?)?(?:[\w./-]*/)?(kubectl|aws)(?:[)}]?|\.exe)", re.IGNORECASE)
_SET = re.compile(r"([A-Za-z_]\w*)(=|-\Z)")
_WHY = "a command changes settings that are there already"


class _Set(NamedTuple):
    """One variable that a command sets, or takes out, on a container."""

    container: str
    entry: Entry
    branch: bool


def claims_text(text: Text) -> bool:
    """A script or Makefile that speaks of aws-node or its add-on, and not by its name one that undoes things."""
    spoken = "set env" in text.value or "create-addon" in text.value or "update-addon" in text.value
    return spoken and _UNDOING.search(text.file.rpartition("/")[2]) is None


def text_subjects(text: Text) -> Iterator[Subject]:
    """The settings that the commands of a script make together, and those of each add-on that they make."""
    from ekslint.syntax import shell
    from ekslint.syntax.make import recipes

    lower = text.file.rpartition("/")[2].lower()
    program = recipes(text) if lower.endswith(("makefile", ".mk")) else text
    try:
        commands = shell.commands(program)
    except ValueError:
        return
    found: list[_Set] = []
    first: Word | None = None
    for command in commands:
        words = _after_program(command)
        if words is None or command.doubtful:
            continue
        named, rest = words
        if named == "kubectl":
            made = list(_set_env(command, rest))
            found += made
            first = first or (rest[0] if made else None)
        else:
            yield from _add_on(rest)
    if first is not None:
        yield from _settings(found, first)


def _after_program(command: Command) -> tuple[str, tuple[Word, ...]] | None:
    """Which of the two programs a command runs, and the words behind its name."""
    for number, word in enumerate(command.words[:3]):
        matched = _PROGRAM.fullmatch(word.value)
        if matched is not None:
            return matched[1].lower(), command.words[number + 1 :]
    return None


def _options(words: Iterable[Word], valued: tuple[str, ...]) -> tuple[list[Word], dict[str, Word | str]]:
    """Plain words, and options by name without dashes: their word where the value is one of its own."""
    plain: list[Word] = []
    options: dict[str, Word | str] = {}
    waiting: str | None = None
    for word in words:
        text = word.value
        if waiting is not None:
            options[waiting], waiting = word, None
        elif text.startswith("-") and text != "-":
            name, equals, value = text.lstrip("-").partition("=")
            if equals:
                options[name] = value
            elif name in valued:
                waiting = name
            else:
                options[name] = ""
        else:
            plain.append(word)
    return plain, options


def _said(option: Word | str | None) -> str | None:
    """What an option says; None where it is not given, empty where only a run knows."""
    if option is None or isinstance(option, str):
        return option
    return "" if option.expands else option.value


def _set_env(command: Command, words: tuple[Word, ...]) -> Iterator[_Set]:
    """The variables of `kubectl set env daemonset aws-node …`."""
    valued = ("n", "namespace", "c", "containers", "e", "env", "context", "kubeconfig", "cluster", "from", "keys", "prefix", "o")
    plain, options = _options(words, valued)
    said = [word.value for word in plain]
    if said[:2] != ["set", "env"] or "dry-run" in options or "list" in options or "from" in options:
        return
    if _said(options.get("n") or options.get("namespace")) not in (None, "", "kube-system"):
        return
    kind, slash, name = said[2].partition("/") if len(said) > 2 else ("", "", "")
    rest = plain[3:] if slash else plain[4:]
    if kind.lower() not in _KINDS or (name if slash else said[3] if len(said) > 3 else "") != MAIN:
        return
    chosen = _said(options.get("c") or options.get("containers"))
    given = options.get("e") or options.get("env")
    if given is not None and not isinstance(given, str):
        rest = [*rest, given]
    branch = any(around in ("if", "else", "case", "for", "while", "function", "list") for around in command.inside)
    for word in rest:
        entry = _entry(word)
        if entry is None:
            continue
        if chosen in (None, "*"):
            known = variable(entry.name)
            containers: tuple[str, ...] = (known.containers if known is not None else ()) or ("main",)
        else:
            containers = tuple(short for container, short in _CONTAINERS.items() if container == chosen)
        for container in containers:
            yield _Set(container, entry, branch)


def _entry(word: Word) -> Entry | None:
    """`K=V` or `K-`; None of another word, and where only a run knows the name."""
    text = word.value
    matched = _SET.match(text)
    if matched is None or (word.parts and word.parts[0].variable is not None):
        return None
    inner = word.text
    name = matched[1]
    key = Scalar(inner, 0, len(name), name, name)
    if matched[2] == "-":
        return Entry(name, key, None, "taken out by a command")
    at = matched.end()
    if word.expands:
        return Entry(name, key, Computed(inner, at, max(at, len(text)), "filled in when the script runs", text[at:]))
    return Entry(name, key, Scalar(inner, at, max(at, len(text)), text[at:], text[at:], '"'))


def _settings(found: list[_Set], first: Word) -> Iterator[Subject]:
    """What all commands of a script set; the last one wins, unless some run in a branch and say something else."""
    last: dict[tuple[str, str], _Set] = {}
    for each in found:
        key = (each.container, each.entry.name)
        earlier = last.get(key)
        if earlier is not None and (earlier.branch or each.branch) and _text(earlier.entry) != _text(each.entry):
            each = each._replace(entry=each.entry._replace(elsewhere="set in branches of a script"), branch=True)
        last[key] = each
    place = next(iter(last.values())).entry.key.place
    source = Source("manifest", MAIN, place, None, _WHY)
    by_container: dict[str, list[Entry]] = {}
    for each in last.values():
        by_container.setdefault(each.container, []).append(each.entry)
    listed = {"main": "main_env", "init": "init_env"}
    at = first.program.place(first.start, first.end)
    yield settings(source, {listed[name]: names(entries, at) for name, entries in by_container.items() if name in listed})
    for name, entries in by_container.items():
        yield from variables(source, name, entries)


def _text(entry: Entry) -> str | None:
    return entry.value.content if isinstance(entry.value, Scalar) and entry.elsewhere is None else None


def _add_on(words: tuple[Word, ...]) -> Iterator[Subject]:
    """`aws eks create-addon --addon-name vpc-cni …`; an update leaves what it does not name as it was."""
    valued = ("addon-name", "cluster-name", "addon-version", "configuration-values", "resolve-conflicts", "region", "profile")
    plain, options = _options(words, (*valued, "service-account-role-arn", "tags", "query", "output"))
    said = [word.value for word in plain]
    if said[:1] != ["eks"] or said[1:2] not in (["create-addon"], ["update-addon"]) or _said(options.get("addon-name")) != ADDON:
        return
    at = plain[1]
    place = at.program.place(at.start, at.end)
    cluster = _said(options.get("cluster-name")) or None
    written, version = options.get("configuration-values"), options.get("addon-version")
    partial = "an update leaves what it does not name as it was" if said[1] == "update-addon" and written is None else None
    source = Source("eks-addon", ADDON, place, None, partial, cluster)
    named: Node | None = None
    if version is not None and not isinstance(version, str):
        named = Scalar(version.program, version.start, version.end, version.value, version.value, '"')
    if isinstance(written, str) or (written is not None and (written.expands or written.value.startswith("file://"))):
        source = source._replace(partial="the configuration values are elsewhere")
        yield settings(source, {"version": addon_version(named, place)})
        return
    node = None
    if written is not None:
        node = Scalar(written.program, written.start, written.end, written.value, written.value, '"')
    yield from addon(source, node, addon_version(named, place), written.text if written is not None else None)
