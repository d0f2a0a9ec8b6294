"""Firefox's console: which lines a fetch prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..fetch.cookie_events import CookiesConsidered, CookieSet
from ..fetch.header_list import get, is_header_name
from ..fetch.nosniff import determine_nosniff
from ..fetch.reasons import OF_TYPES, Reason, Stage
from ..fetch.response import is_ok_status
from ..fetch.subresource_integrity import digest, parse_metadata, strongest_metadata
from ..fetch.upgrade_events import HTTPSFirstExcepted, HTTPSFirstGaveUp
from ..origin import same_origin, schemelessly_same_site, url_origin
from ..url import parse_url
from . import firefox_fonts as fonts, firefox_local_network as local_network, firefox_texts as texts
from .rule import templates_for

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..fetch.reasons import Blocked
    from ..fetch.trace import FetchStarted
    from .story import Asked, Story
    from .template import Template

    _Placed = tuple[int, str]
    """A line, and the place among the URLs on the way of that which it is about."""


def lines(story: Story) -> list[str]:
    """The lines of one fetch, in order."""
    facts = _facts(story)
    printed = list(local_network.lines_of_checks(story))
    printed += [texts.FORBIDDEN_HEADER.fill({"header_name": name}) for name in story.started.refused_header_names]
    printed += _of_https_first(story)
    of_cookies = list(_of_cookies(story))
    told = [_report(each) for each in story.reported if each not in _reports_told_late(story)]
    printed += [line for line in told if all(line != of_cookie for _, of_cookie in of_cookies)]
    if story.started.api != "preload":
        printed += [texts.INTEGRITY_POLICY_REPORT.fill({"url": each.url}) for each in story.missing_integrity]
    printed += [template.fill(facts) for template in _of_the_request(story)]
    by_url = sorted([*_of_referrer_policies(story), *of_cookies], key=lambda each: each[0])
    before_cookies = by_url.index(of_cookies[0]) if of_cookies else len(by_url)
    printed += [line for _, line in by_url[:before_cookies]]
    for upgrade in story.upgrades:
        printed += [template.fill({"url": upgrade.url}) for template in texts.UPGRADES.get(upgrade.because, ())]
    printed += [texts.WARNING.fill({"url": url}) for url in story.wildcards_covered_authorization]
    printed += _of_content_type_options(story)
    printed += [line for _, line in by_url[before_cookies:]]
    printed += [template.fill(facts) for template in _of_the_end(story)]
    if _is_put_without_answer(story):
        printed.append(texts.MULTIPLE.fill(facts))
    elif _asked_again(story):
        printed.append(
            texts.DID_NOT_SUCCEED.fill(facts | {"url": story.url_exchanged, "status_code": " Status code: (null)."})
        )
    of_api = _of_the_api(story)
    fonts_come_last = story.started.api == "font" and story.was_redirected
    blocked = story.blocked
    if blocked is not None and blocked.reason is Reason.CONTENT_SECURITY_POLICY:
        if story.started.api == "preload":
            return printed
        if blocked.stage is Stage.PREFLIGHT:
            failed = facts | {"url": story.started.url, "status_code": " Status code: (null)."}
            return [*printed, texts.CSP_BLOCKED.fill(_csp_facts(blocked)), texts.DID_NOT_SUCCEED.fill(failed)]
        template = texts.CSP_OF_ELEMENTS.get(blocked.subject, texts.CSP_BLOCKED)
        of_policy, others = [template.fill(_csp_facts(blocked))], [each.fill(facts) for each in of_api]
        return printed + (of_policy + others if fonts_come_last else others + of_policy)
    if blocked is not None and blocked.reason is Reason.INTEGRITY_POLICY:
        of_script = [] if story.started.api == "preload" else [texts.INTEGRITY_POLICY, *of_api]
        return printed + [template.fill(facts) for template in of_script]
    if story.started.api == "EventSource":
        facts["requested_url"] = story.moved_to or story.started.url
    asked_for = facts | {"url": story.started.url}
    others = [template.fill(asked_for if template is texts.NO_HASH else facts) for template in of_api]
    reports = [_report(each) for each in _reports_after_mixed_content(story)]
    return printed + (reports + others if fonts_come_last else others + reports)


def _report(blocked: Blocked) -> str:
    return texts.CSP_REPORTS_OF_ELEMENTS.get(blocked.subject, texts.CSP_REPORT).fill(_csp_facts(blocked))


def _reports_after_mixed_content(story: Story) -> list[Blocked]:
    """What a report-only policy holds against the URL that a fetch may not ask for because it is mixed content."""
    blocked, started = story.blocked, story.started
    if (
        blocked is None
        or blocked.reason is not Reason.MIXED_CONTENT
        or started.destination not in ("", "font", "iframe")
    ):
        return []
    return [each for each in story.reported if each.url == blocked.url]


def _reports_told_late(story: Story) -> list[Blocked]:
    """Those and, for whoever uses it, what is held against a preload."""
    of_preload = [each for each in story.reported if _is_of_a_preload_itself(story, each)]
    return _reports_after_mixed_content(story) + of_preload


def _is_of_a_preload_itself(story: Story, reported: Blocked) -> bool:
    """Report whether it is about a preload, not about where it was led: that is told once it is used."""
    return story.started.api == "preload" and story.started.destination != "" and reported.url == story.started.url


def _of_https_first(story: Story) -> list[str]:
    printed = []
    for event in story.https_first:
        match event:
            case HTTPSFirstGaveUp(tried=tried):
                printed.append(texts.HTTPS_FIRST_GAVE_UP.fill({"url": tried}))
            case HTTPSFirstExcepted(url=url):
                target = parse_url(url)
                host = target.host if target is not None else ""
                printed.append(texts.HTTPS_FIRST_EXCEPTED.fill({"url": f"http://{host}"}))
            case _:
                printed.append(texts.HTTPS_FIRST.fill({"url": event.url}))
    return printed


def _of_cookies(story: Story) -> Iterator[_Placed]:
    """What is said of the cookies that stayed and of those that came, and of where a redirect led that set some."""
    late, has_come, asked = _reports_told_late(story), False, [each.url for each in story.asked]
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
                yield at, _report(blocked)


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


def _of_the_request(story: Story) -> list[Template]:
    started = story.started
    found: list[Template] = []
    if started.synchronous and started.environment != "worker":
        found.append(texts.SYNCHRONOUS)
    return found


def _of_referrer_policies(story: Story) -> list[_Placed]:
    """What is said of the URLs, before any upgrade, where the policy would tell another site more than the default."""
    return [
        (at, texts.REFERRER.fill({"detail": asked.referrer_policy, "url": url}))
        for at, asked in enumerate(_up_to_a_downgrade(story))
        if asked.referrer_policy in texts.LESS_RESTRICTED and _is_cross_site(story, (url := _before_upgrade(asked)))
    ]


def _before_upgrade(asked: Asked) -> str:
    return asked.upgrade.url if asked.upgrade is not None and asked.upgrade.because in texts.UPGRADES else asked.url


_TOLD_BEFORE_A_CHECK = frozenset({"", "font", "image"})


def _up_to_a_downgrade(story: Story) -> list[Asked]:
    """What was asked for up to the first URL that is less secure than the page: from there on there is no referrer."""
    asked, blocked = story.asked, story.blocked
    if story.found_in_document or (story.preload is not None and story.preload.used):
        return []
    if blocked is not None and blocked.url == asked[-1].url and blocked.stage in (Stage.REQUEST, Stage.PREFLIGHT):
        # Where it was led is told once it goes there, which mixed content only then may not; the first URL before: of
        # styles, and of scripts but for preloads, if not refused.
        is_told_before = story.started.destination in _TOLD_BEFORE_A_CHECK or blocked.stage is Stage.PREFLIGHT
        is_told_before |= story.started.api == "preload" and story.started.destination == "script"
        is_told = is_told_before if len(asked) == 1 else blocked.reason is Reason.MIXED_CONTENT
        asked = asked if is_told else asked[:-1]
    elif asked[-1].is_refused and blocked is not None and blocked.stage is Stage.PREFLIGHT:
        # Where the redirect of a preflight leads is not told to pages of an opaque origin.
        asked = asked[:-1] if story.started.origin == "null" else asked
    if not story.started.origin.startswith("https:"):
        return asked
    downgraded = (at for at, each in enumerate(asked, 1) if _before_upgrade(each).startswith("http:"))
    return asked[: next(downgraded, len(asked))]


def _of_content_type_options(story: Story) -> list[str]:
    """What is said of answers whose X-Content-Type-Options is something else."""
    values = [get(answer.headers, "X-Content-Type-Options") for answer in story.answers]
    firsts = [value.partition(",")[0].strip(" \t") for value in values if value is not None]
    return [texts.NOT_NOSNIFF.fill({"value": first}) for first in firsts if first.lower() != "nosniff"]


def _of_the_end(story: Story) -> list[Template]:
    blocked = story.blocked
    found: list[Template] = []
    if blocked is not None and blocked.reason is Reason.OPAQUE_RESPONSE_BLOCKING:
        mime = [texts.ANY_SCRIPT_TYPE] if _has_another_type(story) else []
        is_where_it_was_asked = not story.was_redirected and not story.upgrades
        by_its_head = blocked.detail in texts.ORB_WHY  # and not by the whole text
        told = [texts.ORB, *mime] if by_its_head else [*mime, texts.ORB]
        return [*told, texts.ORB_TOO] if is_where_it_was_asked else told
    is_of_use = (
        blocked is None
        or (story.started.api == "preload" and blocked.reason not in OF_TYPES)
        or (story.started.api == "script" and blocked.reason is Reason.INTEGRITY_MISMATCH)
    )
    if (is_of_use and _has_another_type(story)) or _is_told_though_refused(story):
        found.append(texts.ANY_SCRIPT_TYPE)
    if story.is_readable and _is_no_xml(story):
        found.append(_xml_error(story))
    if _comes_with_a_document(story) and _is_without_doctype(story):
        found.append(texts.QUIRKS)
    if story.is_readable and _comes_with_a_document(story) and _is_framed_without_encoding(story):
        found.append(texts.FRAMED)
    if _is_no_stylesheet(story):
        found.append(texts.NOT_A_STYLESHEET)
    if not _is_refused_for_its_type_before_its_integrity(story):
        found += templates_for(story, texts.RULES)
    if story.is_module_of_another_type:
        found = [texts.MODULE_TYPE]
    elif blocked is not None and blocked.reason in texts.OF_CORS and _is_refused_for_its_type_too(story):
        of_type = texts.MODULE_TYPE if story.started.api == "module" else texts.NOSNIFF
        found = [*found, of_type] if story.ends_at_a_redirect else [of_type]
    elif _is_a_module_led_to_mixed_content(story):
        found.append(texts.MODULE_TYPE)
    return found


def _is_refused_for_its_type_too(story: Story) -> bool:
    """Report whether what CORS refused, a redirect too, is refused for its type: as a module's, or by nosniff."""
    mime_type, response = story.mime_type, story.response
    if story.started.api == "module":
        return mime_type is None or not mime_type.is_javascript
    fits = mime_type is not None and (
        mime_type.is_javascript if story.started.destination == "script" else mime_type.essence == "text/css"
    )
    is_checked = story.started.destination in ("script", "style") and not fits
    return is_checked and response is not None and determine_nosniff(list(response.headers))


