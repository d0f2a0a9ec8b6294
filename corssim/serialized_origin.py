"""Is what a person configured or typed a serialised origin, and if not, what is wrong and what to write.

rfc3986 splits the text as it was written (a URL parser would mend the very mistakes looked for here); what
the origin should read comes from the URL parser.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from corssim.origin import host_is_loopback, url_origin
from corssim.url import DEFAULT_PORTS, parse_url, scalar_value_string

from .patterns import lazy_pattern
from .records import record

_QUOTES: Final = "\"'`“”‘’"
_SEPARATORS: Final = lazy_pattern(r"[\s,;|]+")
_UNPRINTABLE: Final = lazy_pattern(r"[\s\x00-\x1f\x7f]")
_USERINFO: Final = lazy_pattern(r"//[^/?#]*@")
_UNFILLED: Final = lazy_pattern(
    # What stands for a value in templates and settings, and what languages write for a missing one.
    r"[${}<>%]|\[object |\benv\.|(?<![A-Z0-9])[0-9]*[A-Z][A-Z0-9]*_[A-Z0-9_]|"
    r"(?i:undefined|none|nil|null|nan|true|false|origins?)"
)
_WORDS_FOR_ALL: Final = ("all", "any", "self", "everyone", "everything")
_SHOWN: Final = 80  # characters of the text in a message
_BAD_PORT: Final = "has a port that is not a number up to 65535"
_OTHERWISE: Final = "write one origin, like https://app.example"


class OriginFault(StrEnum):
    """What can be wrong with a text that should be a serialised origin."""

    EMPTY = "empty"
    WILDCARD = "wildcard"
    NULL = "null"
    NULL_CASE = "null-case"
    QUOTES = "quotes"
    SEVERAL_ORIGINS = "several-origins"
    WHITESPACE = "whitespace"
    WILDCARD_IN_HOST = "wildcard-in-host"
    MISSING_SCHEME = "missing-scheme"
    SLASHES = "slashes"
    NO_HOST = "no-host"
    OPAQUE_SCHEME = "opaque-scheme"
    INVALID_PORT = "invalid-port"
    NON_ASCII_HOST = "non-ascii-host"
    INVALID_HOST = "invalid-host"
    USERINFO = "userinfo"
    TRAILING_SLASH = "trailing-slash"
    PATH = "path"
    QUERY = "query"
    FRAGMENT = "fragment"
    UPPER_CASE = "upper-case"
    DEFAULT_PORT = "default-port"
    NOT_CANONICAL = "not-canonical"


@record(frozen=True)
class SerializedOriginProblem:
    """Why a text is no serialised origin. `message` is one line: what is wrong, then what to write instead.

    `suggestion` is the value to write (free of every fault, not only of this one), None where only the author
    can know it.
    """

    code: OriginFault
    message: str
    suggestion: str | None


def check_serialized_origin(
    text: str, *, allow_wildcard: bool = False, allow_null: bool = False
) -> SerializedOriginProblem | None:
    """None if `text` is, byte for byte, an origin as browsers write it; else the first thing wrong with it.

    `*` and `null` are problems unless allowed: Access-Control-Allow-Origin may hold either, a page neither.
    https://html.spec.whatwg.org/#ascii-serialisation-of-an-origin
    """
    literals = frozenset({"*"} if allow_wildcard else ()) | frozenset({"null"} if allow_null else ())
    if text in literals or ("*" not in text and _as_browsers_write(text) == text):
        return None
    return _text_problem(text, literals) or _component_problem(text)


def is_unfilled(text: str) -> bool:
    """Report whether a text looks like the name of a setting, or like what stands for a missing one."""
    found = _UNFILLED.match(text) if text.isalpha() else _UNFILLED.search(text)
    return found is not None and (not text.isalpha() or found.end() == len(text))


def _problem(
    code: OriginFault, text: str, fault: str, suggestion: str | None, otherwise: str = _OTHERWISE
) -> SerializedOriginProblem:
    shown = _USERINFO.sub("//***@", text if len(text) <= _SHOWN else text[:_SHOWN] + "…")
    advice = otherwise if suggestion is None else f"write {suggestion}"
    return SerializedOriginProblem(code, f"{shown!r} {fault}; {advice}", suggestion)


def _as_browsers_write(text: str) -> str | None:
    """The serialised tuple origin of the URL in `text`, if there is one."""
    url = parse_url(text)
    if url is None:
        return None
    origin = url_origin(url)
    return None if origin.is_opaque else origin.serialized


def _text_problem(text: str, literals: frozenset[str]) -> SerializedOriginProblem | None:
    """Faults that show before the text is taken apart. `literals` may stand in place of an origin."""
    stripped = text.strip()
    if not stripped:
        return _problem(OriginFault.EMPTY, text, "is empty", None)
    if stripped == "*" and "*" not in literals:
        return _problem(OriginFault.WILDCARD, text, "stands for any origin, it is not one", None)
    if stripped.lower() == "null":
        if "null" in literals:
            return _problem(OriginFault.NULL_CASE, text, "is compared byte for byte", "null")
        return _problem(OriginFault.NULL, text, "is what every opaque origin is written as", None)
    unquoted = stripped.strip(_QUOTES).strip()
    if unquoted != stripped:
        suggestion = _mended(unquoted, literals)
        return _problem(OriginFault.QUOTES, text, "has quotes, which count as part of it", suggestion)
    parts = _SEPARATORS.split(stripped)
    if sum("://" in part or part in ("*", "null") for part in parts) > 1:
        fault = "names several origins, where exactly one can stand"
        advice = "answer each request with its own Origin if that is on your list, and Vary: Origin"
        return _problem(OriginFault.SEVERAL_ORIGINS, text, fault, None, advice)
    if _UNPRINTABLE.search(text):
        suggestion = _mended(stripped, literals)
        return _problem(OriginFault.WHITESPACE, text, "has white space or control characters", suggestion)
    if "*" in text or "*" in (_as_browsers_write(text) or ""):
        fault = "has a wildcard inside, which browsers take literally"
        advice = "compare on the server, and answer with the one origin that asked"
        return _problem(OriginFault.WILDCARD_IN_HOST, text, fault, None, advice)
    return None


def _mended(text: str, literals: frozenset[str]) -> str | None:
    if text in literals:
        return text
    written = _as_browsers_write(text)
    return None if "*" in (written or "*") else written


def _component_problem(text: str) -> SerializedOriginProblem:
    """Faults of the parts, in the order in which they are read."""
    # Here, because it takes long to import, and most texts are right.
    import rfc3986  # type: ignore[import-untyped]
    from rfc3986.exceptions import InvalidAuthority  # type: ignore[import-untyped]

    suggestion = _as_browsers_write(text)
    uri = rfc3986.uri_reference(scalar_value_string(text))
    if uri.scheme is None or (uri.authority is None and _is_host_and_port(uri.scheme, uri.path)):
        return _problem(OriginFault.MISSING_SCHEME, text, "has no scheme", _with_scheme(text))
    default_port = DEFAULT_PORTS.get(uri.scheme.lower())
    if default_port is None and suggestion is None and parse_url(text) is not None:
        fault = f"has no origin to name: browsers write that of {uri.scheme.lower()}: URLs as null"
        return _problem(OriginFault.OPAQUE_SCHEME, text, fault, None)
    if uri.authority is None:
        if suggestion is None:
            return _problem(OriginFault.NO_HOST, text, "has no host", None)
        if default_port is None:
            return _not_canonical(text, suggestion)
        return _problem(OriginFault.SLASHES, text, "needs exactly two slashes after its scheme", suggestion)
    try:
        authority = uri.authority_info()
    except InvalidAuthority:
        return _authority_problem(text, uri.authority, suggestion)
    userinfo, host, port = authority["userinfo"], authority["host"], authority["port"]
    if not host:
        return _problem(OriginFault.NO_HOST, text, "has no host", suggestion)
    if uri.authority.endswith(":") or (port is not None and int(port) > 0xFFFF):
        return _problem(OriginFault.INVALID_PORT, text, _BAD_PORT, suggestion)
    if suggestion is None:
        return _problem(OriginFault.INVALID_HOST, text, "has a host that is none", None)
    if userinfo is not None:
        return _problem(OriginFault.USERINFO, text, "has a user name, no part of an origin", suggestion)
    if uri.query is not None:
        return _problem(OriginFault.QUERY, text, "has a query, no part of an origin", suggestion)
    if uri.fragment is not None:
        return _problem(OriginFault.FRAGMENT, text, "has a fragment, no part of an origin", suggestion)
    if uri.path == "/":
        return _problem(OriginFault.TRAILING_SLASH, text, "ends in a slash, origins do not", suggestion)
    if uri.path:
        return _problem(OriginFault.PATH, text, "has a path, no part of an origin", suggestion)
    if uri.scheme != uri.scheme.lower() or host != host.lower():
        return _problem(OriginFault.UPPER_CASE, text, "has upper case, browsers send lower case", suggestion)
    if port is not None and int(port) == default_port:
        fault = f"names the default port of {uri.scheme}, which browsers leave out"
        return _problem(OriginFault.DEFAULT_PORT, text, fault, suggestion)
    return _not_canonical(text, suggestion)


def _not_canonical(text: str, suggestion: str) -> SerializedOriginProblem:
    return _problem(OriginFault.NOT_CANONICAL, text, "is not how browsers write that origin", suggestion)


def _authority_problem(text: str, authority: str, suggestion: str | None) -> SerializedOriginProblem:
    """Why rfc3986 can't take an authority apart."""
    if not authority.isascii():
        fault = "has a host that is not ASCII, browsers send its punycode"
        return _problem(OriginFault.NON_ASCII_HOST, text, fault, suggestion)
    host, colon, port = authority.rpartition(":")
    one_colon = colon and "]" not in port and ":" not in host.rpartition("]")[2]
    if one_colon and not (port.isdecimal() and len(port) <= 5):
        return _problem(OriginFault.INVALID_PORT, text, _BAD_PORT, suggestion)
    return _problem(OriginFault.INVALID_HOST, text, "has a host that is none", suggestion)


def _is_host_and_port(scheme: str, path: str | None) -> bool:
    """Is what the grammar reads as a scheme a host, as in `localhost:3000`?"""
    return scheme.lower() not in DEFAULT_PORTS and (path or "").partition("/")[0].isdecimal()


def _with_scheme(text: str) -> str | None:
    """The origin if the scheme that people mean is put in front: http on this machine, https elsewhere."""
    if is_unfilled(text) or text.lower() in _WORDS_FOR_ALL:
        return None
    url = parse_url("https://" + text.lstrip("/\\"))
    if url is None:
        return None
    meant = url.with_scheme("http") if host_is_loopback(url.host or "") else url
    return _mended(meant.href, frozenset())
