"""Calls that make requests: each library's, with its own defaults. In others, the callbacks are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ....patterns import lazy_pattern
from ..reading import Guess
from . import (
    angular,
    aurelia,
    axios,
    elements,
    fetch_api,
    graphql,
    imports,
    jquery,
    ky,
    node_request,
    openapi_fetch,
    real_time,
    rtk_query,
    rxjs,
    scripts,
    superagent,
    three,
    wretch,
    xhr,
)
from .builtins import NOT_MINE, built_in
from .values import SPREAD, UNDEFINED, Function, Native, Opaque, Pairs, Unknown, json_of, text_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tree_sitter import Node

    from .calls import Call
    from .evaluator_parts import EvaluatorParts
    from .values import Value

__all__ = ["Libraries"]

_LIBRARIES = (
    elements, openapi_fetch, fetch_api, aurelia, graphql, scripts, three, real_time, ky, xhr, jquery, rxjs,
    node_request, angular, rtk_query, wretch, superagent, axios,
)  # fmt: skip
"""In the order in which they are asked: axios last, since methods of any client are read as its."""


class Libraries:
    """The requests of one snippet, in the order in which they are made."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.elements: list[Opaque] = []
        self.axios = axios.client()
        self.of_other_files: dict[str, str] = {}
        self._choices: list[Callable[[], None]] = []
        self.xhr_methods: dict[str, Value] = {}
        self.loose_requests: dict[str, Opaque] = {}
        self.jquery_defaults: dict[str, Value] = {}
        self.jquery_hooks: list[tuple[bool, Function]] = []
        self.angular_interceptors: list[dict[str, Value]] = []
        self.angularjs_headers: list[tuple[str, Value]] = []
        self.angularjs_credentials: Value = UNDEFINED
        self.emulates_json = False
        self.gives_xhr = False
        self.own_fetch: dict[str, Any] = {}
        self.graphql_context: dict[str, Value] = {}
        self.graphql_headers: list[tuple[str, Value]] = []

    def add(self, call: Call) -> Value:
        """A request is made. What its promise gives is not known."""
        self.calls.append(call)
        return Unknown("the response", ("the response",))

    def complete(self, evaluator: EvaluatorParts, call: Call, fill: Callable[[Call], None]) -> None:
        """A request is filled in as its client is set up now. Where nobody calls the function that makes it, what
        other such functions set up counts too, though not what comes after it in its own."""
        if not evaluator.is_called_by_nobody:
            fill(call)
            return
        blank = call.copy()
        fill(call)
        later: list[Call] = []

        def fill_again() -> None:
            later.append(blank.copy())
            fill(later[-1])

        def choose() -> None:
            from .choices import difference

            fill_again()
            if (differs := difference(call, later[1])) and not difference(call, later[0]):
                why = f"a function that nobody calls here sets it up: it decides {differs}"
                later[1].guesses.append(Guess("the client", "is set up before", "guess", why))
                call.become(later[1])

        evaluator.ends.append(fill_again)
        self._choices.append(choose)

    def finish(self) -> None:
        """What counts for all requests, wherever it stands in the text, and what elements load."""
        for choose in self._choices:
            choose()
        self.calls += elements.calls_of(self.elements)
        graphql.add_headers(self)
        for call in self.calls:
            if call.library in ("angularjs", "vue-resource"):
                call.headers += [pair for pair in self.angularjs_headers if not call.has(pair[0])]
                if call.with_credentials is UNDEFINED:
                    call.with_credentials = self.angularjs_credentials
                if self.gives_xhr:
                    why = "Vue.http.options.xhr counts in vue-resource 0.x alone, credentials: true in 1.x"
                    call.guesses.append(Guess("credentials", "same-origin", "guess", why))
        for changes in self.angular_interceptors:
            for call in self.calls:
                if call.library == "angular":
                    angular.intercept(call, changes)

    def __call__(
        self, evaluator: EvaluatorParts, function: Native | Unknown | Opaque, given: list[Value], node: Node
    ) -> Value:
        if isinstance(function, Unknown):
            function = Native(function.text, function)
        if isinstance(function, Native):
            value = built_in(evaluator, function, given, node)
            if value is not NOT_MINE:
                return value
            if function.path == "import" and node.type == "import_statement" and given:
                imports.read(self, evaluator, text_of(given[0]), node)
        before = len(self.calls)
        for library in _LIBRARIES:
            value = library.read(self, evaluator, function, given, node)
            if value is not NOT_MINE:
                for call in self.calls[before:]:
                    call.at = node.start_byte if call.at < 0 else call.at
                self._say_what_is_not_read(evaluator, self.calls[before:], function, given)
                return value
        return self._unknown_call(evaluator, function, given, node)

    def _say_what_is_not_read(
        self, evaluator: EvaluatorParts, made: list[Call], function: Native | Opaque, given: list[Value]
    ) -> None:
        """Options that are not known, or hold what something not known holds, as in `{...options, method: "POST"}`;
        that a function which is not in the text was given before; and functions among them."""
        if evaluator.is_called_by_nobody and made:
            self._choices.append(lambda: self._say(evaluator, made, function, given))
        else:
            self._say(evaluator, made, function, given)

    def _say(self, evaluator: EvaluatorParts, made: list[Call], function: Native | Opaque, given: list[Value]) -> None:
        path = _path(function)
        for call in made:
            options = given[:1] if call.library == "jquery" and not path.endswith(".ajax") else given
            options = [each for each in options if each is not call.body and not _is_json_of(each, call.body)]
            for value in options:
                if isinstance(value, dict):
                    call.spread += [inner for name, inner in value.items() if name.startswith(SPREAD)]
                    for name in _unread_functions(call, value):
                        call.said_of(name)
                elif isinstance(value, Unknown) and value is not given[0] and _takes_options(call, path):
                    call.spread += [] if any(guess.what == "init" for guess in call.guesses) else [value]
            if (root := path.partition(".")[0]) in self.of_other_files:
                why = f"it comes of {self.of_other_files[root]}, which is not in the text: it may add to the request"
                call.guesses.append(Guess(root, "adds nothing", "guess", why))
            headers = [each["headers"] for each in options if isinstance(each, dict) and "headers" in each]
            call.said_of(evaluator.holder_of(function, getattr(function, "this", None), *options, *headers))

    def _unknown_call(
        self, evaluator: EvaluatorParts, function: Native | Opaque, given: list[Value], node: Node
    ) -> Value:
        """Functions that are handed over may be called: `.then`, listeners, hooks, clients that take a URL beside."""
        url = next(
            (value for value in given if isinstance(value, str) and value.startswith(("http://", "https://"))), None
        )
        before = len(self.calls)
        for value in given:
            if isinstance(value, Function):
                evaluator.invoke(value, [] if url is None else [url])
                if url is not None:
                    self._say_that_the_rest_is_not_told(before, url)
        path = _path(function)
        if _MAY_CHANGE_NOTHING.fullmatch(path) is None:
            for value in given:
                if isinstance(value, dict | Pairs | Opaque):
                    evaluator.hand_over(value, path.lstrip("."))
        if given and isinstance(given[0], Opaque) and given[0].kind == "axios":
            return given[0]  # a wrapper of the client
        if (
            given
            and given[0] is not UNDEFINED
            and path in ("useCallback", "useMemo", "React.useCallback", "memo", "debounce")
        ):
            return given[0]
        return evaluator.unknown(node)

    def _say_that_the_rest_is_not_told(self, before: int, url: str) -> None:
        for call in self.calls[before:]:
            if text_of(call.url) == url:
                why = "a client calls this function with URLs that begin so; the rest is not in the text"
                call.guesses.append(Guess("url", url, "likely", why))


