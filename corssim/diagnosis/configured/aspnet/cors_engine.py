"""CorsEngine, of Web API 2 and OWIN: what a policy sends, and when a preflight is refused with 400.

https://github.com/aspnet/AspNetWebStack/blob/main/src/System.Web.Cors/CorsEngine.cs
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ....fetch.header_list import get
from ..csharp.values import Unknown
from ..replies import NotTold
from .cors_service import is_preflight
from .policies import is_any

if TYPE_CHECKING:
    from ....fetch.wire import WireRequest
    from ..csharp.values import Value
    from .cors_service import Pairs
    from .policies import CorsPolicy

_SIMPLE_METHODS: Final = ("GET", "HEAD", "POST")
_SIMPLE_HEADERS: Final = ("origin", "accept", "accept-language", "content-language")
_SHOWN_ANYWAY: Final = (
    "cache-control", "content-language", "content-type", "expires", "last-modified", "pragma",
)  # fmt: skip


def evaluated(policy: CorsPolicy, request: WireRequest) -> Pairs | None:
    """The headers of a policy; None where it does not allow the request."""
    origin = get(request.headers, "Origin") or ""
    everybody = is_any(policy.origins)
    if not everybody and not _has(policy.origins, origin):
        return None
    if isinstance(policy.credentials, Unknown):
        raise NotTold(policy.credentials.text)
    credentials = policy.credentials is True
    found = [("Access-Control-Allow-Origin", origin if credentials or not everybody else "*")]
    if credentials:
        found.append(("Access-Control-Allow-Credentials", "true"))
    if not is_preflight(request):
        shown = [each for each in policy.exposed if isinstance(each, str) and each.lower() not in _SHOWN_ANYWAY]
        return [*found, ("Access-Control-Expose-Headers", ",".join(map(str, shown)))] if shown else found
    method = get(request.headers, "Access-Control-Request-Method") or ""
    if not is_any(policy.methods) and not _has(policy.methods, method):
        return None
    asked = [each.strip() for each in (get(request.headers, "Access-Control-Request-Headers") or "").split(",")]
    asked = [each for each in asked if each]
    if asked and not is_any(policy.headers):
        listed: list[Value] = [each.lower() if isinstance(each, str) else each for each in policy.headers]
        if not all(_has(listed, each.lower()) for each in asked):
            return None
    if method.upper() not in _SIMPLE_METHODS:
        found.append(("Access-Control-Allow-Methods", method))
    needed = [each for each in asked if each.lower() not in _SIMPLE_HEADERS]
    if needed:
        found.append(("Access-Control-Allow-Headers", ",".join(needed)))
    if isinstance(policy.max_age, int):
        found.append(("Access-Control-Max-Age", str(policy.max_age)))
    return found


def _has(values: list[Value], asked: str) -> bool:
    if asked in values:
        return True
    unknown = next((each for each in values if not isinstance(each, str)), None)
    if unknown is not None:
        raise NotTold(unknown.text if isinstance(unknown, Unknown) else str(unknown))
    return False
