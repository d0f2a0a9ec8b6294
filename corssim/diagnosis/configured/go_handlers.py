"""Go's middleware: rs/cors and chi, gin-contrib/cors, Fiber, Echo, gorilla/handlers."""

from __future__ import annotations

import re
from itertools import islice
from typing import Final, NamedTuple

from ...patterns import lazy_pattern
from .header_rows import expression_of
from .model import METHODS_OF_ALL, Configured, Grant
from .scan import balanced, flag_of, scalar_of, strings_in, value_of, without_comments

_MOST_OPTIONS: Final = 50
GO_CALL: Final = (
    r"\bcors\.(?P<rs>Default|AllowAll|New|Handler)\s*\(|\bmiddleware\.(?P<echo>CORS(?:WithConfig)?)\s*\("
    r"|\bhandlers\.(?P<gorilla>CORS)\s*\("
)
_CALL: Final = lazy_pattern(GO_CALL)
_HTTP_METHOD: Final = lazy_pattern(r"\b(?:http|fiber)\.Method(\w+)|\becho\.([A-Z]+)\b")
_ECHO_HEADER: Final = lazy_pattern(r"\b(?:echo|fiber)\.Header(\w+)")
_WORD_END: Final = lazy_pattern(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=^X)(?=[A-Z])")
_CALLED: Final = lazy_pattern(r"(?<![\w.])[A-Za-z_][\w.]*+\([^()]*\)")
_TEXT: Final = lazy_pattern(r"\"[^\"\n]*\"")
_DECIDES: Final = lazy_pattern(r"Allow(?:ed)?Origins?(?:Request|WithContext|Vary)*(?:Func|Validator)\b")


class _Defaults(NamedTuple):
    """What holds where a field is left out. `headers` None: whatever is asked for is allowed."""

    kind: str
    software: str
    methods: tuple[str, ...]
    headers: tuple[str, ...] | None
    everybody: bool
    compares_methods: int | None = None
    max_age: str | None = None


_USUAL: Final = ("GET", "HEAD", "PUT", "PATCH", "POST", "DELETE")
_GIN_METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
_GIN_HEADERS: Final = ("Origin", "Content-Length", "Content-Type")
_RS_HEADERS: Final = ("Accept", "Content-Type", "X-Requested-With")
_SIMPLE: Final = ("GET", "HEAD", "POST")
# https://github.com/rs/cors/blob/master/cors.go
_RS: Final = _Defaults("rs/cors", "go", _SIMPLE, _RS_HEADERS, True, 200)
# https://github.com/gin-contrib/cors/blob/master/cors.go
_GIN: Final = _Defaults("gin-contrib/cors", "gin", _GIN_METHODS, (), False, None, "43200")
# https://docs.gofiber.io/api/middleware/cors
_FIBER: Final = _Defaults("Fiber: middleware/cors", "go", _USUAL, None, True)
# https://echo.labstack.com/docs/middleware/cors
_ECHO: Final = _Defaults("Echo: middleware.CORS", "go", _USUAL, None, True)
# https://github.com/gorilla/handlers/blob/main/cors.go
_GORILLA: Final = _Defaults(
    "gorilla/handlers", "go", _SIMPLE, ("Accept", "Accept-Language", "Content-Language", "Origin"), True, 405
)


def read_go(text: str) -> Configured | None:
    """What the first call of one of them allows; None where there is none."""
    text = without_comments(text)
    call = _CALL.search(text)
    if call is None:
        return None
    options = balanced(text, call.end() - 1)
    if call["gorilla"]:
        return _configured(_GORILLA, _of_calls(text), every=False)
    if call["echo"]:
        return _configured(_ECHO, options, every=call["echo"] == "CORS" and not options.strip())
    defaults = _package(text, options)
    if re.fullmatch(r"\s*\w+\s*", options):  # a variable, whose fields are set one by one
        options = "\n".join(re.findall(rf"\b{re.escape(options.strip())}\.(\w+\s*=[^\n]*)", text))
        options = options.replace("=", ":")
    if defaults is _GIN and (call["rs"] == "Default" or "DefaultConfig" in text):
        defaults = _GIN._replace(headers=_GIN_HEADERS)
    if call["rs"] == "AllowAll":
        defaults = defaults._replace(methods=METHODS_OF_ALL, headers=None)
    return _configured(defaults, options, every=call["rs"] in ("Default", "AllowAll"))


