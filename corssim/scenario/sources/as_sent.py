"""A request as a browser (or a person in its place) sent it, and the call of script that it stands for.

`Origin`, `Referer`, `Cookie` and `Sec-Fetch-*` tell the page, the credentials and the mode; what a browser adds by
itself is no header of script. A copied preflight stands for the request that it asks leave for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from msgspec import UNSET

from ...fetch.rules.requests import SafelistRules
from ...fetch.safelists import is_cors_safelisted_request_header, is_forbidden_request_header
from ...patterns import lazy_pattern
from ...url import parse_url
from ..model import (
    BodyTable,
    EventSourceStep,
    FetchStep,
    LoadStep,
    NavigateStep,
    PageTable,
    SendBeaconStep,
    SubmitFormStep,
    XHRStep,
)
from .multipart import fields_of_multipart
from .reading import Guess, Reading, default_page_for, is_same_origin

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..model import AnyStep, Body

Pairs = list[tuple[str, str]]

_BY_THE_TEXT = SafelistRules()

NOT_TOLD = "(value not told)"
"""Stands in for a header's value. Its parentheses are CORS-unsafe bytes, so that no safelist takes it."""

BROWSERS_OWN = frozenset(
    "accept-language alt-used authority device-memory downlink dpr ect http2-settings ping-from ping-to "  # noqa: SIM905
    "priority purpose rtt save-data referrer-policy service-worker upgrade-insecure-requests user-agent viewport-width "
    "width x-client-data x-moz x-purpose postman-token".split()
)
"""What clients add without being asked, beside the forbidden names."""
_OF_THE_HTTP_CACHE = frozenset({"if-none-match", "if-modified-since"})
_BARE_PSEUDO_HEADERS = frozenset({"authority", "method", "path", "scheme", "version", "status"})
ACCEPT_OF_BROWSERS = lazy_pattern(r"\*/\*$|text/html,\s*application/xhtml|image/(webp|avif|png)|text/css,")

_ELEMENTS = {
    "audio": "audio",
    "font": "font",
    "iframe": "iframe",
    "frame": "iframe",
    "image": "img",
    "script": "script",
    "style": "stylesheet",
    "video": "video",
}
"""What loads, by the destination that Sec-Fetch-Dest tells."""


@dataclass(frozen=True, kw_only=True)
class Sent:
    """One request on the wire. `body` is text or a scenario's body; `destination` and `initiator` are what a recording
    says beside the headers (a destination of Fetch; "beacon", "preflight", …), `mode` what it tells where no header
    does, with how sure that is."""

    method: str
    url: str
    headers: Sequence[tuple[str, str]]
    body: Body | None = None
    destination: str = ""
    initiator: str = ""
    mode: Guess | None = None

    def get(self, name: str) -> str | None:
        """A header's first value."""
        return next((value.strip() for key, value in self.headers if key.lower() == name), None)

    @property
    def is_preflight(self) -> bool:
        return self.method.upper() == "OPTIONS" and self.get("access-control-request-method") is not None

    @property
    def is_from_a_browser(self) -> bool:
        if any(name.lower().startswith("sec-fetch-") for name, _ in self.headers):
            return True
        return (self.get("user-agent") or "").startswith("Mozilla/")


def call_of(sent: Sent, kind: str) -> Reading:
    """The call that a request stands for."""
    guessed: list[Guess] = []
    page = _page(sent, guessed)
    page_url = page.url if page is not None else default_page_for(sent.url)
    mode = _mode(sent, page_url, guessed)
    credentials = _credentials(sent, page, mode, guessed)
    headers, passed_over = script_headers(sent)
    method = sent.method
    if sent.is_preflight:
        method = sent.get("access-control-request-method") or "GET"
        headers = _headers_asked_for(sent, guessed)
    body, headers = _body(sent, headers)
    headers = [_with_octets(name, value, guessed) for name, value in headers]
    step = _step(sent, method, mode, credentials, headers, body, page_url)
    if sent.is_preflight and isinstance(step, XHRStep):
        why = f"a {method} without unsafe headers is preflighted when an XMLHttpRequest listens to its upload"
        guessed.append(Guess("api", "xhr with an upload listener", "likely", why))
    return Reading(
        kind=kind,
        step=step,
        page=page,
        url=sent.url,
        method=method,
        mode=mode,
        credentials=credentials,
        cookies=tuple(_cookies(sent)),
        guessed=tuple(guessed),
        passed_over=tuple(passed_over),
    )


