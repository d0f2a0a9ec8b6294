"""A request that a snippet makes, and the reading that it comes to."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from msgspec import UNSET

from ....fetch.header_list import is_header_name
from ....fetch.methods import normalize_method
from ....patterns import lazy_pattern
from ....url import parse_url
from ...model import BodyTable, EventSourceStep, FetchStep, LoadStep, PageTable, SendBeaconStep, XHRStep
from ..as_sent import ACCEPT_OF_BROWSERS, BROWSERS_OWN, Sent, call_of
from ..reading import Guess, NotKnown, Reading, default_page_for, define_flag
from .values import SPREAD, UNDEFINED, Opaque, Pairs, Partial, Unknown, json_of, names_of, text_of

if TYPE_CHECKING:
    from ...model import AnyStep, Body
    from .values import Value

_MODES = ("cors", "no-cors", "same-origin", "navigate")
_ORIGIN = lazy_pattern(r"https?://[^/?#\s$]+(?=[/?#])", re.IGNORECASE)
_NO_SCHEME = lazy_pattern(
    r"(?:localhost|\d{1,3}(?:\.\d{1,3}){3}|(?:[a-z0-9-]{1,63}\.){1,8}(?:com|org|net|io|dev|app|example|test|local))"
    r"(?::\d+)?(?=/|\?|#|$)|(?:[a-z0-9-]{1,63}\.){0,8}[a-z0-9-]{1,63}:\d+(?=/|\?|#|$)",
    re.IGNORECASE,
)
"""A host with a path or a port where a URL should begin with its scheme."""
_CREDENTIALS = ("omit", "same-origin", "include")


@dataclass(kw_only=True)
class Call:
    """A call as a library makes it of its arguments: its own defaults are in there.

    `api` is fetch, xhr, send_beacon, event_source, script or load (of an `element`); `headers` hold values of script,
    `body` one too (UNDEFINED: none). `library` is what made it, `at` where in the text it is made (-1: nowhere in
    particular). `spread` are options that are not known as a whole, `notes` say what does nothing.
    """

    library: str
    api: str = "fetch"
    url: Value = ""
    method: Value = "GET"
    headers: list[tuple[str, Value]] = field(default_factory=list)
    body: Value = UNDEFINED
    mode: Value = UNDEFINED
    credentials: Value = UNDEFINED
    referrer: Value = UNDEFINED
    referrer_policy: Value = UNDEFINED
    redirect: Value = UNDEFINED
    cache: Value = UNDEFINED
    keepalive: Value = UNDEFINED
    with_credentials: Value = UNDEFINED
    element: str = ""
    crossorigin: Value = UNDEFINED
    upload_listener: bool = False
    synchronous: bool = False
    spread: list[Value] = field(default_factory=list)
    at: int = -1
    notes: list[str] = field(default_factory=list)
    guesses: list[Guess] = field(default_factory=list)

    def has(self, name: str) -> bool:
        return any(key.lower() == name.lower() for key, _ in self.headers)

    def set_default(self, name: str, value: Value) -> None:
        """A header of the library's own, where the call has none of that name."""
        if not self.has(name):
            self.headers.append((name, value))

    def copy(self) -> Call:
        """One like it, whose lists are its own."""
        return replace(
            self,
            headers=list(self.headers),
            spread=list(self.spread),
            notes=list(self.notes),
            guesses=list(self.guesses),
        )

    def become(self, other: Call) -> None:
        """Be another in all."""
        self.__dict__.update(other.__dict__)

    def said_of(self, holder: str) -> None:
        """Say that a function which is not in the text was given what this is made of ("" for none)."""
        if holder:
            why = "what it changes of the request is not in the text; paste it too"
            guess = Guess(f"{' '.join(holder.split())[:60]}()", "changes nothing", "guess", why)
            self.guesses += [] if guess in self.guesses else [guess]

    def drop(self, name: str) -> None:
        self.headers = [pair for pair in self.headers if pair[0].lower() != name.lower()]


