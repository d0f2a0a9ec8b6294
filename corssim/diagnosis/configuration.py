"""A fix as the configuration of the server's software: named by the user, recognised by its answers, or mounted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..fetch.header_list import get
from ..fetch.trace import Exchanged
from ..origin import host_is_loopback, url_origin
from ..records import NamedTuple, replace
from ..url import parse_url
from .cors_headers import ALLOW_ORIGIN
from .plain_text import shown
from .signs.symptom import SymptomCode
from .snippets import FRONT_ENDS, ServerChange, Snippet, snippet_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ..browser.outcome import Outcome
    from ..server.app_middleware import AppPolicy
    from .fixes.fix import Fix, NoFix
    from .signs.symptom import Symptom


class Configuration(NamedTuple):
    """A snippet for one server. `why` says how its software is known: "" where the user named it."""

    server: str
    snippet: Snippet
    why: str = ""


def configurations_of(
    fixes: Sequence[Fix] | NoFix,
    outcome: Outcome,
    symptoms: Sequence[Symptom] = (),
    software: str | None = None,
    app: AppPolicy | None = None,
    needed: AppPolicy | None = None,
) -> tuple[Configuration, ...]:
    """The first fix that a server's settings make, as the configuration of that server; one for each server.

    `software` is one of `SOFTWARE`, None to recognise it. What would give something away is written down only for
    software that was asked for.
    """
    if not fixes and _is_a_matter_of_settings(symptoms, asked_for=software is not None):
        from .fixes.search import fix as searched

        fixes = searched(outcome, whoever_answered=True)
    fix = next((fix for fix in fixes if fix.side != "page" and fix.as_server_changes(app)), None)
    if fix is None or (fix.danger is not None and software is None):
        return ()
    found = []
    for change in fix.as_server_changes(app):
        if needed is not None:
            change = with_more(change, needed)
        name, why = software, ""
        if name is None:
            name, why, change = _recognised(outcome, change, app)
        if name is not None:
            snippet = snippet_for(name, change)
            if app is None and name not in FRONT_ENDS and (unseen := _of_a_list_not_seen(outcome, change.server)):
                snippet = replace(snippet, note=f"{snippet.note} {unseen}")
            found.append(Configuration(change.server, snippet, why))
    return tuple(found)


def with_more(change: ServerChange, needed: AppPolicy) -> ServerChange:
    """The change with the methods and headers that other requests need, each once."""

    def joined(have: tuple[str, ...], more: tuple[str, ...]) -> tuple[str, ...]:
        known = {name.lower() for name in have}
        return (*have, *(name for name in more if name.lower() not in known))

    return replace(
        change,
        methods=joined(change.methods, needed.methods),
        headers=joined(change.headers, needed.headers),
        expose=joined(change.expose, needed.expose),
    )


_ALWAYS_SETTINGS = frozenset(
    {SymptomCode.BUCKET_WITHOUT_CORS, SymptomCode.ORIGIN_NOT_LISTED, SymptomCode.PREFLIGHT_TURNED_DOWN}
)
_SETTINGS_WHERE_ASKED_FOR = frozenset(
    {
        SymptomCode.SERVER_FAILED,
        SymptomCode.SERVER_REFUSED,
        SymptomCode.GATEWAY_ANSWERED,
        SymptomCode.PREFLIGHT_NEEDS_LOGIN,
        SymptomCode.PREFLIGHT_NOT_HANDLED,
        SymptomCode.HTML_ANSWERED,
    }
)


def _is_a_matter_of_settings(symptoms: Sequence[Symptom], *, asked_for: bool) -> bool:
    """Whether the server's settings mend it in part at least, though the answer that came was not the one meant."""
    codes = {symptom.code for symptom in symptoms if symptom.remedy}
    return bool(codes & _ALWAYS_SETTINGS) or (asked_for and bool(codes & _SETTINGS_WHERE_ASKED_FOR))


def _recognised(outcome: Outcome, change: ServerChange, app: AppPolicy | None) -> tuple[str | None, str, ServerChange]:
    from .signs.software import software_of

    if app is not None and app.framework:
        seen = ("its CORS middleware was read" if app.has_middleware else "it has no CORS middleware yet",)
        return app.framework, f"the mounted app is one of {app.framework}; {seen[0]}", change
    answers = [
        event.response
        for event in outcome.trace
        if isinstance(event, Exchanged) and event.response is not None and _is_of(change.server, event.request.url)
    ]
    recognised = software_of(answers)
    if recognised is None:
        return None, "", change
    others = f"; or --for {', '.join(recognised.or_else)}, which stands in front of it" if recognised.or_else else ""
    return recognised.software, f"guessed by {shown(recognised.why, 80)}{others}", change


_NOT_SEEN = (
    "Its answer shows that it allows some origins, and not which: keep those that its settings list today beside this "
    "one, with their methods, headers and credentials."
)

_NOT_KNOWN = (
    "If there are CORS settings already, add this to their lists, not beside them: to a page that is not on its list a "
    "server need not show one, and of two layers one answers every preflight."
)


def _of_a_list_not_seen(outcome: Outcome, server: str) -> str:
    """What to mind where no answer has Access-Control-Allow-Origin: whether there is a list is then seen in part."""
    answers = [
        event.response.headers
        for event in outcome.trace
        if isinstance(event, Exchanged) and event.response is not None and _is_of(server, event.request.url)
    ]
    if any(get(headers, ALLOW_ORIGIN) is not None for headers in answers):
        return ""
    shows_settings = any(
        "origin" in (get(headers, "Vary") or "").lower()
        or any(name.lower().startswith("access-control-") for name, _ in headers)
        for headers in answers
    )
    return _NOT_SEEN if shows_settings else _NOT_KNOWN if answers else ""


def _is_of(server: str, url: str) -> bool:
    parsed = parse_url(url)
    return parsed is not None and url_origin(parsed).serialized == server


_DEVELOPMENT_PORTS = {
    "3000": ("create-react-app", "next-rewrites"),
    "4173": ("vite",),
    "4200": ("angular",),
    "5173": ("vite",),
    "8080": ("webpack",),
}
"""Where development servers listen unless told otherwise, with the snippets that let them ask for the page."""


def front_end_hint(outcome: Outcome, fixes: Sequence[Fix] | NoFix) -> str:
    """What a development server can do in the server's place; "" for a page that none serves."""
    request = outcome.request
    if request is None or not any(fix.side != "page" and fix.as_server_changes() for fix in fixes):
        return ""
    page = request.origin
    if page.is_opaque or page.scheme not in ("http", "https") or not host_is_loopback(page.host):
        return ""
    names = _DEVELOPMENT_PORTS.get(str(page.port or ""), ("vite", "webpack", "angular"))
    flags = " or ".join(f"--for {name}" for name in names)
    return (
        "Without the server: let the development server of the page pass these requests on (its proxy), so that the "
        f"browser asks its own origin; {flags} writes it."
    )