def _page(sent: Sent, guessed: list[Guess]) -> PageTable | None:
    """The page by Origin, which is its origin and no more, or by Referer."""
    origin, referer = sent.get("origin"), sent.get("referer")
    from_referer = _origin_as_page(referer)
    if origin == "null":
        guessed.append(Guess("page", "an opaque origin", "likely", "Origin is null: a sandboxed frame, data: or file:"))
        return PageTable(url=from_referer or default_page_for(sent.url), sandboxed=True)
    if origin and (told := _origin_as_page(origin)):
        if is_extension(told):
            guessed.append(Guess("page", told, "likely", "an extension's: CORS does not bind it to what it may access"))
        return PageTable(url=told)
    if from_referer:
        guessed.append(Guess("page", from_referer, "likely", "no Origin is in there; Referer names this page"))
        return PageTable(url=from_referer)
    if sent.get("sec-fetch-site") == "same-origin" and (own := _origin_as_page(sent.url)):
        guessed.append(Guess("page", own, "likely", "Sec-Fetch-Site is same-origin; --page tells another"))
        return PageTable(url=own)
    value = default_page_for(sent.url)
    why = "neither Origin nor Referer is in there; --page tells it"
    if unknown := next((each for each in (origin, referer) if each and "${" in each), None):
        why = f"{unknown} is not in the text; --page tells it"
    elif origin:
        why = f"Origin is {origin!r}, which no page has: an origin has a scheme and a host; --page tells it"
    guessed.append(Guess("page", value, "guess", why))
    return None


def is_extension(page: str) -> bool:
    """Report whether a page is one of a browser's extension, which has leave from its user for some servers."""
    return page.partition("://")[0].endswith("-extension")


def _origin_as_page(text: str | None) -> str | None:
    url = parse_url(text) if text else None
    if url is None or not url.host:
        return None
    port = f":{url.port}" if url.port is not None else ""
    return f"{url.scheme}://{url.host}{port}" + ("/" if url.is_special else "")


def _mode(sent: Sent, page: str, guessed: list[Guess]) -> str:
    told = sent.get("sec-fetch-mode")
    if told in ("cors", "no-cors", "same-origin", "navigate"):
        return told
    if sent.is_preflight:
        return "cors"
    if sent.initiator == "beacon":
        guessed.append(Guess("mode", "no-cors", "likely", "a beacon's"))
        return "no-cors"
    if sent.destination in ("document", "iframe", "frame"):
        guessed.append(Guess("mode", "navigate", "likely", "the recording says that a document was asked for"))
        return "navigate"
    if _looks_like_a_navigation(sent):
        why = "Accept asks for a document, and Upgrade-Insecure-Requests goes with those alone"
        guessed.append(Guess("mode", "navigate", "likely", why))
        return "navigate"
    by_itself = sent.destination in _ELEMENTS and sent.destination != "font"
    if by_itself and sent.get("origin") is None:
        guessed.append(Guess("mode", "no-cors", "likely", f"no Origin came with this {sent.destination}"))
        return "no-cors"
    if sent.destination == "font":
        guessed.append(Guess("mode", "cors", "likely", "fonts are always fetched so"))
    elif sent.get("origin") is not None:
        is_told = not is_same_origin(page, sent.url)
        why = "Origin is in there, and Sec-Fetch-Mode is not" if is_told else "nothing tells it; fetch's default"
        guessed.append(Guess("mode", "cors", "likely", why))
    elif sent.mode is not None:
        guessed.append(sent.mode)
        return sent.mode.value
    else:
        guessed.append(Guess("mode", "cors", "guess", "no Sec-Fetch-Mode and no Origin are in there; fetch's default"))
    return "cors"


def _looks_like_a_navigation(sent: Sent) -> bool:
    accept = sent.get("accept") or ""
    is_of_script = sent.get("x-requested-with") is not None or (sent.get("origin") is not None and sent.method == "GET")
    return accept.startswith("text/html,") and sent.get("upgrade-insecure-requests") == "1" and not is_of_script


