"""What the servers of a program have: kinds of resources, and the answers they give by chance."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .chance import Chance

Header = list[str]
Rule = dict[str, Any]

_PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC"
_FONT = base64.b64encode(Path(__file__).with_name("one_glyph.ttf").read_bytes()).decode()
_DATE = "Wed, 01 Jan 2020 00:00:00 GMT"


@dataclass(frozen=True)
class Kind:
    """A kind of resource: its paths, type and body, and the APIs that ask for such a thing."""

    paths: tuple[str, ...]
    content_type: str
    body: str
    apis: tuple[str, ...]
    is_base64: bool = False

    @property
    def content(self) -> bytes:
        return base64.b64decode(self.body) if self.is_base64 else self.body.encode()

    @property
    def as_rule(self) -> Rule:
        return {"body_b64" if self.is_base64 else "body": self.body}


KINDS = (
    Kind(
        ("/x", "/x", "/items", "/v1/users", "/t"),
        "application/json",
        '{"a":1}',
        ("fetch", "fetch", "xhr", "xhr", "sendBeacon"),
    ),
    Kind(
        ("/i.png", "/avatar"),
        "image/png",
        _PIXEL,
        ("img", "img", "img", "link-preload:image", "fetch", "fetch"),
        is_base64=True,
    ),
    Kind(
        ("/s.js", "/e.js", "/lib"),
        "text/javascript",
        "self.__ran = 1;",
        ("script", "module-script", "link-preload:script", "fetch"),
    ),
    Kind(("/e.js",), "text/javascript", "self.__ran = 1; throw new Error('secret');", ("script", "script", "fetch")),
    Kind(
        ("/c.css",),
        "text/css",
        "a { color: red }",
        ("link-stylesheet", "link-stylesheet", "link-preload:style", "fetch"),
    ),
    Kind(("/events",), "text/event-stream", "data: hi\n\n", ("eventsource", "eventsource", "fetch")),
    Kind(("/embed", "/f.html"), "text/html", "<!doctype html><p>hi", ("iframe", "iframe", "fetch")),
    Kind(("/login",), "text/plain", "ok", ("fetch", "fetch", "xhr", "link-preload:fetch", "sendBeacon")),
    Kind(("/f.ttf",), "font/ttf", _FONT, ("font", "font", "link-preload:font", "fetch"), is_base64=True),
)
KIND_WEIGHTS = dict(zip(KINDS, (9, 4, 3, 2, 4, 2, 2, 3, 2), strict=True))


def integrity_of(chance: Chance, content: bytes) -> str:
    """Metadata that matches, mostly; else that of something else."""
    if chance.now_and_then(0.35):
        content = b"something else"
    name = chance.one({"sha256": 5, "sha384": 1})
    return f"{name}-{base64.b64encode(hashlib.new(name, content).digest()).decode()}"


def status_of(chance: Chance) -> int:
    return chance.one(
        {200: 24, 204: 2, 201: 1, 206: 1, 299: 0.3, 400: 2, 401: 2, 403: 1, 404: 2, 429: 2, 500: 2, 503: 2}
    )


def cors_headers(chance: Chance, page_origin: str, servers: Sequence[str], *, wild: bool) -> list[Header]:
    """Who may read the answer: mostly right, at times missing or wrong."""
    allowed = chance.one({"{origin}": 6, "*": 5, page_origin: 5, "missing": 2, "wrong": 5 if wild else 1})
    if allowed == "wrong":
        allowed = _wrong_origin(chance, page_origin, servers)
    headers = [["Access-Control-Allow-Origin", allowed]] if allowed != "missing" else []
    if wild and chance.now_and_then(0.12):
        headers.append(["Access-Control-Allow-Origin", chance.choice([page_origin, page_origin, "*", "null"])])
    if chance.now_and_then(0.5):
        spellings = {"true": 12, "True": 0.5, "TRUE": 1, "1": 1, "true ": 0.7, "false": 0.5}
        headers.append(["Access-Control-Allow-Credentials", chance.one(spellings if wild else {"true": 1})])
        if wild and chance.now_and_then(0.1):
            headers.append(["Access-Control-Allow-Credentials", "true"])
    return headers


def _wrong_origin(chance: Chance, page_origin: str, servers: Sequence[str]) -> str:
    server = chance.choice(servers)
    host = page_origin.partition("//")[2] or "app.example"
    return chance.choice(
        [
            *("null", "Null", "", "*, *", "https://other.test", "https://*.example", server, host),
            *(page_origin + "/", page_origin + ":443", page_origin.upper(), f"{page_origin}, {server}"),
        ]
    )


def preflight_rule(chance: Chance, url: str, page_origin: str, servers: Sequence[str], *, wild: bool) -> Rule:
    headers = cors_headers(chance, page_origin, servers, wild=wild)
    if chance.now_and_then(0.85):
        lists = ["GET, POST, PUT, DELETE, PATCH", "GET,HEAD,PUT,PATCH,POST,DELETE", "{acrm}", "{acrm}", "*", "*"]
        lists += ["POST", "PUT", "PATCH", "GET, POST"]
        lists += ["GET POST PUT", "GET, , PUT", "(PUT)", "put, delete, patch"] if wild else []
        headers.append(["Access-Control-Allow-Methods", chance.choice(lists)])
    if chance.now_and_then(0.85):
        lists = ["{acrh}", "{acrh}", "{acrh}", "*", "*", "*", "content-type,authorization,x-custom", "*, Authorization"]
        lists += ["Content-Type, Authorization, X-Requested-With", "authorization", "Content-Type"]
        lists += ["Content-Type Authorization", "x_custom, content-type"] if wild else []
        headers.append(["Access-Control-Allow-Headers", chance.choice(lists)])
        if wild and chance.now_and_then(0.1):
            headers.append(["Access-Control-Allow-Headers", "Content-Type"])
    if chance.now_and_then(0.4):
        ages = ["600", "5", "0", "-1", "abc", "86400", "600, 600", "1"]
        headers.append(["Access-Control-Max-Age", chance.choice(ages)])
    if chance.now_and_then(0.12):
        headers.append(["Vary", chance.choice(["Origin", "Origin, Access-Control-Request-Headers"])])
    status = chance.one({204: 20, 200: 8, 201: 0.5, 299: 0.7, 401: 0.5, 403: 0.5, 404: 0.5, 405: 1, 500: 1, 302: 1})
    if status == 302:
        headers.append(["Location", chance.choice(servers) + "/moved"])
    return {"method": "OPTIONS", "url": url, "status": status, "headers": headers}


def cache_headers(chance: Chance) -> list[Header]:
    """What caches on the way, the browser's own first, may do with an answer."""
    headers: list[Header] = []
    if chance.now_and_then(0.4):
        lifetimes = ["max-age=600", "no-cache", "no-store", "max-age=0, stale-while-revalidate=60", "max-age=1"]
        lifetimes += ["private, max-age=60", "public, max-age=31536000, immutable", "max-age=0, must-revalidate"]
        headers.append(["Cache-Control", chance.choice(lifetimes)])
    if chance.now_and_then(0.06):
        headers.append(["Expires", chance.choice(["Tue, 01 Jan 2030 00:00:00 GMT", _DATE, "0"])])
    if chance.now_and_then(0.16):
        headers.append(["ETag", chance.choice(['"v1"', 'W/"v1"'])])
    if chance.now_and_then(0.1):
        headers.append(["Last-Modified", _DATE])
    if chance.now_and_then(0.22):
        varied = ["Origin", "Origin", "Origin", "*", "Accept", "Cookie", "Accept-Encoding, Origin"]
        headers.append(["Vary", chance.choice(varied)])
    return headers


