"""Hosts that have said they are to be reached over https alone. https://www.rfc-editor.org/rfc/rfc6797"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..origin import schemelessly_same_site
from ..patterns import lazy_pattern
from ..records import NamedTuple
from .mixed_content import upgrade_scheme
from .wire import WireResponse

if TYPE_CHECKING:
    from .fetch_params import FetchParams
    from .header_list import HeaderList
    from .profile import BrowserProfile
    from .request import Request

_TOKEN = r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+"
_DIRECTIVE = lazy_pattern(rf'[ \t]*+(?:({_TOKEN})[ \t]*+(?:=[ \t]*+({_TOKEN}|"[^"\x00-\x08\x0a-\x1f]*"))?)?[ \t]*+')
_BECAUSE = "strict-transport-security"
_LIMIT = 4096  # hosts; the oldest go first, so that a long run cannot fill memory


class KnownHost(NamedTuple):
    """Until when, in seconds of the browser's clock, a host is to be reached over https, and the hosts below it."""

    expires: float
    include_subdomains: bool


class KnownHosts:
    """The known HSTS hosts of one browser. https://www.rfc-editor.org/rfc/rfc6797#section-8.1.1"""

    __slots__ = ("_hosts",)

    def __init__(self) -> None:
        self._hosts: dict[str, KnownHost] = {}

    def __len__(self) -> int:
        return len(self._hosts)

    def note(self, host: str, known: KnownHost, now: float) -> None:
        """Remember the host, or forget it where its time is up at once."""
        self._hosts.pop(host, None)
        if known.expires > now:
            self._hosts[host] = known
            if len(self._hosts) > _LIMIT:
                del self._hosts[next(iter(self._hosts))]

    def match(self, host: str, now: float) -> bool:
        """Is the host known, or below one that speaks for its subdomains? https://www.rfc-editor.org/rfc/rfc6797#section-8.2"""
        name = host
        while name:
            known = self._hosts.get(name)
            if known is not None and known.expires > now and (known.include_subdomains or name == host):
                return True
            name = name.partition(".")[2]
        return False


def parse_strict_transport_security(value: str, now: float) -> KnownHost | None:
    """Read the header's value; None where it says nothing. https://www.rfc-editor.org/rfc/rfc6797#section-6.1"""
    directives: dict[str, str] = {}
    for part in value.split(";"):
        found = _DIRECTIVE.fullmatch(part)
        if found is None:
            return None
        name, argument = found.group(1), found.group(2)
        if name is None:
            continue
        if name.lower() in directives:
            return None
        directives[name.lower()] = (argument or "").strip('"')
    max_age = directives.get("max-age", "")
    if not (max_age.isascii() and max_age.isdigit()):
        return None
    return KnownHost(now + min(float(max_age), 10**10), "includesubdomains" in directives)


def note_strict_transport_security(params: FetchParams, response: WireResponse) -> None:
    """Remember what a response over https says of its host; IP addresses can say nothing. https://www.rfc-editor.org/rfc/rfc6797#section-8.1"""
    request, user_agent = params.request, params.user_agent
    url = request.current_url
    if url.scheme != "https" or url.host_is_ip or not _counts_for(request, params.profile):
        return
    said = next((value for name, value in response.headers if name.lower() == "strict-transport-security"), None)
    if said is None:
        return
    now = user_agent.clock()
    known = parse_strict_transport_security(said, now)
    if known is not None:
        user_agent.known_https_hosts.note(url.host or "", known, now)


def is_known_to_need_https(params: FetchParams) -> bool:
    """Is the current URL to be reached over https, though it says http?"""
    url = params.request.current_url
    known = params.user_agent.known_https_hosts
    return (
        url.scheme == "http"
        and bool(known)
        and not url.host_is_ip
        and _counts_for(params.request, params.profile)
        and known.match(url.host or "", params.user_agent.clock())
    )


def _counts_for(request: Request, profile: BrowserProfile) -> bool:
    match profile.upgrades.strict_transport_security_of:
        case "nobody":
            return False
        case "first-parties":
            own = schemelessly_same_site(request.client.top_level_origin, request.current_url)
            return own or request.is_top_level_navigation
        case _:
            return True


def upgrade_to_strict_transport_security(params: FetchParams) -> None:
    """Turn http into https for known hosts, as the text does it. https://fetch.spec.whatwg.org/#main-fetch, step 10"""
    if not params.profile.upgrades.are_redirects and is_known_to_need_https(params):
        upgrade_scheme(params.request, params.profile.mixed_content, params.trace, _BECAUSE)


def strict_transport_security_redirect(params: FetchParams) -> WireResponse | None:
    """The redirect to https that the browser answers a request to a known host with, instead of sending it.

    It lets script of every origin pass, but it is one: Origin becomes null, and no preflight may meet it. Asked where
    upgrades are redirects.
    """
    request = params.request
    if not is_known_to_need_https(params):
        return None
    from .upgrade_events import URLUpgraded  # here, because most URLs are https

    upgraded = request.current_url.with_scheme("https")
    params.trace.append(URLUpgraded(request.current_url.href, upgraded.href, _BECAUSE))
    headers: HeaderList = [("Location", upgraded.href), ("Non-Authoritative-Reason", "HSTS")]
    headers.append(("Cross-Origin-Resource-Policy", "Cross-Origin"))
    origin = request.serialize_origin()
    if request.response_tainting == "cors":
        headers += [("Access-Control-Allow-Origin", origin), ("Access-Control-Allow-Credentials", "true")]
    return WireResponse(307, "Internal Redirect", tuple(headers))
