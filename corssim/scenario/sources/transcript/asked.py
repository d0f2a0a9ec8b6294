"""What an exchange of a transcript tells of its request: where it went, what was sent, what a preflight asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....fetch.rules.requests import SafelistRules
from ....fetch.safelists import is_cors_safelisted_request_header
from ....patterns import lazy_pattern
from ....url import parse_url
from ..reading import Guess
from .exchanged import REDIRECTS

if TYPE_CHECKING:
    from .exchanged import Exchanged, Pairs

ALLOW = "access-control-allow-"
ASKED_METHOD = "access-control-request-method"
_BY_THE_TEXT = SafelistRules()
_TOKEN = lazy_pattern(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_OF_PREFLIGHTS = (f"{ALLOW}methods", f"{ALLOW}headers", "access-control-max-age")
_OF_THE_MACHINE = lazy_pattern(r"(?:localhost|127(?:\.\d+){3}|\[::1\]|0\.0\.0\.0)(?::(?!\d*443$)\d+)?")
_TOOL = lazy_pattern(r"(?:curl|HTTPie|Wget|xh|PostmanRuntime)/|.*PowerShell/", 2)
NO_METHOD = "which method the preflight asked for is not in there, and the answer lists none; -X tells it"


def is_token(name: str) -> bool:
    """Report whether a header can have this name."""
    return _TOKEN.fullmatch(name) is not None


def is_preflight(exchange: Exchanged) -> bool:
    """Report whether an exchange is a preflight: by its method, by what it asked for, or by what its answer lists."""
    if exchange.method:
        return exchange.method == "OPTIONS"
    if any(sent_header(exchange, name) is not None for name in (ASKED_METHOD, "access-control-request-headers")):
        return True
    is_alone = not exchange.request_headers  # a request that shows its headers, and asks for nothing, is none
    return is_alone and any(exchange.header(header) is not None for header in _OF_PREFLIGHTS)


def is_ok(exchange: Exchanged) -> bool:
    """Whether its status is an ok status."""
    return exchange.status is None or 200 <= exchange.status <= 299


def sent_headers(exchange: Exchanged) -> Pairs:
    """What was sent: by the lines that show it, else by the command. Where those break off before the Host, both."""
    of_command = [] if exchange.command is None else list(exchange.command.headers)
    shown = {name.lower() for name, _ in exchange.request_headers}
    if {"host", ":authority"} & shown:
        return exchange.request_headers
    return [*exchange.request_headers, *(pair for pair in of_command if pair[0].lower() not in shown)]


def sent_header(exchange: Exchanged, name: str) -> str | None:
    """A header of the request."""
    return next((value for key, value in sent_headers(exchange) if key.lower() == name), None)


def was_asked_by_a_tool(exchange: Exchanged) -> bool:
    """Report whether someone asked from a shell, who need not send what a page's requests have."""
    return bool(exchange.tool) or exchange.command is not None or bool(_TOOL.match(_user_agent(exchange)))


def was_asked_as_by_no_page(exchange: Exchanged) -> bool:
    """Report whether a tool asked without what tells a server that a page asks."""
    of_a_page = any(sent_header(exchange, name) is not None for name in ("origin", "referer", "sec-fetch-mode"))
    return was_asked_by_a_tool(exchange) and not of_a_page


def _user_agent(exchange: Exchanged) -> str:
    return sent_header(exchange, "user-agent") or ""


def tells_where(exchange: Exchanged) -> bool:
    """Report whether the URL of an exchange is in the text, or its server."""
    return bool(exchange.url or exchange.target or sent_header(exchange, "host") or sent_header(exchange, ":authority"))


def url_of(exchange: Exchanged, guessed: list[Guess]) -> str:
    """Where a request went. What curl says that it sent counts before what the command says."""
    told, shown = exchange.url, _shown_url(exchange, [])
    if told and "://" in told:
        url = parse_url(told)
        if not shown or (url is not None and shown == url.href.partition("#")[0]) or not exchange.target:
            return told
        if url is None or "${" in told or exchange.command is None:
            return _shown_url(exchange, guessed) if "${" in told or url is None else told
        shown = _shown_url(exchange, guessed)
        if shown != told and _is_another(told, shown):
            why = f"the command asks for {told}, and the lines of what was sent tell this"
            guessed.append(Guess("url", shown, "likely", why))
            return shown
        return told
    if shown:
        return _shown_url(exchange, guessed)
    if exchange.target.startswith(("http://", "https://")):
        return exchange.target
    # One that leads on leads mostly within its own site, and the origin counts at a redirect.
    led_to = parse_url(exchange.header("location") or "") if exchange.status in REDIRECTS else None
    url_told = f"{led_to.scheme}://{led_to.host}" if led_to is not None and led_to.host else "https://api.example"
    url_told += exchange.target if exchange.target.startswith("/") else "/"
    why = "no URL and no Host are in there; a URL before --answers tells it"
    guessed.append(Guess("url", url_told, "guess", why))
    return url_told


