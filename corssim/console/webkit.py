"""WebKit's console: which lines a fetch prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..fetch.authentication_challenges import parse_challenges
from ..fetch.header_list import Failure, extract_token_list, get
from ..fetch.reasons import OF_TYPES, Reason, Stage
from ..fetch.response import is_ok_status
from ..fetch.rules.redirects import REDIRECT_STATUSES
from ..origin import host_is_loopback, same_origin, url_origin
from ..records import replace
from ..url import parse_url
from . import webkit_texts as texts
from .rule import templates_for
from .story import without_query

if TYPE_CHECKING:
    from ..fetch.reasons import Blocked
    from .story import Asked, Story
    from .template import Template


def lines(story: Story) -> list[str]:
    """The lines of one fetch, in order."""
    if _is_told_of_its_hash(story):
        assert story.blocked is not None
        metadata = story.started.integrity
        of_its_hash = replace(story.blocked, reason=Reason.INTEGRITY_MISMATCH, compared_with=metadata)
        story = replace(story, blocked=of_its_hash)
    facts = _facts(story)
    started = story.started
    refused = started.refused_header_names if started.environment != "worker" else ()
    printed = [texts.SET_UNSAFE_HEADER.fill({"header_name": name}) for name in refused]
    if started.sends_array_buffer and started.environment != "worker":
        printed.append(texts.ARRAY_BUFFER.fill(facts))
    printed += [texts.REPORTS_GO_NOWHERE.fill({"policy": policy}) for policy in story.reports_go_nowhere]
    printed += _on_the_way(story, facts)
    if story.has_insecure_action:
        printed.append(texts.FORM.fill(facts | {"url": story.form_action}))
    if _asks_for_credentials(story):
        printed.append(texts.ASKS_FOR_CREDENTIALS.fill(facts | {"url": _without_user(story, story.url)}))
    of_api = facts | {"url": _url_of_the_api(story, facts)}
    apis = (*texts.OF_API.values(), texts.BEACON_REDIRECT_NOT_ALLOWED)
    printed += [template.fill(of_api if template in apis else facts) for template in _of_the_end(story)]
    return printed


def _is_told_of_its_hash(story: Story) -> bool:
    """Report whether a stylesheet was refused for its type, though it lacks its hash: that is looked at first."""
    started, blocked = story.started, story.blocked
    if started.api != "stylesheet" or blocked is None or blocked.reason not in OF_TYPES:
        return False
    if not started.integrity or story.response is None:
        return False
    from ..fetch.subresource_integrity import bytes_match  # here, because few lines need it

    return story.tainting == "opaque" or not bytes_match(story.body, started.integrity)


def _on_the_way(story: Story, facts: dict[str, str]) -> list[str]:
    """What is told of each URL in turn: that it is insecure, and which policies would have stopped it."""
    reports = list(story.reported)
    printed: list[str] = []
    for index, asked in enumerate(story.asked):
        insecure = _insecure_url(story, asked, is_first=index == 0)
        if insecure:
            template = texts.NOT_UPGRADED if _is_at_loopback(insecure) else texts.UPGRADED  # It says so, though it was.
            printed.append(template.fill(facts | {"url": insecure}))
        here = [blocked for blocked in reports if blocked.url == asked.url]
        reports = [blocked for blocked in reports if blocked.url != asked.url]
        printed += [_report(story, blocked) for blocked in here]
    return [_report(story, blocked) for blocked in reports] + printed


def _report(story: Story, blocked: Blocked) -> str:
    return _csp_template(blocked, texts.CSP_REPORTS).fill(_csp_facts(story, blocked))


def _insecure_url(story: Story, asked: Asked, *, is_first: bool) -> str:
    """The URL over http that an image, sound or film of a page over https asked for, or was led to; "" if it was none.

    Of what a policy upgraded it tells, too, where an image asked for it at first.
    """
    started, upgrade = story.started, asked.upgrade
    if started.destination not in ("image", "audio", "video") or not story.is_of_a_page_over_https:
        return ""
    url = asked.url if upgrade is None else upgrade.url
    by_a_policy = upgrade is not None and upgrade.because != "mixed-content"
    if (
        not url.startswith("http:")
        or asked.is_refused
        or (by_a_policy and not (is_first and started.destination == "image"))
    ):
        return ""
    return url.partition("#")[0] if is_first else url


def _is_at_loopback(url: str) -> bool:
    parsed = parse_url(url)
    return parsed is not None and parsed.host is not None and host_is_loopback(parsed.host)


def _asks_for_credentials(story: Story) -> bool:
    """Report whether an element's request would have the user asked for a password of another origin."""
    if story.challenge is None or story.started.api not in texts.MAY_ASK_FOR_CREDENTIALS:
        return False
    url = parse_url(story.url)
    is_cross_origin = url is not None and url_origin(url).serialized != story.started.origin
    challenges = parse_challenges([story.challenge], one_a_line=False)
    return is_cross_origin and any(each.scheme in texts.SCHEMES_OF_A_USER for each in challenges)


