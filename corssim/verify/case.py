"""A case as the recorder takes it: a page, the servers' rules and steps, as JSON holds them.

The format is told in `tests/data/browser-truth/README.md`.
"""

from __future__ import annotations

from typing import Any

Case = dict[str, Any]
"""`{"id", "page", "server": [rule, …], "cookies": [{"url", "set_cookie"}, …], "steps": [step, …]}`"""

Record = dict[str, Any]
"""What a browser did with a case: `{"id", "steps": [what script saw, …], "wire": [request, …]}`"""
