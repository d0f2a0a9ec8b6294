"""What the small window of a run is given in place of the scenario's documents: they do what the lab asks them to."""

from __future__ import annotations

import json
import re
import secrets
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from ..url import require_url
from ..verify.page import ANSWER_INSIDE, ASK_INSIDE, STEPS, in_a_frame
from ..verify.server import Answer

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    Headers = Sequence[tuple[str, str]]

_HTML = ("Content-Type", "text/html; charset=utf-8")
_NOT_CACHED = ("Cache-Control", "no-store")
_FORGET = ("Clear-Site-Data", '"cache", "cookies", "storage"')
_DOCUMENT = """<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>corssim lab</title>
<body><p>%s</p><script nonce="%s">%s</script>"""
_POLICIES = ("content-security-policy", "content-security-policy-report-only")
_OF_SCRIPTS = ("script-src-elem", "script-src", "default-src")
_LETS_INLINE_RUN = re.compile(r"'unsafe-inline'", re.IGNORECASE)
_TAKES_THAT_BACK = re.compile(r"'(?:nonce-|sha\d+-|strict-dynamic)", re.IGNORECASE)
_OPENED = """
const forgotten = %s.map((place) => fetch(place, { mode: "no-cors", credentials: "include", cache: "reload" }));
Promise.allSettled(forgotten).then(() => opener.postMessage({ ready: location.href }, %s));
"""
OPENS_AT = "/corssim-lab-opens"
"""The path at which an origin shows that it can be opened."""


def documents(page: dict[str, Any], lab: str) -> dict[str, Answer]:
    """The document of a page of a case, and that of the frame in it, by URL. `lab` is the origin that asks."""
    headers = [(name, value) for name, value in page["headers"]]
    if page.get("sandbox") is True:
        headers.append(("Content-Security-Policy", "sandbox allow-scripts"))
    runner = files(__package__).joinpath("page", "runner.js").read_text("utf-8")
    told: dict[str, Any] = {"lab": lab}
    if page.get("kind") != "iframe":
        return {_at(page["url"]): _document(headers, f"{STEPS}\nconst TOLD = {_told(told)}, opened = true;\n{runner}")}
    frame = in_a_frame(f"src = {_told(page['frame'])}", page.get("sandbox"), page["allow"])
    outer = f"{ASK_INSIDE}\nconst TOLD = {_told(told)}, opened = {frame};\n{runner}"
    of_frame = [(name, value) for name, value in page["frame_headers"]]
    return {
        _at(page["url"]): _document(headers, outer),
        _at(page["frame"]): _document(of_frame, STEPS + ANSWER_INSIDE),
    }


def opens(origins: Iterable[str], lab: str) -> dict[str, Answer]:
    """What each origin shows when it is opened for itself: it tells the lab, and the browser forgets what it knew.

    Of the other origins it forgets what it keeps apart for pages of this one, too.
    """
    places = [origin + OPENS_AT for origin in origins]
    script = _OPENED % (_told(places), _told(lab))
    answer = _document([_FORGET], script, "The lab’s servers can be reached here. This closes by itself.")
    return dict.fromkeys(places, answer)


def _document(headers: Headers, script: str, text: str = "The scenario’s page. It closes by itself.") -> Answer:
    nonce = secrets.token_urlsafe(12)
    body = _DOCUMENT % (text, nonce, script.replace("</script", "<\\/script"))
    return Answer(200, (_HTML, _NOT_CACHED, *let_run(headers, nonce)), body.encode())


def let_run(headers: Headers, nonce: str) -> list[tuple[str, str]]:
    """The same headers, whose policies let one more script run: the one with this nonce.

    https://www.w3.org/TR/CSP3/#script-src
    """
    return [
        (name, ",".join(_let_run(policy, nonce) for policy in value.split(",")) if name.lower() in _POLICIES else value)
        for name, value in headers
    ]


def _let_run(policy: str, nonce: str) -> str:
    directives = [directive.split() for directive in policy.split(";")]
    by_name = {words[0].lower(): words for words in reversed(directives) if words}
    name = next((name for name in _OF_SCRIPTS if name in by_name), None)
    if name is None:
        return policy
    given = by_name[name][1:]
    told = " ".join(given)
    if _LETS_INLINE_RUN.search(told) and not _TAKES_THAT_BACK.search(told):
        return policy
    sources = [*(source for source in given if source.lower() != "'none'"), f"'nonce-{nonce}'"]
    if name == "default-src":
        return f"{policy}; script-src {' '.join(sources)}"
    by_name[name][1:] = sources
    return "; ".join(" ".join(words) for words in directives if words)


def _at(url: str) -> str:
    return require_url(url).without_fragment().href


def _told(value: object) -> str:
    return json.dumps(value).replace("<", "\\u003c")
