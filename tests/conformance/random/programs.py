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
    integrity_of,
    other_headers,
    preflight_rule,
    set_cookie,
)

if TYPE_CHECKING:
    from ..replay import Case
    from .chance import Chance

Step = dict[str, Any]

_NEIGHBOURS = {
    "https://app.example": (
        "https://api.example",
        "https://cdn.app.example",
        "https://other.test",
        "http://api.example",
    ),
    "https://www.shop.example": ("https://api.shop.example", "https://api.example", "https://www.shop.example:8443"),
    "https://app.example.com": ("https://api.example.com", "https://example.com", "https://api.other.test"),
    "https://app.example:8443": ("https://app.example", "https://api.example", "https://api.example:8443"),
    "http://localhost:3000": ("http://localhost:8080", "https://api.example", "http://127.0.0.1:3000"),
    "http://127.0.0.1:3000": ("http://127.0.0.1:8080", "http://localhost:8080", "https://other.test"),
    "http://app.example": ("http://api.example", "https://app.example", "http://cdn.app.example"),
    "http://app.example:8080": ("http://api.example:8080", "http://api.example", "http://app.example"),
}
_PATHS = ("/", "/", "/app", "/dir/page?x=1")
_METHODS = ("POST", "PUT", "DELETE", "PATCH", "patch", "put", "HEAD", "OPTIONS", "QUERY")
_BODIES = ("hello", '{"n":1}', "a=b&c=d", "")
_HEADERS = (
    ("Content-Type", "application/json"),
    ("Content-Type", "text/plain"),
    ("Content-Type", "application/x-www-form-urlencoded"),
    ("Authorization", "Bearer abc.def"),
    ("X-Custom", "1"),
    ("X-Requested-With", "XMLHttpRequest"),
    ("Accept", "application/json"),
    ("Accept", "a" * 129),
    ("Accept-Language", "en_US"),
    ("Content-Language", "e" * 129),
    ("Range", "bytes=0-10"),
    ("Range", "bytes=-5"),
    ("Cache-Control", "no-cache"),
    ("If-None-Match", '"v1"'),
    ("If-Modified-Since", "Wed, 01 Jan 2020 00:00:00 GMT"),
    ("Pragma", "no-cache"),
    ("User-Agent", "mine"),
    ("Cookie", "a=1"),
)
_NOT_IN_WORKERS = frozenset(
    {"img", "script", "module-script", "link-stylesheet", "iframe", "font", "sendBeacon", "form", "link-preload"}
)
_A_FRAME_LOADS_WITHIN = 4000  # milliseconds
_CROSSORIGIN = (None, None, "anonymous", "use-credentials", "", "bogus")


def program(chance: Chance, number: int) -> Case:
    """The case with this number."""
    wild = chance.now_and_then(0.35)
    origin = chance.one({other: 6 if other == "https://app.example" else 1 for other in _NEIGHBOURS})
    page, kind = _page(chance, origin)
    told_origin = "null" if kind == "sandbox" else origin
    servers = [*_NEIGHBOURS[origin], origin]
    rules: list[Rule] = []
    resources: list[tuple[str, Kind]] = []
    for _ in range(chance.randint(1, 3)):
        resource = chance.one(KIND_WEIGHTS)
        url = chance.one({server: 2 if server != origin else 1 for server in servers}) + chance.choice(resource.paths)
        resources.append((url, resource))
        rules += _rules(chance, url, resource, told_origin, servers, wild=wild)
    steps = _steps(chance, resources, kind)
    case: Case = {
        "id": f"chance-{number:05}",
        "title": f"{kind or 'document'} {origin}: {', '.join(step['api'] for step in steps)}",
        "family": "chance",
        "page": page,
        "server": rules,
        "steps": steps,
    }
    if chance.now_and_then(0.5):
        hosts = sorted({url.split("/")[0] + "//" + url.split("/")[2] + "/" for url, _ in resources})
        case["cookies"] = [
            {"url": chance.choice(hosts), "set_cookie": set_cookie(chance, f"c{index}", str(index))}
            for index in range(chance.randint(1, 3))
        ]
    return case


def _page(chance: Chance, origin: str) -> tuple[str | dict[str, Any], str]:
    url = origin + chance.choice(_PATHS)
    kind = chance.one({"": 14, "worker": 2, "srcdoc": 2, "blob": 2, "sandbox": 2})
    headers: list[list[str]] = []
    if chance.now_and_then(0.3):
        headers.append(["Referrer-Policy", chance.choice(REFERRER_POLICIES)])
    if chance.now_and_then(0.2):
        sources = chance.choice(["'self'", "https:", "*", "'self' https://*.example", "https://api.example/v1/"])
        directive = chance.choice(["connect-src", "img-src", "default-src 'self' 'unsafe-inline'; connect-src"])
        name = "Content-Security-Policy" + ("-Report-Only" if chance.now_and_then(0.25) else "")
        headers.append([name, f"{directive} {sources}"])
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
        if kind == "srcdoc" and chance.now_and_then(0.5):
            page["sandbox"] = chance.choice(["allow-scripts", "allow-scripts allow-same-origin"])
    return (url if page.keys() == {"url"} else page), kind


