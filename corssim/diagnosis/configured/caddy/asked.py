"""A request as Caddy's matchers and placeholders see it.

https://caddyserver.com/docs/caddyfile/matchers , https://caddyserver.com/docs/conventions#placeholders
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

from ....fetch.header_list import get
from ....patterns import lazy_pattern
from ..model import searched
from ..replies import Branch, NotTold, bounded
from .expressions import value_of_expression

if TYPE_CHECKING:
    import re
    from collections.abc import Sequence

    from ....fetch.wire import WireRequest
    from .caddyfile import Directive

_PLACEHOLDER: Final = lazy_pattern(r"\{([\w$.>-]+(?:\[[^\]]*\])?)\}")
_OF_ALL: Final = ("access-control-allow-origin", "access-control-allow-credentials")
_OF_PREFLIGHTS: Final = ("access-control-allow-methods", "access-control-allow-headers")
_NOT_OF_BROWSERS: Final = ("user-agent", "referer", "cookie", "accept")


class Asked:
    """A request: its method, path and headers, what regular expressions found in it, what is supposed of the rest."""

    def __init__(self, wire: WireRequest, path: str, host: str, supposed: list[bool]) -> None:
        self.method = wire.method
        self.path = path
        self.host = host
        self._wire, self._supposed = wire, supposed
        self._found: dict[str, str] = {}
        self._mapped: dict[str, str | None] = {}

    def strip(self, prefix: str) -> None:
        """Take the beginning of the path away."""
        if self.path.startswith(prefix):
            self.path = "/" + self.path.removeprefix(prefix).lstrip("/")

    def header(self, name: str) -> str | None:
        """The value of a request's header. Raises `NotTold` for one that browsers choose."""
        if name.lower() == "host":
            return self.host
        if name.lower() in _NOT_OF_BROWSERS:
            raise NotTold(f"{{header.{name}}}")
        return get(self._wire.headers, name)

    def expanded(self, text: str) -> str:
        """A text with its placeholders replaced. Raises `NotTold`."""
        return bounded(_PLACEHOLDER.sub(lambda found: self._value(found[1]), text))

    def _value(self, name: str) -> str:
        short = name.removeprefix("http.request.")
        if name.startswith(">"):
            return self.header(name[1:]) or ""
        if short.startswith("header."):
            return self.header(short.removeprefix("header.")) or ""
        if short in ("method", "host", "path", "hostport", "scheme", "uri", "uri.path"):
            known = {"method": self.method, "scheme": self._wire.url.partition(":")[0]}
            return known.get(short, self.host if "host" in short else self.path)
        key = name.removeprefix("http.regexp.").removeprefix("re.")
        if key in self._found and key != name:
            return self._found[key]
        if name in self._mapped and (mapped := self._mapped[name]) is not None:
            return mapped
        raise NotTold(f"{{{name}}}")

    def value_of_header(self, name: str, text: str) -> str | None:
        """What a header's value comes to; None for one that decides nothing of this request and is not told."""
        decides = name.lower() in _OF_ALL or (self.method == "OPTIONS" and name.lower() in _OF_PREFLIGHTS)
        try:
            return self.expanded(text)
        except NotTold:
            if decides:
                raise
            return None

    def add_map(self, words: Sequence[str], rows: Sequence[Directive]) -> None:
        """`map`: the first row that equals the source, or whose expression is found in it."""
        names = [word.strip("{}") for word in words[1:]]
        try:
            source = self.expanded(words[0]) if words else ""
        except NotTold:
            self._mapped |= dict.fromkeys(names)
            return
        chosen: Sequence[str] = ()
        default: Sequence[str] = ()
        for row in rows:
            if row.name == "default":
                default = row.words[1:]
            elif not chosen and self._is_input(row.name, source):
                chosen = row.words[1:] or [""]
        for number, name in enumerate(names):
            given = chosen[number : number + 1] or default[number : number + 1]
            value = given[0] if given and given[0] != "-" else (default[number] if number < len(default) else "")
            self._mapped[name] = value.replace("${1}", self._found.get("1", ""))
            if "{" in value:
                try:
                    self._mapped[name] = self.expanded(value)
                except NotTold:
                    self._mapped[name] = None

    def _is_input(self, text: str, source: str) -> bool:
        if text.startswith("~"):
            return self._finds(text[1:], source, "")
        return text == source

    def _finds(self, pattern: str, text: str, name: str) -> bool:
        found: re.Match[str] | None = searched(pattern, text)
        if found is None:
            return False
        for number, group in enumerate((found[0], *found.groups())):
            for key in (str(number), f"{name}.{number}" if name else str(number)):
                self._found[key] = group or ""
        return True

    def is_matched(self, token: str, named: dict[str, Directive]) -> bool:
        """Whether a directive's matcher token matches. Raises `Branch` where nothing tells."""
        if token in ("", "*"):
            return True
        if token.startswith("/"):
            return self._is_path(token)
        line = named.get(token)
        if line is None:
            return self._supposes(f"the matcher {token}")
        rows = [line.words[1:]] if len(line.words) > 1 else []
        blocks = [(each.words, each.inner) for each in line.inner]
        return self._all_of(
            [*((row, line.inner if row[:1] == ["not"] else ()) for row in rows), *([] if rows else blocks)], token
        )

    def _all_of(self, lines: Sequence[tuple[Sequence[str], Sequence[Directive]]], token: str) -> bool:
        """Every kind has to match; of several lines of a kind, and of one field, one."""
        kinds: dict[tuple[str, ...], list[bool]] = {}
        for number, (words, inner) in enumerate(lines):
            if not words:
                continue
            if words[0] == "not":
                kinds["not", str(number)] = [not self._not(words, inner, token)]
                continue
            key = tuple(words[:2]) if words[0] in ("header", "header_regexp") else (words[0],)
            kinds.setdefault(key, []).append(self._one(words, token))
        return all(any(each) for each in kinds.values())

    def _not(self, words: Sequence[str], inner: Sequence[Directive], token: str) -> bool:
        if len(words) > 1:
            return self._one(words[1:], token)
        return self._all_of([(each.words, each.inner) for each in inner], token)

    def _one(self, words: Sequence[str], token: str) -> bool:
        kind, values = words[0], list(words[1:])
        if kind == "path":
            return any(self._is_path(value) for value in values)
        if kind == "path_regexp":
            return bool(values) and self._finds(values[-1], self.path, values[0] if len(values) > 1 else "")
        if kind == "method":
            return self.method in [value.upper() for value in values]
        if kind == "host":
            return any(fnmatchcase(self.host, value.lower()) for value in values)
        if kind == "protocol":
            return self._wire.url.startswith(f"{values[0]}:") if values[:1] in (["http"], ["https"]) else True
        try:
            if kind == "header" and values:
                return self._is_header(values)
            if kind == "header_regexp" and len(values) > 1:
                given = self.header(values[-2])
                return given is not None and self._finds(values[-1], given, values[0] if len(values) > 2 else token[1:])
            if kind == "expression" or (len(words) == 1 and " " in kind):
                return value_of_expression(" ".join(values) if kind == "expression" else kind, self.expanded)
        except NotTold:
            pass
        return self._supposes(f"the matcher {token}: {' '.join(words)}"[:60])

    def _supposes(self, what: str) -> bool:
        if self._supposed:
            return self._supposed.pop(0)
        raise Branch(what)

    def _is_header(self, values: Sequence[str]) -> bool:
        if values[0].startswith("!"):
            return self.header(values[0][1:]) is None
        given = self.header(values[0])
        if len(values) == 1:
            return given is not None
        return given is not None and any(_is_like(self.expanded(value), given) for value in values[1:])

    def _is_path(self, pattern: str) -> bool:
        return fnmatchcase(self.path.lower(), pattern.lower())


def _is_like(pattern: str, text: str) -> bool:
    """A value of a header, with `*` at its ends."""
    if pattern == "*":
        return True
    if pattern.startswith("*") and pattern.endswith("*"):
        return pattern[1:-1] in text
    if pattern.startswith("*"):
        return text.endswith(pattern[1:])
    return text.startswith(pattern[:-1]) if pattern.endswith("*") else text == pattern
