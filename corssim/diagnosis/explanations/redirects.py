"""Redirects that a fetch does not follow."""

from __future__ import annotations

from corssim.fetch.reasons import Reason

from .executed import THE_REDIRECT_CAME
from .model import FETCH, Explanation, Mender, Myth

_ANCHOR = FETCH + "concept-http-redirect-fetch"
_EXECUTED = (THE_REDIRECT_CAME,)

REDIRECTS = (
    Explanation(
        reason=Reason.REDIRECT_MODE_ERROR,
        title="A redirect came, and this request follows none",
        anchor=FETCH + "concept-http-fetch",
        mender=Mender.BOTH,
        plain=(
            "The request was made with redirect: 'error', which means that any redirect counts as a failure: the page "
            "asked for that, or it is the handshake of a WebSocket, which follows no redirect. The server answered "
            "with one, and the browser stopped."
        ),
        executed=_EXECUTED,
        fix=(
            "Let the page ask for the URL that the Location header names, or (with fetch) leave redirect at its "
            "default, 'follow'.\n\n"
            "Or let the server answer at this URL itself."
        ),
        related=("redirects", "opaque-redirect"),
    ),
    Explanation(
        reason=Reason.REDIRECT_LOCATION_INVALID,
        title="The redirect's Location is no URL",
        anchor=_ANCHOR,
        mender=Mender.SERVER,
        plain=(
            "The server answered with a redirect whose Location header cannot be read as a URL, or was sent more than "
            "once. The browser does not know where to go, so the fetch fails. Browsers do not agree on an empty "
            "Location: by the standard it means the same URL again, WebKit refuses it, and Chromium returns the "
            "redirect itself."
        ),
        executed=_EXECUTED,
        fix=(
            "Send one Location header with a valid URL, absolute or relative, and with spaces and the like "
            "percent-encoded:\n\n"
            "    Location: https://api.example/items/1"
        ),
        related=("redirects", "redirect-scheme-not-http"),
    ),
    Explanation(
        reason=Reason.REDIRECT_SCHEME_NOT_HTTP,
        title="The redirect leads to something other than HTTP",
        anchor=_ANCHOR,
        mender=Mender.SERVER,
        plain=(
            "The Location header leads to a URL whose scheme is neither http nor https, such as data:, mailto: or the "
            "scheme of an app. A fetch follows redirects to HTTP URLs only. Leaving for an app works when a person "
            "navigates, not when a script fetches."
        ),
        executed=_EXECUTED,
        fix=(
            "Redirect to an http or https URL:\n\n"
            "    Location: https://api.example/done\n\n"
            "If an app should open, answer the script with the address in the body, and let the page navigate to it."
        ),
        related=("redirects", "scheme-not-http"),
    ),
    Explanation(
        reason=Reason.REDIRECT_WITH_CREDENTIALS_IN_URL,
        title="The redirect puts a user name into the URL",
        anchor=_ANCHOR,
        mender=Mender.SERVER,
        plain=(
            "The Location header holds a user name or a password, as in https://user:secret@host/. A fetch with mode "
            '"cors" may not be led to such a URL on another origin, and one that has already left the page\'s origin '
            "may not be led to such a URL at all. Otherwise a server could make the browser sign in elsewhere in the "
            "page's name."
        ),
        executed=_EXECUTED,
        fix=(
            "Take the user name and password out of the Location header:\n\n"
            "    Location: https://files.example/report\n\n"
            "Let the script send what the target needs in a header or a cookie, or use a signed link."
        ),
        related=("redirects", "url-credentials-refused", "credentials"),
    ),
    Explanation(
        reason=Reason.REDIRECT_OF_A_STREAM,
        title="A streamed body cannot be sent again after a redirect",
        anchor=_ANCHOR,
        mender=Mender.BOTH,
        plain=(
            "The request's body was a stream, and the server answered with a redirect other than 303. To follow it, "
            "the browser would have to send the body again, but a stream is gone once it was read. A 303 turns the "
            "request into a GET without a body, so that one can be followed."
        ),
        executed=_EXECUTED,
        fix=(
            "Let the page send to the final URL, or send a Blob, a string or an ArrayBuffer, which can be sent "
            "twice.\n\n"
            "If the server has done its work and points to the result, let it answer with:\n\n"
            "    HTTP/1.1 303 See Other\n"
            "    Location: https://api.example/items/1"
        ),
        related=("redirects", "stream-needs-http2", "stream-not-supported"),
    ),
    Explanation(
        reason=Reason.TOO_MANY_REDIRECTS,
        title="More than 20 redirects",
        anchor=_ANCHOR,
        mender=Mender.SERVER,
        plain=(
            "The request was redirected 20 times and then once more, where a browser gives up. Nearly always it goes "
            "in a circle: two servers send it to each other, or one to itself."
        ),
        executed=(
            (
                THE_REDIRECT_CAME[0],
                (
                    "Every server on the way received the request and may have acted on it, perhaps several times. "
                    "The URL after the 20th redirect was not asked."
                ),
            ),
        ),
        fix=(
            "Look at the Location headers in the timeline and find where the circle closes. Common ones: a proxy that "
            "ends TLS and an application behind it that sends everything to https, because it sees plain http; and a "
            "sign-in that depends on a cookie which is not sent across sites."
        ),
        myths=(
            Myth(
                "It works when I open the URL in a tab.",
                "There the cookies go along that a fetch from another site may lack, so the server has no reason to "
                "send you round.",
            ),
        ),
        related=("redirects", "cookies"),
    ),
)
