"""What of an nginx place is not read and may change an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ....patterns import lazy_pattern
from ..model import matches
from .blocks import all_blocks

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .blocks import Block

_HARMLESS_FILES: Final = lazy_pattern(
    r"(?i)mime|proxy|fastcgi|uwsgi|scgi|php|ssl|tls|letsencrypt|certbot|acme|gzip|brotli|modules|conf\.d|sites-|log|"
    r"upstream|resolver|realip|cloudflare|block|allow|deny|favicon|error|static|cache|limit"
)
_OF_HEADERS: Final = lazy_pattern(r"(?i)cors|header|origin")
_OF_CORS: Final = lazy_pattern(r"(?i)access-control-|\bcors\b|\$\{?\w*(?:origin|cors)")
_KNOWN: Final = frozenset(
    {
        "add_header",
        "more_set_headers",
        "more_clear_headers",
        "more_set_input_headers",
        "more_clear_input_headers",
        "set",
        "map",
        "if",
    }
    | {"include", "return", "proxy_hide_header", "fastcgi_hide_header", "uwsgi_hide_header", "scgi_hide_header"}
    | {"grpc_hide_header", "proxy_set_header", "grpc_set_header", "fastcgi_param", "uwsgi_param", "scgi_param"}
    | {"proxy_pass", "fastcgi_pass", "uwsgi_pass", "grpc_pass", "server_name", "root", "alias", "index", "try_files"}
    | {"rewrite", "access_log", "error_log", "log_format", "ssl_certificate", "ssl_certificate_key", "upstream"}
    | {"proxy_cache_key", "fastcgi_cache_key", "proxy_cache_path", "proxy_cache", "proxy_pass_header", "limit_req"}
    | {"limit_req_zone", "server", "resolver", "error_page", "valid_referers", "sub_filter", "proxy_redirect"}
)
_DECIDE: Final = frozenset(
    {"auth_request", "auth_jwt", "auth_oidc", "satisfy", "add_header_inherit", "js_content", "js_header_filter"}
    | {"js_access", "perl", "dav_methods"}
)
"""Directives by which something else decides what is answered, or what is inherited."""
_LUA: Final = lazy_pattern(r"(?:set|access|rewrite|content|header_filter|server_rewrite)_by_lua(?:_block|_file)?")
_LUA_ANSWERS: Final = lazy_pattern(r"(?i)origin|access-control|\bheaders?\b|OPTIONS|ngx\.exit|ngx\.status|get_method")
_PLAIN_CONDITION: Final = lazy_pattern(
    r"^if \(?\s*(?:!?-[fde]\s|\$(?:scheme|https?|host|http_host|server_name|server_port|http_user_agent|ssl_protocol|"
    r"http_x_forwarded_proto|http_upgrade|http_x_forwarded_port|is_args|args)\b)"
)
"""Conditions that hold alike for the pages of every origin."""


def is_lua(block: Block) -> bool:
    """Whether a block is one of Lua's code."""
    return bool(block.words) and _LUA.fullmatch(block.words[0]) is not None


def unread_of(place: Block) -> Iterator[str]:
    """What stands in a place, a directive's words each."""
    inner = [block for block in all_blocks(place) if block.words[:1] != ["map"]]
    for block in inner:
        if is_lua(block) and _LUA_ANSWERS.search(" ".join(word for row in _rows(block) for word in row)):
            yield block.words[0]
    rows = [row for block in (place, *inner) if not is_lua(block) for row in block.directives if row]
    sets = [row for row in rows if row[0] == "more_set_headers" and "access-control-" in " ".join(row).lower()]
    adds = [row for row in rows if row[0] == "add_header" and len(row) > 1 and "access-control-" in row[1].lower()]
    if sets and adds:
        yield "more_set_headers beside add_header"
    if sets and any(row[0] == "more_clear_headers" and "access-control-" in " ".join(row).lower() for row in rows):
        yield "more_clear_headers beside more_set_headers"
    for row in rows:
        yield from _of_row(row)
        if any("\n" in word and ";" in word for word in row[:3]):
            yield f"{row[0]}, whose quotes do not end,"


def _rows(block: Block) -> list[list[str]]:
    return [
        *([block.words]),
        *block.directives,
        *(row for each in all_blocks(block) for row in (each.words, *each.directives)),
    ]


def _of_row(row: list[str]) -> Iterator[str]:
    name, text = row[0], " ".join(row[1:])
    if name == "include":
        if _OF_HEADERS.search(row[-1]) is not None or _HARMLESS_FILES.search(row[-1]) is None:
            yield f"include {row[-1]}"
    elif name in _DECIDE and row[-1] != "off":
        yield f"{name} {text}"[:60]
    elif _LUA.fullmatch(name) is not None:
        if name.endswith("_file") or _LUA_ANSWERS.search(text) is not None:
            yield name
    elif name in ("more_set_headers", "more_clear_headers"):
        if not {"-s", "-t", "-a"}.isdisjoint(row) and "access-control-" in text.lower():
            yield f"{name} {text}"[:60]
    elif name not in _KNOWN and (_OF_CORS.search(text) is not None or name.startswith("cors")):
        yield f"{name} {text}"[:60]


def is_plain(condition: str) -> bool:
    """Whether a condition holds alike for the pages of every origin."""
    return _PLAIN_CONDITION.search(condition) is not None


def status_of_access(place: Block) -> int | None:
    """What a preflight is answered where a login or a list of methods keeps it out; None where none does."""
    for block in place.blocks:
        if block.words[:1] == ["limit_except"] and "OPTIONS" not in [word.upper() for word in block.words]:
            names = {row[0] for row in block.directives if row}
            if "deny" in names and "allow" not in names:
                return 403
            if "auth_basic" in names:
                return 401
    logins = [row for row in place.directives if row[:1] == ["auth_basic"] and len(row) > 1]
    return 401 if logins and logins[-1][-1] != "off" else None


_BY_METHOD: Final = lazy_pattern(r"\$request_method\s*(?P<sign>!?~\*?|!?=)\s*(?P<text>.+?)\s*\)?$")
_METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


def holds_for(condition: str) -> tuple[bool, bool] | None:
    """Whether `if ($request_method …)` holds for OPTIONS, and for any other method; None where it is not read."""
    asked = _BY_METHOD.search(condition)
    if asked is None:
        return None
    text = asked["text"].strip().strip("'\"")
    if text.count("(") < text.count(")"):
        text = text.removesuffix(")").rstrip().strip("'\"")

    def holds(method: str) -> bool:
        by_pattern = "~" in asked["sign"]
        found = matches(text, method, ignores_case="*" in asked["sign"]) if by_pattern else text == method
        return found != asked["sign"].startswith("!")

    return holds("OPTIONS"), any(holds(method) for method in _METHODS)
