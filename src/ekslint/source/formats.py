"""Which syntax a file is read with, by its name: the one table to extend for a new ending."""

from __future__ import annotations

ENDINGS = {
    ".yaml": "yaml",
    ".yml": "yaml",
    ".json": "json",
    ".toml": "toml",
    ".sh": "shell",
    ".bash": "shell",
    ".mime": "mime",
    ".ps1": "powershell",
    ".txt": "text",
    ".userdata": "text",
    ".tf": "hcl",
    ".tofu": "hcl",
    ".tfvars": "hcl",
    ".mk": "make",
}
"""`text`: user data whose format shows only in its first lines (MIME, a shell program, cloud-config, TOML, PowerShell)."""

JSON_ENDINGS = (".tf.json", ".tofu.json", ".tfvars.json")
"""Endings of Terraform's configuration written as JSON."""

TEMPLATE_ENDINGS = (".tpl", ".tftpl", ".tmpl", ".gotmpl", ".j2", ".jinja", ".jinja2")
"""Endings that stand behind the real one: `values.yaml.tftpl`; alone (`user_data.tpl`) they are user data."""

WHOLE_NAMES = {"Kustomization": "yaml"}
"""Names without an ending."""

_MARKDOWN = (".md", ".markdown")
_MAKEFILES = ("makefile", "gnumakefile")
_NAMES = ("user-data", "user_data", "userdata")


def syntax_of(name: str) -> str | None:
    """The syntax of a file by its base name, None where no file of that name is read from a folder."""
    if name in WHOLE_NAMES:
        return WHOLE_NAMES[name]
    lower = name.lower()
    for ending in TEMPLATE_ENDINGS:
        if lower.endswith(ending):
            inner = syntax_of(lower.removesuffix(ending)) or "text"
            return "text" if inner.startswith("hcl") else inner
    if lower.endswith(JSON_ENDINGS):
        return "hcl-json"
    dot = lower.rfind(".")
    if dot >= 0 and lower[dot:] in ENDINGS:
        return ENDINGS[lower[dot:]]
    if lower in _MAKEFILES:
        return "make"
    return "text" if lower.startswith(_NAMES) else None


def syntax_if_asked(name: str) -> str | None:
    """The syntax of a file that the user asks for, by its base name; None where only its content can tell."""
    return syntax_of(name) or ("markdown" if name.lower().endswith(_MARKDOWN) else None)


def syntax_by_content(text: str) -> str:
    """The syntax of a text whose name says nothing, as of a file given by name or standard input."""
    start = text[:2000].lstrip()
    if start.startswith("#!"):
        return "shell"
    head = start.partition("\n")[0].lower()
    if head.startswith(("content-type:", "mime-version:")):
        return "mime"
    if head.startswith(("<powershell", "<script")):
        return "powershell"
    if head.startswith(("[settings", "[[settings")):
        return "toml"
    return "yaml"
