"""Calls that make requests: each library's, with its own defaults. In others, the callbacks are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import (
    angular,
    axios,
    elements,
    fetch_api,
    graphql,
    jquery,
    ky,
    node_request,
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
from .values import SPREAD, UNDEFINED, Function, Native, Opaque, Unknown, json_of, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

    from .calls import Call
    from .evaluator_parts import EvaluatorParts
    from .values import Value

__all__ = ["Libraries"]

_LIBRARIES = (
    elements, fetch_api, graphql, scripts, three, real_time, ky, xhr, jquery, rxjs, node_request, angular, rtk_query,
    wretch, superagent, axios,
)  # fmt: skip
"""In the order in which they are asked: axios last, since methods of any client are read as its."""


class Libraries:
    """The requests of one snippet, in the order in which they are made."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.elements: list[Opaque] = []
        self.axios_defaults: dict[str, Value] = {}
        self.jquery_defaults: dict[str, Value] = {}
        self.jquery_sent: list[tuple[str, Value]] = []
        self.angular_interceptors: list[dict[str, Value]] = []
        self.angularjs_headers: list[tuple[str, Value]] = []
        self.angularjs_credentials: Value = UNDEFINED
        self.graphql_headers: list[tuple[str, Value]] = []

    def add(self, call: Call) -> Value:
        """A request is made. What its promise gives is not known."""
        self.calls.append(call)
        return Unknown("the response", ("the response",))

    def finish(self) -> None:
        """What counts for all requests, wherever it stands in the text, and what elements load."""
        self.calls += elements.calls_of(self.elements)
        graphql.add_headers(self)
        for call in self.calls:
            if call.library == "jquery" and call.api == "xhr":
                call.headers += [pair for pair in self.jquery_sent if not call.has(pair[0])]
            if call.library in ("angularjs", "vue-resource"):
                call.headers += [pair for pair in self.angularjs_headers if not call.has(pair[0])]
                if call.with_credentials is UNDEFINED:
                    call.with_credentials = self.angularjs_credentials
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
        before = len(self.calls)
        for library in _LIBRARIES:
            value = library.read(self, evaluator, function, given, node)
            if value is not NOT_MINE:
                evaluator.requests = len(self.calls)
                self._say_what_is_spread(before, _path(function), given)
                return value
        return self._unknown_call(evaluator, function, given, node)

    def _say_what_is_spread(self, before: int, path: str, given: list[Value]) -> None:
        """Options that are not known, or that hold what something not known holds: `{...options, method: "POST"}`."""
        for call in self.calls[before:]:
            for value in given:
                is_body = value is call.body or (isinstance(value, dict) and json_of(value) == call.body)
                if isinstance(value, dict) and not is_body:
                    call.spread += [inner for name, inner in value.items() if name.startswith(SPREAD)]
                elif isinstance(value, Unknown) and value is not given[0] and _takes_options(call, path):
                    call.spread += [] if is_body or any(guess.what == "init" for guess in call.guesses) else [value]

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
        from ..reading import Guess

        for call in self.calls[before:]:
            if text_of(call.url) == url:
                why = "a client calls this function with URLs that begin so; the rest is not in the text"
                call.guesses.append(Guess("url", url, "likely", why))


def _path(function: Native | Opaque) -> str:
    return function.path if isinstance(function, Native) else function.kind


def _takes_options(call: Call, path: str) -> bool:
    """Whether what stands behind the URL and the body is more likely options than a callback or data."""
    return call.library in ("axios", "ky", "angular", "angularjs", "ofetch") or path.endswith(".ajax")
