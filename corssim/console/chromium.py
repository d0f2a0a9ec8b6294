"""Chromium's console: which lines a fetch prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..fetch.header_list import Failure, extract_token_list, get
from ..fetch.reasons import Reason
from ..fetch.subresource_integrity import digest, parse_metadata, strongest_metadata
from ..fetch.wire import FailureKind
from ..origin import is_potentially_trustworthy, url_origin
from ..url import parse_url
from . import chromium_local_network as local_network, chromium_texts as texts
from .rule import templates_for
from .story import story_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..fetch.reasons import Blocked
    from ..fetch.wire import NetworkFailure
    from .story import Story
    from .template import Template

_TOLD_BY_POLICIES = frozenset({Reason.CONTENT_SECURITY_POLICY, Reason.MIXED_CONTENT})


def lines(story: Story) -> list[str]:
    """The lines of one fetch, in order."""
    printed = _before_sending(story)
    facts = _facts(story)
    printed += [template.fill(facts) for template in _of_the_end(story) if not _is_left_out(template, story)]
    for trace in story.in_the_background:
        if (loaded_anew := story_of(trace)) is not None:
            loaded_anew.is_in_the_background = True
            printed += lines(loaded_anew)
    return printed


def lines_of_reading_headers(story: Story, names: Iterable[str]) -> list[str]:
    """The lines for getResponseHeader() of what is not exposed; fetch()'s headers.get() is silent."""
    if story.started.api != "XMLHttpRequest" or not story.is_readable:
        return []
    refused = set(story.hidden) | {"set-cookie", "set-cookie2"}
    return [texts.GET_UNSAFE_HEADER.fill({"header_name": name}) for name in names if name.lower() in refused]


def _before_sending(story: Story) -> list[str]:
    facts = _facts(story)
    printed = [texts.SET_UNSAFE_HEADER.fill({"header_name": name}) for name in story.started.refused_header_names]
    for blocked in story.reported:
        if not _is_of_a_preload_led_on(story, blocked):
            printed += _csp_reports(story, blocked)
    if story.targets_insecure_form and not _is_trustworthy(story.started.url):
        urls = dict.fromkeys((story.form_action, story.started.url))  # its action alone, then with the fields in it
        printed += [texts.INSECURE_FORM.fill(facts | {"url": url}) for url in urls]
    if story.upgraded is not None and story.upgraded.because == "mixed-content" and not story.was_redirected:
        printed.append(texts.UPGRADED.fill(facts | {"url": story.upgraded.url}))
    elif story.loads_insecure_content or _is_address_not_upgraded(story) or story.came_insecurely:
        at_first = facts | {"url": story.started.url} if story.was_redirected else facts
        printed += [] if story.started.page_upgrades else [_why_not_upgraded(story).fill(at_first)]
    if story.preload is not None and not story.preload.used and not _is_refused_by_fetch_itself(story):
        printed.append(texts.PRELOADS[story.preload.because].fill({"url": story.preload.url}))
    exempted = facts | {"page": _page_of_mixed_content(story)}
    printed += [template.fill(exempted) for template in local_network.of_exempted(story)]
    return printed


def _is_of_a_preload_led_on(story: Story, blocked: Blocked) -> bool:
    """Report whether it is about where a redirect led a preload, of which policies tell nothing."""
    first, *led_on = [asked.url for asked in story.asked]
    return story.started.api == "preload" and blocked.url != first and blocked.url in led_on


def _is_refused_by_fetch_itself(story: Story) -> bool:
    """Report whether fetch() refuses its arguments before anything is looked for."""
    return story.blocked is not None and story.blocked.reason is Reason.CROSS_ORIGIN_IN_SAME_ORIGIN_MODE


def _is_trustworthy(text: str) -> bool:
    url = parse_url(text)
    return url is not None and is_potentially_trustworthy(url)


def _why_not_upgraded(story: Story) -> Template:
    """Why what is insecure came as it is; where local networks are not looked at, this host is said to be upgraded."""
    if _is_at_an_address(story.started.url):
        return texts.NOT_UPGRADED
    return texts.NOT_UPGRADED_LOCALLY if story.local_network or story.exempted else texts.UPGRADED


def _is_at_an_address(text: str) -> bool:
    url = parse_url(text)
    return url is not None and url.host_is_ip


def _is_address_not_upgraded(story: Story) -> bool:
    """Report whether an image, audio or video was blocked because it is at an IP address, which is not upgraded."""
    blocked = story.blocked
    return (
        blocked is not None
        and blocked.reason is Reason.MIXED_CONTENT
        and story.started.destination in ("image", "audio", "video")
    )


