"""HAProxy: headers set on answers, and preflights that it answers itself."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, Final

from ....patterns import lazy_pattern
from ..header_rows import For, HeaderRow, grants_of
from ..model import Configured, Grant, Mistake
from .replies import replies_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_ASKED: Final = r"(?:req\.f?hdr\(origin[^)]*\)|capture\.req\.hdr\(\d+\)|var\([\w.]*origin\))"
_ORIGIN: Final = lazy_pattern(rf"%\[{_ASKED}[^\]]*\]", re.IGNORECASE)
_OF_ORIGIN: Final = lazy_pattern(
    rf"{_ASKED}(?P<flags>(?:\s+-\w+(?:\s+(?:str|reg|beg|end|dom|sub|found)\b)?)*)\s+(?P<values>.+)", re.IGNORECASE
)
_NOT_KNOWN: Final = "%{expr}"
_MOST: Final = 50
"""Lines of one ACL, and terms of one condition."""


def read_haproxy(text: str) -> Configured | None:
    """https://docs.haproxy.org/3.0/configuration.html#4.4-set-header ; None where no CORS header is set."""
    lines = [each for line in text.splitlines() if (each := _words(line))]
    acls: dict[str, list[str]] = {}
    for words in lines:
        if words[0] == "acl" and len(words) > 2:
            told = acls.setdefault(words[1], [])
            told += [" ".join(words[2:])][: _MOST - len(told)]
    doubts = list(_unread(lines))
    if (by_lua := next((words for words in lines if words[:2] == ["http-request", "lua.cors"]), None)) is not None:
        return _by_lua(by_lua)
    rows: list[HeaderRow] = []
    answered: list[HeaderRow] = []
    status = None
    for words in lines:
        if words[0] in ("http-response", "http-after-response") and words[1:2] in (["set-header"], ["add-header"]):
            pairs, rest = [(words[2], words[3])] if len(words) > 3 else [], words[4:]
            rows += _rows(pairs, _condition(rest, acls), "set" if words[1] == "set-header" else "add")
        elif words[:2] == ["http-request", "return"]:
            at = next((n for n, word in enumerate(words) if word in ("if", "unless")), len(words))
            told = words[:at]
            pairs = [(told[n + 1], told[n + 2]) for n, word in enumerate(told[:-2]) if word == "hdr"]
            condition = _condition(words[at:], acls)
            if condition is not None and condition.on == "preflights":
                status = _status(told)
                answered += _rows(pairs, condition, "add")
    if not any(row.name.lower().startswith("access-control-") for row in (*rows, *answered)):
        return None
    if status is not None:  # what it answers itself goes past the rules for answers
        rows = [
            HeaderRow(row.action, row.name, row.value, left)
            for row in rows
            if (left := row.counts_for.and_(For("requests"))) is not None
        ]
    return Configured(
        kind="HAProxy",
        software="haproxy",
        grants=grants_of("every answer", [*rows, *answered]),
        fixed_origin=True,
        preflight_status=status,
        mistakes=tuple(_mistakes(lines, acls)),
        not_understood=tuple(doubts),
        replies=replies_of(lines),
    )


def _mistakes(lines: list[list[str]], acls: dict[str, list[str]]) -> Iterator[Mistake]:
    """Rules of answers that ask for what HAProxy has of the request alone."""
    for words in lines:
        if words[0] not in ("http-response", "http-after-response"):
            continue
        asked = [text for word in words for text in acls.get(word.lstrip("!"), ())]
        is_refused = any(_OF_REQUEST.search(word) is not None for word in words if "%[" in word)
        if is_refused or any(_OF_REQUEST.search(text) is not None for text in (*asked, *words)):
            yield Mistake(
                "request-header-in-answer",
                f"{' '.join(words)[:60]}: a rule of answers does not see the request's headers: HAProxy "
                + ("refuses it." if is_refused else "says that it never matches."),
                "http-request set-var(txn.origin) req.hdr(Origin), and var(txn.origin) in the rule.",
            )


_OF_REQUEST: Final = lazy_pattern(r"(?<![\w.])(?:req\.f?hdr|f?hdr(?:_\w+)?|path(?:_\w+)?)(?:\(|\s|$|\])")


