"""Which event loop is running: connections belong to the one in which they were made."""

from __future__ import annotations

from typing import Any

ANY_LOOP: Any = object()
"""In the place of a loop where none has been seen yet."""


def running_loop() -> Any:
    """The running asyncio loop; None under another library, whose loops are not told apart."""
    import asyncio

    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def is_closed(loop: Any) -> bool:
    """Has this loop ended for good?"""
    return loop is not None and bool(loop.is_closed())
