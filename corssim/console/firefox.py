"""Firefox's console: which lines a fetch prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..fetch.header_list import get, is_header_name
from ..fetch.reasons import OF_TYPES, Reason, Stage
from ..fetch.subresource_integrity import digest, parse_metadata, strongest_metadata
from ..fetch.upgrade_events import HTTPSFirstExcepted, HTTPSFirstGaveUp
from ..origin import url_origin
from ..url import parse_url
from . import (
    firefox_fonts as fonts,
    firefox_hops as hops,
    firefox_local_network as local_network,
    firefox_texts as texts,
    firefox_types as types,
)
from .rule import templates_for

if TYPE_CHECKING:
    from ..fetch.trace import FetchStarted
    from .story import Story
    from .template import Template


def lines(story: Story) -> list[str]:
    """The lines of one fetch, in order."""
    facts = _facts(story)
    printed = list(local_network.lines_of_checks(story))
    printed += [texts.FORBIDDEN_HEADER.fill({"header_name": name}) for name in story.started.refused_header_names]
    printed += _of_https_first(story)
    of_cookies = list(hops.of_cookies(story))
    told = [hops.report(each) for each in story.reported if each not in hops.reports_told_late(story)]
    printed += [line for line in told if all(line != of_cookie for _, of_cookie in of_cookies)]
    if story.started.api != "preload":
        printed += [texts.INTEGRITY_POLICY_REPORT.fill({"url": each.url}) for each in story.missing_integrity]
    printed += [template.fill(facts) for template in _of_the_request(story)]
    by_url = sorted([*hops.of_referrer_policies(story), *of_cookies], key=lambda each: each[0])
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
            return [*printed, texts.CSP_BLOCKED.fill(hops.csp_facts(blocked)), texts.DID_NOT_SUCCEED.fill(failed)]
        template = texts.CSP_OF_ELEMENTS.get(blocked.subject, texts.CSP_BLOCKED)
        of_policy, others = [template.fill(hops.csp_facts(blocked))], [each.fill(facts) for each in of_api]
        return printed + (of_policy + others if fonts_come_last else others + of_policy)
    if blocked is not None and blocked.reason is Reason.INTEGRITY_POLICY:
        of_script = [] if story.started.api == "preload" else [texts.INTEGRITY_POLICY, *of_api]
        return printed + [template.fill(facts) for template in of_script]
    if story.started.api == "EventSource":
        facts["requested_url"] = story.moved_to or story.started.url
    asked_for = facts | {"url": story.started.url}
    others = [template.fill(asked_for if template is texts.NO_HASH else facts) for template in of_api]
    reports = [hops.report(each) for each in hops.reports_after_mixed_content(story)]
    return printed + (reports + others if fonts_come_last else others + reports)


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


def _of_the_request(story: Story) -> list[Template]:
    started = story.started
    found: list[Template] = []
    if started.synchronous and started.environment != "worker":
        found.append(texts.SYNCHRONOUS)
    return found


def _of_content_type_options(story: Story) -> list[str]:
    """What is said of answers whose X-Content-Type-Options is something else, but for what CORP refused."""
    is_refused = story.blocked is not None and story.blocked.reason is Reason.CROSS_ORIGIN_RESOURCE_POLICY
    answers = story.answers[:-1] if is_refused else story.answers
    values = [get(answer.headers, "X-Content-Type-Options") for answer in answers]
    firsts = [value.partition(",")[0].strip(" \t") for value in values if value is not None]
    return [texts.NOT_NOSNIFF.fill({"value": first}) for first in firsts if first.lower() != "nosniff"]


def _of_the_end(story: Story) -> list[Template]:
    blocked = story.blocked
    found: list[Template] = []
    if blocked is not None and blocked.reason is Reason.OPAQUE_RESPONSE_BLOCKING:
        mime = [texts.ANY_SCRIPT_TYPE] if types.has_another_type(story) else []
        is_where_it_was_asked = not story.was_redirected and not story.upgrades
        by_its_head = blocked.detail in texts.ORB_WHY  # and not by the whole text
        told = [texts.ORB, *mime] if by_its_head else [*mime, texts.ORB]
        return [*told, texts.ORB_TOO] if is_where_it_was_asked else told
    is_of_use = (
        blocked is None
        or (story.started.api == "preload" and blocked.reason not in OF_TYPES)
        or (story.started.api == "script" and blocked.reason is Reason.INTEGRITY_MISMATCH)
    )
    if (is_of_use and types.has_another_type(story)) or types.is_told_though_refused(story):
        found.append(texts.ANY_SCRIPT_TYPE)
    if story.is_readable and types.is_no_xml(story):
        found.append(types.xml_error(story))
    if types.comes_with_a_document(story) and types.is_without_doctype(story):
        found.append(texts.QUIRKS)
    if story.is_readable and types.comes_with_a_document(story) and types.is_framed_without_encoding(story):
        found.append(texts.FRAMED)
    if types.is_no_stylesheet(story):
        found.append(texts.NOT_A_STYLESHEET)
    if not types.is_refused_for_its_type_before_its_integrity(story):
        found += templates_for(story, texts.RULES)
    if story.is_module_of_another_type:
        found = [texts.MODULE_TYPE]
    elif blocked is not None and blocked.reason in texts.OF_CORS and types.is_refused_for_its_type_too(story):
        of_type = texts.MODULE_TYPE if story.started.api == "module" else texts.NOSNIFF
        found = [*found, of_type] if story.ends_at_a_redirect else [of_type]
    elif types.is_a_module_led_to_mixed_content(story):
        found.append(texts.MODULE_TYPE)
    return found


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
    is_refused_for_its_type = blocked.reason in OF_TYPES and not types.is_no_stylesheet(story)
    is_refused_for_it_too = blocked.reason in texts.OF_CORS and types.is_refused_for_its_type_too(story)
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
