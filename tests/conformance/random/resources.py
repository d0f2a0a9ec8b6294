"""What the servers of a program have: kinds of resources, and the answers they give by chance."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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
    Kind(("/x", "/items", "/v1/users", "/t"), "application/json", '{"a":1}', ("fetch", "xhr", "sendBeacon")),
    Kind(("/i.png", "/avatar"), "image/png", _PIXEL, ("img", "link-preload:image", "fetch"), is_base64=True),
    Kind(
        ("/s.js", "/e.js", "/lib"),
        "text/javascript",
        "self.__ran = 1;",
        ("script", "module-script", "link-preload:script", "fetch"),
    ),
    Kind(("/e.js",), "text/javascript", "self.__ran = 1; throw new Error('secret');", ("script", "script", "fetch")),
    Kind(("/c.css",), "text/css", "a { color: red }", ("link-stylesheet", "link-preload:style", "fetch")),
    Kind(("/events",), "text/event-stream", "data: hi\n\n", ("eventsource", "eventsource", "fetch")),
    Kind(("/embed", "/f.html"), "text/html", "<!doctype html><p>hi", ("iframe", "iframe", "fetch")),
    Kind(("/login",), "text/plain", "ok", ("fetch", "xhr", "link-preload:fetch", "sendBeacon")),
    Kind(("/f.ttf",), "font/ttf", _FONT, ("font", "font", "link-preload:font", "fetch"), is_base64=True),
)
KIND_WEIGHTS = dict(zip(KINDS, (9, 4, 3, 2, 4, 2, 2, 3, 2), strict=True))


def integrity_of(chance: Chance, content: bytes) -> str:
    """Metadata that matches, mostly; else that of nothing at all."""
    if chance.now_and_then(0.3):
        return "sha256-" + "A" * 43 + "="
    name = chance.one({"sha256": 4, "sha384": 1})
    return f"{name}-{base64.b64encode(hashlib.new(name, content).digest()).decode()}"


def cors_headers(chance: Chance, page_origin: str, *, wild: bool) -> list[Header]:
    """Who may read the answer: mostly right, at times missing or wrong."""
    allowed = chance.one({"{origin}": 7, "*": 5, page_origin: 3, "": 2, "other": 1})
    if allowed == "other":
        allowed = chance.choice(
            ["null", "https://other.test", "https://*.example", page_origin + "/", page_origin.upper(), "app.example"]
        )
    headers = [["Access-Control-Allow-Origin", allowed]] if allowed else []
    if wild and chance.now_and_then(0.15):
        headers.append(["Access-Control-Allow-Origin", chance.choice([page_origin, "*", "null"])])
    if chance.now_and_then(0.55):
        headers.append(["Access-Control-Allow-Credentials", chance.one({"true": 8, "True": 1, "1": 1, "TRUE": 1})])
    return headers


def preflight_rule(chance: Chance, url: str, page_origin: str, *, wild: bool) -> Rule:
    headers = cors_headers(chance, page_origin, wild=wild)
    if chance.now_and_then(0.8):
        lists = [
            "GET, POST, PUT, DELETE, PATCH",
            "GET,HEAD,PUT,PATCH,POST,DELETE",
            "{acrm}",
            "*",
            "POST",
            "PUT",
            "PATCH",
        ]
        lists += ["GET POST PUT", "GET, , PUT", "(PUT)", "put, delete, patch"] if wild else []
        headers.append(["Access-Control-Allow-Methods", chance.choice(lists)])
    if chance.now_and_then(0.85):
        lists = ["{acrh}", "{acrh}", "*", "content-type,authorization,x-custom", "*, Authorization", "X-Custom"]
        lists += ["Content-Type Authorization", "x_custom, content-type", "authorization"] if wild else []
        headers.append(["Access-Control-Allow-Headers", chance.choice(lists)])
    if chance.now_and_then(0.5):
        headers.append(["Access-Control-Max-Age", chance.choice(["600", "5", "0", "-1", "abc", "86400", "600, 600"])])
    status = chance.one({204: 12, 200: 6, 401: 1, 403: 1, 404: 1, 500: 1, 302: 0.5})
    if status == 302:
        headers.append(["Location", "/elsewhere"])
    return {"method": "OPTIONS", "url": url, "status": status, "headers": headers}


def cache_headers(chance: Chance) -> list[Header]:
    """What caches on the way, the browser's own first, may do with an answer."""
    headers: list[Header] = []
    if chance.now_and_then(0.45):
        lifetimes = ["max-age=600", "no-cache", "no-store", "max-age=0, stale-while-revalidate=60", "max-age=1"]
        lifetimes += ["private, max-age=60", "public, max-age=31536000, immutable", "max-age=0, must-revalidate"]
        headers.append(["Cache-Control", chance.choice(lifetimes)])
    elif chance.now_and_then(0.12):
        headers.append(["Expires", chance.choice(["Tue, 01 Jan 2030 00:00:00 GMT", _DATE, "0"])])
    if chance.now_and_then(0.25):
        headers.append(["ETag", chance.choice(['"v1"', 'W/"v1"'])])
    if chance.now_and_then(0.15):
        headers.append(["Last-Modified", _DATE])
    if chance.now_and_then(0.3):
        varied = ["Origin", "Origin", "*", "Accept", "Cookie", "Accept-Encoding, Origin"]
        headers.append(["Vary", chance.choice(varied)])
    return headers


def other_headers(chance: Chance, kind: Kind, page_origin: str) -> list[Header]:
    headers: list[Header] = []
    if chance.now_and_then(0.9):
        content_type = (
            kind.content_type
            if chance.now_and_then(0.85)
            else chance.choice(
                ["text/plain", "text/html", "application/json; charset=utf-8", "application/xml", "text/javascript"]
            )
        )
        headers.append(["Content-Type", content_type])
    if chance.now_and_then(0.12):
        headers.append(["X-Content-Type-Options", chance.choice(["nosniff", "nosniff", "NoSniff", "sniff"])])
    if chance.now_and_then(0.15):
        policies = ["same-origin", "same-site", "cross-origin", "bogus"]
        headers.append(["Cross-Origin-Resource-Policy", chance.choice(policies)])
    if chance.now_and_then(0.12):
        headers += [["X-Total-Count", "7"], ["X-Request-Id", "r1"]]
        exposed = ["X-Total-Count", "*", "*, X-Request-Id", "x-total-count, X-Request-Id", "X-Total Count"]
        headers.append(["Access-Control-Expose-Headers", chance.choice(exposed)])
    if chance.now_and_then(0.1):
        allowed = ["*", "{origin}", page_origin, "null", f"{page_origin}, https://other.test"]
        headers.append(["Timing-Allow-Origin", chance.choice(allowed)])
    if chance.now_and_then(0.1):
        headers.append(["Set-Cookie", set_cookie(chance, "seen", "s")])
    if chance.now_and_then(0.05):
        headers.append(["Referrer-Policy", chance.choice(REFERRER_POLICIES)])
    return headers


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


def set_cookie(chance: Chance, name: str, value: str) -> str:
    attributes = [f"{name}={value}"]
    if chance.now_and_then(0.75):
        same_site = chance.choice(["None", "None", "None", "Lax", "Strict", "none", "bogus"])
        attributes.append(f"SameSite={same_site}")
    if chance.now_and_then(0.6):
        attributes.append("Secure")
    if chance.now_and_then(0.15):
        attributes.append(chance.choice(["Path=/", "Path=/x", "HttpOnly", "Max-Age=3600", "Max-Age=0"]))
    return "; ".join(attributes)
