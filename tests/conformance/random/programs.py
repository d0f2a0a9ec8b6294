"""A program made by chance: a page, up to four servers' resources, cookies, and two to six steps of any kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .resources import (
    KIND_WEIGHTS,
    REFERRER_POLICIES,
    Kind,
    Rule,
    cache_headers,
    cors_headers,
    other_headers,
    preflight_rule,
    set_cookie,
    shuffled_in_part,
    status_of,
)
from .steps import steps_of

if TYPE_CHECKING:
    from ..replay import Case
    from .chance import Chance

_NEIGHBOURS = {
    "https://app.example": (
        *("https://api.example", "https://cdn.app.example", "https://other.test", "http://api.example"),
        *("http://app.example", "https://app.example:8443", "https://api.example:8443", "http://api.example:8080"),
        *("http://localhost:8080", "http://127.0.0.1:8080"),
    ),
    "https://www.shop.example": (
        *("https://api.shop.example", "https://api.example", "https://shop.example", "https://www.shop.example:8443"),
        *("https://other.test", "https://api.other.test", "http://127.0.0.1:8080"),
    ),
    "https://app.example.com": (
        *("https://api.example.com", "https://example.com", "https://api.example", "https://api.other.test"),
        *("http://api.example.com", "http://localhost:8080", "https://other.test"),
    ),
    "https://app.example:8443": (
        *("https://app.example", "https://api.example", "https://api.example:8443", "https://api.other.test"),
        "http://127.0.0.1:8080",
    ),
    "http://localhost:3000": (
        *("http://localhost:8080", "https://api.example", "https://other.test", "http://127.0.0.1:3000"),
        "http://api.example:8080",
    ),
    "http://127.0.0.1:3000": (
        *("http://127.0.0.1:8080", "http://localhost:8080", "https://api.example", "http://other.test:3000"),
        "http://api.example:8080",
    ),
    "http://app.example": (
        "http://api.example",
        "https://app.example",
        "http://cdn.app.example",
        "http://app.example:8080",
    ),
    "http://app.example:8080": (
        "http://api.example:8080",
        "http://api.example",
        "http://app.example",
        "https://app.example",
    ),
}
"""Page's origin → those of servers."""
_AT_MOST_SERVERS = 3  # besides the page's own
_AT_MOST_REDIRECTS = 3
_PATHS = ("/", "/", "/", "/app", "/dir/page?x=1")
_REDIRECTS = {301: 3, 302: 5, 303: 3, 307: 6, 308: 2}


def program(chance: Chance, number: int) -> Case:
    """The case with this number."""
    wild = chance.now_and_then(0.45)
    origin = chance.one({other: 6 if other == "https://app.example" else 1.5 for other in _NEIGHBOURS})
    page, kind = _page(chance, origin)
    is_opaque = isinstance(page, dict) and page.get("sandbox") in (True, "allow-scripts")
    told_origin = "null" if is_opaque else origin
    servers = [*chance.some(_NEIGHBOURS[origin], _AT_MOST_SERVERS), origin]
    rules: list[Rule] = []
    resources: list[tuple[str, Kind]] = []
    for _ in range(chance.randint(1, 3)):
        resource = chance.one(KIND_WEIGHTS)
        url = chance.one({server: 2 if server != origin else 1 for server in servers}) + chance.choice(resource.paths)
        resources.append((url, resource))
        rules += _rules(chance, url, resource, told_origin, servers, wild=wild)
    steps = steps_of(chance, resources, kind)
    case: Case = {
        "id": f"chance-{number:05}",
        "title": f"{kind or 'document'} {told_origin}: {', '.join(step['api'] for step in steps)}",
        "family": "chance",
        "page": page,
        "server": rules,
        "steps": steps,
    }
    if chance.now_and_then(0.5):
        hosts = sorted({url.split("/")[0] + "//" + url.split("/")[2] + "/" for url, _ in resources} | {origin + "/"})
        case["cookies"] = [
            {"url": (host := chance.choice(hosts)), "set_cookie": set_cookie(chance, f"c{index}", str(index), host)}
            for index in range(chance.randint(1, 3))
        ]
    return case


