"""Amazon's API Gateway as OpenAPI and Terraform have it: its mock answers preflights."""

from __future__ import annotations

import re
from typing import Final

from ...patterns import lazy_pattern
from .model import Configured
from .sam import OF_REST_API
from .scan import without_comments
from .written_headers import grant_of_headers, written_headers

_PARAMETER: Final = lazy_pattern(r"\bmethod\.response\.header\.(?=Access-Control-)[^\n]*", re.IGNORECASE)


def read_responses(text: str) -> Configured | None:
    """The headers of a mock integration. Those that are declared, without a value, are none."""
    lines = [line for line in _PARAMETER.findall(without_comments(text)) if not line.rstrip(" ,").endswith("true")]
    pairs = written_headers("\n".join(lines))
    if not pairs:
        return None
    return Configured(
        kind="API Gateway: the mock answer to OPTIONS",
        software="api-gateway-rest",
        grants=(grant_of_headers("the mock answer to OPTIONS", pairs, on="preflights"),),
        fixed_origin=True,
        notes=(OF_REST_API,),
    )
