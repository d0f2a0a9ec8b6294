"""What is set on the servers, and what must be true of it whatever they do."""

from __future__ import annotations

import asyncio
import gc
import io
import json
import os
import re
import time
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

from corssim import AsyncBrowser, Browser
from corssim.cli.environment import Environment
from corssim.cli.main import main
from corssim.records import replace

from .misbehaviour import PAGE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from corssim import Outcome

    from .misbehaviour import Misbehaviour
    from .servers import Servers

PROFILES = ("standard", "chromium", "firefox", "webkit")
LATE, IN_TIME = 0.4, 10.0  # seconds that a fetch may take, where only that ends it, and elsewhere
SLACK = 2.5  # seconds, for a machine that has other work
_NOTED = 2.5  # seconds in which a busy server has noted what arrived
GRANTED = {"loopback-network": "granted", "local-network": "granted"}
_BODY = b"x" * (4 << 20)
_SGR = re.compile(r"\x1b\[[0-9;]*m")
_PROGRESS = re.compile(r"\x1b\[(\?25[lh]|2K|1A)|\r")
_MAX_BODY = 10 << 20


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


_CALLS: list[Callable[[Any, str], Any]] = [
    lambda page, url: page.xhr(url, with_credentials=True, username="user", password="password"),
    lambda page, url: page.load("img", url),
    lambda page, url: page.event_source(url, with_credentials=True),
    lambda page, url: page.load("script", url, "use-credentials"),
    lambda page, url: page.web_socket(url.replace("http", "ws", 1), ["a", "b"]),
    lambda page, url: page.load("iframe", url.replace("://", "://user:password@")),
    lambda page, url: page.xhr(url, method="PUT", synchronous=True, upload_listener=True),
    lambda page, url: page.load("stylesheet", url),
    lambda page, url: page.submit_form(url, fields={"a": "b"}),
    lambda page, url: page.load("font", url),
    lambda page, url: page.send_beacon(url, "a", "application/json"),
    lambda page, url: page.load("preload", url, "anonymous", as_="script", integrity="sha256-AAAA"),
    lambda page, url: page.fetch(url, mode="no-cors", redirect="manual", cache="reload"),
    lambda page, url: page.load("video", url),
    lambda page, url: page.fetch(url, headers={"Range": "bytes=0-"}, integrity="sha384-AAAA", cache="no-cache"),
]
"""What a page does besides; three of them with each server, in turn."""


class Late(str):
    """It took too long: the machine was busy, or there is a defect. Done alone once more it is told apart."""

    __slots__ = ()


Fault = str
"""One sentence: what was wrong."""


def _requests_of(kind: Misbehaviour) -> list[tuple[str, str]]:
    """A request that is answered badly, one whose preflight is, and one whose preflight is not."""
    return [("GET", "all"), ("PUT", "all"), ("PUT", "asked")]


def _options(servers: Servers, kind: Misbehaviour, profile: str) -> dict[str, Any]:
    return {
        "profile": profile,
        "timeout": _timeout(kind),
        "max_body": _MAX_BODY,
        "permissions": GRANTED,
        "verify": servers.authority,
        "http2": kind.protocol == "h2",
    }


def _timeout(kind: Misbehaviour) -> float:
    return LATE if kind.is_late else IN_TIME


def open_files() -> int:
    """File descriptors of this process."""
    return len(os.listdir("/proc/self/fd"))


def _calls(kind: Misbehaviour, number: int) -> list[Callable[[Any, str], Any]]:
    turns = _CALLS[number * 3 % len(_CALLS) :]
    return turns[:1] if kind.is_late else turns[:3]


def attack_a_browser(servers: Servers, kind: Misbehaviour, profile: str, number: int = 0) -> Iterator[Fault]:
    """Fetch on one Browser, and once more what is answered well; then what else a page does."""
    before = open_files()
    servers.arrived(kind)  # whatever came before
    with Browser(**_options(servers, kind, profile)) as browser:
        for method, path in _requests_of(kind):
            page = browser.page(PAGE)
            arguments: dict[str, Any] = {"method": method, "credentials": "include"}
            if method == "PUT" and kind.reads is not None:
                arguments["body"] = _BODY
            started = time.monotonic()
            try:
                outcome = page.fetch(servers.url(kind, path), **arguments)
            except Exception as error:
                yield f"{method} {path}: raised {error!r}"
                continue
            took = time.monotonic() - started
            arrived = _arrived(servers, kind, outcome, method)
            yield from _faults_of(outcome, took, f"{method} {path}", kind, arrived)
            browser.network = replace(browser.network, timeout=IN_TIME)
            yield from _faults_of_what_follows(page.fetch(servers.url(_well(kind), "fine")))
            browser.network = replace(browser.network, timeout=_timeout(kind))
        for call in _calls(kind, number):
            started = time.monotonic()
            try:
                outcome = call(browser.page(PAGE), servers.url(kind, "all"))
            except Exception as error:
                yield f"call {_CALLS.index(call)}: raised {error!r}"
                continue
            yield from _faults_of_any(outcome, time.monotonic() - started, f"call {_CALLS.index(call)}", kind)
        yield from (f"the transport raised {error!r}" for error in browser.app_errors)
        if open_files() > before + 3:
            yield f"{open_files() - before} sockets are open beside it"
    if open_files() > before:
        yield f"{open_files() - before} sockets are open after it"