def _is_a_module_led_to_mixed_content(story: Story) -> bool:
    """Report whether a redirect that is not followed had no type of a module."""
    is_mixed = story.blocked is not None and story.blocked.reason is Reason.MIXED_CONTENT
    return is_mixed and story.was_redirected and story.started.api == "module" and story.mime_type is None


def _is_no_stylesheet(story: Story) -> bool:
    """Report whether what came now for a stylesheet was refused for its type."""
    blocked = story.blocked
    return (
        blocked is not None
        and (blocked.reason is Reason.MIME_TYPE_BLOCKED or _is_refused_for_its_type_before_its_integrity(story))
        and story.started.destination == "style"
        and not story.found_in_document
    )


def _is_refused_for_its_type_before_its_integrity(story: Story) -> bool:
    """Report whether it is no style sheet, which is looked at before the integrity is."""
    blocked, mime_type = story.blocked, story.mime_type
    return (
        blocked is not None
        and blocked.reason is Reason.INTEGRITY_MISMATCH
        and story.started.destination == "style"
        and mime_type is not None
        and mime_type.essence != "text/css"
    )


def _asked_again(story: Story) -> bool:
    """Report whether the network layer's own failure is told too: of preflights, redirects and lost connections."""
    blocked = story.blocked
    if story.tainting != "cors" or (blocked is not None and blocked.reason in local_network.ENDED_BY_THE_CHECK):
        return False
    if story.failure is not None:
        return blocked is None
    if blocked is None or not story.exchanged_url:
        return False
    if story.started.redirect != "follow" and blocked.stage is not Stage.PREFLIGHT:
        return False
    is_refused_for_its_type = blocked.reason in OF_TYPES and not _is_no_stylesheet(story)
    is_refused_for_it_too = blocked.reason in texts.OF_CORS and _is_refused_for_its_type_too(story)
    by_type = story.is_module_of_another_type or is_refused_for_its_type or is_refused_for_it_too
    return blocked.stage is not Stage.ACTUAL or by_type