def _unread(lines: list[list[str]]) -> Iterator[str]:
    """Lines that may change what is sent, or who answers."""
    for words in lines:
        text = " ".join(words)
        action = re.split(r"[.(]", words[1])[0] if len(words) > 1 else ""
        if action == "lua" and words[0] in ("http-request", "http-response", "http-after-response"):
            yield text[:60]
        is_of_cors = "access-control-" in text.lower()
        if words[0] in (".if", ".elif") or (is_of_cors and words[0] in ("rspadd", "rspidel", "http-errors")):
            yield text[:60]


def _by_lua(words: list[str]) -> Configured:
    """https://github.com/haproxytech/haproxy-lua-cors : methods, origins and headers, each with commas."""
    at = next((n for n, word in enumerate(words) if word in ("if", "unless")), len(words))
    words, condition = words[:at], words[at:]
    methods, origins, headers = (
        tuple(part.strip() for part in given.split(",") if part.strip()) for given in [*words[2:5], "", "", ""][:3]
    )
    hosts = tuple(each for each in origins if "://" not in each and each != "*")
    grant = Grant(
        where="lua.cors",
        origins=tuple(each for each in origins if each not in hosts),
        patterns=tuple(
            rf"^https?://(?:[^/:]+)?{re.escape(each)}$" if each[:1] == "." else f"^https?://{re.escape(each)}$"
            for each in hosts
        ),
        methods=methods,
        headers=headers or None,
    )
    doubts = tuple(" ".join(each)[:60] for each in (words[5:], condition) if each)
    return Configured(
        kind="HAProxy: its Lua library for CORS", software="haproxy", grants=(grant,), not_understood=doubts
    )


def _status(words: list[str]) -> int:
    given = words[words.index("status") + 1] if "status" in words[:-1] else ""
    return int(given) if re.fullmatch(r"[1-5][0-9][0-9]", given) else 200


def _words(line: str) -> list[str]:
    try:
        return shlex.split(line, comments=True)
    except ValueError:
        return line.split()


def _rows(pairs: list[tuple[str, str]], condition: For | None, action: str) -> list[HeaderRow]:
    rows = []
    for name, value in pairs:
        value = _ORIGIN.sub("%{Origin}i", value)
        if name.lower().endswith("allow-origin") and (condition is None or "%[" in value):
            value = _NOT_KNOWN
        rows.append(HeaderRow("set" if action == "set" else "add", name, value, condition or For()))
    return rows


def _condition(words: Sequence[str], acls: dict[str, list[str]]) -> For | None:
    """What stands behind `if`; None where the file does not tell which requests it is for."""
    if not words:
        return For()
    text = " ".join(words[1:])
    terms = re.findall(r"!?\{[^{}]*\}|[^\s{}]+", text)
    found: For | None = For()
    for term in terms if len(terms) <= _MOST else ["||"]:
        each = _term(term.lstrip("!"), acls)
        turned = term.startswith("!") != (words[0] == "unless")
        if each is not None and turned:
            each = each.others()
        if each is None or found is None or term in ("or", "||"):
            return None
        found = found.and_(each)
    return found


def _term(term: str, acls: dict[str, list[str]]) -> For | None:
    if term[:1] != "{" and term in acls:
        each = [_term("{ " + text + " }", acls) for text in acls[term]]
        if any(of is None or of.on != "all" for of in each):
            return each[0] if len(each) == 1 else None
        return For(only_for=tuple(pattern for of in each if of is not None for pattern in of.only_for))
    if term == "METH_OPTIONS" or re.fullmatch(r"\{\s*method\s+(?:-\w+\s+)*OPTIONS\s*\}", term):
        return For("preflights")
    compared = _OF_ORIGIN.search(term.strip("{} "))
    if compared is None:
        return None
    flags, values = compared["flags"].lower(), compared["values"].split()
    prefix = "(?i)" if "-i" in flags.split() else ""
    if " reg" in flags:
        return For(only_for=tuple(prefix + value for value in values))
    ends = {"end": ("", "$"), "beg": ("^", ""), "sub": ("", ""), "dom": ("", "")}
    before, after = next((ends[name] for name in ends if f" {name}" in flags), ("^", "$"))
    if "-f" in flags.split() or " found" in flags:
        return None
    return For(only_for=tuple(f"{prefix}{before}{re.escape(value)}{after}" for value in values))