async def attack_an_async_browser(servers: Servers, kind: Misbehaviour, profile: str, number: int = 0) -> list[Fault]:
    """The same on an AsyncBrowser."""
    faults: list[Fault] = []
    await asyncio.to_thread(servers.arrived, kind)  # whatever came before
    async with AsyncBrowser(**_options(servers, kind, profile)) as browser:
        for method, path in _requests_of(kind):
            page = browser.page(PAGE)
            arguments: dict[str, Any] = {"method": method, "credentials": "include"}
            if method == "PUT" and kind.reads is not None:
                arguments["body"] = _BODY
            started = time.monotonic()
            try:
                outcome = await page.fetch(servers.url(kind, path), **arguments)
            except Exception as error:
                faults.append(f"{method} {path}: raised {error!r}")
                continue
            took = time.monotonic() - started
            arrived = await asyncio.to_thread(_arrived, servers, kind, outcome, method)
            faults += _faults_of(outcome, took, f"{method} {path}", kind, arrived)
            browser.network = replace(browser.network, timeout=IN_TIME)
            faults += _faults_of_what_follows(await page.fetch(servers.url(_well(kind), "fine")))
            browser.network = replace(browser.network, timeout=_timeout(kind))
        for call in _calls(kind, number):
            started = time.monotonic()
            try:
                outcome = await call(browser.page(PAGE), servers.url(kind, "all"))
            except Exception as error:
                faults.append(f"call {_CALLS.index(call)}: raised {error!r}")
                continue
            faults += _faults_of_any(outcome, time.monotonic() - started, f"call {_CALLS.index(call)}", kind)
        faults += [f"the transport raised {error!r}" for error in browser.app_errors]
    return faults


def attack_async_browsers(
    servers: Servers, kinds: Iterable[Misbehaviour], *, at_once: int = 1
) -> Iterator[tuple[Misbehaviour, Fault]]:
    """An AsyncBrowser for each kind, in one event loop."""
    found: list[tuple[Misbehaviour, Fault]] = []
    kinds = list(kinds)

    async def all_of_them() -> None:
        turns = asyncio.Semaphore(at_once)

        async def one(number: int, kind: Misbehaviour) -> None:
            async with turns:
                profile = PROFILES[(number + 1) % len(PROFILES)]
                faults = await attack_an_async_browser(servers, kind, profile, number + 2)
                found.extend((kind, fault) for fault in faults)

        before = open_files()
        await asyncio.gather(*(one(number, kind) for number, kind in enumerate(kinds)))
        if open_files() > before:
            found.append((kinds[-1], f"{open_files() - before} sockets are open after all"))

    asyncio.run(all_of_them(), debug=False)
    yield from found


def _well(kind: Misbehaviour) -> Misbehaviour:
    """Where the next request goes: to the same server, if anything can come of that."""
    never = kind.protocol == "tls" or kind.certificate != "good"
    return kind._replace(protocol="http", certificate="good") if never else kind


def _arrived(servers: Servers, kind: Misbehaviour, outcome: Outcome, method: str) -> list[str]:
    """What arrived, asked again where a busy server may not have read it yet."""
    arrived = servers.arrived(kind)
    until = time.monotonic() + _NOTED
    while outcome.reached_server and method not in arrived and time.monotonic() < until:
        time.sleep(0.1)
        arrived += servers.arrived(kind)
    return arrived


def _faults_of(outcome: Outcome, took: float, what: str, kind: Misbehaviour, arrived: list[str]) -> Iterator[Fault]:
    yield from _faults_of_any(outcome, took, what, kind)
    method = what.partition(" ")[0]
    # Of a request on a connection that was closed meanwhile nobody knows whether it arrived, nor of one that was sent
    # before the server refused the client.
    unknown = kind.reads is not None or "for a client" in kind.certificate
    unknown = unknown or (outcome.failure is not None and outcome.failure.on_used_connection)
    if outcome.reached_server != (method in arrived) and (method in arrived or not unknown):
        yield f"{what}: reached_server is {outcome.reached_server}, and there arrived {arrived} ({outcome.failure})"
    if outcome.response is not None and b"evil" in outcome.response.body:
        yield f"{what}: took what was sent behind the answer for a part of it"


