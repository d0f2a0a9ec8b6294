"""Cross-Origin-Embedder-Policy and Cross-Origin-Resource-Policy: may this page embed that response?

https://fetch.spec.whatwg.org/#cross-origin-resource-policy-header
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..origin import same_origin, schemelessly_same_site
from .environment import EmbedderPolicy
from .header_list import get
from .header_values import token_of_item
from .reasons import Blocked, Reason, Stage

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..origin import Origin
    from .environment import Environment
    from .request import Request
    from .response import Response
    from .rules import EmbedderPolicyRules

RESOURCE_POLICY_HEADER = "Cross-Origin-Resource-Policy"
_EMBEDDER_HEADER = "Cross-Origin-Embedder-Policy"
ISOLATION_HEADER = "Document-Isolation-Policy"
_ISOLATING = {
    "isolate-and-require-corp": EmbedderPolicy.REQUIRE_CORP,
    "isolate-and-credentialless": EmbedderPolicy.CREDENTIALLESS,
}
_POLICIES = ("same-origin", "same-site", "cross-origin")
_ANCHOR = "cross-origin-resource-policy-header"
_ANCHOR_OF_NAVIGATIONS = (
    "https://html.spec.whatwg.org/multipage/browsers.html"
    "#check-a-navigation-response's-adherence-to-its-embedder-policy"
)


def parse_embedder_policy(headers: Iterable[tuple[str, str]], rules: EmbedderPolicyRules) -> EmbedderPolicy:
    """The document's embedder policy. https://html.spec.whatwg.org/multipage/browsers.html#obtain-an-embedder-policy"""
    token = token_of_item(get(headers, _EMBEDDER_HEADER))
    if token == EmbedderPolicy.REQUIRE_CORP:
        return EmbedderPolicy.REQUIRE_CORP
    if token == EmbedderPolicy.CREDENTIALLESS and rules.credentialless:
        return EmbedderPolicy.CREDENTIALLESS
    return EmbedderPolicy.UNSAFE_NONE


def parse_isolation_policy(headers: Iterable[tuple[str, str]], rules: EmbedderPolicyRules) -> EmbedderPolicy:
    """What Document-Isolation-Policy demands of a document's loads, in the terms of embedder policies.

    https://wicg.github.io/document-isolation-policy/
    """
    value = get(headers, ISOLATION_HEADER) if rules.knows_document_isolation else None
    return _ISOLATING.get(token_of_item(value), EmbedderPolicy.UNSAFE_NONE)


def cross_origin_embedder_policy_allows_credentials(request: Request) -> bool:
    """Report whether a credentialless page may send credentials. https://fetch.spec.whatwg.org/#cross-origin-embedder-policy-allows-credentials"""
    if request.mode != "no-cors":
        return True
    policies = request.client.policy_container
    if EmbedderPolicy.CREDENTIALLESS not in (policies.embedder_policy, policies.isolation_policy):
        return True
    return same_origin(request.origin, request.current_url) and request.redirect_taint == "same-origin"


def navigation_response_adherence_to_its_embedder_policy(
    request: Request, response: Response, rules: EmbedderPolicyRules
) -> Blocked | None:
    """Hold a frame's response against the embedder policy of the page around it.

    https://html.spec.whatwg.org/multipage/browsers.html#check-a-navigation-response's-adherence-to-its-embedder-policy
    """
    wanted = request.client.policy_container.embedder_policy
    if wanted is EmbedderPolicy.UNSAFE_NONE:
        return None
    refused: str | None = None
    header = _EMBEDDER_HEADER
    if parse_embedder_policy(response.header_list, rules) is EmbedderPolicy.UNSAFE_NONE:
        refused = wanted
    if refused is None or rules.resource_policies_of_frames_come_first:
        by_resource = _internal_check(request.origin, wanted, response, rules, for_navigation=True)
        if by_resource is not None:
            refused, header = by_resource, RESOURCE_POLICY_HEADER
    return None if refused is None else _refused_as_a_frame(request, response, header, refused)


