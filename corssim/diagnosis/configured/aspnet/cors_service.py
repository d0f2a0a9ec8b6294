"""CorsService: what a policy sends on the answer to a request.

https://github.com/dotnet/aspnetcore/blob/main/src/Middleware/CORS/src/Infrastructure/CorsService.cs
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....fetch.header_list import get
from ....url import parse_url
from ..csharp.library import Span
from ..csharp.values import Closure, Unknown
from ..replies import NotTold
from .policies import is_any

if TYPE_CHECKING:
    from ....fetch.wire import WireRequest
    from ....url import URL
    from ..csharp.values import Value
    from .policies import CorsPolicy
    from .startup import Startup

Pairs = list[tuple[str, str]]


def is_preflight(request: WireRequest) -> bool:
    """IsPreflightRequest."""
    return request.method.upper() == "OPTIONS" and get(request.headers, "Access-Control-Request-Method") is not None


def applied(run: Startup, policy: CorsPolicy, request: WireRequest) -> Pairs:
    """EvaluatePolicy and ApplyResult: the headers of a policy; none where the origin is not allowed."""
    origin = get(request.headers, "Origin")
    if not origin or not _is_allowed(run, policy, origin):
        return []
    found = [("Access-Control-Allow-Origin", "*" if is_any(policy.origins) else origin)]
    if isinstance(policy.credentials, Unknown):
        raise NotTold(policy.credentials.text)
    if policy.credentials is True:
        found.append(("Access-Control-Allow-Credentials", "true"))
    if not is_preflight(request):
        return found + _listed("Access-Control-Expose-Headers", policy.exposed)
    asked = [each.strip() for each in (get(request.headers, "Access-Control-Request-Headers") or "").split(",")]
    asked = [each for each in asked if each]
    if asked:
        found += _allowed("Access-Control-Allow-Headers", policy.headers, asked, [each.lower() for each in asked])
    elif policy.headers != ["*"]:
        found += _listed("Access-Control-Allow-Headers", policy.headers)
    method = get(request.headers, "Access-Control-Request-Method") or ""
    compares = run.is_of_2 and method in _SAFE and method not in policy.methods and policy.methods != ["*"]
    if compares and not run.suppose("that it is ASP.NET Core 2.2"):
        return []  # those before compare methods themselves, and want each on the list
    found += _allowed("Access-Control-Allow-Methods", policy.methods, [method], [] if method in _SAFE else [method])
    if isinstance(policy.max_age, Span):
        found.append(("Access-Control-Max-Age", f"{policy.max_age.seconds:g}"))
    return found


_SAFE = ("GET", "HEAD", "POST")


def _is_allowed(run: Startup, policy: CorsPolicy, origin: str) -> bool:
    if policy.decides is None and origin in policy.origins:
        return True
    if policy.decides is None and policy.subdomains and _is_subdomain(policy, origin):
        return True
    if is_any(policy.origins):
        return True
    if policy.decides is not None:
        return _is_decided(run, policy.decides, origin)
    unknown = next((each for each in policy.origins if isinstance(each, Unknown)), None)
    if unknown is not None:
        raise NotTold(f"{unknown.text}, which tells origins,")
    return False


def _is_decided(run: Startup, decides: Value, origin: str) -> bool:
    found = run.invoke(decides, [origin]) if isinstance(decides, Closure) else decides
    if isinstance(found, bool):
        return found
    raise NotTold(f"{found.text}, which decides of origins," if isinstance(found, Unknown) else "a function of origins")


def _is_subdomain(policy: CorsPolicy, origin: str) -> bool:
    """IsOriginAnAllowedSubdomain."""
    asked = parse_url(origin)
    if asked is None:
        return False
    domains = (
        parse_url(each.replace("*.", "")) for each in policy.origins if isinstance(each, str) and "://*." in each
    )
    return any(domain is not None and _is_below(asked, domain) for domain in domains)


def _is_below(asked: URL, domain: URL) -> bool:
    same = asked.scheme == domain.scheme and asked.effective_port == domain.effective_port
    return same and (asked.host or "").endswith(f".{domain.host}")


def _allowed(name: str, listed: list[Value], asked: list[str], needed: list[str]) -> Pairs:
    """A list as it is sent: what is asked for where all is allowed. What is not known of it does not matter where what
    is `needed` is on it by name."""
    known = [each for each in listed if isinstance(each, str)]
    unknown = [each for each in listed if not isinstance(each, str)]
    names = [each.lower() if "Headers" in name else each for each in known]
    if unknown and not all(each in names for each in needed):
        raise NotTold(f"{unknown[0].text if isinstance(unknown[0], Unknown) else unknown[0]}, which stands in {name},")
    if unknown:
        return [(name, ",".join(known))] if known else []
    return [(name, ",".join(map(_quoted, asked if is_any(listed) else known)))] if listed else []


def _listed(name: str, values: list[Value]) -> Pairs:
    known = [_quoted(each) for each in values if isinstance(each, str)]
    return [(name, ",".join(known))] if known else []


def _quoted(value: str) -> str:
    """SetCommaSeparatedValues: one with a comma in it stands in quotes."""
    return f'"{value}"' if "," in value and not (value[0] == value[-1] == '"') else value
