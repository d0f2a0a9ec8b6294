"""Go's rs/cors and gin-contrib/cors."""

from __future__ import annotations

import re
from typing import Final

from ...patterns import lazy_pattern
from .header_rows import expression_of
from .model import METHODS_OF_ALL, Configured, Grant
from .scan import balanced, flag_of, scalar_of, strings_in, value_of, without_comments

_CALL: Final = lazy_pattern(r"\bcors\.(Default|AllowAll|New)\s*\(")
_GIN_METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
_GIN_HEADERS: Final = ("Origin", "Content-Length", "Content-Type")
_RS_HEADERS: Final = ("Accept", "Content-Type", "X-Requested-With")
_HTTP_METHOD: Final = lazy_pattern(r"http\.Method(\w+)")


def read_go(text: str) -> Configured | None:
    """https://github.com/rs/cors/blob/master/cors.go and https://github.com/gin-contrib/cors/blob/master/cors.go"""
    text = without_comments(text)
    call = _CALL.search(text)
    if call is None:
        return None
    is_gin = re.search(r"\bgin\b|\bcors\.(?:Default)?Config\b", text) is not None
    options = balanced(text, call.end() - 1)
    if re.fullmatch(r"\s*\w+\s*", options):  # a variable, whose fields are set one by one
        options = "\n".join(re.findall(rf"\b{re.escape(options.strip())}\.(\w+\s*=[^\n]*)", text))
        options = options.replace("=", ":")
    listed = {name: _names(options, name) for name in ("Origins", "Methods", "Headers")}
    expose = _names(options, "Expose" if is_gin else "Exposed")
    every = call[1] != "New"
    decides = re.search(r"Allow(?:ed)?Origin(?:Request|WithContext|Vary)*Func\b", options)
    if is_gin:
        everybody = every or flag_of(options, "AllowAllOrigins")
        methods = listed["Methods"] or _GIN_METHODS
        headers = _GIN_HEADERS if every else listed["Headers"] or (_GIN_HEADERS if "DefaultConfig" in text else ())
    else:
        everybody = every or (value_of(options, "AllowedOrigins") is None and decides is None)
        methods = METHODS_OF_ALL if call[1] == "AllowAll" else listed["Methods"] or ("GET", "POST", "HEAD")
        headers = listed["Headers"] or _RS_HEADERS
    origins = ("*",) if everybody or "*" in (listed["Origins"] or ()) else listed["Origins"] or ()
    given = value_of(options, "AllowOrigins" if is_gin else "AllowedOrigins")
    unknown = ((given or "a function")[:60],) if (given or decides) and not listed["Origins"] and not everybody else ()
    credentials = flag_of(options, "AllowCredentials")
    any_header = call[1] == "AllowAll" or "*" in headers
    grant = Grant(
        where="cors",
        origins=tuple(each for each in origins if "*" not in each or each == "*"),
        patterns=tuple(expression_of(each) for each in origins if each != "*" and "*" in each),
        credentials=credentials,
        methods=methods,
        headers=None if any_header else headers,
        any_header=any_header,
        expose=expose,
        max_age="43200" if is_gin else scalar_of(options, "MaxAge"),
        compares_methods=None if is_gin else 200,
        unknown=unknown,
    )
    return Configured(
        kind="gin-contrib/cors" if is_gin else "rs/cors", software="gin" if is_gin else "go", grants=(grant,)
    )


def _names(options: str, field: str) -> tuple[str, ...] | None:
    """`AllowOrigins: []string{"…"}` of Gin's, `AllowedOrigins` of rs/cors, `ExposeHeaders` and `ExposedHeaders`."""
    key = f"{field}Headers" if field.startswith("Expose") else f"Allow{field}"
    given = value_of(options, key) or value_of(options, key.replace("Allow", "Allowed"))
    if given is None:
        return None
    return (*strings_in(given), *(name.upper() for name in _HTTP_METHOD.findall(given))) or None
