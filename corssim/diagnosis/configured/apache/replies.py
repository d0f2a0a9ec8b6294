"""What Apache answers to a request: rewriting, logins, the handler, and headers in its two tables.

https://httpd.apache.org/docs/2.4/mod/mod_headers.html#header
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ....patterns import lazy_pattern
from ....records import field, record
from ....url import parse_url
from ..model import groups_of, replaced
from ..replies import Branch, NotTold, Reply, supposing
from .expressions import Seen, holds
from .rewriting import Rewriting
from .sections import Line, is_proxied

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from ....fetch.wire import WireRequest

Places = list[tuple[str, list[Line]]]
"""The lines that count, by the kind of the place that they stand in: "server", "directory", "files", "location"."""

_NAMES: Final = ("access-control-allow-origin", "access-control-allow-credentials", "access-control-allow-methods",
                 "access-control-allow-headers", "access-control-max-age", "access-control-expose-headers")  # fmt: skip
_OF_ALL: Final = _NAMES[:2]
_OF_PREFLIGHTS: Final = _NAMES[2:4]
_VALUE: Final = lazy_pattern(r"%\{([^}]*)\}(\w)|%(.)")
_OF_SERVERS: Final = ("documentroot", "servername", "proxypass", "listen")
_NEVER_WRITTEN: Final = ("PUT", "DELETE", "PATCH")
_UNSURE: Final = ("ifdefine", "ifversion", "ifmodule")


@record()
class _Tables:
    """Headers of CORS: of every answer, and of those that are no errors, where a program's own stand too."""

    always: dict[str, list[str]] = field(default_factory=dict)
    success: dict[str, list[str]] = field(default_factory=dict)
    hidden: set[str] = field(default_factory=set)
    is_programs: bool = False


def replies_of(
    places: Callable[[str], Places], *, wants_login: Callable[[list[Line]], bool], asks: Callable[[list[Line]], bool]
) -> Callable[[WireRequest], Reply]:
    """What a configuration answers whose `places` give the lines that count for a URL.

    Lines may want a `login` of preflights; whether they `ask` a program of the server's for what is no file.
    """

    def answered(request: WireRequest) -> Reply:
        parts = parse_url(request.url)
        host, path = ("", "/") if parts is None else (parts.host or "", parts.path or "/")
        found = places(request.url)
        lines = [line for _, group in found for line in group]
        login = wants_login(lines) and request.method == "OPTIONS"
        is_of_files = not asks(lines) and any(_name(line) in _OF_SERVERS for line in lines)

        def followed(supposed: list[bool]) -> Reply:
            seen = Seen(request, path, host)
            return _Followed(seen, supposed, found).reply(login=login, is_of_files=is_of_files, asks=asks(lines))

        return supposing(followed)

    return answered


def _name(line: Line) -> str:
    return line.words[0].lower()


