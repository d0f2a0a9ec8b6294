"""What of the lines of an Apache place is not read and may change an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ....patterns import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .sections import Line

_OF_CORS: Final = lazy_pattern(r"(?i)access-control-|\bcors\b|HTTP_ORIGIN|\bOrigin\b|\$\{\w*(?:cors|origin)")
_KNOWN: Final = frozenset(
    {"header", "setenvif", "setenvifnocase", "rewritecond", "rewriterule", "requestheader", "define", "setenv"}
    | {"errorlog", "customlog", "logformat", "servername", "serveralias", "documentroot", "alias", "proxypass"}
    | {"proxypassreverse", "options", "indexignore", "adddefaultcharset", "addtype", "addcharset", "errordocument"}
)
_HARMLESS_FILES: Final = lazy_pattern(r"(?i)ssl|tls|letsencrypt|log|php|mods-|modules|mime|charset|sites-|conf-")
_OF_HEADERS: Final = lazy_pattern(r"(?i)cors|header|origin")
_EDITS: Final = ("edit-escape", "note", "echo")


def unread_of(lines: list[Line], variables: frozenset[str]) -> Iterator[str]:
    """What stands in lines. `variables` are those that a line sets by what a request has."""
    for line in lines:
        name, text = line.words[0].lower(), " ".join(line.words[1:])
        if name == "header":
            yield from _of_header(line, variables)
        elif name in ("include", "includeoptional"):
            if _OF_HEADERS.search(text) is not None or _HARMLESS_FILES.search(text) is None:
                yield f"{line.words[0]} {text}"[:60]
        elif name in ("allowmethods", "luahookfixups", "luahookaccesschecker", "script") or (
            name not in _KNOWN and _OF_CORS.search(text) is not None
        ):
            yield f"{line.words[0]} {text}"[:60]
        elif _denies(line):
            yield from (f"{line.words[0]} {text} in <{section}>" for section, _ in line.inside[-1:])


def _denies(line: Line) -> bool:
    """Whether preflights are refused by a list of methods."""
    words = [word.lower() for word in line.words]
    if words[:3] not in (["require", "all", "denied"], ["deny", "from", "all"]):
        return False
    for section, argument in line.inside:
        is_listed = "OPTIONS" in argument.upper().split()
        if (section == "limit" and is_listed) or (section == "limitexcept" and not is_listed):
            return True
    return False


def _of_header(line: Line, variables: frozenset[str]) -> Iterator[str]:
    words = line.words[1:]
    words = words[1:] if words and words[0].lower() in ("always", "onsuccess") else words
    if len(words) < 2 or not words[1].lower().startswith("access-control-"):
        return
    if words[0].lower() in _EDITS:
        yield f"Header {' '.join(words)}"[:60]
    for word in words[2:]:
        if word.lower().startswith("env=") and word[4:].lstrip("!") not in variables:
            yield word[:60]
