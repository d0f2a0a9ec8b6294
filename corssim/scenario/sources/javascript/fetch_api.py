"""fetch() and what stands close to it: Request, sendBeacon, EventSource, and clients that call fetch() themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ....patterns import lazy_pattern
from ..reading import Guess
from .builtins import NOT_MINE, href_of, pairs_of
from .calls import Call, json_body
from .values import SPREAD, UNDEFINED, Native, Opaque, Pairs, Partial, Unknown, concatenated, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

    from .evaluator_parts import EvaluatorParts
    from .libraries import Libraries
    from .values import Value

_FETCHES = frozenset(
    {
        "fetch",
        "authFetch",
        "nodeFetch",
        "crossFetch",
        "isomorphicFetch",
        "unfetch",
        "fetchWithTimeout",
        "fetchEventSource",
        "fromFetch",
    }
)
_OF_D3 = lazy_pattern(r"d3\.(json|csv|tsv|dsv|text|xml|html|svg|blob|buffer)")
_KNOWN = frozenset(
    "method headers body mode credentials cache redirect referrer referrerPolicy integrity keepalive signal duplex "  # noqa: SIM905
    "priority window attributionReporting browsingTopics targetAddressSpace privateToken adAuctionHeaders "
    "sharedStorageWritable".split()
)
_INIT = ("mode", "credentials", "referrer", "redirect", "cache", "keepalive")


def read(
    made: Libraries, evaluator: EvaluatorParts, function: Native | Opaque, given: list[Value], node: Node
) -> Value:
    """The value of a call of one of these, NOT_MINE for others."""
    if not isinstance(function, Native):
        return NOT_MINE
    path = function.path.removeprefix("window.").removeprefix("globalThis.").removeprefix("self.")
    first = given[0] if given else UNDEFINED
    second = given[1] if len(given) > 1 else UNDEFINED
    if path == "new Request":
        return _request(first, second)
    if given and (path in _FETCHES or _OF_D3.fullmatch(path) is not None):
        call = call_of_fetch(first, second)
        if path == "fetch" and len(given) > 2:
            call.notes.append("argument 3 of fetch() (it takes two: the URL and one object of options)")
        if path == "fetch" and isinstance(second, dict):
            said = {note.partition(" ")[0] for note in call.notes}
            others = [name for name in second if name not in _KNOWN | said and not name.startswith(SPREAD)]
            call.notes += [_NOTES.get(name, f"{name} (fetch() has no such option)") for name in others]
            if "integrity" in second:
                call.notes.append("integrity (the digest of what comes is not compared)")
        return made.add(call)
    if path.rpartition(".")[2] == "fetchJson" and given:
        return made.add(_fetch_json(first, second))
    if path.endswith("navigator.sendBeacon") or path == "sendBeacon":
        return made.add(Call(library="sendBeacon", api="send_beacon", url=href_of(first), method="POST", body=second))
    if path == "new EventSource":
        init = second if isinstance(second, dict) else {}
        call = Call(library="EventSource", api="event_source", url=href_of(first))
        call.with_credentials = init.get("withCredentials", UNDEFINED)
        return made.add(call)
    this = function.this
    if isinstance(this, Opaque) and this.kind == "useFetch" and path[1:] in _OF_VUEUSE:
        call = this.fields["call"]
        call.method = path[1:].upper()
        if first is not UNDEFINED and isinstance(first, dict | list | Unknown):
            json_body(call, first)
        elif first is not UNDEFINED:
            call.body = first
        return this
    if path.startswith("new OTLP") and isinstance(first, dict) and "url" in first:
        return made.add(_exporter(first))
    if path in ("new EventSourcePolyfill", "new NativeEventSource"):
        return made.add(_event_source_by_fetch(first, second))
    return NOT_MINE


def _request(target: Value, init: Value) -> Opaque:
    """new Request(input, init), whose headers may be changed before it is sent."""
    options = dict(init) if isinstance(init, dict) else {}
    url = href_of(target)
    if isinstance(target, Opaque) and target.kind == "Request":
        url = target.fields["url"]
        options = {**target.fields["init"], "headers": target.fields["headers"], **options}
    elif isinstance(init, Unknown):
        options[f"{SPREAD}{init.text}"] = init
    headers = Pairs("Headers", pairs_of(options.pop("headers", None)))
    return Opaque("Request", {"url": url, "init": options, "headers": headers})


_OF_VUEUSE = frozenset({"get", "post", "put", "patch", "delete", "head", "options"})
"""Methods of what useFetch() of VueUse gives, before it is sent. https://vueuse.org/core/useFetch/"""


