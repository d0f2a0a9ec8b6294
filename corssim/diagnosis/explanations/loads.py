"""Responses that arrived and that what asked for them cannot use, and URLs that hold their content themselves."""

from __future__ import annotations

from corssim.fetch.reasons import Reason

from .executed import NOTHING_SENT, THE_ANSWER_CAME
from .model import FETCH, HTML, Explanation, Mender, Myth

_ANSWERED = (THE_ANSWER_CAME,)
_NO_SERVER = ((NOTHING_SENT[0], "No server is involved: the browser answers such URLs itself."),)

LOADS = (
    Explanation(
        reason=Reason.NOSNIFF,
        title="nosniff, and the type is not that of a script or style",
        anchor=FETCH + "x-content-type-options-header",
        mender=Mender.SERVER,
        plain=(
            "A script or a style sheet was loaded, and the answer says X-Content-Type-Options: nosniff. With that "
            "header the browser takes the Content-Type at its word: a script has to come with a JavaScript type, a "
            "style sheet with text/css. This answer came with another type, or with none."
        ),
        executed=_ANSWERED,
        fix=(
            "Send the right type:\n\n"
            "    Content-Type: text/javascript\n\n"
            "or, for a style sheet, `text/css`. If the type says text/html, look at the body: it is often an error "
            "page or the start page of the application, because the file is not at that URL. Leave nosniff where it "
            "is."
        ),
        related=("mime-type-blocked", "http-error-status", "opaque-response-blocking"),
    ),
    Explanation(
        reason=Reason.MIME_TYPE_BLOCKED,
        title="The Content-Type rules this use out",
        anchor=FETCH + "should-response-to-request-be-blocked-due-to-mime-type?",
        mender=Mender.SERVER,
        plain=(
            "What was loaded came with a type that its use does not accept. Scripts may come with almost any type, "
            "but not as image/*, audio/*, video/* or text/csv. Modules are stricter and need a JavaScript type; style "
            "sheets need text/css if there is a type at all."
        ),
        executed=_ANSWERED,
        fix=(
            "Send the type of what it is:\n\n"
            "    Content-Type: text/javascript\n\n"
            "for scripts and modules, `text/css` for style sheets. Servers derive it from the file's ending: teach "
            "yours about .mjs. If the type says text/html, the file is probably missing and the body an error page."
        ),
        related=("nosniff", "http-error-status"),
    ),
    Explanation(
        reason=Reason.INTEGRITY_MISMATCH,
        title="The body does not match the integrity value",
        anchor="https://w3c.github.io/webappsec-subresource-integrity/#does-response-match-metadatalist",
        mender=Mender.BOTH,
        plain=(
            "The page stated a hash of what it expects, and the hash of what came is another, or could not be taken. A "
            "response from another origin can be hashed only when it was fetched with CORS, because a hash would tell "
            "about a body that the page may not read."
        ),
        executed=_ANSWERED,
        fix=(
            "If the file was changed on purpose, write its new hash into the page, with `sha384-` before what this "
            "prints:\n\n"
            "    openssl dgst -sha384 -binary FILE | openssl base64 -A\n\n"
            "For a file of another origin, add crossorigin to the element, and let its server answer with:\n\n"
            "    Access-Control-Allow-Origin: *\n\n"
            "If nobody changed the file, find out who did: that is what the check is for."
        ),
        related=("opaque", "allow-origin-missing"),
    ),
    Explanation(
        reason=Reason.INTEGRITY_POLICY,
        title="The page loads only scripts whose integrity is checked",
        anchor="https://w3c.github.io/webappsec-subresource-integrity/#integrity-policy-section",
        mender=Mender.PAGE,
        plain=(
            "The page was served with an Integrity-Policy that names scripts. Then every script, of the page's own "
            "origin too, has to have an integrity attribute with a hash that browsers know, and has to be fetched with "
            "CORS (crossorigin on the element; modules always are). This one lacks one of the two, so nothing was sent."
        ),
        executed=(NOTHING_SENT,),
        fix=(
            "Give the element both:\n\n"
            '    <script src="…" integrity="sha384-…" crossorigin="anonymous"></script>\n\n'
            "and let the server of another origin answer with:\n\n"
            "    Access-Control-Allow-Origin: *\n\n"
            "To learn first what would be refused, serve the policy as Integrity-Policy-Report-Only. The browsers "
            "recorded here know the destination `script` alone."
        ),
        related=("integrity-mismatch", "csp"),
    ),
    Explanation(
        reason=Reason.HTTP_ERROR_STATUS,
        title="An error status, where a file was needed",
        anchor=HTML + "webappapis.html#fetch-a-classic-script",
        mender=Mender.SERVER,
        plain=(
            "A script, style sheet, font, audio or video was loaded, and the server answered with a status outside "
            "200 to 299. The element then fires its error event; what the body says is not used. This has nothing to "
            "do with CORS: fetch() would hand the same answer to the script."
        ),
        executed=_ANSWERED,
        fix=(
            "Look at the status and at the server's log: is the URL right (404), is a sign-in missing (401, 403), did "
            'the server fail (5xx)? With crossorigin="anonymous" cookies do not go along to another origin; if the '
            'server wants them, use crossorigin="use-credentials" and allow them:\n\n'
            "    Access-Control-Allow-Origin: https://app.example\n"
            "    Access-Control-Allow-Credentials: true"
        ),
        related=("mime-type-blocked", "not-an-image", "server-errors"),
    ),
    Explanation(
        reason=Reason.NOT_AN_IMAGE,
        title="What came for an image is none",
        anchor=HTML + "images.html#update-the-image-data",
        mender=Mender.SERVER,
        plain=(
            "An image was loaded, and the bytes that came are of no image type. The browser looks at the bytes "
            "themselves, so the status and the Content-Type count for little: a picture sent with 404 is shown, an "
            "error page sent as image/png is not."
        ),
        executed=_ANSWERED,
        fix=(
            "Open the URL by itself and see what comes: a sign-in page, an error, an empty body? Cookies may not have "
            "gone along because the load is across sites (SameSite)."
        ),
        related=("http-error-status", "opaque-response-blocking", "cookies"),
    ),
    Explanation(
        reason=Reason.NOT_A_FONT,
        title="What came for a font is none",
        anchor="https://drafts.csswg.org/css-fonts/#font-face-loading",
        mender=Mender.SERVER,
        plain=(
            "A font was loaded and its CORS check passed, but the bytes that came are of no font format (WOFF, WOFF2, "
            "TrueType, OpenType), or there were none, as with 204. The browser shows the text in another font."
        ),
        executed=_ANSWERED,
        fix=(
            "Open the URL by itself and see what comes: an error page with status 200, an empty body, a pointer of Git "
            "LFS in place of the file, or a font that was changed on the way as if it were text?"
        ),
        related=("http-error-status", "not-an-image"),
    ),
    Explanation(
        reason=Reason.EVENT_SOURCE_STATUS,
        title="An event stream has to begin with status 200",
        anchor=HTML + "server-sent-events.html#sse-processing-model",
        mender=Mender.SERVER,
        plain=(
            "An EventSource was opened, and the server answered with a status other than 200. The browser closes it "
            "for good and does not try again; 204 is the polite way to ask for that. The CORS check had passed."
        ),
        executed=_ANSWERED,
        fix=(
            "Answer with:\n\n"
            "    HTTP/1.1 200 OK\n"
            "    Content-Type: text/event-stream\n\n"
            "An EventSource cannot send an Authorization header. If the server wants to know who it is, use a cookie "
            "(withCredentials: true) or a short-lived token in the URL."
        ),
        related=("event-source-type", "credentials"),
    ),
    Explanation(
        reason=Reason.EVENT_SOURCE_TYPE,
        title="An event stream has to be text/event-stream",
        anchor=HTML + "server-sent-events.html#sse-processing-model",
        mender=Mender.SERVER,
        plain=(
            "An EventSource was opened, and the answer's Content-Type is not text/event-stream. The browser closes it "
            "for good and reads nothing. Often an error page or a JSON answer with status 200 came in place of the "
            "stream."
        ),
        executed=_ANSWERED,
        fix="Answer with:\n\n    HTTP/1.1 200 OK\n    Content-Type: text/event-stream",
        related=("event-source-status", "mime-type-blocked"),
    ),
    Explanation(
        reason=Reason.WEB_SOCKET_REFUSED,
        title="The server did not open the WebSocket",
        anchor="https://datatracker.ietf.org/doc/html/rfc6455#section-4.1",
        mender=Mender.SERVER,
        plain=(
            "new WebSocket() sent its opening handshake, a GET with Upgrade: websocket and the page's Origin, and the "
            "answer did not open the connection: it has another status than 101, no fitting Sec-WebSocket-Accept, or a "
            "subprotocol that was not asked for. Script sees an error event and close code 1006, never the status. "
            "CORS plays no part: any page may connect, with the user's cookies, and a server that means to choose "
            "looks at Origin itself."
        ),
        executed=_ANSWERED,
        fix=(
            "Look at the status. 403 is how most servers say that the app closed before it accepted: its list of "
            "origins lacks the page's, or the user is not signed in. 404 and 426 come from a route that knows no "
            "WebSockets, 400 often from a proxy that does not pass Upgrade and Connection on. A server opens it "
            "with:\n\n"
            "    HTTP/1.1 101 Switching Protocols\n"
            "    Upgrade: websocket\n"
            "    Connection: Upgrade"
        ),
        myths=(
            Myth(
                "Access-Control-Allow-Origin opens the WebSocket.",
                "No browser looks for it in a handshake. The server's own check of Origin decides.",
            ),
        ),
        related=("origin", "cookies", "http-error-status"),
    ),
    Explanation(
        reason=Reason.BLOB_URL_NOT_FOUND,
        title="The blob: URL leads nowhere",
        anchor=FETCH + "scheme-fetch",
        mender=Mender.PAGE,
        plain=(
            "A blob: URL names an object in the memory of the page that made it. It was taken back with "
            "URL.revokeObjectURL(), or its page was closed, or the method was not GET. So there is nothing to answer "
            "with."
        ),
        executed=_NO_SERVER,
        fix=(
            "Revoke the URL only after the load has ended, and hand the Blob itself to other pages (by postMessage), "
            "rather than its URL."
        ),
        related=("data-url-invalid", "origin"),
    ),
    Explanation(
        reason=Reason.DATA_URL_INVALID,
        title="The data: URL cannot be read",
        anchor=FETCH + "data-urls",
        mender=Mender.PAGE,
        plain=(
            "A data: URL holds its content after a comma, as text or in base64. This one has no comma, or what should "
            "be base64 is not."
        ),
        executed=_NO_SERVER,
        fix=(
            "Write it like one of these, with the text percent-encoded:\n\n"
            "    data:text/plain;charset=utf-8,hello%20there\n"
            "    data:text/plain;base64,aGVsbG8="
        ),
        related=("blob-url-not-found", "null-origin"),
    ),
)
