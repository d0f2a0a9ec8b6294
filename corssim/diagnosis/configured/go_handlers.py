"""Go's middleware: rs/cors and chi, gin-contrib/cors, Fiber, Echo, gorilla/handlers."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from ...patterns import lazy_pattern
from ...records import replace
from .header_rows import expression_of
from .model import METHODS_OF_ALL, REFLECTED, Configured, Grant
from .scan import balanced, flag_of, strings_in, value_of, without_comments

if TYPE_CHECKING:
    from .model import Part

_MOST_OPTIONS: Final = 50
GO_CALL: Final = (
    r"\bcors\.(?P<rs>Default|AllowAll|New|Handler)\s*\(|\b\w{0,20}[mM]iddleware\.(?P<echo>CORS(?:WithConfig)?)\s*\("
    r"|\b\w{0,20}[hH]andlers\.(?P<gorilla>CORS)\s*\("
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
_GIN: Final = _Defaults("gin-contrib/cors", "gin", _GIN_METHODS, (), False, None)
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
    calls = list(islice(_CALL.finditer(text), _MOST_OPTIONS))
    if not calls:
        return None
    found = [_of_call(text, call) for call in calls]
    if len({each.grants for each in found}) > 1:
        return replace(found[0], not_understood=("more than one call of cors",))
    added = _ADDED.search(text)  # to lists that are read without it
    return found[0] if added is None else replace(found[0], not_understood=(added[0], *found[0].not_understood))


_ADDED: Final = lazy_pattern(r"\.Add(?:Allow|Expose)\w{0,40}|\bappend\(\s*\w{1,40}\.(?:Allow|Expose)\w{0,40}")


def _of_call(text: str, call: re.Match[str]) -> Configured:
    options = balanced(text, call.end() - 1)
    if call["gorilla"]:
        return _configured(_GORILLA, _of_calls(text), every=False)
    if call["echo"]:
        return _configured(_ECHO, options, every=call["echo"] == "CORS" and not options.strip())
    defaults = _package(text, options)
    given = options.strip().rstrip(",").strip()
    computed = ""
    if re.fullmatch(r"[*&]?\w+", given):  # a variable, whose fields are set one by one
        name = re.escape(given.lstrip("*&"))
        made = re.search(rf"\b{name}\s*:?=\s*[&*]?[\w.]+\{{", text)
        fields = re.findall(rf"\b{name}\.(\w+)\s*=\s*([^\n]*)", text)
        literal = "" if made is None else balanced(text, made.end() - 1) + ",\n"
        options = literal + "\n".join(f"{key}: {value}" for key, value in fields)
        if made is None and re.search(rf"\b{name}\s*:?=\s*cors\.DefaultConfig\(\)", text) is None:
            computed = given
    elif given and not re.match(r"[\w.&*]+\{", given) and call["rs"] in ("New", "Handler"):
        computed = given[:60]
    if computed:
        return Configured(kind=defaults.kind, software=defaults.software, grants=(), not_understood=(computed,))
    if defaults is _GIN and (call["rs"] == "Default" or "DefaultConfig" in text):
        defaults = _GIN._replace(headers=_GIN_HEADERS, max_age="43200")
    if call["rs"] == "AllowAll":
        defaults = defaults._replace(methods=METHODS_OF_ALL, headers=None)
    return _configured(defaults, options, every=call["rs"] in ("Default", "AllowAll"))


def _package(text: str, options: str) -> _Defaults:
    """Which package `cors` is: Fiber's takes texts with commas where the others take lists."""
    is_fiber = re.search(r"\bfiber\b|\bAllow(?:Origins|Methods|Headers)\s*:\s*\"|\bAllowOriginsFunc\b", text)
    if is_fiber is not None or ("gin" not in text and not options.strip() and "cors.New" in text):
        return _FIBER
    if "cors.Options{" in text and "cors.Config{" not in text:
        return _RS  # also where gin stands around it
    return _GIN if re.search(r"\bgin\b|\bcors\.(?:Default)?Config\b", text) is not None else _RS


def _of_calls(text: str) -> str:
    """gorilla's options, each a call, as fields."""
    options = islice(re.finditer(r"[hH]andlers\.(Allow\w+|ExposedHeaders|MaxAge)\s*\(", text), _MOST_OPTIONS)
    return "\n".join(f"{each[1]}: {balanced(text, each.end() - 1).strip() or 'true'}" for each in options)


_EVERYBODY: Final = lazy_pattern(
    r"Allow(?:ed)?Origins?Func\s*:\s*func\s*\([^()]*\)\s*bool\s*\{\s*return\s+true\s*;?\s*\}"
)


