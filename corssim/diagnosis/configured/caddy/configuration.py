"""Caddy's header directive by place, of version 2 and before."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal

from ....records import field, record, replace
from ....url import parse_url
from ..header_rows import For, HeaderRow, grants_of
from ..model import Configured, Mistake
from .caddyfile import is_part, parsed, sites_for, sites_of
from .matchers import Matchers, counts_for, matcher_of, paths_of
from .replies import replies_of
from .unread import unread_of

if TYPE_CHECKING:
    from ..model import Grant
    from .caddyfile import Directive

_SIGNS: Final[dict[str, Literal["set", "add", "default", "remove"]]] = {"+": "add", "-": "remove", "?": "default"}
_HANDLES: Final = ("handle", "handle_path")
_PROXIES: Final = ("reverse_proxy", "php_fastcgi", "proxy", "fastcgi")
_LOGINS: Final = ("basic_auth", "basicauth", "forward_auth")
_UPSTREAM: Final = "upstream"


def read_caddy(text: str) -> Configured:
    """Caddy's header directive, of version 2 and of those before it."""
    top = parsed(text)
    sites = sites_of(top)
    whole = _Place(None, "", is_old=re.search(r"(?m)^[^\S\n]*proxy\s", text) is not None)
    for site in sites or [top]:
        whole.walk(site, For(), {})

    found = replace(whole.configured(), replies=None if whole.is_old else replies_of(top))

    def at(url: str) -> Configured | None:
        parts = parse_url(url)
        if parts is None:
            return None
        place = _Place(parts.path or "/", parts.host or "", is_old=whole.is_old)
        for site in sites_for(top, url):
            place.walk(site, For(), {})
        is_silent = is_part(top) and not place.rows and bool(whole.rows)
        return replace(place.configured(), is_silent=is_silent, replies=found.replies)

    return replace(found, places=at, example_path=_example_path(sites[0] if sites else top, {}) or found.example_path)


def _example_path(block: Directive, named: Matchers) -> str:
    """A path of the first place that says something of CORS."""
    named = {**named, **{each.name: each for each in block.inner if each.name.startswith("@")}}
    for line in block.inner:
        if line.name in ("header", *_HANDLES, "route") and _is_of_cors(line):
            paths = paths_of(matcher_of(line), named)
            return paths[0].replace("*", "") if paths else _example_path(line, named)
    return ""


def _is_of_cors(line: Directive) -> bool:
    return any("access-control-" in word.lower() for word in line.words) or any(map(_is_of_cors, line.inner))