def _faults_of_any(outcome: Outcome, took: float, what: str, kind: Misbehaviour) -> Iterator[Fault]:
    exchanges = max(1, len(outcome.exchanges))
    if took > (LATE if kind.is_late else 0) * exchanges + SLACK + exchanges / 2:
        yield Late(f"{what}: took {took:.1f} s with {len(outcome.exchanges)} exchanges")
    if len(outcome.exchanges) > 60:
        yield f"{what}: {len(outcome.exchanges)} exchanges"
    try:
        told = (outcome.explain(), *outcome.console, str(outcome.failure and outcome.failure.detail))
    except Exception as error:
        yield f"{what}: its explanation raised {error!r}"
        return
    for text in told:
        yield from (f"{what}: {fault}" for fault in faults_of_text(text))


def _faults_of_what_follows(outcome: Outcome) -> Iterator[Fault]:
    body = outcome.response and outcome.response.body
    if body != b"fine":
        yield f"the next request: {outcome.verdict}, {outcome.reason}, {outcome.failure}, {body!r:.80}"


# The command line.

FORMS = (("-v",), ("--json",), ("--html", "-"), ("--browser", "all"))
"""What `check` is asked for."""


def attack_commands(servers: Servers, kind: Misbehaviour) -> Iterator[Fault]:
    """`check` in all its forms, at a request and at a preflight, and `audit`."""
    network = ("--timeout", str(_timeout(kind)), "--page", PAGE)
    if kind.certificate == "good" and kind.protocol != "tls":
        network = (*network, "-k")
    asked = [("-X", method) for method in ("GET", "PUT")]
    for number, form in enumerate(FORMS):
        method = asked[number % 2] if kind.is_late else ("-X", "PUT")
        path = "all" if number % 2 else "asked"
        flags = ("--http2",) if kind.protocol == "h2" else ()
        permissions = [part for name in GRANTED for part in ("--permission", f"{name}=granted")]
        yield from _command("check", servers.url(kind, path), *network, *permissions, *method, *flags, *form)
    insecure = ("-k",) if "-k" in network else ()
    bounds = ("--timeout", str(_timeout(kind)), "--rate", "1000", "--max-requests", "2" if kind.is_late else "12")
    for form in ((), ("--json",), ("--html", "-"), ("--sarif", "-")):
        yield from _command("audit", servers.url(kind, "all"), *bounds, *insecure, *form)


def _command(*arguments: str) -> Iterator[Fault]:
    what = " ".join((arguments[0], *arguments[-2:]))
    before, started = open_files(), time.monotonic()
    stdout, stderr = Terminal(), Terminal()
    try:
        status = main(arguments, Environment(Terminal(), stdout, stderr, {}))
    except (Exception, SystemExit) as error:
        yield f"{what}: raised {error!r}"
        return
    took = time.monotonic() - started
    if took > 20 * LATE + SLACK:
        yield Late(f"{what}: took {took:.1f} s")
    if status not in (0, 1, 3, 4):
        yield f"{what}: ended with {status}, {stderr.getvalue()[:200]!r}"
    out = stdout.getvalue()
    yield from (
        f"{what}: {fault}" for fault in (*faults_of_text(out), *faults_of_text(_PROGRESS.sub("", stderr.getvalue())))
    )
    if arguments[-1] == "--json" or "--sarif" in arguments:
        json.loads(out)
    elif "--html" in arguments:
        yield from (f"{what}: {fault}" for fault in faults_of_markup(out))
    if open_files() > before:
        gc.collect()
        yield f"{what}: {open_files() - before} sockets are open after it"


def faults_of_text(text: str) -> Iterator[Fault]:
    """What would do more at a terminal than be read."""
    plain = _SGR.sub("", text)
    if not plain.replace("\n", "").isprintable():
        bad = next(character for character in plain if character != "\n" and not character.isprintable())
        at = plain.index(bad)
        yield f"shows {bad!r}: {plain[max(0, at - 60) : at + 20]!r}"


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.faults: list[Fault] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("x-attack", "iframe", "img", "base", "meta-refresh", "object", "form"):
            self.faults.append(f"the page has an element {tag}")
        for name, value in attrs:
            if name.startswith("on") or (value or "").strip().lower().startswith("javascript:"):
                self.faults.append(f"the page has the attribute {name}={value!r:.80}")


def faults_of_markup(page: str) -> list[Fault]:
    """Elements and attributes that are not the report's own."""
    parser = _Elements()
    parser.feed(page)
    return parser.faults