_MAY_CHANGE_NOTHING = lazy_pattern(
    r"(?:window\.)?console\.\w+|(?:Object|Array|Promise|Reflect|JSON|Math)\.\w+|structuredClone|alert|expect|assert|"
    r"debug|log|(?:.*\.)?(?:logger|log|debug)\.\w+|dispatch|\.\w+|axiosRetry|React\.\w+|memo|"
    r"(?:set|use)(?!\w*(?:Auth|Header|Token|Intercept|Default|Cred|Client|Fetch))[A-Z]\w*|"
    r".*\.(?:use|provide|emit|then|resolve|next|push)|"
    r"new (?:Map|Set|WeakMap|Promise|Response|Error|QueryClient|MockAdapter)"
)
"""Functions that a request's options may go through as they are."""


def _unread_functions(call: Call, options: dict[str, Value]) -> list[str]:
    """Functions among a request's options that its library calls before it sends, and that are not read."""
    if call.library not in _TAKE_FUNCTIONS:
        return []
    return [name for name, value in options.items() if isinstance(value, Function) and name not in _READ_OR_LATER]


_TAKE_FUNCTIONS = frozenset({"axios", "ky", "ofetch", "jquery", "fetch", "superagent", "angular", "angularjs"})
_READ_OR_LATER = frozenset(
    "success error complete beforeSend xhr done fail always then onSuccess onError onSettled onUploadProgress "  # noqa: SIM905
    "onDownloadProgress validateStatus transformRequest transformResponse paramsSerializer adapter parseResponse "
    "parseJson onRequest onRequestError onResponse onResponseError statusCode dataFilter converters timeout retry "
    "onopen onmessage onerror onclose callback transform default onreadystatechange onload cancelToken".split()
)
"""Functions among options that are read where they stand, or that are called when the answer is there."""


def _is_json_of(value: Value, body: Value) -> bool:
    return isinstance(value, dict) and json_of(value) == body


def _path(function: Native | Opaque) -> str:
    return function.path if isinstance(function, Native) else function.kind


def _takes_options(call: Call, path: str) -> bool:
    """Whether what stands behind the URL and the body is more likely options than a callback or data."""
    return call.library in ("axios", "ky", "angular", "angularjs", "ofetch") or path.endswith(".ajax")
