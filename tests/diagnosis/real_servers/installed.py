"""Programs that are installed here, or a reason to skip."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

LARGE = Path(os.environ.get("CORSSIM_LARGE_SERVERS", "/nowhere"))
"""The folder in which packages are installed that take minutes: see test_snippets_in_large_servers.py."""
LARGE_PACKAGES = LARGE / "node_modules"


def needs(*programs: str) -> str:
    """The first of these programs that is installed."""
    for program in programs:
        found = shutil.which(program) or shutil.which(program, path="/usr/sbin:/usr/local/sbin:/sbin")
        if found:
            return found
    pytest.skip(f"{programs[0]} is not installed")


def large_package(*names: str) -> Path:
    """The folder of a package, where it and others that it needs are installed."""
    for name in names:
        if not (LARGE_PACKAGES / name).is_dir():
            pytest.skip(f"{name} is not in the folder that CORSSIM_LARGE_SERVERS names")
    return LARGE_PACKAGES / names[0]
