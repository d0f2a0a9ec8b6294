"""A wget command. https://www.gnu.org/software/wget/manual/wget.html#HTTP-Options"""

from __future__ import annotations

import base64
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from ...patterns import lazy_pattern
from .as_sent import Sent, call_of
from .curl_request import url_and_user
from .reading import NotKnown, Reading, UnreadableSource, define_flag
from .shell_words import PROMPT, command_words

if TYPE_CHECKING:
    from collections.abc import Mapping

COMMAND = lazy_pattern(rf"\s*{PROMPT}?wget(?:\.exe)?\s", re.IGNORECASE)

_TAKE_A_VALUE = frozenset(
    "--accept --accept-regex --append-output --backups --base --bind-address --ca-certificate --ca-directory "  # noqa: SIM905
    "--certificate --certificate-type --ciphers --compression --config --connect-timeout --crl-file --cut-dirs "
    "--default-page --directory-prefix --dns-timeout --domains --exclude-directories --exclude-domains --execute "
    "--follow-tags --ftp-password --ftp-user --hsts-file --ignore-tags --include-directories --input-file --level "
    "--limit-rate --load-cookies --local-encoding --max-redirect --output-document --output-file --pinnedpubkey "
    "--prefer-family --private-key --private-key-type --progress --proxy-password --proxy-user --quota --read-timeout "
    "--regex-type --reject --reject-regex --rejected-log --remote-encoding --report-speed --restrict-file-names "
    "--retry-on-http-error --save-cookies --secure-protocol --start-pos --timeout --tries --use-askpass --user-agent "
    "--wait --waitretry --warc-dedup --warc-file --warc-header --warc-max-size --warc-tempdir".split()
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
_SHORT_WITH_VALUE = frozenset("OoaitTwUPQlARDeBIX")


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
    options = dict(given)
    headers: list[tuple[str, str]] = []
    for name, value in given:
        if name == "--header":
            headers = _with_header(headers, value)
    names = {name.lower() for name, _ in headers}
    body = options.get("--body-data", options.get("--post-data"))
    file = options.get("--body-file", options.get("--post-file"))
    if body is None and file is not None:
        passed_over.append(f"the content of {file} (a file is not read)")
        body = ""
    own = [("Referer", options["--referer"])] if "--referer" in options else []
    if body is not None:
        own.append(("Content-Type", "application/x-www-form-urlencoded"))
    if credentials := _credentials(options, userinfo):
        own.append(("Authorization", f"Basic {base64.b64encode(credentials.encode()).decode()}"))
        if "--auth-no-challenge" not in passed_over and "authorization" not in names:
            passed_over.append(
                "wget sends the user's name and password once the server has answered 401, and script at once; they "
                "are in Authorization here"
            )
    headers += [pair for pair in own if pair[0].lower() not in names]
    method = _method(options, is_spider="--spider" in passed_over)
    return Sent(method=method, url=url, headers=headers, body=None if method == "HEAD" else body)


def _method(options: dict[str, str], *, is_spider: bool) -> str:
    is_post = "--post-data" in options or "--post-file" in options
    if is_post and "--method" in options:
        raise UnreadableSource("wget takes --post-data or --method, not both; write --method with --body-data")
    if ("--body-data" in options or "--body-file" in options) and "--method" not in options:
        raise UnreadableSource("wget sends --body-data with --method alone; add --method=POST, or write --post-data")
    return "HEAD" if is_spider else options.get("--method", "POST" if is_post else "GET").upper()


def _with_header(headers: list[tuple[str, str]], value: str) -> list[tuple[str, str]]:
    """The last one of a name counts; an empty one takes away all before it."""
    name, colon, content = value.partition(":")
    if not colon and value:
        raise UnreadableSource(f"{value!r:.100} is no header, and wget refuses it: write Name: value")
    return [pair for pair in headers if value and pair[0].lower() != name.strip().lower()] + (
        [(name.strip(), content.strip())] if value else []
    )


def _credentials(options: dict[str, str], userinfo: str) -> str:
    """--http-user before --user, and both before what stands in the URL; one alone is not sent."""
    user = options.get("--http-user", options.get("--user"))
    password = options.get("--http-password", options.get("--password"))
    name, _, secret = userinfo.partition(":")
    user, password = user or name, password if password is not None else secret
    return f"{user}:{password}" if user and password else ""
