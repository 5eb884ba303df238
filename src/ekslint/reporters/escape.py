"""Words from files made fit for a terminal, a log or a message."""

from __future__ import annotations

from collections.abc import Sequence


def escape(text: str) -> str:
    """The text in one line in which nothing acts: no control, direction or invisible character, no command of a workflow log.

    Each such character stands as `\\n`, `\\x1b` or `\\u202e`.
    """
    if not text.isprintable():
        text = "".join(visible(char) for char in text)
    return text.replace("##[", "#\\x23[") if "##[" in text else text


def visible(char: str) -> str:
    """One character as it is, or as its escape where a terminal would act on it or show nothing."""
    if char.isprintable():
        return char
    return char.encode("unicode_escape").decode("ascii")


def file_name(file: str) -> str:
    """A file's name fit to begin a line: a name that reads as a workflow command (`::add-mask::x`) gets `./` before it."""
    name = escape(file)
    return f"./{name}" if name.lstrip().startswith("::") else name


def whole(text: str) -> str:
    """The text as legal Unicode: half characters (a file name that is no UTF-8 has them) become the replacement character."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def shortened(names: Sequence[str]) -> str:
    """Up to eight names, and how many more there are."""
    shown = names[:8]
    return ", ".join(shown) + (f" and {len(names) - len(shown)} more" if len(names) > len(shown) else "")
