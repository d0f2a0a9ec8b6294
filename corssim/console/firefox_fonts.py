"""What Firefox's console says of a font that is of no use. It names the font by its family, as recorded of ESR 153."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..fetch.reasons import Reason, Stage
from .template import Template

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .story import Story

_FACE = '(font-family: "{family}" style:normal weight:400 stretch:100 src index:0)'
_NOT_STARTED = f"downloadable font: failed to start download {_FACE}: "
_FAILED = f"downloadable font: download failed {_FACE}: "


def _of_no_use(text: str, reason: Reason | None = None, **more: object) -> Template:
    general = {} if reason is not None else {"general": True, "topic": "blocked-request"}
    return Template(text + " source: {requested_url}", reason, api="font", **(general | more))  # type: ignore[arg-type]


_BLOCKED = _of_no_use(_NOT_STARTED + "content blocked")
_NOT_ASKED_FOR = _of_no_use(_NOT_STARTED + "bad URI or cross-site access not allowed")
_REFUSED = _of_no_use(_FAILED + "bad URI or cross-site access not allowed")
_NO_FONT = _of_no_use(f"downloadable font: rejected by sanitizer {_FACE}", Reason.NOT_A_FONT)
_NO_FONT_EITHER = _of_no_use(f"downloadable font: font load failed {_FACE}", Reason.NOT_A_FONT)
_BAD_PORT = _of_no_use(_NOT_STARTED + "status=2152398867", Reason.BAD_PORT, stage=Stage.REQUEST)
_STATUS = _of_no_use(_FAILED + "status=2147746065", Reason.HTTP_ERROR_STATUS)
_LOOP = _of_no_use(_FAILED + "status=2152398879", Reason.TOO_MANY_REDIRECTS, stage=Stage.REDIRECT)
_REDIRECT = _of_no_use(
    _FAILED + "status=2152398877",
    Reason.REDIRECT_LOCATION_INVALID,
    stage=Stage.REDIRECT,
    alternatives=(Reason.REDIRECT_SCHEME_NOT_HTTP,),
)
_RESET = _of_no_use(_FAILED + "status=2152398868", Reason.CONNECTION_RESET)
_CUT_OFF = _of_no_use(_FAILED + "status=2152398924", Reason.MALFORMED_RESPONSE)

_BEFORE_IT_STARTED: Mapping[Reason, Template] = {
    Reason.CONTENT_SECURITY_POLICY: _BLOCKED,
    Reason.MIXED_CONTENT: _BLOCKED,
    Reason.SCHEME_NOT_HTTP: _NOT_ASKED_FOR,
    Reason.BAD_PORT: _BAD_PORT,
}
_OF_WHAT_CAME: Mapping[Reason, Template] = {Reason.HTTP_ERROR_STATUS: _STATUS, Reason.NOT_A_FONT: _NO_FONT}
_OF_OWN_REDIRECTS: Mapping[Reason, Template] = {
    Reason.TOO_MANY_REDIRECTS: _LOOP,
    Reason.REDIRECT_LOCATION_INVALID: _REDIRECT,
    Reason.REDIRECT_SCHEME_NOT_HTTP: _REDIRECT,
}

TEMPLATES = (
    *(_BLOCKED, _NOT_ASKED_FOR, _REFUSED, _NO_FONT, _NO_FONT_EITHER, _BAD_PORT, _STATUS, _LOOP, _REDIRECT),
    *(_RESET, _CUT_OFF),
)


def of_a_font(story: Story) -> list[Template]:
    """What is said last of a font; nothing where its family is not known."""
    if not story.font_family:
        return []
    if story.blocked is None:
        return _of_the_network(story)
    reason = story.blocked.reason
    if reason in _BEFORE_IT_STARTED and not story.was_redirected:
        return [_BEFORE_IT_STARTED[reason]]
    if reason is Reason.NOT_A_FONT and story.started.url.startswith("data:"):
        return [_NO_FONT, _NO_FONT_EITHER]
    of_redirects = _OF_OWN_REDIRECTS if story.tainting == "basic" else {}
    return [_OF_WHAT_CAME.get(reason) or of_redirects.get(reason) or _REFUSED]


def _of_the_network(story: Story) -> list[Template]:
    """What a failure of the network is called: to other origins, and once it had been preloaded, as what CORS stops."""
    if story.preload is not None and story.preload.used and story.preload.was_error:
        return [_REFUSED]
    if story.failure is None:
        return [_CUT_OFF] if story.response is not None and story.response.body_failure is not None else []
    if story.failure.is_dropped_connection and story.tainting == "basic":
        return [_RESET]
    return [_REFUSED] if story.tainting == "cors" else []
