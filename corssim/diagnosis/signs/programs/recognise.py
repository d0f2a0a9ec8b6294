"""Whose answer it was, asked of all the tables: the sign on an answer, or whose own error page it is."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from ....fetch.header_list import get
from ...plain_text import shown
from .gateways import BUCKETS, FAILURES, LOGINS, NO_ROUTES, NOT_RUNNING, REFUSALS
from .interstitials import INTERSTITIALS
from .servers import ERROR_PAGES, SERVERS
from .sign import text_of

if TYPE_CHECKING:
    from ....fetch.wire import WireResponse
    from .sign import Sign

# What is most particular first: a bucket behind a firewall answers with the firewall's page.
SIGNS: tuple[Sign, ...] = (
    *(*INTERSTITIALS, *SERVERS, *NO_ROUTES, *REFUSALS, *LOGINS),
    *(*FAILURES, *NOT_RUNNING, *BUCKETS),
)

_ERROR_HEADERS = ("ngrok-error-code", "x-vercel-error", "x-amzn-errortype")


def sign_on(response: WireResponse, *, at_preflight: bool) -> Sign | None:
    """The first sign that an answer bears, None where it tells nothing of whose it is."""
    return next((sign for sign in SIGNS if sign.is_on(response, at_preflight=at_preflight)), None)


def what_of(sign: Sign, response: WireResponse) -> str:
    """The sign's sentence, with the error's name from the answer where it has one."""
    name = next((value for each in _ERROR_HEADERS if (value := get(response.headers, each)) is not None), "")
    return sign.what.replace("{error}", shown(name, 60))


def error_page_of(response: WireResponse) -> str:
    """Whose own error page a body is; "" where it is none that is known."""
    text = text_of(response)
    return next((name for name, expression in _compiled() if expression.search(text)), "")


@cache
def _compiled() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, re.compile(expression)) for name, expression in ERROR_PAGES)