def _page(chance: Chance, origin: str) -> tuple[str | dict[str, Any], str]:
    url = origin + chance.choice(_PATHS)
    kind = chance.one({"": 14, "worker": 2, "srcdoc": 2.5, "blob": 1.5, "sandbox": 2})
    headers: list[list[str]] = []
    if chance.now_and_then(0.3):
        headers.append(["Referrer-Policy", chance.choice(REFERRER_POLICIES)])
    if chance.now_and_then(0.2):
        name = "Content-Security-Policy" + ("-Report-Only" if chance.now_and_then(0.3) else "")
        headers.append([name, _content_security_policy(chance, origin)])
    elif chance.now_and_then(0.1):
        headers.append(["Content-Security-Policy", "upgrade-insecure-requests"])
    if chance.now_and_then(0.12):
        headers.append(["Cross-Origin-Embedder-Policy", chance.choice(["require-corp", "credentialless"])])
    page: dict[str, Any] = {"url": url}
    if headers:
        page["headers"] = headers
    if kind == "sandbox":
        page["sandbox"] = True
    elif kind:
        page["kind"] = kind
        if kind == "srcdoc" and chance.now_and_then(0.6):
            page["sandbox"] = chance.choice(["allow-scripts", "allow-scripts allow-same-origin"])
    return (url if page.keys() == {"url"} else page), kind


def _content_security_policy(chance: Chance, origin: str) -> str:
    server = chance.choice(_NEIGHBOURS[origin])
    sources = chance.choice(["'self'", "https:", "*", "'self' https://*.example", f"{server}/v1/", server])
    sources += chance.one({"": 4, f" {origin}": 1})
    match chance.one({"one": 6, "both": 3, "default": 1}):
        case "one":
            return f"{chance.choice(['connect-src', 'img-src', 'font-src', 'style-src', 'frame-src'])} {sources}"
        case "both":
            return f"connect-src {sources}; img-src {sources}"
        case _:
            return f"default-src {sources} 'unsafe-inline' 'unsafe-eval' blob:; img-src *"


def _rules(
    chance: Chance, url: str, kind: Kind, page_origin: str, servers: list[str], *, wild: bool, hop: int = 0
) -> list[Rule]:
    """The rules of one resource; of a redirect, those of where it leads too."""
    rules = [preflight_rule(chance, url, page_origin, servers, wild=wild)] if chance.now_and_then(0.8) else []
    rule: Rule = {"method": "*", "url": url, "status": 200}
    headers = cors_headers(chance, page_origin, servers, wild=wild)
    if hop < _AT_MOST_REDIRECTS and chance.now_and_then(0.3):
        rule["status"] = chance.one(_REDIRECTS)
        here, path = "/".join(url.split("/")[:3]), url[url.index("/", 8) :]
        target = chance.choice(servers) + chance.choice(["/moved", "/r", path]) + str(hop)
        location = target[len(here) :] if target.startswith(here + "/") and chance.now_and_then(0.5) else target
        location += "#f" if chance.now_and_then(0.08) else ""
        rest = cache_headers(chance) + other_headers(chance, kind, page_origin, is_redirect=True)
        rule["headers"] = headers + shuffled_in_part(chance, [["Location", location], *rest])
        further = _rules(chance, target, kind, page_origin, servers, wild=wild, hop=hop + 1)
        return [*rules, rule | {"body": ""}, *further]
    rule["status"] = status_of(chance)
    headers += shuffled_in_part(chance, cache_headers(chance) + other_headers(chance, kind, page_origin))
    rule["headers"] = headers
    rule |= kind.as_rule
    has_validator = any(name in ("ETag", "Last-Modified") for name, _ in headers)
    if has_validator and chance.now_and_then(0.4):
        kept = [header for header in headers if header[0] not in ("Content-Type", "X-Total-Count", "Last-Modified")]
        return [*rules, rule | {"times": 1}, {"method": "*", "url": url, "status": 304, "headers": kept}]
    return [*rules, rule]
