"""Elements whose attributes have htmx ask.

https://htmx.org/reference/#request_headers, https://github.com/bigskysoftware/htmx/blob/master/src/htmx.js
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from .javascript.calls import Call
from .reading import Guess

if TYPE_CHECKING:
    from collections.abc import Mapping

_METHODS: Final = ("get", "post", "put", "patch", "delete")
_FORM: Final = "application/x-www-form-urlencoded"


def htmx_call(attributes: Mapping[str, str | None]) -> Call | None:
    """What htmx asks for an element; None for one that has none of its attributes."""
    given = {name.removeprefix("data-"): value or "" for name, value in attributes.items()}
    method = next((each for each in _METHODS if given.get(f"hx-{each}")), None)
    if method is None:
        return None
    call = Call(library="htmx", api="xhr", url=given[f"hx-{method}"].strip(), method=method.upper())
    call.headers = [("HX-Request", "true"), ("HX-Current-URL", "the page")]
    if given.get("id"):
        call.headers.append(("HX-Trigger", given["id"]))
    if given.get("name"):
        call.headers.append(("HX-Trigger-Name", given["name"]))
    if given.get("hx-target", "").startswith("#"):
        call.headers.append(("HX-Target", given["hx-target"][1:]))
    elif given.get("id") and "hx-target" not in given:
        call.headers.append(("HX-Target", given["id"]))
    call.headers += _own_headers(given.get("hx-headers", ""))
    # Parameters of GET and DELETE go into the URL.
    if method not in ("get", "delete"):
        call.headers.append(("Content-Type", given.get("hx-encoding") or _FORM))
        call.body = ""
    if "credentials" in given.get("hx-request", "") and "true" in given["hx-request"]:
        call.with_credentials = True
    why = "version 2 asks other origins only where its configuration has selfRequestsOnly: false"
    call.guesses.append(Guess("htmx", "selfRequestsOnly: false", "guess", why))
    return call


def _own_headers(text: str) -> list[tuple[str, str]]:
    """Those of hx-headers, where they are written as JSON."""
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return []
    return [(str(name), str(value)) for name, value in told.items()] if isinstance(told, dict) else []
