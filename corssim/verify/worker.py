"""The process that runs a browser: `python -m corssim.verify.worker`, told by JSON on standard input.

In: `{"browser", "apart" (is it in a namespace of its own), "third_party_cookies", "cases": […]}`. Out: one line of
JSON for each case, `{"version", "record"}` or `{"version", "why"}`.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

from . import namespace
from .network import OwnPorts
from .recorder import Recorder


async def _record_all(told: dict[str, Any], folder: Path) -> None:
    recorder = Recorder(
        told["browser"],
        folder,
        network=namespace.Namespace if told["apart"] else OwnPorts,
        third_party_cookies=told["third_party_cookies"],
    )
    async for recorded in recorder.record(told["cases"]):
        key = "why" if isinstance(recorded, str) else "record"
        _answers.write(json.dumps({"version": recorder.version, key: recorded}) + "\n")
        _answers.flush()


def main() -> None:
    """Record what standard input asks for."""
    told = json.load(sys.stdin)
    if told["apart"]:
        namespace.enter(__spec__.name)
    with tempfile.TemporaryDirectory(prefix="corssim-verify-", ignore_cleanup_errors=True) as folder:
        asyncio.run(_record_all(told, Path(folder)))


if __name__ == "__main__":
    # What the programs that are started print must not be taken for answers.
    _answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    main()
