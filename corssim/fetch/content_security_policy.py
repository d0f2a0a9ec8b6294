"""Content Security Policy, as far as it decides a fetch: parsing policies, and asking them about a request.

https://w3c.github.io/webappsec-csp/
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from corssim.fetch.source_list import (
    integrity_metadata_matches_source_list,
    nonce_matches_source_list,
    url_matches_source_list,
)

from ..enums import StrEnum
from ..patterns import lazy_pattern
from ..records import record

if TYPE_CHECKING:
    from collections.abc import Iterable

    from corssim.fetch.rules import CspRules
    from corssim.origin import Origin
    from corssim.url import URL

_ASCII_WHITESPACE = "\t\n\f\r "
_SPLIT_ON_ASCII_WHITESPACE = lazy_pattern(r"[\t\n\f\r ]+")

SCRIPT_LIKE = frozenset(
    {"audioworklet", "paintworklet", "script", "serviceworker", "sharedworker", "worker"},
)
"""https://fetch.spec.whatwg.org/#request-destination-script-like"""


class Disposition(StrEnum):
    """Does a policy block or only report? https://w3c.github.io/webappsec-csp/#content-security-policy-object-disposition"""

    ENFORCE = "enforce"
    REPORT = "report"


_DISPOSITIONS = {
    "content-security-policy": Disposition.ENFORCE,
    "content-security-policy-report-only": Disposition.REPORT,
}


@record(frozen=True)
class Directive:
    """A directive: its name in lower case and the parts of its value. https://w3c.github.io/webappsec-csp/#directives"""

    name: str
    value: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The directive as browsers print it."""
        return " ".join((self.name, *self.value))


@record(frozen=True)
class Policy:
    """One policy: directives in order, each name once. https://w3c.github.io/webappsec-csp/#content-security-policy-object"""

    directives: tuple[Directive, ...]
    disposition: Disposition = Disposition.ENFORCE

    @property
    def text(self) -> str:
        """The policy as browsers print it."""
        return "; ".join(directive.text for directive in self.directives)

    @property
    def tells_nobody(self) -> bool:
        """Report whether it only reports, and does not say whom to."""
        says_whom = self.directive("report-to") is not None or self.directive("report-uri") is not None
        return self.disposition is Disposition.REPORT and not says_whom

    def directive(self, name: str) -> Directive | None:
        """The directive of this name (in lower case), None when the policy has none."""
        return next((directive for directive in self.directives if directive.name == name), None)


@record(frozen=True)
class Violation:
    """What a policy holds against a request.

    `effective_directive` is the one in charge of such requests ("script-src-elem"), `directive` the one that
    decided in its place ("script-src", "default-src"), `text` that one in full ("script-src 'self'").
    """

    effective_directive: str
    directive: str
    text: str
    disposition: Disposition


def parse_policies(headers: Iterable[tuple[str, str]]) -> tuple[Policy, ...]:
    """The policies that a response's headers set, those that enforce first. Those without directives go.

    https://w3c.github.io/webappsec-csp/#parse-response-csp
    """
    policies: dict[Disposition, list[Policy]] = {disposition: [] for disposition in Disposition}
    for name, value in headers:
        disposition = _DISPOSITIONS.get(name.lower())
        if disposition is None:
            continue
        for serialized in value.split(","):
            policy = parse_serialized_policy(serialized, disposition)
            if policy.directives:
                policies[disposition].append(policy)
    return tuple(policy for of_disposition in policies.values() for policy in of_disposition)


def parse_serialized_policy(serialized: str, disposition: Disposition = Disposition.ENFORCE) -> Policy:
    """Parse one policy. Of directives with the same name the first counts; non-ASCII ones are skipped.

    https://w3c.github.io/webappsec-csp/#parse-serialized-policy
    """
    directives: dict[str, Directive] = {}
    for untrimmed in serialized.split(";"):
        token = untrimmed.strip(_ASCII_WHITESPACE)
        if token and token.isascii():
            name, *value = _SPLIT_ON_ASCII_WHITESPACE.split(token)
            name = name.lower()
            directives.setdefault(name, Directive(name, tuple(value)))
    return Policy(tuple(directives.values()), disposition)


_EFFECTIVE_DIRECTIVES = {
    "manifest": "manifest-src",
    **dict.fromkeys(("object", "embed"), "object-src"),
    **dict.fromkeys(("frame", "iframe"), "frame-src"),
    **dict.fromkeys(("audio", "track", "video"), "media-src"),
    "font": "font-src",
    "image": "img-src",
    "style": "style-src-elem",
    **dict.fromkeys(("script", "xslt", "audioworklet", "paintworklet"), "script-src-elem"),
    **dict.fromkeys(("serviceworker", "sharedworker", "worker"), "worker-src"),
}

_FALLBACKS = {
    "script-src-elem": ("script-src-elem", "script-src", "default-src"),
    "style-src-elem": ("style-src-elem", "style-src", "default-src"),
    "worker-src": ("worker-src", "child-src", "script-src", "default-src"),
    "frame-src": ("frame-src", "child-src", "default-src"),
    "form-action": ("form-action",),
    "default-src": ("default-src",),
}
"""Those whose chain is more or less than the directive and default-src."""