def _without_user(story: Story, url: str) -> str:
    """The URL as it is told: a request of CORS to another origin has lost the user that stood in it."""
    parsed = parse_url(url) if story.tainting == "cors" and story.request is not None and "@" in url else None
    return url if parsed is None else parsed.without_credentials().href


def _as_requested(story: Story, url: str) -> str:
    """The URL as the loader has it: without the fragment, but of frames and where a redirect led."""
    keeps_its_fragment = story.was_redirected or story.started.destination == "iframe"
    return url if keeps_its_fragment else url.partition("#")[0]


def _of_the_end(story: Story) -> tuple[Template, ...]:
    started, blocked = story.started, story.blocked
    if blocked is None:
        return _of_no_block(story)
    if blocked.reason is Reason.CONTENT_SECURITY_POLICY:
        return (_csp_template(blocked, texts.CSP), *_of_policy(story, blocked))
    if blocked.reason is Reason.INTEGRITY_MISMATCH and started.environment == "worker":
        return ()
    if _is_module_refused_for_its_type(story, blocked):
        return (texts.MODULE_TYPE,)
    if blocked.reason is Reason.EVENT_SOURCE_TYPE:
        return () if started.environment == "worker" else (texts.EVENT_SOURCE_TYPE,)
    if blocked.reason is Reason.CROSS_ORIGIN_IN_SAME_ORIGIN_MODE and not story.was_redirected:
        is_told = started.api == "fetch" and started.environment != "worker"
        return (texts.CANNOT_LOAD,) if is_told else ()
    is_strict = started.api == "script" and blocked.reason is Reason.NOSNIFF
    if blocked.reason in OF_TYPES and not is_ok_status(blocked.status or 200) and not is_strict:
        return ()
    found = templates_for(story, texts.RULES)
    if not found:
        return ()
    if started.api == "sendBeacon":
        return _of_beacon(found, story, blocked)
    return (*found, *_of_api(story, blocked))


def _is_module_refused_for_its_type(story: Story, blocked: Blocked) -> bool:
    """Report whether a module is of another type, which is seen before its hash is looked at."""
    if story.started.api == "module" and blocked.reason in OF_TYPES:
        return (blocked.status or 200) < 400
    is_error = story.response is not None and story.response.status >= 400
    return story.is_module_of_another_type and blocked.reason is Reason.INTEGRITY_MISMATCH and not is_error


def _is_own_url_of_a_sandboxed_page(story: Story, blocked: Blocked) -> bool:
    """Report whether `'self'` let the request through at first, and stopped it where the page's origin is unknown."""
    shown = story.started.document or story.started.page
    page = parse_url(story.started.top_level_url if shown.startswith("about:") else shown)
    url = parse_url(blocked.url)
    if story.started.origin != "null" or "'self'" not in (blocked.received or "").lower():
        return False
    return page is not None and url is not None and same_origin(page, url)


