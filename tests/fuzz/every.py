"""Every target there is: to import this is to import what it checks."""

from __future__ import annotations

from . import cookies, files, headers, texts, wire
from .target import TARGETS

__all__ = ["TARGETS", "cookies", "files", "headers", "texts", "wire"]
