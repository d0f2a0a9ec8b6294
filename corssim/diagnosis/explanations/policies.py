"""Policies that stop a request before it is sent, or a response because of where it came from."""

from __future__ import annotations

from corssim.fetch.reasons import Reason

from .executed import NOTHING_SENT, THE_ANSWER_CAME, THE_REDIRECT_CAME
from .model import FETCH, Explanation, Mender, Myth

_NOT_SENT = (NOTHING_SENT,)
_ANSWERED = (THE_REDIRECT_CAME, THE_ANSWER_CAME)

POLICIES = (
    Explanation(
        reason=Reason.CROSS_ORIGIN_IN_SAME_ORIGIN_MODE,
        title="Another origin, though the page asked for its own only",
        anchor=FETCH + "concept-main-fetch",
        mender=Mender.PAGE,
        plain=(
            'The page made the request with mode "same-origin", and the URL has another origin, or a redirect led to '
            "one. In that mode the browser keeps to the page's own origin, whatever the server would allow."
        ),
        executed=_NOT_SENT,
        fix=(
            "Use the default mode, 'cors', and let the server allow the page's origin:\n\n"
            "    Access-Control-Allow-Origin: https://app.example\n\n"
            "Or fetch from the page's own origin, through a path that your server passes on. The script of a "
            "worker is always loaded in this mode, so it has to come from the page's origin."
        ),
        related=("origin", "redirects", "localhost"),
    ),
    Explanation(
        reason=Reason.SCHEME_NOT_HTTP,
        title="The URL is neither http nor https",
        anchor=FETCH + "concept-main-fetch",
        mender=Mender.PAGE,
        plain=(
            "The URL's scheme is neither http nor https, and it is none that this kind of fetch can answer by itself. "
            "A file on disk, an ftp server or an app's own scheme cannot say who may read it. Pages opened from disk "
            "meet this when they fetch their neighbours, because each file: URL is an origin of its own."
        ),
        executed=_NOT_SENT,
        fix=(
            "Serve the files over HTTP, which takes one line for development:\n\n"
            "    python -m http.server 8000\n\n"
            "and open http://localhost:8000/ instead of the file."
        ),
        myths=(
            Myth(
                "A flag that lets files read each other is a fix.",
                "It lets every saved page read every file, for as long as that browser runs. A local server is as "
                "quick.",
            ),
        ),
        related=("origin", "null-origin", "redirect-scheme-not-http"),
    ),
    Explanation(
        reason=Reason.URL_CREDENTIALS_REFUSED,
        title="A user name in the URL",
        anchor="https://chromestatus.com/feature/5669008342777856",
        mender=Mender.PAGE,
        plain=(
            "The URL holds a user name or a password, as in https://user:secret@host/. Chromium refuses to load any "
            "part of a page from such a URL; other browsers load images and the like from it. fetch() takes no such "
            "URL in any browser: it throws a TypeError at once."
        ),
        executed=_NOT_SENT,
        fix=(
            "Take them out of the URL. Where the server wants HTTP authentication, send it as a header, which it has "
            "to allow in the preflight:\n\n"
            "    Access-Control-Allow-Headers: authorization"
        ),
        related=("credentials", "redirect-with-credentials-in-url"),
    ),
    Explanation(
        reason=Reason.BAD_PORT,
        title="Browsers do not use this port for HTTP",
        anchor=FETCH + "port-blocking",
        mender=Mender.BOTH,
        plain=(
            "The URL's port belongs to another service, such as mail (25) or IRC (6667), and browsers send no HTTP "
            "requests to those. Otherwise a web page could make a mail server take its request for a message. The list "
            "is fixed and the same for every page."
        ),
        executed=_NOT_SENT,
        fix=(
            "Let the server listen on another port, such as 443, 8000, 8080 or 8443, and let the page use that one. "
            "Ports that development servers pick by accident: 6000, 6566, 6665 to 6669 and 10080."
        ),
        myths=(
            Myth(
                "curl gets an answer on that port.",
                "curl has no such list. It runs for its user, and not for the authors of web pages.",
            ),
        ),
        related=("other-clients",),
    ),
    Explanation(
        reason=Reason.MIXED_CONTENT,
        title="An https page asked for something over http",
        anchor="https://w3c.github.io/webappsec-mixed-content/#should-block-fetch",
        mender=Mender.BOTH,
        plain=(
            "The page came over https, the URL says http, and what comes over http can be read and changed on the "
            "way. So the browser refuses before anything is sent. Images, audio and video are asked for over https "
            "instead; URLs of this machine, such as http://localhost and http://127.0.0.1, count as safe except in "
            "WebKit."
        ),
        executed=_NOT_SENT,
        fix=(
            "Offer the server over https, and write https:// in the page. A header of the page's own does the "
            "rewriting where there are many URLs, provided that each answers over https:\n\n"
            "    Content-Security-Policy: upgrade-insecure-requests"
        ),
        myths=(
            Myth(
                "A header of the API can allow it.",
                "No request is sent, so nobody sees a header. CORS is asked later, or never.",
            ),
            Myth(
                "The server redirects http to https, so it is safe.",
                "The first request would still go over http. It is that one which is refused.",
            ),
        ),
        related=("https-pages", "csp", "localhost"),
    ),
    Explanation(
        reason=Reason.CONTENT_SECURITY_POLICY,
        title="The page's own policy forbids this load",
        anchor="https://w3c.github.io/webappsec-csp/#should-block-request",
        mender=Mender.PAGE,
        plain=(
            "The page was served with a Content-Security-Policy, and the directive for this kind of load does not "
            "list the URL. The browser refuses before anything is sent to it, and again for each URL that a redirect "
            "leads to. The other server has no part in this."
        ),
        executed=_NOT_SENT,
        fix=(
            "Add the origin to the directive that refused it, in the page's own header: connect-src is for fetch(), "
            "XMLHttpRequest, EventSource and sendBeacon, img-src for images, script-src for scripts.\n\n"
            "    Content-Security-Policy: connect-src 'self' https://api.example\n\n"
            "Where several policies are sent, each of them has to allow it. Where the directive is missing, "
            "default-src decides."
        ),
        myths=(
            Myth(
                "The API has to send a CORS header.",
                "It may have to as well, but that is checked only when the page's policy lets the request out.",
            ),
            Myth(
                "A second policy can relax the first.",
                "Policies only add up: what one forbids stays forbidden.",
            ),
        ),
        related=("csp", "https-pages"),
    ),
    Explanation(
        reason=Reason.CROSS_ORIGIN_RESOURCE_POLICY,
        title="The server keeps this resource from other sites",
        anchor=FETCH + "cross-origin-resource-policy-header",
        mender=Mender.SERVER,
        plain=(
            "The page loaded something of another origin without CORS, as an img or script element does by default. "
            "The answer came with Cross-Origin-Resource-Policy, and its value, `same-origin` or `same-site`, leaves "
            "this page out. So the browser dropped the answer."
        ),
        executed=_ANSWERED,
        fix=(
            "If other sites may embed it, let the server answer:\n\n"
            "    Cross-Origin-Resource-Policy: cross-origin\n\n"
            "`same-site` is enough for pages below the same registrable domain, and an https resource then wants an "
            "https page.\n\n"
            "The check is made for loads without CORS only. With crossorigin on the element, or with fetch(), "
            "Access-Control-Allow-Origin decides instead."
        ),
        myths=(
            Myth(
                "Access-Control-Allow-Origin: * overrides it.",
                "Not on a load without CORS: there nobody reads that header.",
            ),
        ),
        related=("corp-coep", "same-site", "opaque-response", "cross-origin-embedder-policy"),
    ),
    Explanation(
        reason=Reason.CONNECTION_ALLOWLIST,
        title="The page may not connect there",
        anchor="https://wicg.github.io/connection-allowlists/",
        mender=Mender.PAGE,
        plain=(
            "The page was served with a Connection-Allowlist, and the URL is not in it, or a redirect was to be "
            "followed, which Chromium never does under such a list. Fetches, elements, beacons and frames are all held "
            "to it; dedicated workers are not. Firefox and WebKit do not know the header."
        ),
        executed=_NOT_SENT,
        fix=(
            "Add the URL to the list in the page's own header, where response-origin is the page's own origin and the "
            "rest are URL patterns:\n\n"
            '    Connection-Allowlist: (response-origin "https://api.example/*")\n\n'
            "Where a redirect was refused, ask for the URL that it leads to."
        ),
        related=("csp", "redirects"),
    ),
    Explanation(
        reason=Reason.EMBEDDER_POLICY,
        title="The page embeds only what agrees to be embedded",
        anchor=FETCH + "cross-origin-resource-policy-check",
        mender=Mender.BOTH,
        plain=(
            "The page was served with Cross-Origin-Embedder-Policy, to become isolated from other sites. Then "
            "whatever it loads from other origins without CORS has to agree, by a Cross-Origin-Resource-Policy header "
            "of its own. This answer did not have one that lets the page use it. Document-Isolation-Policy "
            "(Chromium alone) demands the same of what a document loads, but of its frames nothing."
        ),
        executed=_ANSWERED,
        fix=(
            "Let the server of the resource agree:\n\n"
            "    Cross-Origin-Resource-Policy: cross-origin\n\n"
            "Or let the page load it with CORS: crossorigin on the element, and on the server\n\n"
            "    Access-Control-Allow-Origin: https://app.example\n\n"
            "Or let the page use `credentialless`, where loads without CORS go out without cookies and need no "
            "agreement (not in WebKit):\n\n"
            "    Cross-Origin-Embedder-Policy: credentialless"
        ),
        related=("corp-coep", "cross-origin-resource-policy"),
    ),
)
