"""A call of script: fetch, Request, XMLHttpRequest, axios, jQuery, Angular and others, as it is in a snippet.

The snippet is parsed, and its constants, templates, objects and helper functions are evaluated as far as they are in
the text; nothing is executed. What is not in there is named.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ....patterns import lazy_pattern
from ..reading import Guess, UnreadableSource
from .axios import read as read_axios
from .calls import reading_of
from .evaluate import Evaluator
from .fetch_api import call_of_fetch
from .libraries import Libraries
from .syntax import parse, text_of_node
from .values import UNDEFINED, Native, Partial, Unknown, text_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tree_sitter import Node

    from ..reading import Reading
    from .calls import Call
    from .values import Value

__all__ = ["read_javascript"]

_NO_REQUEST_OF_CORS = lazy_pattern(r"\bnew (?:\w+\.)?((?:Reconnecting)?WebSocket|WebTransport|RTCPeerConnection)\(")
_OF_EXTENSIONS = lazy_pattern(r"\bGM_xmlhttpRequest\(|\bGM\.xmlHttpRequest\(")
_NEW_ALONE = lazy_pattern(r"\bnew[ \t]*\n[ \t]*(?=[A-Z]\w*[.(])")
"""`new` in a line of its own, which the parser takes for a name."""
_LABEL = lazy_pattern(r"\s*[^\s(){}\[\];,.'\"`=:：]{1,20}：")
"""What stands before the code, with the colon of Chinese and Japanese text."""
_OF_NODE = lazy_pattern(r"""(?:from\s+|require\(\s*)['"](node-fetch|undici|needle)['"]""")
_MAKES_ITS_OWN = lazy_pattern(
    r"@supabase/[\w-]+|\bsupabase\b|@aws-sdk/[\w-]+|\bnew AWS\.\w+|\baws-amplify\b|\bfirebase(?:/\w+)?\b|"
    r"\bnew Hls\b|\bL\.tileLayer\b|\bpdfjsLib\b|\bpdfjs(?:-dist)?\b|\bvideojs\(|\bshaka\.Player\b|\bdashjs\b|"
    r"\bnew (?:maplibregl|mapboxgl|ol|google\.maps)\.\w+|\balova\b|@trpc/client|\bnew Uppy\b|\bnew Dropzone\b|"
    r"\btus-js-client\b|\bnew tus\.Upload\b|\bnew Stripe\b|\balgoliasearch\(|\bnew OpenAI\b|\bnew Anthropic\b|"
    r"@sentry/[\w-]+|\bposthog\b|\bnew PocketBase\b|\bnew Web3\b|\bethers\.\w+"
)
"""Libraries that people call by what they want, not by a request."""
_MARKS = " '\"("
_INIT_KEYS = frozenset({"method", "headers", "body", "mode", "credentials"})


def read_javascript(text: str, define: Mapping[str, str] | None = None, *, name: str = "the text") -> Reading:
    """The requests of a snippet, the first one foremost. Raises `UnreadableSource`."""
    bare = text.strip()
    if bare[:1] == bare[-1:] == "`" and bare.count("`") == 2:
        text = bare[1:-1]  # as Markdown marks code
    root = _parsed(_NEW_ALONE.sub("new ", _LABEL.sub("", text, count=1) if _LABEL.match(text) else text), name)
    evaluator, calls = _read(root, define or {})
    if evaluator.choices and calls:
        from .choices import weigh

        def again(decided: Mapping[int, int]) -> tuple[list[Call], int]:
            reader, made = _read(root, define or {}, decided)
            return made, reader.steps

        calls = weigh(calls, evaluator.choices, again, evaluator.steps)
    if not calls and (opened := _NO_REQUEST_OF_CORS.search(text)) is not None:
        raise UnreadableSource(
            f"no request is in {name} that CORS is about: {opened[1]} opens a connection that CORS does not bind, "
            "whose server alone judges the Origin; paste the page's other calls, or its console line for "
            "`corssim explain`"
        )
    if not calls and _OF_EXTENSIONS.search(text):
        raise UnreadableSource(
            f"the request in {name} is an extension's or a user script's own, which CORS does not bind; "
            "paste a call of the page's"
        )
    if not calls and (named := _MAKES_ITS_OWN.search(text)) is not None:
        raise UnreadableSource(
            f"the requests in {name} are made by {named[0].strip(_MARKS)}, whose own headers are not in the text; "
            'one of them as it is sent: developer tools\' "Copy as cURL" or "Copy as fetch"'
        )
    if not calls:
        raise UnreadableSource(
            f"no request is in {name}: no fetch(), XMLHttpRequest, axios, jQuery or HttpClient; paste the call too"
        )
    reading = reading_of(calls)
    why = "not in the text, which gives this where it is missing; --define gives another"
    assumed = tuple(Guess(what, value, "likely", why) for what, value in dict.fromkeys(evaluator.assumed))
    programs = tuple(
        f"{each} runs in Node.js, where CORS does not apply" for each in dict.fromkeys(_OF_NODE.findall(text))
    )
    return replace(
        reading,
        guessed=(*reading.guessed, *assumed[:5]),
        passed_over=(*reading.passed_over, *programs),
    )


def _parsed(text: str, name: str) -> Node:
    """The tree; of a text with a bracket too many at its end, without that."""
    try:
        return parse(text, name)
    except UnreadableSource:
        if not text.rstrip("; \n").endswith("))"):
            raise
        return parse(text.rstrip("; \n")[:-1], name)


def _read(
    root: Node, define: Mapping[str, str], decided: Mapping[int, int] | None = None
) -> tuple[Evaluator, list[Call]]:
    """The snippet's calls. `decided` says how it goes on at some of the places that what is not known decides."""
    libraries = Libraries()
    evaluator = Evaluator(define, libraries, decided)
    evaluator.globals.variables["axios"] = libraries.axios
    evaluator.read(root)
    libraries.finish()
    _take_options_beside(root, evaluator, libraries.calls)
    return evaluator, libraries.calls or ([] if _OF_EXTENSIONS.search(text_of_node(root)) else _built_only(evaluator))


def _take_options_beside(root: Node, evaluator: Evaluator, calls: list[Call]) -> None:
    """ "My options are {…}": an object that stands alone in the text, for the one call whose options are not in it."""
    waiting = [call for call in calls if any(guess.what == "init" for guess in call.guesses)]
    alone = [inner for inner in map(_object_alone, root.named_children) if inner is not None]
    if len(waiting) != 1 or len(alone) != 1:
        return
    init = evaluator.value(alone[0], evaluator.globals)
    if isinstance(init, dict) and _INIT_KEYS & init.keys():
        (call,) = waiting
        made = call_of_fetch(call.url, init, call.library)
        named = next(guess.value for guess in call.guesses if guess.what == "init")
        why = "the object that stands alone in the text"
        made.at, made.guesses = call.at, [Guess("init", named, "likely", why)]
        call.become(made)


def _object_alone(node: Node) -> Node | None:
    while node.type in ("expression_statement", "parenthesized_expression") and len(node.named_children) == 1:
        node = node.named_children[0]
    return node if node.type == "object" else None


def _built_only(evaluator: Evaluator) -> list[Call]:
    """Arguments of a request whose call is not in the text: an object with a method and headers, a URL beside it."""
    inits = [made for made in evaluator.objects if _INIT_KEYS & made.keys() or "url" in made]
    for init in inits:
        if "url" in init and ("method" in init or "headers" in init):
            return _of_axios(evaluator, init)
    url = _url_in(evaluator.globals.variables)
    for init in inits:
        if len(_INIT_KEYS & init.keys()) >= 2 and not init.keys() & {"url", "type", "data"}:
            call = call_of_fetch(url, init)
            why = "the call is not in the text; an object such as fetch() takes is"
            call.guesses.append(Guess("call", "fetch", "likely", why))
            return [call]
    return []


def _of_axios(evaluator: Evaluator, config: dict[str, Value]) -> list[Call]:
    made = Libraries()
    body = next((config[name] for name in _BODIES if name in config), UNDEFINED)
    config = {name: value for name, value in config.items() if name not in _BODIES}
    config.setdefault("headers", config.get("header", {}))  # of clients that run in other places than browsers too
    config |= {} if body is UNDEFINED else {"data": body}
    read_axios(made, evaluator, Native("axios"), [config], None)  # type: ignore[arg-type]
    made.finish()
    for call in made.calls:
        why = "the call is not in the text; an object such as axios() takes is"
        call.guesses.append(Guess("call", "axios", "likely", why))
    return made.calls


_BODIES = ("body", "jsonData", "json", "payload")


def _url_in(variables: dict[str, Value]) -> Value:
    """What a variable of the snippet says of a URL."""
    for value in variables.values():
        if isinstance(value, str | Partial) and text_of(value).startswith(("http://", "https://")):
            return value
    for name, value in variables.items():
        if isinstance(value, str | Partial | Unknown) and name.lower() in ("url", "uri", "endpoint", "resource"):
            return value
    return Unknown("url", ("url",)) if UNDEFINED not in variables.values() else UNDEFINED
