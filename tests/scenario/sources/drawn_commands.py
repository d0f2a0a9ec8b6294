"""curl commands drawn by chance: options in every order and form, words in every quoting of bash."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

T = TypeVar("T")

_CHARACTERS = "abc XYZ019-_.~!*'();:@&=+$,/?#[]{}\"\\`%^|<>é\t"
_NEED_NO_QUOTES = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:=,@%+")
_URLS = (
    "http://api.example/items", "api.example", "http://API.example/a/../b?q=a+b#there", "localhost:8080/a%20b?x=%41",
    "http://ada:se%20cret@api.example/{a,b}", "http://[::1]:8000/[1-3]?a[]=1", "http:/api.example/?u=http://x.example/",
    "http://ada@münchen.example/é?a=b&c=d",
)  # fmt: skip
_HEADERS = (
    "Content-Type: application/json", "content-type:text/plain", "Accept: application/json", "Accept:", "X-Empty;",
    "X-Gone:", "Authorization: Bearer abc.def", "Origin: https://app.example", "Referer: https://app.example/p?x=1",
    "Cookie: a=b; c=d", "Expect:", "X-Two:  spaced  ", "no colon", "Range: bytes=0-9", "Sec-Fetch-Mode: cors",
)  # fmt: skip
_SWITCHES = (
    "-s", "-L", "-k", "-i", "-G", "-g", "-sSf", "-#", "--compressed", "--location", "--get", "--globoff",
    "--digest", "--path-as-is", "--insecure", "-4", "--no-keepalive",
)  # fmt: skip
_LONG = {"X": "--request", "H": "--header", "d": "--data", "b": "--cookie", "u": "--user", "A": "--user-agent",
         "e": "--referer", "F": "--form", "o": "--output", "m": "--max-time"}  # fmt: skip


class Drawn:
    def __init__(self, random: Random) -> None:
        self._random = random

    def command(self) -> str:
        options = [self._option() for _ in range(self._random.randrange(6))]
        options.insert(self._random.randrange(len(options) + 1), [self._quoted(self._one(_URLS))])
        if self._random.random() < 0.1:
            options += [["--next"], self._option(), [self._quoted(self._one(_URLS))]]
        between = self._one((" ", " ", " \\\n  "))
        text = "curl " + between.join(" ".join(option) for option in options)
        return self._one(
            (text, text, text, f"echo {self._quoted(self._text())} | {text} -d @-", f"{text} > /dev/null 2>&1",
             f"{text} --data-binary @- <<'END'\n{self._json()}\nEND\n", f"{text} -d @- <<END\nplain \\$x \"q\"\nEND\n",
             f"{text} -d @- <<< {self._quoted(self._text())}")
        )  # fmt: skip

    def _option(self) -> list[str]:
        chance = self._random.random()
        if chance < 0.25:
            return [self._one(_SWITCHES)]
        if chance < 0.45:
            name, value = self._one(
                (("--data-raw", self._data()), ("--data-binary", self._data()), ("--json", self._json()),
                 ("--data-urlencode", f"q={self._text()}"), ("--data-urlencode", f"={self._text()}"),
                 ("--form-string", "s=;type=@<"), ("--url-query", "q=a b"), ("--url-query", "+raw=1&x"),
                 ("--oauth2-bearer", "token"), ("--url", self._one(_URLS)))
            )  # fmt: skip
            return [name, self._quoted(value)]
        form = self._one(('j={"a":1};type=application/json', 'q="quo\\"ted;x"', "m=x;type=text/plain;charset=utf-8"))
        text = self._text().strip().replace("é", "e").replace("\t", " ")
        letter, value = self._one(
            (("X", self._one(("PUT", "DELETE", "patch", "OPTIONS"))), ("H", self._one(_HEADERS)),
             ("H", f"X-A: {text}x"), ("d", self._data()), ("b", "a=b; s=1=="), ("u", "us er:pä"), ("A", "Mozilla/5.0"),
             ("e", "https://app.example/x;auto"), ("F", form), ("o", "/dev/null"), ("m", "4"))
        )  # fmt: skip
        written = self._random.randrange(4)
        if written == 0 and value:
            return [f"-{letter}{self._quoted(value)}"]
        return [self._one((f"-{letter}", f"-sk{letter}", _LONG[letter])), self._quoted(value)]

    def _data(self) -> str:
        return self._one((self._text().lstrip("@"), f"a={self._text()}", self._json(), "a=1&b=2", ""))

    def _json(self) -> str:
        value = self._one(({"q": 'it\'s "x" $HOME `id` \\ !'}, [1, "é"], {"k": "line\nnext"}))
        return json.dumps(value, ensure_ascii=self._random.random() < 0.5, indent=self._one((None, 2)))

    def _text(self) -> str:
        return "".join(self._one(_CHARACTERS) for _ in range(self._random.randrange(1, 12))).strip()

    def _quoted(self, word: str) -> str:
        single = "'" + word.replace("'", "'\\''") + "'"
        double = '"' + "".join(f"\\{each}" if each in '$`"\\' else each for each in word) + '"'
        escaped = {"'": "\\'", "\\": "\\\\", "\n": "\\n", "\t": "\\t", "é": "\\u00e9", "!": "\\x21"}
        ansi_c = "$'" + "".join(escaped.get(each, each) for each in word) + "'"
        if not word or "\n" in word:
            return self._one((single, double, ansi_c))
        return self._one((single, double, ansi_c, "".join(e if e in _NEED_NO_QUOTES else f"\\{e}" for e in word)))

    def _one(self, values: Sequence[T]) -> T:
        return self._random.choice(values)
