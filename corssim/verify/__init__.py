"""Scenarios in real browsers: their pages and servers over loopback, what arrived, and what script saw."""

from __future__ import annotations

from .comparison import Compared, ComparedStep
from .verification import BrowserMissing, Verification, verify

__all__ = ["BrowserMissing", "Compared", "ComparedStep", "Verification", "verify"]
