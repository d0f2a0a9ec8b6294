"""Documents, frames and workers: the environments that pages give to their script."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import InvalidURL
from ..fetch.embedder_policy import parse_embedder_policy, parse_isolation_policy
from ..fetch.environment import EmbedderPolicy, Environment, EnvironmentKind, PolicyContainer
from ..fetch.referrer import parse_referrer_policy
from ..fetch.url_spelling import as_the_browser_writes
from ..origin import Origin, is_potentially_trustworthy, same_site, url_origin
from ..url import parse_url, require_url

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ..fetch.content_security_policy import Policy
    from ..fetch.profile import BrowserProfile
    from ..url import URL


def document_environment(
    url: URL,
    headers: Iterable[tuple[str, str]],
    profile: BrowserProfile,
    *,
    sandboxed: bool = False,
    embedder: Environment | None = None,
    allow: str = "",
) -> Environment:
    """The environment of a document at `url` that came with `headers`; top-level unless there is an `embedder`.

    `allow` is the attribute of the frame that the embedder has it in.

    A sandboxed document (by the argument or by the CSP's sandbox directive) has an opaque origin, about:blank in a
    frame has its embedder's.
    https://html.spec.whatwg.org/multipage/document-lifecycle.html#initialise-the-document-object
    """
    if embedder is not None and url.scheme == "about" and url.path == "blank":
        return _inheriting_environment(embedder, url, EnvironmentKind.DOCUMENT, sandboxed=sandboxed, allow=allow)
    url = as_the_browser_writes(url, profile.urls)
    is_secure = is_potentially_trustworthy(url) and (embedder is None or embedder.is_secure_context)
    policies = _policies_of(embedder, url, headers, profile, is_secure=is_secure)
    origin = url_origin(url)
    if sandboxed or _policies_sandbox(policies.csp_list):
        origin = Origin.opaque(origin)
    return Environment(
        url=url,
        base_url=url,
        origin=origin,
        policy_container=policies,
        top_level_origin=origin if embedder is None else embedder.top_level_origin,
        has_cross_site_ancestor=embedder is not None
        and (embedder.has_cross_site_ancestor or not same_site(origin, embedder.origin)),
        container=embedder,
        allow=allow,
        loads_with_storage_access=embedder is not None and _has_storage_access(headers, profile),
    )


def _has_storage_access(headers: Iterable[tuple[str, str]], profile: BrowserProfile) -> bool:
    """Does the response of a frame ask that its document have the storage access that it may have?"""
    from ..fetch.storage_access import loads_with_storage_access  # here, because few documents are frames

    return loads_with_storage_access(headers, profile.fetch_metadata)


def _policies_of(
    embedder: Environment | None,
    url: URL,
    headers: Iterable[tuple[str, str]],
    profile: BrowserProfile,
    *,
    is_secure: bool,
) -> PolicyContainer:
    """The policies that came with a document; one that nothing came with has those of who made it.

    https://html.spec.whatwg.org/multipage/browsers.html#determining-navigation-params-policy-container
    """
    if embedder is not None and url.scheme in ("blob", "data"):
        policies = embedder.policy_container
    else:
        policies = policy_container(headers, profile, is_secure=is_secure)
    return _as_blob_documents_have_them(policies, profile) if url.scheme == "blob" else policies


def _as_blob_documents_have_them(policies: PolicyContainer, profile: BrowserProfile) -> PolicyContainer:
    """What a document that script wrote has of its page's policies: in some browsers, not all."""
    if not profile.referrers.blob_documents_inherit_the_policy:
        policies = policies._replace(referrer_policy="")
    if not profile.embedder_policies.reach_blob_documents:
        policies = policies._replace(embedder_policy=EmbedderPolicy.UNSAFE_NONE)
    return policies


def _policies_sandbox(csp_list: tuple[Policy, ...]) -> bool:
    """Report whether a sandbox directive takes the document's origin away."""
    if not csp_list:
        return False
    from ..fetch.content_security_policy import sandbox_tokens  # here, because few pages have a policy

    tokens = sandbox_tokens(csp_list)
    return tokens is not None and "allow-same-origin" not in tokens


def srcdoc_environment(container: Environment, *, sandboxed: bool, allow: str = "") -> Environment:
    """The environment of an `<iframe srcdoc>`: everything is inherited; sandboxed, the origin becomes opaque.

    https://html.spec.whatwg.org/multipage/iframe-embed-object.html#an-iframe-srcdoc-document
    """
    url = require_url("about:srcdoc")
    return _inheriting_environment(container, url, EnvironmentKind.SRCDOC, sandboxed=sandboxed, allow=allow)


def _inheriting_environment(
    container: Environment, url: URL, kind: EnvironmentKind, *, sandboxed: bool, allow: str
) -> Environment:
    return Environment(
        url=url,
        base_url=container.base_url,
        origin=Origin.opaque(container.origin) if sandboxed else container.origin,
        policy_container=container.policy_container,
        top_level_origin=container.top_level_origin,
        kind=kind,
        has_cross_site_ancestor=container.has_cross_site_ancestor,
        container=container,
        allow=allow,
    )


def worker_environment(
    owner: Environment, url: str | None, headers: Iterable[tuple[str, str]], profile: BrowserProfile
) -> Environment:
    """The environment of a dedicated worker: its owner's origin (data: has none); its script's URL and policies.

    Without a URL the script is taken to lie beside the page, without policies of its own but the owner's embedder
    policy (and referrer policy, in some browsers). Raises InvalidURL for a script of another origin.
    https://html.spec.whatwg.org/multipage/workers.html#set-up-a-worker-environment-settings-object
    """
    if url is not None:
        script = require_url(url, owner.base_url)
    else:
        script = parse_url("worker.js", owner.base_url) or owner.base_url
    local = script.is_local
    if not local and url is not None and url_origin(script) != owner.origin:
        raise InvalidURL(f"a worker's script must have its page's origin, and {script} does not have {owner.origin}")
    needs_no_secure_context = not profile.embedder_policies.of_workers_need_a_secure_context
    own = policy_container(headers, profile, is_secure=owner.is_secure_context or needs_no_secure_context)
    embedder_policy = own.embedder_policy
    if embedder_policy is EmbedderPolicy.UNSAFE_NONE:
        embedder_policy = owner.policy_container.embedder_policy
    referrer_policy = own.referrer_policy
    if profile.referrers.workers_inherit_the_policy:
        referrer_policy = referrer_policy or owner.policy_container.referrer_policy
    policies = (
        owner.policy_container
        if local
        else PolicyContainer(
            own.csp_list,
            embedder_policy,
            referrer_policy,
            isolation_policy=owner.policy_container.isolation_policy,
            integrity_policy=own.integrity_policy,
        )
    )
    return Environment(
        url=script,
        base_url=script if not local else owner.base_url,
        origin=Origin.opaque(owner.origin) if script.scheme == "data" else owner.origin,
        policy_container=policies,
        top_level_origin=owner.top_level_origin,
        kind=EnvironmentKind.WORKER,
        has_cross_site_ancestor=owner.has_cross_site_ancestor,
        container=owner,
    )


def policy_container(
    headers: Iterable[tuple[str, str]], profile: BrowserProfile, *, is_secure: bool
) -> PolicyContainer:
    """The policies that a response's headers set; an embedder policy needs a secure context. https://html.spec.whatwg.org/multipage/browsers.html#creating-a-policy-container-from-a-fetch-response"""
    pairs = list(headers)
    if not pairs:
        return PolicyContainer()
    from ..fetch.connection_allowlist import parse_connection_allowlist
    from ..fetch.content_security_policy import parse_policies  # here, because few pages have a policy
    from ..fetch.integrity_policy import parse_integrity_policies
    from ..fetch.permissions_policy import parse_policy_header

    none, rules = EmbedderPolicy.UNSAFE_NONE, profile.embedder_policies
    integrity_policy = parse_integrity_policies(pairs)
    return PolicyContainer(
        parse_policies(pairs),
        parse_embedder_policy(pairs, rules) if is_secure else none,
        parse_referrer_policy(pairs),
        parse_policy_header(pairs),
        parse_isolation_policy(pairs, rules) if is_secure else none,
        integrity_policy if any(integrity_policy) else None,
        parse_connection_allowlist(pairs) if profile.csp.knows_connection_allowlists else None,
    )
