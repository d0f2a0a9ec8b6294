"""The preflight: the question that a browser asks first, and the answers to it that stop a request."""

from __future__ import annotations

from corssim.fetch.reasons import Reason

from .executed import ONLY_THE_PREFLIGHT
from .model import FETCH, Explanation, Mender, Myth

_ANCHOR = FETCH + "cors-preflight-fetch"
_NOT_SENT = (ONLY_THE_PREFLIGHT,)

PREFLIGHT = (
    Explanation(
        reason=Reason.PREFLIGHT_STATUS_NOT_OK,
        title="The preflight was answered with an error status",
        anchor=_ANCHOR,
        mender=Mender.SERVER,
        plain=(
            "Before a request that a plain HTML form could not make, a browser asks the server with an OPTIONS request "
            "whether it may send it. The answer must have a status from 200 to 299; this one had another. Often the "
            "server has no route for OPTIONS (404, 405), or demands a sign-in (401, 403) that a preflight can never "
            "bring, because it carries neither cookies nor an Authorization header."
        ),
        executed=_NOT_SENT,
        fix=(
            "Answer OPTIONS before any check of the sign-in and before the routes, with a status such as 204:\n\n"
            "    HTTP/1.1 204 No Content\n"
            "    Access-Control-Allow-Origin: https://app.example\n"
            "    Access-Control-Allow-Methods: PUT\n"
            "    Access-Control-Allow-Headers: content-type\n"
            "    Vary: Origin\n\n"
            "A CORS middleware does this when it stands outside the one that checks the sign-in. Mind the proxies and "
            "firewalls in front of the application: they may refuse OPTIONS on their own."
        ),
        myths=(
            Myth(
                "The endpoint answers in Postman, so it works.",
                "Postman sends the request itself, not the OPTIONS request before it. To see what the browser sees, "
                "send OPTIONS with Origin and Access-Control-Request-Method, or run `corssim check`.",
            ),
            Myth(
                "The headers are right, so the status does not matter.",
                "It matters for the preflight alone: a preflight answered 404 fails with all the headers in place. On "
                "the request itself a 404 is readable.",
            ),
            Myth(
                "The token should go along with the preflight.",
                "The browser never sends it there. It asks about the header by name, in "
                "Access-Control-Request-Headers.",
            ),
        ),
        related=("preflight", "simple-request", "preflight-redirected", "header-disallowed-by-preflight"),
    ),
    Explanation(
        reason=Reason.PREFLIGHT_REDIRECTED,
        title="The preflight was answered with a redirect",
        anchor=_ANCHOR,
        mender=Mender.BOTH,
        plain=(
            "The browser asked with an OPTIONS request whether it may send the real one, and was told to go "
            "elsewhere. A preflight asks about one URL, so its redirects are not followed: any status but 200 to 299 "
            "fails it. The usual causes are http sent on to https, a missing or superfluous slash at the end of the "
            "path, a redirect to `www.`, and a redirect to a sign-in page."
        ),
        executed=_NOT_SENT,
        fix=(
            "Let the page ask for the final URL: the one in the Location header, with https and with the slash that "
            "the server wants.\n\n"
            "Or let the server answer OPTIONS at the old URL directly:\n\n"
            "    HTTP/1.1 204 No Content\n"
            "    Access-Control-Allow-Origin: https://app.example\n"
            "    Access-Control-Allow-Methods: PUT\n"
            "    Vary: Origin\n\n"
            "The real request may then be redirected: each answer on the way needs Access-Control-Allow-Origin, and "
            "each new URL is asked with a preflight of its own.\n\n"
            "If it leads to a sign-in page, let the server answer 401 with the CORS headers to the request, and leave "
            "OPTIONS out of the sign-in."
        ),
        myths=(
            Myth(
                "curl -L follows it, so the browser will.",
                "A browser follows redirects of requests, never of preflights.",
            ),
        ),
        related=("preflight", "redirects", "preflight-status-not-ok"),
    ),
    Explanation(
        reason=Reason.ALLOW_METHODS_UNPARSABLE,
        title="Allow-Methods cannot be read",
        anchor=_ANCHOR,
        mender=Mender.SERVER,
        plain=(
            "The preflight's answer has an Access-Control-Allow-Methods header that is not a list of method names "
            "separated by commas. One bad element spoils the whole header, and the browser stops there, even where the "
            "method needed no listing."
        ),
        executed=_NOT_SENT,
        fix=(
            "Write the names with commas between them, without quotes, brackets or semicolons:\n\n"
            "    Access-Control-Allow-Methods: GET, PUT, DELETE\n\n"
            "A list printed by a programming language, such as `['GET', 'PUT']`, is the most common mistake; two words "
            "with nothing but a space between them are the next."
        ),
        related=("methods", "preflight", "allow-headers-unparsable", "method-disallowed-by-preflight"),
    ),
    Explanation(
        reason=Reason.ALLOW_HEADERS_UNPARSABLE,
        title="Allow-Headers cannot be read",
        anchor=_ANCHOR,
        mender=Mender.SERVER,
        plain=(
            "The preflight's answer has an Access-Control-Allow-Headers header that is not a list of header names "
            "separated by commas. One bad element spoils the whole header, and the browser stops there, even where no "
            "header needed listing."
        ),
        executed=_NOT_SENT,
        fix=(
            "Write names alone, with commas between them; no values, no quotes, no spaces inside a name:\n\n"
            "    Access-Control-Allow-Headers: content-type, authorization\n\n"
            "`content-type: application/json` is a header with its value, and makes the list unreadable."
        ),
        related=("preflight", "allow-methods-unparsable", "header-disallowed-by-preflight"),
    ),
    Explanation(
        reason=Reason.METHOD_DISALLOWED_BY_PREFLIGHT,
        title="The preflight does not allow the method",
        anchor=_ANCHOR,
        mender=Mender.BOTH,
        plain=(
            "The page wants to send something other than GET, HEAD or POST, so the browser asked first. The answer's "
            "Access-Control-Allow-Methods does not list that method. Names are compared letter for letter, and `*` "
            "stands for every method only when the request is made without credentials."
        ),
        executed=_NOT_SENT,
        fix=(
            "Let the server list the method in its answer to OPTIONS:\n\n"
            "    Access-Control-Allow-Methods: PUT\n\n"
            "GET, HEAD and POST need no listing. If the method is PATCH, write it in capitals in the page's script as "
            "well: browsers turn `put` into `PUT`, but leave `patch` as it is.\n\n"
            "Where the API offers the same by POST, the page can use that."
        ),
        myths=(
            Myth(
                "The Allow header lists it.",
                "Allow tells HTTP clients what a resource can do. The preflight is decided by "
                "Access-Control-Allow-Methods alone.",
            ),
            Myth(
                "Send `*` and be done.",
                'With credentials mode "include" it is read as a method of that name, and allows nothing.',
            ),
            Myth(
                "The server answered the preflight 200, so the method is fine.",
                "The status says that the question was heard. The lists in the headers are the answer.",
            ),
        ),
        related=("methods", "preflight", "wildcard", "header-disallowed-by-preflight"),
    ),
    Explanation(
        reason=Reason.HEADER_DISALLOWED_BY_PREFLIGHT,
        title="The preflight does not allow a request header",
        anchor=_ANCHOR,
        mender=Mender.BOTH,
        plain=(
            "The page wants to send a header, or a value of Content-Type, that a plain HTML form could not send, so "
            "the browser asked first. The answer's Access-Control-Allow-Headers does not list that name. Case does "
            "not matter; `*` stands for every name only when the request is made without credentials, and by the "
            "standard it never covers Authorization, though browsers of today let it."
        ),
        executed=_NOT_SENT,
        fix=(
            "Let the server list every name from the preflight's Access-Control-Request-Headers that it accepts:\n\n"
            "    Access-Control-Allow-Headers: authorization, content-type, x-request-id\n\n"
            "Name Authorization even where `*` is used.\n\n"
            "Or let the page leave the header out. Scripts often add some without need: X-Requested-With, "
            "Cache-Control, tracing headers, or a Content-Type of application/json on a GET."
        ),
        myths=(
            Myth(
                "Access-Control-Expose-Headers is the place for it.",
                "That one is about response headers which the script may read. Request headers are allowed by "
                "Access-Control-Allow-Headers.",
            ),
            Myth(
                "The page has to send Access-Control-Allow-Headers.",
                "It is the server's answer. Sent by the page, it is one more header that needs allowing.",
            ),
            Myth(
                "Content-Type is always allowed.",
                "Only application/x-www-form-urlencoded, multipart/form-data and text/plain are. A JSON body has to be "
                "asked for.",
            ),
        ),
        related=("simple-request", "preflight", "wildcard", "exposed-headers", "method-disallowed-by-preflight"),
    ),
)