def _of_policy(story: Story, blocked: Blocked) -> tuple[Template, ...]:
    """What stands after the line that names the policy: nothing, where the policy stopped what was asked for at first.

    What script asked for is looked at again where redirects lead, away from the page.
    """
    started = story.started
    if not story.was_redirected and not _is_own_url_of_a_sandboxed_page(story, blocked):
        return (texts.BLOCKED_BY_POLICY,) if started.api == "preload" and started.destination == "" else ()
    if started.environment == "worker":
        return ()
    if story.is_of_an_element:
        return _of_api(story, blocked)
    if started.api == "sendBeacon":
        return (texts.BLOCKED_BY_POLICY, texts.BEACON_BLOCKED_BY_POLICY)
    return (texts.BLOCKED_BY_POLICY, *_of_api(story, blocked))


def _of_api(story: Story, blocked: Blocked) -> tuple[Template, ...]:
    """The line in which the API itself says that it could not load; scripts have none for what their type is."""
    api = story.started.api
    if blocked.reason is Reason.BAD_PORT:
        return ()
    if api == "script" and blocked.reason in (Reason.NOSNIFF, Reason.MIME_TYPE_BLOCKED, Reason.INTEGRITY_MISMATCH):
        return ()
    if story.is_of_an_element and blocked.reason is Reason.MIXED_CONTENT and not story.was_redirected:
        return ()
    template = texts.OF_API.get(api)
    return () if template is None or story.started.environment == "worker" else (template,)


def _url_of_the_api(story: Story, facts: dict[str, str]) -> str:
    """The URL of the line that the API adds: of the last response, where the redirect in it was refused; images tell
    what was asked for first."""
    reason = story.blocked.reason if story.blocked is not None else None
    if story.started.api == "img":
        return _first_url(story).partition("#")[0]
    if reason is Reason.MIXED_CONTENT and story.was_redirected:
        return story.answered_url
    if reason is Reason.REDIRECT_SCHEME_NOT_HTTP and story.started.mode == "no-cors":
        return story.location
    if reason is Reason.INTEGRITY_MISMATCH:
        return story.started.url.partition("#")[0]
    return facts["url"]


def _first_url(story: Story) -> str:
    return _without_user(story, story.asked[0].url)


def _of_beacon(found: tuple[Template, ...], story: Story, blocked: Blocked) -> tuple[Template, ...]:
    if blocked.reason is Reason.MIXED_CONTENT and story.was_redirected:
        return (*found, texts.BEACON_REDIRECT_NOT_ALLOWED)
    last = texts.BEACONS[found[-1].text]
    if blocked.reason is Reason.KEEPALIVE_BODY_TOO_LARGE or len(found) > 1:
        return (*found[:-1], last)
    return (*found, last)


def _of_no_block(story: Story) -> tuple[Template, ...]:
    started = story.started
    if story.failure is not None:
        template = texts.NET_ERRORS.get(story.failure.kind)
        if template is not None and started.api == "sendBeacon":
            of_preflight = (template,) if story.failed_in_preflight else ()
            return (*of_preflight, texts.NET_ERRORS_OF_BEACONS[story.failure.kind])
        if not story.failed_in_preflight or template is None:
            return ()
        api = texts.OF_API.get(started.api)
        return (template,) if api is None else (template, api)
    if story.preload is not None and story.preload.used and story.preload.was_error:
        # Why it failed was told when it was preloaded.
        return () if story.preload.never_came else texts.OF_FAILED_PRELOADS.get(started.api, ())
    preloaded_opaque = story.preload is not None and story.preload.used and story.preload.type == "opaque"
    is_opaque = story.filtered == "opaque" or story.found_opaque or preloaded_opaque
    if started.api == "img" and is_opaque:
        # What script is told that reads the pixels.
        return (texts.TAINTED,)
    return ()


def _csp_template(blocked: Blocked, templates: dict[tuple[str, bool], Template]) -> Template:
    verb = "connect to" if blocked.subject == "connect-src" else "load"
    return templates[verb, blocked.compared_with != "default-src" or blocked.subject == "default-src"]


def _csp_facts(story: Story, blocked: Blocked) -> dict[str, str]:
    # A form's action is asked about before the fields come into its query.
    url = blocked.url
    if blocked.subject == "form-action":
        url = without_query(url)
    elif story.is_of_an_element:
        url = _as_requested(story, url)
    effective = blocked.subject.removesuffix("-elem")  # It tells of style-src where default-src stands in.
    return {"url": url, "directive": blocked.compared_with, "effective_directive": effective}


