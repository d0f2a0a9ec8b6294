"""The CORS check: what can be wrong with Allow-Origin and Allow-Credentials."""

from __future__ import annotations

from corssim.fetch.reasons import Reason

from .executed import ANSWERED_AT_ANY_STAGE
from .model import FETCH, Explanation, Mender, Myth

_ANCHOR = FETCH + "concept-cors-check"

CORS_CHECK = (
    Explanation(
        reason=Reason.ALLOW_ORIGIN_MISSING,
        title="The answer does not say who may read it",
        anchor=_ANCHOR,
        mender=Mender.SERVER,
        plain=(
            "A page of one origin asked a server of another, and the answer came without an "
            "Access-Control-Allow-Origin header. Unless a server says which pages may read its answers, a browser "
            "lets none of another origin do so: otherwise any web site could read your mail with your own sign-in. "
            "The header was looked for on this very answer, be it the answer to the preflight, a redirect or the "
            "final one."
        ),
        executed=ANSWERED_AT_ANY_STAGE,
        fix=(
            "Let the server add to the answer, to the preflight's answer too if there is one, and to error answers:\n\n"
            "    Access-Control-Allow-Origin: https://app.example\n"
            "    Vary: Origin\n\n"
            "For data that is public to everyone, and read without cookies, `*` will do:\n\n"
            "    Access-Control-Allow-Origin: *\n\n"
            "If the header is there on successful answers, look at the status of this one: an error page made by a "
            "gateway, or by a framework after a crash, often lacks it. Then the fault to mend is the error.\n\n"
            "If the server is not yours, ask for the data from a server of your own, and let that one ask the other."
        ),
        myths=(
            Myth(
                "It works in Postman and in curl.",
                "Neither runs other people's scripts next to your signed-in sessions, so neither needs this check. "
                "Only browsers make it, on behalf of the person who sits in front of them.",
            ),
            Myth(
                "The server returned 200, so it allowed the request.",
                "The status says how the server fared. Who may read the answer is said by the header alone, and a 404 "
                "with the header is readable where a 200 without it is not.",
            ),
            Myth(
                "mode: 'no-cors' will solve it.",
                "It silences the error by giving the page an opaque response: status 0, no headers, no body. The data "
                "is not in it.",
            ),
            Myth(
                "The page can send Access-Control-Allow-Origin with its request.",
                "It is a response header. In a request it is one more custom header, which makes the browser send a "
                "preflight that the server must then allow.",
            ),
            Myth(
                "Switching web security off in the browser is a fix.",
                "It changes one browser on one desk, and leaves that browser open to every site it visits. All other "
                "visitors still get the error.",
            ),
        ),
        related=("origin", "preflight", "other-clients", "no-cors", "vary", "allow-origin-mismatch"),
    ),
    Explanation(
        reason=Reason.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS,
        title="`*` does not cover requests with credentials",
        anchor=_ANCHOR,
        mender=Mender.BOTH,
        plain=(
            'The page asked with credentials mode "include", which lets cookies go along, and the server answered '
            "that any origin may read. Such an answer may hold one person's private data, so the browser wants the "
            "server to name the one origin that it trusts. That no cookie was stored and none was sent makes no "
            "difference: the mode decides."
        ),
        executed=ANSWERED_AT_ANY_STAGE,
        fix=(
            "If the cookies are needed, let the server compare the request's Origin with a list and answer with that "
            "one origin:\n\n"
            "    Access-Control-Allow-Origin: https://app.example\n"
            "    Access-Control-Allow-Credentials: true\n"
            "    Vary: Origin\n\n"
            "Never echo whatever Origin arrives: that opens every user's data to every site.\n\n"
            "If they are not needed, let the page ask without them: leave out credentials: 'include', or "
            "withCredentials on an XMLHttpRequest. Then `*` is enough."
        ),
        myths=(
            Myth(
                "Adding Access-Control-Allow-Credentials: true to the `*` will do.",
                "With credentials `*` is compared like any other text, and no page has the origin `*`. The name of the "
                "origin has to be there.",
            ),
            Myth(
                "Several origins can then stand in one header.",
                "The value is one origin, compared whole. The list belongs in the server's configuration.",
            ),
            Myth(
                "An API that reads an Authorization header needs credentials: 'include'.",
                "A header that script sets goes along in any credentials mode. Credentials mode is about cookies, "
                "client certificates and the sign-in that the browser itself remembers.",
            ),
        ),
        related=("credentials", "wildcard", "vary", "allow-credentials-not-true"),
    ),
    Explanation(
        reason=Reason.ALLOW_ORIGIN_MULTIPLE,
        title="Allow-Origin holds more than one value",
        anchor=_ANCHOR,
        mender=Mender.SERVER,
        plain=(
            "The answer names several origins, or has the header twice. The browser joins repeated headers with a "
            "comma and compares the whole text with the page's origin, so a list never matches, and neither does `*, "
            "*`. Most often two programs each add the header, such as an application and the proxy in front of it."
        ),
        executed=ANSWERED_AT_ANY_STAGE,
        fix=(
            "Let exactly one program add the header, with exactly one value:\n\n"
            "    Access-Control-Allow-Origin: https://app.example\n"
            "    Vary: Origin\n\n"
            "To serve several origins, keep the list on the server, compare the request's Origin with it, and answer "
            "with the one that matched.\n\n"
            "Where a proxy adds its own, take the application's away (nginx: proxy_hide_header "
            "Access-Control-Allow-Origin), or leave it all to the application."
        ),
        myths=(
            Myth(
                "A comma or a space separates the origins.",
                "A draft of long ago had a list separated by spaces. Browsers never read one: they compare the value "
                "as a whole.",
            ),
            Myth(
                "Twice the same value is harmless.",
                "Joined, it reads `https://app.example, https://app.example`, which is no page's origin.",
            ),
        ),
        related=("origin", "vary", "allow-origin-mismatch"),
    ),
    Explanation(
        reason=Reason.ALLOW_ORIGIN_INVALID,
        title="Allow-Origin holds something that is no origin",
        anchor=_ANCHOR,
        mender=Mender.SERVER,
        plain=(
            "The header is there, but its value cannot be an origin: it may be empty, lack the scheme, or be a word "
            "such as `true` or the unfilled name of a variable. The browser compares it byte for byte with the page's "
            "origin, and it does not match."
        ),
        executed=ANSWERED_AT_ANY_STAGE,
        fix=(
            "Write the origin as browsers do: scheme, `://`, host in lower case, and the port unless it is the "
            "scheme's own; no path and no slash at the end:\n\n"
            "    Access-Control-Allow-Origin: https://app.example\n\n"
            "Look for a configuration value that was never set. To check what you wrote: `corssim origin VALUE`."
        ),
        myths=(
            Myth(
                "The host name is enough.",
                "`http://app.example` and `https://app.example` are two origins, so the scheme has to be there.",
            ),
            Myth(
                "An asterisk can stand for a part, as in `*.example`.",
                "Only a lone `*` has a meaning. Anything else is compared as it is written.",
            ),
        ),
        related=("origin", "allow-origin-mismatch", "wildcard"),
    ),
    Explanation(
        reason=Reason.ALLOW_ORIGIN_MISMATCH,
        title="The answer names another origin than the page's",
        anchor=_ANCHOR,
        mender=Mender.BOTH,
        plain=(
            "The server says that pages of one origin may read its answer, and the page that asked has another. The "
            "two are compared byte for byte. `http` against `https`, `localhost` against `127.0.0.1`, a different "
            "port, a `www.` or a slash at the end is enough to differ."
        ),
        executed=ANSWERED_AT_ANY_STAGE,
        fix=(
            "Put the page's origin, exactly as the request's Origin header has it, on the server's list, and answer "
            "with it:\n\n"
            "    Access-Control-Allow-Origin: https://app.example\n"
            "    Vary: Origin\n\n"
            "Or open the page at the origin that is already allowed: `http://localhost:3000` rather than "
            "`http://127.0.0.1:3000`.\n\n"
            "If the value is right for another page of yours, a cache has kept the answer to that one: send Vary: "
            "Origin on every answer, also on those to requests without an Origin.\n\n"
            "If the page's side of the comparison is `null`, see the topic null-origin: when a server redirects to a "
            "third origin, the browser no longer tells where the request began. Do not allow `null`."
        ),
        myths=(
            Myth(
                "The server should send back whatever Origin it gets.",
                "That allows every site on the web. With credentials it hands each visitor's data to all of them. "
                "Compare with a list first.",
            ),
            Myth(
                "A slash at the end does not matter.",
                "It does: an origin has no path, so `https://app.example/` equals no origin.",
            ),
            Myth(
                "It is the same machine, so it is the same origin.",
                "A browser compares names and ports, not machines. A page on port 3000 and an API on port 8000 are two "
                "origins.",
            ),
        ),
        related=("origin", "null-origin", "vary", "localhost", "allow-origin-multiple"),
    ),
    Explanation(
        reason=Reason.ALLOW_CREDENTIALS_NOT_TRUE,
        title="Credentials were asked for, but not allowed",
        anchor=_ANCHOR,
        mender=Mender.BOTH,
        plain=(
            'The page asked with credentials mode "include", and the server named the page\'s origin but did not say '
            "that answers made with credentials may be read too. For that the answer needs "
            "Access-Control-Allow-Credentials with the value `true`, in lower case and once. The preflight's answer "
            "needs it as well, although the preflight itself never carries credentials."
        ),
        executed=ANSWERED_AT_ANY_STAGE,
        fix=(
            "If the cookies are needed, let the server answer both the preflight and the request with:\n\n"
            "    Access-Control-Allow-Origin: https://app.example\n"
            "    Access-Control-Allow-Credentials: true\n"
            "    Vary: Origin\n\n"
            "If they are not, leave out credentials: 'include', or withCredentials on an XMLHttpRequest."
        ),
        myths=(
            Myth(
                "`True`, `TRUE` or `1` will do.",
                "The value is compared byte for byte with `true`. Configuration written in Python often sends `True`.",
            ),
            Myth(
                "Access-Control-Allow-Credentials: false forbids sending cookies.",
                "It decides about reading the answer, and only when the page asked with credentials. To withhold "
                "permission, leave the header out.",
            ),
            Myth(
                "Cookies that were blocked from being read were not sent either.",
                "On a request without a preflight they were sent, and cookies that the answer set were stored.",
            ),
        ),
        related=("credentials", "cookies", "allow-origin-wildcard-with-credentials"),
    ),
)
