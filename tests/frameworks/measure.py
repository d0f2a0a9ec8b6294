"""One framework's behaviour, measured: what pages get, and what the answers show of the policy."""

from __future__ import annotations

import importlib
import importlib.util
from dataclasses import asdict, dataclass
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from corssim import Browser, CorsPolicy
from corssim.fetch.header_list import get
from corssim.fetch.wire import WireRequest

from .apps import ORIGIN

if TYPE_CHECKING:
    from types import ModuleType

    from corssim import Outcome

FRAMEWORKS = (
    "starlette",
    "fastapi",
    "flask",
    "django",
    "django_asgi",
    "litestar",
    "falcon",
    "quart",
    "aiohttp",
    "sanic",
)
_IMPORTS = {
    "flask": ("flask", "flask_cors"),
    "django": ("django", "corsheaders"),
    "django_asgi": ("django", "corsheaders"),
    "quart": ("quart", "quart_cors"),
    "aiohttp": ("aiohttp", "aiohttp_cors"),
    "sanic": ("sanic", "sanic_ext"),
}
API = "https://api.example"
FOREIGN = "https://foreign.test"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What one framework does. A reason's code stands where a page is refused.

    `foreign` and `null`: what a page of an origin that is not listed gets. `unlisted_header`: a header that is not
    allowed. `foreign_preflight`: the status and whether CORS headers are with it. `not_found`, `unauthorized`, `crash`:
    the error responses as the allowed page sees them; `not_found_put` a preflighted one. `vary`: the answers with
    Vary: Origin, of those to the allowed page, a foreign one and a request without Origin. `regex`: the look-alikes
    that an expression without `$` lets in. `any_origin`: what the setup for any origin with credentials comes to;
    `any_get`, `any_put`: what a foreign page gets then, as a user with a cookie.
    """

    allowed: str
    foreign: str
    null: str
    methods: str
    custom_header: str
    unlisted_header: str
    exposed: str
    max_age: str
    foreign_preflight: str
    not_found: str
    not_found_put: str
    unauthorized: str
    crash: str
    vary: str
    regex: str
    any_origin: str
    any_get: str
    any_put: str

    def to_dict(self) -> dict[str, str]:
        return asdict(self)


def missing(framework: str) -> str:
    """The first package that the framework's app needs and that is not installed, or ""."""
    return next((name for name in _IMPORTS.get(framework, (framework,)) if not importlib.util.find_spec(name)), "")


def app_module(framework: str) -> ModuleType:
    return importlib.import_module(f"{__package__}.apps.{framework}_app")


def versions(framework: str) -> str:
    return ", ".join(f"{name} {version(name)}" for name in app_module(framework).PACKAGES)


def facts_of(framework: str) -> Facts:
    """Build the app twice and look at it from pages."""
    build = app_module(framework).build
    with Browser(build("listed")) as browser:
        fetched = _Pages(browser)
        policy = CorsPolicy.infer(_Through(browser), f"{API}/items", origins=[ORIGIN], headers=["x-custom"])
        vary = {
            name: "origin" in (get(fetched.raw("GET", origin).headers, "Vary") or "").lower()
            for name, origin in (("allowed", ORIGIN), ("foreign", FOREIGN), ("none", None))
        }
        return Facts(
            allowed=fetched.get("/items"),
            foreign=fetched.get("/items", FOREIGN),
            null=fetched.get("/items", "null"),
            methods=" ".join(
                method
                for method in ("PUT", "PATCH", "DELETE")
                if fetched.get("/items", method=method).startswith("readable")
            ),
            custom_header=fetched.get("/items", headers={"X-Custom": "1"}),
            unlisted_header=fetched.get("/items", headers={"X-Unlisted": "1"}),
            exposed="yes" if "x-total" in fetched.seen("/items") else "no",
            max_age=policy.max_age or "not sent",
            foreign_preflight=fetched.foreign_preflight(),
            not_found=fetched.get("/missing"),
            not_found_put=fetched.get("/missing", method="PUT"),
            unauthorized=fetched.get("/private"),
            crash=fetched.get("/boom"),
            vary=" ".join(name for name, says in vary.items() if says) or "never",
            regex=_look_alikes_of_an_expression(build),
            **_any_origin(build),
        )


def _look_alikes_of_an_expression(build: Any) -> str:
    try:
        app = build("regex")
    except NotImplementedError:
        return "takes none"
    with Browser(app) as browser:
        policy = CorsPolicy.infer(_Through(browser), f"{API}/items", origins=[ORIGIN])
        assert policy.origins == (ORIGIN,)
        return " ".join(each.kind for each in policy.look_alikes) or "matches whole origins"


def _any_origin(build: Any) -> dict[str, str]:
    try:
        app = build("any")
    except Exception as error:
        return {"any_origin": f"{type(error).__name__} at start", "any_get": "", "any_put": ""}
    with Browser(app) as browser:
        policy = CorsPolicy.infer(_Through(browser), f"{API}/items", origins=[ORIGIN])
        fetched = _Pages(browser, cookie=True)
        if fetched.raw("GET", FOREIGN).status == 500:
            return {"any_origin": "500 to every request", "any_get": "", "any_put": ""}
        shown = f"{policy.any_origin}{', with credentials' if policy.credentials else ''}"
        return {
            "any_origin": shown,
            "any_get": fetched.get("/items", FOREIGN),
            "any_put": fetched.get("/items", FOREIGN, method="PUT"),
        }


class _Through:
    """What a browser reaches; with `cookie`, as if the server had set one before."""

    def __init__(self, browser: Browser, *, cookie: bool = False) -> None:
        self._browser = browser
        self._cookie = (("Cookie", "session=1"),) if cookie else ()

    def answer(self, request: WireRequest, *, timeout: float | None = None) -> Any:
        if request.method != "OPTIONS":
            request = WireRequest(request.method, request.url, (*request.headers, *self._cookie), request.body)
        return self._browser.send(request)


class _Pages:
    """Fetches from pages of several origins, none of which remembers another."""

    def __init__(self, browser: Browser, *, cookie: bool = False) -> None:
        self._through = _Through(browser, cookie=cookie)

    def fetch(self, path: str, origin: str = ORIGIN, **init: Any) -> Outcome:
        with Browser(self._through) as browser:
            sandboxed = origin == "null"
            page = browser.page("https://sandboxed.example" if sandboxed else origin, sandboxed=sandboxed)
            return page.fetch(f"{API}{path}", credentials="include", **init)

    def get(self, path: str, origin: str = ORIGIN, **init: Any) -> str:
        outcome = self.fetch(path, origin, **init)
        if outcome.response is not None:
            return f"readable {outcome.response.status}"
        return str(outcome.reason)

    def seen(self, path: str) -> list[str]:
        response = self.fetch(path).response
        return [] if response is None else [name for name, _ in response.headers]

    def raw(self, method: str, origin: str | None, *headers: tuple[str, str]) -> Any:
        lines = (("Origin", origin),) if origin is not None else ()
        return self._through.answer(WireRequest(method, f"{API}/items", (*lines, *headers)))

    def foreign_preflight(self) -> str:
        answer = self.raw("OPTIONS", FOREIGN, ("Access-Control-Request-Method", "PUT"))
        telling = [name for name, _ in answer.headers if name.lower().startswith("access-control-")]
        return f"{answer.status}{' with CORS headers' if telling else ''}"