def _of_the_end(story: Story) -> tuple[Template, ...]:
    blocked, response = story.blocked, story.response
    if blocked is not None and _is_of_a_preload_led_on(story, blocked) and blocked.reason in _TOLD_BY_POLICIES:
        return ()
    if blocked is not None and blocked.reason is Reason.MIXED_CONTENT:
        if story.started.api == "WebSocket":
            return (texts.MIXED_WEB_SOCKET,)
        return (texts.MIXED_TEMPLATES[texts.MIXED_KINDS.get(_asked_as(story), "element")],)
    if blocked is not None and blocked.reason is Reason.CONTENT_SECURITY_POLICY:
        template = texts.CSP_TEMPLATES.get(blocked.subject, texts.CSP_TEMPLATES["connect-src"])
        is_told_twice = story.started.api == "fetch" and not story.was_redirected
        return (template, texts.CSP_OF_FETCH) if is_told_twice else (template,)
    if blocked is not None and blocked.reason in local_network.ACCESS:
        return local_network.of_refused(story, texts.FAILED)
    if blocked is not None and blocked.reason is Reason.INTEGRITY_MISMATCH and _has_error_status(story):
        # That is told when the answer comes; elements then ask for no more.
        of_fetch = templates_for(story, texts.RULES) if story.started.api == "fetch" else ()
        return (texts.BEHIND_A_STATUS, *of_fetch)
    if blocked is not None and blocked.reason is Reason.EMBEDDER_POLICY and story.started.mode == "navigate":
        return (texts.BEHIND_A_STATUS,) if _has_error_status(story) else ()  # its phrase left out
    if blocked is not None and blocked.reason not in texts.NOT_READ_OUT:
        return templates_for(story, texts.RULES)
    if story.failure is not None:
        return () if story.started.mode == "navigate" else (_net_error(story.failure),)
    if response is not None and response.status == 407:
        return () if story.started.mode == "navigate" else (texts.PROXY_AUTH,)
    if response is not None and response.status >= 400:
        return () if _is_a_frame_of_a_sandboxed_srcdoc(story) else (texts.BEHIND_A_STATUS,)
    if response is not None and response.body_failure is not None and response.body_failure.is_dropped_connection:
        return (texts.TRUNCATED,)
    return templates_for(story, texts.RULES)


def _is_a_frame_of_a_sandboxed_srcdoc(story: Story) -> bool:
    started = story.started
    return started.mode == "navigate" and started.environment == "srcdoc" and started.origin == "null"


def _has_error_status(story: Story) -> bool:
    return story.response is not None and story.response.status >= 400


def _asked_as(story: Story) -> str:
    """The API, or that for which was preloaded."""
    started = story.started
    return texts.PRELOADED_AS.get(started.destination, "fetch") if started.api == "preload" else started.api


def _is_left_out(template: Template, story: Story) -> bool:
    """Report whether a worker's console lacks the line."""
    return story.started.environment == "worker" and template.text.startswith("Failed to load resource")


def _csp_reports(story: Story, blocked: Blocked) -> list[str]:
    """What a report-only policy tells: of fetch() twice, by itself and, without the fragment, by what loads."""
    template = texts.CSP_REPORTS.get(blocked.subject, texts.CSP_REPORTS["connect-src"])
    if blocked.subject in texts.OF_NAVIGATIONS:
        return [template.fill(_csp_facts_of_navigation(story, blocked))]
    facts = _csp_facts(blocked)
    without = facts | {"url": _without_fragment(facts["url"])}
    if _tells_no_fragment(story):
        return [template.fill(without)]
    is_told_twice = story.started.api in ("fetch", "sendBeacon") and blocked.url == story.asked[0].url
    return [template.fill(facts), template.fill(without)] if is_told_twice else [template.fill(facts)]


def _tells_no_fragment(story: Story) -> bool:
    """Report whether policies are told without the fragment of what was asked for; a redirect's is kept."""
    return story.started.api not in ("fetch", "sendBeacon", "WebSocket") and not story.was_redirected


def _csp_facts(blocked: Blocked) -> dict[str, str]:
    fallback = ""
    if blocked.subject != blocked.compared_with:
        fallback = texts.FALLBACK.format(directive=blocked.subject, fallback=blocked.compared_with)
    return {"url": blocked.url, "directive": blocked.received or "", "fallback": fallback}


def _csp_facts_of_navigation(story: Story, blocked: Blocked) -> dict[str, str]:
    """What is told of a frame of another origin is that origin; the directive is told as it was understood."""
    facts = _csp_facts(blocked)
    name, *sources = facts["directive"].split()
    return facts | {"url": _as_framed(story, blocked), "directive": f"{name} {_as_understood(sources)}"}


def _as_framed(story: Story, blocked: Blocked) -> str:
    framed = parse_url(blocked.url) if blocked.subject == "frame-src" else None
    origin = url_origin(framed).serialized if framed is not None else story.started.origin
    return blocked.url if origin == story.started.origin else f"{origin}/"


def _as_understood(sources: list[str]) -> str:
    """Sources as a policy for URLs keeps them: without what is said of scripts and styles."""
    if "*" in sources:
        return "*"
    own = [source.lower() for source in sources if source.lower() == "'self'"]
    return " ".join([*own[:1], *(source for source in sources if not source.startswith("'"))]) or "'none'"


def _without_fragment(url: str) -> str:
    return url.partition("#")[0]


