"""`python -m corssim` is the command `corssim`."""

from __future__ import annotations

from .cli.process import command

command()