def _is_put_without_answer(story: Story) -> bool:
    """Report whether a PUT was hung up on. That is taken for an answer of no bytes, in which the headers to be
    looked through are missing, and any trouble with them is told as a repeated Allow-Origin."""
    failure, request = story.failure, story.request
    return (
        failure is not None
        and failure.is_dropped_connection
        and request is not None
        and request.method == "PUT"
        and story.tainting == "cors"
    )


_HANDSHAKES = frozenset({Reason.WEB_SOCKET_REFUSED, Reason.REDIRECT_MODE_ERROR})


def _of_the_api(story: Story) -> list[Template]:
    blocked, started = story.blocked, story.started
    failed = blocked is not None or story.failure is not None
    if blocked is not None and blocked.reason is Reason.LOCAL_NETWORK_ACCESS_PENDING:
        return []  # it has not failed
    if started.api == "font":
        return fonts.of_a_font(story)
    if story.found_in_document:
        return []  # it was said when it was loaded
    match started.api:
        case "script" | "module" if _leaves_nothing_to_be_hashed(story):
            return [texts.NO_HASH]  # that of nothing
        case "script" | "module" if blocked is not None and blocked.reason is Reason.INTEGRITY_MISMATCH:
            return []
        case "script" | "module" if failed:
            by_cors = _is_told_as_not_allowed(story)
            if started.api == "script":
                return [texts.SCRIPT_NOT_ALLOWED if by_cors else texts.SCRIPT_FAILED]
            return [texts.MODULE_NOT_ALLOWED if by_cors else texts.MODULE_FAILED]
        case "WebSocket" if blocked is not None and blocked.reason in _HANDSHAKES:
            return [texts.EVENT_SOURCE]
        case "EventSource" if failed:
            return [texts.EVENT_SOURCE]
    return []


