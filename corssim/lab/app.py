"""The lab's own site: one page, its prediction, its runs. Everything lies below a token that only the URL has."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from ..errors import CorssimError
from ..report.html_page import report_style
from .answers import answer, profile_of, refusal
from .runs import Runs

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from starlette.requests import Request
    from starlette.types import ASGIApp, Receive, Scope, Send

    from ..fetch.profile import BrowserProfile
    from .authority import Authority
    from .lesson import Lesson

_LONGEST_BODY = 1 << 20  # bytes
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'{}; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY.format(""),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}


SCRIPTS = ("lab.js", "run.js", "comparison.js", "ask.js", "forms.js")
"""The page's modules."""


class TooLarge(CorssimError):
    """A request's body beyond what a scenario needs."""


class Guard:
    """Refuses, in one line, what does not come from the lab's own page: another Host, another Origin, no token."""

    def __init__(self, app: ASGIApp, *, origin: str, token: str) -> None:
        self._app, self._origin, self._token = app, origin, token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        why = ""
        if f"http://{headers.get('host', '')}" != self._origin:
            why = "this host name is not the lab's"
        elif headers.get("origin", self._origin) != self._origin:
            why = "only the lab's own page may ask"
        elif not scope["path"].startswith(f"/{self._token}/"):
            why = "open the URL that `corssim lab` printed, with its token"
        if why:
            await PlainTextResponse(f"refused: {why}\n", 403)(scope, receive, send)
            return
        await self._app(scope, receive, send)


async def _told(request: Request) -> dict[str, Any]:
    """The JSON object of a request. Raises `CorssimError`."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LONGEST_BODY:
            raise TooLarge(f"more than {_LONGEST_BODY} bytes")
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise CorssimError("not a JSON object")
    return told


def lab(
    *,
    origin: str,
    token: str,
    lessons: Sequence[Lesson] = (),
    profiles: Mapping[str, BrowserProfile] | None = None,
    authority: Authority | None = None,
) -> ASGIApp:
    """The lab at an origin; with an `authority` it runs over https what is of https.

    `profiles` predict in place of the browsers' own.
    """
    runs = Runs(origin, authority)

    def static(name: str, kind: str, before: str = "") -> Response:
        text = before + files(__package__).joinpath("page", name).read_text("utf-8")
        return Response(text, headers=_HEADERS, media_type=kind)

    async def index(_: Request) -> Response:
        page = static("index.html", "text/html")
        if port := runs.probe_port():
            page.headers["Content-Security-Policy"] = _POLICY.format(f" https://*.localhost:{port}")
        return page

    async def style(_: Request) -> Response:
        return static("lab.css", "text/css", report_style())

    async def script(request: Request) -> Response:
        return static(request.url.path.rpartition("/")[2], "text/javascript")

    async def course(_: Request) -> Response:
        told = {"lessons": [lesson._asdict() for lesson in lessons], "https": runs.probe_port()}
        return JSONResponse(told, headers=_HEADERS)

    async def answered(request: Request) -> Response:
        told, asked = await _told(request), request.url.path.rpartition("/")[2]
        return JSONResponse(await run_in_threadpool(answer, asked, told, profiles), headers=_HEADERS)

    async def new_run(request: Request) -> Response:
        told = await _told(request)
        run = runs.new(
            str(told.get("text", "")),
            profile_of(told, profiles),
            plain_names=told.get("plain_names") is True,
            is_trusted=told.get("is_trusted") is True,
        )
        return JSONResponse(run.told(), headers=_HEADERS)

    async def certificate(_: Request) -> Response:
        given = b"" if authority is None else authority.certificate
        return Response(given, 200 if given else 404, headers=_HEADERS, media_type="application/x-x509-ca-cert")

    async def step(request: Request) -> Response:
        told, run = await _told(request), runs.get(request.path_params["run"])
        index = told.get("number")
        if run is not None and told.get("is_open"):
            run.page_is_open()
        elif run is None or not isinstance(index, int) or not await run.begin_step(index):
            return JSONResponse({"error": "this run has ended"}, 404, headers=_HEADERS)
        return JSONResponse({}, headers=_HEADERS)

    async def end(request: Request) -> Response:
        told, run = await _told(request), runs.get(request.path_params["run"])
        seen = told.get("seen")
        if run is None or not isinstance(seen, list):
            return JSONResponse({"error": "this run has ended"}, 404, headers=_HEADERS)
        try:
            each = [one if isinstance(one, dict) and "outcome" in one else {"outcome": "timeout"} for one in seen]
            return JSONResponse(await run.compare(each), headers=_HEADERS)
        finally:
            runs.end(run.id)

    async def refused(_: Request, error: Exception) -> Response:
        status = 413 if isinstance(error, TooLarge) else 400
        return JSONResponse(refusal(error), status, headers=_HEADERS)

    base = f"/{token}"
    routes = [
        Route(f"{base}/", index),
        Route(f"{base}/lab.css", style),
        *(Route(f"{base}/{name}", script) for name in SCRIPTS),
        Route(f"{base}/course", course),
        Route(f"{base}/authority.crt", certificate),
        Route(f"{base}/predict", answered, methods=["POST"]),
        Route(f"{base}/form", answered, methods=["POST"]),
        Route(f"{base}/runs", new_run, methods=["POST"]),
        Route(f"{base}/runs/{{run}}/step", step, methods=["POST"]),
        Route(f"{base}/runs/{{run}}/end", end, methods=["POST"]),
    ]
    site = Starlette(routes=routes, exception_handlers={CorssimError: refused})
    return Guard(site, origin=origin, token=token)