def other_headers(chance: Chance, kind: Kind, page_origin: str, *, is_redirect: bool = False) -> list[Header]:
    headers: list[Header] = []
    if chance.now_and_then(0.05 if is_redirect else 0.9):
        parameter = chance.one({"": 6, ";charset=UTF-8": 1, "; charset=utf-8": 1})
        content_type = kind.content_type + parameter
        if chance.now_and_then(0.12):
            others = [
                "text/plain",
                "text/html",
                "application/json; charset=utf-8",
                "application/xml",
                "text/javascript",
            ]
            content_type = chance.choice(others)
        headers.append(["Content-Type", content_type])
    if chance.now_and_then(0.13):
        headers.append(["X-Content-Type-Options", chance.choice(["nosniff", "nosniff", "NoSniff", "sniff"])])
    if chance.now_and_then(0.15):
        policies = ["same-origin", "same-origin", "same-site", "cross-origin", "bogus"]
        headers.append(["Cross-Origin-Resource-Policy", chance.choice(policies)])
    if chance.now_and_then(0.15):
        exposed = ["X-Total-Count", "*", "*, X-Request-Id", "x-total-count, X-Request-Id", "X-Total Count", "ETag"]
        exposed += ["Set-Cookie, X-Request-Id"]
        headers += [["X-Total-Count", "7"], ["X-Request-Id", "r1"]]
        headers.append(["Access-Control-Expose-Headers", chance.choice(exposed)])
        if chance.now_and_then(0.15):
            headers.append(["Access-Control-Expose-Headers", "ETag"])
    if chance.now_and_then(0.1):
        allowed = ["*", "{origin}", page_origin, "null", f"{page_origin}, https://other.test", "https://other.test"]
        headers.append(["Timing-Allow-Origin", chance.choice(allowed)])
    if chance.now_and_then(0.12):
        headers.append(["Set-Cookie", set_cookie(chance, chance.choice(["seen", "sid", "c0"]), "s", "")])
    if chance.now_and_then(0.08):
        headers.append(["Referrer-Policy", chance.choice(REFERRER_POLICIES)])
    return headers


def shuffled_in_part(chance: Chance, headers: list[Header]) -> list[Header]:
    """Headers in another order, at times."""
    return chance.sample(headers, len(headers)) if chance.now_and_then(0.3) else headers


REFERRER_POLICIES = (
    "no-referrer",
    "no-referrer-when-downgrade",
    "origin",
    "origin-when-cross-origin",
    "same-origin",
    "strict-origin",
    "strict-origin-when-cross-origin",
    "unsafe-url",
)


def set_cookie(chance: Chance, name: str, value: str, url: str) -> str:
    """A Set-Cookie of a server at this URL, for which it may be wrong."""
    attributes = [chance.one({"": 12, "__Host-": 1, "__Secure-": 1}) + f"{name}={value}"]
    if chance.now_and_then(0.75):
        same_site = chance.choice(["None", "None", "None", "Lax", "Strict", "none", "bogus"])
        attributes.append(f"SameSite={same_site}")
    if chance.now_and_then(0.6):
        attributes.append("Secure")
    if url and chance.now_and_then(0.15):
        host = url.split("/")[2].partition(":")[0]
        attributes.append("Domain=" + chance.choice([host, "." + host, "other.test", ".app.example"]))
    if chance.now_and_then(0.35):
        more = ["Path=/", "Path=/x", "Path=/v1", "HttpOnly", "Max-Age=3600", "Max-Age=0", "Max-Age=-1"]
        attributes.append(chance.choice([*more, "Expires=Tue, 01 Jan 2030 00:00:00 GMT"]))
    return "; ".join(attributes)
