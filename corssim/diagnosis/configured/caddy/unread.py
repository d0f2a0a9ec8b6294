"""What of a Caddy site's block is not read and may change an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ....patterns import lazy_pattern
from .matchers import matcher_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .caddyfile import Directive
    from .matchers import Matchers

_READ: Final = frozenset(
    {"header", "handle", "handle_path", "route", "respond", "redir", "reverse_proxy", "php_fastcgi", "proxy", "fastcgi"}
    | {
        "basic_auth",
        "basicauth",
        "forward_auth",
        "file_server",
        "browse",
        "import",
        "log",
        "tls",
        "request_header",
        "map",
    }
)
_OF_CORS: Final = lazy_pattern(
    r"(?i)access-control-|\bcors(?:\b|_)|header\.Origin|header_Origin|\{\$?\w*(?:cors|origin)"
)
_HARMLESS_FILES: Final = lazy_pattern(r"(?i)tls|ssl|log|compress|gzip|encod|php|static|cache|error|sites|conf\.d")
_ANSWERS: Final = ("abort", "error", "handle_errors", "intercept", "handle_response")
_IN_MATCHERS: Final = frozenset(
    {"path", "path_regexp", "host", "method", "header", "header_regexp", "not", "protocol", "file", "remote_ip"}
)
_METHOD: Final = lazy_pattern(r"method[^&|]*==?[^&|]*OPTIONS")
_OF_REQUESTS: Final = ("origin", "access-control-request-method", "access-control-request-headers")


def unread_of(block: Directive, named: Matchers, *, is_old: bool) -> Iterator[str]:
    """What stands in a block itself. `named` are the matchers that count in it."""
    for line in block.inner:
        if line.name.startswith("@"):
            continue
        is_of_cors = _is_of_cors(line)
        if line.name == "import":
            if len(line.words) > 1 and (_OF_CORS.search(line.words[1]) or not _HARMLESS_FILES.search(line.words[1])):
                yield f"import {line.words[1]}"
        elif line.name == "header":
            if is_old or any(each.name == "match" for each in line.inner):
                yield from _of_header(line)
        elif line.name in _ANSWERS:
            if is_of_cors or (matcher_of(line) and _OF_CORS.search(_text(named.get(matcher_of(line)))) is not None):
                yield " ".join(line.words)[:60]
        elif line.name not in _READ and is_of_cors:
            yield " ".join(line.words)[:60]
        if line.name in ("reverse_proxy", "php_fastcgi"):
            answers = line.named("handle_response", "replace_status")
            yield from (each.name for each in answers if _is_of_cors(each))
        if (
            is_old
            and line.name in ("header", "respond", "handle", "route")
            and is_of_cors
            and (matcher := matcher_of(line))
        ):
            yield from _of_matcher(matcher, named)


def _text(line: Directive | None) -> str:
    return "" if line is None else " ".join((*line.words, *(_text(each) for each in line.inner)))


def _is_of_cors(line: Directive) -> bool:
    return any(_OF_CORS.search(word) is not None for word in line.words) or any(map(_is_of_cors, line.inner))


def _of_header(line: Directive) -> Iterator[str]:
    """A header whose value is put together by search and replace, or which counts for some answers alone."""
    words = line.words[1 + bool(matcher_of(line)) :]
    for row in (words, *(each.words for each in line.inner)):
        if len(row) > 2 and row[0].lstrip("+-?>").lower().startswith("access-control-"):
            yield " ".join(("header", *row))[:60]
    if _is_of_cors(line):
        yield from ("match in header" for each in line.inner if each.name == "match")


def _of_matcher(matcher: str, named: Matchers) -> Iterator[str]:
    if not matcher.startswith("@"):
        return
    line = named.get(matcher)
    if line is None:
        yield f"the matcher {matcher}"
        return
    for words in (line.words[1:], *(each.words for each in line.inner)):
        if words[:1] == ["not"]:
            words = words[1:]
        if not words or _METHOD.search(" ".join(words)) is not None:
            continue
        of_header = words[0] in ("header", "header_regexp") and len(words) > 1
        is_read = not of_header or any(word.lower() in _OF_REQUESTS for word in words[1:])
        if words[0] not in _IN_MATCHERS or words[0] == "remote_ip" or not is_read:
            yield f"the matcher {matcher}: {' '.join(words)}"[:60]
