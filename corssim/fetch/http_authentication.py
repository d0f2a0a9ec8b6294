"""HTTP authentication without a prompt: which credentials a browser sends by itself, and which it sends again.

Nobody is there to be asked for a name and a password: where a browser would ask, the 401 is returned, as it is once the
user has cancelled. https://fetch.spec.whatwg.org/#http-network-or-cache-fetch, https://httpwg.org/specs/rfc7617.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..records import NamedTuple
from .authentication_challenges import parse_challenges
from .authentication_entries import AuthenticationEntry, Credentials
from .authentication_events import AuthenticationAdded, AuthenticationChallenged
from .header_list import get

if TYPE_CHECKING:
    from collections.abc import Hashable

    from .authentication_events import CredentialsSource, NotAnswered
    from .fetch_params import FetchParams
    from .header_list import HeaderList
    from .request import Request
    from .response import Response
    from .rules import AuthenticationRules


class Answer(NamedTuple):
    """What a challenge is answered with, and for which realm. The text's isAuthenticationFetch: there is one."""

    credentials: Credentials
    source: CredentialsSource
    realm: str


class _Known(NamedTuple):
    """What is sent before it is asked for, because of an entry for the path."""

    entry: AuthenticationEntry
    credentials: Credentials
    source: CredentialsSource


def append_authorization(
    params: FetchParams, headers: HeaderList, answer: Answer | None, *, include_credentials: bool
) -> None:
    """Add the Authorization that the browser has for this request, as HTTP-network-or-cache fetch does in step 8.

    https://fetch.spec.whatwg.org/#http-network-or-cache-fetch
    """
    if answer is None:
        known = _known_for(params, include_credentials=include_credentials)
        if known is None:
            return
        credentials, source = known.credentials, known.source
        known.entry.credentials = credentials
    else:
        credentials, source = answer.credentials, answer.source
    if _has_its_own(params.request):
        if params.profile.authentication.own_authorization != "replaced":
            return
        headers[:] = [header for header in headers if header[0].lower() != "authorization"]
    headers.append(("Authorization", credentials.as_basic()))
    params.trace.append(AuthenticationAdded(params.request.current_url.href, source))
    if source == "url" and params.profile.authentication.takes_the_user_out_of_the_url:
        params.request.url_list[-1] = params.request.current_url.without_credentials()


def answer_to_the_challenge(
    params: FetchParams, response: Response, answered: Answer | None, *, include_credentials: bool
) -> Answer | None:
    """What a 401 is answered with: credentials that the browser has and the server has not refused.

    `answered` is what was sent for a challenge just before.
    https://fetch.spec.whatwg.org/#http-network-or-cache-fetch, step 14
    """
    request, rules = params.request, params.profile.authentication
    values = [value for name, value in response.header_list if name.lower() == "www-authenticate"]
    if not values:
        return None
    challenges = parse_challenges(values, one_a_line=rules.reads_one_challenge_a_line)
    realm = next((challenge.realm for challenge in challenges if challenge.scheme == "basic"), None)
    if realm is None:
        return _unanswered(params, response, "no-basic-challenge")
    known = _known_for(params, include_credentials=include_credentials)
    if answered is not None or (known is not None and known.entry.realm == realm):
        _entries_discard(params, realm)
    if answered is not None or (known is not None and known.source == "url"):
        return _unanswered(params, response, "refused")
    if _has_its_own(request) and rules.own_authorization == "final":
        return _unanswered(params, response, "own-authorization")
    answer = _of_the_url(params, realm, include_credentials=include_credentials) or _of_the_entry(
        params, realm, include_credentials=include_credentials
    )
    if answer is None:
        return _unanswered(params, response, _why_there_is_none(request, include_credentials=include_credentials))
    params.trace.append(AuthenticationChallenged(request.current_url.href, values[0], answer.source))
    return answer


def create_an_authentication_entry(params: FetchParams, answer: Answer) -> None:
    """Remember what a server took. https://fetch.spec.whatwg.org/#http-network-or-cache-fetch, step 17"""
    request, rules = params.request, params.profile.authentication
    if request.is_preflight or (request.api == "sendBeacon" and not rules.beacons_know_entries):
        return
    params.user_agent.authentication_entries.store(
        _partition(params),
        request.current_url,
        answer.realm,
        answer.credentials,
        _directory_of(request.current_url.path, rules),
    )


def _known_for(params: FetchParams, *, include_credentials: bool) -> _Known | None:
    request, rules, entries = params.request, params.profile.authentication, params.user_agent.authentication_entries
    if not entries or not include_credentials:
        return None
    if request.api == "sendBeacon" and not rules.beacons_know_entries:
        return None
    if _has_its_own(request) and rules.own_authorization != "replaced":
        return None
    entry = entries.for_url(_partition(params), request.current_url)
    if entry is None:
        return None
    if not (request.use_url_credentials and request.current_url.includes_credentials):
        return _Known(entry, entry.credentials, "entry")
    if rules.entries_have_the_url_speak:
        return _Known(entry, Credentials.of_url(request.current_url, rules.names_are_sent_as), "url")
    return None


def _of_the_url(params: FetchParams, realm: str, *, include_credentials: bool) -> Answer | None:
    request, url, rules = params.request, params.request.current_url, params.profile.authentication
    if not url.includes_credentials:
        return None
    if rules.urls_answer != "always" and (not include_credentials or request.response_tainting == "cors"):
        return None
    if rules.urls_answer == "where-flagged" and not request.use_url_credentials:
        return None
    return Answer(Credentials.of_url(url, rules.names_are_sent_as), "url", realm)


def _of_the_entry(params: FetchParams, realm: str, *, include_credentials: bool) -> Answer | None:
    request = params.request
    may_answer = request.response_tainting != "cors" or params.profile.authentication.entries_answer_with_cors
    if not include_credentials or not may_answer:
        return None
    entry = params.user_agent.authentication_entries.for_realm(_partition(params), request.current_url, realm)
    return None if entry is None else Answer(entry.credentials, "entry", realm)


def _entries_discard(params: FetchParams, realm: str) -> None:
    params.user_agent.authentication_entries.discard(_partition(params), params.request.current_url, realm)


def _partition(params: FetchParams) -> Hashable:
    is_partitioned = params.profile.authentication.entries_are_partitioned
    return params.request.client.network_partition_key if is_partitioned else None


def _directory_of(path: str, rules: AuthenticationRules) -> str:
    """The path up to its last slash, or, in one browser, to before it."""
    at = path.rfind("/")
    keeps_slash = rules.directories_end_in_a_slash or at in (0, len(path) - 1)
    return path[: at + keeps_slash]


def _has_its_own(request: Request) -> bool:
    return any(name.lower() == "authorization" for name, _ in request.header_list)


def _why_there_is_none(request: Request, *, include_credentials: bool) -> NotAnswered:
    if not include_credentials:
        return "without-credentials"
    return "cors" if request.response_tainting == "cors" else "nothing-known"


def _unanswered(params: FetchParams, response: Response, because: NotAnswered) -> Answer | None:
    """Tell why nothing is sent again."""
    received = get(response.header_list, "www-authenticate") or ""
    params.trace.append(AuthenticationChallenged(params.request.current_url.href, received, "", because))
    return None
