"""One app a framework, each with the same routes and, as far as its package can, the same policy.

    GET PUT PATCH DELETE /items    X-Total: 3
    GET /private                   the framework's own 401
    GET /boom                      raises
    anything else                  the framework's own 404

`build("listed")` allows https://app.example with credentials, those methods, X-Custom, and exposes X-Total for 600 s;
`build("any")` is what people paste when nothing works: any origin, with credentials. `build("regex")` allows the
origin by an expression without `$`; where the package takes no expressions, it raises NotImplementedError.
"""

from __future__ import annotations

from typing import Literal

Setup = Literal["listed", "any", "regex"]

ORIGIN = "https://app.example"
EXPRESSION = r"https://app\.example"
METHODS = ["GET", "PUT", "PATCH", "DELETE"]
HEADERS = ["X-Custom", "Content-Type"]
EXPOSED = ["X-Total"]
MAX_AGE = 600
TOTAL = {"X-Total": "3"}


class Crash(RuntimeError):
    """What /boom raises."""
