"""A browser as data: who it is, and its rules.

`BrowserProfile()` is the text of the Fetch Standard (commit 586cd2a, July 2026). Where browsers leave it stands in
`corssim/fetch/rules`, a module a room; what each of them does in `corssim/fetch/browsers`, a file a browser.
"""

from __future__ import annotations

from typing import Any, Literal

from ..errors import UsageError
from .rules import (
    AnswerRules,
    AuthenticationRules,
    BeaconRules,
    CacheControlRules,
    CookieRules,
    CspRules,
    DocumentRules,
    ElementRules,
    EmbedderPolicyRules,
    FetchMetadataRules,
    FreshnessRules,
    HttpCacheRules,
    IntegrityRules,
    LanguageRules,
    LocalNetworkRules,
    MixedContentRules,
    NetworkRules,
    PreflightCacheRules,
    PreflightRules,
    PreloadRules,
    RedirectRules,
    ReferrerRules,
    RequestHeaderRules,
    RequestRules,
    ResponseRules,
    Rules,
    SafelistRules,
    SchemeRules,
    TimingRules,
    UpgradeRules,
    UrlRules,
    WebSocketRules,
)


class BrowserProfile(Rules):
    """One browser's rules. `version` is the one that it was recorded with, "" for what was not.

    Two tell apart what nothing else does: `user_agent` is what the header says, `console` whose lines are printed.
    Raises UsageError for a rule that there is not, and for a value that a rule can't have.
    """

    name: str = "standard"
    version: str = ""
    user_agent: str = "Mozilla/5.0 (compatible; corssim)"
    console: Literal["none", "chromium", "firefox", "webkit"] = "none"

    urls: UrlRules = UrlRules()
    requests: RequestRules = RequestRules()
    safelists: SafelistRules = SafelistRules()
    schemes: SchemeRules = SchemeRules()
    preflights: PreflightRules = PreflightRules()
    preflight_cache: PreflightCacheRules = PreflightCacheRules()
    redirects: RedirectRules = RedirectRules()
    request_headers: RequestHeaderRules = RequestHeaderRules()
    languages: LanguageRules = LanguageRules()
    fetch_metadata: FetchMetadataRules = FetchMetadataRules()
    referrers: ReferrerRules = ReferrerRules()
    cache_control: CacheControlRules = CacheControlRules()
    cookies: CookieRules = CookieRules()
    http_cache: HttpCacheRules = HttpCacheRules()
    freshness: FreshnessRules = FreshnessRules()
    mixed_content: MixedContentRules = MixedContentRules()
    upgrades: UpgradeRules = UpgradeRules()
    local_network: LocalNetworkRules = LocalNetworkRules()
    csp: CspRules = CspRules()
    embedder_policies: EmbedderPolicyRules = EmbedderPolicyRules()
    integrity: IntegrityRules = IntegrityRules()
    responses: ResponseRules = ResponseRules()
    timing: TimingRules = TimingRules()
    elements: ElementRules = ElementRules()
    beacons: BeaconRules = BeaconRules()
    web_sockets: WebSocketRules = WebSocketRules()
    documents: DocumentRules = DocumentRules()
    preloads: PreloadRules = PreloadRules()
    network: NetworkRules = NetworkRules()
    answers: AnswerRules = AnswerRules()
    authentication: AuthenticationRules = AuthenticationRules()

    @classmethod
    def paths(cls) -> tuple[str, ...]:
        """The path of every rule, `cookies.third_party` and its like, in the order of the sets."""
        sets = [(name, default) for name, default in cls.by_the_text.items() if isinstance(default, Rules)]
        return tuple(f"{name}.{rule}" for name, rules in sets for rule in rules.names())

    def rule(self, path: str) -> Any:
        """The value of one rule: `rule("cookies.third_party")`."""
        rule_set, _, name = path.partition(".")
        return getattr(getattr(self, rule_set), name)

    def changed(self, path: str, value: object) -> BrowserProfile:
        """This profile with another value for one rule: `changed("cookies.third_party", "block")`.

        The path is the name of a set and of a rule in it; without a dot it stands for a whole set, or for `name`,
        `version`, `user_agent` or `console`. Raises UsageError for a path or a value that there is not.
        """
        rule_set, dot, name = path.partition(".")
        if dot and rule_set in self.names():
            rules = getattr(self, rule_set)
            if not isinstance(rules, Rules):
                raise UsageError(f"{path!r} is no rule: {rule_set} holds none")
            value, path = rules.changed(name, value), rule_set
        return super().changed(path, value)

    def __repr__(self) -> str:
        return f"<BrowserProfile {' '.join(filter(None, (self.name, self.version)))}>"
