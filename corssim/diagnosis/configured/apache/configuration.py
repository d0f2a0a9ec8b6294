"""Apache's Header directives by place, and the login that stops preflights."""

from __future__ import annotations

import re
from typing import Final

from ....patterns import lazy_pattern
from ....records import replace
from ..header_rows import For, HeaderRow, grants_of
from ..model import Configured, Mistake, matches
from .conditions import condition_in, header_rows
from .replies import Places, replies_of
from .sections import (
    Line,
    Section,
    all_lines,
    all_sections,
    by_place,
    is_proxied,
    lines_for,
    parsed,
    places_for,
)
from .unread import unread_of

_LOGINS: Final = ("valid-user", "user", "group", "ldap-user", "ldap-group", "ldap-attribute", "ldap-filter")
_OF_SERVERS: Final = ("servername", "documentroot", "listen", "serverroot")
_FILES: Final = ("/font.woff2", "/font.woff", "/font.ttf", "/font.otf", "/data.json", "/image.png", "/image.svg",
                 "/script.js", "/style.css", "/index.html", "/index.php")  # fmt: skip


def read_apache(text: str) -> Configured:
    """Apache's Header directives, in a configuration or in .htaccess."""
    top = parsed(text)
    whole = _configured(list(all_lines(top)), None)
    each_place = [grant for told, lines in by_place(top) for grant in _configured(lines, None, told).grants]
    # What a place has of the one around it alone is told there.
    distinct = {replace(grant, where=""): grant for grant in reversed(each_place)}

    def places(url: str) -> Places:
        return places_for(top, url) or [("server", list(all_lines(top)))]

    replies = replies_of(places, wants_login=_wants_login_of_preflights, asks=_asks_a_program)
    whole = replace(whole, grants=tuple(reversed(distinct.values())), replies=replies)
    has_servers = any(each.name == "virtualhost" for each in all_sections(top))

    is_part = not has_servers and not any(line.words[0].lower() in _OF_SERVERS for line in all_lines(top))

    def at(url: str) -> Configured | None:
        lines = lines_for(top, url)
        path = re.sub(r"^[a-z]+://[^/?#]*|[?#].*$", "", url, flags=re.IGNORECASE)
        if lines is None and has_servers:
            return replace(whole, grants=(), is_silent=True)
        if lines is None:
            lines = list(all_lines(top))
        found = replace(_configured(lines, path or "/"), replies=replies)
        return replace(found, is_silent=is_part and not found.grants)

    return replace(whole, places=at, example_path=_example_path(top) or whole.example_path)


def _example_path(top: Section) -> str:
    """A path of the first place that says something of CORS."""
    for section in all_sections(top):
        if not any(_is_of_cors(line.words) for line in all_lines(section)) or not section.arguments:
            continue
        argument = section.arguments[-1]
        is_expression = section.name.endswith("match") or section.arguments[0] == "~"
        if section.name == "location" and argument.startswith("/") and not is_expression:
            return argument
        if section.name.startswith("files") and is_expression:
            return next((path for path in _FILES if matches(argument, path[1:])), "")
        if section.name == "files":
            return "/" + argument.replace("*", "data").replace("?", "a")
    return ""


def _is_of_cors(words: list[str]) -> bool:
    return words[0].lower() == "header" and "access-control-" in " ".join(words[1:]).lower()