def _credentials(sent: Sent, page: PageTable | None, mode: str, guessed: list[Guess]) -> str:
    if mode == "navigate" or sent.initiator == "beacon":
        return "include"
    element = sent.destination or sent.get("sec-fetch-dest") or "empty"
    if mode == "no-cors" and element in _ELEMENTS:
        guessed.append(Guess("credentials", "include", "likely", "an element without crossorigin sends cookies"))
        return "include"
    if sent.is_preflight:
        why = "a preflight never carries cookies, so it does not tell; --credentials does"
        guessed.append(Guess("credentials", "same-origin", "guess", why))
        return "same-origin"
    if sent.get("cookie") is None and sent.get("sec-fetch-storage-access") is not None:
        why = "browsers send Sec-Fetch-Storage-Access with credentials alone"
        guessed.append(Guess("credentials", "include", "likely", why))
        return "include"
    if sent.get("cookie") is None:
        why = "no cookie is in there, which fits omit, same-origin and include alike; --credentials tells it"
        guessed.append(Guess("credentials", "same-origin", "guess", why))
        return "same-origin"
    if page is not None and not page.sandboxed and is_same_origin(page.url, sent.url):
        why = "cookies went along to the page's own origin: same-origin (the default) or include"
        guessed.append(Guess("credentials", "same-origin", "likely", why))
        return "same-origin"
    return "include"


def script_headers(sent: Sent) -> tuple[Pairs, list[str]]:
    """The headers that script must have set, and what was passed over, in words."""
    kept: Pairs = []
    dropped: list[str] = []
    no_cache = _is_disable_cache(sent)
    for name, value in sent.headers:
        lower = name.lower().strip()
        value = value.strip()
        if not lower or lower.startswith(":") or lower in ("origin", "referer", "cookie"):
            continue
        if lower in no_cache:
            dropped.append(f'{name}: {value} (what "Disable cache" and a reload add)')
        elif lower in _OF_THE_HTTP_CACHE and sent.is_from_a_browser:
            dropped.append(f"{name} (the HTTP cache revalidates)")
        elif lower == "access-control-request-method" and not sent.is_preflight:
            dropped.append(
                f"{name}: {value} (a browser sends it with OPTIONS alone, before the request; this is a {sent.method} "
                "without one: -X OPTIONS makes a preflight of it)"
            )
        elif not _is_of_script(sent, lower, value):
            dropped.append(name)
        else:
            kept.append((name, value))
    return kept, dropped


def _with_octets(name: str, value: str, guessed: list[Guess]) -> tuple[str, str]:
    """A header as a request can have it. What holds other characters was covered up before it was pasted."""
    if all(character <= "\xff" for character in value):
        return name, value
    guessed.append(Guess(f"headers.{name.lower()}", NOT_TOLD, "guess", "the value holds characters that no header can"))
    return name, NOT_TOLD


def _is_of_script(sent: Sent, lower: str, value: str) -> bool:
    if lower in BROWSERS_OWN or is_forbidden_request_header(lower, value, _BY_THE_TEXT):
        return False
    if lower.startswith(("access-control-request-", "x-browser-", "x-devtools-")):
        return False
    if lower in _BARE_PSEUDO_HEADERS:
        return not _is_pseudo(sent, lower, value)
    if lower == "accept":
        return ACCEPT_OF_BROWSERS.match(value) is None
    if lower == "range":
        return (sent.get("sec-fetch-dest") or sent.destination) not in ("audio", "video", "track")
    return True


def _is_pseudo(sent: Sent, lower: str, value: str) -> bool:
    """`authority`, `method` … without their colon, as Chrome writes the pseudo headers of HTTP/2 in commands."""
    url = parse_url(sent.url)
    if url is None:
        return True
    told = {"scheme": url.scheme, "method": sent.method, "path": url.path, "authority": url.host or ""}
    return lower not in told or value.lower().startswith((told[lower] or "").lower())


def _is_disable_cache(sent: Sent) -> frozenset[str]:
    """Which of Cache-Control and Pragma the browser added: both say no-cache, or a reload asks for max-age=0."""
    control, pragma = (sent.get("cache-control") or "").lower(), (sent.get("pragma") or "").lower()
    if control == pragma == "no-cache":
        return frozenset({"cache-control", "pragma"})
    if control == "max-age=0" and sent.is_from_a_browser:
        return frozenset({"cache-control"})
    return frozenset()


