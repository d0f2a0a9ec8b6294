"""Where each browser leaves the standard, in words: one entry for each rule of a profile.

Read `deviation` (an entry), then a module a rules module (`redirects` has the words for
`corssim/fetch/rules/redirects`), `table` (all of them), `difference` (those in which a recorded browser leaves
the text) and `markdown` (their tables in this folder's README). Nothing here decides anything, and the engine does not
know of it.
"""

from __future__ import annotations

from .deviation import Deviation
from .difference import Difference, differences, topics, versions
from .markdown import deviations_tables
from .table import DEVIATIONS

__all__ = ["DEVIATIONS", "Deviation", "Difference", "deviations_tables", "differences", "topics", "versions"]
