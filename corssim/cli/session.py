"""A browser for one command: its state and pages, without the network. What sends is given to it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ..browser.documents import document_environment
from ..browser.page import Page
from ..errors import UsageError
from ..fetch.browsers import profile_named
from ..fetch.empty_stores import NoCookies, NoHTTPCache
from ..fetch.preflight_cache import CORSPreflightCache
from ..fetch.user_agent import UserAgent
from ..url import require_url
from .arguments import header
from .typed import typed_cookies
from .user_flags import addresses_of, permissions_of, profile_as_set

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from ..browser.outcome import Outcome
    from ..fetch.http_network_fetch import Fetching
    from ..fetch.ports import CookieStore as CookieStoreLike, HTTPCache as HTTPCacheLike
    from ..fetch.profile import BrowserProfile

R = TypeVar("R")


class CommandSession(Generic[R]):
    """What pages need of a browser; `run` carries a fetch out."""

    def __init__(self, user_agent: UserAgent, run: Callable[[Fetching[Outcome]], R]) -> None:
        self.user_agent = user_agent
        self._run = run

    @property
    def profile(self) -> BrowserProfile:
        return self.user_agent.profile

    def run(self, fetching: Fetching[Outcome], /) -> R:
        return self._run(fetching)

    def open(self, navigating: Fetching[Any], /) -> Any:
        carry_out: Any = self._run
        return carry_out(navigating)


def user_agent(profile: BrowserProfile, *, keeps_cookies: bool, keeps_responses: bool) -> UserAgent:
    """A new browser's state. What it will not need is not loaded: that takes longer than a dry run."""
    cookies: CookieStoreLike = NoCookies()
    if keeps_cookies:
        from ..browser.cookies.jar import CookieJar
        from ..browser.cookies.store import CookieStore

        cookies = CookieStore(CookieJar(), profile)
    http_cache: HTTPCacheLike[Any] = NoHTTPCache()
    if keeps_responses:
        from ..browser.http_cache import http_cache_of

        http_cache = http_cache_of(profile)
    return UserAgent(
        profile=profile,
        clock=time.time,
        preflight_cache=CORSPreflightCache(),
        http_cache=http_cache,
        cookies=cookies,
    )


def open_page(
    arguments: argparse.Namespace, profile: str, run: Callable[[Fetching[Outcome]], R], *, dry: bool = False
) -> Page[R]:
    """The page of the flags, in a new browser that has the flags' cookies. Raises `UsageError` or `InvalidURL`.

    `dry`: no response will come, so that none need be kept.
    """
    resolved = profile_as_set(profile_named(profile), arguments)
    state = user_agent(resolved, keeps_cookies=not dry or bool(arguments.cookie), keeps_responses=not dry)
    state.permissions = permissions_of(arguments)
    if arguments.resolve:
        state.told_address_of = addresses_of(arguments)
    session = CommandSession(state, run)
    page_url = require_url(arguments.page) if arguments.page else None
    target = require_url(arguments.url, page_url)
    if page_url is None:
        from ..browser.default_page import default_page  # here, because pages are told as a rule

        page_url = require_url(default_page(target))
    for cookie in (each for text in arguments.cookie for each in typed_cookies(text)):
        _set_cookie(session, cookie, target.host or "", target.path)
    environment = document_environment(
        page_url,
        [header(text) for text in arguments.page_header],
        session.profile,
        sandboxed=arguments.sandboxed,
    )
    return Page(session, environment)


def page_beside(page: Page[R], url: str, *, sandboxed: bool) -> Page[R]:
    """Another page in the same browser. Raises `InvalidURL`."""
    session = page._session
    return Page(session, document_environment(require_url(url), [], session.profile, sandboxed=sandboxed))


def _set_cookie(session: CommandSession[R], text: str, host: str, path: str) -> None:
    """Store a cookie as if the server had set it on a visit of its own."""
    if "=" not in text.partition(";")[0]:
        raise UsageError(
            "--cookie: what is given is no cookie; write it as 'NAME=VALUE' or 'NAME=VALUE; SameSite=None; Secure'"
        )
    from ..fetch.cookies import CookieContext, SameSiteMode  # here, because few commands are given any

    context = CookieContext(
        host=host,
        path=path,
        secure=True,
        same_site=SameSiteMode.STRICT_OR_LESS,
        partition_key="",
        top_level_navigation=True,
        method="GET",
        third_party=False,
        first_party_host="",
    )
    receipt = session.user_agent.cookies.receive(text, context, session.user_agent.clock())
    if receipt.refused:
        raise UsageError(f"--cookie: browsers refuse {receipt.name!r}: {receipt.refused}")
