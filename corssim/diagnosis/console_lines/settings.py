"""What a server should allow, as far as a line of the console or a reason tells it: for `explain --for`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ...errors import UsageError
from ...fetch.reasons import Reason
from ...origin import url_origin
from ...serialized_origin import check_serialized_origin
from ...url import parse_url
from ..snippets import ServerChange

if TYPE_CHECKING:
    from .reading import ConsoleReading

EXAMPLE_PAGE: Final = "https://app.example"
"""The page's origin where nothing tells it."""

_WITH_CREDENTIALS: Final = frozenset({Reason.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS, Reason.ALLOW_CREDENTIALS_NOT_TRUE})
_OF_SETTINGS: Final = _WITH_CREDENTIALS | {
    Reason.ALLOW_ORIGIN_MISSING,
    Reason.ALLOW_ORIGIN_MULTIPLE,
    Reason.ALLOW_ORIGIN_INVALID,
    Reason.ALLOW_ORIGIN_MISMATCH,
    Reason.ALLOW_METHODS_UNPARSABLE,
    Reason.ALLOW_HEADERS_UNPARSABLE,
    Reason.METHOD_DISALLOWED_BY_PREFLIGHT,
    Reason.HEADER_DISALLOWED_BY_PREFLIGHT,
    Reason.PREFLIGHT_STATUS_NOT_OK,
    Reason.PREFLIGHT_REDIRECTED,
}
"""What a server's settings for CORS mend."""


def server_change_of_reason(reason: Reason | None, reading: ConsoleReading | None = None) -> ServerChange | None:
    """The settings that a reason calls for, with what a line names; None where no setting of a server's helps.

    None too where the page's origin is `null`. The line does not tell what the server allows beside it.
    """
    if reason not in _OF_SETTINGS:
        return None
    page, url, method, header, public = EXAMPLE_PAGE, "", "", "", ""
    if reading is not None:
        told = reading.page or reading.origin
        if told == "null":
            return None
        parsed = parse_url(told)
        page = url_origin(parsed).serialized if parsed is not None and parsed.is_http else told or page
        url, method = reading.url or reading.requested_url, reading.method
        header = reading.header_name if reason is Reason.HEADER_DISALLOWED_BY_PREFLIGHT else ""
        if reason in (Reason.ALLOW_ORIGIN_MISMATCH, Reason.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS):
            public = reading.value.strip()
    with_credentials = reason in _WITH_CREDENTIALS
    everybody = public == "*" or reason is Reason.ALLOW_ORIGIN_WILDCARD_WITH_CREDENTIALS
    others = (public,) if public and public != page and check_serialized_origin(public) is None else ()
    target = parse_url(url)
    try:
        return ServerChange(
            allow_origins=(page,) if with_credentials or not others else (*others, page),
            allow_credentials=with_credentials,
            public_origins="*" if everybody else others if with_credentials else (),
            methods=(method,) if method and reason is not Reason.HEADER_DISALLOWED_BY_PREFLIGHT else (),
            headers=(header.lower(),) if header else (),
            replaces=("Access-Control-Allow-Origin",) if public or reason is Reason.ALLOW_ORIGIN_MULTIPLE else (),
            server="" if target is None else url_origin(target).serialized,
            path="" if target is None else target.path,
        )
    except UsageError:
        return None


def what_it_does_not_tell(reason: Reason, *, from_line: bool) -> str:
    """What has to be added by who knows the server: a sentence."""
    if not from_line:
        return f"{EXAMPLE_PAGE} stands for the origin of your page."
    about_preflights = reason in (
        Reason.METHOD_DISALLOWED_BY_PREFLIGHT,
        Reason.HEADER_DISALLOWED_BY_PREFLIGHT,
        Reason.PREFLIGHT_STATUS_NOT_OK,
        Reason.PREFLIGHT_REDIRECTED,
    )
    lists = "the methods and headers" if about_preflights else "the origins, methods and headers"
    return (
        f"A line of the console does not tell what the server allows beside this: keep {lists} that are in its "
        "settings today. `corssim check` asks the server, and keeps them by itself."
    )
