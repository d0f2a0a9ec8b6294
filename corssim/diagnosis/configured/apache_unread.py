"""What of the lines of an Apache place is not read and may change an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ...patterns import lazy_pattern
from .model import matches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .apache_sections import Line

_OF_CORS: Final = lazy_pattern(r"(?i)access-control-|\bcors\b|HTTP_ORIGIN|\bOrigin\b|\$\{\w*(?:cors|origin)")
_KNOWN: Final = frozenset(
    {"header", "setenvif", "setenvifnocase", "rewritecond", "rewriterule", "requestheader", "define", "setenv"}
    | {"errorlog", "customlog", "logformat", "servername", "serveralias", "documentroot", "alias", "proxypass"}
    | {"proxypassreverse", "options", "indexignore", "adddefaultcharset", "addtype", "addcharset", "errordocument"}
)
_HARMLESS_FILES: Final = lazy_pattern(r"(?i)ssl|tls|letsencrypt|log|php|mods-|modules|mime|charset|sites-|conf-")
_OF_HEADERS: Final = lazy_pattern(r"(?i)cors|header|origin")
_EDITS: Final = ("edit", "edit*", "note", "echo")
_OF_REQUESTS: Final = lazy_pattern(r"(?i)HTTP_REFERER|HTTP_ORIGIN|(?:HTTP|req):(?:Origin|Referer)|HTTP_COOKIE")
_REFUSES: Final = lazy_pattern(
    r"(?i)\[(?:[^\]]*,)?\s*(?:F|G|forbidden|gone|R(?:edirect)?(?:=(?:[345]\d\d|[a-z]+))?)\s*[,\]]"
)
_IN_EXPRESSION: Final = lazy_pattern(
    r"(?i)%\{(?!REQUEST_METHOD|HTTPS\b|REQUEST_SCHEME|HTTP_ORIGIN|HTTP:Origin|req:Origin)"
)


def unread_of(lines: list[Line], variables: frozenset[str]) -> Iterator[str]:
    """What stands in lines. `variables` are those that a line sets by what a request has."""
    conditions: list[list[str]] = []
    for line in lines:
        name, text = line.words[0].lower(), " ".join(line.words[1:])
        if name == "header":
            yield from _of_header(line, variables)
        elif name in ("include", "includeoptional"):
            if _OF_HEADERS.search(text) is not None or _HARMLESS_FILES.search(text) is None:
                yield f"{line.words[0]} {text}"[:60]
        elif name == "rewritecond":
            conditions.append(line.words)
            continue
        elif name == "rewriterule":
            yield from _of_rule(line, conditions)
            conditions = []
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
        if word.lower().startswith("expr=") and _IN_EXPRESSION.search(word) is not None:
            yield word[:60]
    for section, argument in line.inside:
        if section in ("else", "elseif") or (section == "if" and _IN_EXPRESSION.search(argument) is not None):
            yield f"<{section.capitalize()} {argument}"[:60].rstrip() + ">"
        if section in ("ifdefine", "ifversion") or (section == "ifmodule" and argument.startswith("!")):
            yield f"<{section} {argument}>"


def _of_rule(line: Line, conditions: list[list[str]]) -> Iterator[str]:
    """A rule that refuses or leads elsewhere by what a browser sends."""
    if len(line.words) < 3:
        return
    refuses = _REFUSES.search(line.words[-1]) is not None and line.words[-1].startswith("[")
    if not refuses:
        return
    for words in conditions:
        test = words[1] if len(words) > 1 else ""
        value = words[2] if len(words) > 2 else ""
        of_method = "REQUEST_METHOD" in test.upper() and _holds_for_options(value)
        if of_method or _OF_REQUESTS.search(test) is not None:
            yield " ".join(words)[:60]


def _holds_for_options(value: str) -> bool:
    turned = value.startswith("!")
    return matches(value.lstrip("!="), "OPTIONS") != turned