_RESOURCE_HINT_DIRECTIVES = frozenset(
    {
        *("default-src", "child-src", "connect-src", "font-src", "frame-src", "img-src", "manifest-src"),
        *("media-src", "object-src", "script-src", "script-src-elem", "style-src", "style-src-elem"),
        "worker-src",
    }
)


def effective_directive_for_request(destination: str, *, initiator: str = "") -> str | None:
    """The name of the directive in charge of a request by its destination; None if no directive is.

    `initiator` "form" is a form submission, "prefetch" a resource hint. Other navigations of documents
    are in no directive's charge.
    https://w3c.github.io/webappsec-csp/#effective-directive-for-a-request
    """
    if initiator == "prefetch":
        return "default-src"
    if initiator == "form":
        return "form-action"
    if destination in {"document", "report"}:
        return None
    return _EFFECTIVE_DIRECTIVES.get(destination, "connect-src")


def directive_fallback_list(name: str) -> tuple[str, ...]:
    """The directives that decide for this one, most relevant first: the first that a policy has does.

    https://w3c.github.io/webappsec-csp/#directive-fallback-list
    """
    return _FALLBACKS.get(name) or (name, "default-src")


def violated_directive(
    policy: Policy,
    url: URL,
    *,
    destination: str,
    self_origin: Origin,
    rules: CspRules,
    redirect_count: int,
    is_opaque: bool,
    asked_of_the_page: Literal["always", "to-stop-it", "never"] = "to-stop-it",
    initiator: str = "",
    nonce: str = "",
    integrity: str = "",
    parser_inserted: bool = False,
) -> Violation | None:
    """What the policy holds against a request for this URL, None if nothing. It is the caller who blocks.

    `nonce` and `integrity` are the element's attributes; `parser_inserted` says that the script element came
    from the page's markup, `is_opaque` that the page has an opaque origin, `asked_of_the_page` whether
    it, which knows its own URL, is asked before the network is.
    https://w3c.github.io/webappsec-csp/#does-request-violate-policy
    """
    effective = effective_directive_for_request(destination, initiator=initiator)
    if effective is None:
        return None
    fallbacks = directive_fallback_list(effective)
    directive = next(filter(None, map(policy.directive, fallbacks)), None)
    if directive is None:
        return None
    sources = directive.value
    if is_opaque and effective == "connect-src" and rules.self_of_opaque_pages_connects_by_tls_alone:
        is_enforced = policy.disposition is Disposition.ENFORCE
        keeps_self = asked_of_the_page == "always" or (asked_of_the_page == "to-stop-it" and is_enforced)
        sources = _of_an_opaque_page(sources, url, keeps_self=keeps_self)
    # A worker under its own directive, or a fallback that is not about scripts, is judged by its URL alone.
    as_script = destination in SCRIPT_LIKE and "script-src-elem" in {effective, f"{directive.name}-elem"}
    if (as_script or effective == "style-src-elem") and nonce_matches_source_list(nonce, sources):
        return None
    if as_script:
        if integrity_metadata_matches_source_list(integrity, sources):
            return None
        if any(source.lower() == "'strict-dynamic'" for source in sources):
            return _violation(policy, effective, directive) if parser_inserted else None
    lists = [sources]
    if initiator == "prefetch":
        # A hint may be for anything, so one directive that would let it through is enough.
        lists = [each.value for each in policy.directives if each.name in _RESOURCE_HINT_DIRECTIVES]
    if any(url_matches_source_list(url, each, self_origin, redirect_count, rules) for each in lists):
        return None
    if rules.star_covers_data_images and destination == "image" and url.scheme == "data" and "*" in sources:
        return None
    return _violation(policy, effective, directive)


def _of_an_opaque_page(sources: tuple[str, ...], url: URL, *, keeps_self: bool) -> tuple[str, ...]:
    """The sources with any host over TLS in place of `'self'`; where that is kept, it counts for such hosts alone."""
    others = tuple([source for source in sources if source.lower() != "'self'"])
    if len(others) == len(sources) or (keeps_self and url.scheme in ("https", "wss")):
        return sources
    return others if keeps_self else (*others, "https:", "wss:")


def _violation(policy: Policy, effective: str, directive: Directive) -> Violation:
    return Violation(effective, directive.name, directive.text, policy.disposition)


def upgrade_insecure_requests(policies: Iterable[Policy]) -> bool:
    """Does an enforced policy upgrade http: requests? https://w3c.github.io/webappsec-upgrade-insecure-requests/"""
    return _enforces(policies, "upgrade-insecure-requests")


def _enforces(policies: Iterable[Policy], name: str) -> bool:
    return any(policy.disposition is Disposition.ENFORCE and policy.directive(name) is not None for policy in policies)


def sandbox_tokens(policies: Iterable[Policy]) -> frozenset[str] | None:
    """What every enforced sandbox directive allows ("allow-same-origin", …); None when nothing sandboxes.

    Without "allow-same-origin" in it the document's origin is opaque.
    https://w3c.github.io/webappsec-csp/#directive-sandbox
    """
    allowed: frozenset[str] | None = None
    for policy in policies:
        directive = policy.directive("sandbox")
        if directive is not None and policy.disposition is Disposition.ENFORCE:
            tokens = frozenset(token.lower() for token in directive.value)
            allowed = tokens if allowed is None else allowed & tokens
    return allowed
