"""What the scripts of a node do before the kubelet starts, as far as it decides max-pods: variables, files, edits, calls."""

from __future__ import annotations

import re
from typing import NamedTuple

from ekslint.source.text import Place, Text
from ekslint.userdata import bootstrap, edits, nodeadm
from ekslint.userdata.bootstrap import Environment, Word
from ekslint.userdata.kubelet import Line, flags, join, literal, marked
from ekslint.userdata.model import NodeConfig, Run
from ekslint.userdata.reading import Reading
from ekslint.userdata.script import Assignment, Call, calls
from ekslint.userdata.variables import Variables
from ekslint.value import Known, placeholder

PROFILE = "/etc/profile.d/bootstrap.sh"
SERVICE_DROP_INS = "/etc/systemd/system/kubelet.service.d/"
CONFIG_DROP_INS = "/etc/kubernetes/kubelet/config.json.d/"
NODEADM_CONFIG_DROP_IN = "40-nodeadm.conf"

_WRAPPERS = ("sudo", "exec", "nohup", "time", "command", "env", "nice")
_SHELLS = ("bash", "sh", "dash", "ksh", "zsh", "eval")
_QUIET = (
    "mkdir",
    "chmod",
    "chown",
    "ls",
    "rm",
    "cat",
    "tee",
    "test",
    "[",
    "[[",
    "echo",
    "printf",
    "touch",
    "stat",
    "grep",
    "sed",
    "jq",
)
_HARMLESS = ("/etc/os-release", "/etc/profile", "/etc/environment", "/etc/bashrc", "/root/.bashrc", "/etc/eks/bootstrap.sh")
_SYSTEM = ("/usr/", "/bin/", "/sbin/", "/opt/aws/", "/snap/", "/etc/init.d/")
_DEPTH = 4
_CALLS = 50_000
_CHARACTERS = 4_000_000
_WRITES = 500


class _File(NamedTuple):
    line: Line
    place: Place
    writes: int


