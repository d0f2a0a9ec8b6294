"""Forms of secure pages that go over http: what browsers ask their users, and what follows."""

from __future__ import annotations

from corssim.fetch.reasons import Reason

from .executed import NOTHING_SENT
from .model import Explanation, Mender, Myth

_ANCHOR = "https://w3c.github.io/webappsec-mixed-content/#requirements-forms"
_FIX = (
    "Let the form's action be an https URL. A server that redirects http to https does not help: the browser asks "
    "before it knows. Where a page has many old forms, a header of the page turns all of them to https:\n\n"
    "    Content-Security-Policy: upgrade-insecure-requests\n\n"
    "A redirect from an https action to http with 307 or 308 sends the body on, so Chrome asks there, too: redirect to "
    "https, or with 303. Here, what happens if the user goes on:\n\n"
    "    --permission insecure-form=granted"
)

INSECURE_FORMS = (
    Explanation(
        reason=Reason.INSECURE_FORM_PENDING,
        title="The browser asks before a form goes over http",
        anchor=_ANCHOR,
        mender=Mender.PAGE,
        plain=(
            "A page that came over https submits a form to an http URL, so whoever is on the way could read and "
            "change what the user entered. Chrome shows a warning in place of the page (The information you're about "
            "to submit is not secure), Firefox a dialog (Security Warning), and until the user has decided nothing "
            "is sent. If he goes on, a POST is sent in the clear, with Origin: null and without a Referer, and a GET "
            "is tried over https first; if he goes back, nothing is sent and the page stays. WebKit asks nobody: it "
            "sends the form, and its console says so. Into a frame such a form is mixed content and blocked; to the "
            "user's own machine (http://localhost) it is sent without a question."
        ),
        executed=(NOTHING_SENT,),
        fix=_FIX,
        myths=(
            Myth(
                "A CORS header of the server lets the form through.",
                "A form is a navigation, which CORS never stops; and no server has been asked yet.",
            ),
        ),
        related=("mixed-content", "insecure-form-denied", "https-pages"),
    ),
    Explanation(
        reason=Reason.INSECURE_FORM_DENIED,
        title="The user did not let the form go over http",
        anchor=_ANCHOR,
        mender=Mender.PAGE,
        plain=(
            "A page that came over https submitted a form to an http URL, the browser asked its user, and he went back "
            "(Go back in Chrome, Cancel in Firefox). Nothing was sent, and the page stays as it is. The next time the "
            "browser asks again."
        ),
        executed=(NOTHING_SENT,),
        fix=_FIX,
        related=("mixed-content", "insecure-form-pending"),
    ),
)
