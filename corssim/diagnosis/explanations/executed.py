"""Whether a server carried the request out, in one sentence for each stage at which a fetch can stop."""

from __future__ import annotations

from typing import Final

from corssim.fetch.reasons import Stage

NOTHING_SENT: Final = (
    Stage.REQUEST,
    "Nothing was sent to this URL. If redirects led to it, the servers before it have handled the request.",
)
ONLY_THE_PREFLIGHT: Final = (
    Stage.PREFLIGHT,
    "Only the preflight was sent to this URL: the request itself never left, so this server has not carried it out.",
)
THE_REDIRECT_CAME: Final = (
    Stage.REDIRECT,
    (
        "The server that answered with the redirect received the request and may have acted on it. The next URL was "
        "not asked."
    ),
)
THE_ANSWER_CAME: Final = (
    Stage.ACTUAL,
    "The request was answered, so what it does on the server has happened. Only the answer is kept from the script.",
)
UNKNOWN: Final = (
    Stage.ACTUAL,
    (
        "The request may have arrived and been carried out: from the page there is no telling, so be careful with "
        "repeating it."
    ),
)
NEVER_CONNECTED: Final = (
    Stage.ACTUAL,
    "No request reached a server at this URL, because there was no connection to send it on.",
)
ANSWERED_AT_ANY_STAGE: Final = (ONLY_THE_PREFLIGHT, THE_REDIRECT_CAME, THE_ANSWER_CAME)
