"""Logins, recognised by the URL that a redirect leads to: by the identity provider, the protocol, or the path's words.

What is looked at is the URL alone: that a page asks for a password there is not seen, and never said.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs

from ...patterns import lazy_pattern
from ...records import NamedTuple
from ...url import parse_url

if TYPE_CHECKING:
    from ...url import URL


class Login(NamedTuple):
    """A login that a URL leads to: whose it is ("a Keycloak login"), and what in the URL says so."""

    whose: str
    seen: str


class _Provider(NamedTuple):
    """An identity provider's URLs: by the host's end, by the path, or by both where both are given."""

    name: str
    hosts: tuple[str, ...] = ()
    path: str = ""


# Hosts and paths as the providers document them for their sign-in endpoints.
_PROVIDERS: Final = (
    _Provider("Cloudflare Access", hosts=("cloudflareaccess.com",)),
    _Provider("Cloudflare Access", path=r"^/cdn-cgi/access/"),
    _Provider("Keycloak", path=r"/realms/[^/]+/(?:protocol/(?:openid-connect|saml)|login-actions|broker)\b"),
    _Provider(
        "Microsoft Entra ID",
        hosts=(
            "login.microsoftonline.com",
            "login.microsoftonline.us",
            "login.partner.microsoftonline.cn",
            "login.microsoft.com",
            "login.windows.net",
            "login.live.com",
            "b2clogin.com",
            "ciamlogin.com",
        ),
    ),
    _Provider("Azure App Service", path=r"^/\.auth/login\b"),
    _Provider("ADFS", path=r"^/adfs/(?:ls|oauth2)\b"),
    _Provider(
        "Okta",
        hosts=("okta.com", "oktapreview.com", "okta-emea.com"),
        path=r"/(?:authorize|login|signin|sso|app)\b",
    ),
    _Provider("Auth0", hosts=("auth0.com",), path=r"^/(?:u/)?(?:authorize|login|samlp)\b"),
    _Provider("Google", hosts=("accounts.google.com",)),
    _Provider("Amazon Cognito", hosts=("amazoncognito.com",)),
    _Provider("AWS", hosts=("signin.aws.amazon.com", "signin.aws", "awsapps.com")),
    _Provider("GitHub Codespaces", path=r"^/(?:pf-signin|auth/postback/tunnel)\b"),
    _Provider("GitHub", hosts=("github.com",), path=r"^/(?:login|session)\b"),
    _Provider("GitLab", hosts=("gitlab.com",), path=r"^/(?:users/sign_in|oauth/authorize)\b"),
    _Provider("Vercel", hosts=("vercel.com",), path=r"^/(?:sso-api|login|sso)\b"),
    _Provider("OneLogin", hosts=("onelogin.com",)),
    _Provider("PingFederate", path=r"/(?:as/authorization\.oauth2|startSSO\.ping|SSO\.ping)\b"),
    _Provider("Shibboleth", path=r"/(?:profile/SAML2/|Shibboleth\.sso/)"),
    _Provider("CAS", path=r"/cas/(?:login|oidc|oauth2\.0)\b"),
    _Provider("oauth2-proxy", path=r"^/oauth2/(?:start|sign_in)\b"),
    _Provider("authentik", path=r"/(?:outpost\.goauthentik\.io|application/(?:o|saml)|if/flow)/"),
    _Provider("Pomerium", path=r"^/\.pomerium/"),
    _Provider("SiteMinder", path=r"^/siteminderagent/"),
    _Provider("Salesforce", hosts=("login.salesforce.com", "test.salesforce.com")),
)
_WHERE_TO_AFTERWARDS: Final = frozenset(
    {
        *("next", "return", "returnurl", "return_url", "returnto", "return_to", "redirect", "redirecturl", "target"),
        *("redirect_url", "redirecturi", "redirect_uri", "redirectto", "redirect_to", "rd", "continue", "service"),
        *("relaystate", "goto", "back", "back_url", "backurl", "callbackurl", "callback_url", "from", "came_from"),
    }
)
_WORDS: Final = frozenset({"sso", "oauth", "oauth2", "oidc", "saml", "saml2", "authorize", "openid", "idp"})
"""What names a login where it is a whole label of the host or a whole segment of the path."""

_ENDINGS: Final = ("login", "logon", "signin", "signon")
_MAYBE_WORDS: Final = frozenset({"auth", "authenticate", "authentication", "account", "accounts", "session"})
_TOKENS: Final = lazy_pattern(r"[A-Za-z0-9]+")
_HUMPS: Final = lazy_pattern(r"(?<=[a-z0-9])(?=[A-Z])")


def login_of(location: str, from_url: str) -> Login | None:
    """The login that a Location leads to, None where nothing in it tells of one."""
    before = parse_url(from_url)
    target = parse_url(location, before)
    if target is None or not target.is_http:
        return None
    parameters = {name.lower(): values[0] for name, values in _query(target).items()}
    for provider in _PROVIDERS:
        if _is_of(provider, target):
            return Login(f"a login of {provider.name}", "by the URL")
    if by_protocol := _by_protocol(parameters):
        return by_protocol
    words = _words(target)
    # A login that leads on, to its own second step or with a slash at the end, is no sign that nobody is logged in.
    if before is not None and target.host == before.host and words & _words(before):
        return None
    if words:
        return Login("a login", f'by "{sorted(words)[0]}" in the URL')
    afterwards = _WHERE_TO_AFTERWARDS & parameters.keys()
    if afterwards and not _MAYBE_WORDS.isdisjoint(part.lower() for part in _parts(target)):
        return Login("a login", f"by the path and {sorted(afterwards)[0]}=… in the URL")
    return None


def _by_protocol(parameters: dict[str, str]) -> Login | None:
    """What OpenID Connect, SAML and WS-Federation put into the URL of whatever provider."""
    if {"client_id", "response_type"} <= parameters.keys():
        name = "OpenID Connect" if "openid" in parameters.get("scope", "").split() else "OAuth"
        return Login(f"a login by {name}", "by client_id and response_type in the URL")
    if "samlrequest" in parameters:
        return Login("a login by SAML", "by SAMLRequest in the URL")
    if parameters.get("wa", "").startswith("wsignin"):
        return Login("a login by WS-Federation", "by wa=wsignin in the URL")
    return None


def _is_of(provider: _Provider, url: URL) -> bool:
    host = url.host or ""
    if provider.hosts and not any(host == name or host.endswith(f".{name}") for name in provider.hosts):
        return False
    return re.search(provider.path, url.path) is not None


def _words(url: URL) -> set[str]:
    """The words of a login in a URL: whole ones, as in "/user-login" and "/Log-In", not as in "/lessons"."""
    found = {part.lower() for part in _parts(url)} & _WORDS
    for part in _parts(url):
        tokens = [token.lower() for token in _TOKENS.findall(_HUMPS.sub("-", part))]
        joined = [f"{one}{other}" for one, other in pairwise(tokens)]
        found |= {token for token in (*tokens, *joined) if token.endswith(_ENDINGS)}
    return found


def _parts(url: URL) -> list[str]:
    """The labels of the host, but for the last, and the segments of the path."""
    return [*(url.host or "").split(".")[:-1], *url.path.split("/")]


def _query(url: URL) -> dict[str, list[str]]:
    try:
        return parse_qs(url.href.partition("?")[2].partition("#")[0], max_num_fields=100)
    except ValueError:  # more fields than any login has
        return {}
