"""Firefox's console: which lines a fetch prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..fetch.header_list import is_header_name
from ..fetch.reasons import Reason, Stage
from ..fetch.subresource_integrity import digest, parse_metadata, strongest_metadata
from ..fetch.trace import HTTPSFirstExcepted, HTTPSFirstGaveUp
from ..origin import same_origin, same_site
from ..url import parse_url
from . import firefox_local_network as local_network, firefox_texts as texts
from .rule import templates_for

if TYPE_CHECKING:
    from ..fetch.reasons import Blocked
    from .story import Story
    from .template import Template


def lines(story: Story) -> list[str]:
    """The lines of one fetch, in order."""
    facts = _facts(story)
    printed = list(local_network.lines_of_checks(story))
    printed += [texts.FORBIDDEN_HEADER.fill({"header_name": name}) for name in story.started.refused_header_names]
    printed += _of_https_first(story)
    printed += _of_cookies(story)
    printed += [texts.CSP_REPORT.fill(_csp_facts(blocked)) for blocked in story.reported]
    printed += [template.fill(facts) for template in _of_the_request(story)]
    printed += [template.fill(facts) for template in _of_the_end(story)]
    if _is_put_without_answer(story):
        printed.append(texts.MULTIPLE.fill(facts))
    elif _asked_again(story):
        printed.append(
            texts.DID_NOT_SUCCEED.fill(facts | {"url": story.exchanged_url, "status_code": " Status code: (null)."})
        )
    of_api = _of_the_api(story)
    blocked = story.blocked
    if blocked is not None and blocked.reason is Reason.CONTENT_SECURITY_POLICY:
        template = texts.CSP_SCRIPT if blocked.subject == "script-src-elem" else texts.CSP_BLOCKED
        return printed + [each.fill(facts) for each in of_api] + [template.fill(_csp_facts(blocked))]
    return printed + [template.fill(facts) for template in of_api]


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


def _of_cookies(story: Story) -> list[str]:
    """What is said of the cookies that came."""
    printed = []
    for cookie in story.cookies_set:
        template = texts.COOKIE_FOREIGN if cookie.is_foreign else texts.COOKIES_REFUSED.get(cookie.rule)
        if template is not None:
            printed.append(template.fill({"header_name": cookie.name}))
    return printed


def _of_the_request(story: Story) -> list[Template]:
    started = story.started
    found: list[Template] = []
    if started.synchronous and started.environment != "worker":
        found.append(texts.SYNCHRONOUS)
    if started.referrer_policy in texts.LESS_RESTRICTED and _is_cross_site(story):
        found.append(texts.REFERRER)
    if story.upgraded is not None:
        found += texts.UPGRADES.get(story.upgraded.because, ())
    if story.wildcard_covered_authorization:
        found.append(texts.WARNING)
    return found


def _of_the_end(story: Story) -> list[Template]:
    blocked = story.blocked
    found: list[Template] = []
    if blocked is not None and blocked.reason is Reason.OPAQUE_RESPONSE_BLOCKING:
        by_type = blocked.detail in texts.ORB_WHY
        mime = [texts.ANY_SCRIPT_TYPE] if _has_another_type(story) else []
        return [texts.ORB, *mime, texts.ORB_TOO] if by_type else [*mime, texts.ORB, texts.ORB_TOO]
    if blocked is None and _has_another_type(story):
        found.append(texts.ANY_SCRIPT_TYPE)
    if story.is_readable and _is_no_xml(story):
        found.append(texts.XML)
    if story.is_readable and _is_framed_without_encoding(story):
        found.append(texts.FRAMED)
    found += templates_for(story, texts.RULES)
    return [*found, texts.QUIRKS] if _is_without_doctype(story) else found


def _asked_again(story: Story) -> bool:
    """Report whether the network layer's own failure is told too: of preflights, redirects and lost connections."""
    blocked = story.blocked
    if story.tainting != "cors" or (blocked is not None and blocked.reason in local_network.REFUSED):
        return False
    if story.failure is not None:
        return blocked is None
    if blocked is None or not story.exchanged_url or story.started.redirect != "follow":
        return False
    return blocked.stage is not Stage.ACTUAL or blocked.reason in (Reason.NOSNIFF, Reason.MIME_TYPE_BLOCKED)


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