def _facts_of_reason(story: Story, blocked: Blocked) -> dict[str, str]:
    """What the lines about this reason say otherwise."""
    started = story.started
    match blocked.reason:
        case Reason.CONTENT_SECURITY_POLICY:
            if blocked.subject in texts.OF_NAVIGATIONS:
                return _csp_facts_of_navigation(story, blocked)
            facts = _csp_facts(blocked)
            return facts | {"url": _without_fragment(facts["url"])} if _tells_no_fragment(story) else facts
        case Reason.WEB_SOCKET_REFUSED | Reason.REDIRECT_MODE_ERROR if started.api == "WebSocket":
            return {"url": started.url}
        case Reason.REDIRECT_SCHEME_NOT_HTTP:
            return {"url": story.location, "redirected": f" (redirected from '{started.url}')"}
        case Reason.MIXED_CONTENT:
            is_whole = story.was_redirected or started.mode == "navigate"
            url = blocked.url if is_whole else _without_fragment(blocked.url)
            return {"url": url, "page": _page_of_mixed_content(story)}
        case Reason.INTEGRITY_MISMATCH:
            return _integrity_facts(story, blocked)
        case Reason.HEADER_DISALLOWED_BY_PREFLIGHT:
            return {"header_name": _first_disallowed(story, blocked.subject)}
        case Reason.EMBEDDER_POLICY if started.mode == "navigate":
            return {"status_text": ""}
        case Reason.EVENT_SOURCE_TYPE if story.mime_type is None:
            return {"mime_type": "text/plain"}  # as what is of no type is sniffed
        case Reason.NOT_A_FONT:
            return {"detail": _why_not_decoded(story.body)}
        case _:
            return {}


def _page_of_mixed_content(story: Story) -> str:
    """The page on top; below one that is not secure, and in a worker, that which asked.

    A frame of another origin is told no more of it than the origin.
    """
    started = story.started
    top = parse_url(started.top_level_url)
    if started.environment == "worker" or top is None or top.scheme != "https":
        return started.page
    is_told_all = started.environment != "srcdoc" or started.origin != "null"
    return started.top_level_url if is_told_all else f"{url_origin(top).serialized}/"


def _why_not_decoded(font: bytes) -> str:
    """What the sanitizer of fonts says of the first four bytes that it reads."""
    return "file less than 4 bytes" if len(font) < 4 else f"invalid sfntVersion: {int.from_bytes(font[:4], 'big')}"


def _integrity_facts(story: Story, blocked: Blocked) -> dict[str, str]:
    hashes = strongest_metadata(parse_metadata(blocked.compared_with))
    algorithm = hashes[0].algorithm if hashes else "sha256"
    body = story.body if story.started.method != "HEAD" else b""
    told_of = {} if story.started.api == "fetch" else {"url": story.started.url}
    return {"algorithm": algorithm.replace("sha", "SHA-"), "hash": digest(body, algorithm)} | told_of


def _first_disallowed(story: Story, subject: str) -> str:
    """The first header that is not allowed, in the order in which they are gone through."""
    asked = get(story.request.headers, "Access-Control-Request-Headers") if story.request is not None else None
    listed = extract_token_list(story.response.headers, texts.ACAH) if story.response is not None else None
    allowed = {name.lower() for name in listed} if listed and not isinstance(listed, Failure) else set()
    disallowed = set((asked or subject).split(",")) - allowed
    if "*" in allowed or subject not in disallowed:
        return subject
    return next((name for name in texts.GONE_THROUGH_FIRST if name in disallowed), subject)


def _facts(story: Story) -> dict[str, str]:
    started, blocked = story.started, story.blocked
    facts = story.facts() | texts.HELP
    facts["value"] = _escaped(facts["value"])
    facts["kind"] = texts.KINDS.get(started.api, "resource")
    if started.api == "preload" and started.destination:
        facts["kind"] = texts.KINDS[texts.PRELOADED_AS[started.destination]]
    if story.is_in_the_background:
        facts["kind"] = "resource"
    led_elsewhere = story.was_redirected and facts["url"] != started.url
    facts["redirected"] = f" (redirected from '{started.url}')" if led_elsewhere else ""
    if blocked is not None:
        facts |= {"address_space": blocked.subject, "wanted_space": blocked.compared_with}
    facts["hint"] = texts.HINT if started.api == "fetch" else ""
    facts["of_xhr"] = texts.OF_XHR if started.api == "XMLHttpRequest" else ""
    if blocked is not None:
        facts |= _facts_of_reason(story, blocked)
    return facts


def _escaped(value: str) -> str:
    """A header's value with what is not ASCII spelt out."""
    return "".join(character if character.isascii() else f"\\u{ord(character):04X}" for character in value)


def _net_error(failure: NetworkFailure) -> Template:
    """The line of a network error; a certificate that is not trusted has one of its own."""
    detail = failure.detail.lower()
    if failure.kind is FailureKind.TLS:
        of_certificate = (line for words, line in texts.CERTIFICATE_ERRORS.items() if words in detail)
        return next(of_certificate, texts.NET_ERRORS[failure.kind])
    return texts.NET_ERRORS.get(failure.kind, texts.FAILED)