class Machine:
    """A node that runs scripts one after another: files stay, variables end with their script."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._files: dict[str, _File] = {}
        self._sourced: set[str] = set()
        self._config_sources: list[str] = []
        self._depth = 0
        self._group = -1
        self._calls = 0
        self._characters = 0

    def run_script(self, text: Text) -> None:
        """Runs one script in a shell of its own."""
        self._enter(text, Variables())

    def run_all(self, commands: list[Text | list[Text]]) -> None:
        """Runs the commands of one cloud-config list, which share a shell."""
        variables = Variables()
        for command in commands:
            if isinstance(command, Text):
                self._run(command, variables)
                continue
            words = [Word(literal(w), w.place(0, len(w.value)), True) for w in command]
            if words:
                place = words[0].place
                self._call(Call(words, [], [], None, False, None, " ".join(w.text for w in words), place), variables)
        self._unused(variables)

    def write(self, path: str, text: Text, place: Place, append: bool = False) -> None:
        """A file that cloud-config writes before any script runs."""
        self._write(path, literal(text), place, append)

    def finish(self, configs: list[NodeConfig]) -> None:
        """Reads the files that the bootstrappers read afterwards; `configs` gets the NodeConfig documents among them."""
        for path, file in self._files.items():
            name = path.rsplit("/", 1)[-1]
            text = marked(file.line)
            if path.startswith(nodeadm.DROP_INS):
                if name.lower().endswith((".yaml", ".yml", ".json")):
                    configs.append(nodeadm.node_config(text, "drop-in", name, file.place))
            elif path.startswith(SERVICE_DROP_INS):
                edits.flag(file.line, self._reading)
            elif path.startswith(CONFIG_DROP_INS):
                self._config_drop_in(name, file)
            elif path.endswith(edits.KUBELET_CONFIG):
                edits.field(file.line, self._reading)
            elif nodeadm.looks_like(text.value[:4096]):
                if path in self._config_sources:
                    configs.append(nodeadm.node_config(text, "part", path, file.place))
                else:
                    self._reading.gap(f"a NodeConfig is written to {path}", file.place)
        self._profiles()

    def _profiles(self) -> None:
        """Files that bootstrap.sh was made to source, or that look as if they should be."""
        for path, file in self._files.items():
            if path not in self._sourced and path != PROFILE:
                continue
            variables = Variables()
            self._run(file.line.text, variables)
            line = variables.get("KUBELET_EXTRA_ARGS")
            called = any(r.program == "bootstrap.sh" for r in self._reading.runs)
            if line is not None and not (called and path in self._sourced):
                self._reading.saw("al2", "it sets KUBELET_EXTRA_ARGS, which only AL2's bootstrap.sh reads")
                seen = {s.place for s in self._reading.settings}
                unread = None if path in self._sourced else "not-sourced"
                found = [f for f in flags(line) if f.place not in seen]
                self._reading.take_flags("KUBELET_EXTRA_ARGS", "al2", found, unread)

    def _config_drop_in(self, name: str, file: _File) -> None:
        """A drop-in of the kubelet's own beside nodeadm's: the later name wins."""
        if name > NODEADM_CONFIG_DROP_IN and "maxPods" in file.line.text.value:
            self._reading.gap(
                f"{CONFIG_DROP_INS}{name} sets maxPods where the kubelet reads that folder", file.place, "kubelet drop-in"
            )

    def _enter(self, text: Text, variables: Variables) -> None:
        self._run(text, variables)
        self._unused(variables)

    def _unused(self, variables: Variables) -> None:
        """KUBELET_EXTRA_ARGS that no call of bootstrap.sh got to see."""
        line = variables.get("KUBELET_EXTRA_ARGS")
        if line is None or not line.text.value:
            return
        seen = {s.place for s in self._reading.settings}
        found = [f for f in flags(line) if f.place not in seen]
        if any(f.name == "max-pods" for f in found):
            self._reading.saw("al2", "it sets KUBELET_EXTRA_ARGS, which only AL2's bootstrap.sh reads")
        unread = "not-sourced" if "KUBELET_EXTRA_ARGS" in variables.exported else "not-exported"
        self._reading.take_flags("KUBELET_EXTRA_ARGS", "al2", found, unread)

    def _run(self, text: Text, variables: Variables) -> None:
        self._characters += len(text.value)
        if self._depth >= _DEPTH or self._calls > _CALLS or self._characters > _CHARACTERS:
            self._reading.gap("the scripts run one another too often to be followed", text.place(0, 0))
            return
        self._depth += 1
        for call in calls(text, self._reading):
            self._calls += 1
            self._call(call, variables)
        self._depth -= 1

    def _call(self, call: Call, variables: Variables) -> None:
        words = [w._replace(line=variables.resolve(w.line)) for w in call.words]
        assigned = [a._replace(value=self._value(a, variables)) for a in call.assignments]
        while words and words[0].text in _WRAPPERS:
            words = words[1:]
            while words and (
                words[0].text.startswith("-") or (words[0].text.partition("=")[0].isidentifier() and "=" in words[0].text)
            ):
                name, equals, _ = words[0].text.partition("=")
                if equals:
                    assigned.append(Assignment(name, bootstrap.behind(words[0].line, len(name) + 1), False))
                words = words[1:]
        self._outputs(call, words, variables)
        if not words or words[0].text in ("export", "declare", "local", "readonly", "typeset"):
            self._assign(words, assigned, call.conditional, variables)
            return
        name = words[0].text.rsplit("/", 1)[-1]
        if words[0].line.holes:
            self._reading.gap(f"{words[0].text} is run, which cannot be known", words[0].place)
        elif name in _SHELLS and len(words) > 1 and not words[1].text.startswith("-"):
            self._file_or_text(name, words, assigned, call, variables)
        else:
            self._named(name, words, assigned, call, variables)

    def _named(self, name: str, words: list[Word], assigned: list[Assignment], call: Call, variables: Variables) -> None:
        reading = self._reading
        if name == "bootstrap.sh" and "/" in words[0].text:
            self._bootstrap(words[1:], assigned, call, variables)
        elif name == "max-pods-calculator.sh":
            bootstrap.calculator(words[1:], call.text, call.place, reading)
        elif name == "nodeadm":
            self._nodeadm(words, call)
        elif name == "set":
            options = {w.text for w in words[1:]}
            variables.export_all = (
                variables.export_all or "allexport" in options or any(re.fullmatch(r"-[b-z]*a[a-z]*", o) for o in options)
            )
        elif name == "sed":
            edits.sed(words[1:], reading, self._sourced)
        elif name in ("jq", "yq", "gojq"):
            edits.jq(words[1:], reading)
        elif name in ("source", ".") and len(words) > 1:
            self._source(words, assigned, call, variables)
        elif name in _SHELLS:
            self._shell(words, call, variables)
        elif "/" in words[0].text and not words[0].text.startswith(_SYSTEM):
            self._execute(words[0])
        elif name not in _QUIET and any(nodeadm.DROP_INS in w.text for w in words):
            reading.gap(f"{name} puts a file into {nodeadm.DROP_INS}", call.place, "kubelet.flags")

    def _bootstrap(
        self, words: list[Word], assigned: list[Assignment], call: Call, variables: Variables, sourced: bool = False
    ) -> None:
        reading = self._reading
        inside = Variables()
        for path in sorted(self._sourced & set(self._files)):
            self._run(self._files[path].line.text, inside)

        def environment(name: str) -> Line | None:
            line = inside.get(name)
            if line is None:
                line = next((a.value for a in reversed(assigned) if a.name == name), None)
            if line is None and (sourced or name in variables.exported):
                line = variables.get(name)
                if line is None and variables.assigned(name) and name == "KUBELET_EXTRA_ARGS":
                    line = Line(call.words[0].line.text.part(0, 0), [])
            return line

        before = [s.value for s in reading.settings if s.source == "--kubelet-extra-args" and s.unread is None]
        several = call.conditional and any(r.program == "bootstrap.sh" for r in reading.runs)
        seen = Environment(environment("KUBELET_EXTRA_ARGS"), environment("USE_MAX_PODS"))
        bootstrap.call(words, seen, call.text, call.place, reading)
        if call.conditional:
            reading.runs[-1] = reading.runs[-1]._replace(conditional=True)
        after = [s.value for s in reading.settings if s.source == "--kubelet-extra-args" and s.unread is None]
        if several and [v.value if isinstance(v, Known) else None for v in before] != [
            v.value if isinstance(v, Known) else None for v in after
        ]:
            reading.gap("bootstrap.sh is called in several branches", call.place, "--kubelet-extra-args")
        for setting in reading.settings:
            if setting.source == "kubelet-config.json" and not (
                isinstance(reading.use_max_pods, Known) and not reading.use_max_pods.value
            ):
                setting.unread = "overwritten"

    def _nodeadm(self, words: list[Word], call: Call) -> None:
        self._reading.runs.append(Run("nodeadm", call.text, call.place, call.conditional))
        self._reading.saw("al2023", "it calls nodeadm")
        for index, word in enumerate(words):
            name, _, attached = word.text.partition("=")
            if name in ("-c", "--config-source"):
                source = attached or (words[index + 1].text if index + 1 < len(words) else "")
                if source.startswith("file://"):
                    self._config_sources.append(source.removeprefix("file://"))
                    if source.removeprefix("file://") not in self._files and not source.endswith("/nodeadm.d/"):
                        self._reading.gap(f"nodeadm reads {source}", word.place, "kubelet.flags")

    def _source(self, words: list[Word], assigned: list[Assignment], call: Call, variables: Variables) -> None:
        path = words[1].text
        if path.endswith("/etc/eks/bootstrap.sh"):
            self._bootstrap(words[2:], assigned, call, variables, sourced=True)
        elif path in self._files and not words[1].line.holes:
            self._run(self._files[path].line.text, variables)
        elif path not in _HARMLESS:
            self._reading.gap(f"{path} is sourced, which is not here", call.place)

    def _file_or_text(self, name: str, words: list[Word], assigned: list[Assignment], call: Call, variables: Variables) -> None:
        """`bash FILE arguments`, `eval TEXT`."""
        if name == "eval" and not words[1].line.holes:
            self._run(words[1].line.text, variables)
        elif words[1].text.endswith("bootstrap.sh") and "/" in words[1].text:
            self._bootstrap(words[2:], assigned, call, variables)
        elif words[1].line.holes or name == "eval":
            self._reading.gap(f"{words[1].text} is run, which cannot be known", words[1].place)
        else:
            self._execute(words[1])

    def _shell(self, words: list[Word], call: Call, variables: Variables) -> None:
        """`bash -c TEXT`, a here-document or a pipe into a shell."""
        scripts = [w for w in words[1:] if not w.text.startswith("-")]
        flagged = [w.text for w in words[1:] if w.text.startswith("-")]
        if any("c" in f.lstrip("-") for f in flagged if not f.startswith("--")) and scripts:
            if scripts[0].line.holes and placeholder(scripts[0].text.strip()) == scripts[0].text.strip():
                self._reading.gap(f"{scripts[0].text} is run, which cannot be known", scripts[0].place)
            else:
                self._run(scripts[0].line.text, Variables())
        elif call.here is not None:
            self._run(call.here.text, variables)
        elif scripts:
            self._execute(scripts[0])
        elif call.piped is not None:
            self._reading.gap(f"what {call.piped.text[:60]} gives is run", call.place)

    def _execute(self, word: Word) -> None:
        """A script by its path: one that was written before, or one that is not here."""
        if word.text in self._files:
            self._enter(self._files[word.text].line.text, Variables())
        else:
            self._reading.gap(f"{word.text} is run, which is not here", word.place)

    def _assign(self, words: list[Word], assigned: list[Assignment], conditional: bool, variables: Variables) -> None:
        """What assigns in a branch may not have run: after it a name that had another value is not known."""
        for name, line, _ in assigned:
            if line is not None:
                variables.assign(name, None if conditional and variables.assigned(name) else line)
        declared = bool(words) and (words[0].text == "export" or any(w.text.startswith("-") and "x" in w.text for w in words[1:]))
        if declared or variables.export_all:
            variables.exported.update(a.name for a in assigned)

    def _value(self, assignment: Assignment, variables: Variables) -> Line | None:
        if assignment.value is None:
            return None
        value = variables.resolve(assignment.value)
        before = variables.get(assignment.name) if assignment.append else None
        return join([before, value], "") if before is not None else value

    def _outputs(self, call: Call, words: list[Word], variables: Variables) -> None:
        """Files that a call writes: a here-document or the words of echo, into `>`, `>>` or tee."""
        name = words[0].text.rsplit("/", 1)[-1] if words else ""
        targets = [(o.path, o.append or o.group == self._group) for o in call.outputs]
        self._group = call.outputs[0].group if call.outputs else -1
        if name == "tee":
            append = any(w.text in ("-a", "--append") for w in words)
            targets += [(w.line, append) for w in words[1:] if not w.text.startswith("-")]
        if not targets:
            return
        content = self._content(call, name, words, variables)
        for target, append in targets:
            path = variables.resolve(target)
            if path.holes:
                continue
            if content is not None:
                self._write(path.text.value, content, call.place, append)
            elif path.text.value.startswith(nodeadm.DROP_INS):
                self._reading.gap(f"something is written to {path.text.value}", call.place, "kubelet.flags")

    def _content(self, call: Call, name: str, words: list[Word], variables: Variables) -> Line | None:
        source: Call | None = call
        if name == "tee":
            source = call if call.here is not None else call.piped
            words = [w._replace(line=variables.resolve(w.line)) for w in source.words] if source is not None else []
            name = words[0].text.rsplit("/", 1)[-1] if words else ""
        if source is None:
            return None
        if source.here is not None:
            return variables.resolve(source.here)
        if name in ("echo", "printf"):
            said = [w.line for w in words[1:] if not (name == "echo" and re.fullmatch(r"-[neE]+", w.text))]
            return join(said) if said else None
        return None

    def _write(self, path: str, line: Line, place: Place, append: bool) -> None:
        known = self._files.get(path)
        if append and known is not None:
            if known.writes >= _WRITES:
                self._reading.gap(f"{path} is written too often to be followed", place)
                return
            whole = known.line.text.value
            line = join([known.line, line], "" if not whole or whole.endswith("\n") else "\n")
        self._files[path] = _File(line, place, known.writes + 1 if append and known is not None else 1)
