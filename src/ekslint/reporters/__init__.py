"""One module per output format, each with `render(report, write, **options)`; an option of another format is passed over."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

FORMATS = ("text", "json", "sarif", "github")


def reporter(format: str) -> Callable[..., None]:
    """`render` of one of FORMATS; imports no other format. Raises KeyError for any other name."""
    if format not in FORMATS:
        raise KeyError(format)
    render: Callable[..., None] = import_module(f"ekslint.reporters.{format}").render
    return render