class _Followed:
    """One request on its way through the phases."""

    def __init__(self, seen: Seen, supposed: list[bool], places: Places) -> None:
        self._seen, self._supposed, self._places = seen, supposed, places
        self._path = seen.path

    def reply(self, *, login: bool, is_of_files: bool, asks: bool) -> Reply:
        """The answer. Raises `NotTold` and `Branch`."""
        server = [line for kind, group in self._places if kind == "server" for line in group]
        others = [(kind, group) for kind, group in self._places if kind != "server"]
        lines = [line for _, group in self._places for line in group]
        self._set_variables(lines)
        rewriting = Rewriting(self._seen, self._supposing)
        early = rewriting.status(server, in_a_folder=not others)
        if early is not None:
            at_once = [*server, *(line for kind, group in others if kind == "location" for line in group)]
            return self._answer(at_once if others else lines, early)
        if login:
            return self._answer(lines, 401)
        last = next((group for _, group in reversed(others) if any(_name(line) == "rewriterule" for line in group)), [])
        status = rewriting.status(last, in_a_folder=True)
        if status is not None:
            return self._answer(lines, status)
        if is_proxied(lines, self._path) or rewriting.hands_on or any(map(_is_handled_elsewhere, lines)):
            return self._answer(lines, None, by_program=True)
        if self._seen.wire.method in _NEVER_WRITTEN and is_of_files:
            answers = (self._answer(lines, 405), self._answer(lines, 200))
            if answers[0].headers != answers[1].headers:
                raise NotTold(f"what answers {self._seen.wire.method}")
        is_preflight = self._seen.wire.method == "OPTIONS"
        return self._answer(lines, None if is_preflight and asks else 200)

    def _supposing(self, what: str) -> bool:
        if self._supposed:
            return self._supposed.pop(0)
        raise Branch(what)

    def _holds(self, text: str, what: str) -> bool:
        try:
            return holds(text, self._seen)
        except NotTold:
            return self._supposing(what[:60])

    def _set_variables(self, lines: Iterable[Line]) -> None:
        """https://httpd.apache.org/docs/2.4/mod/mod_setenvif.html#setenvif"""
        environment = self._seen.environment
        for line in lines:
            name, words = _name(line), line.words
            if name == "setenv" and len(words) > 1:
                environment[words[1]] = words[2] if len(words) > 2 else ""
            elif name == "unsetenv":
                for word in words[1:]:
                    environment.pop(word, None)
            elif name == "setenvifexpr" and len(words) > 2:
                if self._holds(words[1], f"SetEnvIfExpr {words[1]}"):
                    self._set(words[2:], ())
            elif name in ("setenvif", "setenvifnocase") and len(words) > 3:
                try:
                    given = self._attribute(words[1])
                except NotTold as told:
                    if any(_is_used(word, lines) for word in words[3:]):
                        raise NotTold(str(told)) from None
                    continue
                found = groups_of(words[2], given, ignores_case=name.endswith("nocase"))
                if found is not None:
                    self._set(words[3:], found)

    def _set(self, words: Sequence[str], groups: Sequence[str]) -> None:
        for word in words:
            name, sign, value = word.partition("=")
            if name.startswith("!"):
                self._seen.environment.pop(name[1:], None)
            else:
                given = re.sub(r"\$(\d)", lambda found: "".join(groups[int(found[1]) : int(found[1]) + 1]), value)
                self._seen.environment[name] = given if sign else "1"

    def _attribute(self, name: str) -> str:
        known = {"request_method": self._seen.wire.method, "request_uri": self._path}
        if name.lower() in known:
            return known[name.lower()]
        if name in self._seen.environment:
            return self._seen.environment[name]
        if name.lower().startswith(("remote_", "server_", "request_")):
            raise NotTold(f"SetEnvIf {name}")
        return self._seen.header(name)

    def _answer(self, lines: Iterable[Line], status: int | None, *, by_program: bool = False) -> Reply:
        tables = _Tables(is_programs=by_program)
        plain = [line for line in lines if _name(line) == "header"]
        for line in sorted(plain, key=lambda line: any(name == "if" for name, _ in line.inside)):
            self._header(line, tables)
        is_rewritten = status is not None and status != 200 and not by_program
        if is_rewritten or self._seen.environment.get("\0rewritten"):
            tables.success.clear()
        headers = [
            (name, ", ".join(values) if len(values) == 1 else value)
            for table in (tables.always, tables.success)
            for name, values in table.items()
            for value in values
        ]
        return Reply(status=status, headers=tuple(headers), by_program=by_program, hidden=frozenset(tables.hidden))

    def _header(self, line: Line, tables: _Tables) -> None:
        words = line.words[1:]
        kind = words[0].lower() if words and words[0].lower() in ("always", "onsuccess") else ""
        words = words[1:] if kind else words
        if len(words) < 2:
            return
        action, name = words[0].lower(), words[1].rstrip(":").lower()
        if name not in _NAMES or not self._counts(line, words, action):
            return
        decides = name in _OF_ALL or (name in _OF_PREFLIGHTS and self._seen.wire.method == "OPTIONS")
        table = tables.always if kind == "always" else tables.success
        may_be_there = (
            tables.is_programs and table is tables.success and not table.get(name) and name not in tables.hidden
        )
        try:
            if may_be_there and action in ("setifempty", "edit", "edit*"):
                raise NotTold(f"Header {action} {words[1]}")
            self._act(table, action, name, words[2:])
        except NotTold:
            if decides:
                raise
            return
        if kind != "always" and action in ("set", "unset"):
            tables.hidden.add(name)

    def _act(self, table: dict[str, list[str]], action: str, name: str, given: list[str]) -> None:
        if action == "unset":
            table.pop(name, None)
        elif action in ("edit", "edit*") and len(given) > 1:
            replacement = re.sub(r"\$(\d)", r"\\\1", given[1])
            count = 1 if action == "edit" else 0
            table[name] = [replaced(given[0], replacement, value, count=count) for value in table.get(name, [])]
            if not table[name]:
                del table[name]
        elif action in ("set", "add", "append", "merge", "setifempty") and given:
            value, known = self._value(given[0]), table.get(name, [])
            if action == "set" or not known:
                table[name] = [value]
            elif action == "add":
                known.append(value)
            elif action == "append" or (action == "merge" and value not in re.split(r",\s*", ", ".join(known))):
                table[name] = [", ".join((*known, value))]

    def _counts(self, line: Line, words: list[str], action: str) -> bool:
        for section, argument in line.inside:
            if section == "if" and not self._holds(argument, f"<If {argument}>"):
                return False
            if section in _UNSURE and not self._supposing(f"<{section} {argument}>"):
                return False
        first = 2 if action == "unset" else 4 if action in ("edit", "edit*") else 3
        for word in words[first:]:
            if word.lower().startswith("env="):
                name = word[4:].lstrip("!")
                if (name in self._seen.environment) == word[4:].startswith("!"):
                    return False
            elif word.lower().startswith("expr=") and not self._holds(word[5:], word):
                return False
        return True

    def _value(self, text: str) -> str:
        if text.lower().startswith("expr="):
            return self._seen.expanded(text[5:])

        def one(found: re.Match[str]) -> str:
            if found[3] is not None:
                return found[3] if found[3] == "%" else found[0]
            if found[2] == "e":
                return self._seen.environment.get(found[1], "(null)")
            if found[2] == "i":
                return self._seen.header(found[1]) or "(null)"
            raise NotTold(found[0])

        return _VALUE.sub(one, text)


def _is_used(word: str, lines: Iterable[Line]) -> bool:
    name = word.partition("=")[0].lstrip("!")
    return any(_name(line) == "header" and name in " ".join(line.words) for line in lines)


def _is_handled_elsewhere(line: Line) -> bool:
    return _name(line) == "sethandler" and line.words[-1].startswith("proxy:")