def _facts(story: Story) -> dict[str, str]:
    blocked = story.blocked
    facts = story.facts()
    facts["status_code"] = f" Status code: {facts['status'] or 0}"
    facts["value"] = _as_standard_output(facts["value"])
    facts["url"] = _without_user(story, facts["url"])
    if _was_refused_late(story):
        facts["location"] = story.url
    facts["mime_type"] = _mime_type(story, facts["mime_type"])
    if blocked is None:
        return facts
    match blocked.reason:
        case Reason.MIXED_CONTENT:
            facts["page"] = story.started.document or story.started.page
            facts["url"] = _as_requested(story, facts["url"])
        case Reason.NO_CORS_REDIRECT_MODE | Reason.BAD_PORT:
            facts["url"] = _as_requested(story, facts["url"])
        case Reason.CONTENT_SECURITY_POLICY:
            facts |= _csp_facts(story, blocked)
        case Reason.WEB_SOCKET_REFUSED:
            facts["url"] = story.started.url
        case Reason.HEADER_DISALLOWED_BY_PREFLIGHT:
            facts["header_name"] = _first_disallowed(story, blocked.subject)
        case Reason.REDIRECT_LOCATION_INVALID:
            facts["location"] = next(iter(story.headers("Location")), "")
        case Reason.INTEGRITY_MISMATCH:
            facts |= _integrity_facts(story, blocked.compared_with)
        case Reason.NOSNIFF | Reason.MIME_TYPE_BLOCKED if story.started.api in ("script", "stylesheet"):
            facts["url"] = _first_url(story).partition("#")[0]
        case _:
            pass
    return facts


def _was_refused_late(story: Story) -> bool:
    """Report whether a redirect was refused once it had been followed, and what it led to perhaps preflighted."""
    blocked, answer = story.blocked, story.response
    if blocked is None or blocked.stage is not Stage.REDIRECT or answer is None:
        return False
    return story.answers[-1:] != [answer] or answer.status not in REDIRECT_STATUSES


def _mime_type(story: Story, told: str) -> str:
    """The type of what came; where none was stated, that which its bytes look like."""
    stated = story.headers("Content-Type")
    if story.started.api == "EventSource":
        return stated[-1].partition(";")[0].strip() if stated else "application/octet-stream"
    if told or stated:
        return told
    if story.response is not None and story.response.status == 304:
        return ""
    from ..fetch.sniff import image_type_of, is_html  # here, because few lines need it

    return image_type_of(story.body) or ("text/html" if is_html(story.body) else "text/plain")


def _first_disallowed(story: Story, subject: str) -> str:
    """The first header that is not allowed, in the order in which script set them."""
    asked = get(story.request.headers, "Access-Control-Request-Headers") if story.request is not None else None
    listed = extract_token_list(story.response.headers, texts.ACAH) if story.response is not None else None
    allowed = {name.lower() for name in listed} if listed and not isinstance(listed, Failure) else set()
    disallowed = {name.strip() for name in (asked or subject).split(",")} - allowed
    # Those that it knows by number are gone through before the others.
    known = texts.SPELLED_BY_ITSELF
    names = sorted(story.started.header_names, key=lambda name: name.lower() not in known)
    first = next((name for name in names if name.lower() in disallowed), subject)
    return known.get(first.lower(), first)


def _integrity_facts(story: Story, metadata: str) -> dict[str, str]:
    is_head = story.started.method == "HEAD"
    length = str(len(story.body))
    stated = next(iter(story.headers("Content-Length")), "0") if is_head else length
    return {
        "url": story.started.url.partition("#")[0],
        "content_length": "(no content)" if is_head or not story.body else length,
        "expected_length": stated,
        "metadata": metadata,
    }


def _as_standard_output(value: str) -> str:
    """A header's value as it was recorded: its UTF-8 read byte by byte."""
    return value.encode("latin-1", "replace").decode("utf-8", "replace").encode().decode("latin-1")
