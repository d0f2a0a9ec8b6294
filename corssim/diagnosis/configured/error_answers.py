"""What frameworks answer where a program throws: whether that answer has the headers of their CORS layer.

Each is as the framework itself answers in tests/diagnosis/test_error_answers.py and test_snippets_in_servers.py.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ...records import replace

if TYPE_CHECKING:
    from .model import Configured

OF_STARLETTE: Final = (
    "An exception that nothing handles is answered 500 without CORS headers, by ServerErrorMiddleware, which stands "
    "outside CORSMiddleware; so is one with a handler for Exception or for 500. An HTTPException, and an exception "
    "whose own class has a handler, is answered with them. CORSMiddleware(app, …) around the whole app is on every "
    "answer."
)
OF_FLASK: Final = (
    "An exception that nothing handles is answered 500 with the CORS headers; with debug=True the debugger answers, "
    "without them."
)
OF_DJANGO: Final = (
    "What a view throws is answered 500 with the CORS headers; what a middleware above CorsMiddleware answers or "
    "throws has none."
)
_IN_JAVASCRIPT: Final = "What a route throws is answered with the CORS headers too."
_OF_SOFTWARE: Final = dict.fromkeys(("express", "koa", "fastify", "hono", "nestjs"), _IN_JAVASCRIPT)


def with_error_answers(configured: Configured, text: str) -> Configured:
    """The same, with what its framework answers to errors, where that hangs on nothing else in the text."""
    note = _OF_SOFTWARE.get(configured.software, "")
    if not note or not configured.grants or configured.not_understood or "keepHeadersOnError" in text:
        return configured
    return replace(configured, notes=(*configured.notes, note))
