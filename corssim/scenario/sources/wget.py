"""A wget command. https://www.gnu.org/software/wget/manual/wget.html#HTTP-Options"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from ...patterns import lazy_pattern
from .as_sent import Sent, call_of
from .curl import url_and_user
from .reading import NotKnown, Reading, UnreadableSource, define_flag
from .shell_words import PROMPT, command_words

if TYPE_CHECKING:
    from collections.abc import Mapping

COMMAND = lazy_pattern(rf"\s*{PROMPT}?wget(?:\.exe)?\s", re.IGNORECASE)

_TAKE_A_VALUE = frozenset(
    "--output-document --output-file --append-output --tries --timeout --dns-timeout --connect-timeout "  # noqa: SIM905
    "--read-timeout --wait --user-agent --load-cookies --save-cookies --directory-prefix --certificate --private-key "
    "--ca-certificate --max-redirect --limit-rate --quota --level --accept --reject --domains --input-file".split()
)
_OF_THE_REQUEST = frozenset(
    "--header --method --body-data --body-file --post-data --post-file --user --password --http-user "  # noqa: SIM905
    "--http-password --referer".split()
)
_WHY_PASSED_OVER = {
    "--load-cookies": "a file of cookies is not read; --cookie gives one",
    "--certificate": "a browser sends a client's certificate with credentials alone, and never with a preflight",
}
_MOST = 20
_SHORT_WITH_VALUE = frozenset("OoaitTwUPQlARDe")


def read_wget(text: str, define: Mapping[str, str] | None = None) -> Reading:
    """The call that a wget command stands for. Raises `UnreadableSource`."""
    unknown: list[str] = []
    given, urls, passed_over = _sorted_out(command_words(text, define or {}, unknown)[1:])
    if not urls:
        raise UnreadableSource("no URL is in this command; paste all of it, as in: wget https://api.example/items")
    readings = []
    for url, userinfo in map(url_and_user, urls[:_MOST]):
        said = list(passed_over)
        reading = call_of(_sent(given, url, userinfo, said), "wget")
        not_known = tuple(
            NotKnown(name, "url" if f"${{{name}}}" in url else "a value", define_flag(name))
            for name in dict.fromkeys(unknown)
        )
        readings.append(replace(reading, passed_over=(*said, *reading.passed_over), not_known=not_known))
    return replace(readings[0], further=tuple(readings[1:]))


def sent_by_wget(text: str) -> tuple[Sent, list[str]]:
    """What a wget command sends, and what of it means nothing to a browser. Raises `UnreadableSource`."""
    found = COMMAND.match(text)
    given, urls, passed_over = _sorted_out(command_words(text[found.end() if found else 0 :], {}, []))
    if not urls:
        raise UnreadableSource("no URL is in this command; paste all of it, as in: wget https://api.example/items")
    url, userinfo = url_and_user(urls[0])
    return _sent(given, url, userinfo, passed_over), passed_over


def _sorted_out(words: list[str]) -> tuple[list[tuple[str, str]], list[str], list[str]]:
    """The options of the request, the URLs, and what means nothing to a browser."""
    given: list[tuple[str, str]] = []
    urls: list[str] = []
    passed_over: list[str] = []
    rest = iter(words)
    for word in rest:
        if not word.startswith("-") or word == "-":
            urls.append(word)
            continue
        name, equals, value = word.partition("=")
        if name in _OF_THE_REQUEST:
            given.append((name, value if equals else next(rest, "")))
            continue
        passed_over.append(f"{word}: {_WHY_PASSED_OVER[name]}" if name in _WHY_PASSED_OVER else word)
        takes_next = not equals and name in _TAKE_A_VALUE
        if not name.startswith("--"):
            letters = word[1:]
            found = next((number for number, letter in enumerate(letters) if letter in _SHORT_WITH_VALUE), None)
            takes_next = found is not None and found == len(letters) - 1
        if takes_next:
            next(rest, "")
    return given, urls, passed_over


def _sent(given: list[tuple[str, str]], url: str, userinfo: str, passed_over: list[str]) -> Sent:
    import base64

    options = dict(given)
    headers = []
    for name, value in given:
        if name == "--header" and ":" in value:
            field, _, content = value.partition(":")
            headers.append((field.strip(), content.strip()))
        elif name == "--referer":
            headers.append(("Referer", value))
    body = options.get("--body-data", options.get("--post-data"))
    file = options.get("--body-file", options.get("--post-file"))
    if body is None and file is not None:
        passed_over.append(f"the content of {file} (a file is not read)")
        body = ""
    names = {name.lower() for name, _ in headers}
    if body is not None and "content-type" not in names:
        headers.append(("Content-Type", "application/x-www-form-urlencoded"))
    user = options.get("--user", options.get("--http-user"))
    if user is not None:
        userinfo = f"{user}:{options.get('--password', options.get('--http-password', ''))}"
    if userinfo and "authorization" not in names:
        headers.append(("Authorization", f"Basic {base64.b64encode(userinfo.encode()).decode()}"))
    is_post = "--post-data" in options or "--post-file" in options
    method = "POST" if is_post else "HEAD" if "--spider" in passed_over else "GET"
    return Sent(method=options.get("--method", method).upper(), url=url, headers=headers, body=body)