def _rules(
    chance: Chance, url: str, kind: Kind, page_origin: str, servers: list[str], *, wild: bool, hop: int = 0
) -> list[Rule]:
    """The rules of one resource; of a redirect, those of where it leads too."""
    rules = [preflight_rule(chance, url, page_origin, wild=wild)]
    rule: Rule = {"method": "*", "url": url, "status": 200}
    headers = cors_headers(chance, page_origin, wild=wild)
    if hop < 2 and chance.now_and_then(0.3):
        rule["status"] = chance.choice([301, 302, 303, 307, 308])
        target = chance.choice(servers) + chance.choice(["/moved", "/r"]) + f"{len(url)}-{hop}"
        location = target[target.index("/", 8) :] if target.startswith(url[: url.index("/", 8)] + "/") else target
        headers.append(["Location", location + ("#f" if chance.now_and_then(0.1) else "")])
        rule["headers"] = headers + cache_headers(chance) + other_headers(chance, kind, page_origin)
        further = _rules(chance, target, kind, page_origin, servers, wild=wild, hop=hop + 1)
        return [*rules, rule | {"body": ""}, *further]
    rule["status"] = chance.one(
        {200: 24, 204: 1, 201: 1, 206: 0.5, 299: 0.5, 400: 1, 401: 1, 403: 1, 404: 2, 429: 1, 500: 1.5, 503: 1}
    )
    headers += cache_headers(chance) + other_headers(chance, kind, page_origin)
    rule["headers"] = headers
    rule |= kind.as_rule
    if ["ETag", '"v1"'] in headers and chance.now_and_then(0.5):
        kept = [header for header in headers if header[0] not in ("Content-Type", "X-Total-Count")]
        return [*rules, rule | {"times": 1}, {"method": "*", "url": url, "status": 304, "headers": kept}]
    return [*rules, rule]


def _steps(chance: Chance, resources: list[tuple[str, Kind]], kind: str) -> list[Step]:
    steps: list[Step] = []
    for _ in range(chance.one({2: 4, 3: 6, 4: 4, 5: 2, 6: 1})):
        if steps and chance.now_and_then(0.25):
            again = dict(chance.choice(steps))
            if again["api"] != "timing":
                steps.append(again)
                continue
        url, resource = chance.choice(resources)
        api = chance.choice(resource.apis)
        if kind == "worker" and api.partition(":")[0] in _NOT_IN_WORKERS:
            api = "fetch"
        step = _step(chance, api, url, resource)
        if steps and chance.now_and_then(0.2):
            step["wait_ms"] = chance.one({300: 4, 1700: 1})
        steps.append(step)
        if step["api"] in ("fetch", "xhr", "img", "script") and chance.now_and_then(0.06):
            steps.append({"api": "timing", "url": step["url"]})
    return steps


def _step(chance: Chance, api: str, url: str, resource: Kind) -> Step:
    if chance.now_and_then(0.1):
        url += chance.choice(["?v=2", "#frag", "?v=2#frag"])
    api, _, preloaded_as = api.partition(":")
    step: Step = {"api": api, "url": url}
    match api:
        case "fetch":
            step |= _fetch_options(chance, resource)
        case "xhr":
            step |= _sent(chance)
            for name in ("withCredentials", "uploadListener"):
                if chance.now_and_then(0.3):
                    step[name] = True
        case "sendBeacon":
            step |= {"body": chance.choice(_BODIES[:3])}
            if chance.now_and_then(0.4):
                step |= {"body_type": chance.choice(["text/plain", "application/json"])}
            elif chance.now_and_then(0.3):
                step |= {"body_kind": chance.choice(["formdata", "urlsearchparams", "arraybuffer"])}
        case "eventsource":
            step |= {"withCredentials": True} if chance.now_and_then(0.4) else {}
        case "iframe":
            step["at_most_ms"] = _A_FRAME_LOADS_WITHIN  # where nothing comes, it never tells
        case "img" | "script" | "module-script" | "link-stylesheet" | "link-preload":
            step["crossorigin"] = chance.choice(_CROSSORIGIN)
            if preloaded_as:
                step["as"] = preloaded_as
            if api != "img" and chance.now_and_then(0.15):
                step["integrity"] = integrity_of(chance, resource.content)
            if chance.now_and_then(0.12):
                step["referrerPolicy"] = chance.choice(REFERRER_POLICIES)
    return step


def _sent(chance: Chance) -> Step:
    """Method, headers and body."""
    step: Step = {"method": "GET" if chance.now_and_then(0.5) else chance.choice(_METHODS)}
    headers = [list(header) for header in chance.some(_HEADERS, chance.one({0: 5, 1: 3, 2: 2, 3: 1}))]
    if headers:
        step["headers"] = headers
    if step["method"].upper() not in ("GET", "HEAD") and chance.now_and_then(0.7):
        step["body"] = chance.choice(_BODIES)
        if chance.now_and_then(0.25):
            step["body_kind"] = chance.choice(["formdata", "urlsearchparams", "arraybuffer", "blob"])
    return step


def _fetch_options(chance: Chance, resource: Kind) -> Step:
    step = _sent(chance)
    if chance.now_and_then(0.5):
        step["credentials"] = chance.choice(["include", "include", "omit", "same-origin"])
    if chance.now_and_then(0.2):
        step["mode"] = chance.choice(["no-cors", "same-origin", "cors"])
        if step["mode"] == "no-cors" and step["method"].upper() not in ("GET", "HEAD", "POST"):
            step["method"] = "POST"
    if chance.now_and_then(0.25):
        step["cache"] = chance.choice(["default", "no-store", "reload", "no-cache", "force-cache"])
        if step.get("mode") == "same-origin" and chance.now_and_then(0.4):
            step["cache"] = "only-if-cached"
    if chance.now_and_then(0.2):
        step["redirect"] = chance.choice(["follow", "error", "manual", "manual"])
    if chance.now_and_then(0.15):
        step["referrerPolicy"] = chance.choice(REFERRER_POLICIES)
    if chance.now_and_then(0.12):
        step["keepalive"] = True
    if chance.now_and_then(0.1):
        step["integrity"] = integrity_of(chance, resource.content)
    return step