def _configured(lines: list[Line], path: str | None, told: str = "every answer") -> Configured:
    """What lines say together, of a path or (None) of all that they stand for, in a place that is called so."""
    rows = header_rows(lines)
    origins = [row for row in rows if row.name.lower() == "access-control-allow-origin"]
    sets = [row for row in origins if row.action != "remove"]
    mistakes: list[Mistake] = []
    if sets and any(row.table != "always" for row in sets):
        mistakes.append(
            Mistake(
                "not-on-errors",
                "Without `always` the header is not on error answers: script then sees a CORS error in place of the "
                "4xx or 5xx.",
                "Header always set Access-Control-Allow-Origin …",
            )
        )
    wants_login = _wants_login_of_preflights(lines)
    if wants_login:
        mistakes.append(
            Mistake(
                "login-before-preflight",
                "A login is wanted for every method (Require …), OPTIONS too: a preflight never carries one and is "
                "answered 401 before any RewriteRule counts.",
                "<LimitExcept OPTIONS> around the Require line.",
            )
        )
    rewrites = [line.words for line in lines if line.words[0].lower() == "rewriterule"]
    if any(words[-1].endswith("]]") for words in rewrites):
        mistakes.append(Mistake("rewrite-flags", "The flags of a RewriteRule end in “]]”.", "One bracket closes them."))
    answers = any(re.search(r"\[[^\]]*\bR=20\d", words[-1], re.IGNORECASE) for words in rewrites)
    if answers:
        # What mod_rewrite answers goes out as errors do.
        if sets and not any(row.table == "always" for row in sets):
            mistakes.append(
                Mistake(
                    "not-on-rewritten-preflights",
                    "The RewriteRule answers preflights as errors are answered: without `always` no Header line is on "
                    "them.",
                    "Header always set … for each of them.",
                )
            )
        rows = [row for each in rows if (row := _without_preflights(each)) is not None]
    behind = path is not None and (is_proxied(lines, path) or any(map(_is_handed_on, lines)))
    adds = behind and _adds_to_the_programs_own(origins)
    if adds:
        mistakes.append(
            Mistake(
                "added-to-the-programs-own",
                "Header always set does not replace what the program behind sends: where that sends "
                "Access-Control-Allow-Origin too, the browser sees two values.",
                "Header onsuccess unset Access-Control-Allow-Origin, or leave it to one of the two.",
            )
        )
    status = 401 if wants_login else 204 if answers else None
    is_of_files = any(line.words[0].lower() in _OF_SERVERS for line in lines)
    nothing = (
        "Apache answers OPTIONS for files itself, 200 with the headers of successful answers; a program that stands "
        "there has to answer it with 2xx."
        if is_of_files and not behind and not _asks_a_program(lines)
        else "Nothing in it answers OPTIONS: a preflight passes only if what stands there answers it with 2xx."
    )
    return Configured(
        kind="Apache httpd",
        software="apache",
        grants=grants_of(told, rows),
        mistakes=tuple(mistakes),
        fixed_origin=True,
        preflight_status=status if status is not None else None if behind or _asks_a_program(lines) else 200,
        adds_to_upstream=adds,
        hands_on=behind and not any(row.action == "remove" and row.counts_for == For() for row in origins),
        notes=() if status is not None else (nothing,),
        guesses_preflights=status is None and not behind and not is_of_files,
        not_understood=tuple(unread_of(lines, _variables(lines))),
    )


def _variables(lines: list[Line]) -> frozenset[str]:
    """Those that SetEnvIf, SetEnv and rules set."""
    rows = [line.words for line in lines]
    by_request = [word for row in rows if row[0].lower() in ("setenvif", "setenvifnocase") for word in row[3:]]
    always = [word for row in rows if row[0].lower() == "setenv" for word in row[1:2]]
    by_request += [word for row in rows if row[0].lower() == "setenvifexpr" for word in row[2:]]
    by_rules = [name for row in rows if row[0].lower() == "rewriterule" for name in _SET_BY_RULE.findall(row[-1])]
    return frozenset((*by_rules, *(word.partition("=")[0].lstrip("!") for word in (*by_request, *always))))


_SET_BY_RULE: Final = lazy_pattern(r"(?i)[\[,]\s*E(?:NV)?=!?(\w+)")


def _without_preflights(row: HeaderRow) -> HeaderRow | None:
    """A row of `always` as it is, another as far as it counts for what is no preflight."""
    left = row.counts_for if row.table == "always" else row.counts_for.and_(For("requests"))
    return None if left is None else replace(row, counts_for=left)


def _is_handed_on(line: Line) -> bool:
    name, last = line.words[0].lower(), line.words[-1]
    return (name == "sethandler" and last.startswith("proxy:")) or (
        name == "rewriterule" and re.search(r"\[(?:[^\]]*,)?P(?:,|\])", last) is not None
    )


def _asks_a_program(lines: list[Line]) -> bool:
    """Whether what is no file is answered by a program of this server's, preflights too."""
    rows = [line.words for line in lines]
    return any(
        (row[0].lower() == "fallbackresource" and row[-1].lower() not in ("disabled", "off"))
        or (row[0].lower() == "rewriterule" and len(row) > 2 and _PROGRAM.search(row[2].partition("?")[0]) is not None)
        for row in rows
    )


_PROGRAM: Final = lazy_pattern(r"(?i)\.(?:php\d?|f?cgi|py|pl|rb|wsgi)(?:/|$)")


def _adds_to_the_programs_own(origins: list[HeaderRow]) -> bool:
    """The program's headers stand in the table that `always` does not touch."""
    replaces = any(row.table != "always" and row.action in ("set", "remove") for row in origins)
    return any(row.action != "remove" for row in origins) and not replaces


def _wants_login_of_preflights(lines: list[Line]) -> bool:
    """Whether OPTIONS is asked for a login."""
    wanted = [line for line in lines if line.words[0].lower() == "require"]
    if any([word.lower() for word in line.words[1:3]] == ["method", "options"] for line in wanted):
        return False
    return any(
        len(line.words) > 1 and line.words[1].lower() in _LOGINS and all(_is_for_options(*each) for each in line.inside)
        for line in wanted
    )


def _is_for_options(section: str, argument: str) -> bool:
    methods = argument.upper().split()
    if section == "limit":
        return "OPTIONS" in methods
    if section == "limitexcept":
        return "OPTIONS" not in methods
    return condition_in(argument).on != "requests"
