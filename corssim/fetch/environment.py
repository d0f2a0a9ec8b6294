"""Where a request comes from: an environment settings object with its origin and policies.

https://html.spec.whatwg.org/multipage/webappapis.html#environment-settings-object
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..enums import StrEnum
from ..origin import Origin, Site, is_potentially_trustworthy, url_origin
from ..records import NamedTuple, field, record
from .last_loads import LastLoads

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..url import URL
    from .content_security_policy import Policy
    from .integrity_policy import IntegrityPolicy
    from .kept_resources import Loaded, LoadedKey, PreloadEntry


class EmbedderPolicy(StrEnum):
    """Values of Cross-Origin-Embedder-Policy.

    https://html.spec.whatwg.org/multipage/browsers.html#embedder-policy-value
    """

    UNSAFE_NONE = "unsafe-none"
    REQUIRE_CORP = "require-corp"
    CREDENTIALLESS = "credentialless"


class EnvironmentKind(StrEnum):
    """What runs the script. Referrers and cookies depend on it."""

    DOCUMENT = "document"
    SRCDOC = "srcdoc"
    WORKER = "worker"


_NOTHING_DECLARED: Mapping[str, tuple[str, ...]] = {}


class PolicyContainer(NamedTuple):
    """The policies that a document or worker carries.

    https://html.spec.whatwg.org/multipage/browsers.html#policy-container
    """

    csp_list: tuple[Policy, ...] = ()
    embedder_policy: EmbedderPolicy = EmbedderPolicy.UNSAFE_NONE
    referrer_policy: str = ""
    permissions_policy: Mapping[str, tuple[str, ...]] = _NOTHING_DECLARED
    isolation_policy: EmbedderPolicy = EmbedderPolicy.UNSAFE_NONE  # what Document-Isolation-Policy demands of loads
    integrity_policy: IntegrityPolicy | None = None
    connection_allowlist: tuple[str, ...] | None = None


@record(eq=False)
class Environment:
    """A document or worker as fetch sees it.

    `url` is the creation URL, `base_url` what relative URLs resolve against, `top_level_origin` the origin of the
    top-level page (the network partition), `container` the environment of the document around a frame or a worker,
    `allow` the attribute of the frame's element. `loads_with_storage_access`: its response asked for that.
    """

    url: URL
    base_url: URL
    origin: Origin
    policy_container: PolicyContainer
    top_level_origin: Origin
    kind: EnvironmentKind = EnvironmentKind.DOCUMENT
    has_cross_site_ancestor: bool = False
    container: Environment | None = None
    allow: str = ""
    loads_with_storage_access: bool = False
    preloads: dict[str, list[PreloadEntry]] = field(default_factory=dict)
    loaded: dict[str, dict[LoadedKey, Loaded]] = field(default_factory=dict)
    last_loads: LastLoads = field(default_factory=LastLoads)
    _site: Site | None = field(default=None, init=False, repr=False)

    @property
    def top_level(self) -> Environment:
        """The page on top, which this is itself unless something is around it."""
        environment = self
        while environment.container is not None:
            environment = environment.container
        return environment

    @property
    def csp_self_origin(self) -> Origin:
        """What 'self' means in the page's policies: the origin of its URL, sandboxed or not.

        https://w3c.github.io/webappsec-csp/#policy-self-origin
        """
        if self.container is not None and self.url.is_local:
            return self.container.csp_self_origin
        return url_origin(self.url)

    @property
    def is_secure_context(self) -> bool:
        """https://w3c.github.io/webappsec-secure-contexts/#settings-object (a page is its own top here)"""
        if self.container is not None:
            return self.container.is_secure_context
        return is_potentially_trustworthy(self.url)

    @property
    def network_partition_key(self) -> Site:
        """What caches are divided by: the top-level page's site.

        https://fetch.spec.whatwg.org/#network-partition-keys
        """
        if self._site is None:
            self._site = Site(self.top_level_origin)
        return self._site

    @property
    def prohibits_mixed_content(self) -> bool:
        """Report whether this page or one around it came over https.

        https://w3c.github.io/webappsec-mixed-content/#categorize-settings-object
        """
        if self.container is not None and self.container.prohibits_mixed_content:
            return True
        return self.origin.scheme == "https" or self.url.scheme == "https"