def _leaves_nothing_to_be_hashed(story: Story) -> bool:
    """Report whether integrity is asked of what did not come, because CORS or, of modules, the type refused it."""
    blocked = story.blocked
    if blocked is None or not story.started.integrity:
        return False
    return blocked.reason in texts.OF_CORS or story.is_module_of_another_type


def _is_told_as_not_allowed(story: Story) -> bool:
    """Report whether a script that failed is told of as one that the document may not have."""
    blocked = story.blocked
    if story.is_module_of_another_type:
        return story.tainting == "cors"
    if blocked is not None and blocked.reason is Reason.MIXED_CONTENT:
        return story.was_redirected
    return story.started.mode == "cors" and (blocked is None or blocked.reason not in texts.NOT_OF_CORS)


def _is_cross_site(story: Story, asked: str) -> bool:
    """Report whether a URL is of another site than what asks; what has an opaque origin has no site."""
    own, url = parse_url(story.started.origin), parse_url(asked)
    return own is None or (url is not None and not schemelessly_same_site(own, url))


def _is_told_though_refused(story: Story) -> bool:
    """Report whether a script that the CORS check of what came refused says that it is none."""
    blocked = story.blocked
    return (
        story.started.api == "script"
        and blocked is not None
        and blocked.reason in texts.OF_CORS
        and blocked.stage is Stage.ACTUAL
        and story.is_script_of_another_type
        and story.response is not None
        and is_ok_status(story.response.status)
    )


def _has_another_type(story: Story) -> bool:
    """Report whether something came for a script, and not for a module, that says it is something else, or nothing."""
    return (
        story.started.api in ("script", "preload")
        and story.is_script_of_another_type
        and story.response is not None
        and is_ok_status(story.response.status)
    )


