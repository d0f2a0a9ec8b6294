"""What the lab's page asks for, answered by what it tells: `predict` and `form`. Nothing is sent and nothing kept."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from ..errors import CorssimError
from ..fetch.browsers import profile_named
from ..masking import mask_text
from .forms import changed_text, form_of
from .prediction import predicted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ..fetch.profile import BrowserProfile

BROWSERS = ("chromium", "firefox", "webkit")


def profile_of(told: Mapping[str, Any], profiles: Mapping[str, BrowserProfile] | None = None) -> BrowserProfile:
    """The profile of the browser that the page is in; `profiles` predict in place of the browsers' own."""
    name = told.get("browser")
    browser = name if name in BROWSERS else "chromium"
    return (profiles or {}).get(str(browser)) or profile_named(str(browser))


def answer(asked: str, told: Mapping[str, Any], profiles: Mapping[str, BrowserProfile] | None = None) -> dict[str, Any]:
    """Answer "predict" (text, browser) or "form" (text and perhaps a change of it). Raises `CorssimError`."""
    text = str(told.get("text", ""))
    if asked == "predict":
        return dict(predicted(text, profile_of(told, profiles)))
    change = told.get("change")
    if isinstance(change, dict):
        text = changed_text(text, change)
    return {"text": text, "tables": form_of(text)}


def refusal(error: Exception) -> dict[str, str]:
    """`{"error": …}`: what was wrong with what the page told, which is repeated without its secrets."""
    return {"error": mask_text(str(error))}


def answer_json(asked: str, told: str) -> str:
    """The same in JSON, or `{"error": …}`: for the page that has no server."""
    try:
        return json.dumps(answer(asked, json.loads(told)))
    except CorssimError as error:
        return json.dumps(refusal(error))
