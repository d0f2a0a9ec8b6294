"""Responses that came and are closed to script: opaque ones, and what browsers do to keep them so."""

from __future__ import annotations

from corssim.fetch.reasons import Reason

from .executed import NOTHING_SENT, THE_ANSWER_CAME, THE_REDIRECT_CAME
from .model import FETCH, Explanation, Mender, Myth

OPAQUE = (
    Explanation(
        reason=Reason.OPAQUE_RESPONSE,
        title="It loaded, but script cannot read it",
        anchor=FETCH + "concept-filtered-response-opaque",
        mender=Mender.BOTH,
        plain=(
            'The request was made without CORS: by an element, a form, a beacon, or fetch() with mode "no-cors". The '
            "answer may be used, as a picture that is shown or a script that is run, but it is closed to the page's "
            "script: status 0, no headers, no body. Nothing failed, and nothing can be learnt from it either."
        ),
        executed=(
            (THE_ANSWER_CAME[0], "The request was sent and answered, so what it does on the server has happened."),
        ),
        fix=(
            "If the script needs what is in it, ask with CORS: leave out mode: 'no-cors', or write crossorigin on the "
            "element, and let the server answer with:\n\n"
            "    Access-Control-Allow-Origin: https://app.example\n"
            "    Vary: Origin\n\n"
            "If the script needs nothing, as with a beacon, all is well."
        ),
        myths=(
            Myth(
                "no-cors switches CORS off.",
                "It switches the question off, and with it the permission. Data of other origins never becomes "
                "readable that way.",
            ),
            Myth(
                "An empty body means that the server sent none.",
                "The server sent it, and the browser keeps it to itself. Status 0 is not the server's either.",
            ),
        ),
        related=("opaque", "no-cors", "opaque-redirect", "allow-origin-missing"),
    ),
    Explanation(
        reason=Reason.OPAQUE_REDIRECT,
        title="A redirect that script asked to see, and may not",
        anchor=FETCH + "concept-filtered-response-opaque-redirect",
        mender=Mender.PAGE,
        plain=(
            "The page fetched with redirect: 'manual', and the server answered with a redirect. The browser did not "
            'follow it, and shows nothing of it but that it was one: type "opaqueredirect", status 0, no Location. '
            "The answer is of use to service workers, which can hand it back for the browser to follow."
        ),
        executed=(THE_REDIRECT_CAME,),
        fix=(
            "Leave redirect at 'follow' and look at response.url and response.redirected afterwards.\n\n"
            "If the script has to know the target beforehand, let the server answer 200 with the address in the body."
        ),
        myths=(
            Myth(
                "With 'manual' a script can follow redirects by itself.",
                "Location is hidden, even on the page's own origin, so that no script can follow a chain step by step "
                "and see what it reveals.",
            ),
        ),
        related=("redirects", "opaque", "redirect-mode-error"),
    ),
    Explanation(
        reason=Reason.NO_CORS_REDIRECT_MODE,
        title="no-cors to another origin has to follow redirects",
        anchor=FETCH + "concept-main-fetch",
        mender=Mender.PAGE,
        plain=(
            'The page fetched from another origin with mode "no-cors" and with a redirect mode other than "follow". '
            "The browser refuses the combination: whether a foreign server redirects is itself something that such a "
            "page may not learn."
        ),
        executed=(NOTHING_SENT,),
        fix=(
            "Leave redirect at 'follow'. Or ask with CORS, if the server allows it:\n\n"
            "    Access-Control-Allow-Origin: https://app.example"
        ),
        related=("no-cors", "redirects", "opaque-redirect"),
    ),
    Explanation(
        reason=Reason.OPAQUE_RESPONSE_BLOCKING,
        title="Data, where an image, media or script was expected",
        anchor="https://github.com/annevk/orb",
        mender=Mender.BOTH,
        plain=(
            "A load without CORS brought something that no element can use: JSON, HTML, a document. Chromium and "
            "Firefox then throw the answer away before it reaches the page's process, where a flaw of the processor "
            "might let it be read. They judge by the Content-Type, by nosniff and by the first bytes, each in its own "
            "way; WebKit does not do it."
        ),
        executed=(THE_ANSWER_CAME,),
        fix=(
            "If it is data for the script, fetch it with CORS:\n\n"
            "    Access-Control-Allow-Origin: https://app.example\n\n"
            "If it is an image, a script or a video, send it with its own type:\n\n"
            "    Content-Type: image/png\n\n"
            "If an error page came in its place, mend the error."
        ),
        myths=(
            Myth(
                "An img or script element is a way round CORS for JSON.",
                "It never let script read the data; now the browser does not even keep it.",
            ),
        ),
        related=("orb", "opaque", "nosniff", "not-an-image"),
    ),
)
