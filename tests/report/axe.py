"""axe-core, which finds what stands in the way of somebody who reads a page otherwise."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


def axe_core() -> Path | None:
    """Its script: in `node_modules` beside this project, among npm's global packages, or where AXE_CORE says."""
    named = os.environ.get("AXE_CORE")
    places = [Path(named)] if named else [ROOT / "node_modules" / "axe-core" / "axe.min.js"]
    npm = shutil.which("npm")
    if npm is not None and not places[0].exists():
        found = subprocess.run([npm, "root", "-g"], capture_output=True, text=True, check=False, timeout=60)
        places.append(Path(found.stdout.strip()) / "axe-core" / "axe.min.js")
    return next((place for place in places if place.is_file()), None)
