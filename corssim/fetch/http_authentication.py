"""HTTP authentication without a prompt: which credentials a browser sends by itself, and which it sends again.

Nobody is there to be asked for a name and a password: where a browser would ask, the 401 is returned, as it is once the
user has cancelled. Basic and Digest are answered, NTLM with its first message alone.
https://fetch.spec.whatwg.org/#http-network-or-cache-fetch, https://httpwg.org/specs/rfc7617.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from ..origin import url_origin
from ..records import NamedTuple
from ..url import parse_url
from .authentication_challenges import Challenge, parse_challenges
from .authentication_entry import AuthenticationEntry, Credentials
from .authentication_events import AuthenticationAdded, AuthenticationChallenged
from .digest_authentication import digest_authorization, digest_of, digest_strength, is_stale
from .header_list import get

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from .authentication_events import CredentialsSource, NotAnswered
    from .digest_authentication import Digest
    from .fetch_params import FetchParams
    from .header_list import HeaderList
    from .request import Request
    from .response import Response
    from .rules import AuthenticationRules


_MOST_STALE: Final = 31
"""Nonces that are taken for stale in a row; Chromium ends the fetch there, Firefox and WebKitGTK go on."""


class Answer(NamedTuple):
    """What a challenge is answered with, and for which realm. The text's isAuthenticationFetch: there is one.

    `digest` is None for another scheme; `stale` counts the nonces before it.
    """

    credentials: Credentials
    source: CredentialsSource
    realm: str
    scheme: str
    digest: Digest | None = None
    stale: int = 0


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
        credentials, source, scheme, digest = known.credentials, known.source, known.entry.scheme, known.entry.digest
        known.entry.credentials = credentials
        known.entry.used += 1
        count = known.entry.used
    else:
        credentials, source, scheme, digest, count = answer.credentials, answer.source, answer.scheme, answer.digest, 1
    if _has_its_own(params.request):
        if params.profile.authentication.own_authorization != "replaced":
            return
        headers[:] = [header for header in headers if header[0].lower() != "authorization"]
    headers.append(("Authorization", _authorization(params, scheme, credentials, digest, count)))
    params.trace.append(AuthenticationAdded(params.request.current_url.href, source))
    if source == "url" and params.profile.authentication.takes_the_user_out_of_the_url:
        params.request.rewrite_current_url(params.request.current_url.without_credentials())


def answer_to_the_challenge(
    params: FetchParams, response: Response, answered: Answer | None, *, include_credentials: bool
) -> Answer | None:
    """What a 401 is answered with: credentials that the browser has and the server has not refused.

    `answered` is what was sent for a challenge just before. A nonce that is only stale is no refusal.
    https://fetch.spec.whatwg.org/#http-network-or-cache-fetch, step 14
    """
    request, rules = params.request, params.profile.authentication
    values = [value for name, value in response.header_list if name.lower() == "www-authenticate"]
    if not values:
        return None
    if answered is not None and answered.scheme == "ntlm":
        return _told(params, response, None, "ntlm")
    challenge = _chosen(parse_challenges(values, one_a_line=rules.reads_one_challenge_a_line), rules)
    if challenge is None:
        return _told(params, response, None, "without-credentials" if request.is_preflight else "unknown-scheme")
    known = _known_for(params, include_credentials=include_credentials)
    if (fresh := _with_a_fresh_nonce(params, challenge, answered, known)) is not None:
        return _told(params, response, fresh)
    is_of_the_entry = known is not None and (known.entry.realm, known.entry.scheme) == (
        challenge.realm,
        challenge.scheme,
    )
    if answered is not None or is_of_the_entry:
        _entries_discard(params, challenge)
    if answered is not None or (known is not None and known.source == "url"):
        return _told(params, response, None, "refused")
    if _has_its_own(request) and rules.own_authorization == "final":
        return _told(params, response, None, "own-authorization")
    answer = _of_the_url(params, challenge, include_credentials=include_credentials) or _of_the_entry(
        params, challenge, include_credentials=include_credentials
    )
    if answer is None:
        return _told(params, response, None, _why_there_is_none(request, include_credentials=include_credentials))
    return _told(params, response, answer)


def create_an_authentication_entry(params: FetchParams, answer: Answer) -> None:
    """Remember what a server took. https://fetch.spec.whatwg.org/#http-network-or-cache-fetch, step 17"""
    request, rules = params.request, params.profile.authentication
    if request.is_preflight or (request.api == "sendBeacon" and not rules.beacons_know_entries):
        return
    params.user_agent.authentication_entries.store(
        _partition(params),
        request.current_url,
        answer.realm,
        answer.scheme,
        answer.credentials,
        _directories_of(params, answer),
        answer.digest,
    )


def _chosen(challenges: Iterable[Challenge], rules: AuthenticationRules) -> Challenge | None:
    """The challenge that is answered: the first of the schemes that this browser prefers."""

    def rank(challenge: Challenge) -> tuple[int, int]:
        counts = challenge.scheme == "digest" and rules.digest_strength_counts
        return rules.challenge_order.index(challenge.scheme), digest_strength(challenge, rules) if counts else 0

    ranked = sorted((each for each in challenges if each.scheme in rules.challenge_order), key=rank)
    tried = ranked[:1] if rules.only_the_first_challenge else ranked
    return next((each for each in tried if _has_an_answer(each, rules)), None)