def _is_copied(lower_name: str, value: str) -> bool:
    """Report whether developer tools copied a header into a call although the browser adds it."""
    if lower_name == "user-agent":
        return value.startswith("Mozilla/")
    if lower_name == "accept":
        return ACCEPT_OF_BROWSERS.match(value) is not None
    return lower_name in BROWSERS_OWN or lower_name.startswith("sec-")


class _Reader:
    def __init__(self, call: Call) -> None:
        self.call = call
        self.guessed = list(call.guesses)
        self.passed_over = list(call.notes)
        self.not_known: dict[str, NotKnown] = {}

    def unknown(self, where: str, *values: Value) -> None:
        for name in names_of(*values):
            self.not_known.setdefault(name, NotKnown(name, where, define_flag(name)))

    def reading(self) -> Reading:
        call = self.call
        url = text_of(call.url)
        self.unknown("url", call.url)
        for options in call.spread:
            self.unknown("options", options)
            self.guessed.append(Guess("options", text_of(options), "guess", "what they hold is not in the text"))
        if _NO_SCHEME.match(url) is not None:
            named = url.partition(":")[0] if url[:1].isalpha() else url
            is_scheme = named != url and "/" not in named
            taken = f"which takes {named}: for its scheme" if is_scheme else "for which it is a path on the page itself"
            self.passed_over.append(f"{url} has no scheme for a browser, {taken}; write http:// or https:// before it")
        if _is_copied_for_node(call):
            return self._as_sent(url)
        page = self._page(url)
        method = self._method()
        step: AnyStep
        if call.api == "send_beacon":
            body = self._body()
            step = SendBeaconStep(send_beacon=url, data=UNSET if body is None else body)
        elif call.api == "event_source":
            step = EventSourceStep(event_source=url, with_credentials=self._with_credentials())
        elif call.api == "script":
            step = LoadStep(load="script", url=url)
        elif call.api == "load":
            step = load_step(call.element, url, call.crossorigin)
        elif call.api == "xhr":
            step = XHRStep(
                xhr=url,
                method=method,
                headers=self._headers(),
                body=self._body_for(method),
                with_credentials=self._with_credentials(),
                upload_listener=call.upload_listener or UNSET,
                synchronous=call.synchronous or UNSET,
            )
        else:
            step = FetchStep(
                fetch=url,
                method=method,
                headers=self._headers(),
                body=self._body_for(method),
                mode=self._one_of("mode", call.mode, _MODES),
                credentials=self._one_of("credentials", call.credentials, _CREDENTIALS),
                redirect=self._one_of("redirect", call.redirect, ("follow", "error", "manual")),
                cache=self._one_of(
                    "cache", call.cache, ("default", "no-store", "reload", "no-cache", "force-cache", "only-if-cached")
                ),
                referrer=self._referrer(),
                referrer_policy=UNSET if not isinstance(call.referrer_policy, str) else call.referrer_policy,
                keepalive=call.keepalive is True or UNSET,
            )
        return Reading(
            kind=call.library,
            step=step,
            page=page,
            url=url,
            method=method,
            mode=_told(getattr(step, "mode", UNSET), self._mode(step)),
            credentials=_told(getattr(step, "credentials", UNSET), self._credentials(step)),
            guessed=tuple(self.guessed),
            passed_over=tuple(self.passed_over),
            not_known=tuple(self.not_known.values()),
        )

    def _credentials(self, step: AnyStep) -> str:
        """The mode of what has no credentials of its own."""
        if self.call.api in ("send_beacon", "script") or getattr(step, "with_credentials", UNSET) is True:
            return "include"
        if isinstance(step, LoadStep) and (self._mode(step) == "no-cors" or step.crossorigin == "use-credentials"):
            return "include"
        return "same-origin"

    def _mode(self, step: AnyStep) -> str:
        """The mode of what has no mode of its own: elements ask without CORS unless they have crossorigin."""
        if isinstance(step, LoadStep):
            return "no-cors" if step.crossorigin is UNSET and step.load not in ("module", "font") else "cors"
        return "no-cors" if self.call.api == "send_beacon" else "cors"

    def _page(self, url: str) -> PageTable | None:
        """A referrer that the call names must be of the page's own origin; else nothing tells the page."""
        given = self.call.referrer
        referrer = given if isinstance(given, str) else ""
        if isinstance(given, Partial) and (told := _ORIGIN.match(given.text)) is not None:
            referrer = told[0]
        of_page = parse_url(referrer) if referrer and referrer != "about:client" else None
        if of_page is not None and of_page.is_http:
            port = f":{of_page.port}" if of_page.port is not None else ""
            page = f"{of_page.scheme}://{of_page.host}{port}/"
            if not _is_a_copy(self.call):
                why = "its referrer names it, which counts only where it is of the page's own origin"
                self.guessed.append(Guess("page", page, "guess", f"{why}; --page tells it"))
            return PageTable(url=page)
        value = default_page_for(url)
        why = "a call does not say on which page it stands"
        if isinstance(given, (Partial, Unknown)):
            why = f"its referrer {text_of(given)} is not in the text"
        self.guessed.append(Guess("page", value, "guess", f"{why}; --page tells it"))
        return None

    def _method(self) -> str:
        method = self.call.method
        if isinstance(method, str) and method:
            return normalize_method(method)
        has_body = self.call.body is not UNDEFINED and self.call.body is not None
        if isinstance(method, Unknown):
            self.unknown("method", method)
            value = "POST" if has_body else "GET"
            self.guessed.append(
                Guess("method", value, "likely" if has_body else "guess", f"{method.text} is not in the text")
            )
            return value
        return "GET"

    def _headers(self) -> list[tuple[str, str]]:
        headers = []
        for name, value in self.call.headers:
            if name.startswith(SPREAD):
                self.unknown("headers", value)
                continue
            if value is UNDEFINED and self.call.library in ("axios", "jquery", "angularjs"):
                continue
            self.unknown(f"headers.{name.lower()}", value)
            text = _header_value(text_of(value))
            if not is_header_name(name):
                name = self._unknown_name(name)
            if _is_a_copy(self.call) and _is_copied(name.lower(), text):
                self.passed_over.append(f"{name} (copied with the request; the browser sends its own)")
            else:
                headers.append((name, text))
        return headers

    def _unknown_name(self, name: str) -> str:
        """A name that is a variable: the variable's own, of the characters that a header's name can have."""
        expression = name.removeprefix("${").removesuffix("}")
        if expression != name:
            self.unknown("headers", Unknown(expression, (expression,)))
        return "".join(character if is_header_name(character) else "-" for character in expression) or "x"

    def _body_for(self, method: str) -> Any:
        body = self._body()
        if body is None:
            return UNSET
        if method.upper() in ("GET", "HEAD"):
            if self.call.api == "fetch":
                self.passed_over.append(f"the body (fetch() takes none with {method})")
            return UNSET
        return body

    def _body(self) -> Body | None:
        body = self.call.body
        if body is UNDEFINED or body is None:
            return None
        self.unknown("body", body)
        if isinstance(body, Pairs):
            pairs = [(name, text_of(value)) for name, value in body.pairs]
            return BodyTable(form_data=pairs) if body.kind == "FormData" else BodyTable(form_urlencoded=pairs)
        if isinstance(body, Opaque) and body.kind in ("Blob", "File"):
            return BodyTable(blob=text_of(body.fields.get("content", "")), type=text_of(body.fields.get("type", "")))
        if isinstance(body, Opaque) and body.kind == "ReadableStream":
            return BodyTable(stream=["…"])
        if isinstance(body, Opaque):
            return ""
        if isinstance(body, dict | list):
            self.passed_over.append(
                "the object given as a body becomes [object Object] (JSON.stringify makes JSON of it)"
            )
        return text_of(body)

    def _with_credentials(self) -> bool:
        given = self.call.with_credentials
        if isinstance(given, Unknown):
            self.unknown("credentials", given)
            why = f"{given.text} is not in the text; --credentials tells it"
            self.guessed.append(Guess("credentials", "same-origin", "guess", why))
            return False
        return bool(given) and given is not UNDEFINED

    def _one_of(self, what: str, given: Value, known: tuple[str, ...]) -> Any:
        if isinstance(given, Unknown):
            self.unknown(what, given)
            why = f"{given.text} is not in the text; the default"
            self.guessed.append(
                Guess(what, {"mode": "cors", "credentials": "same-origin"}.get(what, "default"), "guess", why)
            )
            return UNSET
        if given is UNDEFINED or given is None:
            return UNSET
        if given not in known:
            self.passed_over.append(
                f"{what}: {text_of(given)!r} is none of {', '.join(known)}: fetch() throws a TypeError"
            )
            return UNSET
        return given

    def _referrer(self) -> Any:
        referrer = self.call.referrer
        if not isinstance(referrer, str) or referrer == "about:client":
            return UNSET
        url = parse_url(referrer)
        return referrer if url is None or url.path != "/" or url.query else UNSET

    def _as_sent(self, url: str) -> Reading:
        """Copied for Node.js: all that was sent stands among the headers, and no mode."""
        from dataclasses import replace

        headers = [(name, text_of(value)) for name, value in self.call.headers]
        body = None if self.call.body in (UNDEFINED, None) else text_of(self.call.body)
        reading = call_of(Sent(method=self._method(), url=url, headers=headers, body=body), self.call.library)
        return replace(reading, not_known=tuple(self.not_known.values()))


