"""The concepts of CORS itself: origins, the question and the answer."""

from __future__ import annotations

from .model import FETCH, HTML, Topic

CONCEPTS = (
    Topic(
        name="cors",
        title="CORS: how a server lets pages of other origins read",
        anchor=FETCH + "http-cors-protocol",
        text=(
            "A browser runs scripts of sites that nobody has vetted, beside sessions in which you are signed in. So a "
            "script may read answers of its own origin only. Cross-origin resource sharing is the exception that a "
            "server can make: a header on its answer names the origin whose pages may read it.\n\n"
            "    Access-Control-Allow-Origin: https://app.example\n\n"
            "The browser does the checking, for its user. The server only states what it allows. For requests that a "
            "plain HTML form could not make, the browser asks beforehand: that is the preflight."
        ),
        related=("same-origin-policy", "origin", "preflight", "credentials", "side-effects"),
    ),
    Topic(
        name="same-origin-policy",
        title="The same-origin policy",
        anchor=HTML + "browsers.html#same-origin",
        text=(
            "A page may show pictures, run scripts and send forms from anywhere, as the web always has. What it may "
            "not do is read what another origin answers: not the body, not the headers, not even the status.\n\n"
            "CORS does not tighten this rule. It loosens it, answer by answer."
        ),
        related=("cors", "origin", "opaque", "side-effects"),
    ),
    Topic(
        name="origin",
        title="Origin: scheme, host and port",
        anchor=HTML + "browsers.html#concept-origin",
        text=(
            "Two URLs have the same origin when scheme, host and port are all equal. Path, query and user name do not "
            "count, and a scheme's own port is not written: 443 for https, 80 for http.\n\n"
            "    https://app.example           the origin of https://app.example/a/b?c\n"
            "    https://app.example:8443      another: the port differs\n"
            "    http://app.example            another: the scheme differs\n"
            "    https://www.app.example       another: the host differs\n\n"
            "Browsers compare origins as text, and write hosts in lower case and in ASCII. `corssim origin URL URL` "
            "compares two for you."
        ),
        related=("same-site", "localhost", "null-origin", "allow-origin-mismatch"),
    ),
    Topic(
        name="same-site",
        title="Same site: wider than same origin",
        anchor=HTML + "browsers.html#same-site",
        text=(
            "Two origins are of the same site when their schemes are equal and their hosts belong to the same "
            "registrable domain: app.shop.example.com and api.example.com do. Ports do not count. Which names are "
            "registrable is in the public suffix list: two names below github.io are two sites.\n\n"
            "Site decides about cookies (SameSite) and about Cross-Origin-Resource-Policy: same-site. It never "
            "decides about CORS, which compares origins."
        ),
        related=("origin", "cookies", "corp-coep"),
    ),
    Topic(
        name="localhost",
        title="localhost, 127.0.0.1 and ports",
        anchor=HTML + "browsers.html#concept-origin",
        text=(
            "`http://localhost:3000`, `http://127.0.0.1:3000` and `http://[::1]:3000` reach the same program and are "
            "three origins; `http://localhost:8000` is a fourth. A page on one of them that calls another needs CORS "
            "like any other page.\n\n"
            "During development, open the page by the name that the server allows, or let the development server pass "
            "`/api` on to the API, so that the browser sees one origin."
        ),
        related=("origin", "https-pages", "local-network", "allow-origin-mismatch"),
    ),
    Topic(
        name="null-origin",
        title="Origin: null",
        anchor=FETCH + "origin-header",
        text=(
            "`null` is how browsers write an origin that has no name: that of a sandboxed frame, of a data: or file: "
            "URL, and that of a request which a server outside the page's origin has redirected to yet another "
            "origin, be it the page's own. Such origins are all written alike, and each equals only itself.\n\n"
            "Do not put `null` on a server's list. Any site can make a sandboxed frame, so that would allow every "
            "site. Serve files over http://localhost, give the frame allow-same-origin if you trust what is in it, "
            "and let the page call the URL at the end of the redirects."
        ),
        related=("origin", "redirects", "allow-origin-mismatch", "scheme-not-http"),
    ),
    Topic(
        name="simple-request",
        title="Simple requests: those that need no preflight",
        anchor=FETCH + "cors-safelisted-request-header",
        text=(
            "A request that an HTML form or an image could have made goes out without a preflight. All of this has to "
            "hold:\n\n"
            "The method is GET, HEAD or POST.\n\n"
            "Script set no headers but Accept, Accept-Language, Content-Language, Content-Type and a Range of the "
            "form bytes=0-99 or bytes=100-; each value has at most 128 bytes and no unusual characters.\n\n"
            "The Content-Type is application/x-www-form-urlencoded, multipart/form-data or text/plain; parameters "
            "such as charset do not matter.\n\n"
            "The body is no stream, and no listener waits for the progress of an upload.\n\n"
            "Simple does not mean harmless. The server carries the request out, whatever happens to the answer."
        ),
        related=("preflight", "side-effects", "header-disallowed-by-preflight"),
    ),
    Topic(
        name="preflight",
        title="Preflight: the question before the request",
        anchor=FETCH + "cors-preflight-fetch",
        text=(
            "For a request that is not simple, the browser first asks the server:\n\n"
            "    OPTIONS /items HTTP/1.1\n"
            "    Origin: https://app.example\n"
            "    Access-Control-Request-Method: PUT\n"
            "    Access-Control-Request-Headers: content-type\n\n"
            "and sends the request only when the answer allows it:\n\n"
            "    HTTP/1.1 204 No Content\n"
            "    Access-Control-Allow-Origin: https://app.example\n"
            "    Access-Control-Allow-Methods: PUT\n"
            "    Access-Control-Allow-Headers: content-type\n\n"
            "The preflight carries no cookies and no Authorization header. Its status has to be 200 to 299, and it "
            "may not be redirected. It exists for servers from before CORS: they answer no such question, so no "
            "request that they never expected reaches them. The answer to the request itself needs "
            "Access-Control-Allow-Origin once more."
        ),
        related=("simple-request", "preflight-cache", "preflight-status-not-ok", "methods", "wildcard"),
    ),
    Topic(
        name="preflight-cache",
        title="The preflight cache and Access-Control-Max-Age",
        anchor=FETCH + "cors-preflight-cache",
        text=(
            "A browser remembers what a preflight allowed, so that it need not ask before every request:\n\n"
            "    Access-Control-Max-Age: 600\n\n"
            "The number is seconds. Without the header it is 5. Browsers keep it for a limited time only: Chromium "
            "for 2 hours at most, Firefox for 24 hours, WebKit for 10 minutes. `0` stops the remembering.\n\n"
            "What is remembered holds for one origin, one whole URL with its query, and not for requests with "
            "credentials when the question was asked without. HTTP caches and Cache-Control play no part in it."
        ),
        related=("preflight", "credentials"),
    ),
    Topic(
        name="methods",
        title="Methods, and why patch is not PATCH",
        anchor=FETCH + "methods",
        text=(
            "GET, HEAD and POST never need to be listed in Access-Control-Allow-Methods. Every other method does, "
            "letter for letter.\n\n"
            "Browsers turn six names into capitals: DELETE, GET, HEAD, OPTIONS, POST, PUT. Others stay as they were "
            "written, so method: 'patch' is sent as `patch`, which a server that allows `PATCH` has not allowed. "
            "CONNECT, TRACE and TRACK are refused altogether."
        ),
        related=("preflight", "method-disallowed-by-preflight", "allow-methods-unparsable"),
    ),
    Topic(
        name="wildcard",
        title="`*`: what it covers and what not",
        anchor=FETCH + "http-new-header-syntax",
        text=(
            "`*` can stand in Access-Control-Allow-Origin, -Allow-Methods, -Allow-Headers and -Expose-Headers. It "
            'counts only for requests made without credentials. With credentials mode "include" it is read as a name '
            "like any other, and matches nothing.\n\n"
            "It stands alone: `https://*.example` has no meaning. In Allow-Headers it does not cover Authorization by "
            "the standard. Chromium, Firefox and WebKit let it do so in the preflight, and may change: name "
            "Authorization."
        ),
        related=("credentials", "allow-origin-wildcard-with-credentials", "header-disallowed-by-preflight"),
    ),
    Topic(
        name="credentials",
        title="Credentials: cookies and their relatives",
        anchor=FETCH + "cors-protocol-and-credentials",
        text=(
            "Credentials are cookies, TLS client certificates, and the user name and password that a browser "
            "remembers for HTTP authentication. A header that script sets, Authorization too, is none in this "
            "sense.\n\n"
            "fetch() sends them to its own origin by default; to others only with credentials: 'include'. For "
            'XMLHttpRequest that is withCredentials, for elements crossorigin="use-credentials". The server then has '
            "to answer the preflight and the request with:\n\n"
            "    Access-Control-Allow-Origin: https://app.example\n"
            "    Access-Control-Allow-Credentials: true\n"
            "    Vary: Origin\n\n"
            "These allow the answer to be read. Whether a cookie goes along is decided before, by its SameSite "
            "attribute and by the browser's settings."
        ),
        related=("cookies", "wildcard", "allow-credentials-not-true", "preflight"),
    ),
    Topic(
        name="exposed-headers",
        title="Which response headers script can see",
        anchor=FETCH + "cors-safelisted-response-header-name",
        text=(
            "Of an answer that it may read, a page of another origin sees seven headers: Cache-Control, "
            "Content-Language, Content-Length, Content-Type, Expires, Last-Modified and Pragma. Others look absent "
            "unless the server names them on that answer:\n\n"
            "    Access-Control-Expose-Headers: ETag, X-Request-Id\n\n"
            "`*` names them all for requests without credentials. Set-Cookie is never shown. The preflight's answer "
            "is the wrong place for this header, and one bad name in it hides all of them."
        ),
        related=("wildcard", "header-disallowed-by-preflight"),
    ),
    Topic(
        name="vary",
        title="Vary: Origin, or one page's answer for another",
        anchor=FETCH + "cors-protocol-and-http-caches",
        text=(
            "When the Access-Control-Allow-Origin of an answer depends on who asks, say so:\n\n"
            "    Vary: Origin\n\n"
            "Otherwise a cache, in the browser or before the server, hands the answer made for one origin to another, "
            "and that page is blocked now and then, until the cache is emptied. Send it on every answer of that URL, "
            "also on those to requests without an Origin header: an image loaded first leaves an answer without any "
            "permission in the cache.\n\n"
            "An answer that always says `*`, or always the same one origin, does not need it."
        ),
        related=("allow-origin-mismatch", "allow-origin-missing", "wildcard"),
    ),
    Topic(
        name="redirects",
        title="Redirects of requests from other origins",
        anchor=FETCH + "http-redirect-fetch",
        text=(
            "Every answer on the way is checked: each redirect from another origin needs Access-Control-Allow-Origin, "
            "as the final answer does. Each new URL that needs it gets a preflight of its own. After 20 redirects the "
            "browser gives up.\n\n"
            "301 and 302 turn POST into GET; 303 does so with everything but GET and HEAD; 307 and 308 keep method "
            "and body. When the next URL has another origin, the Authorization header is dropped.\n\n"
            "When a server outside the page's origin redirects to yet another origin, or back to the page's, the "
            "browser sends `Origin: null` from there on. Call the final URL, and none of this matters."
        ),
        related=("null-origin", "preflight-redirected", "too-many-redirects", "redirect-mode-error"),
    ),
)