def _exporter(options: dict[str, Value]) -> Call:
    """An exporter of OpenTelemetry sends JSON, by a beacon where it has no headers of its own.
    https://github.com/open-telemetry/opentelemetry-js/tree/main/experimental/packages/otlp-exporter-base"""
    headers = pairs_of(options.get("headers"))
    api = "xhr" if headers else "send_beacon"
    call = Call(library="OpenTelemetry", api=api, url=href_of(options["url"]), method="POST", headers=headers)
    call.body = "{}" if headers else Opaque("Blob", {"content": "{}", "type": "application/json"})
    if headers:
        call.set_default("Content-Type", "application/json")
    return call


_NOTES = {"next": "next (of Next.js, where its server asks; no browser has such an option)"}


def _event_source_by_fetch(url: Value, init: Value) -> Call:
    """https://github.com/Yaffle/EventSource: an EventSource that can send headers asks with XMLHttpRequest or fetch."""
    options = init if isinstance(init, dict) else {}
    call = Call(library="EventSource polyfill", url=href_of(url))
    call.headers = pairs_of(options.get("headers"))
    call.set_default("Accept", "text/event-stream")
    given = options.get("withCredentials", UNDEFINED)
    call.credentials = "include" if given is True else given if isinstance(given, Unknown) else UNDEFINED
    return call


def call_of_fetch(target: Value, init: Value, library: str = "fetch") -> Call:
    """fetch(input, init). https://fetch.spec.whatwg.org/#dom-global-fetch"""
    options: dict[str, Value] = {}
    url = href_of(target)
    if isinstance(target, Opaque) and target.kind == "Request":
        url = target.fields["url"]
        options |= {**target.fields["init"], "headers": target.fields["headers"]}
    call = Call(library=library, url=url)
    call.spread = [value for name, value in options.items() if name.startswith(SPREAD)]
    if isinstance(init, dict):
        options |= init
    elif isinstance(init, Unknown):
        call.guesses.append(Guess("init", init.text, "guess", "what is given beside the URL is not in the text"))
    call.method = options.get("method", "GET")
    call.headers = pairs_of(options.get("headers"))
    call.body = options.get("body", UNDEFINED)
    for name in _INIT:
        setattr(call, name, options.get(name, UNDEFINED))
    call.referrer_policy = options.get("referrerPolicy", UNDEFINED)
    for name in ("withCredentials", "crossDomain", "crossOrigin", "contentType", "data", "json"):
        if name in options:
            call.notes.append(f"{name} (fetch() has no such option)")
    return call


def _fetch_json(url: Value, options: Value) -> Call:
    """fetchJson() of ra-core: https://github.com/marmelab/react-admin/blob/master/packages/ra-core/src/dataProvider/fetch.ts"""
    call = call_of_fetch(url, options, "react-admin")
    call.set_default("Accept", "application/json")
    has_body = call.body is not UNDEFINED and call.body is not None
    if has_body and not (isinstance(call.body, Pairs) and call.body.kind == "FormData"):
        call.set_default("Content-Type", "application/json")
    user = options.get("user") if isinstance(options, dict) else None
    if isinstance(user, dict) and user.get("authenticated") and user.get("token"):
        call.headers.append(("Authorization", user["token"]))
    return call


def joined(base: Value, url: Value) -> Value:
    """A base URL and what stands behind it, as clients put them together; a whole URL stands alone."""
    text = text_of(url) if isinstance(url, str | Partial) else ""
    if text.startswith(("http://", "https://", "//")):
        return url
    if url in ("", UNDEFINED, None):
        return base
    if isinstance(base, str | Partial):
        base = _with_text(base, text_of(base).rstrip("/"))
    if isinstance(url, str | Partial):
        url = _with_text(url, text.lstrip("/"))
    return concatenated(base, "/", url)


def _with_text(value: Value, text: str) -> Value:
    return Partial(text, value.names) if isinstance(value, Partial) else text
