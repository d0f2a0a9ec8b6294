"""The steps of a program: what the page asks for, and how."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .resources import REFERRER_POLICIES, Kind, integrity_of

if TYPE_CHECKING:
    from .chance import Chance

Step = dict[str, Any]

_METHODS = {
    "POST": 9,
    "PUT": 8,
    "DELETE": 11,
    "PATCH": 4,
    "patch": 7,
    "put": 3,
    "HEAD": 4,
    "OPTIONS": 4,
    "QUERY": 3,
    "post": 2,
}
_BODIES = ("hello", '{"n":1}', '{"n":1}', "a=b&c=d", "")
_BODIES_OF_BEACONS = ("x", "a=b", '{"e":1}', "")
_VALUES = {
    "Content-Type": (
        *("application/json", "application/json", "text/plain;charset=UTF-8", "application/json; charset=utf-8"),
        *("TEXT/PLAIN", "application/x-www-form-urlencoded", "b", "text/plain; a=" + "b" * 120),
    ),
    "Authorization": ("Bearer abc.def", "Basic dTpw", "b"),
    "authorization": ("Bearer abc.def", "Basic dTpw"),
    "X-Requested-With": ("XMLHttpRequest",),
    "X-Custom": ("1", "", "2", "x" * 130),
    "x-custom": ("1", "a, b"),
    "X_Custom": ("a, b", "", "x" * 130),
    "x-api-key": ("1", ""),
    "X-CSRF-Token": ("1",),
    "Accept": ("*/*", "application/json", "text/html;q=0.9", "application/json, text/plain, */*", "a" * 129, "b"),
    "Accept-Language": ("en", "en_US", "e" * 129, "2"),
    "Content-Language": ("b", "en_US", "e" * 129, "*"),
    "Range": ("bytes=0-10", "bytes=-5", "bytes=0-", "bytes=0-1,3-4", "BYTES=0-1", "b"),
    "Cache-Control": ("no-cache", "max-age=0"),
    "If-None-Match": ('"v1"', "max-age=0"),
    "If-Modified-Since": ("Wed, 01 Jan 2020 00:00:00 GMT", '"v1"'),
    "Pragma": ("no-cache", "2", "max-age=0"),
    "User-Agent": ("mine", "TRACE"),
    "Cookie": ("a=1",),
}
_NAMES = {
    **dict.fromkeys(_VALUES, 1.0),
    "Content-Type": 6,
    "X-Requested-With": 4,
    "authorization": 4,
    "Authorization": 2,
    "Accept": 4,
    "Range": 3,
}
_NOT_IN_WORKERS = frozenset(
    {"img", "script", "module-script", "link-stylesheet", "iframe", "font", "sendBeacon", "form", "link-preload"}
)
_A_FRAME_LOADS_WITHIN = 4000  # milliseconds
_CROSSORIGIN = {None: 6, "anonymous": 5, "use-credentials": 3, "": 3, "bogus": 2}
_CREDENTIALS = ("include", "include", "omit", "same-origin")
_CACHE_MODES = ("default", "no-store", "reload", "no-cache", "force-cache")
_CHANGES: dict[str, tuple[Any, ...]] = {
    "method": ("DELETE", "PUT", "PATCH", "GET"),
    "mode": ("cors", "no-cors", "same-origin"),
    "credentials": _CREDENTIALS,
    "cache": _CACHE_MODES,
    "crossorigin": tuple(_CROSSORIGIN),
    "withCredentials": (True, False),
}


def steps_of(chance: Chance, resources: list[tuple[str, Kind]], kind: str) -> list[Step]:
    """Two to six steps that ask for these resources, often for the same again."""
    steps: list[Step] = []
    for _ in range(chance.one({2: 4, 3: 7, 4: 5, 5: 3, 6: 2})):
        again = dict(chance.choice(steps)) if steps and chance.now_and_then(0.45) else None
        if again is not None and again["api"] != "timing":
            _repeat(chance, again)
            steps.append(again)
            continue
        url, resource = chance.choice(resources)
        api = chance.choice(resource.apis)
        if kind == "worker" and api.partition(":")[0] in _NOT_IN_WORKERS:
            api = "fetch"
        step = _step(chance, api, url, resource)
        steps.append(step)
        if step["api"] in ("fetch", "xhr", "img", "script") and chance.now_and_then(0.06):
            steps.append({"api": "timing", "url": step["url"].partition("#")[0]})  # WebKit's entries name no fragment
    for step in steps:
        if chance.now_and_then(0.2):
            step["wait_ms"] = chance.one({300: 4, 1700: 1})
    return steps


def _repeat(chance: Chance, step: Step) -> None:
    """Make a step its own repetition, at times with a change."""
    step.pop("wait_ms", None)
    if not chance.now_and_then(0.3):
        return
    if step["api"] == "fetch":
        name = chance.choice(["method", "mode", "credentials", "cache"])
    elif "crossorigin" in step:
        name = "crossorigin"
    else:
        name = "withCredentials"
        if step["api"] not in ("xhr", "eventsource"):
            return
    step[name] = chance.choice(_CHANGES[name])
    _make_possible(step)


def _step(chance: Chance, api: str, url: str, resource: Kind) -> Step:
    if chance.now_and_then(0.25):
        url += chance.choice(["?v=2", "?q=1", "?a=b&c=%20d", "#frag", "#frag", "?v=2#frag"])
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
            step |= {"body": chance.choice(_BODIES_OF_BEACONS)}
            if chance.now_and_then(0.4):
                types = ["text/plain", "application/json", "application/x-www-form-urlencoded"]
                step |= {"body_type": chance.choice(types)}
            elif chance.now_and_then(0.3):
                step |= {"body_kind": chance.choice(["formdata", "urlsearchparams", "arraybuffer"])}
        case "eventsource":
            step |= {"withCredentials": True} if chance.now_and_then(0.4) else {}
        case "iframe":
            step["at_most_ms"] = _A_FRAME_LOADS_WITHIN  # where nothing comes, it never tells
        case "img" | "script" | "module-script" | "link-stylesheet" | "link-preload":
            step["crossorigin"] = chance.one(_CROSSORIGIN)
            if preloaded_as:
                step["as"] = preloaded_as
            if api not in ("img", "link-preload") and chance.now_and_then(0.2):
                step["integrity"] = integrity_of(chance, resource.content)
            if chance.now_and_then(0.15):
                step["referrerPolicy"] = chance.choice(REFERRER_POLICIES)
    return step


def _sent(chance: Chance) -> Step:
    """Method, headers and body."""
    step: Step = {"method": "GET" if chance.now_and_then(0.45) else chance.one(_METHODS)}
    names = [chance.one(_NAMES) for _ in range(chance.one({0: 6, 1: 4, 2: 3, 3: 2, 5: 0.5}))]
    headers = [[name, chance.choice(_VALUES[name])] for name in names]
    if headers:
        step["headers"] = headers
    if step["method"].upper() not in ("GET", "HEAD") and chance.now_and_then(0.7):
        step["body"] = chance.choice(_BODIES)
        if chance.now_and_then(0.25):
            step["body_kind"] = chance.choice(["formdata", "urlsearchparams", "arraybuffer", "blob"])
        elif chance.now_and_then(0.1):
            step["body_type"] = chance.choice(["text/plain", "application/json"])
    return step


def _fetch_options(chance: Chance, resource: Kind) -> Step:
    step = _sent(chance)
    if chance.now_and_then(0.5):
        step["credentials"] = chance.choice(_CREDENTIALS)
    if chance.now_and_then(0.2):
        step["mode"] = chance.choice(["no-cors", "same-origin", "cors"])
    if chance.now_and_then(0.25):
        step["cache"] = chance.choice(_CACHE_MODES)
        if chance.now_and_then(0.15):
            step |= {"cache": "only-if-cached", "mode": "same-origin"}
    if chance.now_and_then(0.15):
        step["redirect"] = chance.choice(["follow", "error", "manual", "manual"])
    if chance.now_and_then(0.15):
        step["referrerPolicy"] = chance.choice(REFERRER_POLICIES)
    if chance.now_and_then(0.2):
        step["keepalive"] = True
    if chance.now_and_then(0.12):
        step["integrity"] = integrity_of(chance, resource.content)
    _make_possible(step)
    return step


def _make_possible(step: Step) -> None:
    """Take out most of what fetch() only throws at: it never becomes a request."""
    if step.get("method", "GET").upper() in ("GET", "HEAD"):
        for name in ("body", "body_kind", "body_type"):
            step.pop(name, None)
    if step.get("mode") == "no-cors" and step.get("method", "GET").upper() not in ("GET", "HEAD", "POST"):
        step["method"] = "POST"
    if step.get("cache") == "only-if-cached" and step.get("mode") != "same-origin":
        step["cache"] = "force-cache"
