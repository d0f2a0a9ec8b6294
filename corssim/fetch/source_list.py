"""Source lists of a Content Security Policy: which URLs does a directive's value let through?

https://w3c.github.io/webappsec-csp/#framework-directive-source-list
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from corssim.fetch.subresource_integrity import parse_metadata
from corssim.url import host_is_ipv4

from ..patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from corssim.fetch.rules import CspRules
    from corssim.origin import Origin
    from corssim.url import URL

_SCHEME_SOURCE = lazy_pattern(r"([A-Za-z][A-Za-z0-9+.-]*):")
_HOST_SOURCE = lazy_pattern(
    r"""
    (?: (?P<scheme> [A-Za-z][A-Za-z0-9+.-]* ) :// )?
    (?P<host> \* | (?: \*\. )? [A-Za-z0-9-]+ (?: \. [A-Za-z0-9-]+ )* \.? )
    (?: : (?P<port> [0-9]+ | \* ) )?
    (?P<path> / (?: [A-Za-z0-9._~!$&'()*+=:@%-]+ (?: / [A-Za-z0-9._~!$&'()*+=:@%-]* )* )? )?
    """,
    re.VERBOSE,
)
_NONCE_SOURCE = lazy_pattern(r"(?i:'nonce-)([A-Za-z0-9+/_-]+={0,2})'")
_HASH_SOURCE = lazy_pattern(r"'(?P<algorithm>(?i:sha256|sha384|sha512))-(?P<value>[A-Za-z0-9+/_-]+={0,2})'")

_SECURER_SCHEMES = {"http": {"https"}, "ws": {"wss"}}
"""What a scheme in an expression matches besides itself."""
_HTTP_OF_WEBSOCKET_SCHEMES = {"ws": {"http", "https"}, "wss": {"https"}}
"""What it matches besides, since WebSocket URLs of Fetch are http(s) ones."""


def url_matches_source_list(
    url: URL, source_list: Sequence[str], self_origin: Origin, redirect_count: int, rules: CspRules
) -> bool:
    """Does any expression of the list match this URL? An empty list and `'none'` alone match nothing.

    https://w3c.github.io/webappsec-csp/#match-url-to-source-list
    """
    return any(
        url_matches_source_expression(url, expression, self_origin, redirect_count, rules) for expression in source_list
    )


def url_matches_source_expression(
    url: URL, expression: str, self_origin: Origin, redirect_count: int, rules: CspRules
) -> bool:
    """Does `*`, a scheme, a host or `'self'` match this URL? Other keywords, nonces and hashes match no URL.

    https://w3c.github.io/webappsec-csp/#match-url-to-source-expression
    """
    if expression == "*":
        return url.is_http or url.scheme == self_origin.scheme
    if scheme_source := _SCHEME_SOURCE.fullmatch(expression):
        return _scheme_part_matches(scheme_source[1].lower(), url.scheme, rules)
    if host_source := _HOST_SOURCE.fullmatch(expression):
        if expression.startswith("*:") and not rules.star_takes_a_port:
            return False
        return _host_source_matches(host_source, url, self_origin, redirect_count, rules)
    return expression.lower() == "'self'" and _is_self(url, self_origin)


def nonce_matches_source_list(nonce: str, source_list: Iterable[str]) -> bool:
    """Does the list name this nonce? https://w3c.github.io/webappsec-csp/#match-nonce-to-source-list"""
    sources = map(_NONCE_SOURCE.fullmatch, source_list)
    return nonce != "" and any(source is not None and source[1] == nonce for source in sources)


def integrity_metadata_matches_source_list(integrity_metadata: str, source_list: Iterable[str]) -> bool:
    """Does the list name every hash of the integrity attribute, of which there must be one?

    https://w3c.github.io/webappsec-csp/#match-integrity-metadata-to-source-list
    """
    listed = {
        (source["algorithm"].lower(), source["value"].translate(_BASE64_OF_BASE64URL))
        for source in map(_HASH_SOURCE.fullmatch, source_list)
        if source is not None
    }
    given = {(item.algorithm, item.value) for item in parse_metadata(integrity_metadata)}
    return given != set() and given <= listed


_BASE64_OF_BASE64URL = str.maketrans("-_", "+/")


def _host_source_matches(
    host_source: re.Match[str], url: URL, self_origin: Origin, redirect_count: int, rules: CspRules
) -> bool:
    scheme = (host_source["scheme"] or self_origin.scheme).lower()
    if not url.host or not _scheme_part_matches(scheme, url.scheme, rules):
        return False
    if not _host_part_matches(host_source["host"], url.host):
        return False
    if not _port_part_matches(host_source["port"], scheme, url, rules):
        return False
    path = host_source["path"]
    # After a redirect the path would tell the page where another origin sends its visitors.
    return not path or redirect_count > 0 or _path_part_matches(path, url.path)


def _scheme_part_matches(pattern: str, scheme: str, rules: CspRules) -> bool:
    """https://w3c.github.io/webappsec-csp/#match-schemes"""
    if pattern == scheme or scheme in _SECURER_SCHEMES.get(pattern, ()):
        return True
    return rules.websocket_sources_match_http and scheme in _HTTP_OF_WEBSOCKET_SCHEMES.get(pattern, ())


def _host_part_matches(pattern: str, host: str) -> bool:
    """https://w3c.github.io/webappsec-csp/#match-hosts

    The text lets domains alone match; browsers compare IPv4 addresses as written too, and so does this.
    """
    pattern = pattern.lower()
    if pattern == "*":
        return True
    if pattern.startswith("*."):
        return not host_is_ipv4(host) and host.endswith(pattern[1:])
    return pattern == host


def _port_part_matches(port: str | None, scheme: str, url: URL, rules: CspRules) -> bool:
    """https://w3c.github.io/webappsec-csp/#match-ports"""
    if port == "*":
        return True
    if port is None:
        return url.port is None
    listed = port.lstrip("0") or "0"
    if listed == "80" and url.effective_port == 443 and rules.port_80_matches_443 != "no":
        return rules.port_80_matches_443 == "always" or scheme != url.scheme
    return str(url.effective_port) == listed


def _path_part_matches(pattern: str, path: str) -> bool:
    """https://w3c.github.io/webappsec-csp/#match-paths"""
    from urllib.parse import unquote_to_bytes  # here, because it takes a while to import

    if pattern == "/":
        return True
    pattern_pieces = pattern.split("/")
    path_pieces = path.split("/")
    if pattern.endswith("/"):
        pattern_pieces.pop()
        if len(pattern_pieces) >= len(path_pieces):
            return False
    elif len(pattern_pieces) != len(path_pieces):
        return False
    return all(
        unquote_to_bytes(expected) == unquote_to_bytes(piece)
        for expected, piece in zip(pattern_pieces, path_pieces, strict=False)
    )


def _is_self(url: URL, origin: Origin) -> bool:
    """Is the URL on the policy's own origin, or on its secure upgrade?

    blob: URLs are not, whatever origin they carry: they have no host.
    """
    if not url.host or url.host != origin.host:
        return False
    upgraded = url.scheme in {"https", "wss"} or (origin.scheme == "http" and url.scheme == "ws")
    return url.port == origin.port and (upgraded or url.scheme == origin.scheme)