def _package(text: str, options: str) -> _Defaults:
    """Which package `cors` is: Fiber's takes texts with commas where the others take lists."""
    is_fiber = re.search(r"\bfiber\b|\bAllow(?:Origins|Methods|Headers)\s*:\s*\"|\bAllowOriginsFunc\b", text)
    if is_fiber is not None or ("gin" not in text and not options.strip() and "cors.New" in text):
        return _FIBER
    return _GIN if re.search(r"\bgin\b|\bcors\.(?:Default)?Config\b", text) is not None else _RS


def _of_calls(text: str) -> str:
    """gorilla's options, each a call, as fields."""
    options = islice(re.finditer(r"\bhandlers\.(Allow\w+|ExposedHeaders|MaxAge)\s*\(", text), _MOST_OPTIONS)
    return "\n".join(f"{each[1]}: {balanced(text, each.end() - 1).strip() or 'true'}" for each in options)


def _configured(defaults: _Defaults, options: str, *, every: bool) -> Configured:
    origins, unknown = _names(options, "Origins")
    decides = _DECIDES.search(options)
    if decides is not None:
        unknown = (*unknown, decides[0])
    everybody = every or flag_of(options, "AllowAllOrigins") or "*" in (origins or ())
    if origins is None and not unknown and defaults.everybody:
        everybody = True
    methods, _ = _names(options, "Methods")
    headers, _ = _names(options, "Headers")
    headers = headers or defaults.headers
    any_header = headers is None or ("*" in headers and defaults is not _GORILLA)
    expose = _names(options, "Expose")[0] or _names(options, "Exposed")[0]
    named = () if everybody else origins or ()
    grant = Grant(
        where="cors",
        origins=("*",) if everybody else tuple(each for each in named if "*" not in each),
        patterns=tuple(expression_of(each) for each in named if "*" in each),
        credentials=flag_of(options, "AllowCredentials"),
        methods=methods or defaults.methods,
        headers=None if any_header else tuple(each for each in headers or () if each != "*"),
        any_header=any_header,
        expose=expose,
        max_age=defaults.max_age or scalar_of(options, "MaxAge"),
        compares_methods=defaults.compares_methods,
        unknown=() if everybody else unknown,
    )
    return Configured(kind=defaults.kind, software=defaults.software, grants=(grant,))


def _names(options: str, field: str) -> tuple[tuple[str, ...] | None, tuple[str, ...]]:
    """The names of a field, with commas in a text or in a list, and what of it is computed.

    `AllowOrigins` of gin's, Echo's and Fiber's, `AllowedOrigins` of the others, `ExposeHeaders` and `ExposedHeaders`.
    """
    key = f"{field}Headers" if field.startswith("Expose") else f"Allow{field}"
    given = value_of(options, key) or value_of(options, key.replace("Allow", "Allowed"))
    if given is None:
        return None, ()
    methods = [(one or other).upper() for one, other in _HTTP_METHOD.findall(given)]
    headers = [_WORD_END.sub("-", name) for name in _ECHO_HEADER.findall(given)]
    rest = _CALLED.sub("", given)
    is_computed = rest != given or (given[:1] not in "{\"'`" and not methods and not headers)
    texts = [] if given[:1] not in "{\"'`" else strings_in(rest)
    if field == "Origins" and given[:1] == "{" and re.search(r"\w", _TEXT.sub("", rest)) is not None:
        is_computed = True  # a name among the texts
    names = [part.strip() for each in texts for part in each.split(",") if part.strip()]
    return (*names, *methods, *headers) or None, ((given[:60],) if is_computed else ())
