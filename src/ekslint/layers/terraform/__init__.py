"""Terraform: configurations worked out as far as the files say, and plans."""

from __future__ import annotations

from ekslint.layers.terraform.configuration import Configuration, Found, Resource, find

__all__ = ["Configuration", "Found", "Resource", "find"]