def resource_policy_of_a_frame_check(
    request: Request, response: Response, rules: EmbedderPolicyRules
) -> Blocked | None:
    """Hold the resource policy of a frame, and of each redirect to it, against the embedder policy around it.

    https://html.spec.whatwg.org/multipage/browsing-the-web.html#create-navigation-params-by-fetching
    """
    wanted = request.client.policy_container.embedder_policy
    if wanted is EmbedderPolicy.UNSAFE_NONE or request.destination != "iframe":
        return None
    needs_its_own = rules.redirects_of_frames_need_their_own
    if needs_its_own and parse_embedder_policy(response.header_list, rules) is EmbedderPolicy.UNSAFE_NONE:
        return _refused_as_a_frame(request, response, _EMBEDDER_HEADER, wanted, Stage.REDIRECT)
    refused = _internal_check(request.origin, wanted, response, rules, for_navigation=True)
    if refused is None:
        return None
    return _refused_as_a_frame(request, response, RESOURCE_POLICY_HEADER, refused, Stage.REDIRECT)


def _refused_as_a_frame(
    request: Request, response: Response, header: str, refused: str, stage: Stage = Stage.ACTUAL
) -> Blocked:
    wanted = request.client.policy_container.embedder_policy
    return Blocked(
        reason=Reason.EMBEDDER_POLICY,
        anchor=_ANCHOR_OF_NAVIGATIONS,
        url=request.current_url.href,
        stage=stage,
        header=header,
        received=get(response.header_list, header),
        compared_with=refused,
        subject=wanted,
        origin=request.origin.serialized,
        status=response.status,
    )


def cross_origin_resource_policy_check(
    origin: Origin, settings: Environment, response: Response, stage: Stage, rules: EmbedderPolicyRules
) -> Blocked | None:
    """Hold Cross-Origin-Resource-Policy, or what the embedder policy makes of its absence, against the origin.

    https://fetch.spec.whatwg.org/#cross-origin-resource-policy-check
    """
    policies = settings.policy_container
    by_header = {"": EmbedderPolicy.UNSAFE_NONE, _EMBEDDER_HEADER: policies.embedder_policy}
    for header, policy in (by_header | {ISOLATION_HEADER: policies.isolation_policy}).items():
        refused = _internal_check(origin, policy, response, rules)
        if refused is not None:
            by_embedder = policy is not EmbedderPolicy.UNSAFE_NONE
            return Blocked(
                reason=Reason.EMBEDDER_POLICY if by_embedder else Reason.CROSS_ORIGIN_RESOURCE_POLICY,
                anchor=_ANCHOR,
                url=response.url.href if response.url else "",
                stage=stage,
                header=RESOURCE_POLICY_HEADER,
                received=get(response.header_list, RESOURCE_POLICY_HEADER),
                compared_with=refused,
                subject=policy if by_embedder else "",
                origin=origin.serialized,
                status=response.status,
                detail=header if by_embedder else "",
            )
    return None


def _internal_check(
    origin: Origin,
    embedder_policy: EmbedderPolicy,
    response: Response,
    rules: EmbedderPolicyRules,
    *,
    for_navigation: bool = False,
) -> str | None:
    """The policy that refuses, or None. https://fetch.spec.whatwg.org/#cross-origin-resource-policy-internal-check"""
    policy = get(response.header_list, RESOURCE_POLICY_HEADER)
    if policy and policy not in _POLICIES and rules.unknown_policies_satisfy_embedders:
        return None
    if policy not in _POLICIES:
        policy = None
        if embedder_policy is EmbedderPolicy.REQUIRE_CORP or (
            embedder_policy is EmbedderPolicy.CREDENTIALLESS
            and (for_navigation or response.request_includes_credentials)
        ):
            policy = "same-origin"
    url = response.url
    if policy is None or policy == "cross-origin" or url is None:
        return None
    if same_origin(origin, url):
        return None
    if policy == "same-origin":
        return policy
    if rules.same_site_excludes_ip_addresses and url.host_is_ip:
        return policy
    is_same_site = schemelessly_same_site(origin, url) and (origin.scheme == "https" or url.scheme != "https")
    return None if is_same_site else policy
