"""Rust's layers: tower-http's CorsLayer, as Axum has it, and actix-cors."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Final

from ...patterns import lazy_pattern
from ...records import replace
from .model import METHODS_OF_ALL, REFLECTED, Configured, Grant
from .scan import balanced, strings_in, without_comments

if TYPE_CHECKING:
    from .model import Part

RUST_LAYER: Final = r"\b(?P<of>CorsLayer|Cors)::(?P<made>new|default|permissive|very_permissive)\s*\(\s*\)"
_LAYER: Final = lazy_pattern(RUST_LAYER)
_METHOD: Final = lazy_pattern(r"\bMethod::([A-Z]+)\b")
_HEADER: Final = lazy_pattern(r"\b([A-Z]{2,}(?:_[A-Z]+)*)\b")
_AGE: Final = lazy_pattern(r"\d+")
_CHAINED: Final = lazy_pattern(r"\s*\.\s*\w+\s*\(")
_MOST_CALLS: Final = 100
_ALLOWS: Final = lazy_pattern(r"\.\s*allow(?:ed)?_(?:any_)?(?:origin|methods?|headers?|credentials)\w{0,10}\s*\(")


def read_rust(text: str) -> Configured | None:
    """What the layer allows; None where there is none."""
    text = without_comments(text)
    found = []
    calls = 0
    for layer in islice(_LAYER.finditer(text), _MOST_CALLS):
        chain = _chain(text, layer.end())
        calls += len(_ALLOWS.findall(chain))
        read = _tower if layer["of"] == "CorsLayer" else _actix
        found.append(read(text, chain, layer["made"]))
    if not found:
        return None
    if len({each.grants for each in found}) > 1:
        return replace(found[0], not_understood=("more than one layer",))
    if len(_ALLOWS.findall(text)) > calls:
        return replace(found[0], not_understood=("a call beside those on the layer",))
    return found[0]


def _chain(text: str, start: int) -> str:
    """The calls on a layer, to the end of the expression; and those on the name that it is given."""
    at = start
    while (call := _CHAINED.match(text, at)) is not None:
        at = call.end() + len(balanced(text, call.end() - 1)) + 1
    own = text[start:at]
    name = re.search(
        r"\blet\s+(?:mut\s+)?(\w+)[^=;]{0,80}=\s*$", text[max(0, start - 160) : start].rpartition("Cors")[0]
    )
    if name is None:
        return own
    later = islice(re.finditer(rf"\b{name[1]}\s*=\s*{name[1]}\s*(?=\.)", text), _MOST_CALLS)
    return own + "".join(text[each.end() :].partition(";")[0] for each in later)


def _given(chain: str, name: str) -> list[str]:
    """What each call of a method is given."""
    calls = islice(re.finditer(rf"\.{name}\s*\(", chain), _MOST_CALLS)
    return [balanced(chain, call.end() - 1).strip().rstrip(",") for call in calls]


def _defined(text: str, given: str) -> str:
    """A variable's value, where the text has it."""
    assigned = re.search(rf"\blet\s+(?:mut\s+)?{given}\b[^=;]{0, 200}=", text) if re.fullmatch(r"\w+", given) else None
    return given if assigned is None else text[assigned.end() :].partition(";")[0].strip()


def _methods(given: str) -> tuple[str, ...]:
    return (*_METHOD.findall(given), *(each.upper() for each in strings_in(given)))


def _headers(given: str) -> tuple[str, ...]:
    return (*(each.lower().replace("_", "-") for each in _HEADER.findall(given)), *strings_in(given))