def _of_the_api(story: Story) -> list[Template]:
    blocked, started = story.blocked, story.started
    failed = blocked is not None or story.failure is not None
    match started.api:
        case "script" | "module" if failed:
            by_cors = started.mode == "cors" and (blocked is None or blocked.reason is not Reason.HTTP_ERROR_STATUS)
            if started.api == "script":
                return [texts.SCRIPT_NOT_ALLOWED if by_cors else texts.SCRIPT_FAILED]
            return [texts.MODULE_NOT_ALLOWED if by_cors else texts.MODULE_FAILED]
        case "EventSource" if failed:
            return [texts.EVENT_SOURCE]
    return []


def _is_cross_site(story: Story) -> bool:
    page, url = parse_url(story.started.page), parse_url(story.started.url)
    return page is not None and url is not None and not same_site(page, url)


def _has_another_type(story: Story) -> bool:
    """Report whether a script came that says it is something else."""
    mime_type = story.mime_type
    return (
        story.started.api == "script"
        and story.filtered in ("opaque", "basic", "cors")
        and mime_type is not None
        and not mime_type.is_javascript
        and story.response is not None
        and story.response.status < 400
    )


def _is_no_xml(story: Story) -> bool:
    """Report whether XMLHttpRequest took what came for XML, which it does without a Content-Type."""
    mime_type, response = story.mime_type, story.response
    return (
        story.started.api == "XMLHttpRequest"
        and not story.was_redirected
        and response is not None
        and (mime_type is None or mime_type.is_xml)
        and response.body.lstrip()[:1] not in (b"", b"<")
    )


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
    page, url = parse_url(story.started.page), parse_url(story.url)
    return (
        story.started.destination == "iframe"
        and (mime_type is None or (mime_type.is_html and mime_type.parameter("charset") is None))
        and page is not None
        and url is not None
        and same_origin(page, url)
    )


def _csp_facts(blocked: Blocked) -> dict[str, str]:
    return {"url": blocked.url, "directive": blocked.received or "", "effective_directive": blocked.subject}


def _facts(story: Story) -> dict[str, str]:
    blocked = story.blocked
    facts = story.facts() | texts.HELP
    facts["status_code"] = f" Status code: {facts['status']}."
    facts["value"] = _as_utf8(facts["value"])
    if story.upgraded is not None and story.upgraded.because == "upgrade-insecure-requests":
        facts["url"] = story.upgraded.url
    if blocked is not None:
        if blocked.reason in local_network.REFUSED:
            facts["status_code"] = " Status code: (null)."
        facts["token"] = _first_bad_token(facts["value"])
        facts["detail"] = texts.ORB_WHY.get(blocked.detail, texts.ORB_WHY_ELSE)
        if blocked.reason is Reason.REDIRECT_SCHEME_NOT_HTTP:
            facts["url"] = story.location
        if blocked.reason is Reason.INTEGRITY_MISMATCH:
            facts |= _integrity_facts(story, blocked.compared_with)
    elif story.started.referrer_policy:
        facts["detail"] = story.started.referrer_policy
    return facts


def _integrity_facts(story: Story, metadata: str) -> dict[str, str]:
    hashes = strongest_metadata(parse_metadata(metadata))
    algorithm = hashes[0].algorithm if hashes else "sha256"
    body = story.response.body if story.response is not None else b""
    return {"algorithm": algorithm, "hash": digest(body, algorithm)}


def _first_bad_token(value: str) -> str:
    tokens = [token.strip(" \t") for token in value.split(",")]
    return next((token for token in tokens if token and not is_header_name(token)), "")


def _as_utf8(value: str) -> str:
    """A header's bytes as the browser shows them."""
    return value.encode("latin-1", "replace").decode("utf-8", "replace")
