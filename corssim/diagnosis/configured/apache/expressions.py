"""Apache's expressions, evaluated for one request.

https://httpd.apache.org/docs/2.4/expr.html
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

from ....fetch.header_list import get
from ....patterns import lazy_pattern
from ..model import searched
from ..replies import NotTold, bounded

if TYPE_CHECKING:
    from collections.abc import Callable

    from ....fetch.wire import WireRequest

_TOKEN: Final = lazy_pattern(
    r"\s*(?P<token>&&|\|\||==|!=|=~|!~|<=|>=|[=!()<>,{}]|-[a-z]+\b|m?(?P<sign>[#/|%@,;:])(?P<pattern>.*?)(?P=sign)"
    r"(?P<flags>[a-z]*)(?=\s|\)|$)|%\{[^}]*\}|'[^']*'|\"[^\"]*\"|[A-Za-z_][\w]*|[\w.$]+)"
)
_VARIABLE: Final = lazy_pattern(r"%\{([^}]*)\}")
_NOT_OF_BROWSERS: Final = ("user-agent", "referer", "cookie", "accept")
_MOST_TOKENS: Final = 100
_LONGEST: Final = 2_000


class Seen:
    """A request as Apache's variables name it."""

    def __init__(self, wire: WireRequest, path: str, host: str) -> None:
        self.wire, self.path, self.host = wire, path, host
        self.environment: dict[str, str] = {}

    def header(self, name: str) -> str:
        """A header's value, empty where it is missing. Raises `NotTold` for one that browsers choose."""
        if name.lower() == "host":
            return self.host
        if name.lower() in _NOT_OF_BROWSERS:
            raise NotTold(f"%{{HTTP:{name}}}")
        return get(self.wire.headers, name) or ""

    def variable(self, name: str) -> str:
        """The value of `%{NAME}`. Raises `NotTold`."""
        kind, _, argument = name.partition(":")
        if argument and kind.lower() in ("http", "req", "req_novary"):
            return self.header(argument)
        if argument and kind.lower() in ("env", "reqenv"):
            return self.environment.get(argument, "")
        known = {
            "request_method": self.wire.method,
            "request_uri": self.path,
            "http_host": self.host,
            "server_name": self.host,
            "request_scheme": self.wire.url.partition(":")[0],
            "https": "on" if self.wire.url.startswith("https:") else "off",
            "http_origin": get(self.wire.headers, "Origin") or "",
            "query_string": self.wire.url.partition("?")[2],
        }
        if name.lower() not in known:
            raise NotTold(f"%{{{name}}}")
        return known[name.lower()]

    def expanded(self, text: str) -> str:
        """A text with its variables replaced. Raises `NotTold`."""
        return bounded(_VARIABLE.sub(lambda found: self.variable(found[1]), text))


def holds(text: str, seen: Seen) -> bool:
    """Whether an expression holds. Raises `NotTold` for what the text does not tell or what is not read here."""
    if len(text) > _LONGEST:
        raise NotTold(text[:60])
    tokens = list(_TOKEN.finditer(text.replace('\\"', '"')))
    if len(tokens) > _MOST_TOKENS or "".join(found[0] for found in tokens).strip() != text.replace('\\"', '"').strip():
        raise NotTold(text[:60])
    reader = _Reader([(found["token"], found["pattern"], found["flags"] or "") for found in tokens], seen, text)
    value = reader.either()
    reader.ends()
    return value


class _Reader:
    """A reader of an expression's tokens: each with the pattern and the flags that it may be."""

    def __init__(self, tokens: list[tuple[str, str | None, str]], seen: Seen, text: str) -> None:
        self._tokens, self._seen, self._text = tokens, seen, text
        self._at = 0

    def _next(self) -> str:
        return self._tokens[self._at][0] if self._at < len(self._tokens) else ""

    def _take(self) -> str:
        token = self._next()
        self._at += 1
        return token

    def ends(self) -> None:
        """Raise `NotTold` where something is left."""
        if self._next():
            raise NotTold(self._text[:60])

    def either(self) -> bool:
        value = self._both()
        while self._next() in ("||", "or"):
            self._take()
            value = self._both() or value
        return value

    def _both(self) -> bool:
        value = self._one()
        while self._next() in ("&&", "and"):
            self._take()
            value = self._one() and value
        return value

    def _one(self) -> bool:
        token = self._next()
        if token in ("!", "not"):
            self._take()
            return not self._one()
        if token == "(":
            self._take()
            value = self.either()
            if self._take() != ")":
                raise NotTold(self._text[:60])
            return value
        if token in ("true", "false"):
            return self._take() == "true"
        if token in ("-n", "-z", "-T"):
            self._take()
            given = self._word()
            is_on = given.lower() not in ("", "0", "off", "false", "no")
            return is_on if token == "-T" else bool(given) == (token == "-n")
        return self._compared()

    def _compared(self) -> bool:
        value, sign = self._word(), self._take()
        if sign in ("=~", "!~"):
            if self._at >= len(self._tokens) or self._tokens[self._at][1] is None:
                raise NotTold(self._text[:60])
            _, pattern, flags = self._tokens[self._at]
            self._at += 1
            return (searched(pattern or "", value, ignores_case="i" in flags) is not None) == (sign == "=~")
        if sign == "-in" or sign == "in":
            return value in self._list()
        compare: dict[str, Callable[[str], bool]] = {
            "==": lambda other: value == other,
            "=": lambda other: value == other,
            "!=": lambda other: value != other,
            "-strmatch": lambda other: fnmatchcase(value, other),
            "-strcmatch": lambda other: fnmatchcase(value.lower(), other.lower()),
            "-fnmatch": lambda other: fnmatchcase(value, other),
        }
        if sign not in compare:
            raise NotTold(self._text[:60])
        return compare[sign](self._word())

    def _list(self) -> list[str]:
        if self._take() != "{":
            raise NotTold(self._text[:60])
        found = []
        while self._next() not in ("}", ""):
            if self._next() == ",":
                self._take()
            else:
                found.append(self._word())
        self._take()
        return found

    def _word(self) -> str:
        token = self._take()
        if token[:1] in "'\"" and len(token) > 1:
            return self._seen.expanded(token[1:-1])
        if token.startswith("%{"):
            return self._seen.variable(token[2:-1])
        if self._next() == "(" and token.lower() in ("req", "http", "req_novary", "reqenv", "env", "tolower", "osenv"):
            self._take()
            given = self._word()
            if self._take() != ")":
                raise NotTold(self._text[:60])
            return given.lower() if token == "tolower" else self._seen.variable(f"{token}:{given}")
        if token and token[0].isalnum():
            return token
        raise NotTold(self._text[:60])
