"""What goes wrong with a browser that is driven."""

from __future__ import annotations


class DriverError(Exception):
    """The browser did not do what it was told, or is not there."""
