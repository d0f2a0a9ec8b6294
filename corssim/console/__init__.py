"""What each browser prints to its console: a fold over a fetch's trace."""

from __future__ import annotations

from .lines import console_lines

__all__ = ["console_lines"]