_COMPARES: Final = lazy_pattern(
    r"Allow(?:ed)?Origins?Func\s*:\s*func\s*\(\s*(?P<name>\w+)\s+string\s*\)\s*bool\s*\{\s*return\s+"
    r"(?P<told>(?P=name)\s*==\s*\"[^\"\n]*\"(?:\s*\|\|\s*(?P=name)\s*==\s*\"[^\"\n]*\")*)\s*;?\s*\}"
)
"""A function that compares the origin with texts, and does nothing else."""


def _configured(defaults: _Defaults, options: str, *, every: bool, reflects: bool = False) -> Configured:
    origins, unknown = _names(options, "Origins")
    decides = _DECIDES.search(options)
    is_star = defaults is _GIN and (flag_of(options, "AllowAllOrigins") or "*" in (origins or ()))
    if is_star:
        decides = None  # its function is not asked then
    # Fiber's is asked for those that are on no list: where there is a list, and of `*`, versions differ.
    is_asked = defaults is not _FIBER or (origins is None and not unknown)
    if decides is not None and is_asked and _EVERYBODY.search(options) is not None:
        return _configured(defaults, _EVERYBODY.sub("AllowCredentials2: true,", options), every=False, reflects=True)
    if decides is not None and (compared := _COMPARES.search(options)) is not None:
        # gin's and Fiber's ask it for those that are on no list, the others ask it alone.
        named_by_it = tuple(strings_in(compared["told"]))
        origins = (*(origins or ()), *named_by_it) if defaults in (_GIN, _FIBER) else named_by_it
        unknown = unknown if defaults in (_GIN, _FIBER) else ()
    elif decides is not None:
        unknown = (*unknown, decides[0])
    everybody = every or flag_of(options, "AllowAllOrigins") or "*" in (origins or ())
    if origins is None and not unknown and defaults.everybody:
        everybody = True
    methods, other_methods = _names(options, "Methods")
    headers, other_headers = _names(options, "Headers")
    parts: list[tuple[Part, str]] = [("methods", each) for each in other_methods]
    parts += [("headers", each) for each in other_headers]
    credentials = value_of(options, "AllowCredentials")
    if credentials is not None and credentials.rstrip(", )}") not in ("true", "false"):
        parts.append(("credentials", credentials[:60]))
    headers = headers or defaults.headers
    any_header = headers is None or ("*" in headers and defaults is _RS)
    expose = _names(options, "Expose")[0] or _names(options, "Exposed")[0]
    named = () if everybody else origins or ()
    grant = Grant(
        where="cors",
        origins=(REFLECTED,) if reflects else ("*",) if everybody else tuple(each for each in named if "*" not in each),
        patterns=tuple(expression_of(each) for each in named if "*" in each),
        credentials=flag_of(options, "AllowCredentials"),
        methods=methods or defaults.methods,
        headers=None if any_header or not headers else headers,
        any_header=any_header,
        expose=expose,
        max_age=_seconds(options, defaults),
        compares_methods=defaults.compares_methods,
        compares_requests=defaults is _RS,
        unknown=() if everybody else unknown,
        computed=tuple(parts),
    )
    unread = _UNREAD.findall(options)
    return Configured(kind=defaults.kind, software=defaults.software, grants=(grant,), not_understood=tuple(unread[:1]))


def _seconds(options: str, defaults: _Defaults) -> str | None:
    """How long a preflight is kept: a number, or one of hours and the like. None of zero is sent."""
    given = value_of(options, "MaxAge")
    if given is None:
        return defaults.max_age
    number = re.search(r"\d+", given)
    unit = _UNIT.search(given)
    if _AGE.fullmatch(given.strip().rstrip(",")) is None or (number is not None and int(number[0]) == 0):
        return None
    return str((1 if number is None else int(number[0])) * (1 if unit is None else _SECONDS[unit[0]]))


_UNIT: Final = lazy_pattern(r"Hour|Minute|Second")
_SECONDS: Final = {"Hour": 3600, "Minute": 60, "Second": 1}
_AGE: Final = lazy_pattern(
    r"(?:int\()?(?:\d+(?:\s*\*\s*time\.(?:Hour|Minute|Second))?|time\.(?:Hour|Minute|Second)(?:\s*\*\s*\d+)?)\)?"
)


# What decides by more than lists: for whom it counts at all, and who answers.
_UNREAD: Final = lazy_pattern(
    r"\b(Skipper|Next|OptionsPassthrough|AllowOriginRequestFunc|AllowOriginVaryRequestFunc|AllowWildcard|"
    r"CustomSchemas|UnsafeWildcardOriginWithAllowCredentials|AllowPrivateNetwork)\b\s*:(?!\s*(?:false|nil|middleware\.DefaultSkipper))"
)


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
    if given[:1] == "{" and not methods and not headers and re.search(r"\w", _TEXT.sub("", rest)) is not None:
        is_computed = True  # a name among the texts
    names = [part.strip() for each in texts for part in each.split(",") if part.strip()]
    return (*names, *methods, *headers) or None, ((given[:60],) if is_computed else ())
