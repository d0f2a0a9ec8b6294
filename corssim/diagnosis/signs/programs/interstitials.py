"""Pages for people where a program's answer was due: of tunnels, and of services that keep bots and attacks away."""

from __future__ import annotations

from .sign import Sign, SignKind

_PASS_IT = (
    "It is made for people, and no script gets past it: let the API's path through in that service's settings, or "
    "open the URL in a tab first where its cookie then goes along."
)
_ALLOW_IT = "No CORS header changes that: allow the request in the firewall's settings; OPTIONS, too."


def _warning(who: str, header: str, source: str, *, headers: tuple[tuple[str, str], ...] = (), body: str = "") -> Sign:
    """A tunnel's page before the site, and the request header without which it comes."""
    return Sign(
        SignKind.INTERSTITIAL,
        who,
        "It warns the visitor and comes in place of the site's own answer.",
        f"Send the request header {header} with any value; being no simple header, it makes a preflight, and "
        f"Access-Control-Allow-Headers has to list it.",
        source,
        headers=headers,
        body=body,
    )


def _challenge(who: str, source: str, *, headers: tuple[tuple[str, str], ...] = (), body: str = "") -> Sign:
    return Sign(
        SignKind.INTERSTITIAL,
        who,
        "It is to tell people from bots, and comes in place of the site's own answer.",
        _PASS_IT,
        source,
        headers=headers,
        body=body,
    )


def _firewall(
    who: str,
    source: str,
    *,
    headers: tuple[tuple[str, str], ...] = (),
    body: str = "",
    statuses: frozenset[int] = frozenset(),
) -> Sign:
    return Sign(
        SignKind.FIREWALL,
        who,
        "It refuses the request before it reaches the server.",
        _ALLOW_IT,
        source,
        headers=headers,
        body=body,
        statuses=statuses,
    )


INTERSTITIALS = (
    _warning(
        "ngrok, its warning page",
        "ngrok-skip-browser-warning",
        "https://ngrok.com/docs/errors/err_ngrok_6024",
        headers=(("ngrok-error-code", "^ERR_NGROK_6024$"),),
    ),
    _warning(
        "ngrok, its warning page",
        "ngrok-skip-browser-warning",
        "https://ngrok.com/docs/errors/err_ngrok_6024",
        body=r"ERR_NGROK_6024",
    ),
    _warning(
        "localtunnel, its reminder page",
        "bypass-tunnel-reminder",
        "https://github.com/localtunnel/localtunnel",
        body=r"bypass-tunnel-reminder|tunnel website ahead|loca\.lt",
    ),
    _warning(
        "Microsoft dev tunnels, their anti-phishing page",
        "X-Tunnel-Skip-AntiPhishing-Page",
        "https://learn.microsoft.com/azure/developer/dev-tunnels/security",
        body=r"X-Tunnel-Skip-Anti-?Phishing-Page|about to connect to a developer tunnel",
    ),
    _challenge(
        "Cloudflare, a challenge",
        "https://developers.cloudflare.com/cloudflare-challenges/challenge-types/challenge-pages/detect-response/",
        headers=(("cf-mitigated", "^challenge$"),),
    ),
    _challenge(
        "Cloudflare, a challenge",
        "https://developers.cloudflare.com/cloudflare-challenges/",
        body=r"/cdn-cgi/challenge-platform/|<title>Just a moment\.\.\.</title>",
    ),
    _challenge(
        "AWS WAF, a challenge",
        "https://docs.aws.amazon.com/waf/latest/developerguide/waf-captcha-and-challenge-how-it-works.html",
        headers=(("x-amzn-waf-action", "^(?:challenge|captcha)$"),),
    ),
    _challenge(
        "Vercel, its security checkpoint",
        "https://vercel.com/docs/vercel-firewall",
        headers=(("x-vercel-mitigated", "^challenge$"),),
    ),
    _challenge("DataDome", "https://docs.datadome.co/docs", body=r"captcha-delivery\.com"),
    _challenge("HUMAN (PerimeterX)", "https://docs.humansecurity.com/", body=r"px-captcha|_pxAppId"),
    _challenge("Imperva", "https://docs.imperva.com/", body=r"_Incapsula_Resource"),
    _challenge(
        "Anubis",
        "https://anubis.techaro.lol/docs/",
        body=r"\.within\.website/x/|making sure you(?:'|&#39;|’)re not a bot",
    ),
    _challenge(
        "a free host's check for JavaScript",
        "https://forum.infinityfree.com/docs?topic=49266",
        body=r"slowAES\.decrypt|/aes\.js",
    ),
    _firewall(
        "Cloudflare, its firewall",
        "https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-1xxx-errors/",
        headers=(("Server", "^cloudflare"),),
        body=r"Sorry, you have been blocked|error code: 10(?:0[5-9]|1[025]|20)|Attention Required! \| Cloudflare",
    ),
    _firewall(
        "Akamai",
        "https://techdocs.akamai.com/",
        headers=(("Server", "^AkamaiGHost"),),
        body=r"Access Denied|Reference(?:&#32;|\s)*(?:&#35;|#)",
    ),
    _firewall("Sucuri", "https://docs.sucuri.net/", headers=(("x-sucuri-block", ""),)),
    _firewall("Sucuri", "https://docs.sucuri.net/", body=r"Sucuri WebSite Firewall"),
    _firewall(
        "Azure Application Gateway, its firewall",
        "https://learn.microsoft.com/azure/web-application-firewall/ag/ag-overview",
        headers=(("Server", r"^Microsoft-Azure-Application-Gateway"),),
        statuses=frozenset({403}),
    ),
    _firewall(
        "Azure Front Door, its firewall",
        "https://learn.microsoft.com/azure/web-application-firewall/afds/",
        headers=(("x-azure-ref", ""),),
        body=r"The request is blocked",
        statuses=frozenset({403}),
    ),
    _firewall(
        "ModSecurity",
        "https://github.com/owasp-modsecurity/ModSecurity",
        body=r"generated by Mod_Security|ModSecurity Action|Mod_Security",
    ),
    _firewall(
        "CloudFront, or the firewall before it",
        "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/http-403-permission-denied.html",
        headers=(("Server", "^CloudFront"),),
        body=r"Request blocked",
        statuses=frozenset({403}),
    ),
    Sign(
        SignKind.INTERSTITIAL,
        "the network that the browser is in (511)",
        "It wants its users to log in to the network first.",
        "Open any page in a tab and log in to the network.",
        "https://www.rfc-editor.org/rfc/rfc6585#section-6",
        statuses=frozenset({511}),
    ),
)