def _headers_asked_for(sent: Sent, guessed: list[Guess]) -> Pairs:
    """Headers that make a browser ask for these names. Their values are not in a preflight."""
    names = [name.strip() for name in (sent.get("access-control-request-headers") or "").split(",")]
    headers = []
    for name in filter(None, names):
        is_type = name.lower() == "content-type"
        value = "application/json" if is_type else NOT_TOLD
        headers.append((name, value))
        why = "a preflight tells the names alone" + ("; a type that needs one" if is_type else "")
        guessed.append(Guess(f"headers.{name.lower()}", value, "likely" if is_type else "guess", why))
    return headers


def _body(sent: Sent, headers: Pairs) -> tuple[Body | None, Pairs]:
    """A multipart body as the FormData that it was: then its Content-Type, with the boundary, is none of script's."""
    content_type = next((value for name, value in headers if name.lower() == "content-type"), "")
    if "boundary=" in content_type.lower() and content_type.lower().startswith("multipart/form-data"):
        fields = fields_of_multipart(sent.body, content_type) if isinstance(sent.body, str) else []
        return BodyTable(form_data=fields), [pair for pair in headers if pair[0].lower() != "content-type"]
    if sent.is_preflight:
        return None, headers
    return sent.body, headers


def _cookies(sent: Sent) -> list[str]:
    given = "; ".join(value for name, value in sent.headers if name.lower() == "cookie")
    pairs = (pair.strip() for pair in given.split(";"))
    return [pair for pair in pairs if "=" in pair.lstrip("=")]


def _step(
    sent: Sent, method: str, mode: str, credentials: str, headers: Pairs, body: Body | None, page: str
) -> AnyStep:
    destination = sent.destination or sent.get("sec-fetch-dest") or "empty"
    if mode == "navigate" and destination not in ("iframe", "frame"):
        return _navigation(sent, method)
    if destination in _ELEMENTS and method == "GET":
        return _load(sent.url, destination, mode, credentials)
    if sent.initiator == "beacon":
        content_type = sent.get("content-type")
        return SendBeaconStep(
            send_beacon=sent.url, data=body or "", content_type=UNSET if content_type is None else content_type
        )
    if _is_event_source(sent, headers):
        return EventSourceStep(event_source=sent.url, with_credentials=credentials == "include")
    if sent.is_preflight and not calls_for_preflight(method, headers):
        return XHRStep(xhr=sent.url, method=method, body="", upload_listener=True)
    referrer = sent.get("referer") or ""
    return FetchStep(
        fetch=sent.url,
        method=method,
        headers=headers,
        body=UNSET if body is None or method in ("GET", "HEAD") else body,
        mode=mode,  # type: ignore[arg-type]
        credentials=credentials,  # type: ignore[arg-type]
        referrer=referrer if referrer.rstrip("/") != page.rstrip("/") and is_same_origin(page, referrer) else UNSET,
    )


def calls_for_preflight(method: str, headers: Pairs) -> bool:
    """Report whether a cross-origin request with this method and these headers is no simple one."""
    if method not in ("GET", "HEAD", "POST"):
        return True
    return any(not is_cors_safelisted_request_header(name, value, _BY_THE_TEXT) for name, value in headers)


def _is_event_source(sent: Sent, headers: Pairs) -> bool:
    """EventSource sets Accept and Cache-Control and nothing else; what sets more is a fetch that reads a stream."""
    others = {name.lower() for name, _ in headers} - {"accept", "cache-control", "last-event-id"}
    accept = (sent.get("accept") or "").lower()
    return sent.method == "GET" and accept == "text/event-stream" and not others


def _load(url: str, destination: str, mode: str, credentials: str) -> LoadStep:
    crossorigin: str | None = None
    if mode == "cors":
        crossorigin = "use-credentials" if credentials == "include" else "anonymous"
    return LoadStep(
        load=_ELEMENTS[destination],  # type: ignore[arg-type]
        url=url,
        crossorigin=UNSET if crossorigin is None or destination in ("font", "iframe", "frame") else crossorigin,
    )


def _navigation(sent: Sent, method: str) -> NavigateStep | SubmitFormStep:
    """A link that is followed, whose URL stays as it is, or a form whose fields are sent."""
    from urllib.parse import parse_qsl

    if method != "POST":
        return NavigateStep(navigate=sent.url)
    body = sent.body if isinstance(sent.body, str) else ""
    return SubmitFormStep(submit_form=sent.url, method="POST", fields=parse_qsl(body, keep_blank_values=True))
