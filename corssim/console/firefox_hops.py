"""What Firefox says hop by hop: of cookies, of referrers, and of what report-only policies hold against a URL."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..fetch.cookie_events import CookiesConsidered, CookieSet
from ..fetch.reasons import Reason, Stage
from ..origin import schemelessly_same_site
from ..url import parse_url
from . import firefox_texts as texts
from .story import without_query

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..fetch.reasons import Blocked
    from .story import Asked, Story

    Placed = tuple[int, str]
    """A line, and the place among the URLs on the way of that which it is about."""


def report(blocked: Blocked) -> str:
    return texts.CSP_REPORTS_OF_ELEMENTS.get(blocked.subject, texts.CSP_REPORT).fill(csp_facts(blocked))


def reports_after_mixed_content(story: Story) -> list[Blocked]:
    """What a report-only policy holds against the URL that a fetch may not ask for because it is mixed content."""
    blocked, started = story.blocked, story.started
    if (
        blocked is None
        or blocked.reason is not Reason.MIXED_CONTENT
        or started.destination not in ("", "font", "iframe")
    ):
        return []
    return [each for each in story.reported if each.url == blocked.url]


def reports_told_late(story: Story) -> list[Blocked]:
    """Those and, for whoever uses it, what is held against a preload."""
    of_preload = [each for each in story.reported if _is_of_a_preload_itself(story, each)]
    return reports_after_mixed_content(story) + of_preload


def _is_of_a_preload_itself(story: Story, reported: Blocked) -> bool:
    """Report whether it is about a preload, not about where it was led: that is told once it is used."""
    return story.started.api == "preload" and story.started.destination != "" and reported.url == story.started.url


def of_cookies(story: Story) -> Iterator[Placed]:
    """What is said of the cookies that stayed and of those that came, and of where a redirect led that set some."""
    late, has_come, asked = reports_told_late(story), False, [each.url for each in story.asked]
    at = 0
    for event in story.cookies_and_reports:
        at = asked.index(event.url, at) if event.url in asked[at:] else at
        match event:
            case CookiesConsidered():
                names = _withheld_by_redirect(story, event)
                yield from ((at, texts.COOKIE_OF_A_REDIRECT.fill({"header_name": name})) for name in names)
            case CookieSet():
                has_come = True
                yield from ((at, line) for line in _of_a_cookie(event))
            case blocked if has_come and blocked not in late:
                yield at, report(blocked)


def _of_a_cookie(cookie: CookieSet) -> Iterator[str]:
    if cookie.has_unknown_same_site and cookie.rule not in ("prefix", "secure-from-insecure"):
        yield texts.COOKIE_SAME_SITE.fill({"header_name": cookie.name})
    rule = cookie.rule
    if rule == "secure-from-insecure" and cookie.name.startswith(("__Secure-", "__Host-")):
        rule = "prefix"
    template = texts.COOKIE_FOREIGN if cookie.is_foreign else texts.COOKIES_REFUSED.get(rule)
    if template is not None:
        yield template.fill({"header_name": cookie.name})


_OF_SAME_SITE = ("same-site-strict", "same-site-lax")


def _withheld_by_redirect(story: Story, considered: CookiesConsidered) -> Iterator[str]:
    """The cookies of the page's own site that a way through another one keeps back."""
    started = story.started
    url, top = parse_url(considered.url), parse_url(started.top_level_url)
    if not story.was_redirected or started.mode == "navigate" or started.origin == "null" or top is None:
        return
    if url is not None and schemelessly_same_site(url, top):
        for name, rule in considered.withheld:
            if rule in _OF_SAME_SITE:
                yield name


def of_referrer_policies(story: Story) -> list[Placed]:
    """What is said of the URLs, before any upgrade, where the policy would tell another site more than the default."""
    return [
        (at, texts.REFERRER.fill({"detail": asked.referrer_policy, "url": url}))
        for at, asked in enumerate(_up_to_a_downgrade(story))
        if asked.referrer_policy in texts.LESS_RESTRICTED and _is_cross_site(story, (url := _before_upgrade(asked)))
    ]


def _before_upgrade(asked: Asked) -> str:
    return asked.upgrade.url if asked.upgrade is not None and asked.upgrade.because in texts.UPGRADES else asked.url


_OF_SCRIPT = frozenset({"fetch", "XMLHttpRequest"})
_TOLD_BEFORE_A_CHECK = frozenset({"", "font", "image"})


def _up_to_a_downgrade(story: Story) -> list[Asked]:
    """What was asked for up to the first URL that is less secure than the page: from there on there is no referrer."""
    asked, blocked = story.asked, story.blocked
    if story.found_in_document or (story.preload is not None and story.preload.used):
        return []
    if blocked is not None and blocked.url == asked[-1].url and blocked.stage in (Stage.REQUEST, Stage.PREFLIGHT):
        # Where it was led is told once it goes there, which mixed content or its preflight only then may not; the first
        # URL before: of styles, and of scripts but for preloads, if not refused.
        is_told_before = story.started.destination in _TOLD_BEFORE_A_CHECK or blocked.stage is Stage.PREFLIGHT
        is_told_before |= story.started.api == "preload" and story.started.destination == "script"
        is_asked_there = blocked.reason is Reason.MIXED_CONTENT or blocked.stage is Stage.PREFLIGHT
        is_told = is_told_before if len(asked) == 1 else is_asked_there
        asked = asked if is_told else asked[:-1]
    if story.started.origin == "null" and story.started.api in _OF_SCRIPT and story.started.mode == "cors":
        asked = asked[:1]  # Where a redirect leads is not told to script of an opaque origin.
    if not story.started.origin.startswith("https:"):
        return asked
    downgraded = (at for at, each in enumerate(asked, 1) if _before_upgrade(each).startswith("http:"))
    return asked[: next(downgraded, len(asked))]


def _is_cross_site(story: Story, asked: str) -> bool:
    """Report whether a URL is of another site than what asks; what has an opaque origin has no site."""
    own, url = parse_url(story.started.origin), parse_url(asked)
    return own is None or (url is not None and not schemelessly_same_site(own, url))


def csp_facts(blocked: Blocked) -> dict[str, str]:
    # A form's action is asked about before the fields come into its query.
    url = without_query(blocked.url) if blocked.subject == "form-action" else blocked.url
    return {"url": url, "directive": blocked.received or "", "effective_directive": blocked.subject}