def _tower(text: str, chain: str, made: str) -> Configured:
    """https://docs.rs/tower-http/latest/tower_http/cors/struct.CorsLayer.html"""
    of_made = {"permissive": "Any", "very_permissive": "mirror_request"}.get(made, "")

    def told(name: str) -> str:
        return next((_defined(text, each) for each in reversed(_given(chain, name))), of_made)

    origin, methods, headers = told("allow_origin"), told("allow_methods"), told("allow_headers")
    for name in dict.fromkeys(_CONSTANT.findall(_KNOWN_TEXT.sub("", origin))):
        if (listed := re.search(rf"\b(?:const|static)\s+{name}\s*:[^=]{{0,80}}=\s*(\[[^\[\]]*\])", text)) is not None:
            origin = origin.replace(name, listed[1])
    named = tuple(each for each in strings_in(origin) if "://" in each)
    given: dict[Part, str | None] = {"methods": methods, "headers": headers}
    computed: list[tuple[Part, str]] = []
    for part, value in given.items():
        if value and _REST.search(_KNOWN.sub("", value)) is not None:
            computed.append((part, value[:60]))
    flags = _given(chain, "allow_credentials")
    computed += [("credentials", flag[:60]) for flag in flags if flag not in ("true", "false")]
    is_computed = bool(named) and _REST.search(_KNOWN.sub("", origin)) is not None
    origins: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    if _is_any(origin):
        origins = ("*",)
    elif "mirror_request" in origin:
        origins = (REFLECTED,)
    elif "predicate" in origin or (origin and not named):
        unknown = (" ".join(origin.split())[:60],)
    else:
        origins, unknown = named, ((" ".join(origin.split())[:60],) if is_computed else ())
    grant = Grant(
        where="CorsLayer",
        computed=tuple(computed),
        origins=origins,
        unknown=unknown,
        credentials=made == "very_permissive" or "true" in _given(chain, "allow_credentials"),
        methods=("*",) if _is_any(methods) else METHODS_OF_ALL if "mirror" in methods else _methods(methods) or None,
        headers=("*",) if _is_any(headers) else _headers(headers) or None,
        any_header="mirror" in headers,
        expose=("*",) if _is_any(told("expose_headers")) else _headers(told("expose_headers")) or None,
        # One origin is sent whoever asks, a list is compared.
        is_fixed=len(named) == 1 and "[" not in origin and "list" not in origin,
    )
    return Configured(kind="tower-http: CorsLayer", software="axum", grants=(grant,), preflight_status=200)


# What stands in lists of texts, methods and headers; another word is a name of the program's.
_KNOWN: Final = lazy_pattern(
    r"\"(?:[^\"\\\n]|\\.)*\"|\b(?:\w+::)*(?:Method::[A-Z]+|(?:header::|http::)?[A-Z][A-Z_]+|AllowOrigin::(?:list|exact)|"
    r"AllowHeaders::\w+|AllowMethods::\w+|Any|any|HeaderValue(?:::from_static)?|HeaderName(?:::from_static)?|vec)\b"
    r"|\.(?:map|iter|collect|clone|to_vec|parse(?:::<\w*>)?|unwrap|expect|into|try_into|into_iter)\b|\b(?:mirror_request|parse|Some)\b|::<[\w:]*>"
)
_REST: Final = lazy_pattern(r"[A-Za-z_]\w*")
_CONSTANT: Final = lazy_pattern(r"\b[A-Z][A-Z_]{2,60}\b")
_KNOWN_TEXT: Final = lazy_pattern(r"\"[^\"\n]*\"")


def _is_any(given: str) -> bool:
    return re.fullmatch(r"(?:\w+::)*(?:Any|any\(\))", given) is not None


def _actix(text: str, chain: str, made: str) -> Configured:
    """https://docs.rs/actix-cors/latest/actix_cors/struct.Cors.html"""
    all_is_allowed = made == "permissive"

    def calls(name: str) -> bool:
        return all_is_allowed or bool(_given(chain, name))

    given = [_defined(text, each) for each in _given(chain, "allowed_origin")]
    named = tuple(each for text_of in given for each in strings_in(text_of) if "://" in each)
    # Besides those by name: a function, a variable, a star that it refuses.
    unknown = (
        *(each[:60] for each in given if not any("://" in name for name in strings_in(each))),
        *("allowed_origin_fn" for _ in _given(chain, "allowed_origin_fn")),
    )
    everybody = calls("allow_any_origin")
    sends_star = bool(_given(chain, "send_wildcard"))
    headers = [*_given(chain, "allowed_headers"), *_given(chain, "allowed_header")]
    methods = [_defined(text, each) for each in _given(chain, "allowed_methods")]
    computed: list[tuple[Part, str]] = [
        ("methods", each[:60]) for each in methods if _REST.search(_KNOWN.sub("", each)) is not None
    ]
    computed += [
        ("headers", each[:60]) for each in headers if _REST.search(_KNOWN.sub("", _defined(text, each))) is not None
    ]
    ages = _AGE.findall(" ".join(_given(chain, "max_age")))
    grant = Grant(
        where="Cors",
        origins=("*" if sends_star else REFLECTED,) if everybody else named,
        unknown=() if everybody else unknown,
        credentials=calls("supports_credentials"),
        methods=METHODS_OF_ALL
        if calls("allow_any_method")
        else tuple(name for each in methods for name in _methods(each)),
        computed=tuple(computed),
        headers=tuple(name for each in headers for name in _headers(_defined(text, each))) or None,
        any_header=calls("allow_any_header"),
        max_age=ages[-1] if ages else "3600" if all_is_allowed else None,
        compares_methods=400,
    )
    unread = tuple(each for each in _DECIDES_MORE if _given(chain, each))
    return Configured(
        kind="Actix Web: actix-cors", software="actix", grants=(grant,), preflight_status=200, not_understood=unread
    )


_DECIDES_MORE: Final = ("disable_preflight", "block_on_origin_mismatch")
