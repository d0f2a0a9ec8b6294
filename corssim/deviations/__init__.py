"""Where each browser leaves the standard, in words: one entry for each rule of a profile."""

from __future__ import annotations

from .deviation import Deviation
from .table import DEVIATIONS, deviations_table

__all__ = ["DEVIATIONS", "Deviation", "deviations_table"]
