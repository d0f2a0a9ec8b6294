"""Finding the explanation or topic that a word means: a reason's code, a topic's name, a header, a concept."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Final

from corssim.errors import UsageError
from corssim.fetch.reasons import Reason

from ...patterns import lazy_pattern
from ...records import record
from .audit_findings import AUDIT_FINDINGS
from .concepts import SURROUNDINGS
from .cors_check import CORS_CHECK
from .insecure_forms import INSECURE_FORMS
from .loads import LOADS
from .local_networks import LOCAL_NETWORKS
from .network import NETWORK
from .opaque import OPAQUE
from .policies import POLICIES
from .preflight import PREFLIGHT
from .redirects import REDIRECTS
from .topics import CONCEPTS

if TYPE_CHECKING:
    from .model import Explanation, Topic

_TOPICS: Final = {topic.name: topic for topic in (*CONCEPTS, *SURROUNDINGS, *AUDIT_FINDINGS)}
_EXPLANATIONS: Final = {
    explanation.reason: explanation
    for chapter in (CORS_CHECK, PREFLIGHT, REDIRECTS, POLICIES, LOCAL_NETWORKS, INSECURE_FORMS, LOADS, OPAQUE, NETWORK)
    for explanation in chapter
}
_SEPARATORS: Final = lazy_pattern(r"[\s_-]+")

HEADERS: Final = {
    "access-control-allow-credentials": "credentials",
    "access-control-allow-headers": "header-disallowed-by-preflight",
    "access-control-allow-methods": "method-disallowed-by-preflight",
    "access-control-allow-origin": "allow-origin-missing",
    "access-control-expose-headers": "exposed-headers",
    "access-control-max-age": "preflight-cache",
    "access-control-request-headers": "preflight",
    "access-control-request-method": "preflight",
    "allow": "methods",
    "authorization": "credentials",
    "cache-control": "vary",
    "content-security-policy": "content-security-policy",
    "content-security-policy-report-only": "csp",
    "content-type": "simple-request",
    "cookie": "cookies",
    "cross-origin-embedder-policy": "cross-origin-embedder-policy",
    "cross-origin-opener-policy": "corp-coep",
    "cross-origin-resource-policy": "cross-origin-resource-policy",
    "location": "redirects",
    "origin": "origin",
    "permissions-policy": "local-network-access-permissions-policy",
    "range": "simple-request",
    "referer": "origin",
    "sec-fetch-dest": "fetch-metadata",
    "sec-fetch-mode": "fetch-metadata",
    "sec-fetch-site": "fetch-metadata",
    "set-cookie": "cookies",
    "timing-allow-origin": "timing",
    "upgrade-insecure-requests": "https-pages",
    "vary": "vary",
    "x-content-type-options": "nosniff",
    "x-requested-with": "header-disallowed-by-preflight",
}
"""Header names, in lower case, and the code or topic that tells most about each."""

CONCEPT_WORDS: Final = {
    "*": "wildcard",
    "127.0.0.1": "localhost",
    "ad blocker": "content-blockers",
    "acac": "credentials",
    "acah": "header-disallowed-by-preflight",
    "acam": "method-disallowed-by-preflight",
    "acao": "allow-origin-missing",
    "beacon": "opaque-response",
    "canvas": "opaque",
    "certificate": "tls-failure",
    "coep": "corp-coep",
    "coop": "corp-coep",
    "corb": "orb",
    "corp": "corp-coep",
    "cross origin": "origin",
    "cross origin resource sharing": "cors",
    "cross site": "same-site",
    "crossorigin": "opaque",
    "csrf": "side-effects",
    "curl": "other-clients",
    "default port": "origin",
    "disable web security": "allow-origin-missing",
    "dns": "dns-failure",
    "extension": "content-blockers",
    "file": "scheme-not-http",
    "fetch failed": "failed-to-fetch",
    "image": "opaque",
    "insomnia": "other-clients",
    "integrity": "integrity-mismatch",
    "json": "simple-request",
    "max age": "preflight-cache",
    "load failed": "failed-to-fetch",
    "method": "methods",
    "network error": "failed-to-fetch",
    "networkerror": "failed-to-fetch",
    "null": "null-origin",
    "opaque origin": "null-origin",
    "opaqueredirect": "opaque-redirect",
    "options": "preflight",
    "partitioned": "cookies",
    "patch": "methods",
    "port": "bad-port",
    "postman": "other-clients",
    "lna": "local-network",
    "local network access": "local-network",
    "loopback": "local-network",
    "pna": "local-network",
    "private network": "local-network",
    "private network access": "local-network",
    "proxy": "other-clients",
    "redirect": "redirects",
    "safelist": "simple-request",
    "same origin": "origin",
    "samesite": "cookies",
    "sandbox": "null-origin",
    "script error": "opaque",
    "site": "same-site",
    "sop": "same-origin-policy",
    "sri": "integrity-mismatch",
    "ssl": "tls-failure",
    "stream": "stream-needs-http2",
    "tao": "timing",
    "third party cookies": "cookies",
    "subresource integrity": "integrity-mismatch",
    "tls": "tls-failure",
    "trailing slash": "preflight-redirected",
    "unsafe request": "simple-request",
    "web socket": "web-socket-refused",
    "websocket": "web-socket-refused",
    "withcredentials": "credentials",
    "xhr": "credentials",
}
"""Words that people say, with spaces for hyphens, and the code or topic that they mean."""


@record(frozen=True)
class Found:
    """What a word means: an entry, or None with the names nearest to it (perhaps none), nearest first."""

    entry: Explanation | Topic | None
    suggestions: tuple[str, ...] = ()


def explanation_of(reason: Reason) -> Explanation:
    """What a reason means."""
    return _EXPLANATIONS[reason]


def all_explanations() -> tuple[Explanation, ...]:
    """One explanation for each reason, in the order of the reasons."""
    return tuple(_EXPLANATIONS[reason] for reason in Reason)


def topic_named(name: str) -> Topic:
    """The topic of that name. Raises UsageError with the nearest names."""
    topic = _TOPICS.get(name)
    if topic is None:
        from difflib import get_close_matches

        near = get_close_matches(name, _TOPICS, n=3) or list(_TOPICS)
        raise UsageError(f"there is no topic {name!r}; try {', '.join(near)}")
    return topic


def all_topics() -> tuple[Topic, ...]:
    """The topics, in an order to read them in."""
    return tuple(_TOPICS.values())


def entry_named(name: str) -> Explanation | Topic:
    """The explanation or topic of exactly that code or name, as `related` has them. Raises UsageError."""
    if name in _TOPICS:
        return _TOPICS[name]
    try:
        return _EXPLANATIONS[Reason(name)]
    except ValueError:
        raise UsageError(f"{name!r} is neither a reason nor a topic") from None


def find(word: str) -> Found:
    """The entry that a word, or a few, mean. Case, hyphens, underscores and a colon at the end do not matter."""
    plain = _plain(word)
    with suppress(UsageError):
        return Found(entry_named(plain.replace(" ", "-")))
    names = _names()
    if plain in names:
        return Found(entry_named(names[plain]))
    singular = plain.removesuffix("s")
    if singular and singular in names:
        return Found(entry_named(names[singular]))
    from difflib import get_close_matches

    near = get_close_matches(plain, names, n=5, cutoff=0.6)
    near += [name for name in names if len(plain) > 3 and plain in name and name not in near]
    return Found(None, tuple(dict.fromkeys(names[name] for name in near))[:5])


def _plain(word: str) -> str:
    return _SEPARATORS.sub(" ", word.strip().rstrip(":").lower()).strip()


@cache
def _names() -> dict[str, str]:
    """Every word that is understood, and the code or name it leads to. Codes and topics go before the rest."""
    from corssim.serialized_origin import OriginFault

    names = {_plain(name): name for name in (*_TOPICS, *(reason.value for reason in Reason))}
    values = {f"allow-origin-{fault}": "allow-origin-values" for fault in OriginFault}
    for words in (HEADERS, CONCEPT_WORDS, values):
        for word, name in words.items():
            names.setdefault(_plain(word), name)
    return names
