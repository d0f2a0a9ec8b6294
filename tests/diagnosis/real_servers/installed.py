"""Programs that are installed here, or a reason to skip."""

from __future__ import annotations

import shutil

import pytest


def needs(*programs: str) -> str:
    """The first of these programs that is installed."""
    for program in programs:
        found = shutil.which(program) or shutil.which(program, path="/usr/sbin:/usr/local/sbin:/sbin")
        if found:
            return found
    pytest.skip(f"{programs[0]} is not installed")