@record(eq=False)
class _Place:
    """What a site does with the requests for one path, or (None) for all that it tells apart."""

    path: str | None
    host: str
    is_old: bool = False
    rows: list[HeaderRow] = field(default_factory=list)
    preflight_statuses: list[int | None] = field(default_factory=list)
    is_proxied: bool = False
    takes_the_programs_own_away: bool = False
    wants_login: bool = False
    unread: list[str] = field(default_factory=list)

    def walk(self, block: Directive, of: For, named: Matchers) -> None:
        """What the directives of a block do with these requests, in Caddy's order of directives.

        https://caddyserver.com/docs/caddyfile/directives#directive-order
        """
        named = {**named, **{each.name: each for each in block.inner if each.name.startswith("@")}}
        self.unread += unread_of(block, named, is_old=self.is_old)
        for line, asked in self._counting(block.named("header"), of, named):
            self._header(line, asked)
        for _, asked in self._counting(block.named(*_LOGINS), of, named):
            if asked.on != "requests":
                self.wants_login = True
                self.preflight_statuses.append(401)
        for line, asked in self._counting(block.named("redir"), of, named):
            self._answered(asked, 302 if line.words[-1] not in ("permanent", "301") else 301)
        for line, asked in self._counting(block.named("route"), of, named):
            self.walk(line, asked, named)
        rest: For | None = of
        for line in sorted(block.named(*_HANDLES), key=_by_specificity):
            chosen = counts_for(matcher_of(line), self.path, self.host, named)
            if rest is None or chosen is None:
                continue
            if (handled := rest.and_(chosen)) is not None:
                self._handle(line, handled, named)
            others = chosen.others()
            if self.path is not None or others is not None:
                rest = None if others is None else rest.and_(others)
        for line, asked in self._counting(block.named("respond"), of, named):
            codes = [word for word in line.words[1:] if re.fullmatch(r"[1-5]\d\d", word)]
            self._answered(asked, int(codes[-1]) if codes else 200)
        if rest is not None:
            for line, asked in self._counting(block.named(*_PROXIES), rest, named):
                self._proxied(line, asked)
            for _, asked in self._counting(block.named("file_server", "browse"), rest, named):
                self._answered(asked, 405)

    def _counting(self, lines: list[Directive], of: For, named: Matchers) -> list[tuple[Directive, For]]:
        """Those of the lines that count for some of these requests, and for which."""
        found = []
        for line in lines:
            chosen = counts_for(matcher_of(line), self.path, self.host, named, by_prefix=self.is_old)
            both = None if chosen is None else of.and_(chosen)
            if both is not None:
                found.append((line, both))
        return found

    def _handle(self, line: Directive, asked: For, named: Matchers) -> None:
        path, matcher = self.path, matcher_of(line)
        if line.name == "handle_path" and path is not None and matcher.startswith("/"):
            prefix = matcher.rstrip("*").rstrip("/")
            self.path = "/" + path[len(prefix) :].lstrip("/")
        self.walk(line, asked, named)
        self.path = path

    def _answered(self, asked: For, status: int | None) -> None:
        if asked.on != "requests":
            self.preflight_statuses.append(status)

    def _header(self, line: Directive, asked: For, table: str = "", skipped: int = 1) -> None:
        words = line.words[skipped + bool(matcher_of(line)) if skipped == 1 else skipped :]
        is_deferred = any(each.name == "defer" for each in line.inner)
        rows = [words, *(each.words for each in line.inner)]
        # Of one directive those that add come first, then those that set.
        for row in sorted(rows, key=lambda row: not row or row[0][:1] != "+"):
            if not row or not row[0].lstrip("+-?>"):
                continue
            sign, name = row[0][0], row[0].lstrip("+-?>").rstrip(":")
            action = _SIGNS.get(sign, "set")
            if not name.lower().startswith("access-control-") or (action != "remove" and len(row) < 2):
                continue
            of_origin = name.lower() == "access-control-allow-origin"
            if of_origin and (action == "remove" or sign == ">" or is_deferred or table == _UPSTREAM):
                self.takes_the_programs_own_away = self.takes_the_programs_own_away or action != "add"
            if action != "remove" or table:
                self.rows.append(HeaderRow(action, name, row[1] if len(row) > 1 else "", asked, table))

    def _proxied(self, line: Directive, asked: For) -> None:
        self.is_proxied = True
        self._answered(asked, None)
        for each in line.named("header_down"):
            self._header(each, asked, _UPSTREAM)

    def configured(self) -> Configured:
        """What a browser gets of it."""
        grants = grants_of("the site", self.rows)
        sets = any(row.name.lower() == "access-control-allow-origin" and not row.table for row in self.rows)
        adds = self.is_proxied and sets and not self.takes_the_programs_own_away
        mistakes: list[Mistake] = []
        if adds:
            mistakes.append(
                Mistake(
                    "added-to-the-programs-own",
                    "The header is set before the program behind answers, and its own comes to it: where that sends "
                    "Access-Control-Allow-Origin too, the browser sees two values (“*, *”).",
                    "header_down -Access-Control-Allow-Origin in reverse_proxy, or leave it to one of the two.",
                )
            )
        if self.wants_login:
            mistakes.append(
                Mistake(
                    "login-before-preflight",
                    "A login is wanted for every method, OPTIONS too: a preflight never carries one and is answered "
                    "401 before any handle or respond counts.",
                    "A matcher beside it: @asks not method OPTIONS.",
                )
            )
        return Configured(
            kind="Caddy before version 2" if self.is_old else "Caddy",
            software="caddy",
            grants=grants,
            mistakes=tuple(mistakes),
            preflight_status=self.preflight_statuses[0] if self.preflight_statuses else 200,
            fixed_origin=True,
            adds_to_upstream=adds,
            hands_on=self.is_proxied and not self.takes_the_programs_own_away,
            not_understood=(*dict.fromkeys(self.unread), *(self._behind(grants) if self.is_old else ())),
        )

    def _behind(self, grants: tuple[Grant, ...]) -> tuple[str, ...]:
        """A program that answers a path for which nothing is set."""
        return ("a program behind, whose answers it hands on,",) if self.path and self.is_proxied and not grants else ()


def _by_specificity(line: Directive) -> tuple[bool, int]:
    """Longer paths first, and what has no matcher last."""
    matcher = matcher_of(line)
    return matcher in ("", "*"), -len(matcher) if matcher.startswith("/") else 0