def _is_no_xml(story: Story) -> bool:
    """Report whether XMLHttpRequest took what came for XML, which it does without a Content-Type."""
    mime_type, response = story.mime_type, story.response
    return (
        story.started.api == "XMLHttpRequest"
        and (not story.was_redirected or story.tainting == "basic")
        and response is not None
        and (mime_type is None or mime_type.is_xml)
        and response.body.lstrip()[:1] not in (b"", b"<")
    )


def _xml_error(story: Story) -> Template:
    """What is wrong with a text that is no XML: it begins with a word, or with what can begin nothing."""
    response = story.response
    first = response.body.lstrip()[:1] if response is not None else b""
    return texts.XML if first.isalnum() or first == b"<" else texts.XML_NOT_WELL_FORMED


def _comes_with_a_document(story: Story) -> bool:
    return story.response is not None and story.response.status not in (204, 205, 304)


def _is_without_doctype(story: Story) -> bool:
    """Report whether an HTML document came without <!DOCTYPE>."""
    mime_type, response = story.mime_type, story.response
    return (
        story.started.destination in ("document", "iframe")
        and story.blocked is None
        and mime_type is not None
        and mime_type.is_html
        and response is not None
        and response.body.lstrip()[:9].lower() != b"<!doctype"
    )


def _is_framed_without_encoding(story: Story) -> bool:
    mime_type = story.mime_type
    embedder, url = parse_url(story.started.origin), parse_url(story.url)
    return (
        story.started.destination == "iframe"
        and (mime_type is None or (mime_type.is_html and mime_type.parameter("charset") is None))
        and embedder is not None
        and url is not None
        and same_origin(embedder, url)
    )


def _csp_facts(blocked: Blocked) -> dict[str, str]:
    # A form's action is asked about before the fields come into its query.
    url = blocked.url.partition("?")[0] if blocked.subject == "form-action" else blocked.url
    return {"url": url, "directive": blocked.received or "", "effective_directive": blocked.subject}


def _facts(story: Story) -> dict[str, str]:
    blocked = story.blocked
    facts = story.facts() | texts.HELP
    facts["status_code"] = f" Status code: {facts['status']}."
    facts["value"] = _as_utf8(facts["value"])
    facts["page"] = _principal(story.started)
    if blocked is not None:
        if blocked.reason in local_network.REFUSED:
            facts["status_code"] = " Status code: (null)."
        facts["token"] = _first_bad_token(facts["value"])
        facts["detail"] = texts.ORB_WHY.get(blocked.detail, texts.ORB_WHY_ELSE)
        if blocked.reason is Reason.REDIRECT_SCHEME_NOT_HTTP:
            facts["url"] = story.location
        if blocked.reason is Reason.PREFLIGHT_REDIRECTED:
            facts["value"] = ", ".join(story.headers("Access-Control-Allow-Origin"))
        if _leaves_nothing_to_be_hashed(story):
            facts |= _integrity_facts(story, story.started.integrity, of_nothing=True) | {"url": facts["url"]}
        elif blocked.reason is Reason.INTEGRITY_MISMATCH:
            facts |= _integrity_facts(story, blocked.compared_with)
    return facts


def _principal(started: FetchStarted) -> str:
    """Whom the page acts for: its URL, an origin, or nobody by a random name, with the origin of the page's URL."""
    page = started.top_level_url if started.environment == "srcdoc" else started.page
    url = parse_url(page)
    if started.origin == "null" and url is not None and url.is_http:
        from uuid import NAMESPACE_URL, uuid5  # here, because few lines name a page

        return f"moz-nullprincipal:{{{uuid5(NAMESPACE_URL, page)}}}?{url_origin(url).serialized}"
    return f"{started.origin}/" if page.startswith("blob:") else page


def _integrity_facts(story: Story, metadata: str, *, of_nothing: bool = False) -> dict[str, str]:
    hashes = strongest_metadata(parse_metadata(metadata))
    algorithm = hashes[0].algorithm if hashes else "sha256"
    body = story.body if not of_nothing else b""
    return {"url": story.started.url, "algorithm": algorithm, "hash": digest(body, algorithm)}


def _first_bad_token(value: str) -> str:
    tokens = [token.strip(" \t") for token in value.split(",")]
    return next((token for token in tokens if token and not is_header_name(token)), "")


def _as_utf8(value: str) -> str:
    """A header's bytes as the browser shows them."""
    return value.encode("latin-1", "replace").decode("utf-8", "replace")
