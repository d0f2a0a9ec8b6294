"""The concepts around CORS: what it leaves alone, other policies, and what is mistaken for it."""

from __future__ import annotations

from .model import FETCH, Topic

SURROUNDINGS = (
    Topic(
        name="opaque",
        title="Opaque responses",
        anchor=FETCH + "concept-filtered-response-opaque",
        text=(
            "An answer that was loaded without CORS from another origin is opaque: a picture is shown, a script runs, "
            'but the page\'s script reads nothing of it. Of fetch() with mode "no-cors" it sees type "opaque", '
            "status 0, no headers and an empty body; a canvas that such a picture was drawn on can no longer be read; "
            'errors in such a script are reported as "Script error."\n\n'
            "crossorigin on the element loads with CORS, and the server then has to allow it."
        ),
        related=("no-cors", "opaque-response", "orb", "corp-coep"),
    ),
    Topic(
        name="no-cors",
        title="mode: 'no-cors' is not a way round",
        anchor=FETCH + "concept-request-mode",
        text=(
            "It tells the browser to send the request as an image would, and to hide the answer. Only GET, HEAD and "
            "POST are possible, other headers than the simple ones are dropped without a word, and the answer is "
            "opaque.\n\n"
            "It is meant for service workers that store pictures, and for messages whose answer nobody needs. It "
            "never makes data readable."
        ),
        related=("opaque", "opaque-response", "simple-request", "no-cors-redirect-mode"),
    ),
    Topic(
        name="failed-to-fetch",
        title="“Failed to fetch”, “NetworkError”, “Load failed”",
        anchor=FETCH + "concept-network-error",
        text=(
            "What fetch() throws when there is no response that script may see: Chromium says Failed to fetch, Firefox "
            "NetworkError when attempting to fetch resource, Safari Load failed, and libraries such as axios Network "
            "Error. It is the same for a header that is missing, a policy that refuses, a wrong name and a server that "
            "is down, so that no page can explore by it what its visitor's network holds.\n\n"
            "The console knows more than script does: look for the line beside it. Its network panel shows whether a "
            "preflight was sent, and what came. Or let corssim make the same request:\n\n"
            "    corssim check URL --page PAGE -X METHOD\n\n"
            "No try or catch, and no mode, gets more out of the exception itself."
        ),
        related=("cors", "no-cors", "network-failure", "allow-origin-missing"),
    ),
    Topic(
        name="side-effects",
        title="What CORS does not protect",
        anchor=FETCH + "http-cors-protocol",
        text=(
            "CORS decides who may read an answer. It is no access control of the server: a simple request from any "
            "site is sent, with the cookies that may go along, and carried out; only the answer is withheld. Forms "
            "that navigate are not even checked.\n\n"
            "Against requests in a signed-in user's name (CSRF) use SameSite cookies, tokens, or a check of Origin or "
            "Sec-Fetch-Site on the server. Against strangers use authentication: programs other than browsers ignore "
            "CORS."
        ),
        related=("simple-request", "cookies", "fetch-metadata", "other-clients"),
    ),
    Topic(
        name="other-clients",
        title="Why it works in curl and Postman",
        anchor=FETCH + "http-cors-protocol",
        text=(
            "curl, Postman and programs on servers send what their user tells them to, with that user's own secrets. "
            "There is no other site's script to keep from reading, so they ask no preflight and check no header.\n\n"
            "A browser does both. To see what it would do, send what it sends, `OPTIONS` with `Origin` and "
            "`Access-Control-Request-Method` first, or run `corssim check`.\n\n"
            "This is also why a server of yours can fetch what the page may not, and pass it on."
        ),
        related=("cors", "preflight", "side-effects", "allow-origin-missing"),
    ),
    Topic(
        name="server-errors",
        title="When a CORS line hides a server's failure",
        anchor=FETCH + "concept-cors-check",
        text=(
            "Error answers often lack the headers: the gateway's 502, a framework's 500 after a crash, a firewall's "
            "403. The browser then reports CORS and hides the status, which was the news.\n\n"
            "Look at the status in the network panel, or in corssim's timeline, before touching the CORS settings. "
            "Then send the headers on error answers as well, so that the page can tell its user what went wrong: "
            "nginx needs `always` on add_header, and a middleware has to stand outside the handler of errors."
        ),
        related=("allow-origin-missing", "http-error-status", "connection-reset"),
    ),
    Topic(
        name="cookies",
        title="Cookies across sites",
        anchor=FETCH + "cookie-header",
        text=(
            "A cookie goes along with a fetch to another site only if all agree: the page asked with credentials: "
            "'include'; the cookie was set with\n\n"
            "    Set-Cookie: id=1; SameSite=None; Secure\n\n"
            "and the browser does not block third-party cookies. A cookie without SameSite counts as Lax in Chromium, "
            "and stays behind; the recorded Firefox and WebKit send it. Lax and Strict cookies go along within the "
            "same site, though that may be another origin.\n\n"
            "Then the answer has to be allowed with credentials, to be read. Cookies that it sets are stored even "
            "when it is not. `Partitioned` gives a cookie a jar of its own for each top-level site. Where third "
            "parties' cookies are kept back, a frame can ask its user for them (document.requestStorageAccess()). Once "
            "he has agreed (`--permission storage-access=granted`), Firefox sends them; Chromium says so in "
            "Sec-Fetch-Storage-Access: inactive, and sends them where the frame's answer asks for it with\n\n"
            "    Activate-Storage-Access: load\n\n"
            "or another server's with `retry; allowed-origin=…`."
        ),
        related=("credentials", "same-site", "side-effects", "allow-credentials-not-true"),
    ),
    Topic(
        name="https-pages",
        title="Secure pages and insecure requests",
        anchor="https://w3c.github.io/webappsec-mixed-content/",
        text=(
            "A page that came over https loads nothing over http, because anyone on the way could change it. Images, "
            "audio and video are asked for over https instead; all else is blocked before it is sent. "
            "http://localhost and http://127.0.0.1 count as safe, except in WebKit.\n\n"
            "A page's policy can have every http URL asked for over https:\n\n"
            "    Content-Security-Policy: upgrade-insecure-requests"
        ),
        related=("mixed-content", "csp", "localhost", "tls-failure"),
    ),
    Topic(
        name="csp",
        title="Content Security Policy: what a page lets itself load",
        anchor="https://w3c.github.io/webappsec-csp/",
        text=(
            "A page's server can list where the page may load from, kind by kind:\n\n"
            "    Content-Security-Policy: default-src 'self'; connect-src 'self' https://api.example\n\n"
            "connect-src is for fetch(), XMLHttpRequest, EventSource and beacons. What is not listed is not even asked "
            "for. CORS is the opposite direction: there the other server says who may read. A fetch needs both."
        ),
        related=("content-security-policy", "https-pages", "cors"),
    ),
    Topic(
        name="corp-coep",
        title="Resource and embedder policies",
        anchor=FETCH + "cross-origin-resource-policy-header",
        text=(
            "Cross-Origin-Resource-Policy is a server's word on loads without CORS: `same-origin`, `same-site` or "
            "`cross-origin`. A page that may not embed the answer never gets it.\n\n"
            "Cross-Origin-Embedder-Policy is a page's wish to embed only what agrees. With `require-corp` everything "
            "of another origin needs CORS or that header; with `credentialless` loads without CORS go out without "
            "cookies instead (not in WebKit). Pages need one of the two, and Cross-Origin-Opener-Policy: same-origin, "
            "for SharedArrayBuffer."
        ),
        related=("cross-origin-resource-policy", "cross-origin-embedder-policy", "opaque", "same-site"),
    ),
    Topic(
        name="orb",
        title="Opaque response blocking",
        anchor="https://github.com/annevk/orb",
        text=(
            "Answers loaded without CORS that no image, media or script element could use, JSON and HTML above all, "
            "are dropped by Chromium and Firefox before they come near the page's process. It is a guard against "
            "reading memory through flaws of processors, and the successor of CORB. It changes nothing for what could "
            "never be read."
        ),
        related=("opaque-response-blocking", "opaque", "nosniff"),
    ),
    Topic(
        name="fetch-metadata",
        title="Sec-Fetch-*: what a browser tells about a request",
        anchor="https://w3c.github.io/webappsec-fetch-metadata/",
        text=(
            "To https URLs and to this machine, browsers send where a request comes from and what it is for:\n\n"
            "    Sec-Fetch-Site: cross-site\n"
            "    Sec-Fetch-Mode: cors\n"
            "    Sec-Fetch-Dest: empty\n\n"
            "Script cannot set them, so a server can refuse what it does not expect, before it does anything. Programs "
            "other than browsers can write what they like there."
        ),
        related=("side-effects", "same-site"),
    ),
    Topic(
        name="timing",
        title="Timing-Allow-Origin",
        anchor=FETCH + "concept-tao-check",
        text=(
            "How long a load from another origin took, and how large it was, is kept from script too, unless the "
            "server allows it:\n\n"
            "    Timing-Allow-Origin: https://app.example\n\n"
            "Here a list of origins is fine, and `*` always counts. It allows no reading of the answer."
        ),
        related=("cors", "exposed-headers"),
    ),
    Topic(
        name="content-blockers",
        title="Ad blockers, extensions and tracking protection",
        anchor="https://developer.mozilla.org/docs/Web/HTTP/Guides/CORS/Errors/CORSDidNotSucceed",
        text=(
            "A request can be stopped inside the browser, before any server or CORS has a say: by an ad blocker or "
            "another extension, or by the browser's own protection against trackers. Names such as analytics, sentry, "
            "ads or track in a URL are enough for some lists.\n\n"
            "Chromium says net::ERR_BLOCKED_BY_CLIENT. Firefox says that the CORS request did not succeed, with status "
            "(null), as it does when the network failed. Script is told the same as ever.\n\n"
            "Try a window without extensions, or another browser. If it is this, no header mends it: serve the "
            "resource from the page's own origin under a plain name, or do without it."
        ),
        related=("failed-to-fetch", "network-failure", "cors"),
    ),
    Topic(
        name="local-network",
        title="Pages of the web and private networks",
        anchor="https://wicg.github.io/local-network-access/",
        text=(
            "An address is loopback (this machine), local (the network of the home or the company) or public. Before a "
            "page from the public network reaches one of the others, Chrome (since version 142) and Firefox (since "
            "152) ask the user; nothing is sent until that is granted. It comes before CORS, and the server there has "
            "to allow the page's origin besides. Safari does not ask, and blocks http URLs of https pages as mixed "
            "content.\n\n"
            "Chromium asks for pages over https alone and refuses those over http. A top-level navigation is never "
            "checked, nor are WebSockets in Firefox, nor requests from a local page to loopback. Frames of another "
            'origin need allow="loopback-network" or allow="local-network". Of http URLs on https pages, Chromium '
            "takes local IP addresses and names in .local for no mixed content, and those that fetch() names with "
            "targetAddressSpace.\n\n"
            "What a browser would do is said with `--permission loopback-network=granted`, where a host lies with "
            "`--resolve HOST=ADDRESS`; `--local-network-access off` is a browser before all this. The headers of the "
            "earlier Private Network Access, such as Access-Control-Allow-Private-Network, mean nothing any more."
        ),
        related=("localhost", "https-pages", "cors"),
    ),
)