def _has_an_answer(challenge: Challenge, rules: AuthenticationRules) -> bool:
    match challenge.scheme:
        case "basic":
            return True
        case "digest":
            return digest_of(challenge, rules) is not None
        case "ntlm":
            return rules.first_ntlm_message != ""
        case _:
            return False


def _with_a_fresh_nonce(
    params: FetchParams, challenge: Challenge, answered: Answer | None, known: _Known | None
) -> Answer | None:
    """The same user again, where the answer says that but the nonce was too old."""
    digest = digest_of(challenge, params.profile.authentication)
    sent: Answer | _Known | None = answered or known
    if digest is None or sent is None or not is_stale(challenge):
        return None
    scheme = answered.scheme if answered is not None else known.entry.scheme if known is not None else ""
    stale = 0 if answered is None else answered.stale + 1
    if scheme != "digest" or stale >= _MOST_STALE:
        return None
    return Answer(sent.credentials, sent.source, digest.realm, "digest", digest, stale)


def _authorization(
    params: FetchParams, scheme: str, credentials: Credentials, digest: Digest | None, count: int
) -> str:
    """The value of Authorization."""
    request, rules = params.request, params.profile.authentication
    if digest is not None:
        query = request.current_url.query
        target = request.current_url.path + ("" if query is None else f"?{query}")
        as_bytes = rules.digest_names_beyond_ascii == "bytes"
        return digest_authorization(digest, credentials, request.method, target, count, names_as_bytes=as_bytes)
    return f"NTLM {rules.first_ntlm_message}" if scheme == "ntlm" else credentials.as_basic()


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
        return _Known(entry, _credentials_of_the_url(params, entry.scheme), "url")
    return None


def _of_the_url(params: FetchParams, challenge: Challenge, *, include_credentials: bool) -> Answer | None:
    request, url, rules = params.request, params.request.current_url, params.profile.authentication
    if not url.includes_credentials:
        return None
    if rules.urls_answer != "always" and (not include_credentials or request.response_tainting == "cors"):
        return None
    if rules.urls_answer == "where-flagged" and not request.use_url_credentials:
        return None
    return _answer(params, challenge, _credentials_of_the_url(params, challenge.scheme), "url")


def _of_the_entry(params: FetchParams, challenge: Challenge, *, include_credentials: bool) -> Answer | None:
    request = params.request
    may_answer = request.response_tainting != "cors" or params.profile.authentication.entries_answer_with_cors
    if not include_credentials or not may_answer:
        return None
    entry = params.user_agent.authentication_entries.for_realm(
        _partition(params), request.current_url, challenge.realm, challenge.scheme
    )
    return None if entry is None else _answer(params, challenge, entry.credentials, "entry")


def _answer(
    params: FetchParams, challenge: Challenge, credentials: Credentials, source: CredentialsSource
) -> Answer | None:
    """These credentials for this challenge; None where they can't be said in a digest."""
    rules = params.profile.authentication
    digest = digest_of(challenge, rules)
    is_sayable = credentials.username.isascii() or rules.digest_names_beyond_ascii != "unanswered"
    if digest is not None and not is_sayable:
        return None
    return Answer(credentials, source, challenge.realm, challenge.scheme, digest)


def _credentials_of_the_url(params: FetchParams, scheme: str) -> Credentials:
    charset = params.profile.authentication.names_are_sent_as if scheme == "basic" else "utf-8"
    return Credentials.of_url(params.request.current_url, charset)


def _entries_discard(params: FetchParams, challenge: Challenge) -> None:
    params.user_agent.authentication_entries.discard(
        _partition(params), params.request.current_url, challenge.realm, challenge.scheme
    )


def _partition(params: FetchParams) -> Hashable:
    is_partitioned = params.profile.authentication.entries_are_partitioned
    return params.request.client.network_partition_key if is_partitioned else None


def _directories_of(params: FetchParams, answer: Answer) -> list[str]:
    """Where what was taken is sent without being asked for. https://www.rfc-editor.org/rfc/rfc7616#section-3.3"""
    url, rules = params.request.current_url, params.profile.authentication
    if answer.scheme == "ntlm":
        return []  # it belongs to its connection
    if answer.digest is None or rules.digest_domains == "the-directory":
        return [_directory_of(url.path, rules)]
    if not answer.digest.domain:
        return ["/"]
    named = [parse_url(each, url) for each in answer.digest.domain]
    return [each.path for each in named if each is not None and url_origin(each) == url_origin(url)]


def _directory_of(path: str, rules: AuthenticationRules) -> str:
    """The path up to its last slash, or, in one browser, to before it."""
    at = path.rfind("/")
    keeps_slash = rules.directories_end_in_a_slash or at == len(path) - 1
    return path[: at + keeps_slash]


def _has_its_own(request: Request) -> bool:
    return any(name.lower() == "authorization" for name, _ in request.header_list)


def _why_there_is_none(request: Request, *, include_credentials: bool) -> NotAnswered:
    if not include_credentials:
        return "without-credentials"
    return "cors" if request.response_tainting == "cors" else "nothing-known"


def _told(
    params: FetchParams, response: Response, answer: Answer | None, because: NotAnswered | Literal[""] = ""
) -> Answer | None:
    """Tell what becomes of the challenge, and why nothing is sent again where nothing is."""
    received = get(response.header_list, "www-authenticate") or ""
    source = "" if answer is None else answer.source
    params.trace.append(AuthenticationChallenged(params.request.current_url.href, received, source, because))
    return answer