def _is_another(told: str, shown: str) -> bool:
    """Whether two URLs differ by more than their scheme, which a request line does not tell, and their fragment."""
    one, other = parse_url(told), parse_url(shown)
    if one is None or other is None:
        return True
    return (one.host, one.port, one.path, one.query) != (other.host, other.port, other.path, other.query)


def _shown_url(exchange: Exchanged, guessed: list[Guess]) -> str:
    """The URL by the request line and the Host; "" where they are not in there."""
    if exchange.target.startswith(("http://", "https://")):
        return exchange.target
    sent = {name.lower(): value for name, value in exchange.request_headers}
    if not sent:
        sent = {name.lower(): value for name, value in sent_headers(exchange)}
    host = sent.get("host") or sent.get(":authority")
    if host is None:
        return ""
    path = exchange.target or sent.get(":path") or "/"
    return f"{_scheme(exchange, host, sent, guessed)}://{host}{path if path.startswith('/') else '/'}"


def _scheme(exchange: Exchanged, host: str, sent: dict[str, str], guessed: list[Guess]) -> str:
    if sent.get(":scheme") in ("http", "https"):
        return sent[":scheme"]
    if exchange.url.startswith(("http://", "https://")):
        return exchange.url.partition("://")[0]
    if exchange.secure is not None:
        return "https" if exchange.secure else "http"
    if exchange.version.startswith(("2", "3")) or host.endswith(":443"):
        return "https"
    page = (sent.get("origin") or sent.get("referer") or "").partition("://")[0]
    if _OF_THE_MACHINE.fullmatch(host) is not None:
        guessed.append(Guess("url.scheme", "http", "likely", "servers on the machine itself are mostly without TLS"))
        return "http"
    scheme = page if page in ("http", "https") else "https"
    why = "as the page's, since nothing else tells it" if page == scheme else "nothing tells it"
    guessed.append(Guess("url.scheme", scheme, "likely" if page == scheme else "guess", why))
    return scheme


def asked_for(exchange: Exchanged, actual: Exchanged | None, guessed: list[Guess], missing: list[str]) -> Pairs:
    """What a preflight asked for that shows its answer alone: the request beside it, or what the answer lists."""
    if actual is not None:
        return [("Access-Control-Request-Method", actual.method)]
    listed = [each.strip() for each in (exchange.header(f"{ALLOW}methods") or "").split(",")]
    listed = [each.upper() for each in listed if is_token(each) and each != "*"]
    others = [each for each in listed if each != "OPTIONS"]
    if others:
        method = "POST" if "POST" in listed else others[0]
        why = "the request is not in there; this is a method that the answer lists; -X tells it"
    else:
        method, why = "POST", "the request is not in there; -X tells it"
        if is_ok(exchange) and exchange.header(f"{ALLOW}origin") is not None:
            missing.append(NO_METHOD)
    guessed.append(Guess("method", method, "guess", why))
    asked = _listed_header(exchange)
    asked_method = [("Access-Control-Request-Method", method)]
    return [*asked_method, ("Access-Control-Request-Headers", asked)] if asked else asked_method


def _listed_header(exchange: Exchanged) -> str:
    """An unsafe header that an answer lists, "" where it lists none."""
    names = [each.strip() for each in (exchange.header(f"{ALLOW}headers") or "").split(",")]
    unsafe = [
        each for each in names if is_token(each) and not is_cors_safelisted_request_header(each, "(", _BY_THE_TEXT)
    ]
    by_name = {each.lower(): each for each in unsafe}
    asked = next((each for each in ("content-type", "authorization") if each in by_name or "*" in names), "")
    return asked or next((each for each in by_name if each != "*" and each not in ("origin", "accept")), "")


def asked_of_every_browser(exchange: Exchanged, headers: Pairs, guessed: list[Guess]) -> Pairs:
    """A header for a preflight of GET that names none and is stopped: browsers ask for a GET because of headers alone,
    so that without one some of them would never come to what the text shows."""
    asked = {name.lower(): value.strip() for name, value in headers}
    method = asked.get(ASKED_METHOD, "").upper()
    stops = not is_ok(exchange) or (exchange.response_headers and exchange.header(f"{ALLOW}origin") is None)
    if method not in ("GET", "HEAD") or asked.get("access-control-request-headers") or not stops:
        return []
    name = _listed_header(exchange) or "authorization"
    why = f"the preflight names none, and browsers ask before a {method} because of headers alone"
    guessed.append(Guess("headers", name, "guess", why))
    return [("Access-Control-Request-Headers", name)]