def load_step(element: str, url: str, crossorigin: Value) -> LoadStep:
    """What an element loads. https://html.spec.whatwg.org/multipage/urls-and-fetching.html#cors-settings-attribute"""
    given: Any = UNSET
    if crossorigin is not UNDEFINED and crossorigin is not None:
        given = "use-credentials" if text_of(crossorigin).lower() == "use-credentials" else "anonymous"
    return LoadStep(load=element, url=url, crossorigin=given if element not in ("font", "iframe") else UNSET)  # type: ignore[arg-type]


def _told(given: Any, default: str) -> str:
    return default if given is UNSET else str(given)


def _header_value(text: str) -> str:
    """A value as a header can have it; placeholders may hold what no header can."""
    return "".join(
        character if character < "\u0100" and character not in "\r\n\0" else "?" for character in text
    ).strip()


def _is_copied_for_node(call: Call) -> bool:
    """Report whether a call is what developer tools copy as fetch for Node.js: no options of a browser, and headers
    that script may not set."""
    if call.library != "fetch" or not (call.mode is call.credentials is call.referrer is UNDEFINED):
        return False
    return call.has("cookie") or call.has("sec-fetch-site") or call.has("referer")


def _is_a_copy(call: Call) -> bool:
    """Report whether a call is what developer tools copy as fetch."""
    if call.library != "fetch" or not isinstance(call.mode, str) or not isinstance(call.credentials, str):
        return False
    return isinstance(call.referrer, (str, Partial, Unknown)) or any(
        name.lower().startswith("sec-") or (name.lower() == "user-agent" and text_of(value).startswith("Mozilla/"))
        for name, value in call.headers
    )


def reading_of(calls: list[Call]) -> Reading:
    """The first call, and the others beside it."""
    from dataclasses import replace

    readings = [_Reader(call).reading() for call in calls]
    first, further = readings[0], readings[1:]
    return replace(first, further=tuple(further))


def json_body(call: Call, data: Value, content_type: str = "application/json") -> None:
    """An object goes out as JSON."""
    call.body = data if isinstance(data, Unknown) else json_of(data)
    call.set_default("Content-Type", content_type)
