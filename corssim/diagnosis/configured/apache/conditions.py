"""The headers that lines of Apache set, each with its conditions: variables, sections, expressions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal

from ....patterns import lazy_pattern
from ..header_rows import For, HeaderRow
from ..model import matches

if TYPE_CHECKING:
    from .sections import Line

_ACTIONS: Final[dict[str, Literal["set", "add", "default", "remove"]]] = {
    "set": "set",
    "add": "add",
    "append": "add",
    "merge": "add",
    "setifempty": "default",
    "unset": "remove",
}
_NOT_KNOWN: Final = "%{expr}"


def header_rows(lines: list[Line]) -> list[HeaderRow]:
    """The lines that set a header or take it away, each with the requests that it counts for."""
    conditions: dict[str, For] = {}
    texts: dict[str, str] = {}
    rows = []
    for line in lines:
        words, inside = line.words, _condition_of(line)
        if inside is None:
            continue
        if words[0].lower() in ("setenvif", "setenvifnocase") and len(words) > 3:
            asks = _asks(words[1].lower(), words[2], ignores_case=words[0].lower() == "setenvifnocase")
            for word in words[3:]:
                name, _, value = word.partition("=")
                conditions[name] = _either(conditions.get(name), asks)
                texts[name] = _text_of_variable(value or "1", words[2])
        if words[0].lower() != "header":
            continue
        words = words[1:]
        table = words[0].lower() if words and words[0].lower() in ("always", "onsuccess") else ""
        words = words[1:] if table else words
        action = _ACTIONS.get(words[0].lower() if words else "")
        if action is None or len(words) < (2 if action == "remove" else 3):
            continue
        counts_for = _condition_of_words(words[2 if action == "remove" else 3 :], conditions)
        both = None if counts_for is None else counts_for.and_(inside)
        if both is not None:
            value = "" if action == "remove" else _value(words[2], conditions, texts)
            if any(_of_origin(each) is None for each in (*words[3:], *(argument for _, argument in line.inside))):
                value = _NOT_KNOWN if words[1].lower().endswith("allow-origin") else value
            rows.append(HeaderRow(action, words[1].rstrip(":"), value, both, table if table == "always" else ""))
    return rows


def _text_of_variable(value: str, expression: str) -> str:
    """What SetEnvIf gives a variable: a text, the Origin, or (with `$` in it) what only the running server knows.

    https://httpd.apache.org/docs/2.4/mod/mod_setenvif.html#setenvif
    """
    whole = _ONE_GROUP.fullmatch(expression)
    found = ("$0", "$1") if whole is not None else ("$0",)
    return "%{Origin}i" if value in found else value


_ONE_GROUP: Final = lazy_pattern(r"\^?\((?!\?)(?:[^()\\]|\\.|\((?:[^()\\]|\\.|\([^()]*\))*\))*\)\$?")
"""An expression that is one group, from its beginning to its end."""


def _value(text: str, conditions: dict[str, For], texts: dict[str, str]) -> str:
    """A value with the variables that hold the request's Origin in them named as that."""

    def named(found: re.Match[str]) -> str:
        of = conditions.get(found[1])
        return texts.get(found[1], found[0]) if of is not None and (of.only_for or of.not_for) else found[0]

    return re.sub(r"%\{(\w+)\}e", named, text)


def _asks(header: str, expression: str, *, ignores_case: bool = False) -> For:
    """The requests in which a header matches."""
    if header == "origin":
        return For(only_for=(f"(?i){expression}" if ignores_case else expression,))
    is_of_preflights = header == "access-control-request-method" or (
        header == "request_method" and matches(expression, "OPTIONS") and not matches(expression, "GET")
    )
    return For("preflights") if is_of_preflights else For()


def _either(one: For | None, other: For) -> For:
    """A variable that two lines set."""
    if one is None or not (one.only_for and other.only_for):
        return other
    return For(one.on, (*one.only_for, *other.only_for))


def _condition_of_words(words: list[str], conditions: dict[str, For]) -> For | None:
    """`env=NAME`, `env=!NAME` or `expr=…` behind a header; None where it never counts, as far as the file tells."""
    for word in words:
        if word.lower().startswith("env="):
            name = word[4:]
            of = conditions.get(name.lstrip("!"), For())
            return of.others() if name.startswith("!") and of != For() else of
        if word.lower().startswith("expr="):
            return condition_in(word[5:])
    return For()


def _condition_of(line: Line) -> For | None:
    """The requests that the sections around a line leave to it; <Limit> does not hold back a header."""
    found: For | None = For()
    for name, argument in line.inside:
        if name == "if" and found is not None:
            found = found.and_(condition_in(argument))
    return found


def condition_in(text: str) -> For:
    """The conditions of an expression that tell browsers' requests apart; what else stands in it is taken to hold."""
    text = text.replace('\\"', '"')
    method = re.search(r"%\{REQUEST_METHOD\}\s*(==|!=|=|-in|=~)\s*[^\w]*(\w+)", text)
    found: For | None = For()
    if method is not None and "OPTIONS" in text:
        found = For("requests" if method[1] == "!=" or text.lstrip().startswith("!") else "preflights")
    elif method is not None and method[1] in ("==", "=", "-in"):
        found = For("requests")
    of_origin = _of_origin(text)
    return (found and of_origin and found.and_(of_origin)) or For()


def _of_origin(text: str) -> For | None:
    """The origins for which an expression holds; None where it names the Origin in a way that is not known."""
    found = _ORIGIN_COMPARED.search(text)
    if found is None:
        return None if _ORIGIN.search(text) else For()
    if found["list"] is not None:
        listed = tuple(f"^{re.escape(each)}$" for each in re.findall(r"['\"]([^'\"]*)['\"]", found["list"]))
        return For(only_for=listed) if listed else None
    pattern = found["text"] if found["sign"] in ("=~", "!~") else f"^{re.escape(found['text'])}$"
    pattern = f"(?i){pattern}" if "i" in found["flags"] else pattern
    turned = found["sign"].startswith("!") != (text[: found.start()].rstrip().rstrip("(").rstrip()[-1:] == "!")
    return For(not_for=(pattern,)) if turned else For(only_for=(pattern,))


_ORIGIN: Final = lazy_pattern(
    r"%\{(?:HTTP:|req:)Origin\}|HTTP_ORIGIN|(?:http|req(?:_novary)?)\(['\"]Origin", re.IGNORECASE
)
_ORIGIN_COMPARED: Final = lazy_pattern(
    r"(?:%\{(?:HTTP:|req:)Origin\}|%\{HTTP_ORIGIN\}|(?:http|req(?:_novary)?)\(['\"]Origin['\"]\))\s*"
    r"(?:(?P<sign>==|=~|!=|!~|=|-strmatch)\s*m?(?P<quote>['\"/#|,%@])(?P<text>.+?)(?P=quote)(?P<flags>i?)"
    r"|-in\s*\{(?P<list>[^}]*)\})",
    re.IGNORECASE,
)
